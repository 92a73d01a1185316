"""The language of faults on purpose: rules, and which requests they hit. ``front`` does what they say.

A fault rule is a JSON object; the first rule that is due decides. Tests of the uploader use them to lose answers, cut
connections, answer with a gateway's errors or with nonsense, before or after the real work was committed.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le

from bulk_io.errors import UsageError
from bulk_io.fields import WRITABLE

_Count = Annotated[int, Ge(1)]
_FIELDS = frozenset({"drop", "strip"})
_SILENT = frozenset({"close", "reset", "hang", "cut", "garbage"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault: which requests it counts, which of those it hits, what is answered, and how that goes over the wire.

    The actions, of which those of the first line end in an answer and can be combined with a ``wire``:

    - ``pass`` gives the API's own answer; ``answer`` sends ``status``, ``headers`` and ``body`` instead; ``html`` is a
      200 that is no JSON; ``drop`` takes ``fields`` out of the request before the API sees it; ``strip`` takes
      ``fields`` out of the API's answer, at its top and in ``data``; ``erase`` removes the contact that the request
      is about (by id, or by phone number), as somebody else might.
    - ``close`` ends the connection without a word, ``reset`` does so with a RST; ``hang`` never answers; ``cut`` is
      ``pass`` over the wire ``cut``; ``garbage`` answers with what is not HTTP.

    The wires: ``whole``; ``cut`` sends half of the body and ``reset`` does so with a RST, ``cut-head`` half of the
    headers; ``drip`` sends a byte every ``pause_ms``; ``long`` and ``short`` announce more, or less, than the body has;
    ``open-chunks`` never ends its chunks, ``bad-chunks`` gives no size for one; ``gzip`` announces a compression that
    is not there; ``early`` sends 1xx answers first; ``twice`` sends the answer two times, ``pause_ms`` apart.
    """

    action: Literal["answer", "close", "cut", "drop", "erase", "garbage", "hang", "html", "pass", "reset", "strip"] = (
        "answer"
    )
    when: Literal["before", "after"] = "before"
    """``before`` the request reaches the API, or ``after`` it was handled there: what it changed is committed, and the
    real answer is dropped, or given late. ``pass``, ``cut``, ``drop`` and ``strip`` always reach the API."""
    wire: Literal[
        "whole", "cut", "cut-head", "reset", "drip", "long", "short", "open-chunks", "bad-chunks", "gzip", "early",
        "twice",
    ] = "whole"  # fmt: skip
    method: str | None = None
    path: str = ""
    """A prefix of the path below the API's base, for example ``/contacts``."""
    nth: _Count | None = None
    """Only this one of the counted requests, from 1 …"""
    every: _Count = 1
    """… or each n-th …"""
    probability: float = 1.0
    """… or by chance, from ``seed``."""
    seed: int = 0
    times: _Count | None = None
    """At most so often."""
    delay_ms: Annotated[float, Ge(0)] = 0
    """How long to wait, before the API is asked or after it, as ``when`` says."""
    pause_ms: Annotated[float, Ge(0)] = 0
    status: Annotated[int, Ge(200), Le(599)] = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    """JSON, or text as it is; None is the API's usual error."""
    repeat: _Count = 1
    """How often a text is repeated, for what is too large or too deep."""
    charset: Literal["utf-8", "latin-1", "utf-16"] = "utf-8"
    """How a text is encoded."""
    fields: list[str] = field(default_factory=list)
    label: str = ""
    """What the ledger calls it, instead of what it does."""

    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        if (self.action in _FIELDS) != bool(self.fields):
            raise ValueError("drop and strip need fields, and only they take some")
        if self.action == "drop" and not set(self.fields) <= set(WRITABLE):
            raise ValueError("the fields to drop must be fields of a contact")
        if self.action in _SILENT and self.wire != "whole":
            raise ValueError(f"{self.action} gives no answer that a wire could carry")

    @property
    def name(self) -> str:
        """Its label, or what it does in a word or two: ``answer 503``, ``pass cut``."""
        if self.label:
            return self.label
        words = [self.action, str(self.status) if self.action == "answer" else ""]
        return " ".join(word for word in [*words, self.wire if self.wire != "whole" else ""] if word)


def parse_rules(objects: object) -> list[Rule]:
    """Read rules from parsed JSON, a list of objects named as Rule's fields. Raises UsageError."""
    from pydantic import TypeAdapter, ValidationError  # only here: most sandboxes start without rules

    try:
        return TypeAdapter(list[Rule]).validate_json(json.dumps(objects), strict=True)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"]) or "list"
        raise UsageError(f"The fault rules are wrong at {where}: {fault['msg']}.") from error


class Turn:
    """A rule at work: how many requests it has counted and hit."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._counted = self._hit = 0
        self._chance = random.Random(rule.seed)

    def due(self, method: str, path: str) -> bool:
        """Count a request if the rule is for it, and say whether it is hit."""
        rule = self.rule
        if rule.method not in (None, method) or not path.startswith(rule.path):
            return False
        self._counted += 1
        due = rule.times is None or self._hit < rule.times
        due = due and rule.nth in (None, self._counted) and self._counted % rule.every == 0
        due = due and (rule.probability >= 1 or self._chance.random() < rule.probability)
        self._hit += due
        return due
