"""What two rows say for and against being one person, in bits: readable weights that add up.

A bit doubles the odds. A value that both rows have says as much as it is rare in the list; what one office's people
share (company, its domain, its switchboard, its city) counts once. What it says that values differ is measured in the
list itself: how often do they in pairs that are surely one person?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bulk_io.likeness.facts import Facts
from bulk_io.likeness.gate import Agreement, Fit
from bulk_io.likeness.labels import Labels
from bulk_io.likeness.vocabulary import Flags, Floats, Ints

PHONE_EQUAL, MAIL_EQUAL = (10.0, 18.0), (12.0, 18.0)
"""The least and the most that a number, and an address, of one person says."""
_NEAR, _NEXT, _NEAR_MAIL, _DOTTED = 8.0, 3.0, 4.0, 7.0
"""A number with one digit wrong, one of the same row of numbers, an address with a slip, one but for its dots."""
_AT_WORK = 5.0
"""Bits that a number says at most between colleagues."""
_ROW = 20
"""Numbers of one office that follow each other."""
_TELLING, _ONLY_NAME = 6.0, 1.5
"""The same local part at two providers: zebra77, jean.dupont."""
_FIRM_MOST, _CITY_MOST, _POSITION_MOST, _SECTOR_MOST, _OTHER_MOST = 10.0, 6.0, 4.0, 2.0, 14.0
_SAME_OFFICE = 3.0
"""Bits from which on the rows are of one office, so that its city and trade are hardly news."""

USUAL: Mapping[str, float] = {
    "phone": 0.2, "mail": 0.25, "office": 0.2, "city": 0.12, "country": 0.05, "position": 0.3, "sector": 0.2,
}  # fmt: skip
"""The share of pairs of one person in which a fact differs, where both rows have it; until the list says more."""
_USUAL_OTHER = 0.2


@dataclass(frozen=True, slots=True)
class Shared:
    """By row: whether its phone number, and its e-mail address, are those of several people."""

    phone: Flags
    mail: Flags


@dataclass(frozen=True, slots=True)
class Habits:
    """How often facts differ between rows of one person: by fact, as bits against."""

    against: Mapping[str, float] = field(default_factory=dict)

    def bits(self, fact: str) -> float:
        """Give the bits that a difference says."""
        return self.against.get(fact, float(np.log2(USUAL.get(fact, _USUAL_OTHER))))


Part = tuple[Floats, Flags]
"""Bits of a fact for each pair, and where it differs (there the bits are 0)."""


def shared(facts: Facts, a: Ints, b: Ints, fit: NDArray[np.int8]) -> Shared:
    """Tell whose numbers and addresses several people have, by the names of pairs that share them."""
    apart = fit == Fit.NO
    phone = _of_several(facts.phones.numbers, a[apart], b[apart])
    mail = _of_several(facts.mail.addresses.numbers, a[apart], b[apart])
    return Shared(phone, mail | facts.mail.office)


def parts(facts: Facts, a: Ints, b: Ints, common: Shared, fit: NDArray[np.int8]) -> dict[str, Part]:
    """Give what pairs of rows say beside their names, fact by fact."""
    phone, mail = equal(facts.phones.numbers, a, b), equal(facts.mail.addresses.numbers, a, b)
    crowd = np.where(phone & common.phone[a], facts.phones.bits[a], 0.0)
    crowd = np.maximum(crowd, np.where(mail & common.mail[a], facts.mail.addresses.bits[a], 0.0))
    office = _office(facts, a, b, crowd)
    inside = office[0] > _SAME_OFFICE
    sector = _label(facts.sectors, a, b, 0.5, _SECTOR_MOST)
    return {
        "phone": _phones(facts, a, b, phone & ~common.phone[a], at_work=inside & ~mail & (fit == Fit.RENAMED)),
        "mail": _mails(facts, a, b, mail & ~common.mail[a], moved=office[1]),
        "office": office,
        "city": _cities(facts, a, b, inside),
        "country": (np.zeros(len(a)), differ(facts.countries.numbers, a, b)),
        "position": _label(facts.positions, a, b, 0.6, _POSITION_MOST),
        "sector": (np.where(inside, 0.0, sector[0]), sector[1] & ~office[1] & ~inside),
        **{f"column {name}": _other(labels, a, b) for name, labels in facts.others.items()},
    }


def total(names: Agreement, said: Mapping[str, Part], habits: Habits) -> Floats:
    """Add up what names and all other facts say."""
    bits = names.bits.copy()
    for fact, (own, differs) in said.items():
        bits += own + np.where(differs, habits.bits(fact), 0.0)
    return bits


def equal(numbers: Ints, a: Ints, b: Ints) -> Flags:
    """Tell where both rows have the same value."""
    return np.asarray((numbers[a] == numbers[b]) & (numbers[a] >= 0), dtype=np.bool_)


def differ(numbers: Ints, a: Ints, b: Ints) -> Flags:
    """Tell where both rows have a value, and not the same."""
    return np.asarray((numbers[a] != numbers[b]) & (numbers[a] >= 0) & (numbers[b] >= 0), dtype=np.bool_)


def is_named(facts: Facts, common: Shared, a: Ints, b: Ints) -> Flags:
    """Tell where both rows have an address that has the first name of one of them, and not those of two people."""
    same = equal(facts.mail.addresses.numbers, a, b) & ~common.mail[a]
    for at in np.flatnonzero(same).tolist():
        one, two = facts.people.called(a[at]), facts.people.called(b[at])
        local = facts.mail.locals.texts[facts.mail.locals.numbers[a[at]]]
        rest = [local.replace(word, "") for word in one ^ two if len(word) > 2 and word in local]
        same[at] = bool(rest) and not any(word in min(rest, key=len) for word in one ^ two if len(word) > 2)
    return same


def _of_several(numbers: Ints, a: Ints, b: Ints) -> Flags:
    several = np.zeros(int(numbers.max(initial=-1)) + 2, dtype=np.bool_)
    several[numbers[a[equal(numbers, a, b)]]] = True
    return np.asarray(several[numbers], dtype=np.bool_)


def _phones(facts: Facts, a: Ints, b: Ints, own: Flags, *, at_work: Flags) -> Part:
    """Give the bits of numbers; colleagues of two names (``at_work``) may share their office's."""
    phones = facts.phones
    edits = phones.edits(a, b)
    bits = np.zeros(len(a))
    at = np.flatnonzero(edits == 1)
    one, two = ([int(phones.texts[number]) for number in phones.numbers[side[at]].tolist()] for side in (a, b))
    bits[at] = np.where(np.abs(np.subtract(one, two)) <= _ROW, _NEXT, _NEAR)
    bits[own] = phones.bits[a[own]].clip(*PHONE_EQUAL)
    bits[at_work] = bits[at_work].clip(max=_AT_WORK)
    return bits, (edits > 1) & differ(phones.numbers, a, b)


def _mails(facts: Facts, a: Ints, b: Ints, own: Flags, *, moved: Flags) -> Part:
    """Give the bits of addresses; who works elsewhere (``moved``) has another one, which is no news."""
    mail = facts.mail
    differs = differ(mail.addresses.numbers, a, b)
    bits = np.zeros(len(a))
    at = np.flatnonzero(differs & ~mail.office[a] & ~mail.office[b])
    bits[at] = _near_mails(facts, a[at], b[at])
    bits[own] = mail.addresses.bits[a[own]].clip(*MAIL_EQUAL)
    return bits, differs & (bits == 0) & ~moved


def _near_mails(facts: Facts, a: Ints, b: Ints) -> Floats:
    mail = facts.mail
    local, domain = mail.locals.edits(a, b), mail.domains.edits(a, b)
    bits = np.zeros(len(a))
    same = np.flatnonzero((local == 0) & (domain > 0))
    rows, back = np.unique(a[same], return_inverse=True)
    telling = np.array([_is_telling(facts, row) for row in rows.tolist()], dtype=np.bool_)[back]
    bits[same] = np.where(telling, _TELLING, _ONLY_NAME)
    bits[(local == 0) & (domain > 0) & (domain <= 2)] += _NEAR_MAIL
    sizes = np.array([*map(len, mail.locals.texts), 0])[mail.locals.numbers[a]]
    close = ((local == 1) & (sizes >= 5)) | ((local == 2) & (sizes >= 10))
    bits[(domain == 0) & close] = _NEAR_MAIL
    bits[(domain == 0) & (local == 0)] = _DOTTED
    return bits


def _is_telling(facts: Facts, row: int) -> bool:
    """Tell whether a local part says more than the person's name does."""
    local = facts.mail.locals.texts[facts.mail.locals.numbers[row]]
    for word in sorted(facts.people.called(row), key=len, reverse=True):
        local = local.replace(word, "")
    return len(local) > 1


def _office(facts: Facts, a: Ints, b: Ints, crowd: Floats) -> Part:
    """Give the bits of the strongest of all that tells one office, and where the companies differ."""
    firms, mail = facts.firms.labels, facts.mail
    office = np.where(equal(firms.numbers, a, b), firms.bits[a].clip(max=_FIRM_MOST), 0.0)
    differs = differ(firms.numbers, a, b)
    at = np.flatnonzero(differs)
    alike = facts.firms.likeness(a[at], b[at])
    least = np.minimum(firms.bits[a[at]], firms.bits[b[at]]).clip(max=_FIRM_MOST)
    office[at] = np.where(alike > 0, (alike * least - 0.5).clip(min=0.1), 0.0)
    domain = equal(mail.domains.numbers, a, b) & ~mail.free[a]
    office = np.maximum(office, np.where(domain, mail.domains.bits[a].clip(max=_FIRM_MOST), 0.0))
    office = np.maximum(office, crowd.clip(max=_FIRM_MOST))
    return office, differs & (office == 0)


def _cities(facts: Facts, a: Ints, b: Ints, inside: Flags) -> Part:
    cities = facts.cities
    edits = cities.edits(a, b)
    least = np.minimum(cities.bits[a], cities.bits[b]).clip(max=_CITY_MOST) * np.where(inside, 0.35, 0.8)
    bits = np.select([edits == 0, edits <= 2], [least, least * 0.6], 0.0)
    return bits, (edits > 2) & differ(cities.numbers, a, b)


def _label(labels: Labels, a: Ints, b: Ints, share: float, most: float) -> Part:
    bits = np.where(equal(labels.numbers, a, b), (share * labels.bits[a]).clip(max=most), 0.0)
    return bits, differ(labels.numbers, a, b)


def _other(labels: Labels, a: Ints, b: Ints) -> Part:
    """Give the bits of a column that is no contact field: the same, nearly the same, or another."""
    edits = labels.edits(a, b)
    least = np.minimum(labels.bits[a], labels.bits[b]).clip(max=_OTHER_MOST)
    near = (least - 3.0 * edits).clip(min=0.0, max=_OTHER_MOST - 5)
    bits = np.select([edits == 0, edits <= 2], [0.8 * least, near], 0.0)
    return bits, (edits > 2) & differ(labels.numbers, a, b)
