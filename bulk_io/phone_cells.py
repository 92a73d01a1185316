"""What a cell of a phone column holds, before any numbering plan is asked: cleaned text, labels, several, extension.

Nothing here invents a digit: a letter is a known label, a word between two numbers, or a reason to refuse the cell.
The words themselves are in ``phone_words``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from bulk_io.phone_words import BETWEEN, EXTENSIONS, FAX_LABELS, LABELS, MOBILE_LABELS, PLACEHOLDERS

PART = "\x1e"
"""Stands in ``Cell.text`` where a separator or a word certainly ends one number and begins the next."""
MARK, FAX = "\x1d", "\x1c"
"""Stand in ``Cell.text`` beside a number that a label calls mobile, or a fax."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as read so far: ``text`` holds digits, "+" and punctuation (letters only if ``code`` is ``letters``).

    ``code`` is "" or missing, damaged, letters, decimal, date; ``extension`` the (first) digits behind "ext." and the
    like, which ``text`` holds no more.
    """

    text: str
    code: str = ""
    extension: str = ""
    repair: str = ""


def read(raw: str) -> Cell:
    """Clean a cell and sort it: what is left in ``text`` is for a numbering plan to judge."""
    cell = _sorted(_cleaned(raw))
    if cell.code:
        return cell
    text, extension = _without_extensions(cell.text)
    text = _WORD_BETWEEN.sub(PART, text)
    bare = _without_labels(_DATE_BESIDE.sub(PART, text))
    if _WORD.search(bare) or not _HAS_DIGIT.search(bare):
        return replace(cell, code="damaged" if _POWER_WITHIN.search(bare) else "letters")
    label = "the words around the number were left out" if bare != text else ""
    text = _SEPARATOR.sub(PART, _NEXT_PLUS.sub(PART + "+", bare))
    return replace(cell, text=text, extension=extension, repair=joined(cell.repair, label))


def joined(*repairs: str) -> str:
    """Put repairs together in one sentence, the blank ones left out."""
    return "; ".join(filter(None, repairs))


def _cleaned(raw: str) -> str:
    text = raw
    if not raw.isascii():
        text = "".join(plain for char in raw for plain in map(_plain, _compatible(char)))
    text = _EDGES.sub("", text)
    text = _SCHEME.sub("", _LINK.sub(r"+\1", text))
    if "=" in text:
        text = _without_parameters(text)
    return _EDGES.sub("", _CARRIER.sub("0", text))


def _without_parameters(text: str) -> str:
    """Read what follows the number in a ``tel:`` address (RFC 3966): its extension, the prefix to dial before it.

    Only a context of digits is a prefix; a host name, and every other parameter, says nothing of the number.
    """
    number = _PARAMETER.split(text, maxsplit=1)[0]
    found = {name.lower(): value for name, value in _PARAMETER.findall(text)}
    context = found.get("phone-context", "")
    if _PREFIX.fullmatch(context) and not number.startswith("+"):
        number = context + number
    return f"{number} ext {found['ext']}" if "ext" in found else number


def _without_extensions(text: str) -> tuple[str, str]:
    """Take off what a switchboard would be told, and give the first of it."""
    found = [match for match in _EXTENSION.finditer(text) if sum(map(str.isdigit, text[: match.start()])) >= _FEWEST]
    for match in reversed(found):
        text = text[: match.start()] + text[match.end() :]
    return text, next((part for match in found[:1] for part in match.groups() if part), "")


def _without_labels(text: str) -> str:
    """Put the end of a number in the place of each label, and between it and its number a mark for mobile or fax."""

    def broken(found: re.Match[str]) -> str:
        letter, word = found.group("letter", "word")
        label = _LETTERS.get(letter.lower(), "tel") if letter else _folded(word)
        if label not in LABELS and label not in FAX_LABELS:
            return word
        mark = MARK if label in MOBILE_LABELS else FAX if label in FAX_LABELS else ""
        return mark + PART if mark and _is_behind(found) else PART + mark

    return _LABEL.sub(broken, text)


def _is_behind(label: re.Match[str]) -> bool:
    """Tell whether a label stands behind its number: at the end, or where only what follows it is set apart.

    Else labels in brackets stand where the first one does, and bare ones where the last one does.
    """
    text, start, end = label.string, *label.span()
    before, after = _BEHIND_DIGIT.search(text, 0, start), _BEFORE_DIGIT.match(text, end)
    if not before or not after:
        return bool(before)
    apart = [bool(_APART.search(between[0])) for between in (before, after)]
    if apart[0] != apart[1]:
        return apart[1]
    if text[start - 1 : start] + text[end : end + 1] == "()":
        return not _WORD.search(text.partition(next(filter(str.isdigit, text)))[0])
    return not _HAS_DIGIT.search(text, max(word.end() for word in _WORD.finditer(text)))


def _compatible(char: str) -> str:
    """Give the plain form of full-width letters and the like; a footnote mark (²) or a circled figure is no digit."""
    return char if unicodedata.category(char) in ("No", "Nl") else unicodedata.normalize("NFKC", char)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind in ("Cf", "So", "Sk", "Mn", "Me") and char != "\ufffd":
        # Accents stay on the letters of labels: those are compared without them anyway.
        return ""
    if kind == "Pd" or char == "\u2212":
        return "-"
    if char in "\u2044\u2215":
        return "/"
    return "'" if kind in ("Pi", "Pf") else char


def _sorted(text: str) -> Cell:
    """Find what is no number at all, and the two things that a spreadsheet does to one."""
    if not text or _folded(text) in PLACEHOLDERS or not _SAYS_SOMETHING.search(text):
        return Cell(text, "missing")
    power = _POWER.fullmatch(text)
    if power:
        return _from_power(text, *power.groups(default=""))
    if _CELL_ERROR.fullmatch(text):
        return Cell(text, "damaged")
    if _DATE.fullmatch(text):
        return Cell(text, "date")
    decimal = _DECIMAL.fullmatch(text) or _GROUPED.fullmatch(text)
    if decimal and decimal["decimals"].strip("0"):
        return Cell(text, "decimal")
    whole = decimal["whole"] if decimal else _POINT_ZERO.sub("", text)
    if whole != text:
        left = text[len(whole) :] if text.startswith(whole) else ".0"
        return Cell(whole, repair=f"the “{left}” that a spreadsheet added was left out")
    behind = _PLUS_BEHIND.fullmatch(text)
    return Cell(f"+{behind[1]}", repair="the “+” stood behind the number") if behind else Cell(text)


def _from_power(text: str, whole: str, decimals: str, power: str) -> Cell:
    """Write ``3.3612345678E+10`` in full; with fewer decimals than the power says, digits are lost for good."""
    kept = decimals.rstrip("0") if len(decimals) > int(power) else decimals
    if len(kept) != int(power):
        return Cell(text, "damaged")
    return Cell(whole + kept, repair=f"written in full from “{text}”, which has every digit")


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


_EDGES = re.compile(r"^[\s'\"`´=*•·,;:/|\-]+|[\s'\"`´*•·,;:/|.\-]+$")
_SCHEME = re.compile(r"^(?:(?:tel|p|whatsapp|callto|sms)\s*:(?://)?\s*)+(?=[+\d(])", re.I)
_LINK = re.compile(r"^(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=)\+?(\d+)(?:[/?&].*)?$", re.I)
_SAYS_SOMETHING = re.compile(r"[^\W_]|\ufffd|##")
_HAS_DIGIT = re.compile(r"\d")
_BEHIND_DIGIT, _BEFORE_DIGIT = re.compile(r"(?<=\d)\D*$"), re.compile(r"\D*(?=\d)")
_APART = re.compile(rf"[/,;|&\r\n{PART}]|\s[-–—]\s|\b(?:{BETWEEN})\b", re.I)
"""What sets one number apart from the next."""
_PARAMETER = re.compile(r"\s*;\s*([A-Za-z][A-Za-z0-9-]*)=([^;]*)")
_PREFIX = re.compile(r"\+[\d().\-]+")
# In Argentina and Brazil "0xx" stands for the trunk prefix and a carrier of one's choice.
_CARRIER = re.compile(r"(?<!\d)0\s?xx(?=\d|\s*\)|\s+\d)", re.I)
_POWER = re.compile(r"\+?(\d{1,3})(?:[.,](\d+))?\s*[eE]\s*\+?\s*(\d{1,2})")
_POWER_WITHIN = re.compile(r"\d\s?[eE]\s?\+\s?\d")
_CELL_ERROR = re.compile(
    r"#{2,}|#[¡¿]?(?:DIV/0|[A-ZÄÖÜÉ]{3,8})[!?]|#(?:NUM|REF|VALUE|NAME|NULL|NOM|VALEUR|WERT|VALOR)", re.I
)
_DATE = re.compile(
    r"(?:\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./-])(?:0[1-9]|1[0-2])\2[0-3]\d)(?:[ T]\d\d?:\d\d.*)?"
)
_DATE_BESIDE = re.compile(r"(?<=\d[\s,(])\(?(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)\)?")
_DECIMAL = re.compile(r"(?P<whole>\+?\d{7,})[.,](?P<decimals>\d{1,2}|0+)")
_GROUPED = re.compile(
    r"(?P<whole>\+?\d{1,3}(?:(?P<group>[ .,'])\d{3})(?:(?P=group)\d{3})+)(?!(?P=group))[.,](?P<decimals>0+)"
)
# A single 0 is no group of any number, whatever the rest of it looks like.
_POINT_ZERO = re.compile(r"(?<=\d)(?<![.,]\d)[.,]0(?=\s*(?:$|[/;|&(\r\n]|:::))")
_FEWEST = 3
"""Digits of a number that an extension can follow."""
_PLUS_BEHIND = re.compile(r"(\d[\d\s]{6,})\+")
_EXTENSION = re.compile(
    r"[\s,;.(:/\-]*(?:"
    rf"(?<![^\W\d_])(?:{EXTENSIONS})\s*[.:°º]*\s*(\d{{1,20}})"
    r"|(?<![^\W\d_])[x#~]\s*[.:]?\s*(\d{1,9})|,,\s*(\d{1,15})|;\s*(\d{1,5})"
    # only where the number ends: "x12" inside one is something else
    rf")#?\s*\)?(?=\s*(?:$|[,;|&/\r\n{PART}]|:::|(?:{BETWEEN})\b))",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = {"m": "mobile", "f": "fax"}
_LABEL = re.compile(r"(?<![^\W\d_])(?P<letter>[tmphwfTMPHWF])\s*[.:](?=\s*[+\d(])|(?P<word>[^\W\d_]+)")
# Spanish "o" and Italian "e" only between two figures, never a letter O in the place of a zero.
_WORD_BETWEEN = re.compile(rf"(?<=[\d)])[\s,/]+(?:{BETWEEN})\b\.?\s+(?=[^\W_]|[+(])", re.I)
_NEXT_PLUS = re.compile(r"(?<=\d)[^\d+]*\+")
_SEPARATOR = re.compile(r"[;|&]|:::")
