"""The error cells of an xlsx sheet (``#N/A``, ``#REF!``): calamine gives them as empty, so the sheet's XML is asked."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

_CELL = re.compile(rb"<(?:\w+:)?c\s((?:[^>]*\s)?t=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_BLOCK = 1 << 20
_OVERLAP = 1 << 14
_PARTS = 32 << 20
_MOST = 200_000


def find(path: str, sheet: str) -> dict[int, dict[int, str]]:
    """Give the texts of a sheet's error cells by row number (from 1) and column (from 0); none if it is no xlsx."""
    found: dict[int, dict[int, str]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part(archive, sheet)
            for row, column, text in _cells(archive, part) if part else ():
                found.setdefault(row, {})[column] = text
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ParseError, DefusedXmlException, NotImplementedError):
        # calamine read the sheet; without this extra the error cells are empty, as it gave them.
        return {}
    return dict(sorted(found.items()))


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Find the member that holds a sheet: the workbook names a relation, the relation names the member."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or archive.getinfo("xl/workbook.xml").file_size > _PARTS:
        return None
    relation = None
    for element in fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
    for element in fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        if relation is not None and element.get("Id") == relation:
            target = posixpath.normpath(posixpath.join("/xl", element.get("Target", ""))).lstrip("/")
            return target if target in names else None
    return None


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, str]]:
    count = 0
    with archive.open(part) as stream:
        tail = b""
        while (block := stream.read(_BLOCK)) and count < _MOST:
            text, done = tail + block, 0
            if b't="e"' in text or b"t='e'" in text:
                for match in _CELL.finditer(text):
                    done = match.end()
                    if cell := _cell(match[1], match[2]):
                        count += 1
                        yield cell
            tail = text[max(done, len(text) - _OVERLAP) :]


def _cell(attributes: bytes, content: bytes) -> tuple[int, int, str] | None:
    place, value = _PLACE.search(attributes), _VALUE.search(content)
    if not place or not value:
        return None
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - 64
    return int(place[2]), column - 1, value[1].decode("utf-8", "replace")
