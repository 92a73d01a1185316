"""How rows ended, from what the API said: each with its outcome, and the problems that tell the user why.

Pure: a delivery decides which of these it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bulk_io import plan
from bulk_io.answers import Answer
from bulk_io.bodies import contact_of
from bulk_io.errors import ApiError
from bulk_io.fields import BY_NAME
from bulk_io.plan import Policy
from bulk_io.records import Action, Candidate, Change, Contact, Outcome, Problem
from bulk_io.worklog import Settled

Columns = Callable[[str], str]
"""Gives the user's header of a field."""


def as_planned(action: Action) -> Settled:
    """End a row as the plan says, which needs no request for it."""
    why = (action.problems, action.clash, action.conflicts)
    return Settled(action.row, Outcome(action.kind), action.contact_id, action.before, (), *why)


def refused(candidate: Candidate, answer: Answer, columns: Columns, contact: Contact | None = None) -> Settled:
    """End a row that the API refused, with a problem for each field that it names, else with all that it said."""
    row = candidate.row
    problems = tuple(
        Problem(row, name, "refused", f"the API says: {said}", candidate.values.get(name, ""), columns(name))
        for name, said in answer.details.items()
        if name in BY_NAME
    ) or (_row_problem(row, "refused", _whole_story(answer)),)
    return replace(_rejected(row, answer, problems), contact_id=contact.id if contact else "", before=contact)


def unsettled(candidate: Candidate, answer: Answer, columns: Columns) -> Settled:
    """End a row whose 409 is about a contact that cannot be found."""
    named = f" and names contact {answer.existing_contact_id}" if answer.existing_contact_id else ""
    story = (
        f"the API says that it exists already ({answer.message}){named}, "
        f"but no contact with {candidate.phone} can be found; look in the CRM"
    )
    problem = Problem(candidate.row, "phoneNumber", "conflict", story, candidate.phone, columns("phoneNumber"))
    return _rejected(candidate.row, answer, (problem,))


def vanished(candidate: Candidate, rounds: int) -> Settled:
    """End a row whose contact was deleted each time that it was to be written."""
    story = f"the contact of {candidate.phone} was deleted {rounds} times while it was written; import this row again"
    return _ended(candidate.row, Outcome.REJECTED, _row_problem(candidate.row, "vanished", story))


def given_up(row: int, error: ApiError) -> Settled:
    """End a row, for this session, all attempts of which have failed."""
    return _ended(row, Outcome.FAILED, _row_problem(row, "failed", f"{error}; resume tries again"))


def refused_errand(row: int, error: ApiError) -> Settled:
    """End a row for which the API refused to answer a question."""
    ended = _ended(row, Outcome.REJECTED, _row_problem(row, "refused", str(error)))
    return replace(ended, status=error.status, answer=str(error))


def differences(
    candidate: Candidate, sent: Mapping[str, object], answer: Answer, columns: Columns, policy: Policy
) -> tuple[Problem, ...]:
    """Compare what a write was answered with to what was sent; a warning for each field that is not the same."""
    echo = answer.data
    if all(echo.get(name) == value for name, value in sent.items()):
        return ()
    if not echo.keys() & BY_NAME.keys() - {"id"}:
        return ()  # only the id: nothing is said about the fields
    return tuple(
        Problem(candidate.row, "server", "differs", _differs(one), one.new, columns(one.field), "warning")
        for one in plan.unlike(sent, contact_of(echo), policy)
    )


def _whole_story(answer: Answer) -> str:
    details = "; ".join(f"{name}: {said}" if name else said for name, said in answer.details.items())
    return f"the API answered {answer.status}: {answer.message}" + (f" ({details})" if details else "")


def _rejected(row: int, answer: Answer, problems: tuple[Problem, ...]) -> Settled:
    return Settled(row, Outcome.REJECTED, problems=problems, status=answer.status, answer=answer.message)


def _differs(change: Change) -> str:
    held = f"holds “{change.old}”" if change.old else "holds nothing"
    return f"the API {held} in {change.field} after “{change.new}” was sent; look at the contact"


def _ended(row: int, outcome: Outcome, problem: Problem) -> Settled:
    return Settled(row, outcome, problems=(problem,))


def _row_problem(row: int, code: str, message: str) -> Problem:
    return Problem(row, "row", code, message)
