"""A job's result for scripts: counts, frames and the document that ``--json`` prints, read from the run's journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bulk_io.errors import BulkIOError
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.ledger import Ledger, document
from bulk_io.records import BACK_TO_USER, Result, Summary

if TYPE_CHECKING:
    import pandas as pd

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file. ``error`` is what stopped the job before its end, None if it came to its end."""

    summary: Summary
    run_dir: Path
    error: BulkIOError | None = None

    @property
    def outcomes(self) -> dict[str, int]:
        """Rows by outcome; they add up to the data rows of the file."""
        return dict(self.summary.outcomes)

    @property
    def exit_code(self) -> int:
        """What the command ends with: 0 all well, 1 rows to look at, else what stopped it."""
        if self.error:
            return self.error.exit_code
        return int(any(self.summary.outcomes.get(outcome) for outcome in BACK_TO_USER))

    @property
    def document(self) -> dict[str, Any]:
        """The document of ``--json``; with ``error`` and ``exit`` where the job was stopped."""
        stopped = {"error": str(self.error), "exit": self.exit_code} if self.error else {}
        return {**document(self.summary), **stopped}

    @property
    def problems(self) -> pd.DataFrame:
        """All problems and warnings: row, field, code, severity, column, value, message."""
        columns = ["row", "field", "code", "severity", "column", "value", "message"]
        return self._frame(columns, lambda view: ([getattr(p, name) for name in columns] for p in view.problems()))

    @property
    def results(self) -> pd.DataFrame:
        """One line a data row, as in ``results.csv``; ``merged_into`` is a row number or missing."""
        from bulk_io.reports.results import COLUMNS, joined

        def row(r: Result) -> list[Any]:
            return [r.row, str(r.outcome), r.contact_id, r.phone, r.name, r.merged_into, joined(r.problems)]

        frame = self._frame(list(COLUMNS), lambda view: map(row, view.results()))
        return frame.astype({"merged_into": "Int64"})

    def _frame(self, columns: list[str], rows: Callable[[Ledger], Iterable[list[Any]]]) -> pd.DataFrame:
        import pandas as pd

        with closing(Journal(self.run_dir / FILE_NAME)) as journal:
            return pd.DataFrame(list(rows(Ledger(journal, self.run_dir))), columns=columns)
