"""The values of JSON as cells of text, numbers with the digits that the document has."""

from __future__ import annotations

import json
from typing import Any

from bulk_io import tags
from bulk_io.reading.outlines.kinds import is_contact


class Spelled(str):
    """A number as the document writes it, with all its digits."""


DECODER = json.JSONDecoder(parse_int=Spelled, parse_float=Spelled, parse_constant=Spelled)
"""Parses JSON without ever making a number of its digits."""


def text(value: object) -> str:
    """Write a value of JSON as a cell: a list of texts as tags are, anything else that is nested as JSON again.

    Numbers must have been parsed as `Spelled`, which keeps them as they are written.

    Raises:
        RecursionError: nested too deeply.
    """
    if isinstance(value, str):
        return _clean(value)
    if value is None:
        return ""
    if isinstance(value, list) and all(type(part) is str for part in value):
        return tags.record([_clean(part) for part in value])
    return _clean(_spelled(value))


def _spelled(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ",".join([f"{_spelled(key)}:{_spelled(part)}" for key, part in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_spelled(part) for part in value]) + "]"
    return str(value) if isinstance(value, Spelled) else json.dumps(value, ensure_ascii=False)


def _clean(text: str) -> str:
    """Replace half a surrogate pair, which JSON can spell and no file can hold."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_record(value: dict[str, Any]) -> bool:
    """Say whether a document that is one object is a record: of plain values, or with a way to reach somebody in it.

    Settings have other objects and lists inside, and neither an e-mail address nor a phone number.
    """
    plain = [part for part in value.values() if not isinstance(part, dict | list)]
    return bool(plain) and (len(plain) == len(value) or any(is_contact(text(part)) for part in plain))
