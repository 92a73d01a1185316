"""Who watches a job: told of stages, progress, outcomes and decisions, and asked before the first write.

The library's default says nothing and approves; the commands put a terminal behind it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bulk_io.records import Outcome


@dataclass(frozen=True, slots=True)
class Approval:
    """What is about to be done: where (host and company), and how many rows would end as what.

    ``planned`` is worded for people: ``to create``, ``to update``, and the outcomes that are settled already.
    """

    target: str
    planned: Mapping[str, int]


class Taken(NamedTuple):
    """A column, the field that it was taken for (``""``: it is not used), why, and some of its values."""

    header: str
    field: str
    why: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file's columns were taken for. ``proposed``: no mapping knows the file, each column was matched.

    ``unsure`` has a sentence for each column that its values or a near spelling decided; ``notes`` say what a mapping
    that somebody kept has to do with the file.
    """

    proposed: bool
    columns: tuple[Taken, ...]
    unsure: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Agreement(NamedTuple):
    """What somebody says to a guess: it is right, but for ``corrections`` (texts as ``--map`` takes them).

    ``keep``: it was said by a person, so that it need not be asked again.
    """

    corrections: tuple[str, ...] = ()
    keep: bool = False


class Watcher:
    """Ignores everything and approves every plan; subclasses override what they want to know.

    ``began`` is the monotonic time from which the job's seconds count: now, or when the process began.
    """

    def __init__(self, began: float | None = None) -> None:
        self.began = time.monotonic() if began is None else began

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins (reading, checking, uploading, exporting), of ``total`` rows if that is known."""

    def advance(self, rows: int) -> None:
        """So many more rows of the stage are done."""

    def outcome(self, outcome: Outcome) -> None:
        """A row of the upload came to its end."""

    def note(self, sentence: str) -> None:
        """A decision that the person should know of."""

    def detail(self, sentence: str) -> None:
        """Something that only the curious want to know (``--verbose``)."""

    def agree(self, guess: Guess) -> Agreement | None:
        """Say whether to work with a mapping, None if not; asked again after corrections, before the file is read."""
        return Agreement()

    def password(self, reason: str) -> str:
        """Give the password of a file that needs one; ``""`` gives up."""
        return ""

    def approve(self, approval: Approval) -> bool:
        """Say whether to write; asked once, after the plan and before the first write."""
        return True
