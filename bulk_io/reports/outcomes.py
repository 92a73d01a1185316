"""The outcomes as a person reads them: what each means, its colours, the verdict on a run, and what to do next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from bulk_io.records import BACK_TO_USER, Outcome, Summary
from bulk_io.text import counted
from bulk_io.writing import Colour


@dataclass(frozen=True, slots=True)
class Look:
    """One outcome: its meaning after the fact, its meaning in a plan, and its colours in a workbook."""

    done: str
    planned: str
    colour: Colour


_GREEN, _TEAL = Colour("#14532D", "#DDF3E4"), Colour("#134E5E", "#DBF0F4")
_GREY, _VIOLET = Colour("#475467", "#EAECF0"), Colour("#4C3A8A", "#E9E5F8")
_AMBER, _RED = Colour("#7A4B00", "#FDEFC8"), Colour("#8F1D1D", "#FBE1DF")

LOOKS: dict[Outcome, Look] = {
    Outcome.VALID: Look("ready to import", "ready to import", _GREEN),
    Outcome.CREATED: Look("a new contact was made", "a new contact would be made", _GREEN),
    Outcome.UPDATED: Look("an existing contact was changed", "an existing contact would be changed", _TEAL),
    Outcome.UNCHANGED: Look("the contact already has every value", "the contact already has every value", _GREY),
    Outcome.MERGED: Look(
        "same contact as another row; its values went there",
        "same contact as another row; its values would go there",
        _VIOLET,
    ),
    Outcome.SKIPPED: Look(
        "left alone, as you asked, or because the contact is gone",
        "would be left alone, as you asked, or because the contact is gone",
        _GREY,
    ),
    Outcome.HELD: Look(
        "its number is somebody else's, it changed since the export, or the person opted out; not written",
        "its number is somebody else's, it changed since the export, or the person opted out; would not be written",
        _AMBER,
    ),
    Outcome.INVALID: Look("has a fault; not sent", "has a fault; would not be sent", _RED),
    Outcome.REJECTED: Look("refused for good; not written", "would be refused", _RED),
    Outcome.FAILED: Look("given up after several tries", "given up after several tries", _RED),
    Outcome.PENDING: Look("not reached yet", "not reached yet", _GREY),
}
"""Every outcome, in the order of a report: what went well, what needs a person, what is still to come."""

COLOURS: dict[str, Colour] = {outcome.value: look.colour for outcome, look in LOOKS.items()}


@dataclass(frozen=True, slots=True)
class Tally:
    """An outcome that rows of the run have."""

    outcome: Outcome
    rows: int
    share: float
    """0 to 100."""
    meaning: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next; ``command`` is what to type, if anything."""

    text: str
    command: str = ""


def is_plan(summary: Summary) -> bool:
    """Tell whether nothing was to be written: ``validate``, or a dry run."""
    return summary.dry_run or summary.command == "validate"


def tallies(summary: Summary) -> list[Tally]:
    """Give the outcomes that rows have, in the order of `LOOKS`."""
    planned = is_plan(summary)
    return [
        Tally(outcome, rows, 100 * rows / summary.rows, look.planned if planned else look.done)
        for outcome, look in LOOKS.items()
        if (rows := summary.outcomes.get(outcome, 0)) and summary.rows
    ]


def rows_back(summary: Summary) -> int:
    """Count the rows that the user gets back."""
    return sum(summary.outcomes.get(outcome, 0) for outcome in BACK_TO_USER)


def opted_out(summary: Summary) -> int:
    """Count the rows among those that are only kept back because their person opted out: nothing needs fixing."""
    return min(summary.problems.get("consent.opted_out", 0), summary.outcomes.get(Outcome.HELD, 0))


def title(summary: Summary) -> str:
    """Name the kind of report."""
    if summary.command == "validate":
        return "Validation"
    return "Plan of an import" if summary.dry_run else "Import"


def headline(summary: Summary) -> str:
    """Give the verdict on a run in one sentence."""
    pending = summary.outcomes.get(Outcome.PENDING, 0)
    back, away = rows_back(summary), opted_out(summary)
    refused = f"; {away:,} opted out" if away else ""
    need = refused + (f"; {back - away:,} {_need(back - away)} you" if back > away else "")
    if not summary.rows:
        return "The file has no rows."
    if pending:
        were = "was" if pending == 1 else "were"
        return f"Stopped: {pending:,} of {counted(summary.rows, 'row')} {were} not reached{need}."
    if not back:
        subject = "The one row" if summary.rows == 1 else f"All {counted(summary.rows, 'row')}"
        return f"{subject} {_went(summary, summary.rows)}."
    well = summary.rows - back
    if not well and not away:
        subject = "The one row needs" if summary.rows == 1 else f"All {counted(summary.rows, 'row')} need"
        return f"{subject} you."
    return f"{well:,} of {counted(summary.rows, 'row')} {_went(summary, well)}{need}."


def steps(summary: Summary, rejected: str | None) -> list[Step]:
    """Give what to do next, the most pressing first; ``rejected`` is the name of the file of rows to fix."""
    found = []
    file = _typed(summary.source.file)
    pending, held, failed = (summary.outcomes.get(o, 0) for o in (Outcome.PENDING, Outcome.HELD, Outcome.FAILED))
    back = rows_back(summary)
    if pending:
        found.append(
            Step(f"Go on where the run stopped: {counted(pending, 'row')} to go.", f"bulk-io resume {summary.run}")
        )
    elif failed and not is_plan(summary):
        found.append(Step(f"Try the {counted(failed, 'row')} again that failed.", f"bulk-io resume {summary.run}"))
    stale = any(code.endswith(".stale") for code in summary.problems)
    if stale:
        found.append(Step("Whose edit counts where the CRM changed too? Say it with --on-stale mine or theirs."))
    if refused := opted_out(summary):
        text = f"Leave {counted(refused, 'row')} alone whose person opted out; --include-opted-out would send them."
        found.append(Step(text))
    if "phoneNumber.shared" in summary.problems or (held and not (stale or refused)):
        rows = counted(held - refused, "row")
        found.append(Step(f"Look at the {rows} held: is it the same person, or a wrong number?"))
    if rejected and back - refused > failed:
        rows = f"its {counted(back, 'row')}"
        which = f"the {back - refused:,} of {rows} that did not opt out" if refused else rows
        text = f"Open {rejected}, fix {which} and import it: your own columns, the reason in the last one."
        found.append(Step(text, f"bulk-io import {_typed(f'{summary.run_dir}/{rejected}')}"))
    if is_plan(summary) and summary.rows and back < summary.rows and not pending:
        text = "Import the file; rows that need you stay out." if back else "Import the file."
        found.append(Step(text, f"bulk-io import {file}"))
    return found or [Step("Nothing is left to do.")]


def _went(summary: Summary, rows: int) -> str:
    if summary.command == "validate":
        return "is ready to import" if rows == 1 else "are ready to import"
    return "would end well" if summary.dry_run else "ended well"


def _need(rows: int) -> str:
    return "needs" if rows == 1 else "need"


def _typed(path: str) -> str:
    """Write a path as it is typed into a shell, after words that could be options."""
    return shlex.quote(f"./{path}" if path.startswith("-") else path)
