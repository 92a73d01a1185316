"""Country names and codes in many languages."""

from __future__ import annotations

import generate_countries
import pytest
from babel import Locale

from bulk_io import countries

NAMES = {
    "FR": "FR|fra|France|FRANCE |Frankreich|Francia|Frankrijk|França|"
    "La France|FR - France|France (FR)|France (+33)|FRA France|République française|🇫🇷|🇫🇷 France|France / Francia|"
    "Sète, France|Sète, Occitanie, France",
    "GB": "GB|uk|U.K.|United Kingdom|Great Britain|England|Angleterre|Écosse|Ecosse|Großbritannien|"
    "Reino Unido|Verenigd Koninkrijk|Scotland (UK)|London, UK|N. Ireland|🇬🇧|Leeds, United Kingdom|"
    "United Kingdom of Great Britain and Northern Ireland (the)",
    "US": "US|USA|U.S.A.|u.s.|EEUU|EE.UU.|EE. UU.|États-Unis|Etats Unis|Vereinigte Staaten|Stati Uniti|"
    "United States of America|United States of America (the)|"
    "Austin, TX, USA|USA - United States|Austin, Texas, États-Unis",
    "GF": "Guyane|Guyane française",
    "NL": "NL|Hollande|Holland|Pays-Bas|Les Pays-Bas|the Netherlands|Nederland|Niederlande|Olanda|Netherlands, The",
    "DE": "D|Deutschland|Allemagne|Alemania|Germania|Duitsland|L'Allemagne|RFA|deu",
    "ES": "Islas Canarias|España|Espana|Spanien|Espagne|Spagna|Spanje",
    "CH": "Suisse|Schweiz|Svizzera|Zwitserland|Switzerland|"
    "CHE|Schweiz/Suisse|CH Schweiz|Schweizerische Eidgenossenschaft",
    "AT": "A|Österreich|Oesterreich|Autriche",
    "CZ": "Czechia|Czech Republic|République tchèque|Česko",
    "CI": "Ivory Coast|Côte d’Ivoire|Cote d'Ivoire|Elfenbeinküste",
    "KR": "Korea (South)|South Korea|Korea, Republic of|Corée du Sud|대한민국",
    "KP": "North Korea|Corée du Nord|Korea (the Democratic People's Republic of)|Demokratische Volksrepublik Korea",
    "CN": "China|People's Republic of China|Volksrepublik China|République populaire de Chine",
    "TW": "Taiwan|Republic of China|Taiwan (Province of China)",
    "GH": "Republic of Ghana|Republik Ghana|République du Ghana|Ghana, Republic of",
    "IR": "Iran (Islamic Republic of)|République islamique d'Iran",
    "MD": "Moldova, Republic of|Moldova (the Republic of)|Moldau",
    "GE": "Georgia|Géorgie|Tbilissi, Géorgie",
    "CD": "DRC|Congo, The Democratic Republic of the|Congo (Kinshasa)|RDC",
    "CG": "Congo (Brazzaville)|Republic of the Congo",
    "RU": "Россия|Russian Federation|Russie",
    "JP": "日本|Japon|Japan",
    "MA": "المغرب|Maroc|Morocco",
    "LC": "St. Lucia|Saint Lucia|Sainte-Lucie",
    "BA": "Bosnia & Herzegovina|Bosnie-Herzégovine|Bosnia and Herzegovina",
    "TR": "Turkey|Türkiye|Turquie",
    "NO": "NO|Norge|Norvège",
    "XK": "Kosovo",
}
EVERY = [pytest.param(name, code, id=f"{code} {name}") for code, names in NAMES.items() for name in names.split("|")]


@pytest.mark.parametrize(("name", "code"), EVERY)
def test_a_country_is_known_by_its_names(name: str, code: str) -> None:
    """Codes, seven languages, the country's own name and common short forms."""
    assert countries.region(name) == code
    assert countries.region(f" {name.upper()}. ") == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Atlantis",
        "Paris",
        "FR - Germany",
        "42",
        "-",
        "Europe",
        "Yugoslavia",
        "Atlanta, Georgia",
        "Los Angeles, CA",
        "Lebanon, PA",
        "Peru, IN",
        "France/Belgique",
        "UK & Ireland",
        "Jersey City",
        "République de",
        "Chad Miller",
        "New Mexico",
    ],
)
def test_what_is_no_country_is_unknown(text: str) -> None:
    """Better unknown than wrong."""
    assert countries.region(text) == ""


@pytest.mark.parametrize("language", generate_countries.LANGUAGES)
def test_every_country_has_its_name_in_each_language(language: str) -> None:
    """No name of the seven languages leads to another country."""
    names = Locale(language).territories
    found = {names[code]: countries.region(names[code]) for code in generate_countries.codes()}
    assert found == {names[code]: code for code in generate_countries.codes()}


def test_the_committed_table_is_what_the_generator_makes() -> None:
    """Nobody edits the table by hand, and a new Babel is noticed."""
    assert generate_countries.TABLE.read_text("utf-8") == generate_countries.table()


def test_no_name_stands_under_two_countries() -> None:
    """The answer does not depend on the order of the table."""
    names = [
        name
        for line in generate_countries.TABLE.read_text("utf-8").splitlines()
        for name in line.partition("\t")[2].split("|")
    ]
    assert len(names) == len(set(names))
    assert all(countries.folded(name) == name for name in names)
