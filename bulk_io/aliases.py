"""What a header means by itself: the curated aliases of ``aliases.toml``, looked up by normalised header.

A value module: no neighbours, no cell values. ``neighbours`` settles the headers that are more than one field.
"""

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
EMAIL_KINDS: tuple[str, ...] = ("plain", "work", "home", "other")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header says: a field, or a ``friend`` (one header, several fields), or nothing, with the reason.

    ``rank`` orders the columns of one field, the lowest first.
    """

    field: str = ""
    friend: str = ""
    rank: tuple[int, int] = (0, 0)
    why: str = ""


@lru_cache(maxsize=4096)
def meaning(header: str) -> Meaning:
    """Look a header up: exact aliases, then words about somebody else, then the words of phone and e-mail headers.

    A number behind it (``Phone 2``, ``Phone (2)``) puts the column behind its like.
    """
    tables = _tables()
    text, number = _numbered(words(header))
    for same in (key(header), key(text)):
        if same in tables.exact:
            field, rank = tables.exact[same]
            order = number if same != key(header) else 0
            return Meaning(field, rank=(rank, order), why=f"called like a column of {_LABELS.get(field, field)}")
        if same in tables.friends:
            return Meaning(friend=tables.friends[same], rank=(0, number))
    reason = _veto(text)
    if reason:
        return Meaning(why=f"left out: {reason} (--map '{header}=field' to use it all the same)")
    for field, table, kinds in (("phoneNumber", tables.phone, PHONE_KINDS), ("email", tables.email, EMAIL_KINDS)):
        found = _made_of(text.split(), table)
        if found:
            second = int(found != "other" and bool(table["other"].intersection(text.split())))
            return Meaning(field, rank=(kinds.index(found), number or second), why=_made_why(field, found))
    return Meaning(why="no contact field is called like this")


def field_called(text: str) -> str:
    """Give the field that people call so, or ``""``; for "did you mean" in messages."""
    said = meaning(text)
    return said.field or _FRIENDS.get(said.friend, "")


def honorifics() -> frozenset[str]:
    """Give the forms of address (Mr, Mme, Dr …), as header keys."""
    return _tables().honorifics


@dataclass(frozen=True, slots=True)
class _Tables:
    honorifics: frozenset[str]
    exact: dict[str, tuple[str, int]]
    friends: dict[str, str]
    phone: dict[str, frozenset[str]]
    email: dict[str, frozenset[str]]
    veto: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    said = tomllib.loads(Path(__file__).with_name("aliases.toml").read_text(encoding="utf-8"))
    exact = {
        key(alias): (field, 0)
        for field, languages in said["exact"].items()
        for aliases in languages.values()
        for alias in aliases
    }
    for kind, aliases in said["exact_phone"].items():
        exact |= {key(alias): ("phoneNumber", PHONE_KINDS.index(kind)) for alias in aliases}
    return _Tables(
        honorifics=frozenset(key(text) for text in said["honorifics"]),
        exact=exact,
        friends={key(alias): friend for friend, aliases in said["friends"].items() for alias in aliases},
        phone=_word_sets(said["phone"]),
        email=_word_sets(said["email"]),
        veto=tuple(_vetoes(said["veto"])),
    )


def _word_sets(table: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {kind: frozenset(words(word) for word in listed) for kind, listed in table.items()}


def _vetoes(table: dict[str, Any]) -> Iterable[tuple[str, frozenset[str], tuple[str, ...]]]:
    for reason, listed in table.items():
        texts = [words(text) for text in listed]
        yield reason, frozenset(text for text in texts if " " not in text), tuple(t for t in texts if " " in t)


def _veto(text: str) -> str:
    """Give the reason why a header is about somebody else, or ``""``."""
    found = set(text.split())
    for reason, single, groups in _tables().veto:
        if found & single or any(f" {group} " in f" {text} " for group in groups):
            return reason
    return ""


def _made_of(header: list[str], table: dict[str, frozenset[str]]) -> str:
    """Give the kind of a header that is made of a table's words alone, with a noun among them; else ``""``."""
    wordy = [word for word in header if not word.isdigit()]
    known = frozenset().union(*table.values())
    nouns = table["nouns"] | table.get("mobile", frozenset())
    if not wordy or not nouns.intersection(wordy) or not known.issuperset(wordy):
        return ""
    ranked = [kind for kind in ("mobile", "direct", "other", "home", "work") if kind in table]
    return next((kind for kind in ranked if table[kind].intersection(wordy)), "plain")


def _made_why(field: str, kind: str) -> str:
    what = _LABELS[field]
    return f"called like a column of {what}" if kind == "plain" else f"called like a column of {what} ({kind})"


def _numbered(text: str) -> tuple[str, int]:
    """Take the number off the end of a header's words: ``phone 2`` is ``phone``, the second."""
    *before, last = text.split() or [""]
    joined = last.rstrip("0123456789")
    digits = last[len(joined) :]
    if not digits or len(digits) > 2 or not (before or joined):
        return text, 0
    return " ".join([*before, joined] if joined else before), int(digits)


_FRIENDS = {
    "last": "name",
    "first": "name",
    "title": "position",
    "extension": "position",
    "contact": "name",
    "number": "phoneNumber",
    "country": "country",
}
_LABELS = {
    "name": "full names",
    "firstName": "first names",
    "lastName": "last names",
    "phoneNumber": "phone numbers",
    "email": "e-mail addresses",
    "position": "job titles",
    "currentCompany": "companies",
    "industrySector": "industries",
    "city": "cities",
    "country": "countries",
    "tags": "tags",
}
