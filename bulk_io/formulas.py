"""Cells that no spreadsheet runs as a formula: a value module used where csv is written, and where our own csv is read.

Excel and LibreOffice run a csv cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end, also after blanks
and invisible characters (OWASP, "CSV Injection"). A leading apostrophe makes it text.
"""

from __future__ import annotations

import re

_INVISIBLE = r"[\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
_SIGNS = r"[=+\-@\t\r\n\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]"
# The apostrophe is guarded too: only so is a leading apostrophe always ours to take away.
_GUARDED = re.compile(rf"'|{_INVISIBLE}{_SIGNS}")


def guard(text: str) -> str:
    """Give text as a csv cell that is shown, never run; any other text comes back as it is.

    Full-width and small forms of the signs count, because spreadsheets fold them. A text that itself begins with an
    apostrophe gets one more, so that ``unguard(guard(text)) == text`` for every text.
    """
    # most cells begin with a letter or a digit, and there are millions
    return text if text[:1].isalnum() or not _GUARDED.match(text) else f"'{text}"


def unguard(text: str) -> str:
    """Take back what `guard` added, and nothing else: an apostrophe that somebody typed before a letter stays."""
    bare = text.removeprefix("'")
    return bare if guard(bare) == text else text
