"""Mapped chunk -> clean chunk and problems: every cell in its normal form, every documented constraint checked.

A pure stage after mapping and before duplicates: it knows no other row of the file, so chunks may come in any order.
Each distinct value of a column is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from bulk_io import base, companies, countries, edits, emails, phones, tags
from bulk_io.fields import BY_NAME, FIELDS, WRITABLE
from bulk_io.phones import Phone
from bulk_io.records import Problem, Severity
from bulk_io.text import nfc, tidy

_ORDER = {each.name: position for position, each in enumerate(FIELDS)}
_TIDIED = tuple(name for name in WRITABLE if BY_NAME[name].kind != "tags")


@dataclass(frozen=True, slots=True)
class Rules:
    """How rows are judged. ``region`` is for national numbers of rows that name no country.

    ``region_from`` says what decided it: ``option``, ``mapping`` or ``file``. With ``lenient`` a bad optional value is
    left out with a warning. ``headers`` gives the user's header of a field, for messages on rows that do not say it.
    """

    region: str = ""
    region_from: str = ""
    lenient: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def validate(chunk: pd.DataFrame, rules: Rules) -> tuple[pd.DataFrame, list[Problem]]:
    """Give the clean chunk and all problems of all rows, ordered by row, then field.

    The clean chunk has the index of the mapped one and as text ``id``, every writable field, ``derived``, ``base``,
    ``region`` (the number's) and ``region_from``, and ``consent`` where the mapped one has it. Values of rows with an
    error stay as found, trimmed. Problems carry the value as found in the chunk. What nobody edited since the export is
    not judged.
    """
    found = _Columns(chunk, rules)
    clean = {name: found.tidied(name) for name in ("id", *_TIDIED)}
    clean["tags"] = _mapped(found.raw("tags"), _clean_tags)
    clean["derived"] = found.raw("derived")
    clean["base"] = ["" if cell == edits.UNREAD else cell for cell in found.raw("base")]
    problems = [
        *_unread_bases(found),
        *_missing_names(clean, found),
        *_doubtful_names(clean, found),
        *_too_long(clean, found),
        *_bad_emails(clean, found),
        *_left_out(clean, found),
    ]
    problems += _phone_numbers(clean, found)
    problems += _unknown_countries(clean, found)
    problems.sort(key=lambda each: (each[0], _ORDER.get(each[1].field, -1)))
    columns = ("id", *WRITABLE, "derived", "base", "region", "region_from")
    if "consent" in chunk:
        clean["consent"], columns = found.raw("consent"), (*columns, "consent")
    frame = pd.DataFrame({name: clean[name] for name in columns}, index=chunk.index, dtype="str")
    return frame, [problem for _, problem in problems]


_Found = tuple[int, Problem]
"""A problem behind the position of its row in the chunk."""


class _Columns:
    """A mapped chunk's columns as lists, with what problems say of a cell: its row, its value, its header."""

    def __init__(self, chunk: pd.DataFrame, rules: Rules) -> None:
        self.rules = rules
        self._chunk = chunk
        self._lists: dict[str, list[str]] = {}
        self.rows: list[int] = chunk.index.tolist()
        self._exported = [position for position, cell in enumerate(self.raw("base")) if cell]

    def raw(self, name: str) -> list[str]:
        """Give a column as it came, empty texts where the chunk has none."""
        if name not in self._lists:
            self._lists[name] = self._chunk[name].tolist() if name in self._chunk else [""] * len(self.rows)
        return self._lists[name]

    def tidied(self, name: str) -> list[str]:
        """Give a new column of tidied values."""
        return _mapped(self.raw(name), tidy)

    def header(self, position: int, name: str) -> str:
        """Give the user's header of a field in a row."""
        return self.raw(f"{name}:column")[position] or self.rules.headers.get(name, "")

    def settled(self, name: str) -> frozenset[int]:
        """Give the positions where a field is as it was exported: whatever the cell says, the CRM has said it."""
        derived = self.raw("derived")
        return frozenset(position for position in self._exported if name in derived[position].split())

    def problem(
        self, position: int, name: str, code: str, message: str, *, severity: Severity = "error", cause: str = ""
    ) -> _Found:
        """Make the problem of a cell."""
        value = self.raw(name)[position].strip()
        row, column = self.rows[position], self.header(position, name)
        return position, Problem(row, name, code, message, value, column, severity, cause)


def _mapped(values: list[str], clean: Callable[[str], str]) -> list[str]:
    known = {value: clean(value) for value in set(values) if value}
    return [known[value] if value else "" for value in values]


def _clean_tags(record: str) -> str:
    return tags.record(tags.union((nfc(tag) for tag in tags.parse(record)), ()))


def _unread_bases(found: _Columns) -> Iterator[_Found]:
    for position in [at for at, cell in enumerate(found.raw("base")) if cell == edits.UNREAD]:
        message = (
            "this cell is not what was exported with the row's id: what you edited cannot be told apart, so the row "
            "counts as one of another file, and all its cells as yours"
        )
        row = found.rows[position]
        yield position, Problem(row, "base", "unread", message, "", base.COLUMN, "warning")


def _missing_names(clean: dict[str, list[str]], found: _Columns) -> Iterator[_Found]:
    settled = found.settled("name")
    for position, name in enumerate(clean["name"]):
        if not name and position not in settled:
            named = (found.header(position, each) for each in ("name", "firstName", "lastName"))
            columns = " or ".join(f"“{header}”" for header in dict.fromkeys(named) if header)
            where = f"fill in {columns}" if columns else "the file needs a column for it"
            yield found.problem(position, "name", "missing", f"there is no name: {where}")


def _doubtful_names(clean: dict[str, list[str]], found: _Columns) -> Iterator[_Found]:
    column, settled = clean["name"], found.settled("name")
    doubts = {name: doubt for name in set(column) if name and (doubt := _doubt(name))}
    for position in [at for at, name in enumerate(column) if name in doubts and at not in settled]:
        code, what = doubts[column[position]]
        yield found.problem(position, "name", code, f"“{column[position]}” {what}", severity="warning")


def _doubt(name: str) -> tuple[str, str] | None:
    """Give a code and a sentence for a name that is hardly a person's."""
    if companies.is_company(name):
        return "company", "looks like a company, not a person; if it is one, write the person's name"
    if "@" in name or not any(map(str.isalpha, name)):
        return "odd", "is no person's name; write the name"
    return None


def _too_long(clean: dict[str, list[str]], found: _Columns) -> Iterator[_Found]:
    for name in WRITABLE:
        limit = BY_NAME[name].limit
        if limit is None:
            continue
        column = clean[name]
        if max(map(len, column), default=0) <= limit:
            continue
        settled = found.settled(name)
        for position in [at for at, value in enumerate(column) if len(value) > limit and at not in settled]:
            if name in clean["derived"][position].split():
                # We made this value ourselves from a longer one that is good: it is not the user's to shorten.
                column[position] = ""
                continue
            length = f"has {len(column[position])} characters, at most {limit} are allowed"
            if found.rules.lenient and not BY_NAME[name].required:
                column[position] = ""
                yield found.problem(position, name, "dropped", f"{length}: it was left out", severity="warning")
            else:
                yield found.problem(position, name, "too_long", f"{length}: shorten it")


def _bad_emails(clean: dict[str, list[str]], found: _Columns) -> Iterator[_Found]:
    column, settled = clean["email"], found.settled("email")
    known = {value: emails.normalise(value) for value in set(column) if value}
    for position, value in enumerate(column):
        if not value or position in settled:
            continue
        address, fault = known[value]
        if not fault:
            column[position] = address
        elif found.rules.lenient:
            column[position] = ""
            yield found.problem(position, "email", "dropped", f"{fault}; it was left out", severity="warning")
        else:
            yield found.problem(position, "email", "invalid", fault)


def _left_out(clean: dict[str, list[str]], found: _Columns) -> Iterator[_Found]:
    """Tell of the values of a cell that its mapping's split did not take."""
    for name in WRITABLE:
        column = found.raw(f"{name}:left")
        for position in [at for at, left in enumerate(column) if left] if any(column) else ():
            left = column[position]
            message = f"of several values the first was taken, {clean[name][position]}; {left} was left out"
            cause = "holds several values, the first was taken"
            yield found.problem(position, name, "several", message, severity="warning", cause=cause)


def _phone_numbers(clean: dict[str, list[str]], found: _Columns) -> Iterator[_Found]:
    """Check the phone numbers, and fill the columns ``region`` and ``region_from``."""
    rules, texts, settled = found.rules, clean["phoneNumber"], found.settled("phoneNumber")
    region, region_from = clean["region"], clean["region_from"] = [""] * len(texts), [""] * len(texts)
    own = {value: countries.region(value) for value in set(clean["country"])}
    for position, (text, country) in enumerate(zip(found.raw("phoneNumber"), clean["country"], strict=True)):
        phone = phones.parse(text, own[country] or rules.region)
        if phone.code:
            if position not in settled:
                yield _bad_number(position, phone, clean, found)
            continue
        texts[position] = phone.e164
        region[position] = phone.region
        given = "country" if own[country] else rules.region_from
        region_from[position] = "prefix" if phone.decided_by == "prefix" else given
        told = phone.kind not in phones.MOBILE or phone.repair or phone.several or phone.extension
        if told and position not in settled:
            yield from _phone_warnings(position, phone, found)


def _bad_number(position: int, phone: Phone, clean: dict[str, list[str]], found: _Columns) -> _Found:
    """An error, unless the CRM may hold just this number: that of a contact that we exported, known by its id."""
    if clean["id"][position] and not clean["base"][position] and phone.code != "missing":
        message = f"{phone.message}; it is kept if the contact has it so"
        return found.problem(position, "phoneNumber", "unread", message, severity="warning")
    return found.problem(position, "phoneNumber", phone.code, phone.message, cause=phone.cause)


def _phone_warnings(position: int, phone: Phone, found: _Columns) -> Iterator[_Found]:
    kind = phones.KINDS[phone.kind]
    landline = "" if phone.kind in phones.MOBILE else f"{phone.e164} is {kind}, not a mobile number"
    told = (
        ("landline", landline and f"{landline}; WhatsApp may not reach it", kind),
        ("repaired", phone.repair, phone.repair.partition(":")[0]),
        ("several", phone.several, "other numbers in the cell were left out"),
        ("extension", phone.extension, "the extension was left out"),
    )
    for code, message, cause in told:
        if message:
            yield found.problem(position, "phoneNumber", code, message, severity="warning", cause=cause)


def _unknown_countries(clean: dict[str, list[str]], found: _Columns) -> Iterator[_Found]:
    column = clean["country"]
    unknown = {value for value in set(column) if value and not countries.region(value)}
    settled = found.settled("country")
    for position in [at for at, value in enumerate(column) if value in unknown and at not in settled]:
        message = (
            f"“{column[position]}” is no country that we know; it is kept as it is, but says nothing of the number"
        )
        yield found.problem(position, "country", "unknown", message, severity="warning")
