"""What a compound file (OLE2) is: a workbook of Excel 97, one under a password, or an Office document of another kind.

The root's own streams tell it; documents that are embedded in it have streams of the same names further down.
"""

from __future__ import annotations

import mmap
from pathlib import Path

import olefile

from bulk_io.errors import InputError

_WORKBOOK = frozenset({"workbook", "book"})
_OTHERS = {
    "worddocument": "a Word document",
    "powerpoint document": "a PowerPoint document",
    "__properties_version1.0": "a mail of Outlook",
    "visiodocument": "a drawing of Visio",
}


def file_format(path: Path, file: str) -> str:
    """Give ``xls``, or ``locked`` for an xlsx under a password.

    Raises:
        InputError: a document of another kind, or cut off.
    """
    names = _root(path)
    if names is None:
        names = _anywhere(path)
        if not names:
            raise InputError(f"corrupt: {file} was cut off; save it again from the spreadsheet.")
    if "encryptedpackage" in names:
        return "locked"
    if names & _WORKBOOK:
        return "xls"
    what = next((what for name, what in _OTHERS.items() if name in names), "an Office document of another kind")
    raise InputError(f"not a spreadsheet: {file} is {what}.")


def _root(path: Path) -> set[str] | None:
    """Give the names of the root's streams, in small letters; None where its directory cannot be followed."""
    try:
        with olefile.OleFileIO(str(path)) as compound:
            return {entry.name.casefold() for entry in compound.root.kids} if compound.root else None
    except Exception:
        # a damaged one may break it anywhere
        return None


def _anywhere(path: Path) -> set[str]:
    """Look for known names anywhere in a damaged file."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        wanted = {"EncryptedPackage", "Workbook", "Book", "WordDocument", "PowerPoint Document", "VisioDocument"}
        return {name.casefold() for name in wanted if data.find(name.encode("utf-16-le") + b"\x00\x00") >= 0}
