"""The values of several rows put together as those of one contact, for a person to check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from bulk_io import tags
from bulk_io.fields import NAME_FIELDS, WRITABLE

Preference = Literal["most-complete", "newest", "source"]
Values = Mapping[str, str]


def merged(rows: Sequence[Values], *, contacts: Sequence[Values] = (), prefer: Preference = "most-complete") -> Values:
    """Give one value a field: the CRM's contact's if it has one, else that of the first row, in order of preference.

    ``rows`` come in the order of their files. ``most-complete`` takes the row with the most values first, ``newest``
    the last row, ``source`` the first. A blank never replaces a value; full, first and last name are one row's; tags
    add up.
    """
    ranked = list(rows)
    if prefer == "newest":
        ranked.reverse()
    elif prefer == "most-complete":
        ranked.sort(key=lambda values: -sum(bool(values.get(name)) for name in WRITABLE))
    ranked = [*contacts, *ranked]
    named = next((values for values in ranked if values.get("name")), {})
    out = {name: next((values[name] for values in ranked if values.get(name)), "") for name in WRITABLE}
    out |= {name: named.get(name, "") for name in NAME_FIELDS}
    together: tuple[str, ...] = ()
    for values in [*contacts, *rows]:
        together = tags.union(together, tags.parse(values.get("tags", "")))
    return {**out, "tags": tags.record(together)}
