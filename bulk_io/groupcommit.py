"""Group commit: what many rows have to say to the journal, made durable together.

Ends of rows may be a little late (such rows count as unknown after a crash); an update that a 409 led to waits here
until it is durable, a few milliseconds, and shares the disk's answer with all that wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bulk_io import crashpoints
from bulk_io.errors import JournalFailed
from bulk_io.records import Action, Outcome
from bulk_io.worklog import Settled, Work, WorkLog

_LATE = 0.25
"""Seconds that an end waits for others at most."""
_SOON = 0.003
"""Seconds that an update waits for others."""


class GroupCommit:
    """The ends and updates of one upload on their way to the journal; belongs to the running event loop.

    ``progress`` is told each outcome as it comes. Every method raises JournalFailed once the journal could not be
    written.
    """

    def __init__(self, log: WorkLog, progress: Callable[[Outcome], None] = lambda outcome: None) -> None:
        self._log = log
        self._progress = progress
        self._ends: list[Settled] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._failed: JournalFailed | None = None

    def settle(self, ends: Sequence[Settled]) -> None:
        """Have ends recorded, soon."""
        if self._failed:
            raise self._failed
        self._ends.extend(ends)
        self._flush_in(_LATE)
        for end in ends:
            self._progress(end.outcome)

    def intend(self, works: Sequence[Work], at: float) -> None:
        """Record that these rows are sent from now on (``at``: the server's time), at once, with all that waits."""
        self._flush(works, at)

    async def redirect(self, action: Action, ends: Sequence[Settled] = ()) -> None:
        """Record that a row's request is now this update, and with it these ends; returns when that is durable."""
        self.settle(ends)
        self._log.redirect(action)
        durable = asyncio.get_running_loop().create_future()
        self._waiting.append(durable)
        self._flush_in(_SOON)
        await durable
        crashpoints.reached("update durable")

    def flush(self) -> None:
        """Make everything durable now."""
        self._flush((), 0.0)

    def _flush(self, works: Sequence[Work], at: float) -> None:
        if self._failed:
            raise self._failed
        if self._timer:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        try:
            self._log.settle(self._ends)
            if works:
                self._log.intend([work.action.row for work in works], at)
            else:
                self._log.commit()
        except JournalFailed as error:
            self._failed = error
            _tell(waiting, error)
            raise
        self._ends.clear()
        crashpoints.reached("ends durable")
        _tell(waiting, None)

    def _flush_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + seconds
        if self._timer is None or self._timer.when() > due:
            if self._timer:
                self._timer.cancel()
            self._timer = loop.call_at(due, self._rang)

    def _rang(self) -> None:
        self._timer = None
        try:
            self._flush((), 0.0)
        except JournalFailed:
            return  # those who wait were told, the others are at their next call


def _tell(waiting: Sequence[asyncio.Future[None]], error: JournalFailed | None) -> None:
    for one in waiting:
        if one.done():
            continue
        if error:
            one.set_exception(error)
        else:
            one.set_result(None)
