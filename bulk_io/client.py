"""What the API says, as records: pages, contacts, errors; and ``ContactsClient``, the blocking face for scripts.

The uploader, the lookup and the export speak through ``connection`` and read the answers with the functions here.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from bulk_io.answers import Answer, redact
from bulk_io.bodies import Listed, contact_of
from bulk_io.connection import Connection
from bulk_io.errors import AccessRefused, ApiError
from bulk_io.records import Contact

DEFAULT_BASE_URL = "https://staging.isao.io/api/external"
PAGE_LIMIT = 200
"""The vendor's maximum for ``limit``."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class Page:
    """A page of contacts. ``total`` is what the API says there are under the same filters (-1 if it does not say).

    ``listed`` are the contacts as the API gave them.
    """

    listed: Sequence[Listed]
    total: int
    limit: int

    @functools.cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts as records; read when they are asked for, because an export stores what came as it came."""
        return tuple([one.contact for one in self.listed])

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.contacts)

    def __len__(self) -> int:
        return len(self.listed)


class ContactsClient:
    """The Contacts API for scripts: blocking calls, one request each, no retries.

    >>> with ContactsClient("https://staging.isao.io/api/external", key) as client:  # doctest: +SKIP
    ...     print(client.create({"name": "Ada Martin", "phoneNumber": "+33612345678"}).id)

    Raises AccessRefused (401, 403), Unreachable (no usable answer) and ApiError with ``status``, ``details`` and
    ``existing_contact_id`` for every other refusal.
    """

    def __init__(self, base_url: str, api_key: str, *, timeout: float = 30.0) -> None:
        self._connection = Connection(base_url, api_key, timeout=timeout)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bulk-io-client", daemon=True)
        self._thread.start()
        self._run(self._connection.__aenter__())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a second call does nothing."""
        if self._loop.is_closed():
            return
        self._run(self._connection.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def list(
        self,
        page: int = 1,
        limit: int = 50,
        *,
        search: str | None = None,
        created_since: str | None = None,
        updated_since: str | None = None,
    ) -> Page:
        """Give one page of contacts; the dates are ISO 8601, ``limit`` is at most 200."""
        params = list_params(page, limit, search=search, created_since=created_since, updated_since=updated_since)
        return page_of(self._ask("GET", ["contacts"], params=params))

    def get(self, contact_id: str) -> Contact:
        """Give one contact."""
        return contact_of(self._ask("GET", ["contacts", contact_id]).data)

    def create(self, contact: Mapping[str, object]) -> Contact:
        """Create a contact from a mapping of API field names."""
        return contact_of(self._ask("POST", ["contacts"], payload=contact).data)

    def update(self, contact_id: str, changes: Mapping[str, object]) -> Contact:
        """Change the given fields of a contact; the others stay."""
        return contact_of(self._ask("PUT", ["contacts", contact_id], payload=changes).data)

    def _ask(self, method: str, path: Sequence[str], **more: Any) -> Answer:
        answer = self._run(self._connection.request(method, path, **more))
        raise_for(answer)
        return answer

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def raise_for(answer: Answer) -> None:
    """Raise what an answer means where it is not a success: AccessRefused for 401 and 403, else ApiError."""
    if answer.ok:
        return
    if answer.status == 401:
        raise AccessRefused(f"the API refused the key (401): {answer.message}", status=401)
    if answer.status == 403:
        needed = answer.body.get("requiredPermission")
        story = f"this key lacks the permission {needed}" if isinstance(needed, str) else answer.message
        raise AccessRefused(f"the API refused (403): {redact(story)}", status=403)
    raise ApiError(
        f"the API answered {answer.status}: {answer.message}",
        status=answer.status,
        details=answer.details,
        existing_contact_id=answer.existing_contact_id,
    )


def list_params(page: int, limit: int, **filters: str | None) -> dict[str, str]:
    """Give the query of a list request; filters in snake case, those that are None left out."""
    names = {"search": "search", "created_since": "createdSince", "updated_since": "updatedSince"}
    given = {names[key]: value for key, value in filters.items() if value}
    return {"page": str(page), "limit": str(limit), **given}


def page_of(answer: Answer) -> Page:
    """Read the answer to a list request."""
    rows, meta = answer.body.get("data"), answer.body.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    return Page(rows if isinstance(rows, list) else [], _whole(meta.get("total")), _whole(meta.get("limit")))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else -1
