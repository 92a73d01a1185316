"""Whether the names of two rows can be one person's, and how much it says that they agree: the gate before all else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from bulk_io.likeness.people import WORDS, People
from bulk_io.likeness.vocabulary import Flags, Floats, Ints, Tie


class Fit(IntEnum):
    """How two names go together, from two people to one."""

    NO = 0
    """Their first names are two, or nothing is shared."""
    NEAR = 1
    """Near names (Marie, Marine), or one of them is Jr: most often two people."""
    RENAMED = 2
    """The same first name with another surname (a marriage, or another person), or a word that nobody can read."""
    LOOSE = 3
    """Slips, initials, a part that is missing."""
    CALLED = 4
    """The same but for a nickname."""
    SURE = 5
    """The same words in any order, but for accents and spellings."""


_LOST = {Tie.VARIANT: 2.0, Tie.NICKNAME: 2.0, Tie.SLIP: 3.5, Tie.SHORT: 4.0, Tie.GARBLED: 7.0}
"""Bits that a match says less than the same word would, by its tie."""
_LEAST = {Tie.VARIANT: 2.0, Tie.NICKNAME: 2.0, Tie.SLIP: 1.5, Tie.SHORT: 1.5, Tie.GARBLED: -1.0}
_NEAR_NAME = -10.0
_OTHER_FAMILY, _OTHER_ROLE, _OTHER_GENERATION, _OTHER_INITIAL, _LEFT_OUT = -7.0, -13.0, -14.0, -4.0, -0.5
_ONE_LAND = 1.5
"""First names and surnames of one country go together, so two say less than one and one: by so many bits at least."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the names of pairs say: bits for one person, and the fit."""

    bits: Floats
    fit: NDArray[np.int8]

    def only(self, which: Ints) -> Agreement:
        """Give what some of the pairs say."""
        return Agreement(self.bits[which], self.fit[which])


class _Pairs:
    """Pairs of names while their words are matched one to one, the surest matches first."""

    def __init__(self, people: People, a: Ints, b: Ints) -> None:
        self.people = people
        self.left, self.right = people.words[a], people.words[b]
        self.free_left, self.free_right = self.left >= 0, self.right >= 0
        size = len(a)
        self.bits = np.zeros(size)
        self.matched = np.zeros(size, dtype=np.int64)
        self.given = np.zeros(size, dtype=np.bool_)
        """Whether a first name is among the words that were matched."""
        self.worst = np.zeros(size, dtype=np.int8)

    def match_equal(self) -> None:
        """Match the words that are the same."""
        bits = self.people.vocabulary.bits
        for i in range(WORDS):
            for j in range(WORDS):
                met = (self.left[:, i] == self.right[:, j]) & self.free_left[:, i] & self.free_right[:, j]
                at = np.flatnonzero(met)
                self._take(at, i, j, bits[self.left[at, i]])

    def match_tied(self) -> None:
        """Match words that are not the same but can be one."""
        rest = np.flatnonzero(self.free_left.any(axis=1) & self.free_right.any(axis=1))
        ties = np.full((len(rest), WORDS, WORDS), Tie.NONE, dtype=np.int8)
        both = self.free_left[rest][:, :, None] & self.free_right[rest][:, None, :]
        at, i, j = np.nonzero(both)
        if len(at):
            ties[at, i, j] = self.people.vocabulary.ties(self.left[rest[at], i], self.right[rest[at], j])
        for tie in (Tie.VARIANT, Tie.NICKNAME, Tie.SLIP, Tie.SHORT, Tie.GARBLED, Tie.NEAR):
            self._match(rest, ties == tie, tie)

    def _match(self, rest: Ints, met: Flags, tie: Tie) -> None:
        bits = self.people.vocabulary.bits
        for i in range(WORDS):
            for j in range(WORDS):
                at = rest[met[:, i, j]]
                at = at[self.free_left[at, i] & self.free_right[at, j]]
                if not len(at):
                    continue
                said = np.full(len(at), _NEAR_NAME)
                if tie != Tie.NEAR:
                    said = np.minimum(bits[self.left[at, i]], bits[self.right[at, j]]) - _LOST[tie]
                    said = np.maximum(said, _LEAST[tie])
                self._take(at, i, j, said)
                self.worst[at] = np.maximum(self.worst[at], tie)

    def _take(self, at: Ints, i: int, j: int, bits: Floats) -> None:
        self.free_left[at, i] = self.free_right[at, j] = False
        self.bits[at] += bits
        self.matched[at] += 1
        self.given[at] |= self.people.vocabulary.given[self.left[at, i]]


def agreement(people: People, a: Ints, b: Ints, *, lands: float = 0.0) -> Agreement:
    """Compare the names of rows ``a`` with those of rows ``b``, pair by pair; ``lands`` are the bits of a country."""
    pairs = _Pairs(people, a, b)
    pairs.match_equal()
    pairs.match_tied()
    fit = np.full(len(a), Fit.SURE, dtype=np.int8)
    bits = pairs.bits + np.where(pairs.matched > 1, -max(_ONE_LAND, lands), 0.0)
    fit[pairs.worst == Tie.NICKNAME] = Fit.CALLED
    fit[(pairs.worst == Tie.SLIP) | (pairs.worst == Tie.SHORT)] = Fit.LOOSE
    fit[pairs.worst == Tie.GARBLED] = Fit.RENAMED
    fit[pairs.worst == Tie.NEAR] = Fit.NEAR
    fit[(pairs.matched == 1) & (fit > Fit.LOOSE)] = Fit.LOOSE
    _judge_rest(pairs, bits, fit)
    _judge_marks(people, a, b, bits, fit)
    nameless = (people.joined[a] < 0) | (people.joined[b] < 0)
    # Mac Donald is MacDonald, and a wrong title is no other person; Mr and Mrs Donald are two
    whole = (people.joined[a] == people.joined[b]) & ~nameless & (people.words[a, 1] + people.words[b, 1] > -2)
    whole &= (fit < Fit.LOOSE) & (pairs.worst != Tie.NEAR)
    bits[whole], fit[whole] = _whole_bits(people, a[whole]), Fit.LOOSE
    bits[nameless], fit[nameless] = 0.0, Fit.LOOSE
    guessed = people.guessed[a] | people.guessed[b]
    fit[guessed] = fit[guessed].clip(max=Fit.LOOSE)
    return Agreement(bits, fit)


def _judge_rest(pairs: _Pairs, bits: Floats, fit: NDArray[np.int8]) -> None:
    """Judge by the words that found no match."""
    vocabulary = pairs.people.vocabulary
    lengths = np.append(vocabulary.sizes, 0)
    given = np.append(vocabulary.given, False)
    left, right = pairs.free_left.sum(axis=1), pairs.free_right.sum(axis=1)
    one_sided = (left > 0) ^ (right > 0)
    fit[one_sided & (fit > Fit.LOOSE)] = Fit.LOOSE
    bits[one_sided] += _LEFT_OUT * (left + right)[one_sided]
    at = np.flatnonzero((left > 0) & (right > 0))
    if not len(at):
        return
    sides = [(np.where(free[at], words[at], -1)) for free, words in _sides(pairs)]
    initials = [((lengths[side] == 1) | (side < 0)).all(axis=1) for side in sides]
    first = [((side >= 0) & given[side] & (lengths[side] > 1)).any(axis=1) for side in sides]
    loose = initials[0] | initials[1]
    shared = ~loose & (pairs.matched[at] > 0)
    family = shared & ~(first[0] & first[1]) & (pairs.given[at] | ~(first[0] | first[1]))
    mixed = shared & ~family & (first[0] ^ first[1])
    doubtful = np.where(family | mixed, Fit.RENAMED, np.where(loose & (pairs.matched[at] > 1), Fit.RENAMED, Fit.NO))
    fit[at] = np.minimum(fit[at], doubtful)
    bits[at] += np.select([family, mixed], [_OTHER_FAMILY, _OTHER_ROLE], _OTHER_INITIAL)


def _sides(pairs: _Pairs) -> tuple[tuple[Flags, Ints], tuple[Flags, Ints]]:
    return (pairs.free_left, pairs.left), (pairs.free_right, pairs.right)


def _judge_marks(people: People, a: Ints, b: Ints, bits: Floats, fit: NDArray[np.int8]) -> None:
    """Judge by Mr and Mrs, Jr and Sr."""
    one, two = people.generations[a], people.generations[b]
    differ = one != two
    bits[differ] += _OTHER_GENERATION
    fit[differ] = np.minimum(fit[differ], Fit.NEAR)
    fit[differ & (one > 0) & (two > 0)] = Fit.NO
    couple = (people.sexes[a] | people.sexes[b]) == 3
    couple &= (people.sexes[a] != 3) & (people.sexes[b] != 3)
    fit[couple] = Fit.NO


def _whole_bits(people: People, rows: Ints) -> Floats:
    words = people.words[rows]
    bits = np.where(words >= 0, people.vocabulary.bits[words], 0.0)
    bits.sort(axis=1)
    return np.asarray(bits[:, -2:].sum(axis=1), dtype=np.float64)
