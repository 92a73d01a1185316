"""A column as numbers: equal texts (case, accents and punctuation aside) have one number, empty ones -1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from bulk_io.countries import folded
from bulk_io.likeness.vocabulary import Floats, Ints

_FAR = 9


@dataclass(frozen=True, slots=True)
class Labels:
    """The cells of all rows by number, the distinct texts, and how rare each row's is, in bits."""

    numbers: Ints
    texts: tuple[str, ...]
    bits: Floats

    @classmethod
    def of(cls, cells: Sequence[str], form: Callable[[str], str] = folded) -> Labels:
        """Number cells by the form in which they are compared."""
        places: dict[str, int] = {"": -1}
        known = {cell: places.setdefault(form(cell) if cell else "", len(places) - 1) for cell in dict.fromkeys(cells)}
        numbers = np.array([known[cell] for cell in cells], dtype=np.int64)
        return cls(numbers, tuple(text for text in places if text), rarity(numbers))

    @property
    def entropy(self) -> float:
        """The bits that a row's value says on average."""
        there = self.numbers >= 0
        return float(self.bits[there].mean()) if there.any() else 0.0

    def edits(self, a: Ints, b: Ints) -> Ints:
        """Count the slips of the pen between rows' texts, pair by pair, up to two; more is 9, as is an empty one."""
        one, two = self.numbers[a], self.numbers[b]
        edits = np.where((one == two) & (one >= 0), 0, _FAR)
        at = np.flatnonzero((one != two) & (one >= 0) & (two >= 0))
        if len(at):
            texts = np.array(self.texts, dtype=object)
            left, right = (texts[side[at]].tolist() for side in (one, two))
            found = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.int64)
            edits[at] = np.where(found <= 2, found, _FAR)
        return edits


def rarity(numbers: Ints) -> Floats:
    """Give, for each row, the bits that another row says by having the same value; 0 where there is none."""
    there = numbers >= 0
    if not there.any():
        return np.zeros(len(numbers))
    counts = np.bincount(numbers[there])[np.where(there, numbers, 0)]
    return np.where(there, np.log2(max(2, int(there.sum())) / np.maximum(counts, 1)), 0.0)
