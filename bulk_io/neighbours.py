"""What a header means among its neighbours: the proposals for a file that no mapping knows.

Each header's own meaning comes from ``aliases``; here the headers that are more than one field (``Nom``, ``Title``,
``Poste``, ``Contact`` …) are settled by the columns beside them or by their values. Near spellings and columns known by
their values alone would be two more sources, asked after these for the headers still without a field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from bulk_io.aliases import Meaning, honorifics, meaning
from bulk_io.headers import BOOKKEEPING, key, words


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a column was taken for: a field, or None, and why. ``sure`` is False where its values had to decide."""

    header: str
    field: str | None
    why: str
    sure: bool = True
    rank: tuple[int, int] = (0, 0)
    """The order among the columns of one field, the lowest first."""


def propose(header: Sequence[str], sample: pd.DataFrame, *, taken: Collection[str] = ()) -> list[Proposal]:
    """Propose a field for each header by exact aliases, in the file's order.

    ``taken`` are fields that other columns of the file feed already: they count as neighbours.
    """
    said = {column: meaning(column) for column in header if column not in BOOKKEEPING}
    found = {column: _plain(column, one) for column, one in said.items() if not one.friend}
    around = Around({column: str(one.field) for column, one in found.items() if one.field}, frozenset(taken), sample)
    waiting = [column for column, one in said.items() if one.friend]
    for column in sorted(waiting, key=lambda column: _ORDER.index(said[column].friend)):
        found[column] = _SETTLE[said[column].friend](column, around)
        found[column] = replace(found[column], rank=_friend_rank(said[column], found[column]))
        if found[column].field:
            around.fields[column] = str(found[column].field)
    return [found[column] if column in found else _bookkeeping(column) for column in header]


@dataclass(frozen=True, slots=True)
class Around:
    """The neighbours of a header: the fields that other columns of the file feed, and sample values."""

    fields: dict[str, str]
    taken: frozenset[str]
    sample: pd.DataFrame

    def has(self, field: str) -> bool:
        """Tell whether another column feeds a field."""
        return field in self.taken or field in self.fields.values()

    def column(self, field: str) -> str:
        """Give the first column that feeds a field, or ``""``."""
        return next((column for column, found in self.fields.items() if found == field), "")

    def values(self, column: str) -> list[str]:
        """Give a column's sample values, those that are not empty."""
        if column not in self.sample.columns:
            return []
        return [text.strip() for text in self.sample[column].tolist() if text.strip()]

    def share(self, column: str, test: Callable[[str], object]) -> float:
        """Give the share of a column's sample values that pass a test; 0 without values."""
        values = self.values(column)
        return sum(bool(test(text)) for text in values) / len(values) if values else 0.0


def _plain(column: str, one: Meaning) -> Proposal:
    return Proposal(column, one.field or None, one.why, rank=one.rank)


def _bookkeeping(column: str) -> Proposal:
    return Proposal(column, None, "written by an earlier run")


def _friend_rank(said: Meaning, settled: Proposal) -> tuple[int, int]:
    """Put a column that its neighbours settled behind those whose header says it by itself."""
    return (_LAST, said.rank[1]) if settled.field in ("phoneNumber", "email") else (1, said.rank[1])


def _last_name_or_full(column: str, around: Around) -> Proposal:
    """Settle Nom, Naam, Name: the full name alone; beside a first name the last name, unless its values hold both."""
    if not around.has("firstName"):
        if around.has("name"):
            return Proposal(column, None, "left out: another column has the full name")
        return Proposal(column, "name", "a full name: no column of first names stands beside it")
    both = _holds_both(column, around.column("firstName"), around)
    if not around.has("lastName"):
        if both and not around.has("name"):
            return Proposal(column, "name", "a full name: its values hold the first names too")
        return Proposal(column, "lastName", "a last name: a column of first names stands beside it")
    if both is False and _mostly_empty(around.column("lastName"), around):
        return Proposal(column, "lastName", "a last name, where the other column of last names is empty")
    if both is False or around.has("name"):
        return Proposal(column, None, "left out: first and last names have columns of their own")
    return Proposal(column, "name", "a full name: first and last names have columns of their own")


def _first_name_or_full(column: str, around: Around) -> Proposal:
    """Settle Nombre, Nome: the full name alone, the first name beside a last name, unless its values hold both."""
    if not around.has("lastName") or around.has("firstName"):
        if around.has("name"):
            return Proposal(column, None, "left out: another column has the full name")
        return Proposal(column, "name", "a full name: no column of last names needs it as a first name")
    if _holds_both(column, around.column("lastName"), around):
        return Proposal(column, "name", "a full name: its values hold the last names too")
    return Proposal(column, "firstName", "a first name: a column of last names stands beside it")


def _holds_both(column: str, part: str, around: Around) -> bool | None:
    """Tell whether most values of a name column hold the part name of their row, and more; None without values."""
    if not {column, part} <= set(around.sample.columns):
        return None
    rows = zip(around.sample[column].tolist(), around.sample[part].tolist(), strict=True)
    pairs = [(set(words(full).split()), set(words(one).split())) for full, one in rows if full.strip() and one.strip()]
    return sum(one < full for full, one in pairs) * 2 > len(pairs) if pairs else None


def _mostly_empty(column: str, around: Around) -> bool:
    return column in around.sample.columns and len(around.values(column)) * 2 < len(around.sample)


def _job_or_honorific(column: str, around: Around) -> Proposal:
    """Settle Title, Titre, Titel: a job, unless a column of jobs stands beside it or its values are Mr, Mme …"""
    if around.has("position"):
        return Proposal(column, None, "left out: a form of address, the job has a column of its own")
    if around.share(column, lambda text: key(text) in honorifics()) > 0.5:
        return Proposal(column, None, "left out: a form of address by its values")
    return Proposal(column, "position", "a job title: no other column has one")


def _job_or_extension(column: str, around: Around) -> Proposal:
    """Settle Poste: a job, unless its values are short numbers."""
    if around.share(column, lambda text: _EXTENSION.fullmatch(text)) > 0.5:
        return Proposal(column, None, "left out: phone extensions by its values")
    return Proposal(column, "position", "a job title")


def _person_phone_or_mail(column: str, around: Around) -> Proposal:
    """Settle Contact by its values: a phone number, an e-mail address, else a person."""
    if around.share(column, lambda text: "@" in text) > 0.5:
        return Proposal(column, "email", "an e-mail address by its values", sure=False)
    if around.share(column, _looks_like_phone) > 0.5:
        return Proposal(column, "phoneNumber", "a phone number by its values", sure=False)
    if around.has("name") or around.has("lastName"):
        return Proposal(column, None, "left out: the name has a column of its own")
    return Proposal(column, "name", "a person's name")


def _phone_or_number(column: str, around: Around) -> Proposal:
    """Settle Numéro: a phone number where no other column is one and its values do not speak against it."""
    if around.has("phoneNumber"):
        return Proposal(column, None, "left out: the phone number has a column of its own")
    if around.values(column) and around.share(column, _looks_like_phone) <= 0.5:
        return Proposal(column, None, "left out: its values are no phone numbers")
    return Proposal(column, "phoneNumber", "a phone number: no other column has one")


def _country_or_dialling_code(column: str, around: Around) -> Proposal:
    """Settle Country code: a country by letters (FR); digits are a dialling code."""
    if around.has("country"):
        return Proposal(column, None, "left out: the country has a column of its own")
    if around.share(column, lambda text: any(char.isdigit() for char in text)) > 0.5:
        return Proposal(column, None, "left out: dialling codes by its values")
    return Proposal(column, "country", "a country")


def _looks_like_phone(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    return digits >= 7 and digits * 2 > len(text)


_LAST = 99
_EXTENSION = re.compile(r"\d{1,5}(?:[.,]0)?")
_SETTLE: dict[str, Callable[[str, Around], Proposal]] = {
    "last": _last_name_or_full,
    "first": _first_name_or_full,
    "extension": _job_or_extension,
    "title": _job_or_honorific,
    "contact": _person_phone_or_mail,
    "number": _phone_or_number,
    "country": _country_or_dialling_code,
}
_ORDER = tuple(_SETTLE)
