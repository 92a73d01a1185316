"""Which contacts an export takes, which fields of them, and in what order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bulk_io import countries
from bulk_io.errors import UsageError
from bulk_io.fields import NAMES
from bulk_io.records import Contact
from bulk_io.text import iso

_AGO = re.compile(r"(\d{1,5})\s*([hdw])", re.IGNORECASE)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of the CRM is wanted. ``search`` and the dates are the API's filters, tags and countries are picked here.

    Dates are ISO 8601 (without a zone they are UTC) or an age such as ``7d`` (``h``, ``d``, ``w``). A contact is wanted
    if it has one of the ``tags`` and is of one of the ``countries`` (names or codes). No ``fields`` means all; ``sort``
    is a field, ``-field`` for descending. Raises UsageError for what cannot be read.
    """

    search: str = ""
    created_since: str = ""
    updated_since: str = ""
    tags: Sequence[str] = ()
    countries: Sequence[str] = ()
    fields: Sequence[str] = ()
    sort: str = ""

    def filters(self) -> dict[str, str | None]:
        """The filters as the API takes them."""
        return {
            "search": self.search or None,
            "created_since": moment(self.created_since, "--created-since"),
            "updated_since": moment(self.updated_since, "--updated-since"),
        }

    def columns(self) -> tuple[str, ...]:
        """The wanted fields, in the order asked for; names are taken in any case."""
        return tuple(dict.fromkeys(_field(name, "--fields") for name in self.fields)) or NAMES

    def order(self) -> str:
        """The field to sort by, with ``-`` for descending; ``""``: as the API lists them."""
        name = self.sort.removeprefix("-")
        return ("-" if self.sort.startswith("-") else "") + _field(name, "--sort") if name else ""

    def regions(self) -> frozenset[str]:
        """The codes of the wanted countries."""
        found = {name: countries.region(name) for name in self.countries}
        unknown = [name for name, code in found.items() if not code]
        if unknown:
            raise UsageError(f"--country: {unknown[0]!r} is no country; write its name or its code of two letters")
        return frozenset(found.values())

    def wants(self, contact: Contact, regions: frozenset[str]) -> bool:
        """Tell whether a contact is picked; ``regions`` is what `regions` gave."""
        wanted = {tag.casefold() for tag in self.tags}
        tagged = not wanted or any(tag.casefold() in wanted for tag in contact.tags)
        return tagged and (not regions or countries.region(contact.values.get("country", "")) in regions)


def moment(text: str, option: str, *, now: datetime | None = None) -> str | None:
    """Read a date, an ISO time or an age into the API's form, UTC with milliseconds; raises UsageError."""
    if not text:
        return None
    if ago := _AGO.fullmatch(text.strip()):
        when = (now or datetime.now(UTC)) - timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])})
        return iso(when)
    try:
        when = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
    except ValueError as error:
        raise UsageError(
            f"{option} takes a date such as 2026-03-01, a time in ISO 8601 or an age such as 7d, not {text!r}"
        ) from error
    return iso(when if when.tzinfo else when.replace(tzinfo=UTC))


def _field(name: str, option: str) -> str:
    called = {field.casefold(): field for field in NAMES}
    if name.casefold() not in called:
        raise UsageError(f"{option}: there is no field {name!r}; the fields are {', '.join(NAMES)}")
    return called[name.casefold()]
