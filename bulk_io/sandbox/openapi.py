"""The OpenAPI document of the sandbox, which says exactly what the server does; fields, limits and which of them are
required come from the table of contact fields.
"""

from __future__ import annotations

from typing import Any

from bulk_io.fields import FIELDS, Field
from bulk_io.sandbox.checks import EMAIL_PATTERN, FILLED_PATTERN, MOST

Json = dict[str, Any]
BASE_PATH = "/api/external"
_JSON = "application/json"


def document() -> Json:
    """Return the document, ready for ``json.dumps``."""
    one = "/contacts/{id}"
    return {
        "openapi": "3.1.0",
        "info": {"title": "Contacts API (sandbox)", "version": "1.0.0", "description": "A local stand-in for tests."},
        "servers": [{"url": BASE_PATH}],
        "security": [{"apiKey": []}],
        "paths": {
            "/test": {"get": _operation("testKey", "Check a key", {"200": _ok("KeyAnswer")})},
            "/contacts": {"get": _list(), "post": _create()},
            one: {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
                ],
                "get": _operation(
                    "getContact", "Get one contact", {"200": _ok("ContactAnswer")}, "contacts:read", "404"
                ),
                "put": _update(),
            },
        },
        "components": {
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
            "responses": _errors(),
        },
    }


def _list() -> Json:
    number = {"type": "integer", "minimum": 1}
    since = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    parameters = [
        ("page", number | {"default": 1}, "Page number."),
        ("limit", number | {"default": 50}, f"Contacts a page; more than {MOST} is taken as {MOST}."),
        ("search", {"type": "string"}, "Text inside name, e-mail address or phone number, whatever its case."),
        ("createdSince", since, "ISO 8601: contacts created after this; UTC where no offset is given."),
        ("updatedSince", since, "ISO 8601: contacts changed after this; UTC where no offset is given."),
    ]
    operation = _operation(
        "listContacts", "List contacts, newest first", {"200": _ok("ListAnswer")}, "contacts:read", "400-query"
    )
    operation["parameters"] = [
        {"name": name, "in": "query", "schema": schema, "description": text} for name, schema, text in parameters
    ]
    return operation


def _create() -> Json:
    created = _ok("ContactAnswer", "Created")
    created["links"] = {
        name: {"operationId": name, "parameters": {"id": "$response.body#/data/id"}}
        for name in ("getContact", "updateContact")
    }
    errors = ("400-body", "409", "413", "422")
    operation = _operation("createContact", "Create a contact", {"201": created}, "contacts:write", *errors)
    return operation | {"requestBody": _sent("NewContact")}


def _update() -> Json:
    text = "Change the given fields; tags are replaced, null clears an optional field"
    errors = ("400-body", "404", "409", "413", "422")
    operation = _operation("updateContact", text, {"200": _ok("ContactAnswer")}, "contacts:write", *errors)
    return operation | {"requestBody": _sent("ContactChanges")}


def _operation(name: str, summary: str, answers: Json, permission: str = "", *errors: str) -> Json:
    common = ("401", "403", "429", "500") if permission else ("401", "429", "500")
    references = {name[:3]: {"$ref": f"#/components/responses/{name}"} for name in sorted({*errors, *common})}
    operation = {"operationId": name, "summary": summary, "responses": answers | references}
    return operation | ({"description": f"Needs the permission {permission}."} if permission else {})


def _ok(schema: str, text: str = "OK") -> Json:
    return {"description": text, "content": {_JSON: {"schema": _ref(schema)}}}


def _sent(schema: str) -> Json:
    return {"required": True, "content": {_JSON: {"schema": _ref(schema)}}}


def _ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _schemas() -> Json:
    writable = [field for field in FIELDS if not field.read_only]
    required = [field.name for field in writable if field.required]
    sent = {"type": "object", "properties": {field.name: _sent_field(field) for field in writable}}
    meta = {"page": _count(1), "limit": _count(1) | {"maximum": MOST}, "total": _count(0), "totalPages": _count(0)}
    key = {
        "companyId": {"type": "string"},
        "permissions": _texts(),
        "timestamp": {"type": "string", "format": "date-time"},
    }
    return {
        "NewContact": sent | {"required": required},
        "ContactChanges": sent,
        "Contact": _closed({field.name: _stored_field(field) for field in FIELDS}),
        "ContactAnswer": _closed({"success": {"const": True}, "data": _ref("Contact")}),
        "ListAnswer": _closed(
            {
                "success": {"const": True},
                "data": {"type": "array", "items": _ref("Contact"), "maxItems": MOST},
                "meta": _closed(meta),
            }
        ),
        "KeyAnswer": _closed({"success": {"const": True}, "message": {"type": "string"}, "data": _closed(key)}),
    }


def _sent_field(field: Field) -> Json:
    if field.kind == "tags":
        return {"type": ["array", "null"], "items": {"type": "string"}}
    schema: Json = {"type": "string" if field.required else ["string", "null"]}
    if field.required:
        schema["pattern"] = FILLED_PATTERN
    if field.limit is not None:
        schema["maxLength"] = field.limit
    if field.kind == "email":
        schema["pattern"] = EMAIL_PATTERN
    return schema


def _stored_field(field: Field) -> Json:
    if field.kind == "tags":
        return _texts()
    if field.kind == "id":
        return {"type": "string", "pattern": "^contact_[1-9][0-9]*$"}
    if field.kind == "time":
        return {"type": "string", "format": "date-time", "pattern": r"\.[0-9]{3}Z$"}
    return {"type": "string" if field.required else ["string", "null"]}


def _errors() -> Json:
    words = {"type": "string"}
    permission = {"enum": ["contacts:read", "contacts:write"]}
    retry = {
        "Retry-After": {"description": "Seconds to wait", "required": True, "schema": {"type": "integer", "minimum": 1}}
    }
    details = {"type": "object", "additionalProperties": words, "minProperties": 1}
    not_found = {"enum": ["Contact not found", "Not found"]}
    denied: dict[str, Json] = {"message": words, "requiredPermission": permission, "availablePermissions": _texts()}
    return {
        "400-body": _error("No JSON, or no JSON object", words),
        "400-query": _error("A bad query parameter", {"const": "Invalid query parameter"}, details=details),
        "401": _error(
            "No key, or an unknown one", {"const": "API key required in Authorization header"}, message=words
        ),
        "403": _error("The key lacks the permission", words, **denied),
        "404": _error("No such contact", not_found),
        "409": _error(
            "The phone number is another contact's",
            {"const": "Contact with this phone number already exists"},
            existingContactId=words,
        ),
        "413": _error("A body of more than 1 MB", {"const": "Request body too large"}, message=words),
        "422": _error("Fields that are missing or wrong", {"const": "Validation failed"}, details=details),
        "429": _error("Too many requests with this key", {"const": "Rate limit exceeded"}, message=words)
        | {"headers": retry},
        "500": _error("A fault of the server", {"const": "Internal server error"}),
    }


def _error(text: str, error: Json, **more: Json) -> Json:
    schema = _closed({"success": {"const": False}, "error": error, **more})
    return {"description": text, "content": {_JSON: {"schema": schema}}}


def _closed(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _count(least: int) -> Json:
    return {"type": "integer", "minimum": least}


def _texts() -> Json:
    return {"type": "array", "items": {"type": "string"}}
