"""What a cell looks like: an e-mail, a phone number, a date, a number … or just text; by its form, not its meaning.

Light on purpose: the child process that reads workbooks uses it.
"""

from __future__ import annotations

import re
from functools import lru_cache

BLANKS = " \t\r\n\x0b\x0c\x00\x1a\x1c\x1d\x1e\x1f\x85\xa0\u2000\u2001\u2002\u2003\u2007\u2009\u200b\u202f\u3000\ufeff"

_KINDS = (
    ("error", re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|ERROR!)|Err:\d{3}")),
    ("email", re.compile(r"(?i)(?:mailto:)?[^@\s]+@[^@\s]+\.[^\W\d_]\w*")),
    ("url", re.compile(r"(?i)(?:(?:https?|ftp)://|www\.)\S+")),
    (
        "date",
        re.compile(
            r"(?xi) (?:\d{4}([-/.])\d{1,2}\1\d{1,2} | \d{1,2}([./-])\d{1,2}\2(?:\d{4}|\d{2}))"
            r"(?:[t\s]\s?\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:[ap]\.?m\.?|z|utc|[+-]\d\d:?(?:\d\d)?)?)?"
            r"| \d{1,2}[\s-](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[.,]?[\s-]\d{2,4}"
            r"| (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\d{1,2},?\s\d{4}"
        ),
    ),
    ("time", re.compile(r"(?i)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s?[ap]\.?m\.?)?")),
    ("number", re.compile(r"[-+(]?(?:[$€£¥]\s?)?-?\d{1,6}(?:[.,]\d+)*(?:[eE][-+]?\d+)?\s?[%€$£¥]?\)?")),
    ("phone", re.compile(r"(?i)(?:[a-z]:|'|tel:)?[+(]*\d[\d\s().\-/]{5,}\d")),
    ("number", re.compile(r"[-+]?(?:[$€£¥]\s?)?\d+(?:[.,\s]\d+)*(?:[eE][-+]?\d+)?\s?[%€$£¥]?")),
)
_WORD = 3
"""Letters of a word, at least."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def trim(text: str) -> str:
    """Take away blanks around a cell, invisible ones too."""
    return text.strip(BLANKS)


@lru_cache(maxsize=1 << 15)
def kind(cell: str) -> str:
    """Name what a cell looks like: email, url, date, time, number, phone, year, error, text; ``""`` for a blank one."""
    text = trim(cell)
    if not text:
        return ""
    if len(text) > 200:
        return "text"
    if _YEAR.fullmatch(text):
        return "year"
    return next((name for name, pattern in _KINDS if pattern.fullmatch(text)), "text")


def is_value(cell: str) -> bool:
    """Say whether a cell looks like a value, not like a name; a year may be either: tables have years for headers."""
    return kind(cell) not in {"", "text", "year"}


def is_contact(cell: str) -> bool:
    """Say whether a cell is an e-mail address or looks like a phone number."""
    return kind(cell) in {"email", "phone"}


def is_remark(text: str) -> bool:
    """Say whether a text is words, not a sign and a name."""
    return len(text.split()) > 1 and has_word(text)


def has_word(text: str) -> bool:
    """Say whether a text has as many letters as a word: ``x:`` or ``#`` may be anything."""
    return sum(map(str.isalpha, text)) >= _WORD
