"""The file's own region: the country under which its national numbers are read where nobody said one.

Pure steps over mapped chunks: see whether it is wanted at all, count the regions of numbers that carry their own
prefix, count under which of those regions the others are valid, choose. The counts of several chunks add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from bulk_io import countries, numbering, phones


def is_wanted(chunk: pd.DataFrame) -> bool:
    """Tell whether a mapped chunk has a number that may need a region: no prefix, in a row that names no country."""
    return any(not text.startswith(("+", "00")) for text in _texts(_without_country(chunk)))


def international(chunk: pd.DataFrame) -> Counter[str]:
    """Count the regions of the valid numbers of a mapped chunk that are written with + or 00, one for each row."""
    found: Counter[str] = Counter()
    for text, rows in _texts(chunk.get("phoneNumber")).items():
        if _is_bare(text):
            continue
        phone = phones.parse(text)
        if phone.region and phones.PLUS_ADDED not in phone.repair:
            found[phone.region] += rows
    return found


def national_valid(chunk: pd.DataFrame, candidates: Iterable[str]) -> Counter[str]:
    """Count under each candidate region the numbers without prefix that are valid there.

    Only rows count whose country cell names no known country: the others are read under their own. Every candidate has
    a count, if only 0.
    """
    wanted = tuple(candidates)
    found = Counter(dict.fromkeys(wanted, 0))
    for text, rows in _texts(_without_country(chunk)).items():
        for region in phones.valid_regions(text, wanted) or ():
            found[region] += rows
    return found


def choose(candidates: Counter[str], valid: Counter[str]) -> str:
    """Choose the region under which most national numbers are valid; "" for a tie, or if none is valid anywhere.

    Regions that share a calling code (US and CA, GB and GG) read the same digits as the same number, so they are no tie
    among themselves: there the one with more international numbers is taken, then the main one of the code.
    """
    most = max((valid[region] for region in candidates), default=0)
    best = [region for region in candidates if valid[region] == most]
    if not most or len({numbering.calling_code(region) for region in best}) != 1:
        return ""
    order = numbering.sharing(best[0])
    return min(best, key=lambda region: (-candidates[region], order.index(region)))


def _without_country(chunk: pd.DataFrame) -> pd.Series[str] | None:
    """Give the phone cells of the rows that name no known country."""
    if "phoneNumber" not in chunk or "country" not in chunk:
        return chunk.get("phoneNumber")
    unknown = {text for text in chunk["country"].unique() if not countries.region(text)}
    return chunk.loc[chunk["country"].isin(unknown), "phoneNumber"]


def _is_bare(text: str) -> bool:
    """Tell quickly that a cell has no prefix of its own: digits and spaces, not beginning with 00."""
    digits = text.replace(" ", "")
    return digits.isdecimal() and not digits.startswith("00")


def _texts(numbers: pd.Series[str] | None) -> Counter[str]:
    found = Counter[str]() if numbers is None else Counter(numbers.tolist())
    del found[""]
    return found
