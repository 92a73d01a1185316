"""The child's side of reading: one process that reads one sheet into an Arrow file under limits, and answers in JSON.

A library may abort the process (a cell far out), panic outside ``Exception`` or want all the memory; here that hurts
nobody. pandas is not imported: the process must start fast. ``python -m bulk_io.reading.child`` with a request on
standard input.
"""

from __future__ import annotations

import errno
import gc
import importlib
import json
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bulk_io.reading import continuation, sheets
from bulk_io.reading.continuation import Continued
from bulk_io.reading.sheets import Findings, Misjudged, Refused, Sheet
from bulk_io.reading.texts import encoding
from bulk_io.text import counted

READERS = {
    "xlsx": "books.excel",
    "xlsb": "books.excelbinary",
    "xls": "books.excel97",
    "ods": "books.opendocument",
    "fods": "books.opendocument",
    "xml": "books.spreadsheetml",
    "html": "records.htmltables",
    "vcf": "records.vcards",
    "json": "records.jsonrecords",
    "parquet": "records.parquet",
}
"""The module that reads each format; all have a function ``sheets``."""
TEXTS = frozenset({"html", "vcf", "json"})
"""Formats that are text, and so may be told their encoding."""
_WIDE = 1000
"""Columns that no list of contacts has: some cell stands far from its table."""


def main() -> None:
    """Read the request from standard input, write the Arrow file it names, and answer on standard output."""
    request = json.load(sys.stdin)
    # a library that found no memory to load would look like a broken file
    importlib.import_module(f"bulk_io.reading.{READERS.get(request['kind'], 'books.passwords')}")
    # from here on whatever goes wrong is about the file
    Path(request["out"]).touch()
    _limit(request["memory"], request["seconds"], request["written"])
    # Nothing here makes cycles, and the collector would walk millions of cells.
    gc.disable()
    try:
        answer = read(request)
    except Refused as refusal:
        answer = {"refused": refusal.args[0], "detail": refusal.args[1]}
    except MemoryError:
        answer = {"refused": "large", "detail": ""}
    except BaseException as error:
        # a panic is no Exception; whatever breaks here is the file's fault or is reported as such
        answer = {"refused": _reason(error), "detail": ""}
    json.dump(answer, sys.stdout)


def read(request: dict[str, Any]) -> dict[str, Any]:
    """Write a sheet's rows to the Arrow file ``out``, blank ones left out; tell the sheet and what was noticed."""
    try:
        return _read(request)
    except Misjudged:
        return _read(request | {"in_parts": False})


def _read(request: dict[str, Any]) -> dict[str, Any]:
    if request["kind"] in TEXTS and not request.get("encoding"):
        request = request | {"encoding": _charset(request["path"], request["kind"])}
    kind, found = _opened(request)
    sheet = sheets.choose(found, request["sheet"])
    if kind == "xlsx" and sheet.width() > _WIDE and not request.get("near"):
        return _read(request | {"near": True})
    parts = continuation.parts(sheet, found) if request["sheet"] is None else [sheet]
    whole, findings = Continued(parts), Findings()
    sheets.write(request["out"], whole.width(), whole.rows(findings))
    return {
        "kind": kind,
        "encoding": request.get("encoding") if kind in TEXTS else None,
        "sheet": sheet.name,
        "header": sheet.header,
        "others": [_described(each) for each in found if each not in parts and each.visible],
        "hidden": [each.name for each in found if each not in parts and not each.visible],
        **vars(findings),
    }


def _opened(request: dict[str, Any]) -> tuple[str, Sequence[Sheet]]:
    """Give the sheets of a file, and its format where only its password tells it."""
    path, kind = request["path"], request["kind"]
    if kind != "locked":
        try:
            return kind, _sheets(path, kind, request.get("encoding"), request)
        except Refused as refusal:
            if kind != "xls" or refusal.args[0] != "password":
                raise
    from bulk_io.reading.books import passwords

    password = request.get("password", "")
    try:
        path, kind = passwords.unlocked(path, request["folder"], password)
    except Exception as error:
        if password or isinstance(error, Refused):
            raise
        raise Refused("password", "") from error
    return kind, _sheets(path, kind, None, request)


def _charset(path: str, kind: str) -> str:
    """Find the encoding of a text: what a page declares of itself, else what the bytes look like."""
    if kind == "html":
        from bulk_io.reading.records.htmltables import declared

        return declared(path)
    return encoding.find(Path(path)).name


def _sheets(path: str, kind: str, charset: str | None, request: dict[str, Any]) -> Sequence[Sheet]:
    reader = importlib.import_module(f"bulk_io.reading.{READERS[kind]}")
    if kind in TEXTS:
        found: Sequence[Sheet] = reader.sheets(path, charset)
        return found
    try:
        ways = {way: request[way] for way in ("near", "in_parts") if way in request and kind == "xlsx"}
        found = reader.sheets(path, **ways)
    except Refused:
        raise
    except Exception:
        if kind != "xls":
            raise
        # what xlrd takes for broken, calamine may read
        found = importlib.import_module("bulk_io.reading.books.excel").sheets(path)
    return found


def _described(sheet: Sheet) -> str:
    rows = sheet.height()
    return f"{sheet.name} ({counted(rows, 'row')})" if rows else f"{sheet.name} (empty)"


def _reason(error: BaseException) -> str:
    """Say why reading broke off: a password, memory or disk that ran out, else damage."""
    if type(error).__name__ == "PasswordError":
        return "password"
    if isinstance(error, OSError) and error.errno in {errno.ENOMEM, errno.EFBIG, errno.ENOSPC}:
        return "large"
    short = re.search(r"MemError|out of memory|malloc|allocat|capacity overflow|nested too deeply", str(error))
    return "large" if short or isinstance(error, RecursionError) else "corrupt"


def _limit(memory: int, seconds: int, written: int) -> None:
    try:
        import resource
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, written),
    ):
        # A limit that is lower already, or that the system does not know, stays as it is.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


if __name__ == "__main__":
    main()
