"""What the columns of a table say about the row above them: that it names them, or that it is one of their rows.

Light on purpose: the child process that reads workbooks uses it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise
from operator import lt

from bulk_io.reading.outlines.kinds import is_value, kind, trim
from bulk_io.reading.outlines.vocabulary import is_word

_REACHED = re.compile(r"[^\s<>@]@\w[\w-]*\.\w|(?<!\w)\+?\d(?:[ .()/-]{0,2}\d){8,}(?!\w)")
"""An e-mail address or a phone number somewhere in a cell."""
_CONTRAST = 2.0
"""What a column of values says for the text above it."""
_MANY, _ALIKE = 5, 3
"""Rows whose texts begin with the same characters as the text above them, and how many of these make it theirs."""
_SCALE = 6
"""Numbers that hardly count up by chance; dates and years need fewer."""
_FUTURE = "2101"
"""A year that no table has yet."""
_RISING = 4
"""Numbers, each greater than the one before, that stand for columns where hardly a row below has such."""
_LISTED = 20
"""Rows of a list that are not in order by chance."""
_NOTHING = frozenset(
    {
        "",
        ".",
        "..",
        "...",
        "\\n",
        "n/a",
        "na",
        "#n/a",
        "null",
        "none",
        "nil",
        "nan",
        "-",
        "--",
        "?",
        "tbd",
        "n.c.",
        "nc",
        "unknown",
    }
)
_MONTH = re.compile(r"(?:0?[1-9]|1[0-2])[/.-](?:19|20)\d\d|(?:19|20)\d\d[/.-](?:0?[1-9]|1[0-2])")
_CODE = re.compile(r"[A-Za-z]{1,4}[-_ ]?\d{2,}")
"""A code of letters and figures; names count up by single figures."""
_ENDING = re.compile(r"\.[A-Za-z]\w{2,3}$")
"""What the names of files end in."""
_DIGIT, _CAPITAL, _SMALL = re.compile(r"\d"), re.compile(r"[A-Z]"), re.compile(r"[a-z]")
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")


def may_be_names(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Let each column say whether the cell above it is a name or one of its values; who can be reached is a value."""
    if not any(map(trim, cells)) or any(map(_REACHED.search, cells)):
        return False
    if len(cells) > 1:
        # the header once more, as where files were put together, is no value
        below = [row for row in below if list(row) != list(cells)]
    columns = [[row[place] for row in below if place < len(row) and trim(row[place])] for place in range(len(cells))]
    if _is_counted(cells, columns) or _is_scale(cells, below):
        return True
    if _echoes(cells, below):
        return False
    votes = [
        _vote(cell, column, alone=len(cells) == 1) for cell, column in zip(cells, columns, strict=True) if trim(cell)
    ]
    if max(votes) < _CONTRAST and not is_varied(cells) and not _has_years_again(cells):
        return False
    return sum(votes) > 0 or (sum(votes) == 0 and not any(map(is_value, cells)))


def has_contrast(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether a text stands over a column of values."""
    columns = [[row[at] for row in below if at < len(row) and trim(row[at])] for at in range(len(cells))]
    return any(trim(cell) and _vote(cell, column) >= _CONTRAST for cell, column in zip(cells, columns, strict=True))


def are_made_alike(cells: Sequence[str], near: Sequence[Sequence[str]]) -> bool:
    """Say whether a row is made as a neighbour is, numbers aside: ``cell1`` over ``cell3`` is no mobile phone."""
    own = [_DIGITS.sub("0", trim(cell)) for cell in cells]
    return any([_DIGITS.sub("0", trim(cell)) for cell in row] == own for row in near if row != cells)


def unrepeated(cells: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """Give a row without the cells that come again and again below, in rows that are no copies of it: they are values,
    whatever they are called.
    """
    others = [row for row in below if list(row) != list(cells)]
    times = [sum(at < len(row) and row[at] == cell for row in others) for at, cell in enumerate(cells)]
    return ["" if count > 1 else cell for cell, count in zip(cells, times, strict=True)]


def begin_again(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Say whether the same names begin again in a row wherever another word stands above them: months below years."""
    if len(upper) != len(lower):
        return False
    pairs = zip(upper, lower, strict=True)
    groups = [(key, [trim(name) for _, name in group]) for key, group in groupby(pairs, key=_above)]
    wide = [names for key, names in groups if key and len(names) > 1]
    if len(wide) < 2 or len({key for key, _ in groups}) != len(groups):
        return False
    longest = max(wide, key=len)
    named = not any(map(is_value, longest)) or _is_run(longest)
    return named and len(set(longest) - {""}) == len(longest) and all(names == longest[: len(names)] for names in wide)


def _has_years_again(cells: Sequence[str]) -> bool:
    """Say whether the same years come again and again in a row, as below the names of groups."""
    years = [trim(cell) for cell in cells if kind(cell) == "year"]
    first = years.index(years[0], 1) if years[:1] and years.count(years[0]) > 1 else 0
    return first >= _RISING - 1 and _is_run(years[:first]) and years == (years[:first] * len(years))[: len(years)]


def _above(pair: tuple[str, str]) -> str:
    return trim(pair[0])


def _is_counted(cells: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Say whether the cells count columns, 0, 1, 2 … or 1, 2, 3 …, over values that are no numbers."""
    texts = [trim(cell) for cell in cells]
    if len(texts) < 3 or not any(texts == [str(start + at) for at in range(len(texts))] for start in (0, 1)):
        return False
    return any(kind(cell) != "number" for column in columns for cell in column)


def _is_scale(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether a few words stand around a row of steps, 0, 1, 2 …, 1995, 1996 … or from date to date, as no row
    below has them: hours, ranks, years or months over their values.
    """
    places = [at for at, cell in enumerate(cells) if kind(cell) not in {"text", ""} or _is_date(cell)]
    if len(places) < 3 or places[0] > 3:
        return False
    first, last = places[0], places[-1] + 1
    steps = cells[first:last]
    under = [row[first:last] for row in below if any(map(trim, row[first:last]))]
    if len(list(filter(trim, cells[last:]))) > 2:
        return False
    if not _is_run(steps):
        others = sum(_rises(row) for row in under if row != steps)
        apart = others * 10 <= len(under)
        years = len(steps) >= _SCALE and all(len(step) == 4 and step < _FUTURE for step in steps)
        return len(steps) >= _RISING and _rises(steps) and apart and (years or _names_numbers(cells, below))
    alike = sum(_is_run(row) or all(map(_is_date, row)) for row in under)
    said = any(map(trim, cells[:first])) or kind(steps[0]) == "year"
    short = _is_date(steps[0]) or kind(steps[0]) == "year"
    return said and (len(steps) >= _SCALE or short) and alike * 2 <= len(under) > 0


def _is_run(cells: Sequence[str]) -> bool:
    """Say whether cells count up, leaving out hardly a number if from 0 or 1, or are dates one after the other."""
    texts = [trim(cell) for cell in cells]
    if len(texts) < 2 or not all(texts):
        return False
    if all(text.isdecimal() and len(text) <= 4 for text in texts):
        counts = list(map(int, texts))
        steps = {after - before for before, after in pairwise(counts)}
        if steps == {1} or (len(steps) == 1 and min(steps) > 0 and all(kind(text) == "year" for text in texts)):
            return True
        return counts[0] < 2 and min(steps) > 0 and counts[-1] * 10 <= len(counts) * 11
    if not all(map(_is_date, texts)):
        return False
    dates = [[int(part) for part in _DIGITS.findall(text)] for text in texts]
    orders = (dates, [date[::-1] for date in dates], [[date[-1], *date[:-1]] for date in dates])
    return any(all(map(lt, order, order[1:])) for order in orders)


def _rises(cells: Sequence[str]) -> bool:
    """Say whether cells are whole numbers, each greater than the one before."""
    return all(cell.isdecimal() for cell in cells) and all(map(lt, map(int, cells), map(int, cells[1:])))


def _names_numbers(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether the first cell is a text over a column of numbers."""
    column = [kind(row[0]) for row in below if row and trim(row[0])]
    numbers = sum(one in {"number", "year"} for one in column)
    return kind(cells[0]) == "text" and numbers > 2 and numbers >= 0.7 * len(column)


def _is_date(cell: str) -> bool:
    text = trim(cell)
    return _MONTH.fullmatch(text) is not None or (kind(cell) == "date" and not _LETTERS.search(text))


def _vote(cell: str, column: Sequence[str], *, alone: bool = False) -> float:
    own = kind(cell)
    kinds = Counter(map(kind, column))
    usual, count = kinds.most_common(1)[0] if kinds else ("", 0)
    steady = usual if count >= 0.7 * len(column) else ""
    if own == "text":
        return _text_vote(trim(cell), column, steady, alone=alone)
    if own == "year":
        return -1.5 if steady == own else 0.0
    if own in {"email", "phone"}:
        return -2.0 if steady == own or not steady else -1.0
    if not column or steady == own or steady == "phone":
        return -1.5
    if own in {"date", "time", "url"} and len(column) > 1 and steady:
        return 0.5
    return 0.0 if steady else -0.5


def _text_vote(text: str, column: Sequence[str], steady: str, *, alone: bool) -> float:
    """Let a column of values, most of them ``steady``, speak for or against a text as its name."""
    times = sum(trim(other) == text for other in column)
    if _DIGITS.search(text) and " " in text:
        times = sum(_DIGITS.sub("0", trim(other)) == _DIGITS.sub("0", text) for other in column)
    if text.casefold() in _NOTHING:
        return 0.0
    again = times > 1 or (times == 1 and len(text) > _ALIKE and not is_word(text))
    named = 1.5 if is_word(text) and not again and not _are_words(column) else 0.0
    if steady not in {"", "text"}:
        return named + _CONTRAST
    if _is_of_their_make(text, column, alone=alone):
        return -1.5
    return named - (0.75 if again and steady else 0.25 if again else 0.0)


def _are_words(column: Sequence[str]) -> bool:
    """Say whether the texts of a column have words of headers in them, and more than one each: they tell nothing."""
    return len(column) > 1 and sum(is_word(cell) and " " in trim(cell) for cell in column) * 2 > len(column)


def _is_of_their_make(text: str, column: Sequence[str], *, alone: bool) -> bool:
    """Say whether a text is made as all texts of a column are: it begins alike, or ends as files of one kind do, or is
    such a code, or the first of a list in order that is all there is (``alone``).
    """
    if len(column) >= _MANY and _is_alike(text, column):
        return True
    if _ENDING.search(text) and column and all(trim(other).endswith(text[-4:]) for other in column):
        return True
    if text[0].isdecimal() and column and all(_shape(other) == _shape(text) for other in column):
        return True
    coded = len(column) >= _MANY and _CODE.fullmatch(text) is not None
    listed = len(column) >= _LISTED and not is_word(text) and all(map(lt, (text, *column), column))
    return (listed and alone) or ((coded or listed) and all(_form(other) == _form(text) for other in column))


def _is_alike(cell: str, column: Sequence[str]) -> bool:
    """Say whether texts are all the same as another, or begin with the same characters and it is no known name."""
    start = cell[:_ALIKE]
    if all(trim(text) == cell for text in column):
        return True
    alike = len(start) == _ALIKE and len(set(column)) > 1 and all(trim(text).startswith(start) for text in column)
    return alike and not is_word(cell)


def _echoes(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether a cell repeats another one of its row in other letters, as in nearly all rows below."""
    seen: dict[str, int] = {}
    for at, text in enumerate(map(trim, cells)):
        other = seen.setdefault(text.casefold(), at)
        if not text or text == trim(cells[other]) or len(below) < _MANY:
            continue
        again = sum(trim(row[at]).casefold() == trim(row[other]).casefold() for row in below if at < len(row))
        if again * 10 >= 9 * len(below):
            return True
    return False


def _form(cell: str) -> str:
    """Give the letters and digits that a code is made of: ``A001`` as ``A999``."""
    return _SMALL.sub("a", _CAPITAL.sub("A", _DIGIT.sub("9", trim(cell))))


def _shape(cell: str) -> str:
    """Give how a text is made of letters and digits: ``418-Y11-4111`` as ``9-a9-9``."""
    return _LETTERS.sub("a", _DIGITS.sub("9", trim(cell)))


def is_varied(cells: Sequence[str]) -> bool:
    texts = [trim(cell).casefold() for cell in cells if trim(cell)]
    return len(set(texts)) * 2 >= len(texts) and all(len(text) <= 250 for text in texts)
