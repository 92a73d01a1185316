"""The bodies of the API's answers: JSON as servers write it, and the contacts in it.

The contacts of a list stay the text that came: an export of a million stores them and looks at nothing but what tells
contacts and versions from each other, which takes half the time of reading them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from bulk_io.fields import FIELDS
from bulk_io.records import Contact

_TEXTS = tuple(f.name for f in FIELDS if f.kind not in ("id", "tags"))


class Listed(msgspec.Struct, gc=False):
    """A contact of a list: its id, the times when it was made and last changed (``""``: unknown), and its JSON."""

    id: str
    created: str
    updated: str
    text: str

    @property
    def contact(self) -> Contact:
        """The contact as a record."""
        return contact_of(_json(self.text))


class _Listing(msgspec.Struct):
    data: list[msgspec.Raw]
    meta: Any = None
    success: Any = None
    error: Any = None
    message: Any = None


class _Marks(msgspec.Struct):
    id: Any = None
    createdAt: Any = None
    updatedAt: Any = None


class _Marked(msgspec.Struct):
    data: list[_Marks]


_encode = msgspec.json.Encoder().encode
_decode_listing = msgspec.json.Decoder(_Listing).decode
_decode_marks = msgspec.json.Decoder(_Marked).decode


def body_of(raw: bytes) -> dict[str, Any] | None:
    """Read the body of an answer, None where it is no JSON object."""
    found = _json(raw)
    return found if isinstance(found, dict) else None


def listing_of(raw: bytes) -> dict[str, Any] | None:
    """Read the body of an answer to a list request: as ``body_of``, but a list in ``data`` is one of ``Listed``.

    Rows without an id are left out, for nothing can be said about them.
    """
    try:
        return _listing(raw)
    except (ValueError, RecursionError):
        body = body_of(raw)
    if not body or not isinstance(body.get("data"), list):
        return body
    return _listing(_encode({**body, "data": [row for row in body["data"] if isinstance(row, dict)]}))


def contact_of(data: Mapping[str, Any]) -> Contact:
    """Read a contact as the API gives it: null and missing are the same, numbers are taken as their text."""
    # a million of them make an export, so the usual case, a text, is told first
    values = {
        name: text if type(text) is str else str(text)
        for name in _TEXTS
        if (text := data.get(name)) and (type(text) is str or isinstance(text, (int, float)))
    }
    tags = data.get("tags")
    texts = tuple([tag for tag in tags if isinstance(tag, str)]) if isinstance(tags, list) else ()
    return Contact(str(data.get("id") or ""), values, texts)


def _listing(raw: bytes) -> dict[str, Any]:
    """Read a list that is JSON by the letter; raises ValueError for anything else."""
    found = _decode_listing(raw)
    # text, not bytes: msgspec passes over what is no UTF-8 in what it leaves raw
    texts = [str(row, "utf-8") for row in found.data]
    listed = [
        Listed(str(marks.id), str(marks.createdAt or ""), str(marks.updatedAt or ""), text)
        for marks, text in zip(_decode_marks(raw).data, texts, strict=True)
        if marks.id
    ]
    return {"data": listed, **{name: getattr(found, name) for name in ("meta", "success", "error", "message")}}


def _json(text: str | bytes) -> Any:
    """Read JSON, also what is none by the letter but what Python's own reader takes: a BOM, ``NaN``, half a surrogate
    pair; None for anything else.

    The half, as a server makes that cuts texts at 16 bits, becomes ``?``: no file or request can hold it.
    """
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
