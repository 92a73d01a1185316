"""Power loss: the journal as it could stand after each write, with the CRM of then, and the run goes on right."""

from __future__ import annotations

import itertools
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from disk import WATCHED, Disk, Event, Plug, put
from watched_crm import Commit, WatchedCrm

import bulk_io
from bulk_io import crashpoints
from bulk_io.errors import Interrupted, JournalFailed
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.ledger import Ledger
from bulk_io.report import Report

HEADER = "Name;Phone;City;Tags\n"
NEW, KNOWN = 48, 12
KEPT = ("all", "torn", "none", "some")
"""What may have become of what was not synced; see `Plug`."""
LOOKED = ("never", "always", "checkpoints", "stopped")
"""How the CRM is looked up; ``checkpoints`` is ``never`` with a journal that folds its log in all the time, and
``stopped`` is ``always`` with a Ctrl-C in its midst."""
OWN = {"id", "createdAt", "updatedAt"}
"""What the CRM gives a contact by itself."""


@dataclass(frozen=True)
class Recording:
    """One import that came to its end: what the disk saw and the CRM did, in one order, and how it ended."""

    file: Path
    folder: Path
    events: Sequence[Event]
    before: Sequence[Commit]
    commits: Sequence[Commit]
    outcomes: dict[int, str]
    contacts: dict[str, dict[str, Any]]
    changes: list[tuple[object, ...]]

    @property
    def points(self) -> range:
        """After how many events the power may go: from the moment on at which the run has its name."""
        begun = next(at for at, event in enumerate(self.events) if event.name == "run made")
        return range(begun + 1, len(self.events) + 1)

    def crm(self, point: int, *, late: bool) -> list[Commit]:
        """Give the CRM's history at a point; ``late``: with all that was on its way then carried out too."""
        seen = [event for event in self.events[:point] if event.kind in ("arrived", "committed")]
        arrived = {event.offset for event in seen if event.kind == "arrived"}
        done = {event.offset for event in seen if event.kind == "committed"}
        there = arrived if late else done
        return [*self.before, *(commit for commit in self.commits if commit.request in there)]


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedCrm]:
    """A CRM that takes a few milliseconds, so that there are always requests on their way."""
    with WatchedCrm(tmp_path_factory.mktemp("crm") / "data", latency_ms=4) as running:
        yield running


Recorded = Callable[[str], Recording]


@pytest.fixture(scope="module")
def recorded(crm: WatchedCrm, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """``recorded(looked)``: the import of all rows in that way, recorded once."""
    made: dict[str, Recording] = {}

    def get(looked: str) -> Recording:
        if looked not in made:
            folder = tmp_path_factory.mktemp("recorded")
            with journals("wal_autocheckpoint = 8") if looked == "checkpoints" else nullcontext():
                lookup = "never" if looked in ("never", "checkpoints") else "always"
                made[looked] = record(crm, folder, lookup, stop=looked == "stopped")
        return made[looked]

    return get


@contextmanager
def journals(setting: str) -> Iterator[None]:
    """Open every journal with another setting of SQLite's."""
    real = Journal.__init__

    def opened(journal: Journal, path: Path) -> None:
        real(journal, path)
        journal.database.execute(f"PRAGMA {setting}")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Journal, "__init__", opened)
        yield


def leads(folder: Path) -> Path:
    """Write 60 contacts, 20 % of them known, among them some that stay as they are, and some rows without a contact."""
    rows = [f"Ada Martin {n};+3361234{n:04d};Lyon;new" for n in range(NEW)]
    rows += [f"Zoé Petit {n};+3361235{n:04d};Paris;" for n in range(4)]
    rows += [f"Zoé Petit {n};+3361235{n:04d};Nîmes;more" for n in range(4, 10)]
    rows += [f"Luc Bernard {n};+3361235{n:04d};Brest;" for n in range(10, KNOWN)]
    random.Random(3).shuffle(rows)
    rows += ["Ada Martin 5;06 12 34 00 05;Sète;", "Nobody;12;Metz;"]
    file = folder / "leads.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def known() -> list[Commit]:
    """What the CRM holds before the run, for three days."""
    at = int((time.time() - 3 * 86_400) * 1000)
    return [
        Commit("", {"name": f"Zoé Petit {n}", "phoneNumber": f"+3361235{n:04d}", "city": "Paris", "tags": ["old"]}, at)
        for n in range(KNOWN)
    ]


def record(crm: WatchedCrm, folder: Path, lookup: str, *, stop: bool = False) -> Recording:
    """Import all rows, and note all that happens; ``stop``: up to a Ctrl-C, and the rest unrecorded."""
    file, before = leads(folder), known()
    crm.restore(before)
    with Disk() as disk, pytest.MonkeyPatch.context() as patched:
        # so that a short file has its intents in several commits
        patched.setattr("bulk_io.upload._WINDOW", 16)
        crm.note = lambda kind, name, number: disk.mark(kind, name, offset=number)
        crashpoints.listen(Marker(disk, answers=20 if stop else 0))
        try:
            report = bulk_io.import_file(file, lookup=lookup, **access(crm), concurrency=8, run_dir=folder / "runs")
        finally:
            crashpoints.listen(None)
            crm.note = lambda kind, name, number: None
    assert isinstance(report.error, Interrupted) if stop else report.error is None
    if stop:
        report = bulk_io.resume(**access(crm), run_dir=folder / "runs")
    own = crm.commits[len(before) :]
    return Recording(
        file, report.run_dir, disk.events, before, own, outcomes(report), contacts(crm), changes(report.run_dir)
    )


class Marker:
    """Marks the points that a run comes by, and presses Ctrl-C after so many ``answers`` (0: never)."""

    def __init__(self, disk: Disk, *, answers: int) -> None:
        self._disk = disk
        self._answers = answers

    def __call__(self, point: str) -> None:
        # when a run has its name, its folder was synced
        self._disk.mark("folder" if point == "run made" else "point", point)
        self._answers -= point == "answer come"
        if self._answers == 0 and point == "answer come":
            signal.raise_signal(signal.SIGINT)


def access(crm: WatchedCrm) -> dict[str, Any]:
    """How the CRM is reached."""
    return {"base_url": crm.base_url, "api_key": crm.api_key}


def outcomes(report: Report) -> dict[int, str]:
    """What became of each row."""
    return dict(zip(report.results["row"], report.results["outcome"], strict=True))


def contacts(crm: WatchedCrm) -> dict[str, dict[str, Any]]:
    """All contacts by phone number, without what the CRM gives them by itself."""
    found = crm.contacts()
    by_phone = {one["phoneNumber"]: {name: value for name, value in one.items() if name not in OWN} for one in found}
    assert len(by_phone) == len(found), "a contact stands twice in the CRM"
    return by_phone


def changes(folder: Path) -> list[tuple[object, ...]]:
    """The changes of contacts that the journal knows of, with the values of before."""
    with closing(Journal(folder / FILE_NAME)) as journal:
        found = Ledger(journal, folder).changes()
        return [(one.row, one.change.field, one.change.old, one.change.new) for one in found]


def phones(folder: Path, wanted: str) -> set[str]:
    """The numbers of a journal's actions for which an SQL condition holds."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as journal:
        if not journal.execute("SELECT 1 FROM sqlite_master WHERE name = 'actions'").fetchone():
            return set()
        return {phone for (phone,) in journal.execute(f"SELECT phone FROM actions WHERE {wanted}")}


@dataclass(frozen=True)
class Crash:
    """A power loss: the files and the CRM's history as they could be then."""

    point: int
    keep: str
    files: dict[str, bytes]
    history: tuple[Commit, ...]


def crash_at(recording: Recording, point: int, keep: str, *, late: bool) -> Crash:
    """Pull the plug behind so many events; ``late``: what was on its way is carried out all the same."""
    files = Plug(keep, seed=point).pull(recording.events[:point])
    return Crash(point, keep, files, tuple(recording.crm(point, late=late)))


def faults(recording: Recording, crm: WatchedCrm, folder: Path, crash: Crash) -> str:
    """Lay out disk and CRM as after a power loss, go on, and say what is wrong then ("" nothing)."""
    run = folder / recording.folder.name
    put(crash.files, run)
    settled = phones(run, "state = 'settled'")
    crm.restore(crash.history)
    report = bulk_io.resume(**access(crm), run_dir=folder, give_up_after=10)
    ended = outcomes(report)
    found = {
        f"stopped by {report.error!r}": report.error is not None,
        f"outcomes {set(ended.items()) ^ set(recording.outcomes.items())}": ended != recording.outcomes,
        "contacts": contacts(crm) != recording.contacts,
        "changes": changes(run) != recording.changes,
        "ids": not ids_fit(report, crm),
        "a settled row was sent again": not settled.isdisjoint(crm.arrived),
    }
    shutil.rmtree(folder)
    wrong = ", ".join(name for name, is_wrong in found.items() if is_wrong)
    return f"after {crash.point} events, {crash.keep}: {wrong}" if wrong else ""


def ids_fit(report: Report, crm: WatchedCrm) -> bool:
    """Tell whether every row that names a contact names that of its phone number."""
    by_phone = {one["phoneNumber"]: one["id"] for one in crm.contacts()}
    named = report.results[report.results["contact_id"] != ""]
    return all(by_phone[phone] == id_ for phone, id_ in zip(named["phoneNumber"], named["contact_id"], strict=True))


def test_what_is_watched_is_what_sqlite_writes(tmp_path: Path) -> None:
    """From the watched writes alone the very files come out, while a journal is open and after it was closed."""
    with Disk() as disk:
        with closing(Journal.create(tmp_path / WATCHED)) as journal:
            for number in range(30):
                journal.put(**{f"fact {number}": "x" * 300})
            whole = Plug().pull(disk.events)
            assert whole.keys() == {WATCHED, WATCHED + "-wal"}
            assert whole == {name: (tmp_path / name).read_bytes() for name in whole}
            assert Plug("none").pull(disk.events) == whole, "every commit is synced"
        assert Plug().pull(disk.events) == {WATCHED: (tmp_path / WATCHED).read_bytes()}


def test_a_watched_write_can_be_refused(tmp_path: Path) -> None:
    """What the tests answer in the disk's place is what SQLite believes."""
    with Disk() as disk, closing(Journal.create(tmp_path / WATCHED)) as journal:
        disk.fail = lambda event: 13 if event.kind == "write" else 0
        with pytest.raises(JournalFailed, match="database or disk is full"):
            journal.put(fact=1)
        disk.fail = lambda event: 0
        journal.put(fact=2)
        assert journal.get("fact") == 2


@pytest.mark.parametrize("looked", LOOKED)
def test_an_import_that_nothing_disturbs(recorded: Recorded, looked: str) -> None:
    """The truth that all the crashes are compared with is right, also where a Ctrl-C came in between."""
    recording = recorded(looked)
    counted = {name: list(recording.outcomes.values()).count(name) for name in set(recording.outcomes.values())}
    assert counted == {"created": 48, "updated": 6, "unchanged": 4, "held": 2, "merged": 1, "invalid": 1}
    assert len(recording.contacts) == NEW + KNOWN
    assert recording.contacts["+33612350004"]["tags"] == ["old", "more"]
    assert len(recording.changes) == 12


@pytest.mark.parametrize("looked", LOOKED)
def test_no_request_leaves_before_its_intent_is_synced(recorded: Recorded, tmp_path: Path, looked: str) -> None:
    """At each arrival of a creation the synced part of the journal says that it may have been sent."""
    arrivals = set(creations(recorded(looked)))
    assert len(arrivals) >= (20 if looked == "stopped" else NEW)
    assert arrivals == set(foreseen(recorded(looked), tmp_path))


def creations(recording: Recording) -> Iterator[int]:
    """Give after how many events each creation arrives at the CRM."""
    return (at for at, event in enumerate(recording.events) if event.kind == "arrived" and event.name.startswith("+"))


def foreseen(recording: Recording, folder: Path) -> Iterator[int]:
    """Give those of them of which the synced part of the journal knows that they may have been sent."""
    for at in creations(recording):
        put(Plug("none").pull(recording.events[:at]), folder / str(at))
        if recording.events[at].name in phones(folder / str(at), "sends > 0"):
            yield at


def test_a_journal_that_does_not_sync_is_found_out(crm: WatchedCrm, tmp_path: Path) -> None:
    """The proof that these tests bite: without the sync of each commit, rows are called by a wrong name."""
    (tmp_path / "careless").mkdir()
    with journals("synchronous = NORMAL"):
        careless = record(crm, tmp_path / "careless", "never")
    assert len(list(foreseen(careless, tmp_path))) < NEW
    last = max(creations(careless)) + 1
    assert "outcomes" in faults(careless, crm, tmp_path / "runs", crash_at(careless, last, "none", late=True))


@pytest.mark.parametrize("looked", LOOKED)
def test_nothing_is_sent_before_the_run_has_its_name(recorded: Recorded, looked: str) -> None:
    """A power loss before that leaves nothing to resume, and nothing that would need it."""
    recording = recorded(looked)
    assert not [event for event in recording.events[: recording.points[0]] if event.kind == "arrived"]


@pytest.mark.parametrize("sample", range(15))
def test_after_a_power_loss_the_run_goes_on_right(
    recorded: Recorded, crm: WatchedCrm, tmp_path: Path, sample: int
) -> None:
    """Nothing is lost, doubled or called by a wrong name; a sample of the moments, in turn of all kinds."""
    recording = recorded(LOOKED[sample % 4])
    drawn = (sample + random.Random(sample).random()) / 15
    point = recording.points[int(drawn * len(recording.points))]
    crash = crash_at(recording, point, KEPT[sample * 3 // 4 % 4], late=sample % 3 == 0)
    assert faults(recording, crm, tmp_path / "runs", crash) == ""


@pytest.mark.slow
@pytest.mark.parametrize("keep", KEPT)
@pytest.mark.parametrize("looked", LOOKED)
def test_after_a_power_loss_at_any_moment_the_run_goes_on_right(
    recorded: Recorded, crm: WatchedCrm, tmp_path: Path, looked: str, keep: str
) -> None:
    """The same behind every single event, with the CRM at its earliest and at its latest."""
    recording = recorded(looked)
    met: set[int] = set()
    wrong: list[str] = []
    for point, late in itertools.product(recording.points, (False, True)):
        crash = crash_at(recording, point, keep, late=late)
        state = hash((frozenset(crash.files.items()), tuple(map(repr, crash.history))))
        if state not in met:
            met.add(state)
            wrong += filter(None, [faults(recording, crm, tmp_path / "runs", crash)])
    print(f"{len(met)} different states after a power loss, {len(wrong)} of them went on wrong")
    assert wrong == []
