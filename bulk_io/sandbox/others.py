"""What others do to the contacts behind an uploader's back: they delete some, and had made them long before."""

from __future__ import annotations

import json
from pathlib import Path

from bulk_io.sandbox.store import Store, _encode, _iso


class SharedStore(Store):
    """A store that others use too. The id of a contact that is gone is not given again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        count, highest = self._db.execute("SELECT count(*), coalesce(max(id), 0) FROM contacts").fetchone()
        self._total = highest
        self._gaps = count != highest

    def remove(self, key: str) -> str:
        """Remove the contact with this id or stored phone number, and return its id, "" if there is none."""
        query = "DELETE FROM contacts WHERE 'contact_' || id = ? OR phone = ? RETURNING id"
        gone = self._db.execute(query, (key, key)).fetchall()
        self._gaps = self._gaps or bool(gone)
        return f"contact_{gone[0][0]}" if gone else ""

    def age(self, seconds: float) -> None:
        """Make every contact so much older: created and changed before."""
        earlier = round(seconds * 1000)
        found = self._db.execute("SELECT id, created, updated, body FROM contacts").fetchall()
        for number, created, updated, body in found:
            times = (max(created - earlier, 0), max(updated - earlier, 0))
            contact = json.loads(body) | {"createdAt": _iso(times[0]), "updatedAt": _iso(times[1])}
            update = "UPDATE contacts SET created = ?, updated = ?, body = ? WHERE id = ?"
            self._db.execute(update, (*times, _encode(contact), number))

    def page(
        self,
        page: int,
        limit: int,
        *,
        search: str = "",
        created_after: int | None = None,
        updated_after: int | None = None,
    ) -> tuple[list[bytes], int]:
        """Return one page of contacts, as ``Store.page``, which counts by ids as long as none is missing."""
        if self._gaps and created_after is None:
            created_after = -1
        return super().page(page, limit, search=search, created_after=created_after, updated_after=updated_after)

    def clear(self) -> None:
        """Remove every contact; ids begin at 1 again."""
        super().clear()
        self._gaps = False
