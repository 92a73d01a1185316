"""rejected.csv or .xlsx: the rows to be fixed, in the user's own columns, so that the file can be imported again."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bulk_io import writing
from bulk_io.records import BACK_TO_USER, Result, Source
from bulk_io.reports.results import joined
from bulk_io.reports.view import RunView

ADDED = ("bulk_io_outcome", "bulk_io_problem")
_NAMES = ("rejected.csv", "rejected.xlsx")
_MARKED = "utf-8-sig"


@dataclass(slots=True)
class _Picks:
    """The rows to give back: their numbers, and the most cells beyond the header that one of them has."""

    rows: set[int] = field(default_factory=set)
    extra: int = 0

    @classmethod
    def of(cls, view: RunView) -> _Picks:
        """Look through them."""
        found = cls()
        for result in view.results(BACK_TO_USER):
            found.rows.add(result.row)
            found.extra = max(found.extra, len(_extra_cells(result)))
        return found


def write(run_dir: Path, view: RunView) -> Path | None:
    """Write the rows to be fixed as the input was, and give the file's path; without any, remove what is there.

    The user's columns come first as they were, then ``column_<n>`` for cells beyond the header, then `ADDED`; columns
    of these two names in the input are left out. csv keeps the delimiter, and the encoding if it has all characters.
    """
    path = None
    picks = _Picks.of(view)
    if picks.rows:
        source = view.summary().source
        width = len(view.raw_header()) + picks.extra + len(ADDED)
        as_workbook = source.format in {"xlsx", "xlsm"} and width <= writing.MOST_COLUMNS
        path = run_dir / _NAMES[as_workbook]
        if as_workbook:
            header = _header(view, picks)
            writing.workbook(path, [writing.Sheet(_sheet_name(source), header, _rows(view, picks))])
        else:
            _write_csv(path, view, picks, source)
    for name in _NAMES:
        if path is None or name != path.name:
            writing.remove(run_dir / name)
    return path


def _write_csv(path: Path, view: RunView, picks: _Picks, source: Source) -> None:
    given = source.delimiter or ""
    delimiter = given if len(given) == 1 else ","
    encoding = _encoding(source)
    try:
        writing.csv(path, _header(view, picks), _rows(view, picks), delimiter=delimiter, encoding=encoding)
    except UnicodeEncodeError:
        writing.csv(path, _header(view, picks), _rows(view, picks), delimiter=delimiter, encoding=_MARKED)


def _encoding(source: Source) -> str:
    """Name the codec to write with: the input's for csv, with a byte order mark where UTF-16 or -32 needs one."""
    if source.format not in {"csv", "tsv"}:
        return _MARKED
    try:
        name = codecs.lookup(source.encoding or _MARKED).name
    except LookupError:
        return _MARKED
    return name.removesuffix("-le").removesuffix("-be") if name.startswith(("utf-16", "utf-32")) else name


def _header(view: RunView, picks: _Picks) -> list[str]:
    raw = view.raw_header()
    further = [f"column_{len(raw) + number}" for number in range(1, picks.extra + 1)]
    return [raw[at] for at in _own_columns(raw)] + further + list(ADDED)


def _rows(view: RunView, picks: _Picks) -> Iterator[list[str]]:
    raw = view.raw_header()
    own = _own_columns(raw)
    for result, (row, cells) in zip(view.results(BACK_TO_USER), view.raw_rows(picks.rows), strict=True):
        if row != result.row:
            raise ValueError(f"the view gives row {row} where row {result.row} was wanted")
        extra = _extra_cells(result)
        yield [
            *(cells[at] if at < len(cells) else "" for at in own),
            *extra,
            *[""] * (picks.extra - len(extra)),
            result.outcome,
            _reason(result),
        ]


def _own_columns(raw: Sequence[str]) -> list[int]:
    return [at for at, name in enumerate(raw) if name.strip().casefold() not in ADDED]


def _extra_cells(result: Result) -> list[str]:
    for problem in result.problems:
        if problem.row == result.row and problem.key == "row.extra_cells":
            try:
                found = json.loads(problem.value)
            except ValueError:
                return [problem.value]
            return [str(cell) for cell in found] if isinstance(found, list) else [problem.value]
    return []


def _reason(result: Result) -> str:
    """Tell why the row came back: its errors, or its warnings if these are all there is."""
    errors = [problem for problem in result.problems if problem.severity == "error"]
    return joined(errors or result.problems)


def _sheet_name(source: Source) -> str:
    """Keep the input's sheet name where a new workbook may have it."""
    name = source.sheet or ""
    return name if writing.is_sheet_name(name) else "Rejected"
