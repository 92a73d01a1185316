"""The upload against a model: files, options, faults, kills and other people's edits, and all ends as the model says.

A session is a process of its own, forked from one that has loaded everything, so that it can die of a real SIGKILL. The
model foretells what each session may write and how each row ends; the sandbox's ledger tells what was written.
"""

from __future__ import annotations

import csv
import functools
import gc
import importlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from storm_kinds import KINDS, rules_of

import bulk_io
from bulk_io.crashpoints import POINTS
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.ledger import Ledger
from bulk_io.sandbox import Sandbox

PHONES = tuple(f"+3361234{number:04d}" for number in range(6))
ADA, ZOE = "Ada Martin", "Zoé Simon"  # nobody can say which word is the first name, so none is derived
CITIES, TAGS = ("Lyon", "Brest"), ("lead", "vip")
THEIR_CITY, THEIR_TAG = "Metz", "friend"
"""What no file says: the same words by another hand, while a run is stopped, could not be told from the run's own."""
DONE = ("created", "updated", "unchanged")
STOPPED = (-signal.SIGKILL, 128 + signal.SIGINT, 5)
"""How sessions end that leave something to resume: killed, by Ctrl-C, given up (a redirect before anything worked)."""
HANGS = 60
"""Seconds after which a session hangs."""
Contact = dict[str, Any]
FIGURES: Counter[str] = Counter()


# the model


class Lead(NamedTuple):
    """A row of a file: a place in ``PHONES``, -1 for a number that is none; ``national``: written without a prefix."""

    phone: int
    name: str = ADA
    city: str = CITIES[0]
    tags: tuple[str, ...] = ()
    national: bool = False

    def cells(self) -> list[str]:
        """The row as it stands in the file."""
        number = PHONES[self.phone] if self.phone >= 0 else "12"
        return [self.name, "0" + number[3:] if self.national else number, self.city, ";".join(self.tags)]


@dataclass(frozen=True)
class Options:
    """The options of an import that decide what becomes of rows."""

    lookup: str = "never"
    on_duplicate: str = "merge"
    on_conflict: str = "update"
    on_name_mismatch: str = "hold"
    tags: str = "merge"


@dataclass(frozen=True)
class Person:
    """The rows of a file that are one contact, as one row; ``body`` is what creates it."""

    row: int
    body: Contact


class Fate(NamedTuple):
    """What becomes of a row that carries no contact, while its carrier is written."""

    outcome: str
    carrier: int


class Foretold(NamedTuple):
    """What becomes of a person in a session that comes to its end; ``commit`` and ``body`` tell what is written."""

    person: Person
    outcome: str
    commit: str = ""
    body: Contact = {}  # noqa: RUF012


def people_of(leads: Sequence[Lead], options: Options) -> tuple[dict[str, list[Person]], dict[int, Fate]]:
    """The people of a file by phone number, in order of rank, and the fates of the other rows."""
    groups: dict[tuple[str, str], list[int]] = {}
    fates = {row: Fate("invalid", row) for row, lead in enumerate(leads, 2) if lead.phone < 0}
    for row, lead in enumerate(leads, 2):
        if row not in fates:
            name = lead.name if options.on_name_mismatch == "hold" else ""
            groups.setdefault((PHONES[lead.phone], name), []).append(row)
    people: dict[str, list[Person]] = {}
    for (phone, _), rows in groups.items():
        if options.on_duplicate == "reject" and len(rows) > 1:
            fates |= {row: Fate("invalid", row) for row in rows}
            continue
        carrier = rows[-1 if options.on_duplicate == "last" else 0]
        rest = "skipped" if options.on_duplicate == "first" else "merged"
        fates |= {row: Fate(rest, carrier) for row in rows if row != carrier}
        used = [leads[row - 2] for row in (rows[:1] if rest == "skipped" else rows)]
        body = {"name": used[-1].name, "phoneNumber": phone, "city": used[-1].city}
        labels = union([], [tag for lead in used for tag in lead.tags])
        people.setdefault(phone, []).append(Person(carrier, body | ({"tags": labels} if labels else {})))
    return people, fates


def union(some: Sequence[str], more: Sequence[str]) -> list[str]:
    """Tags put together: order kept, repeats dropped."""
    return list(dict.fromkeys([*some, *more]))


def decide(people: Sequence[Person], contact: Contact | None, options: Options) -> Iterator[Foretold]:
    """What becomes of the people of one number, given in order of rank, where the number is a contact's or free."""
    taken = False
    for person in people:
        fits = contact is None or options.on_name_mismatch == "update" or contact["name"] == person.body["name"]
        if taken or not fits:
            yield Foretold(person, "held")
        elif contact is None:
            yield Foretold(person, "created", "created", person.body)
        elif options.on_conflict in ("skip", "reject"):
            yield Foretold(person, {"skip": "skipped", "reject": "rejected"}[options.on_conflict])
        elif changed := changes(person.body, contact, options):
            yield Foretold(person, "updated", "updated", changed)
        else:
            yield Foretold(person, "unchanged")
        taken = taken or fits


def changes(body: Contact, contact: Contact, options: Options) -> Contact:
    """The fields of a contact that a row changes."""
    fill = options.on_conflict == "fill"
    found = {
        name: body[name]
        for name in ("name", "city")
        if body[name] != contact.get(name) and not (fill and contact.get(name))
    }
    stored, given = contact.get("tags", []), body.get("tags", [])
    wanted = union([] if given and options.tags == "replace" else stored, given)
    return found if set(wanted) == set(stored) else found | {"tags": wanted}


@dataclass
class Run:
    """An import under way, as the model has it. ``open`` are the people that the journal has not settled yet."""

    leads: Sequence[Lead]
    options: Options
    foul: bool = False
    open: dict[str, list[Person]] = field(default_factory=dict)
    fates: dict[int, Fate] = field(default_factory=dict)
    ends: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By carrier: its outcome and its contact's id."""
    made: dict[str, tuple[str, Person]] = field(default_factory=dict)
    """By phone number: the contact that this run made last, and for whom."""
    changed: dict[tuple[int, str], dict[str, tuple[str, str]]] = field(default_factory=dict)
    """By carrier and contact id: the fields that this run changed, old and new."""
    touched: set[str] = field(default_factory=set)
    """The numbers at which others were since it began."""
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many requests it has sent by method and phone number."""

    def __post_init__(self) -> None:
        self.open, self.fates = people_of(self.leads, self.options)

    def foretell(self, phone: str, contact: Contact | None) -> list[Foretold]:
        """What becomes of the open people of a number in a session that finds this contact there."""
        people = self.open[phone]
        made, maker = self.made.get(phone, ("", None))
        if contact and maker in people and contact["id"] == made and holds(contact, maker.body):
            return [Foretold(one, "created" if one == maker else "held") for one in people]
        found = []
        for one in decide(people, contact, self.options):
            ours = contact and one.outcome == "unchanged" and (one.person.row, contact["id"]) in self.changed
            found.append(one._replace(outcome="updated") if ours else one)
        return found

    def outcome(self, row: int) -> str:
        """How a row ended."""
        fate = self.fates.get(row)
        if fate is None or fate.outcome != "merged":
            return fate.outcome if fate else self.ends[row][0]
        carried = self.ends[fate.carrier][0]
        return "merged" if carried in DONE else carried


def holds(contact: Contact, body: Contact) -> bool:
    """Tell whether a contact has all that a request sent."""
    return all(
        set(contact.get(name, [])) == set(value) if name == "tags" else contact.get(name) == value
        for name, value in body.items()
    )


# the world


class Deed(NamedTuple):
    """What a session does to itself: a signal, at the ``nth`` time that it comes by a point ("": by any point)."""

    point: str
    nth: int = 1
    number: int = signal.SIGKILL


@dataclass(frozen=True)
class Session:
    """How a session is run; ``window`` is how many rows' intents are committed together."""

    kill: Deed | None = None
    concurrency: int = 1
    window: int = 2


class World:
    """The CRM and the model of it, an import under way or stopped, and other people."""

    def __init__(self, sandbox: Sandbox, sessions: Sessions, *broken: str) -> None:
        self.contacts: dict[str, Contact] = {}
        self.run: Run | None = None
        self.faults: list[dict[str, Any]] = []
        self.sound = True
        self._ids: dict[str, str] = {}
        self._broken = broken
        self._sandbox = sandbox
        self._sessions = sessions
        self._address = urlsplit(sandbox.base_url)
        self._files = 0
        self._folder = Path(tempfile.mkdtemp(prefix="model-"))
        sandbox.reset()

    def end(self) -> None:
        """Finish what is under way, and leave nothing behind."""
        try:
            if self.sound:
                self.finish()
        finally:
            shutil.rmtree(self._folder)

    # other people

    def create(self, phone: str, values: Contact) -> None:
        """Somebody makes a contact, unless the number has one."""
        if phone in self.contacts:
            return
        theirs = {"city": THEIR_CITY, "tags": [THEIR_TAG]} if self.run else {}
        made = self._ask("POST", "/contacts", {"phoneNumber": phone, **values, **theirs})
        self._ids[made["data"]["id"]] = phone
        self._touched(phone)

    def change(self, phone: str, what: str, city: str) -> None:
        """Somebody changes a contact, if there is one."""
        contact = self.contacts.get(phone)
        if contact is None:
            return
        values: Contact = {
            "city": {"city": THEIR_CITY if self.run else city},
            "tags": {"tags": union(contact.get("tags", []), [THEIR_TAG])},
            "position": {"position": "CEO"},
            "name": {"name": ZOE if contact["name"] == ADA else ADA},
        }[what]
        self._ask("PUT", f"/contacts/{contact['id']}", values)
        self._touched(phone)

    def delete(self, phone: str) -> None:
        """Somebody deletes a contact, if there is one."""
        if phone in self.contacts:
            self._sandbox.remove(phone)
            self._touched(phone)

    def _touched(self, phone: str) -> None:
        self.contacts = self._stored()
        if self.run:
            self.run.touched.add(phone)

    # the import

    def begin(self, leads: Sequence[Lead], options: Options, session: Session) -> None:
        """Begin an import, of contacts that are as old as an hour."""
        assert self.run is None
        self._sandbox.age(3600)
        self._files += 1
        self.run = Run(leads, options)
        with self._file.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["name", "phoneNumber", "city", "tags"], *(lead.cells() for lead in leads)])
        FIGURES["imports"] += 1
        FIGURES["rows"] += len(leads)
        self._work(self.run, session, {"file": str(self._file), "options": {"region": "FR", **vars(options)}})

    def go_on(self, session: Session) -> None:
        """Resume the import."""
        assert self.run
        self._work(self.run, session, {})

    def finish(self) -> None:
        """Resume the import undisturbed, if one was stopped."""
        self.faults = []
        if self.run:
            self.go_on(Session())
        assert self.run is None

    @property
    def _file(self) -> Path:
        return self._folder / f"leads-{self._files}.csv"

    def _work(self, run: Run, session: Session, order: Mapping[str, object]) -> None:
        """Run one session, and hold what it did and said against the model."""
        self.sound = False
        foretold = {phone: run.foretell(phone, self.contacts.get(phone)) for phone in run.open}
        seen = len(self._events())
        run.foul = run.foul or bool(self.faults)
        self._sandbox.set_faults([*self.faults, {"action": "pass", "delay_ms": 2}])
        ended = self._sessions.run(self._order(session, order))
        events = self._events()[seen:]
        self._sandbox.set_faults([])
        note(f"{session} {self.faults} -> {ended}: {story(events)}")
        self.faults = []
        FIGURES.update(("sessions", f"ended {ended}"))
        assert ended in (0, 1, *STOPPED)
        committed = self._take_in(run, foretold, events)
        settled = journalled(self._run_folder) if ended in STOPPED else self._results(run, ended)
        _settle(run, foretold, settled, committed, self.contacts)
        if ended not in STOPPED:
            self._judge(run, settled)
            self.run = None
        self.sound = True

    def _order(self, session: Session, order: Mapping[str, object]) -> dict[str, object]:
        reach = {"base_url": self._sandbox.base_url, "api_key": self._sandbox.api_key, "timeout": 0.5}
        return {
            "reach": {**reach, "run_dir": str(self._folder / "runs"), "concurrency": session.concurrency},
            "window": session.window,
            "kill": session.kill,
            "told": str(self._folder / "told"),
            "broken": self._broken,
            **order,
        }

    def _take_in(
        self, run: Run, foretold: Mapping[str, Sequence[Foretold]], events: Sequence[Mapping[str, Any]]
    ) -> set[str]:
        """Carry out in the model what was committed, all of which must be foretold; gives the numbers concerned."""
        committed: set[str] = set()
        for event in events:
            if event["method"] == "GET":
                continue
            if event["committed"] == "created":
                self._ids[event["contact"]] = event["phone"]
            phone = event["phone"] or self._ids[event["contact"]]
            assert phone in foretold, f"{phone} was settled, and is sent again"
            run.sent[event["method"], phone] += 1
            if event["committed"]:
                one = next((one for one in foretold[phone] if one.commit), None)
                assert one, f"{phone}: {event['committed']}, foretold was {foretold[phone]}"
                assert one.commit == event["committed"]
                assert event["committed"] == "updated" or phone not in committed
                committed.add(phone)
                self._commit(run, phone, one, event["contact"])
        assert self._stored() == self.contacts
        return committed

    def _commit(self, run: Run, phone: str, one: Foretold, contact_id: str) -> None:
        if one.commit == "created":
            self.contacts[phone] = {**one.body, "id": contact_id}
            run.made[phone] = (contact_id, one.person)
            return
        before = self.contacts[phone]
        told = {name: (text(before.get(name, "")), text(value)) for name, value in one.body.items()}
        run.changed[one.person.row, contact_id] = run.changed.get((one.person.row, contact_id), {}) | {
            name: change for name, change in told.items() if change[0] != change[1]
        }
        self.contacts[phone] = before | one.body

    def _results(self, run: Run, ended: int) -> dict[int, tuple[str, str]]:
        told = json.loads((self._folder / "told").read_text())
        with Path(told["results"]).open(encoding="utf-8-sig", newline="") as file:
            results = {int(line["row"]): (line["outcome"], line["contact_id"]) for line in csv.DictReader(file)}
        assert list(results) == list(range(2, len(run.leads) + 2))
        counted = Counter(outcome for outcome, _ in results.values())
        assert {outcome: count for outcome, count in told["outcomes"].items() if count} == counted
        assert ended == int(bool(counted.keys() & {"held", "invalid", "rejected"}))
        return results

    def _judge(self, run: Run, results: Mapping[int, tuple[str, str]]) -> None:
        """Hold the results of an import that came to its end against the model."""
        assert not any(run.open.values())
        assert {row: outcome for row, (outcome, _) in results.items()} == {row: run.outcome(row) for row in results}
        for row, (outcome, contact_id) in results.items():
            if outcome in (*DONE, "merged"):
                carrier = run.fates[row].carrier if row in run.fates else row
                assert contact_id == run.ends[carrier][1], f"row {row}"
        told: dict[int, dict[str, tuple[str, str]]] = {}
        with closing(Journal(self._run_folder / FILE_NAME)) as journal:
            for one in Ledger(journal, self._run_folder).changes():
                told.setdefault(one.row, {})[one.change.field] = (one.change.old, one.change.new)
        for row, (outcome, contact_id) in run.ends.items():
            phone = self._phone(run, row)
            if outcome == "updated" and phone not in run.touched:
                assert told[row] == run.changed[row, contact_id], f"row {row}"
        if not run.foul:
            too_often = {key for key, count in run.sent.items() if count > 2 and key[1] not in run.touched}
            assert not too_often

    def _phone(self, run: Run, row: int) -> str:
        return PHONES[run.leads[row - 2].phone]

    @property
    def _run_folder(self) -> Path:
        return max(path for path in (self._folder / "runs").iterdir() if not path.name.startswith("."))

    # the sandbox

    def _events(self) -> list[dict[str, Any]]:
        """All requests since the beginning, when none is under way any more, nor on its way."""
        calm = 0
        deadline = time.monotonic() + HANGS
        while True:
            events: list[dict[str, Any]] = self._sandbox.ledger()["events"]
            calm = calm + 1 if all(event["until"] for event in events) else 0
            if calm == 2:
                return events
            assert time.monotonic() < deadline, "a request does not end"

    def _stored(self) -> dict[str, Contact]:
        """What the CRM holds, by phone number, without the times and what is empty."""
        found = self._ask("GET", "/contacts?limit=200")["data"]
        own = ("createdAt", "updatedAt")
        by_phone = {
            one["phoneNumber"]: {name: value for name, value in one.items() if value and name not in own}
            for one in found
        }
        assert len(by_phone) == len(found), "a number is there twice"
        return by_phone

    def _ask(self, method: str, path: str, body: Contact | None = None) -> Any:
        with closing(HTTPConnection(self._address.netloc, timeout=30)) as connection:
            headers = {"Authorization": f"Bearer {self._sandbox.api_key}"}
            connection.request(method, self._address.path + path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            assert answer.status in (200, 201)
            return json.load(answer)


def _settle(
    run: Run,
    foretold: Mapping[str, Sequence[Foretold]],
    settled: Mapping[int, tuple[str, str]],
    committed: set[str],
    contacts: Mapping[str, Contact],
) -> None:
    """Take in which rows are settled for good, each as it was foretold."""
    for phone, people in foretold.items():
        for one in people:
            row = one.person.row
            # that a row is held by another one is not sure before that one is settled
            if row not in settled or (settled[row][0] == "held" and people[0].person.row not in settled):
                continue
            assert settled[row][0] == one.outcome, f"row {row}: said {settled[row][0]}, foretold was {one}"
            assert not one.commit or phone in committed, f"row {row}: {one.outcome}, but nothing was written"
            run.ends[row] = (one.outcome, contacts.get(phone, {}).get("id", ""))
            run.open[phone].remove(one.person)
        if not run.open[phone]:
            del run.open[phone]


def journalled(folder: Path) -> dict[int, tuple[str, str]]:
    """The rows that a journal calls settled: outcome and contact id. Read from a copy: the real one stays as it is."""
    with tempfile.TemporaryDirectory() as name:
        for path in folder.glob(f"{FILE_NAME}*"):
            shutil.copy(path, name)
        with closing(sqlite3.connect(Path(name) / FILE_NAME)) as journal:
            if not journal.execute("SELECT 1 FROM meta WHERE key = 'planned' AND value = 'true'").fetchone():
                return {}
            query = "SELECT row, outcome, contact_id FROM actions WHERE state = 'settled'"
            return {row: (outcome, contact_id) for row, outcome, contact_id in journal.execute(query)}


def text(value: object) -> str:
    """A value as the reports write it."""
    return ";".join(value) if isinstance(value, list) else str(value)


def story(events: Sequence[Mapping[str, Any]]) -> str:
    """What a session sent, for a failed test."""
    return "; ".join(
        f"{e['method']} {e['phone'] or e['contact']} {e['status']} {e['committed']} {e['fault'].replace('pass', '')}"
        for e in events
    )


# the sessions, each a process of its own


class Sessions:
    """Runs sessions in processes forked from one that has loaded everything; a context manager."""

    def __init__(self) -> None:
        roots = [str(Path(bulk_io.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ISAO_")}
        self._child = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**environment, "PYTHONPATH": os.pathsep.join(root for root in roots if root)},
        )

    def __enter__(self) -> Sessions:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.communicate()

    def run(self, order: Mapping[str, object]) -> int:
        """Run a session to its end and give its exit code, negative for the signal that killed it."""
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()
        return int(self._child.stdout.readline())


def _serve() -> None:
    """Fork a session for each order on stdin, and tell on stdout how it ended."""
    from bulk_io import retry, session
    from bulk_io.reports import page, workbook
    from bulk_io.throttle import Throttle

    _load_everything()
    close_gate = Throttle.close_gate
    hasty = functools.partial(retry.Patience, first_pause=0.005, longest_pause=0.05)
    with ExitStack() as stack:
        for owner, name, value in (
            (session, "Patience", hasty),
            (Throttle, "close_gate", lambda self, wait: close_gate(self, wait / 50)),
            (workbook, "write", lambda *given, **more: None),  # most of a session's time, and not what is tested here
            (page, "write", lambda *given, **more: None),
        ):
            stack.enter_context(patch.object(owner, name, value))
        gc.freeze()  # so that the children need not copy it all
        for line in sys.stdin:
            pid = os.fork() or _become(json.loads(line))
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _load_everything() -> None:
    for name in ("bulk_io.library", "aiohttp", "aiohttp.resolver", "pandas", "pyarrow", "phonenumbers"):
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "leads.csv"
        path.write_text("name,phoneNumber,city\nAda Martin,+33612340000,Lyon\nZoé Petit,12,\n", encoding="utf-8")
        bulk_io.validate(path, run_dir=Path(name) / "runs")


def _become(order: Mapping[str, Any]) -> NoReturn:
    """Be the session that was ordered, to its end."""
    from bulk_io import upload

    code = 70
    try:
        signal.alarm(HANGS)
        for name in order["broken"]:
            BROKEN[name]()
        if order["kill"]:
            _die_at(Deed(*order["kill"]))
        with patch.object(upload, "_WINDOW", order["window"]):
            file, reach = order.get("file"), order["reach"]
            report = bulk_io.import_file(file, **order["options"], **reach) if file else bulk_io.resume(**reach)
        told = {"outcomes": report.outcomes, "results": report.document["files"].get("results")}
        Path(order["told"]).write_text(json.dumps(told))
        code = report.exit_code
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _die_at(deed: Deed) -> None:
    from bulk_io import crashpoints

    reached: Counter[str] = Counter()

    def reach(point: str) -> None:
        reached.update((point, ""))
        if reached[deed.point] == deed.nth and deed.point in (point, ""):
            os.kill(os.getpid(), deed.number)

    crashpoints.listen(reach)


def _never_ours() -> None:
    patch("bulk_io.delivery.Delivery._is_ours", lambda *given: False).start()


def _no_intents() -> None:
    patch("bulk_io.worklog.WorkLog.intend", lambda *given: None).start()


def _nothing_settled() -> None:
    patch("bulk_io.worklog.WorkLog.settle", lambda *given: None).start()


def _no_second_look() -> None:
    patch("bulk_io.delivery.Delivery._revisit", lambda delivery: delivery._create_or_ask()).start()


BROKEN: dict[str, Callable[[], None]] = {
    "a contact that our lost request made is taken for another's": _never_ours,
    "intents are not kept": _no_intents,
    "ends are not kept": _nothing_settled,
    "an unknown update is sent as a creation": _no_second_look,
}
"""Ways to break the uploader that the machine must notice."""
RARE = {"an unknown update is sent as a creation"}
"""Those that it notices only after many imports."""


# the machine

phones = st.sampled_from(PHONES)
leads = st.builds(
    Lead,
    phone=st.integers(0, len(PHONES) - 1) | st.integers(-1, len(PHONES) - 1),
    name=st.sampled_from([ADA, ADA, ZOE]),
    city=st.sampled_from(CITIES),
    tags=st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple),
    national=st.booleans(),
)
files = st.lists(leads, min_size=1, max_size=12)
strangers = st.fixed_dictionaries(
    {"name": st.sampled_from([ADA, ADA, ZOE])},
    optional={
        "city": st.sampled_from([*CITIES, THEIR_CITY]),
        "tags": st.lists(st.sampled_from([*TAGS, THEIR_TAG]), min_size=1, max_size=2, unique=True),
    },
)
options = st.builds(
    Options,
    lookup=st.sampled_from(["never", "always", "auto"]),
    on_duplicate=st.sampled_from(["merge", "merge", "last", "first", "reject"]),
    on_conflict=st.sampled_from(["update", "update", "fill", "skip", "reject"]),
    on_name_mismatch=st.sampled_from(["hold", "hold", "update"]),
    tags=st.sampled_from(["merge", "replace"]),
)
OFTEN = ("request leaving", "answer come", "ends written", "ends durable")
numbers = st.sampled_from([signal.SIGKILL.value] * 3 + [signal.SIGINT.value])
deeds = st.one_of(
    st.builds(Deed, st.sampled_from(OFTEN), st.integers(1, 4), numbers),
    st.builds(Deed, st.sampled_from(list(POINTS)), number=numbers),
    st.builds(Deed, st.just(""), st.integers(6, 30), numbers),
)
sessions = st.builds(
    Session,
    kill=st.one_of(st.none(), deeds, deeds),
    concurrency=st.integers(1, 8),
    window=st.sampled_from([2, 64]),
)
WEATHER = (
    *("500 before", "500 after", "503 before", "503 after", "reset before", "reset after", "fin before", "fin after"),
    *("body cut after", "body reset before", "headers cut after", "garbage before", "garbage after", "id stripped"),
    *("html 200 before", "html 200 after", "409 without an id", "two answers", "cut json before", "302 after"),
    *("429, Retry-After in seconds", "429, Retry-After garbage", "429, Retry-After missing", "503 with Retry-After"),
)


def times(name: str, every: int, times: int) -> list[dict[str, Any]]:
    """A kind of fault that hits each so-manieth request, so many times."""
    rules = rules_of([KINDS[name]], 0, elsewhere="http://127.0.0.1:9", probability=1.0)
    return [{**each, "every": every, "times": times} for each in rules]


faults = st.builds(times, st.sampled_from(WEATHER), st.integers(1, 3), st.integers(1, 3))


class FairWeather(RuleBasedStateMachine):
    """Imports, kills and other people. Rules that do not apply do nothing, so that what is drawn depends on no race."""

    def __init__(self, sandbox: Sandbox, running: Sessions, *broken: str) -> None:
        super().__init__()
        self.world = World(sandbox, running, *broken)

    @initialize(known=st.dictionaries(phones, strangers), leads=files, options=options, session=sessions)
    def an_import_begins(
        self, known: dict[str, Contact], leads: list[Lead], options: Options, session: Session
    ) -> None:
        """A file is imported into a CRM that holds some contacts."""
        for phone, values in known.items():
            self.world.create(phone, values)
        self.world.begin(leads, options, session)

    @rule(phone=phones, values=strangers)
    def somebody_creates(self, phone: str, values: Contact) -> None:
        """Somebody else makes a contact."""
        self.world.create(phone, values)

    @rule(phone=phones, what=st.sampled_from(["city", "tags", "position", "name"]), city=st.sampled_from(CITIES))
    def somebody_changes(self, phone: str, what: str, city: str) -> None:
        """Somebody else changes a contact."""
        self.world.change(phone, what, city)

    @rule(phone=phones)
    def somebody_deletes(self, phone: str) -> None:
        """Somebody else deletes a contact."""
        self.world.delete(phone)

    @rule(leads=files, options=options, session=sessions)
    def import_or_resume(self, leads: list[Lead], options: Options, session: Session) -> None:
        """The import that was stopped is resumed; where none was, a file is imported."""
        if self.world.run:
            self.world.go_on(session)
        else:
            self.world.begin(leads, options, session)

    @rule(kill=deeds, concurrency=st.integers(1, 8))
    def a_resumed_import_is_killed(self, kill: Deed, concurrency: int) -> None:
        """The import that was stopped, if one was, is resumed and killed again."""
        if self.world.run:
            self.world.go_on(Session(kill, concurrency))

    def teardown(self) -> None:
        """What is under way comes to its end."""
        self.world.end()


class FoulWeather(FairWeather):
    """The same while the API misbehaves."""

    @rule(faults=st.lists(faults, min_size=1, max_size=3))
    def the_next_session_has_faults(self, faults: list[list[dict[str, Any]]]) -> None:
        """The API misbehaves in the next session; never so often that a row's attempts are used up."""
        self.world.faults = [each for some in faults for each in some]


@pytest.fixture(scope="module")
def running() -> Iterator[Sessions]:
    """The process that forks sessions."""
    with Sessions() as started:
        yield started


MODEST = settings(
    deadline=None,
    max_examples=12,
    stateful_step_count=10,
    derandomize=True,  # the long run draws anew each time
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
WEATHERS = pytest.mark.parametrize("machine", [FairWeather, FoulWeather])


@WEATHERS
def test_imports_end_as_the_model_says(sandbox_process: Sandbox, running: Sessions, machine: type[FairWeather]) -> None:
    """Nothing is lost, doubled, unknown or called by a wrong name, whatever happens between the sessions of a run."""
    run_state_machine_as_test(lambda: machine(sandbox_process, running), settings=MODEST)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in RARE else ()) for name in BROKEN]
)
def test_the_machine_bites(sandbox_process: Sandbox, running: Sessions, name: str) -> None:
    """An uploader that is broken in one place does not pass."""
    bold = settings(MODEST, max_examples=150, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(lambda: FairWeather(sandbox_process, running, name), settings=bold)


@pytest.mark.slow
@WEATHERS
def test_many_imports_end_as_the_model_says(
    sandbox_process: Sandbox, running: Sessions, machine: type[FairWeather]
) -> None:
    """The same, much longer."""
    FIGURES.clear()
    run_state_machine_as_test(
        lambda: machine(sandbox_process, running),
        settings=settings(MODEST, max_examples=300, stateful_step_count=25, derandomize=False),
    )
    print(machine.__name__, dict(FIGURES))


if __name__ == "__main__":
    _serve()
