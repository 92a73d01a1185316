"""The texts that cells of an xlsx share, asked for only where calamine takes a number of one for another."""

from __future__ import annotations

import re
import zipfile

from bulk_io.reading.books.xmlstream import Attributes, Reader, parse

PART = "xl/sharedStrings.xml"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def load(archive: zipfile.ZipFile) -> list[str]:
    """Read all shared texts of a workbook; none where it has no such part.

    Raises:
        ValueError: not well-formed.
    """
    name = next((name for name in archive.namelist() if name.lower() == PART.lower()), "")
    reader = _Strings()
    if name:
        with archive.open(name) as stream:
            parse(stream, reader)
    return reader.texts


def unescaped(text: str) -> str:
    """Undo the escapes of characters that XML cannot hold: ``_x000D_`` (ECMA-376 part 1, 22.4.2.4)."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


class _Strings(Reader):
    """Follows the parts of a text; its readings in another script (``rPh``) are none of it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._inside = False
        self._reading = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._reading = True
        elif name == "t":
            self._inside = not self._reading

    def text(self, characters: str) -> None:
        if self._inside:
            self._parts.append(characters)

    def end(self, name: str) -> None:
        if name == "t":
            self._inside = False
        elif name == "rPh":
            self._reading = False
        elif name == "si":
            self.texts.append(unescaped("".join(self._parts)))
