"""The jobs: validate a file, import it, go on with an interrupted run. Each reads as one sentence over the stages.

A dry run is not calling the next stage. Whatever stops a job after its run exists comes back in its Report, with every
row accounted for; what stops it earlier (wrong options, an unreadable file) is raised.
"""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from bulk_io import base, crashpoints, intake, lookup, pipeline, plan, reviews, runs
from bulk_io.access import Access, opened
from bulk_io.delivery import Terms
from bulk_io.duplicates import Resolution
from bulk_io.errors import Interrupted, UsageError
from bulk_io.intake import Intake
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.ledger import Ledger
from bulk_io.options import Connecting, Options
from bulk_io.records import Action, Candidate, Outcome
from bulk_io.report import Report
from bulk_io.retry import Caller
from bulk_io.run import Run, begin, crew_for, digest, finish, refuse_if_changed, take_up, understanding, write_reports
from bulk_io.session import Traffic, greet, require, talk
from bulk_io.text import counted
from bulk_io.throttle import MOST
from bulk_io.upload import Upload
from bulk_io.validation import Rules
from bulk_io.watching import Approval, Watcher
from bulk_io.worklog import WorkLog

_QUICKLY = 20_000
"""Rows up to which an import looks for likely duplicates by itself: a few seconds at most."""


def validate(path: str | Path, options: Options, *, run_dir: Path, watcher: Watcher) -> Report:
    """Read, map, validate, find duplicates: the dry-run validation report, without the API.

    Raises InputError for a file that cannot be read and UsageError for options or a mapping that cannot be used.
    """
    with ExitStack() as stack:
        crew = crew_for(path, stack)
        given = intake.take(path, options, watcher, run_dir=run_dir)
        intake.keep(given, watcher)
        facts = {"command": "validate", **_decided(path, options), **understanding(given.table, given.choice)}
        run = begin(str(path), options, facts, run_dir=run_dir, watcher=watcher, stack=stack, crew=crew)
        return finish(run, lambda: _validated(run, given))


def import_file(
    path: str | Path, options: Options, connecting: Connecting, *, dry_run: bool, run_dir: Path, watcher: Watcher
) -> Report:
    """Validate a file, plan it against the CRM, and (unless ``dry_run``) upload it; see `validate`.

    Raises UsageError for a missing key or a refused base URL as soon as the file's start is understood.
    """
    with ExitStack() as stack:
        crew = crew_for(path, stack)
        taken = intake.take(path, options, watcher, run_dir=run_dir)
        access = stack.enter_context(opened(connecting))
        given = intake.agreed(taken, watcher)
        intake.keep(given, watcher)
        known = {**_decided(path, options), **understanding(given.table, given.choice)}
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
        return report(str(folder), run_dir=run_dir)
    with ExitStack() as stack:
        run = take_up(folder, watcher, stack)
        access = stack.enter_context(opened(_as_before(connecting, run.journal.get("place", ""))))
        refuse_if_changed(run)
        return finish(run, lambda: _resumed(run, access, connecting))


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


def _decided(path: str | Path, options: Options) -> dict[str, Any]:
    """Give what was decided in a review of the file, as a fact for the journal."""
    if not options.decisions:
        return {}
    return {"decisions": reviews.decisions(options.decisions, digest(str(path))).to_json()}


def _validated(run: Run, given: Intake) -> None:
    resolution, mapped = _checked(run, given, outcome="valid")
    consenting = bool(given.choice.binding.consent)
    _plan(run, pipeline.cases(run.journal, resolution, mapped=mapped, alone=False, consenting=consenting), None)


def _imported(run: Run, given: Intake, access: Access, connecting: Connecting) -> None:
    resolution, mapped = _checked(run, given, outcome="")
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


def _checked(run: Run, given: Intake, *, outcome: str) -> tuple[Resolution, frozenset[str]]:
    journal, options, decided = run.journal, run.options, run.decisions
    for sentence in given.notes:
        run.warn(sentence)
    rows = _read(run, given)
    rules = _rules(run, given)
    run.watcher.stage("checking", rows)
    repeated = pipeline.check(
        journal, given.layout, rules, outcome=outcome, advance=run.watcher.advance, decided=decided, crew=run.crew
    )
    journal.put(stored_region=rules.region or pipeline.commonest_region(journal))
    by_name = options.on_name_mismatch == "hold"
    column = run.header_of("phoneNumber")
    resolution = pipeline.group(
        journal, repeated, options.on_duplicate, by_name=by_name, column=column, apart=decided.apart
    )
    asked = options.find_duplicates and not options.decisions and journal.get("command") == "import"
    if asked and rows > _QUICKLY:
        run.note(_unsearched(rows, given.path))
    elif asked:
        _hint(run, resolution)
    return resolution, frozenset(given.choice.binding.fields)


def _read(run: Run, given: Intake) -> int:
    """Store the rows of a file and what was understood of it; gives their number."""
    journal, table, choice = run.journal, given.table, given.choice
    run.watcher.stage("reading", None)
    rows = pipeline.spool(table, journal, limit=run.options.limit_rows, advance=run.watcher.advance, crew=run.crew)
    called = journal.get("source", {}).get("file", table.source.file)  # as it was called, also when resumed elsewhere
    journal.put(rows=rows, source={**asdict(table.source), "file": called})
    if base.COLUMN in table.header and not choice.binding.with_base:
        run.warn(
            f"the column {base.COLUMN} is not used under another mapping: edits cannot be told apart, "
            "every cell counts as yours"
        )
    if choice.own_export and base.COLUMN not in table.header:
        run.warn(
            f"this export has no column {base.COLUMN}: edits cannot be told apart, "
            "every cell that differs from the CRM counts as yours"
        )
    return rows


def _rules(run: Run, given: Intake) -> Rules:
    """Give the rules for the rows, with the region of their national numbers, which may be found in the file."""
    journal, options = run.journal, run.options
    region = pipeline.find_region(journal, given.layout, option=options.region, mapping_region=given.choice.region)
    journal.put(region=region.code)
    if region.note:
        run.warn(region.note)
    headers = journal.get("headers", {})
    return Rules(region=region.code, region_from=region.decided_by, lenient=options.lenient, headers=headers)


def _unsearched(rows: int, path: str) -> str:
    file = "FILE" if path == "-" else shlex.quote(path)
    return (
        f"{rows:,} rows are too many to look in passing for people who are twice without a number that says so; "
        f"`bulk-io duplicates {file}` does"
    )


def _hint(run: Run, resolution: Resolution) -> None:
    """Tell who may be twice although no number says so: a proposal, which changes nothing."""
    refused = run.journal.rows_with_errors()
    clean = [chunk[~chunk.index.isin(refused)] for chunk in run.journal.chunks("clean")]
    carried = {row: carrier for row, (_, carrier) in resolution.rows.items() if carrier}
    if clean and (sentence := reviews.hint(pd.concat(clean), carried)):
        run.note(sentence)


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
    _plan(run, cases(), existing)
    run.journal.put(planned=True, looked_up=existing.complete)
    crashpoints.reached("plan complete")


def _plan(run: Run, cases: Iterator[list[Candidate]], existing: lookup.Existing | None) -> None:
    """Plan all contacts of the file and store the plan; without ``existing`` the CRM is not asked."""
    policy, decided = run.policy, run.decisions
    by_phone, by_id = (existing.by_phone, existing.by_id) if existing else ({}, None)

    def planned() -> Iterator[tuple[Candidate, int, Action]]:
        for case in cases:
            actions = plan.decide(case, by_phone, by_id, policy)
            if by_id is not None:
                actions = [decided.checked(one, by_id, action) for one, action in zip(case, actions, strict=True)]
            yield from zip(case, range(len(case)), actions, strict=True)

    run.journal.add_actions(planned())
    run.journal.commit()
    crashpoints.reached("plan written")


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
