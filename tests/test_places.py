"""A place in one cell: its city and its country, and nothing that is neither."""

from __future__ import annotations

import pytest

from bulk_io import places


@pytest.mark.parametrize(
    ("text", "city", "country"),
    [
        pytest.param("Paris, Île-de-France, France", "Paris", "France", id="city, region, country"),
        pytest.param("Sète, France", "Sète", "France", id="a city that no table has"),
        pytest.param("75001 Paris, France", "Paris", "France", id="postcode"),
        pytest.param("Atlanta, Georgia, United States", "Atlanta", "United States", id="a state called like a country"),
        pytest.param("Austin, Texas", "Austin", "", id="city, state"),
        pytest.param("Toronto, ON, Canada", "Toronto", "Canada", id="code of a state"),
        pytest.param("Île-de-France, France", "", "France", id="region, country"),
        pytest.param("Deutschland", "", "Deutschland", id="country"),
        pytest.param("Lyon", "Lyon", "", id="city"),
        pytest.param("Greater Lyon Area", "Lyon", "", id="around a city"),
        pytest.param("Berlin und Umgebung", "Berlin", "", id="around a city in German"),
        pytest.param("12 rue des Lilas, Lyon", "", "", id="a street is no city"),
        pytest.param(" , ", "", "", id="nothing"),
    ],
)
def test_a_place_gives_its_city_and_its_country(text: str, city: str, country: str) -> None:
    """As they are written; what is neither gives nothing."""
    assert (places.city(text), places.country(text)) == (city, country)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("Sète, France", True), ("Bretagne", True), ("Greater Lyon Area", True), ("Hall 5", False), ("Main Stage", False)],
)
def test_only_what_the_tables_know_is_surely_a_place(text: str, is_one: bool) -> None:
    """A country at the end, or a city or region at the beginning."""
    assert places.is_place(text) is is_one
