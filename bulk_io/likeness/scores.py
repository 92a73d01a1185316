"""From evidence to odds: the scores of candidate pairs, under what the list itself says of its duplicates.

The odds before any evidence are those of two rows taken at random, so they fall with the size of the list: two Marie
Martins among 300 rows are one, among 300,000 they are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bulk_io.likeness import evidence, gate
from bulk_io.likeness.evidence import Habits, Part, Shared
from bulk_io.likeness.facts import Facts
from bulk_io.likeness.gate import Agreement, Fit
from bulk_io.likeness.vocabulary import Floats, Ints

_CHUNK = 400_000
_SAMPLE = 300_000
_USUAL_TWINS = 0.2
"""Pairs of one person a row, until the list says more …"""
_TWINS = (0.03, 1.5)
"""… and between which bounds that may be."""
_SURE = 5.0
"""Bits of all other facts from which on a pair is counted as one person, when a fact's habits are measured."""
_OWN = 5.0
"""Bits from which on a value of such a column is rare."""
_WEIGHT = 25.0
"""Pairs that what is usual counts for."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidate pairs with the logarithm (base 2) of their odds, and how their names fit."""

    a: Ints
    b: Ints
    odds: Floats
    fit: NDArray[np.int8]

    def only(self, which: NDArray[np.bool_] | Ints) -> Scored:
        """Give some of the pairs."""
        return Scored(self.a[which], self.b[which], self.odds[which], self.fit[which])

    @classmethod
    def together(cls, parts: Iterable[Scored]) -> Scored:
        """Put pairs one behind the other."""
        a, b, odds, fit = zip(*((one.a, one.b, one.odds, one.fit) for one in parts), strict=True)
        return cls(np.concatenate(a), np.concatenate(b), np.concatenate(odds), np.concatenate(fit))


@dataclass(frozen=True, slots=True)
class Scale:
    """How many rows may have a twin, and how many pairs of rows there are for each of them."""

    rows: int
    chances: float

    @classmethod
    def of(cls, rows: int, others: int | None) -> Scale:
        """Give the scale of a list of so many rows, or of a list beside another one."""
        return cls(rows, max(1.0, rows / 2 if others is None else others))


@dataclass(frozen=True, slots=True)
class Judge:
    """What is known of a list before a pair is scored: whose numbers are shared, the odds at first, the habits."""

    facts: Facts
    common: Shared
    prior: float
    habits: Habits

    @classmethod
    def of(cls, facts: Facts, a: Ints, b: Ints, names: Agreement, scale: Scale) -> Judge:
        """Learn from candidate pairs (a sample of many) how many are one person, and how often facts differ then."""
        common = evidence.shared(facts, a, b, names.fit)
        at = np.flatnonzero(_may_be_one(facts, a, b, names.fit))
        share = min(1.0, _SAMPLE / max(1, len(at)))
        if share < 1:
            at = np.sort(np.random.default_rng(0).choice(at, _SAMPLE, replace=False))
        names = names.only(at)
        said = evidence.parts(facts, a[at], b[at], common, names.fit)
        habits, prior = Habits(), float(np.log2(_USUAL_TWINS / scale.chances))
        for _ in range(3):
            bits = evidence.total(names, said, habits) + prior
            one = names.fit >= Fit.LOOSE
            twins = float((one & (bits > 0)).sum()) / share
            prior = float(np.log2(np.clip((twins + 2) / (scale.rows + 10), *_TWINS) / scale.chances))
            habits = Habits({fact: _against(fact, part, bits, one, habits) for fact, part in said.items()})
        return cls(facts, common, prior, habits)

    def scored(self, a: Ints, b: Ints, names: Agreement) -> Iterator[Scored]:
        """Score the pairs that may be one person, some at a time; the others are left out."""
        for start in range(0, max(1, len(a)), _CHUNK):
            part = slice(start, start + _CHUNK)
            at = start + np.flatnonzero(_may_be_one(self.facts, a[part], b[part], names.fit[part]))
            said = evidence.parts(self.facts, a[at], b[at], self.common, names.fit[at])
            odds = evidence.total(names.only(at), said, self.habits) + self.prior
            yield Scored(a[at], b[at], odds, names.fit[at])


def agreement(facts: Facts, a: Ints, b: Ints) -> Agreement:
    """Compare the names of pairs of rows."""
    found = [
        gate.agreement(facts.people, a[at : at + _CHUNK], b[at : at + _CHUNK], lands=facts.countries.entropy)
        for at in range(0, max(1, len(a)), _CHUNK)
    ]
    return Agreement(np.concatenate([one.bits for one in found]), np.concatenate([one.fit for one in found]))


def _may_be_one(facts: Facts, a: Ints, b: Ints, fit: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Tell which pairs pass the gate: their names may be one person's, or two columns that are no contact field agree.

    Such columns (a date of birth, a number of insurance) are a person's own; phone, address and company are not.
    """
    same = np.zeros(len(a), dtype=np.int64)
    for labels in facts.others.values():
        same += evidence.equal(labels.numbers, a, b) & (labels.bits[a] > _OWN)
    return np.asarray((fit > Fit.NO) | (same > 1), dtype=np.bool_)


def _against(fact: str, part: Part, bits: Floats, one: NDArray[np.bool_], habits: Habits) -> float:
    own, differs = part
    rest = bits - own - np.where(differs, habits.bits(fact), 0.0)
    sure = one & (rest > _SURE) & ((own != 0) | differs)
    usual = 2 ** Habits().bits(fact)
    rate = (float((sure & differs).sum()) + _WEIGHT * usual) / (float(sure.sum()) + _WEIGHT)
    return float(np.clip(np.log2(rate), -5.0, -0.3))
