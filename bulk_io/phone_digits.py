"""One phone number: its digits -> E.164, with what a spreadsheet took from it put back where the evidence is clear.

Whether a number counts as valid is the numbering plans' word (``numbering``); which numbers a cell holds is settled by
``phones``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bulk_io import numbering
from bulk_io.numbering import Number

PLUS_ADDED = "the missing “+” was put in front"
"""How the ``repair`` of a number begins whose calling code stood there without its "+"."""
ZERO_ADDED = "the leading 0 that a spreadsheet drops was put back"
"""How the ``repair`` of a number begins that lacked the 0 before its area code."""
NO_COUNTRY = "has no country"
"""The ``cause`` of a number that no country is known for."""
HOMELESS = f"{NO_COUNTRY}: write it with + and country code, or say which country with --region (--region FR)"
"""What to do with such a number."""
SHORTEST = 6
"""The fewest digits that are taken for a number where nobody says of which country."""
MOBILE = frozenset({"mobile", "mobile_or_landline"})
"""The kinds of number that WhatsApp may reach."""
KINDS = {
    "mobile": "a mobile number",
    "mobile_or_landline": "a mobile number or a landline",
    "landline": "a landline",
    "toll_free": "a toll-free number",
    "premium": "a premium-rate number",
    "shared_cost": "a shared-cost number",
    "voip": "an internet phone number",
    "personal": "a personal (forwarding) number",
    "pager": "a pager",
    "uan": "a company's central number",
    "voicemail": "a voice mailbox",
}
"""Every kind of number, in words."""


class Phone(NamedTuple):
    """What a cell says as a phone number; ``e164`` is empty, ``code`` and ``message`` set, when it cannot be used.

    ``region`` is the number's own ISO region; ``kind`` one of `KINDS`; ``decided_by`` is ``prefix`` (its own + or 00)
    or ``given`` (the ``region`` asked for); ``code`` is missing, invalid, damaged, ambiguous or several; ``cause`` says
    the same without the value, for counts. ``repair`` says what had to be put right and why so, ``several`` and
    ``extension`` what else the cell holds; empty where there is nothing to say.
    """

    e164: str = ""
    region: str = ""
    kind: str = ""
    decided_by: str = ""
    code: str = ""
    message: str = ""
    repair: str = ""
    several: str = ""
    extension: str = ""
    cause: str = ""


def one(text: str, region: str) -> Phone:
    """Read one number: digits, perhaps a "+", and punctuation, as dialled in a region with a numbering plan or in none.

    What is written for a keypad goes to `vanity`. Digits that lack what a spreadsheet drops get it back, with a
    ``repair`` that says so; where they can lack either of two things the number is ambiguous.
    """
    written, digits = text, text.lstrip("+")
    if not digits.isdigit():
        written = _PUNCTUATED.sub("", text)
        digits = written.lstrip("+")
    if not digits.isdigit():
        strange = next(iter(_STRANGE.findall(digits)), "+")
        return refused("invalid", text, f"holds “{strange}”; write the digits of one number only")
    if written.startswith("+") or digits.startswith("00"):
        phone = _with_prefix(digits.removeprefix("00"), text)
        if phone.code and "(0)" in text:
            phone = _with_prefix(_PUNCTUATED.sub("", text.replace("(0)", "")).lstrip("+").removeprefix("00"), text)
        # Japan's toll-free numbers begin with 00 themselves.
        return phone if phone.e164 or not region or "+" in written else _without_prefix(digits, text, region)
    return _without_prefix(digits, text, region)


def vanity(text: str, region: str) -> Phone | None:
    """Dial the letters of 1-800-FLOWERS: only in the North American plan, only where the length comes out right."""
    match = _VANITY.fullmatch(text)
    if not match or not (match["prefix"] or (region and numbering.calling_code(region) == 1)):
        return None
    digits = re.sub(r"\D", "", text.upper().translate(_KEYPAD)).removeprefix("1")
    number = numbering.international("1" + digits) if len(digits) == 10 else None
    decided = "prefix" if match["prefix"] else "given"
    return _accepted(number, decided, f"the letters of “{text}” were dialled as digits") if number else None


def refused(code: str, text: str, advice: str, cause: str = "") -> Phone:
    """Refuse a cell; the cause is what the advice says before it says what to do, unless it names the value there."""
    shown = " ".join(text.split()).strip(" :;,")
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "…"
    message = f"“{shown}” {advice}" if shown else advice
    return Phone(code=code, message=message, cause=cause or _ADVICE.sub("", advice))


def _with_prefix(digits: str, text: str) -> Phone:
    number = numbering.international(digits)
    if number:
        return _accepted(number, "prefix")
    return refused("invalid", text, f"{numbering.fault(digits)}; check its digits")


def _without_prefix(digits: str, text: str, region: str) -> Phone:
    number = numbering.national(digits, region) if region else None
    if number and number.written == "national" and not numbering.misses_trunk_zero(digits, number):
        return _accepted(number, "given")
    if number and number.written == "exit code":
        return _accepted(number, "prefix")
    plus = _behind_plus(digits, text, region)
    if number and number.written == "national":
        return _zero_or_plus(number, plus, text, region)
    found = number or (plus if len(digits) >= _INTERNATIONAL_DIGITS else None)
    if found:
        return _accepted(found, "prefix", PLUS_ADDED)
    return _of_region(digits, text, region) if region else _of_nowhere(digits, text)


def _of_region(digits: str, text: str, region: str) -> Phone:
    """Try a zero in front of bare digits: Italy's belongs to the number, Hungary's trunk prefix is 06."""
    number = numbering.national(f"0{digits}", region) if text == digits and digits[0] != "0" else None
    if number and number.written == "national":
        return _accepted(number, "given", ZERO_ADDED)
    return refused("invalid", text, f"{numbering.fault(digits, region)}; check its digits, or write it with + and code")


def _of_nowhere(digits: str, text: str) -> Phone:
    if SHORTEST <= len(digits) <= _MOST_DIGITS:
        return refused("ambiguous", text, HOMELESS)
    size = "short" if len(digits) < SHORTEST else "long"
    return refused("invalid", text, f"is too {size} for a phone number; check its digits")


def _behind_plus(digits: str, text: str, region: str) -> Number | None:
    """Read digits as if a "+" stood before them: many of them, or a few that begin with the region's calling code.

    If they are in groups, the calling code must be one by itself (33 6 12…), or the groups be thousands.
    """
    if len(digits) < _INTERNATIONAL_DIGITS and not (region and digits.startswith(str(numbering.calling_code(region)))):
        return None
    number = numbering.international(digits)
    groups = _DIGITS.findall(text)
    if number is None or len(groups) == 1 or _THOUSANDS.fullmatch(text):
        return number
    return number if number.region and groups[0] == str(number.calling_code) else None


def _zero_or_plus(number: Number, plus: Number | None, text: str, region: str) -> Phone:
    """Choose what the digits lost: a zero, unless behind a "+" they are a number of the same country, or a mobile one.

    In plans without a fixed length (DE, AT, SE) both can be valid: 4915228817386 is +49 1522 8817386, not 04915 22….
    """
    if plus is None:
        return _accepted(number, "given", ZERO_ADDED)
    gain = _rank(number) - _rank(plus)
    if numbering.calling_code(region) == plus.calling_code:
        if gain > 0 or len(plus.e164) > _INTERNATIONAL_DIGITS:
            return _accepted(plus, "prefix", PLUS_ADDED)
        is_open = gain == 0
    else:
        is_open = gain > 0 and plus.kind == "mobile"
    if not is_open:
        return _accepted(number, "given", ZERO_ADDED)
    advice = f"can be {number.e164} (a lost 0) or {plus.e164} (a lost +): write it with + and country code"
    return refused("ambiguous", text, advice, "can have lost a 0 or a +")


def _rank(number: Number) -> int:
    """Say how likely a kind of number is in a list of people: mobile numbers first, then landlines, then the rest."""
    return 0 if number.kind in MOBILE else 1 if number.kind == "landline" else 2


def _accepted(number: Number, decided_by: str, repair: str = "") -> Phone:
    if repair:
        repair = f"{repair}: {number.e164} is {KINDS[number.kind]}" + (f" of {number.region}" if number.region else "")
    return Phone(number.e164, number.region, number.kind, decided_by, repair=repair)


_ADVICE = re.compile(r"[;:].*")
_PUNCTUATED = re.compile(r"[\s.,:\-/()\[\]_~'\"\\]+")
_DIGITS = re.compile(r"[0-9]+")
_THOUSANDS = re.compile(r"\s*[0-9]{1,3}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3})+\s*")
_STRANGE = re.compile(r"[^0-9]")
_VANITY = re.compile(
    r"(?=[+(0-9])(?=(?:[^A-Za-z]*[A-Za-z]){3})"
    r"(?P<prefix>\+1|1?[ .\-(]*8(?:00|33|44|55|66|77|88)(?![0-9]))?[ .\-()A-Za-z0-9]+"
)
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_INTERNATIONAL_DIGITS = 11
_MOST_DIGITS, _SHOWN = 15, 40
