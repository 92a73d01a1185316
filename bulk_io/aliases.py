"""What a header means by itself: the curated aliases of ``aliases.toml``, looked up by normalised header.

A value module: no neighbours, no cell values. ``neighbours`` settles the headers that are more than one field, and asks
the values of columns whose header means nothing here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bulk_io.aliastables import PHONE_KINDS, has, tables
from bulk_io.headers import key, words
from bulk_io.spellings import apart, spelt_out

EMAIL_KINDS: tuple[str, ...] = ("plain", "work", "home", "other")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header says: a field, or a ``friend`` (one header, several fields), or nothing, with the reason.

    ``rank`` orders the columns of one field, the lowest first. ``closed``: it says that the column is about something
    or somebody else, so that its values are not asked.
    """

    field: str = ""
    friend: str = ""
    rank: tuple[int, int] = (0, 0)
    why: str = ""
    closed: bool = False


@lru_cache(maxsize=4096)
def meaning(header: str) -> Meaning:
    """Look a header up: exact aliases, then the same among words that change nothing (``Your first name?``), then words
    about somebody else, then the words of phone and e-mail headers, then words about something else.

    A number behind it (``Phone 2``, ``Phone (2)``) puts the column behind its like.
    """
    known = tables()
    said = apart(words(header))
    text, number = _numbered(said)
    core = _core(text)
    asked = _asked(core, number) or _asked([word for word in core if not has(known.filler, word)], number)
    exact = _under_heading(header) or _exact(key(header), 0) or _exact(key(text), number) or asked
    exact = exact or _of_parts(header) or _of_address(core) or _of_company(text, number) or _with_fax(header)
    if exact:
        return exact
    if reason := _veto(said) or _veto(spelt_out(text)):
        return Meaning(why=f"left out: {reason} (--map '{header}=field' to use it all the same)", closed=True)
    for field, table, kinds in (("phoneNumber", known.phone, PHONE_KINDS), ("email", known.email, EMAIL_KINDS)):
        found = _made_of(core or text.split(), table) or _made_of(spelt_out(text).split(), table)
        if found:
            second = int(found != "other" and bool(table["other"].intersection(text.split())))
            return Meaning(field, rank=(kinds.index(found), number or second), why=_made_why(field, found))
    nothing = "no contact field is called like this"
    return Meaning(why=nothing, closed=any(f" {word} " in f" {text} " for word in known.other))


def field_called(text: str) -> str:
    """Give the field that people call so, or ``""``; for "did you mean" in messages."""
    said = meaning(text)
    return said.field or _FRIENDS.get(said.friend, "")


def phone_kind(label: str) -> str:
    """Give the kind of number that a label beside it says (``* Work``), ``""`` for a fax and who else's number."""
    text = words(label)
    reason = _veto(text)
    if reason and reason != _COMPANY:
        return ""
    return "other" if reason else _made_of([*text.split(), "phone"], tables().phone) or "other"


def family(header: str) -> str:
    """Tell whose column it is: a ``guardian``'s, else a ``child``'s, else ``""``."""
    said, known = set(words(header).split()), tables()
    return next((who for who in ("guardian", "child") if known.family[who] & said), "")


def role(header: str) -> str:
    """Give the words of a header that say whom it is about: ``Patient phone``, ``Contact 2 phone`` (``2``)."""
    text = words(header)
    said = [word for word in text.split() if has(tables().roles, word)]
    return " ".join(said + _SECOND.findall(text))


def standing_in(header: str) -> str:
    """Give a header without the words that make it that of an invoice, or else of a stand-in, ``""`` for one without.

    A parcel may go to somebody else; who gets the invoice is the customer.
    """
    left = [word for word in words(header).split() if word not in tables().stand_ins]
    return " ".join(left) if left and left != words(header).split() else ""


def honorifics() -> frozenset[str]:
    """Give the forms of address (Mr, Mme, Dr …), as header keys."""
    return tables().honorifics


def _exact(same: str, number: int) -> Meaning | None:
    """Give the alias or friend with this key."""
    known = tables()
    if same in known.exact:
        field, rank = known.exact[same]
        return Meaning(field, rank=(rank, number), why=f"called like a column of {LABELS[field]}")
    return Meaning(friend=known.friends[same], rank=(0, number)) if same in known.friends else None


def _asked(core: list[str], number: int) -> Meaning | None:
    """Give the alias that is left of a question; the number of a customer is none of a phone."""
    same = "".join(core)
    found = _exact(same, number)
    if found is None and (field := tables().asked.get(same)):
        return Meaning(field, rank=(0, number), why=f"called like a column of {LABELS[field]}")
    return found if found and found.friend != "number" else None


def _of_address(core: list[str]) -> Meaning | None:
    """Understand what stands in the person's address: ``Default Address City``, ``Address 1: Country/Region``.

    The address may stand behind it, too (``Città indirizzo postale``).
    """
    known = tables()
    behind = [word for word in core if not word.isdigit()]
    left = [word for word in behind if word not in known.address["nouns"] | known.address["plain"]]
    found = _exact("".join(left), 1) if len(left) < len(behind) else None
    if found and (found.field in ("city", "country") or found.friend == "country"):
        return found
    named = known.address["nouns"].intersection(behind)
    found = (found or _made_phone(left)) if named and left == behind[len(behind) - len(left) :] else None
    return found if found and found.field in ("phoneNumber", "currentCompany") else None


def _of_company(text: str, number: int) -> Meaning | None:
    """Understand a header made of words for a company and of words that change nothing (``Name Ihres Betriebs``).

    What a company is in is asked of no person: ``org.industry``.
    """
    known = tables().company
    if _made_of(text.split(), known):
        return Meaning("currentCompany", rank=(0, number), why=f"called like a column of {LABELS['currentCompany']}")
    found = _exact("".join(word for word in text.split() if word not in known["nouns"] | known["plain"]), number)
    return found if found and found.field == "industrySector" else None


def _with_fax(header: str) -> Meaning | None:
    """Understand one number for phone and fax (``Phone/Fax``), which is not the fax of a phone (``PHONE_FAX``)."""
    parts = [words(part) for part in _BOTH.split(header)]
    left = [part for part in parts if _veto(part) != _FAX]
    return _made_phone(left[0].split()) if len(parts) == len(left) + 1 == 2 else None


def _made_phone(rest: list[str]) -> Meaning | None:
    found = _made_of(rest, tables().phone)
    if not found:
        return None
    return Meaning("phoneNumber", rank=(PHONE_KINDS.index(found), 1), why=_made_why("phoneNumber", found))


def _core(text: str) -> list[str]:
    """Give the words of a header without those at its ends that change nothing."""
    filler, found = tables().filler, text.split()
    while found and has(filler, found[0]):
        del found[0]
    while found and has(filler, found[-1]):
        del found[-1]
    return found


def _of_parts(header: str) -> Meaning | None:
    """Understand a header in two languages or with a note: its parts mean the same, or nothing (``Name / Nom``)."""
    parts = [words(part) for part in _PARTS.split(header) if any(map(str.isalpha, part))]
    if len(parts) < 2:
        return None
    found = [_exact(part.replace(" ", ""), 0) or _asked(_core(part), 0) for part in parts]
    pairs = [(part, one) for part, one in zip(parts, found, strict=True) if one]
    clear = [(part, one.field) for part, one in pairs if one.field in _PART_OF_NAME.values()]
    said = [one for part, one in pairs if not any(_agrees_with(part, one, *other) for other in clear)]
    empty = all(one or not _core(part) for one, part in zip(found, parts, strict=True))
    same = len({one.field or _FRIENDS[one.friend] for one in said}) == 1
    return min(said, key=lambda one: bool(one.friend)) if said and same and empty else None


def _agrees_with(part: str, friend: Meaning, clear: str, field: str) -> bool:
    """Tell whether a word for names says no other thing than a clear one beside it: ``Nome / First name``."""
    return _PART_OF_NAME.get(friend.friend) == field or (friend.friend in _PART_OF_NAME and part in clear.split())


def _under_heading(header: str) -> Meaning | None:
    """Understand a part of a name behind the name that it is of: ``Attendee name: Given name``."""
    heading, _, part = (words(text) for text in header.partition(":"))
    whole, found = meaning(heading) if part else None, _exact(part.replace(" ", ""), 0)
    if not whole or not found or whole.closed or "name" not in (whole.field, _FRIENDS.get(whole.friend)):
        return None
    return found if found.field in ("firstName", "lastName") or found.friend in ("first", "last") else None


def _veto(text: str) -> str:
    """Give the reason why a header is about somebody else, or ``""``; a main contact is no main number."""
    text = text.replace("main contact", "contact")
    found = text.split()
    for reason, single, groups in tables().veto:
        if any(has(single, word) for word in found) or any(f" {group} " in f" {text} " for group in groups):
            return reason
    return ""


def _made_of(header: list[str], table: dict[str, frozenset[str]]) -> str:
    """Give the kind of a header that is made of a table's words alone, with a noun among them; else ``""``."""
    wordy = {word for word in header if not word.isdigit()}
    known = frozenset().union(*table.values())
    place = frozenset().union(*(table.get(kind, frozenset()) for kind in ("direct", "home", "work")))
    placed = wordy & place and wordy & table.get("numbers", frozenset())
    if not known.issuperset(wordy) or not (placed or wordy & (table["nouns"] | table.get("mobile", frozenset()))):
        return ""
    ranked = [kind for kind in ("mobile", "direct", "other", "home", "work") if kind in table]
    return next((kind for kind in ranked if table[kind].intersection(wordy)), "plain")


def _made_why(field: str, kind: str) -> str:
    what = LABELS[field]
    return f"called like a column of {what}" if kind == "plain" else f"called like a column of {what} ({kind})"


def _numbered(text: str) -> tuple[str, int]:
    """Take the number off a header's words: ``phone 2`` is ``phone``, the second, and ``contact 2 name`` a name."""
    *before, last = text.split() or [""]
    joined = last.rstrip("0123456789")
    digits = last[len(joined) :]
    if not digits:
        within = _WITHIN.findall(text)
        return (" ".join(_WITHIN.sub(r"\1", text).split()), int(within[0][1])) if len(within) == 1 else (text, 0)
    if len(digits) > 2 or not (before or joined):
        return text, 0
    return " ".join([*before, joined] if joined else before), int(digits)


_PART_OF_NAME = {"first": "firstName", "last": "lastName"}
_FRIENDS = {
    "last": "name",
    "first": "name",
    "title": "position",
    "extension": "position",
    "function": "position",
    "contact": "name",
    "number": "phoneNumber",
    "place": "phoneNumber",
    "country": "country",
    "state": "country",
    "role": "position",
    "firm": "currentCompany",
    "location": "city",
    "nickname": "name",
    "mail": "email",
}
LABELS = {
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
_COMPANY = "a company's, not the person's"
"""A switchboard (``Main``) reaches the person too, after all other numbers."""
_FAX = "a fax or pager number"
_WITHIN = re.compile(r"\b([a-z]*)([1-9])\b")
_SECOND = re.compile(r"(?<!\d)[2-9](?!\d)")
_BOTH = re.compile(r"[/&+]|\b(?:and|et|und|y|e|en|or|ou|oder|o|of)\b")
_PARTS = re.compile(r"[/|()\[\]:;,\n–—]|(?<=\s)-(?=\s)")
_IN_ADDRESS = ("city", "country", "phoneNumber", "currentCompany")
