"""How the pool of requests grows, waits and stops; time is a number here, nothing sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bulk_io.errors import Interrupted, Unreachable
from bulk_io.throttle import START, Throttle


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def admitted(throttle: Throttle, wanted: int) -> int:
    """How many of so many requests may go at once."""
    tasks = [asyncio.ensure_future(throttle.enter()) for _ in range(wanted)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    done = sum(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    return done


def test_it_starts_low_and_grows_with_success() -> None:
    """Every fourth success makes room for one more, until the first push-back."""

    async def story() -> tuple[int, int]:
        throttle = Throttle()
        first = await admitted(throttle, 100)
        for _ in range(40):
            throttle.leave()
            throttle.succeeded(0.02)
        return first, int(throttle.limit)

    first, limit = asyncio.run(story())
    assert (first, limit) == (START, START + 10)


def test_concurrency_is_a_cap() -> None:
    """--concurrency is never exceeded, however well it goes."""

    async def story() -> int:
        throttle = Throttle(3)
        for _ in range(50):
            throttle.succeeded(0.02)
        return await admitted(throttle, 100)

    assert asyncio.run(story()) == 3


def test_a_429_closes_the_gate_for_everybody() -> None:
    """Nothing goes within Retry-After, however many wait."""
    clock = Clock()

    async def story() -> tuple[int, int]:
        throttle = Throttle(clock=clock)
        throttle.pushed_back(7.0)
        clock.now += 6.9
        during = await admitted(throttle, 20)
        clock.now += 0.2
        return during, await admitted(throttle, 20)

    during, after = asyncio.run(story())
    assert during == 0
    assert after > 0


def test_a_429_without_a_time_waits_longer_each_time() -> None:
    """One second at first, doubling up to sixty."""
    clock = Clock()
    throttle = Throttle(clock=clock)
    waits = []
    for _ in range(8):
        throttle.pushed_back(None)
        waits.append(throttle.opens_in())
        clock.now += waits[-1] + 0.001
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_answers_from_before_the_gate_closed_are_one_storm() -> None:
    """Thirty-two 429s at once are no more than one."""
    clock = Clock()
    throttle = Throttle(clock=clock)
    for _ in range(32):
        throttle.pushed_back(None)
    assert throttle.opens_in() == 1


def test_a_server_that_asks_for_too_long_stops_the_run() -> None:
    """More than five minutes is not waited for."""
    with pytest.raises(Unreachable, match="301"):
        Throttle().pushed_back(301.0)


def test_after_a_429_one_request_probes() -> None:
    """When the gate opens one goes; the others follow once it was let through, and wait again where it was not."""
    clock = Clock()

    async def story() -> list[int]:
        throttle = Throttle(clock=clock)
        went = []
        throttle.pushed_back(1.0)
        for probe in (lambda: throttle.pushed_back(1.0), lambda: throttle.succeeded(0.02)):
            clock.now += 1.01
            went.append(await admitted(throttle, 20))
            probe()
            throttle.leave()
            went.append(await admitted(throttle, 20))
        return went

    before, refused, probed, after = asyncio.run(story())
    assert (before, refused, probed) == (1, 0, 1)
    assert after > 1


def test_the_place_of_a_429_is_not_given_on() -> None:
    """The gate is closed before the next one learns that there is room: nothing is sent inside the wait."""

    async def story() -> int:
        throttle = Throttle(1, clock=Clock())
        await throttle.enter()
        waiting = asyncio.ensure_future(throttle.enter())
        await asyncio.sleep(0)
        throttle.pushed_back(5.0)
        throttle.leave()
        await asyncio.sleep(0)
        admitted = waiting.done()
        waiting.cancel()
        return admitted

    assert not asyncio.run(story())


def test_answers_that_queue_at_the_server_make_room_for_none() -> None:
    """Where they take twice as long as they can, nothing grows; where they take four times as long, it shrinks."""
    clock = Clock()
    throttle = Throttle(clock=clock)

    def answered(seconds: float, times: int) -> float:
        for _ in range(times):
            clock.now += seconds
            throttle.succeeded(seconds)
        return throttle.limit

    grown = answered(0.1, 80)
    assert grown == START + 20
    slow = answered(0.28, 40)
    assert slow - grown <= 30  # until it is seen in the mean
    assert answered(0.28, 40) == slow
    assert answered(1.0, 40) < 0.7 * slow
    assert answered(1.0, 400) == START


def test_rate_is_a_cap() -> None:
    """--rate 10 lets ten a second go, and a breath more at the start."""
    clock = Clock()

    async def story() -> int:
        throttle = Throttle(64, 10.0, clock=clock)
        went = 0
        for _ in range(2000):
            went += await admitted(throttle, 1)
            throttle.in_flight = 0
            clock.now += 0.001
        return went

    assert 20 <= asyncio.run(story()) <= 22


@pytest.mark.parametrize("wait", [lambda t: t.enter(), lambda t: t.pause(60.0)], ids=["in the queue", "in a pause"])
def test_stopping_tells_everyone_who_waits(wait: Callable[[Throttle], asyncio.Future[None]]) -> None:
    """A stop reaches waiters at once, and later comers too."""

    async def story() -> list[object]:
        throttle = Throttle(1)
        await throttle.enter()
        waiting = asyncio.ensure_future(wait(throttle))
        await asyncio.sleep(0)
        throttle.stop(Interrupted("enough"))
        late = asyncio.ensure_future(wait(throttle))
        return await asyncio.gather(waiting, late, return_exceptions=True)

    assert [type(ended) for ended in asyncio.run(story())] == [Interrupted, Interrupted]


def test_an_unreachable_host_is_probed_by_one() -> None:
    """After a refused connection, one request tries; the others wait for it."""
    clock = Clock()

    async def story() -> int:
        throttle = Throttle(clock=clock)
        throttle.unreachable(2.0)
        clock.now += 2.1
        return await admitted(throttle, 20)

    assert asyncio.run(story()) == 1
