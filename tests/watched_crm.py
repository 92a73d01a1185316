"""The sandbox's API in a thread of the tests' own process, so that its writes stand in one order with everybody else's.

It notes when a writing request arrives and when it is committed, and can be put back to any of its earlier states with
the times and ids of then.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import Message, Receive, Scope, Send

from bulk_io.sandbox.app import BASE_PATH, build
from bulk_io.sandbox.store import Store

_REQUEST: ContextVar[int] = ContextVar("request", default=-1)


@dataclass(frozen=True, slots=True)
class Commit:
    """A change of the CRM: a contact made (``contact_id`` is "") or changed, when, and by which request."""

    contact_id: str
    values: dict[str, Any]
    at: int
    """Milliseconds since the epoch."""
    request: int = -1


Note = Callable[[str, str, int], None]
"""Told ``arrived`` with the phone number or path, or ``committed``, and the request's number."""


class WatchedCrm:
    """A CRM on loopback; a context manager. ``note`` may be replaced while it runs."""

    def __init__(self, folder: Path, *, latency_ms: float = 0) -> None:
        self.note: Note = lambda kind, name, number: None
        self.commits: list[Commit] = []
        self.arrived: list[str] = []
        self._folder = folder
        self._latency = latency_ms
        self._ready = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{BASE_PATH}"
        self.api_key = ""
        self._numbers = itertools.count()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._listener.close()

    def restore(self, commits: Iterable[Commit]) -> None:
        """Forget everything, then carry these changes out again, at their times; ids are given in the same order."""
        chosen = list(commits)
        self._in_server(lambda: self._replay(chosen))
        self.commits, self.arrived = chosen, []

    def contacts(self) -> list[dict[str, Any]]:
        """Give every contact."""
        found: list[bytes] = []
        self._in_server(lambda: found.extend(self._store.page(1, 10_000)[0]))
        return [json.loads(body) for body in found]

    def _serve(self) -> None:
        self._store = _Store(self._folder)
        self._store.committed = self._committed
        self.api_key = self._store.main_key()
        front = build(self._store, latency_ms=self._latency)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] in ("POST", "PUT"):
                receive = await self._arrived(scope, receive)
            await front(scope, receive, send)

        self._server = _Server(
            uvicorn.Config(app, lifespan="off", ws="none", log_config=None, timeout_graceful_shutdown=1)
        )
        self._server.ready = self._started
        self._server.run(sockets=[self._listener])
        self._store.close()

    def _started(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()

    async def _arrived(self, scope: Scope, receive: Receive) -> Receive:
        messages: list[Message] = []
        while not messages or messages[-1].get("more_body"):
            messages.append(await receive())
        body = b"".join(message.get("body", b"") for message in messages)
        number = next(self._numbers)
        _REQUEST.set(number)
        name = str(json.loads(body).get("phoneNumber", "") if scope["method"] == "POST" else scope["path"])
        self.arrived.append(name)
        self.note("arrived", name, number)
        waiting = iter(messages)

        async def again() -> Message:
            return next(waiting, None) or await receive()

        return again

    def _committed(self, contact_id: str, values: dict[str, Any], at: int) -> None:
        number = _REQUEST.get()
        self.commits.append(Commit(contact_id, values, at, number))
        self.note("committed", contact_id, number)

    def _replay(self, commits: list[Commit]) -> None:
        self._store.clear()
        for commit in commits:
            self._store.at = commit.at
            if commit.contact_id:
                self._store.update(commit.contact_id, commit.values)
            else:
                self._store.create(commit.values)
        self._store.at = 0

    def _in_server(self, work: Callable[[], None]) -> None:
        async def call() -> None:
            work()

        asyncio.run_coroutine_threadsafe(call(), self._loop).result(30)


class _Store(Store):
    """The sandbox's store, with a clock that can be set, telling of its commits."""

    at = 0
    committed: Callable[[str, dict[str, Any], int], None] = staticmethod(lambda contact_id, values, at: None)

    def create(self, values: dict[str, object]) -> bytes:
        body = super().create(values)
        if not self.at:
            self.committed("", dict(values), self._last)
        return body

    def update(self, contact_id: str, values: Any) -> bytes | None:
        body = super().update(contact_id, values)
        if body is not None and not self.at:
            self.committed(contact_id, dict(values), self._last)
        return body

    def _now(self) -> int:
        if self.at:
            self._last = self.at
            return self.at
        self._last = time.time_ns() // 1_000_000
        return self._last


class _Server(uvicorn.Server):
    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self.on_tick(0)
        self.ready()
