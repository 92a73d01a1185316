"""How an export scales: 10,000, 100,000 and 1,000,000 contacts out of the sandbox, at 20 ms a page, whole processes.

The least time is that of the requests: pages divided by requests in flight, times the latency.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from run import bulk, measured

from bulk_io import sandbox
from bulk_io.sandbox.store import Store

AT_ONCE = 16
LATENCY_MS = 20


def fill(folder: Path, contacts: int) -> Path:
    """Put invented contacts into a sandbox's folder."""
    store = Store(folder)
    for at in range(contacts):
        store.create({
            "name": f"Ada Martin {at}", "firstName": "Ada", "lastName": f"Martin {at}",
            "phoneNumber": f"+336{at:08d}", "email": f"ada.{at}@d{at % 2000}.example.org", "position": "CEO",
            "currentCompany": f"Moulin & fils {at % 5000}", "industrySector": "Retail", "city": "Besançon",
            "country": "France", "tags": ["lead", "2026"],
        })  # fmt: skip
    store.close()
    return folder


def table(counts: tuple[int, ...], formats: tuple[str, ...]) -> Iterator[str]:
    """Export each number of contacts to each format; lines of a Markdown table."""
    yield f"| contacts | format | wall | CPU | peak memory | requests | requests alone, {AT_ONCE} in flight |"
    yield "|---|---|---|---|---|---|---|"
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="bulk-io-bench-") as name:
            folder = Path(name)
            with sandbox.start(fill(folder / "crm", count), latency_ms=LATENCY_MS) as running:
                place = {"ISAO_BASE_URL": running.base_url, "ISAO_API_KEY": running.api_key}
                for shape in formats:
                    path = folder / f"all.{shape}"
                    command = bulk("export", str(path), "--json", "--concurrency", str(AT_ONCE))
                    with (folder / "told").open("w") as told:
                        found = measured(command, where=folder, environment=place, runs=1, out=told)
                    said = json.loads((folder / "told").read_text())
                    assert said["contacts"] == count, said
                    least = said["requests"] / AT_ONCE * LATENCY_MS / 1000
                    yield (
                        f"| {count:,} | {shape} | {found.wall:.1f} s | {found.cpu:.1f} s | {found.peak:.0f} MB | "
                        f"{said['requests']} | {least:.1f} s |"
                    )


if __name__ == "__main__":
    counts = tuple(map(int, sys.argv[1:])) or (10_000, 100_000, 1_000_000)
    for line in table(counts, ("csv", "xlsx", "jsonl")):
        print(line, flush=True)
