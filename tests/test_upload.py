"""The upload against a real server that loses answers, refuses, conflicts and pushes back."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bulk_io import plan
from bulk_io.client import ContactsClient
from bulk_io.connection import Connection
from bulk_io.delivery import Terms
from bulk_io.errors import AccessRefused, BulkIOError, Interrupted, Unreachable
from bulk_io.journal import Journal
from bulk_io.plan import Policy
from bulk_io.records import Candidate, Contact, Outcome
from bulk_io.retry import Caller, Patience
from bulk_io.sandbox import Sandbox
from bulk_io.throttle import Throttle
from bulk_io.upload import Upload
from bulk_io.worklog import WorkLog

QUICK = Patience(attempts=6, failures=20, give_up_after=2.0, start_within=1.0, first_pause=0.001, longest_pause=0.01)
"""Patience for tests: the same rules, without the waiting."""


def person(row: int, **values: str) -> Candidate:
    """An invented person with a number of its own."""
    return Candidate(row, {"name": f"Ada Martin {row}", "phoneNumber": f"+336123{row:05d}", **values})


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    made = Journal.create(tmp_path / "journal.sqlite")
    yield made
    made.close()


def plan_all(journal: Journal, candidates: Sequence[Candidate], existing: dict[str, Contact] | None = None) -> None:
    """Plan candidates, those of one number together."""
    numbers: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        numbers.setdefault(candidate.phone, []).append(candidate)
    for rivals in numbers.values():
        actions = plan.decide(rivals, existing or {}, {}, Policy())
        journal.add_actions(zip(rivals, range(len(rivals)), actions, strict=True))
    journal.commit()


def upload(journal: Journal, sandbox: Sandbox, *, workers: int = 8, policy: Policy | None = None) -> Caller:
    """Carry the journal's plan out; gives the caller with its counts."""

    async def run() -> Caller:
        async with Connection(sandbox.base_url, sandbox.api_key, timeout=2.0) as connection:
            caller = Caller(connection, Throttle(workers), QUICK)
            await Upload(caller, WorkLog(journal), Terms(policy or Policy())).run(workers)
            return caller

    return asyncio.run(run())


def outcomes(journal: Journal) -> dict[int, str]:
    """How each action ended, by row."""
    return dict(journal.database.execute("SELECT row, outcome FROM actions ORDER BY row"))


def problems(journal: Journal) -> list[tuple[int, str, str]]:
    """The problems that the upload found: row, field, code."""
    return list(journal.database.execute("SELECT row, field, code FROM problems ORDER BY row"))


def stored(sandbox: Sandbox) -> dict[str, Contact]:
    """All contacts of the sandbox by phone number; fails if a number is there twice."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        contacts = list(client.list(limit=200))
    found = {str(contact["phoneNumber"]): contact for contact in contacts}
    assert len(found) == len(contacts)
    return found


def add(sandbox: Sandbox, **values: Any) -> str:
    """Put a contact into the CRM beforehand; gives its id."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        return client.create(values).id


def test_new_people_are_created(sandbox: Sandbox, journal: Journal) -> None:
    """One POST each, and the ids are kept."""
    plan_all(journal, [person(row) for row in range(2, 52)])
    upload(journal, sandbox)
    assert set(outcomes(journal).values()) == {"created"}
    ids = {id_ for (id_,) in journal.database.execute("SELECT contact_id FROM actions")}
    assert ids == {contact.id for contact in stored(sandbox).values()}
    assert sandbox.ledger()["total"] == 51  # 50 POSTs and the list of this test


def test_a_409_becomes_an_update_of_the_existing_contact(sandbox: Sandbox, journal: Journal) -> None:
    """Only what differs is sent; what the contact had stays; the contact as it was is kept."""
    contact_id = add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002", city="Paris", position="CEO", tags=["a"])
    plan_all(journal, [Candidate(2, {**person(2).values, "city": "Lyon"}, ("b",))])
    upload(journal, sandbox)
    after = stored(sandbox)["+33612300002"]
    assert (after.id, after["city"], after["position"], after.tags) == (contact_id, "Lyon", "CEO", ("a", "b"))
    outcome, before, changes = journal.database.execute("SELECT outcome, before, changes FROM actions").fetchone()
    assert outcome == "updated"
    assert json.loads(before)["values"]["city"] == "Paris"
    assert [change["field"] for change in json.loads(changes)] == ["city", "tags"]


def test_a_409_of_the_same_contact_sends_no_put(sandbox: Sandbox, journal: Journal) -> None:
    """A contact that has everything already is unchanged."""
    add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002", city="Lyon")
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "unchanged"}
    assert not [key for key in sandbox.ledger()["requests"] if "PUT" in str(key)]


def test_a_409_of_somebody_else_is_held(sandbox: Sandbox, journal: Journal) -> None:
    """The number belongs to another name: nothing is written, both sides are kept."""
    add(sandbox, name="Marie Durand", phoneNumber="+33612300002")
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "held"}
    assert problems(journal) == [(2, "phoneNumber", "shared")]
    assert journal.database.execute("SELECT count(*) FROM clashes").fetchone() == (1,)
    assert stored(sandbox)["+33612300002"]["name"] == "Marie Durand"


def test_a_409_can_hand_the_number_to_a_rival_of_the_file(sandbox: Sandbox, journal: Journal) -> None:
    """The second person of the file is the CRM's owner: that row is written, the first is held."""
    add(sandbox, name="Marie Durand", phoneNumber="+33612300002", city="Paris")
    rival = Candidate(3, {"name": "Marie Durand", "phoneNumber": "+33612300002", "city": "Lyon"})
    plan_all(journal, [person(2), rival])
    assert outcomes(journal) == {2: "", 3: "held"}
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "held", 3: "updated"}
    assert problems(journal) == [(2, "phoneNumber", "shared")]
    assert stored(sandbox)["+33612300002"]["city"] == "Lyon"


def test_a_409_without_an_id_is_settled_by_search(sandbox: Sandbox, journal: Journal) -> None:
    """The number is looked up, also where it is stored in a national form."""
    contact_id = add(sandbox, name="Ada Martin 2", phoneNumber="06 12 30 00 02")
    sandbox.set_faults([{"method": "POST", "status": 409, "body": {"success": False, "error": "exists"}}])
    plan_all(journal, [person(2, city="Lyon")])
    upload(journal, sandbox, policy=Policy(region="FR"))
    assert outcomes(journal) == {2: "updated"}
    assert stored(sandbox)["06 12 30 00 02"].id == contact_id


def test_a_409_that_cannot_be_settled_is_rejected_with_its_story(sandbox: Sandbox, journal: Journal) -> None:
    """No id and nobody found: the row comes back."""
    sandbox.set_faults([{"method": "POST", "status": 409, "body": {"success": False, "error": "exists"}}])
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "rejected"}
    assert problems(journal) == [(2, "phoneNumber", "conflict")]


def test_a_contact_deleted_meanwhile_is_created_again(sandbox: Sandbox, journal: Journal) -> None:
    """404 on the PUT: POST."""
    gone = Contact("contact_gone", {"name": "Ada Martin 2", "phoneNumber": "+33612300002"})
    plan_all(journal, [person(2, city="Lyon")], {"+33612300002": gone})
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "created"}
    assert stored(sandbox)["+33612300002"]["city"] == "Lyon"


def test_a_contact_that_always_vanishes_is_given_back(sandbox: Sandbox, journal: Journal) -> None:
    """At most three rounds of 409 and 404, then the row is rejected; no endless loop."""
    body = {"success": False, "error": "exists", "existingContactId": "contact_ghost"}
    sandbox.set_faults([{"method": "POST", "status": 409, "body": body}])
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "rejected"}
    assert problems(journal) == [(2, "row", "vanished")]
    assert sandbox.ledger()["total"] <= 8


def test_a_422_names_the_fields_of_the_row(sandbox: Sandbox, journal: Journal) -> None:
    """Each detail becomes a problem of its field; the row is rejected, the others go on."""
    plan_all(journal, [person(2, email="not an address"), person(3)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "rejected", 3: "created"}
    assert problems(journal) == [(2, "email", "refused")]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_stops_the_run_at_once(sandbox: Sandbox, journal: Journal, status: int) -> None:
    """No row is burnt: all of them stay to be resumed."""
    sandbox.set_faults([{"method": "POST", "status": status, "body": {"error": "no"}}])
    plan_all(journal, [person(row) for row in range(2, 202)])
    with pytest.raises(AccessRefused):
        upload(journal, sandbox)
    assert set(outcomes(journal).values()) == {""}
    assert sandbox.ledger()["total"] <= 16


LOST = [
    pytest.param({"action": "close", "when": "after"}, id="closed after the commit"),
    pytest.param({"action": "close", "when": "before"}, id="closed before the commit"),
    pytest.param({"action": "cut", "when": "after"}, id="body cut"),
    pytest.param({"action": "html", "when": "after"}, id="html instead of json"),
    pytest.param({"status": 502, "when": "after"}, id="502 after the commit"),
    pytest.param({"status": 503, "when": "before"}, id="503 before the commit"),
    pytest.param({"action": "pass", "when": "after", "delay_ms": 2600}, id="answer after the timeout"),
]


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_is_settled_by_asking(sandbox: Sandbox, journal: Journal, fault: dict[str, object]) -> None:
    """Whatever became of the first POST, the row is created once and called so."""
    sandbox.set_faults([{"method": "POST", "path": "/contacts", "every": 3, "times": 4, **fault}])
    plan_all(journal, [person(row, city="Lyon") for row in range(2, 14)])
    upload(journal, sandbox, workers=4)
    assert set(outcomes(journal).values()) == {"created"}
    assert len(stored(sandbox)) == 12


def test_a_lost_answer_about_an_older_contact_is_no_creation(sandbox: Sandbox, journal: Journal) -> None:
    """The contact was there before our first POST: the 409 of the retry is no creation of ours."""
    add(sandbox, **person(2).values)
    plan_all(journal, [person(2)])
    WorkLog(journal).intend([2], at=time.time() + 60)
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "unchanged"}


def test_a_lost_answer_about_another_writers_contact_is_no_creation(sandbox: Sandbox, journal: Journal) -> None:
    """A contact with other values than we sent is not what our POST made: it is updated."""
    add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002", city="Paris")
    sandbox.set_faults([{"method": "POST", "action": "close", "when": "before", "times": 1}])
    plan_all(journal, [person(2, city="Lyon")])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "updated"}


@pytest.mark.parametrize("body", [{"success": True}, {"success": True, "data": {}}], ids=["no data", "no id"])
def test_a_success_that_names_no_contact_is_asked_again(
    sandbox: Sandbox, journal: Journal, body: dict[str, object]
) -> None:
    """201 without the contact says nothing of what was written."""
    sandbox.set_faults([{"method": "POST", "status": 201, "body": body, "times": 2}])
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "created"}
    assert len(stored(sandbox)) == 1


def test_a_200_that_says_no_is_a_refusal(sandbox: Sandbox, journal: Journal) -> None:
    """success: false is no creation, whatever the status."""
    sandbox.set_faults([{"method": "POST", "status": 200, "body": {"success": False, "error": "nope"}}])
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "rejected"}


def test_a_row_whose_every_attempt_fails_is_failed_and_the_others_go_on(sandbox: Sandbox, journal: Journal) -> None:
    """Others got through meanwhile, so the run does not stop; the row is tried again by resume."""
    contact_id = add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002")
    people = [person(row, city="Lyon") for row in range(2, 200)]
    known = Contact(contact_id, {"name": "Ada Martin 2", "phoneNumber": "+33612300002"})
    sandbox.set_faults([{"method": "PUT", "status": 500}])
    plan_all(journal, people, {"+33612300002": known})
    upload(journal, sandbox, workers=2)
    assert outcomes(journal).pop(2) == "failed"
    assert problems(journal) == [(2, "row", "failed")]
    sandbox.set_faults([])
    WorkLog(journal).take_stock()
    upload(journal, sandbox)
    assert outcomes(journal)[2] == "updated"
    assert problems(journal) == []


def test_a_server_that_fails_every_request_stops_the_run_resumable(sandbox: Sandbox, journal: Journal) -> None:
    """The file is not burnt row by row."""
    sandbox.set_faults([{"status": 500}])
    plan_all(journal, [person(row) for row in range(2, 202)])
    with pytest.raises(Unreachable):
        upload(journal, sandbox)
    assert set(outcomes(journal).values()) == {""}
    sandbox.set_faults([])
    upload(journal, sandbox)
    assert set(outcomes(journal).values()) == {"created"}


def test_a_429_is_waited_for_and_costs_no_attempt(sandbox: Sandbox, journal: Journal) -> None:
    """More 429s than attempts are allowed: every row is still created."""
    body = {"success": False, "error": "Too many requests"}
    sandbox.set_faults([{"method": "POST", "status": 429, "headers": {"Retry-After": "0"}, "body": body, "times": 30}])
    plan_all(journal, [person(row) for row in range(2, 12)])
    caller = upload(journal, sandbox)
    assert set(outcomes(journal).values()) == {"created"}
    assert caller.retried == 30


def test_what_was_settled_is_never_sent_again(sandbox: Sandbox, journal: Journal) -> None:
    """A second upload of a finished journal sends nothing."""
    plan_all(journal, [person(row) for row in range(2, 12)])
    upload(journal, sandbox)
    before = sandbox.ledger()["total"]
    upload(journal, sandbox)
    assert sandbox.ledger()["total"] == before


def test_rows_of_unknown_end_are_settled_after_a_crash(sandbox: Sandbox, journal: Journal) -> None:
    """The intents were in the journal, some contacts were made, no answer was kept: all are created, none doubled."""
    people = [person(row) for row in range(2, 12)]
    plan_all(journal, people)
    WorkLog(journal).intend([candidate.row for candidate in people], at=time.time())
    for candidate in people[:5]:
        add(sandbox, **candidate.values)
    upload(journal, sandbox)
    assert set(outcomes(journal).values()) == {"created"}
    assert len(stored(sandbox)) == 10


def test_an_update_that_a_409_led_to_is_one_after_a_crash_too(sandbox: Sandbox, journal: Journal) -> None:
    """The PUT was carried out and its answer was never kept: resumed, the row is updated, not unchanged or created."""
    add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002", city="Paris")
    plan_all(journal, [person(2, city="Lyon")])
    kept, journal.settle = journal.settle, lambda settled: None  # type: ignore[method-assign]
    upload(journal, sandbox)
    journal.settle = kept  # type: ignore[method-assign]
    assert outcomes(journal) == {2: ""}
    assert stored(sandbox)["+33612300002"]["city"] == "Lyon"
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "updated"}


def test_a_stop_lets_requests_in_flight_end(sandbox: Sandbox, journal: Journal) -> None:
    """After a stop nothing new leaves, what was answered is settled, the rest is pending."""
    plan_all(journal, [person(row) for row in range(2, 102)])

    async def run() -> None:
        async with Connection(sandbox.base_url, sandbox.api_key) as connection:
            throttle = Throttle(4)
            seen: list[Outcome] = []

            def progress(outcome: Outcome) -> None:
                seen.append(outcome)
                if len(seen) == 20:
                    throttle.stop(Interrupted("enough", 130))

            await Upload(Caller(connection, throttle, QUICK), WorkLog(journal), Terms(Policy()), progress=progress).run(
                4
            )

    with pytest.raises(BulkIOError, match="enough"):
        asyncio.run(run())
    ended = [outcome for outcome in outcomes(journal).values() if outcome]
    assert 20 <= len(ended) <= 24
    assert len(stored(sandbox)) == len(ended)
