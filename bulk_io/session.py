"""One session with the API: connection, throttle and patience together; Ctrl-C and SIGTERM as a clean stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from bulk_io.access import Access
from bulk_io.client import raise_for
from bulk_io.connection import Connection, proxy_for
from bulk_io.errors import AccessRefused, Interrupted, NoAnswer
from bulk_io.options import Connecting
from bulk_io.retry import Caller, Patience
from bulk_io.throttle import Throttle

DRAIN_SECONDS = 10.0
"""How long requests in flight may take to end after the first signal."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Host:
    """Who answers: ``name`` for people (host and company), what the key may do (None where the API does not say)."""

    name: str
    permissions: frozenset[str] | None = None


@dataclass(slots=True)
class Traffic:
    """Requests of a session: all that were sent, and those of them that repeated an earlier one.

    ``clock_offset`` is what is known of the server's clock, before and after: seconds by which it is ahead of ours.
    """

    sent: int = 0
    retried: int = 0
    clock_offset: float = 0.0


def talk(
    access: Access, connecting: Connecting, work: Callable[[Caller], Awaitable[_T]], *, traffic: Traffic | None = None
) -> _T:
    """Run ``work`` with a caller for the API. The first signal lets requests in flight end, the second does not.

    Raises what ``work`` raises; Interrupted carries the exit code of the signal. ``traffic`` is added to in any case.
    """
    talking = _talk(access, connecting, work, traffic or Traffic())
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(talking)
    # a notebook has a loop of its own, which must not be blocked by ours
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, talking).result()


async def greet(caller: Caller) -> Host:
    """Ask who answers (``GET /test``, which may be missing) and check the key; raises AccessRefused, Unreachable."""
    connection = caller.connection
    proxy = proxy_for(connection.base_url)
    name = connection.host + (f" through the proxy {proxy}" if proxy else "")
    try:
        answer = (await caller.ask("GET", ["test"], lose=True)).answer
    except NoAnswer:
        return Host(name)  # a page of HTML for what it does not know, or a broken /test: the contacts will tell
    if answer.status == 404:
        return Host(name)
    raise_for(answer)
    connection.hear_without_date(answer.data.get("timestamp"))
    company, may = answer.data.get("companyId"), answer.data.get("permissions")
    permissions = frozenset(p for p in may if isinstance(p, str)) if isinstance(may, list) else None
    return Host(f"{name} (company {company})" if isinstance(company, (str, int)) else name, permissions)


def require(host: Host, permission: str) -> None:
    """Raise AccessRefused if the API said that the key lacks a permission."""
    if host.permissions is not None and permission not in host.permissions:
        has = ", ".join(sorted(host.permissions)) or "none"
        raise AccessRefused(f"this key lacks the permission {permission} (it has: {has})", status=403)


async def _talk(
    access: Access, connecting: Connecting, work: Callable[[Caller], Awaitable[_T]], traffic: Traffic
) -> _T:
    throttle = Throttle(connecting.concurrency, connecting.rate)
    async with Connection(access.base_url, access.api_key, timeout=connecting.timeout) as connection:
        connection.clock_offset = traffic.clock_offset
        caller = Caller(connection, throttle, Patience(give_up_after=connecting.give_up_after))
        task = asyncio.ensure_future(_awaited(work, caller))
        got: list[int] = []
        restore = _on_signals(throttle, task, got)
        try:
            result = await task
        except asyncio.CancelledError as error:
            story = "stopped; what was under way is asked for again by `bulk-io resume`"
            raise Interrupted(story, 128 + (got[-1] if got else signal.SIGINT), at_once=len(got) > 1) from error
        finally:
            restore()
            traffic.sent += connection.sent
            traffic.clock_offset = connection.clock_offset
            traffic.retried += caller.retried
        if got:
            raise _stopped_by(got[0])  # it came when nothing was left to be asked
        return result


async def _awaited(work: Callable[[Caller], Awaitable[_T]], caller: Caller) -> _T:
    return await work(caller)


def _on_signals(throttle: Throttle, task: asyncio.Future[_T], got: list[int]) -> Callable[[], None]:
    """Stop the throttle at the first signal, cancel the task at the second or 10 s later; ``got`` has their numbers."""
    loop = asyncio.get_running_loop()
    deadlines: list[asyncio.TimerHandle] = []

    def heard(number: int, frame: FrameType | None) -> None:
        # not the loop's own way, which forgets a signal that comes while the last work is done without a pause
        got.append(number)
        loop.call_soon_threadsafe(act, len(got))

    def act(count: int) -> None:
        if count > 1:
            task.cancel()
        else:
            deadlines.append(loop.call_later(DRAIN_SECONDS, task.cancel))
        throttle.stop(_stopped_by(got[0]))

    try:
        # what was ignored from the start, as a shell does for its background jobs, stays so
        wanted = [one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) != signal.SIG_IGN]
        before = {number: signal.signal(number, heard) for number in wanted}
    except ValueError:
        return lambda: None  # not the main thread: signals are the caller's affair

    def restore() -> None:
        for deadline in deadlines:
            deadline.cancel()
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    return restore


def _stopped_by(number: int) -> Interrupted:
    name = signal.Signals(number).name
    return Interrupted(f"stopped by {name}; `bulk-io resume` goes on", 128 + number)
