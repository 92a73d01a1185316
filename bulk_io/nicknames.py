"""Given names as data: which ones stand for one person, and which ones are names of their own; `names` reads it.

In ``nicknames.txt``, written by hand for bulk_io, without accents, one line is one given name with its spellings and
short forms: two words of one line may be one person, in whatever language. A short form may stand in several lines
(Alex), which does not make Alexandre and Alexandra one. A masculine and a feminine form never share a line. Lines that
begin with ``=`` list names without short forms, those with ``~`` and ``^`` names that are family names, too.
"""

from __future__ import annotations

from pathlib import Path

_WRITTEN = [
    line for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines() if line and line[0] != "#"
]

LINES: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.replace("-", "").split()) for line in _WRITTEN if line[0] not in "=~^"
)
"""The given names with short forms, one tuple each."""


def _words(*marks: str) -> frozenset[str]:
    chosen = (line for line in _WRITTEN if line[0] in marks or ("" in marks and line[0] not in "=~^"))
    return frozenset(word for line in chosen for word in line.lstrip("=~^").replace("-", "").split())


GIVEN: frozenset[str] = _words("", "=")
"""Every given name and short form of the tables: a slip never turns one of them into another."""

FAMILY: frozenset[str] = _words("~")
"""Words that are family names as often as given ones: Martin, Simon, Kelly."""

FAMILY_ELSEWHERE: frozenset[str] = _words("^")
"""Given names that are the family names of many people in some countries: Joseph, Hassan."""
