"""What is different between two exports, or an export and the CRM."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import bulk_io
from bulk_io.__main__ import run
from bulk_io.client import ContactsClient
from bulk_io.sandbox import Sandbox

ADA, BOB, ZOE = "+33612345670", "+33612345671", "+33612345672"


@pytest.fixture(autouse=True)
def here(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory, and a CRM with two people."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISAO_API_KEY", sandbox.api_key)
    monkeypatch.setenv("ISAO_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        client.create({"name": "=Ada", "phoneNumber": ADA, "city": "Lyon", "tags": ["a", "b"]})
        client.create({"name": "Bob", "phoneNumber": BOB})
    sandbox.age(3600)
    return tmp_path


def exported(sandbox: Sandbox, name: str, **options: Any) -> str:
    """Export all contacts to a file."""
    bulk_io.export(name, base_url=sandbox.base_url, api_key=sandbox.api_key, **options)
    return name


def changed(sandbox: Sandbox) -> None:
    """Somebody edits one person, deletes another and adds a third."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        (ada,) = client.list(search="=Ada")
        client.update(ada.id, {"city": None, "tags": ["b", "c"], "position": "CEO"})
        client.create({"name": "Zoé", "phoneNumber": ZOE})
    sandbox.remove(BOB)


def bulk(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command."""
    code = run(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("shape", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("against", ["file", "crm"])
def test_what_came_went_and_was_changed(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], shape: str, against: str
) -> None:
    """By id; tags are compared whatever their order, times of change are no difference."""
    old = exported(sandbox, f"old.{shape}")
    changed(sandbox)
    new = [exported(sandbox, f"new.{shape}")] if against == "file" else []
    code, out, _ = bulk(capsys, "diff", old, *new, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["counts"] == {"added": 1, "removed": 1, "changed": 1}
    assert [one["name"] for one in found["added"] + found["removed"]] == ["Zoé", "Bob"]
    (ada,) = found["changed"]
    assert (ada["name"], ada["phoneNumber"]) == ("=Ada", ADA)
    assert ada["changes"] == {
        "position": {"old": "", "new": "CEO"},
        "city": {"old": "Lyon", "new": ""},
        "tags": {"old": "a;b", "new": "b;c"},
    }


def test_nothing_is_different_between_an_export_and_its_crm(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the format of each side."""
    one, other = exported(sandbox, "one.csv"), exported(sandbox, "other.xlsx")
    for arguments in ([one], [one, other], [other, one]):
        code, out, _ = bulk(capsys, "diff", *arguments)
        assert (code, out) == (0, "0 added, 0 removed, 0 changed\n")


def test_differences_as_a_table_and_as_csv(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """The table is for people; in csv there is a line for each field, and no cell runs as a formula."""
    old = exported(sandbox, "old.csv")
    changed(sandbox)
    _, out, _ = bulk(capsys, "diff", old)
    assert "    city: Lyon → (empty)\n" in out
    assert out.splitlines()[-1] == "1 added, 1 removed, 1 changed"
    assert sorted(line[0] for line in out.splitlines()[:-1] if line[0] != " ") == ["+", "-", "~"]
    _, out, _ = bulk(capsys, "diff", old, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {(row["change"], row["field"]) for row in rows} == {
        ("removed", ""), ("added", ""), ("changed", "position"), ("changed", "city"), ("changed", "tags"),
    }  # fmt: skip
    assert {row["name"] for row in rows if row["change"] == "changed"} == {"'=Ada"}


def test_only_fields_that_both_have_are_compared(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """An export of some fields says nothing about the others."""
    old = exported(sandbox, "old.csv", fields=["id", "name", "phoneNumber"])
    changed(sandbox)
    _, out, _ = bulk(capsys, "diff", old, "--json")
    assert json.loads(out)["counts"] == {"added": 1, "removed": 1, "changed": 0}


def test_every_row_that_was_added_by_hand_is_told(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Such rows have no id yet, and are a contact each."""
    old = exported(sandbox, "old.csv", csv_style="exact")
    with Path(old).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = ["Zoé 0", "Zoé 1", "Zoé 2"]
    with Path("new.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows([*rows, *({"name": name, "phoneNumber": ZOE} for name in names)])
    _, out, _ = bulk(capsys, "diff", old, "new.csv", "--json")
    found = json.loads(out)
    assert [one["name"] for one in found["added"]] == names
    assert found["counts"] == {"added": 3, "removed": 0, "changed": 0}


def test_a_file_that_is_no_export_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit 2."""
    (here / "leads.csv").write_text("Name,Phone\nAda,+33612345670\n")
    code, _, err = bulk(capsys, "diff", "leads.csv")
    assert (code, err.count("\n")) == (2, 1)
    assert "leads.csv is not an export of bulk-io with its ids" in err
