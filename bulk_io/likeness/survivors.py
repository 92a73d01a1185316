"""The values of several rows put together as those of one contact, for a person to check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bulk_io import tags
from bulk_io.fields import NAME_FIELDS, WRITABLE

Values = Mapping[str, str]
"""The cells of a row by field; ``source`` is what a `Preference` says of where it is from."""
_FACTS = [name for name in WRITABLE if name not in NAME_FIELDS]
"""What makes a row full: not its names, as capitals let DUPONT Jean be taken apart, and Jean Dupont is no less."""
CRM, FILE, OTHER = "crm", "file", "other"
"""Where a row is from, beside what its own cells say."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Whose value comes first where rows differ: ``most-complete``, ``newest``, or ``source`` with an order."""

    kind: str = "most-complete"
    order: tuple[str, ...] = ()
    """Sources, in lower case, the best first."""

    @classmethod
    def of(cls, text: str) -> Preference:
        """Read ``newest``, ``most-complete``, ``source`` or ``source Fair,Web,crm``; raises ValueError."""
        kind, _, rest = text.strip().partition(" ")
        order = tuple(word for part in rest.split(",") if (word := part.strip().casefold()))
        if kind not in ("most-complete", "newest", "source") or (order and kind != "source"):
            raise ValueError(f"{text!r} is no preference; say most-complete, newest, source or 'source FIRST,SECOND'")
        return cls(kind, order)

    def __str__(self) -> str:
        return f"{self.kind} {','.join(self.order)}".strip()

    def source(self, cells: Iterable[str]) -> str:
        """Give the best source that one of a row's cells names, ``""`` for none."""
        said = {cell.strip().casefold() for cell in cells}
        return next((word for word in self.order if word in said), "")

    def ranked(self, rows: Sequence[Values], contacts: Sequence[Values]) -> list[Values]:
        """Put rows in order, the best first; contacts of the CRM come before them, unless the order names ``crm``."""
        best = list(rows)
        if self.kind == "newest":
            best.reverse()
        elif self.kind == "most-complete":
            best.sort(key=lambda values: -sum(bool(values.get(name)) for name in _FACTS))
        places = {word: place for place, word in enumerate(self.order)}
        ahead = [(places.get(CRM, -1), values) for values in contacts]
        ahead += [(places.get(values.get("source", ""), len(places)), values) for values in best]
        return [values for _, values in sorted(ahead, key=lambda one: one[0])]


FULLEST = Preference()


def merged(rows: Sequence[Values], *, contacts: Sequence[Values] = (), prefer: Preference = FULLEST) -> Values:
    """Give one value a field: the CRM's contact's if it has one, else that of the first row, in order of preference.

    ``rows`` come in the order of their files. ``most-complete`` (which is usual) takes the row with the most values
    first, ``newest`` the last row, ``source`` the first row, or that of the first source of its order. A blank never
    replaces a value; full, first and last name are one row's; tags add up.
    """
    ranked = prefer.ranked(rows, contacts)
    named = next((values for values in ranked if values.get("name")), {})
    out = {name: next((values[name] for values in ranked if values.get(name)), "") for name in WRITABLE}
    out |= {name: named.get(name, "") for name in NAME_FIELDS}
    together: tuple[str, ...] = ()
    for values in [*contacts, *rows]:
        together = tags.union(together, tags.parse(values.get("tags", "")))
    return {**out, "tags": tags.record(together)}
