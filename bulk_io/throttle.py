"""How many requests at once, how fast, and when to wait: one throttle for the whole pool.

Concurrency starts low, grows by one a success until the first push-back, then adds one a round and shrinks by a third
(additive increase, multiplicative decrease). A 429 closes the gate for everybody for as long as the server asked and
teaches a pace: what got through since the gate last opened, over the time that took with the wait, less a tenth.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from bulk_io.errors import Interrupted, Unreachable

START = 8
MOST = 64
"""Requests in flight at most where the user gives no ``--concurrency``."""
LONGEST_WAIT = 300.0
"""Seconds; a server that asks for more stops the run, resumable."""
_BURST = 0.05
"""Seconds of requests that may go at once, so that timers of a millisecond can pace a thousand a second."""


class Throttle:
    """Admit requests: ``await enter()`` before each, ``leave()`` after, and tell it how each one ended.

    ``concurrency`` caps the requests in flight, ``rate`` the requests a second. ``clock`` gives seconds.
    """

    def __init__(
        self, concurrency: int | None = None, rate: float | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._most = concurrency or MOST
        self._rate = rate
        self._pace: float | None = rate
        self._ceiling = 0.0
        self._next = 0.0
        self.limit = float(min(START, self._most))
        self.in_flight = 0
        self._growing_fast = True
        self._gate_until = 0.0
        self._opened = clock()
        self._passed = 0
        self._wait = 1.0
        self._shrunk = 0.0
        self._quickest = float("inf")
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
        self._wake()

    def succeeded(self, seconds: float) -> None:
        """Count an answer that came after ``seconds``: room to grow, unless answers take twice as long as they can."""
        self._passed += 1
        self._wait = 1.0
        self._quickest = min(self._quickest, seconds)
        if seconds <= 2 * self._quickest + 0.05:
            self.limit = min(self._most, self.limit + (1.0 if self._growing_fast else 1.0 / self.limit))
        if self._pace is not None and self._pace != self._rate:
            self._pace *= 1.0 + (0.10 if self._pace < 0.95 * self._ceiling else 0.01) / max(self._pace, 1.0)
            self._pace = min(self._pace, self._rate or self._pace)

    def pushed_back(self, retry_after: float | None) -> None:
        """Close the gate for everybody (429, or 503 with Retry-After); without a time: 1 s, doubling up to 60 s.

        Raises Unreachable where the server asks for more than five minutes.
        """
        now = self._clock()
        if retry_after is not None and retry_after > LONGEST_WAIT:
            raise Unreachable(f"the API asks to wait {retry_after:.0f} seconds; resume the run after that")
        if now < self._gate_until:
            # the answers of requests that left before the gate closed: one storm, one lesson
            self._gate_until = max(self._gate_until, now + (retry_after or 0.0))
            return
        wait = self._wait if retry_after is None else retry_after
        self._wait = min(60.0, self._wait * 2)
        elapsed = max(now - self._opened + wait, 0.001)
        self._ceiling = max(self._passed / elapsed, 1.0)
        self._pace = min(0.9 * self._ceiling, self._rate or float("inf"))
        self._shrink(now)
        self.close_gate(wait)

    def failed(self) -> None:
        """Count an attempt without a usable answer: fewer at once."""
        self._shrink(self._clock())

    def unreachable(self, wait: float) -> None:
        """Hold everybody for ``wait`` seconds, then let one request probe."""
        self.limit = 1.0
        self._growing_fast = True
        self.close_gate(wait)

    def close_gate(self, wait: float) -> None:
        """Let nothing through for ``wait`` seconds."""
        self._gate_until = max(self._gate_until, self._clock() + wait)
        self._opened = self._gate_until
        self._passed = 0

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

    def _shrink(self, now: float) -> None:
        if now - self._shrunk > 1.0:
            self._shrunk = now
            self._growing_fast = False
            self.limit = max(1.0, self.limit * 0.7)

    def _delay(self) -> float:
        """Seconds until the next request may go; 0.0 = now, infinite = when another one ends."""
        if self.in_flight >= int(self.limit):
            return float("inf")
        now = self._clock()
        wait = self._gate_until - now
        if self._pace is not None:
            wait = max(wait, self._next - now - _BURST)
        return max(0.0, wait)

    def _admit(self) -> None:
        self.in_flight += 1
        if self._pace is not None:
            now = self._clock()
            self._next = max(self._next, now) + 1.0 / self._pace

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
