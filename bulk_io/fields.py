"""The contact fields of the ISAO Contacts API, once: everything else derives from this table.

Names, limits and required fields are those of the vendor's "Create Contact" page; ``id``, ``createdAt`` and
``updatedAt`` are given by the server and never sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "phone", "email", "tags", "time"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a contact: its API name, how people call it, and the vendor's limit in characters."""

    name: str
    label: str
    kind: Kind = "text"
    limit: int | None = None
    required: bool = False
    read_only: bool = False


FIELDS: tuple[Field, ...] = (
    Field("id", "contact id", "id", read_only=True),
    Field("name", "name", limit=255, required=True),
    Field("firstName", "first name", limit=100),
    Field("lastName", "last name", limit=100),
    Field("phoneNumber", "phone number", "phone", required=True),
    Field("email", "e-mail address", "email"),
    Field("position", "job title", limit=100),
    Field("currentCompany", "company", limit=255),
    Field("industrySector", "industry", limit=100),
    Field("city", "city", limit=100),
    Field("country", "country", limit=100),
    Field("tags", "tags", "tags"),
    Field("createdAt", "created", "time", read_only=True),
    Field("updatedAt", "updated", "time", read_only=True),
)
"""Every field, in the order of the API's own examples, which is also the order of an export's columns."""

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
NAMES: tuple[str, ...] = tuple(BY_NAME)
WRITABLE: tuple[str, ...] = tuple(field.name for field in FIELDS if not field.read_only)
"""The fields that may be sent, in API order."""
SEVERAL: tuple[str, ...] = ("phoneNumber", "email")
"""The fields that may have several columns, the next of which counts where one is empty."""
NAME_FIELDS: frozenset[str] = frozenset({"name", "firstName", "lastName"})
