"""The storm: one import while the API misbehaves in every way that is known, compared with what really happened.

The sandbox's ledger is the oracle: it knows which request was committed, whatever the client was told. ``python
tests/storm.py`` runs every kind of fault with bulk_io and with the naive loop and prints what each got wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch
from urllib.request import ProxyHandler, Request, build_opener

import naive_loop
from storm_kinds import KINDS, OFTEN, Kind, rules_of

from bulk_io import importing, retry, session
from bulk_io.options import Connecting, Options
from bulk_io.report import Report
from bulk_io.sandbox import Sandbox, start
from bulk_io.watching import Watcher

TIMEOUT = 0.5
"""Seconds for an answer."""
SESSIONS = 12
"""How often a run is begun and resumed at most."""
LONGEST = 60.0
"""Seconds after which a run hangs."""
FIELDS = ("name", "phoneNumber", "email", "city", "currentCompany")
_RESUMABLE = 5
Values = dict[str, str]


@dataclass(slots=True)
class Finish:
    """What an importer says it did: by phone number outcome and contact id; warnings as (phone number, field)."""

    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    warnings: set[tuple[str, str]] = field(default_factory=set)
    crash: str = ""
    sessions: int = 0
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What an importer got wrong. ``what``: lost, doubled, mislabelled, unknown, value, crashed, hung or leaked."""

    what: str
    phone: str = ""
    story: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an importer got wrong in a storm and what it said; how often each kind of fault hit it."""

    wrong: list[Wrong]
    finish: Finish
    hits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Case:
    """What is imported into what: the file's rows, and the contacts that are there before, both by phone number."""

    rows: Mapping[str, Values]
    before: Mapping[str, Values]
    lookup: str


Importer = Callable[[Path, Sandbox, Path, Case], Finish]


class Hung(KeyboardInterrupt):
    """The watchdog barked; a KeyboardInterrupt, because an event loop keeps every other exception to itself."""


def case_of(seed: int, rows: int) -> Case:
    """An invented file: a tenth of its people is in the CRM as they are, a tenth with another city and more values."""
    chance = random.Random(seed)
    people: dict[str, Values] = {}
    for number in range(rows):
        phone = f"+33612{340000 + (seed * 100 + number) % 60000:06d}"
        city = chance.choice(["Lyon", "Nantes", "Besançon"])
        mail = f"ada.{number}@example.org"
        people[phone] = dict(zip(FIELDS, (f"Ada Martin {number}", phone, mail, city, "Moulin & fils"), strict=True))
    known = list(people)[::5]
    before = {phone: dict(people[phone]) for phone in known}
    for phone in known[::2]:
        before[phone] |= {"city": "Paris", "position": "CEO"}
    return Case(people, before, ("never", "auto")[seed % 2])


def with_bulk_io(path: Path, sandbox: Sandbox, folder: Path, case: Case) -> Finish:
    """Import and resume with bulk_io, with its own rules of patience but short pauses, and more attempts a request.

    A fault that hits every other request hits one request twelve times in a row once in 4,096: that row has then
    failed, and rightly so, but a storm that ends so now and then says nothing.
    """

    def hasty(**given: Any) -> retry.Patience:
        return replace(retry.Patience(**given), attempts=60, first_pause=0.005, longest_pause=0.05)

    connecting = Connecting(base_url=sandbox.base_url, api_key=sandbox.api_key, timeout=TIMEOUT, give_up_after=20.0)
    options = Options(lookup=case.lookup)  # type: ignore[arg-type]
    finish = Finish()
    with patch.object(session, "Patience", hasty):
        report = importing.import_file(path, options, connecting, dry_run=False, run_dir=folder, watcher=Watcher())
        finish.sessions = 1
        while report.error is not None and report.exit_code == _RESUMABLE and finish.sessions < SESSIONS:
            finish.told.append(str(report.error))
            report = importing.resume(None, connecting, run_dir=folder, watcher=Watcher())
            finish.sessions += 1
    if report.error is not None:
        finish.told.append(str(report.error))
    _read(report, finish, len(case.rows))
    return finish


def with_naive_loop(path: Path, sandbox: Sandbox, folder: Path, case: Case) -> Finish:
    """Import with the vendor's loop; a script that crashed is started again, as often as bulk_io is resumed."""
    api = naive_loop.ContactsAPI(sandbox.base_url, sandbox.api_key, TIMEOUT)
    finish = Finish()
    for _ in range(SESSIONS):
        finish.sessions += 1
        try:
            naive_loop.import_rows(path, api, folder / "counter", finish.labels)
            break
        except Exception as error:
            finish.told.append(repr(error))
    else:
        finish.crash = finish.told[-1]
    return finish


def run(
    importer: Importer,
    sandbox: Sandbox,
    kinds: Sequence[Kind],
    seed: int,
    *,
    rows: int = 30,
    probability: float = OFTEN,
) -> Verdict:
    """Run one storm over one import, each kind hitting requests with ``probability``."""
    case = case_of(seed, rows)
    sandbox.reset()
    crm = Crm(sandbox)
    ids = {phone: crm.add(values) for phone, values in case.before.items()}
    sandbox.age(3600)
    set_up = len(sandbox.ledger()["events"])
    with tempfile.TemporaryDirectory(prefix="storm-") as name, _elsewhere() as (url, strangers):
        folder = Path(name)
        path = _written(case, folder / "people.csv")
        sandbox.set_faults(rules_of(kinds, seed, elsewhere=url, probability=probability))
        finish = _watched(importer, path, sandbox, folder, case)
        sandbox.set_faults([])
        wrong = [Wrong("leaked", story="the key went to another host")] if strangers() else []
    events = sandbox.ledger()["events"][set_up:]
    oracle = Oracle(case, ids, events, crm.contacts(), kinds)
    return Verdict([*wrong, *oracle.compare(finish)], finish, Counter(e["fault"] for e in events if e["fault"]))


class Crm:
    """The sandbox's contacts, asked past all faults."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def add(self, values: Values) -> str:
        """Put a contact there; gives its id."""
        return str(self._ask("/contacts", json.dumps(values).encode())["data"]["id"])

    def contacts(self) -> list[dict[str, Any]]:
        """Every contact."""
        found: list[dict[str, Any]] = []
        page = 1
        while got := self._ask(f"/contacts?limit=200&page={page}", None)["data"]:
            found += got
            page += 1
        return found

    def _ask(self, path: str, body: bytes | None) -> Any:
        headers = {"Authorization": f"Bearer {self._sandbox.api_key}"}
        request = Request(f"{self._sandbox.base_url}{path}", body, headers)
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)


class Oracle:
    """What really happened, phone number by phone number, and what an importer should therefore say."""

    def __init__(
        self,
        case: Case,
        ids: Mapping[str, str],
        events: Sequence[Mapping[str, Any]],
        contacts: Sequence[Mapping[str, Any]],
        kinds: Sequence[Kind],
    ) -> None:
        self._case = case
        self._kinds = {kind.name: kind for kind in kinds}
        self._contacts = contacts
        self._stored = {str(contact["phoneNumber"]): contact for contact in contacts}
        made = {event["contact"]: event["phone"] for event in events if event["committed"] == "created"}
        phones = {**{contact: phone for phone, contact in ids.items()}, **made}
        self._events: dict[str, list[Mapping[str, Any]]] = {phone: [] for phone in case.rows}
        for event in events:
            phone = event["phone"] or phones.get(event["erased"] or event["contact"], "")
            if phone in self._events:
                self._events[phone].append(event)

    def compare(self, finish: Finish) -> list[Wrong]:
        """Everything that is not as it should be."""
        if finish.crash:
            crashed = [Wrong("hung" if finish.crash.startswith("hung") else "crashed", story=finish.crash)]
        else:
            crashed = []
        strangers = set(self._stored) - set(self._case.rows)
        extra = [Wrong("doubled", phone, "nobody asked for this contact") for phone in strangers]
        if len(self._contacts) != len(self._stored):
            extra.append(Wrong("doubled", story="a phone number is there twice"))
        rows = [wrong for phone in self._case.rows for wrong in self._row(phone, finish)]
        return [*crashed, *extra, *rows]

    def _row(self, phone: str, finish: Finish) -> Iterator[Wrong]:
        label, contact_id = finish.labels.get(phone, ("", ""))
        allowed = self.truth(phone)
        told = f"said {label or 'nothing'}, was {' or '.join(sorted(allowed))}: {self._story(phone)}"
        if self._count(phone, "created") > (phone not in self._case.before) + self._erased(phone):
            yield Wrong("doubled", phone, self._story(phone))
        if label in ("", "pending", "failed", "unknown") and not (label == "failed" and "rejected" in allowed):
            yield Wrong("unknown", phone, told)
        elif label not in allowed and not (label == "failed" and "rejected" in allowed):
            yield Wrong("mislabelled", phone, told)
        stored = self._stored.get(phone)
        if allowed == {"rejected"}:
            if (stored is not None) != (phone in self._case.before and not self._erased(phone)):
                yield Wrong("value", phone, told)
        elif stored is None:
            yield Wrong("lost", phone, told)
        else:
            if label in ("created", "updated", "unchanged") and contact_id != stored["id"]:
                yield Wrong("mislabelled", phone, f"said {contact_id}, is {stored['id']}: {self._story(phone)}")
            yield from self._values(phone, stored, finish)

    def truth(self, phone: str) -> set[str]:
        """The outcomes that the ledger bears out for a row."""
        events = self._events[phone]
        writes = [event for event in events if event["method"] != "GET"]
        created, updated = self._count(phone, "created"), self._count(phone, "updated")
        if writes and self._refused(writes[-1]) and not created:
            return {"rejected", "updated"} if updated else {"rejected"}
        if created:
            # what was stored is not what was sent, so a lost creation cannot be known for one's own
            drops = any(self._drops(event) for event in events if event["committed"] == "created")
            found = {"created", "updated"} if drops else {"created"}
        elif phone in self._case.before:
            found = {"updated"} if updated else {"unchanged"}
        else:
            found = {"not written"}
        gone = [event for event in writes if event["status"] == 404]
        return found | {"rejected"} if len(gone) > 3 else found

    def _values(self, phone: str, stored: Mapping[str, Any], finish: Finish) -> Iterator[Wrong]:
        kept = {} if self._erased(phone) else self._case.before.get(phone, {})
        wanted = {**kept, **self._case.rows[phone]}
        warned = {name for number, name in finish.warnings if number == phone}
        differ = {name for name, text in wanted.items() if (stored.get(name) or "") != text}
        droppable = {name for kind in self._kinds.values() for name in kind.drops}
        for name in sorted(differ - (warned & droppable)):
            yield Wrong("value", phone, f"{name} is {stored.get(name)!r}, not {wanted[name]!r}: {self._story(phone)}")
        for name in sorted(warned - differ):
            yield Wrong("value", phone, f"a warning about {name}, which is as it was sent: {self._story(phone)}")

    def _refused(self, event: Mapping[str, Any]) -> bool:
        kind = self._kinds.get(event["fault"])
        return kind is not None and kind.refuses

    def _drops(self, event: Mapping[str, Any]) -> bool:
        kind = self._kinds.get(event["fault"])
        return kind is not None and bool(kind.drops)

    def _count(self, phone: str, committed: str) -> int:
        return sum(event["committed"] == committed for event in self._events[phone])

    def _erased(self, phone: str) -> int:
        return sum(bool(event["erased"]) for event in self._events[phone])

    def _story(self, phone: str) -> str:
        return "; ".join(
            " ".join(
                str(part)
                for part in (e["method"], e["status"], e["committed"], e["fault"] and f"({e['fault']})")
                if part
            )
            for e in self._events[phone]
        )


def _read(report: Report, finish: Finish, rows: int) -> None:
    outcomes = report.outcomes
    results = report.results
    if sum(outcomes.values()) != rows or len(results) != rows:
        finish.crash = f"the rows do not add up: {outcomes}, {len(results)} lines for {rows} rows"
    if report.error is None and report.document["state"] != "finished":
        finish.crash = f"the run ended as {report.document['state']}"
    if report.error is not None:
        finish.crash = f"stopped in {finish.sessions} sessions: {report.error}"
    numbers = dict(zip(results["row"], results["phoneNumber"], strict=True))
    columns = ("phoneNumber", "outcome", "contact_id")
    for phone, outcome, contact_id in results[list(columns)].itertuples(index=False):
        finish.labels[phone] = (outcome, contact_id)
    problems = report.problems
    for one in problems[problems["code"] == "differs"].itertuples():
        name = next((name for name in FIELDS if one.column == name or f" in {name} " in one.message), one.column)
        finish.warnings.add((numbers[one.row], name))


def _watched(importer: Importer, path: Path, sandbox: Sandbox, folder: Path, case: Case) -> Finish:
    """Run an importer under a watchdog; whatever it raises is a crash."""
    barked: list[str] = []

    def bark(number: int, frame: FrameType | None) -> None:
        barked.append("".join(traceback.format_stack(frame, 12)))
        raise Hung

    before = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    finish = Finish()
    try:
        finish = importer(path, sandbox, folder, case)
    except KeyboardInterrupt:
        if not barked:
            raise
    except Exception:
        finish.crash = traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if barked:
        finish.crash = f"hung for {LONGEST:.0f} seconds at {barked[0]}"
    return finish


@contextmanager
def _elsewhere() -> Iterator[tuple[str, Callable[[], bool]]]:
    """Another host: its URL, and whether anybody came."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)

        def somebody() -> bool:
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield f"http://127.0.0.1:{listener.getsockname()[1]}", somebody


def _written(case: Case, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(case.rows.values())
    return path


_WRONGS = ("lost", "doubled", "mislabelled", "value", "unknown", "crashed", "hung", "leaked")


def main() -> int:
    """Print what bulk_io and the naive loop got wrong, kind by kind."""
    parser = argparse.ArgumentParser(description="Rows that an import gets wrong while the API misbehaves.")
    parser.add_argument("kinds", nargs="*", help=f"part of a kind's name; all {len(KINDS)} without")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--rows", type=int, default=30)
    parser.add_argument("--stories", action="store_true", help="tell each wrong row's story")
    parser.add_argument("--only", choices=["bulk_io", "naive"], help="one of the two importers")
    asked = parser.parse_args()
    kinds = [kind for name, kind in KINDS.items() if not asked.kinds or any(part in name for part in asked.kinds)]
    importers = {"naive": with_naive_loop, "bulk_io": with_bulk_io}
    importers = {name: one for name, one in importers.items() if asked.only in (None, name)}
    sums = {name: Counter[str]() for name in importers}
    print(f"{len(kinds)} kinds x {asked.seeds} seeds x {asked.rows} rows; what each importer got wrong:")
    with start() as sandbox:
        for kind in kinds:
            said = [_line(one, sums[name], kind, sandbox, asked) for name, one in importers.items()]
            print(
                f"{kind.name:32} " + "   ".join(f"{n}: {s:48}" for n, s in zip(importers, said, strict=True)),
                flush=True,
            )
    for name, counts in sums.items():
        print(f"{name}: {counts['rows']} rows in {counts['runs']} runs; {_counted(counts)}")
    return int(any(sums.get("bulk_io", Counter[str]())[what] for what in _WRONGS))


def _line(importer: Importer, total: Counter[str], kind: Kind, sandbox: Sandbox, asked: argparse.Namespace) -> str:
    counts = Counter[str]()
    for seed in range(asked.seeds):
        began = time.monotonic()
        verdict = run(importer, sandbox, [kind], seed, rows=asked.rows)
        finish = verdict.finish
        counts += Counter(wrong.what for wrong in verdict.wrong)
        total["runs"] += 1
        total["rows"] += asked.rows
        if asked.stories:
            print(f"  {importer.__name__} {kind.name} seed {seed}: {time.monotonic() - began:.2f} s, "
                  f"{finish.sessions} sessions {finish.told[-2:]}")  # fmt: skip
            for wrong in verdict.wrong:
                print(f"    {wrong.what} {wrong.phone} {wrong.story}")
    total += counts
    return _counted(counts)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[what]} {what}" for what in _WRONGS if counts[what]) or "nothing wrong"


if __name__ == "__main__":
    sys.exit(main())
