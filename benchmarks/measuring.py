"""A whole process, measured: wall and CPU seconds and peak memory, and what it says as a row of a Markdown table."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Figure:
    """One whole process with the processes it started: medians of wall and CPU seconds, the largest peak in MB."""

    wall: float
    cpu: float
    peak: float


def measured(
    command: list[str],
    *,
    where: Path,
    environment: dict[str, str] | None = None,
    runs: int = 3,
    out: IO[str] | int = subprocess.DEVNULL,
    may_end: tuple[int, ...] = (0, 1),
) -> Figure:
    """Run a command several times; raises RuntimeError where it ends otherwise than it may."""
    walls, cpus, peaks = [], [], []
    for _ in range(runs):
        reading, writing = os.pipe()
        # a process begins with the memory of the one that starts it: this one is large, so a small one stands between
        launcher = [sys.executable, "-S", __file__, str(writing), *command]
        place = {**os.environ, **(environment or {})}
        subprocess.run(launcher, cwd=where, env=place, stdout=out, stderr=out, pass_fds=[writing], check=True)
        os.close(writing)
        with os.fdopen(reading) as told:
            code, wall, cpu, peak = json.load(told)
        if code not in may_end:
            raise RuntimeError(f"{command} ended with {code}")
        walls.append(wall)
        cpus.append(cpu)
        peaks.append(peak)
    return Figure(statistics.median(walls), statistics.median(cpus), max(peaks))


def launch(writing: int, command: list[str]) -> None:
    """Run a command, wait for it, and tell how it ended and what it used."""
    began = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    told = [os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]
    with os.fdopen(writing, "w") as out:
        json.dump(told, out)


def python(*arguments: str) -> list[str]:
    """The command line of a script that stands here, in the same environment."""
    return [sys.executable, str(Path(__file__).parent / arguments[0]), *arguments[1:]]


def bulk(*arguments: str) -> list[str]:
    """The command line of bulk-io."""
    return [sys.executable, "-m", "bulk_io", *arguments]


def runs_for(rows: int) -> int:
    """How often to measure: three times, but what takes minutes once."""
    return 1 if rows > 100_000 else 3


if __name__ == "__main__":
    launch(int(sys.argv[1]), sys.argv[2:])
