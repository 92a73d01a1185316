"""Faults on purpose: which requests they hit, what the client sees, and what was committed all the same."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from conftest import Call
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.errors import UsageError
from bulk_io.sandbox import Sandbox, start
from bulk_io.sandbox.faults import Rule, Turn, parse_rules
from bulk_io.sandbox.ledger import MOST_EVENTS, Ledger

JANE = {"name": "Jane Doe", "phoneNumber": "+33639980001"}
CUT = (http.client.RemoteDisconnected, ConnectionResetError)


def statuses(call: Call, count: int) -> list[int]:
    """The statuses of so many list requests."""
    return [call("GET", "/contacts").status for _ in range(count)]


@pytest.mark.parametrize(
    ("rule", "hit"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"nth": 2}, [2]),
        ({"every": 3}, [3, 6]),
        ({"every": 2, "times": 1}, [2]),
        ({"times": 2}, [1, 2]),
        ({"probability": 0.0}, []),
        ({"method": "POST"}, []),
        ({"path": "/contacts"}, [1, 2, 3, 4, 5, 6]),
        ({"path": "/test"}, []),
    ],
    ids=repr,
)
def test_a_rule_hits_the_requests_it_names(
    sandbox: Sandbox, call: Call, rule: dict[str, object], hit: list[int]
) -> None:
    """By method, path, place in the order, and how often."""
    sandbox.set_faults([rule])
    assert [number for number, status in enumerate(statuses(call, 6), 1) if status == 503] == hit
    assert sandbox.ledger()["faults"] == len(hit)


def test_the_first_rule_that_is_due_decides(sandbox: Sandbox, call: Call) -> None:
    """Rules are asked in order; a request that one has hit is not counted by the next."""
    sandbox.set_faults([{"nth": 2, "status": 500}, {"nth": 2, "status": 502}, {"times": 2, "status": 429}])
    assert statuses(call, 5) == [429, 500, 502, 429, 200]


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 0.95), st.integers(0, 2**32))
def test_chance_is_the_same_for_the_same_seed(probability: float, seed: int) -> None:
    """A test with a seed can be run again."""
    rule = Rule(probability=probability, seed=seed)
    first, second = Turn(rule), Turn(rule)
    hits = [first.due("GET", "/contacts") for _ in range(300)]
    assert hits == [second.due("GET", "/contacts") for _ in range(300)]
    assert 0 < sum(hits) < 300


@pytest.mark.parametrize(("when", "created"), [("before", 0), ("after", 1)])
def test_an_answer_instead_of_the_real_one(sandbox: Sandbox, call: Call, when: str, created: int) -> None:
    """Status, headers and body are the rule's; ``after`` has committed what the client believes failed."""
    rule = {"when": when, "status": 429, "headers": {"Retry-After": "7"}, "body": {"error": "slow down"}, "times": 1}
    sandbox.set_faults([rule])
    answer = call("POST", "/contacts", JANE)
    assert (answer.status, answer.headers["retry-after"], answer.json) == (429, "7", {"error": "slow down"})
    assert sandbox.ledger()["commits"]["created"] == created
    assert call("POST", "/contacts", JANE).status == (409 if created else 201)


@pytest.mark.parametrize(("when", "created"), [("before", 0), ("after", 1)])
def test_a_connection_closed_without_an_answer(sandbox: Sandbox, call: Call, when: str, created: int) -> None:
    """Not one byte comes; the ledger knows."""
    sandbox.set_faults([{"action": "close", "when": when}])
    with pytest.raises(CUT):
        call("POST", "/contacts", JANE)
    ledger = sandbox.ledger()
    assert (ledger["commits"]["created"], ledger["requests"]) == (created, {"POST /contacts": {"closed": 1}})


def test_a_cut_body(sandbox: Sandbox, call: Call) -> None:
    """The status comes, the length is told, half of the body is there: and the contact is stored."""
    sandbox.set_faults([{"action": "cut"}])
    with pytest.raises(http.client.IncompleteRead) as caught:
        call("POST", "/contacts", JANE)
    assert caught.value.partial.startswith(b'{"success":true,"data":{"id":"contact_1"')
    assert sandbox.ledger()["commits"]["created"] == 1


@pytest.mark.parametrize(("when", "created"), [("before", 0), ("after", 1)])
def test_html_instead_of_json(sandbox: Sandbox, call: Call, when: str, created: int) -> None:
    """A proxy's friendly page with status 200."""
    sandbox.set_faults([{"action": "html", "when": when}])
    answer = call("POST", "/contacts", JANE)
    assert (answer.status, answer.headers["content-type"], answer.json) == (200, "text/html", None)
    assert b"<h1>" in answer.content
    assert sandbox.ledger()["commits"]["created"] == created


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_lets_the_real_answer_through(sandbox: Sandbox, call: Call, when: str) -> None:
    """``pass`` changes nothing but the time."""
    sandbox.set_faults([{"action": "pass", "when": when, "delay_ms": 5}])
    assert call("POST", "/contacts", JANE).json["data"]["id"] == "contact_1"
    assert sandbox.ledger()["faults"] == 1


@pytest.mark.parametrize(("when", "created"), [("before", 0), ("after", 1)])
def test_a_client_that_gives_up_during_a_delay(sandbox: Sandbox, call: Call, when: str, created: int) -> None:
    """With ``after`` its request is carried out already."""
    sandbox.set_faults([{"action": "close", "when": when, "delay_ms": 60_000, "method": "POST"}])
    address = sandbox.base_url.removeprefix("http://").removesuffix("/api/external")
    connection = http.client.HTTPConnection(address, timeout=0.3)
    connection.request(
        "POST", "/api/external/contacts", json.dumps(JANE), {"Authorization": f"Bearer {sandbox.api_key}"}
    )
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert call("GET", "/contacts").json["meta"]["total"] == created


def test_a_delayed_request_is_dropped_by_a_reset(sandbox: Sandbox, call: Call) -> None:
    """What one test has left under way does not write into the next."""
    sandbox.set_faults([{"action": "pass", "delay_ms": 60_000, "method": "POST"}])
    address = sandbox.base_url.removeprefix("http://").removesuffix("/api/external")
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request(
        "POST", "/api/external/contacts", json.dumps(JANE), {"Authorization": f"Bearer {sandbox.api_key}"}
    )
    while sandbox.ledger()["faults"] == 0:
        pass
    sandbox.reset()
    with pytest.raises(CUT):
        connection.getresponse()
    connection.close()
    assert call("GET", "/contacts").json["meta"]["total"] == 0
    assert sandbox.ledger()["most_at_once"] == 1


def test_latency_and_faults_can_be_given_at_the_start(call: Call) -> None:
    """The command line takes both; a stop does not wait for an answer that is far away."""
    with start(latency_ms=60_000, faults=[{"action": "close"}]) as slow:
        address = slow.base_url.removeprefix("http://").removesuffix("/api/external")
        connection = http.client.HTTPConnection(address, timeout=0.3)
        connection.request("GET", "/api/external/test")
        with pytest.raises(TimeoutError):
            connection.getresponse()
        assert slow.ledger()["most_at_once"] == 1
        connection.close()
    with start(latency_ms=1, faults=[{"status": 500, "times": 1}]) as faulty:
        assert [call("GET", "/test", on=faulty).status for _ in range(2)] == [500, 200]


@pytest.mark.parametrize(
    "rules",
    [
        {},
        [1],
        [{"verb": "GET"}],
        [{"action": "explode"}],
        [{"when": "during"}],
        [{"nth": "2"}],
        [{"status": 99}],
        [{"headers": [1]}],
        [{"headers": {"Retry-After": 7}}],
        [{"every": 0}],
        [{"times": True}],
        [{"delay_ms": -1}],
        [{"action": "drop"}],
        [{"action": "drop", "fields": ["id"]}],
        [{"action": "pass", "fields": ["city"]}],
        [{"action": "hang", "wire": "cut"}],
        [{"wire": "wireless"}],
    ],
    ids=repr,
)
def test_wrong_rules_are_refused(sandbox: Sandbox, rules: object) -> None:
    """A rule that cannot work is an error when it is set, not silence later."""
    with pytest.raises(UsageError, match="fault rules"):
        parse_rules(rules)
    with pytest.raises(urllib.error.HTTPError) as caught:
        sandbox._call("faults", rules)
    with caught.value as answer:
        assert (answer.code, "fault rules" in json.load(answer)["error"]) == (400, True)


def test_wrong_rules_at_the_start_are_refused() -> None:
    """The error of the child is this process's error."""
    with pytest.raises(UsageError, match="verb"), start(faults=[{"verb": "GET"}]):
        pass


def test_the_ledger_counts_by_method_path_and_status(sandbox: Sandbox, call: Call) -> None:
    """What was asked, how it ended and what was committed."""
    call("POST", "/contacts", JANE)
    call("POST", "/contacts", JANE)
    call("PUT", "/contacts/contact_1", {"city": "Lyon"})
    call("GET", "/contacts/contact_7")
    call("GET", "/contacts", key=None)
    call("GET", "/nothing")
    ledger = sandbox.ledger()
    assert len(ledger.pop("events")) == 6
    assert ledger == {
        "total": 6,
        "most_at_once": 1,
        "requests": {
            "GET /contacts": {"401": 1},
            "GET /contacts/:id": {"404": 1},
            "GET other": {"404": 1},
            "POST /contacts": {"201": 1, "409": 1},
            "PUT /contacts/:id": {"200": 1},
        },
        "commits": {"created": 1, "updated": 1},
        "faults": 0,
    }


def test_reset_forgets_contacts_rules_and_counts(sandbox: Sandbox, call: Call) -> None:
    """After it the sandbox is as new; the key still works."""
    call("POST", "/contacts", JANE)
    sandbox.set_faults([{}])
    sandbox.reset()
    assert sandbox.ledger()["total"] == 0
    assert call("GET", "/contacts").json["data"] == []
    assert call("POST", "/contacts", JANE).json["data"]["id"] == "contact_1"


@pytest.mark.parametrize("control", ["reset", "faults", "remove", "age"])
def test_a_web_page_cannot_use_the_controls(sandbox: Sandbox, control: str) -> None:
    """A browser sends Origin: such a request is refused."""
    url = sandbox.base_url.replace("/api/external", f"/_sandbox/{control}")
    request = urllib.request.Request(url, b"[]", {"Origin": "https://evil.example"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as answer:
        assert answer.code == 403


def exchange(sandbox: Sandbox, *, timeout: float = 0.5, body: object = JANE) -> tuple[bytes, str]:
    """POST over a bare socket: the bytes that come, and how it ended: ``fin``, ``rst``, or ``open`` at the timeout."""
    address = urlsplit(sandbox.base_url)
    data = json.dumps(body).encode()
    head = f"POST {address.path}/contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.api_key}\r\n"
    came, deadline = bytearray(), time.monotonic() + timeout
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=timeout) as line:
        line.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        try:
            while part := line.recv(65536):
                came += part
                line.settimeout(max(deadline - time.monotonic(), 0.001))
        except TimeoutError:
            return bytes(came), "open"
        except ConnectionResetError:
            return bytes(came), "rst"
        return bytes(came), "fin"


WHOLE = re.compile(rb"HTTP/1\.1 201 Created\r\n.*\r\n\r\n\{.*\}\}", re.DOTALL)


@pytest.mark.parametrize(
    ("rule", "shape", "end"),
    [
        ({"action": "close"}, rb"", "fin"),
        ({"action": "reset"}, rb"", "rst"),
        ({"action": "hang"}, rb"", "open"),
        ({"action": "garbage"}, rb"\x16\x03\x01 SSH.*", "fin"),
        ({"action": "cut"}, rb'HTTP/1.1 201 Created\r\n.*\r\n\r\n\{"success":true.*[^}]', "fin"),
        ({"wire": "cut"}, rb'HTTP/1.1 201 Created\r\n.*\r\n\r\n\{"success":true.*[^}]', "fin"),
        ({"wire": "reset"}, rb'HTTP/1.1 201 Created\r\n.*\r\n\r\n\{"success":true.*[^}]', "rst"),
        ({"wire": "cut-head"}, rb"HTTP/1.1 201 Created\r\n(?!.*\r\n\r\n).*", "fin"),
        ({"wire": "long"}, WHOLE.pattern, "open"),
        ({"wire": "short"}, WHOLE.pattern, "open"),
        ({"wire": "open-chunks"}, rb"HTTP/1.1 201 .*chunked\r\n\r\n[0-9a-f]+\r\n\{.*\}\}\r\n", "open"),
        ({"wire": "bad-chunks"}, rb"HTTP/1.1 201 .*chunked\r\n\r\nzz\r\n\{.*\}\}\r\n0\r\n\r\n", "fin"),
        ({"wire": "gzip"}, rb"HTTP/1.1 201 .*content-encoding: gzip\r\n.*\{.*\}\}", "open"),
        ({"wire": "early"}, rb"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 .*\r\n\r\n" + WHOLE.pattern, "open"),
        ({"wire": "twice"}, WHOLE.pattern + WHOLE.pattern, "open"),
        ({"wire": "twice", "pause_ms": 5}, WHOLE.pattern + WHOLE.pattern, "open"),
        ({"wire": "drip", "pause_ms": 0}, WHOLE.pattern, "open"),
        ({"wire": "drip", "pause_ms": 100}, rb"HT[TP/1. ]*", "open"),
    ],
    ids=repr,
)
def test_what_comes_over_a_broken_wire(sandbox: Sandbox, rule: dict[str, object], shape: bytes, end: str) -> None:
    """Byte for byte, and how the connection ends; whatever becomes of the answer, the contact is stored."""
    sandbox.set_faults([{"action": "pass", "when": "after", **rule}])
    came, ended = exchange(sandbox)
    assert ended == end
    assert re.fullmatch(shape, came, re.DOTALL), came
    ledger = sandbox.ledger()
    assert ledger["commits"]["created"] == 1
    (event,) = ledger["events"]
    assert (event["committed"], event["phone"], event["contact"]) == ("created", JANE["phoneNumber"], "contact_1")
    whole = rule.get("wire") in ("early", "twice") or rule == {"wire": "drip", "pause_ms": 0}
    assert event["delivered"] is whole


def test_a_wrong_length_is_wrong_by_what_is_announced(sandbox: Sandbox) -> None:
    """More than comes, or less."""
    for wire, sign in (("long", 1), ("short", -1)):
        sandbox.set_faults([{"wire": wire, "status": 201, "body": {"success": True}}])
        head, _, body = exchange(sandbox)[0].partition(b"\r\n\r\n")
        told = int(re.search(rb"content-length: (\d+)", head)[1])  # type: ignore[index]
        assert (told - len(body)) * sign > 0


@pytest.mark.parametrize("action", ["close", "reset", "hang", "garbage"])
def test_a_fault_before_the_commit_commits_nothing(sandbox: Sandbox, action: str) -> None:
    """The request never reaches the API."""
    sandbox.set_faults([{"action": action}])
    exchange(sandbox)
    ledger = sandbox.ledger()
    assert ledger["commits"]["created"] == 0
    assert [(e["status"], e["committed"], e["delivered"], e["fault"]) for e in ledger["events"]] == [
        (None, "", False, action)
    ]


def test_a_made_up_answer_can_go_over_a_broken_wire(sandbox: Sandbox, call: Call) -> None:
    """A 201 that is cut, and nothing was stored."""
    sandbox.set_faults([{"wire": "cut", "status": 201, "body": {"success": True, "data": {"id": "contact_1"}}}])
    with pytest.raises(http.client.IncompleteRead):
        call("POST", "/contacts", JANE)
    assert sandbox.ledger()["commits"]["created"] == 0


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ({"status": 201, "body": ""}, b""),
        ({"status": 204}, b""),
        ({"status": 200, "body": "null"}, b"null"),
        ({"status": 200, "body": [1]}, b"[1]"),
        ({"status": 200, "body": "[", "repeat": 100_000}, b"[" * 100_000),
        ({"status": 200, "body": '"é"', "charset": "latin-1"}, b'"\xe9"'),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_any_body_can_be_answered(sandbox: Sandbox, rule: dict[str, object], body: bytes) -> None:
    """Empty, no object, endlessly deep, no text."""
    sandbox.set_faults([rule])
    came, _ = exchange(sandbox, timeout=0.2)
    assert came.startswith(f"HTTP/1.1 {rule['status']} ".encode())
    assert came.partition(b"\r\n\r\n")[2] == body


def test_a_dropped_field_is_not_stored_and_the_echo_says_so(sandbox: Sandbox, call: Call) -> None:
    """The API never sees it; the ledger's phone number is the one that was sent."""
    sandbox.set_faults([{"action": "drop", "fields": ["city"]}])
    created = call("POST", "/contacts", {**JANE, "city": "Lyon", "email": "j@example.org"})
    assert (created.status, created.json["data"]["city"], created.json["data"]["email"]) == (201, None, "j@example.org")
    assert sandbox.ledger()["events"][0]["phone"] == JANE["phoneNumber"]
    sandbox.set_faults([])
    assert call("GET", "/contacts/contact_1").json["data"]["city"] is None


def test_a_stripped_answer_lacks_what_it_should_say(sandbox: Sandbox, call: Call) -> None:
    """At its top and in its data."""
    sandbox.set_faults([{"action": "strip", "fields": ["existingContactId", "id"]}])
    created, again = (call("POST", "/contacts", JANE) for _ in range(2))
    assert (created.status, created.json["data"]["name"], "id" in created.json["data"]) == (201, "Jane Doe", False)
    assert (again.status, "existingContactId" in again.json) == (409, False)


def test_a_contact_can_be_erased_under_a_request(sandbox: Sandbox, call: Call) -> None:
    """Before it: the contact is not there any more; after it: it was there, and is gone."""
    call("POST", "/contacts", JANE)
    sandbox.set_faults([{"action": "erase", "method": "PUT"}])
    assert call("PUT", "/contacts/contact_1", {"city": "Lyon"}).status == 404
    sandbox.set_faults([{"action": "erase", "when": "after", "method": "POST"}])
    assert call("POST", "/contacts", JANE).json["data"]["id"] == "contact_2"
    assert call("GET", "/contacts").json["meta"]["total"] == 0
    assert [event["erased"] for event in sandbox.ledger()["events"][:3]] == ["", "contact_1", "contact_2"]


def test_a_contact_can_be_removed_by_others(sandbox: Sandbox, call: Call) -> None:
    """By id or number; lists and pages go on without it, and its id is not given again."""
    for number in range(1, 6):
        call("POST", "/contacts", {**JANE, "phoneNumber": f"+3363998000{number}"})
    sandbox.remove("contact_2")
    sandbox.remove("+33639980005")
    with pytest.raises(urllib.error.HTTPError) as caught:
        sandbox.remove("contact_2")
    caught.value.close()
    assert call("GET", "/contacts/contact_2").status == 404
    assert call("POST", "/contacts", {**JANE, "phoneNumber": "+33639980005"}).json["data"]["id"] == "contact_6"
    pages = [call("GET", f"/contacts?page={page}&limit=2").json for page in (1, 2)]
    assert [contact["id"] for page in pages for contact in page["data"]] == [
        f"contact_{number}" for number in (6, 4, 3, 1)
    ]
    assert {page["meta"]["total"] for page in pages} == {4}


def test_contacts_can_be_made_older(sandbox: Sandbox, call: Call) -> None:
    """What was there long before a run is known by its times."""
    first = call("POST", "/contacts", JANE).json["data"]
    sandbox.age(3600)
    second = call("GET", "/contacts/contact_1").json["data"]
    hour = datetime.fromisoformat(first["createdAt"]) - datetime.fromisoformat(second["createdAt"])
    assert (hour.total_seconds(), second["updatedAt"]) == (3600, second["createdAt"])
    assert call("GET", f"/contacts?createdSince={first['createdAt']}").json["data"] == []


def test_the_ledger_tells_the_requests_in_order(sandbox: Sandbox, call: Call) -> None:
    """When, what, about whom, how it ended; nothing of the headers."""
    call("POST", "/contacts", JANE)
    call("POST", "/contacts", JANE)
    sandbox.set_faults([{"method": "PUT", "when": "after", "status": 502, "label": "bad gateway"}])
    call("PUT", "/contacts/contact_1", {"city": "Lyon"})
    call("GET", f"/contacts?search={JANE['name'].partition(' ')[0]}")
    events = sandbox.ledger()["events"]
    keys = ("method", "path", "phone", "contact", "status", "committed", "delivered", "fault")
    assert [tuple(event[key] for key in keys) for event in events] == [
        ("POST", "/contacts", JANE["phoneNumber"], "contact_1", 201, "created", True, ""),
        ("POST", "/contacts", JANE["phoneNumber"], "contact_1", 409, "", True, ""),
        ("PUT", "/contacts/contact_1", "", "contact_1", 502, "updated", False, "bad gateway"),
        ("GET", "/contacts", "", "", 200, "", True, ""),
    ]
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    assert all(event["at"] <= event["until"] for event in events)
    assert sandbox.api_key not in json.dumps(events)


def test_the_ledger_forgets_the_oldest_requests() -> None:
    """It is bounded; the counts are not."""
    ledger = Ledger()
    for number in range(MOST_EVENTS + 1):
        ledger.leave(ledger.enter("GET", f"/{number}"))
    summary = ledger.summary()
    assert (summary["total"], len(summary["events"])) == (MOST_EVENTS + 1, MOST_EVENTS)  # type: ignore[arg-type]


def test_a_hanging_request_is_dropped_by_a_reset(sandbox: Sandbox) -> None:
    """Nobody waits for the next test."""
    sandbox.set_faults([{"action": "hang"}])
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(exchange, sandbox, timeout=30)
        while sandbox.ledger()["faults"] == 0:
            pass
        sandbox.reset()
        assert waiting.result() == (b"", "fin")
