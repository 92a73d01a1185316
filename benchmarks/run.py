"""``make bench``: each stage and the main jobs as whole processes beside named peers in the same run, as Markdown.

``python benchmarks/run.py [SECTION…]``: the sections are clients, starting, reading, checking, whole, importing,
exporting, writing and duplicates; all of them take about twenty minutes on two cores. Where all of them ran, their page
is put into the README beside this file, and ``ratios.svg`` is drawn anew.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duplicates
import export_writing
import exporting
import http_clients
import picture
from invented import DOMAINS, HEADER, leads
from measuring import Figure, bulk, measured, python, runs_for

from bulk_io import __version__, sandbox

SIZES = (10_000, 100_000, 1_000_000)
NEW, FEW, LATENCY_MS = 12_000, 300, 20


@dataclass
class Bench:
    """One run: a folder for its files, and the ratios that it found, by what was compared."""

    folder: Path
    ratios: dict[str, float] = field(default_factory=dict)

    def file(self, rows: int, suffix: str) -> Path:
        """Give an invented list, written when it is first asked for."""
        path = self.folder / f"leads{rows}{suffix}"
        return path if path.exists() else leads(path, rows)

    def compare(self, what: str, ours: Figure, peers: dict[str, Figure]) -> None:
        """Print ours and its peers; the ratio is the peer's wall time by ours."""
        for name, peer in peers.items():
            self.ratios[f"{what}: {name}"] = peer.wall / ours.wall
            print(_row(what, name, peer, f"{peer.wall / ours.wall:.2f}"), flush=True)
        print(_row(what, "**bulk_io**", ours, ""), flush=True)


def starting(bench: Bench) -> None:
    """What a command costs before it does anything, beside importing pandas."""
    print("| | | wall | CPU | peak memory | peer / bulk_io |\n|---|---|---|---|---|---|")
    few = bench.file(200, ".csv")
    pandas = measured([sys.executable, "-c", "import pandas"], where=bench.folder, runs=5)
    for what, command, codes in (
        ("`--help`", bulk("--help"), (0,)),
        ("usage error", bulk("validate", "--regoin", "FR"), (2,)),
        ("`runs`", bulk("runs"), (0,)),
        ("`validate`, 200 rows", bulk("validate", few.name, "--quiet"), (0, 1)),
    ):
        ours = measured(command, where=bench.folder, runs=5, out=subprocess.DEVNULL, may_end=codes)
        bench.compare(what, ours, {"`import pandas`": pandas})


def reading(bench: Bench) -> None:
    """A file read to its end, beside pandas (C engine; openpyxl), all cells text."""
    print("| rows | | wall | CPU | peak memory | peer / bulk_io |\n|---|---|---|---|---|---|")
    for rows in SIZES:
        for suffix in (".csv", ".xlsx"):
            path, runs = bench.file(rows, suffix), runs_for(rows)
            peer = measured(python("stages.py", "pandas", path.name), where=bench.folder, runs=runs)
            ours = measured(python("stages.py", "read", path.name), where=bench.folder, runs=runs)
            engine = "pandas, C engine" if suffix == ".csv" else "pandas, openpyxl"
            bench.compare(f"read {rows:,} {suffix}", ours, {engine: peer})


def checking(bench: Bench) -> None:
    """Where the time of ``validate`` goes: seconds by stage, one process."""
    print("| rows | file | seconds by stage |\n|---|---|---|")
    for rows in SIZES:
        for suffix in (".csv", ".xlsx"):
            path = bench.file(rows, suffix)
            command = python("stages.py", "timed", path.name)
            told = subprocess.run(command, cwd=bench.folder, check=True, capture_output=True, text=True).stdout
            print(f"| {rows:,} | {suffix} | {told.strip()} |", flush=True)


def whole(bench: Bench) -> None:
    """``validate`` and the dry run of ``import``, reports included, beside what a user would write."""
    print(f"Lists of {len(HEADER)} columns, {DOMAINS:,} e-mail domains, 5 % faults, 5 % repeats.\n")
    print("| rows | | wall | CPU | peak memory | peer / bulk_io |\n|---|---|---|---|---|---|")
    for rows in SIZES:
        for suffix in (".csv", ".xlsx"):
            path = bench.file(rows, suffix)
            scripts = {"pandas script": "straightforward.py"}
            if suffix == ".csv":
                scripts |= {"pydantic models": "pydantic_rows.py", "frictionless": "frictionless_rows.py"}
            if rows > 100_000:
                scripts.pop("pandas script")  # a quarter of an hour, and twice that for xlsx
            peers = {
                name: measured(python(script, path.name), where=bench.folder, runs=1)
                for name, script in scripts.items()
            }
            ours = measured(bulk("validate", path.name, "--quiet"), where=bench.folder, runs=runs_for(rows))
            bench.compare(f"validate {rows:,} {suffix}", ours, peers)
    with sandbox.start() as running:
        for rows in SIZES:
            command = bulk("import", bench.file(rows, ".csv").name, "--dry-run", "--quiet")
            dry = measured(command, where=bench.folder, environment=_place(running), runs=runs_for(rows))
            print(_row(f"import --dry-run {rows:,} .csv", "**bulk_io**", dry, ""), flush=True)


def importing(bench: Bench) -> None:
    """New contacts at a server that takes its time, beside the vendor's loop and a bare aiohttp loop."""
    print(f"{NEW:,} new contacts, {LATENCY_MS} ms a request, the sandbox on the same cores.\n")
    print("| | contacts a second | CPU a contact |\n|---|---|---|")
    new = leads(bench.folder / "new.csv", NEW, dirty=False)
    few = leads(bench.folder / "few.csv", FEW, dirty=False)
    rates: dict[str, float] = {}

    def told(name: str, rows: int, command: Callable[[sandbox.Sandbox], list[str]]) -> float:
        with sandbox.start(latency_ms=LATENCY_MS) as running:
            figure = measured(command(running), where=bench.folder, environment=_place(running), runs=1)
        rates[name] = rows / figure.wall
        ratios = ", ".join(f"{rates[name] / rate:.2f}x {peer}" for peer, rate in rates.items() if peer != name)
        against = f" ({ratios})" if ratios else ""
        print(f"| {name} | {rates[name]:.0f}{against} | {1000 * figure.cpu / rows:.2f} ms |", flush=True)
        return rates[name]

    vendor = told("vendor's loop", FEW, lambda on: python("vendor_loop.py", few.name, on.base_url, on.api_key))
    bare = told("bare aiohttp loop", NEW, lambda on: python("bare_aiohttp.py", new.name, on.base_url, on.api_key))
    told(
        "**bulk-io import** --concurrency 32",
        NEW,
        lambda on: bulk("import", new.name, "--quiet", "--concurrency", "32"),
    )
    ours = told("**bulk-io import**, adapting by itself", NEW, lambda on: bulk("import", new.name, "--quiet"))
    bench.ratios |= {"import 12,000: vendor's loop": ours / vendor, "import 12,000: bare aiohttp loop": ours / bare}


def clients(_: Bench) -> None:
    """Which HTTP library carries the upload."""
    for latency_ms in http_clients.LATENCIES_MS:
        for line in http_clients.table(latency_ms):
            print(line, flush=True)


def reading_out(_: Bench) -> None:
    """Exports from a server that costs next to nothing and takes 20 ms a page; csv and xlsx carry each contact's base.

    The peer of reading alone is the least time that its requests take: their number by those in flight, times 20 ms.
    """
    exporting.main(SIZES)


def writing(_: Bench) -> None:
    """100,000 contacts of 14 fields as a file, beside ``DataFrame.to_excel`` with openpyxl on the same rows."""
    export_writing.main(100_000)


def twice(_: Bench) -> None:
    """Likely duplicates in invented lists with traps, a fifth of the rows copies with one to five kinds of dirt."""
    duplicates.main(list(duplicates.SIZES))


SECTIONS: dict[str, Callable[[Bench], None]] = {
    "starting": starting,
    "reading": reading,
    "checking": checking,
    "whole": whole,
    "importing": importing,
    "exporting": reading_out,
    "writing": writing,
    "duplicates": twice,
    "clients": clients,
}
README = Path(__file__).with_name("README.md")
MARKS = ("<!-- from here on: make bench -->\n", "<!-- up to here: make bench -->\n")


class Page(io.StringIO):
    """What is printed, shown and kept."""

    def write(self, text: str) -> int:
        """Show and keep a text."""
        sys.__stdout__.write(text)  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]
        return super().write(text)


def main(wanted: list[str]) -> None:
    """Run sections and print a Markdown page."""
    with tempfile.TemporaryDirectory(prefix="bulk-io-bench-") as name, contextlib.redirect_stdout(Page()) as page:
        bench = Bench(Path(name))
        machine = (
            f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
        )
        print(f"bulk_io {__version__}, {datetime.now(UTC):%Y-%m-%d}, {machine}.")
        for section in wanted or list(SECTIONS):
            run = SECTIONS[section]
            print(f"\n## {section}\n\n{inspect.getdoc(run)}\n")
            run(bench)
    if not wanted:
        before, _, rest = README.read_text("utf-8").partition(MARKS[0])
        README.write_text(f"{before}{MARKS[0]}{page.getvalue()}{MARKS[1]}{rest.partition(MARKS[1])[2]}", "utf-8")
        picture.draw(bench.ratios, README.with_name("ratios.svg"))


def _row(what: str, who: str, figure: Figure, ratio: str) -> str:
    return f"| {what} | {who} | {figure.wall:.2f} s | {figure.cpu:.2f} s | {figure.peak:.0f} MB | {ratio} |"


def _place(running: sandbox.Sandbox) -> dict[str, str]:
    return {"ISAO_BASE_URL": running.base_url, "ISAO_API_KEY": running.api_key}


if __name__ == "__main__":
    main(sys.argv[1:])
