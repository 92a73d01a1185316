"""The vendor page's loop, as most would write it: one request after the other, three tries, a counter to resume by.

It is here to show that the storm bites: see ``storm.py``.
"""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

TRIES = 3
_OPEN = build_opener(ProxyHandler({})).open


class ContactsAPI:
    """The class of the vendor's page, over the standard library; ``timeout`` is kinder than the page: it has none."""

    def __init__(self, base_url: str, api_key: str, timeout: float) -> None:
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
        self._timeout = timeout

    def create_contact(self, contact: dict[str, Any]) -> Any:
        """POST, and what the JSON says."""
        return self._ask("POST", "/contacts", contact)

    def update_contact(self, contact_id: str, changes: dict[str, Any]) -> Any:
        """PUT, and what the JSON says."""
        return self._ask("PUT", f"/contacts/{contact_id}", changes)

    def _ask(self, method: str, path: str, body: dict[str, Any]) -> Any:
        request = Request(f"{self._base_url}{path}", json.dumps(body).encode(), self._headers, method=method)
        with _OPEN(request, timeout=self._timeout) as response:
            return json.load(response)


def import_rows(path: Path, api: ContactsAPI, counter: Path, labels: dict[str, tuple[str, str]]) -> None:
    """Send each row from the counter on; ``labels`` gets each phone number's outcome and contact id.

    A row that the API refuses three times is logged as failed; every other error ends the script, which then is
    started again and goes on at the counter.
    """
    done = int(counter.read_text()) if counter.exists() else 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number in range(done, len(rows)):
        contact = {name: text for name, text in rows[number].items() if text}
        try:
            labels[contact["phoneNumber"]] = _with_retries(api, contact)
        except HTTPError as refused:
            labels[contact["phoneNumber"]] = ("failed", "")
            refused.close()
        counter.write_text(str(number + 1))


def _with_retries(api: ContactsAPI, contact: dict[str, Any]) -> tuple[str, str]:
    for attempt in range(1, TRIES + 1):
        try:
            return _send(api, contact)
        except Exception:
            if attempt == TRIES:
                raise
            time.sleep(0.005 * attempt)
    raise AssertionError


def _send(api: ContactsAPI, contact: dict[str, Any]) -> tuple[str, str]:
    try:
        return "created", api.create_contact(contact)["data"]["id"]
    except HTTPError as error:
        if error.code != 409:
            raise
        with error:
            existing = json.load(error)["existingContactId"]
    api.update_contact(existing, contact)
    return "updated", existing
