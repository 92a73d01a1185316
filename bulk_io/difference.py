"""What is a difference: two values of a field are one value where only their writing differs.

A value module: plan asks it of a row and a contact, edits of a cell and what it was when it was exported.
"""

from __future__ import annotations

from bulk_io import emails, names, phones, tags
from bulk_io.fields import NAME_FIELDS
from bulk_io.text import nfc, tidy


def same(name: str, one: str, other: str, region: str = "") -> bool:
    """Tell whether two texts are one value of a field; tags are records.

    Spaces and composition never matter, nor does the case of an e-mail address, the case, accents and word order of a
    name, and the form of a phone number (a national one is read under ``region``).
    """
    if one == other:
        return True
    if name == "tags":
        return _set(one) == _set(other)
    one, other = tidy(one), tidy(other)
    if one == other:
        return True
    if name in NAME_FIELDS:
        return names.same(one, other)
    if name == "email":
        return _address(one) == _address(other)
    return name == "phoneNumber" and _number(one, region) == _number(other, region)


def _set(record: str) -> frozenset[str]:
    return frozenset(nfc(tag) for tag in tags.parse(record))


def _address(text: str) -> str:
    return (emails.normalise(text)[0] or text).casefold()


def _number(text: str, region: str) -> str:
    phone = phones.parse(text, region)
    # A number beside others, or with an extension, is more than a form of that number.
    return text if phone.several or phone.extension else phone.e164 or text
