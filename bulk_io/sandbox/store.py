"""The sandbox's contacts and keys, in one SQLite file: what the real CRM keeps on its side. A contact is stored as the
very JSON text that the API answers with, so that reading costs no encoding; what is searched or compared stands beside
it in columns. One connection, owned by the server's event loop; the file is locked, so one sandbox runs on a folder.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bulk_io.errors import BulkIOError, UsageError
from bulk_io.fields import NAMES

READ = "contacts:read"
WRITE = "contacts:write"
FILE = "contacts.sqlite"
_VERSION = 1
_BIGGEST = 2**63 - 1
_SEPARATOR = "\x1f"
_SCHEMA = f"""
CREATE TABLE contacts (id INTEGER PRIMARY KEY, phone TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
                       updated INTEGER NOT NULL, search TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX by_created ON contacts (created);
CREATE INDEX by_updated ON contacts (updated);
CREATE TABLE keys (key TEXT PRIMARY KEY, permissions TEXT NOT NULL, main INTEGER NOT NULL DEFAULT 0);
PRAGMA user_version = {_VERSION};
"""
_INSERT = "INSERT INTO contacts (id, phone, created, updated, search, body) VALUES (?, ?, ?, ?, ?, ?)"


class PhoneTaken(Exception):
    """The phone number is another contact's; ``contact_id`` is that contact."""

    def __init__(self, contact_id: str) -> None:
        super().__init__(contact_id)
        self.contact_id = contact_id


class Store:
    """Contacts and keys in ``folder``, which is made if need be and kept to its owner (0700, the file 0600).

    Raises UsageError for a folder that holds something else, BulkIOError for one in use or a broken file.
    """

    def __init__(self, folder: Path) -> None:
        self.created = self.updated = 0
        """How many contacts were made and changed since the store was opened."""
        _make_folder(folder)
        try:
            self._db = _open(folder / FILE)
        except sqlite3.Error as error:
            raise BulkIOError(_why_not(folder, error)) from error
        self._total: int
        self._last: int
        self._total, self._last = self._db.execute(
            "SELECT count(*), coalesce(max(updated), 0) FROM contacts"
        ).fetchone()

    def create(self, values: dict[str, object]) -> bytes:
        """Store a new contact and return it as JSON; ``values`` are checked fields. Raises PhoneTaken."""
        phone = str(values["phoneNumber"])
        self._refuse_taken(phone, None)
        number, now = self._total + 1, self._now()
        stamp = _iso(now)
        contact = dict.fromkeys(NAMES) | {"tags": []} | values
        contact |= {"id": _contact_id(number), "createdAt": stamp, "updatedAt": stamp}
        body = _encode(contact)
        self._db.execute(_INSERT, (number, phone, now, now, _search_text(contact), body))
        self._total = number
        self.created += 1
        return body

    def get(self, contact_id: str) -> bytes | None:
        """Return the contact as JSON, None where there is none."""
        row = self._db.execute("SELECT body FROM contacts WHERE id = ?", (_number(contact_id),)).fetchone()
        return None if row is None else bytes(row[0])

    def update(self, contact_id: str, values: Mapping[str, object]) -> bytes | None:
        """Change the given fields, keep the others, and return the contact as JSON. Raises PhoneTaken."""
        body = self.get(contact_id)
        if body is None:
            return None
        number, now = _number(contact_id), self._now()
        contact = json.loads(body) | values | {"updatedAt": _iso(now)}
        self._refuse_taken(contact["phoneNumber"], number)
        body = _encode(contact)
        self._db.execute(
            "UPDATE contacts SET phone = ?, updated = ?, search = ?, body = ? WHERE id = ?",
            (contact["phoneNumber"], now, _search_text(contact), body, number),
        )
        self.updated += 1
        return body

    def page(
        self,
        page: int,
        limit: int,
        *,
        search: str = "",
        created_after: int | None = None,
        updated_after: int | None = None,
    ) -> tuple[list[bytes], int]:
        """Return one page of contacts as JSON, newest first, and how many there are in all; times in milliseconds."""
        skipped = (page - 1) * limit
        if not search and created_after is None and updated_after is None:
            return self._newest(skipped, limit), self._total
        where, bound = _conditions(search, created_after, updated_after)
        query = f"SELECT body FROM contacts WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?"
        rows = [row[0] for row in self._db.execute(query, (*bound, limit, min(skipped, _BIGGEST)))]
        if 0 < len(rows) < limit:  # the last page: spare the second scan
            return rows, skipped + len(rows)
        return rows, self._db.execute(f"SELECT count(*) FROM contacts WHERE {where}", bound).fetchone()[0]

    def clear(self) -> None:
        """Remove every contact; the keys stay. Ids begin at 1 again."""
        self._db.execute("DELETE FROM contacts")
        self._total = self.created = self.updated = 0

    def main_key(self) -> str:
        """Return the key that may read and write; it is made the first time and then stays."""
        row = self._db.execute("SELECT key FROM keys WHERE main").fetchone()
        if row is None:
            key = f"ck_sandbox_{secrets.token_hex(16)}"
            self._db.execute("INSERT INTO keys VALUES (?, ?, 1)", (key, f"{READ} {WRITE}"))
            return key
        return str(row[0])

    def add_key(self, key: str, permissions: Iterable[str]) -> None:
        """Let ``key`` in with exactly these permissions, for example ``contacts:read``; none is allowed too."""
        self._db.execute("INSERT OR REPLACE INTO keys VALUES (?, ?, 0)", (key, " ".join(permissions)))

    def keys(self) -> dict[str, tuple[str, ...]]:
        """Return every key with its permissions."""
        return {key: tuple(text.split()) for key, text in self._db.execute("SELECT key, permissions FROM keys")}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _newest(self, skipped: int, limit: int) -> list[bytes]:
        # Ids have no gaps (nothing is ever deleted but everything), so a page is a range of ids, however deep it is.
        top = max(self._total - skipped, 0)
        query = "SELECT body FROM contacts WHERE id BETWEEN ? AND ? ORDER BY id DESC"
        return [row[0] for row in self._db.execute(query, (max(top - limit, 0) + 1, top))]

    def _refuse_taken(self, phone: str, number: int | None) -> None:
        row = self._db.execute("SELECT id FROM contacts WHERE phone = ?", (phone,)).fetchone()
        if row is not None and row[0] != number:
            raise PhoneTaken(_contact_id(row[0]))

    def _now(self) -> int:
        # Never backwards, so that newest first is also highest id first; equal within a millisecond.
        self._last = max(self._last, time.time_ns() // 1_000_000)
        return self._last


def _make_folder(folder: Path) -> None:
    if folder.exists() and not (folder / FILE).exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} holds other files: give the sandbox a new or empty folder.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        os.close(os.open(folder / FILE, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise BulkIOError(f"The sandbox cannot keep its data in {folder}: {error.strerror}.") from error


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        # The lock makes a second sandbox on the same folder fail at once, and spares the shared-memory file. Commits
        # survive a crash of the process; the rare checkpoints are what waits for the disk.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA wal_autocheckpoint = 10000")
        db.execute("BEGIN IMMEDIATE")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute("COMMIT")
        if version == 0:
            db.executescript(_SCHEMA)
        elif version != _VERSION:
            raise sqlite3.DatabaseError("it was made by another version of bulk-io")
    except BaseException:
        db.close()
        raise
    return db


def _why_not(folder: Path, error: sqlite3.Error) -> str:
    if getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY":
        return f"Another sandbox is running on {folder}: stop it, or choose another folder with --data."
    return f"The sandbox's data in {folder} cannot be used ({error}): remove the folder, or choose another with --data."


def _conditions(search: str, created_after: int | None, updated_after: int | None) -> tuple[str, list[object]]:
    wanted: list[tuple[str, object]] = []
    if search:
        wanted.append(("instr(search, ?) > 0", search.casefold()))
    if created_after is not None:
        wanted.append(("created > ?", created_after))
    if updated_after is not None:
        wanted.append(("updated > ?", updated_after))
    return " AND ".join(condition for condition, _ in wanted), [value for _, value in wanted]


def _search_text(contact: Mapping[str, object]) -> str:
    return _SEPARATOR.join(str(contact[name] or "") for name in ("name", "email", "phoneNumber")).casefold()


def _encode(contact: Mapping[str, object]) -> bytes:
    return json.dumps(contact, ensure_ascii=False, separators=(",", ":")).encode()


def _contact_id(number: int) -> str:
    return f"contact_{number}"


def _number(contact_id: str) -> int:
    """The row of an id; 0, which no contact has, for text that is no id of ours."""
    digits = contact_id.removeprefix("contact_")
    if digits == contact_id or not (digits.isascii() and digits.isdigit()) or digits[0] == "0" or len(digits) > 18:
        return 0
    return int(digits)


def _iso(milliseconds: int) -> str:
    text = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
