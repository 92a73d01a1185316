"""The child process that reads for us, as its parent sees it: what it may cost, how long it is waited for, why it died.

A child that ended before it began to read says nothing of the file: that is an error of ours, or of the machine.
Memory, work and disk are limited by the system, in the child; here are those that wait without working.
"""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bulk_io.errors import BulkIOError

_CHILD = "bulk_io.reading.child"
_PATIENCE = 60
"""Seconds beside those of work that a busy machine may need."""
_LOOK = 3.0
"""Seconds after which a child is asked whether it worked meanwhile: one that sleeps through two looks is given up."""
_WORKED = 0.02


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost before it is given up. ``memory`` in bytes of address space."""

    memory: int
    seconds: int
    written: int = 1 << 30

    @classmethod
    def of(cls, size: int) -> Limits:
        """Allow for a file of ``size`` unpacked bytes: little for a small one, what a million rows need for a large."""
        return cls(min((960 << 20) + 4 * size, 4 << 30), 6 + size // (4 << 20), (256 << 20) + 8 * size)


def ask(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Let a child answer a request; where it cannot, the answer is ``refused``: why.

    Its file ``out`` is there as soon as it begins to read.

    Raises:
        BulkIOError: it could not be started, or did not come as far as reading.
    """
    begun = Path(request["out"])
    begun.unlink(missing_ok=True)
    # -P keeps the working directory out of the child's import path; its own path comes along instead.
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ISAO_")}
    env = kept | {"PYTHONPATH": path, "ARROW_DEFAULT_MEMORY_POOL": "system", "RUST_BACKTRACE": "0", "PYTHONUTF8": "1"}
    # threads of pools that nobody needs here would each take address space
    env |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    pipe = subprocess.PIPE
    words = json.dumps(request | asdict(limits)).encode()
    command = [sys.executable, "-P", "-m", _CHILD]
    try:
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=env)
    except OSError as error:
        raise _unstarted(error.strerror or str(error)) from error
    with process as child:
        try:
            said, errors = _awaited(child, words, _PATIENCE + 3 * limits.seconds)
        except subprocess.TimeoutExpired as error:
            if not begun.exists():
                raise _unstarted("it took too long") from error
            return {"refused": "large", "detail": "it took too long"}
        finally:
            child.kill()
    if not begun.exists():
        last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise _unstarted(last[:300] or f"it ended with {child.returncode}")
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        late = "it took too long" if child.returncode == -signal.SIGXCPU else ""
        return {"refused": cause(child.returncode, errors), "detail": late}
    return answer


def _unstarted(why: str) -> BulkIOError:
    return BulkIOError(
        f"the process that reads files could not start ({why}), so nothing was read; the file may be sound: try again, "
        "and install bulk-io anew if that does not help."
    )


def _awaited(child: subprocess.Popen[bytes], request: bytes, seconds: float) -> tuple[bytes, bytes]:
    """Wait for what a child says; not for one that does not work.

    Raises:
        TimeoutExpired: it takes longer than ``seconds``, or waits for something itself.
    """
    used, idle, sent = 0.0, 0, request
    for _ in range(math.ceil(seconds / _LOOK)):
        with suppress(subprocess.TimeoutExpired):
            return child.communicate(sent or None, timeout=_LOOK)
        before, used, sent = used, _cpu(child.pid), b""
        idle = idle + 1 if used - before < _WORKED else 0
        if idle > 1:
            break
    raise subprocess.TimeoutExpired(_CHILD, seconds)


def _cpu(pid: int) -> float:
    """Give the seconds that a process has worked; infinitely many where the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return math.inf
    # behind the name in brackets: the state, ten numbers, time in the process and for it in the system
    times = stat.rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def cause(code: int, errors: bytes) -> str:
    """Say why a child died without a word: out of memory or time, or at a loss."""
    if b"memory allocation" in errors or b"capacity overflow" in errors or b"MemoryError" in errors:
        return "large"
    return "large" if -code in {signal.SIGKILL, signal.SIGXCPU, signal.SIGXFSZ} else "corrupt"
