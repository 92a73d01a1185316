"""One table in several sheets: a sheet of Excel ends at row 1,048,576, and a longer export goes on in ``Name (2)`` …

Read as one, and only then: the sheet before is full, and the first rows are the same. A copy that somebody made of a
sheet has such a name too, but not of half a million rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bulk_io.reading.sheets import Findings, Sheet
from bulk_io.text import sheet_name

A_SHEET = 1_048_575
"""Rows that a full sheet holds under its header."""
_FULL = A_SHEET // 2
"""Whoever works on a full sheet may have deleted rows of it."""


@dataclass(frozen=True, slots=True)
class Continued:
    """Sheets, read as one: their rows go on counting, so that row 2 of the second is row 1,048,577."""

    parts: Sequence[Sheet]

    def width(self) -> int:
        """Give the most cells of a row."""
        return max(part.width() for part in self.parts)

    def rows(self, findings: Findings) -> Iterator[tuple[int, list[Any]]]:
        """Give all rows that are not blank; what is noticed on the way goes to ``findings``."""
        yield from self.parts[0].rows(findings)
        for at, part in enumerate(self.parts[1:], 1):
            before, found = at * A_SHEET, Findings()
            rows = part.rows(found)
            next(rows, None)  # the header, once more
            yield from ((before + number, row) for number, row in rows)
            findings.notes.append(f"Sheet {part.name} was read on: its row 2 is row {before + 2:,} here.")
            findings.notes += found.notes
            findings.faults += [(before + row, place, code, text) for row, place, code, text in found.faults]


def parts(sheet: Sheet, others: Sequence[Sheet]) -> list[Sheet]:
    """Give a sheet and those that go on where it ends."""
    found = [sheet]
    by_name = {other.name: other for other in others}
    while found[-1].height() > _FULL:
        further = by_name.get(sheet_name(sheet.name, len(found)))
        if further is None or _first(further) != _first(sheet):
            break
        found.append(further)
    return found


def _first(sheet: Sheet) -> list[str]:
    return next((row for _, row in sheet.sample()), [])
