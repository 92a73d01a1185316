"""One request until it has an answer that counts: what may be repeated, how long, and when the run gives up.

Between the connection (single attempts) and those who ask (upload, lookup, export). A request that never left is
repeated freely; one whose answer was lost is repeated too, and marked so: the asker must settle what it did.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bulk_io import crashpoints
from bulk_io.answers import Answer
from bulk_io.client import raise_for
from bulk_io.connection import Connection
from bulk_io.errors import Interrupted, NoAnswer, NotSent, TlsFailed, Unreachable
from bulk_io.throttle import Throttle

_PASSING = frozenset({*range(300, 400), 408, 425, 500, 502, 503, 504})
"""Statuses that may pass; a POST answered so may have been carried out. Redirects are a gateway's, never followed."""
_FEW = 10
"""Writes that may fail with none succeeding in between before it is taken for the API's fault, not the rows'."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. Seconds, but for ``attempts`` (a request) and ``failures`` (in a row, over the whole run)."""

    attempts: int = 12
    failures: int = 50
    give_up_after: float = 120.0
    start_within: float = 15.0
    first_pause: float = 0.25
    longest_pause: float = 15.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer that counts. ``lost`` says that an earlier attempt of the same request may have been carried out."""

    answer: Answer
    lost: bool = False


class GaveUp(NoAnswer):
    """All attempts of one request failed while others got through."""


class Caller:
    """Ask the API with patience, through the common throttle.

    Raises AccessRefused at once for 401 and 403, TlsFailed at once, GaveUp for one request, Unreachable for the run.
    """

    def __init__(
        self,
        connection: Connection,
        throttle: Throttle,
        patience: Patience | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.connection = connection
        self.throttle = throttle
        self._patience = patience or Patience()
        self._clock = clock
        self._last_success = clock()
        self._trouble_since: float | None = None
        self._ever = False
        self._failures = 0
        self._writes = self._struck = 0
        self.retried = 0

    async def ask(
        self,
        method: str,
        path: Sequence[str],
        *,
        payload: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
        lose: bool = False,
    ) -> Reply:
        """Send a request until it is answered; the answer may be any status but 401, 403, 429 and 5xx.

        ``lose`` gives up at the first lost answer, with NoAnswer: for what can be done without.
        """
        lost = False
        attempt = outages = 0
        struck = -1
        began = self._clock()
        while True:
            try:
                answer = await self._once(method, path, payload, params)
            except Interrupted as stopped:
                raise Interrupted(str(stopped), stopped.exit_code, unsent=not lost) from stopped
            except TlsFailed:
                raise
            except NotSent as error:
                outages += 1
                self._check_outage(error)
                self.throttle.unreachable(self._pause(outages))
            except NoAnswer as error:
                if lose:
                    raise
                lost, attempt = True, attempt + 1
                self._struck += struck != self._writes
                struck = self._writes
                await self._failed(error, method, attempt, began)
            else:
                if answer is not None:
                    raise_for_access(answer)
                    if method != "GET":
                        self._writes, self._struck = self._writes + 1, 0
                    return Reply(answer, lost)
            self.retried += 1

    async def _once(
        self,
        method: str,
        path: Sequence[str],
        payload: Mapping[str, object] | None,
        params: Mapping[str, str] | None,
    ) -> Answer | None:
        """Make one attempt; None where the server was too busy. The throttle is told before the place is given on."""
        await self.throttle.enter()
        began = self._clock()
        if method != "GET":
            crashpoints.reached("request leaving")
        try:
            return self._judged(await self.connection.request(method, path, payload=payload, params=params), began)
        except Unreachable as error:
            self._troubled(began)
            if isinstance(error, NoAnswer):
                self.throttle.failed()
            raise
        finally:
            self.throttle.leave()

    def _judged(self, answer: Answer, began: float) -> Answer | None:
        """Give an answer that counts, None for a 429; raises NoAnswer for one that may pass."""
        if answer.status == 429:
            self._ever, self._trouble_since = True, None  # somebody is there, only busy
            self.throttle.pushed_back(answer.retry_after)
            return None
        if answer.status in _PASSING:
            raise self._passing(answer)
        self._ever, self._failures, self._last_success = True, 0, self._clock()
        self._trouble_since = None
        self.throttle.succeeded(self._last_success - began)
        return answer

    def _passing(self, answer: Answer) -> NoAnswer:
        """Give what an answer that may pass means; raises Unreachable for a redirect where nothing ever worked."""
        if 300 <= answer.status < 400:
            story = f"the API answered {answer.status}, a redirect, which is never followed; check the base URL"
            if not self._ever:
                raise Unreachable(story)
            return NoAnswer(story)
        if answer.status == 503 and answer.retry_after is not None:
            self.throttle.pushed_back(answer.retry_after)
        return NoAnswer(f"the API answered {answer.status}: {answer.message}")

    def _troubled(self, began: float) -> None:
        # not since the last success: nothing was asked while a plan was made or somebody thought about it
        if self._trouble_since is None:
            self._trouble_since = max(began, self._last_success)

    def _silent(self) -> float:
        """Seconds since the attempt that began the trouble, 0.0 if all is well."""
        return 0.0 if self._trouble_since is None else self._clock() - self._trouble_since

    def _check_outage(self, error: NotSent) -> None:
        silent = self._silent()
        allowed = self._patience.give_up_after if self._ever else self._patience.start_within
        if silent > min(allowed, self._patience.give_up_after):
            raise Unreachable(f"{error}; given up after {silent:.0f} seconds") from error

    async def _failed(self, error: NoAnswer, method: str, attempt: int, began: float) -> None:
        """Wait before the next attempt; raises GaveUp or Unreachable where there is to be none."""
        self._failures += 1
        silent = self._silent()
        too_many = self._failures >= self._patience.failures and silent > min(30.0, self._patience.give_up_after)
        if too_many or (not self._ever and silent > self._patience.start_within):
            await self._must_answer(f"{error}; {self._failures} failures in a row over {silent:.0f} seconds", method)
        if attempt >= self._patience.attempts:
            if self._last_success <= began:
                await self._must_answer(f"{error}; {attempt} attempts and no success meanwhile", method)
            raise GaveUp(f"{error}; given up after {attempt} attempts") from error
        await self.throttle.pause(self._pause(attempt))

    async def _must_answer(self, story: str, method: str) -> None:
        """Raise Unreachable, unless only a few writes fail and the API answers when it is asked for a contact.

        A handful of rows that it cannot digest, left alone at the end of a run, must not keep it from ending.
        """
        if method == "GET" or self._struck > _FEW:
            raise Unreachable(story)
        try:
            await self._once("GET", ["contacts"], None, {"page": "1", "limit": "1"})
        except Unreachable as error:
            raise Unreachable(story) from error

    def _pause(self, attempt: int) -> float:
        longest = min(self._patience.longest_pause, self._patience.first_pause * 2.0 ** min(attempt - 1, 60))
        return random.uniform(0.0, longest)


def raise_for_access(answer: Answer) -> None:
    """Raise AccessRefused for 401 and 403: the key is the same for every row, so the run stops at once."""
    if answer.status in (401, 403):
        raise_for(answer)
