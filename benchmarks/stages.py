"""One stage alone in a process of its own, or ``validate`` with the seconds of each stage (``timed``)."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import bulk_io
from bulk_io.watching import Watcher


class Clock(Watcher):
    """Notes when the stages begin, and when the last row was checked."""

    def __init__(self) -> None:
        super().__init__()
        self.times = [("open", time.monotonic())]
        self._left = -1

    def stage(self, name: str, total: int | None) -> None:
        self.times.append((name, time.monotonic()))
        self._left = total if name == "checking" and total else -1

    def advance(self, rows: int) -> None:
        self._left -= rows
        if self._left == 0:
            self.times.append(("rest", time.monotonic()))


def read(path: str) -> None:
    """Read a file to its end and keep nothing."""
    for _ in bulk_io.read_table(path).chunks(20_000):
        pass


def pandas(path: str) -> None:
    """The peer: pandas reads it whole, csv by its C engine, xlsx by openpyxl."""
    import pandas as pd

    if path.endswith(".xlsx"):
        pd.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")
    else:
        pd.read_csv(path, dtype=str, keep_default_na=False, engine="c")


def timed(path: str) -> None:
    """Validate, reports included, and print the seconds of each stage."""
    clock = Clock()
    bulk_io.validate(path, watcher=clock, run_dir=Path(path).parent / "runs")
    ends = [*(began for _, began in clock.times[1:]), time.monotonic()]
    print(" ".join(f"{name}={end - began:.2f}" for (name, began), end in zip(clock.times, ends, strict=True)))


if __name__ == "__main__":
    {"read": read, "pandas": pandas, "timed": timed}[sys.argv[1]](sys.argv[2])
