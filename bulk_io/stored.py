"""Records as the journal stores them: one JSON text each, and back exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bulk_io.records import Candidate, Change, Contact

_encode = json.JSONEncoder(ensure_ascii=False).encode  # made once, for there is a text a contact


def values_text(values: Mapping[str, str]) -> str:
    """Write values by field name."""
    return _encode(dict(values))


def candidate_text(one: Candidate) -> str:
    """Write a candidate; what is empty is left out."""
    stored = {
        "tags": one.tags,
        "names": one.names,
        "derived": sorted(one.derived),
        "mapped": sorted(one.mapped),
        "id": one.id,
        "phones": one.phones,
    }
    kept: dict[str, object] = {"row": one.row, "values": dict(one.values)}
    kept |= {key: value for key, value in stored.items() if value}
    if one.base is not None:
        kept["base"] = dict(one.base)
    return _encode(kept)


def candidate(text: str) -> Candidate:
    """Read a candidate."""
    s = json.loads(text)
    return Candidate(
        row=s["row"],
        values=s["values"],
        tags=tuple(s.get("tags", ())),
        names=tuple(s.get("names", ())),
        derived=frozenset(s.get("derived", ())),
        mapped=frozenset(s.get("mapped", ())),
        id=s.get("id", ""),
        phones=tuple(s.get("phones", ())),
        base=s.get("base"),
    )


def contact_text(one: Contact | None) -> str | None:
    """Write a contact; None stays None."""
    if one is None:
        return None
    return _encode({"id": one.id, "values": dict(one.values), "tags": one.tags})


def contact(text: str | None) -> Contact | None:
    """Read a contact."""
    if text is None:
        return None
    stored = json.loads(text)
    return Contact(stored["id"], stored["values"], tuple(stored["tags"]))


def changes_text(made: Sequence[Change]) -> str:
    """Write the changes of an update."""
    return _encode([asdict(change) for change in made]) if made else "[]"


def changes(text: str) -> tuple[Change, ...]:
    """Read the changes of an update."""
    return tuple(Change(**stored) for stored in json.loads(text))
