"""The truth about a run, in SQLite: what was read, what is planned, what was sent and how each request ended.

Every report can be made again from it. The intent of a request is committed (WAL, ``synchronous=FULL``) before the
request leaves, so a row whose answer never came is known to be unknown, also after ``kill -9``. The key never gets in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from bulk_io import stored
from bulk_io.errors import InputError
from bulk_io.records import Action, Candidate, Change, Clash, Contact, Outcome, Problem

if TYPE_CHECKING:
    import pandas as pd

FILE_NAME = "journal.sqlite"
BlockKind = Literal["source", "clean"]
ActionState = Literal["planned", "sent", "settled"]
"""``sent`` without ``settled`` is *unknown*: the request may have been carried out."""
_ROW = "\0row"
"""The column that holds the row numbers in a stored block; no header can be called so."""
_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blocks(kind TEXT, seq INTEGER, first INTEGER, last INTEGER, cells BLOB, PRIMARY KEY(kind, seq));
CREATE TABLE problems(row INTEGER, field TEXT, code TEXT, severity TEXT, "column" TEXT, value TEXT, message TEXT);
CREATE TABLE rows(row INTEGER PRIMARY KEY, carrier INTEGER, outcome TEXT, phone TEXT, name TEXT,
    region TEXT, region_from TEXT);
CREATE TABLE actions(row INTEGER PRIMARY KEY, phone TEXT, rank INTEGER, kind TEXT, state TEXT, candidate TEXT,
    contact_id TEXT DEFAULT '', before TEXT, changes TEXT DEFAULT '[]', outcome TEXT DEFAULT '',
    first_sent REAL DEFAULT 0, answer TEXT DEFAULT '');
CREATE TABLE clashes(row INTEGER PRIMARY KEY, phone TEXT, yours TEXT, owner TEXT, owner_is TEXT);
CREATE INDEX problems_row ON problems(row);
CREATE INDEX rivals ON actions(phone) WHERE rank > 0;
CREATE INDEX work ON actions(row) WHERE kind IN ('create', 'update') AND state != 'settled';
"""


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


@dataclass(frozen=True, slots=True)
class Work:
    """An action to be carried out. ``first_sent`` is the server's time of the first attempt, 0.0 if there was none."""

    candidate: Candidate
    action: Action
    first_sent: float = 0.0


@dataclass(frozen=True, slots=True)
class Settled:
    """How one action ended, for good."""

    row: int
    outcome: Outcome
    contact_id: str = ""
    before: Contact | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    clash: Clash | None = None
    answer: str = ""


class Journal:
    """One run's journal: ``create`` makes it, the constructor opens it; writes are grouped until ``commit``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self.database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.Error as error:
            raise InputError(f"corrupt: the journal {path} cannot be read ({error})") from error
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.execute("PRAGMA cache_size=-20000")

    @classmethod
    def create(cls, path: Path) -> Journal:
        """Make an empty journal, readable by its owner only."""
        path.touch(mode=0o600)
        journal = cls(path)
        journal.database.executescript(_TABLES)
        return journal

    def close(self) -> None:
        """Commit and close; the write-ahead log is folded in."""
        self.commit()
        self.database.close()

    def commit(self) -> None:
        """Make everything written so far durable."""
        if self.database.in_transaction:
            self.database.execute("COMMIT")

    def clear_plan(self) -> None:
        """Forget what was read and planned, so that an incomplete plan can be made again."""
        self._begin()
        for table in ("blocks", "problems", "rows", "actions", "clashes"):
            self.database.execute(f"DELETE FROM {table}")
        self.commit()

    # meta

    def put(self, **values: Any) -> None:
        """Store facts about the run as JSON and commit them."""
        self._begin()
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
        self.database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)
        self.commit()

    def get(self, key: str, default: Any = None) -> Any:
        """Give a fact about the run."""
        found = self.database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if found is None else json.loads(found[0])

    # what was read

    def keep(self, kind: BlockKind, seq: int, chunk: pd.DataFrame) -> None:
        """Store a chunk of text cells with its row numbers."""
        import pyarrow as pa  # only here and in `chunks`: what lists runs should not wait for it

        self._begin()
        columns = [pa.array(chunk.iloc[:, at], type=pa.string()) for at in range(chunk.shape[1])]
        table = pa.table([pa.array(chunk.index, type=pa.int64()), *columns], names=[_ROW, *chunk.columns])
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        ends = (int(chunk.index[0]), int(chunk.index[-1])) if len(chunk) else (0, 0)
        self.database.execute(
            "INSERT INTO blocks VALUES (?, ?, ?, ?, ?)", (kind, seq, *ends, sink.getvalue().to_pybytes())
        )

    def chunks(self, kind: BlockKind) -> Iterator[pd.DataFrame]:
        """Give the stored chunks in file order, one at a time."""
        import pandas as pd
        import pyarrow as pa

        def text_type(kind: pa.DataType) -> Any:
            return pd.StringDtype(na_value=float("nan")) if pa.types.is_string(kind) else None

        count = self.database.execute("SELECT count(*) FROM blocks WHERE kind = ?", (kind,)).fetchone()[0]
        for seq in range(count):
            query = "SELECT cells FROM blocks WHERE kind = ? AND seq = ?"
            cells = self.database.execute(query, (kind, seq)).fetchone()[0]
            frame = pa.ipc.open_stream(cells).read_all().to_pandas(types_mapper=text_type)
            yield frame.set_index(_ROW).rename_axis(index=None)

    # the plan

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Store faults of rows."""
        self._begin()
        rows = ((p.row, p.field, p.code, p.severity, p.column, p.value, p.message) for p in problems)
        self.database.executemany("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def add_rows(self, rows: Iterable[RowPlan]) -> None:
        """Store what each data row is planned to become."""
        self._begin()
        self.database.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def assign(self, fates: Iterable[tuple[int, int, str]]) -> None:
        """Store where rows of the same contact went: (row, the row that carries it, outcome)."""
        self._begin()
        self.database.executemany(
            "UPDATE rows SET carrier = ?, outcome = ? WHERE row = ?",
            ((carrier, outcome, row) for row, carrier, outcome in fates),
        )

    def rows_with_errors(self, *, duplicates_too: bool = True) -> set[int]:
        """Give the rows that have a problem which keeps them from being sent."""
        query = "SELECT DISTINCT row FROM problems WHERE severity = 'error'"
        if not duplicates_too:
            query += " AND code NOT IN ('duplicate', 'shared')"
        return {row for (row,) in self.database.execute(query)}

    def add_actions(self, actions: Iterable[tuple[Candidate, int, Action]]) -> None:
        """Store candidates with their rank among those of their phone number and what is planned for them.

        What needs no request (unchanged, held, skipped, rejected) is settled here.
        """
        self._begin()
        for candidate, rank, action in actions:
            final = action.kind not in ("create", "update")
            self.database.execute(
                "INSERT INTO actions(row, phone, rank, kind, state, outcome, candidate, contact_id, before, changes)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    action.row, candidate.phone, rank, action.kind, "settled" if final else "planned",
                    action.kind if final else "", stored.candidate_text(candidate), action.contact_id,
                    stored.contact_text(action.before), stored.changes_text(action.changes),
                ),
            )  # fmt: skip
            self._add_reason(action.problem, action.clash)

    def settle(self, settled: Iterable[Settled]) -> None:
        """Store how actions ended; durable with the next commit."""
        self._begin()
        for s in settled:
            self.database.execute(
                "UPDATE actions SET state = 'settled', outcome = ?, contact_id = ?, before = ?, changes = ?, answer = ?"
                " WHERE row = ?",
                (
                    s.outcome,
                    s.contact_id,
                    stored.contact_text(s.before),
                    stored.changes_text(s.changes),
                    s.answer,
                    s.row,
                ),
            )  # fmt: skip
            if self.database.execute("DELETE FROM clashes WHERE row = ?", (s.row,)).rowcount:
                # a row that was planned as held turned out to be the owner after all
                self.database.execute("DELETE FROM problems WHERE row = ? AND code = 'shared'", (s.row,))
            for problem in s.problems:
                self._add_reason(problem, None)
            self._add_reason(None, s.clash)

    # carrying it out

    def work(self, limit: int, after: int = 0) -> list[Work]:
        """Give the next actions to carry out, in file order: planned ones, and those of unknown end."""
        query = (
            "SELECT row, candidate, kind, contact_id, before, changes, first_sent FROM actions"
            " WHERE kind IN ('create', 'update') AND state != 'settled' AND row > ? ORDER BY row LIMIT ?"
        )
        return [
            Work(
                stored.candidate(c),
                Action(kind, row, contact_id, stored.contact(before), stored.changes(changes)),
                first_sent,
            )
            for row, c, kind, contact_id, before, changes, first_sent in self.database.execute(query, (after, limit))
        ]

    def planned(self) -> dict[str, int]:
        """Count the actions that are still to be carried out, by kind."""
        query = (
            "SELECT kind, count(*) FROM actions WHERE kind IN ('create', 'update') AND state != 'settled' GROUP BY kind"
        )
        return dict(self.database.execute(query).fetchall())

    def intend(self, rows: Sequence[int], at: float) -> None:
        """Record that requests for these rows leave now (``at``: the server's time), and commit."""
        self._begin()
        self.database.executemany(
            "UPDATE actions SET state = 'sent', first_sent = CASE WHEN first_sent = 0 THEN ? ELSE first_sent END"
            " WHERE row = ?",
            [(at, row) for row in rows],
        )
        self.commit()

    def redirect(self, action: Action) -> None:
        """Record, and commit, that a row's request is now this update: after a crash it is known for one."""
        self._begin()
        self.database.execute(
            "UPDATE actions SET kind = 'update', state = 'sent', outcome = '', contact_id = ?, before = ?, changes = ?"
            " WHERE row = ?",
            (action.contact_id, stored.contact_text(action.before), stored.changes_text(action.changes), action.row),
        )
        self.commit()

    def rivals(self, phone: str) -> list[Candidate]:
        """Give the other candidates of a phone number, in order of rank."""
        query = "SELECT candidate FROM actions WHERE phone = ? AND rank > 0 ORDER BY rank"
        return [stored.candidate(text) for (text,) in self.database.execute(query, (phone,))]

    def retry_failed(self) -> None:
        """Put rows that failed back to work; their problems are forgotten, their end is as unknown as before."""
        self._begin()
        failed = "SELECT row FROM actions WHERE outcome = 'failed'"
        self.database.execute(f"DELETE FROM problems WHERE code = 'failed' AND row IN ({failed})")
        self.database.execute("UPDATE actions SET state = 'sent', outcome = '' WHERE outcome = 'failed'")
        self.commit()

    def _add_reason(self, problem: Problem | None, clash: Clash | None) -> None:
        if problem:
            self.add_problems([problem])
        if clash:
            sides = (stored.values_text(clash.yours), stored.values_text(clash.owner))
            values = (clash.row, clash.phone, *sides, clash.owner_is)
            self.database.execute("INSERT OR REPLACE INTO clashes VALUES (?, ?, ?, ?, ?)", values)

    def _begin(self) -> None:
        if not self.database.in_transaction:
            self.database.execute("BEGIN")
