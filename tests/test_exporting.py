"""What an export takes, in what shape, and that it goes on where it was interrupted."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import bulk_io
from bulk_io import outbound, session
from bulk_io.client import ContactsClient
from bulk_io.errors import Unreachable, UsageError
from bulk_io.exporting import Selection, export
from bulk_io.mapping import Mapping, load, parse, shipped
from bulk_io.options import Connecting
from bulk_io.records import Contact
from bulk_io.sandbox import Sandbox
from bulk_io.selection import moment
from bulk_io.watching import Watcher

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PEOPLE = [
    {"name": "Ada Martin", "firstName": "Ada", "lastName": "Martin", "country": "France", "tags": ["VIP", "a b"]},
    {"name": "Bob Brûlé", "firstName": "Bob", "lastName": "Brûlé", "country": "Belgique", "tags": ["lead"]},
    {"name": "Zoé Petit", "firstName": "Zoé", "lastName": "Petit", "country": "FR", "city": "Sète"},
]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    # an API that fails is given up soon
    monkeypatch.setattr(session, "Patience", partial(session.Patience, attempts=3, first_pause=0.01))


@pytest.fixture
def crm(sandbox: Sandbox) -> Sandbox:
    """A CRM with three people, who are there since an hour ago."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        for at, person in enumerate(PEOPLE):
            client.create({**person, "phoneNumber": f"+3361234567{at}"})
    sandbox.age(3600)
    return sandbox


def exported(crm: Sandbox, path: Path, **options: Any) -> list[dict[str, str]]:
    """Export and give the rows; a csv's base is left out."""
    bulk_io.export(path, base_url=crm.base_url, api_key=crm.api_key, **options)
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: cell for name, cell in row.items() if name != "bulk_io_base"} for row in csv.DictReader(file)]


def names(rows: list[dict[str, str]]) -> list[str]:
    """The first names, in their order."""
    return [row["name"].split()[0] for row in rows]


# what is taken


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, "Ada Bob Zoé"),
        ({"search": "ada"}, "Ada"),
        ({"tag": "vip"}, "Ada"),
        ({"tag": ["vip", "lead"]}, "Ada Bob"),
        ({"tag": "nobody"}, ""),
        ({"country": "France"}, "Ada Zoé"),
        ({"country": "be"}, "Bob"),
        ({"country": ["BE", "Frankreich"]}, "Ada Bob Zoé"),
        ({"country": "France", "tag": "vip"}, "Ada"),
        ({"created_since": "7d"}, "Ada Bob Zoé"),
        ({"updated_since": "0h"}, ""),
    ],
    ids=str,
)
def test_only_what_was_asked_for_is_taken(crm: Sandbox, tmp_path: Path, options: dict[str, Any], found: str) -> None:
    """The API's filters and those of ours; countries by name or code, tags in any case."""
    assert sorted(names(exported(crm, tmp_path / "some.csv", **options))) == found.split()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"country": "Atlantis"}, "--country: 'Atlantis' is no country"),
        ({"sort": "phone"}, "--sort: there is no field 'phone'"),
        ({"fields": ["phone"]}, "--fields: there is no field 'phone'"),
        ({"updated_since": "yesterday"}, "--updated-since takes a date such as 2026-03-01"),
        ({"mapping": "hubspot", "fields": ["name"]}, "leave one of them out"),
        ({"mapping": "no such"}, "no such"),
        ({"mapping": "hubspot", "format": "jsonl"}, "a jsonl file has none"),
    ],
    ids=str,
)
def test_what_cannot_be_exported_is_told_before_anything_is_asked(
    crm: Sandbox, tmp_path: Path, options: dict[str, Any], says: str
) -> None:
    """One sentence that names the option; nothing is sent, nothing written."""
    before = crm.ledger()["total"]
    with pytest.raises(UsageError, match=says):
        exported(crm, tmp_path / "all.csv", **options)
    assert crm.ledger()["total"] == before
    assert not (tmp_path / "all.csv").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("7d", NOW - timedelta(days=7)),
        ("12 h", NOW - timedelta(hours=12)),
        ("2W", NOW - timedelta(weeks=2)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01T10:00:00z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_a_date_a_time_or_an_age(text: str, expected: datetime | None) -> None:
    """As the API takes it: UTC with milliseconds."""
    iso = expected and expected.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert moment(text, "--updated-since", now=NOW) == iso


def test_contacts_are_sorted_by_a_field(crm: Sandbox, tmp_path: Path) -> None:
    """Either way; what is empty comes last."""
    assert names(exported(crm, tmp_path / "a.csv", sort="name")) == ["Ada", "Bob", "Zoé"]
    assert names(exported(crm, tmp_path / "a.csv", sort="-NAME")) == ["Zoé", "Bob", "Ada"]
    assert names(exported(crm, tmp_path / "a.csv", sort="city"))[0] == "Zoé"


def test_since_the_last_time_only_what_is_new_is_taken(crm: Sandbox, tmp_path: Path) -> None:
    """By the server's time of the last export to the same file; another file, and another selection, begin anew."""
    path = tmp_path / "new.csv"
    assert len(exported(crm, path, since_last=True)) == 3
    assert exported(crm, path, since_last=True) == []
    with ContactsClient(crm.base_url, crm.api_key) as client:
        client.create({"name": "Luc Bernard", "phoneNumber": "+33612345699"})
    assert names(exported(crm, path, since_last=True)) == ["Luc"]
    assert len(exported(crm, tmp_path / "other.csv", since_last=True)) == 4
    assert len(exported(crm, path, since_last=True, country="France")) == 2


def test_an_export_to_standard_output_is_remembered_by_nothing(crm: Sandbox) -> None:
    """There is no file that it could be known by."""
    with pytest.raises(UsageError, match="standard output is none"):
        exported(crm, Path("-"), since_last=True, format="csv")


# in what shape


def test_an_export_to_edit_carries_its_base(crm: Sandbox, tmp_path: Path) -> None:
    """The last column has each contact as it was; not where ids were left out, and not in a format for machines."""
    path = tmp_path / "all.csv"
    bulk_io.export(path, base_url=crm.base_url, api_key=crm.api_key)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [*bulk_io.fields.NAMES, "bulk_io_base"]
    base = json.loads(rows[-1]["bulk_io_base"])
    assert (base["id"], base["name"], base["tags"]) == (rows[-1]["id"], "Ada Martin", "VIP;a b")
    assert "bulk_io_base" not in exported(crm, tmp_path / "all.jsonl")[0]
    bulk_io.export(path, base_url=crm.base_url, api_key=crm.api_key, fields=["name", "tags"])
    assert path.read_text(encoding="utf-8-sig").splitlines()[0] == "name,tags"


def test_contacts_are_written_under_another_systems_headers(crm: Sandbox, tmp_path: Path) -> None:
    """The mapping is read backwards: the first of several columns, names in parts, no ids, and no guard of ours."""
    rows = exported(crm, tmp_path / "hubspot.csv", mapping="hubspot", sort="name")
    assert list(rows[0]) == [
        *("First Name", "Last Name", "Mobile Phone Number", "Email", "Job Title"),
        *("Company Name", "Industry", "City", "Country/Region"),
    ]
    assert [(row["First Name"], row["Last Name"]) for row in rows] == [
        ("Ada", "Martin"),
        ("Bob", "Brûlé"),
        ("Zoé", "Petit"),
    ]
    assert {row["Mobile Phone Number"] for row in rows} == {f"+3361234567{at}" for at in range(3)}


OTHER: Mapping = parse(
    """
name = "other"
[fields]
name = { columns = ["First", "Last"], join = " " }
phoneNumber = ["Mobile", "Phone"]
position = { column = "Title", values = { "PDG" = "CEO", "DG" = "CEO" } }
tags = { column = "Lists", split = "|" }
industrySector = { constant = "Retail" }
country = { column = "Country", default = "France" }
""",
    "other.toml",
)


def test_a_mapping_is_read_backwards() -> None:
    """Joined columns get the parts, translations go back to the first word, tags are put together, constants go."""
    one = Contact("c1", {"name": "Ada Martin", "phoneNumber": "+33612345678", "position": "CEO"}, ("a", "b"))
    columns = outbound.under(OTHER)
    assert columns.header == ("First", "Last", "Mobile", "Title", "Lists", "Country")
    assert columns.row(one) == ["Ada", "Martin", "+33612345678", "PDG", "a|b", ""]


def test_a_guard_for_spreadsheets_can_be_asked_for(crm: Sandbox, tmp_path: Path) -> None:
    """Under other headers, too."""
    rows = exported(crm, tmp_path / "hubspot.csv", mapping="hubspot", csv_style="spreadsheet")
    assert rows[0]["Mobile Phone Number"].startswith("'+")


OTHERS = [one for one in shipped() if "phoneNumber" in one.fields and one.name != "bulk-io-export"]


@pytest.mark.parametrize("mapping", OTHERS, ids=lambda mapping: mapping.name)
def test_what_is_written_under_a_mapping_is_read_by_it(mapping: Mapping, crm: Sandbox, tmp_path: Path) -> None:
    """There and back through every shipped mapping that has phone numbers: nothing to change."""
    path = tmp_path / "there.csv"
    bulk_io.export(path, mapping=mapping.name, csv_style="exact", base_url=crm.base_url, api_key=crm.api_key)
    report = bulk_io.import_file(
        path, mapping=mapping.name, region="FR", base_url=crm.base_url, api_key=crm.api_key, run_dir=tmp_path / "runs"
    )
    assert {name: count for name, count in report.outcomes.items() if count} == {"unchanged": 3}


def test_our_own_mapping_is_our_own_columns() -> None:
    """Without the base: who names a mapping wants a plain table."""
    assert outbound.under(load("bulk-io-export")).header[0] == "id"


# interruptions


class Stopping(Watcher):
    """Stops the export when so many contacts were read."""

    def __init__(self, sandbox: Sandbox, after: int) -> None:
        super().__init__()
        self.notes: list[str] = []
        self._sandbox = sandbox
        self._left = after

    def advance(self, rows: int) -> None:
        self._left -= rows
        if self._left <= 0:
            self._sandbox.set_faults([{"status": 503}])

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)


def test_an_interrupted_export_goes_on_where_it_stopped(sandbox: Sandbox, tmp_path: Path) -> None:
    """The old file stays until then; the second attempt reads only the pages that the first one had not read."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        for at in range(1100):
            client.create({"name": f"Ada {at}", "phoneNumber": f"+3361{at:07d}"})
    sandbox.age(3600)
    path = tmp_path / "all.csv"
    path.write_text("old")
    # slowly, so that not every page is on its way before the first one is on the disk
    connecting = Connecting(base_url=sandbox.base_url, api_key=sandbox.api_key, give_up_after=0.2, rate=20)
    with pytest.raises(Unreachable):
        export(path, Selection(), connecting, watcher=Stopping(sandbox, 500))
    assert path.read_text() == "old"
    sandbox.set_faults([])
    before = sandbox.ledger()["total"]
    watcher = Stopping(sandbox, 10_000)
    summary = export(path, Selection(), connecting, watcher=watcher)
    assert summary.contacts == 1100
    # pages that were on their way when the server went away may have come
    story = "going on with an export that was interrupted: {} contacts were read before"
    assert watcher.notes in [[story.format(known)] for known in ("600", "800", "1,000")]
    # who is there, page 1, pages 4 to 6, the empty one, and what was changed since
    assert sandbox.ledger()["total"] - before <= 7
    assert {one.name for one in tmp_path.iterdir()} == {"all.csv", "state"}


def test_an_age_counts_from_the_first_attempt(sandbox: Sandbox, tmp_path: Path) -> None:
    """It is the same export, though the same age is another moment by then."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        for at in range(401):
            client.create({"name": f"Ada {at}", "phoneNumber": f"+3361{at:07d}"})
    path = tmp_path / "all.csv"
    recent = Selection(updated_since="7d")
    connecting = Connecting(base_url=sandbox.base_url, api_key=sandbox.api_key, give_up_after=0.2, concurrency=1)
    with pytest.raises(Unreachable):
        export(path, recent, connecting, watcher=Stopping(sandbox, 200))
    sandbox.set_faults([])
    watcher = Stopping(sandbox, 10_000)
    assert export(path, recent, connecting, watcher=watcher).contacts == 401
    story = "going on with an export that was interrupted: {} contacts were read before"
    assert watcher.notes in [[story.format(known)] for known in (200, 400)]


def test_another_selection_does_not_go_on_with_it(sandbox: Sandbox, tmp_path: Path) -> None:
    """What was read for one job is nothing for another."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        for at in range(401):
            client.create({"name": f"Ada {at}", "phoneNumber": f"+3361{at:07d}"})
    path = tmp_path / "all.csv"
    connecting = Connecting(base_url=sandbox.base_url, api_key=sandbox.api_key, give_up_after=0.2, concurrency=1)
    with pytest.raises(Unreachable):
        export(path, Selection(), connecting, watcher=Stopping(sandbox, 200))
    sandbox.set_faults([])
    assert export(path, Selection(search="Ada 7"), connecting, watcher=Watcher()).contacts == 11
    assert list(tmp_path.glob(".*")) == []


def test_two_exports_to_one_file_do_not_meet(crm: Sandbox, tmp_path: Path) -> None:
    """Each has a store of its own; the file is whole, whoever was last."""
    path = tmp_path / "all.csv"
    crm.set_faults([{"action": "pass", "delay_ms": 100}])
    threads = [threading.Thread(target=exported, args=(crm, path)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crm.set_faults([])
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3
    assert list(tmp_path.glob(".*")) == []


def test_what_a_killed_process_left_is_taken_up(crm: Sandbox, tmp_path: Path) -> None:
    """By its name the folder belongs to a process that is no more; links, and folders at work, are left alone."""
    path = tmp_path / "all.csv"
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = tmp_path / f".all.csv.bulk-io-{dead.pid}-00000000"
    left.mkdir()
    link = tmp_path / ".all.csv.bulk-io-0-00000000"
    link.symlink_to(tmp_path / "state")
    busy = tmp_path / f".all.csv.bulk-io-{os.getpid()}-00000000"
    busy.mkdir()
    assert len(exported(crm, path)) == 3
    assert [left.exists(), link.is_symlink(), busy.exists()] == [False, True, True]


def test_what_was_left_long_ago_is_swept(crm: Sandbox, tmp_path: Path) -> None:
    """After a day it is begun anew."""
    left = tmp_path / ".all.csv.bulk-io-0-00000000"
    left.mkdir()
    os.utime(left, (0, 0))
    assert len(exported(crm, tmp_path / "all.csv")) == 3
    assert not left.exists()
