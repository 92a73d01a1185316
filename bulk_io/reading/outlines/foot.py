"""What stands below a table: totals, counts, a notice of confidentiality; told once the last rows are known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bulk_io.reading.outlines import header
from bulk_io.reading.outlines.kinds import has_word, is_contact, is_value, kind

_MOST_HELD = 200
_SENTENCE = 4
"""Words that make a lone cell a sentence rather than a contact of whom only the name is known."""
_SIGNATURE = "--"
"""The line above a signature in mails."""
_FEW = 3
"""Rows from a total on, at most, below a list of words."""
_LABEL = 60
"""Characters of a label before its colon, at most."""
_TOTAL = re.compile(
    r"""(?xi) (?:grand[ -]?|sub[ -]?)?(?:totals?|totaux|gesamt\w*|summe|suma|totale|totaal)
    \s*(?:[:(=\d].*|(?:of|for|rows?|records?|contacts?|count|g[eé]n[eé]rale?s?)\b.*)?"""
)
_NOTICE = re.compile(
    r"""(?xi) .*(?:\bconfidential|\bcopyright\b|©\s*\w+[\s,]+\w{3}|\bdo\snot\sdistribute\b|\ball\srights\sreserved\b
      |\bconfidentiel).*
    | (?:report\s)?(?:generated|exported|printed|downloaded|created)\s?(?:by|on|at|from|with)\b.*
    | (?:source|notes?|fuente|quelle|disclaimer|generated|exported)\s?:.* | page\s\d+.*
    | [-*=\s]*end\sof\s(?:file|report|data|list).*
    | \(?[\d,.\s]+\s?(?:rows?|records?|contacts?|results?|lignes?|enregistrements?)\b[\s\w.()]*
    | (?:number\sof\s)?(?:rows?|records?|contacts?)(?:\scount)?\s?[:=]\s?\d+"""
)


def is_total(cells: Sequence[str]) -> bool:
    """Say whether a row is one of totals, or a notice."""
    first = next((text for text in map(header.trim, cells) if text), "")
    return bool(_TOTAL.fullmatch(first) or _NOTICE.fullmatch(first))


@dataclass(frozen=True, slots=True)
class Held:
    """A row at the end of what was read so far; ``gap``: there is a blank line above it."""

    row: int
    cells: list[str]
    gap: bool


@dataclass(slots=True)
class Foot:
    """Holds back the rows at the end of a table that may stand below it, until other rows come or nothing more."""

    held: list[Held] = field(default_factory=list)
    last: int = 0

    def pass_on(self, numbers: Sequence[int], records: list[list[str]]) -> tuple[Sequence[int], list[list[str]]]:
        """Give what was held before these rows, and them as far as they are surely rows."""
        end = len(records)
        while end > 0 and len(records) - end < _MOST_HELD and _is_doubtful(records[end - 1]):
            end -= 1
        above = (numbers[end - 1] if end else self.last, *numbers[end:])
        held = [
            Held(row, cells, row > before + 1 > 1)
            for row, cells, before in zip(numbers[end:], records[end:], above, strict=False)
        ]
        self.last = numbers[-1] if len(numbers) else self.last
        if end == 0 and len(self.held) < _MOST_HELD:
            self.held += held
            return (), []
        before, self.held = self.held, held
        if not before:
            return numbers[:end], records[:end]
        return [*(one.row for one in before), *numbers[:end]], [*(one.cells for one in before), *records[:end]]

    def is_open(self, last: Sequence[str]) -> bool:
        """Say whether rows can pass as they are: none is held back before them, and their last one is not to be."""
        return not self.held and not _is_doubtful(last)

    def split(self) -> tuple[list[Held], list[Held]]:
        """Part what is held, now that nothing comes below it: the rows of the table, and what stands below."""
        for place, one in enumerate(self.held):
            if _is_below(one, self.held[place:]) or _are_scattered(self.held[place:]):
                return self.held[:place], self.held[place:]
        return self.held, []


def _is_doubtful(cells: Sequence[str]) -> bool:
    count = header.filled(cells)
    few = count * 2 <= max(len(cells), 2)
    if not few and count < len(cells):
        few = _TOTAL.fullmatch(header.trim(cells[0])) is not None
    return few and not any(map(is_contact, cells))


def _are_scattered(on: Sequence[Held]) -> bool:
    """Say whether rows are words here and there, each in other columns: notes typed into any cell."""
    places = {tuple(bool(header.trim(cell)) for cell in one.cells) for one in on}
    loose = 2 < len(on) == len(places) and any(not header.trim(one.cells[0]) for one in on)
    few = loose and all(header.filled(one.cells) <= min(2, len(one.cells) // 3) for one in on)
    texts = [cell for one in on for cell in one.cells if header.trim(cell)]
    return few and all(has_word(text) and not is_value(text) for text in texts)


def _is_below(one: Held, on: Sequence[Held]) -> bool:
    texts = [header.trim(cell) for cell in one.cells if header.trim(cell)]
    if not texts:
        # What it has stands beyond the last column: a fault of that row, told already.
        return False
    if len(texts) > 1:
        return bool(_TOTAL.fullmatch(texts[0])) and all(kind(text) == "number" for text in texts[1:])
    if _TOTAL.fullmatch(texts[0]) or _NOTICE.fullmatch(texts[0]):
        # among the words of a list it may be one of them
        return len(one.cells) > 1 or one.gap or len(on) <= _FEW
    if not one.gap or kind(texts[0]) != "text" or any(header.filled(other.cells) != 1 for other in on):
        return False
    if (texts[0] == _SIGNATURE and len(on) > 1) or _is_labelled(texts[0]):
        return True
    return len(one.cells) > 2 and any(len(" ".join(other.cells).split()) >= _SENTENCE for other in on)


def _is_labelled(text: str) -> bool:
    """Say whether a text begins with a label, ``Printed by: ``, as what stands below a table does."""
    label, colon, _ = f"{text} ".partition(": ")
    return bool(colon) and len(label) <= _LABEL and has_word(label)
