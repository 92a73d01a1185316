"""The names of a list, as words by number: up to four a row, titles, particles and generations told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from bulk_io import names
from bulk_io.likeness import namesakes
from bulk_io.likeness.vocabulary import Floats, Ints, Vocabulary
from bulk_io.namewords import FEMALE, MALE, Word, is_given, is_surely_given, is_title, parse
from bulk_io.namewords import spelt as spelt_out

WORDS = 4
"""Words of a name that are compared: the first two and the last two."""
_GENERATIONS = {
    **dict.fromkeys(("jr", "jun", "jnr", "junior", "ii", "fils", "hijo", "figlio", "filho"), 1),
    **dict.fromkeys(("sr", "sen", "snr", "senior", "pere", "padre"), 2),
    **dict.fromkeys(("iii", "neto"), 3),
    "iv": 4,
}
_IN_ORDER = 6
"""Rows with a known first name in front, for each with one behind, from which on that is the order of the list."""
_LOCAL = re.compile(r"[._\-]+")
_BORN = re.compile(r"[\s(,]+(?:née?|nee|geb\.?|geborene?|nata|nacida|épouse)\s+", re.IGNORECASE)
"""What stands before a name of birth; the name itself is one of the person's."""
_MISREAD = re.compile(r"(?<=[^\W\d_])[01358](?=[^\W\d_])")
_MEANT = {"0": "o", "1": "l", "3": "e", "5": "s", "8": "b"}
"""Digits that stand for letters within a word: Na0mi, Me1anie."""


spelt = lru_cache(maxsize=65_536)(spelt_out)


class Reading(NamedTuple):
    """A name's words, which of them stand where first names do, what titles and Jr or Sr say, and all of it joined."""

    words: tuple[str, ...] = ()
    given: tuple[float, ...] = ()
    sexes: int = 0
    generation: int = 0
    joined: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """The names of all rows. ``words`` is rows x 4 numbers, -1 for none; ``joined`` numbers the whole names."""

    words: Ints
    sexes: NDArray[np.int8]
    generations: NDArray[np.int8]
    joined: Ints
    guessed: NDArray[np.bool_]
    """Whether a name was taken from the e-mail address."""
    vocabulary: Vocabulary

    @classmethod
    def of(cls, whole: Sequence[str], first: Sequence[str], last: Sequence[str], mails: Sequence[str]) -> People:
        """Read names, first and last names; a row without any is called as its e-mail address says."""
        cells = list(zip(whole, first, last, strict=True))
        known = {cell: _reading(*cell) for cell in set(cells)}
        readings = [known[cell] for cell in cells]
        called = [not reading.words and bool(mail) for reading, mail in zip(readings, mails, strict=True)]
        guessed = np.array(called, dtype=np.bool_)
        for at in np.flatnonzero(guessed).tolist():
            readings[at] = _of_mail(mails[at].partition("@")[0])
        texts = {"": 0}
        words = np.full((len(cells), WORDS), -1, dtype=np.int64)
        as_given = np.zeros((len(cells), WORDS))
        for row, reading in enumerate(readings):
            for at, (word, share) in enumerate(zip(reading.words, reading.given, strict=True)):
                words[row, at] = texts.setdefault(word, len(texts))
                as_given[row, at] = share
        joined: dict[str, int] = {"": -1}
        return cls(
            words,
            _small(reading.sexes for reading in readings),
            _small(reading.generation for reading in readings),
            np.array([joined.setdefault(reading.joined, len(joined)) for reading in readings], dtype=np.int64),
            guessed,
            _vocabulary(tuple(texts), words, as_given),
        )

    def called(self, row: int) -> frozenset[str]:
        """Give the words of a row's name."""
        return frozenset(self.vocabulary.texts[word] for word in self.words[row].tolist() if word >= 0)


def _small(values: Iterable[int]) -> NDArray[np.int8]:
    return np.array(list(values), dtype=np.int8)


def _vocabulary(texts: tuple[str, ...], words: Ints, as_given: Floats) -> Vocabulary:
    there = words >= 0
    counts = np.bincount(words[there], minlength=len(texts))
    given = np.bincount(words[there], weights=as_given[there], minlength=len(texts)) / np.maximum(counts, 1)
    surely = 0.55 if _is_in_order(texts, words) else 0.6
    vocabulary = Vocabulary.of(texts, counts.astype(np.int64), given, len(words), surely)
    return replace(vocabulary, bits=vocabulary.bits + namesakes.extra_bits(vocabulary, words))


def _is_in_order(texts: tuple[str, ...], words: Ints) -> bool:
    """Tell whether the list has first names in front, by those that are known: then so have rows of unknown names."""
    known = np.array([is_surely_given(text, in_front=False) for text in texts], dtype=np.bool_)
    last = words[np.arange(len(words)), (words >= 0).sum(axis=1) - 1]
    front, back = (known[side] & (side >= 0) for side in (words[:, 0], last))
    return int((front & ~back).sum()) > _IN_ORDER * int((back & ~front).sum())


def _reading(whole: str, first: str, last: str) -> Reading:
    text = _told(*(_MISREAD.sub(lambda found: _MEANT[found[0]], cell) for cell in (whole, first, last)))
    found = parse(_BORN.sub(" ", text).rstrip(")") if " " in text else text)
    if not found:
        return Reading()
    name = found[-1]
    # I, D or L in front is no particle but an initial
    initials = {word for word in spelt(first) if len(word) == 1}
    every = [word for word in name.words if not word.optional or word.text in initials or _is_initial(word)]
    words = [word.text for word in (every or name.words)]
    generation = max((_GENERATIONS.get(word, 0) for word in words[1:]), default=0)
    words = [word for at, word in enumerate(words) if at == 0 or word not in _GENERATIONS]
    stated = frozenset(spelt(first)) if last else frozenset[str]()
    # first and last name are often in each other's column
    sure = bool(stated) and (any(map(is_given, stated)) or not all(map(is_given, spelt(last))))
    given = [_as_given(word, at, len(words), stated if sure else None) for at, word in enumerate(words)]
    kept = [*range(len(words))] if len(words) <= WORDS else [0, 1, len(words) - 2, len(words) - 1]
    sexes = name.sexes if name.sexes in (MALE, FEMALE) else 0
    latin = [_latin(word) for word in words]
    return Reading(
        tuple(latin[at] for at in kept), tuple(given[at] for at in kept), sexes, generation, _latin(name.joined)
    )


def _is_initial(word: Word) -> bool:
    return word.place == 0 and len(word.text) == 1


def _told(whole: str, first: str, last: str) -> str:
    """Give the fuller of a full name and its parts: each of them may leave out what the other one has."""
    if not (first.strip() and last):
        return whole or names.join(first, last)
    plain = names.join(first, last)
    # an initial in front would be taken for a title (M.)
    is_initial = len(first.split()[0].strip(".")) == 1
    parts = names.join(last, first) if is_initial else plain
    front = whole.removesuffix(plain).strip() if whole.endswith(plain) else ""
    # Eng. or D. before the parts is a title, too; one that is known tells the sex
    is_titled = front.endswith(".") and not any(map(is_title, spelt(front)))
    return parts if len(whole) < len(parts) or is_titled or (is_initial and whole.endswith(plain)) else whole


def _as_given(word: str, at: int, size: int, stated: frozenset[str] | None) -> float:
    if stated is not None:
        return float(word in stated)
    if is_given(word):
        return 0.8 if at == 0 else 0.4
    return 0.6 if at == 0 and size > 1 else 0.1


@lru_cache(maxsize=65_536)
def _latin(word: str) -> str:
    return word if word.isascii() else "".join(filter(str.isalnum, anyascii(word).lower())) or word


def _of_mail(local: str) -> Reading:
    """Read ``jean.dupont`` as a name; a local part that is one word says nothing certain."""
    words = tuple(word for word in _LOCAL.split(local.lower()) if word.isalpha())[:WORDS]
    return Reading(words, (0.5,) * len(words), joined="".join(words)) if len(words) > 1 else Reading()
