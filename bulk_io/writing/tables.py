"""Contacts as a file of the kind that the user asked for: what an export ends in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import Literal, TypeGuard, cast

from bulk_io import fields, tags
from bulk_io.errors import UsageError
from bulk_io.text import counted
from bulk_io.writing.atomic import remove
from bulk_io.writing.cards import vcf
from bulk_io.writing.columnar import parquet
from bulk_io.writing.outlet import is_stdout
from bulk_io.writing.plain import csv, jsonl
from bulk_io.writing.sheets import Sheet, workbook
from bulk_io.writing.spool import Kind

Format = Literal["xlsx", "csv", "jsonl", "parquet", "vcf"]
FORMATS: tuple[Format, ...] = ("xlsx", "csv", "jsonl", "parquet", "vcf")
STYLES = ("spreadsheet", "exact")
Cell = str | Sequence[str]
"""A field as text; tags as their texts, or as the record of `tags.record`."""
Row = Sequence[Cell]
_MOST_ROWS = 1_048_575
_BINARY: frozenset[Format] = frozenset({"xlsx", "parquet"})


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. ``long_texts`` did not fit into their cells; ``beside`` is the file that has them whole."""

    path: str
    format: Format
    rows: int
    long_texts: int = 0
    beside: Path | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know, in sentences."""
        return tuple(filter(None, (self._sheets(), self._cut())))

    def _sheets(self) -> str:
        if self.format != "xlsx" or self.rows <= _MOST_ROWS:
            return ""
        return f"{self.rows:,} rows are on {-(-self.rows // _MOST_ROWS)} sheets, because one holds {_MOST_ROWS:,}"

    def _cut(self) -> str:
        if not self.long_texts:
            return ""
        what = counted(self.long_texts, "text", "is")
        where = f"whole in {self.beside}" if self.beside else "write csv or jsonl to keep them whole"
        return f"{what} too long for a cell of a workbook and cut there; {where}"


def table(
    path: str | os.PathLike[str],
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    format: str = "",
    style: str = "spreadsheet",
    hidden: Collection[str] = (),
    sheet: str = "Contacts",
) -> Written:
    """Write rows as ``format``, or as the extension of ``path`` says; ``-`` is standard output.

    Rows are in the order of ``header``; columns with the name of a field are of its kind, all others text.

    - xlsx: text is inert, times are real dates (UTC, to the second), tags one record; texts beyond a cell's 32,767
      UTF-16 units are whole in ``<path>.long.jsonl``, which goes when it is needed no more.
    - csv, ``spreadsheet``: comma, CRLF, UTF-8 with BOM, each cell guarded against formulas (`formulas.guard`).
    - csv, ``exact``: comma, CRLF, UTF-8 without BOM, each cell as it is.
    - jsonl and parquet: as the API gives contacts, tags a list, what is empty null; in parquet times are timestamps.
    - vcf: vCard 4.0; see `cards.vcf`.

    ``hidden`` columns are for our own import: not shown in xlsx, plain columns in csv for spreadsheets, left out
    of all others, which are for machines.

    Raises:
        UsageError: another format, extension or style, or standard output is a terminal and the format is binary.
        BrokenPipeError: whoever read standard output has gone.
    """
    chosen = format_of(path, format)
    if style not in STYLES:
        raise UsageError(f"there is no csv style {style!r}; use {' or '.join(STYLES)}.")
    if chosen != "xlsx" and (chosen != "csv" or style == "exact"):
        header, rows = _shown(header, rows, hidden)
    numbers = count()
    counted = (row for row, _ in zip(rows, numbers, strict=False))
    cut = _write(path, chosen, Sheet(sheet, header, (), hidden=_columns(header, hidden)), counted, style)
    beside = _beside(path) if cut and not is_stdout(path) else None
    return Written(os.fspath(path), chosen, next(numbers), cut, beside)


def format_of(path: str | os.PathLike[str], format: str = "") -> Format:
    """Name the format that `table` would write, before there are any rows; see there for the error."""
    chosen = (format or Path(path).suffix.removeprefix(".")).lower()
    if not _is_format(chosen):
        raise UsageError(_unknown(path, format))
    if is_stdout(path) and chosen in _BINARY and sys.stdout.isatty():
        raise UsageError(f"{chosen} is nothing for a terminal; give a file, or send the output to one.")
    return chosen


def _write(path: str | os.PathLike[str], format: Format, sheet: Sheet, rows: Iterable[Row], style: str) -> int:
    """Write the rows; gives the number of texts that were cut."""
    header = sheet.header
    tagged, timed = _columns(header, _named("tags")), _columns(header, _named("time"))
    match format:
        case "xlsx":
            times: dict[int, Kind] = dict.fromkeys(timed, "time")
            return _workbook(path, replace(sheet, rows=_with_records(rows, tagged), kinds=times))
        case "csv":
            guard = style == "spreadsheet"
            encoding = "utf-8-sig" if guard else "utf-8"
            csv(path, header, _with_records(rows, tagged), encoding=encoding, guard=guard)
        case "jsonl":
            jsonl(path, _records(header, _with_lists(rows, tagged), tagged))
        case "parquet":
            parquet(path, header, _with_lists(rows, tagged), times=timed, lists=tagged)
        case "vcf":
            vcf(path, _contacts(header, _with_lists(rows, tagged)))
    return 0


def _workbook(path: str | os.PathLike[str], sheet: Sheet) -> int:
    if is_stdout(path):
        return workbook(path, [sheet])
    cut = workbook(path, [sheet], beside=_beside(path))
    if not cut:
        remove(_beside(path))
    return cut


def _beside(path: str | os.PathLike[str]) -> Path:
    return Path(f"{os.fspath(path)}.long.jsonl")


def _named(kind: fields.Kind) -> set[str]:
    return {field.name for field in fields.FIELDS if field.kind == kind}


def _columns(header: Sequence[str], names: Collection[str]) -> list[int]:
    return [at for at, name in enumerate(header) if name in names]


def _with_records(rows: Iterable[Row], tagged: Sequence[int]) -> Iterable[Sequence[str]]:
    return cast("Iterable[Sequence[str]]", _changed(rows, tagged, _as_record))


def _with_lists(rows: Iterable[Row], tagged: Sequence[int]) -> Iterable[Row]:
    return _changed(rows, tagged, _as_list)


def _records(header: Sequence[str], rows: Iterable[Row], tagged: Sequence[int]) -> Iterator[dict[str, object]]:
    columns = [(at, name, at in tagged) for at, name in enumerate(header)]
    for row in rows:
        yield {name: list(row[at]) if is_tags else row[at] or None for at, name, is_tags in columns}


def _contacts(header: Sequence[str], rows: Iterable[Row]) -> Iterator[tuple[dict[str, str], Sequence[str]]]:
    for row in rows:
        values = dict(zip(header, row, strict=True))
        labels = values.pop("tags", ())
        yield cast("dict[str, str]", values), labels


def _shown(header: Sequence[str], rows: Iterable[Row], hidden: Collection[str]) -> tuple[Sequence[str], Iterable[Row]]:
    if not set(header) & set(hidden):
        return header, rows
    kept = [at for at, name in enumerate(header) if name not in hidden]
    pick = itemgetter(*kept) if len(kept) > 1 else lambda row: [row[at] for at in kept]
    return [header[at] for at in kept], map(pick, rows)


def _changed(rows: Iterable[Row], columns: Sequence[int], change: Callable[[Cell], Cell]) -> Iterable[Row]:
    for at in columns:
        rows = _with(rows, at, change)
    return rows


def _with(rows: Iterable[Row], at: int, change: Callable[[Cell], Cell]) -> Iterator[Row]:
    return ([*row[:at], change(row[at]), *row[at + 1 :]] for row in rows)


def _as_record(cell: Cell) -> str:
    return cell if isinstance(cell, str) else tags.record(cell)


def _as_list(cell: Cell) -> Sequence[str]:
    return tags.parse(cell) if isinstance(cell, str) else cell


def _unknown(path: str | os.PathLike[str], format: str) -> str:
    names = f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
    if is_stdout(path) and not format:
        return f"standard output has no extension that says the format; give --format {names}."
    given = f"the format {format!r}" if format else f"the file name {Path(path).name!r}"
    return f"{given} says no format that can be written; use {names}."


def _is_format(text: str) -> TypeGuard[Format]:
    return text in FORMATS
