"""The row that carries a contact: the values of all its rows put together, as if they were sent one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from bulk_io import edits, names, tags
from bulk_io.fields import NAME_FIELDS, WRITABLE

_TEXTS = tuple(name for name in WRITABLE if name != "tags")
_Bases = Mapping[int, Mapping[str, str] | None]


def values(columns: Mapping[str, Sequence[str]], positions: Sequence[int]) -> dict[str, str]:
    """Put rows of one contact together, given as positions in the columns of clean rows.

    A later name that differs only in case, accents or word order would change nothing in the CRM, so it changes nothing
    here; what was derived is sent on creation only, so only the first row's counts, and any stated value beats it. A
    value that was edited since the export brings what it was (``base``) along.
    """
    first, *later = positions
    bases = {position: edits.parse(columns["base"][position]) for position in positions}
    merged: dict[str, str] = {}
    base: dict[str, str] = {}
    derived = []
    for name in _TEXTS:
        at = first
        for position in later:
            if _wins(name, position, at, columns, bases):
                at = position
        merged[name] = columns[name][at]
        base |= _was(name, bases[at])
        if _is_derived(name, at, columns):
            derived.append(name)
    stated = [position for position in positions if not _is_derived("tags", position, columns)]
    merged["tags"] = _tags(columns["tags"], stated or positions[:1], bases)
    base |= next((was for position in stated if (was := _was("tags", bases[position]))), {})
    if not stated:
        derived.append("tags")
    has_base = any(was is not None for was in bases.values())
    if "consent" in columns:
        merged["consent"] = next(filter(None, (columns["consent"][position] for position in positions)), "")
    return {**merged, "derived": " ".join(derived), "base": json.dumps(base, ensure_ascii=False) if has_base else ""}


def _wins(name: str, position: int, at: int, columns: Mapping[str, Sequence[str]], bases: _Bases) -> bool:
    """Tell whether a later row's value takes the place of the one that stands so far."""
    cell, value = columns[name][position], columns[name][at]
    if not cell or _is_derived(name, position, columns):
        return False
    is_first_edit = name in (bases[position] or {}) and _is_derived(name, at, columns)
    return is_first_edit or not _is_same(name, cell, value)


def _is_derived(name: str, position: int, columns: Mapping[str, Sequence[str]]) -> bool:
    return name in columns["derived"][position].split()


def _is_same(name: str, new: str, value: str) -> bool:
    return new == value or (name in NAME_FIELDS and bool(value) and names.same(new, value))


def _was(name: str, base: Mapping[str, str] | None) -> dict[str, str]:
    return {name: base[name]} if base and name in base else {}


def _tags(cells: Sequence[str], positions: Sequence[int], bases: _Bases) -> str:
    """Add tags up; where a row's were edited since the export, what it added and removed is done in its turn."""
    filled = [position for position in positions if cells[position]]
    exported = [_was("tags", bases[position]) for position in filled]
    if not any(exported):
        return _union(cells[position] for position in filled)
    together = tags.parse(next(was["tags"] for was in exported if was))
    for position, was in zip(filled, exported, strict=True):
        mine, before = tags.parse(cells[position]), tags.parse(was.get("tags", ""))
        removed = set(before) - set(mine)
        together = tags.union((tag for tag in together if tag not in removed), (t for t in mine if t not in before))
    return tags.record(together)


def _union(records: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(records))
    if len(distinct) < 2:
        return "".join(distinct)
    together: tuple[str, ...] = ()
    for record in distinct:
        together = tags.union(together, tags.parse(record))
    return tags.record(together)
