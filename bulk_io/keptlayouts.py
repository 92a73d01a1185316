"""Mappings that the user kept, and files whose layout is not quite theirs any more: what changed, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from bulk_io.fields import BY_NAME
from bulk_io.headers import BOOKKEEPING, key, listed
from bulk_io.mappingfile import own
from bulk_io.mappingmodel import Mapping

_MOST_CHANGED = 0.4
"""The share of a kept layout's columns that may be gone while a file still looks like it."""


def unknown_columns(mapping: Mapping | None, header: Sequence[str]) -> tuple[str, ...]:
    """Say which columns of a file the user's own mapping does not name, where it names those that it was made for."""
    if mapping is None or not _names_whole_layout(mapping):
        return ()
    known = {key(column) for column in (*mapping.detect, *mapping.ignore)}
    new = [column for column in header if key(column) not in known and column not in BOOKKEEPING]
    return (f"your mapping '{mapping.name}' does not know the columns {listed(new)}: they are not used",) if new else ()


def changes(header: Sequence[str]) -> tuple[str, ...]:
    """Say what has changed in a file that looks like one that the user kept a mapping for."""
    keys = {key(column): column for column in header if column not in BOOKKEEPING}
    for mapping in own():
        wanted = {key(column): column for column in mapping.detect}
        gone = [column for same, column in wanted.items() if same not in keys]
        if not gone or not _names_whole_layout(mapping) or len(gone) > _MOST_CHANGED * len(wanted):
            continue
        new = [column for same, column in keys.items() if same not in wanted]
        came = f", {listed(new)} {_are(new)} new" if new else ""
        return (
            f"this file looks like those of your mapping '{mapping.name}', but its layout has changed: {listed(gone)} "
            f"{_are(gone)} gone{_fed(mapping, gone)}{came}; the mapping was not used",
        )
    return ()


def _fed(mapping: Mapping, gone: Sequence[str]) -> str:
    """Say which fields a mapping would miss, as somebody has to say anew where they come from."""
    fields = [field for field, rule in mapping.fields.items() if {*map(key, gone)}.intersection(map(key, rule.columns))]
    return f" (the {' and the '.join(BY_NAME[field].label for field in fields)} came from there)" if fields else ""


def _are(columns: Sequence[str]) -> str:
    return "is" if len(columns) == 1 else "are"


def _names_whole_layout(mapping: Mapping) -> bool:
    """Tell whether a mapping's ``detect`` has all columns that it uses and more: `suggest` writes the whole header."""
    used = {key(column) for rule in mapping.fields.values() for column in rule.columns}
    return used <= {key(column) for column in mapping.detect}
