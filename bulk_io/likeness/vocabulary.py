"""The words of a list's names: how rare each is in it, and how two of them can be one (nickname, slip, initial).

Numbers stand for words, so that a million pairs are compared by arrays; each pair of words is judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
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
_INITIAL = 2.5
_ODD = 2
"""Rows up to which a word that no table knows may be a slip."""
_VOWELS = str.maketrans("", "", "aeiouy")
_GENDERED = ("", "a"), ("", "e"), ("a", "o"), ("a", "e"), ("", "na"), ("", "ne"), ("", "la"), ("", "le"), ("e", "o")


class Tie(IntEnum):
    """How two different words of names can be one, the surest first."""

    VARIANT = 1
    """Another spelling."""
    NICKNAME = 2
    """One is short for the other, or its twin in another language; children of one house may have both."""
    SLIP = 3
    """A slip of the pen."""
    SHORT = 4
    """An initial, or the beginning."""
    GARBLED = 5
    """Half of it is slips, and one of them no name that anybody else has."""
    NEAR = 6
    """They look alike, and are two."""
    NONE = 7


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The distinct words by number. ``bits``: what it says when two rows share one; ``given``: first names."""

    texts: tuple[str, ...]
    sizes: Ints
    counts: Ints
    bits: Floats
    given: Flags
    known: Flags
    """Names that the tables of first names know."""
    sounds: Ints
    """Numbers of what spellings of one name share."""
    initials: Ints
    reach: Ints
    """Letters (as bits) that a word and its nicknames begin with: E, L and B for Elizabeth."""
    nicknames: Ints
    """Pairs of words (a number for both) of which one is short for the other, or its twin in another language."""

    @classmethod
    def of(cls, texts: Sequence[str], counts: Ints, as_given: Floats, rows: int, surely: float) -> Vocabulary:
        """Make it of the words, how many rows have each, and how surely these have it as a first name.

        A word that no table knows is one where it is more than ``surely`` so.
        """
        sizes = np.array(list(map(len, texts)), dtype=np.int64)
        known = np.array([text in GIVEN for text in texts], dtype=np.bool_)
        usual = np.where(known, _USUAL_GIVEN, _USUAL_FAMILY)
        bits = -np.log2((counts + _SMOOTHING * usual) / (rows + _SMOOTHING))
        bits[sizes == 1] = _INITIAL
        given = np.where(known, as_given > 0.2, as_given > surely)
        sounds = _numbered(map(_sound, texts))
        initials = _numbered(text[:1] for text in texts)
        meant = _meant(texts, given & ~known & (counts <= _ODD))
        nicknames = _nicknames(texts, meant)
        return cls(tuple(texts), sizes, counts, bits, given, known, sounds, initials, _reach(texts), nicknames)

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
        least, most = np.minimum(self.sizes[one], self.sizes[two]), np.maximum(self.sizes[one], self.sizes[two])
        edits = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.int64)
        close = ((edits == 1) & (least >= 4)) | ((edits == 2) & (least >= 7))
        close |= _where((edits == 1) & (least == 3), left, right, _same_consonants)
        ties[close] = Tie.SLIP
        sounds = (self.sounds[one] == self.sounds[two]) & (least >= 3)
        ties[sounds] = Tie.VARIANT
        both = self.known[one] & self.known[two]
        ties[self._are_two(one, two, left, right, close | sounds) & ~(sounds & both)] = Tie.NEAR
        ties[(ties == Tie.NONE) & (edits <= 2) & (edits < least) & (least >= 3) & self._is_odd(one, two)] = Tie.GARBLED
        begins = (ties == Tie.NONE) & (least <= 5) & (most > least) & (self.initials[one] == self.initials[two])
        ties[_where(begins, left, right, _begins)] = Tie.SHORT
        ties[(ties == Tie.NONE) & (least == 1) & (most > 1) & (self.reach[one] & self.reach[two] > 0)] = Tie.SHORT
        nicknames = np.isin(keys, self.nicknames)
        ties[nicknames & ~sounds] = Tie.SLIP
        ties[nicknames & both] = Tie.NICKNAME
        ties[nicknames & sounds] = Tie.VARIANT
        # Julian and Julien may be two, and Ana and Anna; Jon and John, Bob and Robert are one
        ties[(ties <= Tie.NICKNAME) & (edits <= 2) & ((least >= 4) | ~nicknames) & both] = Tie.SLIP
        return ties

    def _is_odd(self, one: Ints, two: Ints) -> Flags:
        """Tell where one of the words is no name that the tables or other rows know."""
        odd = ~self.known & (self.counts <= _ODD)
        return np.asarray(odd[one] | odd[two], dtype=np.bool_)

    def _are_two(self, one: Ints, two: Ints, left: Sequence[str], right: Sequence[str], alike: Flags) -> Flags:
        """Tell where both words are names of their own, or masculine and feminine: no slip makes one of the other."""
        few, many = np.minimum(self.counts[one], self.counts[two]), np.maximum(self.counts[one], self.counts[two])
        usual = (few >= 3) & (few >= 0.04 * many)
        given = alike & (self.given[one] | self.given[two])
        both = self.known[one] & self.known[two]
        return (alike & usual) | (given & both) | _where(given & ~both, left, right, _gendered)


def _sound(text: str) -> str:
    """Give what spellings share, umlauts written as two letters too."""
    return skeleton(text).replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _numbered(values: Iterable[str]) -> Ints:
    places: dict[str, int] = {}
    return np.array([places.setdefault(value, len(places)) for value in values], dtype=np.int64)


def _where(which: Flags, left: Sequence[str], right: Sequence[str], ask: Callable[[str, str], bool]) -> Flags:
    """Ask of some of the pairs only; the others are not so."""
    found = np.zeros(len(which), dtype=np.bool_)
    for at in np.flatnonzero(which).tolist():
        found[at] = ask(left[at], right[at])
    return found


def _same_consonants(a: str, b: str) -> bool:
    return a.translate(_VOWELS) == b.translate(_VOWELS)


def _gendered(a: str, b: str) -> bool:
    size = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return tuple(sorted((a[size:], b[size:]))) in _GENDERED


def _begins(a: str, b: str) -> bool:
    """Tell whether one word is the other's initial or beginning (Chr, Alex), and no name of its own."""
    short, long = (a, b) if len(a) < len(b) else (b, a)
    if len(short) == 1:
        return True
    begins = long.startswith(short) or (len(short) >= 4 and long.startswith(short[:4]))
    return begins and short not in GIVEN and len(long) > 5


def _reach(texts: Sequence[str]) -> Ints:
    met: dict[str, int] = {}
    for line in LINES:
        letters = sum({1 << _letter(word) for word in line})
        for word in line:
            met[word] = met.get(word, 0) | letters
    return np.array([met.get(text, 0) | 1 << _letter(text) for text in texts], dtype=np.int64)


def _letter(word: str) -> int:
    return ord(word[0]) % 61 if word else 61


def _meant(texts: Sequence[str], odd: Flags) -> dict[str, list[int]]:
    """Give the words that are slips of known first names, by the name: Mixhael is Michael, so Mike may be meant.

    ``odd`` marks first names that are in no table; a slip of several names is none of them.
    """
    meant: dict[str, list[int]] = {}
    for at in np.flatnonzero(odd).tolist():
        found = {name for form in thin(texts[at]) for name in _by_form().get(form, ()) if _is_slip(texts[at], name)}
        for name in found:
            meant.setdefault(name, []).append(at)
    return meant


@lru_cache(maxsize=1)
def _by_form() -> Mapping[str, Sequence[str]]:
    """Give the first names that have nicknames, by what is left of each without any one letter."""
    forms: dict[str, list[str]] = {}
    for name in {word for line in LINES for word in line}:
        for form in thin(name):
            forms.setdefault(form, []).append(name)
    return forms


def thin(text: str) -> set[str]:
    """Give a word as it is and without any one letter; short words have no forms."""
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))} if len(text) > 3 else set()


def _is_slip(text: str, name: str) -> bool:
    return OSA.distance(text, name, score_cutoff=1) <= 1


def _nicknames(texts: Sequence[str], meant: Mapping[str, Sequence[int]]) -> Ints:
    places: dict[str, list[int]] = {text: [at] for at, text in enumerate(texts)}
    for name, slips in meant.items():
        places[name] = [*places.get(name, ()), *slips]
    keys = {
        min(one, two) * len(texts) + max(one, two)
        for line in LINES
        for one, two in combinations(sorted({at for word in line for at in places.get(word, ())}), 2)
    }
    return np.array(sorted(keys), dtype=np.int64)
