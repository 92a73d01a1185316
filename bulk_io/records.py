"""The vocabulary: what flows from file to report, in order of flow. Frozen, typed, importing nothing of ours.

Between reading and plan everything is a pandas DataFrame chunk of text (empty = ``""``, never NaN; the index is the
row number as Excel shows it). These records stand beside the frames (Source, Problem) and take over from the plan on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Outcome(StrEnum):
    """What a data row ended as; exactly one each, and they add up to the rows."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    VALID = "valid"
    MERGED = "merged"
    HELD = "held"
    SKIPPED = "skipped"
    INVALID = "invalid"
    REJECTED = "rejected"
    FAILED = "failed"
    PENDING = "pending"


WRITTEN = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.VALID})
"""The outcomes of a row whose values are in the CRM (in ``validate``: would be)."""
BACK_TO_USER = frozenset({Outcome.INVALID, Outcome.HELD, Outcome.REJECTED, Outcome.FAILED})
"""The outcomes whose rows go into ``rejected.*`` to be fixed and imported again; they make the exit code 1."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the reader understood of a file. ``header_row`` is the header's row number, None where there is none."""

    file: str
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = 1
    notes: tuple[str, ...] = ()
    """Sentences on what was decided or noticed, for ``inspect`` and the reports."""
    reasons: tuple[tuple[str, str], ...] = ()
    """What spoke for ``encoding``, ``delimiter`` and ``header row``, by these names, for ``inspect``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of one cell or row. ``field.code`` is its public code; ``column`` is the header as the user named it."""

    row: int
    field: str
    code: str
    message: str
    value: str = ""
    column: str = ""
    severity: Severity = "error"
    cause: str = ""
    """What it was, finer than the code and without the value, where there is more to tell: what the counts go by."""

    @property
    def key(self) -> str:
        """The public code, for example ``phoneNumber.invalid``."""
        return f"{self.field}.{self.code}"


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as the CRM holds it. ``values`` has the text fields that are not empty, by API name; ``tags`` apart.

    ``contact["email"]`` gives ``""`` for a field without a value; ``contact["tags"]`` the tags.
    """

    id: str
    values: Mapping[str, str]
    tags: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str | tuple[str, ...]:
        if name == "tags":
            return self.tags
        return self.id if name == "id" else self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an update: what the CRM held and what was sent. Tags are given as one text, as in an export."""

    field: str
    old: str
    new: str


ActionKind = Literal["create", "update", "unchanged", "held", "skipped", "rejected", "invalid"]


_APART = "\x1f"


class Refusal(NamedTuple):
    """Where it stands that a person must not be written to: a column's header, a row, and what the cell says."""

    column: str
    row: int
    value: str

    def text(self) -> str:
        """Write it as one text, for a chunk of texts."""
        return _APART.join((self.column, str(self.row), self.value))

    @classmethod
    def parse(cls, text: str) -> Refusal:
        """Read what ``text`` wrote."""
        column, row, value = text.rsplit(_APART, 2)
        return cls(column, int(row), value)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One contact of the file, merged from its rows: what a plan compares with the CRM.

    ``row`` is the row that carries it (``merged_into`` of the others). ``values`` are the clean text values, empty ones
    left out; ``mapped`` the fields that the file has a column for; ``derived`` the fields that its rows do not state
    themselves, because we made them from another or because nobody edited them since the export (never sent in an
    update). ``names`` are all names its rows gave, ``phones`` all numbers if they gave several (only rows of our own
    export, whose ``id`` makes them one contact, can). ``base`` has the fields edited since the export as they were,
    empty ones too; None where no row of the contact carries a base.
    """

    row: int
    values: Mapping[str, str]
    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    derived: frozenset[str] = frozenset()
    mapped: frozenset[str] = frozenset()
    id: str = ""
    phones: tuple[str, ...] = ()
    base: Mapping[str, str] | None = None
    opted_out: str = ""
    """The text of the `Refusal` that says that this person must not be written to."""

    @property
    def phone(self) -> str:
        """The phone number in E.164: the CRM's key. Only a row of our own export with a base can be without."""
        return self.values.get("phoneNumber", "")

    @property
    def is_edited(self) -> bool:
        """Whether its rows say anything of their own: without a base always."""
        stated = {*self.values, *(("tags",) if self.tags else ())} - self.derived
        return self.base is None or bool(self.base or stated)

    @property
    def claims_number(self) -> bool:
        """Whether it wants its phone number; one that nobody edited is only how the contact was known."""
        return self.base is None or "phoneNumber" not in self.derived


@dataclass(frozen=True, slots=True)
class Clash:
    """A held row beside the owner of its phone number: a contact of the CRM, or an earlier row of the file."""

    row: int
    phone: str
    yours: Mapping[str, str]
    owner: Mapping[str, str]
    owner_is: str
    """``contact <id>`` or ``row <number>``."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that the file and the CRM both changed since the export, each to something else."""

    row: int
    contact_id: str
    field: str
    base: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done for one candidate. ``before`` is the contact as it was, ``changes`` what an update sends."""

    kind: ActionKind
    row: int
    contact_id: str = ""
    before: Contact | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    clash: Clash | None = None
    conflicts: tuple[Conflict, ...] = ()


class Result(NamedTuple):
    """What became of one data row, for the reports. ``phone`` and ``name`` are as sent, or as found if invalid.

    A tuple, because every row of a file becomes one each time a report is made: a frozen dataclass costs the triple.
    """

    row: int
    outcome: Outcome
    contact_id: str = ""
    phone: str = ""
    name: str = ""
    merged_into: int | None = None
    problems: tuple[Problem, ...] = ()
    region: str = ""
    """The country (ISO 3166-1 alpha-2) under which the phone number was read …"""
    region_from: str = ""
    """… and what decided it: ``prefix``, ``country`` (the row's), ``option``, ``mapping`` or ``file``."""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """One changed field of one contact, for the report's Changes sheet."""

    row: int
    contact_id: str
    name: str
    change: Change


@dataclass(frozen=True, slots=True)
class Trouble:
    """Phone cells of one cause: how many, what they are (``numbers have no country``), and what would help."""

    count: int
    text: str
    advice: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.text}: {self.advice}" if self.advice else self.text


@dataclass(frozen=True, slots=True)
class Summary:
    """A run as a whole: what ``--json`` prints and the reports open with. ``seconds`` is wall time of the process."""

    run: str
    run_dir: str
    command: str
    dry_run: bool
    state: str
    source: Source
    mapping: str
    columns: Mapping[str, str]
    """The file's headers, each with the contact field it feeds."""
    rows: int
    outcomes: Mapping[str, int]
    problems: Mapping[str, int]
    warnings: Mapping[str, int]
    requests_sent: int = 0
    requests_retried: int = 0
    seconds: float = 0.0
    files: Mapping[str, str | None] = field(default_factory=dict)
    started: str = ""
    """ISO 8601, UTC."""
    target: str = ""
    """Host and company written to; empty for ``validate``."""
    notes: tuple[str, ...] = ()
    """Sentences for the person: how the region was decided, how contacts were looked up, why the run stopped."""
    troubles: tuple[Trouble, ...] = ()
    """What is wrong with the phone numbers, by cause."""
