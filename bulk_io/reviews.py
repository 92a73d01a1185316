"""Reviews: who may be twice in a file, the CRM or another file, as a workbook to decide in, and its way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bulk_io import decisions as decided
from bulk_io import difference, tags
from bulk_io.decisions import CONTACT, HEADER, OTHER, RESULT, UNDECIDED, Decisions
from bulk_io.errors import UsageError
from bulk_io.fields import WRITABLE
from bulk_io.likeness.groups import groups
from bulk_io.likeness.search import find_duplicates
from bulk_io.likeness.survivors import Preference, Values, merged
from bulk_io.reading import read_table
from bulk_io.records import Contact
from bulk_io.text import counted
from bulk_io.writing.review import Line, Review, review

_COLUMN = {name: HEADER.index(name) for name in WRITABLE}
Pair = tuple[str, str]
_HOW_TO = (
    ("merge", "choose it for all lines of a group that are one person; its line “result” is what is written then"),
    ("result", "edit its cells as you like; cells of rows that differ from it are coloured"),
    ("keep both", "the rows are contacts of their own; of two with one number the second is held"),
    ("skip", "the row is left out of the import"),
    ("not decided", "the row is imported as if this workbook were not there"),
    ("then", "bulk-io import FILE --decisions THIS WORKBOOK"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs of rows with what is said of each: by label (``12``, ``other 12``, ``contact c_1``)."""

    scores: Mapping[Pair, float]
    reasons: Mapping[Pair, str]
    bands: Mapping[Pair, str]

    @classmethod
    def of(cls, *frames: pd.DataFrame) -> Found:
        """Take the answers of `find_duplicates` together, their rows as labels."""
        lines = [line for frame in frames for line in frame.itertuples(index=False, name=None)]
        pairs = [(str(one), str(two)) for one, two, *_ in lines]
        bands = dict(zip(pairs, (str(line[2]) for line in lines), strict=True))
        scores = dict(zip(pairs, (float(line[3]) for line in lines), strict=True))
        reasons = dict(zip(pairs, (str(line[4]) for line in lines), strict=True))
        return cls({pair: score for pair, score in scores.items() if bands[pair] != "conflict"}, reasons, bands)

    @property
    def conflicts(self) -> list[Pair]:
        """The pairs of one number and two people."""
        return [pair for pair, band in self.bands.items() if band == "conflict"]

    def counts(self) -> dict[str, int]:
        """Count the pairs by band."""
        every = list(self.bands.values())
        return {band: every.count(band) for band in ("same", "possible", "conflict")}


NOTHING = Found({}, {}, {})


def within(clean: pd.DataFrame, others: pd.DataFrame | None) -> Found:
    """Find who is twice in a file's clean rows, and who of them is among others (their index: labels)."""
    frames = [find_duplicates(_fields(clean))]
    if others is not None and len(others):
        frames.append(find_duplicates(_fields(clean), _fields(others)))
    return Found.of(*frames)


def _fields(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns that say something of a person: not what the stages have put beside them."""
    return frame[[name for name in WRITABLE if name in frame]]


def hint(clean: pd.DataFrame, carried: Mapping[int, int]) -> str:
    """Say how many rows may be one person although they go separate ways; "" for none.

    ``carried`` gives, for rows that were grouped by their number, the row that carries each.
    """
    found = find_duplicates(_fields(clean))
    pairs = found[found.band != "conflict"]
    apart = sum(carried.get(a, a) != carried.get(b, b) for a, b in zip(pairs.row_a, pairs.row_b, strict=True))
    if not apart:
        return ""
    pairs_of_rows = f"{counted(apart, 'pair')} of rows"
    return f"{pairs_of_rows} may be one person each; nothing was merged for it: `bulk-io duplicates` shows them"


def write(
    path: Path,
    found: Found,
    values: Mapping[str, Values],
    *,
    prefer: Preference,
    about: Mapping[str, str],
    twins: Found = NOTHING,
) -> int:
    """Write the workbook to decide in; gives the number of groups. ``values`` are those of each label.

    ``twins`` are contacts of the CRM that may be one person, which are only told.
    """
    every = groups(found.scores, found.conflicts)
    lines = (line for number, group in enumerate(every, 1) for line in _block(number, group, found, values, prefer))
    conflicts = [_told(pair, found, values) for pair in found.conflicts]
    tables: dict[str, list[tuple[str, ...]]] = {
        "Conflicts": [("row", "row", "phoneNumber", "name", "name", "reason"), *conflicts],
        decided.ABOUT: [("key", "value"), *about.items(), *_HOW_TO],
    }
    if twins.scores:
        tables["In the CRM"] = [
            ("contact", "contact", "phoneNumber", "name", "name", "reason"),
            *(_told(pair, twins, values) for pair in twins.scores),
        ]
    hidden, choice = {HEADER.index("updatedAt"), HEADER.index("source")}, HEADER.index("decision")
    sheet = Review(decided.SHEET, HEADER, lines, choice, decided.CHOICES, hidden=hidden, tables=tables)
    review(path, sheet)
    return len(every)


def decisions(file: str, sha256: str) -> Decisions:
    """Read what was decided in a workbook; ``sha256`` is that of the file to import.

    Raises InputError for a file that cannot be read and UsageError for one that is no review, or not of this file.
    """
    try:
        lines = read_table(file, sheet=decided.SHEET, header_row=1).frame
        about = read_table(file, sheet=decided.ABOUT, header_row=1).frame
    except UsageError as error:  # it is no workbook, or lacks the sheets
        raise UsageError(f"{file} is no review of `bulk-io duplicates`: it has no sheet of decisions") from error
    facts = dict(zip(about.iloc[:, 0], about.iloc[:, 1], strict=True)) if about.shape[1] > 1 else {}
    found = decided.parse(file, lines, facts)
    if found.sha256 and sha256 and found.sha256 != sha256:
        raise UsageError(
            f"{file} was made of another file, or the file has changed since; run `bulk-io duplicates` again and "
            "decide on what that gives"
        )
    return found


def values_of(frame: pd.DataFrame, prefix: str = "") -> dict[str, Values]:
    """Give the values of a frame's rows by label."""
    names = [name for name in (*WRITABLE, "updatedAt", "source") if name in frame]
    rows = zip(frame.index.tolist(), *(frame[name].tolist() for name in names), strict=True)
    return {f"{prefix}{label}": dict(zip(names, cells, strict=True)) for label, *cells in rows}


def contacts_frame(contacts: Sequence[Contact]) -> pd.DataFrame:
    """Give contacts of the CRM as rows of text, labelled by their ids."""
    names = [name for name in (*WRITABLE, "updatedAt") if name != "tags"]
    rows = [{**{name: one.values.get(name, "") for name in names}, "tags": tags.record(one.tags)} for one in contacts]
    labels = [f"{CONTACT}{one.id}" for one in contacts]
    return pd.DataFrame(rows, index=labels, columns=[*names, "tags"], dtype="str")


def _block(
    number: int, group: Sequence[str], found: Found, values: Mapping[str, Values], prefer: Preference
) -> Iterator[Line]:
    """Give the lines of a group: what would come of it, then each of its rows, with what differs from that."""
    contacts = [values[label] for label in group if label.startswith(CONTACT)]
    every = sorted(group, key=_order)
    rows = [values[label] for label in every if not label.startswith(CONTACT)]
    result = merged(rows, contacts=contacts, prefer=prefer)
    story = f"choose “{decided.MERGE}” for the rows that are one person; this line is what it becomes"
    head = [str(number), RESULT, "", story, *(result[name] for name in WRITABLE), "", decided.roll(every)]
    yield Line(head, heads=True)
    for label in every:
        own = values[label]
        marked = [_COLUMN[name] for name in WRITABLE if _differs(name, own.get(name, ""), result[name])]
        cells = [own.get(name, "") for name in WRITABLE]
        said = [str(number), label, UNDECIDED, _reason(label, group, found)]
        yield Line([*said, *cells, own.get("updatedAt", ""), own.get("source", "")], marked=marked)


def _order(label: str) -> tuple[int, int, str]:
    rank = 2 if label.startswith(CONTACT) else 1 if label.startswith(OTHER) else 0
    return rank, int(label) if rank == 0 else 0, label


def _differs(name: str, own: str, result: str) -> bool:
    return bool(own) and not difference.same(name, own, result)


def _reason(label: str, group: Sequence[str], found: Found) -> str:
    """Say why a row is in its group, by the pair that is surest."""
    pairs = [pair for other in group for pair in ((label, other), (other, label)) if pair in found.scores]
    pair = max(pairs, key=lambda one: found.scores[one])
    other = pair[1] if pair[0] == label else pair[0]
    name = other if other.startswith((CONTACT, OTHER)) else f"row {other}"
    return f"{found.bands[pair]} as {name}: {found.reasons[pair]}"


def _told(pair: Pair, found: Found, values: Mapping[str, Values]) -> tuple[str, ...]:
    one, two = values[pair[0]], values[pair[1]]
    return (*pair, one.get("phoneNumber", ""), one.get("name", ""), two.get("name", ""), found.reasons[pair])
