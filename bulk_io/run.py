"""A run under way: its folder and journal, what it is asked to do, who watches; how it begins and how it ends.

Whatever stops it, its reports are made, and its state says so.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bulk_io import __version__, crashpoints, runs
from bulk_io.decisions import Decisions
from bulk_io.errors import BulkIOError, Interrupted, JournalFailed, MappingError, Unreachable, UsageError
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.ledger import Ledger
from bulk_io.mapping import columns as columns_of
from bulk_io.mappingfile import find as find_mapping
from bulk_io.matching import PROPOSED, Choice
from bulk_io.options import Options
from bulk_io.plan import Policy
from bulk_io.reading.table import Table
from bulk_io.report import Report
from bulk_io.sharing import ALONE, Crew, cores
from bulk_io.watching import Watcher

_STEPS = ("bulk_io.pipeline", "bulk_io.reports")
"""Where the steps are that others do for a run."""
_MANY_BYTES = 2 << 20
"""A file of so many bytes has, as a rule, so many rows that others are called to check them."""


@dataclass(slots=True)
class Run:
    """A run under way: its folder and journal, what it is asked to do, who watches, and who shares the work."""

    folder: Path
    journal: Journal
    options: Options
    watcher: Watcher
    crew: Crew

    @property
    def policy(self) -> Policy:
        """What to do where a row meets a contact: the options, under the region that was decided."""
        return Policy(
            on_conflict=self.options.on_conflict,
            on_name_mismatch=self.options.on_name_mismatch,
            on_stale=self.options.on_stale,
            tags=self.options.tags,
            add_tags=self.options.add_tag,
            clear_empty=self.options.clear_empty,
            region=self.journal.get("stored_region", ""),
            phone_column=self.header_of("phoneNumber"),
            include_opted_out=self.options.include_opted_out,
        )

    @property
    def decisions(self) -> Decisions:
        """What was decided in a review of the file; nothing where there was none."""
        return Decisions.from_json(self.journal.get("decisions", {}))

    def header_of(self, field: str) -> str:
        """Give the user's own header of the (first) column that feeds a field."""
        return str(self.journal.get("headers", {}).get(field, field))

    def warn(self, sentence: str) -> None:
        """Tell a decision that may be wrong, and keep it for the reports."""
        self.note(f"warning: {sentence}")

    def note(self, sentence: str) -> None:
        """Tell a decision to who watches, and keep it for the reports."""
        self.keep(sentence)
        self.watcher.note(sentence)

    def keep(self, sentence: str) -> None:
        """Keep a sentence for the reports."""
        self.journal.put(notes=[*self.journal.get("notes", []), sentence])


def begin(
    file: str,
    options: Options,
    facts: dict[str, Any],
    *,
    run_dir: Path,
    watcher: Watcher,
    stack: ExitStack,
    crew: Crew,
) -> Run:
    """Make a run's folder for a file and open it, as its only owner until ``stack`` ends.

    ``facts`` go into the journal beside the file's path, its SHA-256 and the options.
    """
    stored = {
        "dry_run": False,
        "state": "planning",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "path": file if file == "-" else str(Path(file).absolute()),
        "version": __version__,
        "sha256": digest(file),
        "mapping_sha256": mapping_digest(options.mapping or facts["mapping"]),
        "options": options.to_json(),
    }
    return _opened(runs.create(run_dir, file, {**stored, **facts}), options, watcher, stack, crew)


def crew_for(path: str | Path, stack: ExitStack) -> Crew:
    """Give those who share the work on a file until ``stack`` ends; for a large one they get ready while it is read."""
    crew = _crew(stack)
    with suppress(OSError):
        if Path(path).stat().st_size >= _MANY_BYTES:
            crew.call()
    return crew


def take_up(folder: Path, watcher: Watcher, stack: ExitStack) -> Run:
    """Open a run that was begun before, under the options that it began with; raises UsageError if it has an owner."""
    run = _opened(folder, Options(), watcher, stack, _crew(stack))
    run.options = Options.from_json(run.journal.get("options", {}))
    return run


def refuse_if_changed(run: Run) -> None:
    """Raise UsageError, saying what differs, unless a run is still the job that it was when it began.

    What is gone is nothing else: once the plan is complete the journal holds all of it.
    """
    get = run.journal.get
    found = []
    if get("version") != __version__:
        found.append(f"it was begun with bulk-io {get('version', 'of an older version')} and this is {__version__}")
    path, mapping = get("path"), run.options.mapping or get("mapping")
    for name, now, before in (
        (path, digest(path), get("sha256")),
        (f"the mapping {mapping}", mapping_digest(mapping), get("mapping_sha256")),
    ):
        if now != before and (now or not get("planned")):
            found.append(f"{name} {'has changed' if now else 'is gone'}")
    if found:
        raise UsageError(f"run {run.folder.name} cannot go on: {'; '.join(found)}; import the file as a new run")


def understanding(table: Table, choice: Choice) -> dict[str, Any]:
    """Give what was understood of a file as facts for the journal; ``headers`` has each field's first column."""
    fed = {field: choice.binding.headers(field) for field in choice.binding.fields}
    return {
        "source": asdict(table.source),
        "mapping": choice.name,
        "columns": columns_of(choice.binding),
        "headers": {field: used[0] for field, used in fed.items() if used},
        "raw_header": table.raw_header,
    }


def finish(run: Run, work: Callable[[], None]) -> Report:
    """Do the work and make the reports, whatever stopped it; after a second signal without the reports."""

    def working() -> None:
        work()
        run.journal.commit()

    error = _stopped(working)
    facts: dict[str, Any] = {"state": "stopped" if error else "finished"}

    def reporting() -> None:
        if error:
            run.keep(str(error))  # who watches is told by whoever called
        if not (isinstance(error, Interrupted) and error.at_once):
            facts["files"] = write_reports(run.folder, run.journal, run.crew, **facts, seconds=_seconds(run))

    if fault := _stopped(reporting):
        facts["state"] = "stopped"
        if not isinstance(fault, Interrupted):
            fault = BulkIOError(
                f"the reports could not be made ({fault}); `bulk-io report {run.folder.name}` makes them again"
            )
        error = error or fault
    facts["seconds"] = _seconds(run)
    try:
        run.journal.put(**facts)
        crashpoints.reached("run finished")
    except JournalFailed as failed:
        # the journal says what it said before: not finished
        error, facts["state"] = error or failed, "stopped"
    return Report(Ledger(run.journal, run.folder, **facts).summary(), run.folder, error)


def _stopped(work: Callable[[], None]) -> BulkIOError | None:
    """Do some work, and give what stopped it."""
    try:
        work()
    except KeyboardInterrupt:
        return Interrupted("stopped by SIGINT; `bulk-io resume` goes on", 130)
    except Unreachable as error:
        told = str(error)
        return error if "resume" in told else Unreachable(f"{told}; `bulk-io resume` goes on", status=error.status)
    except BulkIOError as error:
        return error
    return None


def write_reports(folder: Path, journal: Journal, crew: Crew = ALONE, **known: Any) -> dict[str, str | None]:
    """Make a run's reports from its journal and give their paths; ``known`` is about to be stored there.

    Raises BulkIOError where they cannot be written.
    """
    from bulk_io import reports  # at the end there is time to load them: another process is busy with the workbook

    try:
        journal.commit()  # others see no more than that
        written = reports.write(folder, Ledger(journal, folder, **known), crew)
    except OSError as error:
        raise BulkIOError(str(error)) from error
    return {name: str(path) if path else None for name, path in written.items()}


def digest(path: str) -> str:
    """Give a file's SHA-256, by which a run knows its file again; ``""`` for standard input and a file that is gone."""
    if path == "-":
        return ""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def mapping_digest(name: str) -> str:
    """Give the SHA-256 of a mapping's file, ``""`` where the mapping was proposed or its file is gone."""
    if not name or name == PROPOSED:
        return ""
    try:
        return digest(str(find_mapping(name)[0]))
    except MappingError:
        return ""


def _seconds(run: Run) -> float:
    return time.monotonic() - run.watcher.began


def _crew(stack: ExitStack) -> Crew:
    return stack.enter_context(Crew(cores(), _STEPS))


def _opened(folder: Path, options: Options, watcher: Watcher, stack: ExitStack, crew: Crew) -> Run:
    stack.enter_context(runs.owned(folder))
    journal = Journal(folder / FILE_NAME)
    stack.callback(journal.close)
    return Run(folder, journal, options, watcher, crew)
