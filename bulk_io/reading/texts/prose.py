"""Running text, told from tables: a letter, a mail, a page of sentences that delimiters cut by chance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from bulk_io.reading.outlines import header
from bulk_io.reading.outlines.kinds import is_contact, is_value

_LETTER = re.compile(
    r"""(?xi) (?:dear|hello|hi|good\s(?:morning|day)|bonjour|bonsoir|madame|monsieur|ch[eè]re?s?
    |hallo|sehr\sgeehrte|hola)
    \b[^@\d]{0,40}[,!.]
    | (?:(?:kind|best|warm)\s)?(?:regards|wishes)[,.]? | (?:yours\s)?sincerely[,.]? | cordialement[,.]? | thanks[,.!]?
    | (?:from|to|cc|subject|date|mime-version|content-type|received|message-id|reply-to|return-path)\s?:\s.*"""
)
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S*[^\W\d][.!?:;,]", re.DOTALL)
_REMARK = re.compile(r"#(?:\s|[#!])")
"""How a remark begins; a name may have the sign right before it."""
_NAME = 8
"""Words of a name, at most: a letter has more in most of its lines."""
_STOPS = (",", ";")
_STEADY, _ALL, _FEW, _SOME = 0.8, 0.95, 0.4, 0.1
_WORDS = 4
"""Words of a line of a page that is cut at its blanks."""
_LINES, _PART = 8, 6
"""Lines of a page, at least, and the part of them that is long, or short."""
_WORDY = 5
"""Words of a line of a remark, and its lines."""


def is_remark(lines: Sequence[str]) -> bool:
    """Say whether a text is but remarks, or a licence or how to use it over at most one line of something else."""
    filled = [line for line in lines if line.strip()]
    remarks = [line for line in filled if line.startswith("#")]
    if len(filled) > 1 and all(_REMARK.match(line) for line in filled):
        return True
    wordy = sum(len(line.split()) > _WORDY for line in remarks)
    return len(remarks) >= _WORDY and len(filled) - len(remarks) <= 1 and wordy * 2 > len(remarks)


def is_prose(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Say whether most lines are those of a letter or sentences, cut into uneven cells or not at all."""
    if len(rows) == 1 == len(rows[0]):
        return not header.evidence(rows[0]) and not is_value(rows[0][0])
    counts = Counter(map(len, rows))
    talking = [max(len(cell.split()) for cell in cells) > _NAME for cells in rows]
    known = [header.evidence(cells) >= 2 for cells in rows]
    if any(known) and (sum(talking) * 2 <= len(rows) or any(k and not t for k, t in zip(known, talking, strict=True))):
        return False
    uneven = max(counts.values()) * 2 <= len(rows) or set(counts) == {1} or len(rows) < 3
    lines = [delimiter.join(cells).strip() for cells in rows]
    spoken = sum(bool(_LETTER.fullmatch(line) or _SENTENCE.fullmatch(line)) for line in lines)
    if (uneven or len(counts) > 1) and spoken * 2 > len(rows):
        return True
    wordy = sum(len(" ".join(cells).split()) >= 8 * min(len(cells), 2) for cells in rows)
    return len(rows) > 1 and median(counts.elements()) <= 3 and uneven and wordy * 2 > len(rows)


def is_spoken(lines: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Say whether a text was cut at the commas of its sentences, or at the blanks of its layout.

    A comma in a sentence has a blank behind it, and most of what comes then begins with a small letter; lines have as
    many as it happens. What blanks part on a page are words that go on from line to line.
    """
    if sum(any(map(is_contact, cells)) for cells in rows) * 5 > len(rows):
        return False
    if delimiter in _STOPS:
        text = "\n".join(line.strip() for line in lines)
        loose = len(re.findall(rf"{delimiter}(?:\s|$)", text))
        widths = Counter(map(len, rows))
        further = [cell for cells in rows for cell in cells[1:] if cell.strip()]
        words = sum(len(cell.split()) for cells in rows for cell in cells)
        uneven = max(widths.values()) <= _STEADY * len(rows) and words >= 2 * (len(rows) + len(further))
        return uneven and loose >= _ALL * text.count(delimiter) and _begin_small(further) * 2 >= len(further) > 0
    if not delimiter.isspace() or delimiter == "\t":
        return False
    told = [cell for cells in rows for cell in cells if cell.strip() and not is_value(cell)]
    long = [cell for cell in told if len(cell.split()) >= _WORDS]
    values = sum(is_value(cell) for cells in rows for cell in cells[1:])
    going_on = len(long) * _SOME <= _begin_small(long) < len(long) * _ALL
    return going_on and len(long) >= _FEW * len(told) > values


def is_page(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Say whether lines are those of a page: some of a word or three, some of sentences, and hardly one of them is cut.

    A page of a PDF comes so; names of columns, or some rows of as many cells, speak for a table among notes.
    """
    rows = [cells for cells in rows if not header.is_comment(cells)]
    counts = Counter(map(len, rows))
    cut = any(width > 2 and count > 2 for width, count in counts.items())
    if len(rows) < _LINES or counts[1] * 2 < len(rows) or cut or any(map(header.is_named, rows)):
        return False
    words = [len(delimiter.join(cells).split()) for cells in rows]
    long, short = sum(count >= _NAME for count in words), sum(count < _WORDS for count in words)
    return not header.evidence(rows[0]) and min(long, short) * _PART >= len(rows)


def _begin_small(cells: Sequence[str]) -> int:
    return sum(cell.lstrip()[:1].islower() for cell in cells)
