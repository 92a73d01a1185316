"""How a text file separates its cells: a ``sep=`` line, else the delimiter that cuts a sample most evenly."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path

from bulk_io.errors import UsageError
from bulk_io.reading import encoding, header

DELIMITERS = (",", ";", "\t", "|")
_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_SEP = re.compile(r'\ufeff?"?sep=(.)"?[\s,;|]*', re.IGNORECASE)
_DECIMAL = re.compile(r"[-+]?[\d.\s]*\d,\d+\s?[%€$]?")
_SAMPLE_LINES = 300
_SAMPLE_CHARS = 1 << 18


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is cut into cells. ``sep_line``: its first line says so and is no row."""

    encoding: str
    delimiter: str = ","
    skip_space: bool = False
    sep_line: bool = False


def find(path: Path, charset: str, *, delimiter: str | None = None) -> Dialect:
    """Find the dialect of a text file; a ``delimiter`` that is given (a character, or ``tab``) is taken as it is.

    Raises:
        UsageError: the given delimiter is no single character.
    """
    sample = lines(path, charset)
    match = _SEP.fullmatch(sample[0].rstrip("\r\n")) if sample else None
    sample = sample[1:] if match else sample
    if delimiter is not None:
        char = _NAMES.get(delimiter.lower(), delimiter)
        if len(char) != 1 or char in '\r\n"':
            raise UsageError(f"--delimiter must be one character or the word tab, not {delimiter!r}.")
    else:
        char = match[1] if match and match[1] != '"' else ""
    chosen, skip_space = choose(sample, (char,) if char else DELIMITERS)
    return Dialect(charset, chosen, skip_space, match is not None)


def lines(path: Path, charset: str) -> list[str]:
    """Read the first lines of a text file, line ends kept, as many as a decision needs."""
    with path.open(encoding=charset, errors=encoding.ERRORS, newline="") as stream:
        text = stream.read(_SAMPLE_CHARS)
    found = list(islice(re.finditer(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text), _SAMPLE_LINES))
    if len(text) == _SAMPLE_CHARS and 1 < len(found) < _SAMPLE_LINES:
        found.pop()
    return [match[0] for match in found]


def choose(sample: Sequence[str], delimiters: Sequence[str]) -> tuple[str, bool]:
    """Choose the delimiter that cuts sample lines best, and whether blanks before a quote are to be skipped."""
    best, best_score = (delimiters[0], False), 0.0
    for delimiter in delimiters:
        spaced = re.search(rf'{re.escape(delimiter)} +"', "".join(sample)) is not None
        for skip_space in (False, True) if spaced else (False,):
            records = _cut(sample, delimiter, skip_space=skip_space)
            if not records:
                # Nothing but this delimiter and blanks: with any other the signs themselves would look like cells.
                return delimiter, skip_space
            value = _score(records, delimiter)
            if value > best_score + (0.02 if skip_space else 1e-9):
                best, best_score = (delimiter, skip_space), value
    return best


def _cut(sample: Sequence[str], delimiter: str, *, skip_space: bool) -> list[list[str]]:
    csv.field_size_limit(1 << 31)
    reader = csv.reader(sample, delimiter=delimiter, skipinitialspace=skip_space)
    return [record for record in reader if not header.is_blank(record)]


def _score(records: list[list[str]], delimiter: str) -> float:
    """Weigh a cut: the share of rows of the usual width, how wide that is, how clean its cells are, known headers."""
    titles = len(list(takewhile(lambda record: len(record) == 1, records[: header.LOOK])))
    titles = titles if len(records) >= titles + 2 else 0
    records = records[titles:]
    width, count = max(Counter(map(len, records)).items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
    if width < 2:
        return 0.0
    cells = [cell for record in records for cell in record if cell]
    foreign = [other for other in DELIMITERS if other != delimiter]
    clean = sum(1 for cell in cells if _is_clean(cell, foreign)) / (len(cells) or 1)
    known = max(header.evidence(record) if len(record) * 2 >= width else 0 for record in records[: header.LOOK])
    evenness = count / len(records) * (width - 1) / width * (0.75 if titles else 1)
    return evenness * (0.4 + 0.6 * clean) * (1 + 0.1 * min(known, 5))


def _is_clean(cell: str, foreign: Sequence[str]) -> bool:
    if cell.count('"') % 2:
        return False
    return not any(other in cell for other in foreign) or _DECIMAL.fullmatch(cell) is not None
