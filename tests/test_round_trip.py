"""Export, edit, import: only what somebody edited is sent, and nobody's later work is undone."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import bulk_io
from bulk_io import base, matching, outbound, pipeline, plan, writing
from bulk_io.client import ContactsClient
from bulk_io.errors import Interrupted
from bulk_io.fields import NAMES, WRITABLE
from bulk_io.journal import Journal
from bulk_io.pipeline import Layout
from bulk_io.reading import read_table
from bulk_io.records import Candidate, Contact
from bulk_io.sandbox import Sandbox
from bulk_io.validation import Rules, validate
from bulk_io.watching import Approval, Watcher

JEAN = {
    "name": "Jean Dupont", "firstName": "Jean", "lastName": "Dupont", "phoneNumber": "+33612345678",
    "email": "jean@example.com", "city": "Paris", "currentCompany": "NA", "tags": ["a", "b"],
}  # fmt: skip
ZOE = {"name": "Zoé Müller", "phoneNumber": "+4915228817386", "city": "Köln"}
Edit = Callable[[list[dict[str, str]]], object]


def write(path: Path, contacts: Sequence[Contact], names: Sequence[str]) -> None:
    """Write contacts as an export does, with their base."""
    columns = outbound.own(names, with_base=True)
    writing.table(path, columns.header, [columns.row(one) for one in contacts])


class Crm:
    """A sandbox's contacts, exported to a file, changed behind its back, and met again by the edited file."""

    def __init__(self, sandbox: Sandbox, folder: Path, client: ContactsClient) -> None:
        self.sandbox, self.folder, self.client = sandbox, folder, client
        self.path = folder / "export.csv"

    def add(self, *bodies: dict[str, Any]) -> list[str]:
        """Make contacts; gives their ids."""
        return [self.client.create(body).id for body in bodies]

    def change(self, contact_id: str, **values: Any) -> None:
        """Change a contact, as somebody else in the CRM would."""
        self.client.update(contact_id, values)

    def get(self, contact_id: str) -> Contact:
        """Give a contact as it is now."""
        return self.client.get(contact_id)

    def export(self, names: Sequence[str] = NAMES, *, ending: str = "csv") -> None:
        """Write all contacts with their base."""
        self.path = self.folder / f"export.{ending}"
        write(self.path, self.client.list().contacts, names)

    def edit(self, edit: Edit) -> None:
        """Edit the csv as a person would: rows as dictionaries, changed in place."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, header = list(reader), list(reader.fieldnames or ())
        edit(rows)
        with self.path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(rows)

    def take_back(self, **options: Any) -> bulk_io.Report:
        """Import the file."""
        place = {"base_url": self.sandbox.base_url, "api_key": self.sandbox.api_key, "run_dir": self.folder / "runs"}
        return bulk_io.import_file(self.path, **{**place, **options})

    def writes(self) -> dict[str, int]:
        """How many contacts were made and changed."""
        return {name: int(count) for name, count in self.sandbox.ledger()["commits"].items()}


@pytest.fixture
def crm(sandbox: Sandbox, tmp_path: Path) -> Iterator[Crm]:
    """An empty CRM."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        yield Crm(sandbox, tmp_path, client)


def counts(report: bulk_io.Report) -> dict[str, int]:
    """The outcomes that occur."""
    return {name: number for name, number in report.outcomes.items() if number}


def setting(**cells: str) -> Edit:
    """An edit of the first contact's row (Jean's)."""
    return lambda rows: next(row for row in rows if "Jean" in row["name"]).update(cells)


def sent(crm: Crm, report: bulk_io.Report) -> dict[str, str]:
    """The changed fields with their new values, as the report's Changes say."""
    sheet = load_workbook(report.run_dir / "report.xlsx")["Changes"]
    return {str(row[1]): str(row[3] or "") for row in sheet.iter_rows(min_row=2, values_only=True)}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("names", [NAMES, ("id", "name", "city"), ("name", "phoneNumber"), ("city", "tags")])
def test_an_export_that_nobody_edited_changes_nothing(crm: Crm, ending: str, names: tuple[str, ...]) -> None:
    """Whatever others did to the contacts meanwhile, and whichever fields were exported: 0 writes, all unchanged."""
    jean, zoe = crm.add(JEAN, ZOE)
    crm.export(names, ending=ending)
    crm.change(jean, city="Lyon", name="Somebody Else", phoneNumber=" 0698765432", tags=["c"])
    crm.change(zoe, phoneNumber="+33612345678")
    before, writes = [crm.get(one) for one in (jean, zoe)], crm.writes()
    report = crm.take_back()
    assert counts(report) == {"unchanged": 2}
    assert (report.summary.problems, report.summary.warnings, report.exit_code) == ({}, {}, 0)
    assert crm.writes() == writes
    assert [crm.get(one) for one in (jean, zoe)] == before


THREE_WAYS = [
    # yours, theirs, on_stale -> outcome, what is sent, problems
    pytest.param({"city": "Lyon"}, {}, "hold", "updated", {"city": "Lyon"}, [], id="only you"),
    pytest.param({}, {"city": "Nice"}, "hold", "unchanged", {}, [], id="only they"),
    pytest.param({"city": "Lyon"}, {"email": "j@x.fr"}, "hold", "updated", {"city": "Lyon"}, [], id="other fields"),
    pytest.param({"city": "Lyon"}, {"city": "Lyon"}, "hold", "unchanged", {}, [], id="both the same"),
    pytest.param({"city": "Lyon"}, {"city": "Nice"}, "hold", "held", {}, ["city.stale"], id="conflict held"),
    pytest.param({"city": "Lyon"}, {"city": "Nice"}, "mine", "updated", {"city": "Lyon"}, [], id="conflict mine"),
    pytest.param({"city": "Lyon"}, {"city": "Nice"}, "theirs", "unchanged", {}, [], id="conflict theirs"),
    pytest.param({"city": "Lyon", "position": "CEO"}, {"city": "Nice"}, "theirs", "updated", {"position": "CEO"}, [],
                 id="theirs keeps your other edits"),
    pytest.param({"city": "Lyon", "position": "CEO"}, {"city": "Nice"}, "hold", "held", {}, ["city.stale"],
                 id="one conflict holds the row"),
    pytest.param({"city": "Lyon", "email": "me@x.fr"}, {"city": "Nice", "email": "they@x.fr"}, "hold", "held", {},
                 ["email.stale", "city.stale"], id="a problem for each field"),
    pytest.param({"city": "Lyon"}, {"city": None}, "hold", "held", {}, ["city.stale"], id="they emptied it"),
    pytest.param({"city": ""}, {}, "hold", "unchanged", {}, [], id="an emptied cell blanks nothing"),
    pytest.param({"name": "", "phoneNumber": ""}, {}, "hold", "unchanged", {}, [], id="emptied required cells"),
    pytest.param({"name": "DUPONT jean", "email": "Jean@Example.com", "city": " Paris "}, {"city": "Nice"}, "hold",
                 "unchanged", {}, [], id="another writing is no edit"),
    pytest.param({"city": "Lyon"}, {"city": "PARIS"}, "hold", "held", {}, ["city.stale"], id="case counts in a city"),
    pytest.param({"name": "Jeanne Martin"}, {"name": "JEAN DUPONT"}, "hold", "updated", {"name": "Jeanne Martin"}, [],
                 id="another writing is no change of theirs"),
    pytest.param({"phoneNumber": "+33 6 98 76 54 31"}, {}, "hold", "updated", {"phoneNumber": "+33698765431"}, [],
                 id="a new number"),
    pytest.param({"phoneNumber": "+33698765431"}, {"phoneNumber": "+33698765432"}, "hold", "held", {},
                 ["phoneNumber.stale"], id="two new numbers"),
    pytest.param({"city": "Lyon"}, {"phoneNumber": "+33698765432"}, "hold", "updated", {"city": "Lyon"}, [],
                 id="their new number stays"),
    pytest.param({"phoneNumber": "33612345678"}, {"phoneNumber": "+33698765432"}, "hold", "unchanged", {}, [],
                 id="a number without its +"),
    pytest.param({"phoneNumber": "3.36E+10"}, {}, "hold", "unchanged", {}, [], id="a number as Excel shows it"),
    pytest.param({"phoneNumber": "3,36123E+10"}, {}, "hold", "unchanged", {}, [], id="as French Excel saves it"),
    pytest.param({"phoneNumber": "3.37E+10"}, {}, "hold", "invalid", {}, ["phoneNumber.damaged"],
                 id="another damaged number"),
    pytest.param({"email": "nobody@"}, {}, "hold", "invalid", {}, ["email.invalid"], id="an edit is judged"),
    pytest.param({"tags": "a;b;c"}, {"tags": ["a", "b", "d"]}, "hold", "updated", {"tags": "a;b;d;c"}, [],
                 id="tags added by both"),
    pytest.param({"tags": "b;a"}, {"tags": ["d"]}, "hold", "unchanged", {}, [], id="tags in another order"),
    pytest.param({"tags": "a"}, {"tags": ["a", "b", "d"]}, "hold", "updated", {"tags": "a;d"}, [], id="a tag removed"),
    pytest.param({"tags": "a"}, {"tags": ["a"]}, "hold", "unchanged", {}, [], id="a tag removed by both"),
    pytest.param({"tags": ""}, {}, "hold", "unchanged", {}, [], id="emptied tags"),
]  # fmt: skip


@pytest.mark.parametrize(("yours", "theirs", "on_stale", "outcome", "body", "problems"), THREE_WAYS)
def test_three_ways(
    crm: Crm,
    yours: dict[str, str],
    theirs: dict[str, Any],
    on_stale: str,
    outcome: str,
    body: dict[str, str],
    problems: list[str],
) -> None:
    """Base, yours, theirs: what is sent, what is held, and that the rest of the contact stays theirs."""
    (jean,) = crm.add(JEAN)
    crm.export()
    if theirs:
        crm.change(jean, **theirs)
    before = crm.get(jean)
    crm.edit(setting(**yours))
    report = crm.take_back(on_stale=on_stale)
    assert counts(report) == {outcome: 1}
    assert sent(crm, report) == body
    assert list(report.problems["field"] + "." + report.problems["code"]) == problems
    after = crm.get(jean)
    assert {n: after[n] for n in NAMES if n not in body and n != "updatedAt"} == {
        n: before[n] for n in NAMES if n not in body and n != "updatedAt"
    }
    assert crm.writes()["created"] == 1


def test_clear_empty_makes_an_emptied_cell_an_edit(crm: Crm) -> None:
    """It blanks what is as it was exported, and is in conflict with what others wrote since."""
    jean, zoe = crm.add(JEAN, ZOE)
    crm.export()
    crm.change(zoe, city="Bonn")
    crm.edit(lambda rows: [row.update(city="", tags="") for row in rows])
    assert counts(crm.take_back(clear_empty=True)) == {"updated": 1, "held": 1}
    assert (crm.get(jean)["city"], crm.get(jean)["tags"], crm.get(zoe)["city"]) == ("", (), "Bonn")


def test_clear_empty_works_without_any_value_in_the_file(crm: Crm) -> None:
    """A file of one emptied column is an update of nothing but that."""
    crm.add(ZOE)
    crm.export(("city",))
    crm.edit(lambda rows: rows[0].update(city=""))
    report = crm.take_back(clear_empty=True)
    assert (counts(report), sent(crm, report)) == ({"updated": 1}, {"city": ""})


def test_a_conflict_is_shown_three_ways(crm: Crm) -> None:
    """One sentence in the problem, three columns in report.xlsx and report.html, no line among the duplicates."""
    (jean,) = crm.add(JEAN)
    crm.export()
    crm.change(jean, city="Nice")
    crm.edit(setting(city="Lyon"))
    report = crm.take_back()
    (message,) = report.problems["message"]
    for text in ("Paris", "Lyon", "Nice", "--on-stale mine", "--on-stale theirs"):
        assert text in message
    book = load_workbook(report.run_dir / "report.xlsx")
    assert list(book["Conflicts"].values)[1:] == [(2, jean, "city", "Paris", "Lyon", "Nice")]
    assert len(list(book["Duplicates"].values)) == 1
    page = (report.run_dir / "report.html").read_text(encoding="utf-8")
    assert all(f"<bdi>{text}</bdi>" in page for text in ("Paris", "Lyon", "Nice"))


def test_a_held_row_comes_back_with_its_base(crm: Crm) -> None:
    """rejected.csv of an export is an export: imported again with a decision, it sends the edit and nothing else."""
    (jean,) = crm.add(JEAN)
    crm.export()
    crm.change(jean, city="Nice", position="CTO")
    crm.edit(setting(city="Lyon"))
    crm.path = crm.take_back().run_dir / "rejected.csv"
    report = crm.take_back(on_stale="mine")
    assert counts(report) == {"updated": 1}
    assert sent(crm, report) == {"city": "Lyon"}


def test_deleted_rows_delete_nothing(crm: Crm) -> None:
    """A row that is not there says nothing of its contact."""
    jean, zoe = crm.add(JEAN, ZOE)
    crm.export()
    crm.edit(lambda rows: rows.pop(0))
    writes = crm.writes()
    assert counts(crm.take_back()) == {"unchanged": 1}
    assert crm.writes() == writes
    assert (crm.get(jean)["name"], crm.get(zoe)["name"]) == (JEAN["name"], ZOE["name"])


@pytest.mark.parametrize("lookup", ["auto", "always", "never"])
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "import"])
def test_a_deleted_contact_is_not_made_again(crm: Crm, lookup: str, dry_run: bool) -> None:
    """Unedited rows are skipped with a warning, edited ones held with the problem id.gone."""
    crm.add(JEAN, ZOE, {"name": "Ada", "phoneNumber": "+33612345679"})
    crm.export()
    crm.sandbox.reset()
    crm.edit(setting(city="Lyon"))
    report = crm.take_back(lookup=lookup, dry_run=dry_run)
    assert counts(report) == {"held": 1, "skipped": 2}
    assert (report.summary.problems, report.summary.warnings) == ({"id.gone": 1}, {"id.gone": 2})
    assert crm.writes()["created"] == 0


def test_a_row_without_its_id_is_a_new_contact(crm: Crm) -> None:
    """As id.gone advises: with id and base emptied (or only the id) the row is made anew."""
    crm.add(JEAN, ZOE)
    crm.export()
    crm.sandbox.reset()
    crm.edit(lambda rows: (rows[0].update(id="", bulk_io_base=""), rows[1].update(id="")))
    report = crm.take_back()
    assert counts(report) == {"created": 2}
    assert report.summary.warnings == {"base.unread": 1}


def test_a_pasted_row_is_a_new_contact(crm: Crm) -> None:
    """Without id and base it is a row like any other; the rows around it keep their three ways."""
    (jean,) = crm.add(JEAN)
    crm.export()
    crm.change(jean, city="Nice")
    crm.edit(lambda rows: rows.append({"name": "Ada Martin", "phoneNumber": "0612345670", "country": "France"}))
    report = crm.take_back()
    assert counts(report) == {"created": 1, "unchanged": 1}
    assert crm.get(jean)["city"] == "Nice"


def test_a_base_that_cannot_be_read_is_told(crm: Crm) -> None:
    """The row is then matched by its id and compared as a whole, as an export without bases is."""
    jean, zoe = crm.add(JEAN, ZOE)
    crm.export()
    crm.change(jean, city="Nice")
    crm.change(zoe, city="Bonn")

    def spoil(rows: list[dict[str, str]]) -> None:
        rows[0]["bulk_io_base"] = rows[0]["bulk_io_base"][:40]
        rows[1]["bulk_io_base"] = rows[0]["bulk_io_base"].replace(rows[0]["id"], rows[1]["id"])

    crm.edit(spoil)
    report = crm.take_back()
    assert counts(report) == {"updated": 2}
    assert report.summary.warnings == {"base.unread": 2}
    assert (crm.get(jean)["city"], crm.get(zoe)["city"]) == ("Paris", "Köln")


def test_a_base_of_another_row_is_not_believed(crm: Crm) -> None:
    """Sorting some columns and not others must not send one contact's values to another."""
    jean, zoe = crm.add(JEAN, ZOE)
    crm.export()

    def shift(rows: list[dict[str, str]]) -> None:
        rows[0]["bulk_io_base"], rows[1]["bulk_io_base"] = rows[1]["bulk_io_base"], rows[0]["bulk_io_base"]

    crm.edit(shift)
    report = crm.take_back()
    assert counts(report) == {"unchanged": 2}
    assert report.summary.warnings == {"base.unread": 2}
    assert (crm.get(jean)["name"], crm.get(zoe)["name"]) == (JEAN["name"], ZOE["name"])


def test_copies_of_a_row_are_one_contact(crm: Crm) -> None:
    """Each copy's edits count, in file order; what a copy left as it was takes none of them back."""
    (jean,) = crm.add(JEAN)
    crm.export()

    def copy(rows: list[dict[str, str]]) -> None:
        rows[0].update(city="Lyon", tags="a;b;c")
        rows.append({**rows[0], "city": "Paris", "position": "CEO", "tags": "a"})

    crm.edit(copy)
    report = crm.take_back()
    assert counts(report) == {"updated": 1, "merged": 1}
    assert sent(crm, report) == {"city": "Lyon", "position": "CEO", "tags": "a;c"}
    assert crm.get(jean)["city"] == "Lyon"


def test_edits_are_sent_without_the_phone_number_in_the_file(crm: Crm) -> None:
    """--fields that leave out id and phone number: the base says whose row it is."""
    jean, _ = crm.add(JEAN, ZOE)
    crm.export(("name", "city"))
    crm.edit(setting(city="Lyon"))
    report = crm.take_back()
    assert counts(report) == {"updated": 1, "unchanged": 1}
    assert crm.get(jean)["city"] == "Lyon"
    assert counts(crm.take_back(dry_run=True)) == {"unchanged": 2}


def test_a_number_that_somebody_else_has_is_held(crm: Crm) -> None:
    """Editing a number to that of another contact is held, also where that contact's row is not edited."""
    crm.add(JEAN, ZOE)
    crm.export()
    crm.edit(setting(phoneNumber=ZOE["phoneNumber"]))
    report = crm.take_back()
    assert counts(report) == {"held": 1, "unchanged": 1}
    assert report.summary.problems == {"phoneNumber.shared": 1}


def test_a_number_that_was_given_up_can_be_taken(crm: Crm) -> None:
    """What the CRM holds counts, not the number that another row still shows from the day of the export."""
    jean, zoe = crm.add(JEAN, ZOE)
    crm.export()
    crm.change(zoe, phoneNumber="+4915228817387")
    crm.edit(setting(phoneNumber=ZOE["phoneNumber"]))
    assert counts(crm.take_back()) == {"updated": 1, "unchanged": 1}
    assert crm.get(jean)["phoneNumber"] == ZOE["phoneNumber"]
    assert crm.get(zoe)["phoneNumber"] == "+4915228817387"


def test_what_the_crm_holds_is_not_judged(crm: Crm) -> None:
    """Landlines, unknown countries and other oddities that nobody edited give no problem and no warning."""
    odd = {**JEAN, "phoneNumber": "01 23 45 67 89", "country": "Nowhere", "currentCompany": "'=1+1"}
    crm.add(odd, {**ZOE, "phoneNumber": "+33123456780", "name": "=cmd"})
    crm.export()
    report = crm.take_back()
    assert (counts(report), report.summary.problems, report.summary.warnings) == ({"unchanged": 2}, {}, {})
    assert counts(bulk_io.validate(crm.path, run_dir=crm.folder / "runs")) == {"valid": 2}


def test_one_more_tag_for_all_is_no_edit_of_a_cell(crm: Crm) -> None:
    """--add-tag works on unedited rows, and sends nothing else."""
    (jean,) = crm.add(JEAN)
    crm.export()
    crm.change(jean, city="Nice", tags=["x"])
    report = crm.take_back(add_tag="seen")
    assert sent(crm, report) == {"tags": "x;seen"}


def test_an_export_with_columns_of_ones_own_is_one_all_the_same(crm: Crm) -> None:
    """Other columns mean nothing, headers may be written otherwise: only edits are sent, others' changes stay."""
    (jean,) = crm.add(JEAN)
    crm.export()
    text = crm.path.read_text(encoding="utf-8-sig")
    lines = text.splitlines(keepends=True)
    lines[0] = "Notes," + lines[0].replace("city", "City")
    crm.path.write_text("".join([lines[0], *(f"mine,{line}" for line in lines[1:])]), encoding="utf-8-sig")
    crm.change(jean, city="Lille", position="Dev")
    assert counts(crm.take_back()) == {"unchanged": 1}
    assert (crm.get(jean)["city"], crm.get(jean)["position"]) == ("Lille", "Dev")


@pytest.mark.parametrize("copied", [True, False], ids=["copied", "used again"])
def test_a_row_that_became_another_person_overwrites_nobody(crm: Crm, copied: bool) -> None:
    """Name and number are somebody else's, the id is still the old one: held, unless it is to be so."""
    (jean,) = crm.add(JEAN)
    crm.export()

    def become(rows: list[dict[str, str]]) -> None:
        new = {**rows[0], "name": "Zoé Petit", "firstName": "Zoé", "lastName": "Petit", "phoneNumber": "+33699999999"}
        rows[:] = [*rows, new] if copied else [new]

    crm.edit(become)
    report = crm.take_back()
    assert counts(report) == {"held": 1 + copied}
    assert "another" in set(report.problems["code"])
    assert crm.get(jean)["name"] == "Jean Dupont"
    assert counts(crm.take_back(on_name_mismatch="update"))["updated"] == 1
    assert crm.get(jean)["name"] == "Zoé Petit"


def test_an_export_without_its_base_is_told(crm: Crm) -> None:
    """Every cell that differs counts as yours then."""
    crm.add(JEAN)
    crm.export()
    rows = [
        line.rpartition(',"{')[0] or line.removesuffix(",bulk_io_base")
        for line in crm.path.read_text("utf-8-sig").splitlines()
    ]
    crm.path.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")
    assert any("this export has no column bulk_io_base" in note for note in crm.take_back(dry_run=True).summary.notes)


def test_inspect_names_the_column(crm: Crm, capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown as what it is, and feeds no field."""
    from bulk_io.cli.inspect import command

    crm.add(JEAN)
    crm.export(("name", "city"))
    command.main([str(crm.path), "--json"], standalone_mode=False)
    column = json.loads(capsys.readouterr().out)["columns"][-1]
    assert (column["header"], column["field"], column["why"]) == (
        "bulk_io_base", None, "the contacts as they were exported"
    )  # fmt: skip


LETTERS = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t\r'=+;\"")
"""Anything but control characters, with which a csv is taken for a binary file."""
NUMBERS = st.sampled_from(["+33612345678", "06 12 34 56 78", "+4915228817386", "unknown", "33698765432"])
TEXTS = {name: st.text(LETTERS, max_size=12) for name in WRITABLE if name not in ("tags", "phoneNumber")}
VALUES = st.fixed_dictionaries({}, optional={**TEXTS, "phoneNumber": NUMBERS})
TAGS = st.lists(st.text(LETTERS, min_size=1, max_size=6), max_size=3, unique=True)
PEOPLE = st.lists(st.builds(lambda values, labels: Contact("", values, tuple(labels)), VALUES, TAGS), max_size=5)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, PEOPLE, st.sampled_from([NAMES, ("name", "phoneNumber"), ("city", "tags"), ("id", "email", "country")]))
def test_an_unedited_file_plans_nothing_whatever_the_crm_holds(
    people: list[Contact], now: list[Contact], names: tuple[str, ...]
) -> None:
    """A law: from any contacts through csv and all stages to a plan against any other state of the same contacts."""
    exported = [Contact(f"c{at}", one.values, one.tags) for at, one in enumerate(people)]
    by_id = {f"c{at}": Contact(f"c{at}", one.values, one.tags) for at, one in enumerate([*now, *people[len(now) :]])}
    owners = {str(one["phoneNumber"]): one for one in by_id.values()}
    with tempfile.TemporaryDirectory() as folder, closing(Journal.create(Path(folder, "journal.sqlite"))) as journal:
        write(Path(folder, "export.csv"), exported, names)
        planned = [
            action
            for case in cases(Path(folder, "export.csv"), journal)
            for action in plan.decide(case, owners, by_id, plan.Policy(clear_empty=True))
        ]
        assert list(journal.database.execute("SELECT * FROM problems")) == []
    assert [(action.kind, action.changes) for action in planned] == [("unchanged", ())] * len(exported)


def cases(path: Path, journal: Journal) -> Iterator[list[Candidate]]:
    """Give the contacts of a file as an import would plan them."""
    table = read_table(path, delimiter=",", header_row=1)
    choice = matching.choose(table.header, None)
    layout = Layout(choice.binding, guarded=True)
    if not pipeline.spool(table, journal, limit=None, advance=lambda rows: None):
        return iter(())
    marked = pipeline.check(journal, layout, Rules(region="FR"), outcome="", advance=lambda rows: None)
    resolution = pipeline.group(journal, marked, "merge", by_name=True, column="phoneNumber")
    return pipeline.cases(journal, resolution, mapped=frozenset(choice.binding.fields))


FREE = ("city", "position", "country")
SIDE = st.fixed_dictionaries({name: st.sampled_from(["", "France", "Spain", "Italy"]) for name in FREE})
SET = st.frozensets(st.sampled_from("abcd"))


@settings(max_examples=300, deadline=None)
@given(SIDE, SIDE, SIDE, SET, SET, SET, st.sampled_from(["hold", "mine", "theirs"]), st.booleans())
def test_every_field_goes_three_ways_by_itself(
    base_values: dict[str, str], yours: dict[str, str], theirs: dict[str, str],
    base_tags: frozenset[str], your_tags: frozenset[str], their_tags: frozenset[str],
    on_stale: Any, clear: bool,
) -> None:  # fmt: skip
    """A law: each field of the contact ends as its three sides alone say, or the row is held for it."""
    known = {"name": "Ada", "phoneNumber": "+33612345678"}
    was = Contact("c1", {**known, **base_values}, tuple(sorted(base_tags)))
    now = Contact("c1", {**known, **theirs}, tuple(sorted(their_tags)))
    cells = {**known, **yours, "id": "c1", "tags": ";".join(sorted(your_tags))}
    header = ["id", *known, *FREE, "tags", base.COLUMN]
    frame = pd.DataFrame([[*(cells[n] for n in header[:-1]), base.text(was, header[:-1])]], columns=header, dtype="str")
    clean, _ = validate(Layout(matching.choose(header, None).binding).mapped(frame), Rules())
    (row,) = pipeline._candidates(clean, frozenset(header[:-1]), {}, {})
    policy = plan.Policy(on_stale=on_stale, clear_empty=clear)
    (action,) = plan.decide([row], {}, {"c1": now}, policy)

    edited = {n for n in FREE if yours[n] != base_values[n] and (yours[n] or clear)}
    both = {n for n in edited if theirs[n] not in (base_values[n], yours[n])}
    removed = base_tags - your_tags if your_tags or clear else frozenset()
    wanted: dict[str, object] = {
        n: yours[n] or None for n in edited if yours[n] != theirs[n] and not (n in both and on_stale == "theirs")
    }
    if (labels := (their_tags - removed) | (your_tags - base_tags)) != their_tags:
        wanted["tags"] = labels
    body = plan.update(action.changes)
    if "tags" in body:
        body["tags"] = frozenset(cast("list[str]", body["tags"]))
    if both and on_stale == "hold":
        assert (action.kind, {one.field for one in action.conflicts}) == ("held", both)
    else:
        assert (action.kind, body) == ("update" if wanted else "unchanged", wanted)


class Hesitant(Watcher):
    """Approves no plan, so that a run is stopped before its first write."""

    def approve(self, approval: Approval) -> bool:
        """Say no."""
        return False


@pytest.mark.parametrize(
    ("theirs", "outcome", "problems"),
    [
        pytest.param({}, "updated", [], id="as it was"),
        pytest.param({"email": "they@x.fr"}, "updated", [], id="another field"),
        pytest.param({"city": "Lyon"}, "unchanged", [], id="the same edit"),
        pytest.param({"city": "Nice"}, "held", ["city.stale"], id="conflict"),
        pytest.param(None, "held", ["id.gone"], id="deleted"),
    ],
)
def test_a_resumed_run_looks_three_ways_again(
    crm: Crm, theirs: dict[str, str] | None, outcome: str, problems: list[str]
) -> None:
    """What changed between the plan and the resume counts: the journal keeps the base."""
    (jean,) = crm.add(JEAN)
    crm.export()
    crm.edit(setting(city="Lyon"))
    assert isinstance(crm.take_back(watcher=Hesitant()).error, Interrupted)
    if theirs is None:
        crm.sandbox.reset()
    elif theirs:
        crm.change(jean, **theirs)
    report = bulk_io.resume(api_key=crm.sandbox.api_key, run_dir=crm.folder / "runs")
    assert counts(report) == {outcome: 1}
    assert list(report.problems["field"] + "." + report.problems["code"]) == problems
    if outcome == "held" and theirs:
        book = load_workbook(report.run_dir / "report.xlsx")
        assert list(book["Conflicts"].values)[1:] == [(2, jean, "city", "Paris", "Lyon", "Nice")]


def test_a_contact_deleted_during_the_upload_is_not_made_again(crm: Crm) -> None:
    """The 404 of its update holds the row."""

    class Deleting(Watcher):
        """Deletes everything between plan and upload."""

        def approve(self, approval: Approval) -> bool:
            """Say yes, after the deed."""
            crm.sandbox.reset()
            return True

    crm.add(JEAN)
    crm.export()
    crm.edit(setting(city="Lyon"))
    report = crm.take_back(watcher=Deleting())
    assert (counts(report), report.summary.problems) == ({"held": 1}, {"id.gone": 1})


def test_an_edited_row_is_weighed_again_where_a_new_one_meets_a_409(crm: Crm) -> None:
    """A new row and an edited one want one number that somebody took meanwhile: both are held by its owner."""
    (jean,) = crm.add(JEAN)
    crm.export()

    def want(rows: list[dict[str, str]]) -> None:
        rows[0].update(phoneNumber="+33698765431", city="Lyon")
        rows.insert(0, {"name": "Ada Martin", "phoneNumber": "+33698765431"})

    crm.edit(want)

    class Rival(Watcher):
        """Gives the number to somebody between plan and upload."""

        def approve(self, approval: Approval) -> bool:
            """Say yes, after the deed."""
            crm.add({"name": "Boris Quick", "phoneNumber": "+33698765431"})
            return True

    report = crm.take_back(watcher=Rival(), lookup="never")
    assert (counts(report), report.summary.problems) == ({"held": 2}, {"phoneNumber.shared": 2})
    assert crm.get(jean)["city"] == "Paris"


def test_a_held_conflict_is_no_rival_for_a_number(crm: Crm) -> None:
    """A row held for what the CRM changed stays held for that, whoever owns the number that it shows."""
    (jean,) = crm.add(JEAN)
    crm.export()
    crm.change(jean, city="Nice", phoneNumber="+33698765432")
    crm.edit(
        lambda rows: (
            rows[0].update(city="Lyon"),
            rows.insert(0, {"name": "Ada Martin", "phoneNumber": JEAN["phoneNumber"]}),
        )
    )

    class Rival(Watcher):
        """Takes Jean's old number between plan and upload."""

        def approve(self, approval: Approval) -> bool:
            """Say yes, after the deed."""
            crm.add({"name": "Ada Martin", "phoneNumber": JEAN["phoneNumber"]})
            return True

    report = crm.take_back(watcher=Rival())
    assert (counts(report), report.summary.problems) == ({"held": 1, "unchanged": 1}, {"city.stale": 1})
