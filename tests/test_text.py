"""Cells as one tidy line of text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.text import counted, nfc, tidy


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("  Zoé ", "Zoé", id="trimmed"),
        pytest.param("Zoe\u0301", "Zoé", id="composed"),
        pytest.param("\ufeffZoé\u200b Martin\u202c", "Zoé Martin", id="invisible marks"),
        pytest.param("\u00a0Zoé\u00a0Martin\u202f", "Zoé Martin", id="no-break spaces"),
        pytest.param("Zoé \r\n\t Martin", "Zoé Martin", id="line break"),
        pytest.param("Zoé\x00\x07Martin", "Zoé Martin", id="control characters"),
        pytest.param("Zoé  Martin", "Zoé  Martin", id="ordinary spaces stay"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="Persian joiner stays"),
        pytest.param("Zo\u200cé\u200d", "Zoé", id="Latin joiner goes"),
        pytest.param("👩\u200d💻 Léa", "👩\u200d💻 Léa", id="emoji joiner stays"),
        pytest.param("\u200b\n", "", id="nothing left"),
    ],
)
def test_a_cell_becomes_one_tidy_line(raw: str, clean: str) -> None:
    """What cannot be seen goes, what spells a word stays."""
    assert tidy(raw) == clean


@settings(deadline=None, max_examples=300)
@given(st.text() | st.text(alphabet="ae\u0301 \u200c\u200d\u200b\u00a0\n\tمي\u0915👩\ufeff"))
def test_tidying_twice_changes_nothing(raw: str) -> None:
    """The tidy form is its own tidy form."""
    assert tidy(tidy(raw)) == tidy(raw)


def test_a_long_run_of_spaces_is_read_in_linear_time() -> None:
    """A cell made to slow a pattern down is as quick as any other."""
    assert tidy("a" + " " * 500_000 + "\u200bb") == "a" + " " * 500_000 + "b"


def test_nfc_leaves_the_inside_alone() -> None:
    """Tags are composed and trimmed, nothing else."""
    assert nfc(" e\u0301\u00a0 x ") == "é\u00a0 x"


@pytest.mark.parametrize(
    ("number", "verb", "said"),
    [(1, "", "1 row"), (0, "", "0 rows"), (2000, "", "2,000 rows"), (1, "was", "1 row was"), (2, "was", "2 rows were")],
)
def test_a_count_agrees_with_its_noun_and_verb(number: int, verb: str, said: str) -> None:
    """One row was, two rows were."""
    assert counted(number, "row", verb) == said
