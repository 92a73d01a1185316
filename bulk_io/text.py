"""Plain text as every stage compares it: the first step of validation, and of comparing with what the CRM stores."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

# Zero-width space, word joiner, BOM, soft hyphen and the bidirectional marks carry no meaning in a cell.
_MARKS = "\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
_INVISIBLE = re.compile(f"[{_MARKS}]")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# Joiners are spelling in Persian, Indic scripts and emoji, and noise in every other place.
_SCRIPT = "\u0590-\u1fff\u2190-\U0010ffff"
_JOINER = re.compile(f"(?<![{_SCRIPT}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_SCRIPT}])|[\u200c\u200d]{{2,}}")


def tidy(text: str) -> str:
    """Give the one-line form of a cell: NFC, trimmed, without invisible marks.

    A run of white space that holds a line break, a tab, a no-break space or a control character becomes one space;
    ordinary spaces inside stay as they are. Doing it twice changes nothing.
    """
    if text.isprintable():
        return unicodedata.normalize("NFC", text).strip(" ")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = _JOINER.sub("", _SPACE.sub(_one_line, text))
    return unicodedata.normalize("NFC", text).strip()


def nfc(text: str) -> str:
    """Give a text trimmed and composed (NFC), its inside left alone: how tags are compared."""
    return unicodedata.normalize("NFC", text).strip()


def counted(number: int, noun: str, verb: str = "") -> str:
    """Say how many: ``1 row``, ``2,000 rows``; with a verb in the singular ``1 row was``, ``2,000 rows were``."""
    if number == 1:
        return f"1 {noun} {verb}".rstrip()
    return f"{number:,} {noun}s {_PLURAL.get(verb, verb)}".rstrip()


_PLURAL = {"is": "are", "was": "were", "has": "have", "does": "do", "costs": "cost", "repeats": "repeat"}


def sheet_name(name: str, at: int) -> str:
    """Name the sheet with this number, from 0, of a table that fills several: ``Name``, ``Name (2)`` …

    Excel takes 31 characters.
    """
    mark = f" ({at + 1})" if at else ""
    return name[: 31 - len(mark)] + mark


def _one_line(run: re.Match[str]) -> str:
    return " " if run.group().strip(" ") else run.group()


def iso(when: datetime) -> str:
    """Write a time as the API does: UTC, with milliseconds and ``Z``."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
