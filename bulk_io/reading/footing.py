"""What stands below a table and is none of its rows: another table, notes, totals; each is told to the person."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from bulk_io.reading import header, pieces
from bulk_io.records import Problem

_MOST_GAPS = 500
_MOST_FOOTER = 50
_SENTENCE = 4
"""Words that make a lone cell a sentence rather than a contact of whom only the name is known."""
_TOTAL = re.compile(r"(?i)(?:grand[ -]?|sub[ -]?)?(?:totals?|totaux|gesamt\w*|summe|suma|totale|totaal)\b")
_FOOT = re.compile(
    r"""(?xi) (?:grand[ -]?|sub[ -]?)?(?:totals?|totaux|gesamt\w*|summe|suma|totale|totaal)\b.*
    | .*(?:\bconfidential|copyright\b|©|do\snot\sdistribute|all\srights\sreserved).*
    | (?:report\s)?(?:generated|exported|printed)\s?(?:by|on|at|from)\b.* | (?:source|notes?|disclaimer)\s?:.*
    | page\s\d+.* | \(?\d[\d,.\s]*\s(?:rows?|records?|contacts?|results?|lignes?)\)?\.?"""
)


def without(below: pa.Table, names: Sequence[str], left_out: list[Problem]) -> pa.Table:
    """Leave out what is no row of the table whose header is ``names``; each of them goes to ``left_out``."""
    return _without_footer(_above_next(below, _plain(names), left_out), left_out)


def is_total(texts: Sequence[str]) -> bool:
    """Say whether a row is one of totals, or a notice."""
    return _FOOT.fullmatch(next(filter(None, texts), "")) is not None


def _plain(names: Sequence[str]) -> list[str]:
    return [header.trim(name).casefold() for name in names]


def _above_next(below: pa.Table, header_names: list[str], left_out: list[Problem]) -> pa.Table:
    """End the table where another one with its own header follows after blank rows."""
    numbers = below.column(0).to_numpy()
    for at in ((numbers[1:] > numbers[:-1] + 1).nonzero()[0] + 1).tolist()[:_MOST_GAPS]:
        following = pieces.sample(below.slice(at, 12))
        place = next((at for at, (_, row) in enumerate(following[:3]) if header.filled(row) >= 2), None)
        if place is not None and _begins_table(following[place:], below.num_columns - 1):
            row, names = following[place]
            if _plain(names) == header_names:
                message = f"Row {row} is the header once more and was left out."
                left_out.append(Problem(row, "row", "header_again", message, severity="warning"))
                continue
            message = (
                f"Row {row} begins another table ({', '.join(filter(None, names))[:200]}): its rows were not read; "
                "put it in a file of its own, or name its header with --header-row."
            )
            left_out.append(Problem(row, "row", "other_table", message, severity="warning"))
            below = below.slice(0, at)
            break
    again = [problem.row for problem in left_out if problem.code == "header_again"]
    return below.filter(pc.invert(pc.is_in(below.column(0), pa.array(again, pa.int64())))) if again else below


def _begins_table(rows: list[tuple[int, list[str]]], width: int) -> bool:
    """Say whether rows begin with a header of their own: names only, known ones or such as stand over values."""
    names = rows[0][1]
    if len(rows) < 2 or any(map(_is_value, names)):
        return False
    if header.evidence(names) >= 2 and header.evidence(names) * 2 > header.filled(names):
        return True
    over = [at for at, name in enumerate(names) if header.trim(name)]
    valued = any(all(_is_value(row[at]) for _, row in rows[1:] if row[at]) and rows[1][1][at] for at in over)
    return valued and (len(over) < width or any(not header.trim(names[at]) for at in range(width)))


def _is_value(text: str) -> bool:
    return any(char.isdigit() for char in text) or "@" in text


def _without_footer(below: pa.Table, left_out: list[Problem]) -> pa.Table:
    """Leave out what stands below the rows: sentences, notes scattered over the columns, a row of totals."""
    count = below.num_rows
    start = max(count - _MOST_FOOTER, 0)
    end = below.slice(start)
    rows = [(int(end.column(0)[at].as_py()), pieces.cells_of(end, at)) for at in range(end.num_rows)]
    kept = len(rows) - _foot(rows, below.num_columns - 1)
    for number, row in rows[kept:]:
        text = " | ".join(filter(None, map(header.trim, row)))[:500]
        message = f"Row {number} stands below the table and was left out."
        left_out.append(Problem(number, "row", "footer", message, text, severity="warning"))
    return below.slice(0, start + kept)


def _foot(rows: list[tuple[int, list[str]]], width: int) -> int:
    """Count the last rows that are none of the table's."""
    foot = 0
    for at in range(len(rows) - 1, 0, -1):
        number, row = rows[at]
        texts = [text for text in map(header.trim, row) if text]
        known = _FOOT.fullmatch(texts[0]) and not any("@" in text for text in texts)
        if known and (len(texts) == 1 or _TOTAL.match(texts[0])):
            foot = len(rows) - at
        elif width < 3 or len(texts) * 3 > width or any(map(_is_value, texts)):
            break
        elif len(texts) == 1 and number > rows[at - 1][0] + 1 and len(texts[0].split()) >= _SENTENCE:
            foot = len(rows) - at
    sparse = next((at for at in range(len(rows) - 1, 0, -1) if header.filled(rows[at][1]) * 3 > width), len(rows))
    scattered = rows[sparse + 1 :]
    loose = len(scattered) >= 2 and width >= 3 and not any(_is_value(cell) for _, row in scattered for cell in row)
    return max(foot, len(scattered) if loose and not all(row[0] for _, row in scattered) else 0)
