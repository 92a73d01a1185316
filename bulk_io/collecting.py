"""Every contact of the CRM, once, while others write: the reading side of an export.

Pages are offsets, so whatever is added, changed or deleted meanwhile moves contacts from one page to another, and a
single pass misses some. What a pass in one direction misses, one in the other direction meets, so the passes alternate
until two bring nothing old; then what was changed during those is asked for, again and again, until it fits on a page.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from bulk_io.access import opened
from bulk_io.client import Page
from bulk_io.gathered import Gathered
from bulk_io.options import Connecting
from bulk_io.pages import Reader
from bulk_io.retry import Caller
from bulk_io.session import greet, require, talk
from bulk_io.text import iso
from bulk_io.watching import Watcher

_T = TypeVar("_T")
Filters = Mapping[str, str | None]
_GRAIN = 2.0
"""Seconds by which times of the server are taken too early: its ``Date`` has whole seconds, and it may be a cluster."""
_NO_CLOCK = 600.0
"""The same where the server has no ``Date``, so that only our own clock is known."""
_PASSES = 20
_SWEEPS = 12


@dataclass(slots=True)
class Collected:
    """How a collection went. ``total`` is the API's own count at the end (-1: it gave none).

    ``whole`` is False where others wrote faster than could be read. ``since`` is the server's time at the beginning,
    rather too early than too late.
    """

    since: str = ""
    passes: int = 0
    total: int = -1
    whole: bool = True


async def collect(
    caller: Caller,
    filters: Filters,
    into: Gathered,
    *,
    progress: Callable[[int, int], None] = lambda new, total: None,
    clock: Callable[[], float] = time.time,
) -> Collected:
    """Gather every contact that is there from the start to the end, with values that it had in between.

    Goes on where an earlier attempt stopped, if ``into`` holds one. ``progress`` is told how many contacts were new or
    newer, and the API's total; ``clock`` gives our own time. Raises ApiError where the API refuses to list, and what
    ends every run.
    """
    with ThreadPoolExecutor(1, "gathered") as disk:
        return await _Collection(caller, filters, into, progress, clock, disk).run()


def everyone(into: Gathered, connecting: Connecting, watcher: Watcher) -> None:
    """Gather every contact in a session of its own; raises what ends a connection."""

    async def work(caller: Caller) -> Collected:
        require(await greet(caller), "contacts:read")
        return await collect(caller, {}, into)

    with opened(connecting) as access:
        watcher.stage("exporting", None)
        talk(access, connecting, work)


@dataclass(slots=True)
class _Collection:
    caller: Caller
    filters: Filters
    into: Gathered
    progress: Callable[[int, int], None]
    clock: Callable[[], float]
    disk: ThreadPoolExecutor
    began: float = 0.0
    """By our own clock."""
    newest: str = ""
    """When the newest contact was created that the first pass met: later ones were not there at the beginning."""
    totals: set[int] = field(default_factory=set)
    """What the API called its total since the beginning."""

    async def run(self) -> Collected:
        done = Collected()
        self.began = float(self.into.get("began", 0.0)) or self.clock()
        self.totals.update(self.into.get("totals", []))
        self.into.put(began=self.began)
        done.since = _iso(self._earliest(self.began))
        reader = Reader(self.caller, self.filters)
        passes = [self.began]
        """When each began."""
        quiet = 0
        while quiet < 2 and done.passes < _PASSES:
            mark = self.into.mark()
            await self._pass(reader, done.passes)
            if not done.passes:
                self.newest = max(self.into.newest(), _iso(self._earliest(self.began)))
            done.passes += 1
            done.total = reader.total
            quiet = 0 if self._old_since(mark) else quiet + 1
            if await self._is_calm(reader, first=done.passes == 1, quiet=quiet):
                return done
            passes.append(self.clock())
        # what neither of the two last passes met was changed while they were at work
        done.whole = await self._sweep(passes[-3]) and quiet >= 2
        return done

    async def _pass(self, reader: Reader, number: int) -> None:
        async def keep(page_number: int, page: Page) -> None:
            if number == 0 and page.total not in self.totals:
                await self._on_disk(partial(self.into.put, totals=sorted({*self.totals, page.total})))
            self.totals.add(page.total)
            await self._keep(page, page_number if number == 0 else None)

        if number % 2:
            await reader.backwards(keep)
        else:
            await reader.forwards(keep, known=self.into.pages() if number == 0 else frozenset())

    async def _is_calm(self, reader: Reader, *, first: bool, quiet: int) -> bool:
        """Tell whether nobody has written since the beginning, so that what was read is whole."""
        if first and reader.is_single:
            return True  # all of it was one answer
        # nothing missed, nothing gone: what the API counts is what came, all the time; a count that never moves but is
        # wrong, or none at all, tells as much once the way back has brought nothing
        if self.totals != {len(self.into)} and not (len(self.totals) == 1 and quiet):
            return False
        has_clock = self.caller.connection.has_clock
        if not has_clock and not quiet:
            return False  # what is new cannot be told by its time, so that both directions must agree
        began = _iso(self.began + self.caller.connection.clock_offset) if has_clock else "9"
        newer = 0

        async def keep(_: int, page: Page) -> None:
            nonlocal newer
            newer += await self._keep(page)
            # one who came may make up for one who is missing
            newer += sum(one.updated >= began for one in page.listed)

        await self._changes(self.began).forwards(keep)
        return newer == 0

    async def _sweep(self, since: float) -> bool:
        """Ask for what was changed since, until that fits on a page or brings nothing old in either direction."""

        async def keep(_: int, page: Page) -> None:
            await self._keep(page)

        for _ in range(_SWEEPS):
            mark, now = self.into.mark(), self.clock()
            changes = self._changes(since)
            await changes.forwards(keep)
            if changes.last <= 1:
                return True
            await changes.backwards(keep)
            if not self._old_since(mark):
                return True
            since = now
        return False

    def _old_since(self, mark: int) -> int:
        """Count the contacts that came after a mark and were there at the beginning."""
        return self.into.new_since(mark, self.newest)

    def _changes(self, since: float) -> Reader:
        moment = max(self.filters.get("updated_since") or "", _iso(self._earliest(since)))
        return Reader(self.caller, {**self.filters, "updated_since": moment})

    async def _keep(self, page: Page, number: int | None = None) -> int:
        newer = await self._on_disk(partial(self.into.keep, page.listed, number))
        self.progress(newer, page.total)
        return newer

    async def _on_disk(self, work: Callable[[], _T]) -> _T:
        """Do what goes to the disk while others are read, one after the other and in the order of the asking."""
        return await asyncio.get_running_loop().run_in_executor(self.disk, work)

    def _earliest(self, moment: float) -> float:
        """Give the server's time at a moment of our clock, rather too early than too late."""
        connection = self.caller.connection
        return moment + (connection.clock_offset - _GRAIN if connection.has_clock else -_NO_CLOCK)


def _iso(moment: float) -> str:
    return iso(datetime.fromtimestamp(moment, UTC))
