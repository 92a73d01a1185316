"""Workbooks, the child's side: one process that reads one sheet into an Arrow file under limits, and answers in JSON.

calamine can abort the process (a cell far out) or panic outside ``Exception``; here that hurts nobody. pandas is not
imported: the process must start fast. ``python -m bulk_io.reading.workbook_child`` with a request on standard input.
"""

from __future__ import annotations

import errno
import gc
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import pyarrow as pa
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from bulk_io.reading import header, pieces, sheet_errors

WIDEST = 16_384
_BATCH = 1000
_FILE_LIMIT = 8 << 30
_SPAN = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")


class Refused(Exception):
    """The sheet cannot be given; the first argument says why: ``empty``, ``large`` or ``usage``."""


def main() -> None:
    """Read the request from standard input, write the Arrow file it names, and answer on standard output."""
    request = json.load(sys.stdin)
    _limit(request["memory"], request["seconds"])
    # Nothing here makes cycles, and the collector would walk millions of cells.
    gc.disable()
    try:
        answer = read(request["path"], request["out"], request["sheet"])
    except Refused as refusal:
        answer = {"refused": refusal.args[0], "detail": refusal.args[1]}
    except PasswordError:
        answer = {"refused": "password", "detail": ""}
    except MemoryError:
        answer = {"refused": "large", "detail": ""}
    except BaseException as error:
        # calamine's panics are no Exception; whatever breaks here is the file's fault or is reported as such.
        answer = {"refused": "large" if _is_short(error) else "corrupt", "detail": ""}
    json.dump(answer, sys.stdout)


def read(path: str, out: str, wanted: str | int | None) -> dict[str, Any]:
    """Write a sheet's rows to the Arrow file ``out``, blank ones left out; tell the sheet and its error cells."""
    with CalamineWorkbook.from_path(path) as book:
        name, sheet = _choose(book, wanted)
        start, end = sheet.start, sheet.end
        if start is None or end is None:
            raise Refused("empty", name)
        if end[1] >= WIDEST:
            raise Refused("large", f"{end[1] + 1:,} columns")
        faults = sheet_errors.find(path, name)
        rows = _rows(sheet, [""] * start[1], faults)
        _write(out, end[1] + 1, _with_spans(rows) if path.endswith(".ods") else rows)
    errors = [[row, column, text] for row, cells in faults.items() for column, text in cells.items()]
    return {"sheet": name, "sheets": _visible(book), "errors": errors}


def _is_short(error: BaseException) -> bool:
    """Say whether memory or disk ran out: an error of the system, or words of a panic."""
    if isinstance(error, OSError) and error.errno in {errno.ENOMEM, errno.EFBIG, errno.ENOSPC}:
        return True
    return re.search(r"MemError|out of memory|malloc|allocat|capacity overflow", str(error)) is not None


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _FILE_LIMIT),
    ):
        # A limit that is lower already, or that the system does not know, stays as it is.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def _visible(book: CalamineWorkbook) -> list[str]:
    return [
        meta.name
        for meta in book.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
    ]


def _choose(book: CalamineWorkbook, wanted: str | int | None) -> tuple[str, CalamineSheet]:
    if wanted is not None:
        name = _named(book.sheet_names, wanted)
        if name not in {meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet}:
            raise Refused("usage", f"sheet {name!r} has no cells")
        return name, book.get_sheet_by_name(name)
    names = _visible(book)
    if not names:
        raise Refused("empty", "")
    if len(names) == 1:
        return names[0], book.get_sheet_by_name(names[0])
    best = max(names, key=lambda name: _weight(book.get_sheet_by_name(name)))
    return best, book.get_sheet_by_name(best)


def _named(names: Sequence[str], wanted: str | int) -> str:
    """Find a sheet by its name, as written or in another case, else by its number from 1."""
    text = str(wanted).strip()
    for exact in (str(wanted), text.casefold()):
        if found := [name for name in names if exact in {name, name.strip().casefold()}]:
            return found[0]
    if text.isdecimal() and 1 <= int(text) <= len(names):
        return names[int(text) - 1]
    raise Refused("usage", f"there is no sheet {text!r}; the workbook has: {', '.join(names)}")


def _weight(sheet: CalamineSheet) -> tuple[bool, int]:
    """Weigh a sheet: known contact headers first, then how many cells are filled, told from its first rows."""
    if sheet.start is None:
        return False, 0
    sample = [(row, [str(cell) for cell in cells]) for row, cells in enumerate(islice(sheet.iter_rows(), 200), 1)]
    sample = [(row, cells) for row, cells in sample if not header.is_blank(cells)]
    filled = sum(header.filled(cells) for _, cells in sample)
    place = header.find(sample)
    known = header.evidence(sample[place][1]) if place is not None else 0
    return known >= 2, filled * sheet.height // max(len(sample), 1)


def _rows(sheet: CalamineSheet, left: list[str], faults: dict[int, dict[int, str]]) -> Iterator[tuple[int, list[Any]]]:
    """Give the rows that are not blank, with their numbers; calamine leaves out empty columns at the left."""
    for row, cells in enumerate(sheet.iter_rows(), 1):
        if row in faults:
            cells = left + cells
            for column, text in faults[row].items():
                if column < len(cells):
                    cells[column] = text
            yield row, cells
        elif any(cell != "" for cell in cells):
            yield row, left + cells if left else cells


def _with_spans(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, list[Any]]]:
    """Make spans of time of their ISO texts: so calamine gives those of an ods file."""
    for row, cells in rows:
        yield row, [_span(cell) if type(cell) is str and cell.startswith("PT") else cell for cell in cells]


def _span(text: str) -> Any:
    match = _SPAN.fullmatch(text)
    return timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=int(match[3])) if match else text


def _write(out: str, width: int, rows: Iterator[tuple[int, list[Any]]]) -> None:
    schema = pieces.schema(width)
    with pa.OSFile(out, "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            numbers = pa.array([row for row, _ in batch], pa.int64())
            columns = [_column(cells) for cells in zip(*(cells for _, cells in batch), strict=True)]
            writer.write_batch(pa.record_batch([numbers, *columns], schema=schema))


def _column(cells: Sequence[Any]) -> pa.Array:
    if set(map(type, cells)) != {str}:
        cells = [cell if type(cell) is str else _TEXT.get(type(cell), str)(cell) for cell in cells]
    return pa.array(cells, pa.large_string())


def number(value: float) -> str:
    """Write a number as a person sees it: no ``.0``, no exponent where digits will do, the shortest exact digits."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    if "e" not in text or not 1e-7 <= abs(value) < 1e21:
        return text
    return format(Decimal(text), "f")


def moment(value: datetime) -> str:
    """Write a date, with its time of day unless that is midnight; spreadsheets store fractions: round to seconds."""
    rounded = value.replace(microsecond=0) + timedelta(seconds=value.microsecond >= 500_000)
    return rounded.isoformat() if rounded.time() != time() else rounded.date().isoformat()


def clock(value: time) -> str:
    """Write a time of day to the second."""
    return value.replace(microsecond=0).isoformat()


def duration(value: timedelta) -> str:
    """Write a span of time in hours, which may pass 24, minutes and seconds."""
    seconds = round(abs(value.total_seconds()))
    sign = "-" if value < timedelta() else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_TEXT: dict[type, Callable[[Any], str]] = {
    float: number,
    int: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: moment,
    date: date.isoformat,
    time: clock,
    timedelta: duration,
}


if __name__ == "__main__":
    main()
