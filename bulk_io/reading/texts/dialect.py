"""How a text file separates its cells, and its lines brought into the one form that the csv module can cut.

Whatever csv has no word for (delimiters of several characters, columns of fixed width, backslashes before quotes, lines
quoted as a whole) is said in signs that no text holds, and those are turned back in the cells.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from pathlib import Path

from bulk_io.reading.texts import doubled, encoding

RUNS = "  "
"""The delimiter of a text whose cells stand apart by two blanks or more."""

_FIRST, _MOST = 1 << 15, 1 << 19
"""Characters of the first text, for those who only want to see the start, and of any; a line goes on behind them."""
NO_QUOTE = "\ufdd3"
"""The quote of a text in which quotes are text: a sign that no text holds."""
_CUT, _DELIMITER, _QUOTE = "\ufdd0", "\ufdd1", "\ufdd2"
_SIGNS = (_CUT, _DELIMITER, _QUOTE)
_WRAPPED = re.compile(r'"((?:[^"]|"")*)"[;,\t]*(\r\n|\r|\n)?')
_RUN = re.compile(r"[ \t]{2,}|\t")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is cut into cells.

    ``delimiter`` may be several characters, or `RUNS`; ``stops``, where given, are the places where columns of fixed
    width begin. ``padded``: blanks around cells are layout. ``wrapped``: lines are quoted as a whole. ``sep_line``: the
    first line names the delimiter and is no row. ``nuls``: there are NULs to leave out. ``joined``: byte order
    marks at the beginnings of lines, as where files were put together, are left out. ``twice``: lines that were encoded
    twice are to be repaired.
    """

    encoding: str
    delimiter: str = ","
    quote: str = '"'
    escape: bool = False
    skip_space: bool = False
    padded: bool = False
    wrapped: bool = False
    stops: tuple[int, ...] = ()
    sep_line: bool = False
    nuls: bool = False
    joined: bool = True
    twice: bool = False

    @property
    def sign(self) -> str:
        """The one character that stands between cells in the lines that `prepared` gives."""
        return self.delimiter if len(self.delimiter) == 1 and not self.stops else _CUT


def texts(path: Path, how: Dialect) -> Iterator[str]:
    """Give a file's lines, line ends kept, ready to be cut, many in one text; without ``sep=`` and byte order mark."""
    with path.open(encoding=how.encoding, errors=encoding.ERRORS, newline="") as stream:
        first = stream.readline().lstrip("\ufeff")
        held, size = "" if how.sep_line else first, _FIRST
        while text := held + stream.read(size):
            held, size = "", min(4 * size, _MOST)
            yield _ready(text + stream.readline(), how)


def _ready(text: str, how: Dialect) -> str:
    """Prepare the lines of a text, if there is anything to do."""
    astray = (how.nuls and "\x00" in text) or (how.joined and "\ufeff" in text)
    if astray or how.twice or how.wrapped or not is_plain(how):
        return "".join(prepared(io.StringIO(text, newline=""), how))
    return text


def prepared(raw: Iterator[str], how: Dialect) -> Iterator[str]:
    """Bring lines into the form that the csv module can cut with ``how.sign`` and ``how.quote``."""
    if how.nuls:
        raw = (line.replace("\x00", "") for line in raw)
    if how.joined:
        raw = map(methodcaller("lstrip", "\ufeff"), raw)
    if how.twice:
        raw = map(doubled.repaired, raw)
    if how.wrapped:
        raw = map(_unwrapped, raw)
    if how.escape:
        pattern = re.compile(rf"\\([\\{re.escape(how.quote)}{re.escape(how.delimiter)}])")
        raw = map(partial(pattern.sub, partial(_unescaped, how)), raw)
    if how.stops:
        return map(partial(_sliced, how.stops), raw)
    if how.delimiter == RUNS:
        return (_RUN.sub(_CUT, line.rstrip(" \t\r\n").lstrip(" \t")) + "\n" for line in raw)
    if len(how.delimiter) > 1:
        return (line.replace(how.delimiter, _CUT) for line in raw)
    return raw


def is_plain(how: Dialect) -> bool:
    """Say whether cells come out of the csv module as they are."""
    return not (how.escape or how.padded or how.stops or len(how.delimiter) > 1)


def restored(cells: list[str], how: Dialect) -> list[str]:
    """Turn the signs in cells back into what they stand for, and take layout away."""
    signs = {_CUT: how.delimiter, _DELIMITER: how.delimiter, _QUOTE: how.quote}
    for sign in _SIGNS:
        if any(sign in cell for cell in cells):
            cells = [cell.replace(sign, signs[sign]) for cell in cells]
    return [cell.strip(" ") for cell in cells] if how.padded or how.stops else cells


def _unwrapped(line: str) -> str:
    match = _WRAPPED.fullmatch(line)
    return match[1].replace('""', '"') + (match[2] or "") if match else line


def _unescaped(how: Dialect, match: re.Match[str]) -> str:
    return {how.quote: _QUOTE, how.delimiter: _DELIMITER}.get(match[1], match[1])


def _sliced(stops: Sequence[int], line: str) -> str:
    text = line.rstrip("\r\n")
    if not text.strip():
        return "\n"
    if text.startswith("# ") and any(text[at - 1 : at + 1].isalnum() for at in stops[1:]):
        # A remark, whose words stand across the columns.
        return text + "\n"
    return _CUT.join(text[start:end] for start, end in zip(stops, (*stops[1:], None), strict=True)) + "\n"
