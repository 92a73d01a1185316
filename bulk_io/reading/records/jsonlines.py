"""JSON lines: one object a line becomes one row; columns are the keys in order of their first appearance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa

from bulk_io.errors import InputError
from bulk_io.reading.outlines import header
from bulk_io.reading.outlines.pieces import piece
from bulk_io.reading.records import jsonvalues
from bulk_io.reading.texts import encoding
from bulk_io.reading.texts.delimited import WIDEST
from bulk_io.records import Problem, Source

_BLOCK = 1000


@dataclass(frozen=True, slots=True)
class JsonLines:
    """A jsonl file, understood: its keys are the columns."""

    path: Path
    source: Source
    raw_header: list[str]

    def pieces(self, problems: list[Problem]) -> Iterator[pa.Table]:
        """Give the rows in small pieces; a line that is no object is a problem, and a row of empty cells."""
        lines = _lines(self.path, self.source.encoding or "utf-8")
        width = len(self.raw_header)
        while block := list(islice(lines, _BLOCK)):
            numbers: list[int] = []
            records: list[list[str]] = []
            for row, line in block:
                cells = self._cells(line)
                if cells is None:
                    problems.append(bad_record(row, line))
                if cells is None or not header.is_blank(cells):
                    numbers.append(row)
                    records.append(cells or [""] * width)
            yield piece(numbers, records, width)

    def _cells(self, line: str) -> list[str] | None:
        """Give a line's cells in the order of the columns; None if it is no JSON object."""
        found = _object(line)
        try:
            return None if found is None else [jsonvalues.text(found.get(key)) for key in self.raw_header]
        except RecursionError:
            return None


def understand(path: Path, file: str, charset: encoding.Encoding) -> JsonLines:
    """Find out the columns of a jsonl file; the whole file is read for that.

    Raises:
        InputError: no keys at all, or more than a sheet has columns.
    """
    keys: dict[str, None] = {}
    for _, line in _lines(path, charset.name):
        keys.update(dict.fromkeys(_object(line) or ()))
        if len(keys) > WIDEST:
            raise InputError(f"too large: {file} has more than {WIDEST:,} different keys.")
    if not keys:
        raise InputError(f"empty: {file} has no keys, so no columns.")
    notes = tuple(note for note in (charset.note,) if note)
    return JsonLines(path, Source(file, "jsonl", charset.name, notes=notes), list(keys))


def _lines(path: Path, charset: str) -> Iterator[tuple[int, str]]:
    """Give each record's line with its row number: the ordinal and one more, as if the keys were row 1."""
    with path.open(encoding=charset, errors=encoding.ERRORS) as stream:
        row = 1
        for line in stream:
            if line.strip("\ufeff \t\r\n"):
                row += 1
                yield row, line.lstrip("\ufeff")


def _object(line: str) -> dict[str, object] | None:
    """Parse one line, numbers kept as they are written; None if it is no JSON object."""
    try:
        found = jsonvalues.DECODER.decode(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def bad_record(row: int, line: str) -> Problem:
    """Say that a record is no JSON object."""
    message = f"Row {row} is not a JSON object, or was cut off; correct it."
    return Problem(row, "row", "bad_json", message, line.strip()[:1000])
