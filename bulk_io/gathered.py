"""Contacts on their way from the CRM into a file: the newest version of each, as the API gave it, on disk.

Memory does not grow with the contacts, and what was read stays for the next attempt when an export is interrupted.
Nothing is taken apart here but what tells contacts and versions from each other: there may be a million.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from msgspec.structs import astuple

from bulk_io.bodies import Listed
from bulk_io.errors import BulkIOError
from bulk_io.fields import BY_NAME
from bulk_io.records import Contact

_TABLES = """
CREATE TABLE IF NOT EXISTS facts(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages(number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS contacts(at INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, body TEXT NOT NULL);
"""
# What a power cut takes away is only read again. Contacts are large: SQLite's usual pages of 4 kB cost a fifth more.
_PRAGMAS = (
    "page_size=16384",
    "locking_mode=EXCLUSIVE",
    "journal_mode=WAL",
    "synchronous=OFF",
    "wal_autocheckpoint=2000",
    "cache_size=-20000",
)
_LISTED = "id, created, updated, body"
_KEEP = """
INSERT INTO contacts(id, created, updated, body) VALUES {rows}
ON CONFLICT(id) DO UPDATE SET created = excluded.created, updated = excluded.updated, body = excluded.body
-- of two versions of one time the one that was read later counts
WHERE excluded.updated > contacts.updated OR (excluded.updated = contacts.updated AND excluded.body <> contacts.body)
"""
_ROWS_AT_ONCE = 200
"""Rows of one statement, as many as a page has: Python's lock is free while SQLite is at work, so that in a thread of
its own it is not in the way of the next page."""
_PAGES_AT_ONCE = 16
"""Pages that go to the disk together: a third of the time, and a kill costs no more than asking for them again."""


class Gathered:
    """The contacts of one export, in a file of its own; raises BulkIOError where the disk is full."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unsafe = 0
        try:
            path.touch(mode=0o600)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in _PRAGMAS:
                self._database.execute(f"PRAGMA {pragma}")
            self._database.executescript(_TABLES)
            self._database.execute("BEGIN")
        except (sqlite3.Error, OSError) as error:
            raise BulkIOError(f"{path}: nothing can be kept there ({error})") from error

    def close(self) -> None:
        """Close the file; what it holds waits for the next attempt."""
        self._database.execute("COMMIT")
        self._database.close()

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM contacts").fetchone()[0])

    def mark(self) -> int:
        """Give a mark: what is new later has come after it."""
        return int(self._database.execute("SELECT coalesce(max(at), 0) FROM contacts").fetchone()[0])

    def newest(self) -> str:
        """Give the time at which the newest contact was created; ``""`` where nobody knows."""
        return str(self._database.execute("SELECT coalesce(max(created), '') FROM contacts").fetchone()[0])

    def new_since(self, mark: int, created_until: str) -> int:
        """Count the contacts that have come after a mark and were created until a time (or nobody knows when)."""
        query = "SELECT count(*) FROM contacts WHERE at > ? AND created <= ?"
        return int(self._database.execute(query, (mark, created_until)).fetchone()[0])

    def keep(self, listed: Iterable[Listed], page: int | None = None) -> int:
        """Keep contacts, the newest version of each; returns how many of them were new or newer than what was known.

        ``page`` is the number of the page of the first pass that they were: with its contacts it stays read, bar the
        last few if killed.
        """
        before = self._database.total_changes
        waiting = iter(listed)
        while some := list(islice(waiting, _ROWS_AT_ONCE)):
            self._told(_keep(len(some)), chain.from_iterable(map(astuple, some)))
        newer = self._database.total_changes - before
        if page is not None:
            self._read(page)
        return newer

    def contacts(self, order: str = "") -> Iterator[Contact]:
        """Give every contact: as they came, or by a field (``-field``: descending) and then as they came."""
        name = order.removeprefix("-")
        if name and name not in BY_NAME:
            raise ValueError(name)
        way = "DESC" if order.startswith("-") else ""
        text = f"coalesce(json_extract(body, '$.{name}'), '')"
        by = f"{text} = '', {text} COLLATE NOCASE {way}, " if name else ""
        for row in self._told(f"SELECT {_LISTED} FROM contacts ORDER BY {by}at", ()):
            yield Listed(*row).contact

    def one(self, contact_id: str) -> Contact | None:
        """Give a contact by its id, None if there is none."""
        for row in self._told(f"SELECT {_LISTED} FROM contacts WHERE id = ?", (contact_id,)):
            return Listed(*row).contact
        return None

    def put(self, **facts: Any) -> None:
        """Store facts about the export."""
        rows = [(key, json.dumps(value)) for key, value in facts.items()]
        self._told_many("INSERT OR REPLACE INTO facts VALUES (?, ?)", rows)
        self._commit()

    def get(self, key: str, default: Any = None) -> Any:
        """Give a fact about the export."""
        for (value,) in self._told("SELECT value FROM facts WHERE key = ?", (key,)):
            return json.loads(value)
        return default

    def pages(self) -> frozenset[int]:
        """Give the pages of the first pass that were read."""
        return frozenset(number for (number,) in self._told("SELECT number FROM pages", ()))

    def forget(self) -> None:
        """Begin anew."""
        for name in ("facts", "pages", "contacts"):
            self._told(f"DELETE FROM {name}", ())

    def _read(self, page: int) -> None:
        self._told("INSERT OR IGNORE INTO pages VALUES (?)", (page,))
        self._unsafe += 1
        if self._unsafe >= _PAGES_AT_ONCE:
            self._commit()

    def _commit(self) -> None:
        self._unsafe = 0
        self._told("COMMIT", ())
        self._told("BEGIN", ())

    def _told(self, query: str, given: Iterable[Any]) -> sqlite3.Cursor:
        try:
            return self._database.execute(query, tuple(given))
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _told_many(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        try:
            self._database.executemany(query, rows)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.Error) -> BulkIOError:
        return BulkIOError(f"{self.path}: contacts cannot be kept there ({error}); make room and try again")


@cache
def _keep(rows: int) -> str:
    return _KEEP.format(rows=", ".join(["(?, ?, ?, ?)"] * rows))
