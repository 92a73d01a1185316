"""Contacts as rows: our own columns, or another system's, whose mapping is read backwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from bulk_io import base, names
from bulk_io.mapping import OWN_EXPORT, Mapping, Rule
from bulk_io.records import Contact

Cell = Callable[[Contact], str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: their headers, and what makes each cell of a contact."""

    header: tuple[str, ...]
    cells: tuple[Cell, ...]

    def row(self, contact: Contact) -> list[str]:
        """Give a contact as a row of text."""
        return [cell(contact) for cell in self.cells]


def own(fields: Sequence[str], *, with_base: bool) -> Columns:
    """Give our own columns: the API's field names; ``with_base`` adds the contact as it is now, for the way back."""
    cells = [_cell(name) for name in fields]
    if not with_base:
        return Columns(tuple(fields), tuple(cells))
    return Columns((*fields, base.COLUMN), (*cells, partial(base.text, names=fields)))


def under(mapping: Mapping) -> Columns:
    """Give the columns of a mapping: what it would read into a field is written from that field.

    Of several columns for one field the first is written; constants are not; columns that are joined into a name get
    its parts, unless they are fed by themselves. Raises nothing: every mapping can be read backwards.
    """
    if mapping.name == OWN_EXPORT:
        return own(tuple(mapping.fields), with_base=False)
    alone = {rule.columns[0] for field, rule in mapping.fields.items() if rule.columns and rule.join is None}
    found: dict[str, Cell] = {}
    for field, rule in mapping.fields.items():
        if rule.join is not None:
            parts = [column for column in rule.columns if column not in alone]
            found.update((column, partial(_part, at=at, of=len(rule.columns)))
                         for at, column in enumerate(rule.columns) if column in parts)  # fmt: skip
        elif rule.columns:
            found.setdefault(rule.columns[0], _reader(field, rule))
    return Columns(tuple(found), tuple(found.values()))


def _reader(field: str, rule: Rule) -> Cell:
    said = {value: key for key, value in reversed(rule.values.items())}
    if field == "tags":
        separator = rule.split[0] if rule.split else ";"
        return lambda contact: separator.join(said.get(tag, tag) for tag in contact.tags)
    if field in ("firstName", "lastName"):
        at = ("firstName", "lastName").index(field)
        return lambda contact: said.get(part := _part(contact, at=at, of=2), part)
    if field == "name":
        return lambda contact: said.get(whole := _whole(contact), whole)
    plain = _cell(field)
    return lambda contact: said.get(text := plain(contact), text)


def _cell(name: str) -> Cell:
    """Give what makes a field's text; tags stay apart, for each format has its own way with them."""
    if name in ("id", "tags"):
        return attrgetter(name)
    return lambda contact: contact.values.get(name, "")


def _whole(contact: Contact) -> str:
    values = contact.values
    return values.get("name") or names.join(values.get("firstName", ""), values.get("lastName", ""))


def _part(contact: Contact, *, at: int, of: int) -> str:
    """Give the first or the last name, of a contact that may have its whole name only: then its first word is one."""
    if of != 2:
        return ""
    first, last = (contact.values.get(name, "") for name in ("firstName", "lastName"))
    if not (first or last):
        whole = contact.values.get("name", "")
        first, last = names.split(whole) or whole.partition(" ")[::2]
    return (first, last)[at]
