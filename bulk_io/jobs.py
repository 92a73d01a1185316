"""Jobs on a file alone: validate it, and make a run's reports again. Each reads as one sentence over the stages.

A dry run is not calling the next stage. Whatever stops a job after its run exists comes back in its Report, with every
row accounted for; what stops it earlier (wrong options, an unreadable file) is raised. Jobs that need the API are in
`importing` and `exporting`: loading them takes longer than to check a small file.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from bulk_io import checking, intake, pipeline, runs
from bulk_io.errors import UsageError
from bulk_io.intake import Intake
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.ledger import Ledger
from bulk_io.options import Options
from bulk_io.report import Report
from bulk_io.run import Run, begin, crew_for, finish, understanding, write_reports
from bulk_io.watching import Watcher


def validate(path: str | Path, options: Options, *, run_dir: Path, watcher: Watcher) -> Report:
    """Read, map, validate, find duplicates: the dry-run validation report, without the API.

    Raises InputError for a file that cannot be read and UsageError for options or a mapping that cannot be used.
    """
    with ExitStack() as stack:
        crew = crew_for(path, stack)
        given = intake.take(path, options, watcher, run_dir=run_dir)
        intake.keep(given, watcher)
        facts = {"command": "validate", **checking.decided(path, options), **understanding(given.table, given.choice)}
        run = begin(str(path), options, facts, run_dir=run_dir, watcher=watcher, stack=stack, crew=crew)
        return finish(run, lambda: _validated(run, given))


def report(name: str | None, *, run_dir: Path) -> Report:
    """Make a run's reports again from its journal; raises UsageError where there is no such run."""
    folder = runs.find(run_dir, name, unfinished=False)
    if folder is None:
        raise UsageError(f"there is no run in {run_dir}")
    with ExitStack() as stack:
        journal = Journal(folder / FILE_NAME)
        stack.callback(journal.close)
        files = write_reports(folder, journal)
        return Report(Ledger(journal, folder, files=files).summary(), folder)


def _validated(run: Run, given: Intake) -> None:
    resolution, mapped = checking.check(run, given, outcome="valid")
    consenting = bool(given.choice.binding.consent)
    checking.plan(run, pipeline.cases(run.journal, resolution, mapped=mapped, alone=False, consenting=consenting), None)
