"""``make bench``: the main jobs as whole processes beside their peers, in one run; medians and ratios as Markdown."""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import http_clients

from bulk_io import sandbox

HERE = Path(__file__).parent
RUNS = 3
HEADER = ["First Name", "Last Name", "Phone", "Email", "Title", "Company", "Industry", "City", "Country", "Tags",
          "Notes", "Score"]  # fmt: skip
DOMAINS = 2000
"""E-mail domains in a generated file: checkers that remember domains depend on how many there are."""


@dataclass(frozen=True)
class Figure:
    """One whole process: medians of wall and CPU seconds, the largest peak of memory in MB."""

    wall: float
    cpu: float
    peak: float


def leads(path: Path, rows: int, *, dirty: bool = True) -> Path:
    """Write invented leads, seeded; ``dirty``: 5 % faults, 5 % repeats."""
    chance = random.Random(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for at in range(rows):
            number = f"+336{at:08d}"
            phone = chance.choice([number, "0" + number[3:], "00" + number[1:]]) if dirty else number
            if dirty and at % 20 == 3:
                phone = chance.choice(["", "123", "3.36E+10"])
            if dirty and at % 20 == 13:
                phone = f"+336{at - 10:08d}"
            name = f"Martin{(at - 10 if at % 20 == 13 else at) % 997}"
            mail = f"lead{at}@d{at % DOMAINS}.example.com"
            writer.writerow(["Ada", name, phone, mail, "CEO", f"Company {at % 5000}", "Retail", "Sète", "France",
                             "a;b", f"note {at}", at])  # fmt: skip
    return path


def measured(
    command: list[str],
    *,
    where: Path,
    environment: dict[str, str] | None = None,
    runs: int = RUNS,
    out: IO[str] | int = subprocess.DEVNULL,
) -> Figure:
    """Run a command several times as a whole process."""
    walls, cpus, peaks = [], [], []
    for _ in range(runs):
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=where, env={**os.environ, **(environment or {})}, stdout=out)
        _, _, used = os.wait4(process.pid, 0)
        walls.append(time.perf_counter() - began)
        cpus.append(used.ru_utime + used.ru_stime)
        peaks.append(used.ru_maxrss / 1024)
    return Figure(statistics.median(walls), statistics.median(cpus), max(peaks))


def bulk(*arguments: str) -> list[str]:
    """The command line of bulk-io."""
    return [sys.executable, "-m", "bulk_io", *arguments]


def line(what: str, figure: Figure, peer: Figure | None = None) -> None:
    """Print a row of a table."""
    ratio = f"{peer.wall / figure.wall:.1f}x faster" if peer else ""
    print(f"| {what} | {figure.wall:.1f} s | {figure.cpu:.1f} s | {figure.peak:.0f} MB | {ratio} |", flush=True)


def validate(folder: Path, rows: int) -> None:
    """100,000 rows, csv and xlsx, against the script that a user would write."""
    print(f"\n## validate, {rows:,} rows x {len(HEADER)} columns, {DOMAINS:,} e-mail domains\n")
    print("| | wall | CPU | peak memory | |\n|---|---|---|---|---|")
    path = leads(folder / "leads.csv", rows)
    subprocess.run(
        [sys.executable, "-c", "import sys, pandas as pd; "
         "pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False).to_excel(sys.argv[2], index=False)",
         str(path), str(path.with_suffix(".xlsx"))], check=True,
    )  # fmt: skip
    for file in (path, path.with_suffix(".xlsx")):
        peer = measured([sys.executable, str(HERE / "straightforward.py"), file.name], where=folder, runs=1)
        line(f"straightforward script, {file.suffix}", peer)
        line(
            f"**bulk-io validate**, {file.suffix}", measured(bulk("validate", file.name, "--quiet"), where=folder), peer
        )


def upload(folder: Path, rows: int, latency_ms: int) -> None:
    """New contacts at a server that takes its time, against the vendor's loop and a bare aiohttp loop."""
    print(f"\n## import of new contacts, {latency_ms} ms a request, sandbox on the same two cores\n")
    print("| | contacts a second |\n|---|---|")
    path = leads(folder / "new.csv", rows, dirty=False)
    few = leads(folder / "few.csv", 300, dirty=False)
    rates = {}
    for name, script, file in (
        ("vendor's loop (requests, one after the other)", "vendor_loop.py", few),
        ("bare aiohttp loop, 32 in flight, no journal", "bare_aiohttp.py", path),
    ):
        with sandbox.start(latency_ms=latency_ms) as running:
            command = [sys.executable, str(HERE / script), file.name, running.base_url, running.api_key]
            figure = measured(command, where=folder, runs=1)
        rates[name] = (300 if file is few else rows) / figure.wall
        print(f"| {name} | {rates[name]:.0f} |", flush=True)
    for concurrency in ("32", ""):
        with sandbox.start(latency_ms=latency_ms) as running:
            more = ["--concurrency", concurrency] if concurrency else []
            place = {"ISAO_BASE_URL": running.base_url, "ISAO_API_KEY": running.api_key}
            figure = measured(bulk("import", path.name, "--quiet", *more), where=folder, environment=place, runs=1)
        rate = rows / figure.wall
        against = " , ".join(
            f"{rate / other:.2f}x {name.split(' (')[0].split(',')[0]}" for name, other in rates.items()
        )
        what = f"--concurrency {concurrency}" if concurrency else "adapting by itself"
        print(f"| **bulk-io import**, whole process, {what} | {rate:.0f} ({against}) |", flush=True)


def main() -> None:
    """Run everything and print a Markdown page."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n\n## HTTP clients\n")
    for latency_ms in http_clients.LATENCIES_MS:
        for row in http_clients.table(latency_ms):
            print(row, flush=True)
    with tempfile.TemporaryDirectory(prefix="bulk-io-bench-") as name:
        validate(Path(name), 100_000)
        upload(Path(name), 12_000, 20)


if __name__ == "__main__":
    main()
