"""Laws of reading text tables: whatever a table is and however it was written, it is read as it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.errors import InputError
from bulk_io.reading import read_table

HEADER = ["Name", "Phone", "Email", "Company", "Note"]
NAMES = [
    "Hélène Roux",
    "Zoë",
    "O'Hara",
    "Jürgen Müller",
    'Ana "Nana" Bo',
    "Martin, Léa",
    "D'Arc; Jeanne",
    "Total",
    "Bo|Al",
]
COMPANIES = ["", "Roux, SA", "Martin; Fils", 'The "Best" Co', '"All" Inc', "A|B GmbH", "C:\\Data", "Müller\tAG", "3M"]
NOTES = [
    "",
    "call back",
    'said "hi, you"',
    "a;b;c",
    "1,5",
    "two\nlines",
    "#12",
    "----",
    "N/A",
    "see http://x.example/?a=1",
]


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Make rows of contacts, each with a name and a phone number or an e-mail address."""
    rows = []
    for at in range(draw(st.integers(1, 12))):
        phone = draw(st.sampled_from([f"+3363998{at:04}", f"06 39 98 00 {at:02}", f"(415) 555-01{at:02}"]))
        email = draw(st.sampled_from([f"a{at}@example.com", ""]))
        cells = [draw(st.sampled_from(kind)) for kind in (NAMES, COMPANIES, NOTES)]
        rows.append([cells[0], phone, email, *cells[1:]])
    return rows


@st.composite
def spellings(draw: st.DrawFn) -> dict[str, object]:
    """Choose how a file is written: delimiter, quoting, line ends, encoding, and what stands above the header."""
    return {
        "delimiter": draw(st.sampled_from([",", ";", "\t", "|"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "lineterminator": draw(st.sampled_from(["\n", "\r\n"])),
        "codec": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])),
        "above": draw(
            st.sampled_from(["", "\n\n", "Leads of March\n\n", "# made by hand\n", "Made by Ana\nOn Monday\n\n"])
        ),
    }


def written(rows: list[list[str]], how: dict[str, object]) -> bytes:
    """Write a table as the csv module does."""
    out = io.StringIO(newline="")
    form = {name: how[name] for name in ("delimiter", "quoting", "lineterminator")}
    csv.writer(out, **form).writerows([HEADER, *rows])  # type: ignore[arg-type]
    return (str(how["above"]) + out.getvalue()).encode(str(how["codec"]))


def holds(folder: Path, rows: list[list[str]], how: dict[str, object]) -> None:
    """Read what was written and compare every cell."""
    path = folder / "leads.csv"
    path.write_bytes(written(rows, how))
    table = read_table(path)
    assert table.header == HEADER
    assert table.frame.to_numpy().tolist() == rows
    assert table.source.delimiter == how["delimiter"]


def reads(folder: Path, data: bytes) -> None:
    """Read any bytes: a table whose chunks are the table, or one clear refusal."""
    path = folder / "bytes.csv"
    path.write_bytes(data)
    try:
        table = read_table(path)
        whole = table.frame
    except InputError:
        return
    assert len(set(table.header)) == whole.shape[1]
    assert whole.index.is_monotonic_increasing
    assert whole.index.is_unique
    assert sum(len(chunk) for chunk in table.chunks(3)) == len(whole)


@given(tables(), spellings())
@settings(deadline=None, max_examples=40)
def test_a_table_is_read_as_it_was_written(tmp_path_factory, rows, how) -> None:
    """No hint is needed for any of the usual ways to write a csv."""
    holds(tmp_path_factory.getbasetemp(), rows, how)


_SIGNS = [
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r\n",
    b"\r",
    b"\\",
    b"\x00",
    b"\xff",
    b"\xc3\xa9",
    b"#",
    b"  ",
    b"||",
]
_WORDS = [b"Name", b"0639980001", b"a@example.com", b"----", b"Total", b"\xef\xbb\xbf", b"sep=;\n", b"12,5", b"x" * 50]
BYTES = st.lists(st.sampled_from(_SIGNS + _WORDS), max_size=60).map(b"".join) | st.binary(max_size=200)
"""Bytes of the kinds that decide how a file is read, in any order."""


@given(BYTES)
@settings(deadline=None, max_examples=60)
def test_any_bytes_are_a_table_or_a_clear_refusal(tmp_path_factory, data) -> None:
    """Nothing crashes, and no row is given twice or lost between chunks."""
    reads(tmp_path_factory.getbasetemp(), data)


@pytest.mark.slow
@given(tables(), spellings())
@settings(deadline=None, max_examples=4000)
def test_many_tables_are_read_as_they_were_written(tmp_path_factory, rows, how) -> None:
    """The same, at length."""
    holds(tmp_path_factory.getbasetemp(), rows, how)


@pytest.mark.slow
@given(BYTES)
@settings(deadline=None, max_examples=10_000)
def test_many_bytes_are_a_table_or_a_clear_refusal(tmp_path_factory, data) -> None:
    """The same, at length."""
    reads(tmp_path_factory.getbasetemp(), data)
