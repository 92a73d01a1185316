"""Faults on purpose: which requests they hit, what the client sees, and what was committed all the same."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request

import pytest
from conftest import Call
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.errors import UsageError
from bulk_io.sandbox import Sandbox, start
from bulk_io.sandbox.faults import Rule, Turn, parse_rules

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
    assert sandbox.ledger() == {
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


@pytest.mark.parametrize("control", ["reset", "faults"])
def test_a_web_page_cannot_use_the_controls(sandbox: Sandbox, control: str) -> None:
    """A browser sends Origin: such a request is refused."""
    url = sandbox.base_url.replace("/api/external", f"/_sandbox/{control}")
    request = urllib.request.Request(url, b"[]", {"Origin": "https://evil.example"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as answer:
        assert answer.code == 403
