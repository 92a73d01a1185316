"""Tags: split freely, or as one CSV record that reads back exactly."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io import tags

some_tags = st.lists(
    st.text(alphabet=st.sampled_from('ab;,"|\r\n \t\u00a0é'), min_size=1) | st.text(min_size=1), unique=True
)


@pytest.mark.parametrize(
    ("text", "separators", "expected"),
    [
        pytest.param("vip; paris ,lead|x", None, ("vip", "paris", "lead", "x"), id="any separator"),
        pytest.param(" ;; vip,,vip ; ", None, ("vip",), id="blanks and repeats dropped"),
        pytest.param("VIP;vip", None, ("VIP", "vip"), id="case makes a difference"),
        pytest.param("cafe\u0301;café", None, ("café",), id="composed before compared"),
        pytest.param("a,b;c", (";",), ("a,b", "c"), id="a mapping's separator alone"),
        pytest.param("* work ::: friends", (" ::: ", ":"), ("* work", "friends"), id="longest separator first"),
        pytest.param("a.b", (".",), ("a", "b"), id="separator is no pattern"),
        pytest.param("a;b", (), ("a;b",), id="no separator"),
        pytest.param("", None, (), id="empty"),
    ],
)
def test_a_cell_of_another_file_is_split(
    text: str, separators: tuple[str, ...] | None, expected: tuple[str, ...]
) -> None:
    """Free splitting trims, and drops blanks and repeats."""
    assert (tags.split(text) if separators is None else tags.split(text, separators)) == expected


def test_a_record_is_quoted_where_needed() -> None:
    """The contract's own example, in both directions."""
    assert tags.record(["a", "b;c", "d,e"]) == 'a;"b;c";d,e'
    assert tags.parse('a;"b;c";d,e') == ("a", "b;c", "d,e")


@pytest.mark.parametrize("tag", ['say "hi"', " lead", "lead ", "two\nlines", "a;b", "\u00a0x"], ids=repr)
def test_a_tag_that_a_reader_could_change_is_quoted(tag: str) -> None:
    """Delimiters, quotes, line breaks and spaces at an end are kept by quotes."""
    assert tags.record([tag]).startswith('"')
    assert tags.parse(tags.record([tag, "z"])) == (tag, "z")


@settings(deadline=None, max_examples=300)
@given(some_tags)
def test_a_record_reads_back_exactly(wanted: list[str]) -> None:
    """parse is the inverse of record for any tags."""
    assert tags.parse(tags.record(wanted)) == tuple(wanted)


@settings(deadline=None, max_examples=200)
@given(some_tags.filter(lambda found: not any("\r" in tag or "\0" in tag for tag in found)))
def test_a_record_is_csv(wanted: list[str]) -> None:
    """Python's csv reader understands a record the same way."""
    found = list(csv.reader(io.StringIO(tags.record(wanted), newline=""), delimiter=";"))
    assert found == ([wanted] if wanted else [])


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet='a;" \n') | st.text())
def test_any_text_is_read_and_then_stable(text: str) -> None:
    """A record that somebody broke is read without failing, and its record reads as the same."""
    found = tags.parse(text)
    assert tags.parse(tags.record(found)) == found


def test_an_edited_record_is_read_kindly() -> None:
    """Spaces around plain fields, empty fields and repeats are dropped; an open quote is a character."""
    assert tags.parse(' a ; "b;c" ;; a;"open') == ("a", "b;c", '"open')


def test_union_keeps_the_order_and_drops_repeats() -> None:
    """The first list leads, new tags follow."""
    assert tags.union(["b", "a"], ["c", "a", "c"]) == ("b", "a", "c")
