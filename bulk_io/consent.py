"""Consent: which columns say who must not be written to, and what their cells say; the words are in ``consent.toml``.

A value module: nobody wants a WhatsApp message to somebody who said no, on whatever channel it was said. The words are
listed by concept (what is a refusal, a permission, a channel, a negation), and what they say together is said here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import pandas as pd

from bulk_io.headers import words
from bulk_io.records import Refusal
from bulk_io.text import tidy

Kind = Literal["", "out", "register", "in", "status", "channel", "tag", "remark"]
"""How a column speaks: it names those who said no (or stand in a register of those), or those who said yes, or a state
that may be a no, of the person or of a ``channel``. In a ``tag`` or a reply, and in a ``remark`` (any other),
only so many words count: ``Do not call``."""

SAID: dict[str, Kind] = {"optOut": "out", "optIn": "in"}
"""What a person may say of a column, where a contact's field could stand."""


@lru_cache(maxsize=4096)
def kind(header: str) -> Kind:
    """Tell how a column speaks of consent, by its header; ``""`` if it does not."""
    text = _text(_EITHER.sub("opt in", _ALTERNATIVES.sub(" ", words(_NUMBER.sub(" number of ", header)))))
    if _holds(text, "unless", "elsewhere"):
        return ""
    if _holds(text, "register"):
        return "register"
    if _holds(text, "refusal") or _refuses(text) or _leaves(text) or _only_by_post(text):
        return "out"
    if _agrees(text):
        return "out" if _holds(text, "negation", "blocking", "refusing", "withdrawal") else "in"
    if _holds(text, "reply") and not _holds(text, "negation"):
        return "tag"
    known = _holds(text, "status", "sent") or (" " in text and _holds(text, "channel"))
    if not known or not _made_of(text, "status", "channel", "filler"):
        return ""
    return "channel" if _holds(text, "sent", "texting") and not _holds(text, "status") else "status"


@lru_cache(maxsize=1 << 14)
def opted_out(speaks: Kind, cell: str) -> bool:
    """Tell whether a cell of such a column says that the person must be left alone; a blank says nothing.

    In a column of those who said no everything counts but a plain "no": a date, a reason. In the others only a refusal.
    """
    said = words(cell) if cell.strip(" -–—/.?") else ""
    concepts = _concepts()
    if not said or said in concepts["unknown"]:
        return False
    text = _text(said)
    decides = not _decisive().isdisjoint(text.split())
    if speaks in ("out", "register"):
        kept_on = speaks == "out" and said in concepts["registered"]
        return not (kept_on or said in concepts["no"] or said in concepts["allowed"] or _acquits(text))
    if speaks == "in" and (said in concepts["no"] or said in concepts["refused"]):
        return True
    if speaks in ("tag", "remark"):
        parts = [words(part) for part in _SEVERAL.split(cell)] if decides else []
        return any(_remarks(part) or (speaks == "tag" and part in concepts["tag"]) for part in parts)
    if speaks == "channel" and _holds(text, "refusing") and _made_of(text, "refusing", "filler"):
        return True
    return decides and (_denies(text) if speaks == "in" else _turns_away(text))


def remarks(columns: Sequence[str], sample: pd.DataFrame) -> list[str]:
    """Give those of a file's other columns in which somebody may have put that a person must be left alone.

    Their values come again (tags, states, results of calls): long texts of all kinds, and dates, are none.
    """
    cells = {column: sample[column][sample[column] != ""] for column in columns if column in sample.columns}
    return [column for column, said in cells.items() if said.nunique() <= max(_FEW, len(said) // 2)]


def is_about_else(header: str, values: Sequence[str]) -> bool:
    """Tell whether a header that may be about houses or routes, too, has other values than answers: ``Block`` 12A."""
    concepts = _concepts()
    return words(header) in concepts["ambiguous"] and not {words(value) for value in values if value} <= (
        concepts["no"] | concepts["yes"]
    )


def refusals(chunk: pd.DataFrame, columns: Sequence[tuple[str, Kind]]) -> pd.Series:
    """Give, row by row, what the first of such columns that says no says, as a `Refusal`'s text; else ``""``."""
    said = [""] * len(chunk)
    for column, speaks in reversed(columns):
        noes = {cell for cell in chunk[column].unique() if opted_out(speaks, cell)}
        for at, (row, cell) in enumerate(
            zip(chunk.index.tolist(), chunk[column].tolist(), strict=True) if noes else ()
        ):
            if cell in noes:
                said[at] = Refusal(column, row, tidy(cell)).text()
    return pd.Series(said, index=chunk.index, dtype="str")


def _agrees(text: str) -> bool:
    """Tell whether a header asks for a permission: ``Opt-in``, ``Calls allowed``, ``Newsletter accepted``."""
    wishes = _holds(text, "agreeing")
    if _holds(text, "permission") or (wishes and _holds(text, "channel", "reached")):
        return True
    if _holds(text, "accepted") and _holds(text, "sent"):
        return True
    return wishes and _holds(text, "way") and _made_of(text, "agreeing", "way", "filler")


def _leaves(text: str) -> bool:
    """Tell whether a header is about leaving a list: ``Removed from list``, ``Newsletter cancelled``."""
    removed = _holds(text, "removal") and _holds(text, "listing", "law")
    return removed or (_holds(text, "withdrawal") and _holds(text, "sent"))


def _refuses(text: str) -> bool:
    """Tell whether a header refuses a channel: ``Refuse les SMS``, ``No phone calls``, ``Werbesperre``, ``Blocked``."""
    channel, passive = _holds(text, "channel"), _holds(text, "reached") and _holds(text, "passive")
    if (channel or passive) and _holds(text, "refusing"):
        return True
    if _holds(text, "blocking"):
        return _made_of(text, "blocking", "channel", "reached", "filler", "negation")
    if passive and _holds(text, "negation"):
        return True
    return channel and _made_of(text, "negation", "channel", "filler") and _is_denied(text, "channel")


def _is_denied(text: str, name: str) -> bool:
    """Tell whether a word of a concept stands behind a negation: ``No contact``, not ``Contact no``."""
    parts, negations = text.split(), _words_of(("negation",))
    first = next((at for at, word in enumerate(parts) if word in negations), len(parts))
    return not _words_of((name,)).isdisjoint(parts[first:])


def _acquits(text: str) -> bool:
    """Tell whether a cell denies a refusal: ``not blocked``, ``OK to call``; not ``no calls``, ``not allowed``."""
    if _holds(text, "negation"):
        return not _holds(text, "channel", "reached", "agreeing", "permission", "refusal")
    return _holds(text, "agreeing", "permission") and _made_of(text, "agreeing", "permission", "channel", "filler")


def _denies(text: str) -> bool:
    """Tell whether a cell denies a permission: ``not given``, ``I do not agree``; not ``no objection``."""
    negated, refused = _holds(text, "negation"), _holds(text, "refusing", "blocking", "withdrawal")
    return _holds(text, "refusal") or _only_by_post(text) or negated != refused


def _turns_away(text: str) -> bool:
    """Tell whether a state refuses to be written to: ``Unsubscribed``, ``No calls``, ``Blocked``, ``E-mail only``."""
    locked = _holds(text, "blocking") and _made_of(text, "blocking", "filler")
    taken_back = _holds(text, "permission") and _holds(text, "negation", "refusing", "withdrawal")
    refused = _holds(text, "refusal") or _refuses(text) or _leaves(text) or _forbids(text)
    return taken_back or locked or refused or _only_by_post(text)


def _forbids(text: str) -> bool:
    """Tell whether a text is a wish denied and nothing else: ``not allowed``."""
    return _holds(text, "negation") and _holds(text, "agreeing") and _made_of(text, "negation", "agreeing", "filler")


def _remarks(part: str) -> bool:
    """Tell whether a text is a refusal and nothing else: ``DNC``, ``Ne plus appeler``; not ``do not call before 9``.

    A call without an answer ends with "no contact" or "no message", too: without a wish these say nothing.
    """
    text = _text(part)
    if _leaves(text) and _made_of(text, *_LEAVING):
        return True
    if _holds(text, "consent") and _made_of(text, "consent", "negation", "refusing", "withdrawal", "filler"):
        return _holds(text, "negation", "refusing", "withdrawal")
    if not _made_of(text, "refusal", "refusing", "negation", "passive", "reached", "channel", "agreeing", "filler"):
        return False
    asked = _holds(text, "sent") or (_holds(text, "passive") and _holds(text, "reached"))
    wished = _holds(text, "negation") and _holds(text, "agreeing") and _holds(text, "channel")
    return _holds(text, "refusal") or wished or (asked and _holds(text, "negation", "refusing"))


def _only_by_post(text: str) -> bool:
    return _holds(text, "only") and _made_of(text, "only", "by_post", "filler")


@cache  # refusals are also written as one word: ``DONOTCALL``
def _concepts() -> dict[str, frozenset[str]]:
    said = tomllib.loads(files("bulk_io").joinpath("consent.toml").read_text("utf-8"))
    found = {name: frozenset(words(text) for text in listed) for name, listed in said.items()}
    in_one = found["refusal"].union(text.replace(" ", "") for text in found["refusal"])
    return found | {"refusal": in_one, "channel": found["channel"] | found["sent"]}


@cache
def _decisive() -> frozenset[str]:
    """Give the words that begin what decides in a cell that is more than a plain yes or no; most cells have none."""
    names = ("negation", "refusal", "refusing", "blocking", "withdrawal", "removal", "only", "tag")
    return frozenset(text.split()[0] for name in names for text in _concepts()[name])


@cache
def _words_of(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for name in names for text in _concepts()[name] for word in text.split())


def _text(said: str) -> str:
    """Give words with German and Dutch compounds in two: ``werbesperre`` is ``werbe sperre``."""
    return _COMPOUND.sub(r"\1 \2", said)


@lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[str]:
    """Give every run of up to five words of a text: whatever it holds of a list is one of them."""
    parts = text.split()
    return frozenset(" ".join(parts[at : at + long]) for at in range(len(parts)) for long in range(1, 6))


def _holds(text: str, *names: str) -> bool:
    runs = _runs(text)
    return any(not runs.isdisjoint(_concepts()[name]) for name in names)


def _made_of(text: str, *names: str) -> bool:
    """Tell whether a text is made of nothing but the words of some concepts."""
    return _words_of(names).issuperset(text.split())


_LEAVING = ("removal", "withdrawal", "listing", "law", "sent", "passive", "filler")
_FEW = 20
_SEVERAL = re.compile(r"[,;|/\n]|\s[-–—]\s|:\s")
_NUMBER = re.compile(r"\b[Nn](?:[º°]|o\.|r\.)")
"""A sign of numbers that reads like "no" once the signs are gone: ``Nº llamadas``, ``No. of calls``."""
_ALTERNATIVES = re.compile(
    r"\b(?:yes|y|oui|o|ja|j|si|s|sim|true|vrai|1) (?:or |ou |oder |o |of )?(?:no|n|non|nein|nee|nao|false|faux|0)\b"
)
"""The two answers, told in a header: ``Opt-in (Y/N)`` is no refusal."""
_EITHER = re.compile(r"\bopt in (?:or |and |vs )?(?:opt )?out\b|\bopt out (?:or |and |vs )?(?:opt )?in\b")
_COMPOUND = re.compile(
    r"\b(werbe|telefon|kontakt|kommunikation|anruf|sms|whatsapp|mail|newsletter|marketing|nachrichten|datenschutz|bel|telefoon"
    r"|contact|reclame|nieuwsbrief)s?"
    r"(einwilligung|zustimmung|erlaubnis|einverstandnis|freigabe|sperre?|stopp?|sperrkennzeichen|sperrvermerk|verweigerer|widerspruch|widerruf|verbot|ablehnung|abmeldung"
    r"|status|toestemming|verbod|bezwaar|afmelding|blokkade)\b"
)
