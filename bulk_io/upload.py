"""Carry out the plan: create contacts, turn 409s into updates of the existing contact, settle what is unknown.

Every intent is in the journal before its request leaves. An unknown end (lost answer, ``kill -9``) is settled by asking
again: the phone number is unique in the CRM, so the 409 that meets our own earlier POST tells that it had worked.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from bulk_io import lookup, plan
from bulk_io.client import contact_of
from bulk_io.connection import Answer
from bulk_io.errors import ApiError, BulkIOError, Interrupted
from bulk_io.fields import BY_NAME
from bulk_io.journal import Journal, Settled, Work
from bulk_io.plan import Policy
from bulk_io.records import Action, Candidate, Change, Contact, Outcome, Problem
from bulk_io.retry import Caller, GaveUp

_WINDOW = 32
"""Rows whose intents are committed together."""
_ROUNDS = 3
"""How often a contact may vanish under an update or a 409 before the row is given back."""
_CLOCK_GRAIN = 0.1
"""Seconds by which a server's createdAt may lie before our estimate of its clock, which is early, never late."""


class Upload:
    """One upload: the plan of a journal against one API. ``progress`` is told each outcome as it comes.

    ``columns`` gives the user's header of a field, for the problems that the API reports.
    """

    def __init__(
        self,
        caller: Caller,
        journal: Journal,
        policy: Policy,
        *,
        columns: Callable[[str], str] = str,
        progress: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:
        self._caller = caller
        self._journal = journal
        self._policy = policy
        self._columns = columns
        self._progress = progress
        self._ready: deque[Work] = deque()
        self._after = 0
        self._settled: list[Settled] = []
        self._fatal: BulkIOError | None = None

    async def run(self, workers: int) -> None:
        """Carry out all that is not settled, ``workers`` rows at once; the throttle may allow fewer.

        Raises AccessRefused, Unreachable or Interrupted after the requests in flight have come to their end; what is
        not settled then stays to be resumed.
        """
        try:
            await asyncio.gather(*(self._worker() for _ in range(workers)))
        finally:
            self._journal.settle(self._settled)
            self._journal.commit()
        if self._fatal:
            raise self._fatal

    async def _worker(self) -> None:
        try:
            while (work := self._next()) is not None:
                for settled in await self._carry_out(work):
                    self._settled.append(settled)
                    self._progress(settled.outcome)
        except BulkIOError as error:
            if self._fatal is None or (isinstance(self._fatal, Interrupted) and not isinstance(error, Interrupted)):
                self._fatal = error
            self._caller.throttle.stop(Interrupted(str(error)))

    def _next(self) -> Work | None:
        if not self._ready:
            works = self._journal.work(_WINDOW, self._after)
            self._journal.settle(self._settled)
            self._settled.clear()
            now = time.time() + self._caller.connection.clock_offset
            self._journal.intend([work.action.row for work in works], now)
            self._ready.extend(works)
            self._after = works[-1].action.row if works else self._after
        return self._ready.popleft() if self._ready else None

    async def _carry_out(self, work: Work) -> list[Settled]:
        action = work.action
        try:
            if action.kind == "create":
                return await self._create(work.candidate, first_sent=work.first_sent)
            contact = action.before or Contact(action.contact_id, {})
            return await self._put(work.candidate, contact, action.changes, first_sent=work.first_sent)
        except GaveUp as error:
            return [
                _ended(action.row, Outcome.FAILED, _row_problem(action.row, "failed", f"{error}; resume tries again"))
            ]
        except ApiError as error:
            if not error.status or error.status in (401, 403):
                raise
            return [_ended(action.row, Outcome.REJECTED, _row_problem(action.row, "refused", str(error)))]

    async def _create(self, candidate: Candidate, *, first_sent: float, rounds: int = 0) -> list[Settled]:
        """Post a candidate; ``first_sent`` is when an earlier session sent it (0.0: never)."""
        if rounds > _ROUNDS:
            return [_vanished(candidate)]
        began = first_sent or time.time() + self._caller.connection.clock_offset
        reply = await self._caller.ask("POST", ["contacts"], payload=plan.creation(candidate, self._policy))
        answer = reply.answer
        if answer.ok:
            return [Settled(candidate.row, Outcome.CREATED, contact_of(answer.data).id)]
        if answer.status != 409:
            return [self._refused(candidate, answer)]
        contact = await self._existing(candidate, answer)
        if contact is None and answer.existing_contact_id:
            return await self._create(candidate, first_sent=first_sent, rounds=rounds + 1)
        if contact is None:
            return [self._unsettled(candidate, answer)]
        if (reply.lost or first_sent) and self._is_ours(contact, candidate, began):
            return [Settled(candidate.row, Outcome.CREATED, contact.id)]
        return await self._met(candidate, contact, rounds)

    async def _existing(self, candidate: Candidate, answer: Answer) -> Contact | None:
        if answer.existing_contact_id:
            return await lookup.fetch(self._caller, answer.existing_contact_id)
        return await lookup.search(self._caller, candidate.phone, self._policy.region)

    async def _met(self, candidate: Candidate, contact: Contact, rounds: int) -> list[Settled]:
        """Decide again, now that the number's owner is known, for all candidates of the number."""
        candidates = [candidate, *(c for c in self._journal.rivals(candidate.phone) if c.row != candidate.row)]
        settled: list[Settled] = []
        for one, action in zip(
            candidates, plan.decide(candidates, {candidate.phone: contact}, {}, self._policy), strict=True
        ):
            if action.kind == "update":
                self._journal.redirect(action)
                settled += await self._put(one, contact, action.changes, rounds=rounds)
            else:
                settled.append(_as_planned(action))
        return settled

    async def _put(
        self,
        candidate: Candidate,
        contact: Contact,
        changes: Sequence[Change],
        *,
        first_sent: float = 0.0,
        rounds: int = 0,
    ) -> list[Settled]:
        reply = await self._caller.ask("PUT", ["contacts", contact.id], payload=plan.update(changes))
        answer = reply.answer
        if answer.ok:
            return [Settled(candidate.row, Outcome.UPDATED, contact.id, contact, tuple(changes))]
        if answer.status == 404:
            return await self._create(candidate, first_sent=first_sent, rounds=rounds + 1)
        if answer.status == 409:
            return [await self._taken(candidate, answer)]
        return [self._refused(candidate, answer, contact)]

    async def _taken(self, candidate: Candidate, answer: Answer) -> Settled:
        """A changed phone number that is another contact's already: held, like one found while planning."""
        other = await self._existing(candidate, answer)
        if other is None:
            return self._unsettled(candidate, answer)
        return _as_planned(plan.held(candidate, other, self._policy))

    def _is_ours(self, contact: Contact, candidate: Candidate, began: float) -> bool:
        """Tell whether a contact is what our own lost POST made: not older than it, and with all that it sent."""
        made = _seconds(contact.values.get("createdAt", ""))
        grain = _CLOCK_GRAIN if made % 1 else _CLOCK_GRAIN + 1.0  # a time without milliseconds was cut to its second
        return made >= began - grain and not plan.changes(_stated(candidate), contact, self._policy)

    def _unsettled(self, candidate: Candidate, answer: Answer) -> Settled:
        story = f"the API says that {candidate.phone} exists already, but the contact cannot be found; look in the CRM"
        column = self._columns("phoneNumber")
        problem = Problem(candidate.row, "phoneNumber", "conflict", story, candidate.phone, column)
        return Settled(candidate.row, Outcome.REJECTED, problems=(problem,), answer=answer.message)

    def _refused(self, candidate: Candidate, answer: Answer, contact: Contact | None = None) -> Settled:
        row = candidate.row
        problems = tuple(
            Problem(row, name, "refused", f"the API says: {said}", candidate.values.get(name, ""), self._columns(name))
            for name, said in answer.details.items()
            if name in BY_NAME
        ) or (_row_problem(row, "refused", _whole_story(answer)),)
        found = contact.id if contact else ""
        return Settled(row, Outcome.REJECTED, found, contact, problems=problems, answer=answer.message)


def _whole_story(answer: Answer) -> str:
    details = "; ".join(f"{name}: {said}" if name else said for name, said in answer.details.items())
    return f"the API answered {answer.status}: {answer.message}" + (f" ({details})" if details else "")


def _as_planned(action: Action) -> Settled:
    problems = (action.problem,) if action.problem else ()
    return Settled(action.row, Outcome(action.kind), action.contact_id, action.before, (), problems, action.clash)


def _vanished(candidate: Candidate) -> Settled:
    story = f"the contact of {candidate.phone} was deleted {_ROUNDS} times while it was written; import this row again"
    return _ended(candidate.row, Outcome.REJECTED, _row_problem(candidate.row, "vanished", story))


def _ended(row: int, outcome: Outcome, problem: Problem) -> Settled:
    return Settled(row, outcome, problems=(problem,))


def _row_problem(row: int, code: str, message: str) -> Problem:
    return Problem(row, "row", code, message)


def _stated(candidate: Candidate) -> Candidate:
    """The candidate with its derived fields counted too: a creation sends them."""
    return Candidate(candidate.row, candidate.values, candidate.tags, candidate.names, mapped=candidate.mapped)


def _seconds(iso: str) -> float:
    try:
        return datetime.fromisoformat(iso.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0
