"""What the values of a column are: the share that reads as each kind."""

from __future__ import annotations

import pytest

from bulk_io import kinds

COLUMNS = {
    "phone with prefix": (["+33 6 12 34 56 78", "0044 7911 123456"], "phone"),
    "national phone": (["0171 2345678", "030 2345678"], "phone"),
    "phone of Meta": (["p:+33612345678", "p:+33612345679"], "phone"),
    "phone that lost its zero": (["612345678", "612345679"], "phone"),
    "phone that a spreadsheet ate": (["3,36E+10", "3.36E+10"], "phone"),
    "phone in groups that no plan knows": (["06 39 98 00 01", "06 39 98 00 02"], "phone"),
    "email": (["ana@example.com", "Ana <ana@example.org>"], "email"),
    "country": (["France", "Deutschland", "GB", "États-Unis"], "country"),
    "person": (["Jean Dupont", "Lefèvre, Marie", "Dr. Anna Müller"], "person"),
    "given name": (["Jean", "Zoé", "Anne Marie"], "given"),
    "company": (["Acme SARL", "Globex GmbH", "Garage du Centre", "Initech, Inc."], "company"),
    "job": (["CEO", "Responsable qualité", "Vertriebsleiter", "Head of Digital"], "job"),
    "city": (["Lyon", "MÜNCHEN", "São Paulo", "Saint-Étienne"], "city"),
    "industry": (["Retail", "Santé", "Maschinenbau"], "industry"),
    "form of address": (["M.", "Mme", "Frau"], "title"),
    "date": (["2024-01-02 10:11", "01/02/2024", "12:30"], "date"),
    "link": (["https://example.com/a", "www.example.org", "example.fr"], "link"),
    "number": (["12", "3 400,50", "10 %"], "number"),
}


@pytest.mark.parametrize(("cells", "kind"), COLUMNS.values(), ids=COLUMNS.keys())
def test_a_column_is_known_by_its_values(cells: list[str], kind: str) -> None:
    """Every value is of the kind."""
    assert kinds.column(cells).share(kind) == 1.0


NOT_PHONES = {
    "company numbers": ["552100554", "542051180", "652014051", "552032534"],
    "addresses of machines": ["192.168.10.12", "10.0.0.138"],
    "dates": ["2024-01-02 10:11:12", "01/02/2024"],
    "coordinates": ["48.8566130", "2.3522219"],
    "post codes": ["75011", "69001"],
    "uuids": ["a1b2c3d4-0000-4000-8000-000000000001"],
}


@pytest.mark.parametrize("cells", NOT_PHONES.values(), ids=NOT_PHONES.keys())
def test_other_numbers_are_no_phone_numbers(cells: list[str]) -> None:
    """Digits alone do not make a phone number."""
    assert kinds.column(cells).share("phone") == 0.0


def test_blanks_do_not_count() -> None:
    """Neither empty cells nor what stands for nothing."""
    column = kinds.column(["", " ", "-", "N/A", "Lyon"])
    assert column.values == ("Lyon",)
    assert kinds.column([]).share("phone", "email") == 0.0


def test_states_and_languages_are_no_countries() -> None:
    """Two letters are a country's in capitals only; a few that are, among others, make no column of countries."""
    assert kinds.column(["fr", "de", "es"]).share("country") == 0.0
    assert kinds.column(["CA", "NY", "TX", "MA", "FL"]).share("country") < 0.5


def test_a_job_is_no_company() -> None:
    """Words that firms have too do not make a firm of a job."""
    shares = kinds.column(["Consultant Digital", "Software Engineer", "Media Manager"]).shares
    assert shares.get("company", 0) == 0
    assert shares["job"] == 1
