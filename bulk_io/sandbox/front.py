"""What stands in front of the routes: the ledger of requests, the latency, and the faults that rules ask for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bulk_io.sandbox.faults import Rule, Turn
from bulk_io.sandbox.ledger import Event, Ledger
from bulk_io.sandbox.wire import Answer, Line, collected, collector, deliver, garbage

_HTML = "<!doctype html><title>Maintenance</title><h1>We are back soon</h1>"
_BODILESS = (204, 304)


class Front:
    """The ASGI application in front of ``app``; it meddles only with paths under ``prefix``.

    ``erase`` removes the contact with an id or a phone number and returns its id, "" if there is none; without it,
    nothing can be erased.
    """

    app: ASGIApp

    def __init__(self, *, latency_ms: float, prefix: str, erase: Callable[[str], str] | None = None) -> None:
        self.ledger = Ledger()
        self.fired = 0
        """How many requests a fault has hit."""
        self._latency = latency_ms / 1000
        self._prefix = prefix
        self._erase = erase
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
        ledger = self.ledger
        event = ledger.enter(method, path)
        try:
            if self._latency:
                await asyncio.sleep(self._latency)
            turn = next((turn for turn in self._turns if turn.due(method, path)), None)
            if turn is None:
                await self.app(scope, _heard(receive, event), _noted(send, event))
                event.delivered = not getattr(getattr(send, "__self__", None), "disconnected", False)
            else:
                self.fired += 1
                event.fault = turn.rule.name
                await self._meddle(turn.rule, scope, receive, Line(receive, send, self._dropped), event)
        finally:
            ledger.leave(event)

    async def _meddle(self, rule: Rule, scope: Scope, receive: Receive, line: Line, event: Event) -> None:
        late = rule.when == "after"
        if event.writes:
            receive = await _read(receive, event, without=rule.fields if rule.action == "drop" else ())
        if rule.action == "erase" and not late:
            self._erase_contact(event)
        if not late and await line.pause(rule.delay_ms):
            await line.hang_up()
            return
        reaches = late or rule.action in ("pass", "cut", "drop", "strip", "erase")
        real = await self._real(scope, receive, event) if reaches else None
        if rule.action == "erase" and late:
            self._erase_contact(event)
        if late and await line.pause(rule.delay_ms):
            await line.hang_up()
        elif rule.action in _WORDLESS:
            await _WORDLESS[rule.action](line)
        else:
            await self._give(rule, real, line, event)

    async def _give(self, rule: Rule, real: Answer | None, line: Line, event: Event) -> None:
        """Send the API's own answer, or the rule's, over the rule's wire."""
        own = real if rule.action not in ("answer", "html") else None
        answer = own or _made(rule)
        if rule.action == "strip":
            answer = _stripped(answer, rule.fields)
        wire = "cut" if rule.action == "cut" else rule.wire
        event.status = 0 if wire == "cut-head" else answer.status
        whole = await deliver(wire, answer, line, rule.pause_ms)
        event.delivered = whole and answer is real

    async def _real(self, scope: Scope, receive: Receive, event: Event) -> Answer:
        messages: list[Message] = []
        await self.app(scope, receive, _noted(collector(messages), event))
        event.status = 0
        return collected(messages)

    def _erase_contact(self, event: Event) -> None:
        of_path = event.path.removeprefix("/contacts/") if event.path.startswith("/contacts/") else ""
        key = of_path or str(_object(event.sent).get("phoneNumber") or "")
        event.erased = self._erase(key) if self._erase else ""


async def _read(receive: Receive, event: Event, *, without: Sequence[str] = ()) -> Receive:
    """Read the whole request before the API does, which then gets it ``without`` some fields."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if message["type"] == "http.disconnect":
            return receive  # it says so again
    event.sent[:] = body
    told = json.dumps({k: v for k, v in _object(body).items() if k not in without}).encode() if without else body
    left = [{"type": "http.request", "body": bytes(told), "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again


def _heard(receive: Receive, event: Event) -> Receive:
    """A receive that keeps a write's body for the ledger."""
    if not event.writes:
        return receive

    async def hear() -> Message:
        message = await receive()
        event.sent += message.get("body", b"")
        return message

    return hear


def _noted(send: Send, event: Event) -> Send:
    """A send that notes what the API answers."""

    async def note(message: Message) -> None:
        if message["type"] == "http.response.start":
            event.real = event.status = message["status"]
        elif event.writes:
            event.body += message.get("body", b"")
        await send(message)

    return note


def _made(rule: Rule) -> Answer:
    kind, status = ("text/html", 200) if rule.action == "html" else ("application/json", rule.status)
    text = _HTML if rule.action == "html" else rule.body
    if text is None and status not in _BODILESS:
        text = {"success": False, "error": f"Sandbox fault {status}"}
    said = text * rule.repeat if isinstance(text, str) else json.dumps(text)
    body = b"" if status in _BODILESS else said.encode(rule.charset)
    headers = {"content-type": kind}
    headers |= {} if status in _BODILESS else {"content-length": str(len(body))}
    headers |= {name.lower(): value for name, value in rule.headers.items()}
    return Answer(status, tuple((n.encode("latin-1"), v.encode("latin-1")) for n, v in headers.items()), body)


def _stripped(answer: Answer, fields: Sequence[str]) -> Answer:
    told = _object(answer.body)
    for place in (told, told.get("data")):
        if isinstance(place, dict):
            for name in fields:
                place.pop(name, None)
    body = json.dumps(told, ensure_ascii=False).encode()
    return Answer(answer.status, answer.headers, body).with_header(b"content-length", b"%d" % len(body))


def _object(text: bytes | bytearray) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


_WORDLESS = {"close": Line.hang_up, "reset": Line.reset, "hang": Line.linger, "garbage": garbage}
