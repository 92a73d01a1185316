"""What calamine does not tell of an xlsx sheet, asked of its XML: number formats, errors, formulas without a result.

Also texts that it misses or takes for others, hidden rows and columns, and Excel tables. The sheet is streamed in
blocks, and only cells that matter are looked at, found by a few characters of theirs: a plain sheet costs little more
than unpacking it.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from bulk_io.reading import cells
from bulk_io.reading.books import numberformats, serials, sharedstrings
from bulk_io.reading.books.numberformats import Show

_BLOCK = 1 << 20
_PART = 32 << 20
"""The most bytes of a part that is parsed as a whole."""
PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_STYLE = re.compile(rb"\bs=[\"'](\d+)[\"']")
_TYPE = re.compile(rb"\bt=[\"'](\w+)[\"']")
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_RAW = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v>", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_NOT_TEXT = re.compile(rb"<[^>]*>")
_INDEX = re.compile(r"\s*\+?(\d{1,9})(?:\.0*)?\s*")
"""A number of a shared text as programs may write it; calamine takes all but bare digits for 0."""
_EMPTY = re.compile(rb"<(?:\w+:)?v[\s/>]")
"""A result that is an empty text."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHEET = re.compile(rb"<(\w*:?)sheetData\b")
CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
Change = Callable[[re.Match[bytes]], bytes]
"""Gives what stands for a cell of `CELL` in a copy."""
CELL_PLACE = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ROW_OR_CELL = re.compile(rb"<((?:\w+:)?(?:row|c))(?=[\s/>])([^>]*)")
_GIVEN = re.compile(rb"\br=[\"']([A-Z]{0,3})(\d{1,7})[\"']")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])[^>]*?\br=[\"'](\d+)[\"']")
_HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col\s(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])([^>]*)>")
BUILT_IN = {9: "0%", 10: "0.00%"}


class Mark(NamedTuple):
    """A cell that calamine does not give as it is: ``show`` writes its number, or it has this ``text``.

    ``fault`` says what is wrong with it, if anything.
    """

    row: int
    column: int
    show: Show | None
    fault: str = ""
    text: str = ""


@dataclass
class Extras:
    """One sheet's part of the workbook, and the formats (by style number) whose numbers are not written plainly.

    ``dates`` are the styles of dates: calamine takes the fraction of a negative number for a time of day.
    """

    path: str
    part: str
    formats: dict[int, Show] = field(default_factory=dict)
    dates: frozenset[int] = frozenset()
    tables: list[tuple[int, int, int, int, str, int]] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: list[int] = field(default_factory=list)
    _texts: list[str] | None = None

    def marks(self) -> Iterator[Mark]:
        """Give the cells to look at, in the order of the file; counts hidden rows and columns on the way."""
        prefix, wanted, placed, place = b"", list[re.Pattern[bytes]](), True, [0, 0]
        with zipfile.ZipFile(self.path) as archive, archive.open(self.part) as stream:
            for rows in blocks(stream):
                if not wanted and (opening := _SHEET.search(rows)):
                    prefix = opening[1]
                    wanted = self._wanted(prefix)
                    placed = PLACE.search(rows, opening.end()) is not None
                self._look(rows)
                if not placed:
                    rows = _with_places(rows, place)
                found = (match.start() for pattern in wanted for match in pattern.finditer(rows))
                for start in sorted({rows.rfind(b"<" + prefix + b"c", 0, at) for at in found}):
                    cell = CELL.match(rows, start) if start >= 0 else None
                    if cell is not None and (mark := self._mark(cell[1], cell[2] or b"")) is not None:
                        yield mark

    def _wanted(self, prefix: bytes) -> list[re.Pattern[bytes]]:
        """Give what stands in cells that matter; each begins with plain characters, so that searching it is fast."""
        wanted = [b"<" + prefix + rb"f[\s/>]", b't="e"', b"t='e'", rb"<!\[CDATA\["]
        wanted += [
            b"t=" + sign + rb"[^<>]{0,300}>\s{0,99}<" + prefix + rb"v(?!>\d{1,9}</)" for sign in (b'"s"', b"'s'")
        ]
        if self.formats:
            numbers = b"|".join(str(number).encode() for number in sorted(self.formats))
            wanted += [rb's="(?:' + numbers + rb')"', rb"s='(?:" + numbers + rb")'"]
        if self.dates:
            wanted.append(b"<" + prefix + b"v>-")
        return [re.compile(pattern) for pattern in wanted]

    def _look(self, rows: bytes) -> None:
        if b"hidden=" not in rows:
            return
        self.hidden_rows += sum(1 for _ in _HIDDEN_ROW.finditer(rows))
        for match in _HIDDEN_COLUMNS.finditer(rows):
            ends = [re.search(rb"\b" + name + rb"=[\"'](\d{1,5})[\"']", match[1]) for name in (b"min", b"max")]
            if ends[0] and ends[1] and int(ends[1][1]) - int(ends[0][1]) < 500:
                self.hidden_columns += range(int(ends[0][1]) - 1, int(ends[1][1]))

    def _mark(self, attributes: bytes, content: bytes) -> Mark | None:
        place = PLACE.search(attributes)
        if not place:
            return None
        row, column = int(place[2]), column_number(place[1].decode()) - 1
        kind, value, style = _TYPE.search(attributes), VALUE.search(content), _STYLE.search(attributes)
        type_ = kind[1] if kind else b"n"
        if type_ == b"s" or (value is None and b"<![CDATA[" in content and _RAW.search(content)):
            return self._text_mark(row, column, content, shared=type_ == b"s")
        if type_ == b"e":
            return Mark(row, column, None, "error_cell", value[1].decode("utf-8", "replace")) if value else None
        empty = type_ == b"str" and _EMPTY.search(content)
        if value is None and not empty and _FORMULA.search(content):
            return Mark(row, column, None, "no_result")
        if value is None or type_ != b"n" or style is None:
            return None
        if value[1].startswith(b"-") and int(style[1]) in self.dates:
            return Mark(row, column, None, "", cells.number(float(value[1])))
        show = self.formats.get(int(style[1]))
        return Mark(row, column, show) if show else None

    def _text_mark(self, row: int, column: int, content: bytes, *, shared: bool) -> Mark | None:
        """Give the text of a cell whose value calamine misreads; one that there is no text for is at fault."""
        raw = _RAW.search(content)
        text = _plain(raw[1]) if raw else ""
        if not shared or not text.strip():
            return Mark(row, column, None, "", text) if raw else None
        if self._texts is None:
            with zipfile.ZipFile(self.path) as archive:
                self._texts = sharedstrings.load(archive)
        found = _INDEX.fullmatch(text)
        if found is None or int(found[1]) >= len(self._texts):
            return Mark(row, column, None, "no_text", text)
        return Mark(row, column, None, "", self._texts[int(found[1])])


def _plain(raw: bytes) -> str:
    """Give the text of an element that may have entities, comments or CDATA in it."""
    parts = _CDATA.split(raw)
    texts = (
        part if at % 2 else html.unescape(_NOT_TEXT.sub(b"", part).decode("utf-8", "replace")).encode()
        for at, part in enumerate(parts)
    )
    return sharedstrings.unescaped(b"".join(texts).decode("utf-8", "replace"))


def extras(path: str, sheet: str) -> Extras | None:
    """Find a sheet's part, the formats of the workbook and the sheet's Excel tables; None where it is no such xlsx."""
    with zipfile.ZipFile(path) as archive:
        part = part_of(archive, sheet)
        if part is None:
            return None
        return Extras(path, part, *_formats(archive), list(_tables(archive, part)))


def column_number(letters: str) -> int:
    """Give a column's number from 1: ``A`` is 1, ``XFD`` is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Give the letters of a column from 1: 1 is ``A``, 16,384 is ``XFD``."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def area(ref: str) -> tuple[int, int, int, int] | None:
    """Read an area such as ``A1:C5``: first row (from 1), first column (from 0), last row, last column."""
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", ref)
    if not match:
        return None
    first, top, last, bottom = match.groups()
    return int(top), column_number(first) - 1, int(bottom or top), column_number(last or first) - 1


def _with_places(rows: bytes, place: list[int]) -> bytes:
    """Write into cells the places that their order alone tells; ``place``: the last row and column, from 1."""

    def placed(match: re.Match[bytes]) -> bytes:
        given = _GIVEN.search(match[2])
        if match[1].endswith(b"row"):
            place[:] = int(given[2]) if given and given[2] else place[0] + 1, 0
            return match[0]
        place[1] = column_number(given[1].decode()) if given and given[1] else place[1] + 1
        told = b"" if given else f' r="{column_letters(place[1])}{place[0]}"'.encode()
        return b"<" + match[1] + told + match[2]

    return _ROW_OR_CELL.sub(placed, rows)


def copied(path: str, name: str, changes: Mapping[str, Change]) -> str:
    """Copy a workbook, to a file of another name beside it, the cells of some parts changed; gives the copy's path."""
    copy = Path(path).with_name(name)
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for info in archive.infolist():
            if info.filename in changes:
                with archive.open(info.filename) as stream, target.open(info.filename, "w") as changed:
                    for block in blocks(stream):
                        changed.write(CELL.sub(changes[info.filename], block))
            elif not info.is_dir():
                target.writestr(info, archive.read(info))
    return str(copy)


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Cut a sheet's XML after ends of rows; a row longer than a few blocks is cut anywhere."""
    tail = b""
    while block := stream.read(_BLOCK):
        text = tail + block
        end = text.rfind(b"row>") + 4
        if end < 4 and len(text) < 8 * _BLOCK:
            tail = text
            continue
        end = end if end >= 4 else len(text)
        yield text[:end]
        tail = text[end:]
    yield tail


def part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Find the member that holds a sheet: the workbook names a relation, the relation names the member."""
    book = _parsed(archive, "xl/workbook.xml")
    relation = None
    for element in book.iter() if book is not None else ():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
    return next((target for name, _, target in relations(archive, "xl/workbook.xml") if name == relation), None)


def relations(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """Give the relations of a part, or of the whole package (``""``): id, kind, the member that is meant."""
    folder, name = posixpath.split(part)
    listed = _parsed(archive, f"{folder}/_rels/{name}.rels".lstrip("/"))
    members = set(archive.namelist())
    for element in listed if listed is not None else ():
        target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
        if target in members:
            yield element.get("Id", ""), element.get("Type", "").rpartition("/")[2], target


def _tables(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, int, int, str, int]]:
    for _, kind, target in relations(archive, part):
        table = _parsed(archive, target) if kind == "table" else None
        if table is None or table.get("headerRowCount") == "0":
            continue
        place = area(table.get("ref", ""))
        totals = table.get("totalsRowCount", "0")
        if place is not None:
            name = table.get("displayName") or table.get("name") or "?"
            yield *place, name, int(totals) if totals.isdecimal() and len(totals) < 4 else 0


def _formats(archive: zipfile.ZipFile) -> tuple[dict[int, Show], frozenset[int]]:
    """Give the styles of the workbook whose numbers are masked or percentages, and those of dates."""
    styles = next((target for _, kind, target in relations(archive, "xl/workbook.xml") if kind == "styles"), "")
    sheet = _parsed(archive, styles)
    if sheet is None:
        return {}, frozenset()
    codes: dict[str | None, str] = {str(number): code for number, code in (BUILT_IN | serials.BUILT_IN).items()}
    for element in sheet.iter():
        if element.tag.endswith("}numFmt"):
            codes[element.get("numFmtId")] = element.get("formatCode", "")
    cell_styles = next((group for group in sheet if group.tag.endswith("}cellXfs")), ())
    used = {number: code for number, style in enumerate(cell_styles) if (code := codes.get(style.get("numFmtId")))}
    shows = {number: show for number, code in used.items() if (show := numberformats.show(code)) is not None}
    return shows, frozenset(number for number, code in used.items() if serials.is_date(code))


def _parsed(archive: zipfile.ZipFile, part: str) -> Element | None:
    if part not in archive.namelist() or archive.getinfo(part).file_size > _PART:
        return None
    return fromstring(archive.read(part))
