"""Sheets of an xlsx that are too tall for calamine at once: it reads one part after the other, each in a workbook.

calamine needs a hundred bytes a cell. A part is cut out of the XML at ends of rows, so that its cells keep their
places; how far the sheet reaches is told by what it says of itself, and held against what comes.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineSheet

from bulk_io.reading.books import openxml
from bulk_io.reading.sheets import Misjudged, fitted

TALL = 4_000_000
"""Cells of a part at most, about, by what the sheet says; a sheet that has fewer is read as a whole."""
_LEAST = 64 << 20
"""Bytes of XML below which a sheet has not so many cells, whatever it says."""
_WIDEST = 1000
"""A sheet that says that it is wider is read as a whole: it has other troubles than its height."""
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s[^>]*?\bref=[\"']([A-Z0-9:]{2,30})[\"']")
_DATA = re.compile(rb"<((?:\w+:)?)sheetData[^>]*>")
_SHEETS = frozenset({"worksheet", "chartsheet", "dialogsheet"})
Open = Callable[[str], CalamineSheet]
"""Opens the sheet in the copy of its workbook at a path."""


class TallSheet:
    """A sheet in parts, with as much of the face of calamine's as is asked for."""

    start = (0, 0)

    def __init__(self, path: str, part: str, area: tuple[int, int, int, int], share: int, opened: Open) -> None:
        _, _, self.height, right = area
        self.end = (self.height - 1, right)
        self.merged_cell_ranges: list[tuple[tuple[int, int], tuple[int, int]]] = []
        """Known when all rows were read, for they stand behind them."""
        self._path = path
        self._part = part
        self._share = share
        self._open = opened
        self._first: CalamineSheet | None = None

    def iter_rows(self) -> Iterator[list[Any]]:
        """Give the rows from the first one of the sheet on.

        Raises:
            Misjudged: a part reaches further to the right than the sheet says, or lies above the one before.
        """
        done, width = 0, self.end[1] + 1
        for sheet in self._sheets():
            self.merged_cell_ranges = sheet.merged_cell_ranges or []
            if sheet.start is None or sheet.end is None:
                continue
            if sheet.start[0] < done or sheet.end[1] >= width:
                raise Misjudged
            left: list[Any] = [""] * sheet.start[1]
            # calamine begins at the top of the sheet, wherever its cells do
            for row in islice(sheet.iter_rows(), done, None):
                done += 1
                yield fitted([*left, *row], width)
            del sheet  # before the next one takes as much room

    def _sheets(self) -> Iterator[CalamineSheet]:
        for at, copy in enumerate(parts(self._path, self._part, self._share)):
            if at:
                self._first = None
                yield self._open(copy)
            else:
                # the beginning is looked at before all is read
                self._first = self._first or self._open(copy)
                yield self._first


def find(path: str, name: str, opened: Open) -> TallSheet | None:
    """Give a sheet of a workbook, to be read in parts; None where that is not needed or cannot be done."""
    with zipfile.ZipFile(path) as archive:
        # a look at the sizes is all that most workbooks cost
        large = {info.filename: info.file_size for info in archive.infolist() if info.file_size >= _LEAST}
        part = openxml.part_of(archive, name) if large else None
        if part not in large:
            return None
        with archive.open(part) as stream:
            told = _DIMENSION.search(next(openxml.blocks(stream)))
    area = openxml.area(told[1].decode()) if told else None
    if area is None or area[3] >= _WIDEST or (cells := area[2] * (area[3] + 1)) <= TALL:
        return None
    return TallSheet(path, part, area, large[part] * TALL // cells, opened)


def parts(path: str, part: str, share: int) -> Iterator[str]:
    """Give workbooks that hold a part of a sheet each, ``share`` bytes of its XML.

    It is one file, beside the workbook's, that is written anew for each.
    """
    copy = Path(path).with_name("part.xlsx")
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        sheets = {target for _, kind, target in openxml.relations(archive, "xl/workbook.xml") if kind in _SHEETS}
        others = [name for name in archive.namelist() if name.endswith((".xml", ".rels")) and name not in sheets]
        blocks = openxml.blocks(stream)
        first = next(blocks)
        opening = _DATA.search(first)
        if opening is None:
            raise Misjudged
        head, end = first[: opening.end()], b"</%ssheetData></%sworksheet>" % (opening[1], opening[1])
        rows, more = chain([first[opening.end() :]], blocks), True
        while more:
            with zipfile.ZipFile(copy, "w") as target:
                for name in others:
                    with archive.open(name) as source, target.open(name, "w") as copied:
                        shutil.copyfileobj(source, copied)
                with target.open(part, "w", force_zip64=True) as cut:
                    cut.write(head)
                    more = _fill(cut, rows, share)
                    cut.write(end if more else b"")
            yield str(copy)


def _fill(cut: IO[bytes], rows: Iterator[bytes], share: int) -> bool:
    """Write blocks of rows until a part is full; tells whether there is more, which begins with a row."""
    size = 0
    for block in rows:
        cut.write(block)
        size += len(block)
        if size >= share and block.endswith(b"row>"):
            return True
    return False
