"""The pace: how many requests a second a server lets through, learned from its 429s; the throttle keeps to it.

There is no pace until the first push-back. Then it is what got through of late, over the time that took with the wait,
less a tenth. It grows again, fast at first, more slowly after each further push-back, and in the end along a cubic
curve that is flat where the server pushed back, so that it is used almost fully and asked too much of seldom.
"""

from __future__ import annotations

import math
from collections import deque

DIP = 0.1
"""The part by which the pace falls below what got through."""
PLATEAU = 10.0
"""Seconds until the pace is again what got through."""
_DOUBLINGS = (2.0, 0.5, 0.125)
"""How often the pace doubles in a second after the first push-backs, when little is known."""
_HORIZON = 10.0
"""The time to look back for a rate, in units of the wait: a server that counts by the minute makes wait for longer."""
_GRAIN = 0.25
"""Seconds whose requests are counted together."""
_MEMORY = 600.0
"""Seconds that can be looked back."""
_TELLING = 0.05
"""Seconds' worth of the ceiling that must pass between two push-backs that teach something each."""
_CATCH_UP = 0.05
"""Seconds of requests that may go at once after a delay: timers of a millisecond must pace a thousand a second."""
_FAST = 100.0
"""Requests a second; a slower pace needs no such help, and a strict server counts the milliseconds between two."""


class Pace:
    """Requests a second. ``cap`` is never exceeded (None: no cap); times are seconds of any one clock."""

    def __init__(self, cap: float | None, now: float) -> None:
        self._cap = cap or math.inf
        self._ceiling = math.inf
        self._lessons = 0
        self._refused = math.inf
        self._opened = self._began = self._next = now
        self._closed = self._closed_until = -math.inf
        self._fresh = 1.0
        self._passed: deque[list[float]] = deque(maxlen=int(_MEMORY / _GRAIN))

    def rate(self, now: float) -> float:
        """Return the requests a second that may leave now; infinite where nothing is known."""
        self._open(now)
        return min(self._cap, self._ceiling * self._regrown(now - self._opened))

    def wait(self, now: float) -> float:
        """Return the seconds until the next request may leave, 0.0 if now."""
        return 0.0 if math.isinf(self.rate(now)) else max(0.0, self._next - now)

    def left(self, now: float) -> None:
        """Count a request that leaves."""
        rate = self.rate(now)
        self._next = max(self._next, now - _CATCH_UP * min(1.0, rate / _FAST)) + 1.0 / rate

    def passed(self, now: float) -> None:
        """Count a request that the server let through."""
        self._open(now)
        if not self._passed or now - self._passed[-1][0] >= _GRAIN:
            self._passed.append([now, 0.0])
        self._passed[-1][1] += 1
        self._fresh += 1.0

    def close(self, now: float, until: float) -> None:
        """Know that the server lets nothing through until then; what was on its way may still have passed before."""
        pace = self.rate(now)
        if self._closed_until <= self._opened and self._fresh >= self._enough():
            # a pace that was never reached was not refused
            reached = sum(count for at, count in self._passed if at >= now - 1.0)
            self._closed, self._refused = now, min(pace, max(2.0 * reached, 1.0))
            self._lessons += 1
        self._closed_until = max(until, self._closed_until)

    def _open(self, now: float) -> None:
        if self._opened < self._closed_until <= now:
            self._learn(self._closed_until)

    def _learn(self, now: float) -> None:
        """Tell the rate when the gate opens: by then all that left before it closed has been answered."""
        self._opened = self._next = now
        # where next to nothing passes from now on, it is in truth still closed
        self._fresh = 0.0
        if not self._passed:
            self._began, self._lessons = now, 0
            return
        since = max(self._began, self._closed - max(1.0, _HORIZON * (now - self._closed)))
        passed = sum(count for at, count in self._passed if at >= since)
        least = passed / max(now - since, 0.001)
        # what got through is the least that it may be, the pace that was refused the most
        self._ceiling = least if self._lessons == 1 else math.sqrt(least * max(least, self._refused))

    def _enough(self) -> float:
        """Return how many requests must have passed since the gate opened, for a push-back to teach anything."""
        return 1.0 if math.isinf(self._ceiling) else max(1.0, _TELLING * self._ceiling)

    def _regrown(self, seconds: float) -> float:
        """Return the part of the ceiling to use, so long after the gate opened."""
        if self._lessons <= len(_DOUBLINGS):
            doublings = _DOUBLINGS[max(0, self._lessons - 1)]
            return (1.0 - DIP) * math.exp2(min(doublings * seconds, 60.0))
        plateau = max(PLATEAU, 40.0 / self._ceiling)
        return 1.0 + DIP * ((seconds - plateau) / plateau) ** 3
