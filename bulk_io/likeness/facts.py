"""All that the rows of a list say, by number, ready to be compared pair by pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bulk_io import countries, phones
from bulk_io.likeness.columns import Columns
from bulk_io.likeness.firms import Firms
from bulk_io.likeness.labels import Labels
from bulk_io.likeness.mailboxes import Mailboxes
from bulk_io.likeness.people import People

_TAIL = 9
"""Digits of a number, from its end, that name a line in whatever way the country is written."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of one list (or of two, one after the other), column by column."""

    rows: int
    people: People
    phones: Labels
    mail: Mailboxes
    firms: Firms
    cities: Labels
    countries: Labels
    positions: Labels
    sectors: Labels
    others: Mapping[str, Labels]

    @classmethod
    def of(cls, columns: Columns, region: str) -> Facts:
        """Read the columns; ``region`` is for national numbers of rows that name no country."""
        fields = columns.fields
        return cls(
            columns.rows,
            People.of(fields["name"], fields["firstName"], fields["lastName"], fields["email"]),
            Labels.of(_tails(fields["phoneNumber"], fields["country"], region), str),
            Mailboxes.of(fields["email"]),
            Firms.of(fields["currentCompany"]),
            Labels.of(fields["city"]),
            Labels.of(fields["country"], lambda text: countries.region(text) or countries.folded(text)),
            Labels.of(fields["position"]),
            Labels.of(fields["industrySector"]),
            {name: Labels.of(cells) for name, cells in columns.others.items()},
        )


def _tails(numbers: Sequence[str], lands: Sequence[str], region: str) -> list[str]:
    known: dict[tuple[str, str], str] = {}
    found = []
    for number, land in zip(numbers, lands, strict=True):
        key = (number, land)
        if key not in known:
            known[key] = _tail(number, land, region)
        found.append(known[key])
    return found


def _tail(number: str, land: str, region: str) -> str:
    is_e164 = number.startswith("+") and number[1:].isdecimal()
    whole = number if is_e164 else phones.parse(number, countries.region(land) or region).e164 if number else ""
    digits = "".join(filter(str.isdecimal, whole or number)).lstrip("0")
    return digits[-_TAIL:] if len(digits) >= 6 else ""
