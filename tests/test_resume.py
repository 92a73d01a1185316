"""Going on with a stopped run: only as the very job that it was, and never sending what is settled."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

import bulk_io
from bulk_io import reports, run
from bulk_io.errors import Interrupted, UsageError
from bulk_io.journal import FILE_NAME
from bulk_io.report import Report
from bulk_io.sandbox import Sandbox
from bulk_io.watching import Approval, Watcher

HEADER = "Nom;Téléphone;Ville\n"
MAPPING = 'name = "mine"\ntitle = "Mine"\n[fields]\nname = "Nom"\nphoneNumber = "Téléphone"\n'


class Hesitant(Watcher):
    """Approves no plan, so that a run is stopped before its first write."""

    def approve(self, approval: Approval) -> bool:
        """Say no."""
        return False


def leads(tmp_path: Path, *, rows: int = 5) -> Path:
    """A small lead list."""
    file = tmp_path / "leads.csv"
    lines = (f"Ada Martin {n};+3361234{n:04d};Lyon\n" for n in range(rows))
    file.write_text(HEADER + "".join(lines), encoding="utf-8")
    return file


def stopped(tmp_path: Path, sandbox: Sandbox, **options: Any) -> Report:
    """Import the lead list up to the question."""
    access = {"base_url": sandbox.base_url, "api_key": sandbox.api_key, "run_dir": tmp_path / "runs"}
    report = bulk_io.import_file(leads(tmp_path), watcher=Hesitant(), **access, **options)
    assert isinstance(report.error, Interrupted)
    return report


def resumed(tmp_path: Path, sandbox: Sandbox, **options: Any) -> Report:
    """Go on with the run."""
    return bulk_io.resume(api_key=sandbox.api_key, run_dir=tmp_path / "runs", **options)


def test_the_same_job_goes_on(sandbox: Sandbox, tmp_path: Path) -> None:
    """Nothing has changed: the plan that stands is carried out."""
    stopped(tmp_path, sandbox)
    report = resumed(tmp_path, sandbox)
    assert (report.outcomes["created"], report.exit_code) == (5, 0)


def test_a_file_that_has_changed_is_another_job(sandbox: Sandbox, tmp_path: Path) -> None:
    """The rows of the journal would not be those of the file: refused, naming it; nothing is sent."""
    stopped(tmp_path, sandbox)
    leads(tmp_path, rows=6)
    with pytest.raises(UsageError, match=r"leads\.csv has changed; import the file as a new run"):
        resumed(tmp_path, sandbox)
    assert "POST /contacts" not in sandbox.ledger()["requests"]


def test_a_file_that_is_gone_is_not_needed_any_more(sandbox: Sandbox, tmp_path: Path) -> None:
    """Once the plan is complete the journal holds all of it."""
    stopped(tmp_path, sandbox)
    (tmp_path / "leads.csv").unlink()
    assert resumed(tmp_path, sandbox).outcomes["created"] == 5


def test_a_file_that_is_gone_before_the_plan_was_complete(sandbox: Sandbox, tmp_path: Path) -> None:
    """There is nothing to go on with: one sentence that says so."""
    report = stopped(tmp_path, sandbox)
    with sqlite3.connect(report.run_dir / FILE_NAME) as journal:
        journal.execute("DELETE FROM meta WHERE key = 'planned'")
    journal.close()
    (tmp_path / "leads.csv").unlink()
    with pytest.raises(UsageError, match=r"leads\.csv is gone"):
        resumed(tmp_path, sandbox)


def test_a_mapping_that_has_changed_is_another_job(sandbox: Sandbox, tmp_path: Path) -> None:
    """Its columns would go to other fields."""
    mapping = tmp_path / "mine.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    stopped(tmp_path, sandbox, mapping=str(mapping))
    mapping.write_text(MAPPING + 'city = "Ville"\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"the mapping .* has changed; import"):
        resumed(tmp_path, sandbox)


def test_another_version_does_not_go_on(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It might read the same rows otherwise: both versions are named."""
    stopped(tmp_path, sandbox)
    monkeypatch.setattr(run, "__version__", "99.0")
    with pytest.raises(UsageError, match=rf"begun with bulk-io {bulk_io.__version__} and this is 99\.0"):
        resumed(tmp_path, sandbox)


def test_another_api_is_another_job(sandbox: Sandbox, tmp_path: Path) -> None:
    """The plan compares with the contacts of the first one."""
    stopped(tmp_path, sandbox)
    with pytest.raises(UsageError, match="this run writes to"):
        resumed(tmp_path, sandbox, base_url="https://isao.io/api/external")


def test_all_that_differs_is_said_at_once(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one difference after the other."""
    stopped(tmp_path, sandbox)
    leads(tmp_path, rows=7)
    monkeypatch.setattr(run, "__version__", "99.0")
    with pytest.raises(UsageError, match=r"99\.0; .*leads\.csv has changed"):
        resumed(tmp_path, sandbox)


def test_a_finished_run_sends_nothing_more(sandbox: Sandbox, tmp_path: Path) -> None:
    """Resumed again and again, it gives its document."""
    stopped(tmp_path, sandbox)
    first = resumed(tmp_path, sandbox)
    total = sandbox.ledger()["total"]
    assert resumed(tmp_path, sandbox).outcomes == first.outcomes
    assert sandbox.ledger()["total"] == total


def test_reports_that_could_not_be_made_are_made_again(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk after the upload: a nonzero exit, the rows are safe, and ``report`` and ``resume`` make them."""
    stopped(tmp_path, sandbox)
    with monkeypatch.context() as full:
        full.setattr(reports, "write", _no_room)
        report = resumed(tmp_path, sandbox)
    assert (report.exit_code, report.outcomes["created"], report.summary.state) == (1, 5, "stopped")
    assert "the reports could not be made (no room); `bulk-io report " in str(report.error)
    posts = sandbox.ledger()["requests"]["POST /contacts"]
    again = resumed(tmp_path, sandbox)
    assert (again.exit_code, again.summary.state) == (0, "finished")
    assert Path(str(again.summary.files["results"])).is_file()
    assert sandbox.ledger()["requests"]["POST /contacts"] == posts


def _no_room(*_: object) -> None:
    raise OSError("no room")
