"""What a cell of a phone column holds, before any numbering plan is asked: cleaned text, labels, several, extension.

Nothing here invents a digit: a letter is a known label, a word between two numbers, or a reason to refuse the cell.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

PART = "\x1e"
"""Stands in ``Cell.text`` where a separator or a word certainly ends one number and begins the next."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as read so far: ``text`` holds digits, "+" and punctuation (letters only if ``code`` is ``letters``).

    ``code`` is "" or missing, damaged, letters, decimal, date; ``extension`` the digits behind "ext." and the like.
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
    extension = _EXTENSION.search(cell.text)
    if extension and sum(map(str.isdigit, cell.text[: extension.start()])) >= 5:
        digits = next(filter(None, extension.groups()))
        cell = replace(cell, text=cell.text[: extension.start()], extension=digits)
    text = _WORD_BETWEEN.sub(PART, cell.text)
    bare = _WORD.sub(
        lambda word: "\n" if _folded(word.group()) in LABELS else word.group(), _LETTER_LABEL.sub("\n", text)
    )
    if _WORD.search(bare) or not _HAS_DIGIT.search(bare):
        return replace(cell, code="letters")
    label = "the words around the number were left out" if bare != text else ""
    text = _SEPARATOR.sub(PART, _NEXT_PLUS.sub(PART + "+", bare))
    return replace(cell, text=text, repair=joined(cell.repair, label))


def joined(*repairs: str) -> str:
    """Put repairs together in one sentence, the blank ones left out."""
    return "; ".join(filter(None, repairs))


def _cleaned(raw: str) -> str:
    text = raw
    if not raw.isascii():
        text = "".join(plain for char in raw for plain in map(_plain, _compatible(char)))
    text = _EDGES.sub("", text)
    text = _LINK.sub(r"+\1", text)
    return _EDGES.sub("", _SCHEME.sub("", text))


def _compatible(char: str) -> str:
    """Give the plain form of full-width letters and the like; a footnote mark (²) or a circled figure is no digit."""
    return char if unicodedata.category(char) in ("No", "Nl") else unicodedata.normalize("NFKC", char)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind in ("Cf", "So", "Mn") and char != "\ufffd":
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
    decimal = _DECIMAL.fullmatch(text)
    if decimal and decimal[2].strip("0"):
        return Cell(text, "decimal")
    if decimal:
        return Cell(decimal[1], repair=f"the “{text[len(decimal[1]) :]}” that a spreadsheet added was left out")
    behind = _PLUS_BEHIND.fullmatch(text)
    return Cell(f"+{behind[1]}", repair="the “+” stood behind the number") if behind else Cell(text)


def _from_power(text: str, whole: str, decimals: str, power: str) -> Cell:
    """Write ``3.3612345678E+10`` in full; with fewer decimals than the power says, digits are lost for good."""
    kept = decimals.rstrip("0") if len(decimals) > int(power) else decimals
    if len(kept) != int(power):
        return Cell(text, "damaged")
    return Cell(whole + kept, repair=f"written in full from “{text}”")


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EDGES = re.compile(r"^[\s'\"`´=*•·,;:/|\-]+|[\s'\"`´*•·,;:/|.\-]+$")
_SCHEME = re.compile(r"^(?:tel|p|whatsapp|callto|sms)\s*:(?://)?(?=[+\d(])", re.I)
_LINK = re.compile(r"^(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=)\+?(\d+)(?:[/?&].*)?$", re.I)
_SAYS_SOMETHING = re.compile(r"[^\W_]|\ufffd|##")
_HAS_DIGIT = re.compile(r"\d")
_POWER = re.compile(r"\+?(\d)(?:[.,](\d+))?\s*[eE]\s*\+?\s*(\d{1,2})")
_CELL_ERROR = re.compile(r"#{2,}|#(?:NUM|REF|VALUE|NAME|DIV/0|NULL|NOM|VALEUR|WERT|ZAHL|VALOR)[!?]?", re.I)
_DATE = re.compile(
    r"(?:\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./-])(?:0[1-9]|1[0-2])\2[0-3]\d)(?:[ T]\d\d?:\d\d.*)?"
)
_DECIMAL = re.compile(r"(\+?\d{7,})[.,](\d{1,2}|0+)")
_PLUS_BEHIND = re.compile(r"(\d[\d\s]{6,})\+")
_EXTENSION = re.compile(
    r"[\s,;.(:/\-]*(?:"
    r";\s*ext=(\d{1,7})|\b(?:ext(?:ension|n)?|poste|pst|int(?:erno|erne)?|anexo|ramal|durchwahl|dw|nebenstelle|nst|toestel)"
    r"\s*[.:°º]*\s*(\d{1,7})|x\s*[.:]?\s*(\d{1,7})|#\s*(\d{1,7}))\s*\)?$",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
_LETTER_LABEL = re.compile(r"(?<![^\W\d_])[tmphwTMPHW]\s*[.:](?=\s*[+\d(])")
# Spanish "o" and Italian "e" only between two figures, never a letter O in the place of a zero.
_WORD_BETWEEN = re.compile(
    r"(?<=[\d)])[\s,/]+(?:ou|or|et|and|und|oder|y|o|e|en|of|bzw|puis|sinon)\b\.?\s+(?=[^\W_]|[+(])", re.I
)
_NEXT_PLUS = re.compile(r"(?<=\d)[^\d+]*\+")
_SEPARATOR = re.compile(r"[;|&]|:::")

PLACEHOLDERS: frozenset[str] = _words(
    "n/a na #n/a n.a n.a. nc n.c n.c. nr none null nil nan aucun neant keine kein ninguno nessuno geen nenhum unknown"
    " inconnu unbekannt desconocido sconosciuto onbekend desconhecido tbd"
)
"""Words that people and programs write where there is no number, folded."""

LABELS: frozenset[str] = _words(
    "tel tele tels telephone telephones phone phones mobile mobiles mob cell cellphone cellulaire portable port gsm"
    " fixe fixed line land landline ligne directe direct bureau perso personnel personnelle personal pro"
    " professionnel domicile maison travail work home office business main primary principal standard call"
    " no n nr num numero nummer number numbers contact whatsapp whats app wa sms"
    " telefon telefonnummer rufnummer handy handynummer mobil mobilnummer mobiltelefon privat private geschaftlich"
    " dienstlich buro fest festnetz zentrale arbeit telefono telefonos movil celular cel fijo casa oficina trabajo"
    " particular cellulare ufficio lavoro fisso abitazione centralino telefone telemovel fone fixo residencial"
    " comercial escritorio trabalho telefoon telefoonnummer mobiel mobieltje thuis werk prive vast kantoor nouveau"
)
"""Words that say what kind of number stands beside them (seven languages), folded. Never "fax": that is no phone."""
