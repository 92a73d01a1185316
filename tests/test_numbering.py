"""Numbering plans give phonenumbers' own answers."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bulk_io import numbering

TYPES = {
    "landline": PhoneNumberType.FIXED_LINE,
    "mobile": PhoneNumberType.MOBILE,
    "mobile_or_landline": PhoneNumberType.FIXED_LINE_OR_MOBILE,
    "toll_free": PhoneNumberType.TOLL_FREE,
    "premium": PhoneNumberType.PREMIUM_RATE,
    "shared_cost": PhoneNumberType.SHARED_COST,
    "voip": PhoneNumberType.VOIP,
    "personal": PhoneNumberType.PERSONAL_NUMBER,
    "pager": PhoneNumberType.PAGER,
    "uan": PhoneNumberType.UAN,
    "voicemail": PhoneNumberType.VOICEMAIL,
}
REGIONS = sorted(numbering.REGIONS)
LETTERS = sorted({region[0] for region in REGIONS})
Answer = tuple[str, str, int] | None


def library(text: str, region: str | None) -> Answer:
    """Ask phonenumbers itself: E.164, region and type of a valid number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    found = phonenumbers.region_code_for_number(number) or ""
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return e164, "" if found == "001" else found, phonenumbers.number_type(number)


def ours(number: numbering.Number | None) -> Answer:
    """Give our answer in the same shape."""
    return number and (number.e164, number.region, TYPES[number.kind])


def examples(region: str) -> list[phonenumbers.PhoneNumber]:
    """Give the example numbers of a region, one of each type that it has."""
    found = (phonenumbers.example_number_for_type(region, kind) for kind in TYPES.values())
    return [number for number in found if number]


@pytest.mark.parametrize("letter", LETTERS)
def test_every_region_is_read_as_the_library_reads_it(letter: str) -> None:
    """Examples of each type, with a trunk prefix, the calling code, digits more, fewer and other: same answer."""
    for region in (region for region in REGIONS if region.startswith(letter)):
        for example in examples(region):
            code, nsn = str(example.country_code), phonenumbers.national_significant_number(example)
            for digits in (nsn, f"0{nsn}", f"8{nsn}", f"1{nsn}", f"{code}{nsn}", f"{nsn}0", nsn[:-1], f"{nsn[:-3]}999"):
                assert ours(numbering.national(digits, region)) == library(digits, region), (digits, region)
                assert ours(numbering.international(code + digits)) == library(f"+{code}{digits}", None), digits


@settings(deadline=None, max_examples=400)
@given(st.from_regex(r"[0-9]{1,17}", fullmatch=True), st.sampled_from(REGIONS))
def test_any_digits_are_read_as_the_library_reads_them(digits: str, region: str) -> None:
    """Under any region and behind a +, valid or not."""
    assert ours(numbering.national(digits, region)) == library(digits, region)
    assert ours(numbering.international(digits)) == library(f"+{digits}", None)


@pytest.mark.parametrize("code", [800, 808, 870, 878, 881, 882, 883, 888, 979])
def test_a_world_wide_number_has_no_region(code: int) -> None:
    """Calling codes that belong to no country are read, too."""
    example = phonenumbers.example_number_for_non_geo_entity(code)
    number = numbering.international(phonenumbers.format_number(example, PhoneNumberFormat.E164)[1:])
    assert number
    assert number.region == ""


@pytest.mark.parametrize(
    ("digits", "region", "says"),
    [
        pytest.param("061234", "FR", "too short for a phone number of FR", id="short"),
        pytest.param("06123456789", "FR", "too long for a phone number of FR", id="long"),
        pytest.param("0000000000", "FR", "not a phone number of FR", id="no such number"),
        pytest.param("3361234", "", "too short for a phone number of +33 (FR)", id="short behind +"),
        pytest.param("999123456", "", "calling code of any country", id="no such code"),
        pytest.param("", "", "calling code of any country", id="nothing"),
    ],
)
def test_a_fault_is_said_in_words(digits: str, region: str, says: str) -> None:
    """The words name the country whose plan was asked."""
    assert says in numbering.fault(digits, region)


def test_a_number_may_be_stored_in_several_forms() -> None:
    """A search tries E.164, the national digits and both ways of grouping."""
    assert numbering.forms("+33612345678") == ("+33612345678", "612345678", "06 12 34 56 78", "+33 6 12 34 56 78")
    assert numbering.forms("unknown") == ("unknown",)
    assert numbering.forms("+33") == ("+33",)


def test_regions_that_share_a_code_are_named_main_one_first() -> None:
    """The United States lead the North American plan."""
    assert numbering.sharing("CA")[0] == "US"
    assert numbering.sharing("FR") == ("FR",)
