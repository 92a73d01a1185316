"""Importing: check a file, plan it against the CRM, write what is planned; and go on with an interrupted run.

As in `jobs`, whatever stops a job after its run exists comes back in its Report.
"""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from bulk_io import checking, crashpoints, intake, jobs, lookup, pipeline, reviews, runs
from bulk_io.access import Access, opened
from bulk_io.delivery import Terms
from bulk_io.duplicates import Resolution
from bulk_io.errors import Interrupted, UsageError
from bulk_io.intake import Intake
from bulk_io.ledger import Ledger
from bulk_io.options import Connecting, Options
from bulk_io.records import Candidate, Outcome
from bulk_io.report import Report
from bulk_io.retry import Caller
from bulk_io.run import Run, begin, crew_for, finish, refuse_if_changed, take_up, understanding
from bulk_io.session import Traffic, greet, require, talk
from bulk_io.text import counted
from bulk_io.throttle import MOST
from bulk_io.upload import Upload
from bulk_io.watching import Approval, Watcher
from bulk_io.worklog import WorkLog

_QUICKLY = 20_000
"""Rows up to which an import looks for likely duplicates by itself: a few seconds at most."""


def import_file(
    path: str | Path, options: Options, connecting: Connecting, *, dry_run: bool, run_dir: Path, watcher: Watcher
) -> Report:
    """Validate a file, plan it against the CRM, and (unless ``dry_run``) upload it; see `jobs.validate`.

    Raises UsageError for a missing key or a refused base URL as soon as the file's start is understood.
    """
    with ExitStack() as stack:
        crew = crew_for(path, stack)
        taken = intake.take(path, options, watcher, run_dir=run_dir)
        access = stack.enter_context(opened(connecting))
        given = intake.agreed(taken, watcher)
        intake.keep(given, watcher)
        known = {**checking.decided(path, options), **understanding(given.table, given.choice)}
        facts = {"command": "import", "dry_run": dry_run, "place": access.name, **known}
        run = begin(str(path), given.options, facts, run_dir=run_dir, watcher=watcher, stack=stack, crew=crew)
        return finish(run, lambda: _imported(run, given, access, connecting))


def resume(name: str | None, connecting: Connecting, *, run_dir: Path, watcher: Watcher) -> Report:
    """Go on with an interrupted import; rows that failed are tried again. Settled rows are not sent again.

    Raises UsageError where there is no run, or where it is not the job any more that it was: another API, another
    version of this tool, a file or a mapping that has changed.
    """
    folder = runs.find(run_dir, name, unfinished=True) or runs.find(run_dir, None, unfinished=False)
    if folder is None:
        raise UsageError(f"there is no run in {run_dir}")
    if not runs.is_unfinished(folder):
        return jobs.report(str(folder), run_dir=run_dir)
    with ExitStack() as stack:
        run = take_up(folder, watcher, stack)
        access = stack.enter_context(opened(_as_before(connecting, run.journal.get("place", ""))))
        refuse_if_changed(run)
        return finish(run, lambda: _resumed(run, access, connecting))


def _imported(run: Run, given: Intake, access: Access, connecting: Connecting) -> None:
    resolution, mapped = checking.check(run, given, outcome="")
    _hint(run, given, resolution)
    cases = partial(pipeline.cases, run.journal, resolution, mapped=mapped)
    _with_caller(run, access, connecting, lambda caller: _look_up_and_plan(run, caller, cases))
    if not run.journal.get("dry_run"):
        _carry_out(run, access, connecting)


def _resumed(run: Run, access: Access, connecting: Connecting) -> None:
    if run.journal.get("planned"):
        unknown = WorkLog(run.journal).take_stock()
        if unknown:
            run.watcher.note(
                f"{counted(unknown, 'row', 'was')} under way when the run was stopped; how that ended is asked first"
            )
        _carry_out(run, access, connecting, resumed=True)
        return
    path = run.journal.get("path")
    if path == "-":
        raise UsageError("this run read standard input and was stopped before its plan was complete; import it again")
    run.journal.clear_plan()
    run.journal.put(notes=[])
    _imported(run, intake.take(path, run.options, run.watcher, run_dir=run.folder.parent), access, connecting)


def _hint(run: Run, given: Intake, resolution: Resolution) -> None:
    """Tell who may be twice although no number says so: a proposal, which changes nothing."""
    rows, options = run.journal.get("rows"), run.options
    if not options.find_duplicates or options.decisions:
        return
    if rows > _QUICKLY:
        run.note(_unsearched(rows, given.path))
        return
    refused = run.journal.rows_with_errors()
    clean = [chunk[~chunk.index.isin(refused)] for chunk in run.journal.chunks("clean")]
    carried = {row: carrier for row, (_, carrier) in resolution.rows.items() if carrier}
    if clean and (sentence := reviews.hint(pd.concat(clean), carried)):
        run.note(sentence)


def _unsearched(rows: int, path: str) -> str:
    file = "FILE" if path == "-" else shlex.quote(path)
    return (
        f"{rows:,} rows are too many to look in passing for people who are twice without a number that says so; "
        f"`bulk-io duplicates {file}` does"
    )


async def _look_up_and_plan(run: Run, caller: Caller, cases: Callable[[], Iterator[list[Candidate]]]) -> None:
    host = await greet(caller)
    run.journal.put(target=host.name)
    dry_run = run.journal.get("dry_run")
    if not dry_run:
        require(host, "contacts:write")
    candidates = itertools.chain.from_iterable(cases())
    wanted = lookup.Wanted.of(candidates, run.journal.get("stored_region", ""))
    existing = await lookup.find(caller, wanted, mode=run.options.lookup, exact=dry_run)
    run.note(existing.note)
    checking.plan(run, cases(), existing)
    run.journal.put(planned=True, looked_up=existing.complete)
    crashpoints.reached("plan complete")


def _carry_out(run: Run, access: Access, connecting: Connecting, *, resumed: bool = False) -> None:
    """Ask whether to write what is planned, and write it; outside any session, so that the question can be left."""
    planned = WorkLog(run.journal).planned()
    if not planned:
        return
    outcomes = Ledger(run.journal, run.folder).outcomes()
    outcomes.pop(Outcome.PENDING, None)
    shown = {f"to {kind}": count for kind, count in planned.items()}
    if not run.watcher.approve(Approval(run.journal.get("target", ""), {**shown, **outcomes})):
        raise Interrupted("nothing was written: the plan was not approved; `bulk-io resume` asks again")
    run.crew.dismiss()  # an upload waits for the network, and may do so for hours
    run.journal.put(state="uploading")
    run.watcher.stage("uploading", sum(planned.values()))
    terms = Terms(run.policy, run.header_of, looked_up=run.journal.get("looked_up", False), resumed=resumed)

    async def upload(caller: Caller) -> None:
        log = WorkLog(run.journal)
        await Upload(caller, log, terms, progress=run.watcher.outcome).run(connecting.concurrency or MOST)

    _with_caller(run, access, connecting, upload)


def _with_caller(run: Run, access: Access, connecting: Connecting, work: Callable[[Caller], Any]) -> None:
    traffic = Traffic(clock_offset=run.journal.get("clock_offset", 0.0))
    try:
        talk(access, connecting, work, traffic=traffic)
    finally:
        run.journal.commit()
        run.journal.put(
            requests_sent=run.journal.get("requests_sent", 0) + traffic.sent,
            requests_retried=run.journal.get("requests_retried", 0) + traffic.retried,
            clock_offset=traffic.clock_offset,
        )


def _as_before(connecting: Connecting, place: str) -> Connecting:
    """Reach the API that a run began with; raises UsageError where another one was asked for."""
    kind, _, folder = place.partition(" ")
    if kind == "sandbox":
        if connecting.sandbox and Path(connecting.sandbox).absolute() != Path(folder):
            raise UsageError(f"this run writes to the sandbox in {folder}; leave --sandbox out")
        return replace(connecting, sandbox=folder)
    if connecting.sandbox is not None or connecting.base_url.rstrip("/") not in ("", place):
        raise UsageError(f"this run writes to {place}; resume it there, or import the file as a new run")
    return replace(connecting, base_url=place)
