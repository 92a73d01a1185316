"""A name as comparable words: case, accents and punctuation gone, titles told apart; the ground `names` compares on.

Words are kept as rich as comparing needs them: a second spelling for ü, ö, ä, ø, å (Müller is Muller and Mueller), the
given names they may stand for, and whether they may be missing (de, van, GmbH).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from bulk_io.nicknames import FAMILY, FAMILY_ELSEWHERE, GIVEN, LINES

MALE, FEMALE = 1, 2

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Accents of Latin, Greek and Cyrillic; points of Hebrew and Arabic. Vowel signs of Indic scripts are letters and stay.
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_ASCII_WORD = re.compile(r"([a-z]+|[0-9]+)(\.(?![^\s-]))?")
_WORD = re.compile(r"(\d+|[^\d\s.-]+)(\.(?![^\s-]))?")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_MAIL_HOST = re.compile(r"(?<=\w)@\S+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MR = _set("monsieur mister herr senor signor signore meneer dhr messrs")
_MRS = _set(
    "mme mlle mrs miss madame mademoiselle frau fraulein sra srta senora senorita signora signorina mevrouw mevr"
)
_TITLES = _MR | _MRS | _set("dr dott dottor dottore dottoressa dra drs prof professeur professor ing dipl docteur")
# Titles only in front: elsewhere they are initials, names or Junior and Senior.
_MR_FIRST = _set("m mr mm sr sig sir")
_MRS_FIRST = _set("ms mw lady ra mlles")
_TITLES_FIRST = (
    _TITLES
    | _MR_FIRST
    | _MRS_FIRST
    | _set("me pr ir ssa avv arch geom rag rev and et und herrn mx exmo exma dna mej mejuffrouw maitre lic mgr")
)
_AFTER = _set("phd md mba esq msc bsc")
_PARTICLES = _set(
    "de du des d di da do das dos della dello dei del degli la le les lo los las l van von vom zu zur zum den der "
    "het ten ter te el al af av y e et und and i"
)
_LEGAL = _set("sarl sasu eurl gmbh mbh ltd limited llc inc srl ltda lda plc corp corporation sprl ohg gbr bvba")

_LINES_OF: dict[str, frozenset[int]] = {}
for _row, _line in enumerate(LINES):
    for _given in _line:
        _LINES_OF[_given] = _LINES_OF.get(_given, frozenset()) | {_row}
_NO_LINES: frozenset[int] = frozenset()

# Letters that slips and spellings swap at the start of a word count as one.
_CLASS = str.maketrans("kqpyjzwu", "ccfiisvv")


class Traits(NamedTuple):
    """What a word is by itself, wherever it stands."""

    lines: frozenset[int]
    """The lines of `nicknames` it stands in."""
    given: bool
    first: int
    """The bit of its first letter; letters that are easily swapped share one."""
    reach: int
    """The bits of every first letter by which it can be met: its own, its nicknames', those of initials (JP)."""


class Word(NamedTuple):
    """One word of a name: its folded text, its place, its spellings (text included), its traits."""

    text: str
    place: int
    forms: tuple[str, ...]
    shortened: bool
    """A dot follows: ``Chr.``"""
    traits: Traits
    optional: bool = False
    """It may be missing in the other name."""


class Name(NamedTuple):
    """The words of a name without its titles."""

    words: tuple[Word, ...]
    key: tuple[str, ...]
    """All words sorted, titles included: the same for the same words in any order."""
    joined: str
    sexes: int
    """``MALE`` and ``FEMALE`` bits of its titles."""
    needs: int
    """Bits of the first letters that the other name must offer if this one stands inside it …"""
    offers: int
    """… and of those this one offers."""


def spelt(text: str) -> tuple[str, ...]:
    """Give all words of a text, folded, in order, titles included."""
    return tuple(word.text for word in _words(text))


def is_given(word: str) -> bool:
    """Tell whether a folded word is a given name that the tables know."""
    return word in GIVEN


def is_surely_given(word: str, *, in_front: bool) -> bool:
    """Tell whether a folded word is a given name and no family name that stands in front of, or behind, a given one."""
    return word in GIVEN and word not in FAMILY and (in_front or word not in FAMILY_ELSEWHERE)


def is_title(word: str) -> bool:
    """Tell whether a folded word is a title that may stand before a name."""
    return word in _TITLES_FIRST


@lru_cache(maxsize=65_536)
def parse(text: str) -> tuple[Name, ...]:
    """Read a name: once whole and, if it has a note in brackets, once without it. No name: an empty tuple.

    A text of seven digits and more without a letter is a phone number in the place of a name: it names nobody.
    """
    text = _MAIL_HOST.sub("", text) if "@" in text else text
    whole = _name(text)
    if whole is None:
        return ()
    bare = _BRACKETS.sub(" ", text) if "(" in text or "[" in text else text
    if bare is text or any(w.traits.given or w.text.isdigit() for w in _words(" ".join(_BRACKETS.findall(text)))):
        return (whole,)
    rest = _name(bare)
    return (whole,) if rest is None or len(rest.words) < 2 else (whole, rest)


def _folded(text: str) -> str:
    """Take case, width and accents from a text; ø, ł, ß … become plain letters."""
    text = _MARKS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()))
    return unicodedata.normalize("NFC", text).translate(_LETTERS)


def _words(text: str) -> list[Word]:
    if text.isascii():
        found = _ASCII_WORD.findall(text.lower())
        return [_word(i, word, word, dot) for i, (word, dot) in enumerate(found)]
    found = _WORD.findall(_letters_only(_folded(text)))
    twins = _WORD.findall(_letters_only(_folded(unicodedata.normalize("NFC", text).lower().translate(_SPELLED_OUT))))
    kept = [(word, twin, dot) for (word, dot), (twin, _) in zip(found, twins, strict=False) if _has_letter(word)]
    return [_word(i, *each) for i, each in enumerate(kept)]


def _word(place: int, text: str, twin: str, dot: str) -> Word:
    text = (text.lstrip("0") or "0") if text.isdigit() else text
    twin = "mac" + text[2:] if text.startswith("mc") else twin
    return Word(text, place, (text,) if twin == text or text.isdigit() else (text, twin), bool(dot), _traits(text))


class _Kept(dict[int, str]):
    """What stands for each character, by its number: itself, a space, or nothing; found out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = unicodedata.category(char)
        return self.setdefault(code, char if kind[0] in "LMN" or char in ".-" else "" if kind == "Cf" else " ")


_KEPT = _Kept()


def _letters_only(text: str) -> str:
    """Put a space where no letter, digit, vowel sign, dot or hyphen is; joiners and other format characters go."""
    return text.translate(_KEPT)


def _has_letter(word: str) -> bool:
    return any(map(str.isalnum, word))


@lru_cache(maxsize=65_536)
def _traits(word: str) -> Traits:
    lines, given = _LINES_OF.get(word, _NO_LINES), word in GIVEN
    met_by = [word, *(other for line in lines for other in LINES[line])]
    met_by += word if len(word) <= 3 and not given else ""
    reach = 0
    for other in met_by:
        reach |= _first(other)
    return Traits(lines, given, _first(word), reach)


def _first(word: str) -> int:
    return 1 << (ord(word[0].translate(_CLASS)) & 63)


def _name(text: str) -> Name | None:
    every = _words(text)
    key = tuple(sorted([word.text for word in every]))
    joined = "".join([word.text for word in every])
    if not every or (len(joined) >= 7 and joined.isdigit()):
        return None
    core, sexes = _without_titles(every)
    words = _marked(core)
    needs, offers = 0, 0
    for word in words:
        reach = word.traits.reach
        offers |= reach
        if not word.optional and reach == word.traits.first:
            needs |= reach
    return Name(words, key, "".join([word.text for word in words]), sexes, needs, offers)


def _without_titles(words: list[Word]) -> tuple[list[Word], int]:
    sexes, start = 0, 0
    while start < len(words) - 1 and words[start].text in _TITLES_FIRST:
        sexes |= _sex(words[start].text)
        start += 1
    core = words[start:]
    rest = [word for word in core if word.text not in _TITLES]
    if rest and len(rest) < len(core):
        for word in core:
            sexes |= _sex(word.text) if word.text in _TITLES else 0
        core = rest
    while len(core) > 2 and core[-1].text in _AFTER:
        core = core[:-1]
    return core, sexes


def _sex(title: str) -> int:
    if title in _MR or title in _MR_FIRST:
        return MALE
    return FEMALE if title in _MRS or title in _MRS_FIRST else 0


def _marked(core: list[Word]) -> tuple[Word, ...]:
    """Mark particles before a name and legal forms as optional, if two other words remain (for forms: one)."""
    particles = {word.place for word in core[:-1] if word.text in _PARTICLES and not word.shortened}
    legal = {word.place for word in core if word.text in _LEGAL}
    rest = len(core) - len(particles) - len(legal)
    optional = (particles if rest >= 2 else set()) | (legal if rest >= 1 else set())
    return tuple(core if not optional else [word._replace(optional=word.place in optional) for word in core])
