"""The bodies of answers: JSON as servers write it, and the contacts of a list as the text that came."""

from __future__ import annotations

import pytest

from bulk_io.answers import Answer
from bulk_io.bodies import Listed, body_of, contact_of, listing_of
from bulk_io.client import page_of


def listed(raw: str | bytes) -> list[Listed]:
    """The contacts of an answer to a list request."""
    body = listing_of(raw if isinstance(raw, bytes) else raw.encode())
    assert body
    return list(body["data"])


def test_null_and_missing_are_the_same_and_numbers_are_text() -> None:
    """Of a contact's fields."""
    found = contact_of({"id": 7, "name": None, "city": "Lyon", "country": 5, "tags": None})
    assert (found.id, found.values, found.tags) == ("7", {"city": "Lyon", "country": "5"}, ())


def test_a_listed_contact_is_the_text_that_came() -> None:
    """Spaces, order and unknown members too; what tells versions from each other is beside it."""
    text = '{ "updatedAt":"2026-02-01", "name": "Zo\u00e9", "new": [1], "id": 7, "createdAt":"2026-01-01"}'
    (one,) = listed(f'{{"success": true, "data": [ {text} ]}}')
    assert one == Listed("7", "2026-01-01", "2026-02-01", text)
    assert (one.contact.id, one.contact.values["name"]) == ("7", "Zoé")


@pytest.mark.parametrize(
    "raw",
    [
        '{"data": [{"id": "a"}, {"name": "no id"}, 3, null, "x", [], {"id": null}], "meta": {"total": 9, "limit": 50}}',
        '\ufeff{"data": [{"id": "a"}, {"name": "no id"}, 3, NaN], "meta": {"total": 9, "limit": 50}}',
    ],
    ids=["JSON", "what Python reads"],
)
def test_what_has_no_id_is_no_contact(raw: str) -> None:
    """Nothing can be said about it."""
    page = page_of(Answer(200, listing_of(raw.encode()) or {}))
    assert ([contact.id for contact in page], page.total, page.limit) == (["a"], 9, 50)


def test_a_page_without_a_list_has_no_contacts() -> None:
    """And no total."""
    page = page_of(Answer(200, listing_of(b'{"data": "?"}') or {}))
    assert (len(page), page.total) == (0, -1)


def test_half_a_surrogate_pair_in_a_list_is_made_harmless() -> None:
    """No file could hold it; the whole pairs beside it stay."""
    (one,) = listed(r'{"data": [{"id": "a", "name": "Ad\ud83d", "city": "\ud83d\ude00"}]}')
    assert one.contact.values == {"name": "Ad?", "city": "\U0001f600"}


def test_a_refusal_that_holds_a_list_stays_one() -> None:
    """Whatever its data."""
    answer = Answer(200, listing_of(b'{"success": false, "error": "not now", "data": []}') or {})
    assert (answer.ok, answer.message) == (False, "not now")


@pytest.mark.parametrize("read", [body_of, listing_of])
@pytest.mark.parametrize(
    "raw",
    [b"", b"<html>", b"[]", b"null", b'{"data": [{"id": "a", "name": "\xff"}]}', b'{"data": [{"id": "a", "n": "x}]}',
     b'{"data": [' + b'{"a":' * 5000],
    ids=["nothing", "HTML", "list", "null", "no UTF-8", "cut", "deep"],
)  # fmt: skip
def test_what_is_no_json_object_is_none(read: object, raw: bytes) -> None:
    """Without an error."""
    assert read(raw) is None  # type: ignore[operator]
