"""The CRM's contacts that a file's rows will meet, found before the run where that is the cheaper way.

Only a lookup finds a contact whose number was once stored in another form ("06 12 …"): it is indexed here by its
*normalised* number. Without a lookup, a row that meets a contact is told so by the API's 409.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bulk_io import countries, phones
from bulk_io.bodies import contact_of
from bulk_io.client import PAGE_LIMIT, Page, raise_for
from bulk_io.errors import ApiError
from bulk_io.options import LookupMode
from bulk_io.pages import Reader, each, page
from bulk_io.records import Candidate, Contact
from bulk_io.retry import Caller
from bulk_io.text import counted

_NO_FILTERS: Mapping[str, str | None] = {}


@dataclass(slots=True)
class Existing:
    """Contacts by normalised phone number (E.164) and by id; ``complete`` if every row's contact would be in it.

    ``note`` is a sentence on what was chosen and why.
    """

    by_phone: dict[str, Contact] = field(default_factory=dict)
    by_id: dict[str, Contact] = field(default_factory=dict)
    complete: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: E.164 numbers, ids (of our own export), the region for stored national numbers.

    ``exported`` are the ids of rows that carry a base: whether such a contact is gone must be known for certain.
    """

    phones: Collection[str]
    ids: Collection[str] = ()
    region: str = ""
    exported: Collection[str] = ()

    @classmethod
    def of(cls, candidates: Iterable[Candidate], region: str) -> Wanted:
        """Collect what to look for, in one go over all contacts of a file."""
        phones, ids, exported = set[str](), set[str](), set[str]()
        for one in candidates:
            if one.claims_number:
                phones.update((one.phone, *one.phones))
            if one.id:
                ids.add(one.id)
            if one.base is not None:
                exported.add(one.id)
        return cls(phones, ids, region, exported)


async def find(caller: Caller, wanted: Wanted, *, mode: LookupMode = "auto", exact: bool = False) -> Existing:
    """Find the wanted contacts, or decide that the upload's own answers tell cheaper.

    ``auto`` reads all pages where they are at most half the rows; else it samples one page and reads all if a number
    on it is not E.164. ``exact`` (a dry run) never leaves a row open: rows are searched one by one where that is
    cheaper than reading everything.
    """
    existing = Existing()
    rows, exported = len(wanted.phones), len(wanted.exported)
    if mode == "never" or not (rows or exported):
        existing.note = "contacts were not looked up first; rows that exist are found by the API's 409"
        await _by_ids(caller, wanted.ids, wanted, existing)
        return existing
    sample = await page(caller, 1, _NO_FILTERS)
    size = len(sample) if 0 < len(sample) < sample.total else PAGE_LIMIT  # a server may cap the limit
    pages = max(1, -(-sample.total // size))
    foreign = rows > 0 and any(not _is_e164(contact.values.get("phoneNumber", "")) for contact in sample)
    cheaper = pages * 2 <= rows or pages <= exported  # an exported contact costs a request of its own
    if mode == "always" or cheaper or foreign or (exact and pages <= rows):
        await _read_all(caller, wanted, existing, sample)
        # a page that shifted while others wrote may have hidden one that is still there
        await _by_ids(caller, [one for one in wanted.exported if one not in existing.by_id], wanted, existing)
        existing.note = _told(pages, sample.total, wanted, forced=mode == "always", foreign=foreign and not cheaper)
    elif exact:
        await _search_each(caller, wanted, existing)
        existing.note = f"{counted(rows, 'number', 'was')} searched one by one; reading all contacts costs more"
    else:
        await _by_ids(caller, wanted.ids, wanted, existing)
        existing.note = _untold(pages, sample.total, wanted)
    return existing


async def search(caller: Caller, phone: str, region: str = "") -> Contact | None:
    """Find the contact that has a number, whatever the form it was stored in; raises ApiError."""
    for text in phones.forms(phone):
        found = [contact for contact in await page(caller, 1, {"search": text}) if _number(contact, region) == phone]
        if found:
            # of two contacts with one number in two forms, the one in E.164 is what a POST would meet
            return next((contact for contact in found if contact.values["phoneNumber"] == phone), found[0])
    return None


async def fetch(caller: Caller, contact_id: str) -> Contact | None:
    """Give a contact by its id, None if there is none (404); raises ApiError."""
    reply = await caller.ask("GET", ["contacts", contact_id])
    if reply.answer.status == 404:
        return None
    raise_for(reply.answer)
    contact = contact_of(reply.answer.data)
    if not contact.id:
        raise ApiError(f"the API gave nothing for contact {contact_id}", status=reply.answer.status)
    return contact


def _told(pages: int, total: int, wanted: Wanted, *, forced: bool, foreign: bool) -> str:
    story = f"{_crm(total)} read first: {counted(pages, 'page')} for {_sought(wanted)}"
    if forced:
        return f"{story}: --lookup always"
    if foreign:
        return f"{story}: some stored numbers are not in E.164, only a lookup finds those"
    return story


def _untold(pages: int, total: int, wanted: Wanted) -> str:
    story = f"{_crm(total)} not read first: {counted(pages, 'page', 'costs')} more than {_sought(wanted)}"
    if not wanted.phones:
        return f"{story}, which were asked for by their ids"
    return f"{story} gain; rows that exist are found by the API's 409"


def _sought(wanted: Wanted) -> str:
    numbers = counted(len(wanted.phones), "number")
    if not wanted.exported:
        return numbers
    exported = counted(len(wanted.exported), "exported contact")
    return f"{numbers} and {exported}" if wanted.phones else exported


async def _read_all(caller: Caller, wanted: Wanted, existing: Existing, first: Page) -> None:
    numbers, ids = set(wanted.phones), set(wanted.ids)

    async def keep(_: int, got: Page) -> None:
        for contact in got:
            if contact.id in ids:
                existing.by_id[contact.id] = contact
            stored = contact.values.get("phoneNumber", "")
            number = _number(contact, wanted.region)
            # of two contacts with one number in two forms, the one in E.164 is what a POST would meet
            if number in numbers and (number not in existing.by_phone or stored == number):
                existing.by_phone[number] = contact

    await Reader(caller, _NO_FILTERS).forwards(keep, first=first)
    existing.complete = True


async def _search_each(caller: Caller, wanted: Wanted, existing: Existing) -> None:
    async def one(phone: str) -> None:
        contact = await search(caller, phone, wanted.region)
        if contact:
            existing.by_phone[phone] = contact

    await each(one, [phone for phone in wanted.phones if phone.startswith("+")])
    await _by_ids(caller, wanted.ids, wanted, existing)
    existing.complete = True


async def _by_ids(caller: Caller, ids: Collection[str], wanted: Wanted, existing: Existing) -> None:
    async def one(contact_id: str) -> None:
        try:
            contact = await fetch(caller, contact_id)
        except ApiError as error:
            if error.status not in (400, 422):
                raise
            contact = None  # what somebody typed into the id column is no id at all: unknown, like a 404
        if contact:
            existing.by_id[contact.id] = contact
            existing.by_phone.setdefault(_number(contact, wanted.region), contact)

    await each(one, ids)


def _number(contact: Contact, region: str) -> str:
    """Give a contact's number in E.164, read under its own country, else under ``region``; as it is if that fails."""
    stored = contact.values.get("phoneNumber", "")
    own = "" if stored.startswith("+") else countries.region(contact.values.get("country", ""))
    return (own and phones.parse(stored, own).e164) or phones.parse(stored, region).e164 or stored


def _crm(total: int) -> str:
    return f"the CRM's {counted(total, 'contact', 'was')}" if total >= 0 else "the CRM's contacts were"


def _is_e164(text: str) -> bool:
    return text.startswith("+") and phones.parse(text).e164 == text
