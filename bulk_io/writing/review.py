"""A workbook for a person to decide in: blocks of lines, a list to choose from in each, differences in colour.

Written by XlsxWriter, which formats single cells (the writer of `sheets` does whole columns). Each cell is a string,
whatever it begins with, so nothing of a file becomes a formula or a link.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bulk_io.errors import BulkIOError
from bulk_io.writing.outlet import whole

MOST_LINES = 1_048_575
_LONGEST = 32_000
_INK, _SHADE, _EDIT, _MARK = "#1F2933", "#EEF1F4", "#FFF8DB", "#FFD8A8"
_WRAPPED = "reason"
"""The column of sentences: their lines break, and the row grows with them."""
_LINE_HEIGHT, _A_LINE = 15.0, 55
"""Points, and the letters that are sure to fit: bold ones are broad, and words do not break."""
_WIDTHS = {"reason": 60.0, "email": 30.0, "name": 24.0, "currentCompany": 26.0, "phoneNumber": 18.0}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a block. ``heads``: it opens the block, and its values may be edited; ``marked`` cells differ."""

    cells: Sequence[str]
    heads: bool = False
    marked: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """What is written: the sheet to decide in, further sheets to read, and pages of plain lines.

    ``choice`` is the column of the list, ``choices`` what it offers, the first where nothing was chosen yet.
    ``hidden`` columns are there, but not shown.
    """

    name: str
    header: Sequence[str]
    lines: Iterable[Line]
    choice: int
    choices: Sequence[str]
    hidden: Collection[int] = ()
    tables: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    """By sheet: rows, the first of which is the header."""


def review(path: str | os.PathLike[str], sheet: Review) -> None:
    """Write a review; raises BulkIOError where it has more lines than a sheet."""
    with whole(path) as temp:
        _write(temp, sheet)


def _write(temp: Path, sheet: Review) -> None:
    import xlsxwriter  # only here: each import of a file passes this module, few write a review

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(temp), options) as book:
        styles = _styles(book)
        _write_blocks(book.add_worksheet(sheet.name), sheet, styles)
        for name, rows in sheet.tables.items():
            page = book.add_worksheet(name)
            page.hide_gridlines(2)
            page.freeze_panes(1, 0)
            for at, cells in enumerate(rows):
                _write_cells(page, at, cells, styles["head"] if at == 0 else styles["plain"])
            page.set_column(0, len(rows[0]) - 2, 22)
            page.set_column(len(rows[0]) - 1, len(rows[0]) - 1, 90)
            page.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows)}"})


def _write_blocks(page: Any, sheet: Review, styles: Mapping[str, Any]) -> None:
    page.freeze_panes(1, 3)
    page.hide_gridlines(2)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for at, name in enumerate(sheet.header):
        page.set_column(at, at, _WIDTHS.get(name, 14.0), None, {"hidden": at in sheet.hidden})
    _write_cells(page, 0, sheet.header, styles["head"])
    sentences = [at for at, name in enumerate(sheet.header) if name == _WRAPPED]
    last = 0
    for at, line in enumerate(sheet.lines, start=1):
        if at > MOST_LINES:
            raise BulkIOError(f"more than {MOST_LINES:,} lines to decide on do not fit into a sheet; split the file")
        last = at
        # not every program lets rows grow by itself
        page.set_row(at, _LINE_HEIGHT * max([1, *(-(-len(line.cells[one]) // _A_LINE) for one in sentences)]))
        plain, marked = ("result", "result") if line.heads else ("plain", "marked")
        for column, cell in enumerate(line.cells):
            style = f"{plain} {_WRAPPED}" if column in sentences else marked if column in line.marked else plain
            page.write_string(at, column, cell[:_LONGEST], styles[style])
        if not line.heads:
            page.write_string(at, sheet.choice, line.cells[sheet.choice], styles["choice"])
    if last:
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
        asked = {"validate": "list", "source": list(sheet.choices), "error_title": "Not a decision"}
        page.data_validation(1, sheet.choice, last, sheet.choice, asked)
        page.autofilter(0, 0, last, len(sheet.header) - 1)


def _write_cells(page: Any, at: int, cells: Sequence[str], style: Any) -> None:
    for column, cell in enumerate(cells):
        page.write_string(at, column, cell[:_LONGEST], style)


def _styles(book: Any) -> dict[str, Any]:
    def style(**more: Any) -> Any:
        return book.add_format({"valign": "top", "font_color": _INK, **more})

    result = {"bold": True, "bg_color": _EDIT, "top": 1}
    return {
        "head": style(bold=True, bg_color=_SHADE, bottom=1),
        "plain": style(),
        f"plain {_WRAPPED}": style(text_wrap=True),
        "marked": style(bg_color=_MARK),
        "choice": style(bold=True, border=1, border_color="#B8C2CC"),
        "result": style(**result),
        f"result {_WRAPPED}": style(**result, text_wrap=True),
    }
