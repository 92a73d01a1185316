"""Column headers as text: the forms under which two spellings of one header are the same, and near spellings.

A value module: mapping files, aliases and ``--map`` all compare headers through here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from bulk_io import base
from bulk_io.fields import NAMES
from bulk_io.records import Source

BOOKKEEPING: frozenset[str] = frozenset({"bulk_io_outcome", "bulk_io_problem", base.COLUMN})
"""The columns that we add, in ``rejected.*`` and in exports: never taken for a field where a file is read again."""

SHOWN = 40
_PLACE = re.compile(r"column_[0-9]+")


def is_place(header: str) -> bool:
    """Tell whether a header is only the place of a column in a file without names: ``column_3``."""
    return _PLACE.fullmatch(header) is not None


def is_own_export(header: Sequence[str]) -> bool:
    """Tell whether a header is our own export's: one that has a base beside a field of the API, whatever else it has.

    An export without a base is known by all of the API's field names, ``id`` first, and nothing else.
    """
    wanted = [column for column in header if column not in BOOKKEEPING]
    if base.COLUMN in header:
        return any(resolve(name, wanted) for name in NAMES)
    return wanted[:1] == ["id"] and sorted(wanted) == sorted(NAMES)


def is_guarded(header: Sequence[str], source: Source) -> bool:
    """Tell whether the cells of a file carry the formula guard of our own csv for spreadsheets.

    That has the base or (before there was one) a mark of its encoding; our csv for machines has neither.
    """
    marked = base.COLUMN in header or source.encoding == "utf-8-sig"
    return is_own_export(header) and source.format == "csv" and marked


def words(header: str) -> str:
    """Give a header's words: no accents, camelCase split, punctuation as spaces, lower case (``E-Mail`` is ``email``).

    A header of nothing but signs (``#``) stands for itself.
    """
    plain = unicodedata.normalize("NFKD", header.replace("ß", "ss").replace("&", " and "))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    spaced = _NOT_WORD.sub(" ", _CAMEL.sub(" ", plain)).casefold().split()
    return _ONE_WORD.sub(r"\1\2\3\4", " ".join(spaced)) or " ".join(header.split()).casefold()


@lru_cache(maxsize=8192)
def key(header: str) -> str:
    """Give the form under which headers are the same: the words without the spaces (``First_Name``: ``firstname``)."""
    return words(header).replace(" ", "")


def resolve(wanted: str, header: Sequence[str]) -> str | None:
    """Find a wanted header among a file's: as it stands first, else by its key; None where the file lacks it."""
    if wanted in header:
        return wanted
    same = key(wanted)
    return next((column for column in header if key(column) == same), None)


def near(wanted: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Give the known texts that look like the wanted one, the nearest first; for "did you mean", never to decide."""
    same = key(wanted)
    scored = sorted(((_likeness(same, key(text)), text) for text in known), key=lambda pair: -pair[0])
    best = scored[0][0] if scored else 0.0
    return [text for score, text in scored if score >= max(65.0, best - 12)][:most]


def listed(headers: Iterable[str]) -> str:
    """Write headers for a message: quoted, the first forty of them."""
    texts = [f"'{header}'" for header in headers]
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """Write "; did you mean …?", or nothing where nothing known looks like it."""
    found = near(wanted, known)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _likeness(wanted: str, known: str) -> float:
    begins = len(wanted) > 3 and len(known) > 3 and (known.startswith(wanted) or wanted.startswith(known))
    return max(fuzz.ratio(wanted, known), 80.0 if begins else 0.0)


_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")
_ONE_WORD = re.compile(r"\b(e) (mails?)\b|\b(whats) (app)\b")
