"""Finding, among thousands of names, the few that may be one person with a given one; `duplicates` uses it.

A phone number typed as a placeholder can be shared by thousands of people, and comparing each with each takes minutes.
The index is exact: whatever :func:`bulk_io.names.fits` accepts is found; what is found is still to be compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from bulk_io.names import skeleton
from bulk_io.namewords import Name, Word, parse

_PREFIX = 10  # letters of a word that are enough to find its slips (the symmetric-delete method)

Keys = tuple[frozenset[str], frozenset[str]]


class NameIndex:
    """Names by number, found by what their words can be met by.

    One of two names that fit has all its needed words met in the other. So it is enough to follow the rarest word of
    the name asked for, and, for names that stand inside it, one chosen word of each stored name.
    """

    def __init__(self) -> None:
        self._every: defaultdict[str, list[int]] = defaultdict(list)
        self._chosen: defaultdict[str, list[int]] = defaultdict(list)
        self._nameless: list[int] = []
        self._size = 0

    def add(self, number: int, text: str) -> None:
        """Store a name under a number; the numbers must ascend."""
        self._size = number + 1
        readings = parse(text)
        if not readings:
            self._nameless.append(number)
        for name in readings:
            words = _words(name)
            needed = [stored for optional, stored, _ in words if not optional]
            for key in min(needed, key=self._crowding):
                self._chosen[key].append(number)
            for key in frozenset().union(*(stored for _, stored, _ in words)):
                self._every[key].append(number)

    def likely(self, text: str) -> list[int]:
        """Give the numbers of the names that may fit a text, ascending."""
        readings = parse(text)
        if not readings:
            return list(range(self._size))
        found = set(self._nameless)
        for name in readings:
            words = _words(name)
            needed = [asked for optional, _, asked in words if not optional]
            for key in min(needed, key=self._crowding):
                found.update(self._every.get(key, ()))
            for key in frozenset().union(*(asked for _, _, asked in words)):
                found.update(self._chosen.get(key, ()))
        return sorted(found)

    def _crowding(self, keys: frozenset[str]) -> int:
        return sum(len(self._every.get(key, ())) for key in keys)


def _words(name: Name) -> list[tuple[bool, frozenset[str], frozenset[str]]]:
    """Give, for each word, whether it is optional, the keys it is stored under and those it asks for."""
    whole = {f"&{' '.join(name.key)}", f"={name.joined}"}
    words = []
    for word in name.words:
        stored, asked = _keys(word)
        shared = whole.union(*(_run_keys(run) for run in _runs(name, word)))
        words.append((word.optional, stored | shared, asked | shared))
    return words


def _runs(name: Name, word: Word) -> Iterator[tuple[Word, ...]]:
    for size in (2, 3, 4):
        for start in range(len(name.words) - size + 1):
            if word in name.words[start : start + size]:
                yield name.words[start : start + size]


def _run_keys(run: tuple[Word, ...]) -> set[str]:
    """Give the joined spellings of a run, and its initials (JP)."""
    joined = {"="}
    for word in run:
        joined = {before + form for before in joined for form in word.forms}
    return joined | {"=" + "".join(word.text[0] for word in run)}


@lru_cache(maxsize=65_536)
def _keys(word: Word) -> Keys:
    shared = {f"={form}" for form in word.forms} | {f"#{line}" for line in word.traits.lines}
    if len(word.text) >= 4:
        shared.add(f"~{skeleton(word.text)}")
    for form in word.forms:
        shared.update(f"-{rest}" for rest in _thinned(form))
    short = len(word.text) == 1 or word.shortened
    letters = {form[0] for form in word.forms}
    stored = {f"^{letter}" for letter in letters} | ({f"*{letter}" for letter in letters} if short else set())
    asked = {f"*{letter}" for letter in letters} | ({f"^{letter}" for letter in letters} if short else set())
    return frozenset(shared | stored), frozenset(shared | asked)


def _thinned(word: str) -> set[str]:
    """Give the beginning of a word without any one letter (from eight letters on: any two)."""
    if len(word) < 4:
        return set()
    start = word[:_PREFIX]
    sizes = range(len(start), len(start) - (3 if len(word) >= 8 else 2), -1)
    return {"".join(kept) for size in sizes for kept in combinations(start, size)}
