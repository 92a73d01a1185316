"""The fast lane of text tables: it takes a text only where it gives what the careful one gives."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulk_io.reading import read_table
from bulk_io.reading.outlines.pieces import numbered
from bulk_io.reading.texts import cutting, dialect, regular
from bulk_io.reading.texts.dialect import Dialect

DIRTY = (
    'Name,Phone,Note\nAna,0639980001,"a, b"\nZoë,0639980002,\n"Bo ""B"" Al",0639980003,said "hi"\n,0639980004,x\n'
    'Léa,0639980005,"two\nlines"\nRoux,0639980006\n\n# no row,,\nMax,0639980007,y,more\nName,Phone,Note\n'
    '"Ida","0639980008","z"\n,,last\nTotal,8,\n'
)


@given(st.text(alphabet='ab,"\n\r é0', min_size=1, max_size=40), st.sampled_from(["a,b\n", '"a","b"\n', "a,b\r\n", ""]))
@example('a,b",c\n', "a,b\n")
@example('a,"\n",b\n', "a,b\n")
@example('5",x\n2,"y\n', "a,b\n")
@settings(max_examples=400, deadline=None)
def test_what_the_fast_lane_cuts_the_csv_module_cuts_alike(end: str, start: str) -> None:
    """Whatever text is given; it may refuse any."""
    text = start * 3 + end
    how = Dialect("utf-8")
    for width in (2, 3):
        found = regular.cut(text, how, width)
        if found is not None:
            wanted = list(csv.reader(io.StringIO(text, newline=""), strict=True))
            assert cutting.records(numbered(1, found)) == wanted


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], ids=["minimal", "all"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_regular_text_takes_the_fast_lane(quoting: int, end: str) -> None:
    """With quotes and delimiters in them, too."""
    out = io.StringIO(newline="")
    rows = [["Ana", "0639980001", "Roux, SA"], ["", "0639980002", ""], ["Zoë", "", "x"]]
    csv.writer(out, quoting=quoting, lineterminator=end).writerows(rows)
    found = regular.cut(out.getvalue(), Dialect("utf-8"), 3)
    assert found is not None
    assert cutting.records(numbered(1, found)) == rows


@pytest.mark.parametrize("size", [8, 64, 1 << 19], ids=["texts of 8", "texts of 64", "one text"])
def test_both_lanes_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Rows with faults among others: the same cells, the same numbers, the same problems."""
    monkeypatch.setattr(dialect, "_FIRST", size)
    monkeypatch.setattr(dialect, "_MOST", size)
    path = tmp_path / "leads.csv"
    regular_rows = "".join(f"Person {at},06399801{at:02},note {at}\n" for at in range(40))
    path.write_text(DIRTY + regular_rows + DIRTY.partition("\n")[2] + regular_rows, encoding="utf-8")
    fast = read_table(path)
    seen = fast.frame
    monkeypatch.setattr(regular, "cut", lambda *_: None)
    careful = read_table(path)
    assert careful.frame.equals(seen)
    assert careful.frame.index.tolist() == seen.index.tolist()
    assert careful.problems == fast.problems
    assert len(seen) > 90
