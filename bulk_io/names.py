"""Names of people: whether two texts can name one person, and a full name from its parts or its parts from it.

A value module, text in and text out. `duplicates` and the plan ask it before two rows, or a row and a stored contact,
that share a phone number are taken for one person: lenient for one person, strict for two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from bulk_io.nameparts import parts
from bulk_io.namewords import FEMALE, MALE, Name, Word, parse, spelt

Match = Callable[[Word, Word], bool]
MatchRun = Callable[[Word, list[Word]], bool]

# The ends by which a feminine name differs from its masculine: Mario and Maria, Paul and Paula, Daniel and Danielle.
_GENDERED = frozenset(
    {("", "a"), ("", "e"), ("a", "o"), ("a", "i"), ("a", "y"), ("a", "e"), ("", "ne"), ("", "le"), ("", "te")}
    | {("", "na"), ("", "la"), ("", "ta"), ("", "ette"), ("", "ine"), ("a", "us"), ("e", "us"), ("e", "o")}
)
_ALPHABET_END = "\u0590"  # past Latin, Greek and Cyrillic one letter is a syllable or a word: no slips, no initials
_SKELETON = (
    (re.compile("ph"), "f"),
    (re.compile("(?<=[^cs])h(?![aeiouy])|(?<=[^csaeiouy])h"), ""),
    (re.compile("ck|[cq](?!h)"), "k"),
    (re.compile("y|(?<=.)j"), "i"),
    (re.compile("(?<=.)z"), "s"),
    (re.compile(r"([bdfgkmnprst])\1|(l)\2(?!e?$|ie$)"), r"\1\2"),
)


def fits(a: str, b: str) -> bool:
    """Tell whether two texts can be the name of one person.

    They can with the same words in any order, or if they differ by accents, case, initials, nicknames, a missing first
    or last name, titles, particles or small slips, or if one stands inside the other. A slip never turns a given name
    into another, nor into its feminine form. A text without a name contradicts nothing. Symmetric and reflexive.
    """
    if a == b:
        return True
    mine, theirs = parse(a), parse(b)
    if not mine or not theirs:
        return True
    return any(_one_person(x, y) for x, y in product(mine, theirs))


def same(a: str, b: str) -> bool:
    """Tell whether two names are equal but for case, accents, word order, and spaces or punctuation between words."""
    mine, theirs = sorted(spelt(a)), sorted(spelt(b))
    return mine == theirs if mine or theirs else a.strip() == b.strip()


def join(first: str, last: str) -> str:
    """Make a full name, first name first; a full name that stands in both parts is given once."""
    first, last = " ".join(first.split()), " ".join(last.split())
    if " " in first and same(first, last):
        return first
    return f"{first} {last}".strip()


def split(full: str) -> tuple[str, str] | None:
    """Split a full name into first and last name, or give None unless it is safe; titles are dropped.

    Safe are ``Dupont, Jean``, one run in capitals beside one in mixed case (``DUPONT Jean``, ``Jean DUPONT``), two
    words of which one, and only one, is a known first name that is no family name, too, and several such first names
    beside one word that is none (``Maria del Carmen Lopez``, ``Dupont Jean Pierre``). Lists write both orders, so
    ``Jean Martin`` is not safe, nor are two words that may be a first name and a last one (``Helena Bonham Carter``).
    """
    return parts(full)


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """Give what spellings of one name share: Philip and Filip, Mathilde and Matilde, Sarah and Sara."""
    for pattern, to in _SKELETON:
        word = pattern.sub(to, word)
    return word


def _one_person(x: Name, y: Name) -> bool:
    if x.key == y.key:
        return True
    couple = {x.sexes, y.sexes} == {MALE, FEMALE}
    if x.joined == y.joined:
        return len(x.words) > 1 or not couple
    if x.needs & ~y.offers and y.needs & ~x.offers:
        return False
    if y.key < x.key:
        x, y = y, x
    left, right = list(x.words), list(y.words)
    met = _meet(left, right, _equal)
    met += _meet_runs(left, right, _joined) + _meet_runs(right, left, _joined)
    met += _meet(left, right, _nickname) + _meet(left, right, _initial)
    met += _meet_runs(left, right, _initials) + _meet_runs(right, left, _initials)
    if left and right:
        named = any(word.traits.given or len(word.text) == 1 for word in met)
        met += _meet_slips(left, right, named)
    if not met or (_needed(left) and _needed(right)):
        return False
    return len(met) > 1 or not couple


def _needed(words: Iterable[Word]) -> bool:
    return any(not word.optional for word in words)


def _meet(left: list[Word], right: list[Word], match: Match) -> list[Word]:
    """Take out of both lists the words that match, one to one, and give those of the left."""
    met = []
    for word in tuple(left) if right else ():
        for other in right:
            if match(word, other):
                left.remove(word)
                right.remove(other)
                met.append(word)
                break
    return met


def _meet_runs(left: list[Word], right: list[Word], match: MatchRun) -> list[Word]:
    """Take out each word of the left that matches a run of two to four words on the right, and that run."""
    met: list[Word] = []
    for word in tuple(left) if len(right) > 1 else ():
        runs = (right[i : i + size] for size in (2, 3, 4) for i in range(len(right) - size + 1))
        found = next((run for run in runs if run[-1].place - run[0].place == len(run) - 1 and match(word, run)), None)
        if found is not None:
            left.remove(word)
            right[:] = [other for other in right if other not in found]
            met += found
    return met


def _meet_slips(left: list[Word], right: list[Word], named: bool) -> list[Word]:
    """Take out words that differ by slips of the pen, two edits in a name at most."""
    met: list[Word] = []
    edits = 0
    for word in tuple(left):
        counts = [(count, i) for i, other in enumerate(right) if (count := _slips(word, other, named))]
        if counts and edits + min(counts)[0] <= 2:
            count, place = min(counts)
            edits += count
            left.remove(word)
            right.pop(place)
            met.append(word)
    return met


def _equal(word: Word, other: Word) -> bool:
    if word.text == other.text:
        return True
    return len(word.forms) + len(other.forms) > 2 and not set(word.forms).isdisjoint(other.forms)


def _joined(word: Word, run: list[Word]) -> bool:
    if not word.text.startswith(run[0].text) and len(word.forms) == 1:
        return False
    return any("".join(forms) in word.forms for forms in product(*(other.forms for other in run)))


def _nickname(word: Word, other: Word) -> bool:
    if not word.traits.lines.isdisjoint(other.traits.lines):
        return True
    a, b = word.text, other.text
    if word.traits.first != other.traits.first or min(len(a), len(b)) < 4 or a[-1] + b[-1] in ("ao", "oa"):
        return False
    return _alphabetic(a) and _alphabetic(b) and skeleton(a) == skeleton(b)


def _initial(word: Word, other: Word) -> bool:
    short, long = (word, other) if len(word.text) < len(other.text) else (other, word)
    size = len(short.text)
    if size > 1 and (size > 4 or not short.shortened or short.traits.given):
        return False
    return _alphabetic(short.text) and any(form.startswith(short.text) for form in long.forms)


def _initials(word: Word, run: list[Word]) -> bool:
    return len(word.text) <= 3 and not word.traits.given and word.text == "".join([other.text[0] for other in run])


def _slips(word: Word, other: Word, named: bool) -> int:
    """Count the edits between two words, 0 if they are no slip: none up to three letters, one up to seven, else two."""
    size = min(len(word.text), len(other.text))
    if size < 4 or (word.traits.given and other.traits.given) or word.traits.first != other.traits.first:
        return 0
    if not (_alphabetic(word.text) and _alphabetic(other.text)):
        return 0
    most = 1 if size < 8 else 2
    count = min(OSA.distance(a, b, score_cutoff=most) for a, b in product(word.forms, other.forms))
    sure = named and not word.traits.given and not other.traits.given
    return count if count <= most and (sure or not _gendered(word.text, other.text)) else 0


def _alphabetic(word: str) -> bool:
    return word.isalpha() and max(word) < _ALPHABET_END


def _gendered(a: str, b: str) -> bool:
    size = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return tuple(sorted((a[size:], b[size:]))) in _GENDERED
