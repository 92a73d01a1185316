"""What is doubtful about where a table begins, in words: a header that may be a row, a first row that may be one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bulk_io.reading.outlines import header


def told_above(rows: Iterable[Sequence[str]]) -> str:
    """Tell rows that stand above a table and are none of its."""
    texts = " / ".join(" ".join(filter(None, cells)) for cells in rows)
    return f"What stands above the table was left out: {texts[:200]}"


def is_doubtful(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether nothing speaks for a header: no name of it is known, and texts stand over texts, or over nothing."""
    return not header.evidence(cells) and not header.has_contrast(cells, below)


def told_doubt(row: int) -> str:
    """Tell a header that is doubtful."""
    return f"Row {row} was taken for the header, though nothing below it tells: check that it is no contact."


def told_nameless(row: int) -> str:
    """Tell that no row was taken for the header."""
    return f"Row {row} was read as values, and no row as names of columns; --header-row {row} takes it for the header."
