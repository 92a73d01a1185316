"""Workbooks of Excel in binary (xlsb): one pass over the records of each sheet, with formats, errors, what is hidden.

The records are those of [MS-XLSB]: a number, a length, and bytes. Numbers of records stand here beside their names.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from bulk_io.reading import cells
from bulk_io.reading.books import excel, numberformats, openxml, serials
from bulk_io.reading.sheets import WIDEST, Gathered, Refused

_BOOK = "xl/workbook.bin"
_MOST_ROWS = 1_048_576
_ROW, _REAL, _ISST, _RSTRING, _MERGED = 0, 5, 7, 62, 176
_FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 44, 47, 617, 618
_TEXT, _SHEET, _PROPERTIES, _COLUMN, _LIST = 19, 156, 153, 60, 343
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_SHORT = 11
"""BrtShortBlank to BrtShortIsst are the records 1 to 7 once more, without their column: it is the next."""

_long, _double = struct.Struct("<I").unpack_from, struct.Struct("<d").unpack_from
Show = Callable[[float], str]


def sheets(path: str) -> list[Gathered]:
    """Read all worksheets of a workbook.

    Raises:
        Refused: too wide or too long.
        Exception: whatever a damaged record leads to.
    """
    with zipfile.ZipFile(path) as archive:
        parts = {name: (kind, part) for name, kind, part in openxml.relations(archive, _BOOK)}
        since_1904, listed = _contents(archive.read(_BOOK))
        texts = _texts(archive, parts)
        shows = _shows(archive, parts, since_1904=since_1904)
        found = []
        for name, relation, visible in listed:
            kind, part = parts.get(relation, ("", ""))
            if kind == "worksheet":
                sheet = _Reading(Gathered(name), texts, shows).read(archive.read(part))
                sheet.visible = visible
                sheet.findings.tables += _tables(archive, part)
                found.append(sheet)
    if not listed:
        raise ValueError("a workbook without sheets")
    return found


def records(found: bytes) -> Iterator[tuple[int, int, int]]:
    """Give the records of a part: number, and where their bytes begin and end."""
    at, end = 0, len(found)
    while at < end:
        kind = found[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (found[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = found[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        if at + size > end:
            raise ValueError("a record is cut off")
        yield kind, at, at + size
        at += size


def _string(found: bytes, at: int) -> tuple[str, int]:
    """Give a text with its length before it, and where it ends; one that is not there is empty."""
    (count,) = _long(found, at)
    end = at + 4 + 2 * (0 if count == 0xFFFFFFFF else count)
    if end > len(found):
        raise ValueError("a text is cut off")
    return found[at + 4 : end].decode("utf-16-le", "replace"), end


def _contents(book: bytes) -> tuple[bool, list[tuple[str, str, bool]]]:
    """Give a workbook's epoch and its sheets: name, relation, whether it is shown."""
    since_1904, listed = False, []
    for kind, at, end in records(book):
        if kind == _PROPERTIES:
            since_1904 = bool(book[at] & 1)
        elif kind == _SHEET:
            listed.append((*_names(book, at, end), _long(book, at)[0] == 0))
    return since_1904, listed


def _names(book: bytes, at: int, end: int) -> tuple[str, str]:
    """Give a sheet's name and its relation; in the first version of the format four bytes more stand before them."""
    for start in (at + 8, at + 12):
        with suppress(ValueError):
            relation, middle = _string(book, start)
            name, last = _string(book, middle)
            if last == end:
                return name, relation
    raise ValueError("a sheet without a name")


def _part(archive: zipfile.ZipFile, parts: dict[str, tuple[str, str]], wanted: str) -> bytes:
    return next((archive.read(part) for kind, part in parts.values() if kind == wanted), b"")


def _texts(archive: zipfile.ZipFile, parts: dict[str, tuple[str, str]]) -> list[str]:
    found = _part(archive, parts, "sharedStrings")
    if not found:
        # some programs name no relation to it
        names = [name for name in archive.namelist() if name.lower() == "xl/sharedstrings.bin"]
        found = archive.read(names[0]) if names else b""
    return [_string(found, at + 1)[0] for kind, at, _ in records(found) if kind == _TEXT]


def _shows(archive: zipfile.ZipFile, parts: dict[str, tuple[str, str]], *, since_1904: bool) -> list[Show]:
    """Give, for each style, the function that writes its numbers."""
    styles, codes, shows = _part(archive, parts, "styles"), dict(openxml.BUILT_IN | serials.BUILT_IN), list[Show]()
    inside = False
    for kind, at, _ in records(styles):
        if kind == _FORMAT:
            codes[int.from_bytes(styles[at : at + 2], "little")] = _string(styles, at + 2)[0]
        elif kind in {_BEGIN_STYLES, _END_STYLES}:
            inside = kind == _BEGIN_STYLES
        elif kind == _STYLE and inside:
            code = codes.get(int.from_bytes(styles[at + 2 : at + 4], "little"), "")
            dated = serials.is_date(code)
            show = partial(serials.text, code=code, since_1904=since_1904) if dated else numberformats.show(code)
            shows.append(show or cells.number)
    return shows


def _tables(archive: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    for _, kind, part in openxml.relations(archive, sheet):
        found = archive.read(part) if kind == "table" else b""
        for record, at, _ in records(found):
            if record != _LIST:
                continue
            top, bottom, left, right, _, _, headers, totals = struct.unpack_from("<8I", found, at)
            name, end = _string(found, at + 64)
            if headers:
                yield top + 1, left, bottom + 1, right, _string(found, end)[0] or name, totals


class _Reading:
    """Follows the records of one sheet."""

    def __init__(self, sheet: Gathered, texts: list[str], shows: list[Show]) -> None:
        self._sheet, self._texts, self._shows = sheet, texts, shows
        self._row, self._cells = 0, list[str]()
        self._hidden_rows, self._hidden = 0, False
        self._hidden_columns: list[int] = []

    def read(self, found: bytes) -> Gathered:
        """Read all records; the sheet has its rows then."""
        for kind, at, _ in records(found):
            if kind == _ROW:
                self._end_row()
                self._row = _long(found, at)[0] + 1
                self._hidden = bool(found[at + 11] & 0x10)
            elif 1 < kind <= _SHORT or kind == _RSTRING:
                self._cell(kind, found, _long(found, at)[0], at + 4)
            elif _SHORT < kind <= _SHORT + _ISST:
                self._cell(kind - _SHORT, found, len(self._cells), at)
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<4I", found, at)
                self._sheet.findings.merged.append((top + 1, left, bottom + 1, right))
            elif kind == _COLUMN and found[at + 16] & 1:
                first, last = struct.unpack_from("<2I", found, at)
                self._hidden_columns += range(first, last + 1) if last - first < 500 else ()
        self._end_row()
        self._sheet.findings.notes += excel.hidden_rows(self._hidden_rows)
        self._sheet.findings.notes += excel.hidden_columns(self._hidden_columns)
        return self._sheet

    def _cell(self, kind: int, found: bytes, column: int, at: int) -> None:
        if column >= WIDEST or self._row > _MOST_ROWS:
            raise Refused("large", f"a cell in column {column + 1:,} of row {self._row:,}")
        text = self._value(kind, found, at)
        if column > len(self._cells):
            self._cells += [""] * (column - len(self._cells))
        self._cells[column:] = [text]

    def _value(self, kind: int, found: bytes, at: int) -> str:
        """Write a cell: behind its style stands a value of the kind that its record is."""
        style = int.from_bytes(found[at : at + 3], "little")
        at += 4
        match kind:
            case 7:
                return self._shared(_long(found, at)[0])
            case 6 | 8:
                return _string(found, at)[0]
            case 62:
                return _string(found, at + 1)[0]
            case 4 | 10:
                return cells.boolean(found[at])
            case 3 | 11:
                text = _ERRORS.get(found[at], "#ERROR!")
                self._sheet.findings.faults.append((self._row, len(self._cells), "error_cell", text))
                return text
            case 1:
                return ""
        value = _double(found, at)[0] if kind in {5, 9} else _packed(_long(found, at)[0])
        return self._shows[style](value) if style < len(self._shows) else cells.number(value)

    def _shared(self, number: int) -> str:
        if number < len(self._texts):
            return self._texts[number]
        self._sheet.findings.faults.append((self._row, len(self._cells), "no_text", str(number)))
        return ""

    def _end_row(self) -> None:
        if self._cells:
            self._sheet.add(self._row, self._cells)
            self._hidden_rows += self._hidden
        self._cells = []


def _packed(bits: int) -> float:
    """Unpack a number of 30 bits, whole or the upper half of a double, perhaps in hundredths ([MS-XLSB] 2.5.122)."""
    if bits & 2:
        value = float((bits >> 2) - (1 << 30 if bits >> 31 else 0))
    else:
        (value,) = _double(bytes(4) + (bits & 0xFFFFFFFC).to_bytes(4, "little"))
    return value / 100 if bits & 1 else value
