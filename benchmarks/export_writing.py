"""Writing an export: each format as a whole function in a process of its own, beside ``DataFrame.to_excel``; Markdown.

``python benchmarks/export_writing.py [ROWS]``. Contacts come one after the other from a seeded generator, as they come
from the CRM; times include making them, which takes the same for all.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bulk_io import writing
from bulk_io.base import COLUMN, text
from bulk_io.fields import NAMES, WRITABLE
from bulk_io.records import Contact

RUNS = 3


def contacts(rows: int) -> Iterator[Contact]:
    """Give invented contacts, all 14 fields filled."""
    chance = random.Random(rows)
    for at in range(rows):
        values = {
            "name": f"Ada Martin{at % 997}",
            "firstName": "Ada",
            "lastName": f"Martin{at % 997}",
            "phoneNumber": f"+336{at:08d}",
            "email": f"lead{at}@d{at % 2000}.example.com",
            "position": chance.choice(["CEO", "Directrice générale", "=CTO"]),
            "currentCompany": f"Company {at % 5000}",
            "industrySector": "Retail",
            "city": "Sète",
            "country": "France",
            "createdAt": f"2024-11-{at % 28 + 1:02d}T10:30:{at % 60:02d}.000Z",
            "updatedAt": f"2025-11-{at % 28 + 1:02d}T10:30:{at % 60:02d}.000Z",
        }
        yield Contact(f"66f0{at:020x}", values, ("lead", chance.choice(["a", "b;c"])))


def ours(name: str, *, based: bool = False) -> Callable[[Path, int], None]:
    """Write as an export does; ``based``: with the hidden base of each row."""

    def write(folder: Path, rows: int) -> None:
        found = contacts(rows)
        if based:
            lines = ([*(one[name] for name in NAMES), text(one, WRITABLE)] for one in found)
            writing.table(folder / name, [*NAMES, COLUMN], lines, hidden=[COLUMN])
        else:
            writing.table(folder / name, NAMES, ([one[name] for name in NAMES] for one in found))

    return write


def pandas(folder: Path, rows: int) -> None:
    """Write as most people would; with the options that it takes to keep the same cells."""
    import pandas as pd

    from bulk_io import tags

    lines = [[tags.record(one.tags) if name == "tags" else one[name] for name in NAMES] for one in contacts(rows)]
    pd.DataFrame(lines, columns=list(NAMES), dtype=str).to_excel(folder / "p.xlsx", index=False, engine="openpyxl")


JOBS: dict[str, Callable[[Path, int], None]] = {
    "DataFrame.to_excel (openpyxl)": pandas,
    "**bulk_io**, xlsx": ours("a.xlsx"),
    "**bulk_io**, xlsx, with the base of each row": ours("a.xlsx", based=True),
    "**bulk_io**, csv": ours("a.csv"),
    "**bulk_io**, csv, with the base of each row": ours("a.csv", based=True),
    "**bulk_io**, jsonl": ours("a.jsonl"),
    "**bulk_io**, parquet": ours("a.parquet"),
    "**bulk_io**, vcf": ours("a.vcf"),
}


def one(job: str, rows: int) -> None:
    """Run a job in this process, once warm with few rows; tell seconds and peak memory."""
    with tempfile.TemporaryDirectory(prefix="bulk-io-bench-") as name:
        JOBS[job](Path(name), 10)
        began, busy = time.perf_counter(), time.process_time()
        JOBS[job](Path(name), rows)
        took = [time.perf_counter() - began, time.process_time() - busy]
        size = max(path.stat().st_size for path in Path(name).iterdir())
    print(json.dumps([*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, size / 1e6]))


def measured(job: str, rows: int, runs: int) -> list[float]:
    """Give medians of wall, CPU, peak memory in MB and size of the file in MB."""
    command = [sys.executable, __file__, str(rows), job]
    results = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(runs)]
    return [statistics.median(column) for column in zip(*results, strict=True)]


def main(rows: int) -> None:
    """Run every job and print a table."""
    print(f"{rows:,} contacts x {len(NAMES)} columns, {os.cpu_count()} cores.\n")
    print("| | wall | CPU | peak memory | file | |\n|---|---|---|---|---|---|")
    peer = 0.0
    for job in JOBS:
        wall, cpu, peak, size = measured(job, rows, 1 if job.startswith("DataFrame") else RUNS)
        peer = peer or wall
        ratio = f"{peer / wall:.1f}x faster" if wall < peer else ""
        print(f"| {job} | {wall:.1f} s | {cpu:.1f} s | {peak:.0f} MB | {size:.1f} MB | {ratio} |", flush=True)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) > 2:
        one(sys.argv[2], count)
    else:
        main(count)
