"""Everything but plain text, the parent's side: a guarded child reads a sheet, this process takes text to trust."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bulk_io.errors import InputError, PasswordNeeded, UsageError
from bulk_io.reading import guard
from bulk_io.reading.guard import Limits
from bulk_io.reading.outlines import naming, outline
from bulk_io.reading.outlines.outline import Outline
from bulk_io.records import Problem, Source

_RECORDS = frozenset({"html", "vcf", "json", "parquet"})
"""Formats without sheets: a row's number is the record's ordinal and one more."""
_BOOKS = frozenset({"xlsx", "locked"})
_NO_ROOM = {"refused": "large", "detail": ""}
_SHARE = 150
_FREE = 64 << 20
_MOST = 6 << 30
_MESSAGES = {
    "bad_json": "Row {row} is not a JSON object; correct it.",
    "error_cell": "Row {row}, {column}: the cell holds the error {text}; mend the formula or type the value.",
    "no_result": (
        "Row {row}, {column}: the formula was saved without its result; open the file in the spreadsheet, save it and "
        "try again."
    ),
    "no_text": "Row {row}, {column}: the file has lost the text of this cell ({text}); type it in again.",
}


@dataclass(frozen=True, slots=True)
class Workbook:
    """A sheet, read: ``cells`` has the column ``row`` and the columns that have something to show."""

    source: Source
    raw_header: list[str]
    cells: pa.Table
    faults: tuple[Problem, ...] = ()

    def pieces(self, problems: list[Problem]) -> Iterator[pa.Table]:
        """Give the rows, mapped from the child's file; cells with errors are warnings."""
        problems.extend(self.faults)
        yield self.cells


def understand(
    path: Path,
    file: str,
    kind: str,
    *,
    sheet: str | int | None,
    header_row: int | None,
    charset: str | None = None,
    password: str = "",
    limits: Limits | None = None,
) -> Workbook:
    """Read a sheet of a workbook, or the records of a file, and find its header.

    Raises:
        InputError: empty, password, corrupt, or too large for ``limits``.
        UsageError: no such sheet or header row.
    """
    limits = limits or Limits.of(_size(path, file, kind))
    answer, cells = _read(path, file, kind, limits, {"sheet": sheet, "encoding": charset, "password": password})
    if not cells.num_rows and answer["header"] is None:
        raise InputError(f"empty: {file} has no rows in sheet {answer['sheet']!r}.")
    found = _found(cells, answer, header_row, file)
    kind = answer["kind"]
    row = found.header_row
    table = found.cells
    if kind in _RECORDS and answer["header"] is None:
        numbers = pa.array(range(2, table.num_rows + 2), pa.int64())
        row, table = (1 if row else None), table.set_column(0, "row", numbers)
    names = dict(zip(found.columns, naming.names(found.raw_header), strict=True))
    faults = (*_faults(answer["faults"], names, found), *found.left_out)
    notes = (*found.notes, *answer["notes"], *_others(answer))
    named = None if kind in {"vcf", "parquet"} or (kind in _RECORDS and not answer["others"]) else answer["sheet"]
    source = Source(file, kind, answer.get("encoding"), sheet=named, header_row=row, notes=notes)
    return Workbook(source, found.raw_header, table, faults)


def _found(cells: pa.Table, answer: dict[str, Any], header_row: int | None, file: str) -> Outline:
    if answer["header"] is not None:
        if header_row not in {None, 1}:
            raise UsageError(f"--header-row {header_row}: {file} has its names in its records, not in a row.")
        return Outline(1, answer["header"], list(range(len(answer["header"]))), cells)
    merged = [tuple(area) for area in answer["merged"]]
    tables = [tuple(table) for table in answer["tables"]]
    return outline.find(cells, merged=merged, tables=tables, header_row=header_row, file=file)


def _others(answer: dict[str, Any]) -> Iterator[str]:
    what = "table" if answer["kind"] in _RECORDS else "sheet"
    if answer["others"]:
        yield f"Other {what}s were not read: {', '.join(answer['others'][:30])}; --sheet takes one of them."
    if answer["hidden"]:
        yield f"Hidden {what}s were not read: {', '.join(answer['hidden'][:30])}."


def _size(path: Path, file: str, kind: str) -> int:
    """Give the size of a file, unpacked; what zips declare is summed.

    Raises:
        InputError: too large, or out of all proportion.
    """
    packed = path.stat().st_size
    if kind not in {"xlsx", "xlsb", "ods"}:
        return packed
    with zipfile.ZipFile(path) as archive:
        size = sum(info.file_size for info in archive.infolist())
    if size > max(_FREE, _SHARE * packed) or size > _MOST:
        raise InputError(
            f"too large: {file} unpacks to {size / 1e6:,.0f} MB, far more than a table of its size; it may be a bomb."
        )
    return size


def _read(path: Path, file: str, kind: str, limits: Limits, wanted: dict[str, Any]) -> tuple[dict[str, Any], pa.Table]:
    """Let the child read; its Arrow file is mapped, so it may go when the folder does."""
    with tempfile.TemporaryDirectory(prefix="bulk-io-") as folder:
        out = Path(folder, "cells.arrow")
        # calamine believes names; this one says what the bytes said.
        named = Path(folder, f"book.{kind}")
        named.symlink_to(path.resolve())
        request = {"path": str(named), "out": str(out), "kind": kind, "folder": folder, **wanted}
        answer = guard.ask(request, limits)
        if kind in _BOOKS and answer == _NO_ROOM:
            # a single cell far out may be what takes the room; where it is not, that there is no room stays the reason
            near = guard.ask(request | {"near": True}, limits)
            answer = answer if near.get("refused") else near
        _refuse(answer, file, kind)
        with pa.memory_map(str(out)) as source:
            return answer, pa.ipc.open_file(source).read_all()


def _refuse(answer: dict[str, Any], file: str, kind: str) -> None:
    """Raise what a child's refusal means to the person; nothing where there is an answer."""
    reason, detail = answer.get("refused"), answer.get("detail", "")
    if reason is None:
        return
    if reason == "usage":
        raise UsageError(f"--sheet: {detail}.")
    if reason == "empty" and detail:
        raise InputError(f"empty: {file} has no rows in sheet {detail!r}.")
    what = f" ({detail})" if reason == "large" and detail else ""
    message = _REFUSALS[reason].format(file=file, detail=detail, what=what, maker=_MAKER.get(kind, "its program"))
    raise (PasswordNeeded if "password" in reason else InputError)(message)


_REFUSALS = {
    "empty": "empty: {file} has no rows.",
    "hidden": "empty: {file} has rows only in hidden sheets; --sheet {detail!r} reads one of them.",
    "password": "password: {file} is protected; give its password with --password-file.",
    "wrong password": "password: the password given does not open {file}.",
    "page": "not a spreadsheet: {file} is an HTML page without a table.",
    "vcard": "empty: {file} has no card.",
    "json": "not a spreadsheet: {file} is a JSON document without a list of objects.",
    "foreign": "not a spreadsheet: {file} is an Office document of another kind.",
    "corrupt": "corrupt: {file} is damaged; open it in {maker} and save it again.",
    "large": (
        "too large: {file} needs more memory or time than a sheet of contacts does{what}; delete empty rows and "
        "columns far from the table, or save it as csv."
    ),
}
_MAKER = {"xlsx": "the spreadsheet", "xlsb": "the spreadsheet", "xls": "the spreadsheet", "ods": "the spreadsheet"}


def _faults(faults: list[list[Any]], names: dict[int, str], found: Outline) -> Iterator[Problem]:
    """Tell the cells at fault that are in the table."""
    if not faults:
        return
    numbers = found.cells.column(0)
    first, last = (pc.min(numbers).as_py() or 1, pc.max(numbers).as_py() or 0) if len(numbers) else (1, 0)
    for row, place, code, text in faults:
        if first <= row <= last and place in names:
            message = _MESSAGES[code].format(row=row, column=names[place], text=text)
            yield Problem(row, "row", code, message, text, names[place], "warning")
