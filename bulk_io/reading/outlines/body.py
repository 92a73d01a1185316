"""The rows below a header: brought to its width, and told from what else stands there.

Left out, each time with a word to the person: the header once more, comments, ruled lines, another table below, and
what stands under the table (totals, a notice of confidentiality). A row is never left out for being odd.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from bulk_io.reading.outlines import header
from bulk_io.reading.outlines.foot import Foot, Held
from bulk_io.reading.outlines.kinds import is_value, kind
from bulk_io.reading.outlines.pieces import cells_of
from bulk_io.records import Problem
from bulk_io.text import counted

Batch = tuple[Sequence[int], list[list[str]]]
"""Row numbers and their rows."""

_MOST_SAID = 1000
"""Rows of no use that are told one by one; a file may have nothing else, a million times."""


class Body:
    """Takes the records below a header, block by block, and gives the table's rows, all of one width.

    ``width`` is how many cells a full record has; ``kept`` says which of them are columns. ``commented``: lines that
    begin with ``#`` are comments, whatever stands in them. Faults go to ``problems``.
    """

    def __init__(
        self, names: Sequence[str], problems: list[Problem], *, width: int, kept: slice, commented: bool = False
    ) -> None:
        self._names = [header.trim(name).casefold() for name in names]
        self._name = next(filter(None, self._names), None)
        self._problems = problems
        self._width = width
        self._kept = kept
        self._margins = kept != slice(0, width)
        self._last = 0
        self._commented = commented
        self._foot = Foot()
        self._again: Held | None = None
        self._repeated: list[str] | None = None
        self._above: list[str] = []
        self._other: tuple[int, str] | None = None
        self._passed = 0
        self._said: Counter[str] = Counter()

    def rows(self, numbers: Sequence[int], records: list[list[str]]) -> Batch:
        """Give the rows of a block of records, as far as they are surely rows: doubtful ones at its end are held."""
        if not records:
            return (), []
        last = numbers[-1]
        if self._other or not self._is_regular(numbers, records):
            numbers, records = self._sorted_out(numbers, records)
        self._last = last
        if not records:
            return (), []
        self._above = records[-1]
        if self._margins:
            numbers, records = self._within(numbers, records)
        return self._foot.pass_on(numbers, records)

    def lets_pass(self, rows: pa.Table) -> bool:
        """Say whether the rows of a piece, which follow each other, are all surely rows: then they are passed."""
        first, last = rows.column(0)[0].as_py(), cells_of(rows, rows.num_rows - 1)
        if self._other or self._margins or first > self._last + 1 > 1 or not self._foot.is_open(last):
            return False
        if len(last) != self._width or not self._begin_as_rows(self._doubtful(rows)):
            return False
        self._last = self._foot.last = first + rows.num_rows - 1
        self._above = last
        return True

    def rest(self) -> Batch:
        """Give the last rows, now that nothing comes below them; what is no row of the table is told."""
        kept, below = self._foot.split()
        if self._again and not kept and not self._foot.last and not header.evidence(self._again.cells):
            # names like no header's, and nothing else: a row that happens to be the same
            self._problems[:] = [p for p in self._problems if p.code != "header_again"]
            kept = [self._again]
        for one in below:
            self._say(one.row, "footer", "stands below the table and was left out", one.cells)
        out = {one.row for one in below}
        self._problems[:] = [p for p in self._problems if p.code not in {"short", "open_quote"} or p.row not in out]
        for code, count in self._said.items():
            if count > _MOST_SAID:
                message = f"{counted(count - _MOST_SAID, 'further row', 'was')} of that kind and not told one by one."
                self._problems.append(Problem(self._last, "row", code, message, severity="warning"))
        if self._other:
            row, names = self._other
            message = (
                f"Row {row} begins another table ({names}): its {counted(self._passed, 'row', 'was')} not read; "
                "put it in a file of its own."
            )
            self._problems.append(Problem(row, "row", "other_table", message, severity="warning"))
        return [one.row for one in kept], [one.cells for one in kept]

    def _within(self, numbers: Sequence[int], records: list[list[str]]) -> tuple[list[int], list[list[str]]]:
        """Cut the margins off; a row that has text only there is none of the table's."""
        rows = [(row, cells[self._kept]) for row, cells in zip(numbers, records, strict=True)]
        for (row, inside), cells in zip(rows, records, strict=True):
            if header.is_blank(inside):
                self._say(row, "footer", "has text only beside the table and was left out", cells)
        rows = [(row, inside) for row, inside in rows if not header.is_blank(inside)]
        return [row for row, _ in rows], [inside for _, inside in rows]

    def _is_regular(self, numbers: Sequence[int], records: list[list[str]]) -> bool:
        """Say whether all records are full, without gaps and surely rows, so that they can go as they are."""
        gap = numbers[0] > self._last + 1 > 1 or numbers[-1] - numbers[0] >= len(records)
        if gap or set(map(len, records)) != {self._width}:
            return False
        return self._begin_as_rows(header.trim(cells[0]) or _first(cells) for cells in records)

    def _doubtful(self, rows: pa.Table) -> Iterator[str]:
        """Give the first words of those rows whose first letter does not say already that they are rows."""
        starts = [cell[:1] for cell in rows.column(1).to_pylist()]
        name = (self._name or "")[:1]
        odd = {start for start in set(starts) if not start.isalnum() or start.casefold()[:1] == name}
        for at in [at for at, start in enumerate(starts) if start in odd] if odd else ():
            yield _first(cells_of(rows, at))

    def _begin_as_rows(self, firsts: Iterable[str]) -> bool:
        """Say by the first cells that are not blank whether rows are surely rows: no blank, remark or header again."""
        return not any(not one or one[0] in "#-=_:+~|*/" or one.casefold() == self._name for one in firsts)

    def _sorted_out(self, given: Sequence[int], records: list[list[str]]) -> tuple[list[int], list[list[str]]]:
        numbers: list[int] = []
        kept: list[list[str]] = []
        last, title = self._last, False
        for place, (row, cells) in enumerate(zip(given, records, strict=True)):
            if header.is_blank(cells):
                continue
            if self._other is None and self._is_header_again(row, cells):
                last, title = row, False
                continue
            gap, last = title or row > last + 1 > 1, row
            title = gap and header.filled(cells) == 1
            if self._other is None and self._begins_table(cells, records[place + 1 : place + 6], kept, gap=gap):
                self._other = row, ", ".join(cell for cell in cells if cell)[:200]
                self._drop_title(numbers, kept)
            elif self._other is not None:
                self._passed += 1
            elif not self._is_layout(row, cells):
                if gap and self._is_like_header(cells, records[place + 1 : place + 6]):
                    self._say(row, "like_header", "reads like the header of another table; it was read as a row", cells)
                numbers.append(row)
                kept.append(cells if len(cells) == self._width else self._fitted(row, cells))
        return numbers, kept

    def _is_header_again(self, row: int, cells: list[str]) -> bool:
        """Say whether a record is the header once more, and tell it."""
        if cells != self._repeated:
            same = [header.trim(cell).casefold() for cell in cells[: self._width]] == self._names
            if not self._names or not same or not header.is_blank(cells[self._width :]):
                return False
            self._again = self._again or Held(row, self._fitted(row, list(cells))[self._kept], gap=False)
            self._repeated = list(cells)
        self._say(row, "header_again", "is the header once more and was left out", cells)
        return True

    def _is_layout(self, row: int, cells: Sequence[str]) -> bool:
        """Say whether a record is a comment, which is told, or a ruled line."""
        comment = self._width > 1 and header.is_comment(cells)
        self._commented = self._commented or comment
        if comment or (self._commented and header.trim(cells[0]).startswith("#")):
            self._say(row, "comment", "is a comment and was left out", cells)
            return True
        return header.is_ruler(cells)

    def _begins_table(
        self, cells: Sequence[str], below: Sequence[Sequence[str]], above: Sequence[list[str]], *, gap: bool
    ) -> bool:
        """Say whether a record is the header of another table: names like ours in another number, or, below a blank
        line, header words over values, or any names over values where all is narrower than our table, or other values
        than the rows ``above`` have.
        """
        texts = [header.trim(cell).casefold() for cell in cells]
        texts = texts[: len(texts) - next((at for at, text in enumerate(reversed(texts)) if text), 0)]
        if len(texts) < 2 or texts == self._names or not all(texts) or any(map(is_value, cells)):
            return False
        same = sum(text in self._names for text in texts)
        if (
            self._names
            and same >= 2
            and same * 2 >= len(texts)
            and same * 2 >= len(self._names)
            and len(texts) != len(self._names)
            and (gap or same > 2 or header.evidence(cells) > 1)
        ):
            return True
        rows = [row for row in below if not header.is_blank(row)]
        if not gap or not rows or not 1 < header.filled(rows[0]) <= len(texts) or not any(map(is_value, rows[0])):
            return False
        known = header.evidence(cells)
        if known < 2 or known * 2 < len(texts):
            if len(texts) == len(self._names):
                before = next((row for row in reversed(above) if header.filled(row) > 1), self._above)
                return header.has_contrast(cells, rows) and _are_others(before, rows)
            narrow = len(texts) < len(self._names) and all(header.filled(row) <= len(texts) for row in rows)
            return narrow and (known > 0 or header.has_contrast(cells, rows))
        return True

    def _is_like_header(self, cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
        """Say whether a row below a blank line has names in it, over values."""
        names = header.filled(cells) >= min(self._width, 2) and not any(map(is_value, cells))
        return names and header.has_contrast(cells, below)

    def _drop_title(self, numbers: list[int], kept: list[list[str]]) -> None:
        """Count a line of one cell right above another table with that table."""
        if len(numbers) > 1 and header.filled(kept[-1]) == 1 and numbers[-1] > numbers[-2] + 1:
            self._problems[:] = [p for p in self._problems if p.code != "short" or p.row != numbers[-1]]
            numbers.pop()
            kept.pop()

    def _fitted(self, row: int, cells: list[str]) -> list[str]:
        """Bring a row to the table's width without shifting a cell; what is lost or missing is a problem."""
        width = self._width
        if len(cells) == width:
            return cells
        has = f"Row {row} has {counted(len(cells), 'cell')} where the header has {width}"
        if len(cells) < width:
            message = f"{has}; the missing ones were taken as empty."
            if self._kept.stop > len(cells):
                self._problems.append(Problem(row, "row", "short", message, severity="warning"))
            return cells + [""] * (width - len(cells))
        if not header.is_blank(cells[width:]):
            value = json.dumps(cells[width:], ensure_ascii=False)
            message = f"{has}; quote or remove what is too much."
            self._problems.append(Problem(row, "row", "extra_cells", message, value, f"column_{width + 1}"))
        return cells[:width]

    def _say(self, row: int, code: str, what: str, cells: Sequence[str]) -> None:
        self._said[code] += 1
        if self._said[code] > _MOST_SAID:
            return
        value = " | ".join(cell for cell in cells if cell)[:500]
        self._problems.append(Problem(row, "row", code, f"Row {row} {what}.", value, severity="warning"))


def _first(cells: Sequence[str]) -> str:
    """Give the first cell of a row that is not blank, trimmed."""
    return header.trim(cells[0]) or next(filter(None, map(header.trim, cells)), "")


def _are_others(before: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Say whether rows have other kinds of values than the row before them wherever that has any."""
    places = [at for at, cell in enumerate(before) if is_value(cell)]
    cells = [(kind(before[at]), kind(row[at])) for at in places for row in rows if at < len(row)]
    return bool(cells) and all(ours != other for ours, other in cells)
