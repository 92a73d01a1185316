"""The truth about a run, in SQLite: what was read, what is planned, what was sent and how each request ended.

Every report can be made again from it. Commits are durable (WAL, ``synchronous=FULL``); what is written between two of
them is gone after a crash. ``worklog`` is the upload's side of it. The key never gets in.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from bulk_io import stored
from bulk_io.blocks import Block, unpack
from bulk_io.errors import BulkIOError, InputError, JournalFailed
from bulk_io.records import Action, Candidate, Clash, Conflict, Problem

if TYPE_CHECKING:
    import pandas as pd

FILE_NAME = "journal.sqlite"
BlockKind = Literal["source", "clean"]
_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blocks(kind TEXT, seq INTEGER, first INTEGER, last INTEGER, cells BLOB, PRIMARY KEY(kind, seq));
CREATE TABLE problems(row INTEGER, field TEXT, code TEXT, severity TEXT, "column" TEXT, value TEXT, message TEXT);
CREATE TABLE rows(row INTEGER PRIMARY KEY, carrier INTEGER, outcome TEXT, phone TEXT, name TEXT,
    region TEXT, region_from TEXT);
CREATE TABLE actions(row INTEGER PRIMARY KEY, phone TEXT, rank INTEGER, kind TEXT, state TEXT, candidate TEXT,
    contact_id TEXT DEFAULT '', before TEXT, changes TEXT DEFAULT '[]', outcome TEXT DEFAULT '',
    first_sent REAL DEFAULT 0, sends INTEGER DEFAULT 0, answer TEXT DEFAULT '');
CREATE TABLE clashes(row INTEGER PRIMARY KEY, phone TEXT, yours TEXT, owner TEXT, owner_is TEXT);
CREATE TABLE conflicts(row INTEGER, contact_id TEXT, field TEXT, base TEXT, yours TEXT, theirs TEXT);
CREATE INDEX problems_row ON problems(row);
CREATE INDEX rivals ON actions(phone) WHERE rank > 0;
CREATE INDEX work ON actions(row) WHERE kind IN ('create', 'update') AND state != 'settled';
"""


_ADD_ACTION = """
INSERT INTO actions(row, phone, rank, kind, state, outcome, candidate, contact_id, before, changes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_ACTIONS_AT_ONCE = 500


class RowPlan(NamedTuple):
    """A data row as planned, a line of the table ``rows``.

    ``carrier`` is the row it goes with (itself if it carries a contact).
    ``outcome`` is final for rows that carry nothing (merged, skipped, invalid) and in ``validate``; else ``""``.
    """

    row: int
    carrier: int
    outcome: str
    phone: str
    name: str
    region: str = ""
    region_from: str = ""


class Database(sqlite3.Connection):
    """A connection that says in one sentence what is wrong on the disk; a write that fails takes back what it began."""

    def execute(self, *asked: Any) -> sqlite3.Cursor:
        """Execute a statement; raises JournalFailed, and InputError for a journal that is damaged."""
        with self._told():
            return super().execute(*asked)

    def executemany(self, *asked: Any) -> sqlite3.Cursor:
        """Execute a statement for many rows; raises JournalFailed, and InputError for a journal that is damaged."""
        with self._told():
            return super().executemany(*asked)

    def executescript(self, *asked: Any) -> sqlite3.Cursor:
        """Execute statements; raises JournalFailed, and InputError for a journal that is damaged."""
        with self._told():
            return super().executescript(*asked)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if self.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    super().execute("ROLLBACK")
            raise JournalFailed(
                f"the run's journal cannot be written ({error}); nothing more is sent; make room, then "
                "`bulk-io resume` goes on"
            ) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise InputError(f"corrupt: the run's journal cannot be read ({error})") from error


class Journal:
    """One run's journal: ``create`` makes it, the constructor opens it; writes are grouped until ``commit``.

    Writing raises JournalFailed where the disk is full or broken: nothing may be sent after that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_symlink():
            raise InputError(f"refused: the journal {path} is a link to another file")
        try:
            self.database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=Database)
            self.database.execute("PRAGMA journal_mode=WAL")
        except (sqlite3.Error, JournalFailed, InputError) as error:
            cause = error.__cause__ or error
            kind = "unreadable" if isinstance(cause, sqlite3.OperationalError) else "corrupt"
            raise InputError(f"{kind}: the journal {path} cannot be opened ({cause})") from error
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.execute("PRAGMA cache_size=-20000")

    def __reduce__(self) -> tuple[type[Journal], tuple[Path]]:
        """Be opened anew in a process that it is sent to, where it has what was committed here."""
        return Journal, (self.path,)

    @classmethod
    def create(cls, path: Path) -> Journal:
        """Make an empty journal, readable by its owner only."""
        path.touch(mode=0o600)
        journal = cls(path)
        try:
            journal.database.executescript(_TABLES)
        except BulkIOError:
            journal.database.close()
            raise
        return journal

    def close(self) -> None:
        """Commit and close; the write-ahead log is folded in."""
        try:
            self.commit()
        finally:
            self.database.close()

    def commit(self) -> None:
        """Make everything written so far durable."""
        if self.database.in_transaction:
            self.database.execute("COMMIT")

    def clear_plan(self) -> None:
        """Forget what was read and planned, so that an incomplete plan can be made again."""
        self.begin()
        for table in ("blocks", "problems", "rows", "actions", "clashes", "conflicts"):
            self.database.execute(f"DELETE FROM {table}")
        self.commit()

    # meta

    def put(self, **values: Any) -> None:
        """Store facts about the run as JSON and commit them."""
        self.begin()
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
        self.database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)
        self.commit()

    def get(self, key: str, default: Any = None) -> Any:
        """Give a fact about the run."""
        found = self.database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if found is None else json.loads(found[0])

    # what was read

    def keep(self, kind: BlockKind, seq: int, block: Block) -> None:
        """Store a chunk of text cells with its row numbers, packed."""
        self.begin()
        self.database.execute("INSERT INTO blocks VALUES (?, ?, ?, ?, ?)", (kind, seq, *block))

    def blocks(self, kind: BlockKind) -> Iterator[bytes]:
        """Give the stored chunks, packed, in file order, one at a time."""
        count = self.database.execute("SELECT count(*) FROM blocks WHERE kind = ?", (kind,)).fetchone()[0]
        for seq in range(count):
            query = "SELECT cells FROM blocks WHERE kind = ? AND seq = ?"
            yield self.database.execute(query, (kind, seq)).fetchone()[0]

    def chunks(self, kind: BlockKind) -> Iterator[pd.DataFrame]:
        """Give the stored chunks in file order, one at a time."""
        return map(unpack, self.blocks(kind))

    # the plan

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Store faults of rows."""
        self.begin()
        rows = ((p.row, p.field, p.code, p.severity, p.column, p.value, p.message) for p in problems)
        self.database.executemany("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def add_rows(self, rows: Iterable[RowPlan]) -> None:
        """Store what each data row is planned to become."""
        self.begin()
        self.database.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def assign(self, fates: Iterable[tuple[int, int, str]]) -> None:
        """Store where rows of the same contact went: (row, the row that carries it, outcome)."""
        self.begin()
        self.database.executemany(
            "UPDATE rows SET carrier = ?, outcome = ? WHERE row = ?",
            ((carrier, outcome, row) for row, carrier, outcome in fates),
        )

    def rows_with_errors(self, *, duplicates_too: bool = True) -> set[int]:
        """Give the rows that have a problem which keeps them from being sent."""
        query = "SELECT DISTINCT row FROM problems WHERE severity = 'error'"
        if not duplicates_too:
            query += " AND code NOT IN ('duplicate', 'shared', 'opted_out')"
        return {row for (row,) in self.database.execute(query)}

    def add_actions(self, actions: Iterable[tuple[Candidate, int, Action]]) -> None:
        """Store candidates with their rank among those of their phone number and what is planned for them.

        What needs no request (unchanged, held, skipped, rejected) is settled here.
        """
        self.begin()
        waiting = iter(actions)
        while some := list(itertools.islice(waiting, _ACTIONS_AT_ONCE)):
            self.database.executemany(_ADD_ACTION, itertools.starmap(_planned, some))
            self.add_problems(problem for _, _, action in some for problem in action.problems)
            for _, _, action in some:
                self.add_sides(action.clash, action.conflicts)

    def add_sides(self, clash: Clash | None, conflicts: Iterable[Conflict] = ()) -> None:
        """Store what a held row stands against."""
        rows = [(c.row, c.contact_id, c.field, c.base, c.yours, c.theirs) for c in conflicts]
        if rows:
            self.database.executemany("INSERT INTO conflicts VALUES (?, ?, ?, ?, ?, ?)", rows)
        if clash:
            sides = (stored.values_text(clash.yours), stored.values_text(clash.owner))
            values = (clash.row, clash.phone, *sides, clash.owner_is)
            self.database.execute("INSERT OR REPLACE INTO clashes VALUES (?, ?, ?, ?, ?)", values)

    def begin(self) -> None:
        """Open a transaction, if none is open."""
        if not self.database.in_transaction:
            self.database.execute("BEGIN")


def _planned(candidate: Candidate, rank: int, action: Action) -> tuple[object, ...]:
    """Give a line of the table ``actions``."""
    final = action.kind not in ("create", "update")
    return (
        action.row, candidate.phone, rank, action.kind, "settled" if final else "planned", action.kind if final else "",
        stored.candidate_text(candidate), action.contact_id, stored.contact_text(action.before),
        stored.changes_text(action.changes),
    )  # fmt: skip
