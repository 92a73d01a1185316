"""The names of columns: what the header says, made unique; a number where it says nothing."""

from __future__ import annotations

from collections.abc import Sequence

from bulk_io.reading.outlines.kinds import trim


def names(raw: Sequence[str]) -> list[str]:
    """Give columns their names: trimmed, unique; a blank one becomes ``column_N``, a repeat ``Phone (2)``."""
    wanted = [trim(cell) or f"column_{place}" for place, cell in enumerate(raw, 1)]
    taken, result = set(wanted), list[str]()
    seen: dict[str, int] = {}
    for name in wanted:
        count = seen.get(name, 0) + 1
        unique = name
        while count > 1 and (unique := f"{name} ({count})") in taken:
            count += 1
        seen[name] = count
        taken.add(unique)
        result.append(unique)
    return result


def numbered(width: int) -> list[str]:
    """Name the columns of a table that has no header."""
    return [f"column_{place}" for place in range(1, width + 1)]
