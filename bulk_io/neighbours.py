"""What a header means among its neighbours: the proposals for a file that no mapping knows.

Each header's own meaning comes from ``aliases``; here the headers that are more than one field (``Nom``, ``Title``,
``Poste``, ``Contact`` …) are settled by the columns beside them or by their values. Then ``contents`` is asked for the
headers still without a field, and last near spellings. A pure function of header and sample values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from bulk_io import contents
from bulk_io.aliases import LABELS, Meaning, family, meaning, role, standing_in
from bulk_io.falsefriends import SETTLE, looks_like_phone
from bulk_io.fields import NAME_FIELDS, SEVERAL
from bulk_io.headers import BOOKKEEPING, key, words
from bulk_io.proposals import BY_VALUES, Around, Proposal
from bulk_io.spellings import corrected

__all__ = ["Proposal", "propose"]


def propose(header: Sequence[str], sample: pd.DataFrame, *, taken: Collection[str] = ()) -> list[Proposal]:
    """Propose a field for each header, in the file's order: by its alias, its neighbours, its values, a near spelling.

    ``taken`` are fields that other columns of the file feed already: they count as neighbours.
    """
    said = {column: meaning(column) for column in header if column not in BOOKKEEPING}
    said |= dict.fromkeys(_unreachable(said), Meaning(why=_NOT_REACHED, closed=True))
    said |= _customers(said, taken)
    said |= dict.fromkeys(_second_people(said, taken), Meaning(why=_SECOND, closed=True))
    around = Around({}, frozenset(taken), sample)
    found: dict[str, Proposal] = {}
    for column, one in said.items():
        if not one.friend:
            _keep(_plain(column, one, around), found, around)
    waiting = [column for column, one in said.items() if one.friend]
    for column in sorted(waiting, key=lambda column: _ORDER.index(said[column].friend)):
        _keep(_settled(column, said[column], around), found, around)
    unknown = [column for column, one in said.items() if not (one.field or one.friend or one.closed)]
    for proposal in contents.propose(header, unknown, around).values():
        _keep(proposal, found, around)
    for column in unknown:
        if not found[column].field and (near := _nearly(column, around)):
            _keep(near, found, around)
    for column in waiting:
        if said[column].friend in ("last", "first"):  # a slip or values may have told the other name
            around.fields.pop(column, None)
            _keep(_settled(column, said[column], around), found, around)
    _look_at_numbers(said, found, around)
    return [found[column] if column in found else _bookkeeping(column) for column in header]


def _look_at_numbers(said: Mapping[str, Meaning], found: dict[str, Proposal], around: Around) -> None:
    """Leave out columns of numbers that many people share, unless the file would have none at all."""
    for proposal in contents.shared_numbers(*_phones_and_people(around), around).values():
        _keep(proposal, found, around)
    if not around.has("phoneNumber") and (only := _only_phone(said, found, around)):
        _keep(only, found, around)


def _only_phone(said: Mapping[str, Meaning], found: Mapping[str, Proposal], around: Around) -> Proposal | None:
    """Take the first column that is called like one of phone numbers after all, where the file would have none.

    Rows that are refused or held, each with its reason, tell more than a file that is refused. Not a column whose
    values are plainly something else.
    """
    named = (column for column, one in said.items() if one.field == "phoneNumber" and not found[column].field)
    for column in sorted(named, key=lambda column: said[column].rank):
        if not contents.is_something_else(around.look(column)):
            doubt = found[column].why.removeprefix("left out: ").partition(" (--map")[0]
            return Proposal(column, "phoneNumber", f"{said[column].why}; {doubt}", rank=said[column].rank)
    return None


def _unreachable(said: dict[str, Meaning]) -> list[str]:
    """Give the columns about a child, where a number can only be that of a parent beside it."""
    owners = {column: family(column) for column in said}
    if "guardian" not in owners.values() or any(one.field == "phoneNumber" for one in said.values()):
        return []
    return [column for column, owner in owners.items() if owner == "child"]


def _second_people(said: Mapping[str, Meaning], taken: Collection[str]) -> list[str]:
    """Give the names, numbers and addresses of all people but one, where several have a name, and a number or address.

    Who has a number comes first, then whom the headers name by no role, then who stands first in the file.
    """
    people: dict[str, list[str]] = {}
    for column, one in said.items():
        if one.field in (*SEVERAL, *NAME_FIELDS) or one.friend in _OF_NAMES or words(column) == role(column):
            people.setdefault(role(column), []).append(column)
    reached = {who: any(said[column].field in SEVERAL for column in columns) for who, columns in people.items()}
    # a second last name may be the mother's
    no_name = (*SEVERAL, "lastName")
    named = {who: any(said[column].field not in no_name for column in columns) for who, columns in people.items()}
    whole = [who for who in people if reached[who] and named[who]]
    called = [who for who in whole if any(said[column].field == "phoneNumber" for column in people[who])] or whole
    kept = "" if "" in called or not NAME_FIELDS.isdisjoint(taken) else next(iter(called), "")
    return [column for who in whole if who != kept for column in people[who]]


def _customers(said: Mapping[str, Meaning], taken: Collection[str]) -> dict[str, Meaning]:
    """Give the columns of who gets the invoice as the customer's: where no other one has a number, nor a name."""
    others = [one for one in said.values() if one.field in ("phoneNumber", *NAME_FIELDS) or one.friend in _OF_NAMES]
    if others or not {"phoneNumber", *NAME_FIELDS}.isdisjoint(taken):
        return {}
    plain = {column: meaning(text) for column in said if (text := standing_in(column))}
    if not any(one.field == "phoneNumber" for one in plain.values()):
        return {}
    return {column: replace(one, why=f"{one.why}; no other column has the customer's") for column, one in plain.items()}


def _keep(one: Proposal, found: dict[str, Proposal], around: Around) -> None:
    found[one.header] = one
    around.fields.pop(one.header, None)
    if one.field:
        around.fields[one.header] = one.field


def _plain(column: str, one: Meaning, around: Around) -> Proposal:
    if reason := contents.contradiction(one.field, around.look(column)):
        return Proposal(column, None, reason)
    if one.field == "name" and _names_firms(column, around):
        return _company(column, around)
    return Proposal(column, one.field or None, one.why, rank=one.rank)


def _settled(column: str, said: Meaning, around: Around) -> Proposal:
    found = _SETTLE[said.friend](column, around)
    if found.field and (reason := contents.contradiction(found.field, around.look(column))):
        return Proposal(column, None, reason)
    return replace(found, rank=_friend_rank(said, found))


def _nearly(column: str, around: Around) -> Proposal | None:
    """Take a header for the alias that it nearly is, where no other column has the field and its values allow it."""
    text = corrected(column)
    said = meaning(text) if text else Meaning()
    settled = _SETTLE[said.friend](column, around) if said.friend else Proposal(column, said.field or None, said.why)
    field = settled.field
    if not field or around.has(field) or not contents.confirms(field, around.look(column)):
        return None
    if field == "name" and around.has_name():
        return None
    why = f"nearly called like a column of {LABELS[field]} (“{text}”)"
    return Proposal(column, field, why, confidence=_NEAR, rank=(_LAST, 0))


def _phones_and_people(around: Around) -> tuple[list[str], list[str]]:
    """Give the columns of phone numbers, and those that tell people apart: names, else e-mail addresses."""
    fed = around.fields.items()
    people = [column for column, field in fed if field in NAME_FIELDS and around.cells(column)]
    people = people or [column for column, field in fed if field == "email" and around.cells(column)]
    return [column for column, field in fed if field == "phoneNumber"], people


def _bookkeeping(column: str) -> Proposal:
    return Proposal(column, None, "written by an earlier run")


def _friend_rank(said: Meaning, settled: Proposal) -> tuple[int, int]:
    """Put a column that its neighbours settled behind those whose header says it by itself."""
    return (_LAST, said.rank[1]) if settled.field in ("phoneNumber", "email") else (1, said.rank[1])


def _last_name_or_full(column: str, around: Around) -> Proposal:
    """Settle Nom, Naam, Name: the full name alone; beside a first name the last name, unless its values hold both."""
    if _names_firms(column, around):
        return _company(column, around)
    if not around.has("firstName"):
        if around.has("name"):
            return Proposal(column, None, "left out: another column has the full name")
        if around.has("lastName") and _is_first_name(column, around):
            return Proposal(column, "firstName", "a first name: a column of last names stands beside it")
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


def _is_first_name(column: str, around: Around) -> bool:
    """Tell whether a Name beside a last name is the first name: by its values, else by the word (Name, Surname)."""
    looked = around.look(column)
    if looked.values:
        return looked.share("given") > 0.5 and not _holds_both(column, around.column("lastName"), around)
    return key(column) == "name"


def _names_firms(column: str, around: Around) -> bool:
    """Tell whether a column of names has those of companies, and another column those of people.

    Its values say so; or they are no people's, and a Contact column has people.
    """
    looked = around.look(column)
    if not looked.values or looked.share("person") >= _FEW_PEOPLE:
        return False
    others = [one for one in around.sample.columns if one != column and not meaning(one).closed]
    people = [one for one in others if around.look(one).share("person") > 0.5]
    if looked.share("company") >= _SOME_FIRMS:
        return bool(people) or around.has_name()
    parts = around.has("firstName") or around.has("lastName")
    return not parts and any(meaning(one).friend in ("contact", "last") for one in people)


def _company(column: str, around: Around) -> Proposal:
    if around.has("currentCompany"):
        return Proposal(column, None, "left out: companies by its values, and another column has them")
    return Proposal(column, "currentCompany", "a company by its values", confidence=BY_VALUES)


def _first_name_or_full(column: str, around: Around) -> Proposal:
    """Settle Nombre, Nome: the full name alone, the first name beside a last name, unless its values hold both."""
    if _names_firms(column, around):
        return _company(column, around)
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


def _person_phone_or_mail(column: str, around: Around) -> Proposal:
    """Settle Contact by its values: a phone number, an e-mail address, else a person."""
    if around.share(column, lambda text: "@" in text) > 0.5:
        return Proposal(column, "email", "an e-mail address by its values", confidence=BY_VALUES)
    if around.share(column, looks_like_phone) > 0.5:
        return Proposal(column, "phoneNumber", "a phone number by its values", confidence=BY_VALUES)
    if _names_firms(column, around):
        return _company(column, around)
    if around.has_name():
        return Proposal(column, None, "left out: the name has a column of its own")
    return Proposal(column, "name", "a person's name")


_LAST = 99
_OF_NAMES = ("last", "first", "contact")
_NOT_REACHED = "left out: a child's, and the numbers are its parents'"
_SECOND = "left out: another person's, as far as the headers say"
_NEAR = 0.7
_SOME_FIRMS, _FEW_PEOPLE = 0.3, 0.25
_SETTLE: dict[str, Callable[[str, Around], Proposal]] = {
    "last": _last_name_or_full,
    "first": _first_name_or_full,
    "contact": _person_phone_or_mail,
    **SETTLE,
}
_ORDER = tuple(_SETTLE)
