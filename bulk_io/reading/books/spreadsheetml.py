"""Workbooks in the XML of Excel 2002 and 2003 (SpreadsheetML), which reports often write under the name .xls."""

from __future__ import annotations

from collections.abc import Callable

from bulk_io.reading import cells
from bulk_io.reading.books import excel, numberformats
from bulk_io.reading.books.xmlstream import Attributes, Mended, Reader, parse
from bulk_io.reading.sheets import WIDEST, Gathered, Refused
from bulk_io.text import counted

_MOST_ROWS = 1_048_576
_NAMED = {"Percent": "0.00%"}


def sheets(path: str) -> list[Gathered]:
    """Read all sheets of a workbook.

    Raises:
        Refused: too wide or too long.
        ValueError: not well-formed.
    """
    reader = _Workbook()
    with open(path, "rb") as stream:
        try:
            parse(stream, reader)
        except ValueError:
            stream.seek(0)
            reader, mended = _Workbook(), Mended(stream)
            parse(mended, reader)
            for sheet in reader.sheets[:1]:
                sheet.findings.notes.append(
                    f"{counted(mended.count, 'bare & sign', 'was')} read as text: the program that wrote the file "
                    "should have written &amp;."
                )
    return reader.sheets


class _Workbook(Reader):
    """Follows the elements; rows and cells may name their place with ``ss:Index``."""

    def __init__(self) -> None:
        self.sheets: list[Gathered] = []
        self._formats: dict[str, str] = {}
        self._style = ""
        self._row = self._span = 0
        self._word = ""
        self._in_comment = False
        self._cells: list[str] = []
        self._cell: Attributes = {}
        self._kind = ""
        self._text: list[str] | None = None
        self._hidden_rows = 0
        self._hidden_columns: list[int] = []
        self._column = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if (begin := _BEGINNINGS.get(name)) is not None:
            begin(self, attributes)

    def begin_style(self, attributes: Attributes) -> None:
        self._style = attributes.get("ID", "")

    def begin_format(self, attributes: Attributes) -> None:
        self._formats[self._style] = attributes.get("Format", "")

    def begin_sheet(self, attributes: Attributes) -> None:
        self.sheets.append(Gathered(attributes.get("Name") or f"Sheet{len(self.sheets) + 1}"))
        self._row = self._column = self._hidden_rows = 0
        self._hidden_columns = []

    def begin_column(self, attributes: Attributes) -> None:
        first = _place(attributes, self._column)
        self._column = first + _whole(attributes, "Span", 0) + 1
        if attributes.get("Hidden") == "1":
            self._hidden_columns += range(first, min(self._column, WIDEST))

    def begin_row(self, attributes: Attributes) -> None:
        self._row = _place(attributes, self._row) + 1
        self._cells, self._span = [], _whole(attributes, "Span", 0)
        self._hidden_rows += attributes.get("Hidden") == "1"

    def begin_cell(self, attributes: Attributes) -> None:
        self._cell, self._kind = attributes, ""
        place = _place(attributes, len(self._cells))
        if place >= WIDEST or self._row > _MOST_ROWS:
            raise Refused("large", f"a cell in column {place + 1:,} of row {self._row:,}")
        self._cells += [""] * (place - len(self._cells)) + [""]

    def begin_data(self, attributes: Attributes) -> None:
        if not self._in_comment:
            self._kind, self._text = attributes.get("Type", "String"), []

    def begin_comment(self, attributes: Attributes) -> None:
        self._in_comment = True

    def begin_visible(self, attributes: Attributes) -> None:
        self._word = ""

    def text(self, characters: str) -> None:
        if self._text is not None:
            self._text.append(characters)
        else:
            self._word = (self._word + characters)[-40:]

    def end(self, name: str) -> None:
        match name:
            case "Data" if self._cells and self._text is not None:
                self._cells[-1] = self._value("".join(self._text))
                if self._kind == "Error" and self.sheets:
                    fault = (self._row, len(self._cells) - 1, "error_cell", self._cells[-1])
                    self.sheets[-1].findings.faults.append(fault)
                self._text = None
            case "Comment":
                self._in_comment = False
            case "Cell":
                self._end_cell()
            case "Row" if self.sheets:
                self.sheets[-1].add(self._row, self._cells)
                self._row += self._span
            case "Visible" if self.sheets:
                self.sheets[-1].visible = self._word.strip() not in {"SheetHidden", "SheetVeryHidden"}
            case "Worksheet" if self.sheets:
                self._end_sheet()

    def _end_cell(self) -> None:
        across, down = _whole(self._cell, "MergeAcross", 0), _whole(self._cell, "MergeDown", 0)
        if (across or down) and self.sheets:
            column = len(self._cells) - 1
            self.sheets[-1].findings.merged.append((self._row, column, self._row + down, column + across))
            self._cells += [""] * min(across, WIDEST - len(self._cells))

    def _end_sheet(self) -> None:
        notes = self.sheets[-1].findings.notes
        notes += excel.hidden_rows(self._hidden_rows)
        notes += excel.hidden_columns(self._hidden_columns)

    def _value(self, text: str) -> str:
        if self._kind == "Number":
            try:
                number = float(text)
            except ValueError:
                return text
            code = self._formats.get(self._cell.get("StyleID", ""), "")
            show = numberformats.show(_NAMED.get(code, code))
            return show(number) if show else cells.number(number)
        if self._kind == "DateTime":
            return cells.iso_moment(text)
        return cells.boolean(text == "1") if self._kind == "Boolean" else text


_BEGINNINGS: dict[str, Callable[[_Workbook, Attributes], None]] = {
    "Style": _Workbook.begin_style,
    "NumberFormat": _Workbook.begin_format,
    "Worksheet": _Workbook.begin_sheet,
    "Column": _Workbook.begin_column,
    "Row": _Workbook.begin_row,
    "Cell": _Workbook.begin_cell,
    "Data": _Workbook.begin_data,
    "Comment": _Workbook.begin_comment,
    "Visible": _Workbook.begin_visible,
}


def _place(attributes: Attributes, following: int) -> int:
    """Give a row's or cell's place from 0: where its index says, else after the one before."""
    return max(_whole(attributes, "Index", following + 1) - 1, following)


def _whole(attributes: Attributes, name: str, otherwise: int) -> int:
    text = attributes.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise
