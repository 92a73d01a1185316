"""Workbooks of Excel (xlsx, xlsm) by calamine, completed by what `openxml` finds in the XML.

calamine holds one sheet in memory, or a part of a tall one, and gives it row by row; it can abort its process or panic
outside ``Exception``.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from bulk_io.reading import cells
from bulk_io.reading.books import farcells, oddcells, openxml, partnames, tallsheet
from bulk_io.reading.books.openxml import Extras, Mark
from bulk_io.reading.books.tallsheet import TallSheet
from bulk_io.reading.books.xmlstream import refuse_entity
from bulk_io.reading.outlines import header
from bulk_io.reading.sheets import Findings, check_width
from bulk_io.text import counted

_SAMPLE = 200
_HEAD = 4096
"""As far into a part as a document type may be declared."""
_MOST_FAULTS = 200_000
_UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ParseError, DefusedXmlException, NotImplementedError)
_NOTHING: Mapping[str, str] = {}
_END = Mark(1 << 30, 0, None)


class _Book:
    """A workbook, open from the first look at it until it is closed: its shared texts are in memory for as long.

    ``notes`` are told of the parts of its sheets; ``in_parts``: see `sheets`.
    """

    def __init__(self, path: str, notes: Mapping[str, str], *, in_parts: bool) -> None:
        self.path = path
        self.notes = notes
        self.in_parts = in_parts
        self._opened: CalamineWorkbook | None = None

    def opened(self) -> CalamineWorkbook:
        """Give calamine's workbook; raises CalamineError."""
        if self._opened is None:
            self._opened = CalamineWorkbook.from_path(self.path)
        return self._opened

    def close(self) -> None:
        """Free the memory."""
        self._opened = None


class ExcelSheet:
    """A sheet of a workbook, read when it is first looked at."""

    header: list[str] | None = None

    def __init__(self, book: _Book, name: str, *, visible: bool) -> None:
        self.name = name
        self.visible = visible
        self._book = book
        self._sheet: CalamineSheet | TallSheet | None = None

    def sample(self) -> list[tuple[int, list[str]]]:
        sheet = self._read()
        found = [(row, list(map(cells.text, values))) for row, values in islice(_numbered(sheet), _SAMPLE)]
        return [(row, values) for row, values in found if not header.is_blank(values)]

    def height(self) -> int:
        return self._read().height

    def width(self) -> int:
        end = self._read().end
        if end is None:
            return 0
        check_width(end[1] + 1)
        return end[1] + 1

    def rows(self, findings: Findings) -> Iterator[tuple[int, list[Any]]]:
        sheet = self._read()
        extras = self._extras()
        if extras is None:
            yield from ((row, values) for row, values in _numbered(sheet) if _is_seen(values))
        else:
            yield from self._completed(sheet, extras, findings)
        findings.merged += [
            (top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        ]

    def _completed(
        self, sheet: CalamineSheet | TallSheet, extras: Extras, findings: Findings
    ) -> Iterator[tuple[int, list[Any]]]:
        findings.tables += extras.tables
        findings.notes += filter(None, [self._book.notes.get(extras.part)])
        marks = _readable(extras)
        mark = next(marks, _END)
        for row, values in _numbered(sheet):
            while mark.row <= row:
                if mark.row == row:
                    _marked(values, mark, findings)
                mark = next(marks, _END)
            if _is_seen(values):
                yield row, values
        for _ in marks:
            pass
        findings.notes += hidden_rows(extras.hidden_rows)
        findings.notes += hidden_columns(extras.hidden_columns)

    def _read(self) -> CalamineSheet | TallSheet:
        if self._sheet is None:
            tall = self._tall() if self._book.in_parts else None
            if tall:
                self._book.close()  # each part brings the texts that its cells share
            self._sheet = tall or self._opened(self._book.path)
        return self._sheet

    def _tall(self) -> TallSheet | None:
        try:
            return tallsheet.find(self._book.path, self.name, self._opened)
        except _UNREADABLE:
            # no zip, perhaps: whether it is a workbook is for calamine to say
            return None

    def _opened(self, path: str) -> CalamineSheet:
        """Let calamine read the sheet in the workbook, or in a copy of it."""
        try:
            book = self._book.opened() if path == self._book.path else CalamineWorkbook.from_path(path)
            return book.get_sheet_by_name(self.name)
        except CalamineError:
            # a single cell of a kind that it does not know may be all that it minds
            extras = self._extras()
            if extras is None:
                raise
            copy = oddcells.spelled_out(path, extras.part)
            return CalamineWorkbook.from_path(copy).get_sheet_by_name(self.name)

    def _extras(self) -> Extras | None:
        try:
            return openxml.extras(self._book.path, self.name)
        except _UNREADABLE:
            # calamine could read the sheet; without the extras its cells are as it gives them
            return None


def sheets(path: str, *, near: bool = False, in_parts: bool = True) -> list[ExcelSheet]:
    """Give the worksheets of a workbook; charts and macro sheets have no cells.

    ``near``: cells far from the tables are left out. ``in_parts``: a tall sheet may be read in parts, so that its rows
    may raise Misjudged.
    """
    if zipfile.is_zipfile(path):
        _refuse_entities(path)
    copy = farcells.trimmed(path) if near else None
    book = _book(copy.path if copy else path, copy.notes if copy else _NOTHING, in_parts)
    known = book.opened().sheets_metadata
    if not known:
        raise ValueError("a workbook without sheets")
    return [
        ExcelSheet(book, meta.name, visible=meta.visible == SheetVisibleEnum.Visible)
        for meta in known
        if meta.typ == SheetTypeEnum.WorkSheet
    ]


def _book(path: str, notes: Mapping[str, str], in_parts: bool) -> _Book:
    """Open a workbook, or the copy of it that calamine can open."""
    book = _Book(path, notes, in_parts=in_parts)
    try:
        book.opened()
    except CalamineError:
        copy = partnames.usual(path) if zipfile.is_zipfile(path) else None
        if copy is None:
            raise
        return _Book(copy, notes, in_parts=in_parts)
    return book


def _refuse_entities(path: str) -> None:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                with archive.open(name) as part:
                    head = part.read(_HEAD)
                if b"<!ENTITY" in head:
                    refuse_entity(external=b"SYSTEM" in head or b"PUBLIC" in head)


def hidden_rows(count: int) -> list[str]:
    """Say how many rows are hidden, if any."""
    if not count:
        return []
    return [f"{counted(count, 'hidden row', 'was')} read too."]


def hidden_columns(places: list[int]) -> list[str]:
    """Say which columns (from 0) are hidden, if any."""
    if not places:
        return []
    names = ", ".join(openxml.column_letters(place + 1) for place in places[:20])
    return [f"Hidden columns were read too: {names}{' …' if len(places) > 20 else ''}."]


def _is_seen(values: list[Any]) -> bool:
    return any(type(value) is not str or value.strip() for value in values)


def _numbered(sheet: CalamineSheet | TallSheet) -> Iterator[tuple[int, list[Any]]]:
    """Give the rows with their numbers; calamine leaves out empty columns at the left."""
    left: list[Any] = [""] * (sheet.start[1] if sheet.start else 0)
    for row, values in enumerate(sheet.iter_rows(), 1):
        yield row, left + values if left else values


def _readable(extras: Extras) -> Iterator[Mark]:
    try:
        yield from extras.marks()
    except _UNREADABLE:
        return


def _marked(values: list[Any], mark: Mark, findings: Findings) -> None:
    if mark.column >= len(values):
        return
    if mark.show is not None:
        if type(values[mark.column]) in {float, int}:
            values[mark.column] = mark.show(float(values[mark.column]))
    elif not mark.fault:
        values[mark.column] = mark.text
    elif len(findings.faults) < _MOST_FAULTS:
        values[mark.column] = mark.text if mark.fault != "no_text" else ""
        findings.faults.append((mark.row, mark.column, mark.fault, mark.text))
