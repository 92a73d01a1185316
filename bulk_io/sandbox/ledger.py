"""The sandbox's ledger: what was asked and how it was answered, for tests that count requests."""

from __future__ import annotations

from collections import Counter


class Ledger:
    """Counts of answered requests by method, kind of path and status, and the most that were under way at once."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._open = self._most = 0

    def enter(self) -> None:
        """Note that a request has come in."""
        self._open += 1
        if self._open > self._most:
            self._most = self._open

    def leave(self, method: str, path: str, status: str) -> None:
        """Note how it ended: a status, or ``closed`` for a connection closed without an answer."""
        self._open -= 1
        self._counts[method, _kind(path), status] += 1

    def summary(self) -> dict[str, object]:
        """Return ``total``, ``most_at_once`` and ``requests``: ``{"POST /contacts": {"201": 5}}``."""
        requests: dict[str, dict[str, int]] = {}
        for (method, kind, status), count in sorted(self._counts.items()):
            requests.setdefault(f"{method} {kind}", {})[status] = count
        return {"total": self._counts.total(), "most_at_once": self._most, "requests": requests}


def _kind(path: str) -> str:
    if path in ("/contacts", "/test"):
        return path
    return "/contacts/:id" if path.startswith("/contacts/") and path.count("/") == 2 else "other"
