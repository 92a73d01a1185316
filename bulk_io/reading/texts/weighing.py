"""How good a cut is: rows as even as a table's, cells that look like something, a header of known words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from bulk_io.reading.outlines import header
from bulk_io.reading.outlines.kinds import kind
from bulk_io.reading.texts.dialect import RUNS, Dialect

FOREIGN = (",", ";", "\t", "|")
_DECIMAL = re.compile(r"[-+]?(?:[€$£¥]\s?)?[\d.\s]*\d,\d+\s?[%€$£¥]?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d+,\d+|[-+]?\d+(?:\.\d+)?")
_COMMA = re.compile(r"[^\d\s],|,[^\d\s]")
_GLUED = re.compile(r"\w[;|\t,]\w|[^\W\d]:[^\W\d]\w*:[^\W\d]")
_HOLLOW = re.compile(r",,|;;|\t\t|\|\|")
"""Two delimiters with nothing between them: no text has that, but a row with a blank cell has."""
_BRACKETED = re.compile(r"\([^()]*\)+")
"""What stands in brackets may have any sign between its parts: ``POINT(1, 2)``."""
_SPREAD = re.compile(r"\S {3,}\S")
_QUOTED = re.compile(r"""\s*(["']).*\1\s*""", re.DOTALL)
_PRIORS = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 1.0, RUNS: 0.85, " ": 0.5, ":": 0.5, "=": 0.4}
_STEADY = 0.9
_TORN = 0.6
_MOST_BELOW, _WIDE = 10, 3


@dataclass(frozen=True, slots=True)
class Weight:
    """What speaks for a cut: ``rows`` of ``width`` cells among ``of`` rows, and the ``score`` to compare."""

    score: float = 0.0
    width: int = 1
    rows: int = 0
    of: int = 0
    damaged: int = 0


def weigh(records: Sequence[list[str]], how: Dialect, *, damaged: int = 0) -> Weight:
    """Weigh records that are not blank, as one dialect cuts them; ``damaged``: how many of them had to be mended."""
    core, titles = _core(records)
    width, count = _usual(core)
    if width < 2 or (how.delimiter == "," and _is_one_column(records)):
        return Weight(of=len(core), rows=len(core))
    short = sum(1 for record in core if 1 < len(record) < width)
    even = (count + 0.3 * short) / len(core) * (width - 1) / width
    cells = [cell for record in core for cell in record if cell.strip()]
    foreign = re.compile("[" + re.escape("".join(other for other in FOREIGN if other not in how.delimiter)) + "]")
    clean = sum(1 for cell in cells if _is_clean(cell, foreign, how)) / (len(cells) or 1)
    typed = sum(1 for cell in cells if kind(cell) not in {"", "text"}) / (len(cells) or 1)
    known = max((header.evidence(r) for r in core[: header.LOOK] if len(r) * 2 >= width), default=0)
    score = even * (0.35 + 0.65 * clean) * (1 + 0.3 * typed) * (1 + 0.1 * min(known, 5))
    if any(_GLUED.search(cell) for record in records[:titles] for cell in record):
        # A title has a blank behind its commas; a header that is cut at the wrong sign has none.
        score *= 0.4
    if sum(any(cell.count('"') % 2 for cell in record) for record in core) * 2 > len(core):
        # A quoted cell that is cut at signs inside of it.
        score *= _TORN
    if sum(any(cell.count("(") != cell.count(")") for cell in record) for record in core) * 2 > len(core):
        # What stands in brackets is cut.
        score *= _TORN
    if sum(any(_HOLLOW.search(cell) for cell in record) for record in core) * 2 > len(core):
        # Cells of another delimiter, lists in some of which are cut here.
        score *= _TORN
    if sum(any(_SPREAD.search(cell) for cell in record) for record in core) * 2 > len(core):
        # Columns of fixed width with amounts in them, and it is those that the commas are in.
        score *= 0.5 if _is_cut_in_numbers(core) else 0.7
    if how.delimiter == RUNS and not how.stops and count < _STEADY * len(core):
        # Blank cells are not there to be cut; columns that stand under one another are.
        score *= 0.8
    score *= (
        (0.75 if titles else 1.0)
        * (1 - 0.6 * damaged / len(records))
        * _prior(
            how.delimiter, steady=width > _WIDE and len(cells) == width * len(records) and not _has_commas(records)
        )
    )
    return Weight(score, width, count, len(core), damaged)


def _is_cut_in_numbers(records: Sequence[list[str]]) -> bool:
    """Say whether a delimiter stands only between figures."""
    return all(
        before[-1:].isdecimal() and after[:1].isdecimal() for record in records for before, after in pairwise(record)
    )


def _has_commas(records: Sequence[list[str]]) -> bool:
    """Say whether all rows also have as many commas, and not those of numbers."""
    counts = {sum(cell.count(",") for cell in record) for record in records}
    return len(counts) == 1 and min(counts) > 0 and any(_COMMA.search(cell) for record in records for cell in record)


def _prior(delimiter: str, *, steady: bool) -> float:
    """Give what speaks for a delimiter beforehand; a colon that cuts all rows alike, and often, is one."""
    if delimiter == ":" and steady:
        return _STEADY
    return _PRIORS.get(delimiter, 1.0 if len(delimiter) > 1 else 0.7)


def _core(records: Sequence[list[str]]) -> tuple[Sequence[list[str]], int]:
    """Leave out narrower rows above and below the table: titles, notes, totals."""
    titles = len(list(takewhile(lambda record: len(record) == 1, records)))
    width, _ = _usual(records[titles:] if titles <= header.LOOK and titles + 2 <= len(records) else records)
    places = [place for place, record in enumerate(records) if len(record) >= width]
    if width < 2 or len(places) < 2:
        return records, 0
    first, last = places[0], places[-1] + 1
    first = first if first <= header.LOOK else 0
    last = last if len(records) - last <= _MOST_BELOW else len(records)
    return records[first:last], first


def _usual(records: Sequence[list[str]]) -> tuple[int, int]:
    """Give the commonest width and how many rows have it; single cells count only where nothing else does."""
    counts = Counter(map(len, records))
    wide = {width: count for width, count in counts.items() if width > 1}
    if sum(wide.values()) * 3 >= counts.get(1, 0) and wide:
        counts = Counter(wide)
    return max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))


def _is_one_column(records: Sequence[list[str]]) -> bool:
    """Say whether commas only stand inside of numbers or dates, one to a line."""
    whole = [",".join(record) for record in records]
    if sum(kind(text) == "date" for text in whole) * 5 >= len(whole) * 4:
        return True
    numbers = sum(_GROUPED.fullmatch(text) is not None for text in whole[1:])
    return len(records[0]) == 1 and len(whole) > 1 and numbers * 5 >= (len(whole) - 1) * 4


def _is_clean(cell: str, foreign: re.Pattern[str], how: Dialect) -> bool:
    if cell.count('"') % 2 or _QUOTED.fullmatch(cell):
        return False
    if how.delimiter == ":" and cell.startswith("//"):
        return False
    return foreign.search(_BRACKETED.sub("", cell.strip())) is None or _DECIMAL.fullmatch(cell) is not None
