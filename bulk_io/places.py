"""Places as people write them in one cell: ``Paris, Île-de-France, France`` -> its city, its country.

A value module, for columns that hold both. Text in and text out; nothing is invented: what is no city gives none.
"""

from __future__ import annotations

import re

from bulk_io import countries, kinds


def city(text: str) -> str:
    """Give the city of a place, ``""`` where it names only a country or a region.

    What people put around a city they live near (``Greater Lyon Area``) is left out where we know the city.
    """
    before = _before_country(text)
    first = _POSTCODE.sub("", before[0]) if before else ""
    around = _AROUND.fullmatch(first)
    if around and kinds.is_city(around["city"]):
        return around["city"]
    return "" if any(map(str.isdigit, first)) or (kinds.is_region(first) and not kinds.is_city(first)) else first


def country(text: str) -> str:
    """Give the country at the end of a place as it is written there, ``""`` where it names none."""
    pieces = _pieces(text)
    return pieces[-1] if len(pieces) > len(_before_country(text)) else ""


def is_place(text: str) -> bool:
    """Tell whether a text is surely a place: it ends with a country, or begins with a city or a region we know."""
    before = _before_country(text)
    return bool(country(text)) or any(kinds.is_city(one) or kinds.is_region(one) for one in (*before[:1], city(text)))


def _before_country(text: str) -> list[str]:
    pieces = _pieces(text)
    # behind a city some names of countries are those of states: only its last piece is asked, as one of an address
    last = ", ".join(["0", *pieces[-1:]][len(pieces) < 2 :])
    return pieces[:-1] if countries.region(last) else pieces


def _pieces(text: str) -> list[str]:
    return [piece for part in text.split(",") if (piece := part.strip())]


_POSTCODE = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,5}\s+")
_AROUND = re.compile(
    r"(?:greater |grand |région de |metropolregion |área metropolitana de |area metropolitana di |grande )?"
    r"(?P<city>.+?)"
    r"(?: (?:bay |city )?(?:metropolitan )?(?:area|region)| et périphérie| und umgebung| y alrededores| e dintorni"
    r"| en omgeving| e região)?",
    re.IGNORECASE,
)
