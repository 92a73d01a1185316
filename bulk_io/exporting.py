"""All contacts of the CRM, or filtered ones, into a file that imports back without a change.

Pages are offsets and others may write meanwhile, so contacts are keyed by id and read again while the API reports more
than came.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bulk_io import tags, writing
from bulk_io.access import opened
from bulk_io.errors import UsageError
from bulk_io.fields import NAMES
from bulk_io.options import Connecting
from bulk_io.pages import all_pages
from bulk_io.records import Contact
from bulk_io.retry import Caller
from bulk_io.session import Traffic, greet, require, talk
from bulk_io.watching import Watcher

_PASSES = 3
"""How often the list is read at most where fewer contacts came than the API says there are."""


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What an export did. ``total_reported`` is the API's own count (-1: it gave none), ``seconds`` wall time."""

    file: str
    contacts: int
    requests: int
    passes: int
    total_reported: int
    seconds: float

    @property
    def document(self) -> dict[str, Any]:
        """The document of ``export --json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which contacts and which fields. Dates are ISO 8601; without a zone they are UTC. No ``fields`` means all.

    Raises UsageError for a date or a field that cannot be read.
    """

    search: str = ""
    created_since: str = ""
    updated_since: str = ""
    fields: Sequence[str] = ()

    def filters(self) -> dict[str, str | None]:
        """The filters as the API takes them."""
        return {
            "search": self.search or None,
            "created_since": moment(self.created_since, "--created-since"),
            "updated_since": moment(self.updated_since, "--updated-since"),
        }

    def columns(self) -> tuple[str, ...]:
        """The wanted fields, in the order asked for; names are taken in any case."""
        called = {name.casefold(): name for name in NAMES}
        unknown = [name for name in self.fields if name.casefold() not in called]
        if unknown:
            raise UsageError(f"--fields: there is no field {unknown[0]!r}; the fields are {', '.join(NAMES)}")
        return tuple(dict.fromkeys(called[name.casefold()] for name in self.fields)) or NAMES


def export(path: Path, selection: Selection, connecting: Connecting, *, format: str, watcher: Watcher) -> ExportSummary:
    """Write the selected contacts to a file, which appears whole or not at all.

    Raises UsageError for a format or filter that cannot be used, AccessRefused, Unreachable and Interrupted.
    """
    began = time.monotonic()
    shape = writing.format_of(path, format)
    columns, filters = selection.columns(), selection.filters()
    traffic = Traffic()
    with opened(connecting) as access:
        found = talk(access, connecting, lambda caller: _collect(caller, filters, watcher), traffic=traffic)
    header = list(columns)
    rows = records_of(found.contacts, columns) if shape == "jsonl" else rows_of(found.contacts, columns)
    was_link = path.is_symlink()
    writing.table(path, header, rows, format=shape)
    if was_link:
        watcher.note(f"{path} was a link; now it is the export itself, and the file behind the link is as it was")
    seconds = round(time.monotonic() - began, 3)
    return ExportSummary(str(path), len(found.contacts), traffic.sent, found.passes, found.total, seconds)


@dataclass(slots=True)
class _Found:
    contacts: Sequence[Contact]
    passes: int
    total: int


async def _collect(caller: Caller, filters: Mapping[str, str | None], watcher: Watcher) -> _Found:
    require(await greet(caller), "contacts:read")
    found: dict[str, Contact] = {}
    passes, total, most, before = 0, -1, -1, -1
    # a contact that goes away shifts another one to a page that was read: the highest total tells that one is missing
    while passes < _PASSES and len(found) > before and (passes == 0 or len(found) < most):
        before = len(found) if passes else -1
        passes, most = passes + 1, -1
        async for page in all_pages(caller, filters):
            if passes == 1 and most < 0:
                watcher.stage("exporting", page.total if page.total >= 0 else None)
            total, most = page.total, max(most, page.total)
            watcher.advance(_add(found, page.contacts))
    return _Found(list(found.values()), passes, total)


def _add(found: dict[str, Contact], contacts: Sequence[Contact]) -> int:
    """Keep the newest version of each contact; returns how many were not known yet."""
    before = len(found)
    for contact in contacts:
        known = found.get(contact.id)
        if known is None or known.values.get("updatedAt", "") <= contact.values.get("updatedAt", ""):
            found[contact.id] = contact
    return len(found) - before


def rows_of(contacts: Sequence[Contact], columns: Sequence[str]) -> Iterator[list[str]]:
    """Give contacts as rows of text; tags as one CSV record with ``;``."""
    for contact in contacts:
        yield [tags.record(contact.tags) if name == "tags" else str(contact[name]) for name in columns]


def records_of(contacts: Sequence[Contact], columns: Sequence[str]) -> Iterator[dict[str, object]]:
    """Give contacts as the API gives them: tags a list, an empty field null."""
    for contact in contacts:
        yield {name: list(contact.tags) if name == "tags" else contact[name] or None for name in columns}


def moment(text: str, option: str) -> str | None:
    """Read a date or an ISO time into the API's form, UTC with milliseconds; raises UsageError."""
    if not text:
        return None
    try:
        when = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
    except ValueError as error:
        raise UsageError(f"{option} takes a date such as 2026-03-01 or a time in ISO 8601, not {text!r}") from error
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
