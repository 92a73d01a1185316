"""What a file is, told by its bytes and never by its name: the first question that reading asks."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from bulk_io.errors import InputError
from bulk_io.reading.books import compound

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLD_EXCEL = re.compile(rb"\x09\x00\x04\x00|\x09[\x02\x04]\x06\x00|\x09\x08[\x04-\x10]\x00\x00[\x05\x06]")
"""The first record of a sheet or workbook of BIFF 2 to 8 that lies in no OLE2 file."""
_BINARY = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a sound, image or film"),
    (b"ID3", "a sound"),
    (b"BM", "a bitmap image"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; unpack it first"),
    (b"\x1f\x9d", "a compressed file (.Z); unpack it first"),
    (b"!<arch>\n", "an archive of a linker"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x00\x01\x00\x00Standard", "an Access database"),
    (b"ORC\x00", "an ORC file; export it as parquet or csv"),
    (b"Obj\x01", "an Avro file; export it as parquet or csv"),
    (b"ARROW1", "an Arrow file; export it as parquet or csv"),
)
_INSIDE = ((4, b"ftyp", "a photo or a film"), (257, b"ustar", "a tar archive; unpack it first"))
"""What is told by bytes behind the first ones."""
_TYPES = "[Content_Types].xml"
_MANIFEST = "META-INF/manifest.xml"
_OFFICE = re.compile(r"application/(?:vnd\.oasis\.opendocument|vnd\.sun\.xml)\.[\w.-]+")
"""OpenDocument, and the format of OpenOffice 1 that it comes from."""
_LOCK = 165
"""The size of the file that Excel keeps beside an open workbook: a name of at most 54 letters, twice, and blanks."""
_FEW, _LONG = 2, 1 << 12
"""NULs that are no sign of anything; bytes in which a text has more than three different ones."""
_MOST_MEMBERS = 20_000
_MOST_LISTED = 8 << 20
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def file_format(path: Path, file: str, *, text: bool = False) -> str:
    """Tell a file's format from its bytes.

    It is ``xlsx``, ``xlsb``, ``xls``, ``ods``, ``parquet``, ``locked`` (an Excel workbook under a password), ``gzip``
    or ``zip`` (archives of anything), or ``text`` for anything else. ``file`` is the name for messages. ``text``: the
    user named an encoding, so what looks binary may yet be text.

    Raises:
        InputError: empty, protected by a password, corrupt, or not a spreadsheet.
    """
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if not head.strip(b"\x00 \t\r\n\x0b\x0c\x1a") or head in _BOMS:
        _refuse_if_blank(path, file, head)
    if head.startswith(_ZIP):
        return _zipped(path, file)
    if head.startswith(_OLE2):
        return compound.file_format(path, file)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PAR1"):
        return "parquet"
    if _OLD_EXCEL.match(head):
        return "xls"
    told = [what for magic, what in _BINARY if _is_of(magic, head)]
    told += [what for at, magic, what in _INSIDE if head.startswith(magic, at) and _is_binary(head)]
    if told:
        raise InputError(f"not a spreadsheet: {file} is {told[0]}.")
    if len(head) == _LOCK and head[0] < _LOCK // 3 and head.endswith(b" \x00 \x00"):
        raise InputError(f"not a spreadsheet: {file} only says who has a workbook open; name the file without ~$.")
    if not text and _is_binary(head):
        raise InputError(f"not a spreadsheet: {file} holds binary data, not a table.")
    return "text"


def _is_of(magic: bytes, head: bytes) -> bool:
    """Say whether a file begins so; two or three letters may also begin a text."""
    sure = len(magic) > 3 or not magic.isalnum() or head[6:10] == bytes(4)
    return head.startswith(magic) and (sure or _is_binary(head))


def _refuse_if_blank(path: Path, file: str, head: bytes) -> None:
    """Refuse a file of nothing, or of nothing but blanks; a long blank start may still have a table behind it."""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            if block.strip(b"\x00 \t\r\n\x0b\x0c\x1a") and block not in _BOMS:
                return
    raise InputError(f"empty: {file} has no rows." if head else f"empty: {file} has no content.")


def _zipped(path: Path, file: str) -> str:
    try:
        refuse_if_crowded(path, file)
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            locked = any(info.flag_bits & 1 for info in archive.infolist())
            kind = _opendocument(file, archive) if names & {"mimetype", _MANIFEST} and not locked else ""
            typed = "" if locked or _TYPES not in names else _head(archive, _TYPES)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error) as error:
        raise InputError(f"corrupt: {file} is damaged or was cut off; save it again from the spreadsheet.") from error
    if locked:
        raise InputError(f"password: {file} is protected; save it without a password and try again.")
    if kind:
        return kind
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.lower().lstrip("/").startswith(("xl/", "xl\\")) for name in names):
        return "xlsx"
    if what := _document(names):
        raise InputError(f"not a spreadsheet: {file} is {what}.")
    return "xlsx" if "spreadsheetml.sheet.main+xml" in typed else "zip"


def _head(archive: zipfile.ZipFile, member: str) -> str:
    with archive.open(member) as stream:
        return stream.read(1 << 20).decode("utf-8", "replace")


def refuse_if_crowded(path: Path, file: str) -> None:
    """Refuse a zip that lists so many members that the list alone would take all the memory.

    Raises:
        InputError: too large.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - (1 << 16) - 22))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) - at >= 22:
        members = int.from_bytes(tail[at + 10 : at + 12], "little")
        listed = int.from_bytes(tail[at + 12 : at + 16], "little")
        if members > _MOST_MEMBERS or listed > _MOST_LISTED:
            raise InputError(f"too large: {file} is an archive of too many files.")


def _document(names: set[str]) -> str:
    """Name a document that is a zip; ``""`` for an archive of files."""
    if any(name.startswith("word/") for name in names):
        return "a Word document"
    if any(name.startswith("ppt/") for name in names):
        return "a PowerPoint document"
    if any(name.endswith((".numbers", ".iwa")) or name.startswith("Index/") for name in names):
        return "an Apple Numbers or Pages document; export it as xlsx or csv"
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        return "a program"
    return ""


def _opendocument(file: str, archive: zipfile.ZipFile) -> str:
    """Tell an OpenDocument file by its type, or its manifest where that is missing: Google's sheets have only this."""
    names = archive.namelist()
    manifest = _head(archive, _MANIFEST) if _MANIFEST in names else ""
    if "mimetype" in names:
        kind = _head(archive, "mimetype").strip()
    else:
        found = _OFFICE.search(manifest)
        kind = found[0] if found else ""
    if kind == "application/epub+zip":
        raise InputError(f"not a spreadsheet: {file} is a book.")
    if not _OFFICE.match(kind):
        return ""
    if "spreadsheet" not in kind and "calc" not in kind:
        raise InputError(f"not a spreadsheet: {file} is an OpenDocument file of another kind ({kind}).")
    if "encryption-data" in manifest:
        raise InputError(f"password: {file} is protected; save it without a password and try again.")
    return "ods"


def _is_binary(head: bytes) -> bool:
    """Say whether bytes are no text: more than one control character, and in 200 bytes; UTF-16 and UTF-32 apart.

    NULs alone are no sign while they are few, or fill up the end; nor are the signs that programs put between cells.
    """
    from bulk_io.reading.texts.encoding import wide

    if wide(head):
        return False
    if len(head) >= _LONG and len(set(head)) <= 3 and not head.isascii():
        return True
    text = head.rstrip(b"\x00")
    head = text if b"\n" in text or b"\r" in text else head
    quiet = {0, 1, 9, 10, 11, 12, 13, 26, 27, 30, 31}
    controls = len(head) - len(head.translate(None, bytes({*range(32), 127} - quiet)))
    return controls > max(1, len(head) // 200) or head.count(0) > max(_FEW, len(head) // 10)
