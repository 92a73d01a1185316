"""Workbooks of text that stays text: exports, and the reports that people open.

Written by rustpy-xlsxwriter from Arrow batches, on which it guesses nothing: a cell of a text column is an inline
string whatever it begins with, never a formula, a link or a number, and is escaped where XML could not hold it.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import rustpy_xlsxwriter

from bulk_io.errors import BulkIOError
from bulk_io.text import sheet_name
from bulk_io.writing.arrays import BATCH
from bulk_io.writing.foreign import pythonic
from bulk_io.writing.outlet import whole
from bulk_io.writing.overlong import KeepLong, overlong
from bulk_io.writing.spool import Cell, Kind, Spool, as_name, display_width

BATCHES_A_SHEET = 123
"""What one sheet takes under its header: 123 x 8,525 = 1,048,575 rows."""
MOST_COLUMNS = 16_384
_NARROWEST, _WIDEST = 8, 60
_TIME = "yyyy-mm-dd hh:mm:ss"
_LINE_HEIGHT = 15.0
_INK, _LINE, _SHADE = "#1F2933", "#B8C2CC", "#EEF1F4"


@dataclass(frozen=True, slots=True)
class Colour:
    """How a word is shown: letters on a ground, each ``#RRGGBB``."""

    ink: str
    ground: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Column numbers count from 0, as do the rows under the header in ``headings``.

    ``rows`` are read once; each is as wide as ``header``. A column of kind ``integer`` takes ints or None, one of
    kind ``time`` ISO 8601 text (it stays text if one of them cannot be read), all others text. ``colours`` paints
    the cells of a column that begin with a word; the header of such a column must be unique. ``hidden`` columns are
    there but not shown; the filter spans them, so that sorting moves them with their rows. ``page`` drops what is for
    tables (filter, frozen header, grid) and shows the header as a title.
    """

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    kinds: Mapping[int, Kind] = field(default_factory=dict)
    widths: Mapping[int, float] = field(default_factory=dict)
    wrapped: Collection[int] = ()
    hidden: Collection[int] = ()
    colours: Mapping[int, Mapping[str, Colour]] = field(default_factory=dict)
    headings: Collection[int] = ()
    page: bool = False


_Part = tuple[str, Any, Sheet, Spool]
"""A sheet's name in the workbook, its rows, what was asked for, and what was seen."""


def workbook(
    path: str | os.PathLike[str], sheets: Sequence[Sheet], *, beside: str | os.PathLike[str] | None = None
) -> int:
    """Write sheets, in order, and give the number of texts that were cut because a cell holds 32,767 UTF-16 units.

    Rows beyond the 1,048,575th go into further sheets ``Name (2)`` … An empty sheet still has its header. ``beside``
    is a jsonl file that keeps the whole of what was cut (sheet, row as Excel shows it, column, text); it is made only
    where it is needed, and is there before the workbook is.

    Raises:
        BulkIOError: a header has more than 16,384 columns.
        ValueError: a row is not as wide as its header.
    """
    with whole(path) as temp, ExitStack() as stack:
        keep = stack.enter_context(overlong(beside))
        parts: list[_Part] = []
        for given in sheets:
            sheet = replace(given, header=[as_name(name) for name in given.header])
            _check(sheet)
            spool = Spool(stack.enter_context(tempfile.TemporaryFile(dir=temp.parent)), len(sheet.header), sheet.kinds)
            wrapped = {at: sheet.widths.get(at, _WIDEST) for at in sheet.wrapped}
            spool.fill(sheet.rows, wrapped=wrapped, keep=partial(_keep, keep, sheet))
            readers = spool.sheets(sheet.header, BATCHES_A_SHEET)
            parts += [(sheet_name(sheet.name, at), reader, sheet, spool) for at, reader in enumerate(readers)]
        with pythonic():
            _write(temp, parts)
    return sum({id(spool): spool.cut for *_, spool in parts}.values())


def is_sheet_name(name: str) -> bool:
    """Tell whether Excel takes a text as the name of a sheet."""
    # the history of shared workbooks has a name of its own, and an apostrophe may not stand at either end
    reserved = name.casefold() == "history" or name != name.strip("'")
    plain = name.isprintable() and len(name.encode("utf-16-le", "replace")) <= 62
    return plain and not reserved and bool(rustpy_xlsxwriter.validate_sheet_name(name))


def _keep(keep: KeepLong, sheet: Sheet, row: int, at: int, text: str) -> None:
    part, row = divmod(row, BATCH * BATCHES_A_SHEET)
    keep(sheet_name(sheet.name, part), row + 2, sheet.header[at], text)


def _write(temp: Path, parts: Sequence[_Part]) -> None:
    def each(make: Callable[[Sheet, Spool], Any]) -> dict[str, Any]:
        return {name: make(sheet, spool) for name, _, sheet, spool in parts}

    rustpy_xlsxwriter.write_worksheets(
        [(name, reader) for name, reader, *_ in parts],
        str(temp),
        freeze_panes={name: {"row": 1, "col": 0} for name, _, sheet, _ in parts if not sheet.page},
        autofilter=each(lambda sheet, _: not sheet.page),
        header_format=each(lambda sheet, _: _title() if sheet.page else _head()),
        row_heights={name: _heights(sheet, spool, first=name == sheet.name) for name, _, sheet, spool in parts},
        row_formats={name: {at + 1: _heading() for at in sheet.headings} for name, _, sheet, _ in parts},
        column_widths=each(_widths),
        column_formats=each(_formats),
        conditional_formats=each(lambda sheet, _: _painted(sheet)),
        ignore_errors=each(lambda sheet, spool: _digits_are_text(sheet, spool)),
        sheet_view=each(lambda sheet, _: {"gridlines": not sheet.page}),
        page_setup=each(lambda sheet, _: _paper(sheet)),
    )


def _check(sheet: Sheet) -> None:
    if len(sheet.header) > MOST_COLUMNS:
        raise BulkIOError(
            f"{len(sheet.header):,} columns do not fit into a sheet of {MOST_COLUMNS:,}; write csv instead."
        )


def _widths(sheet: Sheet, spool: Spool) -> list[float]:
    def width(at: int, name: str) -> float:
        # the filter's button covers about three letters of a header
        seen = 19 if spool.kinds[at] == "time" else spool.lengths[at]
        return float(min(max(display_width(name) + 4, seen + 2, _NARROWEST), _WIDEST))

    # the writer hides a column of width 0
    widths = {**sheet.widths, **dict.fromkeys(sheet.hidden, 0.0)}
    return [widths.get(at, width(at, name)) for at, name in enumerate(sheet.header)]


def _heights(sheet: Sheet, spool: Spool, *, first: bool) -> dict[int, float]:
    heights = {at + 1: _LINE_HEIGHT * lines for at, lines in spool.lines.items()} if first else {}
    heights |= {at + 1: 24.0 for at in sheet.headings}
    return {**heights, 0: 34.0 if sheet.page else 21.0}


def _formats(sheet: Sheet, spool: Spool) -> list[Any]:
    return [_cells(kind, wrapped=at in sheet.wrapped, page=sheet.page) for at, kind in enumerate(spool.kinds)]


def _cells(kind: Kind, *, wrapped: bool, page: bool) -> Any:
    form = rustpy_xlsxwriter.Format()
    if page and kind == "text" and not wrapped:
        return form  # any setting here would hide that of a heading's row
    form.set_align("top")
    if wrapped:
        form.set_text_wrap()
    if kind == "time":
        form.set_num_format(_TIME).set_align("left")
    elif kind == "integer":
        # in a table integers are numbers of rows, which are read like names
        form.set_num_format("#,##0" if page else "0").set_align("right" if page else "left")
    elif page:
        form.set_align("left").set_indent(1)
    return form


def _painted(sheet: Sheet) -> dict[str, list[dict[str, Any]]]:
    return {
        sheet.header[at]: [_paint(word, colour) for word, colour in words.items()]
        for at, words in sheet.colours.items()
    }


def _paint(word: str, colour: Colour) -> dict[str, Any]:
    form = rustpy_xlsxwriter.Format().set_font_color(colour.ink).set_background_color(colour.ground)
    return {"type": "text", "criteria": "begins_with", "value": word, "format": form}


def _digits_are_text(sheet: Sheet, spool: Spool) -> list[str]:
    """Name the columns whose digits are text on purpose, where Excel would put a green mark into each cell."""
    times = Counter(sheet.header)
    text = (name for name, kind in zip(sheet.header, spool.kinds, strict=True) if kind == "text")
    return [name for name in text if name.strip() and times[name] == 1]


def _paper(sheet: Sheet) -> dict[str, Any]:
    settings = {"landscape": not sheet.page, "paper_size": 9, "fit_to_pages": (1, 0), "footer": "&L&A&R&P / &N"}
    return settings if sheet.page else {**settings, "repeat_rows": 0}


def _title() -> Any:
    return rustpy_xlsxwriter.Format().set_bold().set_font_size(18).set_font_color(_INK).set_align("vertical_center")


def _head() -> Any:
    form = rustpy_xlsxwriter.Format().set_bold().set_font_color(_INK).set_background_color(_SHADE)
    return form.set_border_bottom("thin").set_border_bottom_color(_LINE).set_align("vertical_center")


def _heading() -> Any:
    return rustpy_xlsxwriter.Format().set_bold().set_font_size(13).set_font_color(_INK)
