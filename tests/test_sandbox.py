"""The sandbox answers as the vendor's page says, sentence by sentence."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime

import pytest
from conftest import Call

from bulk_io.fields import FIELDS, NAMES, Field

JANE = {
    "name": "Jane Doe",
    "firstName": "Jane",
    "lastName": "Doe",
    "phoneNumber": "+33639980001",
    "email": "jane.doe@example.com",
    "position": "Marketing Manager",
    "currentCompany": "Marketing Pro",
    "industrySector": "Marketing",
    "city": "Lyon",
    "country": "France",
    "tags": ["lead", "marketing"],
}
LIMITED = [field for field in FIELDS if field.limit]
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NO_KEY = {
    "success": False,
    "error": "API key required in Authorization header",
    "message": "Please provide a valid API key in the format: Authorization: Bearer YOUR_API_KEY",
}


def add(call: Call, count: int) -> list[str]:
    """Create that many contacts, numbered from 0, and return their ids."""
    people = [{"name": f"Person {n}", "phoneNumber": f"+336399800{n:02}"} for n in range(count)]
    return [call("POST", "/contacts", person).json["data"]["id"] for person in people]


def test_post_creates_a_contact_and_gives_it_back_whole(call: Call) -> None:
    """201 with every field of the documented example, in its order, and equal times."""
    answer = call("POST", "/contacts", JANE)
    data = answer.json["data"]
    assert (answer.status, answer.json["success"], tuple(data)) == (201, True, NAMES)
    assert JANE.items() <= data.items()
    assert re.fullmatch(r"contact_\d+", data["id"])
    assert STAMP.fullmatch(data["createdAt"])
    assert data["createdAt"] == data["updatedAt"]


def test_optional_fields_without_a_value_are_null_and_tags_empty(call: Call) -> None:
    """Only name and phone number are required."""
    data = call("POST", "/contacts", {"name": "Jane", "phoneNumber": "+33639980001"}).json["data"]
    others = {
        name: value for name, value in data.items() if name not in {"id", "name", "phoneNumber"} and "At" not in name
    }
    assert others.pop("tags") == []
    assert set(others.values()) == {None}


def test_get_returns_the_contact_as_stored(call: Call) -> None:
    """GET by id answers what POST answered."""
    created = call("POST", "/contacts", JANE).json
    answer = call("GET", f"/contacts/{created['data']['id']}")
    assert (answer.status, answer.json) == (200, created)


@pytest.mark.parametrize(
    "contact_id", ["contact_99", "99", "contact_", "contact_01", "x%2Fy%20z", "contact_" + "9" * 40]
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_unknown_id_is_404(call: Call, method: str, contact_id: str) -> None:
    """An id that is nobody's is not found, whatever it looks like."""
    answer = call(method, f"/contacts/{contact_id}", {"city": 7} if method == "PUT" else None)
    expected = "Not found" if "%2F" in contact_id else "Contact not found"
    assert (answer.status, answer.json) == (404, {"success": False, "error": expected})


def test_put_changes_the_given_fields_and_keeps_the_others(call: Call) -> None:
    """The documented example: position and city change, tags are replaced, the rest stays, updatedAt moves."""
    before = call("POST", "/contacts", JANE).json["data"]
    changes = {"position": "Senior Marketing Manager", "city": "Marseille", "tags": ["lead", "senior"]}
    answer = call("PUT", f"/contacts/{before['id']}", changes)
    after = answer.json["data"]
    assert answer.status == 200
    assert after == before | changes | {"updatedAt": after["updatedAt"]}
    assert after["updatedAt"] >= before["updatedAt"]
    assert call("GET", f"/contacts/{before['id']}").json["data"] == after


def test_put_null_clears_an_optional_field(call: Call) -> None:
    """null empties text and tags alike."""
    contact_id = call("POST", "/contacts", JANE).json["data"]["id"]
    data = call("PUT", f"/contacts/{contact_id}", {"email": None, "tags": None}).json["data"]
    assert (data["email"], data["tags"], data["city"]) == (None, [], "Lyon")


def test_second_contact_with_a_phone_number_is_409(call: Call) -> None:
    """The conflict names the contact that has the number, and nothing is stored."""
    contact_id = call("POST", "/contacts", JANE).json["data"]["id"]
    answer = call("POST", "/contacts", {"name": "John", "phoneNumber": JANE["phoneNumber"]})
    conflict = {
        "success": False,
        "error": "Contact with this phone number already exists",
        "existingContactId": contact_id,
    }
    assert (answer.status, answer.json) == (409, conflict)
    assert call("GET", "/contacts").json["meta"]["total"] == 1


def test_put_of_another_contacts_phone_number_is_409(call: Call) -> None:
    """A number can move only where it is free; a contact's own number is no conflict."""
    first, second = add(call, 2)
    answer = call("PUT", f"/contacts/{second}", {"phoneNumber": "+33639980000"})
    assert (answer.status, answer.json["existingContactId"]) == (409, first)
    assert call("PUT", f"/contacts/{first}", {"phoneNumber": "+33639980000"}).status == 200
    assert call("PUT", f"/contacts/{first}", {"phoneNumber": "+33639980009"}).status == 200
    assert call("PUT", f"/contacts/{second}", {"phoneNumber": "+33639980000"}).status == 200


def test_phone_numbers_are_compared_as_text(call: Call) -> None:
    """How the real server compares is unknown: the sandbox takes two spellings for two numbers."""
    assert call("POST", "/contacts", JANE).status == 201
    assert call("POST", "/contacts", JANE | {"phoneNumber": "+33 6 39 98 00 01"}).status == 201


def test_missing_required_fields_and_bad_email_are_reported_together(call: Call) -> None:
    """The documented 422, every wrong field with its message."""
    answer = call("POST", "/contacts", {"name": "Jane", "email": "jane at example"})
    details = {"phoneNumber": "Phone number is required", "email": "Invalid email format"}
    assert (answer.status, answer.json) == (422, {"success": False, "error": "Validation failed", "details": details})


@pytest.mark.parametrize("field", LIMITED, ids=lambda field: field.name)
def test_length_limits_count_characters(call: Call, field: Field) -> None:
    """A field may be as long as its limit, in characters, and no longer."""
    assert field.limit is not None
    assert call("POST", "/contacts", JANE | {field.name: "é" * field.limit}).status == 201
    answer = call("POST", "/contacts", JANE | {field.name: "é" * (field.limit + 1), "phoneNumber": "+33639980002"})
    assert (answer.status, list(answer.json["details"])) == (422, [field.name])


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": 7},
        {"name": None},
        {"name": "  "},
        {"name": "\u00a0\t\x1c\x00\ufeff"},
        {"phoneNumber": ""},
        {"phoneNumber": None},
        {"phoneNumber": 33639980001},
        {"city": ["Lyon"]},
        {"email": ""},
        {"email": "a@b"},
        {"email": "a@example.com\n"},
        {"email": "a b@example.com"},
        {"email": True},
        {"tags": "lead"},
        {"tags": ["lead", 7]},
        {"tags": {}},
        {"city": "\ud800"},
        {"tags": ["\ud800"]},
    ],
    ids=repr,
)
def test_wrong_values_are_422_on_post_and_put(call: Call, wrong: dict[str, object]) -> None:
    """Types, formats and required fields are checked alike wherever a field is given; nothing changes."""
    before = call("POST", "/contacts", JANE).json["data"]
    posted = call("POST", "/contacts", JANE | {"phoneNumber": "+33639980002"} | wrong)
    put = call("PUT", f"/contacts/{before['id']}", {"city": "Nice"} | wrong)
    assert [(a.status, list(a.json["details"])) for a in (posted, put)] == [(422, list(wrong))] * 2
    assert call("GET", "/contacts").json["data"] == [before]


def test_unknown_and_read_only_fields_are_ignored(call: Call) -> None:
    """What the API does not know, or sets itself, does not disturb."""
    data = call("POST", "/contacts", JANE | {"id": "contact_77", "createdAt": "x", "shoeSize": 38}).json["data"]
    assert tuple(data) == NAMES
    assert data["id"] != "contact_77"


@pytest.mark.parametrize(
    "text",
    ["", "Jane", "\u2066{}", "1 2", "NaN", b"\xff", "9" * 5000, "[" * 5000, '{"a": NaN}'],
    ids=lambda t: repr(t)[:12],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_bad_json_is_400(call: Call, method: str, text: str | bytes) -> None:
    """A body that is no JSON is refused as such."""
    path = "/contacts" if method == "POST" else f"/contacts/{add(call, 1)[0]}"
    answer = call(method, path, text.encode() if isinstance(text, str) else text)
    assert (answer.status, answer.json) == (400, {"success": False, "error": "Invalid JSON body"})


@pytest.mark.parametrize("value", [[], [JANE], "Jane", 7, True], ids=repr)
def test_body_that_is_no_object_is_400(call: Call, value: object) -> None:
    """JSON that is no object is refused as such."""
    answer = call("POST", "/contacts", value)
    assert (answer.status, answer.json["error"]) == (400, "Request body must be a JSON object")


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_body_over_one_megabyte_is_413(call: Call, chunked: bool) -> None:
    """Bodies have a limit, whether their length is told or not; the server goes on."""
    body = json.dumps({"name": "x" * 1_000_001}).encode()
    answer = call("POST", "/contacts", iter([body]) if chunked else body)
    assert (answer.status, answer.json["error"]) == (413, "Request body too large")
    assert call("POST", "/contacts", JANE).status == 201


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer ck_unknown", "Basic ck_reader", "ck_reader", "Bearer  ck_reader"],
    ids=repr,
)
@pytest.mark.parametrize("path", ["/contacts", "/contacts/contact_1", "/test"])
def test_missing_or_unknown_key_is_401(call: Call, path: str, authorization: str | None) -> None:
    """Without a key that the server knows nothing is told."""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = call("GET", path, key=None, headers=headers)
    assert (answer.status, answer.json) == (401, NO_KEY)


@pytest.mark.parametrize(
    ("method", "path", "key", "needed", "available"),
    [
        ("GET", "/contacts", "ck_hooks", "contacts:read", ["webhooks:write"]),
        ("GET", "/contacts/contact_1", "ck_writer", "contacts:read", ["contacts:write"]),
        ("POST", "/contacts", "ck_reader", "contacts:write", ["contacts:read"]),
        ("PUT", "/contacts/contact_1", "ck_none", "contacts:write", []),
    ],
)
def test_missing_permission_is_403(
    call: Call, method: str, path: str, key: str, needed: str, available: list[str]
) -> None:
    """The documented body: what is needed and what the key has."""
    answer = call(method, path, None if method == "GET" else JANE, key=key)
    assert answer.status == 403
    assert answer.json == {
        "success": False,
        "error": f"Permission denied: {needed} required",
        "message": f"This API key does not have the required permission: {needed}",
        "requiredPermission": needed,
        "availablePermissions": available,
    }


def test_reading_needs_no_right_to_write_and_the_other_way_round(call: Call) -> None:
    """A key that may only write creates, one that may only read lists."""
    assert call("POST", "/contacts", JANE, key="ck_writer").status == 201
    assert call("GET", "/contacts", key="ck_reader").json["meta"]["total"] == 1


@pytest.mark.parametrize(("key", "permissions"), [("", ["contacts:read", "contacts:write"]), ("ck_none", [])])
def test_test_tells_the_company_and_the_permissions(call: Call, key: str, permissions: list[str]) -> None:
    """GET /test checks any key."""
    answer = call("GET", "/test", key=key)
    assert (answer.status, answer.json["success"], answer.json["data"]["permissions"]) == (200, True, permissions)
    assert answer.json["data"]["companyId"]
    assert STAMP.fullmatch(answer.json["data"]["timestamp"])


def test_list_is_newest_first_and_paged(call: Call) -> None:
    """Pages do not overlap, miss nothing, and meta counts them."""
    ids = add(call, 7)
    pages = [call("GET", f"/contacts?page={page}&limit=3").json for page in (1, 2, 3, 4)]
    assert [contact["id"] for page in pages for contact in page["data"]] == ids[::-1]
    assert [len(page["data"]) for page in pages] == [3, 3, 1, 0]
    assert pages[2]["meta"] == {"page": 3, "limit": 3, "total": 7, "totalPages": 3}


@pytest.mark.parametrize("query", ["search=person", "createdSince=2020-01-01"], ids=["search", "since"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_filtered_lists_are_paged_alike(call: Call, query: str, limit: int) -> None:
    """A filter that all contacts pass gives the same pages as no filter, the page after the last included."""
    add(call, 7)
    for page in range(1, 7 // limit + 3):
        paging = f"page={page}&limit={limit}"
        assert call("GET", f"/contacts?{query}&{paging}").json == call("GET", f"/contacts?{paging}").json


def test_limit_is_50_by_default_and_at_most_200(call: Call) -> None:
    """What was used is told in meta."""
    limits = [call("GET", f"/contacts{query}").json["meta"]["limit"] for query in ("", "?limit=200", "?limit=201")]
    assert limits == [50, 200, 200]


def test_page_far_beyond_the_last_is_empty(call: Call) -> None:
    """However far."""
    add(call, 1)
    for query in ("", "&search=person", "&search=nobody"):
        assert call("GET", f"/contacts?page={10**30}{query}").json["data"] == []


def test_empty_list_has_no_pages(call: Call) -> None:
    """Nothing there is an empty list, not an error."""
    answer = call("GET", "/contacts")
    assert answer.json == {"success": True, "data": [], "meta": {"page": 1, "limit": 50, "total": 0, "totalPages": 0}}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("jane", True),
        ("JANE%20D", True),
        ("DOE%40example.com", True),
        ("3998000", True),
        ("%2B336", True),
        ("Lyon", False),
        ("ne+do", True),
        ("Doejane", False),
        ("%25", False),
    ],
)
def test_search_looks_in_name_email_and_phone_number(call: Call, search: str, found: bool) -> None:
    """Parts of these three, whatever the case; no other field, no wildcards."""
    call("POST", "/contacts", JANE)
    call("POST", "/contacts", {"name": "Élodie", "phoneNumber": "+447700900001"})
    assert call("GET", f"/contacts?search={search}").json["meta"]["total"] == int(found)


def test_search_knows_upper_case_beyond_ascii_and_changed_values(call: Call) -> None:
    """É is é; after a PUT the new value is found and the old one is not."""
    contact_id = call("POST", "/contacts", {"name": "Élodie", "phoneNumber": "+447700900001"}).json["data"]["id"]
    assert call("GET", "/contacts?search=%C3%A9lo").json["meta"]["total"] == 1
    call("PUT", f"/contacts/{contact_id}", {"name": "Zoé"})
    totals = [call("GET", f"/contacts?search={text}").json["meta"]["total"] for text in ("lodie", "ZO%C3%89")]
    assert totals == [0, 1]


@pytest.mark.parametrize("form", ["{}", "{}%2B00:00"], ids=["Z", "offset"])
def test_since_filters_take_what_came_after(call: Call, form: str) -> None:
    """createdSince and updatedSince leave out contacts of that very moment and before."""
    first, _ = add(call, 2)
    changed = call("PUT", f"/contacts/{first}", {"city": "Lyon"}).json["data"]
    stamp = changed["updatedAt"] if form == "{}" else form.format(changed["updatedAt"][:-1])
    assert call("GET", f"/contacts?updatedSince={stamp}").json["data"] == []
    assert call("GET", f"/contacts?createdSince={stamp}").json["data"] == []
    before = "2020-01-01T00:00:00.000Z"
    assert call("GET", f"/contacts?updatedSince={before}&createdSince={before}").json["meta"]["total"] == 2
    assert call("GET", "/contacts?createdSince=2999-01-01").json["meta"]["total"] == 0


def test_filters_combine(call: Call) -> None:
    """Each filter narrows the list."""
    add(call, 3)
    answer = call("GET", "/contacts?search=person%202&createdSince=2020-01-01T00:00:00.000Z&limit=20").json
    assert ([contact["name"] for contact in answer["data"]], answer["meta"]["total"]) == (["Person 2"], 1)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("page=0", ["page"]),
        ("page=-1", ["page"]),
        ("page=x&limit=1.5", ["limit", "page"]),
        ("limit=0", ["limit"]),
        ("limit=", ["limit"]),
        ("limit=1_0", ["limit"]),
        ("page=1&page=2", ["page"]),
        ("createdSince=yesterday", ["createdSince"]),
        ("updatedSince=2024-13-01", ["updatedSince"]),
        ("updatedSince=", ["updatedSince"]),
        ("createdSince=2024-11-01T00:00:00+01:00", ["createdSince"]),  # an unescaped + is a space
    ],
)
def test_bad_query_parameters_are_400(call: Call, query: str, wrong: list[str]) -> None:
    """Every wrong parameter is named."""
    answer = call("GET", f"/contacts?{query}")
    assert (answer.status, answer.json["error"]) == (400, "Invalid query parameter")
    assert sorted(answer.json["details"]) == wrong


@pytest.mark.parametrize("path", ["/", "/nothing", "/contacts/", "/contacts/1/2", "/contactsx"])
def test_unknown_routes_are_json_404(call: Call, path: str) -> None:
    """No HTML and no redirect, key or not."""
    answer = call("GET", path, key=None)
    assert (answer.status, answer.json) == (404, {"success": False, "error": "Not found"})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/contacts/contact_1", {"GET", "HEAD", "PUT"}),
        ("PATCH", "/contacts", {"GET", "HEAD", "POST"}),
        ("POST", "/test", {"GET", "HEAD"}),
    ],
)
def test_other_methods_are_405(call: Call, method: str, path: str, allowed: set[str]) -> None:
    """There is no DELETE; Allow says what there is."""
    answer = call(method, path)
    assert (answer.status, answer.json) == (405, {"success": False, "error": "Method not allowed"})
    assert set(answer.headers["allow"].split(", ")) == allowed


def test_answers_are_json_with_a_date_on_a_kept_connection(call: Call) -> None:
    """Every answer tells the server's time and its type, and does not close the connection."""
    answer = call("GET", "/contacts")
    assert parsedate_to_datetime(answer.headers["date"]).tzinfo
    assert answer.headers["content-type"] == "application/json"
    assert "connection" not in answer.headers
