"""The upload against a real server that loses answers, refuses, conflicts and pushes back."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bulk_io import delivery, plan
from bulk_io.client import ContactsClient
from bulk_io.connection import Connection
from bulk_io.delivery import Terms
from bulk_io.errors import AccessRefused, BulkIOError, Interrupted, JournalFailed, Unreachable
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


def upload(
    journal: Journal,
    sandbox: Sandbox,
    *,
    workers: int = 8,
    policy: Policy | None = None,
    resumed: bool = False,
    looked_up: bool = False,
) -> Caller:
    """Carry the journal's plan out; gives the caller with its counts."""

    async def run() -> Caller:
        async with Connection(sandbox.base_url, sandbox.api_key, timeout=2.0) as connection:
            caller = Caller(connection, Throttle(workers), QUICK)
            terms = Terms(policy or Policy(), resumed=resumed, looked_up=looked_up)
            await Upload(caller, WorkLog(journal), terms).run(workers)
            return caller

    return asyncio.run(run())


def outcomes(journal: Journal) -> dict[int, str]:
    """How each action ended, by row."""
    return dict(journal.database.execute("SELECT row, outcome FROM actions ORDER BY row"))


def problems(journal: Journal) -> list[tuple[int, str, str]]:
    """The problems that the upload found: row, field, code."""
    return list(journal.database.execute("SELECT row, field, code FROM problems ORDER BY row"))


def stories(journal: Journal) -> list[str]:
    """What the problems say."""
    return [text for (text,) in journal.database.execute("SELECT message FROM problems ORDER BY row")]


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


def test_a_409_that_names_nobody_is_given_back(sandbox: Sandbox, journal: Journal) -> None:
    """At most three rounds, then the row is rejected with what the API said; no endless loop."""
    body = {"success": False, "error": "taken", "existingContactId": "contact_ghost"}
    sandbox.set_faults([{"method": "POST", "status": 409, "body": body}])
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "rejected"}
    assert stories(journal) == [
        "the API says that it exists already (taken) and names contact contact_ghost, "
        "but no contact with +33612300002 can be found; look in the CRM"
    ]
    assert sandbox.ledger()["total"] <= 12


def test_a_409_that_belongs_to_another_request_hides_no_creation(sandbox: Sandbox, journal: Journal) -> None:
    """The contact was made, and the answer was about somebody else: asked again, it is known for our own."""
    other = add(sandbox, name="Zoé Petit", phoneNumber="+33612399999")
    body = {"success": False, "error": "exists", "existingContactId": other}
    sandbox.set_faults([{"method": "POST", "when": "after", "status": 409, "body": body, "times": 1}])
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "created"}
    assert len(stored(sandbox)) == 2


def test_a_contact_that_always_vanishes_is_given_back(sandbox: Sandbox, journal: Journal) -> None:
    """Deleted before each update: at most three rounds."""
    before = Contact("contact_gone", {"name": "Ada Martin 2", "phoneNumber": "+33612300002"})
    add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002")
    sandbox.set_faults([{"method": "PUT", "status": 404, "body": {"success": False, "error": "Contact not found"}}])
    plan_all(journal, [person(2, city="Lyon")], {"+33612300002": before})
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "rejected"}
    assert problems(journal) == [(2, "row", "vanished")]


def test_a_409_without_a_phone_number_names_the_other_contact(sandbox: Sandbox, journal: Journal) -> None:
    """An update can be refused because of an e-mail address that is taken, too."""
    other = add(sandbox, name="Zoé Petit", phoneNumber="+33612399999")
    contact_id = add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002")
    body = {"success": False, "error": "E-mail exists", "existingContactId": other}
    sandbox.set_faults([{"method": "PUT", "status": 409, "body": body}])
    plan_all(journal, [person(2, email="ada@example.org")], {"+33612300002": stored(sandbox)["+33612300002"]})
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "rejected"}
    assert [f"(E-mail exists) and names contact {other}" in story for story in stories(journal)] == [True]
    assert stored(sandbox)["+33612300002"].id == contact_id


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


def test_rows_that_always_fail_do_not_keep_a_run_from_ending(sandbox: Sandbox, journal: Journal) -> None:
    """Five rows of the whole file are left, which the API cannot digest, and nothing else succeeds any more."""
    plan_all(journal, [person(row) for row in range(2, 7)])
    sandbox.set_faults([{"method": "POST", "status": 500}])
    upload(journal, sandbox, resumed=True)
    assert set(outcomes(journal).values()) == {"failed"}


def test_an_api_that_refuses_all_writes_burns_no_rows(sandbox: Sandbox, journal: Journal) -> None:
    """It still answers questions, and it is the API's fault all the same."""
    plan_all(journal, [person(row) for row in range(2, 102)])
    sandbox.set_faults([{"method": "POST", "status": 500}])
    with pytest.raises(Unreachable):
        upload(journal, sandbox, workers=32)
    assert set(outcomes(journal).values()) == {""}


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
    """The whole pool is pushed back, and whoever probes after it: every row is still created."""
    body = {"success": False, "error": "Too many requests"}
    busy = {"method": "POST", "status": 429, "headers": {"Retry-After": "0.01"}, "body": body, "times": 10}
    sandbox.set_faults([busy])
    plan_all(journal, [person(row) for row in range(2, 12)])
    caller = upload(journal, sandbox)
    assert set(outcomes(journal).values()) == {"created"}
    assert caller.retried == 10


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
    with pytest.MonkeyPatch.context() as forgetful:
        forgetful.setattr(WorkLog, "settle", lambda log, settled: None)
        upload(journal, sandbox)
    assert outcomes(journal) == {2: ""}
    assert stored(sandbox)["+33612300002"]["city"] == "Lyon"
    upload(journal, sandbox, resumed=True)
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

            caller = Caller(connection, throttle, QUICK)
            await Upload(caller, WorkLog(journal), Terms(Policy()), progress=progress).run(4)

    with pytest.raises(BulkIOError, match="enough"):
        asyncio.run(run())
    ended = [outcome for outcome in outcomes(journal).values() if outcome]
    assert 20 <= len(ended) <= 24
    assert len(stored(sandbox)) == len(ended)


def test_what_the_server_stored_otherwise_is_told(sandbox: Sandbox, journal: Journal) -> None:
    """The echo of a write is compared with what was sent: a warning for each field, with both values."""
    sandbox.set_faults([{"action": "drop", "fields": ["email", "tags"]}])
    plan_all(journal, [Candidate(2, {**person(2).values, "email": "ada@example.org", "city": "Lyon"}, ("vip",))])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "created"}
    found = journal.database.execute("SELECT field || '.' || code, severity, value, message FROM problems").fetchall()
    assert found == [
        (
            "server.differs",
            "warning",
            "ada@example.org",
            "the API holds nothing in email after “ada@example.org” was sent; look at the contact",
        ),
        ("server.differs", "warning", "vip", "the API holds nothing in tags after “vip” was sent; look at the contact"),
    ]


@pytest.mark.parametrize("status", [400, 404, 405, 410, 413, 451])
def test_one_error_for_the_first_20_rows_is_the_apis(sandbox: Sandbox, journal: Journal, status: int) -> None:
    """A wrong address refuses all rows alike: the run stops, no row is given back for it, resume tries again."""
    sandbox.set_faults([{"status": status, "body": {"success": False, "error": "Not here"}}])
    plan_all(journal, [person(row) for row in range(2, 102)])
    with pytest.raises(Unreachable, match=f"refused the first 20 rows alike \\({status}: Not here\\)") as stopped:
        upload(journal, sandbox)
    assert stopped.value.exit_code == 5
    assert set(outcomes(journal).values()) == {""}
    sandbox.set_faults([])
    upload(journal, sandbox, resumed=True)
    assert set(outcomes(journal).values()) == {"created"}


@pytest.mark.parametrize(
    ("faults", "rows"),
    [
        ([{"status": 400, "times": 19}], 30),
        ([{"status": 422, "times": 25}], 30),
        ([{"status": 400}], 19),
        ([{"status": 400, "body": {"error": f"row {n}"}, "nth": 1} for n in range(25)], 30),
    ],
    ids=["19 alike", "422 is about the row", "a file of 19 rows", "each its own error"],
)
def test_errors_of_single_rows_stop_nothing(
    sandbox: Sandbox, journal: Journal, faults: list[dict[str, Any]], rows: int
) -> None:
    """Fewer than 20, others in between, or errors that differ: rows are rejected, each with its reason."""
    sandbox.set_faults(faults)
    plan_all(journal, [person(row) for row in range(2, 2 + rows)])
    upload(journal, sandbox, workers=1)
    rejected = [row for row, outcome in outcomes(journal).items() if outcome == "rejected"]
    assert len(rejected) == min(len(faults) if len(faults) > 1 else faults[0].get("times", rows), rows)
    assert [row for row, _, _ in problems(journal)] == rejected


def test_a_resumed_update_looks_at_the_contact_first(sandbox: Sandbox, journal: Journal) -> None:
    """Somebody added a tag between plan and resume: it stays, because the plan is made anew."""
    contact_id = add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002", tags=["a"])
    before = stored(sandbox)["+33612300002"]
    plan_all(journal, [Candidate(2, person(2).values, ("b",))], {"+33612300002": before})
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        client.update(contact_id, {"tags": ["a", "theirs"]})
    upload(journal, sandbox, resumed=True)
    assert outcomes(journal) == {2: "updated"}
    assert set(stored(sandbox)["+33612300002"].tags) == {"a", "theirs", "b"}


@pytest.mark.parametrize(("sends", "outcome"), [(0, "unchanged"), (1, "updated")], ids=["never sent", "sent"])
def test_an_unknown_update_that_is_there_is_not_sent_again(
    sandbox: Sandbox, journal: Journal, sends: int, outcome: str
) -> None:
    """Asked, the CRM has everything: if our PUT may have left it was that, else there is nothing to do."""
    add(sandbox, name="Ada Martin 2", phoneNumber="+33612300002", city="Paris")
    before = stored(sandbox)["+33612300002"]
    plan_all(journal, [person(2, city="Lyon")], {"+33612300002": before})
    journal.database.execute("UPDATE actions SET sends = ?", (sends,))
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        client.update(before.id, {"city": "Lyon"})
    upload(journal, sandbox, resumed=True)
    assert outcomes(journal) == {2: outcome}
    assert sandbox.ledger()["requests"]["PUT /contacts/:id"] == {"200": 1}


def test_a_row_sent_in_two_sessions_is_asked_for_before_the_third(sandbox: Sandbox, journal: Journal) -> None:
    """Both ended unknown: the contact is there and ours, so nothing is sent any more."""
    plan_all(journal, [person(row) for row in (2, 3)])
    for _ in range(2):
        WorkLog(journal).intend([2, 3], at=time.time() - 1)
    add(sandbox, **person(2).values)
    upload(journal, sandbox, resumed=True)
    assert outcomes(journal) == {2: "created", 3: "created"}
    assert sandbox.ledger()["requests"]["POST /contacts"] == {"201": 2}


@pytest.mark.parametrize(("looked_up", "outcome"), [(True, "created"), (False, "unchanged")])
def test_without_createdat_the_lookup_tells_whose_a_contact_is(
    sandbox: Sandbox, journal: Journal, monkeypatch: pytest.MonkeyPatch, looked_up: bool, outcome: str
) -> None:
    """What was not there when all contacts were read, and has all that we sent, is ours."""
    add(sandbox, **person(2).values)
    real = delivery.lookup.fetch

    async def without_dates(caller: Caller, contact_id: str) -> Contact | None:
        found = await real(caller, contact_id)
        assert found is not None
        return Contact(found.id, {k: v for k, v in found.values.items() if not k.endswith("At")}, found.tags)

    monkeypatch.setattr(delivery.lookup, "fetch", without_dates)
    plan_all(journal, [person(2)])
    WorkLog(journal).intend([2], at=time.time())
    upload(journal, sandbox, resumed=True, looked_up=looked_up)
    assert outcomes(journal) == {2: outcome}


def test_a_journal_that_cannot_be_written_stops_the_sending(sandbox: Sandbox, journal: Journal) -> None:
    """What would be sent after that could be forgotten: the run ends, and goes on when there is room."""
    plan_all(journal, [person(row) for row in range(2, 402)])
    pages = journal.database.execute("PRAGMA page_count").fetchone()[0]
    journal.database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalFailed, match=r"cannot be written .*full.*; nothing more is sent; make room") as stopped:
        upload(journal, sandbox)
    assert stopped.value.exit_code == 5
    sent = sandbox.ledger()["total"]
    assert sent < 400
    journal.database.execute("PRAGMA max_page_count = 100000")
    upload(journal, sandbox, resumed=True)
    assert set(outcomes(journal).values()) == {"created"}
    assert len({*stored(sandbox)}) == 200


def test_rows_that_meet_a_409_share_their_commits(sandbox: Sandbox, journal: Journal) -> None:
    """Each update is durable before it is sent, a hundred of them in far fewer commits than a hundred."""
    for row in range(2, 102):
        add(sandbox, **person(row).values)
    plan_all(journal, [person(row, city="Lyon") for row in range(2, 102)])
    commits: list[int] = []
    journal.database.set_trace_callback(lambda said: commits.append(1) if said == "COMMIT" else None)
    upload(journal, sandbox, workers=32)
    journal.database.set_trace_callback(None)
    assert set(outcomes(journal).values()) == {"updated"}
    assert len(commits) < 60


@pytest.mark.parametrize("contact_id", ["..", ".", "../../admin", "a/b?c=d#e", "%2e%2e"])
def test_an_id_never_reaches_another_path(sandbox: Sandbox, journal: Journal, contact_id: str) -> None:
    """Whatever a 409 calls the contact: it is asked for as an id, or not at all, and the row is given back."""
    sandbox.set_faults(
        [{"method": "POST", "status": 409, "body": {"error": "exists", "existingContactId": contact_id}}]
    )
    plan_all(journal, [person(2)])
    upload(journal, sandbox)
    assert outcomes(journal) == {2: "rejected"}
    assert set(sandbox.ledger()["requests"]) <= {"POST /contacts", "GET /contacts", "GET /contacts/:id", "GET other"}
