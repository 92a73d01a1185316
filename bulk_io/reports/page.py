"""report.html: a run at a glance, one file that loads nothing and runs nothing, for screen and paper."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bulk_io import fields, writing
from bulk_io.records import Clash, Problem, Severity, Summary
from bulk_io.reports import outcomes, overview
from bulk_io.reports.view import RunView

MOST = 50
"""Changes and held rows that the page shows; report.xlsx has more."""
EXAMPLES = 3
_MOST_CODES = 20
_OPTED_OUT = "consent.opted_out"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(slots=True)
class Group:
    """The problems of one code: how many, and the first few of them."""

    key: str
    count: int
    message: str = ""
    examples: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Refused:
    """The rows that one column keeps back because it says that their person opted out."""

    column: str
    count: int = 0
    said: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pair:
    """One field of a held row beside the same field of the owner of its number."""

    label: str
    yours: str
    theirs: str


def write(path: Path, view: RunView, summary: Summary, *, files: Mapping[str, Path | None]) -> None:
    """Write report.html; ``files`` are the run's reports, in the same folder, for the page to link."""
    names = {key: file.name for key, file in files.items() if file}
    groups, refused = _groups(view)
    clashes, more_clashes = _first(view.clashes())
    conflicts, more_conflicts = _first(view.conflicts())
    changes, more_changes = _first(view.changes())
    content = (
        _environment()
        .get_template("page.html")
        .stream(
            summary=summary,
            title=outcomes.title(summary),
            headline=outcomes.headline(summary),
            mood="bad"
            if outcomes.rows_back(summary) > outcomes.opted_out(summary) or summary.outcomes.get("pending")
            else "good",
            started=overview.started(summary),
            tallies=outcomes.tallies(summary),
            steps=outcomes.steps(summary, names.get("rejected")),
            errors=groups["error"],
            warnings=groups["warning"],
            refused=refused,
            most_codes=_MOST_CODES,
            clashes=[(clash, _pairs(clash)) for clash in clashes],
            more_clashes=more_clashes,
            conflicts=conflicts,
            more_conflicts=more_conflicts,
            changes=changes,
            more_changes=more_changes,
            facts=overview.source_facts(summary.source) + overview.run_facts(summary),
            columns=[(column, overview.label(field)) for column, field in summary.columns.items()],
            notes=[*summary.source.notes, *summary.notes],
            files=names,
        )
    )
    with writing.atomic(path) as temp, temp.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(content)


def shown(text: object, longest: int = 160) -> str:
    """Give text as a person can see it: control characters as their pictures, long text cut with an ellipsis.

    A browser would drop or misread control characters, and UTF-8 cannot hold half of a surrogate pair.
    """
    found = str(text)
    if len(found) > longest:
        found = found[: longest - 1] + "…"
    return _CONTROL.sub(_picture, found)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return "␡" if code == 0x7F else chr(0x2400 + code) if code < 0x20 else "�"


def _groups(view: RunView) -> tuple[dict[Severity, list[Group]], list[Refused]]:
    """Gather the problems by severity and code, the commonest first, each with its first examples.

    Apart from them, by column, who opted out: there is nothing to fix.
    """
    found: dict[tuple[Severity, str], Group] = {}
    refused: dict[str, Refused] = {}
    for problem in view.problems():
        if problem.key == _OPTED_OUT:
            _refuse(refused.setdefault(problem.column, Refused(problem.column)), problem)
            continue
        group = found.setdefault((problem.severity, problem.key), Group(problem.key, 0, problem.message))
        group.count += 1
        if len(group.examples) < EXAMPLES:
            group.examples.append(problem)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1].count, pair[1].key))
    both: tuple[Severity, ...] = ("error", "warning")
    groups = {severity: [group for (kind, _), group in ordered if kind == severity] for severity in both}
    return groups, sorted(refused.values(), key=lambda one: -one.count)


def _refuse(group: Refused, problem: Problem) -> None:
    group.count += 1
    if len(group.rows) < EXAMPLES:
        group.rows.append(problem.row)
    if problem.value and problem.value not in group.said and len(group.said) < EXAMPLES:
        group.said.append(problem.value)


def _first(found: Iterator[Any]) -> tuple[list[Any], bool]:
    taken = list(islice(found, MOST + 1))
    return taken[:MOST], len(taken) > MOST


def _pairs(clash: Clash) -> list[Pair]:
    both = ((one, clash.yours.get(one.name, ""), clash.owner.get(one.name, "")) for one in fields.FIELDS)
    return [Pair(one.label, yours, theirs) for one, yours, theirs in both if yours or theirs]


def _bar(tally: outcomes.Tally) -> str:
    # ``held`` is also what the tables of held rows are called
    return "held-bar" if tally.outcome == "held" else tally.outcome.value


def _share(tally: outcomes.Tally) -> str:
    return "< 1 %" if tally.share < 1 else "> 99 %" if 99 < tally.share < 100 else f"{tally.share:.0f} %"


def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["shown"] = shown
    made.filters["typed"] = shlex.quote
    made.filters["thousands"] = lambda number: f"{number:,}"
    made.globals.update(bar=_bar, share=_share, label=overview.label)
    return made
