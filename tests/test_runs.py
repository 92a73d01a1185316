"""Run folders: how they are called, who may read them, when they appear, and who works in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bulk_io import runs
from bulk_io.errors import UsageError
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.records import Action, Candidate, Outcome
from bulk_io.worklog import Settled, WorkLog

HOLD = """
import sys
from pathlib import Path
from bulk_io import runs
with runs.owned(Path(sys.argv[1])):
    print("owned", flush=True)
    sys.stdin.read()
"""


def made(parent: Path, name: str, *, failed: bool = False, **facts: Any) -> Path:
    """A run of that name."""
    (parent / name).mkdir(parents=True)
    with closing(Journal.create(parent / name / FILE_NAME)) as journal:
        journal.put(**facts)
        if failed:
            candidate = Candidate(2, {"phoneNumber": "+33612345678"})
            journal.add_actions([(candidate, 0, Action("create", 2))])
            WorkLog(journal).settle([Settled(2, Outcome.FAILED)])
    return parent / name


@contextmanager
def held_by_another(run_dir: Path) -> Iterator[int]:
    """Another process at work on a run; gives its pid."""
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(run_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin
    assert child.stdout
    with child.stdin, child.stdout:
        assert child.stdout.readline() == b"owned\n"
        yield child.pid
    child.wait()


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        pytest.param("/in/leads 2026.csv", "leads-2026", id="spaces"),
        pytest.param("Été (fin).v2.xlsx", "Été-fin-.v2", id="accents, brackets and dots"),
        pytest.param("-", "stdin", id="standard input"),
        pytest.param("***.csv", "file", id="nothing left"),
        pytest.param("..csv", "file", id="dots"),
        pytest.param("x" * 200 + ".csv", "x" * 60, id="long"),
    ],
)
def test_a_run_is_called_after_time_and_file(tmp_path: Path, file: str, stem: str) -> None:
    """``<time>-<stem>-<4 letters>``, one part of a path; the journal knows the name."""
    path = runs.create(tmp_path, file, {})
    assert path.parent == tmp_path
    assert re.fullmatch(rf"\d{{8}}-\d{{6}}-\d{{3}}-{re.escape(stem)}-[a-z]{{4}}", path.name)
    with closing(Journal(path / FILE_NAME)) as journal:
        assert journal.get("run") == path.name


def test_only_the_owner_reads_a_run(tmp_path: Path) -> None:
    """The folder 0700, the journal 0600, whatever the umask allows."""
    before = os.umask(0)
    try:
        path = runs.create(tmp_path / "new" / "runs", "leads.csv", {"command": "import"})
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in path.iterdir()} == {FILE_NAME: 0o600}


def test_a_run_appears_only_when_its_journal_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash before the rename leaves nothing that could be listed; the folder is synced before and after it."""
    synced: list[str] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        assert bool(runs.every(tmp_path)) == (synced[-1] == str(tmp_path))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    path = runs.create(tmp_path, "leads.csv", {"command": "import"})
    assert [Path(name).name.startswith(".new-") for name in synced] == [True, False]
    assert runs.every(tmp_path) == [path]


def test_a_folder_that_cannot_be_made_is_a_wrong_option(tmp_path: Path) -> None:
    """The message names the option and the reason."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"--run-dir .*file/runs: no folder can be made there \(Not a directory\)"):
        runs.create(tmp_path / "file" / "runs", "leads.csv", {})


def test_runs_are_listed_oldest_first_without_what_is_none(tmp_path: Path) -> None:
    """Hidden folders, other folders and files are no runs; no folder, no runs."""
    names = ["20260301-100000-b-aaaa", "20260301-090000-c-aaaa", "20251231-235959-z-aaaa"]
    for name in (*names, ".new-xyz"):
        made(tmp_path, name)
    (tmp_path / "20270101-000000-empty-aaaa").mkdir()
    (tmp_path / "notes.txt").touch()
    assert [path.name for path in runs.every(tmp_path)] == sorted(names)
    assert runs.every(tmp_path / "none") == []


def test_a_run_is_found_by_name_start_or_path(tmp_path: Path) -> None:
    """A whole name beats a start that fits several."""
    first = made(tmp_path, "20260301-100000-leads-aaaa")
    second = made(tmp_path, "20260301-100000-leads-aaaa-b")
    elsewhere = made(tmp_path / "other", "20260302-100000-leads-aaaa")
    assert runs.find(tmp_path, first.name, unfinished=False) == first
    assert runs.find(tmp_path, second.name, unfinished=True) == second
    assert runs.find(tmp_path, str(elsewhere), unfinished=False) == elsewhere
    with pytest.raises(UsageError, match="'20260301' fits several runs"):
        runs.find(tmp_path, "20260301", unfinished=False)
    with pytest.raises(UsageError, match=r"'2027' is not a run of .*; see `bulk-io runs`"):
        runs.find(tmp_path, "2027", unfinished=False)


def test_without_a_name_the_newest_is_meant(tmp_path: Path) -> None:
    """Of any kind, or the newest unfinished import; none where there is none."""
    assert runs.find(tmp_path, None, unfinished=False) is None
    made(tmp_path, "20260301-100000-a-aaaa", command="import", state="stopped")
    stopped = made(tmp_path, "20260301-110000-a-aaaa", command="import", state="uploading")
    newest = made(tmp_path, "20260301-120000-a-aaaa", command="import", state="finished")
    assert runs.find(tmp_path, None, unfinished=False) == newest
    assert runs.find(tmp_path, None, unfinished=True) == stopped


@pytest.mark.parametrize(
    ("facts", "unfinished"),
    [
        pytest.param({"command": "import", "state": "planning"}, True, id="killed while planning"),
        pytest.param({"command": "import", "state": "stopped"}, True, id="stopped"),
        pytest.param({"command": "import", "state": "finished", "failed": True}, True, id="rows failed"),
        pytest.param({"command": "import", "state": "finished"}, False, id="finished"),
        pytest.param({"command": "import", "state": "stopped", "dry_run": True}, False, id="dry run"),
        pytest.param({"command": "validate", "state": "stopped"}, False, id="validate"),
    ],
)
def test_only_an_import_that_has_work_left_is_unfinished(
    tmp_path: Path, facts: dict[str, Any], unfinished: bool
) -> None:
    """There is nothing to resume in a validation or a dry run."""
    path = made(tmp_path, "20260301-100000-a-aaaa", **facts)
    assert runs.find(tmp_path, None, unfinished=True) == (path if unfinished else None)


def test_a_run_at_work_in_another_process_names_it(tmp_path: Path) -> None:
    """The message has the pid; when that process has gone, the run is free."""
    path = made(tmp_path, "run")
    with held_by_another(path) as pid:
        expected = f"^run run is being worked on by process {pid}; wait or stop it$"
        with pytest.raises(UsageError, match=expected), runs.owned(path):
            pytest.fail("two at work")
        assert (path / "lock").stat().st_mode & 0o777 == 0o600
    with runs.owned(path):
        assert (path / "lock").read_text() == str(os.getpid())


def test_a_killed_owner_blocks_nobody(tmp_path: Path) -> None:
    """Its lock file stays, its lock does not; the next owner's pid replaces its own."""
    path = made(tmp_path, "run")
    (path / "lock").write_text("99999999")
    with runs.owned(path):
        assert (path / "lock").read_text() == str(os.getpid())


@pytest.mark.parametrize("error", [None, UsageError("no")], ids=["done", "failed"])
def test_the_lock_file_goes_with_its_owner(tmp_path: Path, error: Exception | None) -> None:
    """Nothing but the run's own files is left, also after an error."""
    path = made(tmp_path, "run")
    try:
        with runs.owned(path):
            if error:
                raise error
    except UsageError:
        assert error
    assert [file.name for file in path.iterdir()] == [FILE_NAME]


def test_a_lock_file_that_was_just_taken_away_is_not_owned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opened it before its owner went makes a new one, so that a third process cannot come in beside."""
    path = made(tmp_path, "run")
    first = ExitStack()
    first.enter_context(runs.owned(path))
    really_open = os.open

    def opened(*given: Any) -> int:
        descriptor = really_open(*given)
        first.close()
        return descriptor

    monkeypatch.setattr(os, "open", opened)
    with runs.owned(path), pytest.raises(UsageError, match=f"process {os.getpid()}"), runs.owned(path):
        pytest.fail("two at work")
