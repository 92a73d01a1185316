"""Headers that are one of two fields, or none: a job or a form of address, a phone or any number.

``neighbours`` asks here for those that are no names; each function gives the proposal of one column.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bulk_io import places
from bulk_io.aliases import honorifics, meaning
from bulk_io.headers import key
from bulk_io.mappingmodel import Part
from bulk_io.proposals import BY_VALUES, Around, Proposal


def looks_like_phone(text: str) -> bool:
    """Tell whether a text is mostly digits, as many as a phone number has."""
    digits = sum(char.isdigit() for char in text)
    return digits >= 7 and digits * 2 > len(text)


def _job_or_honorific(column: str, around: Around) -> Proposal:
    """Settle Title, Titre, Titel: a job, unless a column of jobs stands beside it or its values are Mr, Mme …"""
    looked = around.look(column)
    if looked.share("company") > max(_FIRMS, looked.share("job")) and not around.has("currentCompany"):
        return Proposal(column, "currentCompany", "a company by its values", confidence=BY_VALUES)
    if around.has("position"):
        return Proposal(column, None, "left out: a form of address, the job has a column of its own")
    if around.share(column, lambda text: key(text) in honorifics()) > 0.5:
        return Proposal(column, None, "left out: a form of address by its values")
    roles = [one for one in around.sample.columns if meaning(one).friend == "role"]
    if any(around.look(one).share("job") > looked.share("job") for one in roles):
        return Proposal(column, None, "left out: another column has more jobs")
    return Proposal(column, "position", "a job title: no other column has one")


def _job_or_extension(column: str, around: Around) -> Proposal:
    """Settle Poste: a job, unless its values are short numbers."""
    if around.share(column, lambda text: _EXTENSION.fullmatch(text)) > 0.5:
        return Proposal(column, None, "left out: phone extensions by its values")
    return Proposal(column, "position", "a job title")


def _job_or_department(column: str, around: Around) -> Proposal:
    """Settle Function: a department, unless its values are jobs."""
    if around.has("position"):
        return Proposal(column, None, "left out: the job has a column of its own")
    if around.look(column).share("job") > 0.5 and len(around.values(column)) > 1:
        return Proposal(column, "position", "a job title by its values", confidence=BY_VALUES)
    return Proposal(column, None, "left out: a department, as far as its values say")


def _phone_or_mail_there(column: str, around: Around) -> Proposal:
    """Settle Bureau, Home, Privat by its values: where a phone number or an e-mail address reaches somebody."""
    looked = around.look(column)
    kind = max(("phone", "email"), key=looked.share)
    if looked.share(kind) <= 0.5:
        return Proposal(column, None, "left out: neither phone numbers nor e-mail addresses by its values")
    if kind == "email":
        return Proposal(column, "email", "an e-mail address by its values", confidence=BY_VALUES)
    return Proposal(column, "phoneNumber", "a phone number by its values", confidence=BY_VALUES)


def _phone_or_number(column: str, around: Around) -> Proposal:
    """Settle Numéro: a phone number where no other column is one and its values do not speak against it."""
    if around.has("phoneNumber"):
        return Proposal(column, None, "left out: the phone number has a column of its own")
    if around.values(column) and around.share(column, looks_like_phone) <= 0.5:
        return Proposal(column, None, "left out: its values are no phone numbers")
    return Proposal(column, "phoneNumber", "a phone number: no other column has one")


def _mail(column: str, around: Around) -> Proposal:
    """Settle User email: who uses the program is the lead of a form, and the host of a meeting."""
    if around.has("email"):
        return Proposal(column, None, "left out: the e-mail address has a column of its own")
    return Proposal(column, "email", "an e-mail address: no other column has one")


def _country_or_dialling_code(column: str, around: Around) -> Proposal:
    """Settle Country code: a country by letters (FR); digits are a dialling code."""
    if around.has("country"):
        return Proposal(column, None, "left out: the country has a column of its own")
    if around.share(column, lambda text: any(char.isdigit() for char in text)) > 0.5:
        return Proposal(column, None, "left out: dialling codes by its values")
    return Proposal(column, "country", "a country")


def _job_or_rights(column: str, around: Around) -> Proposal:
    """Settle Role: a job, unless another column has jobs (then it is what the person may do: Admin)."""
    if around.has("position"):
        return Proposal(column, None, "left out: the job has a column of its own")
    looked = around.look(column)
    if looked.share("job") <= 0.5 and len(looked.values) >= _MANY and looked.distinct <= _FEW_KINDS:
        return Proposal(column, None, "left out: kinds of people or rights by its values, not jobs")
    return Proposal(column, "position", "a job title")


def _full_name(column: str, around: Around) -> Proposal:
    """Settle Nickname: what a chat calls a person, where nothing else does."""
    if around.has_name():
        return Proposal(column, None, "left out: the name has a column of its own")
    if around.look(column).share("person") <= 0.5:
        return Proposal(column, None, "left out: no full names by its values")
    return Proposal(column, "name", "a full name by its values", confidence=BY_VALUES)


def _country_or_state(column: str, around: Around) -> Proposal:
    """Settle Stato: a country by its values, else a state of anything."""
    spelt = around.share(column, lambda text: len(text) > _CODE)  # CA, DE and IN are states of the US as well
    if not around.has("country") and min(spelt, around.look(column).share("country")) >= _NEARLY_ALL:
        return Proposal(column, "country", "a country by its header and its values")
    return Proposal(column, None, "left out: a state, as far as its values say")


def _firm_or_person(column: str, around: Around) -> Proposal:
    """Settle Legal name: a company, unless its values are people."""
    looked = around.look(column)
    if looked.share("person") > _NEARLY_ALL and looked.share("company") < _SOME:
        if around.has_name():
            return Proposal(column, None, "left out: people by its values, and the name has a column of its own")
        return Proposal(column, "name", "a full name by its values", confidence=BY_VALUES)
    if around.has("currentCompany"):
        return Proposal(column, None, "left out: the company has a column of its own")
    return Proposal(column, "currentCompany", "called like a column of companies")


def _place(column: str, around: Around) -> Proposal:
    """Settle Location: the city and the country of its values, where these are places."""
    if around.share(column, places.is_place) < _NEARLY_ALL:
        return Proposal(column, None, "left out: its values are no cities and countries, as far as we know them")
    parts: dict[Part, bool] = {
        "city": around.share(column, places.city) > _SOME,
        "country": around.share(column, places.country) > _SOME,
    }
    found = tuple(part for part, there in parts.items() if there and not around.has(part))
    if not found:
        return Proposal(column, None, "left out: city and country have columns of their own")
    return Proposal(column, found[0], f"places by its header and its values: their {' and '.join(found)}", parts=found)


_EXTENSION = re.compile(r"\d{1,5}(?:[.,]0)?")
_NEARLY_ALL, _FIRMS, _SOME = 0.8, 0.3, 0.1
_CODE = 2
_MANY, _FEW_KINDS = 6, 3
SETTLE: dict[str, Callable[[str, Around], Proposal]] = {
    "extension": _job_or_extension,
    "function": _job_or_department,
    "title": _job_or_honorific,
    "role": _job_or_rights,
    "place": _phone_or_mail_there,
    "number": _phone_or_number,
    "mail": _mail,
    "country": _country_or_dialling_code,
    "state": _country_or_state,
    "firm": _firm_or_person,
    "location": _place,
    "nickname": _full_name,
}
"""By the friend that ``aliases`` calls a header, in the order in which they are asked."""
