"""Phone numbers as people write them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io import phones

MOBILE, LANDLINE = "+33612345678", "+33199001234"


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        pytest.param("+33612345678", "", MOBILE, id="E.164"),
        pytest.param("06 12 34 56 78", "FR", MOBILE, id="spaces"),
        pytest.param("06.12.34.56.78", "FR", MOBILE, id="dots"),
        pytest.param("06/12/34/56/78", "FR", MOBILE, id="slashes"),
        pytest.param("06,12,34,56,78", "FR", MOBILE, id="commas"),
        pytest.param("06‑12–34−56-78", "FR", MOBILE, id="unicode dashes"),
        pytest.param("06 12 34\n56 78", "FR", MOBILE, id="wrapped"),
        pytest.param("06\u00a012\u202f34 56 78", "FR", MOBILE, id="no-break spaces"),
        pytest.param("\u202a+33 6 12 34 56 78\u202c", "", MOBILE, id="bidi marks"),
        pytest.param("\ufeff+3361\u200b2345678", "", MOBILE, id="BOM and zero width"),
        pytest.param("＋３３６１２３４５６７８", "", MOBILE, id="full width"),
        pytest.param("٠٠٣٣٦١٢٣٤٥٦٧٨", "", MOBILE, id="Arabic digits"),
        pytest.param("'+33612345678", "", MOBILE, id="apostrophe"),
        pytest.param("’06 12 34 56 78", "FR", MOBILE, id="typographic apostrophe"),
        pytest.param('="0612345678"', "FR", MOBILE, id="text formula"),
        pytest.param("tel:+33-6-12-34-56-78", "", MOBILE, id="tel:"),
        pytest.param("p:+33612345678", "", MOBILE, id="p: of Meta"),
        pytest.param("whatsapp:+33612345678", "", MOBILE, id="whatsapp:"),
        pytest.param("callto://+33612345678", "", MOBILE, id="callto:"),
        pytest.param("https://wa.me/33612345678?text=Bonjour", "", MOBILE, id="wa.me"),
        pytest.param("* +33612345678", "", MOBILE, id="Google's star"),
        pytest.param("📞 06 12 34 56 78", "FR", MOBILE, id="picture"),
        pytest.param("0033 6 12 34 56 78", "", MOBILE, id="00"),
        pytest.param("00 33 (0)6 12 34 56 78", "DE", MOBILE, id="00 and (0)"),
        pytest.param("+33 (0)6 12 34 56 78", "", MOBILE, id="(0)"),
        pytest.param("(+33) 6 12 34 56 78", "", MOBILE, id="(+33)"),
        pytest.param("+39 (0)6 1234 5678", "", "+390612345678", id="Italy keeps its 0"),
        pytest.param("+34 (0)612 345 678", "", "+34612345678", id="(0) where there is no trunk 0"),
        pytest.param("06 12 34 56 78;", "FR", MOBILE, id="separator left behind"),
        pytest.param("030/28817386", "DE", "+493028817386", id="area code and slash"),
        pytest.param("01 58858-13100", "AT", "+4315885813100", id="direct dial-in"),
        pytest.param("(415) 555-0123", "US", "+14155550123", id="US"),
        pytest.param("1 415 555 0123", "US", "+14155550123", id="US with trunk 1"),
        pytest.param("011 33 6 12 34 56 78", "US", MOBILE, id="exit code of the US"),
        pytest.param("tel:+33-6-12-34-56-78;isub=1;a=%A1", "", MOBILE, id="RFC 3966 parameters"),
        pytest.param("tel:06-12-34-56-78;isub=1;phone-context=+33", "", MOBILE, id="RFC 3966 context"),
        pytest.param("tel:06-12-34-56-78;phone-context=example.com", "FR", MOBILE, id="RFC 3966 host"),
        pytest.param("++33 6 12 34 56 78", "", MOBILE, id="two pluses"),
        pytest.param("0xx11 91234-5678", "BR", "+5511912345678", id="carrier of Brazil"),
        pytest.param("0️⃣6️⃣12345678", "FR", MOBILE, id="keycaps"),
        pytest.param("06 12 34 56 78 / +33 6 12 34 56 78", "FR", MOBILE, id="same number twice"),
        pytest.param("06 12 34 56 78 ::: 0612345678", "FR", MOBILE, id="same number twice from Google"),
    ],
)
def test_a_number_is_cleaned_without_a_warning(text: str, region: str, e164: str) -> None:
    """Ordinary ways to write a number are not worth a word."""
    phone = phones.parse(text, region)
    assert (phone.e164, phone.code, phone.repair) == (e164, "", "")


@pytest.mark.parametrize(
    ("text", "region", "e164", "says"),
    [
        pytest.param("612345678", "FR", MOBILE, "leading 0", id="lost zero"),
        pytest.param("612345678", "FR", MOBILE, "+33612345678 is a mobile number of FR", id="evidence"),
        pytest.param("33612345678", "", MOBILE, "missing “+”", id="lost plus"),
        pytest.param("33612345678", "FR", MOBILE, "missing “+”", id="lost plus, its own region"),
        pytest.param("33612345678", "US", MOBILE, "missing “+”", id="lost plus, another region"),
        pytest.param("33.612.345.678", "FR", MOBILE, "missing “+”", id="lost plus, in thousands"),
        pytest.param("4532123456", "DK", "+4532123456", "missing “+”", id="lost plus, few digits"),
        pytest.param("4915228817386", "DE", "+4915228817386", "missing “+”", id="lost plus before lost zero"),
        pytest.param("15228817386", "DE", "+4915228817386", "leading 0", id="lost zero before lost plus"),
        pytest.param("33612345678.0", "", MOBILE, "“.0”", id="float"),
        pytest.param("612345678,00", "FR", MOBILE, "“,00”", id="float with a comma"),
        pytest.param("33,612,345,678.00", "", MOBILE, "“.00”", id="float with thousands"),
        pytest.param("612 345 678,00", "FR", MOBILE, "“,00”", id="float with spaces"),
        pytest.param("06 12 34 56 78.0", "FR", MOBILE, "“.0”", id="float with groups"),
        pytest.param("0612345678.0 / 0612345678.0", "FR", MOBILE, "“.0”", id="floats"),
        pytest.param("212345678", "IT", "+390212345678", "leading 0", id="lost zero of the number itself"),
        pytest.param("1 415 555 0123", "", "+14155550123", "missing “+”", id="lost plus before groups"),
        pytest.param("6.12345678E+8", "FR", MOBILE, "leading 0", id="power that lost its zero"),
        pytest.param("3.3612345678E+10", "", MOBILE, "in full", id="power with every digit"),
        pytest.param("33612345678+", "", MOBILE, "behind", id="plus behind"),
        pytest.param("Tél : 06 12 34 56 78", "FR", MOBILE, "words", id="French label"),
        pytest.param("06 12 34 56 78 (perso)", "FR", MOBILE, "words", id="label behind"),
        pytest.param("Handy: 0152 28817386", "DE", "+4915228817386", "words", id="German label"),
        pytest.param("Móvil 612 34 56 78", "ES", "+34612345678", "words", id="Spanish label"),
        pytest.param("nº 612 34 56 78", "ES", "+34612345678", "words", id="number sign"),
        pytest.param("M: 06 12 34 56 78", "FR", MOBILE, "words", id="letter label"),
        pytest.param("1-800-FLOWERS", "", "+18003569377", "letters", id="vanity"),
        pytest.param("+1 (415) GET-FOOD", "", "+14154383663", "letters", id="vanity with +1"),
        pytest.param("415 GET FOOD", "US", "+14154383663", "letters", id="vanity in the US"),
    ],
)
def test_a_repair_is_told(text: str, region: str, e164: str, says: str) -> None:
    """What had to be put right is accepted, and said."""
    phone = phones.parse(text, region)
    assert (phone.e164, phone.code) == (e164, "")
    assert says in phone.repair


@pytest.mark.parametrize(
    ("text", "region", "code", "says"),
    [
        pytest.param("", "FR", "missing", "no phone number", id="empty"),
        pytest.param(" -\u200b", "FR", "missing", "no phone number", id="dash"),
        pytest.param("N/A", "FR", "missing", "no phone number", id="placeholder"),
        pytest.param("06 12 34 56 78", "", "ambiguous", "--region", id="no country"),
        pytest.param("06 12 34 56 78", "XX", "ambiguous", "--region", id="unknown region"),
        pytest.param("33612345678", "DE", "ambiguous", "+33612345678", id="lost zero or lost plus"),
        pytest.param("3.36E+10", "FR", "damaged", "format the column as text", id="power"),
        pytest.param("3,36E+10", "", "damaged", "format the column as text", id="power with a comma"),
        pytest.param("3.36123E+10", "US", "damaged", "digits are lost", id="power with more digits"),
        pytest.param("########", "", "damaged", "digits are lost", id="column too narrow"),
        pytest.param("#NV", "FR", "missing", "no phone number", id="not available, in German"),
        pytest.param("#BEZUG!", "", "damaged", "digits are lost", id="cell error in German"),
        pytest.param("#¿NOMBRE?", "", "damaged", "digits are lost", id="cell error in Spanish"),
        pytest.param("tel:+33-6;ext=1", "", "invalid", "too short for a phone number of +33", id="short and extension"),
        pytest.param("Tél : 06 12 34", "FR", "invalid", "“06 12 34” is too short", id="short behind a label"),
        pytest.param("#VALUE!", "", "damaged", "digits are lost", id="cell error"),
        pytest.param("06 12 34", "FR", "invalid", "too short for a phone number of FR", id="short"),
        pytest.param("06 12 34 56 78 9", "FR", "invalid", "too long", id="long"),
        pytest.param("12", "", "invalid", "too short", id="short, no country"),
        pytest.param("1" * 300, "FR", "invalid", "far too long", id="very long"),
        pytest.param("+33 9", "", "invalid", "too short for a phone number of +33 (FR)", id="short with prefix"),
        pytest.param("+999 123456", "FR", "invalid", "calling code of any country", id="no such country"),
        pytest.param("+44 6 12 34 56 78", "FR", "invalid", "+44", id="own prefix ignores the region"),
        pytest.param("O6 12 34 56 78", "FR", "invalid", "letters", id="letter O"),
        pytest.param("06 12 34 56 7l", "FR", "invalid", "letters", id="letter l"),
        pytest.param("Fax 01 99 00 12 34", "FR", "invalid", "is a fax number", id="fax"),
        pytest.param("06 12 34 56 78 m", "FR", "invalid", "letters", id="bare letter"),
        pytest.param("06 12 34 56 78²", "FR", "invalid", "letters", id="footnote mark is no digit"),
        pytest.param("0800 FLOWERS", "FR", "invalid", "letters", id="vanity elsewhere"),
        pytest.param("06 12 34 56 78 €", "FR", "invalid", "€", id="strange sign"),
        pytest.param("06 12 34\ufffd56 78", "FR", "invalid", "\ufffd", id="broken encoding"),
        pytest.param("12/05/2024", "FR", "invalid", "date", id="date"),
        pytest.param("12.05.2024", "DK", "invalid", "date", id="date that would be valid"),
        pytest.param("2024-05-12 00:00:00", "DK", "invalid", "date", id="date and time"),
        pytest.param("61234567.89", "FR", "invalid", "decimal", id="decimal"),
        pytest.param("Tél : 3,36E+10", "FR", "damaged", "digits are lost", id="power behind a label"),
        pytest.param("33,6E+9", "FR", "damaged", "digits are lost", id="power of an engineer"),
        pytest.param("3.36E+10 / 06 12 34 56 78", "FR", "damaged", "digits are lost", id="power beside a number"),
        pytest.param("468123463", "SE", "ambiguous", "+46468123463", id="lost zero or lost plus, both landlines"),
        pytest.param(
            "312 345 46789", "IT", "invalid", "not a phone number of IT", id="groups that no calling code begins"
        ),
        pytest.param("(800) 3234-5678", "TT", "invalid", "too long", id="an area code is no calling code"),
        pytest.param("820 12 3453262", "", "ambiguous", "--region", id="such groups, no country"),
        pytest.param("+180923 (perso)", "", "invalid", "too short", id="a label is no vanity"),
        pytest.param("06 12 34 56 78#", "FR", "invalid", "#", id="figures before # are no extension"),
    ],
)
def test_a_number_that_cannot_be_used_says_why(text: str, region: str, code: str, says: str) -> None:
    """A code for scripts, a sentence for people."""
    phone = phones.parse(text, region)
    assert (phone.e164, phone.code) == ("", code)
    assert says in phone.message


TWO = [
    "06 12 34 56 78 / 01 99 00 12 34",
    "06 12 34 56 78/01 99 00 12 34",
    "06 12 34 56 78 ::: 01 99 00 12 34",
    "06 12 34 56 78; 01 99 00 12 34",
    "06 12 34 56 78 | 01 99 00 12 34",
    "06 12 34 56 78 ou 01 99 00 12 34",
    "06 12 34 56 78, ou 01 99 00 12 34",
    "06 12 34 56 78, 01 99 00 12 34",
    "06 12 34 56 78\n01 99 00 12 34",
    "06 12 34 56 78 - 01 99 00 12 34",
    "06-12-34-56-78 - 01-99-00-12-34",
    "0612345678-0199001234",
    "0612345678 0199001234",
    "06 12 34 56 78 (01 99 00 12 34)",
    "Mobile : 06 12 34 56 78 Bureau : 01 99 00 12 34",
    "06 12 34 56 78 (perso) 01 99 00 12 34 (pro)",
    "06 12 34 56 78 / 01 99 00 12 34 poste 12",
    "06 12 34 56 78 / 01 99 00 12 34 poste 12 / 01 99 00 12 34",
]


@pytest.mark.parametrize("text", TWO)
def test_the_mobile_number_of_two_is_taken(text: str) -> None:
    """The other one is told, wherever it stands."""
    phone = phones.parse(text, "FR")
    assert (phone.e164, phone.kind, phone.code) == (MOBILE, "mobile", "")
    assert "0199001234" in "".join(filter(str.isdigit, phone.several.partition(";")[2]))


@pytest.mark.parametrize("text", TWO)
def test_two_numbers_without_a_country_need_one(text: str) -> None:
    """Which one is mobile is the numbering plan's word: both are named, and the option."""
    phone = phones.parse(text)
    assert phone.code == "ambiguous"
    assert "--region" in phone.message
    shown = "".join(filter(lambda char: char.isdigit() or char in "“”", phone.message))
    assert "“0612345678”“0199001234”" in shown


@pytest.mark.parametrize(
    ("text", "region", "e164", "left"),
    [
        pytest.param("+33612345678 +33199001234", "", MOBILE, "+33199001234", id="a second +"),
        pytest.param("+33612345678+33199001234", "", MOBILE, "+33199001234", id="a second + without space"),
        pytest.param("01 99 00 12 34 ou 06 12 34 56 78", "FR", MOBILE, "01 99 00 12 34", id="the second one"),
        pytest.param("01 99 00 12 34 poste 12 / 06 12 34 56 78", "FR", MOBILE, "01 99", id="behind an extension"),
        pytest.param("06 12 34 56 78 & 79", "FR", MOBILE, "“79”", id="beside what is no number"),
        pytest.param("06 12 34 56 78; 06 12 34 56 78; 01 99 00 12 34", "FR", MOBILE, "“01 99", id="twice"),
        pytest.param("Cell: (415) 555-0123 / Office: (415) 555-0199", "US", "+14155550123", "0199", id="label before"),
        pytest.param("(415) 555-0199 work, (415) 555-0123 cell", "US", "+14155550123", "0199", id="label behind"),
        pytest.param("Tél. 01 99 00 12 34 / Fax 01 99 00 12 35", "FR", LANDLINE, "“01 99 00 12 35”", id="fax"),
        pytest.param("01 99 00 12 34 (Tél) 01 99 00 12 35 (Fax)", "FR", LANDLINE, "“01 99 00 12 35”", id="fax behind"),
        pytest.param("01 99 00 12 34 / Fax 01 99 00 12 35", "FR", LANDLINE, "“01 99 00 12 35”", id="fax set apart"),
        pytest.param("01 99 00 12 34 Fax: 01 99 00 12 35", "FR", LANDLINE, "“01 99 00 12 35”", id="fax in between"),
        pytest.param("01 99 00 12 34 tel, 01 99 00 12 35 fax", "FR", LANDLINE, "“01 99 00 12 35”", id="fax at the end"),
        pytest.param("01 99 00 12 35 (fax), 01 99 00 12 34", "FR", LANDLINE, "“01 99 00 12 35”", id="fax in brackets"),
        pytest.param("01 99 00 12 35 fax\n01 99 00 12 34", "FR", LANDLINE, "“01 99 00 12 35”", id="fax of a line"),
        pytest.param("T: 01 99 00 12 34 F: 01 99 00 12 34", "FR", LANDLINE, "“01 99 00 12 34”", id="the same fax"),
        pytest.param("T: (415) 555-0199 M: (415) 555-0123", "US", "+14155550123", "0199", id="letters"),
        pytest.param("06 12 34 56 78 / 07 99 00 12 34 (portable)", "FR", "+33799001234", "06 12", id="label of one"),
    ],
)
def test_one_number_of_several_is_taken(text: str, region: str, e164: str, left: str) -> None:
    """The only one that can be mobile; where all can, the one whose label says so; never a fax."""
    phone = phones.parse(text, region)
    assert (phone.e164, phone.code) == (e164, "")
    assert left in phone.several.partition(";")[2]


@pytest.mark.parametrize(
    ("text", "region", "e164", "left"),
    [
        pytest.param("12345 / 06 12 34 56 78", "FR", MOBILE, "“12345” was", id="before"),
        pytest.param("06 12 34 56 78 / 99", "FR", MOBILE, "“99” was", id="behind"),
        pytest.param("01 99 00 12 34 - 75001", "FR", LANDLINE, "“75001” was", id="a postcode"),
        pytest.param("+33 6 12 34 56 78 (12345)", "", MOBILE, "“12345” was", id="in brackets"),
        pytest.param("12 / 06 12 34 56 78 / 34", "FR", MOBILE, "“12” and “34” were", id="on both sides"),
        pytest.param("12345 / 612345678", "FR", MOBILE, "“12345” was", id="a lost zero"),
        pytest.param("12345 / 415-555-0123", "US", "+14155550123", "“12345” was", id="no trunk zero"),
    ],
)
def test_a_number_beside_a_note_is_taken(text: str, region: str, e164: str, left: str) -> None:
    """Digits too few for a number are told, and called no number."""
    phone = phones.parse(text, region)
    assert (phone.e164, phone.code) == (e164, "")
    assert phone.several == f"{e164} was taken; {left} left out"


def test_groups_of_digits_that_are_no_numbers_are_named() -> None:
    """Put together they would be too long, which is not what is wrong."""
    phone = phones.parse("12345 / 67890", "FR")
    assert (phone.e164, phone.code) == ("", "invalid")
    assert phone.message.startswith("holds “12345” and “67890”, none of which is a phone number")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        pytest.param("0171/234567890123", "DE", id="one number too long"),
        pytest.param("06 12 34 56 78 99", "FR", id="a slip behind a number"),
        pytest.param("06 12 34 567 / 01 99 00 12 3", "FR", id="two bad ones"),
    ],
)
def test_a_bad_number_is_no_note(text: str, region: str) -> None:
    """What may be one number with a slip stays a problem."""
    assert phones.parse(text, region).code in ("invalid", "several")


@pytest.mark.parametrize(
    ("text", "region", "says"),
    [
        pytest.param("06 12 34 56 78 / 07 99 00 12 34", "FR", "2 of them can be mobile", id="two mobiles"),
        pytest.param("(415) 555-0123 / (415) 555-0199", "US", "2 of them can be mobile", id="two that may be"),
        pytest.param("01 99 00 12 34 / 02 61 91 12 34", "FR", "none of them is a mobile one", id="two landlines"),
        pytest.param("030 28817 Büro 386", "DE", "none of them is a mobile one", id="a label ends a number"),
        pytest.param("Mobile 06 12 34 56 78 / Mobile 07 99 00 12 34", "FR", "keep one", id="two labels"),
    ],
)
def test_several_numbers_that_cannot_be_told_apart_are_refused(text: str, region: str, says: str) -> None:
    """Nobody's number is guessed: the message names them and says why."""
    phone = phones.parse(text, region)
    assert (phone.e164, phone.code) == ("", "several")
    assert says in phone.message


@pytest.mark.parametrize(
    ("text", "region", "e164", "extension"),
    [
        pytest.param("01 99 00 12 34 poste 12", "FR", LANDLINE, "12", id="poste"),
        pytest.param("01 99 00 12 34 ext. 12", "FR", LANDLINE, "12", id="ext."),
        pytest.param("01 99 00 12 34ext:1", "FR", LANDLINE, "1", id="ext: without space"),
        pytest.param("+33 1 99 00 12 34 x12", "", LANDLINE, "12", id="x"),
        pytest.param("01 99 00 12 34 X 123456789", "FR", LANDLINE, "123456789", id="long"),
        pytest.param("01 99 00 12 34 #12", "FR", LANDLINE, "12", id="#"),
        pytest.param("01 99 00 12 34 (poste 12)", "FR", LANDLINE, "12", id="in brackets"),
        pytest.param("01 99 00 12 34;12", "FR", LANDLINE, "12", id="pause"),
        pytest.param("+12679000000,,123456789012345#", "", "+12679000000", "123456789012345", id="pauses"),
        pytest.param("tel:+33-1-99-00-12-34;ext=12", "", LANDLINE, "12", id=";ext="),
        pytest.param("030 28817386 Durchwahl 7", "DE", "+493028817386", "7", id="Durchwahl"),
        pytest.param("912 34 56 78 anexo 7", "ES", "+34912345678", "7", id="anexo"),
        pytest.param("912 34 56 78 extensión 7", "ES", "+34912345678", "7", id="extensión"),
        pytest.param("06 1234 5678 int. 3", "IT", "+390612345678", "3", id="int."),
        pytest.param("020 624 1111 toestel 4", "NL", "+31206241111", "4", id="toestel"),
        pytest.param("213 456 789 ramal 4", "PT", "+351213456789", "4", id="ramal"),
    ],
)
def test_an_extension_is_left_out_and_told(text: str, region: str, e164: str, extension: str) -> None:
    """The number is good without it."""
    phone = phones.parse(text, region)
    assert (phone.e164, phone.code) == (e164, "")
    assert f"extension {extension} was left out" in phone.extension


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        pytest.param("+33612345678", "DE", ("FR", "mobile", "prefix"), id="own prefix"),
        pytest.param("0612345678", "FR", ("FR", "mobile", "given"), id="given region"),
        pytest.param("33612345678", "", ("FR", "mobile", "prefix"), id="lost plus"),
        pytest.param("0199001234", "FR", ("FR", "landline", "given"), id="landline"),
        pytest.param("0800123456", "FR", ("FR", "toll_free", "given"), id="toll-free"),
        pytest.param("+14155550123", "", ("US", "mobile_or_landline", "prefix"), id="cannot be told apart"),
        pytest.param("+16135550123", "US", ("CA", "mobile_or_landline", "prefix"), id="Canada behind +1"),
        pytest.param("07797 712345", "GB", ("JE", "mobile", "given"), id="Jersey read under GB"),
        pytest.param("+80012345678", "", ("", "toll_free", "prefix"), id="world-wide"),
        pytest.param("nothing", "FR", ("", "", ""), id="bad"),
    ],
)
def test_region_kind_and_what_decided_are_told(text: str, region: str, expected: tuple[str, str, str]) -> None:
    """The region is the number's own, also where regions share a calling code."""
    phone = phones.parse(text, region)
    assert (phone.region, phone.kind, phone.decided_by) == expected


@settings(deadline=None, max_examples=500)
@given(
    st.text() | st.text(alphabet="0123456789+ ()-./,;xE#&oueéTl:\n\u00a0²٣'"),
    st.sampled_from(["", "FR", "US", "DE", "JP", "xx", "AQ"]),
)
def test_any_text_has_an_answer_and_the_answer_stays(text: str, region: str) -> None:
    """Never an exception; a number or a reason; and the number reads as itself."""
    phone = phones.parse(text, region)
    assert bool(phone.e164) != bool(phone.code)
    assert bool(phone.code) == bool(phone.message)
    if phone.e164:
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone.e164))
        again = phones.parse(phone.e164, region)
        assert (again.e164, again.region, again.kind, again.repair) == (phone.e164, phone.region, phone.kind, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("06 12 34 56 78", ("FR",), id="national"),
        pytest.param("06 12 34 56 78 (perso)", ("FR",), id="with a label"),
        pytest.param("415 555 0123", ("US",), id="another country's"),
        pytest.param("111 111", (), id="nobody's"),
        pytest.param("+33612345678", None, id="has its prefix"),
        pytest.param("0033612345678", None, id="has 00"),
        pytest.param("06 12 34 56 78 / 01 99 00 12 34", ("FR",), id="two numbers"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_regions_of_national_digits_are_found(text: str, expected: tuple[str, ...] | None) -> None:
    """Only digits without a prefix of their own have a question to answer."""
    assert phones.valid_regions(text, ("FR", "US", "XX")) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("06 12 34 56 78", "mobile", id="mobile"),
        pytest.param("Tél : 01 99 00 12 34", "landline", id="with a label"),
        pytest.param("612345678", "mobile", id="lost zero"),
        pytest.param("+33612345678", "", id="has its prefix"),
        pytest.param("0033612345678", "", id="has 00"),
        pytest.param("06 12 34", "", id="no number"),
    ],
)
def test_the_kind_of_national_digits_in_a_region_is_told(text: str, kind: str) -> None:
    """Nothing for what is no national number there."""
    assert phones.kind_in("FR", text) == kind
    assert phones.kind_in("XX", text) == ""


@pytest.mark.parametrize("text", ["06 12 34 56 78 12/03/2026", "06 12 34 56 78 (12.03.2026)"])
def test_a_date_beside_a_number_is_no_part_of_it(text: str) -> None:
    """When somebody called; what was left out is told."""
    phone = phones.parse(text, "FR")
    assert (phone.e164, phone.repair) == (MOBILE, "the words around the number were left out")
    assert phones.parse("0475/12.10.20", "BE").e164 == "+32475121020"
