"""Whether an answer answers what was asked: a success about somebody else is no success."""

from __future__ import annotations

from typing import Any

import pytest

from bulk_io.answers import Answer, alike, misfit

ADA = {"name": "Ada Martin", "phoneNumber": "+33612340001"}
STORED = {"id": "contact_1", **ADA}


@pytest.mark.parametrize(
    ("method", "path", "payload", "data"),
    [
        ("POST", ["contacts"], ADA, STORED),
        ("POST", ["contacts"], ADA, {"id": "contact_1"}),
        ("POST", ["contacts"], ADA, {"id": 17, "phoneNumber": "06 12 34 00 01"}),
        ("PUT", ["contacts", "contact_1"], {"city": "Lyon"}, STORED),
        ("PUT", ["contacts", "17"], {"city": "Lyon"}, {"id": 17}),
        ("GET", ["contacts", "contact_1"], None, STORED),
        ("GET", ["contacts", "contact_1"], None, None),
        ("GET", ["contacts"], None, []),
        ("GET", ["contacts"], None, [STORED]),
        ("GET", ["test"], None, {"companyId": "c"}),
    ],
    ids=[
        "created",
        "created, only the id",
        "created, stored in another form",
        "updated",
        "updated, a number as id",
        "got",
        "got nothing",
        "an empty page",
        "a page",
        "test",
    ],
)
def test_an_answer_to_what_was_asked(
    method: str, path: list[str], payload: dict[str, object] | None, data: Any
) -> None:
    """Whatever a server leaves out or writes otherwise."""
    assert misfit(Answer(200, {"success": True, "data": data}), method, path, payload) == ""


@pytest.mark.parametrize(
    ("method", "path", "payload", "data", "story"),
    [
        ("POST", ["contacts"], ADA, None, "without the contact"),
        ("POST", ["contacts"], ADA, [STORED], "without the contact"),
        ("POST", ["contacts"], ADA, {"name": "Ada Martin"}, "without the contact"),
        ("POST", ["contacts"], ADA, {**STORED, "phoneNumber": "+33612340002"}, "another contact"),
        ("PUT", ["contacts", "contact_2"], {"city": "Lyon"}, STORED, "another contact"),
        ("PUT", ["contacts", "contact_1"], {"city": "Lyon"}, {}, "without the contact"),
        ("GET", ["contacts", "contact_2"], None, STORED, "another contact"),
        ("GET", ["contacts"], None, STORED, "without a list"),
        ("GET", ["contacts"], None, None, "without a list"),
    ],
    ids=[
        "POST, nothing",
        "POST, a list",
        "POST, no id",
        "POST, another number",
        "PUT, another id",
        "PUT, nothing",
        "GET, another id",
        "page, a contact",
        "page, nothing",
    ],
)
def test_a_success_that_answers_something_else(
    method: str, path: list[str], payload: dict[str, object] | None, data: Any, story: str
) -> None:
    """A connection out of step gives each request the answer of the one before: nobody knows what this one did."""
    assert story in misfit(Answer(201, {"success": True, "data": data}), method, path, payload)


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_refusals_are_taken_as_they_come(status: int) -> None:
    """They name no contact."""
    assert misfit(Answer(status, {"success": False, "error": "no"}), "POST", ["contacts"], ADA) == ""


def test_no_question_meets_a_conflict() -> None:
    """A 409 to a GET belongs to the write before, on a connection out of step."""
    answer = Answer(409, {"existingContactId": "contact_1"})
    assert misfit(answer, "GET", ["contacts", "contact_1"], None)
    assert misfit(answer, "PUT", ["contacts", "contact_1"], {"city": "Lyon"}) == ""


def test_one_number_in_two_forms_is_alike() -> None:
    """With prefix, trunk zero or signs; another number is not."""
    assert alike("+33612340001", "06.12.34.00.01")
    assert alike("+33612340001", "0033 6 12 34 00 01")
    assert not alike("+33612340001", "+33612340002")
