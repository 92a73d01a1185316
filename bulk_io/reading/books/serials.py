"""Dates, times and spans as workbooks store them: a number of days, whose format says which of them it is.

Light on purpose: the child process that reads workbooks uses it.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import lru_cache

from bulk_io.reading import cells

_LAST = 2_958_466
"""The day after the last that there is, 9999-12-31."""
_DRESSING = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_SPAN = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_DATE = re.compile(r"[dmyhse]", re.IGNORECASE)
BUILT_IN = dict.fromkeys((*range(14, 18), *range(27, 37), *range(50, 59)), "yyyy-mm-dd") | {
    **dict.fromkeys((18, 19, 20, 21, 45, 47), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    46: "[h]:mm:ss",
}
"""The formats of dates that have a number and need no code (ECMA-376 part 1, 18.8.30), as a code of their kind."""


@lru_cache(maxsize=1024)
def is_date(code: str) -> bool:
    """Say whether a format writes a number as a date, a time or a span."""
    plain = _DRESSING.sub("", code.partition(";")[0])
    return bool(_SPAN.search(plain)) or (
        bool(_DATE.search(plain)) and not re.search(r"[0#?]E[+-]|general", plain, re.I)
    )


def text(value: float, code: str, *, since_1904: bool) -> str:
    """Write a number of days as the date, the time of day or the span that it is; else as the plain number."""
    if _SPAN.search(_DRESSING.sub("", code)):
        return cells.duration(timedelta(days=value)) if abs(value) < _LAST else cells.number(value)
    if not 0 <= value < _LAST - 1462 * since_1904:
        return cells.number(value)
    if value < 1:
        seconds = min(round(value * 86_400), 86_399)
        return cells.clock(time(seconds // 3600, seconds // 60 % 60, seconds % 60))
    if since_1904:
        return cells.moment(datetime(1904, 1, 1) + timedelta(days=value))
    # there is a 29 February 1900 in these calendars: it is day 60
    return cells.moment(datetime(1899, 12, 30) + timedelta(days=value + (value < 60)))
