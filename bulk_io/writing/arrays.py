"""Rows as columns of Arrow, a batch at a time: what workbooks and parquet files are made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

BATCH = 8_525
"""Rows in a batch; 123 of them fill a sheet of Excel under its header."""

_LONE = re.compile("[\ud800-\udfff]")
_Cell = TypeVar("_Cell")


def batches(rows: Iterable[Sequence[_Cell]], width: int) -> Iterator[list[tuple[_Cell, ...]]]:
    """Give rows in batches, each as its columns.

    Raises:
        ValueError: a row is not as wide as the header.
    """
    taken = iter(rows)
    while batch := list(islice(taken, BATCH)):
        wrong = next((row for row in batch if len(row) != width), None)
        if wrong is not None:
            raise ValueError(f"a row has {len(wrong)} cells under a header of {width}")
        yield list(zip(*batch, strict=True))


def texts(column: Sequence[object]) -> pa.Array:
    """Give a column as strings, no text as null; half of a surrogate pair, which UTF-8 cannot hold, as U+FFFD."""
    try:
        array = pa.array(column, pa.string())
    except UnicodeEncodeError:
        array = pa.array([without_halves(str(cell or "")) for cell in column], pa.string())
    return pc.if_else(pc.equal(array, ""), None, array)


def times(column: pa.Array, *, exact: bool = False) -> pa.Array:
    """Read ISO 8601 texts as milliseconds in UTC, without a zone; those that name no zone are UTC, null stays null.

    Raises:
        ValueError: one is no such time or, where it must be ``exact``, is finer than a millisecond.
        OverflowError: one is before the year 1.
    """
    try:
        return column.cast(pa.timestamp("ms", "UTC")).cast(pa.timestamp("ms"))
    except pa.ArrowInvalid:
        return pa.array([_time(text, exact) for text in column.to_pylist()], pa.timestamp("ms"))


def without_halves(text: str) -> str:
    """Give U+FFFD for each half of a surrogate pair."""
    return _LONE.sub("�", text)


def _time(text: str | None, exact: bool) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if exact and found.microsecond % 1000:
        raise ValueError("finer than a millisecond")
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
