"""What a run leaves is for its owner alone, whatever the umask, and no link planted in its way leads anywhere else."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from recorder import Recorder, Reply, Request, crm, recording

from bulk_io import crashpoints
from bulk_io.__main__ import run

LEADS = "Name;Phone;City\nAda Martin;+33612345678;Lyon\nBob Petit;+33612345679;Nice\n"
WRONG = LEADS + "Nobody;12;Metz\n"
REPORTS = ["results.csv", "report.xlsx", "report.html", "rejected.csv"]
VICTIM = "not yours"


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    """An API that takes everything, and has one contact."""

    def answers(request: Request) -> Reply:
        if request.method == "GET" and request.path == "/contacts":
            row = {"id": "1", "name": "Ada", "phoneNumber": "+33612345670"}
            return Reply(200, {"success": True, "data": [row], "meta": {"page": 1, "limit": 200, "total": 1}})
        return crm(request)

    with recording(answers) as running:
        yield running


@pytest.fixture(autouse=True)
def here(tmp_path: Path, server: Recorder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two lead lists, and beside it a file of somebody else's."""
    (tmp_path / "here").mkdir()
    (tmp_path / "victim").write_text(VICTIM)
    (tmp_path / "victim").chmod(0o644)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("ISAO_API_KEY", "ck_x_12345")
    monkeypatch.setenv("ISAO_BASE_URL", server.base_url)
    Path("leads.csv").write_text(LEADS)
    Path("wrong.csv").write_text(WRONG)
    return tmp_path / "here"


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Path]:
    """A file that nobody may touch; checked at the end."""
    path = tmp_path / "victim"
    before = path.stat()
    yield path
    after = path.stat()
    assert path.read_text() == VICTIM
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (before.st_ino, before.st_mode, before.st_mtime_ns)


def bulk(*arguments: object) -> tuple[int, str, str]:
    """Run a command in this process; gives its exit code, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return code, out.getvalue(), err.getvalue()


@contextlib.contextmanager
def umask(mask: int) -> Iterator[None]:
    """Work under a umask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def at_every_point(look: Callable[[str], None]) -> Iterator[None]:
    """Look around at every named moment of a run."""
    crashpoints.listen(look)
    try:
        yield
    finally:
        crashpoints.listen(None)


def open_to_others(folder: Path) -> list[str]:
    """Name what is not 0600 (files) or 0700 (folders), the folder itself included."""
    found = []
    for path in [folder, *folder.rglob("*")]:
        mode = path.lstat().st_mode
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600):
            found.append(f"{path} {stat.S_IMODE(mode):o}")
    return found


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077], ids=oct)
def test_a_run_is_for_its_owner_alone_at_every_moment(mask: int) -> None:
    """Its folder, the folder of runs, journal, log, index, lock, reports and temporary files."""
    found: dict[str, list[str]] = {}
    names: set[str] = set()

    def look(point: str) -> None:
        found.setdefault(point, []).extend(open_to_others(Path("runs")))
        names.update(path.suffix or path.name for path in Path("runs").rglob("*") if path.is_file())

    with umask(mask), at_every_point(look):
        assert bulk("import", "wrong.csv", "--yes", "--run-dir", "runs")[0] == 1
        assert bulk("report", "--run-dir", "runs")[0] == 1
    assert {point: paths for point, paths in found.items() if paths} == {}
    assert open_to_others(Path("runs")) == []
    assert {".sqlite", ".sqlite-wal", ".sqlite-shm", "lock", ".tmp", ".csv", ".xlsx", ".html"} <= names


def test_all_folders_that_are_made_for_runs_are_for_their_owner_alone() -> None:
    """Those above the folder of runs too, where they were not there."""
    with umask(0):
        bulk("validate", "leads.csv", "--run-dir", "new/deep/runs")
    assert open_to_others(Path("new")) == []


def test_a_folder_that_was_there_keeps_its_mode() -> None:
    """It is not ours to close."""
    Path("runs").mkdir(mode=0o755)
    bulk("validate", "leads.csv", "--run-dir", "runs")
    assert stat.S_IMODE(Path("runs").stat().st_mode) == 0o755
    (folder,) = Path("runs").iterdir()
    assert open_to_others(folder) == []


@pytest.mark.parametrize("mask", [0o000, 0o077], ids=oct)
@pytest.mark.parametrize("name", ["all.csv", "all.xlsx", "all.jsonl"])
def test_an_export_is_for_its_owner_alone(name: str, mask: int) -> None:
    """Whatever the mode of what stood there."""
    Path(name).write_text("old")
    Path(name).chmod(0o666)
    with umask(mask):
        assert bulk("export", name)[0] == 0
    assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600


# planted links


@pytest.fixture
def folder(here: Path) -> Path:
    """The folder of a run that came to its end, with rows to fix."""
    assert bulk("import", "wrong.csv", "--yes", "--quiet")[0] == 1
    (found,) = Path("bulk-io-runs").iterdir()
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_a_link_in_the_place_of_a_report_is_replaced(folder: Path, victim: Path, name: str) -> None:
    """What it leads to stays as it was, contents and mode."""
    (folder / name).unlink()
    (folder / name).symlink_to(victim)
    assert bulk("report")[0] == 1
    assert not (folder / name).is_symlink()
    assert open_to_others(folder) == []


def test_a_link_in_the_place_of_an_old_report_is_removed(folder: Path, victim: Path) -> None:
    """A ``rejected.xlsx`` of an earlier time goes, what it leads to does not."""
    (folder / "rejected.xlsx").symlink_to(victim)
    assert bulk("report")[0] == 1
    assert not (folder / "rejected.xlsx").is_symlink()


def test_links_with_the_names_of_temporary_files_lead_nowhere(
    folder: Path, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should somebody guess a name: another one is taken."""
    guessed = ["guessed", "another"]
    monkeypatch.setattr("tempfile._get_candidate_names", lambda: iter(guessed * 8))
    (folder / ".bulk_io-guessed.tmp").symlink_to(victim)
    assert bulk("report")[0] == 1
    assert (folder / ".bulk_io-guessed.tmp").is_symlink()


def unfinished() -> Path:
    """The folder of a run that was stopped before its first write."""

    def stop(point: str) -> None:
        if point == "plan complete":
            raise KeyboardInterrupt

    with at_every_point(stop):
        assert bulk("import", "leads.csv", "--yes", "--quiet")[0] == 130
    (found,) = Path("bulk-io-runs").iterdir()
    return found


def test_a_link_in_the_place_of_the_lock_is_refused(victim: Path) -> None:
    """One sentence that names it, exit 2."""
    run = unfinished()
    (run / "lock").symlink_to(victim)
    code, _, err = bulk("resume", "--yes", "--quiet")
    assert code == 2
    assert "lock" in err


def test_a_link_in_the_place_of_the_lock_leads_nowhere(victim: Path) -> None:
    """However it is told: nothing is written through it, nothing is sent."""
    run = unfinished()
    (run / "lock").symlink_to(victim)
    assert bulk("resume", "--yes", "--quiet")[0] != 0


@pytest.mark.parametrize("command", [("resume", "--yes"), ("report",), ("runs",)], ids=lambda command: command[0])
def test_a_link_in_the_place_of_the_journal_is_refused(victim: Path, command: tuple[str, ...]) -> None:
    """Neither its target nor any other run's journal is opened in its place."""
    run = unfinished()
    other = run.parent / "elsewhere.sqlite"
    (run / "journal.sqlite").rename(other)
    before = other.read_bytes()
    for target in (victim, other):
        (run / "journal.sqlite").unlink(missing_ok=True)
        (run / "journal.sqlite").symlink_to(target.absolute())
        code, out, err = bulk(*command)
        assert code != 0 or "unreadable" in out
        assert (out + err).count("internal error") == 0
    assert other.read_bytes() == before


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_a_link_in_the_place_of_the_journals_log_is_refused(victim: Path, suffix: str) -> None:
    """SQLite opens its own files without following links."""
    run = unfinished()
    (run / f"journal.sqlite{suffix}").symlink_to(victim)
    code, _, err = bulk("resume", "--yes", "--quiet")
    assert code != 0
    assert "internal error" not in err


# exports


@pytest.mark.parametrize("name", ["all.csv", "all.xlsx", "all.jsonl"])
def test_an_export_replaces_a_link(victim: Path, name: str) -> None:
    """As tools do that write a new file and rename it: the link goes, what it named stays."""
    Path(name).symlink_to(victim)
    assert bulk("export", name)[0] == 0
    assert not Path(name).is_symlink()
    assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600


def test_an_export_says_that_it_replaced_a_link(victim: Path) -> None:
    """Who keeps a file behind a link wants to know."""
    Path("all.csv").symlink_to(victim)
    assert "all.csv was a link" in bulk("export", "all.csv")[2]


def test_an_export_replaces_a_link_that_leads_nowhere(here: Path) -> None:
    """What it names is not made."""
    Path("all.csv").symlink_to(here / "gone")
    assert bulk("export", "all.csv")[0] == 0
    assert not Path("all.csv").is_symlink()
    assert not (here / "gone").exists()


def test_an_export_takes_no_link_to_a_folder(here: Path) -> None:
    """A folder is not a file, by whatever name."""
    Path("folder").mkdir()
    Path("all.csv").symlink_to(here / "folder")
    code, _, err = bulk("export", "all.csv")
    assert (code, err) == (2, "Error: all.csv is a folder; give the name of a file.\n")
    assert Path("all.csv").is_symlink()


def test_a_second_name_of_a_file_keeps_the_old_file(victim: Path) -> None:
    """A hard link is not written through either."""
    Path("all.csv").hardlink_to(victim)
    before = victim.stat()
    assert bulk("export", "all.csv")[0] == 0
    assert Path("all.csv").stat().st_ino != before.st_ino
