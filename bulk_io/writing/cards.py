"""Contacts as vCard 4.0 (RFC 6350), for address books and phones: one card a contact."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain

from bulk_io.writing.outlet import stream
from bulk_io.writing.plain import LONE

_FOLD = 75
"""Octets that a line may have, its end not counted."""
_E164 = re.compile(r"\+[0-9]{2,15}")
_SPECIAL = re.compile(r"[\x00-\x1f\x7f\\,;]")
# no control character but the tab may stand in a text
_CONTROLS = dict.fromkeys([*range(0x20), 0x7F], "�") | {ord("\t"): "\t"}
_ESCAPES = str.maketrans({**_CONTROLS, ord("\n"): "\\n", "\\": "\\\\", ",": "\\,", ";": "\\;"})
_PLAIN = (("email", "EMAIL"), ("currentCompany", "ORG"), ("position", "TITLE"), ("industrySector", "X-INDUSTRY-SECTOR"))


def vcf(path: str | os.PathLike[str], records: Iterable[tuple[Mapping[str, str], Sequence[str]]]) -> None:
    """Write contacts, each given as its fields by API name and its tags, as vCards.

    Line ends inside a text all become ``\\n``; a control character or half of a surrogate pair, which no card can
    hold, becomes U+FFFD.
    """
    with stream(path) as file:
        for values, tags in records:
            file.write(b"".join(folded(line) for line in _lines(values, tags)))


def folded(line: str) -> bytes:
    """Give a line as UTF-8, broken into lines of at most 75 octets, never inside a character; CRLF ends each."""
    octets = line.encode("utf-8", LONE)
    if len(octets) <= _FOLD:
        return octets + b"\r\n"
    pieces = []
    limit = _FOLD
    while len(octets) > limit:
        end = limit
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[:end])
        octets = octets[end:]
        limit = _FOLD - 1  # a line that goes on begins with a blank
    return b"\r\n ".join([*pieces, octets]) + b"\r\n"


def _lines(values: Mapping[str, str], tags: Sequence[str]) -> Iterator[str]:
    def text(name: str) -> str:
        return _escaped(values.get(name, ""))

    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"FN:{_escaped(_shown_name(values))}"
    if values.get("firstName") or values.get("lastName"):
        yield f"N:{text('lastName')};{text('firstName')};;;"
    yield from _phone(values.get("phoneNumber", ""))
    yield from (f"{title}:{text(name)}" for name, title in _PLAIN if values.get(name))
    if values.get("city") or values.get("country"):
        yield f"ADR:;;;{text('city')};;;{text('country')}"
    if tags:
        yield f"CATEGORIES:{','.join(map(_escaped, tags))}"
    if values.get("id"):
        yield f"UID;VALUE=text:{text('id')}"
    # CREATED is from RFC 9554
    yield from chain(_time("CREATED", values.get("createdAt", "")), _time("REV", values.get("updatedAt", "")))
    yield "END:VCARD"


def _shown_name(values: Mapping[str, str]) -> str:
    """Give what a card must have: the name, else what comes nearest."""
    parts = " ".join(filter(None, (values.get("firstName"), values.get("lastName"))))
    return values.get("name") or parts or values.get("email") or values.get("phoneNumber") or values.get("id", "")


def _phone(number: str) -> Iterator[str]:
    if _E164.fullmatch(number):
        yield f"TEL;VALUE=uri;TYPE=cell:tel:{number}"
    elif number:
        yield f"TEL;VALUE=text;TYPE=cell:{_escaped(number)}"


def _time(title: str, text: str) -> Iterator[str]:
    """Give a time as cards write it: to the second, in UTC; nothing where it cannot be read."""
    with suppress(ValueError, OverflowError):
        when = datetime.fromisoformat(text)
        when = when.astimezone(UTC) if when.tzinfo else when
        yield f"{title}:{when.year:04}{when:%m%dT%H%M%S}Z"


def _escaped(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ESCAPES)
