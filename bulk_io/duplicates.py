"""The same contact twice in the file: groups rows by phone number and compatible name, and makes one row of each group.

After validation, before the plan. The pipeline finds the phone numbers that occur more than once with
:func:`repeated` and hands only their rows to :func:`resolve`. Who of several people owns a number is not decided
here: groups are ranked in file order, and the plan holds rank 1 and later unless the CRM says otherwise.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk_io import carriers, names
from bulk_io.namesearch import NameIndex
from bulk_io.records import Outcome, Problem

Policy = Literal["merge", "first", "last", "reject"]
Own = Literal["", Outcome.MERGED, Outcome.SKIPPED, Outcome.INVALID]

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_SHOWN = 5
_FEW = 16


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of rows that share phone numbers: one carrier row a contact, and where each row went."""

    carriers: pd.DataFrame
    """One row a contact, index = the row that carries it, ascending; the columns of the clean rows, values merged."""
    names: dict[int, tuple[str, ...]]
    """By carrier: every name whose rows' values it holds, each once, in file order."""
    phones: dict[int, tuple[str, ...]]
    """By carrier whose rows stated several numbers (they have one id): each of them once, in file order."""
    rank: dict[int, int]
    """By carrier: 0 for the first group of its phone number (the owner if the CRM has none), 1 and up for rivals."""
    rows: dict[int, tuple[Own, int]]
    """Every row: what it ended as (``""`` for a carrier: the plan decides) and its carrier (an invalid row: itself)."""
    problems: list[Problem]
    """``phoneNumber.duplicate`` for each row of each group of two and more, with the policy ``reject``."""


@dataclass(slots=True)
class _Group:
    """The rows (positions, ascending) taken for one contact, and the phone number and id it has by now."""

    phone: str
    id: str
    positions: list[int] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    since: int = 0
    """The position of the row by which it came to its phone number."""


def phone_key(phones: pd.Series[str]) -> NDArray[np.int64]:
    """Give E.164 texts (``+33…``) as integers of their digits, below 0 for a text that is no number; empty is 0."""
    digits = phones.str.slice(1)
    try:
        return digits.where(digits != "", "0").to_numpy(dtype=object).astype(np.int64)
    except (ValueError, OverflowError):
        # rows of our own export may hold what the CRM holds; only equality counts here
        return np.array([_key(text) for text in phones.tolist()], dtype=np.int64)


def repeated(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the keys that occur more than once."""
    return np.asarray(pd.Index(keys).duplicated(keep=False), dtype=np.bool_)


def resolve(
    clean: pd.DataFrame,
    policy: Policy,
    *,
    by_name: bool = True,
    headers: Mapping[str, str] = _NO_HEADERS,
    apart: Collection[int] = (),
) -> Resolution:
    """Group valid clean rows into contacts and give what each group's rows become under a policy.

    A row joins the first group of its phone number whose names it all fits, else it founds a new one. Rows of our own
    export with one id are one group whatever their names; two ids never are. Under ``merge`` and ``last`` later
    non-empty values win, stated ones over derived ones, and tags add up. ``by_name=False`` takes all rows of a number
    for one contact (``--on-name-mismatch update``). ``headers`` gives the user's header of a field, for problems.
    Rows ``apart`` are groups of their own: somebody decided so.
    The index must ascend; the answer depends on nothing but its arguments.
    """
    columns = {name: clean[name].tolist() for name in clean.columns}
    rows: list[int] = clean.index.tolist()
    alone = {position for position, row in enumerate(rows) if row in apart} if apart else frozenset[int]()
    every = _groups(columns, moving=policy in ("merge", "last"), by_name=by_name, alone=alone)
    refused = [group for group in every if policy == "reject" and len(group.positions) > 1]
    groups = [group for group in every if policy != "reject" or len(group.positions) == 1]
    carried = [group.positions[-1 if policy == "last" else 0] for group in groups]
    order = sorted(range(len(groups)), key=carried.__getitem__)
    ranks = _ranks(groups)
    problems = [problem for group in refused for problem in _refusals(group, rows, columns, headers)]
    return Resolution(
        carriers=_frame(
            clean,
            _carried(columns, groups, carried, policy),
            [carried[i] for i in order],
        ),
        names={rows[carried[i]]: _carried_names(groups[i], columns, policy) for i in order},
        phones=_several_phones(groups, carried, rows, columns),
        rank={rows[carried[i]]: ranks[i] for i in order},
        rows=_fates(rows, groups, carried, refused, Outcome.SKIPPED if policy == "first" else Outcome.MERGED),
        problems=sorted(problems, key=lambda problem: problem.row),
    )


def _key(text: str) -> int:
    is_number = text.startswith("+") and text[1:].isdecimal() and len(text) < 18
    return int(text[1:]) if is_number else -zlib.crc32(text.encode())


def _groups(columns: Mapping[str, list[str]], *, moving: bool, by_name: bool, alone: Collection[int]) -> list[_Group]:
    """Form the groups in the order of their first rows; ``moving``: a group's phone number is that of its last row."""
    crowds: defaultdict[str, _Crowd] = defaultdict(_Crowd)
    by_id: dict[str, _Group] = {}
    groups: list[_Group] = []
    # an empty name contradicts no other
    people = columns["name"] if by_name else [""] * len(columns["name"])
    cells = zip(columns["phoneNumber"], _stated_phones(columns), people, columns["id"], strict=True)
    for position, (phone, stated, name, own) in enumerate(cells):
        group = by_id.get(own) if own else None
        if group is None and position not in alone:
            group = crowds[phone].find(name, own)
        if group is None:
            group = _Group(phone, own, since=position)
            groups.append(group)
            if position not in alone:
                crowds[phone].add(group, name)
        elif moving and stated and group.phone != phone:
            crowds[group.phone].leave(group)
            crowds[phone].add(group, next(iter(group.names)))
            group.phone, group.since = phone, position
        group.positions.append(position)
        group.names[name] = None
        if own:
            group.id = own
            by_id[own] = group
    return groups


class _Crowd:
    """The groups of one phone number, in order, found by name; quick also where thousands share a placeholder."""

    __slots__ = ("_found", "_index", "groups")

    def __init__(self) -> None:
        self.groups: list[_Group | None] = []
        self._index: NameIndex | None = None
        # Without ids, a name met before finds the group it found then: groups before it have only grown stricter.
        self._found: dict[str, _Group] | None = {}

    def find(self, name: str, own: str) -> _Group | None:
        """Give the first group whose names all fit and that has no other id."""
        if own:
            self._found = None
        elif self._found and (known := self._found.get(name)):
            return known
        for group in self._likely(name):
            if group and not (own and group.id) and all(names.fits(name, other) for other in group.names):
                if self._found is not None:
                    self._found[name] = group
                return group
        return None

    def add(self, group: _Group, name: str) -> None:
        """Put a group at the end; ``name`` is one of its names."""
        self.groups.append(group)
        if self._found is not None:
            self._found[name] = group
        if self._index:
            self._index.add(len(self.groups) - 1, name)

    def leave(self, group: _Group) -> None:
        """Take out a group whose contact has another number now."""
        self.groups[self.groups.index(group)] = None
        self._found = self._index = None

    def _likely(self, name: str) -> Iterable[_Group | None]:
        if len(self.groups) <= _FEW:
            return self.groups
        if self._index is None:
            self._index = NameIndex()
            for place, group in enumerate(self.groups):
                if group:
                    self._index.add(place, next(iter(group.names)))
        return (self.groups[place] for place in self._index.likely(name))


def _ranks(groups: Sequence[_Group]) -> list[int]:
    """Number the groups of each phone number; a group that came to the number later ranks later."""
    seen: defaultdict[str, int] = defaultdict(int)
    ranks = [0] * len(groups)
    for i in sorted(range(len(groups)), key=lambda i: groups[i].since):
        ranks[i] = seen[groups[i].phone]
        seen[groups[i].phone] += 1
    return ranks


def _fates(
    rows: Sequence[int], groups: Sequence[_Group], carried: Sequence[int], refused: Iterable[_Group], rest: Own
) -> dict[int, tuple[Own, int]]:
    fates: dict[int, tuple[Own, int]] = dict.fromkeys(rows, ("", 0))
    for group, carrier in zip(groups, carried, strict=True):
        for position in group.positions:
            fates[rows[position]] = ("" if position == carrier else rest, rows[carrier])
    for group in refused:
        for position in group.positions:
            fates[rows[position]] = (Outcome.INVALID, rows[position])
    return fates


def _carried_names(group: _Group, columns: Mapping[str, list[str]], policy: Policy) -> tuple[str, ...]:
    positions = group.positions[:1] if policy == "first" else group.positions
    return tuple(dict.fromkeys(columns["name"][position] for position in positions))


def _several_phones(
    groups: Sequence[_Group], carried: Sequence[int], rows: Sequence[int], columns: Mapping[str, list[str]]
) -> dict[int, tuple[str, ...]]:
    stated = _stated_phones(columns)
    found = {
        rows[carrier]: tuple(dict.fromkeys(stated[position] for position in group.positions if stated[position]))
        for group, carrier in zip(groups, carried, strict=True)
        if group.id
    }
    return {row: phones for row, phones in found.items() if len(phones) > 1}


def _stated_phones(columns: Mapping[str, list[str]]) -> list[str]:
    """Give the phone numbers that rows state, empty where nobody edited the one that was exported."""
    cells = zip(columns["phoneNumber"], columns["derived"], strict=True)
    return ["" if "phoneNumber" in derived.split() else phone for phone, derived in cells]


def _carried(
    columns: Mapping[str, list[str]], groups: Sequence[_Group], carried: Sequence[int], policy: Policy
) -> Mapping[str, list[str]]:
    """Give the columns with what each group's carrier holds: all its rows' values, or with ``first`` its own."""
    if policy != "first":
        return _merged(columns, groups, carried)
    # who said no in any row is not written to, whichever row counts
    return {**columns, "consent": _merged(columns, groups, carried)["consent"]} if "consent" in columns else columns


def _merged(columns: Mapping[str, list[str]], groups: Sequence[_Group], carried: Sequence[int]) -> dict[str, list[str]]:
    """Copy the columns, with each larger group's values put together at its carrier's position."""
    merged = {name: list(cells) for name, cells in columns.items()}
    for group, carrier in zip(groups, carried, strict=True):
        if len(group.positions) > 1:
            for name, value in {"id": group.id, **carriers.values(columns, group.positions)}.items():
                merged[name][carrier] = value
    return merged


def _frame(clean: pd.DataFrame, columns: Mapping[str, list[str]], positions: Sequence[int]) -> pd.DataFrame:
    cells = {name: [column[position] for position in positions] for name, column in columns.items()}
    return pd.DataFrame(cells, index=clean.index[list(positions)], dtype="str")


def _refusals(
    group: _Group, rows: Sequence[int], columns: Mapping[str, list[str]], headers: Mapping[str, str]
) -> Iterable[Problem]:
    header = headers.get("phoneNumber", "phoneNumber")
    members = [rows[position] for position in group.positions]
    for position, row in zip(group.positions, members, strict=True):
        others = _listed(members, row)
        message = f"The same contact is also in {others}; keep one of these rows, or import with --on-duplicate merge."
        yield Problem(row, "phoneNumber", "duplicate", message, columns["phoneNumber"][position], header)


def _listed(members: Sequence[int], row: int) -> str:
    """Name the other rows; of many the first few, so that a message stays a sentence."""
    shown = [str(other) for other in members[: _SHOWN + 1] if other != row][:_SHOWN]
    more = len(members) - 1 - len(shown)
    if more:
        return f"rows {', '.join(shown)} and {more} more"
    return f"row {shown[0]}" if len(shown) == 1 else f"rows {', '.join(shown[:-1])} and {shown[-1]}"
