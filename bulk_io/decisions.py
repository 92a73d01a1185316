"""What a person decided in a review sheet (``duplicates.xlsx``), and its way into a run: exactly that, nothing more.

Read once, when the run begins, and kept in its journal. A pure step then applies it between mapping and validation:
rows that go into another one leave the flow, and the row that carries them has the values of the sheet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from bulk_io.errors import UsageError
from bulk_io.fields import WRITABLE
from bulk_io.likeness import survivors
from bulk_io.likeness.survivors import Preference
from bulk_io.records import Action, Candidate, Contact, Problem

SHEET, ABOUT = "Duplicates", "About"
UNDECIDED, MERGE, KEEP, SKIP = CHOICES = ("not decided", "merge", "keep both", "skip")
RESULT = "result"
"""What stands for the row's number in the line that opens a group: the values of the contact that comes of it."""
_AND = ", "
CONTACT, OTHER = "contact ", "other "
"""What stands before the id of a contact of the CRM, and before the row of another file."""
HEADER = ("group", "row", "decision", "reason", *WRITABLE, "updatedAt", "source")
"""The columns of the sheet; ``source`` is where a row is from, if that decides whose values come first.

In a line of a result it names the lines of its group (see `roll`).
"""


@dataclass(frozen=True, slots=True)
class Merge:
    """Rows that become one contact: carried by the first of them, with the values of the sheet.

    ``contact`` is the contact of the CRM that they are, ``""`` for none, as it was at ``updated``.
    """

    rows: tuple[int, ...]
    values: Mapping[str, str]
    contact: str = ""
    updated: str = ""


@dataclass(frozen=True)
class Decisions:
    """All that was decided. ``skipped`` rows are left alone, ``apart`` ones are contacts of their own."""

    merges: tuple[Merge, ...] = ()
    skipped: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()
    sha256: str = field(default="", compare=False)
    """Of the file that the decisions are about."""

    @property
    def gone(self) -> dict[int, tuple[int, str]]:
        """Every row that leaves the flow: the row that carries it, and what it ended as."""
        into = {row: (one.rows[0], "merged") for one in self.merges for row in one.rows[1:]}
        return into | {row: (row, "skipped") for row in self.skipped}

    @cached_property
    def _by_contact(self) -> dict[str, Merge]:
        return {one.contact: one for one in reversed(self.merges) if one.contact}

    def applied(self, mapped: pd.DataFrame) -> pd.DataFrame:
        """Give a mapped chunk in which rows that carry others have the values of the sheet, and an id where decided."""
        here = [one for one in self.merges if one.rows[0] in mapped.index]
        if not here:
            return mapped
        out = mapped.copy()
        for name in ("id", *WRITABLE):
            if name not in out:
                out[name] = ""
        for one in here:
            row = one.rows[0]
            stated = [name for name in str(out.at[row, "derived"]).split() if out.at[row, name] == one.values[name]]
            stand_in = {**one.values, "derived": " ".join(stated), "id": one.contact or str(out.at[row, "id"])}
            out.loc[row, list(stand_in)] = list(stand_in.values())
        return out

    def checked(self, candidate: Candidate, by_id: Mapping[str, Contact], action: Action) -> Action:
        """Give a planned action, or hold it: its contact was changed, or is gone, since a person decided on it."""
        one = self._by_contact.get(candidate.id)
        known = by_id.get(candidate.id) if one else None
        if one is None or (known and known.values.get("updatedAt", "") == one.updated):
            return action
        became = "was changed" if known else "is gone"
        story = f"contact {one.contact} {became} since you decided on it; run `bulk-io duplicates --against-crm` again"
        problem = Problem(action.row, "id", "changed" if known else "gone", story, one.contact, "id")
        return Action("held", action.row, one.contact, known, problems=(problem,))

    def to_json(self) -> dict[str, Any]:
        """Give the decisions as plain values, for the journal."""
        merges = [asdict(one) for one in self.merges]
        return {"merges": merges, "skipped": sorted(self.skipped), "apart": sorted(self.apart)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Decisions:
        """Give back what ``to_json`` gave."""
        merges = tuple(Merge(**{**one, "rows": tuple(one["rows"])}) for one in stored.get("merges", ()))
        return cls(merges, frozenset(stored.get("skipped", ())), frozenset(stored.get("apart", ())))


def roll(labels: Sequence[str]) -> str:
    """Give what the result of a group says of its lines, so that one that is taken out is missed."""
    return _AND.join(labels)


def parse(file: str, lines: pd.DataFrame, about: Mapping[str, str]) -> Decisions:
    """Make decisions of the sheet's lines and of its page about itself.

    Raises UsageError, with the row of the sheet, for what cannot be carried out: a word that is no decision, a merge
    of one row, a row in two merges.
    """
    lacking = [name for name in HEADER if name not in lines]
    if lacking or "sha256" not in about:
        raise UsageError(
            f"{file} is no review of `bulk-io duplicates` any more: it lacks {', '.join(lacking) or ABOUT}"
        )
    blocks: defaultdict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
    for at, line in zip(lines.index.tolist(), lines.to_dict("records"), strict=True):
        blocks[str(line["group"])].append((at, {str(name): str(cell).strip() for name, cell in line.items()}))
    found = [_Block.of(file, group, block) for group, block in blocks.items() if group]
    prefer = Preference.of(about.get("prefer", "most-complete"))
    merges = tuple(merge for block in found if (merge := block.merge(file, prefer)))
    skipped = frozenset(row for block in found for row in block.rows(SKIP))
    apart = frozenset(row for block in found for row in block.rows(KEEP))
    _refuse_twice(file, merges, skipped, apart)
    return Decisions(merges, skipped, apart - skipped, about["sha256"])


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a group: a row of the file (0 for none), a contact of the CRM ("" for none), or another file's row."""

    decision: str
    values: Mapping[str, str]
    row: int = 0
    contact: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    """A group of the sheet: its lines, and the values of its result; None where that line is gone."""

    group: str
    lines: tuple[_Line, ...]
    result: Mapping[str, str] | None
    gone: tuple[str, ...] = ()
    """Lines that somebody took out of the sheet: their values may be in the result."""

    @classmethod
    def of(cls, file: str, group: str, lines: Sequence[tuple[int, Mapping[str, str]]]) -> _Block:
        result = next((line for _, line in lines if line["row"] == RESULT), None)
        own = [_line(file, at, line) for at, line in lines if line["row"] != RESULT]
        # in the order in which their values were put together
        own.sort(key=lambda line: (line.row == 0, line.row))
        there = {line["row"] for _, line in lines}
        gone = tuple(row for row in result["source"].split(_AND) if row and row not in there) if result else ()
        return cls(group, tuple(own), result, gone)

    def rows(self, decision: str) -> tuple[int, ...]:
        """Give the rows of the file on which something was decided."""
        return tuple(line.row for line in self.lines if line.row and line.decision == decision)

    def merge(self, file: str, prefer: Preference) -> Merge | None:
        """Give what is to be merged, None for nothing; raises UsageError for what cannot be."""
        chosen = [line for line in self.lines if line.decision == MERGE]
        rows, contacts = self.rows(MERGE), [line for line in chosen if line.contact]
        if not chosen:
            return None
        where = f"{file}, group {self.group}"
        if len(contacts) > 1:
            raise UsageError(f"{where}: two contacts of the CRM cannot be merged through its API; merge them there")
        if len(chosen) < 2 or not rows:
            lacking = f"“{MERGE}” needs a row of the file and another line; choose it for all that are one person"
            raise UsageError(f"{where}: {lacking}")
        if self.result is None:
            raise UsageError(
                f"{where}: its line “{RESULT}” is gone, which has the values to write; make the sheet anew"
            )
        if self.gone:
            raise UsageError(
                f"{where}: its line “{self.gone[0]}” is gone, whose values may be in the line “{RESULT}”; make the "
                f"sheet anew, and leave rows that are not to be merged “{UNDECIDED}”"
            )
        contact, updated = (contacts[0].contact, contacts[0].values["updatedAt"]) if contacts else ("", "")
        return Merge(rows, self._values(chosen, prefer), contact, updated)

    def _values(self, chosen: Sequence[_Line], prefer: Preference) -> Mapping[str, str]:
        """Give the result's values: as edited, and where nobody did, those of the lines that were chosen only."""
        assert self.result is not None
        every, those = (_together(lines, prefer) for lines in (self.lines, chosen))
        return {name: those[name] if self.result[name] == every[name] else self.result[name] for name in WRITABLE}


def _line(file: str, at: int, line: Mapping[str, str]) -> _Line:
    named, decision = line["row"], line["decision"].casefold() or UNDECIDED
    if decision not in CHOICES:
        raise UsageError(f"{file}, row {at}: “{line['decision']}” is no decision; choose {', '.join(CHOICES)}")
    if named.isdecimal():
        return _Line(decision, line, row=int(named))
    if named.startswith(CONTACT):
        return _Line(decision, line, contact=named.removeprefix(CONTACT))
    if named.startswith(OTHER):
        return _Line(decision, line)
    raise UsageError(f"{file}, row {at}: “{named}” is no row; leave the column “row” as it was written")


def _together(lines: Sequence[_Line], prefer: Preference) -> Mapping[str, str]:
    contacts = [line.values for line in lines if line.contact]
    return survivors.merged([line.values for line in lines if not line.contact], contacts=contacts, prefer=prefer)


def _refuse_twice(file: str, merges: Sequence[Merge], skipped: frozenset[int], apart: frozenset[int]) -> None:
    seen: set[int] = set()
    for one in merges:
        for row in one.rows:
            if row in seen or row in skipped:
                other = "skipped in another" if row in skipped else "merged in another"
                raise UsageError(f"{file}: row {row} is merged in one group and {other}; decide on one of them")
            seen.add(row)
    both = sorted(seen & apart)
    if both:
        raise UsageError(f"{file}: row {both[0]} is merged in one group and kept in another; decide on one of them")
