"""Matching: which mapping a file gets, and what each of its columns was taken for, and why.

In order: the mapping that was asked for; our own export by its whole header; a mapping whose ``detect`` headers are all
there; else what ``neighbours`` proposes by aliases. ``--map`` texts go on top. ``mapping`` applies what was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from bulk_io import base, consent
from bulk_io.errors import MappingError, UsageError
from bulk_io.fields import NAME_FIELDS, WRITABLE
from bulk_io.headers import BOOKKEEPING, key, listed, near, resolve
from bulk_io.mapping import Binding, bind, columns, in_order, is_own_export
from bulk_io.mappingfile import find, own, read, shipped, to_toml
from bulk_io.mappingmodel import OWN_EXPORT, Mapping, Rule, unknown_field
from bulk_io.neighbours import propose
from bulk_io.proposals import Proposal

__all__ = ["PROPOSED", "Choice", "Proposal", "choose", "demand", "suggest"]

SAMPLE_ROWS = 500
"""So many first rows are enough to say what a column holds."""
NAMED_BY = tuple(sorted(NAME_FIELDS))
_CONSENT = "says who must not be written to: their rows are held (--include-opted-out sends them)"
PROPOSED = "proposed"
"""The mapping's name where no mapping knows the file."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The mapping a file gets: its name and its columns. ``proposals`` has every column, in the file's order.

    ``region`` is the mapping's country of national numbers, ``""`` for none. ``sure`` is False where a column that is
    used was settled by its values: without a terminal that needs ``--yes`` or ``--mapping``.
    """

    name: str
    binding: Binding
    proposals: tuple[Proposal, ...]
    region: str = ""
    own_export: bool = False
    sure: bool = True
    notes: tuple[str, ...] = ()
    """Sentences on a mapping of the user's own whose layout is not quite the file's."""

    @property
    def columns(self) -> dict[str, str]:
        """The columns that are used, each with the (first) field that it feeds."""
        return columns(self.binding)


def choose(
    header: Sequence[str],
    sample: pd.DataFrame | None,
    *,
    mapping: str | Path | Mapping | None = None,
    overrides: Sequence[str] = (),
    required: bool = True,
) -> Choice:
    """Choose a file's mapping and bind it to the header.

    ``sample`` holds some first rows under the header's names, None where the file has no row. ``mapping`` is a name, a
    path or a mapping; ``overrides`` are texts ``HEADER=field`` and ``HEADER=`` (ignore the column). A shipped mapping
    leaves fields open that it feeds nothing: those are proposed by aliases. Raises MappingError for a mapping or an
    override that cannot be used, and, if ``required``, UsageError where no column feeds the phone number or the name.
    """
    told = _overrides(overrides, header)
    known, is_own = _known(mapping, header)
    rules = _without(dict(bind(known, header, strict=is_own).rules), told) if known else {}
    fed = frozenset(rules) | {field for _, field in told if field}
    left = _left(header, known, rules, told)
    refusals = tuple((column, kind) for column in left if (kind := consent.kind(column)))
    told_off = [column for column, kind in refusals if kind != "status"]
    frame = pd.DataFrame() if sample is None else sample
    said = [] if is_own else propose([column for column in left if column not in told_off], frame, taken=fed)
    used = [one for one in said if one.field and _is_open(one.field, fed, rules)]
    rules |= _proposed(used)
    rules |= {field: Rule(columns=(column,)) for column, field in told if field}
    name = known.name if known else PROPOSED
    own_export = name == OWN_EXPORT and is_own_export(header)
    binding = Binding(name, in_order(rules), own_export, own_export and base.COLUMN in header, refusals)
    reasons = _reasons(header, binding, known, told) | {one.header: one for one in said}
    reasons |= {column: Proposal(column, None, _CONSENT) for column in told_off}
    proposals = tuple(_final(reasons[column], columns(binding)) for column in header)
    region = known.region if known else ""
    notes = _changes(known, header) if is_own else _nearly_known(header) if known is None else ()
    choice = Choice(name, binding, proposals, region, own_export, all(one.sure for one in used), notes)
    if required:
        demand(choice)
    return choice


def demand(choice: Choice) -> None:
    """Raise UsageError where no column feeds the phone number or none a name, unless bases say whose the rows are."""
    if choice.binding.with_base:
        return
    if not choice.binding.headers("phoneNumber"):
        raise UsageError(_missing(choice, "the phone number", "phoneNumber"))
    if not any(choice.binding.headers(field) for field in NAME_FIELDS):
        raise UsageError(_missing(choice, "a name", "name"))


def suggest(choice: Choice, name: str, *, title: str = "") -> str:
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
    detect = tuple(one.header for one in choice.proposals if one.header not in BOOKKEEPING)
    mapping = Mapping(name=name, title=title, detect=detect, region=choice.region, fields=rules)
    return to_toml(mapping, why=why, unused=unused)


def _known(mapping: str | Path | Mapping | None, header: Sequence[str]) -> tuple[Mapping | None, bool]:
    """Find the mapping of a file, and whether it is the user's own."""
    if isinstance(mapping, Mapping):
        return mapping, True
    if mapping is not None:
        path, is_own = find(mapping)
        return read(path), is_own
    if is_own_export(header):
        return next(one for one in shipped() if one.name == OWN_EXPORT), False
    keys = {key(column) for column in header}
    known = [(one, True) for one in own()] + [(one, False) for one in shipped()]
    fitting = [(one, is_own) for one, is_own in known if one.name != OWN_EXPORT and _detected(one, keys)]
    return max(fitting, key=lambda pair: _closeness(pair[0], keys), default=(None, False))


def _changes(mapping: Mapping | None, header: Sequence[str]) -> tuple[str, ...]:
    """Say which columns of a file the user's own mapping does not name, where it names those that it was made for."""
    if mapping is None or not _names_whole_layout(mapping):
        return ()
    known = {key(column) for column in (*mapping.detect, *mapping.ignore)}
    new = [column for column in header if key(column) not in known and column not in BOOKKEEPING]
    return (f"your mapping '{mapping.name}' does not know the columns {listed(new)}: they are not used",) if new else ()


def _nearly_known(header: Sequence[str]) -> tuple[str, ...]:
    """Say what has changed in a file that looks like one that the user kept a mapping for."""
    keys = {key(column): column for column in header if column not in BOOKKEEPING}
    for mapping in own():
        wanted = {key(column): column for column in mapping.detect}
        gone = [column for same, column in wanted.items() if same not in keys]
        if not gone or not _names_whole_layout(mapping) or len(gone) > _MOST_CHANGED * len(wanted):
            continue
        new = [column for same, column in keys.items() if same not in wanted]
        came = f", {listed(new)} {_are(new)} new" if new else ""
        return (
            f"this file looks like those of your mapping '{mapping.name}', but its layout has changed: {listed(gone)} "
            f"{_are(gone)} gone{came}; the mapping was not used",
        )
    return ()


def _are(columns: Sequence[str]) -> str:
    return "is" if len(columns) == 1 else "are"


def _names_whole_layout(mapping: Mapping) -> bool:
    """Tell whether a mapping's ``detect`` has all columns that it uses and more: `suggest` writes the whole header."""
    used = {key(column) for rule in mapping.fields.values() for column in rule.columns}
    return used <= {key(column) for column in mapping.detect}


def _detected(mapping: Mapping, keys: set[str]) -> bool:
    return bool(mapping.detect) and all(key(column) in keys for column in mapping.detect)


def _closeness(mapping: Mapping, keys: set[str]) -> tuple[int, int]:
    """Order mappings that fit a header: the most ``detect`` headers, then the most of its columns there."""
    wanted = {key(column) for rule in mapping.fields.values() for column in rule.columns}
    return len({key(column) for column in mapping.detect}), len(wanted & keys)


def _overrides(texts: Iterable[str], header: Sequence[str]) -> list[tuple[str, str]]:
    """Read ``--map`` texts as pairs of column and field ("" ignores the column); the last "=" parts them."""
    usable = [column for column in header if column not in BOOKKEEPING]
    told: list[tuple[str, str]] = []
    for text in texts:
        wanted, equals, field = (part.strip() for part in text.rpartition("="))
        if not equals or not wanted:
            raise MappingError(
                f"--map '{text}' is not understood; write --map 'HEADER=field', or 'HEADER=' to ignore it"
            )
        column = resolve(wanted, usable)
        if column is None:
            close = near(wanted, usable)
            hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ";"
            raise MappingError(
                f"--map '{text}': the file has no column '{wanted}'{hint} its columns are {listed(usable)}"
            )
        if field and field not in WRITABLE:
            raise MappingError(f"--map '{text}': {unknown_field(field)}")
        if (column, field) not in told:
            _clash(told, column, field)
            told.append((column, field))
    return told


def _clash(told: list[tuple[str, str]], column: str, field: str) -> None:
    """Refuse two columns for one field, and a column both used and ignored."""
    for other, same in told:
        if other == column and not (same and field):
            raise MappingError(f"--map both ignores '{column}' and uses it; keep one of the two")
        if field and same == field:
            raise MappingError(
                f"--map names two columns for {field}, '{other}' and '{column}', and no order; "
                f'write a mapping file (bulk-io mapping suggest) with {field} = ["{other}", "{column}"]'
            )


def _without(rules: dict[str, Rule], told: list[tuple[str, str]]) -> dict[str, Rule]:
    """Take out of a mapping's rules what ``--map`` decides: its fields, and its columns from other fields."""
    columns_told, fields_told = {column for column, _ in told}, {field for _, field in told}
    kept: dict[str, Rule] = {}
    for field, rule in rules.items():
        left = tuple(column for column in rule.columns if column not in columns_told)
        if field not in fields_told and (left or not rule.columns):
            kept[field] = rule.model_copy(update={"columns": left})
    return kept


def _left(
    header: Sequence[str], known: Mapping | None, rules: Dictionary[str, Rule], told: list[tuple[str, str]]
) -> list[str]:
    """Give the columns that may still be proposed: not used, not decided by ``--map``, not ignored by the mapping."""
    away = {column for column, _ in told} | {column for rule in rules.values() for column in rule.columns}
    ignored = {key(column) for column in known.ignore} if known else set()
    return [
        column for column in header if column not in away and column not in BOOKKEEPING and key(column) not in ignored
    ]


def _is_open(field: str, fed: frozenset[str], rules: Dictionary[str, Rule]) -> bool:
    """Tell whether a field may be proposed: nothing feeds it yet, and no mapping decided on the names."""
    return field not in fed and not (field in NAME_FIELDS and NAME_FIELDS.intersection(rules))


def _proposed(used: Sequence[Proposal]) -> dict[str, Rule]:
    """Make rules of proposals: a field's columns in order of rank, then of the file; several columns of tags add up."""
    rules: dict[str, Rule] = {}
    for field in dict.fromkeys(str(one.field) for one in used):
        ranked = sorted((one for one in used if one.field == field), key=lambda one: one.rank)
        join = ";" if field == "tags" and len(ranked) > 1 else None
        rules[field] = Rule(columns=tuple(one.header for one in ranked), join=join)
    return rules


def _reasons(
    header: Sequence[str], binding: Binding, known: Mapping | None, told: list[tuple[str, str]]
) -> dict[str, Proposal]:
    """Say of each column what decided it, before aliases are asked."""
    decided = dict(reversed(told))
    used = columns(binding)
    reasons: dict[str, Proposal] = {}
    for column in header:
        if column == base.COLUMN:
            why = (
                "the contacts as they were exported" if binding.with_base else "not used: other columns are no export's"
            )
        elif column in BOOKKEEPING:
            why = "written by an earlier run"
        elif column in decided:
            why = "said by --map" if decided[column] else "ignored by --map"
        elif known and column in used:
            why = f"by the mapping '{known.name}'"
        else:
            why = f"not used by the mapping '{known.name}'" if known else ""
        reasons[column] = Proposal(column, used.get(column), why)
    return reasons


def _final(one: Proposal, used: Dictionary[str, str]) -> Proposal:
    """Give a proposal the field that its column feeds in the end."""
    if one.header in used or one.field is None:
        return replace(one, field=used.get(one.header))
    return replace(one, field=None, why=f"left out: {one.field} comes from another column")


def _missing(choice: Choice, what: str, field: str) -> str:
    headers = listed(one.header for one in choice.proposals)
    return (
        f"no column for {what}: the file has {headers}; say which one it is with --map 'HEADER={field}' "
        "(`bulk-io inspect` shows what each column was taken for)"
    )


_MOST_CHANGED = 0.4
"""The share of a kept layout's columns that may be gone while a file still looks like it."""
