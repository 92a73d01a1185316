"""Bands: what is to become of a pair of rows, by its odds, its names and what it shares."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from bulk_io.likeness import evidence
from bulk_io.likeness.gate import Agreement, Fit
from bulk_io.likeness.scores import Judge, Scored, agreement
from bulk_io.likeness.vocabulary import Flags, Ints

_SAME, _POSSIBLE = 5.0, -2.0
"""Bits of odds from which on a pair is *same* (with its number or address), and *possible*: rather one too many."""
_SURE, _THROUGH = 3.0, 1.0
"""Bits of both of a row's pairs, and of all three together, from which on it makes the other two one person."""
_MOST_TWINS = 12
_MOST_CROWD = 20
"""Rows of one number that are shown as conflicts each with each; of more, each with the first."""


class Band(StrEnum):
    """What a pair of rows is; pairs that are nothing of these are new."""

    SAME = "same"
    CONFLICT = "conflict"
    POSSIBLE = "possible"


def proposed(judge: Judge, a: Ints, b: Ints, names: Agreement, sides: Ints | None = None) -> Scored:
    """Give the pairs that are proposed as one person; in one list also those that a third row speaks for."""
    found = Scored.together(pairs.only(_is_likely(judge, pairs)) for pairs in judge.scored(a, b, names))
    return _with_thirds(judge, found) if sides is None else found


def same(judge: Judge, pairs: Scored) -> Flags:
    """Tell which pairs need no second look: number or address equal and nobody else's, names the same, no doubt.

    Where they differ by a nickname, the address has to name one of them: Hans and Johannes of one house share the rest.
    """
    same = _is_reached_alike(judge, pairs) & (pairs.odds > _SAME)
    at = np.flatnonzero(same & (pairs.fit == Fit.CALLED))
    same[at] = evidence.is_named(judge.facts, judge.common, pairs.a[at], pairs.b[at])
    return same


def conflicts(judge: Judge, a: Ints, b: Ints, names: Agreement, taken: Scored) -> tuple[Ints, Ints]:
    """Give the pairs of one phone number whose names are two people's; in a crowd those with its first row."""
    numbers, rows = judge.facts.phones.numbers, judge.facts.rows
    at = evidence.equal(numbers, a, b) & (names.fit < Fit.LOOSE)
    keys = np.setdiff1d(a[at] * rows + b[at], taken.a * rows + taken.b)
    one, two = np.divmod(keys, max(1, rows))
    crowd = np.bincount(numbers[numbers >= 0], minlength=1)[numbers[one]] if len(one) else one
    first = np.full(int(numbers.max(initial=0)) + 1, rows)
    np.minimum.at(first, numbers[one], one)
    kept = (crowd <= _MOST_CROWD) | (first[numbers[one]] == one)
    return one[kept], two[kept]


def _is_likely(judge: Judge, pairs: Scored) -> Flags:
    return _is_reached_alike(judge, pairs) | ((pairs.odds > _POSSIBLE) & ~_is_doubtful(judge, pairs))


def _is_reached_alike(judge: Judge, pairs: Scored) -> Flags:
    """Tell where the names are the same (but for a nickname), and a number or an address that is nobody else's."""
    facts, common = judge.facts, judge.common
    phone = evidence.equal(facts.phones.numbers, pairs.a, pairs.b) & ~common.phone[pairs.a]
    mail = evidence.equal(facts.mail.addresses.numbers, pairs.a, pairs.b) & ~common.mail[pairs.a]
    return np.asarray((phone | mail) & (pairs.fit >= Fit.CALLED), dtype=np.bool_)


def _is_doubtful(judge: Judge, pairs: Scored) -> Flags:
    """Tell where near names share a number and no address: that is a conflict, for a person to look at."""
    facts, a, b = judge.facts, pairs.a, pairs.b
    phone = evidence.equal(facts.phones.numbers, a, b)
    mail = evidence.equal(facts.mail.addresses.numbers, a, b) & ~judge.common.mail[a]
    return np.asarray((pairs.fit == Fit.NEAR) & phone & ~mail, dtype=np.bool_)


def _with_thirds(judge: Judge, found: Scored) -> Scored:
    """Add pairs of rows that both surely are a third one, unless something between them speaks against it."""
    a, b, least = _joined(found, judge.facts.rows)
    if not len(a):
        return found
    names = agreement(judge.facts, a, b)
    extra = Scored.together(judge.scored(a, b, names))
    places = np.searchsorted(a * judge.facts.rows + b, extra.a * judge.facts.rows + extra.b)
    together = least[places] + 0.5 * extra.odds
    kept = (together > _THROUGH) & (extra.fit >= Fit.RENAMED)
    odds = np.maximum(np.minimum(together, least[places]), extra.odds)
    return Scored.together([found, Scored(extra.a, extra.b, odds, extra.fit).only(kept)])


def _joined(found: Scored, rows: int) -> tuple[Ints, Ints, np.ndarray]:
    """Give the pairs that a third row joins, in order, and the weaker of its two odds."""
    sure = found.only(found.odds > _SURE)
    middle = np.concatenate([sure.a, sure.b])
    outer, odds = np.concatenate([sure.b, sure.a]), np.tile(sure.odds, 2)
    order = np.argsort(middle, kind="stable")
    middle, outer, odds = middle[order], outer[order], odds[order]
    starts = np.flatnonzero(np.append(True, middle[1:] != middle[:-1])) if len(middle) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.append(starts, len(middle)))
    keys, least = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for size in range(2, _MOST_TWINS + 1):
        first = starts[sizes == size]
        i, j = np.triu_indices(size, 1)
        left, right = (first[:, None] + i).ravel(), (first[:, None] + j).ravel()
        one, two = outer[left], outer[right]
        keys.append(np.minimum(one, two) * rows + np.maximum(one, two))
        least.append(np.minimum(odds[left], odds[right]))
    every, bits = np.concatenate(keys), np.concatenate(least)
    order = np.lexsort((-bits, every))
    every, bits = every[order], bits[order]
    fresh = np.append(True, every[1:] != every[:-1]) if len(every) else np.zeros(0, dtype=np.bool_)
    fresh &= ~np.isin(every, found.a * rows + found.b)
    a, b = np.divmod(every[fresh], max(1, rows))
    return a, b, bits[fresh]
