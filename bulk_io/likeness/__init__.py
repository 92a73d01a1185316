"""Rows of a list that may be one person, also where no phone number says so: proposals with reasons, never merges."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bulk_io.likeness import bands, blocks
from bulk_io.likeness.bands import Band
from bulk_io.likeness.columns import Columns
from bulk_io.likeness.facts import Facts
from bulk_io.likeness.scores import Judge, agreement

__all__ = ["Band", "find_duplicates"]


def find_duplicates(
    frame: pd.DataFrame,
    other: pd.DataFrame | None = None,
    *,
    columns: Mapping[str, str | None] | None = None,
    region: str = "",
) -> pd.DataFrame:
    facts = Facts.of(Columns.of(frame, columns), region)
    a, b = blocks.candidates(facts)
    names = agreement(facts, a, b)
    judge = Judge.of(facts, a, b, names, chances=max(1, facts.rows) / 2)
    found = bands.proposed(judge, a, b, names)
    same = bands.same(judge, found)
    one, two = bands.conflicts(judge, a, b, names, found)
    out = pd.DataFrame({
        "row_a": frame.index[np.concatenate([found.a, one])],
        "row_b": frame.index[np.concatenate([found.b, two])],
        "band": [*np.where(same, Band.SAME, Band.POSSIBLE).tolist(), *["conflict"] * len(one)],
        "score": np.concatenate([1 / (1 + np.exp2(-found.odds)), np.zeros(len(one))]),
        "reason": ""})
    return out
