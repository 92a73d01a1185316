"""rejected.csv or .xlsx: the rows to be fixed, in the user's own columns, so that the file can be imported again."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bulk_io import writing
from bulk_io.records import BACK_TO_USER, Result, Source, Summary
from bulk_io.reports.results import joined
from bulk_io.reports.view import RunView

ADDED = ("bulk_io_outcome", "bulk_io_problem")
_NAMES = ("rejected.csv", "rejected.xlsx")
_MARKED = "utf-8-sig"
_EXTRA = "row.extra_cells"


@dataclass(frozen=True, slots=True)
class Picks:
    """What is given back: the most cells that a row has beyond the header, and the file that the rows go into.

    Without any row there is no file. ``source`` is what they come from.
    """

    extra: int
    path: Path | None
    source: Source


def pick(run_dir: Path, view: RunView, summary: Summary) -> Picks:
    """Look whether there are rows to give back, and how wide they are; they are read only where some are too wide."""
    are_wide = _EXTRA in summary.problems or _EXTRA in summary.warnings
    most = max((len(_extra_cells(result)) for result in view.results(BACK_TO_USER)), default=0) if are_wide else 0
    fits = len(view.raw_header()) + most + len(ADDED) <= writing.MOST_COLUMNS
    name = _NAMES[fits and summary.source.format in {"xlsx", "xlsm"}]
    is_any = any(summary.outcomes.get(outcome) for outcome in BACK_TO_USER)
    return Picks(most, run_dir / name if is_any else None, summary.source)


def write(run_dir: Path, view: RunView, picks: Picks) -> None:
    """Write the picked rows as the input was; remove what an earlier time has left beside.

    The user's columns come first as they were, then ``column_<n>`` for cells beyond the header, then `ADDED`; columns
    of these two names in the input are left out. csv keeps the delimiter, and the encoding if it has all characters.
    """
    if picks.path:
        if picks.path.suffix == ".xlsx":
            header = _header(view, picks)
            writing.workbook(picks.path, [writing.Sheet(_sheet_name(picks.source), header, _rows(view, picks))])
        else:
            _write_csv(picks.path, view, picks)
    for path in map(run_dir.joinpath, _NAMES):
        if path != picks.path:
            writing.remove(path)


def _write_csv(path: Path, view: RunView, picks: Picks) -> None:
    source = picks.source
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


def _header(view: RunView, picks: Picks) -> list[str]:
    raw = view.raw_header()
    further = [f"column_{len(raw) + number}" for number in range(1, picks.extra + 1)]
    return [raw[at] for at in _own_columns(raw)] + further + list(ADDED)


def _rows(view: RunView, picks: Picks) -> Iterator[list[str]]:
    raw = view.raw_header()
    own = _own_columns(raw)
    rows = frozenset(result.row for result in view.results(BACK_TO_USER))
    for result, (row, cells) in zip(view.results(BACK_TO_USER), view.raw_rows(rows), strict=True):
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
        if problem.row == result.row and problem.key == _EXTRA:
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
