"""Blanks between cells: single ones that cut lines alike, and columns of fixed width that stand under one another."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from bulk_io.reading.outlines import header
from bulk_io.reading.outlines.kinds import is_value

_MEASURED = re.compile(r"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?")
_SURE = 0.95
_MANY = 8
_LEAST, _LEADING = 5, 3
"""Rows that single blanks must cut alike, and columns of values where they need not."""


def is_spaced(lines: Sequence[str]) -> bool:
    """Say whether single blanks may stand between cells: a line of words over lines with as many cells and values."""
    try:
        lines = [line for line in lines if not line.startswith("#")] or lines
        rows = [row for row in csv.reader(lines, delimiter=" ", strict=True) if row]
    except csv.Error:
        return False
    width = len(rows[0])
    if len(rows) > _LEAST and all(len(row) == width > 1 for row in rows):
        measures = [sum(_MEASURED.fullmatch(cell) is not None for cell in row) for row in rows]
        if min(measures[1:]) == 2 == width or (min(measures) > 2 and min(measures) * 2 > width):
            return True
    if width < 3 or any(map(is_value, rows[0])) or sum(map(is_value, map(str.strip, lines))) * 2 > len(lines):
        return False
    known = header.evidence(rows[0])
    even = [row for row in rows[1:] if len(row) == width]
    if len(even) + 1 < _SURE * len(rows):
        # cells with bare blanks in them: rows are as long as their words, but begin alike
        return known >= 2 and len(rows) > _LEAST and _valued(rows[1:]) >= _LEADING
    valued = _valued(even)
    return known == width or (valued >= 1 and (known >= 2 or valued * 2 >= width or len(rows) > _LEAST))


def _valued(rows: Sequence[Sequence[str]]) -> int:
    """Count the columns that hold values in nearly all rows."""
    columns = list(zip(*rows, strict=False))
    return sum(sum(map(is_value, column)) > 0.8 * len(column) for column in columns)


def stops(lines: Sequence[str]) -> tuple[int, ...]:
    """Find where columns of fixed width begin: behind blanks that go through all lines, two at least in some line."""
    texts = [line.rstrip() for line in lines if line.strip() and not header.is_ruler([line])]
    texts = [text for text in texts if not text.startswith("# ")] or texts
    if len(texts) < 3 or any("\t" in text for text in texts):
        return ()
    widest = max(map(len, texts))
    if widest > 2000 or sum(bool(re.search(r"\S {2,}\S", text)) for text in texts) * 2 < len(texts):
        return ()
    blank = [all(at >= len(text) or text[at] == " " for text in texts) for at in range(widest)]
    starts = [at for at in range(widest) if not blank[at] and (at == 0 or blank[at - 1])]
    wide = [at for at in starts[1:] if len(texts) >= _MANY or any(text[at - 2 : at] == "  " for text in texts)]
    return (0, *wide) if starts else ()
