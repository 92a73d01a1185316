"""Finding contacts: what is read, what is left to the upload's own answers, and pages that move while they are read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar, cast

import msgspec
import pytest

from bulk_io import lookup
from bulk_io.answers import Answer
from bulk_io.bodies import listing_of
from bulk_io.client import ContactsClient, Page
from bulk_io.connection import Connection
from bulk_io.errors import AccessRefused, ApiError
from bulk_io.lookup import Existing, Wanted
from bulk_io.options import LookupMode
from bulk_io.pages import Reader, each
from bulk_io.retry import Caller, Patience, Reply
from bulk_io.sandbox import Sandbox
from bulk_io.throttle import Throttle

_T = TypeVar("_T")


def number(at: int) -> str:
    """A valid French mobile number."""
    return f"+3361234{at:04d}"


def person(at: int, phone: str = "") -> dict[str, str]:
    """A contact as the API gives it."""
    return {"id": f"c{at}", "name": f"Ada {at}", "phoneNumber": phone or number(at)}


class Crm:
    """A CRM behind a caller's ``ask``: it may cap pages, repeat the last one, keep its total, change between requests.

    ``meanwhile`` is called with the contacts after each list request.
    """

    def __init__(
        self,
        contacts: Sequence[Mapping[str, str]],
        *,
        cap: int = 200,
        repeats: bool = False,
        total: int | None = None,
        meanwhile: Callable[[list[Mapping[str, str]]], None] = lambda contacts: None,
    ) -> None:
        self.contacts = list(contacts)
        self.cap = cap
        self.repeats = repeats
        self.total = total
        self.meanwhile = meanwhile
        self.pages: list[int] = []
        self.searches: list[str] = []
        self.fetched: list[str] = []
        self.at_once = self.most_at_once = 0

    async def ask(self, method: str, path: Sequence[str], *, payload: object = None,
                  params: Mapping[str, str] | None = None) -> Reply:  # fmt: skip
        """Answer as the API does; reads only."""
        assert (method, payload) == ("GET", None)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if len(path) == 2:
            return Reply(self._one(path[1]))
        return Reply(self._page(params or {}))

    def _one(self, contact_id: str) -> Answer:
        self.fetched.append(contact_id)
        if contact_id == "malformed":
            return Answer(400, {"error": "Invalid id"})
        if contact_id == "forbidden":
            return Answer(403, {"error": "no"})
        found = [contact for contact in self.contacts if contact["id"] == contact_id]
        return Answer(200, {"data": found[0]}) if found else Answer(404, {"error": "Contact not found"})

    def _page(self, params: Mapping[str, str]) -> Answer:
        found, wanted = self.contacts, int(params["page"])
        if "search" in params:
            self.searches.append(params["search"])
            found = [contact for contact in found if params["search"] in contact["phoneNumber"].replace(" ", "")
                     or params["search"] in contact["phoneNumber"]]  # fmt: skip
        else:
            self.pages.append(wanted)
        size = min(int(params["limit"]), self.cap)
        if self.repeats:
            wanted = min(wanted, max(1, -(-len(found) // size)))
        rows = found[(wanted - 1) * size : wanted * size]
        total = len(found) if self.total is None else self.total
        meta = {"page": wanted, "limit": size, "total": total}
        answer = Answer(200, listing_of(msgspec.json.encode({"data": rows, "meta": meta})) or {})
        self.meanwhile(self.contacts)
        return answer

    @property
    def caller(self) -> Caller:
        """Itself, to who asks."""
        return cast(Caller, self)


def run(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end, which must not be far."""
    return asyncio.run(asyncio.wait_for(work, 10))


def find(crm: Crm, rows: Sequence[str], *, ids: Sequence[str] = (), region: str = "FR", mode: LookupMode = "auto",
         exact: bool = False, exported: Sequence[str] = ()) -> Existing:  # fmt: skip
    """Look for phone numbers and ids."""
    wanted = Wanted(frozenset(rows), frozenset(ids), region, frozenset(exported))
    return run(lookup.find(crm.caller, wanted, mode=mode, exact=exact))


async def read(caller: Caller, filters: Mapping[str, str | None]) -> list[str]:
    """The ids of all pages, in the order of the pages."""
    found: dict[int, list[str]] = {}

    async def keep(number: int, page: Page) -> None:
        found[number] = [contact.id for contact in page]

    await Reader(caller, filters).forwards(keep)
    return [contact for at in sorted(found) for contact in found[at]]


def ids_of(crm: Crm) -> list[str]:
    """The ids of all pages."""
    return run(read(crm.caller, {}))


def absent(count: int) -> list[str]:
    """Numbers that nobody has."""
    return [number(9000 + at) for at in range(count)]


# what is read first


@pytest.mark.parametrize(
    ("contacts", "cap", "rows", "read"),
    [
        pytest.param(1001, 200, 12, True, id="6 pages, 12 rows"),
        pytest.param(1001, 200, 11, False, id="6 pages, 11 rows"),
        pytest.param(1000, 200, 10, True, id="5 full pages, 10 rows"),
        pytest.param(0, 200, 2, True, id="nobody there, 2 rows"),
        pytest.param(0, 200, 1, False, id="nobody there, 1 row"),
        pytest.param(1000, 100, 19, False, id="capped: 10 pages, 19 rows"),
        pytest.param(1000, 100, 20, True, id="capped: 10 pages, 20 rows"),
    ],
)
def test_all_contacts_are_read_where_their_pages_are_half_the_rows(
    contacts: int, cap: int, rows: int, read: bool
) -> None:
    """Else one page is looked at, and the upload's own answers tell; a page is as large as the server makes it."""
    crm = Crm([person(at) for at in range(contacts)], cap=cap)
    wanted = [number(0), *absent(rows - 1)]
    existing = find(crm, wanted)
    assert existing.complete is read
    assert (list(existing.by_phone) == [number(0)]) is (read and contacts > 0)
    if read:
        assert f"{contacts:,} contacts were read first" in existing.note
    else:
        assert crm.pages == [1]
        assert "contacts were not read first" in existing.note


@pytest.mark.parametrize("stored", ["06 12 34 56 78", "33612345678", "+33 6 12 34 56 78", ""])
def test_a_number_in_another_form_on_the_sample_reads_them_all(stored: str) -> None:
    """Only a lookup finds such contacts: a POST of the same number in E.164 would double them."""
    crm = Crm([*(person(at) for at in range(1000)), {**person(7777), "phoneNumber": "06 12 34 99 99"}])
    crm.contacts[3] = {"id": "c3", "name": "Odd", "phoneNumber": stored}
    existing = find(crm, ["+33612349999"])
    assert existing.complete
    assert existing.by_phone["+33612349999"].id == "c7777"
    assert "some stored numbers are not in E.164" in existing.note


def test_national_numbers_are_read_under_the_files_region() -> None:
    """The region that the file's own numbers are read under."""
    crm = Crm([person(1, "07700 900123"), person(2, "06 12 34 56 78")])
    assert find(crm, ["+33612345678"], region="FR").by_phone["+33612345678"].id == "c2"
    assert find(crm, ["+33612345678"], region="").by_phone == {}


def test_national_numbers_are_read_under_the_contacts_own_country_first() -> None:
    """Whatever the region of the file."""
    crm = Crm([{**person(1, "06 12 34 56 78"), "country": "France"}])
    assert find(crm, ["+33612345678"], region="GB").by_phone["+33612345678"].id == "c1"


@pytest.mark.parametrize("turned", [False, True], ids=["national first", "E.164 first"])
@pytest.mark.parametrize("by_search", [False, True], ids=["read", "searched"])
def test_of_one_number_in_two_forms_the_one_in_e164_counts(turned: bool, by_search: bool) -> None:
    """It is the one that a POST would meet."""
    two = [person(1, "0033 612345678"), person(2, "+33612345678")]
    crm = Crm(two[::-1] if turned else two)
    if by_search:
        crm.contacts = [{**contact, "phoneNumber": contact["phoneNumber"]} for contact in crm.contacts]
        found = run(lookup.search(_Loose(crm.contacts).caller, "+33612345678", "FR"))
        assert found
        assert found.id == "c2"
    else:
        assert find(crm, ["+33612345678"], mode="always").by_phone["+33612345678"].id == "c2"


class _Loose(Crm):
    """A CRM whose search looks at nothing but digits, so that one text finds all forms."""

    def _page(self, params: Mapping[str, str]) -> Answer:
        return super()._page({name: text for name, text in params.items() if name != "search"})


@pytest.mark.parametrize(
    ("mode", "rows"), [pytest.param("never", 500, id="never"), pytest.param("auto", 0, id="nothing wanted")]
)
def test_nothing_is_read_where_nobody_asks_for_it(mode: LookupMode, rows: int) -> None:
    """No page, and the note says what tells instead."""
    crm = Crm([person(1)])
    existing = find(crm, absent(rows), mode=mode)
    assert (crm.pages, existing.complete) == ([], False)
    assert "409" in existing.note


def test_always_reads_whatever_it_costs() -> None:
    """One row, six pages."""
    crm = Crm([person(at) for at in range(1001)])
    existing = find(crm, [number(1000)], mode="always")
    assert existing.complete
    assert list(existing.by_phone) == [number(1000)]
    assert "--lookup always" in existing.note


def test_a_dry_run_searches_each_row_where_reading_costs_more() -> None:
    """It may leave no row open: there is no 409 that tells later."""
    crm = Crm([person(at) for at in range(1001)])
    existing = find(crm, [number(900), *absent(4)], exact=True)
    assert existing.complete
    assert {phone: contact.id for phone, contact in existing.by_phone.items()} == {number(900): "c900"}
    assert crm.pages == [1]
    assert "5 numbers were searched one by one" in existing.note


def test_a_dry_run_reads_where_that_is_cheaper_than_searching() -> None:
    """Six pages, and the empty one, against six searches and more."""
    crm = Crm([person(at) for at in range(1001)])
    assert find(crm, [number(900), *absent(5)], exact=True).complete
    assert crm.searches == []
    assert sorted(set(crm.pages)) == [1, 2, 3, 4, 5, 6, 7]


def test_a_search_finds_a_number_in_the_form_it_was_stored_in() -> None:
    """E.164 is asked for first, then the national forms; somebody else's number never counts."""
    crm = Crm([person(1, "06 12 34 56 78"), person(2, "+336123456789")])
    found = run(lookup.search(crm.caller, "+33612345678", "FR"))
    assert found
    assert found.id == "c1"
    assert crm.searches[0] == "+33612345678"
    assert run(lookup.search(crm.caller, "+33612345699", "FR")) is None


# our own export's ids


@pytest.mark.parametrize(
    ("mode", "contacts", "exact"),
    [
        pytest.param("never", 5, False, id="never"),
        pytest.param("auto", 1001, False, id="left to the answers"),
        pytest.param("auto", 1001, True, id="searched"),
        pytest.param("always", 5, False, id="read"),
    ],
)
def test_ids_of_our_own_export_are_found(mode: LookupMode, contacts: int, exact: bool) -> None:
    """Each by a request of its own where the contacts are not read; an unknown one is left to the phone."""
    crm = Crm([person(at) for at in range(contacts)])
    existing = find(crm, absent(2), ids=["c1", "c999999", "malformed"], mode=mode, exact=exact)
    assert {key: contact.id for key, contact in existing.by_id.items()} == {"c1": "c1"}
    assert sorted(crm.fetched) == ([] if mode == "always" else ["c1", "c999999", "malformed"])


@pytest.mark.parametrize(
    ("phones", "exported", "pages", "gets"),
    [
        pytest.param(0, 2, [1], 2, id="few: asked for one by one"),
        pytest.param(0, 6, [1, 2, 3, 4, 5, 6, 7], 0, id="as many as pages: all are read"),
        pytest.param(4, 5, [1], 5, id="numbers are told by their 409"),
    ],
)
def test_exported_contacts_are_found_the_cheaper_way(phones: int, exported: int, pages: list[int], gets: int) -> None:
    """Each must be asked for before the upload, so that reading all pages pays off twice as soon."""
    crm = Crm([person(at) for at in range(1001)])
    ids = [f"c{at}" for at in range(exported)]
    existing = find(crm, absent(phones), ids=ids, exported=ids)
    assert sorted(existing.by_id) == ids
    assert (sorted(set(crm.pages)), len(crm.fetched)) == (pages, gets)
    assert "exported contacts" in existing.note


def test_an_exported_contact_is_gone_only_if_its_own_request_says_so() -> None:
    """A deletion on an earlier page shifts it out of the pages that were read; it is asked for by its id."""
    deleted: list[Mapping[str, str]] = []

    def delete_one(contacts: list[Mapping[str, str]]) -> None:
        if not deleted:
            deleted.append(contacts.pop(0))

    crm = Crm([person(at) for at in range(401)], meanwhile=delete_one)
    ids = [f"c{at}" for at in range(1, 401)]
    assert sorted(find(crm, [], ids=ids, exported=ids).by_id) == sorted(ids)
    assert find(Crm([person(1)]), [], ids=["c1", "c9"], exported=["c1", "c9"]).by_id.keys() == {"c1"}


def test_a_contact_found_by_its_id_owns_its_number_too() -> None:
    """A row with another id and that number meets its owner in the plan."""
    crm = Crm([person(at) for at in range(1001)])
    assert find(crm, [number(1)], ids=["c1"]).by_phone[number(1)].id == "c1"


def test_a_refused_key_is_no_unknown_id() -> None:
    """403 stops the run."""
    with pytest.raises(AccessRefused):
        find(Crm([]), absent(1), ids=["forbidden"], mode="never")


def test_an_api_that_refuses_the_list_says_so() -> None:
    """A 4xx of a page is an error, not an empty CRM."""

    async def ask(method: str, path: Sequence[str], *, params: Mapping[str, str]) -> Reply:
        return Reply(Answer(400, {"error": "Bad page"}))

    crm = Crm([])
    crm.ask = ask  # type: ignore[method-assign, assignment]
    with pytest.raises(ApiError, match="400: Bad page"):
        find(crm, absent(1))


# pages


@pytest.mark.parametrize("total", [None, 0, -1, 10_000, 1], ids=["right", "zero", "none", "too high", "too low"])
@pytest.mark.parametrize("repeats", [False, True], ids=["ends empty", "repeats its last page"])
@pytest.mark.parametrize("cap", [200, 10, 7], ids=["as asked", "capped", "capped oddly"])
@pytest.mark.parametrize("contacts", [0, 1, 10, 69, 70, 71])
def test_every_contact_comes_once_whatever_the_server_says(
    contacts: int, cap: int, repeats: bool, total: int | None
) -> None:
    """The size of a page is what came; the total is a hint for how many pages to ask for at once, no more."""
    crm = Crm([person(at) for at in range(contacts)], cap=cap, repeats=repeats, total=total)
    assert ids_of(crm) == [f"c{at}" for at in range(contacts)]


def test_pages_are_read_several_at_a_time_and_none_in_vain() -> None:
    """The first alone, for it tells how many there are; then the others, with the empty one that is the end."""
    crm = Crm([person(at) for at in range(1001)])
    assert len(ids_of(crm)) == 1001
    assert sorted(crm.pages) == [1, 2, 3, 4, 5, 6, 7]
    assert crm.most_at_once == 6


def test_pages_are_read_backwards_too() -> None:
    """From the end, as far as it has moved meanwhile, to the first one."""
    crm = Crm([person(at) for at in range(1001)])
    reader = Reader(crm.caller, {})
    found: set[str] = set()

    async def keep(_: int, page: Page) -> None:
        found.update(contact.id for contact in page)

    run(reader.forwards(keep))
    crm.contacts += [person(at) for at in range(2000, 2300)]
    crm.pages.clear()
    found.clear()
    run(reader.backwards(keep))
    assert len(found) == 1301
    assert crm.pages == [7, 8, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("many", [1, 3, 10])
def test_contacts_that_come_meanwhile_hide_none(many: int) -> None:
    """Newest first: every page moves down while the next one is asked for; some come twice, none is missed."""
    new = iter(range(100_000, 200_000))
    crm = Crm(
        [person(at) for at in range(95)],
        cap=10,
        meanwhile=lambda contacts: (
            contacts.__setitem__(slice(0, 0), [person(next(new)) for _ in range(many)]) if len(contacts) < 300 else None
        ),
    )
    assert {f"c{at}" for at in range(95)} <= set(ids_of(crm))


def test_pages_of_a_real_server(sandbox: Sandbox) -> None:
    """Over HTTP, through caller and throttle, with failures on the way."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        made = {client.create({"name": "Ada", "phoneNumber": number(at)}).id for at in range(25)}
    sandbox.set_faults([{"method": "GET", "every": 3, "status": 502}])

    async def reading() -> list[str]:
        patience = Patience(first_pause=0.001, longest_pause=0.01)
        async with Connection(sandbox.base_url, sandbox.api_key) as connection:
            return await read(Caller(connection, Throttle(), patience), {"search": "Ada"})

    found = run(reading())
    assert (len(found), set(found)) == (25, made)


# the same work for many keys


def test_each_keeps_the_order_and_the_bound() -> None:
    """Results come in the order of the keys, however long each took."""
    now, most = 0, 0

    async def work(key: int) -> int:
        nonlocal now, most
        now += 1
        most = max(now, most)
        for _ in range(5 - key % 5):
            await asyncio.sleep(0)
        now -= 1
        return key * 10

    assert run(each(work, range(50), at_once=4)) == [key * 10 for key in range(50)]
    assert most == 4
    assert run(each(work, [])) == []


def test_the_first_error_of_many_is_raised_by_itself_and_ends_the_others() -> None:
    """Not in a group: who asked knows what to do with it."""
    ended: list[int] = []

    async def work(key: int) -> None:
        if key == 3:
            raise ApiError("no")
        await asyncio.Event().wait()
        ended.append(key)

    with pytest.raises(ApiError, match=r"^no$"):
        run(each(work, range(10)))
    assert ended == []
