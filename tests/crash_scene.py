"""The scene of the crashes: a lead list, a CRM that knows a part of it, the imports, and the judge of what they leave.

The sandbox's ledger is the oracle: it knows which request was committed, whatever became of who sent it.
"""

from __future__ import annotations

import contextlib
import csv
import json
import random
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crashing import HANGS, Deed, Ending, Process, launcher

from bulk_io.journal import FILE_NAME, Journal
from bulk_io.ledger import Ledger
from bulk_io.sandbox import Sandbox

DONE = ("created", "updated", "unchanged")
WRONGS = ("lost", "doubled", "unknown", "mislabelled", "value", "sent again")
"""What a row can suffer: it is not in the CRM; there twice; without an end; called by another end than it had, or by
another contact's id; with other values; and written once more though it was settled, or a third time."""
WINDOW = "bulk_io.upload._WINDOW"
"""How many intents are committed together."""
Label = tuple[str, str, str]
"""Phone number, outcome and contact id of a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the lead list, and what it becomes if nothing goes wrong."""

    phone: str
    name: str
    city: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A lead list and the contacts that the CRM holds before: 20 % of the people, half of them with another city."""

    rows: tuple[Row, ...]
    known: Mapping[str, Mapping[str, str]]

    @classmethod
    def make(cls, seed: int, rows: int = 120, *, plain: bool = False, strangers_first: bool = False) -> Scene:
        """Draw a scene; without ``plain`` some rows are repeats, broken, or of people who share a number.

        A stranger's row, whose number is somebody else's in the CRM, stands before that other one's row or behind it.
        """
        chance = random.Random(seed)
        known: dict[str, dict[str, str]] = {}
        found: list[Row] = []
        for at in range(rows):
            phone, name = f"+33612{340_000 + at:06d}", f"Ada Martin {at}"
            city = chance.choice(["Lyon", "Nantes", "Besançon"])
            becomes = ("updated", "unchanged")[at // 5 % 2] if at % 5 == 0 else "created"
            if at % 5 == 0:
                known[phone] = {"name": name, "phoneNumber": phone, "city": "Paris" if becomes == "updated" else city}
            found.append(Row(phone, name, city, becomes))
        chance.shuffle(found)
        if not plain:
            strangers = [
                Row(f"+33612{340_000 + at:06d}", f"Zoé Petit {at}", "Nîmes", "held") for at in range(0, rows, 10)
            ]
            found = [*strangers, *found] if strangers_first else [*found, *strangers]
            carriers = [row for row in found if row.becomes != "held"][::30]
            found += [Row(row.phone, row.name, row.city, "merged") for row in carriers]
            found.insert(rows // 2, Row("12", "Nobody", "Metz", "invalid"))
        return cls(tuple(found), known)

    def changes(self) -> set[tuple[object, ...]]:
        """What an import changes: row, field, what was there, what is there then."""
        updated = ((at, row) for at, row in enumerate(self.rows, 2) if row.becomes == "updated")
        return {(at, "city", self.known[row.phone]["city"], row.city) for at, row in updated}

    def write(self, path: Path) -> Path:
        """Write the lead list."""
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = [[row.name, row.phone, row.city] for row in self.rows]
            csv.writer(file).writerows([["name", "phoneNumber", "city"], *rows])
        return path


class Crm:
    """The sandbox with a scene's contacts in it, as old as an hour; answers take ``latency_ms``."""

    def __init__(self, sandbox: Sandbox, scene: Scene, *, latency_ms: float = 8) -> None:
        self.sandbox = sandbox
        self.scene = scene
        self._latency = latency_ms
        self._address = urlsplit(sandbox.base_url)
        sandbox.reset()
        with self._connection() as ask:
            self.ids = {phone: str(ask("/contacts", values)["data"]["id"]) for phone, values in scene.known.items()}
        sandbox.age(3600)
        self._before = len(scene.known)
        self.set_faults([])

    def set_faults(self, rules: Sequence[Mapping[str, object]]) -> None:
        """Have faults beside the latency."""
        self.sandbox.set_faults([*rules, {"action": "pass", "delay_ms": self._latency}])

    def events(self) -> list[dict[str, Any]]:
        """The requests since the scene was set, when none is under way any more."""
        deadline = time.monotonic() + HANGS
        while True:
            events: list[dict[str, Any]] = self.sandbox.ledger()["events"][self._before :]
            if all(event["until"] for event in events):
                return events
            assert time.monotonic() < deadline, "a request does not end"
            time.sleep(0.02)

    def in_flight(self) -> list[tuple[int, dict[str, Any]]]:
        """The requests that are under way now, with their places in the order of all."""
        events = self.sandbox.ledger()["events"][self._before :]
        return [(at, event) for at, event in enumerate(events) if event["until"] is None]

    def phone_of(self, event: Mapping[str, Any]) -> str:
        """The phone number that a writing request is about; only the scene's contacts are changed."""
        phones = {contact: phone for phone, contact in self.ids.items()}
        return str(event["phone"] if event["method"] == "POST" else phones[event["contact"]])

    def writes(self) -> dict[str, list[dict[str, Any]]]:
        """The writing requests by phone number, in their order."""
        events = self.events()
        phones = {contact: phone for phone, contact in self.ids.items()}
        phones |= {event["contact"]: event["phone"] for event in events if event["committed"] == "created"}
        found: dict[str, list[dict[str, Any]]] = {}
        for event in events:
            if event["method"] != "GET":
                phone = event["phone"] if event["method"] == "POST" else phones.get(event["contact"], "")
                found.setdefault(phone, []).append(event)
        return found

    def contacts(self) -> list[dict[str, Any]]:
        """Every contact; what this asks is not among the events that were taken before."""
        self.sandbox.set_faults([])
        found: list[dict[str, Any]] = []
        with self._connection() as ask:
            while page := ask(f"/contacts?limit=200&page={len(found) // 200 + 1}", None)["data"]:
                found += page
                if len(page) < 200:
                    break
        return found

    @contextmanager
    def _connection(self) -> Iterator[Callable[[str, object], Any]]:
        with closing(HTTPConnection(self._address.netloc, timeout=30)) as connection:
            headers = {"Authorization": f"Bearer {self.sandbox.api_key}"}

            def ask(path: str, body: object) -> Any:
                method, data = ("GET", None) if body is None else ("POST", json.dumps(body))
                connection.request(method, self._address.path + path, data, headers)
                return json.load(connection.getresponse())

            yield ask


@dataclass(frozen=True, slots=True)
class Wrong:
    """What became of a row that should not: one of ``WRONGS``."""

    what: str
    phone: str
    story: str


@dataclass(slots=True)
class Job:
    """One import of a scene: begun, killed, resumed, to its end; it remembers what was settled at each death."""

    crm: Crm
    folder: Path
    options: tuple[str, ...] = ()
    patches: Mapping[str, object] = field(default_factory=lambda: {WINDOW: 16})
    deaths: list[tuple[float, frozenset[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not (self.folder / "leads.csv").exists():
            self.crm.scene.write(self.folder / "leads.csv")

    def begin(self, *deeds: Deed) -> Process:
        """Start the import."""
        return self._run("import", "leads.csv", "--json", *self.options, deeds=deeds)

    def resume(self, *deeds: Deed) -> Process:
        """Go on with it."""
        return self._run("resume", "--json", deeds=deeds)

    def go_on(self) -> Process:
        """Resume, or import where no run was made yet."""
        return self.resume() if self.run_folder() else self.begin()

    def died(self, process: Process) -> Ending:
        """Wait for a process that dies, and note which phone numbers have nothing more to be sent."""
        ending = process.wait()
        self.deaths.append((time.time(), self.settled()))
        return ending

    def finish(self) -> Ending:
        """Go on to the end."""
        return self.go_on().wait()

    def labels(self, ending: Ending) -> list[Label]:
        """What was said of each row in the end."""
        return results(self.folder, ending)

    def run_folder(self) -> Path | None:
        """The run's folder, None if there is none yet."""
        return next(iter(sorted((self.folder / "bulk-io-runs").glob("[!.]*"))), None)

    def changes(self) -> set[tuple[object, ...]]:
        """The changes of contacts that the journal tells: row, field, what was there, what is there."""
        run = self.run_folder()
        assert run is not None
        with closing(Journal(run / FILE_NAME)) as journal:
            told = Ledger(journal, run).changes()
            return {(one.row, one.change.field, one.change.old, one.change.new) for one in told}

    def settled(self) -> frozenset[str]:
        """The phone numbers all of whose rows are settled in the journal, read from a copy: the real one stays."""
        run = self.run_folder()
        if run is None:
            return frozenset()
        query = "SELECT phone FROM actions GROUP BY phone HAVING min(state = 'settled')"
        with tempfile.TemporaryDirectory() as name:
            for end in ("", "-wal"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy(run / (FILE_NAME + end), name)
            with closing(sqlite3.connect(Path(name) / FILE_NAME)) as journal:
                return frozenset(phone for (phone,) in journal.execute(query))

    def faults(self, ending: Ending, *, sends: int = 2) -> list[Wrong]:
        """Everything that is not as it should be; ``sends``: how often a request may be seen for one row."""
        writes = self.crm.writes()
        found = judge(self.crm, self.labels(ending), writes)
        found += [Wrong("value", "", f"change {one}") for one in self.crm.scene.changes() ^ self.changes()]
        for phone, events in writes.items():
            for method in ("POST", "PUT"):
                if sum(event["method"] == method for event in events) > sends:
                    found.append(Wrong("sent again", phone, f"{method} more than {sends} times: {story(events)}"))
            for at, settled in self.deaths:
                if phone in settled and any(event["at"] > at for event in events):
                    found.append(Wrong("sent again", phone, f"it was settled before: {story(events)}"))
        return found

    def ended_well(self, ending: Ending, *, sends: int = 2) -> bool:
        """Fail, telling all, unless the import ended as an undisturbed one would, and as the ledger says."""
        document = ending.document
        rows = self.crm.scene.rows
        assert (ending.code, document["state"]) == (1, "finished"), ending  # 1: held and invalid rows
        assert document["rows"] == sum(document["outcomes"].values()) == len(rows), ending
        wrong = self.faults(ending, sends=sends)
        assert not wrong, "\n".join(map(str, wrong))
        assert [said for _, said, _ in self.labels(ending)] == [row.becomes for row in rows], ending
        return True

    def _run(self, *arguments: str, deeds: Sequence[Deed]) -> Process:
        return launcher().run(
            *arguments, folder=self.folder, sandbox=self.crm.sandbox, deeds=deeds, patches=self.patches
        )


def results(folder: Path, ending: Ending) -> list[Label]:
    """Phone number, outcome and contact id of each row, as results.csv has them."""
    with (folder / ending.document["files"]["results"]).open(encoding="utf-8-sig", newline="") as file:
        return [(line["phoneNumber"], line["outcome"], line["contact_id"]) for line in csv.DictReader(file)]


def judge(crm: Crm, labels: Sequence[Label], writes: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Wrong]:
    """Compare what is said of each row with the ledger and with the contacts that there are."""
    contacts = crm.contacts()
    by_phone = {str(contact["phoneNumber"]): contact for contact in contacts}
    asked = {row.phone for row in crm.scene.rows if row.becomes in DONE} | set(crm.scene.known)
    found = [Wrong("doubled", phone, "nobody asked for this contact") for phone in by_phone.keys() - asked]
    if len(contacts) > len(by_phone):
        found.append(Wrong("doubled", "", "a number is there twice"))
    if len(labels) != len(crm.scene.rows):
        found.append(Wrong("lost", "", f"{len(labels)} results for {len(crm.scene.rows)} rows"))
    for row, (_, said, contact_id) in zip(crm.scene.rows, labels, strict=False):
        found += _judge_row(crm, row, said, contact_id, by_phone.get(row.phone), writes.get(row.phone, ()))
    return found


def _judge_row(
    crm: Crm,
    row: Row,
    said: str,
    contact_id: str,
    contact: Mapping[str, Any] | None,
    events: Sequence[Mapping[str, Any]],
) -> Iterator[Wrong]:
    count = Counter(event["committed"] for event in events)
    if said in ("pending", "failed", ""):
        yield Wrong("unknown", row.phone, f"{said!r}: {story(events)}")
        return
    if row.becomes not in DONE:
        if said != row.becomes:
            yield Wrong("mislabelled", row.phone, f"{said}, is {row.becomes}: {story(events)}")
        return
    if contact is None:
        yield Wrong("lost", row.phone, f"{said}, is nowhere: {story(events)}")
        return
    if count["created"] > (row.phone not in crm.scene.known):
        yield Wrong("doubled", row.phone, story(events))
    truth = "created" if count["created"] else "updated" if count["updated"] else "unchanged"
    if said != truth or contact_id != contact["id"]:
        yield Wrong("mislabelled", row.phone, f"{said} {contact_id}, is {truth} {contact['id']}: {story(events)}")
    if (contact["name"], contact["city"]) != (row.name, row.city):
        yield Wrong("value", row.phone, f"{contact['name']}, {contact['city']}: {story(events)}")


def story(events: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{event['method']} {event['status']} {event['committed']} {event['fault']}" for event in events)
