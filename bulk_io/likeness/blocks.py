"""Which pairs of rows are worth comparing: those that share something rare, or two things that are not.

Each key puts rows into blocks; the small blocks come first, until a key has given so many pairs a row. What a key
leaves out (all the Martins of a long list) is found by one that says more (the Martins of one company).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, permutations

import numpy as np

from bulk_io.likeness.facts import Facts
from bulk_io.likeness.people import WORDS
from bulk_io.likeness.vocabulary import Ints, thin

_PAIRS_A_ROW = 6
_AT_ONCE = 3_000_000
_MOST = 60
"""Rows of the largest block that is compared each with each."""

Keys = tuple[Ints, Ints]
"""Rows, and the key of each; a row may come several times."""


def candidates(facts: Facts, sides: Ints | None = None) -> tuple[Ints, Ints]:
    """Give the pairs of rows worth comparing, each once, the first row before the second.

    ``sides`` numbers the list of each row where there are two: then only pairs across them.
    """
    found = [np.zeros(0, dtype=np.int64)]
    most = _PAIRS_A_ROW * facts.rows + 10_000
    blocks = (pairs for rows, keys in _every(facts) for pairs in _in_parts(rows, keys, facts.people.joined, most))
    for a, b in chain([_with_the_first(facts.phones.numbers)], blocks):
        if sides is not None:
            across = sides[a] != sides[b]
            a, b = a[across], b[across]
        low, high = np.minimum(a, b), np.maximum(a, b)
        found.append((low * facts.rows + high)[low != high])
        if len(found) > 4:
            found = [_distinct(found)]
    return np.divmod(_distinct(found), max(1, facts.rows))


def _in_parts(rows: Ints, keys: Ints, names: Ints, most: int) -> Iterator[tuple[Ints, Ints]]:
    """Give the pairs of one kind of key, many keys in parts: to sort all at once takes room for five copies of them."""
    parts = 1 + len(keys) // _AT_ONCE
    for part in range(parts):
        at = np.flatnonzero(keys % parts == part) if parts > 1 else slice(None)
        yield _pairs(rows[at], keys[at], names[rows[at]], most // parts)


def _with_the_first(numbers: Ints) -> tuple[Ints, Ints]:
    """Give the rows of a value that is too common to compare each with each, beside the first row that has it."""
    rows, values = _single(numbers)
    _, first, back, counts = np.unique(values, return_index=True, return_inverse=True, return_counts=True)
    common = counts[back] > _MOST
    return rows[first[back]][common], rows[common]


def _distinct(parts: list[Ints]) -> Ints:
    """Put keys together, in order and without repeats, and empty the list: at the widest place no copy is held twice.

    `numpy.unique` hashes them, which takes three times as long.
    """
    keys = np.concatenate(parts)
    parts.clear()
    keys.sort()
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys


def _every(facts: Facts) -> Iterator[Keys]:
    phone, mail, firm = facts.phones.numbers, facts.mail.addresses.numbers, facts.firms.labels.numbers
    domain = np.where(facts.mail.free, -1, facts.mail.domains.numbers)
    local = np.where(facts.mail.office, -1, facts.mail.locals.numbers)
    city, position = facts.cities.numbers, facts.positions.numbers
    words, sounds = _words(facts)
    yield from (_single(numbers) for numbers in (phone, mail, local))
    yield words, sounds
    for numbers in (phone, mail, firm, domain, city, position):
        yield _both(words, sounds, numbers)
    rows, pairs = _two_words(facts)
    yield rows, pairs
    for numbers in (firm, domain, city, position):
        yield _both(rows, pairs, numbers)
    yield _without_a_digit(facts)
    yield _with_a_slip(facts)
    yield _single(facts.people.joined)
    yield from _of_others(facts, words, sounds)


def _of_others(facts: Facts, words: Ints, sounds: Ints) -> Iterator[Keys]:
    others = [labels.numbers for labels in facts.others.values()]
    for numbers in others:
        yield _single(numbers)
        yield _both(words, sounds, numbers)
    for one, two in combinations([*others, facts.cities.numbers] if others else [], 2):
        rows, keys = _single(one)
        yield _both(rows, keys, two)


def _single(numbers: Ints) -> Keys:
    rows = np.flatnonzero(numbers >= 0)
    return rows, numbers[rows]


def _both(rows: Ints, keys: Ints, numbers: Ints) -> Keys:
    there = numbers[rows] >= 0
    return rows[there], _mixed(keys[there], numbers[rows[there]])


def _mixed(one: Ints, two: Ints) -> Ints:
    """Make one key of two; that two keys meet by chance only costs a comparison."""
    return one * np.int64(0x9E3779B97F4A7C1) + two * np.int64(0xC2B2AE3D27D4EB)


def _words(facts: Facts) -> Keys:
    """Give the words of names by their sound, initials left out."""
    words = facts.people.words
    rows, at = np.nonzero(words >= 0)
    word = words[rows, at]
    long = facts.people.vocabulary.sizes[word] > 1
    return rows[long], facts.people.vocabulary.sounds[word[long]]


def _two_words(facts: Facts) -> Keys:
    """Give pairs of words of names, whatever their order."""
    words = facts.people.words
    sounds = np.where(words >= 0, facts.people.vocabulary.sounds[words], -1)
    rows, keys = [], []
    for i, j in combinations(range(WORDS), 2):
        at = np.flatnonzero((sounds[:, i] >= 0) & (sounds[:, j] >= 0))
        low, high = np.minimum(sounds[at, i], sounds[at, j]), np.maximum(sounds[at, i], sounds[at, j])
        rows.append(at)
        keys.append(_mixed(low, high))
    return np.concatenate(rows), np.concatenate(keys)


def _without_a_digit(facts: Facts) -> Keys:
    """Give numbers with any one digit hidden: those that differ by it meet."""
    rows = np.flatnonzero(facts.phones.numbers >= 0)
    digits = np.array([int(text) for text in facts.phones.texts], dtype=np.int64)[facts.phones.numbers[rows]]
    keys = []
    for place in range(9):
        unit = 10**place
        keys.append(_mixed(digits - digits // unit % 10 * unit, np.full(len(digits), place + 1)))
    return np.tile(rows, 9), np.concatenate(keys)


def _with_a_slip(facts: Facts) -> Keys:
    """Give a word of each name with any letter of its other word left out: names that differ by a slip meet."""
    vocabulary, words = facts.people.vocabulary, facts.people.words
    thin, starts, sizes = _thinned(vocabulary.texts)
    rows, keys = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for i, j in permutations(range(WORDS), 2):
        at = np.flatnonzero((words[:, i] >= 0) & (words[:, j] >= 0))
        many = sizes[words[at, j]]
        who = np.repeat(at, many)
        within = np.arange(len(who)) - np.repeat(np.cumsum(many) - many, many)
        rows.append(who)
        keys.append(_mixed(vocabulary.sounds[words[who, i]], thin[starts[words[who, j]] + within]))
    return np.concatenate(rows), np.concatenate(keys)


def _thinned(texts: Sequence[str]) -> tuple[Ints, Ints, Ints]:
    """Number each word as it is and without any one letter: all numbers, and where each word's begin and how many."""
    places: dict[str, int] = {}
    numbers: list[int] = []
    sizes = np.zeros(len(texts), dtype=np.int64)
    for place, text in enumerate(texts):
        forms = thin(text)
        numbers += [places.setdefault(form, len(places)) for form in sorted(forms)]
        sizes[place] = len(forms)
    return np.array(numbers, dtype=np.int64), np.cumsum(sizes) - sizes, sizes


def _pairs(rows: Ints, keys: Ints, names: Ints, most: int) -> tuple[Ints, Ints]:
    """Give all pairs of rows within blocks of one key, the smallest blocks first, ``most`` pairs at most.

    Rows of a block that is too large meet the next two in the order of ``names``: there may be a hundred copies.
    """
    order = np.lexsort((names, keys))
    rows, keys = rows[order], keys[order]
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.append(starts, len(keys)))
    usable = np.flatnonzero((sizes > 1) & (sizes <= _MOST))
    usable = usable[np.argsort(sizes[usable], kind="stable")]
    counts = sizes[usable] * (sizes[usable] - 1) // 2
    usable = usable[np.cumsum(counts) <= most]
    left, right = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for size in np.unique(sizes[usable]).tolist():
        first = starts[usable[sizes[usable] == size]]
        i, j = np.triu_indices(size, 1)
        left.append(rows[(first[:, None] + i).ravel()])
        right.append(rows[(first[:, None] + j).ravel()])
    large = np.repeat(sizes > _MOST, sizes)
    for step in (1, 2):
        at = np.flatnonzero(large[:-step] & (keys[step:] == keys[:-step]))
        left.append(rows[at])
        right.append(rows[at + step])
    return np.concatenate(left), np.concatenate(right)
