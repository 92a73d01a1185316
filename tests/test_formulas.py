"""Cells that no spreadsheet runs as a formula, and back exactly."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.formulas import guard, unguard

DANGEROUS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\ufeff]*[=+\-@\t\r\n＝＋－＠]")
texts = st.one_of(
    st.text(),
    st.text(alphabet="'=+-@\t\r\n \x00\u200b\ufeff＝＋－＠a1"),
    st.tuples(st.sampled_from(["", "'", "''", " ", "\x0b"]), st.sampled_from("=+-@\t\r\n"), st.text()).map("".join),
)


@given(texts)
@settings(deadline=None, max_examples=300)
def test_unguard_undoes_guard_for_every_text(text: str) -> None:
    """What was guarded comes back as it was, apostrophes included."""
    assert unguard(guard(text)) == text


@given(texts)
@settings(deadline=None, max_examples=300)
def test_a_guarded_text_never_begins_dangerously(text: str) -> None:
    """No guarded cell begins with a sign that a spreadsheet runs."""
    assert not DANGEROUS.match(guard(text))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33639980001", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "\x00=1", "\u200b=1", "＝1", " ＋1", "'a"],
    ids=ascii,
)
def test_a_dangerous_beginning_gets_an_apostrophe(text: str) -> None:
    """Signs, tabs and line ends are guarded, also behind blanks, as full-width signs, and so are apostrophes."""
    assert guard(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Ana", "0639980001", "a=b", "O'Brien", " Paris", "1-2", "é@example.com"], ids=ascii
)
def test_a_harmless_text_stays_as_it_is(text: str) -> None:
    """Ordinary text is not touched."""
    assert guard(text) == text


@pytest.mark.parametrize("text", ["'s-Gravenhage", "'", "' x"])
def test_an_apostrophe_that_somebody_typed_stays(text: str) -> None:
    """`guard` never puts one before such a text."""
    assert unguard(text) == text
