"""The upload: a pool of workers that takes a plan's actions from the journal and has each delivered to its end.

Intents are durable before their requests leave, a window of rows at a time. One worker does all rows of a phone number,
one after the other, so no two requests about one contact are ever in flight.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence

from bulk_io import crashpoints
from bulk_io.delivery import Delivery, Terms
from bulk_io.errors import BulkIOError, Interrupted, Unreachable
from bulk_io.groupcommit import GroupCommit
from bulk_io.records import Outcome
from bulk_io.retry import Caller
from bulk_io.worklog import Settled, Work, WorkLog

_WINDOW = 64
"""Rows whose intents are committed together."""
_ALIKE = 20
"""Rows from the first one on that are refused with one and the same error before it is taken for everybody's."""


class Upload:
    """One upload: the plan of a journal against one API. ``progress`` is told each outcome as it comes."""

    def __init__(
        self, caller: Caller, log: WorkLog, terms: Terms, *, progress: Callable[[Outcome], None] = lambda outcome: None
    ) -> None:
        self._caller = caller
        self._log = log
        self._terms = terms
        self._commits = GroupCommit(log, progress)
        self._refusals = _Refusals()
        self._ready: deque[Work] = deque()
        """Works whose intents are durable, and which nobody has sent."""
        self._after = 0
        self._fatal: BulkIOError | None = None

    async def run(self, workers: int) -> None:
        """Carry out all that is not settled, ``workers`` rows at once; the throttle may allow fewer.

        Raises AccessRefused, Unreachable, JournalFailed or Interrupted after the requests in flight have come to their
        end; what is not settled then stays to be resumed.
        """
        try:
            await asyncio.gather(*(self._worker() for _ in range(workers)))
        finally:
            try:
                self._commits.settle(self._refusals.rest())
                self._log.recall([work.action.row for work in self._ready])
                self._commits.flush()
            except BulkIOError as error:
                self._stop(error)
        if self._fatal:
            raise self._fatal

    async def _worker(self) -> None:
        try:
            while (work := self._next()) is not None:
                ends = await self._carry_out(work)
                crashpoints.reached("answer come")
                self._commits.settle(self._refusals.sift(ends))
        except BulkIOError as error:
            self._stop(error)

    async def _carry_out(self, work: Work) -> list[Settled]:
        delivery = Delivery(work, self._caller, self._log, self._commits, self._terms)
        try:
            return await delivery.carry_out()
        except Interrupted:
            if not delivery.left:
                self._ready.append(work)
            raise

    def _stop(self, error: BulkIOError) -> None:
        """Send nothing more; the first reason counts, unless it was only the signal to stop."""
        if self._fatal is None or (isinstance(self._fatal, Interrupted) and not isinstance(error, Interrupted)):
            self._fatal = error
        self._caller.throttle.stop(Interrupted(str(error)))

    def _next(self) -> Work | None:
        if not self._ready:
            works = self._log.work(_WINDOW, self._after)
            self._commits.intend(works, time.time() + self._caller.connection.clock_offset)
            self._ready.extend(works)
            self._after = works[-1].action.row if works else self._after
        return self._ready.popleft() if self._ready else None


class _Refusals:
    """Rows refused from the very first on, kept back: with one and the same error they say nothing about the rows."""

    def __init__(self) -> None:
        self._alike: list[Settled] = []
        self._watching = True
        self._blamed = False

    def sift(self, ends: Sequence[Settled]) -> Sequence[Settled]:
        """Give the ends that are sure; raises Unreachable at the twentieth refusal that is like all before."""
        if not self._watching:
            return ends
        first = (self._alike or ends)[0]
        alike = [end for end in ends if _is_general(end) and end.answer == first.answer]
        if len(alike) == len(ends):
            self._alike.extend(ends)
            if len(self._alike) >= _ALIKE:
                self._blamed = True
                raise Unreachable(
                    f"the API refused the first {_ALIKE} rows alike ({first.status}: {first.answer}); "
                    "check the base URL and the key, then `bulk-io resume`",
                )
            return ()
        if self._blamed:
            return [end for end in ends if end not in alike]  # those alike stay open, like the first ones
        self._watching = False
        return [*self.rest(), *ends]

    def rest(self) -> Sequence[Settled]:
        """Give what was kept back, unless it was enough to blame the API."""
        if self._blamed:
            return ()
        kept, self._alike = self._alike, []
        return kept


def _is_general(end: Settled) -> bool:
    """Tell whether a row was refused with an error that need not be its own: 409 and 422 are about the row."""
    return end.outcome is Outcome.REJECTED and 400 <= end.status < 500 and end.status not in (409, 422)
