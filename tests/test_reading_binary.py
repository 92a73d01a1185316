"""Workbooks in Excel's binary format are read as their twins in XML: what cells show, what is hidden or wrong."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from binary_workbooks import BOOLEAN, ERROR, REAL, RICH, SHARED, TEXT, record, row, workbook

from bulk_io.errors import InputError
from bulk_io.reading import read_table
from bulk_io.reading.books import excelbinary, serials
from bulk_io.reading.sheets import Findings

NAMES = ["Name", "Phone", "Rate", "Since", "Span", "Error", "Lead"]
HEADER = row(0, [(TEXT, name, 0) for name in NAMES])
FORMATS = ["00 00 00 00 00", "0%", "dd/mm/yyyy", "[h]:mm"]


def test_cells_are_what_excel_shows(tmp_path: Path) -> None:
    """Masks, percentages, dates, spans, errors, booleans; texts of a cell's own, shared or rich."""
    first = [(SHARED, 1, 0), (REAL, 612345678.0, 1), (REAL, 0.155, 2), (REAL, 46082.4375, 3), (REAL, 1.25, 4)]
    rest = row(1, [*first, (ERROR, 42, 0), (BOOLEAN, 1, 0)]) + row(4, [(RICH, "Bo", 0), None, (REAL, 7.5, 0)])
    path = workbook(tmp_path / "x.xlsb", {"Leads": HEADER + rest}, texts=["Ana", "Zo\u00eb"], formats=FORMATS)
    table = read_table(path)
    shown = ["Zo\u00eb", "06 12 34 56 78", "15.5%", "2026-03-01T10:30:00", "30:00:00", "#N/A", "TRUE"]
    assert table.header == NAMES
    assert {int(at): list(cells) for at, cells in zip(table.frame.index, table.frame.to_numpy(), strict=True)} == {
        2: shown,
        5: ["Bo", "", "7.5", "", "", "", ""],
    }
    assert [(p.key, p.row, p.column, p.value) for p in table.problems] == [("row.error_cell", 2, "Error", "#N/A")]


@pytest.mark.parametrize("bits", [0x3FF00000, 0x3FF00001, 6, 0xFFFFFFFE, 0x73, 0x405EC001])
def test_packed_numbers_are_unpacked(tmp_path: Path, bits: int) -> None:
    """Whole numbers, halves of doubles, either in hundredths ([MS-XLSB] 2.5.122)."""
    whole = bits >> 2 if bits >> 31 == 0 else (bits >> 2) - (1 << 30)
    expected = whole if bits & 2 else struct.unpack("<d", struct.pack("<II", 0, bits & 0xFFFFFFFC))[0]
    cells = HEADER + row(1, [(2, bits, 0)])
    (sheet,) = excelbinary.sheets(str(workbook(tmp_path / "x.xlsb", {"Leads": cells})))
    (cell,) = dict(sheet.rows(Findings()))[2][:1]
    assert float(cell) == pytest.approx(expected / 100 if bits & 1 else expected)


def test_what_is_hidden_is_read_and_told(tmp_path: Path) -> None:
    """Rows, columns; a hidden sheet is not read unasked."""
    columns = record(60, struct.pack("<IIIIH", 1, 1, 0, 0, 1))
    cells = columns + HEADER + row(1, [(TEXT, "Ana", 0), (TEXT, "0639980001", 0)], hidden=True)
    path = workbook(tmp_path / "x.xlsb", {"Old": HEADER, "Leads": cells}, hidden=["Old"])
    table = read_table(path)
    assert table.source.sheet == "Leads"
    assert table.source.notes == (
        "1 hidden row was read too.",
        "Hidden columns were read too: B.",
        "Hidden sheets were not read: Old.",
    )


def test_a_text_that_the_workbook_has_not_is_told(tmp_path: Path) -> None:
    """The cell is blank and named."""
    cells = HEADER + row(1, [(SHARED, 5, 0), (TEXT, "0639980001", 0)])
    table = read_table(workbook(tmp_path / "x.xlsb", {"Leads": cells}, texts=["Ana"]))
    assert list(table.frame.loc[2])[:2] == ["", "0639980001"]
    assert [(p.key, p.row, p.column) for p in table.problems] == [("row.no_text", 2, "Name")]


@pytest.mark.parametrize("older", [False, True], ids=["today", "Excel 2007 beta"])
def test_both_versions_of_the_format_are_read(tmp_path: Path, older: bool) -> None:
    """The first has four bytes more for each sheet."""
    cells = HEADER + row(1, [(TEXT, "Ana", 0)])
    (sheet,) = excelbinary.sheets(str(workbook(tmp_path / "x.xlsb", {"Leads": cells}, older=older)))
    assert (sheet.name, sheet.height()) == ("Leads", 2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(HEADER[:-3], "corrupt", id="cut off"),
        pytest.param(record(0, bytes(4)) + record(6, bytes(2)), "corrupt", id="short record"),
        pytest.param(HEADER + record(6, struct.pack("<IIi", 1, 0, 1 << 30)), "corrupt", id="endless text"),
        pytest.param(HEADER + record(5, struct.pack("<IId", 1 << 20, 0, 1.0)), "too large", id="far column"),
        pytest.param(HEADER + row(1 << 30, [(TEXT, "x", 0)]), "too large", id="far row"),
        pytest.param(b"\xff" * 999, "corrupt", id="noise"),
    ],
)
def test_hostile_records_are_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    """Nothing is believed that does not fit."""
    with pytest.raises(InputError, match=f"^{reason}: "):
        read_table(workbook(tmp_path / "x.xlsb", {"Leads": content}))


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("dd/mm/yyyy", 1.0, "1900-01-01"),
        ("dd/mm/yyyy", 61.0, "1900-03-01"),
        ("yyyy-mm-dd hh:mm", 46082.4375, "2026-03-01T10:30:00"),
        ("h:mm AM/PM", 0.4375, "10:30:00"),
        ("[h]:mm:ss", 1.25, "30:00:00"),
        ("dd/mm/yyyy", -3.0, "-3"),
        ("dd/mm/yyyy", 3e9, "3000000000"),
    ],
)
def test_days_are_dates_times_or_spans(code: str, value: float, text: str) -> None:
    """Their format and their size say which; what cannot be one is a number."""
    assert serials.text(value, code, since_1904=False) == text
    assert serials.text(44620.4375, "d.m.yy", since_1904=True) == "2026-03-01T10:30:00"


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("General", False),
        ("0.00E+00", False),
        ('0 "days"', False),
        ("[Red]0;[Blue]-0", False),
        ("#,##0\\h", False),
        ("[$-409]d-mmm-yy;@", True),
        ("[mm]:ss", True),
        ("aaaa", False),
        ("hh:mm", True),
    ],
)
def test_formats_of_dates_are_told(code: str, is_date: bool) -> None:
    """By their letters, those in quotes, brackets and behind a backslash aside."""
    assert serials.is_date(code) == is_date
