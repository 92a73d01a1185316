"""The sandbox's ledger: what was asked, what it changed and how it was answered. Tests count requests with it, and
compare what an uploader reports with what really happened.
"""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from typing import Any

MOST_EVENTS = 20_000
"""So many of the last requests are told one by one."""


class Event:
    """One request under way or answered. What it asked and said is kept as it was, and read only when it is told."""

    __slots__ = ("at", "body", "delivered", "erased", "fault", "method", "path", "real", "sent", "status", "until")

    def __init__(self, method: str, path: str) -> None:
        self.at = time.time()
        self.until = 0.0
        self.method = method
        self.path = path
        self.fault = ""
        self.real = 0
        """The API's own answer, 0 if the request never got there."""
        self.status = 0
        """The answer that the client was given, 0 for none."""
        self.delivered = False
        self.erased = ""
        self.sent = bytearray()
        self.body = bytearray()

    @property
    def writes(self) -> bool:
        """Whether it asks for a change, so that bodies are worth keeping."""
        return self.method != "GET"

    def told(self) -> dict[str, object]:
        """Return the event for people and tests; nothing of its headers, and no query."""
        made = {("POST", 201): "created", ("PUT", 200): "updated"}.get((self.method, self.real), "")
        sent = _json_object(self.sent)
        answer = _json_object(self.body)
        data = answer.get("data")
        contact = data.get("id") if isinstance(data, dict) else answer.get("existingContactId")
        of_path = self.path.removeprefix("/contacts/") if _kind(self.path) == "/contacts/:id" else ""
        return {
            "at": self.at,
            "until": self.until or None,
            "method": self.method,
            "path": self.path,
            "phone": str(sent.get("phoneNumber") or ""),
            "contact": of_path or str(contact or ""),
            "status": self.status or None,
            "committed": made,
            "erased": self.erased,
            "delivered": self.delivered,
            "fault": self.fault,
        }


class Ledger:
    """Counts of requests by method, kind of path and status, the most under way at once, and the last ones in full."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._open = self._most = 0

    def enter(self, method: str, path: str) -> Event:
        """Note that a request has come in."""
        self._open += 1
        if self._open > self._most:
            self._most = self._open
        event = Event(method, path)
        self._events.append(event)
        return event

    def leave(self, event: Event) -> None:
        """Note that it has ended; without a status it counts as ``closed``."""
        self._open -= 1
        event.until = time.time()
        self._counts[event.method, _kind(event.path), str(event.status or "closed")] += 1

    def summary(self) -> dict[str, object]:
        """Return ``total``, ``most_at_once``, ``requests`` (``{"POST /contacts": {"201": 5}}``) and ``events``.

        ``events`` has the last 20,000 requests as they came: ``at`` and ``until`` (seconds since 1970; ``until`` and
        ``status`` are None while one is under way), ``method``, ``path``, ``phone`` (of the request's body),
        ``contact`` (the id in its path or in the API's own answer), ``status`` (what the client was told, None for
        nothing), ``committed`` (``created``, ``updated`` or nothing), ``erased`` (the id of a contact that a fault
        removed), ``delivered`` (whether the API's own answer went out whole) and ``fault``.
        """
        requests: dict[str, dict[str, int]] = {}
        for (method, kind, status), count in sorted(self._counts.items()):
            requests.setdefault(f"{method} {kind}", {})[status] = count
        return {
            "total": self._counts.total(),
            "most_at_once": self._most,
            "requests": requests,
            "events": [event.told() for event in self._events],
        }


def _kind(path: str) -> str:
    if path in ("/contacts", "/test"):
        return path
    return "/contacts/:id" if path.startswith("/contacts/") and path.count("/") == 2 else "other"


def _json_object(text: bytearray) -> dict[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
