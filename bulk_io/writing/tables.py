"""Contacts as a file of the kind that the user asked for: what an export ends in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeGuard, cast

from bulk_io import fields
from bulk_io.errors import UsageError
from bulk_io.writing.plain import csv, jsonl
from bulk_io.writing.sheets import Sheet, workbook
from bulk_io.writing.spool import Kind

Format = Literal["xlsx", "csv", "jsonl"]
FORMATS: tuple[Format, ...] = ("xlsx", "csv", "jsonl")


def table(
    path: str | os.PathLike[str],
    header: Sequence[str],
    rows: Iterable[Sequence[str]] | Iterable[Mapping[str, object]],
    *,
    format: str = "",
    sheet: str = "Contacts",
) -> None:
    """Write rows as ``format``, or as the extension of ``path`` says.

    csv and xlsx take rows of text in the order of ``header``; jsonl takes records shaped as the API's. csv is guarded
    against formulas. In xlsx, columns of times become real dates (UTC), all others text.

    Raises:
        UsageError: another format or extension.
    """
    chosen = format_of(path, format)
    if chosen == "jsonl":
        jsonl(path, cast("Iterable[Mapping[str, object]]", rows))
        return
    lines = cast("Iterable[Sequence[str]]", rows)
    if chosen == "csv":
        csv(path, header, lines, guard=True)
    else:
        workbook(path, [Sheet(sheet, header, lines, kinds=_kinds(header))])


def format_of(path: str | os.PathLike[str], format: str = "") -> Format:
    """Name the format that `table` would write, before there are any rows; see there for the error."""
    chosen = (format or Path(path).suffix.removeprefix(".")).lower()
    if _is_format(chosen):
        return chosen
    given = f"the format {format!r}" if format else f"the file name {Path(path).name!r}"
    raise UsageError(f"{given} says no format that can be written; use .xlsx, .csv or .jsonl.")


def _is_format(text: str) -> TypeGuard[Format]:
    return text in FORMATS


def _kinds(header: Sequence[str]) -> dict[int, Kind]:
    times = {name for name, field in fields.BY_NAME.items() if field.kind == "time"}
    return {at: "time" for at, name in enumerate(header) if name in times}
