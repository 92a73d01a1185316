"""The optional limit of requests a second for each key (``--rate``): a token bucket a key, with a second's worth."""

from __future__ import annotations

import math


class Limiter:
    """Let ``rate`` requests a second pass for each key, after a first burst of as many."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._most = max(rate, 1.0)
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, now: float) -> int:
        """Take one request's turn at ``now`` (seconds): 0, or the whole seconds to wait (``Retry-After``)."""
        tokens, since = self._buckets.get(key, (self._most, now))
        tokens = min(self._most, tokens + (now - since) * self._rate)
        granted = tokens >= 1
        self._buckets[key] = (tokens - granted, now)
        return 0 if granted else math.ceil((1 - tokens) / self._rate)
