"""What it says that two rows share a rare surname: in some lists they are kin or chance, in others the same person.

By its count, a surname that two rows have is as rare as can be told, but how rare is that? The list knows: where its
rare surnames mostly stand beside two first names, many people have them; where they hardly ever do, few have.
"""

from __future__ import annotations

import numpy as np

from bulk_io.likeness.vocabulary import Floats, Ints, Vocabulary

_RARE = 8
"""Rows up to which a surname is rare."""
_WEIGHT = 25.0
"""Pairs of two people that are taken for granted, so that a short list says little."""
_APART = 0.85
"""The share of pairs of two people whose first names begin with other letters, which is all that is looked at."""


def extra_bits(vocabulary: Vocabulary, words: Ints) -> Floats:
    """Give, for each word, the bits that a rare surname says beyond its count; ``words`` are those of all rows."""
    rows, at, rare = _bearers(vocabulary, words)
    others = words[rows]
    letters = np.where(others >= 0, vocabulary.reach[others], 0)
    letters[np.arange(len(rows)), at] = 0
    first = np.bitwise_or.reduce(letters, axis=1)
    beside = (rare[1:] == rare[:-1]) & (first[1:] != 0) & (first[:-1] != 0)
    apart = beside & (first[1:] & first[:-1] == 0)
    counts = vocabulary.counts[rare[1:]]
    pairs, two = (np.bincount(counts[which], minlength=_RARE + 1) for which in (beside, apart))
    share = ((two / _APART + _WEIGHT) / (pairs + _WEIGHT)).clip(max=1.0)
    return np.where(_is_rare(vocabulary), -np.log2(share)[vocabulary.counts.clip(max=_RARE)], 0.0)


def _is_rare(vocabulary: Vocabulary) -> np.ndarray:
    few = (vocabulary.counts > 1) & (vocabulary.counts <= _RARE)
    return np.asarray(few & ~vocabulary.given & (vocabulary.sizes > 1), dtype=np.bool_)


def _bearers(vocabulary: Vocabulary, words: Ints) -> tuple[Ints, Ints, Ints]:
    """Give the rows that have a rare surname, its place among their words, and its number, in order of these."""
    rows, at = np.nonzero((words >= 0) & _is_rare(vocabulary)[words])
    rare = words[rows, at]
    order = np.argsort(rare, kind="stable")
    return rows[order], at[order], rare[order]
