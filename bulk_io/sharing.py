"""One pure step over many pieces, shared among processes: results come in the order of the pieces.

The other processes are loky's: they start afresh (a fork would copy the locks of our threads) and, unlike the standard
library's, do not run the main module again, which may be the script of somebody who calls the library.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, wait
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from loky import ProcessPoolExecutor

_AHEAD = 2
"""Pieces that each other process has before it: one under way and the next one."""
_HUSH = "ignore:resource_tracker"
"""For loky's process that counts semaphores: where it hears too late of one that is gone, it would tell the user."""
_A = TypeVar("_A")
_B = TypeVar("_B")


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Crew:
    """So many processes that do pure steps together, of which this is one; a context manager.

    The others are started when they are called, not before: for a small file they are not worth their start. They
    load ``modules`` then, so that no step has to wait for what it needs.
    """

    def __init__(self, at_once: int, modules: Sequence[str] = ()) -> None:
        self._others = at_once - 1
        self._modules = modules
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dismiss()

    def dismiss(self) -> None:
        """Send the others home: their memory is free, and steps are done here."""
        if self._pool is not None:
            self._pool.shutdown(kill_workers=True)
            self._pool = None

    def call(self) -> None:
        """Start the others, if that was not done, and let them get ready while this one goes on."""
        if self._pool is None and self._others > 0:
            from loky import ProcessPoolExecutor  # a tenth of a second that small files need not wait for

            if _HUSH not in sys.warnoptions:
                sys.warnoptions.append(_HUSH)  # handed to processes that are started
            given = (self._modules, gc.get_threshold())
            self._pool = ProcessPoolExecutor(self._others, initializer=_begin, initargs=given)
            self._pool.submit(_ready)

    def in_order(self, step: Callable[[_A], _B], pieces: Iterable[_A]) -> Iterator[_B]:
        """Do a step for each piece, together with the others if they were called, and give the results in order.

        At most a few pieces and results a process are held. The step must be importable by name (a partial of such
        will do), and its error is raised at the latest where its result would have come.
        """
        waiting = iter(pieces)
        pending: deque[tuple[_A, Future[_B]]] = deque()

        def first() -> _B:
            piece, one = pending.popleft()
            try:
                return one.result()
            except BrokenExecutor:  # killed from outside, for its memory perhaps: this process is still there
                return step(piece)

        while True:
            # each time, for what is done with a result takes a while, in which the others shall have work
            for piece in itertools.islice(waiting, self._room([one for _, one in pending])):
                pending.append((piece, self._submitted(step, piece) or _done(step(piece))))
            is_due = bool(pending) and (pending[0][1].done() or len(pending) >= self._most)
            own = [] if is_due else list(itertools.islice(waiting, 1))
            if own:
                pending.append((own[0], _done(step(own[0]))))
            elif pending:
                yield first()
            else:
                return

    @contextmanager
    def beside(self, step: Callable[[], object]) -> Iterator[None]:
        """Have one of the others do a step while the block does something else; without others it is done before.

        It is done when the block ends, however that ends; its error is raised then.
        """
        done = self._submitted(step) or _done(step())
        try:
            yield
        finally:
            wait([done])
        try:
            done.result()
        except BrokenExecutor:
            step()

    def _submitted(self, step: Callable[..., _B], *given: object) -> Future[_B] | None:
        """Give a step to the others; None where there are none, or none any more."""
        if self._pool is not None:
            with suppress(BrokenExecutor):
                future: Future[_B] = self._pool.submit(step, *given)
                return future
        return None

    @property
    def _most(self) -> int:
        """The pieces and results that are held at most."""
        return 2 * _AHEAD * (self._others + 1)

    def _room(self, given: Sequence[Future[Any]]) -> int:
        """Count the pieces that the others can take, beside those that they have of the ``given`` ones."""
        if self._pool is None:
            return 0
        out = sum(not one.done() for one in given)
        return max(min(_AHEAD * self._others - out, self._most - len(given)), 0)


ALONE = Crew(1)
"""This process, and no other."""


def _done(result: _B) -> Future[_B]:
    done: Future[_B] = Future()
    done.set_result(result)
    return done


def _begin(modules: Sequence[str], collecting: tuple[int, int, int]) -> None:
    """Leave Ctrl-C, which a terminal sends to all, to the parent, go when it is gone, and load modules.

    Garbage is collected as seldom as in the parent.
    """
    gc.set_threshold(*collecting)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_go_with, args=(os.getppid(),), daemon=True).start()
    for module in modules:
        importlib.import_module(module)


def _ready() -> None:
    """Do nothing: a process is started by its first task."""


def _go_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
