"""Running text, told from tables: a letter, a mail, a page of sentences that delimiters cut by chance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from bulk_io.reading.outlines import header

_LETTER = re.compile(
    r"""(?xi) (?:dear|hello|hi|good\s(?:morning|day)|bonjour|bonsoir|madame|monsieur|ch[eè]re?s?
    |hallo|sehr\sgeehrte|hola)
    \b[^@\d]{0,40}[,!.]
    | (?:(?:kind|best|warm)\s)?(?:regards|wishes)[,.]? | (?:yours\s)?sincerely[,.]? | cordialement[,.]? | thanks[,.!]?
    | (?:from|to|cc|subject|date|mime-version|content-type|received|message-id|reply-to|return-path)\s?:\s.*"""
)
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S*[^\W\d][.!?:;,]", re.DOTALL)
_NAME = 8
"""Words of a name, at most: a letter has more in most of its lines."""
_LINE = 3
"""Words of a text that is a single line."""
_WORDY = 5
"""Words of a line of a remark, and its lines."""


def is_remark(lines: Sequence[str]) -> bool:
    """Say whether a text is a remark, a licence or how to use it, over at most one line of something else."""
    filled = [line for line in lines if line.strip()]
    remarks = [line for line in filled if line.startswith("#")]
    wordy = sum(len(line.split()) > _WORDY for line in remarks)
    return len(remarks) >= _WORDY and len(filled) - len(remarks) <= 1 and wordy * 2 > len(remarks)


def is_prose(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Say whether most lines are those of a letter or sentences, cut into uneven cells or not at all."""
    if len(rows) == 1 == len(rows[0]):
        words = [word for word in rows[0][0].split() if any(map(str.isalpha, word))]
        return len(words) >= _LINE and not header.evidence(rows[0])
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
