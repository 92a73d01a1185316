"""What became of every row, read from a run's journal: the view that the reports, ``--json`` and the library share."""

from __future__ import annotations

import itertools
import json
import operator
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bulk_io.errors import InputError
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.records import (
    WRITTEN,
    Change,
    Clash,
    Conflict,
    ContactChange,
    Outcome,
    Problem,
    Result,
    Source,
    Summary,
    Trouble,
)

_WRITTEN = ", ".join(f"'{outcome}'" for outcome in sorted(WRITTEN))
# a carrier's end is its action's; a row that was merged shares the end of its carrier where that was not written
_CARRIER = """CASE WHEN a.outcome != '' THEN a.outcome WHEN a.kind IS NULL AND c.outcome != '' THEN c.outcome
    WHEN a.kind IS NULL THEN 'pending' WHEN :stage = 'validate' THEN 'valid'
    WHEN :stage = 'dry' THEN a.kind || 'd' ELSE 'pending' END"""
_OUTCOME = f"""CASE WHEN r.outcome IN ('', 'valid') THEN {_CARRIER}
    WHEN r.outcome = 'merged' AND {_CARRIER} NOT IN ({_WRITTEN}) THEN {_CARRIER} ELSE r.outcome END"""
_JOINED = "rows r LEFT JOIN rows c ON c.row = r.carrier LEFT JOIN actions a ON a.row = r.carrier"
_WITH_ID = frozenset({"created", "updated", "unchanged", "merged", "skipped", "rejected"})
_BY_NAME = {outcome.value: outcome for outcome in Outcome}  # far quicker than to call Outcome for each row
_row_of = operator.attrgetter("row")
_NO_ROW = 2**63
_FILES = ("results", "workbook", "page", "rejected")
_PROBLEM = 'row, field, code, message, value, "column", severity'


class Ledger:
    """A run's rows, problems and changes. Every method reads the journal as it stands; nothing is held.

    ``known`` overrides facts of the summary that are about to be stored: a state that is true once the reports are.
    """

    def __init__(self, journal: Journal, run_dir: Path, **known: Any) -> None:
        self._known = known
        self._journal = journal
        self._run_dir = run_dir
        command = journal.get("command", "")
        self._stage = "validate" if command == "validate" else "dry" if journal.get("dry_run") else "real"

    def summary(self) -> Summary:
        """Give the run as a whole."""
        get = self._journal.get
        outcomes = self.outcomes()
        unchecked = get("rows", 0) - sum(outcomes.values())
        if unchecked > 0:  # stopped while the rows were checked
            outcomes[Outcome.PENDING.value] = outcomes.get(Outcome.PENDING, 0) + unchecked
        found = Summary(
            run=get("run", self._run_dir.name),
            run_dir=str(self._run_dir),
            command=get("command", ""),
            dry_run=get("dry_run", False),
            state=get("state", "planning"),
            source=_source(get("source")),
            mapping=get("mapping", ""),
            columns=get("columns", {}),
            rows=sum(outcomes.values()),
            outcomes=outcomes,
            problems=self._counts("error"),
            warnings=self._counts("warning"),
            requests_sent=get("requests_sent", 0),
            requests_retried=get("requests_retried", 0),
            seconds=get("seconds", 0.0),
            files=get("files", {}),
            started=get("started", ""),
            target=get("target", ""),
            notes=tuple(get("notes", ())),
            troubles=tuple(Trouble(**stored) for stored in get("troubles", ())),
        )
        return replace(found, **self._known)

    def outcomes(self) -> dict[str, int]:
        """Count the rows by outcome: every outcome of the command, those without rows too."""
        query = f"SELECT {_OUTCOME} AS ended, count(*) FROM {_JOINED} GROUP BY ended"
        counted = dict(self._journal.database.execute(query, {"stage": self._stage}).fetchall())
        return {outcome.value: counted.get(outcome.value, 0) for outcome in _outcomes(self._stage)}

    def results(self, outcomes: Collection[Outcome] | None = None) -> Iterator[Result]:
        """Give what became of each data row, in file order, or of those with one of some outcomes."""
        query = (
            f"SELECT r.row, r.carrier, r.outcome, r.phone, r.name, r.region, r.region_from, a.contact_id,"
            f" {_OUTCOME} AS ended FROM {_JOINED}"
        )
        if outcomes is not None:
            query += f" WHERE ended IN ({', '.join(repr(str(outcome)) for outcome in sorted(outcomes))})"
        query += " ORDER BY r.row"
        problems = self._problems_by_row()
        for row, carrier, planned, phone, name, region, decided, contact_id, ended in self._journal.database.execute(
            query, {"stage": self._stage}
        ):
            faults = problems(row)
            if planned == "merged" and ended != "merged":
                faults += self._inherited(row, carrier)
            yield Result(
                row,
                _BY_NAME[ended],
                contact_id if contact_id and ended in _WITH_ID else "",
                phone,
                name,
                carrier if carrier != row and planned == "merged" else None,
                faults,
                region,
                decided,
            )
        if outcomes is None or Outcome.PENDING in outcomes:
            yield from self._unchecked()

    def problems(self) -> Iterator[Problem]:
        """Give all problems and warnings, by row."""
        for found in self._journal.database.execute(f"SELECT {_PROBLEM} FROM problems ORDER BY row, rowid"):
            yield Problem(*found)

    def changes(self) -> Iterator[ContactChange]:
        """Give each changed field of each updated contact; in a dry run, what would change."""
        wanted = "kind = 'update'" if self._stage == "dry" else "outcome = 'updated'"
        query = f"SELECT row, contact_id, candidate, before, changes FROM actions WHERE {wanted} ORDER BY row"
        for row, contact_id, candidate, before, changes in self._journal.database.execute(query):
            held = json.loads(before or "{}").get("values", {}).get("name", "")
            name = held or json.loads(candidate)["values"].get("name", "")
            for change in json.loads(changes):
                yield ContactChange(row, contact_id, name, Change(**change))

    def clashes(self) -> Iterator[Clash]:
        """Give each held row beside the owner of its phone number."""
        query = "SELECT row, phone, yours, owner, owner_is FROM clashes ORDER BY row"
        for row, phone, yours, owner, owner_is in self._journal.database.execute(query):
            yield Clash(row, phone, json.loads(yours), json.loads(owner), owner_is)

    def conflicts(self) -> Iterator[Conflict]:
        """Give each field that the file and the CRM both changed, in rows that are held for it."""
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'conflicts'"
        if self._journal.database.execute(tables).fetchone():  # a run of version 0.2 has none
            query = "SELECT row, contact_id, field, base, yours, theirs FROM conflicts ORDER BY row, rowid"
            yield from (Conflict(*found) for found in self._journal.database.execute(query))

    def raw_header(self) -> list[str]:
        """Give the header as the file has it."""
        return list(self._journal.get("raw_header", []))

    def raw_rows(self, rows: Collection[int]) -> Iterator[tuple[int, list[str]]]:
        """Give the user's own cells of the wanted rows, in file order."""
        wanted = frozenset(rows)
        for chunk in self._journal.chunks("source"):
            picked = chunk[chunk.index.isin(wanted)]
            yield from zip(picked.index.tolist(), picked.to_numpy(dtype=object).tolist(), strict=True)

    def _unchecked(self) -> Iterator[Result]:
        """Give the rows that were not checked before the run was stopped: those behind the last one that was."""
        checked, last = self._journal.database.execute("SELECT count(*), coalesce(max(row), 0) FROM rows").fetchone()
        if checked >= self._journal.get("rows", 0):
            return
        problems = self._problems_by_row()
        for chunk in self._journal.chunks("source"):
            for row in chunk.index[chunk.index > last].tolist():
                yield Result(row, Outcome.PENDING, problems=problems(row))

    def _counts(self, severity: str) -> dict[str, int]:
        query = (
            "SELECT field || '.' || code, count(*) FROM problems WHERE severity = ?"
            " GROUP BY 1 ORDER BY count(*) DESC, 1"
        )
        return dict(self._journal.database.execute(query, (severity,)).fetchall())

    def _problems_by_row(self) -> Callable[[int], tuple[Problem, ...]]:
        """Give a function that gives a row's problems; it must be asked for rows in ascending order."""
        grouped = itertools.groupby(self.problems(), key=_row_of)
        at = -1
        found: tuple[Problem, ...] = ()

        def of(row: int) -> tuple[Problem, ...]:
            nonlocal at, found
            while at < row:
                at, group = next(grouped, (_NO_ROW, ()))
                found = tuple(group)
            return found if at == row else ()

        return of

    def _inherited(self, row: int, carrier: int) -> tuple[Problem, ...]:
        query = f"SELECT {_PROBLEM} FROM problems WHERE row = ? AND severity = 'error'"
        found = [Problem(*values) for values in self._journal.database.execute(query, (carrier,))]
        return tuple(replace(p, row=row, message=f"like row {carrier}, the same contact: {p.message}") for p in found)


def brief(folder: Path) -> dict[str, Any]:
    """Give a run in short: id, command, file, state, start and outcomes."""
    try:
        journal = Journal(folder / FILE_NAME)
    except InputError:
        unknown = dict.fromkeys(("command", "file", "started"), "")
        return {"run": folder.name, **unknown, "state": "unreadable", "outcomes": {}}
    try:
        summary = Ledger(journal, folder).summary()
    finally:
        journal.close()
    return {
        "run": folder.name,
        "command": summary.command,
        "file": summary.source.file,
        "state": summary.state,
        "started": summary.started,
        "outcomes": dict(summary.outcomes),
    }


def document(summary: Summary) -> dict[str, Any]:
    """Give a run as the one JSON document of ``--json``, with the keys of the contract."""
    source = summary.source
    return {
        "run": summary.run,
        "run_dir": summary.run_dir,
        "dry_run": summary.dry_run,
        "state": summary.state,
        "source": source_document(source),
        "mapping": {"name": summary.mapping, "columns": dict(summary.columns)},
        "rows": summary.rows,
        "outcomes": dict(summary.outcomes),
        "problems": dict(summary.problems),
        "warnings": dict(summary.warnings),
        "requests": {"sent": summary.requests_sent, "retried": summary.requests_retried},
        "seconds": round(summary.seconds, 3),
        "files": {name: summary.files.get(name) for name in _FILES},
    }


def source_document(source: Source) -> dict[str, Any]:
    """Give what the reader understood, with the keys of the contract."""
    names = ("file", "format", "encoding", "delimiter", "sheet", "header_row")
    return {name: getattr(source, name) for name in names}


def _outcomes(stage: str) -> list[Outcome]:
    if stage == "validate":
        return [Outcome.VALID, Outcome.MERGED, Outcome.HELD, Outcome.SKIPPED, Outcome.INVALID]
    return [outcome for outcome in Outcome if outcome is not Outcome.VALID]


def _source(stored: dict[str, Any] | None) -> Source:
    if not stored:
        return Source("", "")
    reasons = tuple((str(name), str(reason)) for name, reason in stored.get("reasons", ()))
    return Source(**{**stored, "notes": tuple(stored.get("notes", ())), "reasons": reasons})
