"""A CRM in which others write between any two requests: what an export must come through.

In a virtual world without a network: a list of contacts in some order, of which each page that is asked for is cut, and
then so many writes happen. ``python tests/churn.py`` prints how single passes and the export fare.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import msgspec

from bulk_io.answers import Answer
from bulk_io.bodies import listing_of
from bulk_io.client import PAGE_LIMIT, Page
from bulk_io.collecting import Collected, collect
from bulk_io.gathered import Gathered
from bulk_io.pages import Reader
from bulk_io.records import Contact
from bulk_io.retry import Caller, Reply

MIXES: Mapping[str, tuple[float, float, float]] = {
    "mostly updates": (0.1, 0.8, 0.1),
    "all alike": (1 / 3, 1 / 3, 1 / 3),
    "mostly deletions": (0.1, 0.1, 0.8),
}
"""The parts of creations, updates and deletions."""
ORDERS = ("newest first", "oldest first", "changed last first")
BEGAN = 1_790_000_000.0
STEP = 0.004
"""Seconds between two writes."""


@dataclass
class Person:
    """A contact with all values that it ever had."""

    number: int
    created: float
    updated: float
    versions: list[str] = field(default_factory=list)
    gone: bool = False

    @property
    def id(self) -> str:
        """Its id."""
        return f"c{self.number}"

    def as_json(self) -> dict[str, Any]:
        """The contact as the API gives it."""
        return {
            "id": self.id,
            "name": f"Ada {self.number}",
            "phoneNumber": f"+336{self.number:08d}",
            "city": self.versions[-1],
            "createdAt": iso(self.created),
            "updatedAt": iso(self.updated),
        }


def iso(moment: float) -> str:
    """A time as the API writes it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class _Clock:
    clock_offset: float = 0.0
    has_clock: bool = True


class Busy:
    """The CRM behind a caller's ``ask``. ``writes`` happen after each page, in a ``mix``."""

    def __init__(self, people: int, *, order: str, mix: str, writes: int, seed: int, quirk: str = "") -> None:
        self._chance = random.Random(seed)
        self._order = order
        self._mix = MIXES[mix]
        self._writes = writes
        self._quirk = quirk
        self.now = BEGAN
        self.requests = 0
        self.at_start: list[Person] = []
        self._people: list[Person] = []
        """Oldest first, or in the order of their last change."""
        self._numbers = itertools.count()
        self.connection = _Clock()
        for _ in range(people):
            self._create(BEGAN - 86_400 + len(self._people))
        self.at_start = list(self._people)

    @property
    def caller(self) -> Caller:
        """Itself, to who asks."""
        return cast(Caller, self)

    async def ask(self, method: str, path: Sequence[str], *, params: Mapping[str, str]) -> Reply:
        """Answer a page, and let others write."""
        assert (method, list(path)) == ("GET", ["contacts"])
        await asyncio.sleep(0)
        self.requests += 1
        answer = self._page(params)
        for _ in range(self._writes):
            self.now += STEP
            self._write()
        return Reply(answer)

    def _page(self, params: Mapping[str, str]) -> Answer:
        since = params.get("updatedSince", "")
        found = self._people if not since else [one for one in self._people if iso(one.updated) > since]
        size, number = min(int(params["limit"]), 150 if self._quirk == "capped" else PAGE_LIMIT), int(params["page"])
        pages = max(1, -(-len(found) // size))
        number = min(number, pages) if self._quirk == "last page again" else number
        if self._order == "oldest first":
            rows = found[(number - 1) * size : number * size]
        else:
            end = len(found) - (number - 1) * size
            rows = found[max(0, end - size) : max(0, end)][::-1]
        meta = {"page": number, "limit": size, "total": len(found), "totalPages": pages}
        if self._quirk == "wrong total":
            meta["total"] += 1
        if self._quirk == "no total":
            meta = {}
        body = listing_of(msgspec.json.encode({"data": [one.as_json() for one in rows], "meta": meta}))
        assert body
        return Answer(200, body)

    def _create(self, moment: float) -> None:
        one = Person(next(self._numbers), moment, moment, [f"Lyon {moment}"])
        self._people.append(one)

    def _write(self) -> None:
        kind = self._chance.choices(("create", "update", "delete"), self._mix)[0]
        if kind == "create" or not self._people:
            self._create(self.now)
            return
        at = self._chance.randrange(len(self._people))
        one = self._people[at]
        if kind == "delete":
            one.gone = True
            self._people.pop(at)
            return
        one.updated = self.now
        one.versions.append(f"Lyon {self.now}")
        if self._order == "changed last first":
            self._people.append(self._people.pop(at))


@dataclass(frozen=True)
class Verdict:
    """What an export got wrong, and what it cost."""

    missing: int
    twice: int
    impossible: int
    requests: int
    collected: Collected | None = None

    @property
    def is_right(self) -> bool:
        """Nothing missing, nothing twice, nothing that never was."""
        return not (self.missing or self.twice or self.impossible)


def judged(crm: Busy, found: Sequence[Contact], collected: Collected | None = None) -> Verdict:
    """Compare what was exported with the people who were there from the start to the end."""
    ids = [one.id for one in found]
    cities = {one.id: one["city"] for one in found}
    stayed = [one for one in crm.at_start if not one.gone]
    # a value that a contact had before the start is impossible, unless it kept it
    possible = {
        one.id: {city for city in one.versions if float(city.split()[1]) >= BEGAN} | {one.versions[0]} for one in stayed
    }
    missing = sum(one.id not in cities for one in stayed)
    wrong = sum(one.id in cities and cities[one.id] not in possible[one.id] for one in stayed)
    return Verdict(missing, len(ids) - len(set(ids)), wrong, crm.requests, collected)


def exported(crm: Busy) -> Verdict:
    """Collect all contacts as an export does."""
    with tempfile.TemporaryDirectory(prefix="churn-") as name:
        into = Gathered(Path(name) / "gathered")
        collected = asyncio.run(collect(crm.caller, {}, into, clock=lambda: crm.now))
        found = list(into.contacts())
        into.close()
    return judged(crm, found, collected)


def single_pass(crm: Busy) -> Verdict:
    """Read all pages once, as a script would."""
    found: dict[str, Contact] = {}

    async def keep(_: int, page: Page) -> None:
        found.update((one.id, one) for one in page)

    async def read() -> None:
        await Reader(crm.caller, {}).forwards(keep)

    asyncio.run(read())
    return judged(crm, list(found.values()))


def main() -> int:
    """Print what a single pass and the export miss."""
    parser = argparse.ArgumentParser(description="Contacts that are missed while others write.")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=20)
    given = parser.parse_args()
    print("| order | mix | writes a page | missed by a single pass | by the export | passes | requests |")
    print("|---|---|---|---|---|---|---|")
    wrong = 0
    for order, mix, writes in itertools.product(ORDERS, MIXES, (10, 50)):
        asked = {"order": order, "mix": mix, "writes": writes}
        crms = [(Busy(given.people, **asked, seed=seed), Busy(given.people, **asked, seed=seed))
                for seed in range(given.seeds)]  # fmt: skip
        once = [single_pass(one).missing for one, _ in crms]
        verdicts = [exported(one) for _, one in crms]
        wrong += sum(not one.is_right or not one.collected.whole for one in verdicts if one.collected)
        passes = [one.collected.passes for one in verdicts if one.collected]
        print(
            f"| {order} | {mix} | {writes} | {min(once)} to {max(once)} | {sum(one.missing for one in verdicts)} | "
            f"{min(passes)} to {max(passes)} | {max(one.requests for one in verdicts)} |",
            flush=True,
        )
    print(f"{wrong} of {given.seeds * len(ORDERS) * len(MIXES) * 2} exports were not right")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
