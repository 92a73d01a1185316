"""Phone numbers: the text of a cell -> E.164, or a code and a sentence that says what to do.

A value module: pure. What a cell's words and signs mean is settled by ``phone_cells``, what one number's digits say by
``phone_digits``; here the cell's one number is chosen. Validation and matching ask here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bulk_io import numbering
from bulk_io.phone_cells import FAX, MARK, PART, Cell, joined, read
from bulk_io.phone_digits import HOMELESS, KINDS, MOBILE, NO_COUNTRY, PLUS_ADDED, SHORTEST, Phone, one, refused, vanity

__all__ = ["KINDS", "MOBILE", "NO_COUNTRY", "PLUS_ADDED", "Phone", "forms", "kind_in", "parse", "valid_regions"]


@lru_cache(maxsize=1 << 16)
def parse(text: str, region: str = "") -> Phone:
    """Read the one phone number of a cell; never raises.

    A number with its own + or 00 ignores ``region``; other digits are read as dialled in ``region`` (ISO alpha-2, an
    unknown one counts as none). Valid means valid for the library phonenumbers.
    """
    region = region if region in numbering.REGIONS else ""
    if _CLEAN.fullmatch(text):
        phone = one(text, region)
        if phone.e164 or phone.code == "ambiguous":
            return phone
    if len(text) > _LONGEST:
        return refused("invalid", text, "is far too long for a phone number; keep one number in the cell")
    cell = read(text)
    phone = _spoiled(cell) if cell.code else _of_cell(cell, region)
    if cell.code == "letters":
        phone = vanity(text.strip(), region) or phone
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
    return tuple(region for region in candidates if kind_in(region, text))


def kind_in(region: str, text: str) -> str:
    """Give the kind of number that a cell without a prefix holds as dialled in a region, "" if it is none there.

    It is much quicker than `parse` to say no: many regions are tried for one cell.
    """
    if region not in numbering.REGIONS or "+" in text:
        return ""
    if _CLEAN.fullmatch(text):
        number = numbering.national(_NO_DIGIT.sub("", text), region)
        return number.kind if number and number.written == "national" else ""
    phone = parse(text, region)
    return phone.kind if phone.decided_by == "given" else ""


def _spoiled(cell: Cell) -> Phone:
    code, advice = _FAULTS[cell.code]
    if code == "missing":
        return refused(code, "", advice, "is missing")
    return refused(code, cell.text, advice)


def _of_cell(cell: Cell, region: str) -> Phone:
    every = [piece for part in cell.text.split(PART) for piece in _numbers(part, region) if _DIGIT.search(piece)]
    pieces = [piece for piece in every if FAX not in piece]
    if not pieces:
        return refused("invalid", every[0].strip(_PUNCTUATION), "is a fax number: write the person's phone number")
    if len(pieces) == 1 and (groups := _no_numbers(pieces[0], region)):
        what = f"holds {_and(groups)}, none of which is a phone number: write the person's"
        return refused("invalid", "", what, "holds several groups of digits, none of which is a number")
    found = [one(piece, region) for piece in pieces]
    distinct = {phone.e164 or piece for phone, piece in zip(found, pieces, strict=True)}
    certain = PART in cell.text  # a label may stand within one number
    only = None if certain else _only_number(found, pieces)
    phone = found[0] if len(distinct) == 1 else only or _mobile_one(found, pieces)
    if cell.extension and phone.e164:
        told = f"the extension {cell.extension} was left out: {phone.e164} alone reaches whoever answers for all"
        phone = phone._replace(extension=told)
    taken = {piece for piece, each in zip(pieces, found, strict=True) if each.e164 == phone.e164}
    left = [piece for piece in every if piece not in taken]
    return phone._replace(several=_told(phone.e164, every, left)) if phone.e164 and left else phone


def _mobile_one(found: list[Phone], pieces: list[str]) -> Phone:
    """Take the mobile number of several: the one that can be one, or that a label calls so."""
    able = {phone.e164: phone for phone in found if phone.kind in MOBILE}
    called = {phone.e164: phone for phone, piece in zip(found, pieces, strict=True) if MARK in piece}
    mobile = able if len(able) == 1 else {e164: phone for e164, phone in called.items() if e164 in able}
    if len(mobile) == 1:
        return next(iter(mobile.values()))
    shown = _and(pieces)
    if any(phone.code == "ambiguous" for phone in found):
        return refused("ambiguous", "", f"{shown} {HOMELESS}", NO_COUNTRY)
    why = f"{len(able)} of them can be mobile" if able else "none of them is a mobile one"
    advice = f"holds {len(pieces)} numbers, {shown}, {why}: keep one in the cell"
    return refused("several", "", advice, f"holds several numbers, {why}")


def _no_numbers(text: str, region: str) -> list[str]:
    """Give the groups of a cell that are too long for a part of a number, and too short for one; none elsewhere."""
    groups = [part.strip() for part in _NOTED.split(text) if _DIGIT.search(part)]
    long = len(groups) > 1 and all(len(_DIGIT.findall(group)) > _AREA_CODE and _is_note(group) for group in groups)
    return groups if long and not one(text, region).e164 else []


def _only_number(found: list[Phone], pieces: list[str]) -> Phone | None:
    """Give the one number of a cell whose other pieces have too few digits to be taken for one: notes, codes."""
    good = {phone.e164: phone for phone in found if phone.e164}
    rest = [piece for phone, piece in zip(found, pieces, strict=True) if not phone.e164]
    return next(iter(good.values())) if len(good) == 1 and all(map(_is_note, rest)) else None


def _is_note(piece: str) -> bool:
    return len(_DIGIT.findall(piece)) < _SURELY_ONE


def _told(e164: str, pieces: list[str], left: list[str]) -> str:
    verb = "was" if len(left) == 1 else "were"
    if all(_is_note(piece) and FAX not in piece for piece in left) and not any(one(each, "").e164 for each in left):
        return f"{e164} was taken; {_and(left)} {verb} left out"
    what = "the one that is no fax" if any(FAX in piece for piece in left) else "the mobile one"
    return f"of {len(pieces)} numbers {what} was taken, {e164}; {_and(left)} {verb} left out"


def _and(pieces: list[str]) -> str:
    """Write the numbers of a cell as a list: “a”, “b” and “c”."""
    shown = [f"“{piece.strip(_PUNCTUATION)}”" for piece in pieces]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _numbers(text: str, region: str) -> list[str]:
    """Split at a sign that may also stand inside one number: where two parts are numbers by themselves.

    Where the whole is none, and one part is as it stands, the others are notes beside it.
    """
    for separator in _MAYBE_SEPARATORS:
        parts = [part for part in separator.split(text) if _DIGIT.search(part)]
        full = [part for part in parts if _is_full(part, region)] if len(parts) > 1 else []
        if len(full) > 1:
            begins_anew = full == parts and all(part.strip(_PUNCTUATION).startswith(("0", "+")) for part in parts[1:])
            if begins_anew or not one(text, region).e164:
                return parts
    return _beside_notes(text, region) or [text]


def _beside_notes(text: str, region: str) -> list[str]:
    """Give the parts of a cell of which one, and only one, is a number as it stands; none where the whole is one."""
    if not _NOTED.search(text) or one(text, region).e164:
        return []
    parts = [part.strip() for part in _NOTED.split(text) if _DIGIT.search(part)]
    # an area code in front says that the digits behind it lost nothing
    mended = not any(part.startswith(("0", "+")) for part in parts)
    good = [phone for part in parts if (phone := one(part, region)).e164 and (mended or not phone.repair)]
    return parts if len(parts) > 1 and len(good) == 1 else []


def _is_full(text: str, region: str) -> bool:
    digits = len(_DIGIT.findall(text))
    return digits >= _SURELY_ONE or (digits >= SHORTEST and bool(one(text, region).e164))


_FAULTS = {
    "missing": ("missing", "there is no phone number: write one, with + and country code"),
    "damaged": (
        "damaged",
        "was damaged by a spreadsheet, digits are lost: format the column as text and enter it again",
    ),
    "letters": ("invalid", "holds letters or signs that are no part of a phone number; write its digits only"),
    "decimal": ("invalid", "is a decimal number, not a phone number"),
    "date": ("invalid", "is a date, not a phone number"),
}
_PUNCTUATION = f" \t\n.,:-/()[]_~'\"{MARK}{FAX}"
_CLEAN = re.compile(
    r"\+[0-9]+|[+(]?[0-9][0-9 ()]*|[0-9]{2}(?:[.\-][0-9]{2}){4}|\(?[0-9]{3}\)?[ .\-][0-9]{3}[.\-][0-9]{4}"
)
_DIGIT = re.compile(r"[0-9]")
_NO_DIGIT = re.compile(r"[^0-9]+")
_MAYBE_SEPARATORS = tuple(map(re.compile, (r"\n|\r", r"/", r",", r"-", r"[()]", r"\s+", r"[/,\-]")))
_NOTED = re.compile(r"[\n\r/,()]|\s-\s")
_SURELY_ONE, _AREA_CODE, _LONGEST = 9, 4, 250
