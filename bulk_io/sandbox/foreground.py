"""uvicorn in the foreground: the listening socket in, requests answered until a signal or the end of stdin."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from bulk_io.sandbox.front import Front


def run(app: Front, listener: socket.socket, *, ready: Callable[[], None], until_stdin_closes: bool) -> int:
    """Answer requests until told to end; return the number of the signal that ended it, 0 for the end of stdin."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, ready)
    if until_stdin_closes:
        threading.Thread(target=_watch_parent, args=[server], daemon=True).start()
    server.run(sockets=[listener])
    return server.signal


class _Server(uvicorn.Server):
    """uvicorn's server, but it tells when it is ready and leaves the meaning of a signal to the caller."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.signal = 0
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self.on_tick(0)  # sets the Date header before the first request can come
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self._note) for number in numbers}
        try:
            yield
        finally:
            for number, old in before.items():
                signal.signal(number, old)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
        self.signal = number


def _watch_parent(server: _Server) -> None:
    # Stdin ends when the parent does, kill -9 included, unless another of its children holds the pipe: so look too.
    parent = os.getppid()
    while os.getppid() == parent:
        readable, _, _ = select.select([0], [], [], 1.0)
        if readable and not os.read(0, 4096):
            break
    server.should_exit = True
