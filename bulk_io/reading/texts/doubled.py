"""Text that was encoded twice (``HÃ©lÃ¨ne`` for ``Hélène``): recognised, and repaired where the person asks for it."""

from __future__ import annotations

import re

_RUN = re.compile("[\x80-\uffff]{2,}")


def repaired(text: str) -> str:
    """Undo the second encoding wherever a run of characters makes sense only so; the rest stays."""
    return text if text.isascii() else _RUN.sub(_once, text)


def _once(match: re.Match[str]) -> str:
    """Read a run as cp1252 bytes that were UTF-8; as it stands where they were not."""
    try:
        data = b"".join(_byte(char) for char in match[0])
        return data.decode()
    except UnicodeError:
        return match[0]


def _byte(char: str) -> bytes:
    # The five bytes that cp1252 leaves open went through as control characters.
    return char.encode("latin-1") if "\x80" <= char <= "\x9f" else char.encode("cp1252")
