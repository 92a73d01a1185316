"""Which columns of a file say who must not be written to: by ``--map`` or a mapping, by their header, or in a cell."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence

import pandas as pd

from bulk_io import consent
from bulk_io.aliases import meaning
from bulk_io.errors import MappingError
from bulk_io.headers import listed, resolve
from bulk_io.mappingmodel import Mapping

WHY = "says who must not be written to: their rows are held (--include-opted-out sends them)"
Found = tuple[tuple[str, consent.Kind], ...]
_TOLD_OFF = frozenset({"out", "register", "in"})


def is_one(column: str, sample: pd.DataFrame) -> bool:
    """Tell whether a column speaks of consent by its header; ``Abonné SMS`` has no numbers then."""
    if consent.kind(column) not in _TOLD_OFF or _is_about_else(column, sample):
        return False
    return not meaning(column).field or not (column in sample and sample[column].str.contains(r"\d{3}|@").any())


def told(known: Mapping | None, overrides: Sequence[tuple[str, str]], header: Sequence[str], *, strict: bool) -> Found:
    """Give those that ``--map`` or the mapping name; ``strict``: the mapping is the user's own.

    Raises:
        MappingError: the user's own mapping names a column that the file lacks.
    """
    said = {column: consent.SAID[field] for column, field in overrides if field in consent.SAID}
    decided = {column for column, _ in overrides}
    for column, kind in _named(known) if known else ():
        there = resolve(column, header)
        if there is None and known and strict:
            raise MappingError(
                f"the mapping '{known.name}' says that '{column}' tells who must not be written to, and the file has "
                f"no such column; it has {listed(header)}"
            )
        if there is not None and there not in decided:
            said[there] = kind
    return tuple(said.items())


def found(left: Sequence[str], open_: Sequence[str], used: Dictionary[str, str], sample: pd.DataFrame) -> Found:
    """Give those of the ``left`` columns that say so by their header; ``open_`` ones may do so in a cell.

    ``used`` columns feed a field: of those only tags may.
    """
    telling = [column for column in left if column not in used and not _is_about_else(column, sample)]
    said = {column: kind for column in telling if (kind := consent.kind(column))}
    speaking = [column for column in open_ if column not in said and used.get(column, "tags") == "tags"]
    remarks = consent.remarks(speaking, sample)
    tags: dict[str, consent.Kind] = {column: "tag" for column in remarks if column in used}
    return (*said.items(), *((column, tags.get(column, "remark")) for column in remarks))


def to_keep(columns: Found, kind: consent.Kind) -> tuple[str, ...]:
    """Give those that speak so only because somebody said it: what a mapping must keep."""
    return tuple(column for column, speaks in columns if speaks == kind != consent.kind(column))


def plainly(columns: Found) -> list[str]:
    """Give those whose every cell is about that."""
    return [column for column, kind in columns if kind in _TOLD_OFF]


def _is_about_else(column: str, sample: pd.DataFrame) -> bool:
    return column in sample and consent.is_about_else(column, sample[column].unique().tolist())


def _named(mapping: Mapping) -> Found:
    return (*((column, "out") for column in mapping.opt_out), *((column, "in") for column in mapping.opt_in))
