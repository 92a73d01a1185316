"""Matching: which mapping a file gets, and what each of its columns was taken for, and why.

In order: the mapping that was asked for; our own export by its whole header; a mapping whose ``detect`` headers are all
there; else what ``neighbours`` proposes by aliases, neighbours, values and near spellings. ``--map`` texts go on top.
Columns that say who must not be written to (`refusers`) are known under any mapping. ``mapping`` applies what was
chosen. All of it is a pure function of the header and some first rows.
"""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from bulk_io import base, contents, keptlayouts, precedence, refusers
from bulk_io.errors import MappingError, UsageError
from bulk_io.fields import NAME_FIELDS, SEVERAL, WRITABLE
from bulk_io.headers import BOOKKEEPING, key, listed
from bulk_io.mapping import Binding, bind, columns, in_order, is_own_export
from bulk_io.mappingfile import find, own, read, shipped
from bulk_io.mappingmodel import OWN_EXPORT, Mapping, Rule
from bulk_io.neighbours import propose
from bulk_io.overrides import read as read_overrides
from bulk_io.proposals import Around, Proposal

__all__ = ["PROPOSED", "Choice", "Proposal", "choose", "demand", "samples"]

SAMPLE_ROWS = 500
"""So many first rows are enough to say what a column holds."""
_SHOWN = 3
NAMED_BY = tuple(sorted(NAME_FIELDS))
_LABEL = "says which of a row's numbers is taken: the mobile one first, a fax never"
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
    told = read_overrides(overrides, header)
    known, is_own = _known(mapping, header)
    frame = pd.DataFrame() if sample is None else sample
    rules = _without(dict(bind(known, header, strict=is_own).rules), told) if known else {}
    if known and mapping is not None:
        _refuse_foreign(known, rules, header)
    shared = _shared(rules, frame) if mapping is None and not is_own else {}
    rules = _without(rules, [(column, "") for column in shared])
    fed = frozenset(rules) | {field for _, field in told if field}
    left = [column for column in _left(header, known, rules, told) if column not in shared]
    refusing = refusers.told(known, told, header, strict=is_own)
    left = [column for column in left if column not in dict(refusing)]
    said = [] if is_own else _asked(left, frame, fed)
    used = [one for one in said if one.field and _is_open(one.field, fed, rules)]
    rules = _with_more(rules, [one for one in said if one.sure]) | _proposed(used)
    rules |= _told(told)
    name = known.name if known else PROPOSED
    own_export = name == OWN_EXPORT and is_own_export(header)
    binding = Binding(name, in_order(rules), own_export, own_export and base.COLUMN in header)
    # what is in the CRM already is no news: a tag of it holds no edit back
    usable = [] if own_export else _left(header, known, {}, told)
    binding = replace(binding, consent=(*refusing, *refusers.found(left, usable, columns(binding), frame)))
    asked = {one.header: one for one in said}
    reasons = _reasons(header, binding, known, told) | asked | _beside(header, binding, shared)
    proposals = tuple(_final(reasons[column], columns(binding)) for column in header)
    region, sure = known.region if known else "", all(one.sure for one in used)
    choice = Choice(name, binding, proposals, region, own_export, sure, _notes(known, is_own, header))
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


def samples(sample: pd.DataFrame | None, column: str) -> tuple[str, ...]:
    """Give the first different values of a column, to be shown; none where the file has no row."""
    cells = [] if sample is None else sample[column].tolist()
    return tuple(dict.fromkeys(cell for cell in cells if cell.strip()))[:_SHOWN]


def _notes(known: Mapping | None, is_own: bool, header: Sequence[str]) -> tuple[str, ...]:
    """Say what a mapping of the user's own does not know of the file, or that it nearly is the file's."""
    if is_own:
        return keptlayouts.unknown_columns(known, header)
    return keptlayouts.changes(header) if known is None else ()


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


def _detected(mapping: Mapping, keys: set[str]) -> bool:
    return bool(mapping.detect) and all(key(column) in keys for column in mapping.detect)


def _closeness(mapping: Mapping, keys: set[str]) -> tuple[int, int]:
    """Order mappings that fit a header: the most ``detect`` headers, then the most of its columns there."""
    wanted = {key(column) for rule in mapping.fields.values() for column in rule.columns}
    return len({key(column) for column in mapping.detect}), len(wanted & keys)


def _refuse_foreign(known: Mapping, rules: Dictionary[str, Rule], header: Sequence[str]) -> None:
    """Refuse a mapping that somebody named for another file."""
    if not any(rule.columns for rule in rules.values()):
        raise MappingError(f"the mapping '{known.name}' knows none of the file's columns: it has {listed(header)}")


def _asked(left: Sequence[str], frame: pd.DataFrame, fed: frozenset[str]) -> list[Proposal]:
    """Ask what columns mean, but for those that only say who must not be written to."""
    return propose([column for column in left if not refusers.is_one(column, frame)], frame, taken=fed)


def _told(told: list[tuple[str, str]]) -> dict[str, Rule]:
    """Make rules of what ``--map`` says."""
    fields = [field for _, field in told if field in WRITABLE]
    return {field: Rule(columns=tuple(column for column, same in told if same == field)) for field in fields}


def _without(rules: dict[str, Rule], told: list[tuple[str, str]]) -> dict[str, Rule]:
    """Take out of a mapping's rules what ``--map`` decides: its fields, and its columns from other fields."""
    columns_told, fields_told = {column for column, _ in told}, {field for _, field in told}
    kept: dict[str, Rule] = {}
    for field, rule in rules.items():
        left = tuple(column for column in rule.columns if column not in columns_told)
        if field not in fields_told and (left or not rule.columns):
            kept[field] = rule.model_copy(update={"columns": left})
    return kept


def _shared(rules: Dictionary[str, Rule], sample: pd.DataFrame) -> dict[str, Proposal]:
    """Give the phone columns of a shipped mapping that are not the people's own in this file."""
    phones = rules["phoneNumber"].columns if "phoneNumber" in rules else ()
    people = [column for field in NAMED_BY if field in rules for column in rules[field].columns]
    return contents.shared_numbers(phones, people, Around({}, frozenset(), sample)) if len(sample) else {}


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


def _with_more(rules: Dictionary[str, Rule], sure: Sequence[Proposal]) -> dict[str, Rule]:
    """Put further columns of phone numbers and e-mail addresses behind those that a mapping names."""
    more = _proposed([one for one in sure if one.field in SEVERAL])
    return {
        field: rule.model_copy(update={"columns": (*rule.columns, *more[field].columns)})
        if field in more and rule.columns and rule.join is None
        else rule
        for field, rule in rules.items()
    }


def _proposed(used: Sequence[Proposal]) -> dict[str, Rule]:
    """Make rules of proposals: a field's columns in order of rank, then of the file; several columns of tags add up."""
    rules: dict[str, Rule] = {}
    for field in dict.fromkeys(str(one.field) for one in used):
        ranked = sorted((one for one in used if one.field == field), key=lambda one: one.rank)
        join = ";" if field == "tags" and len(ranked) > 1 else None
        rules[field] = Rule(columns=tuple(one.header for one in ranked), join=join)
    for one in used:
        rules |= {part: Rule(columns=(one.header,), part=part) for part in one.parts if _is_fed_by(one, part, rules)}
    return rules


def _is_fed_by(one: Proposal, part: str, rules: Dictionary[str, Rule]) -> bool:
    """Tell whether a field is fed by a part of a column's cells: by no other column."""
    return part not in rules or rules[part].columns == (one.header,)


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
            before = binding.headers(decided[column])[:1] if decided[column] in SEVERAL else ()
            behind = f"; it counts where '{before[0]}' is empty" if before and before != (column,) else ""
            why = f"said by --map{behind}" if decided[column] else "ignored by --map"
        elif known and column in used:
            why = f"by the mapping '{known.name}'"
        else:
            why = f"not used by the mapping '{known.name}'" if known else ""
        reasons[column] = Proposal(column, used.get(column), why)
    return reasons


def _beside(header: Sequence[str], binding: Binding, shared: Dictionary[str, Proposal]) -> dict[str, Proposal]:
    """Say of columns that feed nothing what they are for all the same: consent, labels of numbers, shared numbers."""
    told_off = {column: Proposal(column, None, refusers.WHY) for column in refusers.plainly(binding.consent)}
    labels = precedence.beside(header, binding.headers("phoneNumber")).values()
    unused = {column: Proposal(column, None, _LABEL) for column in labels if column not in columns(binding)}
    return {**told_off, **shared, **unused}


def _final(one: Proposal, used: Dictionary[str, str]) -> Proposal:
    """Give a proposal the field that its column feeds in the end."""
    if one.header in used and not one.sure:
        return replace(one, field=used[one.header], why=f"{one.why} (confidence {one.confidence:.2f})")
    if one.header in used or one.field is None:
        return replace(one, field=used.get(one.header))
    return replace(one, field=None, why=f"left out: {one.field} comes from another column")


def _missing(choice: Choice, what: str, field: str) -> str:
    headers = listed(one.header for one in choice.proposals)
    return (
        f"no column for {what}: the file has {headers}; say which one it is with --map 'HEADER={field}' "
        "(`bulk-io inspect` shows what each column was taken for)"
    )
