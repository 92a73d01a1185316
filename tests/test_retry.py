"""Patience: what is asked again, for how long, and what stops a request or the run; and a session around it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, cast

import pytest
from virtual_time import VirtualLoop

from bulk_io import session
from bulk_io.access import Access
from bulk_io.answers import Answer
from bulk_io.connection import Connection
from bulk_io.errors import AccessRefused, ApiError, Interrupted, NoAnswer, NotSent, TlsFailed, Unreachable
from bulk_io.options import Connecting
from bulk_io.retry import Caller, GaveUp, Patience, Reply
from bulk_io.sandbox import Sandbox
from bulk_io.session import Host, Traffic
from bulk_io.throttle import Throttle

OK = Answer(200, {"data": {"id": "c1"}})
BUSY = Answer(429, {"error": "Too many requests"}, retry_after=1.0)
DOWN = NotSent("cannot be reached")
LOST = NoAnswer("the connection broke")


@pytest.fixture(autouse=True)
def clock() -> Iterator[VirtualLoop]:
    """The loop in which scripts are played, whose time costs none."""
    Script.loop = VirtualLoop()
    yield Script.loop
    Script.loop.close()


class Script:
    """A connection that gives these answers and errors in turn, the last one for ever; each takes ``seconds``."""

    loop: ClassVar[VirtualLoop]

    def __init__(self, *replies: Answer | Exception, seconds: float = 0.0) -> None:
        self.replies = list(replies)
        self.seconds = seconds
        self.sent = 0

    async def request(self, method: str, path: Sequence[str], **more: object) -> Answer:
        """The next reply; a path ``good`` always works."""
        if path == ["good"]:
            await asyncio.sleep(0.01)
            return OK
        self.sent += 1
        await asyncio.sleep(self.seconds)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    def caller(self, throttle: Throttle | None = None, **patience: float) -> Caller:
        """A caller that asks it, with pauses of next to nothing."""
        quick = Patience(**{"first_pause": 1e-6, "longest_pause": 1e-6, **patience})  # type: ignore[arg-type]
        clock = self.loop.time
        return Caller(cast(Connection, self), throttle or Throttle(clock=clock), quick, clock=clock)


async def within(work: Awaitable[Any]) -> Any:
    """Await what must not take long."""
    return await asyncio.wait_for(work, 10)


def ask(caller: Caller) -> Reply:
    """One request."""
    reply = Script.loop.run_until_complete(caller.ask("POST", ["contacts"], payload={"name": "Ada"}))
    assert isinstance(reply, Reply)
    return reply


@pytest.mark.parametrize("status", [200, 201, 400, 404, 409, 422])
def test_an_answer_that_counts_is_given_as_it_is(status: int) -> None:
    """Whatever it says: refusals are for the asker."""
    answer = Answer(status, {"error": "as it is", "data": {"id": "contact_1"}})
    script = Script(answer)
    caller = script.caller()
    assert ask(caller) == Reply(answer, lost=False)
    assert (script.sent, caller.retried) == (1, 0)


def test_a_redirect_where_nothing_ever_worked_stops_at_once() -> None:
    """It is never followed, and it will not pass: the base URL is wrong."""
    script = Script(Answer(302))
    with pytest.raises(Unreachable, match="a redirect, which is never followed; check the base URL"):
        ask(script.caller())
    assert script.sent == 1


def test_a_redirect_in_the_middle_of_a_run_may_pass() -> None:
    """A gateway's maintenance page: asked again, and what it did with a POST is not known."""
    script = Script(OK, Answer(307), OK, seconds=1.0)
    caller = script.caller()
    assert [ask(caller).lost, ask(caller).lost] == [False, True]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_raised_at_once(status: int) -> None:
    """The key is the same for every row."""
    script = Script(Answer(status, {"error": "no"}))
    with pytest.raises(AccessRefused) as refused:
        ask(script.caller())
    assert (refused.value.status, refused.value.exit_code, script.sent) == (status, 4, 1)


@pytest.mark.parametrize(
    ("trouble", "lost"),
    [
        *[pytest.param(Answer(status), True, id=str(status)) for status in (408, 425, 500, 502, 503, 504)],
        pytest.param(LOST, True, id="lost answer"),
        pytest.param(DOWN, False, id="never sent"),
        pytest.param(BUSY, False, id="429"),
    ],
)
def test_trouble_is_asked_again_and_a_lost_answer_marked(trouble: Answer | Exception, lost: bool) -> None:
    """A request whose answer was lost may have been carried out; one that never left, or was refused, was not."""
    script = Script(trouble, trouble, OK)
    caller = script.caller()
    assert ask(caller) == Reply(OK, lost)
    assert (script.sent, caller.retried) == (3, 2)


def test_a_lost_answer_stays_lost_whatever_follows() -> None:
    """A 429 after it does not make the first attempt undone."""
    assert ask(Script(LOST, BUSY, DOWN, OK).caller()).lost


def test_a_429_costs_no_attempt() -> None:
    """Ten of them, where one attempt is allowed."""
    caller = Script(*[BUSY] * 10, OK).caller(attempts=1, failures=1)
    assert not ask(caller).lost
    assert caller.retried == 10


@pytest.mark.parametrize("asked", [None, 0.0, 0.02, 1.0, 60.0])
def test_a_server_that_is_busy_for_ever_stops_the_run_resumable(asked: float | None) -> None:
    """Five minutes without one request let through, however short each wait is; and it is not asked all the time."""
    script = Script(Answer(429, retry_after=asked))
    caller = script.caller()
    with pytest.raises(Unreachable, match="has let no request through for") as stopped:
        ask(caller)
    assert stopped.value.exit_code == 5
    assert 230 < Script.loop.time() <= 300
    assert script.sent < 60


@pytest.mark.parametrize("status", [429, 503])
def test_the_time_that_the_server_asks_for_is_respected_by_all(status: int) -> None:
    """The whole pool waits, not this request only."""

    async def story() -> tuple[float, int]:
        script = Script(Answer(status, retry_after=7.0), OK)
        caller = script.caller()
        asking = [asyncio.ensure_future(caller.ask("GET", ["contacts"])) for _ in range(3)]
        while not caller.throttle.opens_in():
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        late = asyncio.ensure_future(caller.ask("GET", ["good"]))
        await asyncio.sleep(0)
        open_in, waits = caller.throttle.opens_in(), not late.done()
        for task in (*asking, late):
            task.cancel()
        await asyncio.gather(*asking, late, return_exceptions=True)
        assert waits
        return open_in, script.sent

    open_in, sent = Script.loop.run_until_complete(story())
    assert 6.0 < open_in <= 7.0
    assert sent <= 3


def test_a_server_that_asks_for_too_long_stops_the_run_resumable() -> None:
    """More than five minutes: say so instead of sitting there."""
    with pytest.raises(Unreachable, match="asks to wait 3600 seconds"):
        ask(Script(Answer(429, retry_after=3600.0)).caller())


def test_a_request_that_fails_while_others_succeed_is_given_up_alone() -> None:
    """GaveUp: the row fails, the run goes on."""
    script = Script(Answer(500, {"error": "broken"}), seconds=0.03)

    async def story() -> None:
        caller = script.caller(attempts=4)
        bad = asyncio.ensure_future(caller.ask("PUT", ["contacts", "c1"]))
        while not bad.done():
            await caller.ask("GET", ["good"])
        await bad

    with pytest.raises(GaveUp, match="500: broken; given up after 4 attempts"):
        Script.loop.run_until_complete(story())
    assert script.sent == 4


def test_a_request_that_fails_while_nothing_succeeds_stops_the_run() -> None:
    """Not the rows one after the other: the server is broken for all of them."""
    script = Script(Answer(500))
    with pytest.raises(Unreachable, match="4 attempts and no success meanwhile") as stopped:
        ask(script.caller(attempts=4))
    assert not isinstance(stopped.value, GaveUp)
    assert (stopped.value.exit_code, script.sent) == (5, 4 + 1)  # the last one asks whether it answers at all


def test_many_failures_in_a_row_stop_the_run() -> None:
    """Over all requests, when they have gone on for a while."""
    script = Script(LOST, seconds=10.0)
    caller = script.caller(attempts=1000, failures=5, start_within=1000.0)
    with pytest.raises(Unreachable, match="5 failures in a row over 50 seconds"):
        ask(caller)


def test_a_success_forgives_failures() -> None:
    """They count in a row, and the silence is counted anew."""
    trouble = [LOST, LOST, LOST, LOST, OK]
    script = Script(*trouble * 3, OK, seconds=10.0)
    caller = script.caller(failures=5, start_within=1000.0)
    assert [ask(caller).lost for _ in range(3)] == [True, True, True]


@pytest.mark.parametrize("trouble", [DOWN, LOST], ids=["unreachable", "no answer"])
def test_a_host_that_was_never_reached_is_given_up_soon(trouble: Exception) -> None:
    """A wrong address is told within ``start_within``."""
    script = Script(trouble, seconds=5.0)
    with pytest.raises(Unreachable, match="15 seconds"):
        ask(script.caller())
    assert script.sent == 3 + (trouble is LOST)  # whether it answers a question is asked once


@pytest.mark.parametrize("seen", [OK, BUSY], ids=["answered", "429"])
def test_a_host_that_was_reached_is_waited_for(seen: Answer) -> None:
    """An outage in the middle of a run may last ``give_up_after``, counted from its first failure."""
    script = Script(seen, DOWN, seconds=5.0)
    caller = script.caller()
    if seen is OK:
        ask(caller)
    with pytest.raises(Unreachable, match="given up after 120 seconds") as stopped:
        ask(caller)
    assert (stopped.value.exit_code, script.sent) == (5, 1 + 24)


@pytest.mark.parametrize("trouble", [DOWN, LOST, Answer(502)], ids=["unreachable", "no answer", "502"])
def test_time_in_which_nothing_was_asked_is_no_silence(trouble: Answer | Exception) -> None:
    """After a long plan, or an approval that took an hour, one failure does not stop the run."""
    script = Script(OK, trouble, OK)
    caller = script.caller(failures=1, give_up_after=60.0)
    ask(caller)
    Script.loop.run_until_complete(asyncio.sleep(3600.0))
    assert ask(caller).answer == OK


@pytest.mark.parametrize("trouble", [DOWN, LOST], ids=["unreachable", "no answer"])
def test_the_wait_of_a_429_is_no_silence(trouble: Exception) -> None:
    """The server was there, only busy: the next failure is the first one."""
    script = Script(BUSY, trouble, OK, seconds=50.0)
    caller = script.caller(start_within=60.0, give_up_after=60.0)
    assert ask(caller).answer == OK


def test_a_tls_failure_is_final() -> None:
    """Repeating cannot help, and there is no insecure fallback."""
    script = Script(TlsFailed("no secure connection"))
    with pytest.raises(TlsFailed):
        ask(script.caller())
    assert script.sent == 1


@contextmanager
def deaf_server(reply: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A socket that answers whoever comes with these bytes; gives its address and what it was sent."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer:
                    heard.append(peer.recv(65536))
                    peer.sendall(reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", heard
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_plain_server_behind_https_is_asked_once_and_never_told_the_key() -> None:
    """The handshake fails; nothing is sent in the clear."""

    async def story(url: str) -> None:
        async with Connection(url, "ck_secret_key") as connection:
            await Caller(connection, Throttle()).ask("GET", ["test"])

    with deaf_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (address, heard):
        with pytest.raises(TlsFailed, match=f"no secure connection to {address}"):
            asyncio.run(within(story(f"https://{address}/api")))
        assert len(heard) == 1
    assert b"ck_secret_key" not in heard[0]


def test_a_closed_port_is_unreachable() -> None:
    """Asked again until ``start_within`` is over."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api"

    async def story() -> int:
        async with Connection(url, "ck_test") as connection:
            caller = Caller(connection, Throttle(), Patience(start_within=0.05, first_pause=0.01, longest_pause=0.01))
            with pytest.raises(Unreachable, match=r"cannot be reached: .*; given up after 0 seconds"):
                await caller.ask("GET", ["test"])
            return connection.sent

    assert Script.loop.run_until_complete(story()) > 2


def test_a_stop_ends_the_pause_between_attempts() -> None:
    """Nobody waits for a retry that will not come."""

    async def story() -> None:
        script = Script(LOST)
        caller = script.caller(first_pause=1e6, longest_pause=1e6)
        asking = asyncio.ensure_future(caller.ask("GET", ["contacts"]))
        while not script.sent:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        caller.throttle.stop(Interrupted("enough", 130))
        await asking

    with pytest.raises(Interrupted, match="enough"):
        Script.loop.run_until_complete(story())


# a session


def talk(sandbox: Sandbox, work: Callable[[Caller], Awaitable[Any]], *, key: str = "", traffic: Traffic | None = None,
         **connecting: Any) -> Any:  # fmt: skip
    """Talk to the sandbox."""
    access = Access(sandbox.base_url, key or sandbox.api_key, "sandbox")

    async def soon(caller: Caller) -> Any:
        return await within(work(caller))

    return session.talk(access, Connecting(**connecting), soon, traffic=traffic)


async def stopped(caller: Caller, number: int) -> None:
    """Send this process a signal and wait until the session knows."""
    os.kill(os.getpid(), number)
    with pytest.raises(Interrupted):
        await caller.throttle.pause(10)


def test_a_session_gives_what_its_work_gives_and_counts_its_requests(sandbox: Sandbox) -> None:
    """Sent ones, and those among them that repeated an earlier one; added to what was counted before."""
    sandbox.set_faults([{"status": 502, "times": 2}])
    traffic = Traffic(10, 1)

    async def work(caller: Caller) -> int:
        return (await caller.ask("GET", ["contacts"])).answer.status

    assert talk(sandbox, work, traffic=traffic) == 200
    assert (traffic.sent, traffic.retried) == (13, 3)


def test_requests_are_counted_also_where_the_work_fails(sandbox: Sandbox) -> None:
    """What was sent was sent; the error comes out as it is."""
    traffic = Traffic()

    async def work(caller: Caller) -> None:
        await caller.ask("GET", ["contacts"])
        raise ApiError("no")

    with pytest.raises(ApiError, match=r"^no$"):
        talk(sandbox, work, traffic=traffic)
    assert traffic.sent == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_the_first_signal_lets_requests_in_flight_end(sandbox: Sandbox, number: int, code: int) -> None:
    """The slow one is answered, no other one leaves, the exit code is the signal's."""
    sandbox.set_faults([{"action": "pass", "path": "/test", "delay_ms": 150}])
    answered: list[int] = []

    async def work(caller: Caller) -> None:
        slow = asyncio.ensure_future(caller.ask("GET", ["test"]))
        while not sandbox_has_it(caller):
            await asyncio.sleep(0)
        await stopped(caller, number)
        answered.append((await slow).answer.status)
        await caller.ask("GET", ["contacts"])

    def sandbox_has_it(caller: Caller) -> bool:
        return caller.connection.sent == 1

    with pytest.raises(Interrupted, match=r"stopped by SIG.*bulk-io resume") as error:
        talk(sandbox, work)
    assert (error.value.exit_code, answered) == (code, [200])
    assert sandbox.ledger()["total"] == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_the_second_signal_waits_for_nothing(sandbox: Sandbox, number: int, code: int) -> None:
    """What is under way is cancelled; the exit code is still the signal's."""
    ended: list[str] = []

    async def work(caller: Caller) -> None:
        await stopped(caller, number)
        os.kill(os.getpid(), number)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    with pytest.raises(Interrupted) as error:
        talk(sandbox, work)
    assert (error.value.exit_code, ended) == (code, ["cancelled"])


def test_signals_are_given_back_to_who_had_them(sandbox: Sandbox) -> None:
    """The command line's own SIGTERM still makes a clean end while the reports are written."""

    def own(number: int, frame: object) -> None: ...

    async def work(caller: Caller) -> list[bool]:
        return [signal.getsignal(number) is own for number in (signal.SIGINT, signal.SIGTERM)]

    before = [signal.signal(number, own) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        assert talk(sandbox, work) == [False, False]
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == [own, own]
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)


def test_a_session_works_outside_the_main_thread(sandbox: Sandbox) -> None:
    """Signals are then the caller's affair."""
    seen: list[Any] = []

    async def work(caller: Caller) -> int:
        return (await caller.ask("GET", ["contacts"])).answer.status

    thread = threading.Thread(target=lambda: seen.append(talk(sandbox, work)))
    thread.start()
    thread.join()
    assert seen == [200]


def test_who_answers_is_host_company_and_permissions(sandbox: Sandbox) -> None:
    """What is shown before the first write."""
    host = talk(sandbox, session.greet, key="ck_reader")
    address = sandbox.base_url.split("/")[2]
    assert host.name.startswith(address)
    assert "company company_sandbox" in host.name
    assert host.permissions == {"contacts:read"}


def test_an_api_without_test_is_greeted_by_its_host(sandbox: Sandbox) -> None:
    """404: go on; nothing is known of the key."""
    sandbox.set_faults([{"path": "/test", "status": 404}])
    assert talk(sandbox, session.greet) == Host(sandbox.base_url.split("/")[2], None)


def test_a_wrong_key_is_told_by_the_greeting(sandbox: Sandbox) -> None:
    """Before anything else is asked."""
    with pytest.raises(AccessRefused, match="401"):
        talk(sandbox, session.greet, key="ck_unknown")
    assert sandbox.ledger()["total"] == 1


def test_a_proxy_on_the_way_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """It carries the contacts, so the person should know."""
    monkeypatch.setenv("https_proxy", "http://user:secret@proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    caller = Caller(Connection("https://crm.example/api", "ck_test"), Throttle())
    caller.connection.request = Script(Answer(404)).request  # type: ignore[method-assign, assignment]
    assert asyncio.run(session.greet(caller)) == Host("crm.example through the proxy proxy.example:3128")


def test_a_missing_permission_is_named() -> None:
    """With those that the key has; an API that says nothing is believed to allow all."""
    with pytest.raises(AccessRefused, match=r"lacks the permission contacts:write \(it has: a:b, contacts:read\)"):
        session.require(Host("h", frozenset({"contacts:read", "a:b"})), "contacts:write")
    with pytest.raises(AccessRefused, match="it has: none") as refused:
        session.require(Host("h", frozenset()), "contacts:write")
    assert (refused.value.status, refused.value.exit_code) == (403, 4)
    session.require(Host("h", None), "contacts:write")
    session.require(Host("h", frozenset({"contacts:write"})), "contacts:write")
