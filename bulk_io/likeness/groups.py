"""Pairs put together for a person to look at: groups in which each row goes with most of the others.

Groups are not chained blindly. Where A goes with B and B with C, but A not with C, there are two groups, and B stands
in both of them, so that the person sees it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

_Row = TypeVar("_Row", bound=Hashable)


def groups(pairs: Mapping[tuple[_Row, _Row], float], apart: Iterable[tuple[_Row, _Row]] = ()) -> list[list[_Row]]:
    """Group rows by their proposed pairs with their scores; ``apart`` are pairs of two people (conflicts).

    The surest pairs come first, in the order of groups and of the rows in them. Each proposed pair is in a group.
    """
    goes_with: defaultdict[_Row, set[_Row]] = defaultdict(set)
    for one, two in pairs:
        goes_with[one].add(two)
        goes_with[two].add(one)
    foes: defaultdict[_Row, set[_Row]] = defaultdict(set)
    for one, two in apart:
        foes[one].add(two)
        foes[two].add(one)
    ranked = sorted(pairs, key=lambda pair: -pairs[pair])
    members: dict[_Row, list[_Row]] = {}
    left: list[tuple[_Row, _Row]] = []
    for one, two in ranked:
        mine, theirs = members.setdefault(one, [one]), members.setdefault(two, [two])
        if mine is theirs:
            continue
        if _go_together(mine, theirs, goes_with, foes):
            mine += theirs
            members.update(dict.fromkeys(theirs, mine))
        else:
            left.append((one, two))
    whole = {id(each): each for each in members.values() if len(each) > 1}
    # pairs that could not be joined are shown by themselves, unless a group has both after all
    return [*whole.values(), *([one, two] for one, two in left if members[one] is not members[two])]


def _go_together(
    mine: list[_Row], theirs: list[_Row], goes_with: Mapping[_Row, set[_Row]], foes: Mapping[_Row, set[_Row]]
) -> bool:
    """Tell whether no row of one group is another person than one of the other, and most pairs of them are proposed."""
    proposed = 0
    for one in mine:
        if not foes.get(one, set()).isdisjoint(theirs):
            return False
        proposed += len(goes_with[one].intersection(theirs))
    return 2 * proposed > len(mine) * len(theirs)
