"""Contacts as rows: our own columns, or another system's, whose mapping is read backwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from bulk_io import base, names
from bulk_io.mappingmodel import OWN_EXPORT, Mapping, Rule
from bulk_io.records import Contact

Cell = Callable[[Contact], str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: their headers, and what makes a row of text of a contact.

    Tags stay apart in it, for each format has its own way with them.
    """

    header: tuple[str, ...]
    row: Callable[[Contact], list[Any]]


def own(fields: Sequence[str], *, with_base: bool) -> Columns:
    """Give our own columns: the API's field names; ``with_base`` adds the contact as it is now, for the way back."""
    apart = [(at, attrgetter(name)) for at, name in enumerate(fields) if name in ("id", "tags")]

    # all contacts of an export pass here, so that there is no call for each cell
    def row(contact: Contact) -> list[Any]:
        value = contact.values.get
        cells: list[Any] = [value(name, "") for name in fields]
        for at, read in apart:
            cells[at] = read(contact)
        if with_base:
            cells.append(base.text(contact, fields))
        return cells

    return Columns((*fields, base.COLUMN) if with_base else tuple(fields), row)


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
    cells = tuple(found.values())
    return Columns(tuple(found), lambda contact: [cell(contact) for cell in cells])


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
    return lambda contact: said.get(text := str(contact[field]), text)


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
