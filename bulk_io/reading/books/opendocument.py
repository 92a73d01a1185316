"""OpenDocument spreadsheets, packed (ods) and flat (fods): one pass over the XML, in bounded memory.

Repeated rows and columns are given once as they are needed, and the million empty ones at a sheet's end not at all.
The text that a number shows tells its format: a phone number's zero, a percentage.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import IO

from bulk_io.reading import cells
from bulk_io.reading.books import excel
from bulk_io.reading.books.xmlstream import Attributes, Reader, parse
from bulk_io.reading.sheets import MOST_CELLS, WIDEST, Gathered, Refused

_MOST_ROWS = 1_048_576
_MASKED = re.compile(r"(?=.*\d)(?:[+(0][\d\s().+\-/]*|\d[\d\s().\-/]*[\s().\-/][\d\s().\-/]*)")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[\s.]\d{3})+")
_FOLDED = re.compile(r"[ \t\r]*\n[ \t\r\n]*")
_NOUGHT = re.compile(r"0\.0+")
_IGNORED = frozenset({"annotation", "ruby-text", "tracked-changes", "shapes", "forms"})
_UNSEEN = frozenset({"collapse", "filter"})
_BREAKS = {"s": " ", "tab": "\t", "line-break": "\n"}


def sheets(path: str) -> list[Gathered]:
    """Read all sheets of a workbook, packed in a zip or flat.

    Raises:
        Refused: too wide.
        ValueError: not such a file, or not well-formed.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
            return _read(stream)
    with open(path, "rb") as stream:
        return _read(stream)


def _read(stream: IO[bytes]) -> list[Gathered]:
    reader = _Spreadsheet()
    parse(stream, reader)
    return reader.sheets


class _Spreadsheet(Reader):
    """Follows the elements of a spreadsheet; namespaces are told by their usual prefixes' local names."""

    def __init__(self) -> None:
        self.sheets: list[Gathered] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._row = self._column = self._place = 0
        self._rows_repeated = self._cells_repeated = 1
        self._cells: list[str] = []
        self._cell: Attributes = {}
        self._text: list[str] | None = None
        self._paragraphs = 0
        self._folded = self._open = False
        self._skipped = 0
        self._hidden_columns: list[int] = []
        self._hidden_rows = 0
        self._row_hidden = False
        self._faults: list[tuple[int, str]] = []
        self._depth = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if self._skipped or name in _IGNORED:
            self._skipped += 1
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell, self._text, self._paragraphs = attributes, [], 0
            self._cells_repeated = _count(attributes, "number-columns-repeated")
        elif self._text is not None:
            self._inside(self._text, name, attributes)
        elif (begin := _BEGINNINGS.get(name)) is not None:
            begin(self, attributes)

    def _inside(self, text: list[str], name: str, attributes: Attributes) -> None:
        if name in {"p", "h"}:
            if self._paragraphs:
                text.append("\n")
            self._paragraphs += 1
            self._open = True
        elif name in _BREAKS:
            text.append(_BREAKS[name] * min(_count(attributes, "c"), 1000))
            self._folded = False

    def begin_table(self, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        sheet = Gathered(attributes.get("name") or f"Sheet{len(self.sheets) + 1}")
        sheet.visible = attributes.get("style-name", "") not in self._hidden_styles
        self.sheets.append(sheet)
        self._row = self._column = 0
        self._hidden_columns, self._hidden_rows = [], 0

    def begin_style(self, attributes: Attributes) -> None:
        self._style = attributes.get("name", "")

    def begin_properties(self, attributes: Attributes) -> None:
        if attributes.get("display") == "false":
            self._hidden_styles.add(self._style)

    def begin_column(self, attributes: Attributes) -> None:
        repeated = _count(attributes, "number-columns-repeated")
        if attributes.get("visibility") in _UNSEEN:
            self._hidden_columns += range(self._column, min(self._column + repeated, WIDEST))
        self._column += repeated

    def begin_row(self, attributes: Attributes) -> None:
        self._cells, self._faults, self._place = [], [], 0
        self._rows_repeated = _count(attributes, "number-rows-repeated")
        self._row_hidden = attributes.get("visibility") in _UNSEEN

    def text(self, characters: str) -> None:
        if self._text is not None and self._open and not self._skipped:
            # line breaks in the XML are its layout (ODF 1.2 part 1, 6.1.2); those of the text are elements
            self._folded = "\n" in characters
            if self._folded:
                characters = _FOLDED.sub(" ", characters)
                characters = characters if self._text and self._text[-1] != "\n" else characters.lstrip(" ")
            self._text.append(characters)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        match name:
            case "p" | "h":
                self._end_paragraph()
            case "table-cell" | "covered-table-cell":
                self._end_cell(name)
            case "table-row":
                self._end_row()
            case "table":
                self._depth -= 1
                if self._depth == 0:
                    self._end_sheet()

    def _end_paragraph(self) -> None:
        self._open = False
        if self._text and self._folded:
            self._text[-1] = self._text[-1].removesuffix(" ")

    def _end_cell(self, name: str) -> None:
        text = "".join(self._text or ())
        self._text = None
        value = _value(self._cell, text)
        place = self._place
        self._place += self._cells_repeated
        if value and self._place > WIDEST:
            raise Refused("large", f"{self._place:,} columns")
        if value and _is_error(self._cell, text):
            self._faults.append((place, text))
        spanned = _count(self._cell, "number-columns-spanned"), _count(self._cell, "number-rows-spanned")
        if spanned != (1, 1) and name == "table-cell" and self.sheets:
            row = self._row + 1
            self.sheets[-1].findings.merged.append((row, place, row + spanned[1] - 1, place + spanned[0] - 1))
        if value:
            # blank cells only where something stands behind them: programs fill up each row to the last column
            self._cells += [""] * (place - len(self._cells)) + [value] * self._cells_repeated

    def _end_row(self) -> None:
        if self._cells and self.sheets and self._depth == 1:
            self._hidden_rows += self._row_hidden * self._rows_repeated
            if self._row + self._rows_repeated > _MOST_ROWS or self._rows_repeated * len(self._cells) > MOST_CELLS:
                raise Refused("large", f"{self._row + self._rows_repeated:,} rows of {len(self._cells):,} cells")
            for row in range(self._row + 1, self._row + self._rows_repeated + 1):
                self.sheets[-1].add(row, self._cells)
                self.sheets[-1].findings.faults += [(row, at, "error_cell", text) for at, text in self._faults]
        if self._depth == 1:
            self._row += self._rows_repeated

    def _end_sheet(self) -> None:
        notes = self.sheets[-1].findings.notes
        notes += excel.hidden_rows(self._hidden_rows)
        notes += excel.hidden_columns(self._hidden_columns)[: len(self._hidden_columns) < 500]


_BEGINNINGS: dict[str, Callable[[_Spreadsheet, Attributes], None]] = {
    "table": _Spreadsheet.begin_table,
    "style": _Spreadsheet.begin_style,
    "table-properties": _Spreadsheet.begin_properties,
    "table-column": _Spreadsheet.begin_column,
    "table-row": _Spreadsheet.begin_row,
}


def _count(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1


def _is_error(cell: Attributes, text: str) -> bool:
    """Say whether a formula ended in an error; LibreOffice marks it so, older versions only show it."""
    errors = text.startswith(("#", "Err:")) and "formula" in cell
    return cell.get("value-type") == "error" or errors


def _value(cell: Attributes, text: str) -> str:
    match cell.get("value-type"):
        case "float" | "currency" | "percentage" as kind if (number := _number(cell.get("value", ""))) is not None:
            if kind == "percentage":
                return cells.percent(number)
            return _shown(text, cells.number(number)) if kind == "float" else cells.number(number)
        case "date" if cell.get("date-value"):
            return cells.iso_moment(cell["date-value"])
        case "time" if cell.get("time-value"):
            return cells.iso_span(cell["time-value"])
        case "boolean" if cell.get("boolean-value"):
            return cells.boolean(cell["boolean-value"] == "true")
        case "string" if "string-value" in cell and not text:
            return cell["string-value"]
    return text


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _shown(text: str, plain: str) -> str:
    """Take the text that a number shows where its format is a mask: more zeros, a plus, or digits in groups."""
    shown = text.strip()
    digits = re.sub(r"\D", "", shown)
    if shown == plain or digits.lstrip("0") != plain.lstrip("0") or not _MASKED.fullmatch(shown):
        return plain
    if _GROUPED.fullmatch(shown) or _NOUGHT.fullmatch(shown):
        return plain
    return shown
