"""Phone troubles by cause, and the option that would put them right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd
import pytest

from bulk_io import troubles, validation
from bulk_io.records import Trouble
from bulk_io.validation import Rules

LANDLINES = [f"01 99 00 12 {at:02d}" for at in range(20)]
MOBILES = [f"06 12 34 56 {at:02d}" for at in range(20)]


def told(numbers: Iterable[str], region: str = "", known: Iterable[str] = ()) -> list[Trouble]:
    """Check phone numbers and tell their troubles, ``known`` being the countries of the file's good numbers."""
    chunk = pd.DataFrame({"name": "Ada", "phoneNumber": list(numbers)}, dtype="str")
    _, problems = validation.validate(chunk, Rules(region, "option" if region else ""))

    def cells(code: str) -> list[str]:
        return [problem.value for problem in problems if problem.code == code]

    return troubles.told(
        troubles.causes(problems),
        homeless=lambda: iter(cells("ambiguous")),
        invalid=lambda: iter(cells("invalid")),
        regions=list(known),
    )


def sentences(found: Iterable[Trouble]) -> list[str]:
    """Give count and sentence of each."""
    return [f"{trouble.count} {trouble}" for trouble in found]


def test_numbers_without_a_country_name_the_option() -> None:
    """How many there are, and how many the best region makes valid."""
    found = told([*MOBILES, *LANDLINES, "09876543"])
    assert sentences(found) == ["41 numbers have no country: --region FR makes 40 of them valid"]


@pytest.mark.parametrize(
    ("numbers", "known", "option"),
    [
        pytest.param(MOBILES, (), "--region FR or NL", id="a tie is told"),
        pytest.param([f"0470 12 34 {at:02d}" for at in range(20)], (), "--region BE", id="Belgium"),
        pytest.param([f"0151 234567{at:02d}" for at in range(20)], (), "--region DE", id="Germany"),
        pytest.param([f"(415) 555-01{at:02d}" for at in range(20)], ("CA",), "--region US", id="one calling code"),
        pytest.param([f"8123 456{at:03d}" for at in range(20)], (), "--region ", id="a rarer country"),
    ],
)
def test_the_option_is_the_region_that_makes_most_valid(
    numbers: list[str], known: tuple[str, ...], option: str
) -> None:
    """Mobile numbers weigh more among equals; the main region stands for those that share a calling code."""
    (trouble,) = told(numbers, known=known)
    assert trouble.advice.startswith(option)
    assert trouble.advice.endswith(" makes 20 of them valid")


def test_without_such_a_region_the_advice_is_to_write_it() -> None:
    """Digits that are valid nowhere."""
    (trouble,) = told(["999999999999999"] * 3)
    assert trouble.advice == "write them with + and country code"


def test_causes_are_finer_than_codes_and_agree_in_number() -> None:
    """Errors come first, then the commonest."""
    numbers = ["06 12", "06 12 3", "06 12 34 56 78 9", "3,36E+10", "", "", "06 12 34 56 7l", "0199001234", "0199001235",
               "612345678", "01 99 00 12 34 / 02 61 91 12 34", "06 12 34 56 78 / 01 99 00 12 34"]  # fmt: skip
    assert [(trouble.count, trouble.text, trouble.severity) for trouble in told(numbers, "FR")] == [
        (2, "numbers are too short for a phone number of FR", "error"),
        (2, "numbers are missing", "error"),
        (1, "number was damaged by a spreadsheet, digits are lost", "error"),
        (1, "cell holds letters or signs that are no part of a phone number", "error"),
        (1, "number is too long for a phone number of FR", "error"),
        (1, "cell holds several numbers, none of them is a mobile one", "error"),
        (2, "numbers are landlines", "warning"),
        (1, "time the leading 0 that a spreadsheet drops was put back", "warning"),
        (1, "time other numbers in the cell were left out", "warning"),
    ]


def test_invalid_numbers_that_are_valid_elsewhere_say_so() -> None:
    """A list read under the wrong country; a few odd numbers are no such list."""
    first, *_ = told([*MOBILES, *LANDLINES], "BE")
    assert (first.count, first.text) == (40, "of the invalid numbers are valid ones of FR")
    assert "--region FR" in first.advice
    assert not any("valid ones" in trouble.text for trouble in told(MOBILES[:3], "BE"))


def test_a_good_list_has_no_troubles() -> None:
    """Nothing to tell."""
    assert told(["+33612345678"]) == []


def test_the_counts_of_chunks_add_up() -> None:
    """Two halves count as the whole."""
    chunk = pd.DataFrame({"name": "Ada", "phoneNumber": [*MOBILES, "", "12", "3,36E+10"] * 2}, dtype="str")
    _, whole = validation.validate(chunk, Rules())
    halves = [validation.validate(part, Rules())[1] for part in (chunk.iloc[:23], chunk.iloc[23:])]
    assert sum((troubles.causes(half) for half in halves), Counter()) == troubles.causes(whole)
