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
_ARTICLES = frozenset(
    {"the", "la", "le", "les", "l", "el", "los", "las", "die", "de", "il", "o", "os", "as", "a", "i", "gli"}
)
_DOTTED = re.compile(r"(?<=\b\w)\.\s?(?=\w\b)")


@lru_cache(maxsize=4096)
def region(text: str) -> str:
    """Give the ISO alpha-2 code of a country named in a cell, "" if no table knows it.

    Case, accents, punctuation and a leading article are ignored; ``FR - France`` is understood where both parts agree.
    """
    name = folded(text)
    known = _table()
    without = name.partition(" ")[2] if name.partition(" ")[0] in _ARTICLES else name
    found = known.get(name) or known.get(without)
    if found:
        return found
    for code, rest in (name.partition(" ")[::2], name.rpartition(" ")[::-2]):
        if len(code) == 2 and code in known and known.get(rest.strip()) == known[code]:
            return known[code]
    return ""


def folded(text: str) -> str:
    """Give a name as the table holds it: case-folded, without accents and punctuation, "&" as "and"."""
    apart = unicodedata.normalize("NFKD", _DOTTED.sub("", text).replace("&", " and ").casefold())
    bare = "".join(char for char in apart if unicodedata.category(char) not in ("Mn", "Cf"))
    return " ".join(_APART.sub(" ", bare).split())


@cache
def _table() -> dict[str, str]:
    table = {}
    for line in files("bulk_io").joinpath("countries.tsv").read_text("utf-8").splitlines():
        code, _, names = line.partition("\t")
        table.update(dict.fromkeys(names.split("|"), code))
    return table
