"""The base of a row: a contact as it was when it was exported, carried in the last column of our own export.

Compared with it, an edited file tells which cells somebody edited, and the CRM tells what others changed meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bulk_io import tags
from bulk_io.records import Contact

COLUMN = "bulk_io_base"
"""The header of the column; hidden in workbooks."""


def text(contact: Contact, names: Sequence[str]) -> str:
    """Give a contact's id, time of last change and the named fields as one JSON text; what is empty is left out."""
    kept = dict.fromkeys(("id", "updatedAt", *names))
    cells = {name: tags.record(contact.tags) if name == "tags" else str(contact[name]) for name in kept}
    return json.dumps({name: cell for name, cell in cells.items() if cell}, ensure_ascii=False)


def parse(cell: str) -> Mapping[str, str]:
    """Read what `text` gave; empty where the cell is not that, because somebody edited it or a program cut it."""
    try:
        found = json.loads(cell) if cell.startswith("{") else {}
    except ValueError:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return {}
    return found
