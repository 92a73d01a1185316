"""A contact's tags as one text: split freely from other people's files, and as a CSV record in our own columns.

Mapped and clean chunks, exports and reports always hold the record, so that a tag may contain any character.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from bulk_io.text import tidy

SEPARATORS: tuple[str, ...] = (";", ",", "|")
"""What tags are split on in files that are not our own export, unless a mapping's ``split`` says otherwise."""

# A quoted field with what follows its closing quote, else anything up to the next delimiter.
_FIELD = re.compile(r'[ \t]*"([^"]*(?:""[^"]*)*)"([^;]*)(?:;|$)|([^;]*)(?:;|$)')
_NEEDS_QUOTES = re.compile(r'[;"\r\n]|^\s|\s$')


def split(text: str, separators: Sequence[str] = SEPARATORS) -> tuple[str, ...]:
    """Split a cell on any of the separators; each tag is tidied, blanks and repeats are dropped."""
    wanted = sorted(filter(None, separators), key=len, reverse=True)
    pieces = re.split("|".join(map(re.escape, wanted)), text) if wanted else [text]
    return union((tidy(piece) for piece in pieces), ())


@functools.lru_cache(maxsize=4096)  # the same tags come again and again
def parse(record: str) -> tuple[str, ...]:
    """Read the tags of a record as :func:`record` writes it.

    Never fails: a quote that is not closed is an ordinary character. Fields without quotes are trimmed, because people
    edit exports; blanks and repeats are dropped.
    """
    if '"' not in record:
        return union((field.strip() for field in record.split(";")), ())
    return union(_fields(record), ())


def record(tags: Iterable[str]) -> str:
    """Write tags as one CSV record with ``;`` as its delimiter, quoted where needed: ``a;"b;c";d,e``."""
    return _record(tuple(tags))


def union(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    """Put two lists of tags together: order kept, blanks and exact repeats dropped."""
    return tuple(dict.fromkeys(tag for tags in (first, second) for tag in tags if tag))


def _fields(record: str) -> Iterable[str]:
    position = 0
    while position <= len(record):
        match = _FIELD.match(record, position)
        if match is None:
            return
        quoted, rest, plain = match.groups()
        yield plain.strip() if quoted is None else quoted.replace('""', '"') + rest.rstrip()
        position = match.end() + (not match.group().endswith(";"))


@functools.lru_cache(maxsize=4096)
def _record(tags: tuple[str, ...]) -> str:
    return ";".join(map(_quoted, tags))


def _quoted(tag: str) -> str:
    return '"' + tag.replace('"', '""') + '"' if _NEEDS_QUOTES.search(tag) else tag
