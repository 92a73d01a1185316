"""The file's own region, from its own international numbers."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from bulk_io import regions


def chunk(*rows: tuple[str, str]) -> pd.DataFrame:
    """Make a mapped chunk of (phoneNumber, country) rows."""
    return pd.DataFrame(rows, columns=["phoneNumber", "country"], index=range(2, len(rows) + 2), dtype="str")


def test_regions_of_numbers_with_a_prefix_are_counted() -> None:
    """One for each row; numbers without their + or 00, bad ones and empty cells say nothing."""
    found = regions.international(
        chunk(
            ("+33612345678", ""),
            ("+33612345678", "France"),
            ("0032 470 12 34 56", ""),
            ("0612345678", ""),
            ("33612345678", ""),
            ("+33 12", ""),
            ("+33612345678 / +32470123456", ""),
            ("", ""),
        )
    )
    assert found == {"FR": 2, "BE": 1}


def test_national_numbers_are_counted_where_they_are_valid() -> None:
    """Rows that name a known country do not count, those with an unknown one do."""
    found = regions.national_valid(
        chunk(
            ("0612345678", ""),
            ("06 12 34 56 78", "Atlantis"),
            ("0470 12 34 56", ""),  # Belgian mobile, and a landline of Vichy
            ("0612345678", "France"),
            ("+33612345678", ""),
            ("612345678", ""),
        ),
        ["FR", "BE", "US"],
    )
    assert found == {"FR": 4, "BE": 1, "US": 0}


def test_a_chunk_without_the_columns_counts_nothing() -> None:
    """A mapping may feed no country and, in inspect, no phone number."""
    empty = pd.DataFrame({"name": ["Zoé Martin"]}, dtype="str")
    assert regions.international(empty) == {}
    assert regions.national_valid(empty, ["FR"]) == {"FR": 0}
    assert regions.national_valid(chunk(("0612345678", "")).drop(columns="country"), ["FR"]) == {"FR": 1}


@pytest.mark.parametrize(
    ("candidates", "valid", "region"),
    [
        pytest.param({"FR": 1, "BE": 9}, {"FR": 5, "BE": 2}, "FR", id="most national numbers"),
        pytest.param({"FR": 1}, {"FR": 5}, "FR", id="one international number is enough"),
        pytest.param({"FR": 7, "BE": 2}, {"FR": 3, "BE": 3}, "", id="a tie is none"),
        pytest.param({"FR": 7}, {"FR": 0}, "", id="valid nowhere"),
        pytest.param({}, {}, "", id="nothing international"),
        pytest.param({"FR": 1}, {"FR": 1, "DE": 9}, "FR", id="only candidates"),
        pytest.param({"CA": 1, "US": 4}, {"CA": 3, "US": 3}, "US", id="one code, more numbers"),
        pytest.param({"GG": 1, "GB": 1}, {"GG": 3, "GB": 3}, "GB", id="one code, the main region"),
        pytest.param({"US": 1, "CA": 1, "FR": 1}, {"US": 3, "CA": 3, "FR": 3}, "", id="two codes tie"),
    ],
)
def test_the_region_is_chosen_by_counts(candidates: dict[str, int], valid: dict[str, int], region: str) -> None:
    """Most valid national numbers decide; regions of one calling code are no tie."""
    assert regions.choose(Counter(candidates), Counter(valid)) == region
    assert regions.choose(Counter(dict(reversed(candidates.items()))), Counter(valid)) == region


def test_counts_of_chunks_add_up() -> None:
    """Two halves count as the whole."""
    whole = chunk(*[("+33612345678", ""), ("0612345678", ""), ("0470123456", ""), ("+32470123456", "")] * 3)
    first, second = whole.iloc[:5], whole.iloc[5:]
    assert regions.international(first) + regions.international(second) == regions.international(whole)
    both = ["FR", "BE"]
    assert regions.national_valid(first, both) + regions.national_valid(second, both) == regions.national_valid(
        whole, both
    )


@pytest.mark.parametrize(
    ("phone", "country", "wanted"),
    [
        ("0612345678", "", True),
        ("0612345678", "Narnia", True),
        ("0612345678", "France", False),
        ("+33612345678", "", False),
    ],
    ids=["no country", "unknown country", "own country", "own prefix"],
)
def test_a_region_is_wanted_only_where_a_number_needs_one(phone: str, country: str, wanted: bool) -> None:
    """Numbers with a prefix, and rows that name their country, do without."""
    assert regions.is_wanted(pd.DataFrame({"phoneNumber": [phone], "country": [country]}, dtype="str")) is wanted
