"""One table in several sheets: a sheet of Excel ends at row 1,048,576, and a longer export goes on in ``Name (2)`` …

Read as one, and only then: the sheet before is full, and the first rows are the same. A copy that somebody made of a
sheet has such a name too, but not of half a million rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bulk_io.reading.sheets import Findings, Sheet

A_SHEET = 1_048_575
"""Rows that a full sheet holds under its header."""
_FULL = A_SHEET // 2
"""Whoever works on a full sheet may have deleted rows of it."""


@dataclass(slots=True)
class Continued:
    """Sheets, read as one: their rows go on counting, so that row 2 of the second is row 1,048,577."""

    parts: Sequence[Sheet]
    name: str
    visible: bool = True
    header: list[str] | None = None

    def sample(self) -> list[tuple[int, list[str]]]:
        return self.parts[0].sample()

    def height(self) -> int:
        return sum(part.height() for part in self.parts) - len(self.parts) + 1

    def width(self) -> int:
        return max(part.width() for part in self.parts)

    def rows(self, findings: Findings) -> Iterator[tuple[int, list[Any]]]:
        yield from self.parts[0].rows(findings)
        for at, part in enumerate(self.parts[1:], 1):
            before, found = at * A_SHEET, Findings()
            rows = part.rows(found)
            next(rows, None)  # the header, once more
            yield from ((before + number, row) for number, row in rows)
            findings.notes.append(f"Sheet {part.name} was read on: its row 2 is row {before + 2:,} here.")
            findings.notes += found.notes
            findings.faults += [(before + row, place, code, text) for row, place, code, text in found.faults]


def whole(sheet: Sheet, others: Sequence[Sheet]) -> Sheet:
    """Give a sheet together with those that go on where it ends; the sheet alone where there are none."""
    parts = [sheet]
    by_name = {other.name: other for other in others}
    while parts[-1].height() > _FULL and (further := by_name.get(_next_name(sheet.name, len(parts)))) is not None:
        if _first(further) != _first(sheet):
            break
        parts.append(further)
    return Continued(parts, sheet.name) if len(parts) > 1 else sheet


def _next_name(name: str, at: int) -> str:
    mark = f" ({at + 1})"
    return name[: 31 - len(mark)] + mark


def _first(sheet: Sheet) -> list[str]:
    return next((row for _, row in sheet.sample()), [])
