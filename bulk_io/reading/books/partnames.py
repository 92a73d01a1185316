"""Workbooks whose parts have other names than calamine expects, or sheets of kinds that it does not know.

The format names the parts by relations, and some programs choose names of their own; old macros lie in sheets of their
own kind, which have no table, and some sheets have no part. In a copy the parts have the usual names, and such sheets
are left out.
"""

from __future__ import annotations

import html
import posixpath
import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bulk_io.reading.books import openxml

_BOOK = "xl/workbook.xml"
_USUAL = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
_SHEETS = frozenset({"worksheet", "chartsheet", "dialogsheet"})
_SHEET = re.compile(
    r"<(?:\w{1,20}:)?sheet\s[^<>]{0,999}?\b\w{1,20}:id=[\"']([^\"'<>]{0,200})[\"'][^<>]{0,999}?"
    r"(?:/>|>\s{0,99}</(?:\w{1,20}:)?sheet>)"
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def usual(path: str) -> str | None:
    """Copy a workbook, to a file beside it, with the usual names for its parts; None where it has no main part."""
    copy = Path(path).with_name("usual.xlsx")
    with zipfile.ZipFile(path) as archive:
        main = next((part for _, kind, part in openxml.relations(archive, "") if kind == "officeDocument"), None)
        if main is None:
            return None
        known = [found for found in openxml.relations(archive, main) if found[1] in _SHEETS or found[1] in _USUAL]
        names = {part: _USUAL.get(kind, f"xl/{kind}s/sheet{at}.xml") for at, (_, kind, part) in enumerate(known)}
        book = _with(archive.read(main), {name for name, *_ in known})
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            target.writestr(_BOOK, book)
            target.writestr(_relations_of(""), _relations([("book", "officeDocument", _BOOK)]))
            renamed = [(name, kind, names[part]) for name, kind, part in known]
            target.writestr(_relations_of(_BOOK), _relations(renamed))
            for part, name in names.items():
                for old, new in ((part, name), (_relations_of(part), _relations_of(name))):
                    if old in archive.namelist():
                        with archive.open(old) as stream, target.open(new, "w") as copied:
                            shutil.copyfileobj(stream, copied)
    return str(copy)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _relations(listed: Sequence[tuple[str, str, str]]) -> str:
    texts = (
        f'<Relationship Id="{html.escape(name)}" Type="{_OFFICE}/{kind}" Target="/{html.escape(part)}"/>'
        for name, kind, part in listed
    )
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(texts)}</Relationships>'


def _with(book: bytes, relations: set[str]) -> bytes:
    """Leave out all sheets but those that have one of these relations."""
    text = book.decode("utf-8", "surrogateescape")
    text = _SHEET.sub(lambda match: match[0] if match[1] in relations else "", text)
    return text.encode("utf-8", "surrogateescape")
