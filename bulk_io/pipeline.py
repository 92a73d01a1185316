"""Reading -> mapping -> validation -> duplicates, chunk by chunk, into a run's journal.

The file is read once and kept as blocks; every later pass goes over the blocks, so that only what must be known of the
whole file is held: the phone numbers (as int64) and the rows that share one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk_io import base, crashpoints, duplicates, edits, formulas, mapping, regions, tags, troubles, validation
from bulk_io.blocks import Block, pack, unpack
from bulk_io.decisions import Decisions
from bulk_io.fields import WRITABLE
from bulk_io.journal import Journal, RowPlan
from bulk_io.mapping import Binding
from bulk_io.options import OnDuplicate
from bulk_io.reading.table import Table
from bulk_io.records import Candidate, Problem
from bulk_io.sharing import ALONE, Crew
from bulk_io.validation import Rules

CHUNK_ROWS = 10_000
_MANY_ROWS = 2 * CHUNK_ROWS
"""From so many rows on, checking takes longer than to start other processes that share it."""
Advance = Callable[[int], None]
_NOTHING_DECIDED = Decisions()


@dataclass(frozen=True, slots=True)
class Region:
    """The country under which national numbers of rows that name none are read, and a sentence on how it was found."""

    code: str = ""
    decided_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How stored rows become contact fields. ``guarded``: cells carry the formula guard of our own csv export."""

    binding: Binding
    guarded: bool = False

    def only(self, *fields: str) -> Layout:
        """Give the same layout for some of the fields."""
        rules = tuple((field, rule) for field, rule in self.binding.rules if field in fields)
        return replace(self, binding=replace(self.binding, rules=rules, consent=()))

    def mapped(self, chunk: pd.DataFrame) -> pd.DataFrame:
        """Give a chunk of the file as contact fields, edits told apart where the file carries the contacts' bases."""
        chunk = chunk.map(formulas.unguard) if self.guarded else chunk
        mapped = mapping.apply(chunk, self.binding)
        if not self.binding.with_base:
            return mapped
        return edits.settle(mapped, chunk[base.COLUMN].tolist(), guarded=self.guarded)


def spool(table: Table, journal: Journal, *, limit: int | None, advance: Advance, crew: Crew = ALONE) -> int:
    """Read a table into the journal's source blocks; returns the number of data rows (at most ``limit``).

    Where there are many, the ``crew`` is called for the checking that will follow.
    """
    rows = last = 0
    for seq, read in enumerate(table.chunks(CHUNK_ROWS)):
        chunk = read if limit is None else read.iloc[: limit - rows]
        journal.keep("source", seq, pack(chunk))
        rows += len(chunk)
        last = int(chunk.index[-1])
        advance(len(chunk))
        if rows == limit:
            break
        if rows >= _MANY_ROWS:
            crew.call()
    journal.add_problems(problem for problem in table.problems if problem.row <= last or limit is None)
    journal.commit()
    crashpoints.reached("rows kept")
    return rows


def find_region(journal: Journal, layout: Layout, *, option: str, mapping_region: str) -> Region:
    """Decide the region of national numbers: the option, the mapping's, else the file's own international numbers."""
    if option:
        return Region(option, "option")
    if mapping_region:
        return Region(mapping_region, "mapping")
    layout = layout.only("phoneNumber", "country")
    if not any(regions.is_wanted(layout.mapped(chunk)) for chunk in journal.chunks("source")):
        return Region()
    international: Counter[str] = Counter()
    for chunk in journal.chunks("source"):
        international += regions.international(layout.mapped(chunk))
    if not international:
        return Region()
    valid: Counter[str] = Counter()
    for chunk in journal.chunks("source"):
        valid += regions.national_valid(layout.mapped(chunk), sorted(international))
    code = regions.choose(international, valid)
    if not code:
        return Region()
    note = (
        f"numbers without a country were read as {code}: that makes {valid[code]} of them valid, "
        f"and the file writes {international[code]} with the prefix of {code}; --region overrules"
    )
    return Region(code, "file", note)


def commonest_region(journal: Journal) -> str:
    """Give the country of most of the file's numbers: under it those are read that the CRM holds without a prefix."""
    return next(iter(_regions(journal)), "")


def check(
    journal: Journal,
    layout: Layout,
    rules: Rules,
    *,
    outcome: str,
    advance: Advance,
    decided: Decisions = _NOTHING_DECIDED,
    crew: Crew = ALONE,
) -> NDArray[np.bool_]:
    """Validate the stored rows and store each as ``outcome`` or invalid; marks the rows that ``group`` must see.

    The mark is by position among the valid rows: their phone number (or, in our own export, their id) is another
    valid row's too. Rows that were decided to go into another one, or to be left alone, end here. The work is shared
    among the ``crew``.
    """
    gone = decided.gone
    phones: list[NDArray[np.int64]] = []
    ids: list[pd.Series[str]] = []
    causes: troubles.Causes = Counter()
    refused = journal.rows_with_errors()
    work = partial(_checked, layout=layout, rules=rules, decided=decided)
    checked = crew.in_order(work, journal.blocks("source"))
    for seq, (block, problems) in enumerate(checked):
        clean = unpack(block.cells)
        read = len(clean)
        if gone:
            clean, problems = _without(journal, clean, problems, gone)
            block = pack(clean)
        refused.update(problem.row for problem in problems if problem.severity == "error")
        bad = clean.index.isin(refused)
        journal.keep("clean", seq, block)
        journal.add_problems(problems)
        causes += troubles.causes(problems)
        journal.add_rows(_row_plans(clean, np.where(bad, "invalid", outcome)))
        phones.append(duplicates.phone_key(clean.loc[~bad, "phoneNumber"]))
        ids.append(clean.loc[~bad, "id"])
        advance(read)
    _tell_troubles(journal, causes)
    journal.commit()
    crashpoints.reached("rows checked")
    return _repeated(np.concatenate(phones), pd.concat(ids)) if phones else np.zeros(0, dtype=np.bool_)


def _repeated(keys: NDArray[np.int64], ids: pd.Series[str]) -> NDArray[np.bool_]:
    """Mark the rows whose phone number or id is another one's too."""
    same_id: NDArray[np.bool_] = ((ids != "") & ids.duplicated(keep=False)).to_numpy()
    # 0 is no number: only a row with a base may come without one
    return (duplicates.repeated(keys) & np.not_equal(keys, 0)) | same_id


def _without(
    journal: Journal, clean: pd.DataFrame, problems: list[Problem], gone: Mapping[int, tuple[int, str]]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Store the rows of a chunk whose way has ended by a decision, and give the others."""
    away = clean.index.isin(list(gone))
    journal.add_rows(_row_plans(clean[away], np.full(int(away.sum()), "")))
    journal.assign((row, *gone[row]) for row in clean.index[away].tolist())
    return clean[~away], [problem for problem in problems if problem.row not in gone]


def group(
    journal: Journal,
    repeated: NDArray[np.bool_],
    policy: OnDuplicate,
    *,
    by_name: bool,
    column: str,
    apart: Collection[int] = (),
) -> duplicates.Resolution:
    """Make one contact of the valid rows that are the same, and store where each of them went.

    Rows ``apart`` are contacts of their own, whatever they share.
    """
    together = [
        good[repeated[start : start + len(good)]]
        for start, good in _valid_chunks(journal)
    ]  # fmt: skip
    clean = pd.concat(together) if together else pd.DataFrame(columns=["id", *WRITABLE, "derived", "base"], dtype="str")
    resolution = duplicates.resolve(clean, policy, by_name=by_name, headers={"phoneNumber": column}, apart=apart)
    journal.assign((row, carrier, own) for row, (own, carrier) in resolution.rows.items() if own)
    journal.add_problems(resolution.problems)
    journal.commit()
    return resolution


def cases(
    journal: Journal,
    resolution: duplicates.Resolution,
    *,
    mapped: frozenset[str],
    alone: bool = True,
    consenting: bool = False,
) -> Iterator[list[Candidate]]:
    """Give the contacts of the file, those of one phone number together in order of rank; in file order.

    ``alone=False`` leaves out the phone numbers that only one contact has, unless it opted out:
    ``consenting`` says that the file has columns which tell.
    """
    rivals: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in _candidates(resolution.carriers, mapped, resolution.names, resolution.phones):
        rivals[candidate.phone].append(candidate)
    for candidates in rivals.values():
        candidates.sort(key=lambda candidate: resolution.rank[candidate.row])
        if alone or len(candidates) > 1 or candidates[0].opted_out:
            yield candidates
    for _, good in _valid_chunks(journal) if alone or consenting else ():
        single = good[~good.index.isin(list(resolution.rows))]
        single = single if alone else single[single["consent"] != ""]
        yield from ([candidate] for candidate in _candidates(single, mapped, {}, {}))


def _checked(cells: bytes, *, layout: Layout, rules: Rules, decided: Decisions) -> tuple[Block, list[Problem]]:
    clean, problems = validation.validate(decided.applied(layout.mapped(unpack(cells))), rules)
    return pack(clean), problems


def _tell_troubles(journal: Journal, causes: troubles.Causes) -> None:
    """Store what is wrong with the phone numbers, by cause."""

    def cells(code: str) -> Iterator[str]:
        query = "SELECT value FROM problems WHERE field = 'phoneNumber' AND code = ?"
        return (str(value) for (value,) in journal.database.execute(query, (code,)))

    homeless, invalid = partial(cells, "ambiguous"), partial(cells, "invalid")
    found = troubles.told(causes, homeless=homeless, invalid=invalid, regions=_regions(journal))
    journal.put(troubles=[asdict(trouble) for trouble in found])


def _regions(journal: Journal) -> list[str]:
    """Give the countries of the file's numbers, the commonest first."""
    query = "SELECT region FROM rows WHERE region != '' GROUP BY region ORDER BY count(*) DESC, region"
    return [str(region) for (region,) in journal.database.execute(query)]


def _valid_chunks(journal: Journal) -> Iterator[tuple[int, pd.DataFrame]]:
    """Give the valid rows of each clean block with their position among all valid rows."""
    invalid = journal.rows_with_errors(duplicates_too=False)
    start = 0
    for clean in journal.chunks("clean"):
        good = clean[~clean.index.isin(invalid)]
        yield start, good
        start += len(good)


def _row_plans(clean: pd.DataFrame, outcomes: NDArray[np.str_]) -> Iterator[RowPlan]:
    rows = clean.index.tolist()
    columns = (clean[name].tolist() for name in ("phoneNumber", "name", "region", "region_from"))
    return map(RowPlan, rows, rows, outcomes.tolist(), *columns)


def _candidates(
    clean: pd.DataFrame,
    mapped: frozenset[str],
    names: dict[int, tuple[str, ...]],
    phones: dict[int, tuple[str, ...]],
) -> Iterator[Candidate]:
    fields = [name for name in WRITABLE if name != "tags"]
    columns = [clean[name].tolist() for name in (*fields, "tags", "derived", "id", "base")]
    consent = clean["consent"].tolist() if "consent" in clean else [""] * len(clean)
    for row, *cells, labels, derived, own, was, refused in zip(clean.index.tolist(), *columns, consent, strict=True):
        yield Candidate(
            row=row,
            values={name: cell for name, cell in zip(fields, cells, strict=True) if cell},
            tags=tags.parse(labels) if labels else (),
            names=names.get(row, ()),
            derived=frozenset(derived.split()),
            mapped=mapped,
            id=own,
            phones=phones.get(row, ()),
            base=edits.parse(was),
            opted_out=refused,
        )
