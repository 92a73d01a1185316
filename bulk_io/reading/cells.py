"""The values of cells as the text that a person sees: numbers, dates, times, spans, booleans.

Light on purpose: the child process that reads files under limits imports it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_DAY_ZERO = date(1899, 12, 31)


def text(value: object) -> str:
    """Write any value of a cell; what is none of the known kinds, as Python does."""
    return value if type(value) is str else _TEXT.get(type(value), str)(value)


def number(value: float) -> str:
    """Write a number as a person sees it: no ``.0``, no exponent where digits will do, the shortest exact digits."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    if "e" not in text or not 1e-7 <= abs(value) < 1e21:
        return text
    return format(Decimal(text), "f")


def percent(value: float) -> str:
    """Write a share as a percentage: 0.15 is ``15%``, with the fifteen digits that spreadsheets have."""
    return f"{number(float(f'{value * 100:.15g}'))}%"


def moment(value: datetime) -> str:
    """Write a date, with its time of day unless that is midnight; spreadsheets store fractions: round to seconds."""
    rounded = value.replace(microsecond=0)
    if value.microsecond >= 500_000 and rounded < datetime.max.replace(microsecond=0, tzinfo=value.tzinfo):
        rounded += timedelta(seconds=1)
    return rounded.isoformat() if rounded.time() != time() else rounded.date().isoformat()


def clock(value: time) -> str:
    """Write a time of day to the second."""
    return value.replace(microsecond=0).isoformat()


def duration(value: timedelta) -> str:
    """Write a span of time in hours, which may pass 24, minutes and seconds."""
    seconds = round(abs(value.total_seconds()))
    sign = "-" if value < timedelta() else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def iso_moment(text: str) -> str:
    """Write an ISO 8601 date or date and time as `moment` does; any other text stays as it is.

    On the day before all days of spreadsheets, 1899-12-31, it is a time of day.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return clock(found.time()) if found.date() == _DAY_ZERO else moment(found)


def iso_span(text: str) -> str:
    """Write an ISO 8601 span of hours, minutes and seconds (``PT30H05M00S``) as `duration` does."""
    match = re.fullmatch(r"PT(?:(\d{1,6})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:[.,]\d+)?S)?", text)
    if not match or text == "PT":
        return text
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return duration(timedelta(hours=hours, minutes=minutes, seconds=seconds))


def boolean(value: object) -> str:
    """Write a truth as spreadsheets do."""
    return "TRUE" if value else "FALSE"


_TEXT: dict[type, Callable[[Any], str]] = {
    float: number,
    bool: boolean,
    datetime: moment,
    date: date.isoformat,
    time: clock,
    timedelta: duration,
    type(None): lambda _: "",
}
