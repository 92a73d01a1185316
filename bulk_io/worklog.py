"""The upload's side of the journal: what is to be carried out, what was about to be sent, how each action ended.

An action is ``planned``, then ``sent`` (its intent is durable before its request leaves), then ``settled``. One that is
found ``sent`` when a run is taken up again is ``unknown``: it may have been carried out, and is settled by asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bulk_io import crashpoints, stored
from bulk_io.journal import Journal
from bulk_io.records import Action, Candidate, Change, Clash, Conflict, Contact, Outcome, Problem

State = Literal["planned", "sent", "unknown", "settled"]
_OPEN = "kind IN ('create', 'update') AND state != 'settled'"


@dataclass(frozen=True, slots=True)
class Work:
    """An action to be carried out. ``first_sent`` is the server's time of the first attempt, 0.0 if there was none.

    ``sends`` is in how many sessions its request may have left.
    """

    candidate: Candidate
    action: Action
    first_sent: float = 0.0
    sends: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """How one action ended, for good. ``status`` and ``answer`` are what the API said last (0: nothing was asked)."""

    row: int
    outcome: Outcome
    contact_id: str = ""
    before: Contact | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    clash: Clash | None = None
    conflicts: tuple[Conflict, ...] = ()
    status: int = 0
    answer: str = ""

    @property
    def said(self) -> str:
        """The API's last answer as the journal keeps it: ``201``, ``422 Validation failed``."""
        return f"{self.status or ''} {self.answer}".strip()


class WorkLog:
    """The actions of one journal, as the upload works them off. Raises JournalFailed where it cannot be written."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._database = journal.database

    def take_stock(self) -> int:
        """Mark what was under way when an earlier session ended as unknown, and give the number of such rows.

        Rows that failed go back to work: their problems are forgotten, their end is as unknown as before.
        """
        self._journal.begin()
        failed = "SELECT row FROM actions WHERE outcome = 'failed'"
        self._database.execute(f"DELETE FROM problems WHERE code = 'failed' AND row IN ({failed})")
        self._database.execute("UPDATE actions SET state = 'unknown', outcome = '' WHERE outcome = 'failed'")
        self._database.execute("UPDATE actions SET state = 'unknown' WHERE state = 'sent'")
        found = self._database.execute("SELECT count(*) FROM actions WHERE state = 'unknown'").fetchone()[0]
        self._journal.commit()
        return int(found)

    def planned(self) -> dict[str, int]:
        """Count the actions that are still to be carried out, by kind."""
        query = f"SELECT kind, count(*) FROM actions WHERE {_OPEN} GROUP BY kind"
        return dict(self._database.execute(query).fetchall())

    def work(self, limit: int, after: int = 0) -> list[Work]:
        """Give the next actions to carry out, in file order: planned ones, and those of unknown end."""
        query = (
            "SELECT candidate, kind, row, contact_id, before, changes, first_sent, sends FROM actions"
            f" WHERE {_OPEN} AND row > ? ORDER BY row LIMIT ?"
        )
        return [
            Work(
                stored.candidate(text),
                Action(kind, row, contact_id, stored.contact(before), stored.changes(changes)),
                first_sent,
                sends,
            )
            for text, kind, row, contact_id, before, changes, first_sent, sends in self._database.execute(
                query, (after, limit)
            )
        ]

    def rivals(self, phone: str) -> list[Candidate]:
        """Give the candidates of a phone number that are held because another one was planned, in order of rank."""
        query = (
            "SELECT candidate FROM actions JOIN clashes USING (row)"
            " WHERE actions.phone = ? AND rank > 0 AND outcome = 'held' ORDER BY rank"
        )
        return [stored.candidate(text) for (text,) in self._database.execute(query, (phone,))]

    def intend(self, rows: Sequence[int], at: float) -> None:
        """Record that requests for these rows leave now (``at``: the server's time), and commit."""
        self._journal.begin()
        self._database.executemany(
            "UPDATE actions SET state = 'sent', sends = sends + 1,"
            " first_sent = CASE WHEN first_sent = 0 THEN ? ELSE first_sent END WHERE row = ?",
            [(at, row) for row in rows],
        )
        crashpoints.reached("intents written")
        self._journal.commit()
        crashpoints.reached("intents durable")

    def recall(self, rows: Sequence[int]) -> None:
        """Take intents back whose requests never left; durable with the next commit."""
        self._journal.begin()
        self._database.executemany(
            "UPDATE actions SET sends = sends - 1, state = CASE WHEN sends > 1 THEN 'unknown' ELSE 'planned' END,"
            " first_sent = CASE WHEN sends > 1 THEN first_sent ELSE 0 END WHERE row = ?",
            [(row,) for row in rows],
        )

    def redirect(self, action: Action) -> None:
        """Record that a row's request is now this update; durable with the next commit, before it is sent."""
        self._journal.begin()
        self._database.execute(
            "UPDATE actions SET kind = 'update', state = 'sent', sends = max(sends, 1), outcome = '', contact_id = ?,"
            " before = ?, changes = ? WHERE row = ?",
            (action.contact_id, stored.contact_text(action.before), stored.changes_text(action.changes), action.row),
        )
        crashpoints.reached("update written")

    def settle(self, settled: Sequence[Settled]) -> None:
        """Record how actions ended; durable with the next commit."""
        if not settled:
            return
        self._journal.begin()
        ended = [one for one in settled if one.outcome is not Outcome.FAILED]
        self._free_held([one.row for one in ended])
        self._database.executemany(
            "UPDATE actions SET state = 'settled', outcome = ?, contact_id = ?, before = ?, changes = ?, answer = ?"
            " WHERE row = ?",
            [
                (
                    one.outcome, one.contact_id, stored.contact_text(one.before), stored.changes_text(one.changes),
                    one.said, one.row,
                )
                for one in ended
            ],
        )  # fmt: skip
        # of a row that is tried again, what is known of its contact stays
        failed = [(one.outcome, one.said, one.row) for one in settled if one.outcome is Outcome.FAILED]
        self._database.executemany(
            "UPDATE actions SET state = 'settled', outcome = ?, answer = ? WHERE row = ?", failed
        )
        self._journal.add_problems(problem for one in settled for problem in one.problems)
        for one in settled:
            self._journal.add_sides(one.clash, one.conflicts)
        crashpoints.reached("ends written")

    def commit(self) -> None:
        """Make everything recorded so far durable."""
        self._journal.commit()

    def _free_held(self, rows: Sequence[int]) -> None:
        """Forget that rows were planned as held: one that was turned out to be the owner after all."""
        marks = ", ".join("?" * len(rows))
        held = self._database.execute(f"SELECT row FROM clashes WHERE row IN ({marks})", rows).fetchall()
        self._database.executemany("DELETE FROM clashes WHERE row = ?", held)
        self._database.executemany("DELETE FROM problems WHERE row = ? AND code = 'shared'", held)
