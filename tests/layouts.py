"""The measure of matching: the invented layouts of ``layouts.toml``, each column with the field that is right.

python tests/layouts.py          right, wrong, vetoed and left out, and every column that is not right
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bulk_io import matching

ROWS = 12
SAID = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
LAYOUTS: dict[str, str] = SAID["layouts"]


class Verdict(NamedTuple):
    """How one column of a layout ended, and why."""

    ended: str
    header: str
    right: str
    found: str
    why: str


def judge(name: str) -> list[Verdict]:
    """Match a layout and judge its columns.

    ``right``; ``wrong``: used for another field, or used though it must not be; ``vetoed``: left out for a reason, and
    ``left out``: not known, though it should have been.
    """
    columns = [[part.strip() for part in line.split(" | ")] for line in LAYOUTS[name].strip().splitlines()]
    right = {one[0]: one[2] if len(one) > 2 else "" for one in columns}
    cells = {header: [value(pool.rstrip(" |"), row) for row in range(ROWS)] for header, pool, *_ in columns}
    sample = pd.DataFrame(cells, dtype="str")
    found = matching.choose(list(sample.columns), sample, required=False)
    return [_verdict(one.header, right[one.header], one.field or "", one.why) for one in found.proposals]


def value(pool: str, row: int) -> str:
    """Give what a pool, or two of them, has in a row."""
    for sign, between in ((" + ", " "), (", ", ", ")):
        left, found, right = pool.partition(sign)
        if found:
            return f"{value(left, row)}{between}{value(right, row)}"
    values: list[str] = SAID["pools"][pool]
    return values[row % len(values)].format(row + 10)


def _verdict(header: str, right: str, found: str, why: str) -> Verdict:
    ended = "wrong" if found else "vetoed" if why.startswith("left out") else "left out"
    return Verdict("right" if right == found else ended, header, right, found, why)


def main() -> int:
    """Print the measure."""
    every = [(name, one) for name in LAYOUTS for one in judge(name)]
    for name, one in every:
        if one.ended != "right":
            print(
                f"{one.ended:<9} {name}: {one.header!r} is {one.right or 'not to be used'}, not {one.found}: {one.why}"
            )
    counts = Counter(one.ended for _, one in every)
    shares = ", ".join(f"{counts[kind]} {kind}" for kind in ("right", "wrong", "vetoed", "left out"))
    print(f"{len(LAYOUTS)} layouts, {len(every)} columns: {shares} ({counts['right'] / len(every):.1%} right)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
