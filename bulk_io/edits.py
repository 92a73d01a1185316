"""Edits: which cells of our own export somebody changed, told by the base that each of its rows carries.

A pure step between mapping and validation. What nobody edited is taken as it was exported, whatever a spreadsheet made
of it since, and goes the way of a derived value: it is never judged, never compared and never sent in an update.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from bulk_io import base, difference, formulas, phones
from bulk_io.fields import BY_NAME, WRITABLE
from bulk_io.text import tidy

UNREAD = "?"
"""What the column ``base`` says of a row whose base cannot be read, or is not that of its id."""


def settle(mapped: pd.DataFrame, bases: Sequence[str], *, guarded: bool) -> pd.DataFrame:
    """Give a mapped chunk in which edits are told apart, by the texts of the base column, one a row.

    The new column ``base`` is JSON in rows with a readable base: the fields that were edited, as they were. Their
    other fields hold what was exported and stand in ``derived``; ``id`` is the base's. In other rows ``base`` is empty
    or `UNREAD`, and nothing else changes. An emptied required field counts as not edited. ``guarded``: the file's
    cells carried the formula guard.
    """
    columns, said = _lists(mapped), [""] * len(bases)
    known = "id" in mapped
    derived: dict[tuple[str, ...], str] = {}
    for position, text in enumerate(bases):
        if not text.strip():
            continue
        was = base.parse(text)
        if not _belongs(was, columns["id"][position] if known else None):
            said[position] = UNREAD
            continue
        edited = _restored(columns, position, was, guarded=guarded)
        if edited not in derived:
            derived[edited] = " ".join(name for name in WRITABLE if name in columns and name not in edited)
        columns["id"][position], columns["derived"][position] = was["id"], derived[edited]
        before = {name: was.get(name, "") for name in edited}
        said[position] = json.dumps(before, ensure_ascii=False) if before else "{}"
    return pd.DataFrame({**columns, "base": said}, index=mapped.index, dtype="str")


def parse(text: str) -> Mapping[str, str] | None:
    """Read the column ``base`` of a row: the edited fields as they were; None for a row without a base."""
    return dict(json.loads(text)) if text.startswith("{") else None


def _lists(mapped: pd.DataFrame) -> dict[str, list[str]]:
    """Give the columns as lists; id, name and phone number also where the file has no column for them."""
    blank = {name: [""] * len(mapped) for name in ("id", "name", "phoneNumber")}
    return blank | {name: mapped[name].tolist() for name in mapped.columns}


def _belongs(was: Mapping[str, str], cell: str | None) -> bool:
    """Tell whether a base could be read, and is that of the row's id, if the file has ids."""
    own = was.get("id", "")
    if own == "" or cell is None or cell == own:
        return own != ""
    return tidy(cell) == own or (own.isdecimal() and is_trace(cell, own))


def _restored(
    columns: Mapping[str, list[str]], position: int, was: Mapping[str, str], *, guarded: bool
) -> tuple[str, ...]:
    """Put a row's cells back as they were exported, but for those that were edited; gives the fields of these."""
    edited = []
    for name in WRITABLE:
        cells, before = columns.get(name), was.get(name, "")
        if cells is None or cells[position] == before:
            continue
        if _is_built(name, columns, position) or not _is_edit(name, cells[position], before, guarded=guarded):
            cells[position] = before
        else:
            edited.append(name)
    return tuple(edited)


def _is_edit(name: str, cell: str, before: str, *, guarded: bool) -> bool:
    if not tidy(cell):
        return bool(tidy(before)) and not BY_NAME[name].required
    if cell == formulas.guard(before) or (guarded and cell == before.removeprefix("'")):
        return False
    if name == "phoneNumber":
        return not (is_trace(cell, before) or difference.same(name, cell, before, phones.parse(before).region))
    return not (_is_number(cell, before) or difference.same(name, cell, before))


def _is_number(cell: str, before: str) -> bool:
    """Tell whether a spreadsheet took a text for a number and wrote that: 007 as 7, 1e5 as 1.00E+05."""
    try:
        return Decimal(cell.strip().replace(",", ".")) == Decimal(before.strip())
    except ArithmeticError:
        return False


def _is_built(name: str, columns: Mapping[str, list[str]], position: int) -> bool:
    """Tell whether mapping built a missing name from first and last name: that is no edit of the name."""
    return name == "name" and "name:column" in columns and columns["name:column"][position] != "name"


def is_trace(cell: str, number: str) -> bool:
    """Tell whether a cell is what a spreadsheet made of a number: without its + and zeros, or as 3.36E+10."""
    digits, rest = _NOT_DIGIT.sub("", number), cell.strip()
    if not digits:
        return False
    short = _SCIENTIFIC.fullmatch(rest)
    if not short:
        found = _NOT_DIGIT.sub("", _ZERO_DECIMALS.sub("", rest))
        return bool(found) and not _LETTER.search(rest) and int(found) == int(digits)
    decimals, exponent = short["decimals"] or "", int(short["exponent"])
    shown = Decimal(f"{short['whole']}.{decimals}E{exponent}")
    return abs(shown - int(digits)) <= Decimal(5).scaleb(exponent - len(decimals) - 1)


_NOT_DIGIT = re.compile(r"[^0-9]")
_LETTER = re.compile(r"[^\W\d_]")
_ZERO_DECIMALS = re.compile(r"[.,]0+$")
_SCIENTIFIC = re.compile(r"\+?(?P<whole>[0-9])(?:[.,](?P<decimals>[0-9]{1,20}))?[eE]\+?(?P<exponent>[0-9]{1,2})")
