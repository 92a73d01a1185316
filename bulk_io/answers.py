"""One answer of the API: status, JSON body, what it says is wrong, and whether it answers what was asked at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_KEY_SHAPES = re.compile(r"\b(?:ck|zap|make|whk|cst)_[A-Za-z0-9_\-]{4,}")
_SAME_DIGITS = 6
"""Last digits that two ways to write one phone number have in common at least, with or without its prefix."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: HTTP status, the JSON object of the body, and the two headers that matter.

    ``server_time`` is the ``Date`` header as seconds since the epoch (0.0 where absent), ``retry_after`` the seconds to
    wait that a 429 or 503 asked for (None where absent or unreadable).
    """

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    server_time: float = 0.0
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the API says that it did what was asked: 2xx, and no ``success: false`` in the body."""
        return 200 <= self.status < 300 and self.body.get("success") is not False

    @property
    def data(self) -> Mapping[str, Any]:
        """The ``data`` object of a success."""
        data = self.body.get("data")
        return data if isinstance(data, dict) else {}

    @property
    def message(self) -> str:
        """What the API says is wrong, on one line, without anything that looks like a key."""
        said = [str(self.body[key]) for key in ("error", "message") if isinstance(self.body.get(key), str)]
        return redact(": ".join(dict.fromkeys(said)))[:500] or f"HTTP {self.status}"

    @property
    def details(self) -> dict[str, str]:
        """The field-by-field messages of a 422, whatever shape they come in; ``""`` for what names no field."""
        return _details(self.body.get("details"))

    @property
    def existing_contact_id(self) -> str:
        """The other contact's id of a 409, or ``""``."""
        found = self.body.get("existingContactId")
        return str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else ""


def misfit(answer: Answer, method: str, path: Sequence[str], payload: Mapping[str, object] | None) -> str:
    """Say why an answer cannot be the one to a request, ``""`` if it can.

    A success that names no contact tells nothing. One that is about another contact belongs to another request: on a
    connection that a proxy has put out of step, each answer belongs to the request before.
    """
    if answer.status == 409 and method == "GET":
        return "answered with a conflict where nothing was sent"
    if not answer.ok or path[0] != "contacts":
        return ""
    if is_list(method, path):
        return "" if isinstance(answer.body.get("data"), list) else f"answered {answer.status} without a list"
    named = answer.data.get("id")
    if not named:
        return "" if method == "GET" else f"answered {answer.status} without the contact that it wrote"
    sent, stored = (payload or {}).get("phoneNumber"), answer.data.get("phoneNumber")
    other = str(named) != path[1] if len(path) > 1 else bool(sent and stored and not alike(str(sent), str(stored)))
    return f"answered {answer.status} with another contact than was asked for" if other else ""


def is_list(method: str, path: Sequence[str]) -> bool:
    """Tell whether a request asks for a page of contacts."""
    return method == "GET" and list(path) == ["contacts"]


def is_odd(answer: Answer, method: str, payload: Mapping[str, object] | None) -> bool:
    """Tell whether an update that sent no number was told that its number is taken: likely another request's answer."""
    return method == "PUT" and answer.status == 409 and "phoneNumber" not in (payload or {})


def alike(one: str, other: str) -> bool:
    """Tell whether two texts can be one phone number, however each is written: their last digits are the same."""
    tails = [re.sub(r"\D", "", text)[-_SAME_DIGITS:] for text in (one, other)]
    return tails[0] == tails[1]


def seconds_of(iso: object) -> float:
    """Read an ISO 8601 time of the API as seconds since the epoch; 0.0 where it is none."""
    try:
        return datetime.fromisoformat(str(iso or "").replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def redact(text: str) -> str:
    """Blank out everything that looks like one of the vendor's API keys."""
    return _KEY_SHAPES.sub("[key]", text)


def _details(details: object) -> dict[str, str]:
    if isinstance(details, dict):
        return {str(name): redact(_said(told)) for name, told in details.items()}
    if not isinstance(details, list):
        return {"": redact(details)} if isinstance(details, str) and details else {}
    found: dict[str, str] = {}
    for entry in details:
        name, told = _field(entry), redact(_said(entry))
        found[name] = f"{found[name]}; {told}" if name in found else told
    return found


def _field(entry: object) -> str:
    named = entry if isinstance(entry, dict) else {}
    found = next((named[key] for key in ("field", "path", "param", "loc") if named.get(key)), "")
    return str(found[-1]) if isinstance(found, list) else str(found)


def _said(told: object) -> str:
    """The message in whatever holds it: a text, an object with a message, a list of such."""
    if isinstance(told, dict):
        told = next((told[key] for key in ("message", "msg", "error") if told.get(key)), told)
    if isinstance(told, list) and told and all(isinstance(one, str) for one in told):
        told = ", ".join(told)
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
