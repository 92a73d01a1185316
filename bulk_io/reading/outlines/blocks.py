"""How full the first rows of a file are, blank lines between them: which blocks stand above the table, how wide it is.

Light on purpose: the child process that reads workbooks weighs sheets with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

LOOK = 30
"""How many rows that are not blank may stand above a header, at most."""
_PAIR = 2
"""Cells of a row in the head of a report: a label and its value."""

_NEARLY = 10
"""A row lacks hardly a cell where it lacks fewer than one of so many."""

Count = tuple[int, int]
"""A row's number as Excel shows it, and how many of its cells are filled; blank rows are left out."""


def width(rows: Sequence[Count]) -> float:
    """Give how many cells a row of the table usually fills; titles above it do not count."""
    counts = [count for _, count in rows[_head(rows) :]]
    wide = [count for count in counts if count > 1]
    if wide and (len(wide) * 2 >= len(counts) or min(counts[-2:]) > 1):
        return median(wide)
    return 1


def top(rows: Sequence[Count], width: float) -> int:
    """Give the first place that may be the table's: blocks of narrower rows above a blank line are notes."""
    found = 0
    for place in range(1, min(len(rows), LOOK)):
        if _is_parted(rows, place):
            above = [count for _, count in rows[found:place]]
            least = min(width, _first(rows, place))
            # nine names over ten columns are a header, though a blank line stands below it
            if len(rows) - place >= 2 and max(above, default=0) * _NEARLY < least * (_NEARLY - 1):
                found = place
    return found


def _head(rows: Sequence[Count]) -> int:
    """Give how many rows are the head of a report: pairs of a label and a value, a blank line, then far wider rows."""
    for place in range(1, min(len(rows), LOOK)):
        above = max(count for _, count in rows[:place])
        if above > _PAIR:
            break
        below = [count for _, count in rows[place : place + 4] if count > 1]
        if _is_parted(rows, place) and len(below) > 1 and below[0] > 2 * above and min(below) > above:
            return place
    return 0


def _first(rows: Sequence[Count], place: int) -> int:
    """Give how full the first row of a block is that is no title of it."""
    return next((count for _, count in rows[place : place + 2] if count > 1), 1)


def _is_parted(rows: Sequence[Count], place: int) -> bool:
    """Say whether a blank line stands above a row."""
    return rows[place][0] > rows[place - 1][0] + 1
