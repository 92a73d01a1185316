"""All pages of a list of contacts, many at a time, in either direction: shared by the lookup and the export.

Pages are offsets and others may write meanwhile, so a contact can come twice, and on a page can be missed: the asker
keys by id, and reads again where that matters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from bulk_io.client import PAGE_LIMIT, Page, list_params, page_of, raise_for
from bulk_io.errors import ApiError
from bulk_io.retry import Caller

_AT_ONCE = 64
"""Requests at once at most; the throttle may allow fewer."""
_AHEAD = 4
"""Pages at once at most where the API tells no total, so that the end is not known."""
_NO_SUCH_PAGE = frozenset({400, 404, 416, 422})
"""What some servers answer behind the last page."""
_K = TypeVar("_K")
_T = TypeVar("_T")
Keep = Callable[[int, Page], Awaitable[None]]
"""Is given each page that is not empty, with its number, in whatever order they come; others go on meanwhile."""


async def page(caller: Caller, number: int, filters: Mapping[str, str | None], limit: int = PAGE_LIMIT) -> Page:
    """Give one page; raises ApiError where the API refuses it."""
    reply = await caller.ask("GET", ["contacts"], params=list_params(number, limit, **filters))
    raise_for(reply.answer)
    return page_of(reply.answer)


class Reader:
    """Reads a list forwards or backwards, as often as it is asked to.

    ``total`` is the API's latest count (-1: it gives none), ``last`` the number of the last page that held anything;
    ``is_single`` tells that all there was came in one answer. The size of a page is what came, not what was asked
    for: a server may cap ``limit``. The end is an empty page, or one that repeats another.
    """

    def __init__(self, caller: Caller, filters: Mapping[str, str | None]) -> None:
        self.total = -1
        self.last = 0
        self.is_single = False
        self._caller = caller
        self._filters = filters
        self._size = 0
        self._end = 0
        self._met: dict[int, tuple[int, int]] = {}

    async def forwards(self, keep: Keep, *, first: Page | None = None, known: frozenset[int] = frozenset()) -> None:
        """Read from page 1 to the end, which is met early; ``known`` pages are left out, ``first`` is page 1."""
        self._met.clear()
        self._end = 2**63
        if first is None:
            first = await self._ask(1)
        self._size = len(first)
        await self._took(1, first, keep)
        self.is_single = len(first) == first.total and len(first) < (first.limit if first.limit > 0 else PAGE_LIMIT)
        number = ahead = 1
        while not self.is_single and number < self._end:
            upto = max(number + ahead, self._expected() + 1)
            await self._read((n for n in range(number + 1, upto + 1) if n not in known and n < self._end), keep)
            number, ahead = upto, min(2 * ahead, _AHEAD)

    async def backwards(self, keep: Keep) -> None:
        """Read from the end, as far as it has moved since it was met last, to page 1."""
        self._met.clear()
        known = top = max(self.last, self._expected())
        self._end = 2**63
        while self._end > top + 1:
            top += 1
            await self._read([top], keep)
        self._end = 2**63
        await self._read(range(known, 0, -1), keep, backwards=True)

    async def _read(self, numbers: Iterable[int], keep: Keep, *, backwards: bool = False) -> None:
        async def one(number: int) -> None:
            if backwards or number < self._end:
                got = await self._ask(number)
                await asyncio.sleep(0)  # the next request leaves before this page is put away
                await self._took(number, got, keep)

        await each(one, numbers)

    async def _took(self, number: int, got: Page, keep: Keep) -> None:
        if got.total >= 0:
            self.total = got.total
        if not got.listed:
            self._end = min(self._end, number)
            return
        if self._is_repeated(number, got):
            return
        self.last = max(self.last, number)
        await keep(number, got)

    def _is_repeated(self, number: int, got: Page) -> bool:
        """Tell whether a page was met before: the server repeats its last one, or knows no pages; then that is the end.

        Not where the total has grown: others may have pushed a whole page down.
        """
        ids = hash(tuple([one.id for one in got.listed]))
        times, total = self._met.get(ids, (0, got.total))
        if times and got.total > total:
            times = 0
        self._met[ids] = (times + 1, got.total)
        if times > 1 or (times and number > self._expected()):
            self._end = min(self._end, number)
        return times > 0

    async def _ask(self, number: int) -> Page:
        try:
            return await page(self._caller, number, self._filters)
        except ApiError as error:
            if error.status in _NO_SUCH_PAGE and number > max(1, self._expected()):
                return Page([], -1, -1)
            raise

    def _expected(self) -> int:
        """The number of the last page, as far as the API's total tells."""
        return -(-self.total // self._size) if self._size and self.total > 0 else 1


async def each(work: Callable[[_K], Awaitable[_T]], keys: Iterable[_K], at_once: int = _AT_ONCE) -> list[_T]:
    """Do the same work for every key, several at a time; results in the order of the keys.

    Raises the first error by itself (not in a group), after the others were cancelled.
    """
    waiting = iter(enumerate(keys))
    done: dict[int, _T] = {}

    async def worker() -> None:
        for at, key in waiting:
            done[at] = await work(key)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(worker())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    return [done[at] for at in sorted(done)]
