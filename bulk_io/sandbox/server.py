"""Running the sandbox: ``serve`` in the foreground of this process, ``start`` in a child process that never outlives
this one. The server's libraries are imported only where it runs, so that a client pays nothing for them.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.request import ProxyHandler, Request, build_opener

import platformdirs

from bulk_io.errors import BulkIOError, UsageError

HOST = "127.0.0.1"
_PATIENCE = 3.0
"""Seconds that a child has to end by itself; unfinished requests are dropped after one."""


class SandboxError(BulkIOError):
    """The sandbox could not be started, or ended before it was ready."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: where it listens, the key that may do everything, and its test controls."""

    base_url: str
    api_key: str

    def ledger(self) -> dict[str, Any]:
        """Return what was asked since the last reset: requests, total, most_at_once, commits, faults, events.

        ``events`` is the requests one by one, see ``ledger.Ledger.summary``.
        """
        return self._call("ledger", None)

    def set_faults(self, rules: Sequence[Mapping[str, object]]) -> None:
        """Replace the fault rules (see ``faults.Rule``); an empty list ends all faults."""
        self._call("faults", list(rules))

    def remove(self, key: str) -> None:
        """Remove the contact with this id or stored phone number, as somebody else might. HTTPError 404 if none has."""
        self._call("remove", key)

    def age(self, seconds: float) -> None:
        """Make every contact older by so many seconds, as if it had been made (and changed) before."""
        self._call("age", seconds)

    def reset(self) -> None:
        """Remove all contacts and fault rules and count from zero; the keys stay."""
        self._call("reset", [])

    def _call(self, control: str, body: object) -> dict[str, Any]:
        root = self.base_url.removesuffix("/api/external")
        data = None if body is None else json.dumps(body).encode()
        with build_opener(ProxyHandler({})).open(Request(f"{root}/_sandbox/{control}", data), timeout=30) as answer:
            result: dict[str, Any] = json.load(answer)
            return result


def default_data() -> Path:
    """Return the folder where the user's sandbox keeps its data."""
    return Path(platformdirs.user_data_dir("bulk-io")) / "sandbox"


@contextmanager
def start(
    data: Path | None = None,
    *,
    latency_ms: float = 0,
    port: int = 0,
    rate: float | None = None,
    faults: Sequence[Mapping[str, object]] | None = None,
    keys: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Sandbox]:
    """Run a sandbox in a child process for as long as the context lasts.

    Its data lie in ``data``, or in a temporary folder that goes with it. ``keys`` are more API keys with their
    permissions. The child ends with this process, whatever ends that; Ctrl-C at the terminal does not reach it.
    Raises UsageError for a taken port, a folder with other files or wrong fault rules; otherwise SandboxError.
    """
    options = [f"--port={port}", f"--latency-ms={latency_ms}", "--follow-stdin"]
    options += [f"--data={data}"] if data else []
    options += [f"--rate={rate}"] if rate else []
    options += [f"--faults={json.dumps(list(faults))}"] if faults else []
    options += [f"--key={key}={','.join(permissions)}" for key, permissions in (keys or {}).items()]
    # -P: a file of the user's named like a module of Python's must not be imported from the working directory.
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "bulk_io.sandbox", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        yield _ready(child, child.stdout)
    finally:
        _end(child, child.stdin, child.stdout)


def serve(
    data: Path | None = None,
    port: int = 0,
    *,
    ready: Callable[[Sandbox], None],
    latency_ms: float = 0,
    reset: bool = False,
    rate: float | None = None,
    faults: object = None,
    keys: Mapping[str, Sequence[str]] | None = None,
    until_stdin_closes: bool = False,
) -> int:
    """Serve in this process until SIGINT, SIGTERM or (if asked) the end of stdin; return the signal's number, or 0.

    ``ready`` is called once, when requests are answered. Without ``data`` a temporary folder is used. Must run in the
    main thread. Raises UsageError for a taken port, a folder with other files or wrong fault rules, BulkIOError for
    data in use by another sandbox.
    """
    from bulk_io.sandbox import app, foreground
    from bulk_io.sandbox.faults import parse_rules
    from bulk_io.sandbox.others import SharedStore

    rules = parse_rules(faults) if faults else []
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bulk-io-sandbox-")))
        listener = stack.enter_context(_listen(port))
        store = stack.enter_context(closing(SharedStore(folder)))
        if reset:
            store.clear()
        for key, permissions in (keys or {}).items():
            store.add_key(key, permissions)
        sandbox = Sandbox(f"http://{HOST}:{listener.getsockname()[1]}{app.BASE_PATH}", store.main_key())
        front = app.build(store, latency_ms=latency_ms, rate=rate)
        front.set_rules(rules)
        return foreground.run(front, listener, ready=lambda: ready(sandbox), until_stdin_closes=until_stdin_closes)


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only on sockets whose protocol it can see.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "no such port"
        raise UsageError(f"The sandbox cannot listen on port {port}: {reason}.") from error
    return listener


def _environment() -> dict[str, str]:
    """The child's environment: it finds this very package, and does not get the real API's key."""
    environment = {name: value for name, value in os.environ.items() if name != "ISAO_API_KEY"}
    root = Path(__file__).resolve().parents[2]
    if "site-packages" not in root.parts:
        paths = [str(root), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return environment


def _ready(child: subprocess.Popen[bytes], stdout: IO[bytes]) -> Sandbox:
    line = stdout.readline()
    try:
        answer = json.loads(line)
    except ValueError as error:
        raise SandboxError(f"The sandbox ended before it was ready (exit code {child.wait()}).") from error
    if "error" in answer:
        raise (UsageError if answer["exit"] == UsageError.exit_code else SandboxError)(answer["error"])
    return Sandbox(answer["base_url"], answer["api_key"])


def _end(child: subprocess.Popen[bytes], stdin: IO[bytes], stdout: IO[bytes]) -> None:
    with stdin, stdout:
        child.send_signal(signal.SIGTERM)
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
