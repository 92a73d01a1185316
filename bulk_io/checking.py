"""A file's rows -> a run's journal: read, judged, grouped, planned. What validating and importing a file share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulk_io import base, crashpoints, pipeline
from bulk_io import plan as plans
from bulk_io.duplicates import Resolution
from bulk_io.intake import Intake
from bulk_io.options import Options
from bulk_io.records import Action, Candidate
from bulk_io.run import Run, digest
from bulk_io.validation import Rules

if TYPE_CHECKING:
    from bulk_io.lookup import Existing


def decided(path: str | Path, options: Options) -> dict[str, Any]:
    """Give what was decided in a review of the file, as a fact for the journal."""
    if not options.decisions:
        return {}
    from bulk_io import reviews  # and with it all that finds duplicates, which few runs need

    return {"decisions": reviews.decisions(options.decisions, digest(str(path))).to_json()}


def check(run: Run, given: Intake, *, outcome: str) -> tuple[Resolution, frozenset[str]]:
    """Read a file's rows into the journal, judge each, and make one contact of those that are the same.

    ``outcome`` is that of a good row so far. Gives what was made of them, and the fields that the file has columns for.
    """
    journal, options, decisions = run.journal, run.options, run.decisions
    for sentence in given.notes:
        run.warn(sentence)
    rows = _read(run, given)
    rules = _rules(run, given)
    run.watcher.stage("checking", rows)
    repeated = pipeline.check(
        journal, given.layout, rules, outcome=outcome, advance=run.watcher.advance, decided=decisions, crew=run.crew
    )
    journal.put(stored_region=rules.region or pipeline.commonest_region(journal))
    by_name = options.on_name_mismatch == "hold"
    column = run.header_of("phoneNumber")
    resolution = pipeline.group(
        journal, repeated, options.on_duplicate, by_name=by_name, column=column, apart=decisions.apart
    )
    return resolution, frozenset(given.choice.binding.fields)


def plan(run: Run, cases: Iterator[list[Candidate]], existing: Existing | None) -> None:
    """Plan all contacts of the file and store the plan; without ``existing`` the CRM is not asked."""
    policy, decisions = run.policy, run.decisions
    by_phone, by_id = (existing.by_phone, existing.by_id) if existing else ({}, None)

    def planned() -> Iterator[tuple[Candidate, int, Action]]:
        for case in cases:
            actions = plans.decide(case, by_phone, by_id, policy)
            if by_id is not None:
                actions = [decisions.checked(one, by_id, action) for one, action in zip(case, actions, strict=True)]
            yield from zip(case, range(len(case)), actions, strict=True)

    run.journal.add_actions(planned())
    run.journal.commit()
    crashpoints.reached("plan written")


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
