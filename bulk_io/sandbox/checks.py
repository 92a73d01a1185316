"""What the API checks in a request, derived from the table of contact fields: a body's JSON to values or a message per
field, query parameters to a question. Plain code, no model library: it runs for every request of a benchmark.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import parse_qsl

from bulk_io.fields import FIELDS, Field

_BLANK = r"\s\x00-\x1f\x7f-\x85\ufeff"  # named one by one where Python and ECMAScript mean different things by \s
FILLED_PATTERN = f"[^{_BLANK}]"
"""A required text has at least one such character."""
EMAIL_PATTERN = f"^[^{_BLANK}@]+@[^{_BLANK}@.]+(\\.[^{_BLANK}@.]+)+$"
MOST = 200
"""The largest ``limit``; a larger one is taken as this."""

_FILLED = re.compile(FILLED_PATTERN)
_EMAIL = re.compile(EMAIL_PATTERN)
_WHOLE = re.compile(r"[0-9]{1,4000}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WRITABLE = tuple(field for field in FIELDS if not field.read_only)


class Malformed(ValueError):
    """The request is no JSON object, or a query parameter is wrong (``details`` then says which)."""

    def __init__(self, message: str, details: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.details = details


@dataclass(frozen=True, slots=True)
class Question:
    """What a list request asks for; times in milliseconds since 1970, None where not asked."""

    page: int = 1
    limit: int = 50
    search: str = ""
    created_after: int | None = None
    updated_after: int | None = None


def body_object(body: bytes) -> dict[str, object]:
    """Read a request body as a JSON object. Raises Malformed."""
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise Malformed("Invalid JSON body") from error
    if not isinstance(value, dict):
        raise Malformed("Request body must be a JSON object")
    return value


def contact_values(body: dict[str, object], *, partial: bool) -> tuple[dict[str, object], dict[str, str]]:
    """Check the fields of a contact and return the values to store and a message for each wrong field.

    Fields that the API does not know are ignored. ``partial`` is for an update: nothing is required but what is given.
    """
    values: dict[str, object] = {}
    messages: dict[str, str] = {}
    for field in _WRITABLE:
        value = body.get(field.name)
        if field.name not in body and (partial or not field.required):
            continue
        message = _fault(field, value)
        if message:
            messages[field.name] = message
        else:
            values[field.name] = (value or []) if field.kind == "tags" else (value or None)
    return values, messages


def question(query: bytes) -> Question:
    """Read the query of a list request; unknown parameters are ignored. Raises Malformed, naming every wrong one."""
    if not query:
        return Question()
    given: dict[str, str] = {}
    faults: dict[str, str] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in given and name in _PARAMETERS:
            faults[name] = "must be given once"
        given[name] = value
    for name, (read, rule) in _PARAMETERS.items():
        if name in given and read(given[name]) is None:
            faults.setdefault(name, rule)
    if faults:
        raise Malformed("Invalid query parameter", faults)
    return Question(
        page=_whole(given.get("page", "1")) or 1,
        limit=min(_whole(given.get("limit", "50")) or 50, MOST),
        search=given.get("search", ""),
        created_after=_moment(given.get("createdSince", "")),
        updated_after=_moment(given.get("updatedSince", "")),
    )


def _fault(field: Field, value: object) -> str:
    label = field.label[0].upper() + field.label[1:]
    if value is None:
        return f"{label} is required" if field.required else ""
    if field.kind == "tags":
        good = isinstance(value, list) and all(isinstance(tag, str) and _encodable(tag) for tag in value)
        return "" if good else "Tags must be an array of strings"
    if not isinstance(value, str):
        return f"{label} must be a string"
    return _text_fault(field, value, label)


def _text_fault(field: Field, text: str, label: str) -> str:
    if field.required and not _FILLED.search(text):
        return f"{label} is required"
    if field.limit is not None and len(text) > field.limit:
        return f"{label} must be at most {field.limit} characters"
    if field.kind == "email" and not _EMAIL.fullmatch(text):
        return "Invalid email format"
    return "" if _encodable(text) else f"{label} must be valid Unicode text"


def _encodable(text: str) -> bool:
    """Whether it can be stored: a JSON escape can name half of a surrogate pair, which is no text."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(text: str) -> int | None:
    return (int(text) or None) if _WHOLE.fullmatch(text) else None


def _moment(text: str) -> int | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
_PARAMETERS = {
    "page": (_whole, "must be an integer of at least 1"),
    "limit": (_whole, "must be an integer of at least 1"),
    "createdSince": (_moment, "must be an ISO 8601 date"),
    "updatedSince": (_moment, "must be an ISO 8601 date"),
}
