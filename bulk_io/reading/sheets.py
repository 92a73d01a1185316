"""Sheets on the child's side: what every reader of a format gives, and which of them holds the table.

A sheet is a grid of text, rows numbered from 1; or records (vCard, JSON, parquet), whose columns have names already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

import pyarrow as pa

from bulk_io.reading import cells
from bulk_io.reading.outlines import header, kinds, pieces

WIDEST = 16_384
LONGEST = 1_000_000
"""The most characters of a cell: thirty times what Excel allows."""
MOST_CELLS = 64_000_000
_BATCH = 1000
_SAMPLE = 200
_NAMED = re.compile(
    r"(?i)phone|mobil|mail|\bt[eé]l|courriel|portable|handy|rufnummer|durchwahl|m[oó]vil|celular|cellulare|gsm|whatsapp"
)
_Row = tuple[int, list[str]]


class Refused(Exception):
    """The file cannot be given; the arguments are the reason (``empty``, ``large`` …) and a detail for the person."""


class Misjudged(Exception):
    """A sheet is not as it says of itself, so that it can only be read as a whole."""


@dataclass
class Findings:
    """What is to be told of a sheet. ``faults`` are cells: row (from 1), column (from 0), a code, the cell's text.

    ``merged`` and ``tables`` are areas: first row, first column, last row, last column, and of tables their name and
    the number of rows of totals.
    """

    notes: list[str] = field(default_factory=list)
    faults: list[tuple[int, int, str, str]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    tables: list[tuple[int, int, int, int, str, int]] = field(default_factory=list)


class Sheet(Protocol):
    """One sheet of a file; ``header`` is None for a grid."""

    name: str
    visible: bool
    header: list[str] | None

    def sample(self) -> list[_Row]:
        """Give the first rows that are not blank."""

    def height(self) -> int:
        """Say about how many rows there are."""

    def width(self) -> int:
        """Give the most cells of a row."""

    def rows(self, findings: Findings) -> Iterator[tuple[int, list[Any]]]:
        """Give all rows that are not blank; what is noticed on the way goes to ``findings``."""


class Gathered:
    """A sheet that fills while its file is read: rows of any width, kept as Arrow, which is compact."""

    def __init__(self, name: str, header: list[str] | None = None) -> None:
        self.name = name
        self.visible = True
        self.header = header
        self.findings = Findings()
        self._first: list[_Row] = []
        self._open: list[_Row] = []
        self._kept: list[pa.Table] = []
        self._count = self._cells = 0
        self._width = len(header or ())

    def add(self, number: int, row: list[str]) -> None:
        """Take one row; a blank one is left out, but never a record.

        Raises:
            Refused: too wide, or a cell too long.
        """
        if self.header is None and header.is_blank(row):
            return
        self._count += 1
        self._cells += len(row)
        if self._cells > MOST_CELLS:
            raise Refused("large", f"more than {MOST_CELLS:,} cells")
        if len(self._first) < _SAMPLE:
            self._first.append((number, row))
        self._open.append((number, row))
        if len(self._open) >= _BATCH:
            self._keep()

    def sample(self) -> list[_Row]:
        return self._first

    def height(self) -> int:
        return self._count

    def width(self) -> int:
        self._keep()
        return self._width

    def rows(self, findings: Findings) -> Iterator[tuple[int, list[Any]]]:
        self._keep()
        vars(findings).update(vars(self.findings))
        for table in self._kept:
            numbers = table.column(0).to_pylist()
            columns = [table.column(place).to_pylist() for place in range(1, table.num_columns)]
            yield from zip(numbers, map(list, zip(*columns, strict=True)), strict=True)

    def _keep(self) -> None:
        if self._open:
            width = max(len(row) for _, row in self._open)
            check_width(width)
            self._width = max(self._width, width)
            records = [fitted(row, width) for _, row in self._open]
            self._kept.append(pieces.piece([number for number, _ in self._open], records, width))
            self._open = []


def check_width(width: int) -> None:
    """Raise Refused for more columns than a sheet of Excel has."""
    if width > WIDEST:
        raise Refused("large", f"{width:,} columns")


def fitted(row: list[Any], width: int) -> list[Any]:
    """Bring a row to a width that is not below its own."""
    return row if len(row) == width else row + [""] * (width - len(row))


def choose(sheets: Sequence[Sheet], wanted: str | int | None) -> Sheet:
    """Choose the sheet that was asked for, else the visible one that looks most like a table of contacts.

    Raises:
        Refused: no such sheet (``usage``), or none with anything to see (``empty``).
    """
    if wanted is not None:
        return _named(sheets, wanted)
    seen = [sheet for sheet in sheets if sheet.visible]
    if not seen:
        raise Refused("empty", "")
    full = [sheet for sheet in seen if sheet.sample()]
    if full:
        return _best(full) if len(full) > 1 else full[0]
    for sheet in sheets:
        if sheet.sample():
            raise Refused("hidden", sheet.name)
    return seen[0]


def _named(sheets: Sequence[Sheet], wanted: str | int) -> Sheet:
    """Find a sheet by its name, as written or in another case, else by its number from 1."""
    text = str(wanted).strip()
    for exact in (str(wanted), text.casefold()):
        for sheet in sheets:
            if exact in {sheet.name, sheet.name.strip().casefold()}:
                return sheet
    if text.isdecimal() and 1 <= int(text) <= len(sheets):
        return sheets[int(text) - 1]
    names = ", ".join(sheet.name for sheet in sheets)
    raise Refused("usage", f"there is no sheet {text!r}; the workbook has: {names}")


def _best(seen: Sequence[Sheet]) -> Sheet:
    """Take the first sheet of contacts, else the first that is a table and no mere note.

    Authors put the main one first, and where it opens says only who looked at what last. Of contacts, one with hardly
    any is passed over where another has many: it is a sample.
    """
    weights = [_weight(sheet) for sheet in seen]
    rank = max(rank for rank, _ in weights)
    tenth = max(filled for found, filled in weights if found == rank) // 10
    least = tenth if rank == _CONTACTS else min(tenth, _ENOUGH)
    fit = zip(seen, weights, strict=True)
    return next(sheet for sheet, (found, filled) in fit if found == rank and filled >= least)


_CONTACTS = 2
_PHONE = 9
"""Shorter numbers are others' as well."""
_ENOUGH = 30
"""Cells that make a sheet more than a note."""


def _weight(sheet: Sheet) -> tuple[int, int]:
    """Weigh a sheet: contacts before other tables before notes, then how many cells are filled."""
    sample = sheet.sample()
    if not sample:
        return 0, 0
    filled = sum(header.filled(row) for _, row in sample)
    if sheet.header is not None:
        names: Sequence[str] = sheet.header
    else:
        place = header.find(sample)
        names = sample[place][1] if place is not None else ()
    holding = sum(any(_is_contact(cell) for cell in row) for _, row in sample)
    contacts = holding * 3 >= len(sample) and len(sample) > 1
    known = header.evidence(names)
    table = len(sample) > 1 and filled * 2 >= 3 * len(sample)
    named = known >= 2 and any(_NAMED.search(name) for name in names)
    rank = _CONTACTS if (contacts and known) or named else int(table or contacts)
    return rank, filled * sheet.height() // len(sample)


def _is_contact(cell: str) -> bool:
    found = kinds.kind(cell)
    return found == "email" or (found == "phone" and len(cell) >= _PHONE)


def write(out: str, width: int, rows: Iterator[tuple[int, list[Any]]]) -> None:
    """Write rows, each at most ``width`` cells, as an Arrow file of text.

    Raises:
        Refused: a cell is longer than any text of a table.
    """
    schema = pieces.schema(width)
    with pa.OSFile(out, "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            numbers = pa.array([row for row, _ in batch], pa.int64())
            columns = [_column(column) for column in zip(*(fitted(row, width) for _, row in batch), strict=True)]
            writer.write_batch(pa.record_batch([numbers, *columns], schema=schema))


def _column(column: Sequence[Any]) -> pa.Array:
    if set(map(type, column)) != {str}:
        column = [cell if type(cell) is str else cells.text(cell) for cell in column]
    array = pa.array(column, pa.large_string())
    if array.nbytes > LONGEST and any(len(cell) > LONGEST for cell in column):
        raise Refused("large", f"a cell of {max(map(len, column)):,} characters")
    return array
