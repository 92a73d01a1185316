"""What the person asked for: the options of the commands as one frozen record, with the contract's defaults.

They travel with the run: the journal keeps them, and ``resume`` works under the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from bulk_io.errors import UsageError

OnDuplicate = Literal["merge", "first", "last", "reject"]
OnConflict = Literal["update", "fill", "skip", "reject"]
OnNameMismatch = Literal["hold", "update"]
OnStale = Literal["hold", "mine", "theirs"]
TagPolicy = Literal["merge", "replace"]
LookupMode = Literal["auto", "always", "never"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "on_duplicate": ("merge", "first", "last", "reject"),
    "on_conflict": ("update", "fill", "skip", "reject"),
    "on_name_mismatch": ("hold", "update"),
    "on_stale": ("hold", "mine", "theirs"),
    "tags": ("merge", "replace"),
    "lookup": ("auto", "always", "never"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of ``import`` and ``validate``, named as the commands' with ``_`` for ``-``.

    ``map`` and ``add_tag`` take several texts; ``region`` is an ISO 3166-1 alpha-2 code, kept in capitals.
    Raises UsageError for a value that the contract does not name.
    """

    mapping: str | None = None
    map: tuple[str, ...] = ()
    sheet: str | int | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    password_file: str | None = None
    region: str = ""
    on_duplicate: OnDuplicate = "merge"
    on_conflict: OnConflict = "update"
    on_name_mismatch: OnNameMismatch = "hold"
    on_stale: OnStale = "hold"
    tags: TagPolicy = "merge"
    add_tag: tuple[str, ...] = ()
    clear_empty: bool = False
    lenient: bool = False
    include_opted_out: bool = False
    save_mapping: str = ""
    limit_rows: int | None = None
    decisions: str = ""
    find_duplicates: bool = True
    lookup: LookupMode = "auto"

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise UsageError(f"{_flag(name)} takes one of {', '.join(choices)}, not {getattr(self, name)!r}")
        for name in ("map", "add_tag"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))
        object.__setattr__(self, "region", _region(self.region))
        for name in ("header_row", "limit_rows"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise UsageError(f"{_flag(name)} takes a whole number from 1, not {number}")

    def to_json(self) -> dict[str, Any]:
        """Give the options as plain values, for the journal."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Options:
        """Give back what ``to_json`` gave; keys of another version are left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    """How the API is reached. ``sandbox`` is a folder's path, ``""`` for the kept one, None for the real API."""

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    sandbox: str | None = None
    concurrency: int | None = None
    rate: float | None = None
    timeout: float = 30.0
    give_up_after: float = 120.0

    def __post_init__(self) -> None:
        for name in ("concurrency", "rate", "timeout", "give_up_after"):
            number = getattr(self, name)
            if number is not None and not number > 0:
                raise UsageError(f"{_flag(name)} takes a number above 0, not {number}")


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _region(code: str | None) -> str:
    from bulk_io.numbering import REGIONS

    region = (code or "").strip().upper()
    region = {"UK": "GB"}.get(region, region)
    if region and region not in REGIONS:
        raise UsageError(f"--region takes a country code of two letters such as FR, not {code!r}")
    return region
