"""Number formats that carry meaning: masks that give a phone number its zero back (``00 00 00 00 00``), percentages.

A format that only groups, rounds or names a unit changes nothing here: the number stays as it is stored. The rules are
those of Excel's format codes (ECMA-376 part 1, 18.8.31): up to four sections, conditions, literals, placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from bulk_io.reading import cells

Show = Callable[[float], str]
_TOKEN = re.compile(r'"([^"]*)"?|\\(.)|_.|\*.|\[([^\]]*)\]|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
}
_LITERALS = frozenset(" +-().\u00a0\u202f/0123456789")
_PHONE = 1_000_000
"""A plus sign before a smaller number shows that it grew, not that it is a phone number."""


@lru_cache(maxsize=1024)
def show(code: str) -> Show | None:
    """Give the function that writes a number under a format code; None where the plain number is right."""
    sections = [_section(part) for part in _split(code)[:4]]
    if not any(section.mask or section.percent for section in sections):
        return None

    def shown(value: float) -> str:
        section = _chosen(sections, value)
        if section.percent:
            return cells.percent(value)
        return section.masked(value) if section.mask else cells.number(value)

    return shown


class _Section:
    """One section of a format: its condition, and its mask of placeholders and literals if it is one."""

    def __init__(self) -> None:
        self.condition: tuple[str, float] | None = None
        self.mask: list[tuple[str, bool]] = []
        self.percent = False
        self._templates: dict[int, str] = {}

    def masked(self, value: float) -> str:
        if not value.is_integer() or not 0 <= value < 1e15:
            return cells.number(value)
        digits = str(int(value))
        if self.mask[0] == ("+", False) and value < _PHONE:
            return digits
        template = self._templates.get(len(digits))
        if template is None:
            template = self._templates[len(digits)] = _template(self.mask, len(digits))
        return template % tuple(digits)


def _template(mask: list[tuple[str, bool]], digits: int) -> str:
    """Put so many digits, each as ``%s``, into a mask from the right; what is too much stands at its first place."""
    left = digits
    places = sum(is_place for _, is_place in mask)
    out: list[str] = []
    for sign, is_place in reversed(mask):
        if not is_place:
            out.append(sign)
            continue
        places -= 1
        if places == 0 and left:
            out.append("%s" * left)
        else:
            out.append("%s" if left else {"0": "0", "?": " "}.get(sign, ""))
            left = max(left - 1, 0)
    return "".join(reversed(out)).strip()


def _split(code: str) -> list[str]:
    parts, current = [], ""
    for match in _TOKEN.finditer(code):
        if match[4] == ";":
            parts.append(current)
            current = ""
        else:
            current += match[0]
    return [*parts, current]


def _section(code: str) -> _Section:
    section = _Section()
    mask: list[tuple[str, bool]] = []
    plain = True
    for quoted, escaped, bracket, sign in _TOKEN.findall(code):
        if bracket:
            if found := _CONDITION.fullmatch(bracket.strip()):
                section.condition = (found[1], float(found[2]))
        elif literal := quoted or escaped:
            mask += [(char, False) for char in literal]
        elif sign == "%":
            section.percent = True
        elif sign in {"0", "#", "?"}:
            mask.append((sign, True))
        elif sign:
            # a point, a comma, an exponent, a fraction, a letter of a date: no mask
            plain = plain and sign in " +-()123456789"
            mask.append((sign, False))
    if plain and _is_mask(mask):
        section.mask = mask
    return section


def _is_mask(mask: list[tuple[str, bool]]) -> bool:
    places = [at for at, (_, is_place) in enumerate(mask) if is_place]
    literals = {sign for sign, is_place in mask if not is_place}
    if not places or not literals <= _LITERALS:
        return False
    zeros = [mask[at][0] for at in places[:2]] == ["0", "0"]
    parted = len(places) >= 4 and len(places) < places[-1] - places[0] + 1
    before = {sign for sign, _ in mask[: places[0]]}
    return zeros or parted or not before.isdisjoint("+0123456789")


def _chosen(sections: list[_Section], value: float) -> _Section:
    if any(section.condition for section in sections[:2]):
        for section in sections:
            if section.condition is None or _TESTS[section.condition[0]](value, section.condition[1]):
                return section
        return sections[-1]
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]
