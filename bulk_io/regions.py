"""The file's own region: the country under which its national numbers are read where nobody said one.

Three pure steps over mapped chunks: count the regions of numbers that carry their own prefix, count under which of
those regions the others are valid, choose. The counts of several chunks add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from bulk_io import countries, numbering, phones


def international(chunk: pd.DataFrame) -> Counter[str]:
    """Count the regions of the valid numbers of a mapped chunk that are written with + or 00, one for each row."""
    found: Counter[str] = Counter()
    for text, rows in _texts(chunk.get("phoneNumber")).items():
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
    if "phoneNumber" not in chunk:
        return found
    numbers = chunk["phoneNumber"]
    if "country" in chunk:
        unknown = {text for text in chunk["country"].unique() if not countries.region(text)}
        numbers = numbers[chunk["country"].isin(unknown)]
    for text, rows in _texts(numbers).items():
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


def _texts(numbers: pd.Series[str] | None) -> Counter[str]:
    found = Counter[str]() if numbers is None else Counter(numbers.tolist())
    del found[""]
    return found
