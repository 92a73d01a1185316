"""What a file is, told by its bytes and never by its name: the first question that reading asks."""

from __future__ import annotations

import json
import mmap
import re
import zipfile
import zlib
from pathlib import Path

from bulk_io.errors import InputError

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a bitmap image"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
_TEXTS = (
    (re.compile(r"\{\\rtf"), "an RTF document"),
    (re.compile(r"<!doctype html|<html|<(?:head|body|div|table|p|script|meta)\b", re.I), "an HTML page"),
    (re.compile(r"<\?xml|<[a-z][\w:.-]*(?:\s[^<>]*)?/?>|<!--", re.I), "an XML or HTML document"),
    (re.compile(r"BEGIN:V(?:CARD|CALENDAR)", re.I), "a vCard or calendar file"),
    (re.compile(r"%!PS"), "a PostScript document"),
)
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def file_format(path: Path, file: str, *, text: bool = False) -> str:
    """Tell a file's format from its bytes: ``xlsx``, ``xlsb``, ``xls``, ``ods``, or ``text`` for anything else.

    ``file`` is the name for messages. ``text``: the user named an encoding, so what looks binary may yet be text.

    Raises:
        InputError: empty, protected by a password, corrupt, or not a spreadsheet.
    """
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if not head.strip(b"\x00 \t\r\n\x0b\x0c\x1a") or head in _BOMS:
        _refuse_if_blank(path, file, head)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(path, file)
    if head.startswith(_OLE2):
        return _compound(path, file)
    for magic, what in _BINARY:
        if head.startswith(magic) and (len(magic) > 2 or _is_binary(head)):
            raise InputError(f"not a spreadsheet: {file} is {what}.")
    if not text and _is_binary(head):
        raise InputError(f"not a spreadsheet: {file} holds binary data, not a table.")
    return "text"


def text_format(file: str, text: str) -> str:
    """Tell ``jsonl`` from ``delimited`` by the beginning of a decoded text.

    Raises:
        InputError: the text is a page, a document or JSON of another shape, not a table.
    """
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        return "delimited"
    for pattern, what in _TEXTS:
        if pattern.match(start):
            raise InputError(f"not a spreadsheet: {file} is {what}, not a table.")
    if start.startswith("{") and _is_object(start):
        return "jsonl"
    if re.match(r'\{\s*"[^"\r\n]*"\s*:|\{\s*[\r\n]|\[\s*[\[{]', start):
        raise InputError(f"not a spreadsheet: {file} is a JSON document; give one object per line (jsonl).")
    return "delimited"


def _refuse_if_blank(path: Path, file: str, head: bytes) -> None:
    """Refuse a file of nothing, or of nothing but blanks; a long blank start may still have a table behind it."""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            if block.strip(b"\x00 \t\r\n\x0b\x0c\x1a") and block not in _BOMS:
                return
    raise InputError(f"empty: {file} has no rows." if head else f"empty: {file} has no content.")


def _is_object(start: str) -> bool:
    line, newline, _ = start.partition("\n")
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        # A first line longer than the sample is cut: believe its opening.
        return not newline and len(start) > 10_000 and re.match(r'\{\s*"', start) is not None
    except RecursionError:
        return False


def _zipped(path: Path, file: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise InputError(f"password: {file} is protected; save it without a password and try again.")
            kind = _opendocument(file, archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error) as error:
        raise InputError(f"corrupt: {file} is damaged or was cut off; save it again from the spreadsheet.") from error
    if kind:
        return kind
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.lower().lstrip("/").startswith(("xl/", "xl\\")) for name in names):
        return "xlsx"
    raise InputError(f"not a spreadsheet: {file} is {_archive(names)}.")


def _archive(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "a Word document"
    if any(name.startswith("ppt/") for name in names):
        return "a PowerPoint document"
    if any(name.endswith(".numbers") or name.startswith("Index/") for name in names):
        return "an Apple Numbers or Pages document; export it as xlsx or csv"
    return "a zip archive; unpack it first"


def _opendocument(file: str, archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as member:
        mimetype = member.read(200).decode("ascii", "replace").strip()
    if not mimetype.startswith("application/vnd.oasis.opendocument"):
        return ""
    if "spreadsheet" not in mimetype:
        raise InputError(f"not a spreadsheet: {file} is an OpenDocument file of another kind ({mimetype}).")
    if "META-INF/manifest.xml" in archive.namelist():
        with archive.open("META-INF/manifest.xml") as member:
            if b"encryption-data" in member.read(1 << 20):
                raise InputError(f"password: {file} is protected; save it without a password and try again.")
    return "ods"


def _compound(path: Path, file: str) -> str:
    """Look for stream names in an OLE2 file: an encrypted xlsx is one too, and so are Word documents."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise InputError(f"password: {file} is protected; save it without a password and try again.")
        if any(data.find(name.encode("utf-16-le") + b"\x00\x00") >= 0 for name in ("Workbook", "Book")):
            return "xls"
        if len(data) < 2048:
            raise InputError(f"corrupt: {file} was cut off; save it again from the spreadsheet.")
    raise InputError(f"not a spreadsheet: {file} is an Office document of another kind.")


def _is_binary(head: bytes) -> bool:
    """Say whether bytes are no text: more than one control character in 200 bytes, UTF-16 and UTF-32 apart.

    NULs alone are no sign while they are few, or fill up the end; nor are the signs that some programs put between
    cells and rows.
    """
    from bulk_io.reading.encoding import wide

    if wide(head):
        return False
    text = head.rstrip(b"\x00")
    head = text if b"\n" in text or b"\r" in text else head
    quiet = {0, 1, 9, 10, 11, 12, 13, 26, 27, 30, 31}
    controls = len(head) - len(head.translate(None, bytes({*range(32), 127} - quiet)))
    return controls * 200 > len(head) or head.count(0) * 10 > len(head)
