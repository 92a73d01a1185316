"""What the reports ask of a run: the only thing that they know of it. The journal's ledger has this shape."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from bulk_io.records import Clash, Conflict, ContactChange, Outcome, Problem, Result, Summary


class RunView(Protocol):
    """A finished or stopped run. Each iterator can be asked for again, and holds no more than it must."""

    def summary(self) -> Summary:
        """Give the run as a whole."""

    def results(self, outcomes: Collection[Outcome] | None = None) -> Iterator[Result]:
        """Give what became of each data row, in file order, or of those with one of some outcomes.

        A merged row whose carrier failed has that outcome.
        """

    def problems(self) -> Iterator[Problem]:
        """Give all problems and warnings, by row."""

    def changes(self) -> Iterator[ContactChange]:
        """Give each changed field of each updated contact."""

    def clashes(self) -> Iterator[Clash]:
        """Give held rows beside the owners of their numbers, by row, one a row at most."""

    def conflicts(self) -> Iterator[Conflict]:
        """Give the fields that the file and the CRM both changed, in rows that are held for it, by row."""

    def raw_header(self) -> list[str]:
        """Give the header as the file has it, repeats and blanks too."""

    def raw_rows(self, rows: Collection[int]) -> Iterator[tuple[int, list[str]]]:
        """Give the user's own cells of the wanted rows, in file order.

        Cells beyond the header are not among them: they stand in the row's problem ``row.extra_cells``, as JSON.
        """
