"""The kinds of faults of a storm, each a name and the sandbox's rules that make it."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

OFTEN = 0.3
"""How many of the requests a kind hits when it is alone, unless it says otherwise."""
_MADE_UP = {"success": True, "data": {"id": "contact_987654", "name": "Somebody Else", "phoneNumber": "+33699999999"}}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its ``rules`` (what of them is the same for all storms is left out).

    ``times``: at most so often, for what costs seconds. ``refuses``: it is an answer that refuses a row for good, as
    the row's own fault. ``drops``: the fields that it keeps from being stored.
    """

    name: str
    rules: tuple[dict[str, Any], ...]
    times: int | None = None
    refuses: bool = False
    drops: tuple[str, ...] = ()


def _writes(**rule: Any) -> tuple[dict[str, Any], ...]:
    return {"method": "POST", **rule}, {"method": "PUT", **rule}


def _before_and_after(name: str, rule: dict[str, Any], times: int | None = None) -> list[Kind]:
    return [Kind(f"{name} {when}", ({**rule, "when": when},), times) for when in ("before", "after")]


def _slowed() -> list[Kind]:
    return [
        *_before_and_after("latency", {"action": "pass", "delay_ms": 30}),
        *_before_and_after("answer later than the timeout", {"action": "pass", "delay_ms": 900}, 3),
        *_before_and_after("no answer", {"action": "hang"}, 3),
        Kind("slow drip", ({"action": "pass", "wire": "drip", "pause_ms": 0.1},)),
        Kind("endless drip", ({"action": "pass", "wire": "drip", "pause_ms": 40},), 3),
    ]


def _cut() -> list[Kind]:
    lie = {"status": 201, "body": _MADE_UP}
    return [
        *_before_and_after("fin", {"action": "close"}),
        *_before_and_after("reset", {"action": "reset"}),
        *_before_and_after("garbage", {"action": "garbage"}),
        Kind("body cut after", ({"action": "cut"},)),
        Kind("body cut before", ({**lie, "wire": "cut"},)),
        Kind("body reset after", ({"action": "pass", "wire": "reset"},)),
        Kind("body reset before", ({**lie, "wire": "reset"},)),
        Kind("headers cut after", ({"action": "pass", "wire": "cut-head"},)),
        Kind("headers cut before", ({**lie, "wire": "cut-head"},)),
        Kind("length too long", ({"action": "pass", "wire": "long"},), 3),
        Kind("length too short", ({"action": "pass", "wire": "short"},)),
        Kind("chunks without end", ({"action": "pass", "wire": "open-chunks"},), 3),
        Kind("bad chunks", ({"action": "pass", "wire": "bad-chunks"},)),
        Kind("gzip that is none", ({"action": "pass", "wire": "gzip"},)),
        Kind("informational first", ({"action": "pass", "wire": "early"},)),
        Kind("two answers", ({"action": "pass", "wire": "twice"},)),
        Kind("two answers, one late", ({"action": "pass", "wire": "twice", "pause_ms": 3},)),
    ]


def _nonsense() -> list[Kind]:
    bodies: dict[str, dict[str, Any]] = {
        "empty 200": {"status": 200, "body": ""},
        "empty 201": {"status": 201, "body": ""},
        "a list": {"status": 200, "body": [1, {"success": True}]},
        "null": {"status": 200, "body": "null"},
        "a number": {"status": 201, "body": 7},
        "cut json": {"status": 201, "body": '{"success": true, "data": {"id": "contact_9876'},
        "deep json": {"status": 200, "body": "[", "repeat": 100_000},
        "deep object": {"status": 200, "body": '{"data":', "repeat": 100_000},
        "invalid utf-8": {"status": 201, "body": '{"success":true,"data":{"id":"contact_é"}}', "charset": "latin-1"},
        "204": {"status": 204},
        "html 200": {"action": "html"},
    }
    writes = {"no data": {"success": True}, "no id": {"success": True, "data": {"name": "x"}}}
    return [
        *(kind for name, rule in bodies.items() for kind in _before_and_after(name, rule)),
        *_before_and_after("33 MiB", {"status": 200, "body": " ", "repeat": 33 << 20}, 2),
        *(
            Kind(f"{name} {when}", _writes(status=201, body=body, when=when))
            for name, body in writes.items()
            for when in ("before", "after")
        ),
        Kind("id stripped", _writes(action="strip", fields=["id"])),
    ]


def _statuses() -> list[Kind]:
    waits = {
        "in seconds": ("1", 1),
        "as a date": ("{in 1 s}", 1),
        "as a past date": ("{in -60 s}", 2),
        "garbage": ("soon", 1),
        "negative": ("-5", 1),
        "missing": ("", 1),
        "zero": ("0", 2),
        "decimal": ("0.2", 1),
        "huge": ("86400", 1),
    }
    away = {"Location": "{elsewhere}/contacts"}
    return [
        *(kind for status in (408, 500, 502, 503, 504) for kind in _before_and_after(str(status), {"status": status})),
        Kind("503 with Retry-After", ({"status": 503, "headers": {"Retry-After": "0"}},), 2),
        *(
            Kind(
                f"429, Retry-After {name}", ({"status": 429, "headers": {"Retry-After": text} if text else {}},), times
            )
            for name, (text, times) in waits.items()
        ),
        *(
            kind
            for status in (301, 302, 307, 308)
            for kind in _before_and_after(str(status), {"status": status, "headers": away}, 5)
        ),
    ]


def _refusals() -> list[Kind]:
    details: dict[str, dict[str, Any]] = {
        "an object": {"details": {"city": "Unknown city"}},
        "a list": {"details": [{"field": "city", "message": "Unknown city"}]},
        "a text": {"details": "Unknown city"},
        "missing": {},
    }
    return [
        *(
            Kind(f"422, details {name}", _writes(status=422, body={"error": "Validation failed", **more}), refuses=True)
            for name, more in details.items()
        ),
        Kind("success false", _writes(status=200, body={"success": False, "error": "No"}), refuses=True),
        Kind("409 without an id", _writes(action="strip", fields=["existingContactId"])),
        Kind("404 on PUT", ({"method": "PUT", "status": 404, "body": {"error": "Contact not found"}},)),
    ]


def _others() -> list[Kind]:
    return [
        Kind("city dropped", _writes(action="drop", fields=["city"]), drops=("city",)),
        Kind("e-mail dropped", _writes(action="drop", fields=["email"]), drops=("email",)),
        Kind("deleted before PUT", ({"action": "erase", "method": "PUT"},)),
        Kind("deleted before GET", ({"action": "erase", "method": "GET", "path": "/contacts/"},)),
    ]


KINDS = {kind.name: kind for kind in (*_slowed(), *_cut(), *_nonsense(), *_statuses(), *_refusals(), *_others())}
"""Every kind by its name."""


def rules_of(kinds: Sequence[Kind], seed: int, *, elsewhere: str, probability: float = OFTEN) -> list[dict[str, Any]]:
    """The rules of a storm: all these kinds, each by chance. ``elsewhere`` is another host's URL, for redirects."""
    chance = random.Random(seed)
    rules = []
    for kind in kinds:
        for rule in kind.rules:
            same = {"path": "/contacts", "probability": probability, "seed": chance.getrandbits(32), "label": kind.name}
            rules.append({**same, **({"times": kind.times} if kind.times else {}), **_filled(rule, elsewhere)})
    chance.shuffle(rules)
    return rules


def _filled(rule: dict[str, Any], elsewhere: str) -> dict[str, Any]:
    headers = {name: _dated(text.replace("{elsewhere}", elsewhere)) for name, text in rule.get("headers", {}).items()}
    return {**rule, "headers": {name: text for name, text in headers.items() if text}}


def _dated(text: str) -> str:
    if not text.startswith("{in "):
        return text
    return email.utils.formatdate(time.time() + float(text.split()[1]), usegmt=True)
