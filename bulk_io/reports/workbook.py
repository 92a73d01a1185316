"""report.xlsx: a run as sheets to filter and sort, for people who live in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from bulk_io import fields, writing
from bulk_io.records import Clash, Outcome, Summary
from bulk_io.reports import overview
from bulk_io.reports.outcomes import COLOURS
from bulk_io.reports.results import COLUMNS, joined
from bulk_io.reports.view import RunView
from bulk_io.writing import Sheet

MOST = 100_000
"""Rows of a sheet that a person can still use; all of them are in results.csv and the journal."""

Row = list[str | int | None]
_DOUBLES = frozenset({Outcome.MERGED, Outcome.SKIPPED, Outcome.HELD})
_ALONE = frozenset({"stale", "gone"})
"""Why a row of our own export is not written that shares nothing with another one."""
_SEVERITIES = {"error": COLOURS[Outcome.INVALID], "warning": COLOURS[Outcome.HELD]}


def write(path: Path, view: RunView, summary: Summary, *, files: Mapping[str, Path | None]) -> None:
    """Write report.xlsx: Summary, Results, Problems, Duplicates, Changes, and Conflicts where there are some.

    A sheet ends after `MOST` rows, and the Summary says so. ``files`` are the run's reports, for the Summary to name.
    """
    tables = {"Results": _results, "Problems": _problems, "Duplicates": _duplicates, "Changes": _changes}
    if next(view.conflicts(), None):
        tables["Conflicts"] = _conflicts
    cut = [name for name in tables if _is_long(name, view, summary)]
    opening = overview.sheet(summary, files, cut={name: MOST for name in cut})
    sheets = (_SHEETS[name](islice(rows(view), MOST)) for name, rows in tables.items())
    writing.workbook(path, [opening, *sheets])


def _results(view: RunView) -> Iterator[Row]:
    for result in view.results():
        read_as = f"{result.region} ({result.region_from})" if result.region and result.region_from else result.region
        yield [
            result.row,
            result.outcome,
            result.contact_id,
            result.phone,
            result.name,
            result.merged_into,
            joined(result.problems),
            read_as,
        ]


def _problems(view: RunView) -> Iterator[Row]:
    for problem in view.problems():
        yield [
            problem.row,
            problem.column,
            problem.field,
            problem.code,
            problem.value,
            problem.message,
            problem.severity,
        ]


def _duplicates(view: RunView) -> Iterator[Row]:
    """Give rows that share a contact or a number with another, held ones beside the owner of their number."""
    clashes = view.clashes()
    clash = next(clashes, None)
    for result in view.results(_DOUBLES):
        while clash and clash.row < result.row:
            clash = next(clashes, None)
        if any(one.code in _ALONE for one in result.problems):
            continue
        sides = _sides(clash) if clash and clash.row == result.row else ["", "", ""]
        yield [result.row, result.outcome, result.merged_into, result.phone, result.name, *sides]


def _sides(clash: Clash) -> list[str]:
    """Give the owner of the number, and what the two sides say, field by field on lines of the same order."""
    names = [name for name in fields.NAMES if clash.yours.get(name) or clash.owner.get(name)]
    yours, theirs = (
        "\n".join(f"{name}: {side.get(name, '')}" for name in names) for side in (clash.yours, clash.owner)
    )
    return [clash.owner_is, yours, theirs]


def _changes(view: RunView) -> Iterator[Row]:
    for found in view.changes():
        yield [found.contact_id, found.change.field, found.change.old, found.change.new, found.name, found.row]


def _conflicts(view: RunView) -> Iterator[Row]:
    for one in view.conflicts():
        yield [one.row, one.contact_id, one.field, one.base, one.yours, one.theirs]


def _is_long(name: str, view: RunView, summary: Summary) -> bool:
    """Tell whether a sheet has more rows than it shows; by the summary's counts, so that no row is read for it."""
    if name in ("Changes", "Conflicts"):
        found = view.changes() if name == "Changes" else view.conflicts()
        return next(islice(found, MOST, None), None) is not None
    rows = {
        "Results": summary.rows,
        "Problems": sum(summary.problems.values()) + sum(summary.warnings.values()),
        "Duplicates": sum(summary.outcomes.get(outcome, 0) for outcome in _DOUBLES),
    }
    return rows[name] > MOST


def _results_sheet(rows: Iterator[Row]) -> Sheet:
    return Sheet(
        "Results",
        (*COLUMNS, "phone read as"),
        rows,
        kinds={0: "integer", 5: "integer"},
        widths={6: 70},
        wrapped={6},
        colours={1: COLOURS},
    )


def _problems_sheet(rows: Iterator[Row]) -> Sheet:
    return Sheet(
        "Problems",
        ("row", "column", "field", "code", "value", "message", "severity"),
        rows,
        kinds={0: "integer"},
        widths={4: 32, 5: 70},
        wrapped={4, 5},
        colours={6: _SEVERITIES},
    )


def _duplicates_sheet(rows: Iterator[Row]) -> Sheet:
    return Sheet(
        "Duplicates",
        ("row", "outcome", "merged_into", "phoneNumber", "name", "number belongs to", "the row has", "the owner has"),
        rows,
        kinds={0: "integer", 2: "integer"},
        widths={5: 24, 6: 42, 7: 42},
        wrapped={6, 7},
        colours={1: COLOURS},
    )


def _changes_sheet(rows: Iterator[Row]) -> Sheet:
    return Sheet(
        "Changes",
        ("contact", "field", "old", "new", "name", "row"),
        rows,
        kinds={5: "integer"},
        widths={2: 40, 3: 40},
        wrapped={2, 3},
    )


def _conflicts_sheet(rows: Iterator[Row]) -> Sheet:
    return Sheet(
        "Conflicts",
        ("row", "contact", "field", "as exported", "yours", "theirs"),
        rows,
        kinds={0: "integer"},
        widths={3: 40, 4: 40, 5: 40},
        wrapped={3, 4, 5},
    )


_SHEETS: dict[str, Callable[[Iterator[Row]], Sheet]] = {
    "Results": _results_sheet,
    "Problems": _problems_sheet,
    "Duplicates": _duplicates_sheet,
    "Changes": _changes_sheet,
    "Conflicts": _conflicts_sheet,
}
