"""One pure step over many pieces, shared among processes: results come in the order of the pieces.

The other processes are loky's: they start afresh (a fork would copy the locks of our threads) and, unlike the standard
library's, do not run the main module again, which may be the script of somebody who calls the library.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from typing import TypeVar

_AHEAD = 2
"""Pieces that each other process has before it: one under way and the next one."""
_A = TypeVar("_A")
_B = TypeVar("_B")


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(step: Callable[[_A], _B], pieces: Iterable[_A], *, at_once: int) -> Iterator[_B]:
    """Do a step for each piece in so many processes, of which this one is one, and give the results in order.

    At most a few pieces and results a process are held. The step must be importable by name (a partial of such will
    do), and its error is raised at the latest where its result would have come. With one process nothing is started.
    """
    if at_once < 2:
        yield from map(step, pieces)
        return
    from loky import ProcessPoolExecutor  # a tenth of a second that small files need not wait for

    others = at_once - 1
    with ProcessPoolExecutor(others, initializer=_begin) as pool:
        pending: deque[tuple[_A, Future[_B]]] = deque()

        def given(piece: _A) -> Future[_B]:
            out = sum(not one.done() for _, one in pending)
            if out < _AHEAD * others:
                with suppress(BrokenExecutor):
                    future: Future[_B] = pool.submit(step, piece)
                    return future
            return _done(step(piece))

        def first() -> _B:
            piece, one = pending.popleft()
            try:
                return one.result()
            except BrokenExecutor:  # killed from outside, for its memory perhaps: this process is still there
                return step(piece)

        try:
            for piece in pieces:
                pending.append((piece, given(piece)))
                while pending and (pending[0][1].done() or len(pending) > 2 * _AHEAD * at_once):
                    yield first()
            while pending:
                yield first()
        finally:
            pool.shutdown(kill_workers=True)


def _done(result: _B) -> Future[_B]:
    done: Future[_B] = Future()
    done.set_result(result)
    return done


def _begin() -> None:
    """Leave Ctrl-C, which a terminal sends to all, to the parent, and go when it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_go_with, args=(os.getppid(),), daemon=True).start()


def _go_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
