"""results.csv: one line for each data row, for scripts and for looking things up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bulk_io import writing
from bulk_io.formulas import guard
from bulk_io.records import Problem, Result

COLUMNS = ("row", "outcome", "contact_id", "phoneNumber", "name", "merged_into", "problems")


def write(path: Path, results: Iterable[Result]) -> None:
    """Write results.csv (comma, UTF-8 with BOM).

    ``name`` and ``problems`` quote the user's file, so they are guarded against formulas; the others are exact.
    """
    writing.csv(path, COLUMNS, _lines(results))


def joined(problems: Sequence[Problem]) -> str:
    """Give problems as one text: ``field.code: message``, joined with ``; ``."""
    return "; ".join([f"{problem.key}: {problem.message}" for problem in problems]) if problems else ""


def _lines(results: Iterable[Result]) -> Iterator[list[str]]:
    for result in results:
        yield [
            str(result.row),
            result.outcome,
            result.contact_id,
            result.phone,
            guard(result.name),
            "" if result.merged_into is None else str(result.merged_into),
            guard(joined(result.problems)),
        ]
