"""The way from frames of contacts to pairs of rows that may be one person, the surest first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bulk_io.likeness import bands, blocks, reasons
from bulk_io.likeness.bands import Band
from bulk_io.likeness.columns import Columns
from bulk_io.likeness.facts import Facts
from bulk_io.likeness.scores import Judge, Scale, agreement

__all__ = ["Band", "find_duplicates"]

COLUMNS = ("row_a", "row_b", "band", "score", "reason")


def find_duplicates(
    frame: pd.DataFrame,
    other: pd.DataFrame | None = None,
    *,
    columns: Mapping[str, str | None] | None = None,
    region: str = "",
) -> pd.DataFrame:
    """Find the rows of a frame that may be one person, or (with ``other``) those that are in another frame too.

    Give one line a pair: ``row_a`` and ``row_b`` (labels of the frame's index, the upper row first; with ``other``,
    ``row_b`` is a label of its index), ``band``, ``score`` (the probability of one person, 0 to 1) and ``reason`` (in
    words); the surest first. Bands are ``same`` (phone number or personal e-mail equal, names the same; a nickname, if
    the e-mail names one of the two), ``possible`` (for a person to decide) and ``conflict`` (one phone number, names of
    two people; score 0; of a number of more than 20 rows only those with its first row). Pairs that are not there are
    of different people. Nothing is merged.

    Columns named as contact fields are used, any of which may be missing or have empty cells; usual other names of
    them (``given_name``, ``surname``, ``company`` …) are understood. Any other column whose values recur is compared
    as it is, as a fact about the person (a date of birth). ``columns`` overrules: a field for a column, ``""`` for
    one that is compared as it is, None for one that is left out. ``region`` is the country of national phone numbers
    in rows that name none.

    Raises:
        ValueError: ``columns`` names a column or a field that is not there, or the frame has columns twice.
    """
    facts, sides, told = _read(frame, other, columns, region)
    scale = Scale.of(len(frame), None if other is None else len(other))
    a, b = blocks.candidates(facts, sides)
    names = agreement(facts, a, b)
    judge = Judge.of(facts, a, b, names, scale)
    found = bands.proposed(judge, a, b, names, sides)
    one, two = bands.conflicts(judge, a, b, names, found)
    same = bands.same(judge, found)
    order = np.lexsort((found.b, found.a, -found.odds, ~same))
    found, same = found.only(order), same[order]
    left, right = np.concatenate([found.a, one]), np.concatenate([found.b, two])
    band = [*np.where(same, Band.SAME, Band.POSSIBLE).tolist(), *[Band.CONFLICT.value] * len(one)]
    score = np.concatenate([1 / (1 + np.exp2(-found.odds.clip(-60, 60))), np.zeros(len(one))])
    cells = (
        frame.index[left],
        (frame if other is None else other).index[right - (0 if other is None else len(frame))],
        np.array(band, dtype=object),
        score.round(4),
        np.array(reasons.reasons(told, facts, judge.common, left, right), dtype=object),
    )
    return pd.DataFrame(dict(zip(COLUMNS, cells, strict=True)))


def _read(
    frame: pd.DataFrame, other: pd.DataFrame | None, columns: Mapping[str, str | None] | None, region: str
) -> tuple[Facts, np.ndarray | None, Columns]:
    """Read one frame, or two of them one after the other with the number of each row's."""
    if other is None:
        told = Columns.of(frame, columns)
        return Facts.of(told, region), None, told
    there = {name: field for name, field in (columns or {}).items() if name in other.columns}
    told = Columns.of(frame, columns).joined(Columns.of(other, there))
    sides = np.repeat([0, 1], [len(frame), len(other)])
    return Facts.of(told, region), sides, told
