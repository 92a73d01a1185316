"""Which encoding's characters make sense: letters that belong to one language, in words as people write them.

No statistics of languages beyond their alphabets: a guesser trained on prose takes a French list of names for Czech.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_LATIN = (
    "àâæçéèêëîïôœùûüÿ", "äöüß", "áéíóúñü", "àèéìòù", "áâãàçéêíóôõú", "éëïöü", "åäöæøé", "ðþáéíóúýöæ", "çğıiöşüâî",
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "āčēģīķļņšūž", "ąčęėįšųūž",
    "äöõüšž",
)  # fmt: skip
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћџђ"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
_HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأؤإئپچژگ"
_THAI = "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬอฮะาำแโใไเๆ" + "ัิีึืุู็่้๊๋์"
_SCRIPTS = (_CYRILLIC, _GREEK, _HEBREW, _ARABIC, _THAI)

_USUAL = frozenset("оеаинтсрвлкмдαοιετσνηυρπκμλςיולאהרתבמשנايلمونرتبةعدسفهك" + "กงจดตทนบพมยรลวสหอาเแ" + "ัิี่้์")
"""The frequent letters of the other scripts: by these one of them is told from another."""
_ODD = frozenset("ðþý")
"""Letters of Icelandic, for which Turkish ones stand in another encoding, and more often."""

_ONE_BYTE = {
    "cp1252": _LATIN[:8], "mac-roman": _LATIN[:8], "cp850": _LATIN[:8], "iso8859-15": _LATIN[:8],
    "cp437": _LATIN[:8], "cp1250": _LATIN[9:15], "iso8859-2": _LATIN[9:15], "cp852": _LATIN[9:15],
    "cp1254": _LATIN[8:9], "cp1257": _LATIN[15:], "cp1251": (_CYRILLIC,), "koi8-r": (_CYRILLIC,),
    "koi8-u": (_CYRILLIC,), "cp866": (_CYRILLIC,), "iso8859-5": (_CYRILLIC,), "mac-cyrillic": (_CYRILLIC,),
    "cp1253": (_GREEK,), "iso8859-7": (_GREEK,), "cp737": (_GREEK,), "cp1255": (_HEBREW,), "cp1256": (_ARABIC,),
    "cp874": (_THAI,),
}  # fmt: skip
_WIDE = ("cp932", "euc-jp", "gb18030", "big5", "cp949")
_UNACCENTED = 15
"""As many Greek letters without any accent are hardly Greek."""
_OLD = frozenset({"cp850", "cp437", "cp852", "cp737", "cp866", "mac-cyrillic", "iso8859-5"})
_QUIET = frozenset("\u00a0’‘“”«»€£°–—…·•™®©§²³ªº¿¡´№„‚‹›½¼µ")
_ALPHABETS = ("äöüß", "åäö", "æøå", "éèàçùâêîôû", "áéíóúñ")
_MOST_LISTED = 12
_LONGEST = 4000
_MOST = 12_000
_HIGH = bytes(range(0x80, 0x100))
_FEW, _LONE = 3, 0.2
"""So few letters must say more than several would."""
_KANA = 4
"""Syllables that are hardly there by chance: each takes one of two bytes before one of some eighty."""
_MARGIN, _WIDE_MARGIN = 0.025, 0.1
_BOTH, _TOGETHER = 0.99, 0.97
"""What letters count that take two alphabets, as lists of people of two countries do, or more."""


@dataclass(frozen=True, slots=True)
class Vote:
    """The encoding that makes most sense, and the share of characters that do."""

    name: str
    share: float


def vote(sample: bytes) -> Vote:
    """Choose the encoding of text that is no UTF-8; cp1252 if in doubt."""
    text = _lines(sample)
    if _is_listed(text):
        return Vote("cp1252", 1.0)
    votes = [Vote(name, _one_byte(text, name, alphabets)) for name, alphabets in _ONE_BYTE.items()]
    first, best = votes[0], max(votes, key=lambda one: one.share)
    wide = max((Vote(name, _many_bytes(text, name)) for name in _WIDE), key=lambda one: one.share)
    best = wide if wide.share > best.share + _WIDE_MARGIN else best
    margin = _LONE if len(text) - len(text.translate(None, _HIGH)) < _FEW else _MARGIN
    return best if best.share > max(first.share + margin, 0.7) else first


def _is_listed(text: bytes) -> bool:
    """Say whether all there is are the letters of one language's alphabet, each once, as test files have them."""
    runs = dict.fromkeys(re.findall("[^\x00-\x7f]+", text.decode("cp1252", "replace")))
    high = [char for char in "".join(runs) if char not in _QUIET]
    lower = set("".join(high).lower())
    alone = 3 <= len(high) == len(set(high)) <= _MOST_LISTED
    return alone and any(lower <= set(alphabet) and len(lower) * 2 > len(alphabet) - 3 for alphabet in _ALPHABETS)


def _lines(sample: bytes) -> bytes:
    """Keep the lines that are not ASCII, different ones, as many as a vote needs."""
    kept: dict[bytes, None] = {}
    size = 0
    for line in sample.splitlines():
        if not line.isascii() and line not in kept:
            kept[line[:_LONGEST]] = None
            size += len(line)
        if size > _MOST:
            break
    return b"\n".join(kept)


def _one_byte(text: bytes, name: str, alphabets: Sequence[str]) -> float:
    """Give the share of characters that make sense in one alphabet; two, and more, together count less."""
    decoded = f" {text.decode(name, 'replace')} "
    seen = Counter(
        (decoded[at - 1], decoded[at], decoded[at + 1])
        for at in (match.start() for match in re.finditer("[^\x00-\x7f]", decoded))
    )
    total = sum(seen.values()) or 1
    latin = alphabets[0] not in _SCRIPTS
    fits = [[n * _fits(*three, alphabet, latin) for three, n in seen.items()] for alphabet in alphabets]
    alone = max(sum(one) for one in fits)
    both = max((sum(map(max, *two)) for two in itertools.combinations(fits, 2)), default=0.0)
    together = sum(map(max, *fits, [0.0] * len(seen)))
    found: float = max(alone, _BOTH * both, _TOGETHER * together)
    if alphabets[0] == _GREEK and not any(char in "άέήίόύώ" for _, char, _ in seen) and total > _UNACCENTED:
        found *= 0.97
    lost = 0 if name == "cp1252" else 3 * sum(n for (_, char, _), n in seen.items() if char == "\ufffd")
    return (found - lost) / total - (0.005 if name in _OLD else 0.0)


def _fits(before: str, char: str, after: str, alphabet: str, latin: bool) -> float:
    lower = char.lower()
    if char in _QUIET:
        if before > "\x7f" or after > "\x7f":
            return 0.2
        if char == "’" and not before.isalnum() and after.islower():
            return 0.5
        return 1.0 if not (before.isalpha() and after.isalpha()) or char in "’\u00a0·–—" else 0.0
    if lower not in alphabet or (char.isupper() and before.islower()):
        return 0.0
    if latin:
        crowd = (before > "\x7f" and before.isalpha()) + (after > "\x7f" and after.isalpha())
        odd = lower in _ODD or (lower == "õ" and after != "e")
        return (1.0, 0.8, 0.3)[crowd] * (0.85 if odd else 1.0)
    if (char == "ς" and after.isalpha()) or (alphabet == _THAI and _is_astray(before, char, after)):
        return 0.0
    if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
        return 0.0
    shouted = char.isupper() and (before.isupper() or after.isupper())
    return (1.0 if _plain(lower) in _USUAL else 0.85) * (0.96 if shouted else 1.0)


def _is_astray(before: str, char: str, after: str) -> bool:
    """Say whether a Thai mark has no letter below it, or a vowel that is written first no consonant behind it."""
    if unicodedata.category(char) == "Mn":
        return not "ก" <= before <= "๎"
    return "เ" <= char <= "ไ" and not "ก" <= after <= "ฮ"


@cache
def _plain(char: str) -> str:
    """Take the accent off a letter."""
    return unicodedata.normalize("NFD", char)[0]


def _many_bytes(text: bytes, name: str) -> float:
    """Give the share of characters of an East Asian encoding that are common ones and stand together."""
    try:
        decoded = text.decode(name)
    except UnicodeDecodeError:
        return 0.0
    high = [char for char in decoded if char > "\x7f"]
    if not high:
        return 0.0
    mixed = len(re.findall("[A-Za-z][\u2e80-\uffff]|[\u2e80-\uffff][a-z]", decoded))
    common = sum(_is_common(char, name) for char in high)
    if not common:
        return 0.0
    bonus, weight = 0.01 if name == "cp949" else 0.0, 2
    if name in {"cp932", "euc-jp"}:
        kana = sum("\u3040" <= char <= "\u30ff" for char in high)
        if name == "euc-jp" and kana == len(high) >= _KANA:
            return 1.0
        bonus, weight = (0.04, 1) if kana else (-0.03, 2)
    return max(0.0, (common - weight * mixed) / len(high)) + bonus


def _is_common(char: str, name: str) -> bool:
    """Say whether a character is among the frequent ones of its encoding: syllables, or the first level of signs."""
    if "\u3000" <= char <= "\u30ff" or "\uff00" <= char <= "\uffef":
        return name != "cp949" or char < "\u3040" or char >= "\uff00"
    if name == "cp949":
        name = "euc-kr"
        if not "\uac00" <= char <= "\ud7a3":
            return False
    try:
        code = char.encode({"cp932": "euc-jp", "gb18030": "gb2312"}.get(name, name))
    except UnicodeEncodeError:
        return False
    if len(code) != 2:
        return False
    first, last = {
        "cp932": (0xB0, 0xCF),
        "euc-jp": (0xB0, 0xCF),
        "gb18030": (0xB0, 0xD7),
        "big5": (0xA4, 0xC6),
        "euc-kr": (0xB0, 0xC8),
    }[name]
    return first <= code[0] <= last
