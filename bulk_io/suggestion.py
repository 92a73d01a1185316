"""A mapping file made of what was chosen for a file: to edit, or to be kept for the next one with these headers."""

from __future__ import annotations

from bulk_io import consent, refusers
from bulk_io.errors import UsageError
from bulk_io.headers import BOOKKEEPING, is_place, listed
from bulk_io.mappingfile import to_toml
from bulk_io.mappingmodel import Mapping
from bulk_io.matching import Choice


def toml(choice: Choice, name: str, *, title: str = "") -> str:
    """Write a choice as a mapping file to edit, with the reason of each column; ``detect`` holds the whole header."""
    rules = {field: rule for field, rule in choice.binding.rules if field != "id"}
    if not rules:
        raise UsageError(f"no column could be matched: the file has {listed(one.header for one in choice.proposals)}")
    reasons = {one.header: one.why for one in choice.proposals}
    why = {
        field: "; ".join(f"'{column}': {reasons[column]}" for column in rule.columns)
        for field, rule in rules.items()
        if rule.columns
    }
    used = [one.header for one in choice.proposals if any(one.header in rule.columns for rule in rules.values())]
    unused = {one.header: one.why for one in choice.proposals if one.header not in used}
    # places without names are those of any file that has no header
    detect = tuple(one.header for one in choice.proposals if one.header not in BOOKKEEPING and not is_place(one.header))
    opt_out, opt_in = (refusers.to_keep(choice.binding.consent, kind) for kind in consent.SAID.values())
    mapping = Mapping(
        name=name, title=title, detect=detect, region=choice.region, opt_out=opt_out, opt_in=opt_in, fields=rules
    )
    return to_toml(mapping, why=why, unused=unused)
