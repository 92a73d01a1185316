"""Headers that are spelt otherwise than the words of ``aliases.toml``: with a slip of the pen, or with words cut short.

A value module. ``aliases`` reads words that are cut; ``neighbours`` asks for slips where a header means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from bulk_io.aliastables import tables
from bulk_io.headers import words


def corrected(header: str) -> str:
    """Give a header with its misspelt words as the aliases spell them, ``""`` where no word is nearly one of theirs.

    Only slips of the pen count (a ratio of 88 and more, or two letters in the other order; words of five letters and
    more): a longer or shorter header that holds an alias (``Company Phone``) is another one.
    """
    found = [_near(word) for word in words(header).split()]
    return " ".join(found) if found != words(header).split() else ""


def apart(text: str) -> str:
    """Give a header's words with those that are glued together apart: ``homephone``, ``workemail``."""
    return _GLUED.sub(r"\1 \2", text)


def spelt_out(text: str) -> str:
    """Give a phone header with its cut words in full: ``tel zentr``, ``tel durchw``, ``tel m``.

    A word that begins like one of somebody else's is taken for that.
    """
    known, found = tables(), text.split()
    if not (known.phone["nouns"] | known.phone["mobile"]).intersection(found):
        return ""
    return " ".join([*map(_in_full, found[:-1]), _LETTERS.get(found[-1]) or _in_full(found[-1])])


@lru_cache(maxsize=1024)
def _in_full(word: str) -> str:
    known = tables()
    phone = frozenset().union(*known.phone.values())
    if len(word) < _SHORTEST_CUT or word in phone | known.other | known.filler | known.vocabulary:
        return word
    others = [one for _, single, _ in known.veto for one in single if one.startswith(word)]
    return min(others or [one for one in phone if one.startswith(word)] or [word])


@lru_cache(maxsize=4096)
def _near(word: str) -> str:
    known = tables()
    if len(word) < _SHORTEST_TYPO or word in known.vocabulary or word in known.other or word in known.filler:
        return word
    if swapped := next((one for one in _swapped(word) if one in known.vocabulary), ""):
        return swapped
    found = process.extractOne(word, known.vocabulary, scorer=fuzz.ratio, score_cutoff=_TYPO)
    return str(found[0]) if found and len(found[0]) >= _SHORTEST_TYPO else word


def _swapped(word: str) -> Iterable[str]:
    """Give a word with two letters beside each other in the other order, at each place."""
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))


_GLUED = re.compile(
    r"\b(home|work|office|business|company|corporate|personal|private|mobile|cell|other|contact|customer|client|lead|main"
    r"|primary|secondary|direct|shipping|billing|assistant|emergency)"
    r"(phone|phonenumber|email|mobile|cell|tel|telephone|number|fax|city|country)\b"
)
_LETTERS = {
    letter: kind
    for kind, letters in (("mobile", "mc"), ("home", "hrp"), ("work", "wogb"), ("direct", "d"))
    for letter in letters
}
"""What a letter behind a phone says: mobile, cell, home, residence, privat, work, office, Geschäft, bureau, direct."""
_TYPO, _SHORTEST_TYPO, _SHORTEST_CUT = 88, 5, 4
