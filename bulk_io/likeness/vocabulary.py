"""The words of a list's names: how rare each is in it, and how two of them can be one (nickname, slip, initial).

Numbers stand for words, so that a million pairs are compared by arrays; each pair of words is judged once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from bulk_io.names import skeleton
from bulk_io.nicknames import GIVEN, LINES

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

_SMOOTHING = 250
"""Rows that what is known of names before counts for: in a list of 200 rows nothing is rare by its count alone."""
_USUAL_GIVEN, _USUAL_FAMILY = 0.004, 0.0004
_VOWELS = str.maketrans("", "", "aeiouy")
_GENDERED = ("", "a"), ("", "e"), ("a", "o"), ("a", "e"), ("", "na"), ("", "ne"), ("", "la"), ("", "le"), ("e", "o")


class Tie(IntEnum):
    """How two different words of names can be one, the surest first; ``NEAR``: they look alike and are two."""

    VARIANT = 1
    SLIP = 2
    SHORT = 3
    NEAR = 4
    NONE = 5


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The distinct words by number. ``bits``: what it says when two rows share one; ``given``: first names."""

    texts: tuple[str, ...]
    counts: Ints
    bits: Floats
    given: Flags
    sounds: Ints
    """Numbers of what spellings of one name share."""
    nicknames: Ints
    """Pairs of words (a number for both) of which one is short for the other, or its twin in another language."""

    @classmethod
    def of(cls, texts: Sequence[str], counts: Ints, as_given: Floats, rows: int) -> Vocabulary:
        """Make it of the words, how many rows have each, and the share of these that have it as a first name."""
        known = np.fromiter((text in GIVEN for text in texts), np.bool_, len(texts))
        usual = np.where(known, _USUAL_GIVEN, _USUAL_FAMILY)
        bits = -np.log2((counts + _SMOOTHING * usual) / (rows + _SMOOTHING))
        bits[np.fromiter((len(text) == 1 for text in texts), np.bool_, len(texts))] = 2.5
        given = np.where(known, as_given > 0.2, as_given > 0.6)
        sounds: dict[str, int] = {}
        heard = np.fromiter((sounds.setdefault(_sound(text), len(sounds)) for text in texts), np.int64, len(texts))
        return cls(tuple(texts), counts, bits, given, heard, _nicknames(texts))

    def key(self, a: Ints, b: Ints) -> Ints:
        """Number pairs of words, whatever their order."""
        return np.minimum(a, b) * len(self.texts) + np.maximum(a, b)

    def ties(self, a: Ints, b: Ints) -> NDArray[np.int8]:
        """Tell how words can be one: a Tie for each pair of different words."""
        every, back = np.unique(self.key(a, b), return_inverse=True)
        one, two = np.divmod(every, max(1, len(self.texts)))
        return self._judged(one, two, every)[back]

    def _judged(self, one: Ints, two: Ints, keys: Ints) -> NDArray[np.int8]:
        left, right = [self.texts[at] for at in one.tolist()], [self.texts[at] for at in two.tolist()]
        ties = np.full(len(keys), Tie.NONE, dtype=np.int8)
        lengths = np.array([(len(x), len(y)) for x, y in zip(left, right, strict=True)]).reshape(-1, 2)
        least, most = lengths.min(axis=1, initial=99), lengths.max(axis=1, initial=0)
        edits = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.int32) if left else np.zeros(0)
        close = ((edits == 1) & (least >= 4)) | ((edits == 2) & (least >= 7))
        vowel = np.fromiter((x.translate(_VOWELS) == y.translate(_VOWELS) for x, y in zip(left, right, strict=True)), np.bool_)
        close |= (edits == 1) & (least == 3) & vowel
        ties[close] = Tie.SLIP
        sounds = (self.sounds[one] == self.sounds[two]) & (least >= 4)
        ties[sounds] = Tie.VARIANT
        ties[(close | sounds) & self._are_two(one, two, left, right)] = Tie.NEAR
        ties[self._begins(left, right, least, most) & (ties == Tie.NONE)] = Tie.SHORT
        ties[np.isin(keys, self.nicknames)] = Tie.VARIANT
        # Julian and Julien may be two; Jon and Jonathan, Bob and Robert are one
        ties[(ties == Tie.VARIANT) & (edits <= 2) & (least >= 4) & self._both_given(left, right)] = Tie.SLIP
        return ties

    def _are_two(self, one: Ints, two: Ints, left: Sequence[str], right: Sequence[str]) -> Flags:
        """Tell where both words are names of their own, or masculine and feminine: no slip makes one of the other."""
        few = np.minimum(self.counts[one], self.counts[two])
        many = np.maximum(self.counts[one], self.counts[two])
        usual = (few >= 3) & (few >= 0.04 * many)
        pairs = list(zip(left, right, strict=True))
        both = self._both_given(left, right)
        given = self.given[one] | self.given[two]
        turned = np.fromiter((_gendered(x, y) for x, y in pairs), np.bool_, len(pairs))
        return usual | (given & (both | turned))

    def _both_given(self, left: Sequence[str], right: Sequence[str]) -> Flags:
        pairs = zip(left, right, strict=True)
        return np.fromiter((x in GIVEN and y in GIVEN for x, y in pairs), np.bool_, len(left))

    def _begins(self, left: Sequence[str], right: Sequence[str], least: Ints, most: Ints) -> Flags:
        """Tell where one word is the other's initial or beginning (Chr, Alex), and no name of its own."""
        found = np.zeros(len(left), dtype=np.bool_)
        for at in np.flatnonzero((least <= 5) & (most > least)).tolist():
            short, long = sorted((left[at], right[at]), key=len)
            begins = long.startswith(short) or (len(short) >= 4 and long.startswith(short[:4]))
            found[at] = begins and (len(short) == 1 or (len(short) > 1 and short not in GIVEN and most[at] > 5))
        return found


def _sound(text: str) -> str:
    """Give what spellings share, umlauts written as two letters too."""
    return skeleton(text).replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _gendered(a: str, b: str) -> bool:
    size = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return tuple(sorted((a[size:], b[size:]))) in _GENDERED


def _nicknames(texts: Sequence[str]) -> Ints:
    places = {text: at for at, text in enumerate(texts)}
    keys = {
        min(one, two) * len(texts) + max(one, two)
        for line in LINES
        for one, two in combinations([places[word] for word in line if word in places], 2)
    }
    return np.array(sorted(keys), dtype=np.int64)
