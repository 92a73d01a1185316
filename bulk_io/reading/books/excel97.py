"""Workbooks of Excel 97 and before (xls, BIFF 2 to 8) by xlrd, which tells formats, errors and what is hidden."""

from __future__ import annotations

from datetime import time, timedelta
from io import StringIO

import xlrd
from xlrd.sheet import Sheet

from bulk_io.reading import cells
from bulk_io.reading.books import excel, numberformats
from bulk_io.reading.sheets import Findings, Gathered, Refused

_SPANS = ("[h", "[m", "[s")


def sheets(path: str) -> list[Gathered]:
    """Read all worksheets of a workbook.

    Raises:
        Refused: it is protected by a password.
    """
    try:
        book = _opened(path, formats=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Refused("password", "") from error
        raise
    except Exception:
        # without its formats a damaged workbook may yet be read
        book = _opened(path, formats=False)
    return [_gathered(book, sheet) for sheet in book.sheets()]


def _opened(path: str, *, formats: bool) -> xlrd.Book:
    log = StringIO()
    return xlrd.open_workbook(path, logfile=log, formatting_info=formats, ignore_workbook_corruption=True)


def _gathered(book: xlrd.Book, sheet: Sheet) -> Gathered:
    found = Gathered(sheet.name)
    found.visible = sheet.visibility == 0
    found.findings = _findings(sheet)
    for row in range(sheet.nrows):
        texts = [_text(book, cell) for cell in sheet.row(row)]
        found.add(row + 1, texts)
        if xlrd.XL_CELL_ERROR in sheet.row_types(row):
            for column, kind in enumerate(sheet.row_types(row)):
                if kind == xlrd.XL_CELL_ERROR:
                    found.findings.faults.append((row + 1, column, "error_cell", texts[column]))
    return found


def _findings(sheet: Sheet) -> Findings:
    found = Findings()
    found.merged = [(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
    hidden = sum(1 for row, info in sheet.rowinfo_map.items() if info.hidden and row < sheet.nrows)
    found.notes += excel.hidden_rows(hidden)
    columns = [at for at, info in sorted(sheet.colinfo_map.items()) if info.hidden and at < sheet.ncols]
    found.notes += excel.hidden_columns(columns)
    return found


def _text(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    kind, value = cell.ctype, cell.value
    if kind == xlrd.XL_CELL_TEXT:
        return str(value)
    if kind == xlrd.XL_CELL_NUMBER:
        show = numberformats.show(_code(book, cell))
        return show(value) if show else cells.number(value)
    if kind == xlrd.XL_CELL_DATE:
        return _moment(book, cell)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return cells.boolean(value)
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#ERROR"))
    return ""


def _code(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    style = cell.xf_index
    if style is None or not 0 <= style < len(book.xf_list):
        return ""
    known = book.format_map.get(book.xf_list[style].format_key)
    return str(known.format_str) if known else ""


def _moment(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    """Write a date, a time of day or a span; what is none of them by its value is the plain number."""
    value = cell.value
    if _code(book, cell).lower().lstrip().startswith(_SPANS):
        return cells.duration(timedelta(days=value))
    if not 0 <= value < 2_958_466:
        return cells.number(value)
    if value < 1:
        seconds = min(round(value * 86_400), 86_399)
        return cells.clock(time(seconds // 3600, seconds // 60 % 60, seconds % 60))
    return cells.moment(xlrd.xldate.xldate_as_datetime(value, book.datemode))
