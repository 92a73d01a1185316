"""How an export scales: 10,000, 100,000 and 1,000,000 contacts at 20 ms a page, whole processes.

The peer of reading is the least time that its requests take: pages divided by requests in flight, times the latency.
The server (``pages_server.py``) costs next to nothing, so that on two cores the export is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measuring import bulk, measured, python

from bulk_io.__main__ import SELDOM
from bulk_io.collecting import collect
from bulk_io.connection import Connection
from bulk_io.gathered import Gathered
from bulk_io.retry import Caller
from bulk_io.throttle import Throttle

AT_ONCE = 16
LATENCY_MS = 20
KEY = "ck_benchmark"


@contextlib.contextmanager
def server(contacts: int) -> Iterator[str]:
    """Start a CRM of invented contacts; gives its URL."""
    command = python("pages_server.py", str(contacts), str(LATENCY_MS))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/api/external"
        finally:
            process.kill()


gc.set_threshold(*SELDOM)  # as the command does


async def read(url: str, at_once: int, folder: Path) -> tuple[float, int]:
    """Read all contacts into a store and nothing else: wall seconds and requests."""
    into = Gathered(folder / f"gathered-{at_once}")
    with contextlib.closing(into):
        async with Connection(url, KEY) as connection:
            caller = Caller(connection, Throttle(at_once))
            await caller.ask("GET", ["test"])
            began = time.monotonic()
            await collect(caller, {}, into)
            return time.monotonic() - began, connection.sent


def readings(url: str, folder: Path) -> Iterator[str]:
    """Reading alone beside the least time of its requests."""
    for at_once in (4, 8, 16, 32):
        seconds, requests = asyncio.run(read(url, at_once, folder))
        least = requests / at_once * LATENCY_MS / 1000
        yield f"| {at_once} | {requests} | {least:.2f} s | {seconds:.2f} s | {seconds / least:.2f} |"


def wholes(url: str, folder: Path, count: int, formats: tuple[str, ...]) -> Iterator[str]:
    """Whole exports, one a format."""
    for shape in formats:
        command = bulk("export", str(folder / f"all.{shape}"), "--json", "--concurrency", str(AT_ONCE))
        place = {"ISAO_BASE_URL": url, "ISAO_API_KEY": KEY}
        with (folder / "told").open("w") as told:
            found = measured(command, where=folder, environment=place, runs=1, out=told)
        said = json.loads((folder / "told").read_text())
        assert said["contacts"] == count, said
        yield (
            f"| {count:,} | {shape} | {found.wall:.1f} s | {found.cpu:.1f} s | {found.peak:.0f} MB | "
            f"{said['requests']} | {said['requests'] / AT_ONCE * LATENCY_MS / 1000:.1f} s |"
        )


def main(counts: tuple[int, ...]) -> None:
    """Print both tables as Markdown."""
    with tempfile.TemporaryDirectory(prefix="bulk-io-bench-") as name:
        print("| in flight | requests | least time | reading | ratio |\n|---|---|---|---|---|")
        with server(100_000) as url:
            for line in readings(url, Path(name)):
                print(line, flush=True)
        print(f"\n| contacts | format | wall | CPU | peak memory | requests | requests alone, {AT_ONCE} in flight |")
        print("|---|---|---|---|---|---|---|")
        for count in counts:
            with server(count) as url:
                for line in wholes(url, Path(name), count, ("csv", "xlsx", "jsonl")):
                    print(line, flush=True)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or (10_000, 100_000, 1_000_000))
