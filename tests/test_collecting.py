"""The reading side of an export: every contact once while others write, and few requests where nobody does."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from threading import Event

import pytest
from churn import BEGAN, MIXES, ORDERS, Busy, exported, single_pass

from bulk_io import collecting
from bulk_io.bodies import Listed
from bulk_io.collecting import collect
from bulk_io.gathered import Gathered

QUIRKS = ["", "capped", "last page again", "no total", "wrong total"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("writes", [10, 50])
def test_an_export_is_whole_while_others_write(order: str, mix: str, writes: int) -> None:
    """0 missing, 0 twice, 0 values that never were; a single pass over the same pages does miss some."""
    asked = {"order": order, "mix": mix, "writes": writes, "seed": writes + len(order)}
    verdict = exported(Busy(3_000, **asked))  # type: ignore[arg-type]
    assert verdict.is_right, verdict
    assert verdict.collected
    assert verdict.collected.whole
    assert single_pass(Busy(3_000, **asked)).missing > 0  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("writes", [10, 50])
def test_large_exports_are_whole_while_others_write(order: str, mix: str, writes: int, seed: int) -> None:
    """The same with 10,000 contacts and 20 seeds."""
    verdict = exported(Busy(10_000, order=order, mix=mix, writes=writes, seed=seed))
    assert verdict.is_right, verdict


@pytest.mark.parametrize("quirk", QUIRKS)
def test_servers_with_quirks_are_read_whole(quirk: str) -> None:
    """A limit capped in silence, a last page that comes again, no total or a wrong one, while others write."""
    verdict = exported(Busy(2_000, order="newest first", mix="all alike", writes=20, seed=1, quirk=quirk))
    assert verdict.is_right, verdict


@pytest.mark.parametrize("quirk", QUIRKS)
@pytest.mark.parametrize("people", [0, 1, 199, 200, 201, 10_000])
def test_a_quiet_crm_costs_little_more_than_its_pages(people: int, quirk: str) -> None:
    """At most 2.1 times the pages (and two requests where they are few): the total and one question show the quiet."""
    verdict = exported(Busy(people, order="newest first", mix="all alike", writes=0, seed=1, quirk=quirk))
    assert verdict.is_right
    pages = max(1, -(-people // (150 if quirk == "capped" else 200)))
    assert verdict.requests <= max(2.1 * pages, 2 * pages + {"no total": 4, "wrong total": 5}.get(quirk, 2))
    assert verdict.requests <= pages + 2 or "total" in quirk


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("clock", [True, False], ids=["with Date", "without"])
def test_one_who_comes_does_not_make_up_for_one_who_is_missing(order: str, clock: bool) -> None:
    """A deletion shifts the pages, a creation fills the count: the total is as it was, and somebody was missed."""
    for turn in range(2, 6):
        crm = Busy(1_000, order=order, mix="all alike", writes=0, seed=1)
        crm.connection.has_clock = clock
        ask = crm.ask

        async def asking(
            *given: object, crm: Busy = crm, ask: object = ask, turn: int = turn, **more: object
        ) -> object:
            reply = await ask(*given, **more)  # type: ignore[operator]
            crm.now += 0.5
            if crm.requests == turn:
                crm._people.pop(0 if order == "oldest first" else -1).gone = True
                crm._create(crm.now)
            return reply

        crm.ask = asking  # type: ignore[method-assign, assignment]
        assert exported(crm).is_right


def test_contacts_of_before_that_come_late_are_not_taken_for_calm(tmp_path: Path) -> None:
    """A total that does not fit what came means another pass, even where nothing was changed since."""
    crm = Busy(1_000, order="newest first", mix="all alike", writes=0, seed=1)
    crm.ask, asked = _losing(crm), crm.ask  # type: ignore[method-assign]
    assert exported(crm).is_right
    assert asked is not crm.ask


def _losing(crm: Busy):  # type: ignore[no-untyped-def]
    """Have the second page come without its last contact, once."""
    ask, lost = crm.ask, []

    async def asking(method, path, *, params):  # type: ignore[no-untyped-def]
        reply = await ask(method, path, params=params)
        if params["page"] == "2" and not lost:
            lost.append(reply.answer.body["data"].pop())
        return reply

    return asking


def test_a_crm_that_never_rests_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many passes it ends all the same, and says that some may be missing."""
    monkeypatch.setattr(collecting, "_PASSES", 2)
    verdict = exported(Busy(3_000, order="changed last first", mix="mostly updates", writes=50, seed=1))
    assert verdict.collected
    assert not verdict.collected.whole


def test_an_interrupted_collection_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Pages that were read are not read again, and the whole is still whole."""
    path = tmp_path / "gathered"
    crm = Busy(4_000, order="newest first", mix="all alike", writes=0, seed=1)
    ask = crm.ask

    async def failing(*given: object, **more: object) -> object:
        if crm.requests >= 12:
            raise ConnectionError
        return await ask(*given, **more)  # type: ignore[arg-type]

    crm.ask = failing  # type: ignore[method-assign, assignment]
    into = Gathered(path)
    with pytest.raises(ConnectionError):
        asyncio.run(collect(crm.caller, {}, into, clock=lambda: crm.now))
    into.close()

    crm.ask = ask  # type: ignore[method-assign]
    again = Gathered(path)
    asyncio.run(collect(crm.caller, {}, again, clock=lambda: crm.now))
    assert {one.id for one in again.contacts()} == {one.id for one in crm.at_start}
    again.close()
    assert (
        crm.requests <= 20 + 1 + 3
    )  # the pages, the first one again, the empty one, what was changed; one was cut off


def test_an_interrupted_collection_is_whole_though_others_wrote_meanwhile(tmp_path: Path) -> None:
    """What moved between the two attempts is met by further passes."""
    crm = Busy(4_000, order="changed last first", mix="all alike", writes=10, seed=3)
    ask = crm.ask

    async def failing(*given: object, **more: object) -> object:
        if crm.requests >= 12:
            raise ConnectionError
        return await ask(*given, **more)  # type: ignore[arg-type]

    crm.ask = failing  # type: ignore[method-assign, assignment]
    into = Gathered(tmp_path / "gathered")
    with pytest.raises(ConnectionError):
        asyncio.run(collect(crm.caller, {}, into, clock=lambda: crm.now))
    for _ in range(500):
        crm.now += 0.01
        crm._write()
    crm.ask = ask  # type: ignore[method-assign]
    asyncio.run(collect(crm.caller, {}, into, clock=lambda: crm.now))
    found = {one.id for one in into.contacts()}
    into.close()
    assert [one.id for one in crm.at_start if not one.gone and one.id not in found] == []


# what is gathered


@pytest.fixture
def gathered(tmp_path: Path) -> Gathered:
    """An empty store."""
    return Gathered(tmp_path / "gathered")


def listed(name: str, updated: str, contact_id: str = "c1", **more: str) -> Listed:
    """An invented contact, as a page has it."""
    return Listed(
        contact_id, "2026-01-01", updated, json.dumps({"id": contact_id, "name": name, "tags": ["a"], **more})
    )


def test_the_newest_version_of_a_contact_counts(gathered: Gathered) -> None:
    """Whatever the order in which versions come; of two of one time the later one."""
    kept = [gathered.keep([listed(name, updated)]) for name, updated in (("a", "2"), ("old", "1"), ("b", "2"))]
    assert kept == [1, 0, 1]
    assert list(gathered.contacts()) == [listed("b", "2").contact]


def test_contacts_come_in_the_order_that_was_asked_for(gathered: Gathered) -> None:
    """As they came, or by a field, empty ones last."""
    gathered.keep([listed("b", "1", "c1"), listed("A", "1", "c2"), listed("c", "1", "c3", city="Metz")])
    assert [one.id for one in gathered.contacts()] == ["c1", "c2", "c3"]
    assert [one.id for one in gathered.contacts("name")] == ["c2", "c1", "c3"]
    assert [one.id for one in gathered.contacts("-name")] == ["c3", "c1", "c2"]
    assert [one.id for one in gathered.contacts("city")] == ["c3", "c1", "c2"]


def test_pages_come_while_others_are_put_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that waits for the answer of a later page gets it."""
    crm = Busy(1_000, order="newest first", mix="all alike", writes=0, seed=1)
    keep, ask, last = Gathered.keep, crm.ask, Event()

    async def asking(*given: object, params: dict[str, str]) -> object:
        if params["page"] == "5":
            await asyncio.sleep(0.02)
            last.set()
        return await ask(*given, params=params)  # type: ignore[arg-type]

    def waiting(*given: object) -> int:
        assert crm.requests == 1 or last.wait(10)
        return keep(*given)  # type: ignore[arg-type]

    crm.ask = asking  # type: ignore[method-assign, assignment]
    monkeypatch.setattr(Gathered, "keep", waiting)
    into = Gathered(tmp_path / "gathered")
    asyncio.run(collect(crm.caller, {}, into, clock=lambda: crm.now))
    assert len(into) == 1_000
    into.close()


def test_more_contacts_than_one_statement_takes(gathered: Gathered) -> None:
    """All are kept and counted, one that comes twice once."""
    assert gathered.keep(listed("a", "1", f"c{at % 450}") for at in range(451)) == 450
    assert len(gathered) == 450


def test_what_is_gathered_is_kept(gathered: Gathered) -> None:
    """For its owner alone, facts and pages too."""
    gathered.put(began=BEGAN)
    gathered.keep([], 3)
    assert gathered.path.stat().st_mode & 0o777 == 0o600
    gathered.close()
    again = Gathered(gathered.path)
    assert (again.get("began"), again.pages()) == (BEGAN, {3})
    again.forget()
    assert (again.get("began"), again.pages(), len(again)) == (None, set(), 0)
