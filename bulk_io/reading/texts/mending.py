"""One damaged record, read in the way that a person would: stray quotes stay text, the row keeps its width.

Only for records that the csv module refuses: each way of cutting such a text into cells has a price, and the cheapest
that gives the table's width is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

_LONGEST = 20_000
_MOST_CUTS = 150
_MOST_WAYS = 6000
_MOST_LINES = 40
_STRAY, _INSIDE, _BOUNDARY, _BLANKS = 1.5, 1.0, 1.0, 0.01


@dataclass(frozen=True, slots=True)
class Mended:
    """A record as it was understood: its cells, how many lines are its own, and what the reading cost.

    ``fault`` is the code of what is to be told: a quote inside a quoted cell (``stray_quote``), one that opens a cell
    and was taken for text (``open_quote``), or nothing.
    """

    cells: list[str]
    lines: int = 1
    price: float = 0.0
    fault: str = ""


def mend(lines: Sequence[str], delimiter: str, quote: str, width: int) -> Mended:
    """Read the record that begins ``lines``.

    The first line alone if that gives ``width`` cells (0: any number) and the next line is a row of its own, else the
    fewest lines that do; else the first line, in its cheapest reading.
    """
    first = whole(lines[0], delimiter, quote, width)
    after = whole(lines[1], delimiter, quote, width) if first and width > 1 and len(lines) > 1 else None
    if first and (width < 2 or len(lines) < 2 or (after and not after.price)):
        return first
    limit = first.price + (after.price if after else 1.0) if first else float("inf")
    for count in range(2, min(len(lines), _MOST_LINES) + 1):
        text = "".join(lines[:count])
        if len(text) > _LONGEST:
            break
        found = whole(text, delimiter, quote, width)
        if found and any("\n" in cell or "\r" in cell for cell in found.cells):
            return replace(found, lines=count) if found.price <= limit or not first else first
    if first:
        return first
    return whole(lines[0], delimiter, quote, 0) or _split(lines[0].rstrip("\r\n"), delimiter)


def whole(text: str, delimiter: str, quote: str, width: int) -> Mended | None:
    """Cut a text into exactly ``width`` cells (0: any number) at the least price; None if there is no way."""
    text = text.rstrip("\r\n")
    cuts = text.count(delimiter)
    if len(text) > _LONGEST or cuts > _MOST_CUTS or cuts * text.count(quote) > _MOST_WAYS:
        return _split(text, delimiter) if width in {0, cuts + 1} else None

    @cache
    def best(at: int, left: int) -> tuple[float, tuple[str, ...]] | None:
        found: tuple[float, tuple[str, ...]] | None = None
        for price, cell, end in _cells(text, at, delimiter, quote):
            rest: tuple[float, tuple[str, ...]] | None = None
            if end < 0:
                rest = (0.0, ()) if left in {0, 1} else None
            elif left != 1:
                rest = best(end, max(left - 1, 0))
            if rest is not None and (found is None or price + rest[0] < found[0]):
                found = (price + rest[0], (cell, *rest[1]))
        return found

    found = best(0, width)
    return None if found is None else Mended(list(found[1]), price=found[0], fault=_fault(*found, quote))


def _fault(price: float, cells: Sequence[str], quote: str) -> str:
    if price < _INSIDE:
        return ""
    return (
        "open_quote"
        if any(cell.lstrip(" ").startswith(quote) and cell.count(quote) % 2 for cell in cells)
        else "stray_quote"
    )


def _split(text: str, delimiter: str) -> Mended:
    return Mended(text.split(delimiter), price=_STRAY, fault="open_quote")


def _cells(text: str, at: int, delimiter: str, quote: str) -> Iterator[tuple[float, str, int]]:
    """Give the cells that may begin at a place: price, text, and where the next one begins (-1: there is none)."""
    cut = text.find(delimiter, at)
    plain = text[at : cut if cut >= 0 else len(text)]
    start = len(text[at:]) - len(text[at:].lstrip(" ")) + at
    opened = text.startswith(quote, start)
    if "\n" not in plain and "\r" not in plain:
        price = _STRAY if opened else 0.5 if quote in plain else 0.0
        yield price, plain, cut + len(delimiter) if cut >= 0 else -1
    if not opened:
        return
    blanks = _BLANKS if start > at else 0.0
    for match in re.finditer(rf"{re.escape(quote)}( *)({re.escape(delimiter)}|$)", text[start + 1 :]):
        inner = text[start + 1 : start + 1 + match.start()]
        end = start + 1 + match.end() if match[2] else -1
        price = blanks + (_BLANKS if match[1] else 0.0) + _damage(inner, delimiter, quote)
        yield price, inner.replace(quote * 2, quote), end


def _damage(inner: str, delimiter: str, quote: str) -> float:
    """Price what stands between two quotes: single quotes in it, and what looks like the end of another cell."""
    rest = inner.replace(quote * 2, "")
    if quote not in rest:
        return 0.0
    odd = rest.count(quote)
    ends = rest.count(quote + delimiter) + rest.count(delimiter + quote)
    # The quotes of `"A" and "B"` stand around words: what is between the first and the last is no cell.
    first, last = rest.find(quote), rest.rfind(quote)
    apart = first < last and _closes(rest, first) and _opens(rest, last)
    return _INSIDE + 0.1 * odd + _BOUNDARY * (ends + apart)


def _closes(text: str, at: int) -> bool:
    return bool(text[:at].strip()) and not text[at - 1].isspace() and text[at + 1 : at + 2].isspace()


def _opens(text: str, at: int) -> bool:
    return text[at - 1].isspace() and bool(text[at + 1 : at + 2].strip())
