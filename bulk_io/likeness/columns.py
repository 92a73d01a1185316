"""The columns of a frame in the parts they play: the contact fields, and any others that are compared as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bulk_io.fields import BY_NAME, WRITABLE

_UNUSED = frozenset({"id", "createdAt", "updatedAt", "tags"})
_ALIASES = {
    "givenname": "firstName", "forename": "firstName", "surname": "lastName", "familyname": "lastName",
    "suburb": "city", "town": "city", "company": "currentCompany", "phone": "phoneNumber", "mobile": "phoneNumber",
    "mail": "email", "emailaddress": "email", "fullname": "name", "jobtitle": "position", "title": "position",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Lists of text by contact field (all of those that are compared), and by name the other columns."""

    rows: int
    fields: Mapping[str, list[str]]
    others: Mapping[str, list[str]]

    @classmethod
    def of(cls, frame: pd.DataFrame, given: Mapping[str, str | None] | None = None) -> Columns:
        """Take a frame apart; see `bulk_io.likeness.search.find_duplicates` for ``given``.

        Raises ValueError for a column that the frame lacks and a field that no contact has.
        """
        parts = _parts(list(frame.columns), given or {})
        blank = [""] * len(frame)
        fields = {name: _texts(frame[column]) for column, name in parts.items() if name and name in BY_NAME}
        others = {column: _texts(frame[column]) for column, name in parts.items() if name == ""}
        compared = [name for name in WRITABLE if name not in _UNUSED]
        wanted = {name: fields.get(name, blank) for name in compared}
        return cls(len(frame), wanted, {name: cells for name, cells in others.items() if _says_something(cells)})

    def joined(self, more: Columns) -> Columns:
        """Put another list behind this one; other columns are compared where both have them."""
        fields = {name: [*cells, *more.fields[name]] for name, cells in self.fields.items()}
        others = {name: [*cells, *more.others[name]] for name, cells in self.others.items() if name in more.others}
        return Columns(self.rows + more.rows, fields, others)


def _parts(header: Sequence[str], given: Mapping[str, str | None]) -> dict[str, str | None]:
    """Give each column's field, "" for one that is compared as it is, None for one that is not."""
    _check(header, given)
    parts: dict[str, str | None] = {}
    taken = {field for field in given.values() if field} | {column for column in header if column in BY_NAME}
    for column in header:
        name = str(column)
        field = _ALIASES.get("".join(filter(str.isalnum, name.lower())))
        if column in given:
            parts[column] = given[column]
        elif name in BY_NAME:
            parts[column] = None if name in _UNUSED or name in given.values() else name
        elif field and field not in taken:
            parts[column] = field
            taken.add(field)
        else:
            parts[column] = ""
    return parts


def _check(header: Sequence[str], given: Mapping[str, str | None]) -> None:
    if len(set(header)) < len(header):
        raise ValueError("the frame has several columns of one name; rename them")
    for column, field in given.items():
        if column not in header:
            raise ValueError(f"columns: the frame has no column {column!r}; it has {', '.join(map(str, header))}")
        if field and field not in BY_NAME:
            raise ValueError(f"columns: {field!r} is no field of a contact; the fields are {', '.join(WRITABLE)}")


def _texts(column: pd.Series) -> list[str]:
    """Give a column as text; what is missing is empty."""
    if isinstance(column.dtype, pd.StringDtype):
        # one text for all cells that have it: of a million cities a few hundred are kept
        codes, distinct = column.fillna("").factorize()
        texts = distinct.tolist()
        return [texts[code] for code in codes.tolist()]
    missing = column.isna()
    cells = column.astype(object).where(~missing, "")
    return [cell if isinstance(cell, str) else _plain(cell) for cell in cells.tolist()]


def _plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _says_something(cells: Sequence[str]) -> bool:
    """Tell whether values recur: where each is another, it is a number of rows, and says nothing of people."""
    filled = [cell for cell in cells if cell]
    return 1 < len(set(filled)) < len(filled)
