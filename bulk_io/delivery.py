"""One action to its end: create a contact, turn a 409 into an update of the existing one, settle what is unknown.

Between the upload's pool and the caller. An unknown end (lost answer, ``kill -9``) is settled by asking: the phone
number is unique in the CRM, so the 409 that meets our own earlier POST tells that it had worked.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bulk_io import endings, lookup, plan, threeway
from bulk_io.answers import Answer, alike, is_odd, seconds_of
from bulk_io.errors import ApiError, Interrupted
from bulk_io.groupcommit import GroupCommit
from bulk_io.plan import Policy
from bulk_io.records import Change, Contact, Outcome, Problem
from bulk_io.retry import Caller, GaveUp, Reply
from bulk_io.worklog import Settled, Work, WorkLog

_ROUNDS = 3
"""How often a contact may vanish under an update or a 409 before the row is given back."""
_DOUBTS = 2
"""How often an update is sent again whose answer may be another request's."""
_SENDS = 2
"""In how many sessions a row of unknown end is simply sent; after that the CRM is asked before it is sent again."""
_CLOCK_GRAIN = 0.1
"""Seconds by which a server's createdAt may lie before our estimate of its clock, which is early, never late."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms rows are delivered.

    ``columns`` gives the user's header of a field, for the problems that the API reports. ``looked_up``: all contacts
    were read before the first request, so one that is there now and was not then is new. ``resumed``: the plan is of
    an earlier session, so a contact may have changed since.
    """

    policy: Policy
    columns: Callable[[str], str] = str
    looked_up: bool = False
    resumed: bool = False


class Delivery:
    """Carries one action to its end. ``left`` tells whether a write of it may have left in this session."""

    def __init__(self, work: Work, caller: Caller, log: WorkLog, commits: GroupCommit, terms: Terms) -> None:
        self.left = False
        self._work = work
        self._candidate = work.candidate
        self._caller = caller
        self._log = log
        self._commits = commits
        self._policy = terms.policy
        self._terms = terms

    async def carry_out(self) -> list[Settled]:
        """Give how the action ended, and with it other rows of its phone number that turned out differently.

        Raises AccessRefused, Unreachable, Interrupted and JournalFailed, which end the run.
        """
        action = self._work.action
        if action.kind == "create":
            return await _to_its_end(action.row, self._create_or_ask())
        if self._terms.resumed or self._candidate.base is not None:
            # an edit is weighed against the contact as it is now, not as it was when the plan was made
            return await _to_its_end(action.row, self._revisit())
        contact = action.before or Contact(action.contact_id, {})
        return await _to_its_end(action.row, self._update(contact, action.changes))

    async def _create_or_ask(self) -> list[Settled]:
        work, candidate = self._work, self._candidate
        if work.sends >= _SENDS:
            contact = await lookup.search(self._caller, candidate.phone, self._policy.region)
            if contact and self._is_ours(contact, work.first_sent):
                return [Settled(candidate.row, Outcome.CREATED, contact.id)]
            if contact:
                return await self._met(contact, 0)
        return await self._create(first_sent=work.first_sent)

    async def _revisit(self) -> list[Settled]:
        """Look at a contact again before an update that an earlier session planned, or may have sent already."""
        work, candidate, action = self._work, self._candidate, self._work.action
        contact = await lookup.fetch(self._caller, action.contact_id)
        if contact is None or not (candidate.id or _has_number(contact, candidate.phone)):
            return await self._made_again(0)
        by_id = {candidate.id: contact} if candidate.id else {}
        (now,) = plan.decide([candidate], {candidate.phone: contact}, by_id, self._policy)
        if now.kind == "update":
            return await self._update(contact, now.changes)
        if work.sends and not plan.unlike(plan.update(action.changes), contact, self._policy):
            return [Settled(candidate.row, Outcome.UPDATED, contact.id, action.before, action.changes)]
        return [endings.as_planned(now)]

    async def _made_again(self, rounds: int) -> list[Settled]:
        """Make a contact again that is gone; not one that was exported, for then somebody deleted it since."""
        if self._candidate.base is not None:
            return [endings.as_planned(threeway.gone(self._candidate))]
        return await self._create(first_sent=self._work.first_sent, rounds=rounds + 1)

    async def _create(self, *, first_sent: float, rounds: int = 0, conflict: Answer | None = None) -> list[Settled]:
        """Post the candidate; ``first_sent`` is when an earlier session sent it (0.0: never).

        ``conflict`` is the 409 of the round before, whose contact could not be found.
        """
        candidate = self._candidate
        if rounds > _ROUNDS:
            return await self._out_of_rounds(first_sent, conflict)
        began = first_sent or time.time() + self._caller.connection.clock_offset
        body = plan.creation(candidate, self._policy)
        reply = await self._write("POST", ["contacts"], body)
        answer = reply.answer
        if answer.ok:
            warnings = self._differences(body, answer)
            made = str(answer.data["id"])
            self._caller.connection.hear_without_date(answer.data.get("createdAt"))
            return [Settled(candidate.row, Outcome.CREATED, made, problems=warnings, status=answer.status)]
        if answer.status != 409:
            return [endings.refused(self._candidate, answer, self._terms.columns)]
        contact = await self._existing(answer)
        if contact is None and answer.existing_contact_id:
            # perhaps it was the answer to another request, so that nobody knows what became of this one
            return await self._create(first_sent=began, rounds=rounds + 1, conflict=answer)
        if contact is None:
            return [endings.unsettled(self._candidate, answer, self._terms.columns)]
        if (reply.lost or first_sent) and self._is_ours(contact, began):
            return [Settled(candidate.row, Outcome.CREATED, contact.id, status=409)]
        return await self._met(contact, rounds)

    async def _out_of_rounds(self, first_sent: float, conflict: Answer | None) -> list[Settled]:
        if conflict is None:
            return [endings.vanished(self._candidate, _ROUNDS)]
        contact = await lookup.search(self._caller, self._candidate.phone, self._policy.region)
        if contact is None:
            return [endings.unsettled(self._candidate, conflict, self._terms.columns)]
        if self._is_ours(contact, first_sent):
            return [Settled(self._candidate.row, Outcome.CREATED, contact.id, status=409)]
        return await self._met(contact, _ROUNDS)

    async def _existing(self, answer: Answer) -> Contact | None:
        """Find the contact that a 409 is about: the one it names, if that has the number; by the number if none."""
        phone = self._candidate.phone
        if not answer.existing_contact_id:
            return await lookup.search(self._caller, phone, self._policy.region)
        named = await lookup.fetch(self._caller, answer.existing_contact_id)
        return named if named and _has_number(named, phone) else None

    async def _met(self, contact: Contact, rounds: int) -> list[Settled]:
        """Decide again, now that the number's owner is known, for all candidates of the number that have no end yet."""
        candidates = [self._candidate, *self._log.rivals(self._candidate.phone)]
        actions = plan.decide(candidates, {self._candidate.phone: contact}, {contact.id: contact}, self._policy)
        ends = [endings.as_planned(action) for action in actions if action.kind != "update"]
        owners = ((one, action) for one, action in zip(candidates, actions, strict=True) if action.kind == "update")
        owner = next(owners, None)
        if owner is None:
            return ends
        candidate, action = owner
        # who does not own the number is settled here: after a crash the owner's row goes on alone
        await self._commits.redirect(action, ends)
        delivery = Delivery(Work(candidate, action), self._caller, self._log, self._commits, self._terms)
        return await _to_its_end(action.row, delivery._update(contact, action.changes, rounds=rounds))

    async def _update(self, contact: Contact, changes: Sequence[Change], *, rounds: int = 0) -> list[Settled]:
        row, body = self._candidate.row, plan.update(changes)
        answer = await self._put(contact, body)
        if answer.ok:
            warnings = self._differences(body, answer)
            done = Settled(row, Outcome.UPDATED, contact.id, contact, tuple(changes), warnings)
            return [replace(done, status=answer.status)]
        if answer.status == 404:
            return await self._made_again(rounds)
        if answer.status == 409:
            return [await self._taken(answer)]
        return [endings.refused(self._candidate, answer, self._terms.columns, contact)]

    async def _put(self, contact: Contact, body: Mapping[str, object]) -> Answer:
        """Put a body; again where that may have been answered with what belongs to an earlier request.

        So it is where the contact comes back just as it was, or where the number is taken and none was sent.
        """
        answer = (await self._write("PUT", ["contacts", contact.id], body)).answer
        for _ in range(_DOUBTS):
            as_it_was = answer.data.get("updatedAt") and answer.data["updatedAt"] == contact.values.get("updatedAt")
            stale = answer.ok and as_it_was and self._differences(body, answer)
            if not stale and not is_odd(answer, "PUT", body):
                break
            answer = (await self._write("PUT", ["contacts", contact.id], body)).answer
        return answer

    async def _write(self, method: str, path: Sequence[str], body: Mapping[str, object]) -> Reply:
        try:
            reply = await self._caller.ask(method, path, payload=body)
        except Interrupted as stopped:
            self.left = self.left or not stopped.unsent
            raise
        self.left = True
        return reply

    async def _taken(self, answer: Answer) -> Settled:
        """A changed phone number that is another contact's already: held, like one found while planning."""
        other = await self._existing(answer)
        if other is None or other.id == self._work.action.contact_id:
            return endings.unsettled(self._candidate, answer, self._terms.columns)
        return endings.as_planned(plan.held(self._candidate, other, self._policy))

    def _is_ours(self, contact: Contact, began: float) -> bool:
        """Tell whether a contact is what our own lost POST made: not older than it, and with all that it sent."""
        if plan.unlike(plan.creation(self._candidate, self._policy), contact, self._policy):
            return False
        made = seconds_of(contact.values.get("createdAt"))
        if self._terms.looked_up and not (made and self._caller.connection.has_clock):
            return True  # it was not there before the run
        if not made:
            return False
        grain = _CLOCK_GRAIN if made % 1 else _CLOCK_GRAIN + 1.0  # a time without milliseconds was cut to its second
        return made >= began - grain

    def _differences(self, sent: Mapping[str, object], answer: Answer) -> tuple[Problem, ...]:
        return endings.differences(self._candidate, sent, answer, self._terms.columns, self._policy)


async def _to_its_end(row: int, work: Awaitable[list[Settled]]) -> list[Settled]:
    """Settle a row also where the API refuses an errand on the way, or never answers; raises what ends the run."""
    try:
        return await work
    except GaveUp as error:
        return [endings.given_up(row, error)]
    except ApiError as error:
        if not error.status or error.status in (401, 403):
            raise
        return [endings.refused_errand(row, error)]


def _has_number(contact: Contact, phone: str) -> bool:
    return alike(contact.values.get("phoneNumber", ""), phone)
