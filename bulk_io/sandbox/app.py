"""The routes of the sandbox: the documented Contacts API under ``/api/external``, its OpenAPI document, and, outside
the API and without a key, the test controls under ``/_sandbox``. Every answer is JSON, worded as the vendor's page.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bulk_io.errors import UsageError
from bulk_io.sandbox import openapi
from bulk_io.sandbox.checks import Malformed, body_object, contact_values, question
from bulk_io.sandbox.faults import parse_rules
from bulk_io.sandbox.front import Front
from bulk_io.sandbox.limiter import Limiter
from bulk_io.sandbox.others import SharedStore
from bulk_io.sandbox.store import READ, WRITE, PhoneTaken, Store

BASE_PATH = openapi.BASE_PATH
BIGGEST_BODY = 1_000_000
"""Bytes of a request body; more is 413."""


class Refused(Exception):
    """The request ends with this answer."""

    def __init__(self, status: int, error: str, headers: dict[str, str] | None = None, **more: object) -> None:
        super().__init__(error)
        self.answer = _answer(status, {"success": False, "error": error, **more}, headers)


def build(store: Store, *, latency_ms: float = 0, rate: float | None = None) -> Front:
    """Return the ASGI application over an open store; ``rate`` is requests a second and key, None for no limit."""
    api = Api(store, Limiter(rate) if rate else None)
    shared = store if isinstance(store, SharedStore) else None
    front = Front(latency_ms=latency_ms, prefix=BASE_PATH, erase=shared.remove if shared else None)
    controls = Controls(store, front)
    routes = [
        Route(f"{BASE_PATH}/contacts", api.contacts, methods=["GET", "POST"]),
        Route(f"{BASE_PATH}/contacts/{{id}}", api.contact, methods=["GET", "PUT"]),
        Route(f"{BASE_PATH}/test", api.test, methods=["GET"]),
        Route("/openapi.json", controls.openapi, methods=["GET"]),
        Route("/_sandbox/ledger", controls.ledger, methods=["GET"]),
        Route("/_sandbox/faults", controls.faults, methods=["POST"]),
        Route("/_sandbox/remove", controls.remove, methods=["POST"]),
        Route("/_sandbox/age", controls.age, methods=["POST"]),
        Route("/_sandbox/reset", controls.reset, methods=["POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers={Refused: _refused, HTTPException: _no_route, Exception: _broken})
    app.router.redirect_slashes = False
    front.app = app
    return front


class Api:
    """The documented endpoints. The keys are read once: none is added while the server runs."""

    def __init__(self, store: Store, limiter: Limiter | None) -> None:
        self._store = store
        self._keys = store.keys()
        self._limiter = limiter

    async def test(self, request: Request) -> Response:
        """Tell whose key it is and what it may do."""
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
        data = {"companyId": "company_sandbox", "permissions": list(self._permissions(request)), "timestamp": stamp}
        return _answer(200, {"success": True, "message": "API key is valid", "data": data})

    async def contacts(self, request: Request) -> Response:
        """List contacts, or create one."""
        if request.method == "POST":
            return await self._create(request)
        self._admit(request, READ)
        try:
            asked = question(request.scope["query_string"])
        except Malformed as error:
            raise Refused(400, str(error), details=error.details) from error
        rows, total = self._store.page(
            asked.page,
            asked.limit,
            search=asked.search,
            created_after=asked.created_after,
            updated_after=asked.updated_after,
        )
        meta = {"page": asked.page, "limit": asked.limit, "total": total, "totalPages": -(-total // asked.limit)}
        return _raw(200, b'{"success":true,"data":[%b],"meta":%b}' % (b",".join(rows), json.dumps(meta).encode()))

    async def contact(self, request: Request) -> Response:
        """Get one contact, or change it."""
        if request.method == "PUT":
            return await self._update(request)
        self._admit(request, READ)
        return _contact(200, self._store.get(request.path_params["id"]))

    async def _create(self, request: Request) -> Response:
        self._admit(request, WRITE)
        values, messages = contact_values(await _body(request), partial=False)
        if messages:
            raise Refused(422, "Validation failed", details=messages)
        try:
            return _contact(201, self._store.create(values))
        except PhoneTaken as taken:
            raise _conflict(taken) from taken

    async def _update(self, request: Request) -> Response:
        self._admit(request, WRITE)
        values, messages = contact_values(await _body(request), partial=True)
        contact_id = request.path_params["id"]
        if messages and self._store.get(contact_id) is not None:
            raise Refused(422, "Validation failed", details=messages)
        try:
            return _contact(200, self._store.update(contact_id, values))
        except PhoneTaken as taken:
            raise _conflict(taken) from taken

    def _admit(self, request: Request, permission: str) -> None:
        available = self._permissions(request)
        if permission not in available:
            raise Refused(
                403,
                f"Permission denied: {permission} required",
                message=f"This API key does not have the required permission: {permission}",
                requiredPermission=permission,
                availablePermissions=list(available),
            )

    def _permissions(self, request: Request) -> tuple[str, ...]:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        permissions = self._keys.get(key) if scheme.lower() == "bearer" else None
        if permissions is None:
            raise Refused(
                401,
                "API key required in Authorization header",
                {"WWW-Authenticate": "Bearer"},
                message="Please provide a valid API key in the format: Authorization: Bearer YOUR_API_KEY",
            )
        wait = self._limiter.wait(key, time.monotonic()) if self._limiter else 0
        if wait:
            message = f"Too many requests with this API key: try again in {wait} s"
            raise Refused(429, "Rate limit exceeded", {"Retry-After": str(wait)}, message=message)
        return permissions


class Controls:
    """What a test steers the sandbox with; no part of the API. A page in a browser (it sends Origin) is refused."""

    def __init__(self, store: Store, front: Front) -> None:
        self._store = store
        self._front = front
        self._document = json.dumps(openapi.document()).encode()

    async def openapi(self, request: Request) -> Response:
        """Give the OpenAPI document."""
        return _raw(200, self._document)

    async def ledger(self, request: Request) -> Response:
        """Give the counts of what was asked and committed since the last reset, and the requests one by one."""
        commits = {"created": self._store.created, "updated": self._store.updated}
        return _answer(200, {**self._front.ledger.summary(), "commits": commits, "faults": self._front.fired})

    async def faults(self, request: Request) -> Response:
        """Replace the fault rules by the list in the body."""
        _refuse_browser(request)
        try:
            rules = parse_rules(json.loads(await request.body()))
        except (ValueError, UsageError) as error:
            raise Refused(400, str(error)) from error
        self._front.set_rules(rules)
        return _answer(200, {"success": True, "rules": len(rules)})

    async def remove(self, request: Request) -> Response:
        """Remove the contact whose id or stored phone number is the body, a JSON text; 404 if there is none."""
        _refuse_browser(request)
        gone = self._shared().remove(str(json.loads(await request.body())))
        return _answer(200 if gone else 404, {"success": bool(gone), "id": gone})

    async def age(self, request: Request) -> Response:
        """Make every contact older by the seconds in the body."""
        _refuse_browser(request)
        self._shared().age(float(json.loads(await request.body())))
        return _answer(200, {"success": True})

    async def reset(self, request: Request) -> Response:
        """Remove all contacts and fault rules, and count from zero; keys stay."""
        _refuse_browser(request)
        self._store.clear()
        self._front.reset()
        return _answer(200, {"success": True})

    def _shared(self) -> SharedStore:
        if not isinstance(self._store, SharedStore):
            raise Refused(404, "Nobody else uses this store")
        return self._store


async def _body(request: Request) -> dict[str, object]:
    parts = bytearray()
    if int(request.headers.get("content-length", 0)) > BIGGEST_BODY:
        raise _too_large()
    try:
        async for part in request.stream():
            parts += part
            if len(parts) > BIGGEST_BODY:
                raise _too_large()
        return body_object(bytes(parts))
    except ClientDisconnect as error:
        raise Refused(400, "The request ended early") from error
    except Malformed as error:
        raise Refused(400, str(error)) from error


def _too_large() -> Refused:
    return Refused(413, "Request body too large", message=f"A request body may have {BIGGEST_BODY} bytes")


def _conflict(taken: PhoneTaken) -> Refused:
    return Refused(409, "Contact with this phone number already exists", existingContactId=taken.contact_id)


def _contact(status: int, body: bytes | None) -> Response:
    if body is None:
        raise Refused(404, "Contact not found")
    return _raw(status, b'{"success":true,"data":%b}' % body)


def _answer(status: int, body: object, headers: dict[str, str] | None = None) -> Response:
    return _raw(status, json.dumps(body, ensure_ascii=False).encode(), headers)


def _raw(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, "application/json")


def _refuse_browser(request: Request) -> None:
    if "origin" in request.headers:
        raise Refused(403, "The sandbox's controls are not for web pages")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return error.answer


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    text = "Method not allowed" if error.status_code == 405 else "Not found"
    headers = dict(error.headers) if error.headers else None
    return _answer(error.status_code, {"success": False, "error": text}, headers)


async def _broken(request: Request, error: Exception) -> Response:
    traceback.print_exception(error, file=sys.stderr)
    return _answer(500, {"success": False, "error": "Internal server error"})
