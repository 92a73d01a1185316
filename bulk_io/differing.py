"""Two exports, or an export and the CRM as it is: which contacts came, which went, and what was changed."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bulk_io import formulas, tags
from bulk_io.bodies import Listed
from bulk_io.collecting import everyone
from bulk_io.edits import is_trace
from bulk_io.errors import UsageError
from bulk_io.fields import NAMES, WRITABLE
from bulk_io.gathered import Gathered
from bulk_io.headers import is_guarded, is_own_export
from bulk_io.options import Connecting
from bulk_io.reading import read_table
from bulk_io.records import Change, Contact
from bulk_io.watching import Watcher

Kind = Literal["added", "removed", "changed"]
_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A contact that is in the new one only, in the old one only, or in both with other values (``changes``)."""

    kind: Kind
    contact: Contact
    changes: tuple[Change, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """The difference as JSON."""
        one = self.contact
        told = {"id": one.id, "name": one["name"], "phoneNumber": one["phoneNumber"]}
        if self.kind != "changed":
            return told
        return {**told, "changes": {each.field: {"old": each.old, "new": each.new} for each in self.changes}}


def differences(old: Path, new: Path | None, connecting: Connecting, *, watcher: Watcher) -> Iterator[Difference]:
    """Give what is different in ``new``, which is the CRM where it is None: first what was removed, then the rest.

    Contacts are the same by id. Compared are the fields that may be written and that both sides have; texts as they
    are, tags whatever their order. Raises UsageError for a file that is no export of ours, and what reading and
    listing raise.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bulk-io-diff-")))
        before, after = (Gathered(folder / name) for name in ("before", "after"))
        for store in (before, after):
            stack.callback(store.close)
        fields = _read(old, before)
        there = _read(new, after) if new else _from_crm(after, connecting, watcher)
        compared = [name for name in fields if name in there]
        for one in before.contacts():
            if after.one(one.id) is None:
                yield Difference("removed", one)
        for one in after.contacts():
            known = before.one(one.id)
            if known is None:
                yield Difference("added", one)
            elif changes := _changes(known, one, compared):
                yield Difference("changed", one, changes)


def count(found: Iterator[Difference], each: Callable[[Difference], None]) -> dict[str, int]:
    """Do something with each difference, and count them by kind."""
    counts: Counter[str] = Counter()
    for one in found:
        counts[one.kind] += 1
        each(one)
    return {kind: counts[kind] for kind in ("added", "removed", "changed")}


def _changes(old: Contact, new: Contact, fields: Sequence[str]) -> tuple[Change, ...]:
    found = [
        Change(name, str(old[name]), str(new[name]))
        for name in fields
        if name != "tags" and old[name] != new[name] and not _is_eaten(name, str(old[name]), str(new[name]))
    ]
    if "tags" in fields and set(old.tags) != set(new.tags):
        found.append(Change("tags", tags.record(old.tags), tags.record(new.tags)))
    return tuple(found)


def _is_eaten(name: str, old: str, new: str) -> bool:
    """Tell whether a spreadsheet made one number of the other: without its +, or as 3.36E+10."""
    return name == "phoneNumber" and bool(old and new) and (is_trace(new, old) or is_trace(old, new))


def _read(path: Path, into: Gathered) -> tuple[str, ...]:
    """Read an export; gives the fields that it has."""
    table = read_table(path)
    if not is_own_export(table.header) or "id" not in table.header:
        raise UsageError(f"{path} is not an export of bulk-io with its ids; compare exports that were made here")
    fields = tuple(name for name in NAMES if name in table.header)
    guarded = is_guarded(table.header, table.source)
    for chunk in table.chunks(_ROWS):
        cells = chunk[list(fields)].map(formulas.unguard) if guarded else chunk[list(fields)]
        rows = zip(chunk.index, cells.itertuples(index=False, name=None), strict=True)
        into.keep(_listed(number, dict(zip(fields, row, strict=True))) for number, row in rows)
    return tuple(name for name in fields if name in WRITABLE)


def _listed(number: int, row: dict[str, str]) -> Listed:
    text = json.dumps({**row, "tags": tags.parse(row.get("tags", ""))})
    # a row that somebody added has no id yet, and is a contact of its own
    return Listed(row["id"] or f"row {number}", "", row.get("updatedAt", ""), text)


def _from_crm(into: Gathered, connecting: Connecting, watcher: Watcher) -> tuple[str, ...]:
    everyone(into, connecting, watcher)
    return WRITABLE
