"""Storms of 429s and outages, end to end: nobody knocks while the door is shut, and hardly anything is sent twice."""

from __future__ import annotations

import contextlib
import csv
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from recorder import Reply, Request, crm, recording

import bulk_io
from bulk_io.report import Report
from bulk_io.sandbox import Sandbox

ROWS = 300
IN_FLIGHT = 8
LEAST = ROWS + 1
"""A request a row, and ``GET /test``."""


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    """A file of invented people."""
    path = tmp_path / "leads.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [[f"Ada Martin {at}", f"+33612{340_000 + at:06d}"] for at in range(ROWS)]
        csv.writer(file).writerows([["name", "phoneNumber"], *rows])
    return path


def imported(path: Path, base_url: str, key: str) -> Report:
    """Import a file without a lookup, so that the least is a request a row."""
    return bulk_io.import_file(
        path, base_url=base_url, api_key=key, lookup="never", concurrency=IN_FLIGHT, run_dir=path.parent / "runs"
    )


class Door:
    """A relay before a server: shut, it refuses connections and cuts those that there are."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._accept(self._listener)

    def shut(self) -> None:
        """Refuse and cut everything."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def open(self) -> None:
        """Let through again."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._accept(self._listener)

    def _accept(self, listener: socket.socket) -> None:
        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    server = socket.create_connection(("127.0.0.1", self._behind))
                    self._open |= {client, server}
                    for source, sink in ((client, server), (server, client)):
                        threading.Thread(target=_pump, args=(source, sink), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65_536):
            sink.sendall(part)
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@contextmanager
def shut_for(door: Door, seconds: float, sandbox: Sandbox, after: int) -> Iterator[None]:
    """Shut a door for a while as soon as so many requests came through it."""

    def work() -> None:
        while sandbox.ledger()["total"] < after:
            time.sleep(0.01)
        door.shut()
        time.sleep(seconds)
        door.open()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def test_an_outage_is_waited_out(sandbox: Sandbox, leads: Path) -> None:
    """The host is away for a second in the middle: no row fails, no contact is doubled, hardly a request is wasted."""
    sandbox.set_faults([{"action": "pass", "delay_ms": 5}])
    address = urlsplit(sandbox.base_url)
    door = Door(address.port or 0)
    with shut_for(door, 1.0, sandbox, 100):
        report = imported(leads, f"http://127.0.0.1:{door.port}{address.path}", sandbox.api_key)
    assert report.outcomes["created"] == ROWS
    assert sum(report.outcomes.values()) == ROWS
    committed = [event["committed"] for event in sandbox.ledger()["events"] if event["committed"]]
    assert committed == ["created"] * ROWS
    assert report.document["requests"]["sent"] <= 1.1 * LEAST


def test_nothing_is_sent_inside_retry_after(leads: Path) -> None:
    """Three storms of 429s: after each first one come only the requests that were in flight, then one that probes."""
    lock = threading.Lock()
    passed = 0
    storms: list[float] = []
    pushed: list[float] = []
    """Seconds from the beginning of a storm to each request that it pushed back."""

    def answer(request: Request) -> Reply:
        nonlocal passed
        time.sleep(0.005)
        with lock:
            now = time.monotonic()
            if request.method == "POST" and passed in (60, 120, 180) and len(storms) < passed // 60:
                storms.append(now)
            if storms and now < storms[-1] + 0.9:
                pushed.append(now - storms[-1])
                return Reply(429, {"success": False, "error": "slow down"}, {"Retry-After": "1"})
            passed += request.method == "POST"
        return crm(request)

    with recording(answer) as server:
        report = imported(leads, server.base_url, "ck_canary")
        sent = len(server.requests)
    assert report.outcomes["created"] == ROWS
    assert len(storms) == 3
    assert len(pushed) <= 3 * IN_FLIGHT
    # those in flight were sent before the first 429 could be read
    assert max(pushed) < 0.5
    assert sent <= 1.1 * LEAST
