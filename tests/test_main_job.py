"""The three main jobs, end to end against the sandbox: import a lead spreadsheet, dry-run report, export."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

import bulk_io
from bulk_io.client import ContactsClient
from bulk_io.records import Contact
from bulk_io.sandbox import Sandbox

HEADER = ["Prénom", "Nom", "Téléphone", "E-mail", "Société", "Ville", "Étiquettes"]
FIRST = ["Élodie", "Jérôme", "Zoë", "Anaïs", "Hélène", "François", "Noël", "Chloé", "Gaëlle", "Loïc"]
LAST = ["Lefèvre", "Béranger", "Çelik", "Müller", "Garçon", "Hervé", "Noël-Petit", "D’Août", "Crépin", "Brûlé"]
CITIES = ["Besançon", "Nîmes", "Orléans", "Béziers", "Sète"]


def write_csv(path: Path, header: list[str], rows: list[list[str]], encoding: str = "cp1252") -> Path:
    """Write a semicolon csv as Excel does in France."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return path


def everyone(sandbox: Sandbox) -> dict[str, Contact]:
    """All contacts of the sandbox by phone number; fails where one is there twice."""
    found: list[Contact] = []
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        while page := client.list(len(found) // 200 + 1, 200).contacts:
            found += page
            if len(page) < 200:
                break
    by_phone = {str(contact["phoneNumber"]): contact for contact in found}
    assert len(by_phone) == len(found)
    return by_phone


def imported(path: Path, sandbox: Sandbox, **options: Any) -> bulk_io.Report:
    """Import a file into the sandbox; run folders beside it."""
    place = {"base_url": sandbox.base_url, "api_key": sandbox.api_key, "run_dir": path.parent / "runs"}
    return bulk_io.import_file(path, **{**place, **options})


def puts(sandbox: Sandbox) -> int:
    """How many PUTs the sandbox has answered with a success."""
    return int(sandbox.ledger()["commits"]["updated"])


def counts(report: bulk_io.Report) -> dict[str, int]:
    """The outcomes that occur."""
    return {name: number for name, number in report.outcomes.items() if number}


def leads(rows: int, seed: int = 1) -> tuple[list[list[str]], dict[str, dict[str, str]], dict[str, int]]:
    """Invented leads with 5 % repeats and 5 % faults, the contacts they should become, and the outcomes."""
    chance = random.Random(seed)
    table: list[list[str]] = []
    truth: dict[str, dict[str, str]] = {}
    outcomes = {"created": 0, "merged": 0, "invalid": 0}
    for at in range(rows):
        if at % 20 == 7:
            broken = [["Ada", "Martin", "3,36E+10", "", "", "", ""], ["Ada", "Martin", "", "", "", "", ""],
                      ["", "", "06 12 00 00 00", "", "", "", ""], ["Ada", "Martin", "0612", "", "", "", ""],
                      ["Ada", "Martin", f"06 13 {at:06d}", "ada@", "", "", ""]]  # fmt: skip
            table.append(chance.choice(broken))
            outcomes["invalid"] += 1
        elif at % 20 == 13 and truth:
            phone, known = chance.choice(list(truth.items()))
            city = chance.choice(CITIES)
            national = "0" + phone[3:]
            table.append(
                [known["firstName"].upper(), known["lastName"], f"{national[:2]}.{national[2:]}", "", "", city, ""]
            )
            known["city"] = city
            outcomes["merged"] += 1
        else:
            first, last, city = chance.choice(FIRST), chance.choice(LAST), chance.choice(CITIES)
            phone = f"+336{at:08d}"[:12] if at else "+33600000000"
            phone = f"+3361{at:07d}"
            shapes = ["0" + phone[3:], phone, "00" + phone[1:], phone[3:], f"{phone[:3]} (0){phone[3:]}"]
            mail = f"lead{at}@example.com"
            table.append([first, last, shapes[at % 5], mail, f"Société n° {at}", city, "salon;2026"])
            truth[phone] = {
                "firstName": first, "lastName": last, "name": f"{first} {last}", "phoneNumber": phone, "email": mail,
                "currentCompany": f"Société n° {at}", "city": city,
            }  # fmt: skip
            outcomes["created"] += 1
    return table, truth, outcomes


def test_a_french_lead_list_becomes_the_contacts_that_it_says(sandbox: Sandbox, tmp_path: Path) -> None:
    """2,000 rows of cp1252 with repeats and faults: the CRM equals the truth, the outcomes add up, twice is once."""
    table, truth, outcomes = leads(2000)
    path = write_csv(tmp_path / "leads.csv", HEADER, table)
    report = imported(path, sandbox)
    assert counts(report) == outcomes
    assert report.summary.rows == 2000
    assert report.exit_code == 1
    stored = everyone(sandbox)
    made = {p: {k: v for k, v in c.values.items() if k not in ("createdAt", "updatedAt")} for p, c in stored.items()}
    assert made == truth
    assert {contact.tags for contact in stored.values()} == {("salon", "2026")}

    again = imported(path, sandbox)
    assert counts(again) == {
        "unchanged": outcomes["created"],
        "merged": outcomes["merged"],
        "invalid": outcomes["invalid"],
    }
    assert puts(sandbox) == 0
    assert everyone(sandbox) == stored


def test_one_more_tag_for_known_contacts_is_one_put_each(sandbox: Sandbox, tmp_path: Path) -> None:
    """Tags add up, nothing is blanked by the columns that the file lacks or leaves empty."""
    table, truth, _ = leads(200)
    imported(write_csv(tmp_path / "leads.csv", HEADER, table), sandbox)
    more = [[known["name"], phone, "", "suivi"] for phone, known in truth.items()]
    report = imported(write_csv(tmp_path / "more.csv", ["Nom complet", "Portable", "Ville", "Tags"], more), sandbox)
    assert counts(report) == {"updated": len(truth)}
    assert puts(sandbox) == len(truth)
    for contact in everyone(sandbox).values():
        assert contact.tags == ("salon", "2026", "suivi")
        assert contact["city"] == truth[str(contact["phoneNumber"])]["city"]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """The words of import; the CRM is read only."""
    path = write_csv(tmp_path / "leads.csv", HEADER, [["Ada", "Martin", "0612345678", "", "", "Sète", ""]])
    assert counts(imported(path, sandbox, dry_run=True, region="FR")) == {"created": 1}
    assert everyone(sandbox) == {}
    imported(path, sandbox, region="FR")
    path = write_csv(path, HEADER, [["Ada", "Martin", "0612345678", "", "", "Nîmes", ""],
                                    ["Bob", "Brûlé", "0612345679", "", "", "", ""],
                                    ["Marie", "Crépin", "0612345678", "", "", "", ""]])  # fmt: skip
    report = imported(path, sandbox, dry_run=True, region="FR")
    assert counts(report) == {"updated": 1, "created": 1, "held": 1}
    assert report.summary.dry_run
    assert puts(sandbox) == 0


def test_validate_judges_as_if_the_crm_were_empty(tmp_path: Path) -> None:
    """valid, merged, held, invalid: no API is asked, the reports are there."""
    rows = [
        ["Ada", "Martin", "06 12 34 56 78", "", "", "", ""],
        ["MARTIN", "Ada", "+33612345678", "", "", "Sète", ""],
        ["Marie", "Crépin", "0612345678", "", "", "", ""],
        ["Zoë", "Hervé", "3,36E+10", "", "", "", ""],
    ]
    path = write_csv(tmp_path / "leads.csv", HEADER, rows)
    report = bulk_io.validate(path, run_dir=tmp_path / "runs")
    assert counts(report) == {"valid": 1, "merged": 1, "held": 1, "invalid": 1}
    assert report.results["merged_into"].fillna(0).tolist() == [0, 2, 0, 0]
    assert report.summary.problems == {"phoneNumber.damaged": 1, "phoneNumber.shared": 1}
    assert {name for name, file in report.summary.files.items() if file} == {"results", "workbook", "page", "rejected"}


def test_rejected_rows_can_be_fixed_and_imported_again(sandbox: Sandbox, tmp_path: Path) -> None:
    """The file that comes back has the user's own columns, and ours are ignored when it returns."""
    path = write_csv(tmp_path / "leads.csv", HEADER, [["Zoë", "Hervé", "3,36E+10", "", "Garçon & Cie", "", "a;b"]])
    report = imported(path, sandbox, region="FR")
    back = Path(str(report.summary.files["rejected"]))
    text = back.read_bytes().decode("cp1252")
    assert text.splitlines()[0] == ";".join([*HEADER, "bulk_io_outcome", "bulk_io_problem"])
    back.write_bytes(text.replace("3,36E+10", "0612345678").encode("cp1252"))
    assert counts(imported(back, sandbox, region="FR")) == {"created": 1}
    assert everyone(sandbox)["+33612345678"]["currentCompany"] == "Garçon & Cie"


@pytest.mark.parametrize("format", ["xlsx", "csv", "jsonl"])
def test_an_export_imported_as_it_is_changes_nothing(sandbox: Sandbox, tmp_path: Path, format: str) -> None:
    """Whatever a contact holds: formulas, quotes, line breaks, numbers, tags with separators."""
    nasty = {
        "name": "=1+1 «Zoë»", "firstName": "'quoted", "position": "+33 boss", "currentCompany": 'A "B"; C, D',
        "city": "007", "country": "1e5", "industrySector": "@SUM(A1)", "tags": ["a;b", "c,d", '"e"', "=2"],
    }  # fmt: skip
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        client.create({**nasty, "phoneNumber": "+33612345678"})
        client.create({"name": "Ada Martin", "phoneNumber": "06 12 34 56 79", "email": "Ada@Example.com"})
        client.create({"name": "Jean Dupont", "phoneNumber": "+14155550123"})
    before = everyone(sandbox)
    path = tmp_path / f"contacts.{format}"
    summary = bulk_io.export(path, base_url=sandbox.base_url, api_key=sandbox.api_key)
    assert (summary.contacts, summary.total_reported) == (3, 3)
    report = imported(path, sandbox, region="FR")
    assert counts(report) == {"unchanged": 3}
    assert report.summary.mapping == "bulk-io-export"
    assert everyone(sandbox) == before


def test_an_export_may_keep_numbers_that_the_crm_holds_in_any_form(sandbox: Sandbox, tmp_path: Path) -> None:
    """Numbers that cannot be read stay as they are; changed ones, and those of new rows, must be readable."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        for at, phone in enumerate(["06 12 34 56 79", "12", "+999 1", "ask Ada"]):
            client.create({"name": f"Ada Martin {at}", "phoneNumber": phone})
    path = tmp_path / "contacts.jsonl"
    bulk_io.export(path, base_url=sandbox.base_url, api_key=sandbox.api_key)
    report = imported(path, sandbox)
    assert (counts(report), report.exit_code) == ({"unchanged": 4}, 0)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    by_phone = {line["phoneNumber"]: line for line in lines}
    by_phone["12"]["city"] = "Sète"
    by_phone["+999 1"]["phoneNumber"] = "+999 2"
    by_phone["ask Ada"]["phoneNumber"] = "+33612345670"
    lines.append({**lines[0], "id": None, "name": "Luc", "phoneNumber": "13"})
    lines.append({**lines[0], "id": "contact_99", "name": "Léa", "phoneNumber": "14"})
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    report = imported(path, sandbox, region="FR")
    assert counts(report) == {"unchanged": 1, "updated": 2, "invalid": 3}
    assert report.summary.problems == {"phoneNumber.invalid": 3}
    assert sorted(everyone(sandbox)) == ["+33612345670", "+999 1", "06 12 34 56 79", "12"]


def test_an_edited_export_matches_by_id(sandbox: Sandbox, tmp_path: Path) -> None:
    """A changed phone number is an update of that contact; another contact's number is held; new rows are created."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        first = client.create({"name": "Ada Martin", "phoneNumber": "+33612345678"}).id
        client.create({"name": "Bob Brûlé", "phoneNumber": "+33612345679"})
        third = client.create({"name": "Zoë Hervé", "phoneNumber": "+33612345680"}).id
    path = tmp_path / "contacts.jsonl"
    bulk_io.export(path, base_url=sandbox.base_url, api_key=sandbox.api_key)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line["id"] == first:
            line["phoneNumber"] = "+33612345699"
        if line["id"] == third:
            line["phoneNumber"] = "+33612345679"
    lines.append({**lines[0], "id": None, "name": "Luc Noël", "phoneNumber": "+33612345681"})
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    report = imported(path, sandbox)
    assert counts(report) == {"created": 1, "updated": 1, "unchanged": 1, "held": 1}
    assert everyone(sandbox)["+33612345699"].id == first
    assert everyone(sandbox)["+33612345680"].id == third


def test_rows_of_one_id_do_not_smuggle_anothers_values_in(sandbox: Sandbox, tmp_path: Path) -> None:
    """A row with Bruno's id and Anna's number and values is held, with what Bruno's own row says."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        anna = {"name": "Anna Adam", "phoneNumber": "+33612345001", "email": "anna@example.com", "tags": ["a"]}
        client.create(anna)
        bruno = client.create({"name": "Bruno Blanc", "phoneNumber": "+33612345002", "tags": ["b"]}).id
    before = everyone(sandbox)
    path = tmp_path / "contacts.jsonl"
    bulk_io.export(path, base_url=sandbox.base_url, api_key=sandbox.api_key)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(json.dumps({**line, "id": bruno}) for line in lines), encoding="utf-8")
    assert counts(imported(path, sandbox)) == {"held": 2}
    assert everyone(sandbox) == before


def test_export_filters_and_shapes(sandbox: Sandbox, tmp_path: Path) -> None:
    """--search and --fields; the file is for its owner only."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        for at, name in enumerate(["Ada Martin", "Bob Brûlé", "Ada Noël"]):
            client.create({"name": name, "phoneNumber": f"+3361234567{at}", "tags": ["a;b", "c"]})
    path = tmp_path / "some.csv"
    place = {"base_url": sandbox.base_url, "api_key": sandbox.api_key}
    bulk_io.export(path, search="ada", fields=["phoneNumber", "tags", "name"], **place)
    assert path.read_bytes().decode("utf-8-sig").splitlines()[0] == "phoneNumber,tags,name"
    assert "Bob" not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(bulk_io.UsageError, match="no field 'phone'"):
        bulk_io.export(path, fields=["phone"], **place)
    with pytest.raises(bulk_io.UsageError, match="--updated-since"):
        bulk_io.export(path, updated_since="yesterday", **place)


def test_an_interrupted_export_leaves_the_old_file(sandbox: Sandbox, tmp_path: Path) -> None:
    """A key that is refused half-way changes nothing on the disk."""
    path = tmp_path / "contacts.csv"
    path.write_text("old")
    with pytest.raises(bulk_io.AccessRefused):
        bulk_io.export(path, base_url=sandbox.base_url, api_key="ck_none")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["contacts.csv"]


def test_duplicate_policies_account_for_every_row(sandbox: Sandbox, tmp_path: Path) -> None:
    """merge and last merge, first skips, reject refuses; the contact is as the policy says."""
    rows = [["Ada", "Martin", "0612345678", "ada@example.com", "", "Sète", "a"],
            ["Ada", "Martin", "+33612345678", "", "", "Nîmes", "b"]]  # fmt: skip
    path = write_csv(tmp_path / "leads.csv", HEADER, rows)
    expected = {
        "merge": ({"created": 1, "merged": 1}, "Nîmes", ("a", "b")),
        "first": ({"created": 1, "skipped": 1}, "Sète", ("a",)),
        "last": ({"created": 1, "merged": 1}, "Nîmes", ("a", "b")),
        "reject": ({"invalid": 2}, None, None),
    }
    for policy, (outcomes, city, tags) in expected.items():
        sandbox.reset()
        report = imported(path, sandbox, on_duplicate=policy, region="FR")
        assert counts(report) == outcomes, policy
        for contact in everyone(sandbox).values():
            assert (contact["city"], contact.tags) == (city, tags), policy
        if policy in ("merge", "last"):
            assert report.results["merged_into"].dropna().tolist() == [2 if policy == "merge" else 3]
        if policy == "reject":
            assert report.summary.problems == {"phoneNumber.duplicate": 2}


def test_name_mismatch_update_takes_all_rows_of_a_number_for_one_contact(sandbox: Sandbox, tmp_path: Path) -> None:
    """Nothing is held; the last name wins."""
    rows = [["Ada", "Martin", "0612345678", "", "", "", ""], ["Marie", "Crépin", "0612345678", "", "", "", ""]]
    path = write_csv(tmp_path / "leads.csv", HEADER, rows)
    report = imported(path, sandbox, on_name_mismatch="update", region="FR")
    assert counts(report) == {"created": 1, "merged": 1}
    assert everyone(sandbox)["+33612345678"]["name"] == "Marie Crépin"


def test_rows_merged_into_a_row_that_is_refused_share_its_end(sandbox: Sandbox, tmp_path: Path) -> None:
    """A merged row whose contact the API refuses is rejected too, and comes back with the reason."""
    rows = [["Ada", "Martin", "0612345678", "", "", "", ""], ["Ada", "Martin", "0612345678", "", "", "Sète", ""]]
    path = write_csv(tmp_path / "leads.csv", HEADER, rows)
    body = {"success": False, "error": "Validation failed", "details": {"city": "No such city"}}
    sandbox.set_faults([{"method": "POST", "status": 422, "body": body}])
    report = imported(path, sandbox, region="FR")
    assert counts(report) == {"rejected": 2}
    back = Path(str(report.summary.files["rejected"])).read_bytes().decode("cp1252").splitlines()
    assert len(back) == 3
    assert all("No such city" in line for line in back[1:])


def test_what_is_new_costs_no_reading_and_what_is_known_costs_no_writing(sandbox: Sandbox, tmp_path: Path) -> None:
    """A re-import of known contacts reads pages; an import into a large CRM of few rows does not read it all."""
    table, truth, _ = leads(400)
    path = write_csv(tmp_path / "leads.csv", HEADER, table)
    imported(path, sandbox)
    before = sandbox.ledger()["total"]
    imported(path, sandbox)
    assert sandbox.ledger()["total"] - before <= len(truth) // 200 + 5
    few = write_csv(tmp_path / "few.csv", HEADER, [["Ada", "Martin", "0698765432", "", "", "", ""]])
    before = sandbox.ledger()["total"]
    report = imported(few, sandbox, region="FR")
    assert sandbox.ledger()["total"] - before == 3  # who is there, one page, one POST
    assert counts(report) == {"created": 1}


def test_lookup_finds_numbers_that_were_stored_in_another_form(sandbox: Sandbox, tmp_path: Path) -> None:
    """A contact with "06 12 …" is updated, not doubled, whatever the size of the file."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        client.create({"name": "Ada Martin", "phoneNumber": "06 12 34 56 78"})
    path = write_csv(tmp_path / "leads.csv", HEADER, [["Ada", "Martin", "+33612345678", "", "", "Sète", ""]])
    assert counts(imported(path, sandbox, region="FR")) == {"updated": 1}
    assert {phone: contact["city"] for phone, contact in everyone(sandbox).items()} == {"06 12 34 56 78": "Sète"}


def test_a_number_that_is_stored_without_its_prefix_is_found_by_a_file_that_has_prefixes(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Read under the country of most of the file's numbers: the contact is updated, not made a second time."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        client.create({"name": "Ada Martin", "phoneNumber": "06 12 34 56 78"})
    path = write_csv(tmp_path / "leads.csv", ["name", "phoneNumber", "city"], [["Ada Martin", "+33612345678", "Sète"]])
    assert counts(imported(path, sandbox)) == {"updated": 1}
    assert len(everyone(sandbox)) == 1
