"""Servers that allow so many requests a second, in every way that is in use, and how well the throttle uses them.

All in virtual time: ten minutes of traffic take a second. ``python tests/limiters.py`` prints the table.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import virtual_time

from bulk_io.answers import Answer
from bulk_io.connection import Connection
from bulk_io.retry import Caller
from bulk_io.throttle import Throttle

PASSED, PUSHED = Answer(200, {"data": {"id": "c"}}), 429


class Limiter(Protocol):
    """Says to a request at a time how many seconds it must wait: 0.0 lets it pass."""

    def wait(self, now: float) -> float: ...


class Bucket:
    """A token bucket: ``rate`` a second, with room for ``burst`` seconds' worth."""

    def __init__(self, rate: float, burst: float = 1.0) -> None:
        self._rate = rate
        self._most = max(1.0, rate * burst)
        self._tokens, self._since = self._most, 0.0

    def wait(self, now: float) -> float:
        self._tokens = min(self._most, self._tokens + (now - self._since) * self._rate)
        self._since = now
        if self._tokens >= 1.0 - 1e-9:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self._rate


class Window:
    """A fixed window of so many seconds, counted from the clock's zero."""

    def __init__(self, rate: float, seconds: float = 1.0) -> None:
        self._most, self._seconds = rate * seconds, seconds
        self._at, self._count = -1, 0

    def wait(self, now: float) -> float:
        at = math.floor(now / self._seconds)
        if at != self._at:
            self._at, self._count = at, 0
        if self._count < self._most:
            self._count += 1
            return 0.0
        return (at + 1) * self._seconds - now


class Sliding:
    """At most so many in the last seconds; ``refusals`` count too where the server is strict."""

    def __init__(self, rate: float, seconds: float = 1.0) -> None:
        self._most, self._seconds = int(rate * seconds), seconds
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        if len(self._times) < self._most:
            self._times.append(now)
            return 0.0
        return self._times[0] + self._seconds - now


Form = Callable[[float], float | None]
FORMS: Mapping[str, Form] = {
    "whole seconds": lambda wait: float(math.ceil(wait)),
    "exact": lambda wait: wait,
    "always 1": lambda wait: 1.0,
    "none": lambda wait: None,
    "zero": lambda wait: 0.0,
}
"""What becomes of the wait in ``Retry-After``."""
LIMITERS: Mapping[str, Callable[[float], Limiter]] = {
    "bucket of 1 s": Bucket,
    "bucket of 10 s": lambda rate: Bucket(rate, 10.0),
    "bucket of 0.2 s": lambda rate: Bucket(rate, 0.2),
    "window of 1 s": Window,
    "window of 60 s": lambda rate: Window(rate, 60.0),
    "sliding 1 s": Sliding,
    "sliding 10 s": lambda rate: Sliding(rate, 10.0),
}


@dataclass(frozen=True)
class Usage:
    """How a limited server was used: requests that passed and that were pushed back, in so many seconds."""

    passed: int
    pushed: int
    seconds: float
    rate: float

    @property
    def share(self) -> float:
        """The part of what the server allows that was used."""
        return self.passed / self.seconds / self.rate

    @property
    def waste(self) -> float:
        """The part of all requests that were pushed back."""
        return self.pushed / (self.passed + self.pushed)


class LimitedServer:
    """A connection to a server with a limiter, which answers after ``latency`` seconds, give or take a fifth."""

    def __init__(self, limiter: Limiter, form: Form, latency: float, seed: int) -> None:
        self._limiter, self._form, self._latency = limiter, form, latency
        self._chance = random.Random(seed)
        self.passed = self.pushed = 0

    async def request(self, method: str, path: Sequence[str], **more: object) -> Answer:
        """Answer 200 or 429."""
        half = self._latency / 2
        await asyncio.sleep(half * self._chance.uniform(0.8, 1.2))
        wait = self._limiter.wait(virtual_time.now())
        if wait:
            self.pushed += 1
            await asyncio.sleep(half * 0.5)
            return Answer(PUSHED, {"error": "Too many requests"}, retry_after=self._form(wait))
        self.passed += 1
        await asyncio.sleep(half * self._chance.uniform(0.8, 1.2))
        return PASSED


def usage(
    limiter: Callable[[float], Limiter], form: Form, *, rate: float, latency: float, rows: int, seed: int = 0
) -> Usage:
    """Send ``rows`` requests with the pool of an upload and see how the server was used."""

    async def story() -> Usage:
        server = LimitedServer(limiter(rate), form, latency, seed)
        caller = Caller(cast(Connection, server), Throttle(clock=virtual_time.now), clock=virtual_time.now)
        left = iter(range(rows))

        async def worker() -> None:
            for _ in left:
                await caller.ask("POST", ["contacts"])

        await asyncio.gather(*(worker() for _ in range(64)))
        return Usage(server.passed, server.pushed, virtual_time.now(), rate)

    return virtual_time.run(story())


CASES = [
    (name, form, rate, latency)
    for name in LIMITERS
    for form in FORMS
    for rate, latency in ((5, 0.02), (5, 0.3), (50, 0.02), (50, 0.3), (500, 0.02))
]
"""Limit, form of Retry-After, requests a second that are allowed, seconds that an answer takes."""
HOPELESS: Mapping[tuple[object, ...], str] = {
    ("bucket of 0.2 s", 5, 0.3): "room for one request, whose neighbours jitter by 30 ms in 200",
    ("window of 60 s", 5, 0.3): "64 requests are on their way when its 300 are used up for the first time",
    ("window of 60 s", 5, 0.02, "always 1"): "and it says 1 s up to 58 times where a minute is meant",
}
"""Cases by limit, rate and latency (and form) in which the goal cannot be met, with the reason."""


def is_hopeless(case: tuple[str, str, float, float]) -> bool:
    """Tell whether a case is one of those."""
    name, form, rate, latency = case
    return (name, rate, latency) in HOPELESS or (name, rate, latency, form) in HOPELESS


def measured(name: str, form: str, rate: float, latency: float) -> Usage:
    """Measure one case over five minutes, at most 30,000 requests."""
    return usage(LIMITERS[name], FORMS[form], rate=rate, latency=latency, rows=int(min(30_000, rate * 300)))


if __name__ == "__main__":
    print("| limit | Retry-After | requests/s allowed | latency | used | wasted |\n|---|---|---|---|---|---|")
    for case in CASES:
        found = measured(*case)
        name, form, rate, latency = case
        print(f"| {name} | {form} | {rate} | {latency * 1000:.0f} ms | {found.share:.0%} | {found.waste:.1%} |")
