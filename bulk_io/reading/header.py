"""Where a table begins: the header row among titles, notes and blank lines, and the names that its columns get.

Light on purpose: the child process that reads workbooks weighs sheets with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from bulk_io.reading.kinds import BLANKS, is_contact, is_value, kind

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

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CONTRAST = 2.0
"""What a column of values says for the text above it."""
_NOTHING = frozenset(
    {"", "n/a", "na", "#n/a", "null", "none", "nil", "nan", "-", "--", "?", "tbd", "n.c.", "nc", "unknown"}
)
_RULER = re.compile(r"[-=_~+:|*\s]*[-=_~][-=_~+:|*\s]*")
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")
_NO_WORD = re.compile(r"[\W_\d]+")


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a table: the places of its first and last row among the rows given, and its cells as one row.

    ``first`` and ``last`` are None where the table has no header; ``cells`` is empty then.
    """

    first: int | None
    last: int | None
    cells: list[str]


def locate(rows: Sequence[Row]) -> Head:
    """Find a table's header, of one row or of several that are joined (a group's name, then its columns' names).

    ``rows`` are the first rows of a file, blank ones left out; a hundred are enough.
    """
    place = find(rows)
    if place is None:
        return Head(None, None, [])
    last = place + 1 if _continues(rows, place) else place
    first = last
    cells = list(rows[last][1])
    while first > 0 and (first > place or _is_group(rows[first - 1], rows[first])):
        first -= 1
        cells = _joined(rows[first][1], cells)
    return Head(first, last, cells)


def find(rows: Sequence[Row]) -> int | None:
    """Give the place in ``rows`` of the header row; None where the table has none.

    ``rows`` are the first rows of a file, blank ones left out; a hundred are enough. A row of known header words wins
    unless data stand above it; else the first row below the titles is the header, unless the columns below it say
    that it holds values itself.
    """
    width = _width([row for row in rows if not is_comment(row[1]) and not is_ruler(row[1])])
    for place, (_, cells) in enumerate(rows[:LOOK]):
        if _is_known(cells, width) and (width > 1 or place == 0 or _has_contrast(cells, _below(rows, place))):
            return place
        if any(map(is_contact, cells)) and not _is_title(cells, width):
            break
    top = next((at for at in range(_top(rows, width), min(len(rows), LOOK)) if not _is_above(rows[at][1], width)), 0)
    if not rows:
        return None
    if _may_be_header(rows[top][1], _below(rows, top)):
        wider = _wider(rows, top, width)
        return top if wider is None else wider
    return _wider(rows, top, width)


def _below(rows: Sequence[Row], place: int) -> list[Sequence[str]]:
    return [cells for _, cells in rows[place + 1 : place + 60]]


def _is_above(cells: Sequence[str], width: float) -> bool:
    """Say whether a row may stand above a header: a title, a comment, a ruled line."""
    return _is_title(cells, width) or is_ruler(cells) or is_comment(cells)


def _wider(rows: Sequence[Row], top: int, width: float) -> int | None:
    """Find a header below rows that are narrower than the table: its names stand over values."""
    if filled(rows[top][1]) >= width:
        return None
    for place in range(top + 1, min(len(rows), top + 10)):
        cells = rows[place][1]
        if filled(cells) >= width:
            named = not any(map(is_value, cells)) and _may_be_header(cells, _below(rows, place))
            return place if named and _has_contrast(cells, _below(rows, place)) else None
    return None


def _has_contrast(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether a text stands over a column of values."""
    columns = [[row[at] for row in below if at < len(row) and trim(row[at])] for at in range(len(cells))]
    return any(trim(cell) and _vote(cell, column) >= _CONTRAST for cell, column in zip(cells, columns, strict=True))


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
    return text.strip(BLANKS)


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether a row has nothing to see in it."""
    return not any(cell and cell.strip(BLANKS) for cell in cells)


def filled(cells: Sequence[str]) -> int:
    """Count the cells with something to see."""
    return sum(1 for cell in cells if cell and cell.strip(BLANKS))


def is_comment(cells: Sequence[str]) -> bool:
    """Say whether a row is a comment: one cell that begins as comments do."""
    return trim(cells[0] if cells else "").startswith(("#", "//")) and filled(cells) == 1


def is_ruler(cells: Sequence[str]) -> bool:
    """Say whether a row only draws a line, as below the header of a table in plain text."""
    texts = [trim(cell) for cell in cells if trim(cell)]
    return any(len(text) > 2 for text in texts) and all(_RULER.fullmatch(text) for text in texts)


def _width(rows: Sequence[Row]) -> float:
    """Give how many cells a row of the table usually fills; titles above it do not count."""
    counts = [filled(cells) for _, cells in rows]
    wide = [count for count in counts if count > 1]
    if wide and (len(wide) * 2 >= len(counts) or min(counts[-2:]) > 1):
        return median(wide)
    return 1


def _top(rows: Sequence[Row], width: float) -> int:
    """Give the first place that may be the table's: blocks of narrower rows above a blank line are notes."""
    top = 0
    for place in range(1, min(len(rows), LOOK)):
        if rows[place][0] > rows[place - 1][0] + 1:
            above = [filled(cells) for _, cells in rows[top:place]]
            if len(rows) - place >= 2 and max(above, default=0) < min(width, filled(rows[place][1])):
                top = place
    return top


def _is_known(cells: Sequence[str], width: float) -> bool:
    count = filled(cells)
    known = evidence(cells)
    values = sum(map(is_value, cells))
    if count == 1 and width < 2:
        return known == 1 and not values
    return known >= 2 and known >= 2 * values + 1 and known * 3 >= count and count * 3 >= width and _is_varied(cells)


def _may_be_header(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Let each column say whether the cell above it is a name or one of its values."""
    if not filled(cells):
        return False
    columns = [[row[place] for row in below if place < len(row) and trim(row[place])] for place in range(len(cells))]
    if _is_counted(cells, columns):
        return True
    votes = [_vote(cell, column) for cell, column in zip(cells, columns, strict=True) if trim(cell)]
    if max(votes) < _CONTRAST and not _is_varied(cells):
        return False
    return sum(votes) > 0 or (sum(votes) == 0 and not any(map(is_value, cells)))


def _is_counted(cells: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Say whether the cells count columns, 0, 1, 2 … or 1, 2, 3 …, over values that are no numbers."""
    texts = [trim(cell) for cell in cells]
    if len(texts) < 3 or not any(texts == [str(start + at) for at in range(len(texts))] for start in (0, 1)):
        return False
    return any(kind(cell) != "number" for column in columns for cell in column)


def _vote(cell: str, column: Sequence[str]) -> float:
    own = kind(cell)
    kinds = Counter(map(kind, column))
    usual, count = kinds.most_common(1)[0] if kinds else ("", 0)
    steady = usual if count >= 0.7 * len(column) else ""
    if own == "text":
        again = len(column) > 1 and trim(cell) in map(trim, column)
        if trim(cell).casefold() in _NOTHING:
            return 0.0
        named = 1.5 if _is_word(cell) and not again else 0.0
        if steady not in {"", "text"}:
            return named + _CONTRAST
        if trim(cell)[0].isdecimal() and column and all(_shape(other) == _shape(cell) for other in column):
            return -1.5
        return named - (0.75 if again and steady else 0.25 if again else 0.0)
    if own == "year":
        return -1.5 if steady == own else 0.0
    if own in {"email", "phone"}:
        return -2.0 if steady == own or not steady else -1.0
    if not column or steady == own or steady == "phone":
        return -1.5
    if own in {"date", "time", "url"} and len(column) > 1 and steady:
        return 0.5
    return 0.0 if steady else -0.5


def _shape(cell: str) -> str:
    """Give how a text is made of letters and digits: ``418-Y11-4111`` as ``9-a9-9``."""
    return _LETTERS.sub("a", _DIGITS.sub("9", trim(cell)))


def _is_varied(cells: Sequence[str]) -> bool:
    texts = [trim(cell).casefold() for cell in cells if trim(cell)]
    return len(set(texts)) * 2 >= len(texts) and all(len(text) <= 250 for text in texts)


def _is_title(cells: Sequence[str], width: float) -> bool:
    count = filled(cells)
    return width > 1 and (count == 1 or count * 2 < width)


def _continues(rows: Sequence[Row], place: int) -> bool:
    """Say whether the header goes on in the next row: names below the blanks of groups, where values stand below."""
    if place + 2 >= len(rows) or rows[place + 1][0] != rows[place][0] + 1:
        return False
    upper, lower = rows[place][1], rows[place + 1][1]
    if not _has_gaps(upper, lower) or any(map(is_value, lower)) or evidence(lower) * 2 < filled(lower):
        return False
    return evidence(lower) == filled(lower) > 1 or _has_contrast(lower, _below(rows, place + 1))


def _is_group(upper: Row, lower: Row) -> bool:
    """Say whether a row right above the header names groups of its columns."""
    cells = upper[1]
    known = filled(cells) >= 2 and not any(map(is_value, cells))
    return upper[0] == lower[0] - 1 and known and len(cells) <= len(lower[1]) and _has_gaps(cells, lower[1])


def _has_gaps(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Say whether a row has names with blanks between them, over a row that fills these blanks."""
    places = [at for at, cell in enumerate(upper) if trim(cell)]
    if len(places) < 2 or places[-1] == len(places) - 1:
        return False
    gaps = [at for at in range(places[0], places[-1]) if at not in places]
    return bool(gaps) and all(at < len(lower) and trim(lower[at]) for at in gaps)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join the names of groups, each going on to the right until the next, with the names below them."""
    result: list[str] = []
    group = ""
    for at, cell in enumerate(lower):
        own = trim(upper[at]) if at < len(upper) else ""
        group = own or group
        below = trim(cell)
        result.append(f"{group} {below}".strip() if below and below != group else own or below)
    return result


@lru_cache(maxsize=4096)
def _is_word(cell: str) -> bool:
    if len(cell) > 60 or is_value(cell):
        return False
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", cell))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    words = _NO_WORD.sub(" ", plain).split()
    return len(words) <= 6 and (not WORDS.isdisjoint(words) or "".join(words) in WORDS)
