"""Countries: a name or code in any of seven languages, or the country's own -> its ISO 3166-1 alpha-2 code.

The table ``countries.tsv`` is generated from Unicode's CLDR (through Babel) and a short list of our own aliases by
``tests/generate_countries.py``; it is read once, at the first question.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_APART = re.compile(r"[^\w]+|_")
_UNSEEN = ("Mn", "Cf")
_ARTICLES = frozenset(re.findall(r"\w+", "the la le les l el los las die de het il lo o os as a i gli"))
_DOTTED = re.compile(r"(?<=\b\w)\.\s?(?=\w\b)")
_BETWEEN_NAMES = re.compile(r"[,;/|()\[\]]|\s[-–—:]\s?|\+\d+")
_LONGEST, _LONGEST_CODE = 200, 3
_STATES = frozenset({"georgia", "jersey"})
"""Names of countries that stand behind a city in an address as something else: Atlanta, Georgia."""
_SURE = frozenset({"usa", "uk", "uae"})
"""Short forms that stand behind a city as the country; other codes of two and three letters may be its state."""
# The two letters of a flag, and the tags that make a black flag that of England, Scotland or Wales.
_FLAGS = {first + at: chr(ord("a") + at) for first in (0x1F1E6, 0xE0061) for at in range(26)}
_FORMS = (
    "(?:volks|bundes)?republi[ck]|republiek|republi[cq](?:a|ue)|repubblica|kingdom|konigreich|royaume|reino|regno"
    "|koninkrijk|state|staat|etat|estado|stato|principality|furstentum|principaute|principado|principato|vorstendom"
    "|commonwealth|gemenebest|union|federation|emirate?|sultanate?|sultanato|sultanaat|grand duch[ye]|grossherzogtum"
    "|gran ducado|granducato|groothertogdom"
)
_OF = "(?:of|the|de|du|des|d|l|la|le|los|las|del|dell[aeo]?|dei|degli|di|do|da|das|dos|van|von|der|het|e)"
_FORM = re.compile(_FORMS)
_FORMAL = tuple(
    map(
        re.compile,
        (
            # Republic of Ghana; Republik Ghana; Ghana, Republic of
            rf"(?:\w+ ){{0,3}}(?:{_FORMS}) (?:\w+ ){{0,3}}?(?:{_OF} )+(.+)",
            rf"(?:\w+ ){{0,2}}(?:{_FORMS}) (.+)",
            rf"(.*?\w)(?: \w+){{0,4}}? (?:{_FORMS})(?: \w+){{0,3}}?(?: {_OF})*",
        ),
    )
)
_TWINS = {("KR", True): "KP", ("CG", True): "CD", ("CN", False): "TW"}
"""Which Korea, Congo or China a form of state means, by whether it is the people's."""
_OF_THE_PEOPLE = re.compile(r"\b(?:pop|dem|volks|people)")


@lru_cache(maxsize=4096)
def region(text: str) -> str:
    """Give the ISO alpha-2 code of a country named in a cell, "" if no table knows it.

    Case, accents, punctuation, articles and the words for a form of state (``Republic of``) are ignored; a flag is its
    code. Of several names (``FR - France``, ``Schweiz/Suisse``) all must agree; at the end of an address (``Sète,
    France``) one is enough.
    """
    return _named(text) or _of_parts(text) if len(text) <= _LONGEST else ""


def folded(text: str) -> str:
    """Give a name as the table holds it: case-folded, without accents and punctuation, "&" as "and"."""
    plain = _DOTTED.sub("", text).translate(_FLAGS).replace("&", " and ").casefold()
    bare = "".join(char for char in unicodedata.normalize("NFKD", plain) if unicodedata.category(char) not in _UNSEEN)
    return " ".join(_APART.sub(" ", bare).split())


def _named(text: str) -> str:
    """Look up one name as it is, without its article, and without the words for its form of state."""
    name, known = folded(text), _table()
    words = name.split(" ")
    first, last = words[0] in _ARTICLES, words[-1] in _ARTICLES
    found = known.get(name) or known.get(" ".join(words[first : len(words) - last]))
    return found or (_formal(name) if len(words) > 1 and _FORM.search(name) else "")


def _formal(name: str) -> str:
    """Look up what remains of a name without the words for a form of state."""
    rests = (match[1] for pattern in _FORMAL if (match := pattern.fullmatch(name)))
    found = next((_table()[rest] for rest in rests if len(rest) > _LONGEST_CODE and rest in _table()), "")
    return _TWINS.get((found, bool(_OF_THE_PEOPLE.search(name))), found)


def _of_parts(text: str) -> str:
    """Read a name beside its code or in another language, and the country at the end of an address."""
    parts = [part for part in _BETWEEN_NAMES.split(text) if folded(part)]
    if len(parts) == 1:
        words = folded(parts[0]).split()
        pairs = ((words[:1], words[1:]), (words[-1:], words[:-1]))
        parts = next((list(map(" ".join, pair)) for pair in pairs if len(pair[0][0]) <= _LONGEST_CODE), parts)
    named = [_named(part) for part in parts]
    found = (named[-1] or named[0]) if named else ""
    if set(named) - {"", found}:
        return ""
    place = folded(parts[-1]) if parts else ""
    is_sure = place in _SURE or (len(place) > _LONGEST_CODE and place not in _STATES)
    return found if all(named) or ("," in text and is_sure and named[-1] == found) else ""


@cache
def _table() -> dict[str, str]:
    table = {}
    for line in files("bulk_io").joinpath("countries.tsv").read_text("utf-8").splitlines():
        code, _, names = line.partition("\t")
        table.update(dict.fromkeys(names.split("|"), code))
    return table
