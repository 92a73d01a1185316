"""The sample files are what they claim to be, and the tool finds in them exactly the troubles that were put in."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from generate_sample_data import LEADS, LEADS_HEADER, SAMPLE_DATA, TROUBLES, main
from python_calamine import CalamineWorkbook

from bulk_io import mapping, matching, read_table, regions, validation
from bulk_io.matching import Choice
from bulk_io.records import Problem

FILES = ("leads-fr.csv", "hubspot.xlsx", "phones-eaten-by-excel.xlsx", "clean.csv")


def sheets(path: Path) -> dict[str, list[list[object]]]:
    """Read a workbook's cells, sheet by sheet."""
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(autouse=True)
def _no_own_mappings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the mappings of whoever runs the tests out of them."""
    monkeypatch.setenv("BULK_IO_MAPPINGS", str(tmp_path / "mappings"))


@cache
def checked(name: str) -> tuple[Choice, pd.DataFrame, list[Problem]]:
    """Read, match, map and validate a sample file as ``validate`` does; the reader's problems among them."""
    table = read_table(SAMPLE_DATA / name)
    frame = table.frame
    choice = matching.choose(table.header, frame.head(500))
    mapped = mapping.apply(frame, choice.binding)
    candidates = regions.international(mapped)
    region = regions.choose(candidates, regions.national_valid(mapped, candidates))
    clean, problems = validation.validate(mapped, validation.Rules(region=region, region_from="file"))
    problems = [*table.problems, *problems]
    refused = {problem.row for problem in problems if problem.severity == "error"}
    return choice, clean[~clean.index.isin(refused)], problems


def faults(problems: list[Problem]) -> dict[str, int]:
    """Count errors by their public code."""
    return dict(Counter(problem.key for problem in problems if problem.severity == "error"))


def test_the_generator_gives_the_committed_files(tmp_path: Path) -> None:
    """The files are the generator's: csv byte by byte, workbooks cell by cell."""
    main(tmp_path)
    for name in FILES:
        if name.endswith(".csv"):
            assert (tmp_path / name).read_bytes() == (SAMPLE_DATA / name).read_bytes(), name
        else:
            assert sheets(tmp_path / name) == sheets(SAMPLE_DATA / name), name


def test_the_sample_files_are_small() -> None:
    """They travel in the wheel."""
    assert sum((SAMPLE_DATA / name).stat().st_size for name in FILES) < 100_000


def test_the_french_list_is_as_spreadsheets_write_it() -> None:
    """cp1252, not UTF-8, semicolons, 200 rows, a blank line, two ragged rows, a cell of two lines, no-break spaces."""
    raw = (SAMPLE_DATA / "leads-fr.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    text = raw.decode("cp1252")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert tuple(rows[0]) == LEADS_HEADER
    assert rows.count([]) == 1
    records = [row for row in rows[1:] if row]
    assert len(records) == LEADS
    assert sorted(len(row) for row in records if len(row) != 12) == [7, 13]
    phones = [row[5] for row in records]
    assert sum("\r\n" in cell for row in records for cell in row) == TROUBLES["several lines"]
    assert sum("\xa0" in phone for phone in phones) == TROUBLES["no-break spaces"]
    assert phones.count("3,36E+10") == TROUBLES["3,36E+10"]
    assert sum("(0)" in phone for phone in phones) == TROUBLES["+33 (0)"]
    assert sum(phone.startswith("0033") for phone in phones) == TROUBLES["0033"]
    assert sum("." in phone for phone in phones) == TROUBLES["dots"]
    assert sum(phone.isdigit() and len(phone) == 9 for phone in phones) == TROUBLES["lost zero"]
    assert sum("".join(row[8:9]) in ("Suède", "Allemagne", "États-Unis") for row in records) == TROUBLES["abroad"]


def test_the_french_list_has_its_troubles_and_no_others() -> None:
    """Every planted fault is found once; the other rows are valid, and repeats share a number."""
    choice, good, problems = checked("leads-fr.csv")
    assert choice.name == "excel-fr"
    assert faults(problems) == {
        "phoneNumber.missing": TROUBLES["no phone"],
        "phoneNumber.damaged": TROUBLES["3,36E+10"],
        "phoneNumber.several": TROUBLES["two numbers"],
        "name.missing": TROUBLES["no name"],
        "email.invalid": TROUBLES["bad e-mail"],
        "currentCompany.too_long": TROUBLES["long company"],
        "row.extra_cells": TROUBLES["row too long"],
    }
    assert [problem.key for problem in problems if problem.field == "row"].count("row.short") == TROUBLES[
        "row too short"
    ]
    assert [problem.key for problem in problems].count("phoneNumber.extension") == TROUBLES["extension"]
    assert len(good) == LEADS - sum(faults(problems).values())
    repeated = TROUBLES["person repeated"] + TROUBLES["number shared"]
    assert len(good) - good["phoneNumber"].nunique() == repeated
    assert choice.binding.headers("position") == ("Poste",)


def test_the_hubspot_workbook_is_read_from_its_second_sheet() -> None:
    """The table is on the second sheet, under two titles and a blank row; of 60 rows 3 are faulty."""
    assert list(sheets(SAMPLE_DATA / "hubspot.xlsx")) == ["Read me", "Contacts"]
    table = read_table(SAMPLE_DATA / "hubspot.xlsx")
    assert (table.source.sheet, table.source.header_row) == ("Contacts", 4)
    choice, good, problems = checked("hubspot.xlsx")
    assert choice.name == "hubspot"
    assert faults(problems) == {"phoneNumber.missing": 2, "email.invalid": 1}
    assert (len(good), good["phoneNumber"].nunique()) == (57, 57)


def test_the_eaten_phones_are_numbers_and_come_back() -> None:
    """Forty phones, 38 of them numeric cells without 0 or +: all are repaired but the two rounded to 3,36E+10."""
    rows = sheets(SAMPLE_DATA / "phones-eaten-by-excel.xlsx")["Feuil1"][1:]
    assert Counter(type(row[2]) for row in rows) == {float: 38, str: 2}
    choice, good, problems = checked("phones-eaten-by-excel.xlsx")
    assert "Pays" in choice.columns
    assert faults(problems) == {"phoneNumber.damaged": 2}
    assert (len(good), good["phoneNumber"].nunique()) == (38, 38)
    assert Counter(phone[:3] for phone in good["phoneNumber"]) == {"+33": 28, "+49": 10}


def test_the_clean_list_is_clean() -> None:
    """A hundred rows of UTF-8 and commas: all valid, no warning, no number twice."""
    (SAMPLE_DATA / "clean.csv").read_bytes().decode("utf-8")
    _, good, problems = checked("clean.csv")
    assert problems == []
    assert (len(good), good["phoneNumber"].nunique(), good["email"].nunique()) == (100, 100, 100)


def test_no_number_stands_in_two_files() -> None:
    """Each file has numbers of its own, so that importing all of them mixes nobody up."""
    numbers = [set(checked(name)[1]["phoneNumber"]) for name in FILES]
    assert sum(map(len, numbers)) == len(set().union(*numbers))


@pytest.mark.parametrize("name", FILES)
def test_every_valid_number_is_from_a_range_for_fiction(name: str) -> None:
    """No sample number can be a real person's."""
    fiction = ("+3319900", "+3326191", "+3335301", "+3346571", "+467017406", "+4917139200", "+49176040690")
    american = ("+141555501", "+120655501", "+164655501")
    numbers = checked(name)[1]["phoneNumber"].tolist()
    assert [number for number in numbers if not number.startswith(fiction + american)] == []


@pytest.mark.parametrize("name", FILES)
def test_every_valid_address_is_at_an_example_domain(name: str) -> None:
    """No sample e-mail can reach anybody."""
    addresses = [address for address in checked(name)[1]["email"] if address]
    assert bool(addresses) == ("email" in checked(name)[0].binding.fields)
    assert all(address.split("@")[1] in ("example.com", "example.org", "example.net") for address in addresses)
