"""The commands as functions: ``bulk_io.validate``, ``import_file``, ``export``, ``resume``; options as keywords."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict, Unpack

from bulk_io import access, exporting, importing, jobs, runs
from bulk_io.exporting import ExportSummary
from bulk_io.options import (
    Connecting,
    LookupMode,
    OnConflict,
    OnDuplicate,
    OnNameMismatch,
    OnStale,
    Options,
    TagPolicy,
)
from bulk_io.report import Report
from bulk_io.watching import Watcher


class CheckingOptions(TypedDict, total=False):
    """Options of ``validate`` and ``import_file``, as the commands'."""

    mapping: str | None
    map: Sequence[str]
    sheet: str | int | None
    header_row: int | None
    encoding: str | None
    delimiter: str | None
    password_file: str | None
    region: str
    on_duplicate: OnDuplicate
    on_conflict: OnConflict
    on_name_mismatch: OnNameMismatch
    on_stale: OnStale
    tags: TagPolicy
    add_tag: Sequence[str]
    clear_empty: bool
    lenient: bool
    include_opted_out: bool
    save_mapping: str
    limit_rows: int | None
    decisions: str
    run_dir: str | os.PathLike[str]
    watcher: Watcher


class ConnectingOptions(TypedDict, total=False):
    """How the API is reached; without ``api_key`` and ``base_url`` the environment is asked.

    ``sandbox`` is True for the kept sandbox, or the folder of one.
    """

    base_url: str
    api_key: str
    api_key_file: str | os.PathLike[str]
    sandbox: bool | str | os.PathLike[str]
    concurrency: int | None
    rate: float | None
    timeout: float
    give_up_after: float


class ImportOptions(CheckingOptions, ConnectingOptions, total=False):
    """All options of ``import_file``."""

    lookup: LookupMode
    find_duplicates: bool


def validate(path: str | os.PathLike[str], **options: Unpack[CheckingOptions]) -> Report:
    """Check a file and write the dry-run validation report; see ``bulk-io validate``.

    Raises InputError for a file that cannot be read, UsageError for options or a mapping that cannot be used.
    """
    checking, place = _split(dict(options))
    return jobs.validate(os.fspath(path), Options(**checking), **place)


def import_file(path: str | os.PathLike[str], *, dry_run: bool = False, **options: Unpack[ImportOptions]) -> Report:
    """Import a file's contacts; see ``bulk-io import``. What stopped a run is ``Report.error``, not raised.

    Raises InputError and UsageError as `validate`, before the run begins.
    """
    checking, place = _split(dict(options))
    connecting = _connecting(checking)
    return importing.import_file(os.fspath(path), Options(**checking), connecting, dry_run=dry_run, **place)


def resume(
    run: str | None = None,
    *,
    run_dir: str | os.PathLike[str] = runs.DEFAULT_DIR,
    watcher: Watcher | None = None,
    **options: Unpack[ConnectingOptions],
) -> Report:
    """Go on with an interrupted import; see ``bulk-io resume``. Raises UsageError where there is nothing to resume."""
    return importing.resume(run, _connecting(dict(options)), run_dir=Path(run_dir), watcher=watcher or Watcher())


def export(
    path: str | os.PathLike[str],
    *,
    search: str = "",
    created_since: str = "",
    updated_since: str = "",
    tag: Sequence[str] | str = (),
    country: Sequence[str] | str = (),
    fields: Sequence[str] = (),
    sort: str = "",
    format: str = "",
    csv_style: str = "",
    mapping: str = "",
    since_last: bool = False,
    watcher: Watcher | None = None,
    **options: Unpack[ConnectingOptions],
) -> ExportSummary:
    """Write contacts to a file; see ``bulk-io export``.

    Raises UsageError, AccessRefused, Unreachable and Interrupted; the file is then as it was before.
    """
    selection = exporting.Selection(
        search=search,
        created_since=created_since,
        updated_since=updated_since,
        tags=(tag,) if isinstance(tag, str) else tag,
        countries=(country,) if isinstance(country, str) else country,
        fields=fields,
        sort=sort,
    )
    layout = exporting.Layout(format=format, csv_style=csv_style, mapping=mapping)
    connecting = _connecting(dict(options))
    return exporting.export(
        Path(path), selection, connecting, layout=layout, since_last=since_last, watcher=watcher or Watcher()
    )


def _split(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    place = {"run_dir": Path(given.pop("run_dir", runs.DEFAULT_DIR)), "watcher": given.pop("watcher", Watcher())}
    return given, place


def _connecting(given: dict[str, Any]) -> Connecting:
    """Take the connection's options out of all the options."""
    names = [name for name in ConnectingOptions.__annotations__ if name in given]
    taken = {name: given.pop(name) for name in names}
    key_file = taken.pop("api_key_file", None)
    if key_file is not None:
        taken["api_key"] = access.read_key_file(Path(key_file))
    place = taken.pop("sandbox", False)
    sandbox = None if place is False else "" if place is True else os.fspath(place)
    return Connecting(sandbox=sandbox, **taken)
