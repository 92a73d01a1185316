"""Finds a text file's dialect: every way of cutting a sample that its signs suggest is tried, the best cut is taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from bulk_io.errors import UsageError
from bulk_io.reading.outlines import header
from bulk_io.reading.outlines.kinds import is_value
from bulk_io.reading.texts import cutting, encoding, spacing
from bulk_io.reading.texts.dialect import NO_QUOTE, RUNS, Dialect, prepared
from bulk_io.reading.texts.weighing import FOREIGN, Weight, weigh
from bulk_io.records import Problem

_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
_SEP = re.compile(r'\ufeff?"?sep=(.)"?[\s,;|]*', re.IGNORECASE)
_RARE = (":", "^", "~", "¦", "§", "¬", "\x01", "\x1f", "#", "=")
_LOOSE = (":", "=")
_ODD = ("%", "!", "`", "$", "*", "+")
_LONG = ("||", "::", "|~|", "~|~", "^|^", "~~", "^^", "#|#", "|#|", "\t|\t", "%%", "$$", "=>", "->", "<>")
_WRAPPED = re.compile(r'"(?:[^"]|"")*[,;|\t](?:[^"]|"")*"[;,\t]*\s*')
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b|\w:/|^(?:tel|mailto|[a-z]):\S", re.IGNORECASE)
_NUMERO = re.compile(r" #\d")
"""A number's sign: ``Line #7``."""
_APART = re.compile(r'(?m)(?:^|\t) +"[^"\t\r\n]*" *(?:\t|\r?$)|(?:^|\t)"[^"\t\r\n]*" +(?:\t|\r?$)')
"""A quoted cell that blanks keep apart from its tabs."""
_SAMPLE_LINES = 300
_SAMPLE_CHARS = 1 << 18
_SURE, _MOSTLY = 0.95, 0.8
_OFTEN, _PAIRS = 4, 3


@dataclass(frozen=True, slots=True)
class Found:
    """A dialect and a sentence on what spoke for it."""

    dialect: Dialect
    why: str


@dataclass(frozen=True, slots=True)
class _Sample:
    """The first lines of a file; ``whole``: there are no others."""

    lines: list[str]
    whole: bool


def find(path: Path, charset: encoding.Encoding, *, delimiter: str | None = None) -> Found:
    """Find the dialect of a text file; a ``delimiter`` that is given (characters, or a name) is taken as it is.

    Raises:
        UsageError: the given delimiter can be none.
    """
    sample = _sample(path, charset.name)
    match = _SEP.fullmatch(sample.lines[0].rstrip("\r\n")) if sample.lines else None
    if match:
        sample = replace(sample, lines=sample.lines[1:])
    base = Dialect(charset.name, sep_line=match is not None, nuls=charset.nuls, twice=charset.twice)
    sample = replace(sample, lines=list(prepared(iter(sample.lines), base)))
    if delimiter is not None:
        fixed, why = _given(delimiter), "as given"
    else:
        fixed = match[1] if match and match[1] != '"' else ""
        why = "as the sep= line says" if fixed else ""
    weighed = [(how, _weighed(sample, how)) for how in _candidates(sample.lines, base, fixed)]
    best, weight = max(weighed, key=lambda pair: pair[1].score, default=(base, Weight()))
    if best.delimiter == "\t" and best.quote == '"' and _is_text(sample.lines, damaged=weight.damaged > 0):
        best = replace(best, quote=NO_QUOTE)
    if weight.score <= 0:
        best = replace(base, delimiter=fixed or _only(sample.lines))
    return Found(best, why or _reason(weight))


def first_lines(path: Path, charset: str) -> str:
    """Give the beginning of a text file, as much as a decision needs."""
    return "".join(_sample(path, charset).lines)


def _sample(path: Path, charset: str) -> _Sample:
    with path.open(encoding=charset, errors=encoding.ERRORS, newline="") as stream:
        text = stream.read(_SAMPLE_CHARS)
    found = [match[0] for match in islice(re.finditer(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text), _SAMPLE_LINES)]
    if found:
        found[0] = found[0].lstrip("\ufeff")
    whole = len(text) < _SAMPLE_CHARS and sum(map(len, found)) >= len(text) - 1
    if len(text) == _SAMPLE_CHARS and 1 < len(found) < _SAMPLE_LINES:
        found.pop()
    return _Sample(found, whole)


def _given(delimiter: str) -> str:
    text = _NAMES.get(delimiter.lower(), delimiter)
    if not text or any(char in '\r\n"' for char in text) or len(text) > 5:
        raise UsageError(f"--delimiter must be a character or the word tab, not {delimiter!r}.")
    return text


def _only(lines: Sequence[str]) -> str:
    """Choose the delimiter of a file that none cuts: the one beside which there is nothing, else one not there."""
    text = set("".join(lines))
    blank = next((one for one in FOREIGN if one in text and text <= {one, '"', " ", "\r", "\n"}), "")
    return blank or next((one for one in FOREIGN if one not in text), ",")


def _candidates(lines: Sequence[str], base: Dialect, fixed: str) -> Iterator[Dialect]:
    """Give the dialects that the signs of a sample suggest, the plainest first."""
    text = "".join(lines)
    delimiters = (fixed,) if fixed else tuple(_suggested(lines, text))
    for delimiter in delimiters:
        for quote in _quotes(text, delimiter):
            yield from _variants(replace(base, delimiter=delimiter, quote=quote), text)
    if _is_wrapped(lines):
        for one in filter(FOREIGN.__contains__, delimiters):
            yield from (replace(base, delimiter=one, quote=quote, wrapped=True) for quote in _quotes(text, one))
    if not fixed and len(stops := spacing.stops(lines)) > 1:
        yield replace(base, delimiter=RUNS, stops=stops, quote=NO_QUOTE)


def _quotes(text: str, delimiter: str) -> Sequence[str]:
    """Give the quotes to try: single ones only where they do what quotes are for, double ones always but then."""
    if not _works(text, delimiter, "'"):
        return ('"',)
    return ('"', "'") if _works(text, delimiter, '"') else ("'",)


def _works(text: str, delimiter: str, quote: str) -> bool:
    """Say whether quotes keep delimiters, lines or quotes together inside of cells, or stand around most cells.

    Quotes around a cell of nearly every row do so too: they are those of a column.
    """
    sign = re.escape(delimiter)
    pattern = rf"(?m)(?:^|{sign}) *{quote}((?:[^{quote}\\]|\\.|{quote}{quote}){{0,500}}){quote} *(?={sign}|\r?$)"
    cells = re.findall(pattern, text)
    needed = sum(delimiter in cell or quote in cell or "\n" in cell or "\r" in cell for cell in cells)
    if needed > 0 or len(cells) * 2 > text.count(delimiter) + text.count("\n"):
        return True
    if len(cells) >= _PAIRS and len(cells) * 2 == text.count(quote):
        return True  # it stands around cells, and nowhere else
    rows = [line for line in text.splitlines()[1:] if line.strip()]
    return len(rows) > 2 and sum(re.search(pattern, row) is not None for row in rows) >= _MOSTLY * len(rows)


def _is_text(lines: Sequence[str], *, damaged: bool) -> bool:
    """Say whether quotes among tabs are text: they do nothing that quotes do, and some of them cannot be any."""
    text = "".join(lines)
    return (damaged or _APART.search(text) is not None) and not _works(text, "\t", '"')


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Say whether lines may be quoted as a whole: doubled quotes in them, or more cells than a number or date has."""
    inner = [line.strip()[1:-1] for line in lines if _WRAPPED.fullmatch(line)]
    if not inner or all(is_value(text) for text in inner):
        return False
    first = next((line for line in lines if line.strip()), "")
    cells = re.split("[,;|\t]", first.strip().strip('"'))
    return len(cells) > 1 and (any('""' in text for text in inner) or header.evidence(cells) >= 2 or len(cells) > 2)


def _variants(plain: Dialect, text: str) -> Iterator[Dialect]:
    """Give a dialect as it is, with blanks around cells as layout, and with backslashes before quotes."""
    sign = re.escape(plain.delimiter)
    cuts = text.count(plain.delimiter)
    spaced = plain.delimiter not in {" ", RUNS} and cuts > 0
    after, before = (
        (len(re.findall(rf"(?m){sign}(?: |\r?$)", text)), len(re.findall(rf"(?m)(?:^| ){sign}", text)))
        if spaced
        else (0, 0)
    )
    quoted = spaced and re.search(rf"{sign} +{plain.quote}", text) is not None
    forms = [plain]
    if cuts and after >= _SURE * cuts and before >= 0.8 * cuts:
        forms = [replace(plain, skip_space=True, padded=True)]
    elif cuts and after >= _SURE * cuts:
        forms = [replace(plain, skip_space=True)]
    elif quoted:
        forms.append(replace(plain, skip_space=True))
    if re.search(rf"\\(?:{plain.quote}|{sign})", text):
        escaped = [replace(form, escape=True) for form in forms]
        # A backslash that only closes cells may be a folder's; one inside of them is there for the quote.
        inside = re.search(rf"\\{plain.quote}(?!{sign}|\r|\n|$)", text) and plain.quote * 2 not in text
        forms = escaped + forms if inside else forms + escaped
    yield from forms


def _suggested(lines: Sequence[str], text: str) -> Iterator[str]:
    """Name the delimiters to try: the usual ones that are there, others only where most lines have them."""
    filled = [line for line in lines if line.strip()]
    rare = [one for one in (*_LONG, *_RARE) if _is_in_most(one, filled) and _is_free(one, text, filled)]
    rest = text
    for long in rare:
        rest = rest.replace(long, "") if len(long) > 1 else rest
    yield from (one for one in FOREIGN if one in rest)
    yield from rare
    yield from (one for one in _ODD if _is_regular(one, filled))
    if len(filled) > 1 and sum(bool(re.search(r"\S {2,}\S", line)) for line in filled) >= 0.8 * len(filled):
        yield RUNS
    if len(filled) > 1 and spacing.is_spaced(filled):
        yield " "


def _is_regular(delimiter: str, lines: Sequence[str]) -> bool:
    """Say whether a sign that may be text cuts all lines alike: often, or into cells none of which is blank.

    Two lines are enough where no blank makes one think of text.
    """
    counts = {line.count(delimiter) for line in lines}
    if len(lines) < 2 or len(counts) > 1 or (len(lines) == 2 and any(" " in line.strip() for line in lines)):
        return False
    full = all(all(map(str.strip, line.split(delimiter))) for line in lines)
    return min(counts) >= _OFTEN or (full and min(counts) >= (1 if delimiter == "`" else 2))


def _is_in_most(delimiter: str, lines: Sequence[str]) -> bool:
    return sum(delimiter in line for line in lines) >= _SURE * len(lines) > 0


def _is_free(delimiter: str, text: str, lines: Sequence[str]) -> bool:
    """Say whether a rare delimiter is likely one: the long never in halves, colons not those of times and addresses,
    nor those of paths, which have more in some lines than in others.
    """
    if len(delimiter) > 1:
        return (
            delimiter[0] != delimiter[1]
            or re.search(
                rf"(?<!{re.escape(delimiter[0])}){re.escape(delimiter[0])}"
                rf"(?!{re.escape(delimiter[0])})",
                text,
            )
            is None
        )
    if delimiter in _LOOSE and not _is_even(delimiter, lines):
        return False
    if delimiter == ":":
        return sum(bool(_CLOCK.search(line)) for line in lines) * 5 < len(lines)
    return delimiter != "#" or not any(line.startswith("#") or _NUMERO.search(line) for line in lines)


def _is_even(delimiter: str, lines: Sequence[str]) -> bool:
    """Say whether there are several lines, and most have a delimiter as often."""
    counts = Counter(line.count(delimiter) for line in lines)
    return len(lines) > 1 and max(counts.values()) >= _MOSTLY * len(lines)


def _weighed(sample: _Sample, how: Dialect) -> Weight:
    problems: list[Problem] = []
    unready = replace(how, nuls=False, twice=False)
    uncommented = [line for line in sample.lines if not line.startswith("#")]
    lines = prepared(iter(uncommented if any(map(str.strip, uncommented)) else sample.lines), unready)
    blocks = cutting.blocks(["".join(lines)], how, problems, cut_off=not sample.whole)
    found = [record for _, block in blocks for record in cutting.records(block)]
    records = [record for record in found if not header.is_blank(record) and not header.is_ruler(record)]
    return weigh(records, how, damaged=len(problems)) if records else Weight()


def _reason(weight: Weight) -> str:
    if weight.width < 2:
        return "nothing stands between cells: one column"
    return f"{weight.rows:,} of the first {weight.of:,} rows have {weight.width:,} cells"
