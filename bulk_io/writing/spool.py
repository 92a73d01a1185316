"""A sheet's rows on their way into a workbook: checked, counted and measured in a nameless file, a batch at a time.

The workbook writer must know all its sheets before it takes the first row, and a sheet of Excel ends at row 1,048,576;
so rows wait on disk as Arrow batches, and memory holds one batch of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Literal

import pyarrow as pa
import pyarrow.compute as pc

from bulk_io.writing import arrays

Cell = str | int | None
Kind = Literal["text", "integer", "time"]
Keep = Callable[[int, int, str], None]
"""Takes a text that was cut: its row under the header and its column, both from 0, and the whole of it."""

LONGEST = 32_767
"""UTF-16 units that a cell of Excel can hold."""
MOST_LINES = 12
CUT = " … (cut: too long for a cell)"

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_SAMPLE = 500
# Excel's calendar is right only from here on: it believes in a 29 February 1900
_FIRST_DAY = datetime(1900, 3, 1)


class Spool:
    """Rows of one sheet on disk, and what was seen as they went by.

    ``kinds`` are the columns' kinds: one of times that cannot be read has become text. ``lengths`` are the widest texts
    of a sample, by column. ``lines`` are the heights, in lines, of rows with more than one. ``cut`` counts cut texts.
    """

    def __init__(self, file: IO[bytes], width: int, kinds: Mapping[int, Kind]) -> None:
        self.kinds: list[Kind] = [kinds.get(at, "text") for at in range(width)]
        self.lengths = [0] * width
        self.lines: dict[int, int] = {}
        self.cut = 0
        self._file = file

    def fill(self, rows: Iterable[Sequence[Cell]], *, wrapped: Mapping[int, float], keep: Keep) -> None:
        """Take all rows; ``wrapped`` are the columns whose text breaks into lines, with their widths in letters.

        ``keep`` is told of each text that is cut.

        Raises:
            ValueError: a row is not as wide as the header.
        """
        stored = pa.schema([(str(at), _type(kind, stored=True)) for at, kind in enumerate(self.kinds)])
        first = 0
        with pa.ipc.new_file(self._file, stored) as sink:
            for columns in arrays.batches(rows, len(self.kinds)):
                if not any(self.lengths):
                    self.lengths = [_longest(column[:_SAMPLE]) for column in columns]
                found = [self._array(at, column) for at, column in enumerate(columns)]
                fitting = [self._fitted(array, at, first, keep) for at, array in enumerate(found)]
                batch = pa.record_batch(fitting, schema=stored)
                sink.write_batch(batch)
                self._measure(columns, wrapped, first)
                first += batch.num_rows

    def sheets(self, header: Sequence[str], batches: int) -> Iterator[pa.RecordBatchReader]:
        """Give the rows again, in readers of at most ``batches`` batches: at least one, which may be without rows."""
        self._file.flush()
        self._file.seek(0)
        stored = pa.ipc.open_file(self._file)
        schema = pa.schema([(name, _type(kind)) for name, kind in zip(header, self.kinds, strict=True)])
        for first in range(0, stored.num_record_batches or 1, batches):
            numbers = range(first, min(first + batches, stored.num_record_batches))
            yield pa.RecordBatchReader.from_batches(schema, self._batches(stored, numbers, schema))

    def _batches(self, stored: pa.RecordBatchFileReader, numbers: range, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        for number in numbers:
            columns = stored.get_batch(number).columns
            cells = [
                _times(column) if kind == "time" else column for kind, column in zip(self.kinds, columns, strict=True)
            ]
            yield pa.record_batch(cells, schema=schema)

    def _measure(self, columns: Sequence[Sequence[Cell]], wrapped: Mapping[int, float], first: int) -> None:
        for at, width in wrapped.items():
            for row, cell in enumerate(columns[at], first):
                if cell and isinstance(cell, str) and (len(cell) > width or "\n" in cell):
                    self.lines[row] = max(_lines(cell, width), self.lines.get(row, 1))

    def _array(self, at: int, column: Sequence[Cell]) -> pa.Array:
        if self.kinds[at] == "integer":
            return pa.array(column, pa.int64())
        # a cell without text is not written at all: smaller, quicker, and blank for Excel's filter
        array = arrays.texts(column)
        if self.kinds[at] == "time" and not _are_times(array):
            self.kinds[at] = "text"
        return array

    def _fitted(self, array: pa.Array, at: int, first: int, keep: Keep) -> pa.Array:
        if array.type == pa.int64() or (pc.max(pc.binary_length(array)).as_py() or 0) <= LONGEST:
            return array
        texts = array.to_pylist()
        fitting = [text and fitted(text) for text in texts]
        for row, (text, kept) in enumerate(zip(texts, fitting, strict=True), first):
            if text != kept:
                self.cut += 1
                keep(row, at, text)
        return pa.array(fitting, pa.string())


def _type(kind: Kind, *, stored: bool = False) -> pa.DataType:
    if kind == "integer":
        return pa.int64()
    return pa.timestamp("ms") if kind == "time" and not stored else pa.string()


def _are_times(texts: pa.Array) -> bool:
    try:
        _times(texts)
    except (ValueError, OverflowError):
        return False
    return True


def _times(texts: pa.Array) -> pa.Array:
    times = arrays.times(texts)
    first = pc.min(times).as_py()
    if first is not None and first < _FIRST_DAY:
        raise ValueError("before Excel's first day")
    return times


def _longest(cells: Sequence[Cell]) -> int:
    return max((display_width(str(cell)) for cell in cells if cell is not None), default=0)


def fitted(text: str) -> str:
    """Cut a text that is too long for a cell, visibly."""
    if _units(text) <= LONGEST:
        return text
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - _units(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT


def as_name(text: str) -> str:
    """Give a header as Arrow can hold it: no NUL, at which its names end, and no half of a surrogate pair."""
    return fitted(arrays.without_halves(text.replace("\x00", "�")))


def display_width(text: str) -> int:
    """Measure the longest line of a text in columns of a plain letter; letters of East Asia take two."""
    line = max(text.splitlines(), key=len, default="")
    # every such letter is beyond ASCII, and few letters are
    return len(line) + sum(unicodedata.east_asian_width(c) in "WF" for c in _BEYOND_ASCII.findall(line))


def _lines(text: str, width: float) -> int:
    """Estimate the lines of a wrapped text; letters are a little narrower than the digits that Excel measures by."""
    return min(sum(1 + int(display_width(line) / (1.15 * width)) for line in text.split("\n")), MOST_LINES)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
