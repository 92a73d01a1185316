"""Crash points: the named moments of a run at which dying must lose nothing, double nothing and mislabel nothing.

The code says where it is; nobody listens but the tests, which kill the process, pull the plug or fill the disk there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

POINTS: Mapping[str, str] = {
    "run made": "the run's folder has its name, nothing is read yet",
    "rows kept": "the file's rows are in the journal",
    "rows checked": "what was found in the rows is in the journal",
    "plan written": "the actions are in the journal, which does not call the plan complete yet",
    "plan complete": "nothing was sent yet",
    "intents written": "not yet committed, so nothing of them may be sent",
    "intents durable": "their requests are about to leave",
    "request leaving": "a write is about to be sent",
    "answer come": "a write was answered, the journal does not know",
    "update written": "an update that a 409 led to is in the journal, not yet committed",
    "update durable": "that update is about to be sent",
    "ends written": "how rows ended is in the journal, not yet committed",
    "ends durable": "the journal knows how they ended",
    "file written": "a report (or an export) is whole under its temporary name",
    "file named": "it has its name",
    "run finished": "the journal says so, the process has not ended",
}
"""Each point by name, with what is true there."""

_listener: Callable[[str], None] | None = None


def reached(point: str) -> None:
    """Say that a run is at this point."""
    if _listener is not None:
        _listener(point)


def listen(listener: Callable[[str], None] | None) -> None:
    """Be told of every point that is reached, from now on; None ends it. For tests."""
    global _listener
    _listener = listener
