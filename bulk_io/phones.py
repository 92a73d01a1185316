"""Phone numbers: the text of a cell -> E.164, or a code and a sentence that says what to do.

A value module: pure; whether a number counts as valid is the numbering plans' word (``numbering``), and what a cell's
words and signs mean is settled by ``phone_cells``. Validation and matching ask here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bulk_io import numbering
from bulk_io.numbering import Number
from bulk_io.phone_cells import MOBILE as MARK
from bulk_io.phone_cells import PART, Cell, joined, read

PLUS_ADDED = "the missing “+” was put in front"
"""How the ``repair`` of a number begins whose calling code stood there without its "+"."""
ZERO_ADDED = "the leading 0 that a spreadsheet drops was put back"
"""How the ``repair`` of a number begins that lacked the 0 before its area code."""


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


@lru_cache(maxsize=1 << 16)
def parse(text: str, region: str = "") -> Phone:
    """Read the one phone number of a cell; never raises.

    A number with its own + or 00 ignores ``region``; other digits are read as dialled in ``region`` (ISO alpha-2, an
    unknown one counts as none). Valid means valid for the library phonenumbers.
    """
    region = region if region in numbering.REGIONS else ""
    if _CLEAN.fullmatch(text):
        phone = _one(text, region)
        if phone.e164 or phone.code == "ambiguous":
            return phone
    if len(text) > _LONGEST:
        return _refused("invalid", text, "is far too long for a phone number; keep one number in the cell")
    cell = read(text)
    phone = _spoiled(cell) if cell.code else _of_cell(cell, region)
    if cell.code == "letters":
        phone = _vanity(text.strip(), region) or phone
    return phone._replace(repair=joined(cell.repair, phone.repair)) if phone.e164 and cell.repair else phone


def forms(e164: str) -> tuple[str, ...]:
    """Give the texts under which a number may be stored, E.164 first, then national digits and groups."""
    return numbering.forms(e164)


def valid_regions(text: str, candidates: Iterable[str]) -> tuple[str, ...] | None:
    """Name the candidate regions in which a cell's digits are a valid national number.

    None for a cell whose number has a prefix of its own, and for one without a number.
    """
    phone = parse(text)
    if phone.code != "ambiguous" and PLUS_ADDED not in phone.repair:
        return None
    return tuple(region for region in candidates if parse(text, region).decided_by == "given")


def _spoiled(cell: Cell) -> Phone:
    code, advice = _FAULTS[cell.code]
    return _refused(code, "" if code == "missing" else cell.text, advice)


def _of_cell(cell: Cell, region: str) -> Phone:
    pieces = [piece for part in cell.text.split(PART) for piece in _numbers(part, region) if _DIGIT.search(piece)]
    found = [_one(piece, region) for piece in pieces]
    is_one = len({one.e164 or piece for one, piece in zip(found, pieces, strict=True)}) == 1
    phone = found[0] if is_one else _mobile_one(found, pieces)
    if cell.extension and phone.e164:
        told = f"the extension {cell.extension} was left out: {phone.e164} alone reaches whoever answers for all"
        return phone._replace(extension=told)
    return phone


def _mobile_one(found: list[Phone], pieces: list[str]) -> Phone:
    """Take the mobile number of several, the one that can be one or that a label calls so; the others are told."""
    able = {phone.e164: phone for phone in found if phone.kind in MOBILE}
    called = {phone.e164: phone for phone, piece in zip(found, pieces, strict=True) if MARK in piece}
    mobile = able if len(able) == 1 else {e164: phone for e164, phone in called.items() if e164 in able}
    shown = [f"“{piece.strip(_PUNCTUATION)}”" for piece in pieces]
    if len(mobile) == 1:
        (phone,) = mobile.values()
        others = [text for one, text in zip(found, shown, strict=True) if one.e164 != phone.e164]
        return phone._replace(
            several=f"of {len(pieces)} numbers the mobile one was taken, {phone.e164}; {_and(others)} was left out"
        )
    if any(phone.code == "ambiguous" for phone in found):
        return _refused("ambiguous", "", f"{_and(shown)} {_NO_COUNTRY}", "no country")
    why = f"{len(able)} of them can be mobile" if able else "none of them is a mobile one"
    return _refused(
        "several",
        "",
        f"holds {len(pieces)} numbers, {_and(shown)}, {why}: keep one in the cell",
        f"several numbers, {why}",
    )


def _and(texts: list[str]) -> str:
    """Write texts as a list: a, b and c."""
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _numbers(text: str, region: str) -> list[str]:
    """Split at a sign that may also stand inside one number, only where two parts are numbers by themselves."""
    for separator in _MAYBE_SEPARATORS:
        parts = [part for part in separator.split(text) if _DIGIT.search(part)]
        full = [part for part in parts if _is_full(part, region)] if len(parts) > 1 else []
        if len(full) > 1:
            begins_anew = full == parts and all(part.strip(_PUNCTUATION).startswith(("0", "+")) for part in parts[1:])
            if begins_anew or not _one(text, region).e164:
                return parts
    return [text]


def _is_full(text: str, region: str) -> bool:
    digits = len(_DIGIT.findall(text))
    return digits >= _SURELY_ONE or (digits >= _SHORTEST and bool(_one(text, region).e164))


def _one(text: str, region: str) -> Phone:
    written = _PUNCTUATED.sub("", text)
    digits = written.lstrip("+")
    if not digits.isdigit():
        strange = next(iter(_STRANGE.findall(digits)), "+")
        return _refused("invalid", text, f"holds “{strange}”; write the digits of one number only")
    if written.startswith("+") or digits.startswith("00"):
        phone = _with_prefix(digits.removeprefix("00"), text)
        if phone.code and "(0)" in text:
            phone = _with_prefix(_PUNCTUATED.sub("", text.replace("(0)", "")).lstrip("+").removeprefix("00"), text)
        # Japan's toll-free numbers begin with 00 themselves.
        return phone if phone.e164 or not region or "+" in written else _without_prefix(digits, text, region)
    return _without_prefix(digits, text, region)


def _with_prefix(digits: str, text: str) -> Phone:
    number = numbering.international(digits)
    if number:
        return _accepted(number, "prefix")
    return _refused("invalid", text, f"{numbering.fault(digits)}; check its digits")


def _without_prefix(digits: str, text: str, region: str) -> Phone:
    number = numbering.national(digits, region) if region else None
    if number and number.written == "national" and not numbering.misses_trunk_zero(digits, number):
        return _accepted(number, "given")
    if number and number.written == "exit code":
        return _accepted(number, "prefix")
    is_long = len(digits) >= _INTERNATIONAL_DIGITS
    own = str(numbering.calling_code(region)) if region else ""
    plus = numbering.international(digits) if is_long or (own and digits.startswith(own)) else None
    if plus and not _can_lack_plus(plus, text):
        plus = None
    if number and number.written == "national":
        return _zero_or_plus(number, plus, text, region)
    found = number or (plus if is_long else None)
    if found:
        return _accepted(found, "prefix", PLUS_ADDED)
    if region:
        number = numbering.national(f"0{digits}", region) if text == digits and digits[0] != "0" else None
        if number and number.written == "national":
            return _accepted(number, "given", ZERO_ADDED)
        return _refused(
            "invalid", text, f"{numbering.fault(digits, region)}; check its digits, or write it with + and code"
        )
    if not _SHORTEST <= len(digits) <= _MOST_DIGITS:
        size = "short" if len(digits) < _SHORTEST else "long"
        return _refused("invalid", text, f"is too {size} for a phone number; check its digits")
    return _refused("ambiguous", text, _NO_COUNTRY, "no country")


def _can_lack_plus(number: Number, text: str) -> bool:
    """Tell whether the groups of digits leave the calling code by itself (33 6 12…), or have nothing to say."""
    groups = _DIGITS.findall(text)
    begins = bool(number.region) and groups[0] == str(number.calling_code)
    return begins or len(groups) == 1 or bool(_THOUSANDS.fullmatch(text))


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
    return _refused("ambiguous", text, advice, "a lost 0 or a lost +")


def _rank(number: Number) -> int:
    """Say how likely a kind of number is in a list of people: mobile numbers first, then landlines, then the rest."""
    return 0 if number.kind in MOBILE else 1 if number.kind == "landline" else 2


def _vanity(text: str, region: str) -> Phone | None:
    """Dial the letters of 1-800-FLOWERS: only in the North American plan, only where the length comes out right."""
    match = _VANITY.fullmatch(text)
    if not match or not (match["prefix"] or (region and numbering.calling_code(region) == 1)):
        return None
    digits = re.sub(r"\D", "", text.upper().translate(_KEYPAD)).removeprefix("1")
    number = numbering.international("1" + digits) if len(digits) == 10 else None
    decided = "prefix" if match["prefix"] else "given"
    return _accepted(number, decided, f"the letters of “{text}” were dialled as digits") if number else None


def _accepted(number: Number, decided_by: str, repair: str = "") -> Phone:
    if repair:
        repair = f"{repair}: {number.e164} is {KINDS[number.kind]}" + (f" of {number.region}" if number.region else "")
    return Phone(number.e164, number.region, number.kind, decided_by, repair=repair)


def _refused(code: str, text: str, advice: str, cause: str = "") -> Phone:
    """Refuse a cell; the cause is what the advice says before it says what to do, unless it names the value there."""
    shown = " ".join(text.split())
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "…"
    message = f"“{shown}” {advice}" if shown else advice
    return Phone(code=code, message=message, cause=cause or _ADVICE.sub("", advice))


_NO_COUNTRY = "has no country: write it with + and country code, or say which country with --region (--region FR)"
_FAULTS = {
    "missing": ("missing", "there is no phone number: write one, with + and country code"),
    "damaged": (
        "damaged",
        "is what a spreadsheet left of the number, its digits are lost: format the column as text and enter it again",
    ),
    "letters": ("invalid", "holds letters or signs that are no part of a phone number; write its digits only"),
    "decimal": ("invalid", "is a decimal number, not a phone number"),
    "date": ("invalid", "is a date, not a phone number"),
}
_ADVICE = re.compile(r"[;:].*")
_PUNCTUATION = " \t\n.,:-/()[]_~'\""
_PUNCTUATED = re.compile(r"[\s.,:\-/()\[\]_~'\"\\]+")
_CLEAN = re.compile(
    r"\+[0-9]+|[+(]?[0-9][0-9 ()]*|[0-9]{2}(?:[.\-][0-9]{2}){4}|\(?[0-9]{3}\)?[ .\-][0-9]{3}[.\-][0-9]{4}"
)
_DIGIT = re.compile(r"[0-9]")
_DIGITS = re.compile(r"[0-9]+")
_THOUSANDS = re.compile(r"\s*[0-9]{1,3}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3})+\s*")
_STRANGE = re.compile(r"[^0-9]")
_MAYBE_SEPARATORS = tuple(map(re.compile, (r"\n|\r", r"/", r",", r"-", r"[()]", r"\s+", r"[/,\-]")))
_VANITY = re.compile(
    r"(?=[+(0-9])(?=(?:[^A-Za-z]*[A-Za-z]){3})"
    r"(?P<prefix>\+1|1?[ .\-(]*8(?:00|33|44|55|66|77|88)(?![0-9]))?[ .\-()A-Za-z0-9]+"
)
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_INTERNATIONAL_DIGITS = 11
_SURELY_ONE = 9
_SHORTEST, _MOST_DIGITS, _LONGEST, _SHOWN = 6, 15, 250, 40
