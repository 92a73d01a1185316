"""Where a table begins: the header row among titles, notes and blank lines, and the names that its columns get.

Light on purpose: the child process that reads workbooks weighs sheets with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from statistics import median

Row = tuple[int, Sequence[str]]
"""A row's number as Excel shows it, and its cells."""

LOOK = 30
"""How many rows that are not blank may stand above a header, at most."""

_WORD_LIST = """
name names full first last given family middle nickname surname forename fname lname contact contacts person lead
salutation civility nom noms prenom prenoms civilite interlocuteur vorname nachname familienname zuname anrede
anzeigename ansprechpartner nombre apellido apellidos nome cognome nominativo sobrenome apelido naam voornaam
achternaam familienaam contactpersoon phone phones telephone mobile cell cellphone landline fax whatsapp sms tel gsm
portable fixe numero telecopie telefon telefonnummer rufnummer handy mobil mobiltelefon mobilnummer durchwahl
festnetz telefono movil celular cellulare recapito telefoon telefoonnummer mobiel telefone telemovel fone
phonenumber email mail mails courriel mel adresse address correo posta indirizzo endereco emailadresse mailadresse
title position role job occupation poste fonction profession metier titre funktion berufsbezeichnung stelle titel
cargo puesto funcion qualifica ruolo posizione mansione functie functietitel rol funcao profissao company
organization organisation account employer business societe entreprise employeur enseigne firma unternehmen
firmenname empresa compania organizacion azienda societa ditta bedrijf bedrijfsnaam organisatie companhia
organizacao industry sector vertical secteur activite branche industrie sektor industria ramo settore setor city
town locality ville commune localite ort stadt wohnort ciudad localidad poblacion citta comune localita stad plaats
woonplaats gemeente cidade municipio country region state pays land pais paese nazione zip postcode postal plz cp
street rue tags tag labels label lists list groups group categories segment etiquettes groupes listes schlagworter
kategorien gruppen etiquetas categorias grupos etichette categorie gruppi categorieen groepen marcadores id type
status source owner created updated date notes note comment comments url website linkedin language birthday
createdat updatedat
"""
WORDS = frozenset(_WORD_LIST.split())
"""Words of contact headers in English, French, German, Spanish, Italian, Dutch and Portuguese, without accents."""

_BLANK = " \t\r\n\x0b\x0c\x00\x1a\x1c\x1d\x1e\x1f\x85\xa0\u2000\u2001\u2002\u2003\u2007\u2009\u200b\u202f\u3000\ufeff"
_CONTACT = re.compile(
    r"""(?xi) (?:mailto:)?[^@\s]+@[^@\s]+\.\w+ | (?:[a-z]:|'|tel:)?(?!\d{4}-\d\d-\d\d)[+(]*\d[\d\s().\-/]{5,}\d"""
)
_PLAIN = re.compile(
    r"""(?xi) (?:https?://|www\.)\S+ | \d{4}-\d\d-\d\d(?:[t\s].*)? | \d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:\s.*)?
    | \d{1,2}:\d\d(?::\d\d)? """
)
_NUMBER = re.compile(r"[-+]?(?:[$€£]\s?)?\d+(?:[.,\s]\d+)*(?:[eE][-+]?\d+)?\s?[%€$£]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_WORD = re.compile(r"[\W_\d]+")


def find(rows: Sequence[Row]) -> int | None:
    """Give the place in ``rows`` of the header row; None where the table has none.

    ``rows`` are the first rows of a file, blank ones left out; a hundred are enough. A row of known header words wins
    unless data stand above it; else the first row below the titles is the header, unless it holds values itself.
    """
    width = _width(rows)
    for place, (_, cells) in enumerate(rows[:LOOK]):
        if _is_known(cells, width):
            return place
        if _has_contacts(cells) and not _is_title(cells, width):
            break
    for place, (_, cells) in enumerate(rows[:LOOK]):
        if not _is_title(cells, width):
            return place if _may_be_header(cells) else None
    return 0 if rows and _may_be_header(rows[0][1]) else None


def evidence(cells: Sequence[str]) -> int:
    """Count the cells that have a known header word in them."""
    return sum(1 for cell in cells if _is_word(cell))


def names(raw: Sequence[str]) -> list[str]:
    """Give columns their names: trimmed, unique; a blank one becomes ``column_N``, a repeat ``Phone (2)``."""
    wanted = [trim(cell) or f"column_{place}" for place, cell in enumerate(raw, 1)]
    taken, result = set(wanted), list[str]()
    seen: dict[str, int] = {}
    for name in wanted:
        count = seen.get(name, 0) + 1
        unique = name
        while count > 1 and (unique := f"{name} ({count})") in taken:
            count += 1
        seen[name] = count
        taken.add(unique)
        result.append(unique)
    return result


def numbered(width: int) -> list[str]:
    """Name the columns of a table that has no header."""
    return [f"column_{place}" for place in range(1, width + 1)]


def trim(text: str) -> str:
    """Take away blanks around a cell, invisible ones too."""
    return text.strip(_BLANK)


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether a row has nothing to see in it."""
    return not any(cell and cell.strip(_BLANK) for cell in cells)


def filled(cells: Sequence[str]) -> int:
    """Count the cells with something to see."""
    return sum(1 for cell in cells if cell and cell.strip(_BLANK))


def _width(rows: Sequence[Row]) -> float:
    """Give how many cells a row of the table usually fills; titles above it do not count."""
    counts = [filled(cells) for _, cells in rows]
    wide = [count for count in counts if count > 1]
    if wide and (len(wide) * 2 >= len(counts) or min(counts[-2:]) > 1):
        return median(wide)
    return 1


def _is_known(cells: Sequence[str], width: float) -> bool:
    count = filled(cells)
    known = evidence(cells)
    values = sum(1 for cell in cells if _is_value(trim(cell)))
    if count == 1 and width < 2:
        return known == 1 and not values
    return known >= 2 and known >= 2 * values + 1 and known * 3 >= count and count * 3 >= width and _is_varied(cells)


def _may_be_header(cells: Sequence[str]) -> bool:
    texts = [trim(cell) for cell in cells if trim(cell)]
    values = sum(1 for text in texts if _is_value(text))
    return bool(texts) and values * 4 <= max(evidence(texts), len(texts) // 4) and _is_varied(cells)


def _is_varied(cells: Sequence[str]) -> bool:
    texts = [trim(cell).casefold() for cell in cells if trim(cell)]
    return len(set(texts)) * 2 >= len(texts) and all(len(text) <= 250 for text in texts)


def _is_title(cells: Sequence[str], width: float) -> bool:
    count = filled(cells)
    return width > 1 and (count == 1 or count * 2 < width)


def _has_contacts(cells: Sequence[str]) -> bool:
    return any(_CONTACT.fullmatch(trim(cell)) for cell in cells if cell)


def _is_value(text: str) -> bool:
    if not text or _YEAR.fullmatch(text):
        return False
    return bool(_CONTACT.fullmatch(text) or _PLAIN.fullmatch(text) or _NUMBER.fullmatch(text))


@lru_cache(maxsize=4096)
def _is_word(cell: str) -> bool:
    if len(cell) > 60 or _is_value(trim(cell)):
        return False
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", cell))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    words = _NO_WORD.sub(" ", plain).split()
    return len(words) <= 6 and (not WORDS.isdisjoint(words) or "".join(words) in WORDS)
