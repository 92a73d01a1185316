"""E-mail addresses in their normal form, or with a sentence."""

from __future__ import annotations

import email_validator
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io import emails


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("Jean.Dupont@Example.COM", "Jean.Dupont@example.com", id="domain lower, local part kept"),
        pytest.param("  jean@example.com\u00a0", "jean@example.com", id="trimmed"),
        pytest.param("\u200bjean@example.com\ufeff", "jean@example.com", id="invisible marks"),
        pytest.param("mailto:jean@example.com?subject=Bonjour", "jean@example.com", id="mailto"),
        pytest.param("MAILTO:jean%2Bx@example.com", "jean+x@example.com", id="mailto, encoded"),
        pytest.param("<jean@example.com>", "jean@example.com", id="angle brackets"),
        pytest.param("Jean Dupont <jean@example.com>", "jean@example.com", id="display name"),
        pytest.param("'jean@example.com'", "jean@example.com", id="quotes"),
        pytest.param("* jean@example.com", "jean@example.com", id="Google's star"),
        pytest.param("jean@example.com;", "jean@example.com", id="separator left behind"),
        pytest.param("jean@example.com.", "jean@example.com", id="full stop left behind"),
        pytest.param(
            "jean@example.com ; JEAN@example.com".replace("JEAN", "jean"), "jean@example.com", id="same twice"
        ),
        pytest.param("jean@crm.example", "jean@crm.example", id=".example"),
        pytest.param("jean@crm.TEST", "jean@crm.test", id=".test"),
        pytest.param("jean@server.local", "jean@server.local", id=".local"),
        pytest.param("jean@xn--bcher-kva.example", "jean@bücher.example", id="punycode"),
        pytest.param("zoe\u0301@example.com", "zoé@example.com", id="letters of RFC 6531, composed"),
        pytest.param("", "", id="empty"),
        pytest.param(" \u00a0", "", id="blank"),
    ],
)
def test_an_address_is_put_in_normal_form(text: str, address: str) -> None:
    """What surrounds an address goes, the address stays."""
    assert emails.normalise(text) == (address, "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("jean", "has no @", id="no at"),
        pytest.param("n/a", "has no @", id="placeholder"),
        pytest.param("-", "not an e-mail|has no @", id="dash"),
        pytest.param("jean@example", "period", id="no top-level domain"),
        pytest.param("jean..d@example.com", "two periods", id="two dots"),
        pytest.param("jean@@example.com", "not a valid", id="two ats"),
        pytest.param("jean @example.com", "SPACE", id="space inside"),
        pytest.param("jean@exa mple.com", "SPACE", id="space in the domain"),
        pytest.param("@example.com", "before the @", id="no local part"),
        pytest.param("a@example.com; b@example.com", "2 e-mail addresses, “a@example.com” and “b@", id="two"),
        pytest.param("a@example.com / b@example.org", "keep one", id="two with a slash"),
        pytest.param("a@example.com ::: b@example.org", "keep one", id="two from Google"),
        pytest.param("a" * 250 + "@example.com", "too long", id="longer than the library allows"),
        pytest.param("a " * 40_000 + "@example.com", "far too long", id="not an address at all"),
    ],
)
def test_a_bad_address_says_what_is_wrong(text: str, says: str) -> None:
    """The message names the value, or both values, and the fault."""
    address, message = emails.normalise(text)
    assert address == ""
    assert any(part in message for part in says.split("|"))


def test_the_library_keeps_its_own_list_of_names() -> None:
    """Accepting .test does not change the library for others."""
    before = list(email_validator.SPECIAL_USE_DOMAIN_NAMES)
    emails.normalise("a@b.test")
    assert before == email_validator.SPECIAL_USE_DOMAIN_NAMES


@settings(deadline=None, max_examples=300)
@given(st.text() | st.emails() | st.text(alphabet="ab.@ <>;\"'é*:\n"))
def test_any_text_has_an_answer_and_the_normal_form_stays(text: str) -> None:
    """Never an exception, never both an address and a message, and twice is the same as once."""
    address, message = emails.normalise(text)
    assert not (address and message)
    if address:
        assert emails.normalise(address) == (address, "")


@settings(deadline=None, max_examples=300)
@given(
    st.from_regex(r"[a-zA-Z0-9.!+é_'/-]{1,12}", fullmatch=True),
    st.sampled_from(["example.com", "Example.org", "bücher.example", "-x.com", "a..b.com", "b.c"]),
)
def test_the_short_way_answers_as_the_library(local: str, domain: str) -> None:
    """Addresses read without asking the library again are good exactly if the library says so."""
    text = f"{local}@{domain}"
    try:
        email_validator.validate_email(text, check_deliverability=False)
        good = True
    except email_validator.EmailNotValidError:
        good = False
    if not (text.startswith(("'", ".")) or text.endswith(".")):
        assert (emails.normalise(text)[1] == "") is good
