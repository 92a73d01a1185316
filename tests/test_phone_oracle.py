"""Phone cells against the library phonenumbers as judge: its examples, its own test numbers, and dirty renderings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from bulk_io import numbering, phones

REGIONS = sorted(numbering.REGIONS)
LETTERS = sorted({region[0] for region in REGIONS})
TYPES = [kind for kind in PhoneNumberType.values() if kind != PhoneNumberType.UNKNOWN]
FORMATS = {
    "E164": PhoneNumberFormat.E164,
    "international": PhoneNumberFormat.INTERNATIONAL,
    "national": PhoneNumberFormat.NATIONAL,
    "RFC 3966": PhoneNumberFormat.RFC3966,
}


def e164(number: PhoneNumber) -> str:
    """Give a number's E.164, "" if it is not valid."""
    good = phonenumbers.is_valid_number(number)
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164)) if good else ""


def library(text: str, region: str) -> str:
    """Give what the library reads in a text."""
    try:
        return e164(phonenumbers.parse(text, region or None))
    except phonenumbers.NumberParseException:
        return ""


@cache
def examples(region: str) -> tuple[PhoneNumber, ...]:
    """Give the published example of each type of number that a region has."""
    found = (phonenumbers.example_number_for_type(region, kind) for kind in TYPES)
    return tuple(number for number in found if number)


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("letter", LETTERS)
def test_the_examples_of_every_region_are_read_in_every_format(letter: str, style: str) -> None:
    """Every type of every region, written by the library, gives the library's own E.164, without a word."""
    for region in (region for region in REGIONS if region.startswith(letter)):
        for number in examples(region):
            text = phonenumbers.format_number(number, FORMATS[style])
            phone = phones.parse(text, region)
            assert (phone.e164, phone.repair) == (e164(number), ""), (text, region)
            if style != "national":
                assert phones.parse(text).e164 == e164(number), text


@pytest.mark.parametrize("code", phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)
def test_the_examples_of_world_wide_codes_are_read(code: int) -> None:
    """Calling codes that belong to no country, in each format that names the code."""
    number = phonenumbers.example_number_for_non_geo_entity(code)
    for style in ("E164", "international", "RFC 3966"):
        assert phones.parse(phonenumbers.format_number(number, FORMATS[style]), "FR").e164 == e164(number)


OWN_NUMBERS = [
    tuple(line.split("|", 1))
    for line in (Path(__file__).parent / "library_numbers.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
STRICTER = {
    "letters are digits in +1 numbers only": (
        "0800 DDA 005",
        "0900 DDA 6005",
        "0900 332 6005a",
        "0900 332 600a5",
        "0900 332 600A5",
        "0900 a332 600A5",
        "001800 six-flag",
    ),
    "a sentence is no phone number": (
        "My number is tel:03-331-6005;phone-context=+64",
        "03 3316005 xtensio:12345678901234567890",
    ),
    "seven digits may be a second number": (
        "(800) 901-3355 ; 7246433",
        "(800) 901-3355;7246433",
        "(800) 901-3355 , 7246433",
    ),
    "an exit code behind a + is no calling code": ("+01164 3 331 6005",),
}
"""Texts that we refuse on purpose, though the library reads them."""
REPAIRED = ("1-650-253-0000", "1 650 253 0000", "1 650-253 0000", "1 234 345 6789", "+12679000000,,1234567890123456#")
"""Texts that we read with a warning, though the library refuses them: a lost +, a second number behind the first."""


def test_the_library_s_own_test_numbers_are_read_as_it_reads_them() -> None:
    """Same validity, same E.164, but for those that we refuse or repair on purpose."""
    stricter = {text for texts in STRICTER.values() for text in texts}
    for region, text in OWN_NUMBERS:
        text = text.replace("\\t", "\t")
        phone, judged = phones.parse(text, region), library(text, region)
        if text in stricter and phone.code:
            continue
        if text in REPAIRED and not judged and phone.e164:
            assert phone.repair or phone.several
            continue
        assert phone.e164 == judged, (text, region)


def valid_numbers(count: int, chance: Random) -> Iterator[tuple[str, PhoneNumber]]:
    """Give random valid numbers of all regions and types, with their region."""
    while count:
        example = chance.choice(examples(chance.choice(REGIONS)))
        digits = phonenumbers.national_significant_number(example)
        kept = chance.randint(1, len(digits))
        other = digits[:kept] + "".join(chance.choice("0123456789") for _ in digits[kept:])
        number = phonenumbers.parse(f"+{example.country_code}{other}")
        region = phonenumbers.region_code_for_number(number)
        if phonenumbers.is_valid_number(number) and region in numbering.REGIONS:
            count -= 1
            yield region, number


def written(number: PhoneNumber, style: str) -> str:
    """Write a number as the library does."""
    return str(phonenumbers.format_number(number, FORMATS[style]))


SPACES = " \u00a0\u202f\u2009.-\u2011\u2013"
AROUND = (
    *("{}", " {} ", "'{}", "’{}", '="{}"', "{};", "{}\n", "\ufeff{}", "\u202a{}\u202c", "tel:{}", "p:{}", "📞 {}"),
    *("Tél : {}", "{} (perso)", "Handy {}", "Móvil: {}", "cellulare {}", "Telemóvel: {}", "Mobiel: {}", "GSM {}"),
)
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in (*range(0x30, 0x3A), 0x2B, 0x28, 0x29, 0x2D)})
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def dirtied(text: str, chance: Random) -> str:
    """Write a number as another person or program might: spaces, digits, marks, labels."""
    space = chance.choice(SPACES)
    text = "".join(space if char in " -" else char for char in text)
    at = chance.randint(0, len(text))
    text = text[:at] + chance.choice(("", "\u200b", "\u200e", "\u2060")) + text[at:]
    return chance.choice(AROUND).format(chance.choice((text, text, text.translate(WIDE), text.translate(ARABIC))))


@pytest.mark.parametrize("seed", range(4))
def test_dirt_around_a_valid_number_changes_nothing(seed: int) -> None:
    """A valid number in the dirt of spreadsheets and people is read as itself."""
    chance = Random(seed)
    for region, number in valid_numbers(400, chance):
        for style, under in (("E164", ""), ("international", chance.choice(REGIONS)), ("national", region)):
            text = dirtied(written(number, style), chance)
            # what the library itself reads otherwise as dialled in the region is no fault of the dirt
            clean = e164(number) if style != "national" else library(written(number, style), region)
            assert phones.parse(text, under).e164 == clean, (text, under)


@pytest.mark.parametrize("seed", range(4))
def test_no_number_becomes_another_one_in_silence(seed: int) -> None:
    """Digits lost, added or changed: what the library refuses is refused, or its repair is told."""
    chance = Random(seed)
    for region, number in valid_numbers(600, chance):
        text = written(number, chance.choice(list(FORMATS)))
        places = [at for at, char in enumerate(text) if char.isdigit()]
        at = chance.choice(places)
        digit = chance.choice("0123456789")
        text = chance.choice(
            (text[:at] + text[at + 1 :], text[:at] + digit + text[at:], text[: places[-1]], text + ".0")
        )
        under = chance.choice((region, ""))
        phone = phones.parse(text, under)
        if phone.e164 and phone.e164 != library(text.removesuffix(".0"), under):
            assert phone.repair, (text, under)


def test_a_spreadsheet_s_damage_is_repaired_or_told() -> None:
    """Without + or 0, as a float, in full or rounded powers: the number itself, a refusal, or a word on the repair."""
    for region, number in valid_numbers(600, Random(1)):
        digits = e164(number)[1:]
        rounded = f"{int(digits):.2E}"
        assert phones.parse(rounded, region).code == "damaged" or int(float(rounded)) == int(digits), rounded
        for text in (digits, f"{digits}.0", f"{int(digits):.{len(digits) - 1}E}", f"{int(digits):,}"):
            phone = phones.parse(text, region)
            assert phone.code or phone.repair or phone.e164 == library(digits, region), (text, region)
