"""Workbooks under a password: opened by msoffcrypto, in the child, into a copy that goes with its folder."""

from __future__ import annotations

import zipfile
from pathlib import Path

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

from bulk_io.reading.sheets import Refused

NONE = "VelvetSweatshop"
"""The password that Excel tries by itself: it protects what anybody may open (MS-OFFCRYPTO 2.3.6)."""


def unlocked(path: str, folder: str, password: str) -> tuple[str, str]:
    """Write the opened workbook into a folder; gives its path and its format. Without a password, Excel's own is tried.

    Raises:
        Refused: a password is needed (``password``), or it is another one (``wrong password``).
    """
    with open(path, "rb") as stream:
        office = msoffcrypto.OfficeFile(stream)
        copy = Path(folder, "opened")
        try:
            verified = {"verify_password": True} if office.format == "ooxml" else {}
            office.load_key(password=password or NONE, **verified)
            with copy.open("wb") as target:
                office.decrypt(target)
        except (InvalidKeyError, DecryptionError) as error:
            raise Refused("wrong password" if password else "password", "") from error
    kind = _kind(copy)
    named = copy.rename(copy.with_suffix(f".{kind}"))
    return str(named), kind


def _kind(path: Path) -> str:
    # an xls may have a zip in it, a theme or an embedded document, and would pass for one
    with path.open("rb") as stream:
        if stream.read(2) != b"PK":
            return "xls"
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise Refused("foreign", "")
