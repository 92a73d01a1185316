"""What stands in front of the routes: the ledger of requests, the latency, and faults on purpose. A fault rule is a
JSON object; the first rule that is due decides. Tests of the uploader use them to lose answers, cut connections and
answer with a gateway's errors, before or after the real work was committed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bulk_io.errors import UsageError
from bulk_io.sandbox.ledger import Ledger

_HTML = "<!doctype html><title>Maintenance</title><h1>We are back soon</h1>"
_Count = Annotated[int, Ge(1)]


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault: which requests it counts, which of those it hits, and what it does to them.

    ``answer`` sends ``status``, ``headers`` and ``body`` (JSON, or text as it is); ``close`` ends the connection
    without a word; ``cut`` sends half of the real answer's body, then ends it; ``html`` is a 200 that is no JSON;
    ``pass`` only delays. ``when`` is ``before`` the request reaches the API, or ``after`` it was handled there (what
    it changed is committed, and the real answer is dropped, or with ``pass`` late).
    """

    action: Literal["answer", "close", "cut", "html", "pass"] = "answer"
    when: Literal["before", "after"] = "before"
    method: str | None = None
    path: str = ""
    """A prefix of the path below the API's base, for example ``/contacts``."""
    nth: _Count | None = None
    """Only this one of the counted requests, from 1 …"""
    every: _Count = 1
    """… or each n-th …"""
    probability: float = 1.0
    """… or by chance, from ``seed``."""
    seed: int = 0
    times: _Count | None = None
    """At most so often."""
    delay_ms: Annotated[float, Ge(0)] = 0
    status: Annotated[int, Ge(200), Le(599)] = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}


def parse_rules(objects: object) -> list[Rule]:
    """Read rules from parsed JSON, a list of objects named as Rule's fields. Raises UsageError."""
    from pydantic import TypeAdapter, ValidationError  # only here: most sandboxes start without rules

    try:
        return TypeAdapter(list[Rule]).validate_json(json.dumps(objects), strict=True)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or "list"
        raise UsageError(f"The fault rules are wrong at {where}: {fault['msg']}.") from error


class Turn:
    """A rule at work: how many requests it has counted and hit."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._counted = self._hit = 0
        self._chance = random.Random(rule.seed)

    def due(self, method: str, path: str) -> bool:
        """Count a request if the rule is for it, and say whether it is hit."""
        rule = self.rule
        if rule.method not in (None, method) or not path.startswith(rule.path):
            return False
        self._counted += 1
        due = rule.times is None or self._hit < rule.times
        due = due and rule.nth in (None, self._counted) and self._counted % rule.every == 0
        due = due and (rule.probability >= 1 or self._chance.random() < rule.probability)
        self._hit += due
        return due


class Front:
    """The ASGI application in front of ``app``; it meddles only with paths under ``prefix``."""

    app: ASGIApp

    def __init__(self, *, latency_ms: float, prefix: str) -> None:
        self.ledger = Ledger()
        self.fired = 0
        """How many requests a fault has hit."""
        self._latency = latency_ms / 1000
        self._prefix = prefix
        self._turns: list[Turn] = []
        self._dropped = asyncio.Event()

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Replace the rules and begin to count anew."""
        self._turns = [Turn(rule) for rule in rules]
        self.fired = 0

    def reset(self) -> None:
        """Forget rules and counts; requests that a fault still delays are dropped, so that they disturb nobody."""
        self.set_rules([])
        self.ledger = Ledger()
        self._dropped.set()
        self._dropped = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self.app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"][len(self._prefix) :]
        ledger, status = self.ledger, "closed"

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        ledger.enter()
        try:
            if self._latency:
                await asyncio.sleep(self._latency)
            turn = next((turn for turn in self._turns if turn.due(method, path)), None)
            if turn is None:
                await self.app(scope, receive, counted)
            else:
                self.fired += 1
                await self._meddle(turn.rule, scope, receive, counted, send)
        finally:
            ledger.leave(method, path, status)

    async def _meddle(self, rule: Rule, scope: Scope, receive: Receive, counted: Send, send: Send) -> None:
        answer: list[Message] = []
        if rule.when == "after" or rule.action == "cut":
            await self.app(scope, receive, _collector(answer))
        if await self._cut_short(rule.delay_ms / 1000):
            await _hang_up(send, receive)
        elif rule.action == "pass" and not answer:
            await self.app(scope, receive, counted)
        elif rule.action == "pass":
            for message in answer:
                await counted(message)
        elif rule.action == "cut":
            start, *rest = answer
            body = b"".join(message.get("body", b"") for message in rest)
            await counted(start)
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await _hang_up(send, receive)
        elif rule.action == "close":
            await _hang_up(send, receive)
        else:
            await _answer(rule, counted)

    async def _cut_short(self, seconds: float) -> bool:
        """Wait; True if a reset came meanwhile."""
        if seconds:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(self._dropped.wait(), seconds)
        return False


def _collector(messages: list[Message]) -> Send:
    async def collect(message: Message) -> None:
        messages.append(message)

    return collect


async def _answer(rule: Rule, send: Send) -> None:
    kind, status = ("text/html", 200) if rule.action == "html" else ("application/json", rule.status)
    text = _HTML if rule.action == "html" else rule.body
    if text is None:
        text = {"success": False, "error": f"Sandbox fault {status}"}
    body = (text if isinstance(text, str) else json.dumps(text)).encode()
    headers = {"content-type": kind, "content-length": str(len(body))}
    headers |= {name.lower(): value for name, value in rule.headers.items()}
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def _hang_up(send: Send, receive: Receive) -> None:
    # ASGI has no word for it, but uvicorn's send is a method of the request, which knows its connection.
    send.__self__.transport.close()  # type: ignore[attr-defined]
    while (await receive())["type"] != "http.disconnect":
        pass
