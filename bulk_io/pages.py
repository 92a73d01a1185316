"""All pages of a list of contacts, several at a time: shared by the lookup and the export.

Pages are offsets and others may write meanwhile, so a contact can come twice: the asker keys by id.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from bulk_io.client import PAGE_LIMIT, Page, list_params, page_of, raise_for
from bulk_io.retry import Caller

_AHEAD = 32
"""Pages asked for at once at most; the throttle may allow fewer."""
_K = TypeVar("_K")
_T = TypeVar("_T")


async def page(caller: Caller, number: int, filters: Mapping[str, str | None], limit: int = PAGE_LIMIT) -> Page:
    """Give one page; raises ApiError where the API refuses it."""
    reply = await caller.ask("GET", ["contacts"], params=list_params(number, limit, **filters))
    raise_for(reply.answer)
    return page_of(reply.answer)


async def all_pages(
    caller: Caller, filters: Mapping[str, str | None], *, first: Page | None = None
) -> AsyncIterator[Page]:
    """Give every page until an empty one, the first alone, the others concurrently and in order.

    ``first`` is page 1 where the asker has it already. The size of a page is what came, not what was asked for: a
    server may cap ``limit``. Ends also where a page brings only contacts of the page before it (a server that repeats
    its last page).
    """
    if first is None:
        first = await page(caller, 1, filters)
    yield first
    size = len(first)
    if size == first.total and size < (first.limit if first.limit > 0 else PAGE_LIMIT):
        return
    seen = {contact.id for contact in first}

    async def ask(wanted: int) -> Page:
        return await page(caller, wanted, filters)

    number, expected, total = 2, _pages(first.total, size), first.total
    while size:
        last = max(number, min(number + _AHEAD - 1, expected))
        for got in await each(ask, range(number, last + 1)):
            ids = {contact.id for contact in got}
            # known contacts only: the last page again, unless new contacts pushed a whole page down
            if not ids or (ids <= seen and got.total <= total):
                return
            seen, total = ids, max(total, got.total)
            yield got
        number, expected = last + 1, max(expected, _pages(total, size))
        if number > expected and size and len(got) < size:
            return


async def each(work: Callable[[_K], Awaitable[_T]], keys: Iterable[_K], at_once: int = _AHEAD) -> list[_T]:
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


def _pages(total: int, size: int) -> int:
    return -(-total // size) if size and total > 0 else 1
