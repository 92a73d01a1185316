"""Where on a sheet the table lies: its header, over one row or more, its columns and its rows, and what lies beside.

Works on the Arrow cells that the child gave: the column ``row``, then ``c0``, ``c1`` …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from bulk_io.errors import UsageError
from bulk_io.reading.outlines import doubts, foot, header, naming, pieces
from bulk_io.reading.outlines.body import Body
from bulk_io.reading.outlines.kinds import is_value
from bulk_io.records import Problem

_KNOWN, _FAR_MORE = 2, 3
Area = tuple[int, int, int, int]
"""First row (from 1), first column (from 0), last row, last column."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The table of a sheet. ``header_row`` is None where it has none; ``columns`` are the places of its columns."""

    header_row: int | None
    raw_header: list[str]
    columns: list[int]
    cells: pa.Table
    notes: tuple[str, ...] = ()
    left_out: tuple[Problem, ...] = ()


def find(
    cells: pa.Table,
    *,
    merged: Sequence[Area],
    tables: Sequence[tuple[int, int, int, int, str, int]],
    header_row: int | None,
    file: str,
) -> Outline:
    """Find the table of a sheet.

    Raises:
        UsageError: the sheet has no row ``header_row``.
    """
    notes: list[str] = []
    left_out: list[Problem] = []
    if header_row is None and (named := _excel_table(cells, tables, notes)) is not None:
        cells, header_row, columns = named
    else:
        columns = _side(cells, header_row, notes)
    given = header_row is not None
    cells = _filled(cells.select([0, *(place + 1 for place in columns)]), len(columns) + 1 < cells.num_columns)
    place, row = _header(cells, header_row, file)
    below = cells.slice(place + 1 if row else 0)
    raw = pieces.cells_of(cells, place) if row else naming.numbered(len(columns))
    if row:
        _tell_above(cells, place, notes)
        raw, below = _with_groups(cells, place, raw, below, [_moved(area, columns) for area in merged])
        below = _rows(below, raw, left_out)
        if not given and doubts.is_doubtful(raw, [texts for _, texts in pieces.sample(below)]):
            notes.append(doubts.told_doubt(row))
    elif cells.num_rows:
        notes.append(doubts.told_nameless(_row(cells, 0)))
    kept = _shown(below, raw) if row else list(range(len(raw)))
    return Outline(
        row,
        [raw[at] for at in kept],
        [columns[at] for at in kept],
        below.select([0, *(at + 1 for at in kept)]),
        tuple(notes),
        tuple(left_out),
    )


def _tell_above(cells: pa.Table, place: int, notes: list[str]) -> None:
    """Tell rows above the header that are as full as it is, and names with values: they are hardly titles."""
    count = header.filled(pieces.cells_of(cells, place))
    rows = [pieces.cells_of(cells, at) for at in range(max(place - header.LOOK, 0), place)]
    full = [row for row in rows if header.filled(row) >= max(count, 2)]
    pairs = [row for row in rows if header.filled(row) > 1 and any(map(is_value, row))]
    if full or len(pairs) > 1:
        full = [row for row in rows if row in full or row in pairs]
        notes.append(doubts.told_above(full))


def _rows(below: pa.Table, raw: list[str], left_out: list[Problem]) -> pa.Table:
    """Leave out what is no row of the table; each of them goes to ``left_out``."""
    body = Body(raw, left_out, width=len(raw), kept=slice(0, len(raw)))
    rows: list[int] = []
    for numbers, records in pieces.blocks(below):
        rows += body.rows(numbers, records)[0]
    rows += body.rest()[0]
    return below if len(rows) == below.num_rows else below.filter(pc.is_in(below.column(0), pa.array(rows, pa.int64())))


def _excel_table(
    cells: pa.Table, tables: Sequence[tuple[int, int, int, int, str, int]], notes: list[str]
) -> tuple[pa.Table, int, list[int]] | None:
    """Take the Excel table that looks most like contacts: its columns, its rows without those of totals."""
    ranked: list[tuple[int, int, tuple[int, int, int, int, str, int]]] = []
    for one in tables:
        top, left, bottom, right, _, _ = one
        place = pc.index(cells.column(0), top).as_py()
        if place >= 0 and right < cells.num_columns - 1 and right > left:
            names = pieces.cells_of(cells, place)[left : right + 1]
            ranked.append((header.evidence(names), bottom - top, one))
    if not ranked or _is_minor(cells, max(ranked)[2], known=max(ranked)[0]):
        return None
    top, left, bottom, right, name, totals = max(ranked)[2]
    numbers = cells.column(0).to_numpy()
    end = bottom
    known = set(numbers[(numbers >= top) & (numbers <= bottom + 100_000)].tolist())
    if not totals:
        # rows typed right below belong to the table that was not stretched over them
        inside = cells.select([0, *(place + 1 for place in range(left, right + 1))])
        while end + 1 in known and not _begins_other(end + 1, tables) and _fills(inside, end + 1):
            end += 1
    last = end - totals
    inside = cells.filter(pc.and_(pc.greater_equal(cells.column(0), top), pc.less_equal(cells.column(0), last)))
    columns = list(range(left, right + 1))
    notes.append(f"The Excel table {name} was read.")
    others = [other[4] for other in tables if other[4] != name]
    if others:
        notes.append(f"Other tables of the sheet were not read: {', '.join(others)}.")
    if totals:
        notes.append("Its row of totals was left out.")
    outside = int(pc.sum(pc.greater(cells.column(0), last + totals)).as_py() or 0)
    if outside and not others:
        notes.append(f"What stands below it, from row {last + totals + 1} on, was not read.")
    return inside, top, columns


def _is_minor(cells: pa.Table, table: tuple[int, int, int, int, str, int], *, known: int) -> bool:
    """Say whether a table of unknown names is but a few rows of a sheet that holds far more."""
    top, _, bottom, *_ = table
    outside = [row for row, texts in pieces.sample(cells) if not top <= row <= bottom and header.filled(texts) > 1]
    return known < _KNOWN and len(outside) > _FAR_MORE * (bottom - top)


def _fills(cells: pa.Table, row: int) -> bool:
    """Say whether a row fills half of the columns, as rows of the table do."""
    texts = pieces.cells_of(cells, pc.index(cells.column(0), row).as_py())
    return header.filled(texts) * 2 >= len(texts) and not foot.is_total(texts)


def _begins_other(row: int, tables: Sequence[tuple[int, int, int, int, str, int]]) -> bool:
    return any(top == row for top, *_ in tables)


def _side(cells: pa.Table, header_row: int | None, notes: list[str]) -> list[int]:
    """Choose among tables that stand side by side, with an empty column between and other rows each."""
    width = cells.num_columns - 1
    used = [_has_text(cells.column(place + 1)) for place in range(width)]
    blocks: list[list[int]] = []
    for place in range(width):
        if used[place]:
            if place and used[place - 1] and blocks:
                blocks[-1].append(place)
            else:
                blocks.append([place])
    wide = [block for block in blocks if len(block) >= 2]
    if len(blocks) < 2 or len(wide) < 2 or header_row is not None:
        return list(range(width))
    spans = {_span(cells, block) for block in wide}
    ranked = sorted(((_evidence(cells, block), len(block), -block[0], block) for block in wide), reverse=True)
    repeated = _repeats(cells, wide)
    if (len(spans) < 2 and not repeated) or ranked[0][0] < 2:
        return list(range(width))
    best = ranked[0][3]
    # a column of its own beside the table stays with it, another table does not
    around = [
        block for block in blocks if block is best or (len(block) == 1 and _span(cells, block) == _span(cells, best))
    ]
    left, right = min(block[0] for block in around), max(block[-1] for block in around)
    inside = [
        place for place in range(left, right + 1) if not any(place in block for block in wide if block is not best)
    ]
    notes.append("The sheet has other tables beside this one, which were not read.")
    return inside


def _span(cells: pa.Table, block: list[int]) -> tuple[int, int]:
    """Give the first and the last row in which a block of columns has anything."""
    first, last = 1 << 30, 0
    numbers = cells.column(0)
    for place in block:
        rows = numbers.filter(pc.not_equal(cells.column(place + 1), ""))
        if len(rows):
            first, last = min(first, rows[0].as_py()), max(last, rows[-1].as_py())
    return first, last


def _evidence(cells: pa.Table, block: list[int]) -> int:
    sample = pieces.sample(cells.select([0, *(place + 1 for place in block)]))
    found = header.find(sample)
    return header.evidence(sample[found][1]) if found is not None else 0


def _repeats(cells: pa.Table, blocks: list[list[int]]) -> bool:
    """Say whether two blocks have the same names in their headers: the same table twice."""
    seen: set[str] = set()
    for block in blocks:
        sample = pieces.sample(cells.select([0, *(place + 1 for place in block)]))
        found = header.find(sample)
        names = {header.trim(cell).casefold() for cell in sample[found][1]} - {""} if found is not None else set()
        if len(names & seen) >= 2:
            return True
        seen |= names
    return False


def _header(cells: pa.Table, header_row: int | None, file: str) -> tuple[int, int | None]:
    """Find the header's place among the rows, and its number; (0, None) where there is none."""
    if header_row is None:
        sample = pieces.sample(cells)
        found = header.find(sample)
        if found is None:
            return 0, None
        header_row = sample[found][0]
    place = pc.index(cells.column(0), header_row).as_py()
    if place < 0:
        raise UsageError(f"--header-row {header_row}: {file} has no such row, or it is blank.")
    return place, header_row


def _with_groups(
    cells: pa.Table, place: int, raw: list[str], below: pa.Table, merged: Sequence[Area]
) -> tuple[list[str], pa.Table]:
    """Put a header of several rows together, as merged cells tell: ``Phone`` over ``Mobile`` is ``Phone Mobile``."""
    row = _row(cells, place)
    for top, left, last, _ in merged:
        # a name that is merged down into the header row stands in a row above it
        if row - 3 <= top < row <= last and not header.trim(raw[left]):
            raw[left] = next((pieces.cells_of(cells, at)[left] for at in range(place) if _row(cells, at) == top), "")
    bottom = max((last for top, _, last, _ in merged if top <= row <= last <= row + 3), default=row)
    if bottom > row:
        near = range(place + 1, min(place + 4, cells.num_rows))
        rows = [raw, *(pieces.cells_of(cells, at) for at in near if _row(cells, at) <= bottom)]
        across = [(top, left, right) for top, left, last, right in merged if row <= top <= bottom and right > left]
        for top, left, right in across:
            names = rows[min(top - row, len(rows) - 1)]
            names[left : right + 1] = [names[left]] * (right + 1 - left)
        raw = [" ".join(dict.fromkeys(filter(None, map(header.trim, names)))) for names in zip(*rows, strict=True)]
        return raw, below.slice(len(rows) - 1)
    if place and len(set(filter(None, raw))) < len(list(filter(None, raw))):
        above = pieces.cells_of(cells, place - 1)
        for top, left, last, right in merged:
            if top == last == row - 1 and right > left:
                above[left : right + 1] = [above[left]] * (right + 1 - left)
        raw = [
            f"{header.trim(group)} {name}" if raw.count(name) > 1 and header.trim(group) else name
            for group, name in zip(above, raw, strict=True)
        ]
    return raw, below


def _row(cells: pa.Table, at: int) -> int:
    return int(cells.column(0)[at].as_py())


def _moved(area: Area, columns: list[int]) -> Area:
    """Give an area's columns as places among the table's."""
    top, left, bottom, right = area
    inside = [at for at, place in enumerate(columns) if left <= place <= right]
    return (top, inside[0], bottom, inside[-1]) if inside else (0, 0, 0, 0)


def _filled(cells: pa.Table, narrowed: bool) -> pa.Table:
    """Leave out the rows that only columns which were left out had something in."""
    if not narrowed:
        return cells
    used = [pc.not_equal(cells.column(at), "") for at in range(1, cells.num_columns)]
    mask = used[0]
    for one in used[1:]:
        mask = pc.or_(mask, one)
    return cells.filter(mask)


def _shown(below: pa.Table, raw: list[str]) -> list[int]:
    """Leave out columns at either end that have no name and no value: the sheet has them for a title or a margin."""
    used = [bool(header.trim(name)) or _has_text(below.column(place + 1)) for place, name in enumerate(raw)]
    if not any(used):
        return list(range(len(raw)))
    first, last = used.index(True), len(used) - used[::-1].index(True)
    return list(range(first, last))


def _has_text(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.not_equal(column, "")).as_py())
