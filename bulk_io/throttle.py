"""How many requests at once, how fast, and when to wait: one throttle for the whole pool.

Concurrency starts low and grows by a quarter a success until the first push-back; from then on it shrinks by a third at
each and grows by one a round. A 429 closes the gate for everybody for as long as the server asked; then one request
probes.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from bulk_io.errors import Interrupted, Unreachable
from bulk_io.pace import Pace

START = 8
MOST = 64
"""Requests in flight at most where the user gives no ``--concurrency``."""
_GROWTH = 0.25
"""By how much a success lets the requests in flight grow before the first push-back; all of them may meet that one."""
LONGEST_WAIT = 300.0
"""Seconds; a server that asks for more, at once or bit by bit with no success in between, stops the run, resumable."""
_LEAST, _LEAST_AT_MOST = 0.1, 8.0
"""Seconds that are waited at least, doubling where the server pushes back again at once."""
_SLOW = 4.0
"""Answers that take so many times what they took at best wait in the server's queue, where more would wait longer."""


class Throttle:
    """Admit requests: ``await enter()`` before each, tell how it ended, then ``leave()``.

    ``concurrency`` caps the requests in flight, ``rate`` the requests a second. ``clock`` gives seconds.
    """

    def __init__(
        self, concurrency: int | None = None, rate: float | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._most = concurrency or MOST
        self._pace = Pace(rate, clock())
        self.limit = float(min(START, self._most))
        self.in_flight = 0
        self._growing_fast = True
        self._gate_until = 0.0
        self._probing = self._probe_out = False
        self._wait = 1.0
        self._least = _LEAST
        self._pushed_since: float | None = None
        self._shrunk = 0.0
        self._latency = _Latency()
        self._queue: deque[asyncio.Future[None]] = deque()
        self._pausing: set[asyncio.Future[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._stopped: Interrupted | None = None

    async def enter(self) -> None:
        """Wait for a place; raises Interrupted once the throttle is stopped."""
        if self._stopped:
            raise self._stopped
        if not self._queue and self._delay() == 0.0:
            self._admit()
            return
        place = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        self._wake()
        await place

    def leave(self) -> None:
        """Give the place back."""
        self.in_flight -= 1
        self._probe_out = False
        self._wake()

    def succeeded(self, seconds: float) -> None:
        """Count an answer that came after ``seconds``: room for more, unless answers begin to queue."""
        self._pace.passed(self._clock())
        self._wait = 1.0
        self._pushed_since = None
        self._probed()
        self._latency.add(seconds)
        if self._latency.queues(_SLOW):
            self._shrink(0.9, at_least=START)
        elif not self._latency.queues(_SLOW / 2):
            self.limit = min(self._most, self.limit + (_GROWTH if self._growing_fast else 1.0 / self.limit))

    def pushed_back(self, retry_after: float | None) -> None:
        """Close the gate for everybody (429, or 503 with Retry-After); without a time: 1 s, doubling up to 60 s.

        Raises Unreachable where that makes more than five minutes with no success in between.
        """
        now = self._clock()
        if now < self._gate_until:
            # the answers of requests that left before the gate closed: one storm, one lesson
            wait = retry_after or 0.0
        else:
            wait = self._next_wait(now, retry_after)
            self._shrink(0.7)
        self._pushed_since = now if self._pushed_since is None else self._pushed_since
        if now + wait - self._pushed_since > LONGEST_WAIT:
            raise Unreachable(_too_long(wait, now - self._pushed_since))
        self.close_gate(wait)
        self._pace.close(now, self._gate_until)

    def failed(self) -> None:
        """Count an attempt without a usable answer: fewer at once."""
        self._probed()
        self._shrink(0.7)

    def unreachable(self, wait: float) -> None:
        """Hold everybody for ``wait`` seconds, then let one request probe, and grow from there."""
        self.limit = min(self.limit, float(START))
        self._growing_fast = True
        self.close_gate(wait)

    def close_gate(self, wait: float) -> None:
        """Let nothing through for ``wait`` seconds, and then one request until it is answered."""
        self._gate_until = max(self._gate_until, self._clock() + wait)
        self._probing = True

    def opens_in(self) -> float:
        """Seconds until the gate opens; 0.0 if it is open."""
        return max(0.0, self._gate_until - self._clock())

    async def pause(self, seconds: float) -> None:
        """Sleep between two attempts of one request; raises Interrupted as soon as the throttle is stopped."""
        if self._stopped:
            raise self._stopped
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pausing.add(waiter)
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return
        finally:
            self._pausing.discard(waiter)

    def stop(self, reason: Interrupted) -> None:
        """Admit nothing any more: everyone who waits is told; requests in flight come to their end.

        The first reason counts.
        """
        self._stopped = self._stopped or reason
        for waiter in [*self._queue, *self._pausing]:
            if not waiter.done():
                waiter.set_exception(reason)
        self._queue.clear()

    def _next_wait(self, now: float, retry_after: float | None) -> float:
        """Return the seconds to wait: what was asked for, longer where that proved too short; 0 is no answer."""
        most = 1.0 if self._pushed_since is None else _LEAST_AT_MOST
        again = self._pushed_since is not None or now - self._gate_until <= 1.0
        self._least = min(most, self._least * 2) if again else _LEAST
        wait, self._wait = self._wait, min(60.0, self._wait * 2)
        return max(retry_after, self._least) if retry_after else wait

    def _probed(self) -> None:
        """Open the gate wholly, unless it was closed since the request left."""
        self._probing = self._probing and self.opens_in() > 0.0

    def _shrink(self, part: float, *, at_least: float = 1.0) -> None:
        now = self._clock()
        if now - self._shrunk > 1.0:
            self._shrunk = now
            self._growing_fast = False
            self.limit = min(self.limit, max(at_least, self.limit * part))

    def _delay(self) -> float:
        """Seconds until the next request may go; 0.0 = now, infinite = when another one ends."""
        if self.in_flight >= int(self.limit) or (self._probing and self._probe_out):
            return float("inf")
        now = self._clock()
        return max(0.0, self._gate_until - now, self._pace.wait(now))

    def _admit(self) -> None:
        self.in_flight += 1
        self._probe_out = self._probing
        self._pace.left(self._clock())

    def _wake(self) -> None:
        while self._queue:
            delay = self._delay()
            if delay == float("inf"):
                return
            if delay > 0.0:
                if not self._timer:
                    self._timer = asyncio.get_running_loop().call_later(delay, self._rang)
                return
            place = self._queue.popleft()
            if not place.done():
                self._admit()
                place.set_result(None)

    def _rang(self) -> None:
        self._timer = None
        self._wake()


class _Latency:
    """How long answers take of late (seconds), beside how long they took at best."""

    def __init__(self) -> None:
        self._now = 0.0
        self._best = float("inf")
        self._counted = 0

    def add(self, seconds: float) -> None:
        """Count an answer."""
        self._counted = min(self._counted + 1, 16)
        self._now += (seconds - self._now) / self._counted
        self._best = min(self._best, self._now)

    def queues(self, times: float) -> bool:
        """Tell whether answers take so many times the best; 50 ms are nobody's queue."""
        return self._now > times * self._best + 0.05


def _too_long(wait: float, since: float) -> str:
    if since <= 1.0:
        return f"the API asks to wait {wait:.0f} seconds; resume the run after that"
    return f"the API has let no request through for {since:.0f} seconds (429); resume the run later"
