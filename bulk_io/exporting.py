"""All contacts of the CRM, or filtered ones, into a file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs

from bulk_io import __version__, base, mappingfile, outbound, writing
from bulk_io.access import opened
from bulk_io.collecting import Collected, Filters, collect
from bulk_io.errors import BulkIOError, Interrupted, Unreachable, UsageError
from bulk_io.gathered import Gathered
from bulk_io.options import Connecting
from bulk_io.outbound import Columns
from bulk_io.records import Contact
from bulk_io.retry import Caller
from bulk_io.selection import Selection
from bulk_io.session import Traffic, greet, require, talk
from bulk_io.text import counted
from bulk_io.watching import Watcher
from bulk_io.workplace import workplace

__all__ = ["ExportSummary", "Layout", "Selection", "export"]


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
class Layout:
    """How the file looks. ``mapping`` names another system whose headers it gets; ``format`` overrules the name's.

    ``csv_style`` is ``spreadsheet`` or ``exact``; for another system, which could not undo the guard, it is exact.
    """

    format: str = ""
    csv_style: str = ""
    mapping: str = ""

    @property
    def style(self) -> str:
        """The csv style that was asked for, else the one that fits."""
        return self.csv_style or ("exact" if self.mapping else "spreadsheet")


def export(
    path: Path,
    selection: Selection,
    connecting: Connecting,
    *,
    layout: Layout = Layout(),
    since_last: bool = False,
    watcher: Watcher,
) -> ExportSummary:
    """Write the selected contacts to a file; an interrupted export goes on where it stopped when it is asked for again.

    ``since_last`` takes only what was created or changed since the last export to this file. Raises UsageError for a
    format, filter or mapping that cannot be used, AccessRefused, Unreachable and Interrupted.
    """
    began = time.monotonic()
    shape = writing.format_of(path, layout.format)
    columns = _columns(selection, layout, shape)
    regions, order, traffic = selection.regions(), selection.order(), Traffic()
    with opened(connecting) as access:
        memory = _Memory.of(path, access.name, selection)
        filters = selection.filters()
        if since_last:
            filters["updated_since"] = max(filters["updated_since"] or "", memory.last()) or None
        job = {"place": access.name, "version": __version__, "since_last": since_last, **asdict(selection)}
        with _gathering(path, job, filters) as into:
            filters = into.get("filters")  # of the first attempt: an age counts from there

            async def work(caller: Caller) -> Collected:
                return await _collect(caller, filters, into, watcher)

            collected = talk(access, connecting, work, traffic=traffic)
            wanted = _Counted(one for one in into.contacts(order) if selection.wants(one, regions))
            _write(path, columns, wanted, shape, layout, watcher)
        memory.keep(collected.since)
    if not collected.whole:
        watcher.note("warning: others wrote faster than could be read; contacts that moved meanwhile may be missing")
    seconds = round(time.monotonic() - began, 3)
    return ExportSummary(str(path), wanted.count, traffic.sent, collected.passes, collected.total, seconds)


def _columns(selection: Selection, layout: Layout, shape: str) -> Columns:
    fields = selection.columns()
    if not layout.mapping:
        # without ids it is a list, not a file to edit and to import again
        return outbound.own(fields, with_base="id" in fields and shape in ("csv", "xlsx"))
    if selection.fields:
        raise UsageError("--fields and --mapping both say which columns to write; leave one of them out")
    if shape not in ("csv", "xlsx", "parquet"):
        raise UsageError(f"--mapping names the columns of a table; a {shape} file has none")
    return outbound.under(mappingfile.load(layout.mapping))


def _write(
    path: Path, columns: Columns, contacts: Iterator[Contact], shape: str, layout: Layout, watcher: Watcher
) -> None:
    was_link = path.is_symlink()
    rows = map(columns.row, contacts)
    written = writing.table(path, columns.header, rows, format=shape, style=layout.style, hidden={base.COLUMN})
    for note in written.notes:
        watcher.note(note)
    if was_link:
        watcher.note(f"{path} was a link; now it is the export itself, and the file behind the link is as it was")


async def _collect(caller: Caller, filters: Filters, into: Gathered, watcher: Watcher) -> Collected:
    require(await greet(caller), "contacts:read")
    known, shown = len(into), False
    if known:
        watcher.note(f"going on with an export that was interrupted: {counted(known, 'contact', 'was')} read before")

    def progress(new: int, total: int) -> None:
        nonlocal shown
        if not shown:
            watcher.stage("exporting", total if total >= 0 else None)
            watcher.advance(known)
            shown = True
        watcher.advance(new)

    return await collect(caller, filters, into, progress=progress)


class _Counted(Iterator[Contact]):
    """Contacts, counted as they go by."""

    def __init__(self, contacts: Iterator[Contact]) -> None:
        self.count = 0
        self._contacts = contacts

    def __next__(self) -> Contact:
        one = next(self._contacts)
        self.count += 1
        return one


@contextlib.contextmanager
def _gathering(path: Path, job: dict[str, Any], filters: Filters) -> Iterator[Gathered]:
    """Give the store of an export: what an earlier attempt at the same job left beside the file, else an empty one."""
    with workplace(path) as place, contextlib.closing(Gathered(place.folder / "contacts.sqlite")) as into:
        if into.get("job") != json.loads(json.dumps(job)):
            into.forget()
            into.put(job=job, filters=dict(filters))
        try:
            yield into
        except (Interrupted, Unreachable) as error:
            place.keep = place.can_stay and len(into) > 0
            if place.keep and isinstance(error, Interrupted):
                story = f"stopped; the same command goes on after the {counted(len(into), 'contact')} read so far"
                raise Interrupted(story, error.exit_code, at_once=error.at_once) from error
            raise


@dataclass(frozen=True, slots=True)
class _Memory:
    """When the last export of a selection to a file began, by the server's time; kept in the user's state folder."""

    path: Path | None

    @classmethod
    def of(cls, target: Path, place: str, selection: Selection) -> _Memory:
        """Give the memory of an export; standard output is no file that could be remembered."""
        if str(target) == "-":
            return cls(None)
        job = json.dumps([str(target.absolute()), place, asdict(replace(selection, fields=(), sort=""))])
        name = hashlib.sha256(job.encode()).hexdigest()[:32]
        return cls(platformdirs.user_state_path("bulk-io") / "exports" / f"{name}.json")

    def last(self) -> str:
        """The time, ISO 8601; ``""`` for the first export."""
        if self.path is None:
            raise UsageError("--since-last remembers exports by their file, and standard output is none")
        try:
            return str(json.loads(self.path.read_text("utf-8"))["began"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def keep(self, began: str) -> None:
        """Remember; an export that cannot be remembered is one all the same."""
        if self.path is not None:
            with contextlib.suppress(OSError, BulkIOError):
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                writing.jsonl(self.path, [{"began": began}])
