"""Contacts on their way from the CRM into a file: one row an id, the newest version of each, on disk.

Memory does not grow with the contacts, and what was read stays for the next attempt when an export is interrupted.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bulk_io.errors import BulkIOError
from bulk_io.fields import BY_NAME, NAMES
from bulk_io.records import Contact

_TEXTS = tuple(name for name in NAMES if name not in ("id", "tags"))
_COLUMNS = ("id", *_TEXTS, "tags")
_TABLES = f"""
CREATE TABLE IF NOT EXISTS facts(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages(number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS contacts(at INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL,
    {", ".join(f"{name} TEXT" for name in (*_TEXTS, "tags"))});
"""
_KEEP = (
    f"INSERT INTO contacts({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
    f" ON CONFLICT(id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
    # of two versions of one time the one that was read later counts
    " WHERE excluded.updatedAt >= contacts.updatedAt"
)


class Gathered:
    """The contacts of one export, in a file of its own; raises BulkIOError where the disk is full."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.touch(mode=0o600)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            # what a power cut takes away is only read again
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=OFF", "cache_size=-20000"):
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
        return str(self._database.execute("SELECT coalesce(max(createdAt), '') FROM contacts").fetchone()[0])

    def new_since(self, mark: int, created_until: str) -> int:
        """Count the contacts that have come after a mark and were created until a time (or nobody knows when)."""
        query = "SELECT count(*) FROM contacts WHERE at > ? AND createdAt <= ?"
        return int(self._database.execute(query, (mark, created_until)).fetchone()[0])

    def keep(self, contacts: Iterable[Contact]) -> int:
        """Keep contacts, the newest version of each; returns how many of them were new or newer than what was known."""
        rows = []
        for one in contacts:
            value = one.values.get
            rows.append([one.id, *[value(name, "") for name in _TEXTS], _tags_text(one.tags)])
        marks = ", ".join("?" * len(rows))
        known = self._told(f"SELECT id, updatedAt FROM contacts WHERE id IN ({marks})", [row[0] for row in rows])
        before = dict(known)
        with_time = _COLUMNS.index("updatedAt")
        self._told_many(_KEEP, rows)
        return sum(before.get(row[0]) != row[with_time] for row in rows)

    def contacts(self, order: str = "") -> Iterator[Contact]:
        """Give every contact: as they came, or by a field (``-field``: descending) and then as they came."""
        name = order.removeprefix("-")
        if name and name not in BY_NAME:
            raise ValueError(name)
        by = f"{name} = '', {name} COLLATE NOCASE {'DESC' if order.startswith('-') else ''}, " if name else ""
        yield from map(_contact, self._told(f"SELECT {', '.join(_COLUMNS)} FROM contacts ORDER BY {by}at", ()))

    def one(self, contact_id: str) -> Contact | None:
        """Give a contact by its id, None if there is none."""
        found = self._told(f"SELECT {', '.join(_COLUMNS)} FROM contacts WHERE id = ?", (contact_id,))
        return next(map(_contact, found), None)

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

    def read(self, number: int) -> None:
        """Know that a page of the first pass was read; it stays so after an interruption, with its contacts."""
        self._told("INSERT OR IGNORE INTO pages VALUES (?)", (number,))
        self._commit()

    def pages(self) -> frozenset[int]:
        """Give the pages of the first pass that were read."""
        return frozenset(number for (number,) in self._told("SELECT number FROM pages", ()))

    def forget(self) -> None:
        """Begin anew."""
        for name in ("facts", "pages", "contacts"):
            self._told(f"DELETE FROM {name}", ())

    def _commit(self) -> None:
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


def _contact(row: Sequence[Any]) -> Contact:
    contact, *texts, labels = row
    return Contact(contact, {key: text for key, text in zip(_TEXTS, texts, strict=True) if text}, _tags(labels))


# the same lists of tags come again and again
@functools.lru_cache(maxsize=4096)
def _tags_text(labels: tuple[str, ...]) -> str:
    return json.dumps(labels, ensure_ascii=False)


@functools.lru_cache(maxsize=4096)
def _tags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
