"""The base of a row: a contact as it was when it was exported, carried in the last column of our own export.

Compared with it, an edited file tells which cells somebody edited, and the CRM tells what others changed meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import msgspec

from bulk_io import tags
from bulk_io.records import Contact

COLUMN = "bulk_io_base"
"""The header of the column; hidden in workbooks."""

_encode = msgspec.json.Encoder().encode


def text(contact: Contact, names: Sequence[str]) -> str:
    """Give a contact's id, time of last change and the named fields as one JSON text; what is empty is left out."""
    value = contact.values.get
    cells = {"id": contact.id}
    for name in ("updatedAt", *names):
        if cell := value(name):
            cells[name] = cell
    if contact.tags and "tags" in names:
        cells["tags"] = tags.record(contact.tags)
    return _encode(cells).decode()


def parse(cell: str) -> Mapping[str, str]:
    """Read what `text` gave; empty where the cell is not that, because somebody edited it or a program cut it."""
    try:
        found = json.loads(cell) if cell.startswith("{") else {}
    except ValueError:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return {}
    return found
