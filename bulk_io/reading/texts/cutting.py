"""Lines into records, every one with its row number; a damaged record is mended where it stands and swallows nothing.

The csv module cuts, strictly: what it refuses (a stray quote, a quote that is never closed) is read again by `mending`,
and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice

import pyarrow as pa

from bulk_io.reading.outlines import header, pieces
from bulk_io.reading.outlines.kinds import is_value
from bulk_io.reading.texts import regular
from bulk_io.reading.texts.dialect import Dialect, is_plain, restored
from bulk_io.reading.texts.mending import Mended, mend, whole
from bulk_io.records import Problem

Block = tuple[int, list[list[str]] | pa.Table]
"""The row number of the first record, and the records that follow each other, blank ones too; see `records`."""

_BLOCK = 1000
_MOST_LINES = 50_000
_AHEAD = 12
_OTHERS = (",", ";", "\t", "|", " ")
_LINE_END = re.compile(r"\r\n|\r|\n")

_FAULTS = {
    "open_quote": 'Row {} opens a quote (") that is never closed; the line was read as it stands: close or remove it.',
    "stray_quote": 'Row {} has a quote (") inside a quoted cell that is not doubled; it was read as text: check it.',
    "other_delimiter": "Row {} has another delimiter than the others; it was cut at that one: check the row.",
}


def blocks(
    texts: Iterable[str], how: Dialect, problems: list[Problem], *, width: int = 0, cut_off: bool = False
) -> Iterator[Block]:
    """Cut texts of whole, prepared lines into all their records, in blocks; what had to be mended goes to ``problems``.

    ``width``, where known, is how many cells a row has: by it a text of several lines is told from a quote that was
    left open, and a damaged row gets its cells; a text in which all is as it should be comes as a piece of a table.
    ``cut_off``: the lines end somewhere in the file, so a quote that is open at their end is no fault: its record is
    left out.
    """
    feed, plain = _Feed(texts), is_plain(how)
    while True:
        row = feed.row
        table = regular.cut(feed.text(), how, width) if plain and width > 1 else None
        if table is not None:
            feed.pass_by(table.num_rows)
            yield row, pieces.numbered(row, table)
            continue
        block = list(islice(_records(feed, how, problems, width, cut_off), _BLOCK))
        if not block:
            return
        yield row, block if plain else [restored(cells, how) for cells in block]


def records(block: list[list[str]] | pa.Table) -> list[list[str]]:
    """Give a block row by row."""
    return block if isinstance(block, list) else [cells for _, rows in pieces.blocks(block) for cells in rows]


class _Feed:
    """Lines on their way to the csv module: those of the record at hand are kept, and may be given back.

    ``row`` is the number of the next record, ``rest`` what is left of the text at hand, the next line last.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.row = 1
        self.taken: list[str] = []
        self._texts = iter(texts)
        self._text = ""
        self.rest: list[str] = []

    def __iter__(self) -> Iterator[str]:
        taken, rest = self.taken, self.rest
        while rest or self._refill():
            taken.append(rest.pop())
            yield taken[-1]
            if len(taken) > _MOST_LINES:
                raise csv.Error("a quote that is never closed")

    def text(self) -> str:
        """Show the next text, if no line of it was taken yet; else, and at the end, nothing."""
        if not self.rest and not self._text:
            self._text = next(self._texts, "")
        return self._text

    def pass_by(self, rows: int) -> None:
        """Leave out the text that was shown, which has so many rows."""
        self.row += rows
        self._text = ""

    def look_ahead(self) -> None:
        """Take some more lines, for a damaged record that goes on in them."""
        while len(self.taken) < _AHEAD and (self.rest or self._refill()):
            self.taken.append(self.rest.pop())

    def give_back(self, kept: int) -> None:
        """Take back the lines behind the first ``kept``, to be read again."""
        self.rest.extend(reversed(self.taken[kept:]))
        self.taken.clear()

    def _refill(self) -> bool:
        """Begin with the next text; at the end there is none."""
        self.rest.extend(reversed(io.StringIO(self.text(), newline="").readlines()))
        self._text = ""
        return bool(self.rest)


def _records(feed: _Feed, how: Dialect, problems: list[Problem], width: int, cut_off: bool) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 31)
    taken = feed.taken
    while True:
        reader = csv.reader(
            iter(feed), delimiter=how.sign, quotechar=how.quote, skipinitialspace=how.skip_space, strict=True
        )
        try:
            for cells in reader:
                if len(taken) > 1 or len(cells) * 2 <= width:
                    mended = _doubted(taken, cells, how, width)
                    if mended is not None:
                        break
                taken.clear()
                feed.row += 1
                yield cells
                if not feed.rest:
                    return  # the next text may be one in which all is as it should be
            else:
                return
        except csv.Error as error:
            if cut_off and "end of data" in str(error):
                return
            feed.look_ahead()
            mended = mend(taken, how.sign, how.quote, width)
        if mended.fault:
            problems.append(_damage(feed.row, mended.fault))
        feed.give_back(mended.lines)
        feed.row += 1
        yield mended.cells
        if not feed.rest:
            return


def _doubted(taken: list[str], cells: list[str], how: Dialect, width: int) -> Mended | None:
    """Give another reading of a record that the csv module took for good, where that one is the better."""
    if len(taken) > 1:
        first = whole(taken[0], how.sign, how.quote, width) if width > 1 else None
        if first and (len(cells) != width or _is_swallowing(cells, how.sign, width)):
            return first
        if width > 2 and _is_swallowing(cells, how.sign, width):
            return mend(taken[:1], how.sign, how.quote, width)
        return None
    return _in_another(taken[0], how, width) if width > 2 and taken else None


def _is_swallowing(cells: list[str], delimiter: str, width: int) -> bool:
    """Say whether a cell holds whole rows inside."""
    for cell in cells:
        inner = _LINE_END.split(cell)[1:-1]
        if len(inner) >= 2 and all(line.count(delimiter) >= width - 1 for line in inner):
            return True
    return False


def _in_another(line: str, how: Dialect, width: int) -> Mended | None:
    """Cut a line with another delimiter, if that alone gives the table's width and cells that look like something."""
    for delimiter in _OTHERS:
        if delimiter == how.sign or line.count(delimiter) < width - 1:
            continue
        try:
            cells = next(csv.reader([line], delimiter=delimiter, quotechar=how.quote, strict=True), [])
        except csv.Error:
            continue
        named = header.evidence(cells) * 3 >= max(width, 9 if delimiter == " " else 6)
        if len(cells) == width and (sum(map(is_value, cells)) >= 2 or named):
            return Mended(cells, fault="other_delimiter")
    return None


def _damage(row: int, fault: str) -> Problem:
    return Problem(
        row, "row", fault, _FAULTS[fault].format(row), severity="error" if fault == "open_quote" else "warning"
    )
