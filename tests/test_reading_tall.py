"""A sheet that is too tall to be held is read in parts, with the same result."""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from bulk_io.reading import child
from bulk_io.reading.books import excel, openxml, tallsheet
from bulk_io.reading.books.tallsheet import TallSheet
from bulk_io.reading.sheets import Findings

PART = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallsheet, "TALL", 100)
    monkeypatch.setattr(tallsheet, "_LEAST", 1_000)
    monkeypatch.setattr(openxml, "_BLOCK", 256)


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    """A sheet of 120 rows with a bit of everything, some of it missing; columns and rows at its edges are empty."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([])
    sheet.append([None, "Name", "Share", "Since", "Note"])
    for at in [*range(40), *range(60, 120)]:
        sheet.cell(at + 3, 2, f"Ana {at % 7}")
        if at % 3:
            sheet.cell(at + 3, 3, at / 200).number_format = "0%"
        sheet.cell(at + 3, 4, datetime.datetime(2026, 1, 1) + datetime.timedelta(days=at))
    sheet["E100"] = "#N/A"
    sheet["E101"] = "=1+1"
    sheet["E102"] = "last"
    for row in (5, 100):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.merge_cells("B121:C121")
    book.save(tmp_path / "leads.xlsx")
    return tmp_path / "leads.xlsx"


def changed(path: Path, pattern: str, by: str) -> Path:
    """Change the sheet's XML."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[PART] = re.sub(pattern.encode(), by.encode(), parts[PART], flags=re.DOTALL)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def read(path: Path, *, in_parts: bool = True) -> tuple[list[tuple[int, list[Any]]], Findings]:
    """Read the only sheet."""
    (sheet,) = excel.sheets(str(path), in_parts=in_parts)
    assert isinstance(sheet._read(), TallSheet) == in_parts
    assert sheet.width() == 5
    assert sheet.height() in (121, 122)  # calamine does not count what is empty above
    findings = Findings()
    rows = list(sheet.rows(findings))
    assert sheet.sample() == excel.sheets(str(path), in_parts=False)[0].sample()
    return rows, findings


def told(path: Path) -> tuple[list[list[str]], dict[str, Any]]:
    """Read a workbook as the child does."""
    out = path.with_suffix(".arrow")
    answer = child.read({"path": str(path), "out": str(out), "kind": "xlsx", "folder": "", "sheet": None})
    with pa.memory_map(str(out)) as source:
        return [list(row.values()) for row in pa.ipc.open_file(source).read_all().to_pylist()], answer


def test_parts_give_what_the_whole_gives(leads: Path) -> None:
    """Rows, numbers, faults, areas and notes."""
    assert len(list(tallsheet.parts(str(leads), PART, 2_000))) > 3
    rows, findings = read(leads)
    whole, wanted = read(leads, in_parts=False)
    assert rows == whole
    assert findings == wanted
    assert (len(rows), len(findings.faults), findings.merged) == (101, 2, [(121, 1, 121, 2)])
    assert (dict(rows)[41][2], dict(rows)[122][1]) == ("19%", "Ana 0")


def test_names_of_elements_may_have_a_prefix(leads: Path) -> None:
    """As some programs write them."""
    changed(leads, r"<(/?)(?=[a-zA-Z])", r"<\1x:")
    changed(leads, "xmlns=", "xmlns:x=")
    rows, _ = read(leads)
    assert rows == read(leads, in_parts=False)[0]


def test_a_part_with_a_cell_that_calamine_minds_is_read(leads: Path) -> None:
    """The cell is told."""
    rows, _ = read(changed(leads, '(<c r="E102"[^>]*)>.*?</c>', r'<c r="E102" t="e"><v>#ERROR!</v></c>'))
    assert rows[-21][0] == 102
    assert len(rows) == 101


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        ("<dimension[^>]*>", ""),
        ('<dimension ref="[^"]*"', '<dimension ref="A1"'),
        ('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"'),
        ('<dimension ref="[^"]*"', '<dimension ref="A1:D130"'),
        (r'(<row r="6".*?</row>)(.*)(<row r="90".*?</row>)', r"\3\2\1"),
        (r' r="\d+"', ""),
    ],
    ids=["no dimension", "of a cell", "of all cells", "too narrow", "rows in disorder", "rows without numbers"],
)
def test_a_sheet_that_is_not_as_it_says_is_read_as_a_whole(leads: Path, pattern: str, by: str) -> None:
    """No row is lost, doubled or cut."""
    changed(leads, pattern, by)
    found = told(leads)
    tallsheet.TALL = 1 << 30
    assert found == told(leads)
    assert len(found[0]) >= 101
