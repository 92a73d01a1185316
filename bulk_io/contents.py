"""Columns known by their values: what contradicts a header, what speaks for a column whose header says nothing.

Asked by ``neighbours``. Nothing that is found here is sure: it is shown, and used when somebody agrees.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from bulk_io import kinds
from bulk_io.fields import SEVERAL
from bulk_io.headers import words
from bulk_io.kinds import DATE, LINK, NUMBER, YES_NO, Column
from bulk_io.proposals import SURE, Around, Proposal
from bulk_io.text import counted

_FEW, _TWO = 3, 2
"""So many values must speak before they are heard; two if they say the same."""


def contradiction(field: str, column: Column) -> str:
    """Say why a column's values cannot be what its header says, or give ``""``."""
    if len(column.values) < _FEW:
        return ""
    if field == "phoneNumber":
        return "" if _digits(column) >= _HARDLY else "left out: its values are no phone numbers"
    if field == "email":
        return "" if any("@" in text for text in column.values) else "left out: its values are no e-mail addresses"
    if field == "position" and column.share("title") > _MOST:
        return "left out: a form of address by its values"
    kind = max((NUMBER, DATE, LINK, "email", YES_NO), key=column.share)
    if field in _TEXTS and column.share(kind) > _NEARLY_ALL:
        return f"left out: its values are {_LABELS[kind]}"
    return ""


def is_something_else(column: Column) -> bool:
    """Tell whether values are plainly of another kind than phone numbers: yes and no, addresses, dates."""
    if len(column.values) < _FEW or column.share("phone") > _HARDLY:
        return False
    return column.distinct <= _TWO or column.share(DATE, LINK, "email") > _NEARLY_ALL


def propose(header: Sequence[str], unknown: Sequence[str], around: Around) -> dict[str, Proposal]:
    """Propose fields by their values for the columns that nothing else knows; ``header`` gives their order."""
    guesses = {column: guess for column in unknown if (guess := _guess(column, around.look(column)))}
    found: dict[str, Proposal] = {}
    for column, (field, share) in guesses.items():
        # several numbers are one person's only where no header says anything: a word may be somebody else's
        alone = field not in SEVERAL or not _says_nothing(column)
        if _is_taken(field, around) or (alone and column != _best(field, guesses, around)):
            found[column] = _not_needed(column, field)
        else:
            found[column] = _proposal(column, field, share, around)
    first = next((column for column, one in found.items() if one.field == "firstName"), "")
    if first and not around.has("lastName"):
        left = [column for column in unknown if column not in guesses]
        found |= _last_name_beside(first, header, left, around)
    return found


def shared_numbers(phones: Sequence[str], people: Sequence[str], around: Around) -> dict[str, Proposal]:
    """Leave out the phone columns whose numbers repeat across many people: a company's, whatever they are called.

    ``people`` are the columns that tell people apart. Half of the people must share their number with two others at
    least: four of them are enough where another column has numbers too; of an only one the plan holds the few rows.
    """
    rows = [_person(cells) for cells in zip(*(around.cells(column) for column in people), strict=True)]
    found: dict[str, Proposal] = {}
    for column in phones:
        owners: defaultdict[str, set[str]] = defaultdict(set)
        for cell, person in zip(around.cells(column), rows, strict=True) if rows else ():
            number = "".join(filter(str.isdigit, cell))
            if len(number) >= _SHORTEST and person and not kinds.is_power(cell.strip()):
                owners[number].add(person)
        everybody = set().union(*owners.values())
        sharing = set().union(*(each for each in owners.values() if len(each) >= _FEW))
        crowd = _CROWD if len(phones) - len(found) > 1 else _LARGE_CROWD
        if len(everybody) >= crowd and 2 * len(sharing) >= len(everybody):
            repeated = counted(len(owners), "number", "repeats")
            why = f"left out: its {repeated} across {len(everybody)} people, so are not their own"
            found[column] = Proposal(column, None, f"{why} (--map '{column}=phoneNumber' to use it all the same)")
    return found


def _person(cells: Sequence[str]) -> str:
    """Give a person's names whatever their order and case."""
    return " ".join(sorted(" ".join(cells).casefold().split()))


def confirms(field: str, column: Column) -> bool:
    """Tell whether a column's values bear a near spelling out; too few say nothing against it."""
    if len(column.values) < _FEW:
        return True
    kind = {"phoneNumber": "phone", "email": "email", "country": "country", "industrySector": "industry"}.get(field)
    return column.share(kind) > _HARDLY * 3 if kind else not contradiction(field, column)


def _guess(header: str, column: Column) -> tuple[str, float] | None:
    """Give the field that a column's values speak for, and the share of them that does."""
    if column.bare and not _NUMBERS.isdisjoint(words(header).split()):
        return None
    for field, kind, least, fewest in _RULES:
        share = column.share(kind)
        enough = fewest if share < 1 else min(fewest, _TWO)
        if share < least or len(column.values) < enough or not _is_fit(field, column):
            continue
        if field == "name" and _are_few(column) and not _says_nothing(header):
            continue
        return field, share
    return None


def _are_few(column: Column) -> bool:
    """Tell whether a few people come again and again: those who look after the others."""
    return len(column.values) >= _ENOUGH and column.distinct <= _MOST * len(column.values)


def _is_fit(field: str, column: Column) -> bool:
    """Tell whether nothing else about a column speaks against a field."""
    if field == "phoneNumber" and _ENOUGH <= len(column.values) >= _CROWD * column.distinct:
        return False  # a number that comes again and again is nobody's own
    if field == "phoneNumber" and column.bare:
        long = all(len(text) >= _BARE for text in column.values)
        return long and column.share("phone") >= SURE and column.distinct > _MOST * len(column.values)
    if field == "city":
        return column.share("city") >= column.share("given", "industry", "country")
    if field == "name":
        return column.share("several words") >= _MOST
    return field != "country" or column.share("country") >= column.share("city", "given")


def _is_taken(field: str, around: Around) -> bool:
    if field in ("name", "firstName"):
        return around.has_name()
    return around.has(field)


def _best(field: str, guesses: dict[str, tuple[str, float]], around: Around) -> str:
    """Give the column with the largest share among those that speak for one field, the first of equals.

    Of numbers the mobile ones are better: they are nobody's but the person's.
    """
    rivals = [column for column, (wanted, _) in guesses.items() if wanted == field]
    return max(rivals, key=lambda column: (guesses[column][1], around.look(column).share("mobile")))


def _says_nothing(header: str) -> bool:
    """Tell whether a header is only a place: ``column_3``, ``Feld 2``, ``B``."""
    return _PLACE.fullmatch(words(header)) is not None


def _proposal(column: str, field: str, share: float, around: Around) -> Proposal:
    looked = around.look(column)
    count = len(looked.values)
    why = f"by its values: {round(share * count)} of {count} are {_LABELS[field]}"
    rank = 0 if field != "phoneNumber" or looked.share("mobile") > _MOST else 1
    return Proposal(column, field, why, confidence=_confidence(share, count), rank=(_LAST + rank, 0))


def _not_needed(column: str, field: str) -> Proposal:
    return Proposal(column, None, f"left out: {_LABELS[field]} by its values, but another column has them")


def _last_name_beside(first: str, header: Sequence[str], left: Sequence[str], around: Around) -> dict[str, Proposal]:
    """Take the column of single words beside a column of first names for the last names."""
    place = header.index(first)
    beside = [header[at] for at in (place + 1, place - 1) if 0 <= at < len(header)]
    for column in beside:
        looked = around.look(column)
        if column in left and looked.share("surname") >= _MOST and len(looked.values) >= _FEW:
            if looked.share("city", "country", "company", "job", "industry", "title") > _MOST:
                continue
            why = "by its values: words beside a column of first names"
            return {column: Proposal(column, "lastName", why, confidence=_confidence(0.7, len(looked.values)))}
    return {}


def _confidence(share: float, count: int) -> float:
    """Give what a share of so many values is worth: never sure, and less with few values."""
    return round(min(SURE - 0.01, share * count / (count + 1)), 2)


def _digits(column: Column) -> float:
    """Give the share of values that hold as many digits as the shortest number, or what a spreadsheet left of one."""
    enough = (sum(map(str.isdigit, text)) >= _SHORTEST or kinds.is_power(text) for text in column.values)
    return sum(enough) / len(column.values)


_RULES = (
    ("email", "email", 0.6, 2),
    ("phoneNumber", "phone", 0.7, 2),
    ("country", "country", 0.8, _FEW),
    ("industrySector", "industry", 0.6, _FEW),
    ("position", "job", 0.5, _FEW),
    ("currentCompany", "company", 0.3, _FEW),
    ("city", "city", 0.5, _FEW),
    ("name", "person", 0.5, _FEW),
    ("firstName", "given", 0.6, _FEW),
)
"""Which share of which kind speaks for a field, and how many values it takes; the first that applies."""
_PLACE = re.compile(
    r"(?:(?:column|col|colonne|spalte|columna|colonna|kolom|coluna|field|feld|champ|campo|veld|q|unnamed) ?)?\d*"
    r"|[a-z]{1,2}"
)
_NUMBERS = frozenset(["number", "numero", "nummer", "num", "nr", "no", "n", "id", "code", "ref"])
"""Words of headers whose bare digits are numbers of anything."""
_TEXTS = ("name", "firstName", "lastName", "position", "currentCompany", "industrySector", "city", "country")
_LABELS = {
    NUMBER: "numbers",
    DATE: "dates",
    LINK: "addresses of pages",
    YES_NO: "yes and no",
    "email": "e-mail addresses",
    "phoneNumber": "phone numbers",
    "country": "countries",
    "industrySector": "industries",
    "position": "jobs",
    "currentCompany": "companies",
    "city": "cities",
    "name": "people",
    "firstName": "first names",
}
_HARDLY, _MOST, _NEARLY_ALL = 0.1, 0.5, 0.8
_SHORTEST, _BARE, _ENOUGH = 5, 9, 6
_CROWD, _LARGE_CROWD = 4, 10
_LAST = 100
