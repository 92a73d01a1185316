"""Why two rows are proposed as one person, in words: what is the same, and what is not, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bulk_io import names
from bulk_io.likeness import evidence
from bulk_io.likeness.columns import Columns
from bulk_io.likeness.evidence import Shared
from bulk_io.likeness.facts import Facts
from bulk_io.likeness.labels import Labels
from bulk_io.likeness.vocabulary import Flags, Ints

Said = tuple[Flags, str | Callable[[int, int], str]]
"""In which pairs something is said, and what: a phrase, or one that quotes both rows."""
_LONG = 60


def reasons(columns: Columns, facts: Facts, common: Shared, a: Ints, b: Ints) -> list[str]:
    """Give a sentence for each pair, such as ``same e-mail; 'Jon Smith' / 'Jonathan SMITH'; 'Acme SAS' / 'Acme'``."""
    said = [[""] * 0 for _ in range(len(a))]
    left, right = a.tolist(), b.tolist()
    for where, what in _said(columns, facts, common, a, b):
        for at in np.flatnonzero(where).tolist():
            said[at].append(what if isinstance(what, str) else what(left[at], right[at]))
    return ["; ".join(phrases) for phrases in said]


def _said(columns: Columns, facts: Facts, common: Shared, a: Ints, b: Ints) -> Iterator[Said]:
    phone = evidence.equal(facts.phones.numbers, a, b)
    yield phone & ~common.phone[a], "same phone number"
    yield phone & common.phone[a], "same phone number, which others have too"
    yield facts.phones.edits(a, b) == 1, "phone numbers differ in one digit"
    yield from _mails(facts, common, a, b)
    yield from _names(columns, a, b)
    firms, fields = facts.firms.labels, columns.fields
    yield evidence.equal(firms.numbers, a, b), _quoted(fields["currentCompany"], "company")
    at = np.flatnonzero(evidence.differ(firms.numbers, a, b))
    alike = np.zeros(len(a), dtype=np.bool_)
    alike[at] = facts.firms.likeness(a[at], b[at]) > 0
    yield alike, _quoted(fields["currentCompany"], "company")
    for label, labels in (("city", facts.cities), ("position", facts.positions)):
        yield evidence.equal(labels.numbers, a, b), f"same {label}"
    for name, labels in facts.others.items():
        yield from _other(name, columns.others[name], labels, a, b)


def _mails(facts: Facts, common: Shared, a: Ints, b: Ints) -> Iterator[Said]:
    mail = facts.mail
    same = evidence.equal(mail.addresses.numbers, a, b)
    yield same & ~common.mail[a], "same e-mail"
    yield same & common.mail[a], "same e-mail, which others have too"
    local, domain = mail.locals.edits(a, b), mail.domains.edits(a, b)
    own = ~mail.office[a]
    yield own & (local <= 2) & (domain == 0) & ~same, "e-mails nearly the same"
    yield own & (local == 0) & (domain > 0), "e-mails the same before the @"


def _names(columns: Columns, a: Ints, b: Ints) -> Iterator[Said]:
    whole = _whole_names(columns)
    same = np.array([whole[i] == whole[j] for i, j in zip(a.tolist(), b.tolist(), strict=True)], dtype=np.bool_)
    named = np.array([bool(name) for name in whole], dtype=np.bool_)
    yield same & named[a], "same name"
    yield ~same & named[a] & named[b], _quoted(whole, "name")
    yield ~named[a] | ~named[b], "one has no name"


def _whole_names(columns: Columns) -> list[str]:
    fields = columns.fields
    cells = zip(fields["name"], fields["firstName"], fields["lastName"], strict=True)
    return [name.strip() or names.join(first, last) for name, first, last in cells]


def _other(name: str, cells: Sequence[str], labels: Labels, a: Ints, b: Ints) -> Iterator[Said]:
    edits = labels.edits(a, b)
    yield edits == 0, f"same {name}"
    yield (edits > 0) & (edits <= 2), _quoted(cells, name)


def _quoted(cells: Sequence[str], noun: str) -> Callable[[int, int], str]:
    def quote(i: int, j: int) -> str:
        one, two = (f"{cells[at].strip()[:_LONG]}" for at in (i, j))
        return f"same {noun}" if one == two else f"'{one}' / '{two}'"

    return quote
