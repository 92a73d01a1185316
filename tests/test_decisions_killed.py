"""kill -9 in the middle of an import with decisions: resumed, exactly what was decided is there, once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from conftest import Bulk
from crash_scene import WINDOW
from crashing import Deed, Ending, launcher

from bulk_io.client import ContactsClient
from bulk_io.sandbox import Sandbox

Start = Callable[..., Ending]

LEADS = """\
Nom;Société;Téléphone;Email;Ville;Tags
Jonathan Featherby;Acme SAS;+33612345611;jon.featherby@acme.fr;Lyon;fair
Jon FEATHERBY;Acme;;jon.featherby@acme.fr;;web
Zéphirine Quatrefages;Novalis;+33612345612;z.quatrefages@novalis.fr;Nantes;
Quatrefages Zephirine;Novalis;+33612345652;z.quatrefages@novalis.fr;Brest;
Harold Plumtree;Boule;+33612345613;h.plumtree@boule.fr;Lyon;
Harold Plumtree;Boule;+33612345614;h.plumtree@boule.fr;Lyon;
Ada Martingale;Xylo;+33612345615;;Paris;
"""
MERGED, KEPT = ("2", "3", "4", "5"), ("6", "7")
ROWS = {
    "2": ("updated", ""), "3": ("merged", "2"), "4": ("created", ""), "5": ("merged", "4"), "6": ("created", ""),
    "7": ("created", ""), "8": ("created", ""),
}  # fmt: skip
"""What each row ends as: 2 and 3 are a contact of the CRM, 6 and 7 are kept apart."""
POINTS = (
    "run made", "rows checked", "plan written", "plan complete", "intents durable", "request leaving",
    "answer come", "ends written", "ends durable", "run finished",
)  # fmt: skip


@pytest.fixture
def crm(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ContactsClient]:
    """A client of the sandbox, which knows Jonathan under another number."""
    monkeypatch.setenv("ISAO_API_KEY", sandbox.api_key)
    monkeypatch.setenv("ISAO_BASE_URL", sandbox.base_url)
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        body = {"name": "Jonathan Featherby", "phoneNumber": "+33612345700", "email": "jon.featherby@acme.fr"}
        client.create({**body, "currentCompany": "ACME"})
        yield client


@pytest.fixture
def start(bulk: Bulk, crm: ContactsClient, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Runs a command in a process of its own, in a folder with the leads and what was decided on them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    assert bulk("duplicates", "leads.csv", "--against-crm")[0] == 0
    book = openpyxl.load_workbook("duplicates.xlsx")
    for row in book["Duplicates"].iter_rows(min_row=2):
        label = str(row[1].value)
        if label in MERGED or label.startswith("contact"):
            row[2].value = "merge"
        elif label in KEPT:
            row[2].value = "keep both"
    book.save("duplicates.xlsx")

    def run(*arguments: str, deeds: tuple[Deed, ...] = ()) -> Ending:
        process = launcher().run(
            *arguments, "--json", folder=tmp_path, sandbox=sandbox, deeds=deeds, patches={WINDOW: 2}
        )
        return process.wait()

    return run


def ends(folder: Path, ending: Ending) -> dict[str, tuple[str, str]]:
    """What each row ended as, and the row it was merged into."""
    with (folder / ending.document["files"]["results"]).open(encoding="utf-8-sig", newline="") as file:
        return {line["row"]: (line["outcome"], line["merged_into"]) for line in csv.DictReader(file)}


def ended_as_decided(folder: Path, ending: Ending, crm: ContactsClient) -> bool:
    """Fail unless every row ended as decided and each contact is there once, with the values of the review."""
    assert ending.code == 0, ending
    assert ends(folder, ending) == ROWS
    there = sorted((one["phoneNumber"], one["name"], one["city"], ";".join(sorted(one.tags))) for one in crm.list())
    assert there == [
        ("+33612345612", "Zéphirine Quatrefages", "Nantes", ""),
        ("+33612345613", "Harold Plumtree", "Lyon", ""),
        ("+33612345614", "Harold Plumtree", "Lyon", ""),
        ("+33612345615", "Ada Martingale", "Paris", ""),
        ("+33612345700", "Jonathan Featherby", "Lyon", "fair;web"),
    ]
    return True


IMPORT = ("import", "leads.csv", "--decisions", "duplicates.xlsx", "--yes")


def test_an_import_with_decisions_that_nothing_disturbs(start: Start, crm: ContactsClient, tmp_path: Path) -> None:
    """The measure of the others."""
    assert ended_as_decided(tmp_path, start(*IMPORT), crm)


@pytest.mark.parametrize("point", POINTS)
def test_an_import_with_decisions_is_killed(start: Start, crm: ContactsClient, tmp_path: Path, point: str) -> None:
    """Whatever was sent or known by then, resumed it ends as decided; the workbook is not needed any more."""
    nth = 2 if point in ("intents durable", "request leaving", "answer come", "ends written") else 1
    assert start(*IMPORT, deeds=(Deed(point, nth),)).code == -9
    (tmp_path / "duplicates.xlsx").unlink()
    assert ended_as_decided(tmp_path, start("resume"), crm)


def test_a_contact_that_changed_before_the_plan_was_complete(start: Start, crm: ContactsClient, tmp_path: Path) -> None:
    """The decision is refused by the resumed run too: it is planned again."""
    (contact,) = crm.list()
    assert start(*IMPORT, deeds=(Deed("plan written"),)).code == -9
    crm.update(contact.id, {"city": "Brest"})
    ending = start("resume")
    became = ends(tmp_path, ending)
    assert (became["2"][0], became["3"][0]) == ("held", "held")
    assert crm.get(contact.id)["city"] == "Brest"
