"""Crashes on purpose: bulk-io processes that die, stop or get a signal at a named point, or whenever a test wants.

A process that has loaded everything once forks each of them, so that a hundred kills cost seconds; what is forked runs
the command line from its first line on and is a process of its own, with its own pid, output and death.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import bulk_io
from bulk_io.crashpoints import POINTS
from bulk_io.sandbox import Sandbox

HANGS = 60.0
"""Seconds after which a process hangs."""
LEAST = {
    "intents written": 3, "intents durable": 3, "request leaving": 40, "answer come": 40, "update written": 5,
    "update durable": 5, "ends written": 3, "ends durable": 3, "file written": 4, "file named": 4,
}  # fmt: skip
"""How often an import of 60 rows, in windows of 16, comes by a point at least; once by all others."""
MAIN = "bulk_io.__main__:main"
"""What a process runs."""
_NAMES = list(POINTS)
_LAZY = (
    *(
        "bulk_io.__main__",
        "bulk_io.cli.imports",
        "bulk_io.cli.resume",
        "bulk_io.importing",
        "bulk_io.reports",
        "aiohttp",
    ),
    *("aiohttp.resolver", "dotenv", "jinja2", "pandas", "phonenumbers", "pyarrow", "rustpy_xlsxwriter", "tqdm"),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a process does to itself: a signal, at the ``nth`` time that it comes by a point."""

    point: str
    nth: int = 1
    number: int = signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended; ``code`` is negative for a signal."""

    pid: int
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What ``--json`` printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found


class Process:
    """A bulk-io process under way; ``trace`` is the points that it came by, as far as they were read."""

    def __init__(self, pid: int, launcher: Launcher, points: int, out: int, err: int) -> None:
        self.pid = pid
        self.trace: list[str] = []
        self.reached: Counter[str] = Counter()
        self._launcher = launcher
        self._points = points
        self._files = (out, err)
        self._deadline = time.monotonic() + HANGS
        self._ending: Ending | None = None

    def read(self, seconds: float) -> bool:
        """Wait so long for one more point; False at the end of the process."""
        if not select.select([self._points], [], [], max(0.0, seconds))[0]:
            return True
        byte = os.read(self._points, 1)
        if byte:
            point = _NAMES[byte[0]]
            self.trace.append(point)
            self.reached[point] += 1
        return bool(byte)

    def until(self, condition: Callable[[Counter[str]], bool]) -> bool:
        """Read points until they are such; False if the process ended before."""
        while not condition(self.reached):
            if not self._read_in_time():
                return False
        return True

    def stops(self, point: str) -> bool:
        """Wait until it has stopped itself at a point; False if it ended before."""
        stopped = self.until(lambda reached: reached[point] > 0)
        return stopped and bool(self._launcher.order({"wait": self.pid, "for": os.WUNTRACED}, ()))

    def alive_after(self, seconds: float) -> bool:
        """Let it run for so long, or to its end; tells whether it still runs."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not self.read(left):
                return False
        return True

    def send(self, number: int) -> None:
        """Send a signal; one to a process that has ended goes nowhere."""
        os.kill(self.pid, number)  # until it is waited for, the pid is nobody else's

    def wait(self) -> Ending:
        """Wait for its end; one that hangs is killed and fails the test."""
        while self._ending is None and self._read_in_time():
            pass
        if self._ending is None:
            code = self._launcher.order({"wait": self.pid}, ())
            self._ending = Ending(self.pid, code, *(_content(file) for file in self._files))
            for descriptor in (self._points, *self._files):
                os.close(descriptor)
        return self._ending

    def _read_in_time(self) -> bool:
        if time.monotonic() > self._deadline:
            self.send(signal.SIGKILL)
            raise AssertionError(f"{self.pid} hangs after {self.trace[-3:]}: {_content(self._files[1])}")
        return self.read(self._deadline - time.monotonic())


class Launcher:
    """Forks bulk-io processes from one that has loaded everything; a context manager."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        self._place = tempfile.TemporaryDirectory(prefix="crashing-")
        roots = [str(Path(bulk_io.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ISAO_")}
        self._child = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno()), self._place.name],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**environment, "PYTHONPATH": os.pathsep.join(root for root in roots if root)},
            start_new_session=True,
        )
        theirs.close()

    def __enter__(self) -> Launcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        self._child.wait()
        self._place.cleanup()

    def run(
        self,
        *arguments: str,
        folder: Path,
        sandbox: Sandbox,
        deeds: Sequence[Deed] = (),
        patches: Mapping[str, object] | None = None,
        program: str = MAIN,
    ) -> Process:
        """Start one in ``folder``.

        ``patches`` are values of the code (``module.name``) that it changes first; ``hasty`` makes its pauses short.
        """
        points, theirs = os.pipe()
        out, err = _unnamed_file(), _unnamed_file()
        order = {
            "program": program,
            "arguments": arguments,
            "folder": str(folder),
            "environment": {"ISAO_BASE_URL": sandbox.base_url, "ISAO_API_KEY": sandbox.api_key},
            "deeds": [asdict(deed) for deed in deeds],
            "patches": dict(patches or {}),
        }
        pid = self.order(order, (out, err, theirs))
        os.close(theirs)
        return Process(pid, self, points, out, err)

    def order(self, order: Mapping[str, object], descriptors: Sequence[int]) -> int:
        """Have something done: fork (gives the pid) or wait (gives the exit code)."""
        socket.send_fds(self._channel, [json.dumps(order).encode()], list(descriptors))
        return int(self._channel.recv(100))


@functools.cache
def launcher() -> Launcher:
    """The one launcher of these tests, for as long as they run."""
    made = Launcher()
    atexit.register(made.__exit__)
    return made


def _unnamed_file() -> int:
    descriptor, name = tempfile.mkstemp()
    os.unlink(name)
    return descriptor


def _content(descriptor: int) -> str:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode()


# in the process that forks, and in what it forks


def _fork_on_demand(channel: socket.socket, place: str) -> None:
    _load_everything(Path(place))
    gc.freeze()  # so that the children need not copy it all
    try:
        while asked := socket.recv_fds(channel, 1 << 16, 3):
            if not asked[0]:
                return
            order, descriptors = json.loads(asked[0]), asked[1]
            if "wait" in order:
                answer = _waited(order["wait"], order.get("for", 0))
            else:
                answer = os.fork() or _become(order, channel, *descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            channel.sendall(b"%d" % answer)
    finally:
        os.killpg(0, signal.SIGKILL)  # with whatever of its children is still there


def _waited(pid: int, options: int) -> int:
    """Wait for a process to end, and give its code; or for its stop, and give the signal that stopped it."""
    status = os.waitpid(pid, options)[1]
    return os.WSTOPSIG(status) if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status)


def _load_everything(place: Path) -> None:
    """Load every module and all reference data, and compile the templates: check a short list, with nobody's help."""
    for name in _LAZY:
        importlib.import_module(name)
    from jinja2 import Environment, FileSystemBytecodeCache

    cached = functools.partial(Environment, bytecode_cache=FileSystemBytecodeCache(str(place)))
    patch("bulk_io.reports.page.Environment", cached).start()
    path = place / "leads.csv"
    path.write_text("name,phoneNumber,city\nAda Martin,+33612340000,Lyon\nZoé Petit,12,\n", encoding="utf-8")
    bulk_io.validate(path, run_dir=place / "runs")


def _become(order: dict[str, Any], channel: socket.socket, out: int, err: int, points: int) -> NoReturn:
    """Be the process that was ordered, to its end."""
    code: object = 70
    try:
        channel.close()
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.chdir(order["folder"])
        os.environ.update(order["environment"])
        sys.argv = ["bulk-io", *order["arguments"]]
        _patch(order["patches"])
        _listen([Deed(**deed) for deed in order["deeds"]], points)
        module, _, name = order["program"].partition(":")
        getattr(importlib.import_module(module), name)()
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


def _patch(patches: Mapping[str, object]) -> None:
    from bulk_io.retry import Patience

    for name, value in patches.items():
        if name == "hasty":
            hasty = functools.partial(Patience, first_pause=0.005, longest_pause=0.05)
            patch("bulk_io.session.Patience", hasty).start()
        else:
            patch(name, value).start()


def _listen(deeds: Sequence[Deed], points: int) -> None:
    from bulk_io import crashpoints

    reached: Counter[str] = Counter()

    def reach(point: str) -> None:
        reached[point] += 1
        os.write(points, bytes([_NAMES.index(point)]))
        for deed in deeds:
            if (deed.point, deed.nth) == (point, reached[point]):
                os.kill(os.getpid(), deed.number)

    crashpoints.listen(reach)


if __name__ == "__main__":
    _fork_on_demand(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
