"""Delimited text, the careful lane: every record with its row number, ragged rows reported, open quotes found.

A lane for regular files only may stand beside this one; it would have the same face: source, raw_header, pieces.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from statistics import median

import pyarrow as pa

from bulk_io.errors import InputError, UsageError
from bulk_io.reading import dialect, encoding, header
from bulk_io.reading.dialect import Dialect
from bulk_io.reading.pieces import piece
from bulk_io.records import Problem, Source

WIDEST = 16_384
"""The most columns a table may have: as many as a sheet of Excel."""

_END = "\x1aend\x1a"
_REPAIRS = 100
_SAMPLE_ROWS = 100
_BLOCK = 1000
_LINE_END = re.compile(r"\r\n|\r|\n")
_Record = tuple[int, list[str]]
_Block = tuple[int, list[list[str]]]


@dataclass(frozen=True, slots=True)
class Delimited:
    """A csv or tsv file, understood. ``width``: cells of a row; ``header_row``: None where the file has no header."""

    path: Path
    source: Source
    raw_header: list[str]
    dialect: Dialect

    def pieces(self, problems: list[Problem]) -> Iterator[pa.Table]:
        """Give the rows in small pieces; faults of rows go to ``problems``."""
        width, first = len(self.raw_header), self.source.header_row or 0
        for start, block in blocks(self.path, self.dialect, problems, width=width):
            above = max(first + 1 - start, 0)
            records = block[above:]
            if _is_regular(records, width):
                numbers: Sequence[int] = range(start + above, start + len(block))
            else:
                numbers, records = _mended(start + above, records, width, problems)
            if records:
                yield piece(numbers, records, width)


def understand(
    path: Path, file: str, charset: encoding.Encoding, *, delimiter: str | None, header_row: int | None
) -> Delimited:
    """Find out dialect, header row and width of a delimited text.

    Raises:
        InputError: empty, too wide, or running text without a table.
        UsageError: ``header_row`` or ``delimiter`` does not fit the file.
    """
    found = dialect.find(path, charset.name, delimiter=delimiter)
    sample = _sample(path, found, header_row or 1)
    if not sample:
        raise InputError(f"empty: {file} has no rows.")
    widest = max(len(cells) for _, cells in sample)
    if widest > WIDEST:
        raise InputError(f"too large: {file} has {widest:,} columns; at most {WIDEST:,} can be read.")
    _refuse_prose(sample, file)
    row, cells = _header(sample, header_row, file)
    notes = tuple(note for note in (charset.note,) if note)
    kind = "tsv" if found.delimiter == "\t" else "csv"
    source = Source(file, kind, charset.name, found.delimiter, header_row=row, notes=notes)
    return Delimited(path, source, cells, found)


def blocks(path: Path, how: Dialect, problems: list[Problem], *, width: int = 0) -> Iterator[_Block]:
    """Give all records of a file, blank ones too, in blocks: the row number of the first, and the records.

    A quote that is never closed would swallow the rows below it: its line is read as it stands, with a problem, and
    reading goes on below. ``width``, where known, tells such a quote from a text of several lines also when another
    stray quote closes it.
    """
    csv.field_size_limit(1 << 31)
    row, line = 1, int(how.sep_line)
    for _ in range(_REPAIRS):
        with path.open(encoding=how.encoding, errors=encoding.ERRORS, newline="") as stream:
            source = chain(islice(stream, line, None), (_END,))
            reader = csv.reader(source, delimiter=how.delimiter, skipinitialspace=how.skip_space)
            done = 0
            while block := list(islice(reader, _BLOCK)):
                sound, lines = _sound(block, reader.line_num - done, how.delimiter, width)
                ended = sound == len(block) and block[-1] == [_END]
                yield row, block[: sound - ended]
                if ended:
                    return
                row, done = row + sound, done + lines
                if sound < len(block):
                    break
        problems.append(_open_quote(row))
        yield row, [_unquoted(path, how, line + done)]
        row, line = row + 1, line + done + 1
    raise InputError(f"corrupt: the quote opened in row {row - 1} is never closed, nor are {_REPAIRS - 1} above it.")


def _sound(block: list[list[str]], lines: int, delimiter: str, width: int) -> tuple[int, int]:
    """Count the records of a block up to one that swallows others, and the lines that they take."""
    if lines == len(block):
        return lines, lines
    lines = 0
    for place, cells in enumerate(block):
        breaks = sum(len(_LINE_END.findall(cell)) for cell in cells if "\n" in cell or "\r" in cell)
        if _is_swallowing(cells, delimiter, width if breaks else 0):
            return place, lines
        lines += 1 + breaks
    return len(block), lines


def _is_swallowing(cells: list[str], delimiter: str, width: int) -> bool:
    """Say whether a record ran to the end of the file, or holds whole rows inside one cell."""
    if cells and cells[-1].endswith(_END):
        return cells != [_END]
    if width < 3:
        return False
    for cell in cells:
        inner = _LINE_END.split(cell)[1:-1]
        if len(inner) >= 2 and all(line.count(delimiter) >= width - 1 for line in inner):
            return True
    return False


def _is_regular(records: list[list[str]], width: int) -> bool:
    """Say whether all rows have the table's width and are surely not blank, so that they can go as they are."""
    return set(map(len, records)) == {width} and all(map(str.strip, map(itemgetter(0), records)))


def _mended(
    start: int, records: list[list[str]], width: int, problems: list[Problem]
) -> tuple[list[int], list[list[str]]]:
    """Leave out blank rows and bring the others to the table's width."""
    numbers: list[int] = []
    kept: list[list[str]] = []
    for row, cells in enumerate(records, start):
        if not header.is_blank(cells):
            numbers.append(row)
            kept.append(cells if len(cells) == width else _fitted(row, cells, width, problems))
    return numbers, kept


def _unquoted(path: Path, how: Dialect, line: int) -> list[str]:
    with path.open(encoding=how.encoding, errors=encoding.ERRORS, newline="") as stream:
        text = list(islice(stream, line, line + 1))
    return next(csv.reader(text, delimiter=how.delimiter, quoting=csv.QUOTE_NONE), [])


def _open_quote(row: int) -> Problem:
    message = (
        f'Row {row} opens a quote (") that is never closed; the line was read as it stands: close or remove the quote.'
    )
    return Problem(row, "row", "open_quote", message)


def _fitted(row: int, cells: list[str], width: int, problems: list[Problem]) -> list[str]:
    """Bring a row to the table's width without shifting a cell; what is lost or missing is a problem."""
    if len(cells) < width:
        message = (
            f"Row {row} has {len(cells)} cells where the header has {width}; the missing ones were taken as empty."
        )
        problems.append(Problem(row, "row", "short", message, severity="warning"))
        return cells + [""] * (width - len(cells))
    if not header.is_blank(cells[width:]):
        value = json.dumps(cells[width:], ensure_ascii=False)
        message = f"Row {row} has {len(cells)} cells where the header has {width}; quote or remove what is too much."
        problems.append(Problem(row, "row", "extra_cells", message, value, f"column_{width + 1}"))
    return cells[:width]


def _sample(path: Path, how: Dialect, least: int) -> list[_Record]:
    """Read the first rows that are not blank: a hundred, and on to the row ``least``."""
    sample: list[_Record] = []
    for start, block in blocks(path, how, []):
        sample += [(row, cells) for row, cells in enumerate(block, start) if not header.is_blank(cells)]
        if len(sample) >= _SAMPLE_ROWS and start + len(block) > least:
            break
    return sample


def _header(sample: list[_Record], header_row: int | None, file: str) -> tuple[int | None, list[str]]:
    if header_row is not None:
        for row, cells in sample:
            if row == header_row:
                return row, cells
        raise UsageError(f"--header-row {header_row}: {file} has no such row, or it is blank.")
    place = header.find(sample[:_SAMPLE_ROWS])
    if place is not None:
        return sample[place]
    width, _ = max(Counter(len(cells) for _, cells in sample).items(), key=lambda pair: (pair[1], pair[0]))
    return None, header.numbered(width)


def _refuse_prose(sample: list[_Record], file: str) -> None:
    """Refuse running text: lines that are sentences, cut by chance into uneven cells or not at all."""
    counts = Counter(len(cells) for _, cells in sample)
    uneven = max(counts.values()) * 2 <= len(sample) or set(counts) == {1}
    wordy = sum(1 for _, cells in sample if len(" ".join(cells).split()) >= 8 * min(len(cells), 2))
    if len(sample) >= 3 and median(counts.elements()) <= 3 and uneven and wordy * 2 > len(sample):
        raise InputError(f"not a spreadsheet: {file} is running text, not a table.")
