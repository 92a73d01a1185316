"""The job behind ``bulk-io duplicates``: find who is twice in a file (and what it is held against), write the review.

Nothing is merged and nothing is sent; what the person decides goes into ``import --decisions``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bulk_io import __version__, intake, pipeline, reviews, tags
from bulk_io.collecting import everyone
from bulk_io.decisions import CONTACT, OTHER
from bulk_io.errors import UsageError
from bulk_io.fields import NAME_FIELDS
from bulk_io.gathered import Gathered
from bulk_io.journal import Journal
from bulk_io.likeness import survivors
from bulk_io.likeness.search import find_duplicates
from bulk_io.likeness.survivors import Preference
from bulk_io.options import Connecting, Options
from bulk_io.reviews import Found
from bulk_io.run import digest
from bulk_io.validation import Rules
from bulk_io.watching import Watcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a file is held against, and where the review goes. ``connecting``: the CRM too.

    ``other_mapping`` is the mapping of the other file, None for the one that its headers call for.
    """

    output: Path
    other: Path | None = None
    other_mapping: str | None = None
    connecting: Connecting | None = None
    prefer: Preference = survivors.FULLEST


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was found: pairs by band, groups to decide on; ``review`` is the workbook, "" where there is none."""

    file: str
    rows: int
    bands: Mapping[str, int]
    groups: int
    in_crm: int
    review: str
    seconds: float
    compared: int
    """Rows, also of what the file is held against, that say who somebody is."""

    @property
    def document(self) -> dict[str, Any]:
        """The document of ``duplicates --json``."""
        names = ("file", "rows", "bands", "groups", "in_crm", "review")
        return {**{name: getattr(self, name) for name in names}, "seconds": round(self.seconds, 3)}


def review(path: str, options: Options, asked: Asked, *, watcher: Watcher) -> Reviewed:
    """Find who may be twice in a file and write the workbook to decide in, unless nobody is.

    Raises InputError for a file that cannot be read, UsageError for options that cannot be used or a review that is
    there already (it may hold decisions), and what ends a connection.
    """
    if asked.output.exists():
        raise UsageError(
            f"{asked.output} is there already and may hold decisions; move it away or name another with --output"
        )
    clean = _clean(path, options, watcher, prefer=asked.prefer)
    others = _others(options, asked, watcher)
    watcher.stage("comparing", None)
    found = reviews.within(clean, others)
    twins = _in_crm(others) if asked.connecting and others is not None else reviews.NOTHING
    labelled = {**reviews.values_of(clean), **(reviews.values_of(others) if others is not None else {})}
    written, groups = "", 0
    if found.bands or twins.bands:
        written = str(asked.output)
        about = {"file": path, "sha256": digest(path), "prefer": str(asked.prefer), "made by": f"bulk-io {__version__}"}
        groups = reviews.write(asked.output, found, labelled, prefer=asked.prefer, about=about, twins=twins)
    seconds = time.monotonic() - watcher.began
    return Reviewed(
        path, len(clean), found.counts(), groups, len(twins.scores), written, seconds, _compared(clean, others)
    )


def _compared(clean: pd.DataFrame, others: pd.DataFrame | None) -> int:
    """Count the rows that can be held against each other: none unless there are two, one of them of the file."""
    own = _telling(clean)
    every = own + (0 if others is None else _telling(others))
    return every if own and every > 1 else 0


def _telling(frame: pd.DataFrame) -> int:
    """Count the rows that have a name, a number or an address."""
    named = [frame[name] != "" for name in (*NAME_FIELDS, "phoneNumber", "email") if name in frame]
    return int(pd.concat(named, axis=1).any(axis=1).sum()) if named else 0


def _clean(
    path: str, options: Options, watcher: Watcher, *, prefer: Preference, called: str = survivors.FILE
) -> pd.DataFrame:
    """Read a file's rows in their normal form, valid or not (who lacks a number is a person too), with their source."""
    given = intake.understood(path, options, watcher)
    layout = given.layout
    with (
        tempfile.TemporaryDirectory(prefix="bulk-io-duplicates-") as folder,
        closing(Journal.create(Path(folder) / "journal.sqlite")) as journal,
    ):
        watcher.stage("reading", None)
        pipeline.spool(given.table, journal, limit=options.limit_rows, advance=watcher.advance)
        region = pipeline.find_region(journal, layout, option=options.region, mapping_region=given.choice.region)
        rules = Rules(region=region.code, region_from=region.decided_by, lenient=True)
        pipeline.check(journal, layout, rules, outcome="valid", advance=lambda rows: None)
        chunks = list(journal.chunks("clean"))
        if prefer.order:
            chunks = [_sourced(*both, prefer, called) for both in zip(chunks, journal.chunks("source"), strict=True)]
    return pd.concat(chunks) if chunks else pd.DataFrame(columns=["name", "phoneNumber"], dtype="str")


def _sourced(clean: pd.DataFrame, raw: pd.DataFrame, prefer: Preference, called: str) -> pd.DataFrame:
    """Add the best source that a row names: in a cell of any column, by a tag, or as one of this file."""
    rows = zip(raw.itertuples(index=False, name=None), clean["tags"].tolist(), strict=True)
    sources = [prefer.source([called, *cells, *tags.parse(own)]) for cells, own in rows]
    return clean.assign(source=pd.Series(sources, index=clean.index, dtype="str"))


def _others(options: Options, asked: Asked, watcher: Watcher) -> pd.DataFrame | None:
    """Give what the file is held against: the rows of another file, the contacts of the CRM, or both."""
    frames = []
    if asked.other:
        read = Options(region=options.region, mapping=asked.other_mapping)
        rows = _clean(str(asked.other), read, watcher, prefer=asked.prefer, called=survivors.OTHER)
        frames.append(rows.set_axis([f"{OTHER}{row}" for row in rows.index]))
    if asked.connecting:
        frames.append(_contacts(asked.connecting, watcher))
    return pd.concat(frames).fillna("") if frames else None


def _contacts(connecting: Connecting, watcher: Watcher) -> pd.DataFrame:
    with (
        tempfile.TemporaryDirectory(prefix="bulk-io-duplicates-") as folder,
        closing(Gathered(Path(folder) / "contacts")) as into,
    ):
        everyone(into, connecting, watcher)
        return reviews.contacts_frame(list(into.contacts()))


def _in_crm(others: pd.DataFrame) -> Found:
    """Find contacts of the CRM that may be one person: they are told only, its API can neither merge nor delete."""
    contacts = others[others.index.str.startswith(CONTACT)]
    found = Found.of(find_duplicates(contacts))
    return Found(found.scores, found.reasons, {pair: found.bands[pair] for pair in found.scores})
