"""Rows and the CRM's contacts -> actions: create, update with the changed fields only, or leave alone and say why.

Pure: the same function plans a whole run and settles a single 409 in the middle of an upload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bulk_io import difference, names, phones, tags, threeway
from bulk_io.fields import BY_NAME, WRITABLE
from bulk_io.options import OnConflict, OnNameMismatch, OnStale, TagPolicy
from bulk_io.records import Action, Candidate, Change, Clash, Conflict, Contact, Problem, Refusal
from bulk_io.text import nfc, tidy

_SHOWN = ("name", "email", "currentCompany", "position", "city")
"""The fields that a clash shows side by side."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do where a row meets a contact. ``region`` is under which stored national numbers are read."""

    on_conflict: OnConflict = "update"
    on_name_mismatch: OnNameMismatch = "hold"
    on_stale: OnStale = "hold"
    tags: TagPolicy = "merge"
    add_tags: tuple[str, ...] = ()
    clear_empty: bool = False
    region: str = ""
    phone_column: str = "phoneNumber"
    include_opted_out: bool = False


def decide(
    candidates: Sequence[Candidate],
    owners: Mapping[str, Contact],
    by_id: Mapping[str, Contact] | None,
    policy: Policy,
) -> list[Action]:
    """Plan all candidates of one phone number, given in order of rank; one action each, in the same order.

    ``owners`` holds the CRM's contacts by phone number, ``by_id`` those that rows of our own export name, None where
    the CRM is not asked. The first candidate that fits the number's owner is written (without an owner: the first one);
    the others are held. A number that nobody edited since the export is not asked for, so it is nobody's to refuse.
    Whoever opted out is held, and stands for the number all the same.
    """
    actions: list[Action] = []
    taken: Candidate | None = None
    for candidate in candidates:
        known = by_id.get(candidate.id) if by_id and candidate.id else None
        owner = _other(candidate, known, owners) if candidate.claims_number else None
        if taken is not None and candidate.claims_number:
            actions.append(_held_by_row(candidate, taken, policy))
        elif owner and not _may_have(candidate, known, owner, policy):
            actions.append(held(candidate, owner, policy))
        else:
            if candidate.claims_number or by_id is None:
                taken = taken or candidate
            action = _written(candidate, known or owner, policy, asked=by_id is not None)
            actions.append(_without_bad_number(action, candidate, policy))
    return [_consented(action, candidate, policy) for action, candidate in zip(actions, candidates, strict=True)]


def _written(candidate: Candidate, target: Contact | None, policy: Policy, *, asked: bool) -> Action:
    if target:
        return meet(candidate, target, policy)
    return threeway.gone(candidate) if asked and candidate.base is not None else Action("create", candidate.row)


def meet(candidate: Candidate, contact: Contact, policy: Policy) -> Action:
    """Plan a candidate that is this contact, under the conflict policy."""
    row, at = candidate.row, contact.id
    if policy.on_name_mismatch == "hold" and threeway.is_another(candidate):
        return threeway.another(candidate, contact)
    if policy.on_conflict == "skip":
        return Action("skipped", row, at, contact)
    if policy.on_conflict == "reject":
        message = f"a contact with this number exists already ({at}); remove the row or use --on-conflict update"
        problem = Problem(row, "phoneNumber", "exists", message, candidate.phone, policy.phone_column)
        return Action("rejected", row, at, contact, problems=(problem,))
    if policy.on_stale == "hold" and (found := _conflicts(candidate, contact, policy)):
        return threeway.held(candidate, contact, found)
    changed = changes(candidate, contact, policy)
    return Action("update" if changed else "unchanged", row, at, contact, changed)


def changes(candidate: Candidate, contact: Contact, policy: Policy) -> tuple[Change, ...]:
    """Give the fields of a contact that a candidate changes, in API order; empty if there is nothing to send."""
    theirs = {one.field for one in _conflicts(candidate, contact, policy)} if policy.on_stale == "theirs" else ()
    return tuple(one for one in _wanted(candidate, contact, policy) if one.field not in theirs)


def creation(candidate: Candidate, policy: Policy) -> dict[str, object]:
    """Give the body of the POST that creates a candidate."""
    body: dict[str, object] = {name: candidate.values[name] for name in WRITABLE if candidate.values.get(name)}
    labels = tags.union(candidate.tags, policy.add_tags)
    return {**body, "tags": list(labels)} if labels else body


def update(made: Sequence[Change]) -> dict[str, object]:
    """Give the body of the PUT that makes these changes; a cleared field is null."""
    return {c.field: list(tags.parse(c.new)) if c.field == "tags" else c.new or None for c in made}


def unlike(sent: Mapping[str, object], contact: Contact, policy: Policy) -> tuple[Change, ...]:
    """Give the fields of a request's body that a contact does not have as they were sent; names may differ in case."""
    found = []
    for name, value in sent.items():
        if isinstance(value, list):
            if set(value) != set(contact.tags):
                found.append(Change(name, tags.record(contact.tags), tags.record(value)))
        else:
            new, old = str(value or ""), tidy(contact.values.get(name, ""))
            if not difference.same(name, new, old, policy.region):
                found.append(Change(name, old, new))
    return tuple(found)


def held(candidate: Candidate, owner: Contact, policy: Policy) -> Action:
    """Hold a candidate whose phone number is another contact's."""
    theirs = {name: text for name in _SHOWN if (text := owner.values.get(name))}
    whose = f"contact {owner.id}"
    problem = _shared(candidate, f"{theirs.get('name', 'another contact')} ({whose})", policy)
    clash = Clash(candidate.row, candidate.phone, _shown(candidate), theirs, whose)
    return Action("held", candidate.row, owner.id, problems=(problem,), clash=clash)


def _other(candidate: Candidate, known: Contact | None, owners: Mapping[str, Contact]) -> Contact | None:
    """Give the contact that has the candidate's number, or one of its numbers that is not the known contact's."""
    for phone in candidate.phones:
        if known and phone in owners and owners[phone].id != known.id:
            return owners[phone]
    return owners.get(candidate.phone)


def _may_have(candidate: Candidate, known: Contact | None, owner: Contact, policy: Policy) -> bool:
    if known or candidate.base is not None:
        return candidate.id == owner.id
    return policy.on_name_mismatch == "update" or fits(candidate, owner)


def fits(candidate: Candidate, contact: Contact) -> bool:
    """Tell whether a contact's name could be that of all the candidate's rows."""
    whole = contact.values.get("name") or names.join(
        contact.values.get("firstName", ""), contact.values.get("lastName", "")
    )
    given = candidate.names or (candidate.values.get("name", ""),)
    return all(names.fits(name, whole) for name in given)


def _without_bad_number(action: Action, candidate: Candidate, policy: Policy) -> Action:
    """Refuse to send a number that could not be read: rows of our own export may only keep the one that is stored."""
    if not (candidate.id and candidate.claims_number) or phones.parse(candidate.phone).e164 == candidate.phone:
        return action
    if action.kind != "create" and all(change.field != "phoneNumber" for change in action.changes):
        return action
    message = f"“{candidate.phone}” cannot be read as a phone number; write it with + and country code"
    problem = Problem(candidate.row, "phoneNumber", "invalid", message, candidate.phone, policy.phone_column)
    return Action("invalid", candidate.row, problems=(problem,))


def _consented(action: Action, candidate: Candidate, policy: Policy) -> Action:
    """Hold what was planned for a person who must not be written to, unless it is asked for."""
    if not candidate.opted_out or policy.include_opted_out or action.kind == "invalid":
        return action
    column, row, value = Refusal.parse(candidate.opted_out)
    where = f"“{column}” is “{value}”" if row == candidate.row else f"“{column}” of row {row} is “{value}”"
    message = f"{where}: this person opted out; --include-opted-out sends the row all the same"
    problem = Problem(candidate.row, "consent", "opted_out", message, value if row == candidate.row else "", column)
    return Action("held", candidate.row, action.contact_id, problems=(*action.problems, problem), clash=action.clash)


def _held_by_row(candidate: Candidate, taken: Candidate, policy: Policy) -> Action:
    theirs = _shown(taken)
    whose = f"row {taken.row}"
    problem = _shared(candidate, f"{theirs.get('name', 'another person')} ({whose})", policy)
    clash = Clash(candidate.row, candidate.phone, _shown(candidate), theirs, whose)
    return Action("held", candidate.row, problems=(problem,), clash=clash)


def _shared(candidate: Candidate, owner: str, policy: Policy) -> Problem:
    way_out = "" if candidate.id else ", or use --on-name-mismatch update if they are one person"
    message = f"{candidate.phone} belongs to {owner}; give this row its own number{way_out}"
    return Problem(candidate.row, "phoneNumber", "shared", message, candidate.phone, policy.phone_column)


def _shown(candidate: Candidate) -> dict[str, str]:
    return {name: candidate.values[name] for name in _SHOWN if candidate.values.get(name)}


def _conflicts(candidate: Candidate, contact: Contact, policy: Policy) -> tuple[Conflict, ...]:
    return threeway.conflicts(candidate, contact, _wanted(candidate, contact, policy), policy.region)


def _wanted(candidate: Candidate, contact: Contact, policy: Policy) -> Iterator[Change]:
    """Give the changes that a candidate asks for, whatever became of the contact since the export."""
    for name in WRITABLE:
        if name != "tags" and (change := _change(name, candidate, contact, policy)):
            yield change
    if change := _tag_change(candidate, contact, policy):
        yield change


def _change(name: str, candidate: Candidate, contact: Contact, policy: Policy) -> Change | None:
    new, old = candidate.values.get(name, ""), tidy(contact.values.get(name, ""))
    if name in candidate.derived:
        return None
    if not new:
        clear = policy.clear_empty and old and name in candidate.mapped and not BY_NAME[name].required
        return Change(name, old, "") if clear else None
    if (policy.on_conflict == "fill" and old) or difference.same(name, new, old, policy.region):
        return None
    return Change(name, old, new)


def _tag_change(candidate: Candidate, contact: Contact, policy: Policy) -> Change | None:
    stored = tags.union(map(nfc, contact.tags), ())
    kept = threeway.tags_after(candidate, stored, clear_empty=policy.clear_empty)
    if policy.tags == "replace" and (candidate.tags or (policy.clear_empty and "tags" in candidate.mapped)):
        kept = stored if "tags" in candidate.derived else candidate.tags
    wanted = tags.union(kept, policy.add_tags)
    if set(wanted) == set(stored):
        return None
    return Change("tags", tags.record(stored), tags.record(wanted))
