"""Where a table begins: the header row among titles, notes and blank lines, and the names that its columns get.

Light on purpose: the child process that reads workbooks weighs sheets with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bulk_io.reading.outlines import blocks
from bulk_io.reading.outlines.blocks import LOOK as LOOK
from bulk_io.reading.outlines.columns import are_made_alike, begin_again, is_varied, may_be_names, unrepeated
from bulk_io.reading.outlines.columns import has_contrast as has_contrast
from bulk_io.reading.outlines.kinds import BLANKS, is_contact, is_remark, is_value
from bulk_io.reading.outlines.kinds import trim as trim
from bulk_io.reading.outlines.vocabulary import is_word

Row = tuple[int, Sequence[str]]
"""A row's number as Excel shows it, and its cells."""

_MOST_WORDS = 2
"""Words of a lone name; a title has more."""
_REMARK, _MANY = 3, 6
"""Words of a cell, on average, that has a name in it at most; rows above a header that are too many for titles."""
_NUMERO = re.compile(r"#\d{1,4}(?:\s|$)")
"""A number's sign, as in the name of ``#1 Cafe``."""
_RULER = re.compile(r"[-=_~+:|*\s]*[-=_~][-=_~+:|*\s]*")


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a table: the places of its first and last row among the rows given, and its cells as one row.

    ``first`` and ``last`` are None where the table has no header; ``cells`` is empty then. ``start``: the place of the
    first row of values.
    """

    first: int | None
    last: int | None
    cells: list[str]
    start: int = 0


def locate(rows: Sequence[Row]) -> Head:
    """Find a table's header, of one row or of several that are joined (a group's name, then its columns' names).

    ``rows`` are the first rows of a file, blank ones left out; a hundred are enough.
    """
    place, top = _find(rows)
    if place is None:
        return Head(None, None, [], top if top and _is_apart(rows, top) else 0)
    last = place + 1 if _continues(rows, place) else place
    first = last
    cells = list(rows[last][1])
    while first > 0 and (first > place or _is_group(rows[first - 1], rows[first])):
        first -= 1
        cells = _joined(rows[first][1], cells)
    return Head(first, last, cells, last + 1)


def find(rows: Sequence[Row]) -> int | None:
    """Give the place in ``rows`` of the header row; None where the table has none.

    ``rows`` are the first rows of a file, blank ones left out; a hundred are enough. A row of known header words wins
    unless data stand above it; else the first row below the titles is the header, unless the columns below it say
    that it holds values itself.
    """
    return _find(rows)[0]


def _find(rows: Sequence[Row]) -> tuple[int | None, int]:
    """Give the place of the header row, if there is one, and that of the first row that is no title."""
    counts = [(number, filled(cells)) for number, cells in rows]
    width = blocks.width([counts[at] for at, (_, row) in enumerate(rows) if not is_comment(row) and not is_ruler(row)])
    below_notes = blocks.top(counts, width)
    known = _known(rows, width, below_notes)
    if known is not None:
        return known, known
    top = next((at for at in range(below_notes, min(len(rows), LOOK)) if not _is_above(rows[at][1], width)), 0)
    if not rows:
        return None, 0
    if top and _is_thin_header(rows[top - 1], rows[top], _below(rows, top - 1)):
        return top - 1, top - 1
    if _is_over_names(rows, top):
        return top + 1, top + 1
    if may_be_names(rows[top][1], _below(rows, top)):
        wider = _wider(rows, top, width)
        return (_nearer(rows, top) if wider is None else wider), top
    return _wider(rows, top, width), top


def _known(rows: Sequence[Row], width: float, below_notes: int) -> int | None:
    """Find a row of known header words, unless data stand above it, or have such words in them."""
    for place, (_, cells) in enumerate(rows[:LOOK]):
        few = evidence(cells) < filled(cells) or filled(cells) * 2 <= width
        among_notes = place < below_notes and filled(cells) < width and few
        below = _below(rows, place)
        values = sum(map(is_value, cells))
        if not among_notes and _is_known(unrepeated(cells, below), width, values):
            alike = are_made_alike(cells, [row for _, row in rows[max(place - 1, 0) : place + 2]])
            if place and (alike or _is_within(rows, place)):
                return None
            last = place > 0 and not below and filled(rows[place - 1][1]) >= filled(cells)
            if not alike and not last and (width > 1 or place == 0 or has_contrast(cells, below)):
                fuller = _fuller(rows, place)
                return place if fuller is None else fuller
        if any(map(is_contact, cells)) and not _is_title(cells, width):
            break
    return None


def _is_within(rows: Sequence[Row], place: int) -> bool:
    """Say whether rows as full as this one stand right above it, more than titles and the names of groups are; or many,
    some as full and nearly all of them more than half.
    """
    count, above = filled(rows[place][1]), [filled(cells) for _, cells in rows[:place]]
    many = len(above) >= _MANY and max(above) >= count and sum(2 * one > count for one in above) > 0.8 * len(above)
    return place > 2 and (many or min(above[-3:]) >= count)


def _fuller(rows: Sequence[Row], under: int) -> int | None:
    """Find the header above a row that only has header words in it: names for more columns than it fills, or a known
    name in the first row of several that are as full.
    """
    count = filled(rows[under][1])
    if under > 1 and evidence(rows[0][1]) and all(filled(cells) == count for _, cells in rows[:under]):
        return 0 if not any(map(is_value, rows[0][1])) and is_varied(rows[0][1]) else None
    for place, (_, cells) in enumerate(rows[:under]):
        named = evidence(cells) > 1 or (place == 0 and has_contrast(cells, _below(rows, place)))
        if named and filled(cells) > max(count, 2) and not any(map(is_value, cells)):
            return place if len(set(map(trim, cells)) - {""}) == filled(cells) else None
    return None


def _nearer(rows: Sequence[Row], top: int) -> int:
    """Find unknown names right above a block of values where another row of words and notes stand above them."""
    count = filled(rows[top][1])
    if evidence(rows[top][1]):
        return top
    for place in range(top + 1, min(len(rows) - 1, top + 10)):
        cells = rows[place][1]
        if any(map(is_value, cells)):
            break
        if filled(cells) >= count:
            apart = place > top + 1 and any(map(is_value, rows[place + 1][1]))
            return place if apart and has_contrast(cells, _below(rows, place)) else top
    return top


def _is_thin_header(above: Row, row: Row, below: Sequence[Sequence[str]]) -> bool:
    """Say whether what looks like a title right above a row is a header with blank names: it names that row's values,
    or is itself the only known name.
    """
    cells = above[1]
    if above[0] + 1 != row[0] or len(cells) != len(row[1]) or is_comment(cells) or is_ruler(cells):
        return False
    if any(map(is_value, cells)) or len(" ".join(cells).split()) > _MOST_WORDS:
        return False
    values = any(map(is_value, row[1]))
    return has_contrast(cells, below) if values else evidence(cells) > 0 == evidence(row[1]) and bool(trim(cells[0]))


def _is_apart(rows: Sequence[Row], top: int) -> bool:
    """Say whether what stands above a table without a header is surely none of its rows."""
    row, cells = rows[top - 1]
    return row + 1 < rows[top][0] or len(cells) < len(rows[top][1]) or is_comment(cells) or is_ruler(cells)


def _is_over_names(rows: Sequence[Row], top: int) -> bool:
    """Say whether a row of few words stands right above one of many that are names: that of a table full of blanks, or
    of groups in each of which the names begin again.
    """
    if top + 2 >= len(rows) or rows[top + 1][0] != rows[top][0] + 1:
        return False
    few, cells = rows[top][1], rows[top + 1][1]
    below = _below(rows, top + 1)
    if begin_again(few, cells):
        return True
    if any(map(is_value, few)) or any(map(is_value, cells)) or filled(cells) <= 3 * filled(few):
        return False
    over = max((filled(row) for row in below), default=0) >= filled(few)
    return over and is_varied(cells) and has_contrast(cells, below)


def _below(rows: Sequence[Row], place: int) -> list[Sequence[str]]:
    return [cells for _, cells in rows[place + 1 : place + 60]]


def _is_above(cells: Sequence[str], width: float) -> bool:
    """Say whether a row may stand above a header: a title, a comment, a ruled line."""
    wordy = filled(cells) < width or is_wordy(cells)
    first = trim(cells[0] if cells else "")
    remark = (first.startswith("# ") and wordy) or (first == "#" and filled(cells) - width not in {0, 1})
    return remark or _is_title(cells, width) or is_ruler(cells) or is_comment(cells)


def is_named(cells: Sequence[str]) -> bool:
    """Say whether a row has known header words in it, and few others, as no sentence has."""
    return evidence(cells) > 1 and not is_wordy(cells) and not trim(cells[-1]).endswith(".")


def is_wordy(cells: Sequence[str]) -> bool:
    """Say whether the cells of a row have more words than names have."""
    return len(" ".join(cells).split()) > _REMARK * len(cells)


def _wider(rows: Sequence[Row], top: int, width: float) -> int | None:
    """Find a header below rows that are narrower than the table: its names stand over values."""
    if filled(rows[top][1]) >= width:
        return None
    for place in range(top + 1, min(len(rows), top + 10)):
        cells = rows[place][1]
        if filled(cells) >= width:
            named = not any(map(is_value, cells)) and may_be_names(cells, _below(rows, place))
            return place if named and has_contrast(cells, _below(rows, place)) else None
    return None


def evidence(cells: Sequence[str]) -> int:
    """Count the cells that have a known header word in them."""
    return sum(1 for cell in cells if is_word(cell))


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether a row has nothing to see in it."""
    return not any(cell and cell.strip(BLANKS) for cell in cells)


def filled(cells: Sequence[str]) -> int:
    """Count the cells with something to see."""
    return sum(1 for cell in cells if cell and cell.strip(BLANKS))


def is_comment(cells: Sequence[str]) -> bool:
    """Say whether a row is a comment: one cell that begins as comments do; where it has blank ones beside it, words."""
    first = trim(cells[0] if cells else "")
    if not first.startswith(("#", "//")) or _NUMERO.match(first) or filled(cells) > 1:
        return False
    return len(cells) == 1 or is_remark(first)


def is_ruler(cells: Sequence[str]) -> bool:
    """Say whether a row only draws a line, as below the header of a table in plain text."""
    texts = [trim(cell) for cell in cells if trim(cell)]
    return any(len(text) > 2 for text in texts) and all(_RULER.fullmatch(text) for text in texts)


def _is_known(cells: Sequence[str], width: float, values: int) -> bool:
    count = filled(cells)
    known = evidence(cells)
    if count == 1 and width < 2:
        return known == 1 and not values
    many = known * 3 >= count or (known >= 3 and known * 4 >= count and not values)
    return known >= 2 and known >= 2 * values + 1 and many and count * 3 >= width and is_varied(cells)


def _is_title(cells: Sequence[str], width: float) -> bool:
    count = filled(cells)
    return width > 1 and (count == 1 or count * 2 < width)


def _continues(rows: Sequence[Row], place: int) -> bool:
    """Say whether the header goes on in the next row: names below the blanks of groups, where values stand below."""
    if place + 2 >= len(rows) or rows[place + 1][0] != rows[place][0] + 1:
        return False
    upper, lower = rows[place][1], rows[place + 1][1]
    if not _has_gaps(upper, lower) or any(map(is_value, lower)) or evidence(lower) * 2 < filled(lower):
        return False
    return evidence(lower) == filled(lower) > 1 or has_contrast(lower, _below(rows, place + 1))


def _is_group(upper: Row, lower: Row) -> bool:
    """Say whether a row right above the header names groups of its columns."""
    cells = upper[1]
    known = filled(cells) >= 2 and not any(map(is_value, cells))
    grouping = _has_gaps(cells, lower[1]) or begin_again(cells, lower[1])
    return upper[0] == lower[0] - 1 and known and len(cells) <= len(lower[1]) and grouping


def _has_gaps(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Say whether a row has names with blanks between them, over a row that fills these blanks."""
    places = [at for at, cell in enumerate(upper) if trim(cell)]
    if len(places) < 2 or places[-1] == len(places) - 1:
        return False
    gaps = [at for at in range(places[0], places[-1]) if at not in places]
    return bool(gaps) and all(at < len(lower) and trim(lower[at]) for at in gaps)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join the names of groups, each going on to the right until the next, with the names below them."""
    result: list[str] = []
    group = ""
    for at, cell in enumerate(lower):
        own = trim(upper[at]) if at < len(upper) else ""
        group = own or group
        below = trim(cell)
        result.append(f"{group} {below}".strip() if below and below != group else own or below)
    return result
