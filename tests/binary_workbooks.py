"""Writes small workbooks in Excel's binary format, record by record, for the tests of reading them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ERROR, BOOLEAN, REAL, TEXT, SHARED, RICH = 3, 4, 5, 6, 7, 62
"""Kinds of cells."""
Cell = tuple[int, object, int]
"""A kind, a value, and the number of a style."""


def record(kind: int, content: bytes = b"") -> bytes:
    """Write a record: number, length, content."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while size > 127:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return number + length + bytes([size]) + content


def string(text: str) -> bytes:
    """Write a text with its length."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def row(number: int, cells: Sequence[Cell | None], *, hidden: bool = False) -> bytes:
    """Write a row (from 0) and its cells; None is no cell."""
    found = record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0x10 * hidden, 0, 0))
    for column, cell in enumerate(cells):
        if cell is not None:
            kind, value, style = cell
            found += record(kind, struct.pack("<I", column) + style.to_bytes(4, "little") + _value(kind, value))
    return found


def _value(kind: int, value: object) -> bytes:
    match kind, value:
        case ((3 | 4), int()):
            return bytes([value])
        case 2 | 7, int():
            return struct.pack("<I", value)
        case 5, float():
            return struct.pack("<d", value)
        case 6, str():
            return string(value)
        case 62, str():
            return b"\0" + string(value)
    raise ValueError(kind)


def workbook(
    path: Path,
    sheets: dict[str, bytes],
    *,
    texts: Sequence[str] = (),
    formats: Sequence[str] = (),
    since_1904: bool = False,
    hidden: Sequence[str] = (),
    older: bool = False,
) -> Path:
    """Write a workbook; ``sheets`` are their records, style N (from 1) has the Nth of ``formats``."""
    book = record(153, struct.pack("<III", since_1904, 0, 0))
    relations = ""
    for number, name in enumerate(sheets, 1):
        extra = bytes(4) if older else b""
        state = struct.pack("<I", int(name in hidden)) + extra + struct.pack("<I", number)
        book += record(156, state + string(f"r{number}") + string(name))
        relations += _relation(f"r{number}", "worksheet", f"worksheets/sheet{number}.bin")
    relations += _relation("t", "sharedStrings", "sharedStrings.bin") + _relation("s", "styles", "styles.bin")
    styles = b"".join(record(44, struct.pack("<H", 164 + at) + string(code)) for at, code in enumerate(formats))
    styles += record(617) + b"".join(
        record(47, struct.pack("<HH", 0, number)) for number in (0, *range(164, 164 + len(formats)))
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.bin", book)
        made.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>')
        made.writestr("xl/styles.bin", styles + record(618))
        made.writestr("xl/sharedStrings.bin", b"".join(record(19, b"\0" + string(text)) for text in texts))
        for number, content in enumerate(sheets.values(), 1):
            made.writestr(f"xl/worksheets/sheet{number}.bin", content)
    return path


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
