"""The OpenAPI document says what the server does: Schemathesis asks it everything the document allows, and more."""

from __future__ import annotations

import json
import urllib.request
import warnings
from typing import Any

from conftest import Call
from hypothesis import HealthCheck, settings

from bulk_io.fields import FIELDS
from bulk_io.sandbox import Sandbox, openapi

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the library's own imports
    import schemathesis


def document(sandbox: Sandbox) -> dict[str, Any]:
    """The document as served."""
    url = sandbox.base_url.replace("/api/external", "/openapi.json")
    with urllib.request.urlopen(url, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


schema = schemathesis.openapi.from_dict(openapi.document())


@schema.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_server_does_what_the_document_says(case: Any, sandbox: Sandbox) -> None:
    """All checks of Schemathesis, on good and bad requests to every operation."""
    # Where the generated request lacks a good key on purpose, it is left so.
    wrong = {part.value for part, info in case.meta.components.items() if info.mode.is_negative}
    headers = {} if "header" in wrong else {"Authorization": f"Bearer {sandbox.api_key}"}
    case.call_and_validate(base_url=sandbox.base_url, headers=headers)


good = schemathesis.openapi.from_dict(openapi.document()).include(path="/contacts/{id}")
good.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE])


@good.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_good_requests_for_a_contact_that_is_there_succeed(case: Any, sandbox: Sandbox, call: Call) -> None:
    """Any good body changes it, and the answer is as documented; only another contact's number is refused."""
    call("POST", "/contacts", {"name": "Jane Doe", "phoneNumber": "+33639980001"})
    case.path_parameters["id"] = "contact_1"
    answer = case.call_and_validate(base_url=sandbox.base_url, headers={"Authorization": f"Bearer {sandbox.api_key}"})
    assert answer.status_code in (200, 401, 405, 409)


def test_limits_and_required_fields_come_from_the_table(sandbox: Sandbox) -> None:
    """The document derives from the contact fields."""
    schemas = document(sandbox)["components"]["schemas"]
    sent = schemas["NewContact"]
    assert sent["required"] == [field.name for field in FIELDS if field.required]
    assert {name: one.get("maxLength") for name, one in sent["properties"].items()} == {
        field.name: field.limit for field in FIELDS if not field.read_only
    }
    assert list(schemas["Contact"]["properties"]) == [field.name for field in FIELDS]


def test_the_controls_are_not_in_the_document(sandbox: Sandbox) -> None:
    """They are no part of the API."""
    assert set(document(sandbox)["paths"]) == {"/test", "/contacts", "/contacts/{id}"}
