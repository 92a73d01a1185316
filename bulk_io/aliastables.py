"""The words of ``aliases.toml``, read once and in the form in which headers are compared; `aliases` looks them up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bulk_io.headers import key, words

PHONE_KINDS: tuple[str, ...] = ("mobile", "direct", "work", "plain", "home", "other")
"""Kinds of phone column, the one to reach a person with first."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Header words by what they say. Sets and keys hold words as `headers` gives them."""

    honorifics: frozenset[str]
    exact: dict[str, tuple[str, int]]
    friends: dict[str, str]
    phone: dict[str, frozenset[str]]
    email: dict[str, frozenset[str]]
    veto: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]
    stand_ins: frozenset[str]
    """Of columns that are the person's where nobody else has any: who gets the invoice."""
    other: frozenset[str]
    filler: frozenset[str]
    family: dict[str, frozenset[str]]
    roles: frozenset[str]
    company: dict[str, frozenset[str]]
    address: dict[str, frozenset[str]]
    asked: dict[str, str]
    """What is left of aliases of several words without those that change nothing, each with its field."""
    vocabulary: frozenset[str]
    """The words that a slip of the pen is measured by."""


@lru_cache(maxsize=1)
def tables() -> Tables:
    """Give the words of all tables."""
    said = tomllib.loads(Path(__file__).with_name("aliases.toml").read_text(encoding="utf-8"))
    exact = {
        key(alias): (field, 0)
        for field, languages in said["exact"].items()
        for aliases in languages.values()
        for alias in aliases
    }
    for kind, aliases in said["exact_phone"].items():
        exact |= {key(alias): ("phoneNumber", PHONE_KINDS.index(kind)) for alias in aliases}
    phone, email = _word_sets(said["phone"]), _word_sets(said["email"])
    filler = frozenset(words(word) for word in said["filler"]["words"])
    aliases = [alias for languages in said["exact"].values() for listed in languages.values() for alias in listed]
    nouns = [*phone["nouns"], *phone["mobile"], *email["nouns"], *email["plain"]]
    return Tables(
        honorifics=frozenset(key(text) for text in said["honorifics"]),
        exact=exact,
        friends={key(alias): friend for friend, aliases in said["friends"].items() for alias in aliases},
        phone=phone,
        email=email,
        veto=tuple(_vetoes(said["veto"])),
        stand_ins=frozenset(words(word) for word in (*said["veto"]["for an invoice"], *said["stand_ins"]["words"])),
        other=frozenset(words(word) for word in said["else"]["words"]),
        filler=filler,
        family=_word_sets(said["family"]),
        roles=frozenset(words(word) for word in said["roles"]["words"]),
        company=_word_sets(said["company"]),
        address=_word_sets(said["address"]),
        asked=_asked_for(said["exact"], filler),
        vocabulary=frozenset(word for alias in aliases for word in words(alias).split()).union(nouns),
    )


def has(known: frozenset[str], word: str) -> bool:
    """Tell whether a word is one of a table's, as it stands or with an s behind it: ``Käufers``, ``Teilnehmers``."""
    return word in known or (len(word) > _SHORTEST_PLURAL and word[-1] == "s" and word[:-1] in known)


def _asked_for(exact: dict[str, dict[str, list[str]]], filler: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, languages in exact.items():
        for alias in (alias for listed in languages.values() for alias in listed):
            left = [word for word in words(alias).split() if word not in filler]
            if len(left) > 1:
                found.setdefault("".join(left), field)
    return found


def _word_sets(table: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {kind: frozenset(words(word) for word in listed) for kind, listed in table.items()}


def _vetoes(table: dict[str, Any]) -> Iterable[tuple[str, frozenset[str], tuple[str, ...]]]:
    for reason, listed in table.items():
        texts = [words(text) for text in listed]
        yield reason, frozenset(text for text in texts if " " not in text), tuple(t for t in texts if " " in t)


_SHORTEST_PLURAL = 5
