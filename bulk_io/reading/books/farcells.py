"""Cells of an xlsx far from its table: a stray one in the last column or row makes a small sheet too large to hold.

calamine lays a sheet out from its first to its last cell, so such cells are taken out of a copy before; each is told.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from bulk_io.reading.books import openxml

_GAP_COLUMNS, _GAP_ROWS = 200, 10_000
"""So much emptiness parts a stray cell from a table."""
_MOST = 100
"""More cells than these beyond the emptiness are no strays."""
_SHOWN = 5
_PART = re.compile(r"xl/worksheets/[^/]+\.xml")


@dataclass(frozen=True, slots=True)
class Near:
    """The last column and row that are no strays' (from 1)."""

    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A workbook without its far cells, and what is to be told of each sheet's part."""

    path: str
    notes: Mapping[str, str]


def trimmed(path: str) -> Copy | None:
    """Copy a workbook without its far cells, to a file beside it; None where there are none."""
    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if _PART.fullmatch(name)]
        ends = {part: end for part in parts if (end := _near(archive, part)) is not None}
    if not ends:
        return None
    strays: dict[str, list[str]] = {part: [] for part in ends}
    changes = {part: partial(_kept, end=end, strays=strays[part]) for part, end in ends.items()}
    copy = openxml.copied(path, "near.xlsx", changes)
    return Copy(copy, {part: _told(places) for part, places in strays.items() if places})


def _near(archive: zipfile.ZipFile, part: str) -> Near | None:
    """Find where the table of a sheet ends and strays begin; None where nothing is far."""
    columns, rows = Counter[int](), Counter[int]()
    with archive.open(part) as stream:
        for block in openxml.blocks(stream):
            for match in openxml.CELL_PLACE.finditer(block):
                columns[openxml.column_number(match[1].decode())] += 1
                rows[int(match[2])] += 1
    end = Near(_end(columns, _GAP_COLUMNS), _end(rows, _GAP_ROWS))
    return end if end != Near(max(columns, default=0), max(rows, default=0)) else None


def _end(counts: Mapping[int, int], gap: int) -> int:
    """Give the last place before a wide gap behind which hardly anything stands."""
    places, beyond = sorted(counts), sum(counts.values())
    for place, after in pairwise(places):
        beyond -= counts[place]
        if after - place > gap and beyond <= _MOST:
            return place
    return places[-1] if places else 0


def _kept(match: re.Match[bytes], *, end: Near, strays: list[str]) -> bytes:
    """Give a cell as it is, nothing for a far one; one that holds something is a stray."""
    place = openxml.PLACE.search(match[1])
    if not place or (openxml.column_number(place[1].decode()) <= end.column and int(place[2]) <= end.row):
        return match[0]
    if b"<v" in match[0] or b"<is" in match[0]:
        strays.append((place[1] + place[2]).decode())
    return b""


def _told(strays: list[str]) -> str:
    what = "A cell far from the table was" if len(strays) == 1 else f"{len(strays)} cells far from the table were"
    return f"{what} left out: {', '.join(strays[:_SHOWN])}{' …' if len(strays) > _SHOWN else ''}."
