"""Delimited text: what was understood of a file, and its rows in pieces, each with its number, nothing shifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from bulk_io import base
from bulk_io.errors import InputError, UsageError
from bulk_io.fields import NAMES
from bulk_io.reading.outlines import doubts, header, naming
from bulk_io.reading.outlines.body import Body
from bulk_io.reading.outlines.header import Head, Row
from bulk_io.reading.outlines.kinds import is_value
from bulk_io.reading.outlines.pieces import piece
from bulk_io.reading.sheets import LONGEST
from bulk_io.reading.texts import cutting, dialect, encoding, programs, prose, sniffing
from bulk_io.reading.texts.dialect import Dialect
from bulk_io.records import Problem, Source
from bulk_io.text import counted

WIDEST = 16_384
"""The most columns a table may have: as many as a sheet of Excel."""

_SAMPLE_ROWS = 100
_ROW = 3
"""Cells of a row above a table that make one doubt that it is a title."""
_LONGEST_LINE = 4 * LONGEST
"""Bytes of the first line, at most: those of the longest cell."""


@dataclass(frozen=True, slots=True)
class Delimited:
    """A text file, understood.

    ``width``: cells of a full record; ``kept``: those of them that are columns; ``above``: the last row above its rows;
    ``commented``: comments stand above the header, and so may below.
    """

    path: Path
    source: Source
    raw_header: list[str]
    dialect: Dialect
    width: int
    kept: slice
    above: int = 0
    commented: bool = False

    def pieces(self, problems: list[Problem]) -> Iterator[pa.Table]:
        """Give the rows in small pieces; faults of rows go to ``problems``."""
        first, columns = self.above, len(self.raw_header)
        names = self.raw_header if self.source.header_row else []
        body = Body(names, problems, width=self.width, kept=self.kept, commented=self.commented)
        for start, block in cutting.blocks(
            dialect.texts(self.path, self.dialect), self.dialect, problems, width=self.width
        ):
            above = max(first + 1 - start, 0)
            if isinstance(block, pa.Table) and not above and body.lets_pass(block):
                yield _refuse_if_long(self.source.file, block)
                continue
            numbers, rows = body.rows(range(start + above, start + len(block)), cutting.records(block)[above:])
            if rows:
                yield _refuse_if_long(self.source.file, piece(numbers, rows, columns))
        numbers, rows = body.rest()
        if rows:
            yield _refuse_if_long(self.source.file, piece(numbers, rows, columns))


def understand(
    path: Path, file: str, charset: encoding.Encoding, *, delimiter: str | None, header_row: int | None
) -> Delimited:
    """Find out dialect, header and width of a delimited text.

    Raises:
        InputError: empty, too wide, or running text without a table.
        UsageError: ``header_row`` or ``delimiter`` does not fit the file.
    """
    _refuse_if_endless(path, file)
    found = sniffing.find(path, charset, delimiter=delimiter)
    how = found.dialect
    # before millions of cells take all the memory
    first = sniffing.first_lines(path, charset.name)
    line = first.partition("\n")[0]
    _refuse_if_wide(file, line.count(how.delimiter) + 1 if how.sign in line and how.quote not in line else 1)
    sample = _sample(path, how, header_row or 1)
    if not sample:
        raise InputError(f"empty: {file} has no rows.")
    _refuse_if_wide(file, max(len(cells) for _, cells in sample))
    _refuse_if_text(file, first.splitlines(), [cells for _, cells in sample], how.delimiter)
    head = _head(sample, header_row, file)
    body = sample[head.start :]
    raw, notes = _widened(head, body)
    kept = _columns(path, how, raw, sample[head.last][0]) if head.last is not None else slice(0, len(raw))
    row = sample[head.last][0] if head.last is not None else None
    notes = [*_joined(sample, head), *notes, *_above(sample, head, len(raw))]
    if head.last is not None and header_row is None and doubts.is_doubtful(head.cells, [cells for _, cells in body]):
        notes.append(doubts.told_doubt(sample[head.last][0]))
    if how.quote == "'":
        notes.append("Single quotes (') stand around cells, and were left out.")
    if head.last is None and body:
        notes.append(doubts.told_nameless(body[0][0]))
    if _is_own(raw):
        how = replace(how, nuls=False, joined=False)
    elif charset.nuls:
        notes.append("There are NUL characters among the text; they were left out.")
    kind = "tsv" if how.delimiter == "\t" else "csv"
    told = (*filter(None, [charset.note]), *notes)
    why = "as given" if header_row else _why(head)
    reasons = (("encoding", charset.why), ("delimiter", found.why), ("header row", why))
    source = Source(file, kind, charset.name, how.delimiter, header_row=row, notes=told, reasons=reasons)
    last = row or (sample[head.start - 1][0] if head.start else 0)
    return Delimited(path, source, raw[kept], how, len(raw), kept, last, _has_comments(sample, head, len(raw)))


def _refuse_if_endless(path: Path, file: str) -> None:
    """Refuse a file whose first line has no end: it would take all the memory."""
    with path.open("rb") as stream:
        while stream.tell() < _LONGEST_LINE:
            block = stream.read(1 << 16)
            if not block or b"\n" in block or b"\r" in block:
                return
    raise InputError(f"too large: {file} has a first line of more than {_LONGEST_LINE:,} bytes, which no table has.")


def _refuse_if_long(file: str, table: pa.Table) -> pa.Table:
    """Refuse a cell that is longer than any of a table.

    Raises:
        InputError: too large.
    """
    for column in table.columns[1:] if table.nbytes > LONGEST else ():
        longest = max(map(len, column.to_pylist())) if column.nbytes > LONGEST else 0
        if longest > LONGEST:
            raise InputError(
                f"too large: {file} has a cell of {longest:,} characters; at most {LONGEST:,} can be read."
            )
    return table


def _refuse_if_wide(file: str, width: int) -> None:
    if width > WIDEST:
        raise InputError(f"too large: {file} has {width:,} columns or more; at most {WIDEST:,} can be read.")


def _refuse_if_text(file: str, lines: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str) -> None:
    """Refuse what has lines but no table: a letter, a document, a program; header words speak for a table."""
    named = header.is_named(rows[0]) or header.is_named(rows[-1])
    told = prose.is_remark(lines) or prose.is_spoken(lines, rows, delimiter) or prose.is_page(rows, delimiter)
    other = not named and (told or programs.is_program(lines, rows, delimiter))
    if programs.is_log(lines):
        raise InputError(f"not a spreadsheet: {file} is a log, not a table.")
    if other or prose.is_prose(rows, delimiter):
        raise InputError(f"not a spreadsheet: {file} is running text, not a table.")


def _is_own(raw: Sequence[str]) -> bool:
    """Say whether a file is our own export: that is read back exactly, whatever its cells hold."""
    names = set(raw)
    return base.COLUMN in names or names >= set(NAMES)


def _why(head: Head) -> str:
    if head.last is None:
        return "the first row holds values"
    known = header.evidence(head.cells)
    return f"{known} of its {len(head.cells)} names are known" if known else "names over values"


def _sample(path: Path, how: Dialect, least: int) -> list[Row]:
    """Read the first rows that are not blank: a hundred, and on to the row ``least``; twice, to know their width."""
    width = 0
    for _ in range(2):
        sample: list[Row] = []
        for start, block in cutting.blocks(dialect.texts(path, how), how, [], width=width):
            rows = enumerate(cutting.records(block), start)
            sample += [(row, cells) for row, cells in rows if not header.is_blank(cells)]
            if len(sample) >= _SAMPLE_ROWS and start + len(block) > least:
                break
        width = _usual(sample)
    return sample


def _usual(rows: Sequence[Row]) -> int:
    counts = Counter(len(cells) for _, cells in rows)
    return max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))[0]


def _head(sample: list[Row], header_row: int | None, file: str) -> Head:
    if header_row is None:
        return header.locate(sample[:_SAMPLE_ROWS])
    for place, (row, cells) in enumerate(sample):
        if row == header_row:
            return Head(place, place, list(cells), place + 1)
    raise UsageError(f"--header-row {header_row}: {file} has no such row, or it is blank.")


def _joined(sample: Sequence[Row], head: Head) -> Iterator[str]:
    """Tell a header of several rows."""
    if head.first is not None and head.last is not None and head.first != head.last:
        rows = f"rows {sample[head.first][0]} to {sample[head.last][0]}"
        yield f"The header stands in {rows}; its names were joined."


def _above(sample: Sequence[Row], head: Head, width: int) -> Iterator[str]:
    """Tell what stands above the table: all of it where there is no header, else rows that are hardly titles."""
    above = [cells for _, cells in sample[: head.start if head.last is None else head.first]]
    if above and (head.last is None or any(_is_row(cells, width) for cells in above)):
        yield doubts.told_above(above)


def _is_row(cells: Sequence[str], width: int) -> bool:
    """Say whether what stands above a table is hardly a title: it is as full as a row, or has values like one."""
    count = header.filled(cells)
    return count * 2 > max(width, 2) or (count >= _ROW and any(map(is_value, cells)))


def _has_comments(sample: Sequence[Row], head: Head, width: int) -> bool:
    """Say whether comments stand above the header, and below it none that could be a row."""
    if not any(header.is_comment(cells) and cells[0].startswith("#") for _, cells in sample[: head.start]):
        return False
    return not any(cells[0].startswith("#") and len(cells) == width for _, cells in sample[head.start :])


def _widened(head: Head, body: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Give the header as wide as the rows are, and a note where names were missing for it."""
    if head.last is None:
        return naming.numbered(_usual([row for row in body if not header.is_comment(row[1])] or body)), []
    raw = head.cells
    over = [cells for _, cells in body if not header.is_blank(cells[len(raw) :])]
    if len(over) < 2 or len(over) * 5 < len(body) * 4:
        return raw, []
    width = _usual([(0, cells) for cells in over])
    if width == len(raw) + 1 and _is_counting([cells[0] for _, cells in body]):
        return ["", *raw], ["The first column has no name: it counts the rows."]
    note = (
        f"The header has {counted(len(raw), 'cell')} where most rows have {width}: the last columns have no name; "
        "check that the other names stand above their values."
    )
    return [*raw, *[""] * (width - len(raw))], [note]


def _is_counting(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and any(
        all(cell == str(start + place) for place, cell in enumerate(cells)) for start in (0, 1)
    )


def _columns(path: Path, how: Dialect, raw: list[str], header_row: int) -> slice:
    """Leave out columns at either side that have no name and, in the whole file, no value."""
    named = [place for place, name in enumerate(raw) if header.trim(name)]
    if not named or (named[0] == 0 and named[-1] == len(raw) - 1):
        return slice(0, len(raw))
    first, last = named[0], named[-1]
    for start, block in cutting.blocks(dialect.texts(path, how), how, [], width=len(raw)):
        for cells in cutting.records(block)[max(header_row + 1 - start, 0) :]:
            if header.filled(cells) < 2:
                continue
            while first > 0 and not header.is_blank(cells[:first]):
                first -= 1
            while last < len(raw) - 1 and not header.is_blank(cells[last + 1 : len(raw)]):
                last += 1
    return slice(first, last + 1)
