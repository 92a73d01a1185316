"""Three sides of a field: the base (as it was exported), yours (the file's) and theirs (the CRM's now).

The plan asks here which of its changes would undo somebody else's, and what becomes of tags that both sides edited.
Pure, like the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bulk_io import difference, names, tags
from bulk_io.records import Action, Candidate, Change, Conflict, Contact, Problem
from bulk_io.text import nfc, tidy


def conflicts(candidate: Candidate, contact: Contact, changes: Iterable[Change], region: str) -> tuple[Conflict, ...]:
    """Give those of a candidate's changes whose field the CRM has changed too since the export; tags never clash."""
    base = candidate.base or {}
    return tuple(
        Conflict(candidate.row, contact.id, one.field, base[one.field], one.new, one.old)
        for one in changes
        if one.field in base
        and one.field != "tags"
        and not difference.same(one.field, one.old, base[one.field], region)
    )


def held(candidate: Candidate, contact: Contact, found: Sequence[Conflict]) -> Action:
    """Hold a candidate whose fields are in conflict, with a problem for each of them."""
    problems = tuple(Problem(candidate.row, one.field, "stale", _story(one), one.yours, one.field) for one in found)
    return Action("held", candidate.row, contact.id, contact, problems=problems, conflicts=tuple(found))


def gone(candidate: Candidate) -> Action:
    """Leave alone what is left of a contact that is not in the CRM any more: never make again what somebody deleted."""
    row = candidate.row
    story = f"contact {candidate.id} is not in this CRM any more"
    if not candidate.is_edited:
        told = f"{story}; nothing was edited here, so nothing is sent"
        return Action("skipped", row, problems=(Problem(row, "id", "gone", told, candidate.id, "id", "warning"),))
    told = f"{story}, so your edit has nowhere to go; to make a new contact of the row, empty its cells of id and base"
    return Action("held", row, problems=(Problem(row, "id", "gone", told, candidate.id, "id"),))


def is_another(candidate: Candidate) -> bool:
    """Tell whether name and number were both edited into somebody else's: a row that was copied, or used again."""
    base = candidate.base or {}
    edited = all(base.get(field) for field in ("name", "phoneNumber"))
    return edited and not names.fits(candidate.values.get("name", ""), base["name"])


def another(candidate: Candidate, contact: Contact) -> Action:
    """Hold a candidate that would turn a contact into another person."""
    was = (candidate.base or {}).get("name", "")
    story = (
        f"the row has the id of {was} ({contact.id}), but name and number are another person's; to make a new contact "
        "of it, empty its cells of id and base; to change the contact, use --on-name-mismatch update"
    )
    problem = Problem(candidate.row, "id", "another", story, candidate.id, "id")
    return Action("held", candidate.row, contact.id, contact, problems=(problem,))


def tags_after(candidate: Candidate, stored: Sequence[str], *, clear_empty: bool) -> tuple[str, ...]:
    """Give a contact's tags with those added and removed since the export; an emptied cell removes none by itself."""
    if "tags" in candidate.derived:
        return tuple(stored)
    before = {nfc(tag) for tag in tags.parse((candidate.base or {}).get("tags", ""))}
    removed = before - set(candidate.tags) if candidate.tags or clear_empty else set()
    # a file's tag is tidy; the CRM's, with a line break in it, is the same one
    there = before | set(map(tidy, stored))
    added = [tag for tag in candidate.tags if tag not in there]
    return tags.union((tag for tag in stored if tag not in removed), added)


def _story(one: Conflict) -> str:
    base, yours, theirs = (f"“{text}”" if text else "empty" for text in (one.base, one.yours, one.theirs))
    return (
        f"was {base} when it was exported; you made it {yours}, somebody in the CRM {theirs}: "
        "keep yours with --on-stale mine, theirs with --on-stale theirs"
    )
