"""Numbering plans: digits -> the phone number they dial, the only module that knows the phonenumbers library.

Patterns and rules are the library's metadata, read with the steps of its own parser, which takes five times as long
because it looks at text anew each time; numbers behind an exit code go through it. A test holds the two together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    CountryCodeSource,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    national_significant_number,
)
from phonenumbers import parse as parse_number

REGIONS: frozenset[str] = frozenset(SUPPORTED_REGIONS)
"""The ISO 3166-1 alpha-2 codes that have a numbering plan."""

Written = Literal["national", "plus", "exit code", "calling code"]
"""How the digits name their country: not at all, by "+", by the region's exit code, or by its calling code alone."""

# In the library's order: the first that matches is the kind (``_number_type_helper``).
_KINDS = {
    "premium_rate": "premium",
    "toll_free": "toll_free",
    "shared_cost": "shared_cost",
    "voip": "voip",
    "personal_number": "personal",
    "pager": "pager",
    "uan": "uan",
    "voicemail": "voicemail",
    "fixed_line": "landline",
    "mobile": "mobile",
}
_WORLD = "001"
_CODES = {str(code): code for code in COUNTRY_CODE_TO_REGION_CODE}


class Number(NamedTuple):
    """A valid number: E.164, its ISO region ("" for world-wide codes), its kind, and how its digits were written."""

    e164: str
    calling_code: int
    region: str
    kind: str
    written: Written


class _Kinds(dict[int, re.Pattern[str]]):
    """A region's kinds of number, by the length of the national significant number: the named group that matches.

    One pattern with a group a kind, in the library's order, is matched several times faster than one after the other.
    Each is compiled when it is first asked for: most lengths of most regions never are.
    """

    def __init__(self, metadata: Any) -> None:
        super().__init__()
        self._metadata = metadata

    def __missing__(self, length: int) -> re.Pattern[str]:
        found, patterns = self._metadata, {}
        for name, kind in _KINDS.items():
            same = name == "mobile" and found.same_mobile_and_fixed_line_pattern
            description = found.fixed_line if same else getattr(found, name)
            pattern = description and description.national_number_pattern
            if pattern and (not description.possible_length or length in description.possible_length):
                patterns[kind] = pattern
        if {"landline", "mobile"} <= patterns.keys():
            # what both have comes before either
            both = {"mobile_or_landline": rf"(?=(?:{patterns['mobile']})\Z)(?:{patterns['landline']})"}
            rest = {kind: text for kind, text in patterns.items() if kind not in ("landline", "mobile")}
            patterns = rest | both | patterns
        self[length] = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in patterns.items()))
        return self[length]


@dataclass(frozen=True, slots=True)
class _Plan:
    """One region's metadata with its patterns compiled; ``None`` stands for a pattern that matches nothing."""

    calling_code: int
    general: re.Pattern[str]
    kinds: _Kinds
    lengths: tuple[int, ...]
    local_lengths: tuple[int, ...]
    leading: re.Pattern[str] | None
    trunk: re.Pattern[str] | None
    trunk_prefix: str
    transform: str
    exit_code: re.Pattern[str] | None

    def kind(self, national: str) -> str:
        """Name the kind of a national significant number, "" where the plan has no such number."""
        if len(national) not in self.lengths or not self.general.fullmatch(national):
            return ""
        match = self.kinds[len(national)].fullmatch(national)
        return (match.lastgroup or "") if match else ""

    def is_longer(self, digits: str) -> bool:
        """Tell whether there are more digits than any number of the plan has."""
        return len(digits) > self.lengths[-1] and len(digits) not in self.local_lengths


def international(digits: str) -> Number | None:
    """Read the digits that follow a "+" (country calling code first); None unless they are a valid number."""
    if not digits.isdecimal():
        return None
    code, rest = _calling_code(digits)
    if not code:
        return None
    return _number(code, _possible(rest, _plan(COUNTRY_CODE_TO_REGION_CODE[code][0], code)), "plus")


def national(digits: str, region: str) -> Number | None:
    """Read digits as somebody in this region would dial them; None unless they are a valid number.

    Also reads the region's exit code (``011`` in the US) and its own calling code without a "+": see ``written``.
    """
    plan = _plan(region, 0)
    if plan.exit_code and plan.exit_code.match(digits):
        return _parsed(digits, region)
    code = plan.calling_code
    if digits.startswith(str(code)):
        rest = _without_trunk(digits[len(str(code)) :], plan)
        if plan.is_longer(digits) or (plan.general.fullmatch(rest) and not plan.general.fullmatch(digits)):
            written: Written = "national" if plan.trunk_prefix == str(code) else "calling code"
            return _number(code, _possible(rest, _plan(COUNTRY_CODE_TO_REGION_CODE[code][0], code)), written)
    return _number(code, _possible(digits, plan), "national")


def calling_code(region: str) -> int:
    """Give a region's country calling code, 33 for FR."""
    return _plan(region, 0).calling_code


def sharing(region: str) -> tuple[str, ...]:
    """Name the regions that share a region's calling code, the main one first: US, AG, AI … for CA."""
    return tuple(COUNTRY_CODE_TO_REGION_CODE[calling_code(region)])


def misses_trunk_zero(digits: str, number: Number) -> bool:
    """Tell whether the number's national form begins with a 0 that these digits lack, as Excel leaves them."""
    if digits.startswith("0") or number.written != "national" or not number.region:
        return False
    if _plan(number.region, 0).trunk_prefix != "0":
        return False
    # The digits are the whole national number here, and have no zero in front that PhoneNumber would want told.
    shown = format_number(PhoneNumber(number.calling_code, int(digits)), PhoneNumberFormat.NATIONAL)
    return "".join(filter(str.isdigit, shown)) == "0" + digits


def forms(e164: str) -> tuple[str, ...]:
    """Give the ways to write a number: E.164, its national digits, and in groups as its country does."""
    if not e164.startswith("+") or not international(e164[1:]):
        return (e164,)
    found = parse_number(e164)
    national = national_significant_number(found)
    shown = (format_number(found, style) for style in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL))
    return tuple(dict.fromkeys((e164, national, *shown)))


def fault(digits: str, region: str = "") -> str:
    """Say in words why digits are no number: of this region, or with "" as the digits behind a "+"."""
    if region:
        plan = _plan(region, 0)
        rest = plan.trunk.sub("", digits, count=1) if plan.trunk and plan.trunk.match(digits) else digits
        place = f"a phone number of {region}"
    else:
        code, rest = _calling_code(digits)
        if not code:
            return "does not begin with the calling code of any country"
        region = COUNTRY_CODE_TO_REGION_CODE[code][0]
        plan = _plan(region, code)
        place = f"a phone number of +{code}" + (f" ({region})" if region != _WORLD else "")
    lengths = plan.lengths
    if len(rest) < lengths[0]:
        return f"is too short for {place}"
    if len(rest) > lengths[-1]:
        return f"is too long for {place}"
    return f"is not {place}"


@lru_cache(maxsize=1024)
def _plan(region: str, code: int) -> _Plan:
    found: Any
    if region == _WORLD:
        found = PhoneMetadata.metadata_for_nongeo_region(code, None)
    else:
        found = PhoneMetadata.metadata_for_region(region, None)
    general = found.general_desc
    return _Plan(
        calling_code=found.country_code,
        general=re.compile(general.national_number_pattern),
        kinds=_Kinds(found),
        lengths=tuple(general.possible_length),
        local_lengths=tuple(general.possible_length_local_only),
        leading=_compiled(found.leading_digits),
        trunk=_compiled(found.national_prefix_for_parsing),
        trunk_prefix=found.national_prefix or "",
        transform=found.national_prefix_transform_rule or "",
        exit_code=_compiled(found.international_prefix),
    )


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None


def _calling_code(digits: str) -> tuple[int, str]:
    for length in (1, 2, 3):
        code = _CODES.get(digits[:length])
        if code:
            return code, digits[length:]
    return 0, ""


def _possible(digits: str, plan: _Plan) -> str:
    """Take off the trunk prefix, unless what remains has no length that numbers of the plan have, or is longer."""
    rest = _without_trunk(digits, plan)
    return rest if len(rest) in plan.lengths or plan.is_longer(rest) else digits


def _without_trunk(digits: str, plan: _Plan) -> str:
    match = plan.trunk.match(digits) if plan.trunk else None
    if plan.trunk is None or match is None:
        return digits
    if plan.transform and match.groups() and match.groups()[-1] is not None:
        rest = plan.trunk.sub(plan.transform, digits, count=1)
    else:
        rest = digits[match.end() :]
    return digits if plan.general.fullmatch(digits) and not plan.general.fullmatch(rest) else rest


def _parsed(text: str, region: str) -> Number | None:
    try:
        found = parse_number(text, region, keep_raw_input=True)
    except NumberParseException:
        return None
    national = national_significant_number(found)
    foreign = found.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD
    return _number(found.country_code or 0, national, "exit code" if foreign else "national")


def _number(code: int, national: str, written: Written) -> Number | None:
    """Find the region and kind of a number; where regions share the code, as ``region_code_for_number`` does."""
    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    for region in regions:
        plan = _plan(region, code)
        if len(regions) > 1 and plan.leading and not plan.leading.match(national):
            continue
        kind = plan.kind(national)
        if kind:
            return Number(f"+{code}{national}", code, "" if region == _WORLD else region, kind, written)
        if len(regions) == 1 or plan.leading:
            return None
    return None
