"""What the values of a column are: the share that reads as a phone number, an e-mail address, a country, a person …

A value module, asked by matching where headers leave something open. It recognises with the value modules that
validation uses, and with the words of ``kinds.toml`` and ``cities.txt``; one text may be of several kinds.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from bulk_io import countries, emails, phones
from bulk_io.namewords import is_given, is_title, spelt
from bulk_io.text import tidy

NUMBER, DATE, LINK, YES_NO = "number", "date", "link", "yes or no"
"""Kinds that no field of text has: amounts and codes, dates, addresses of pages, answers."""


@dataclass(frozen=True, slots=True)
class Column:
    """The values of a column that say something (not empty), and the share of them that is of each kind."""

    values: tuple[str, ...]
    shares: dict[str, float]
    bare: bool = False
    """Its numbers are digits only, without a zero or plus in front: they may be numbers of anything."""

    def share(self, *kinds: str) -> float:
        """Give the share of one kind, or the largest of several; 0 where the column has no values."""
        return max((self.shares.get(kind, 0.0) for kind in kinds), default=0.0)

    @property
    def distinct(self) -> int:
        """How many different values it has."""
        return len(set(self.values))


def column(cells: Iterable[str]) -> Column:
    """Look at the cells of a column."""
    values = tuple(text for cell in cells if (text := tidy(cell)) and text not in _BLANK)
    found: Counter[str] = Counter()
    for text in values:
        found.update(kinds(text))
    shares = {kind: count / len(values) for kind, count in found.items()}
    shares["phone"], shares["mobile"] = _phones(values)
    digits = [text for text in values if text.isdecimal()]
    bare = bool(values) and len(digits) * 2 > len(values) and not any(text.startswith("0") for text in digits)
    return Column(values, shares, bare)


@lru_cache(maxsize=1 << 14)
def kinds(text: str) -> frozenset[str]:
    """Give the kinds of one tidy text, telephone numbers aside: those need their column."""
    shape = _shape(text)
    if shape:
        return frozenset({shape})
    words = spelt(text)
    if not words or (any(map(str.isdigit, text)) and not _is_firm(words)):
        return frozenset()
    whole = countries.folded(text)
    if whole in _words().answer and text != "NO":  # Norway
        return frozenset({YES_NO})
    found = {kind for kind, known in (("city", _cities()), ("industry", _words().industry)) if whole in known}
    if _names_country(text):
        found.add("country")
    if not _words().job.isdisjoint(words):
        found.add("job")
    elif _is_firm(words):
        found.add("company")
    return frozenset(found | _of_people(text, words, found))


def is_power(text: str) -> bool:
    """Tell whether a text is what a spreadsheet makes of a long number: ``3.36E+10``."""
    return _POWER.fullmatch(text) is not None


def is_city(text: str) -> bool:
    """Tell whether a text is a city that the tables know."""
    return countries.folded(text) in _cities()


def is_region(text: str) -> bool:
    """Tell whether a text is a region of a country (Bretagne, Texas, England) that the tables know."""
    return countries.folded(text) in _words().region


@dataclass(frozen=True, slots=True)
class _Words:
    company: frozenset[str]
    job: frozenset[str]
    industry: frozenset[str]
    region: frozenset[str]
    answer: frozenset[str]


@cache
def _words() -> _Words:
    said = tomllib.loads(files("bulk_io").joinpath("kinds.toml").read_text("utf-8"))
    plain = {name: frozenset(countries.folded(text) for text in texts) for name, texts in said.items()}
    return _Words(plain["company"], plain["job"], plain["industry"], plain["region"], plain["answer"])


@cache
def _cities() -> frozenset[str]:
    lines = files("bulk_io").joinpath("cities.txt").read_text("utf-8").splitlines()
    return frozenset(countries.folded(city) for line in lines if not line.startswith("#") for city in line.split(","))


def _shape(text: str) -> str:
    """Give the kind of a text that its signs tell."""
    if "@" in text:
        return "email" if not emails.normalise(text)[1] else ""
    if _LINK.match(text):
        return LINK
    if _DATE.match(text):
        return DATE
    return NUMBER if _NUMBER.fullmatch(text) else ""


def _is_firm(words: Sequence[str]) -> bool:
    """Tell whether words name a company: a legal form of one or two letters counts only at the end."""
    known = _words().company
    last = len(words) - 1
    return last > 0 and any(word in known and (len(word) > 2 or place == last) for place, word in enumerate(words))


def _names_country(text: str) -> bool:
    return (len(text) > 2 or (len(text) == 2 and text.isupper())) and bool(countries.region(text))


def _of_people(text: str, words: Sequence[str], found: set[str]) -> set[str]:
    """Tell a first name and a full name; what has words of firms or jobs is neither."""
    plain = [word for word in words if not is_title(word)] or list(words)
    if found & {"company", "job"} or any(char in text for char in "&/|;:"):
        return set()
    given = [is_given(word) for word in plain]
    people = {"title"} if all(map(is_title, words)) else set()
    if all(given) and len(plain) <= 2:
        people.add("given")
    if any(given) and 2 <= len(plain) <= 5:
        people.add("person")
    if 2 <= len(plain) <= 5:
        people.add("several words")
    if len(plain) <= 3 and (text[:1].isupper() or plain[0] in _PARTICLES) and len(text) > 1:
        people.add("surname")
    return people


def _phones(values: Sequence[str]) -> tuple[float, float]:
    """Give the share of values that are phone numbers, by their prefix or in one country, and that of mobile ones."""
    likely = [text for text in values if sum(map(str.isdigit, text)) >= _SHORTEST and not _NO_PHONE.fullmatch(text)]
    if not values or _are_firm_numbers(values):
        return 0.0, 0.0
    region = _region(likely)
    found = [alone if (alone := phones.parse(text)).e164 else phones.parse(text, region) for text in likely]
    count = sum(map(is_power, values))
    for text, phone in zip(likely, found, strict=True):
        count += bool(phone.e164) or phone.code == "several" or _SHAPED.fullmatch(text) is not None
    return count / len(values), sum(phone.kind in phones.MOBILE for phone in found) / len(values)


def _region(texts: Sequence[str]) -> str:
    """Give the country in which most numbers without a prefix are valid; the first ones tell."""
    regions: Counter[str] = Counter()
    for text in [text for text in texts[:_FIRST] if not phones.parse(text).e164]:
        regions.update(phones.valid_regions(text, _REGIONS) or ())
    return max(regions, key=lambda region: regions[region], default="")


def _are_firm_numbers(values: Sequence[str]) -> bool:
    """Tell whether nine digits each are SIREN numbers: their check digit (Luhn) is right nearly always."""
    numbers = ["".join(filter(str.isdecimal, text)) for text in values]
    return all(len(text) == 9 for text in numbers) and sum(map(_luhn, numbers)) > 0.9 * len(numbers)


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


_BLANK = frozenset({"-", "--", "—", "–", "n/a", "N/A", "NA", "#N/A", "null", "NULL", "None", "nan", "?", ".", "/"})
_REGIONS = ("FR", "DE", "ES", "IT", "NL", "PT", "GB", "BE", "CH", "AT", "US", "IE", "LU", "BR", "MX", "AR", "PL", "MA")
"""The countries in which national numbers are tried."""
_PARTICLES = ("de", "van", "von", "di", "da", "del", "le", "la", "d")
_SHORTEST, _FIRST = 7, 30
# what people write as a number, valid or not: a prefix, or a zero in front, or three groups of digits
_SHAPED = re.compile(
    r"(?:p:)?(?:\+|00)[\d .()/-]{8,20}|\(?0[1-9][\d .()/-]{7,14}|\(?\d{2,4}\)?[ .-]\d{2,4}(?:[ .-]\d{2,4}){1,4}"
)
_LINK = re.compile(
    r"https?://|www\.|[\w-]+(?:\.[\w-]+)*\.(?:com|fr|de|es|it|nl|pt|org|net|io|eu|be|ch|uk|co)(?:/|$)", re.IGNORECASE
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)(?:$|[T ,])|\d{1,2}:\d{2}")
_NUMBER = re.compile(r"[-+]?[€$£]?\s?\d[\d\s.,]*\s?[%€$£]?")
_NO_PHONE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|-?\d{1,3}\.\d{3,}|\d{4}-\d{2}-\d{2}.*|\d{1,2}[/.]\d{1,2}[/.]\d{4}.*")
_POWER = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
