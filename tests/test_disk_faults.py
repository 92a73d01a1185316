"""A disk that is full or broken: nothing is sent that could be forgotten, nothing half-made stands under its name."""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from disk import FULL, IOERR_FSYNC, IOERR_WRITE, Disk, Event
from watched_crm import Commit, WatchedCrm

from bulk_io import crashpoints, reports, writing
from bulk_io.__main__ import run
from bulk_io.errors import BulkIOError, UsageError
from bulk_io.writing import Sheet

NEW, KNOWN = 40, 8
SAMPLES = 14
REPORTS = {"results.csv", "report.xlsx", "report.html"}
MAY_STAND = {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", *REPORTS}
CODES = {"full": {"write": FULL, "sync": IOERR_FSYNC}, "broken": {"write": IOERR_WRITE, "sync": IOERR_FSYNC}}
"""What SQLite is told by a disk without room (ENOSPC) and by one that fails (EIO)."""
LIMITED = """
import resource, sys
from pathlib import Path
from bulk_io import crashpoints
from bulk_io.__main__ import main

wanted, times = sys.argv.pop(1), int(sys.argv.pop(1))

def listen(point):
    global times
    times -= point == wanted
    if times == 0:
        largest = max(path.stat().st_size for path in Path("bulk-io-runs").rglob("*"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

crashpoints.listen(listen)
main()
"""
"""The command in a process whose files may grow no more once it has been at a point so many times."""
UNPRIVILEGED = """
import ctypes, os, sys
for capability in (1, 2):  # to write, and to read and search, whatever the mode says
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "bulk_io", *sys.argv[1:]])
"""
"""The command without root's right to ignore modes (PR_CAPBSET_DROP; nothing changes for other users)."""
WHOLE: dict[str, Callable[[bytes], bool]] = {
    "results.csv": lambda content: content.count(b"\r\n") == 1 + NEW + KNOWN,
    "report.xlsx": lambda content: zipfile.is_zipfile(io.BytesIO(content)),
    "report.html": lambda content: content.rstrip().endswith(b"</html>"),
}
"""By which a report is known to be whole."""


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The document of ``--json``."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def bulk(*arguments: object) -> Said:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedCrm]:
    """A CRM that takes a little, so that there are always requests on their way."""
    with WatchedCrm(tmp_path_factory.mktemp("crm") / "data", latency_ms=3) as running:
        yield running


@pytest.fixture(autouse=True)
def here(tmp_path: Path, crm: WatchedCrm, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a lead list whose rows all end well, and a CRM that knows some of them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISAO_API_KEY", crm.api_key)
    monkeypatch.setenv("ISAO_BASE_URL", crm.base_url)
    rows = [f"Ada Martin {n};+3361234{n:04d};Lyon" for n in range(NEW)]
    rows += [f"Zoé Petit {n};+3361235{n:04d};Nîmes" for n in range(KNOWN)]
    (tmp_path / "leads.csv").write_text("Name;Phone;City\n" + "\n".join(rows) + "\n", encoding="utf-8")
    crm.restore(known())
    return tmp_path


def known() -> list[Commit]:
    """What the CRM holds before."""
    return [
        Commit("", {"name": f"Zoé Petit {n}", "phoneNumber": f"+3361235{n:04d}", "city": "Paris"}, 1_700_000_000_000)
        for n in range(KNOWN)
    ]


class Broken:
    """A disk whose event number ``at`` (of those after the run has its name) fails, and all later ones if it lasts."""

    def __init__(self, disk: Disk, codes: dict[str, int], *, at: int, lasts: bool) -> None:
        self._disk = disk
        self._codes = codes
        self._at = at
        self._lasts = lasts
        self._seen = -1
        self.hit = False

    def point(self, name: str) -> None:
        """Be told where the run is."""
        self._disk.mark("point", name)
        if name == "run made":
            self._seen = 0

    def fail(self, event: Event) -> int:
        """Say how an event ends."""
        if self._seen < 0 or event.kind not in self._codes:
            return 0
        self._seen += 1
        if self._seen - 1 == self._at or (self._lasts and self._seen > self._at):
            self.hit = True
            return self._codes[event.kind]
        return 0


def imported(broken: Callable[[Disk], Broken]) -> tuple[Said, list[Event], bool]:
    """Import on a disk that breaks; gives what was said, what happened, and whether the fault was met."""
    with Disk() as disk:
        faulty = broken(disk)
        disk.fail = faulty.fail
        crashpoints.listen(faulty.point)
        try:
            said = bulk("import", "leads.csv", "--yes", "--quiet", "--concurrency", 8)
        finally:
            crashpoints.listen(None)
    return said, disk.events, faulty.hit


def fault(kind: str, at: int, *, lasts: bool) -> tuple[str, bool]:
    """Import with one fault of the journal's disk, go on without, and say what is wrong ("" nothing)."""
    said, events, hit = imported(lambda disk: Broken(disk, CODES[kind], at=at, lasts=lasts))
    if not hit:
        return "", False
    broke = next(number for number, event in enumerate(events) if event.code)
    before = [event.name for event in events[:broke] if event.kind == "point"]
    left = [event.name for event in events[broke:] if event.name == "request leaving"]
    finished = "run finished" in before
    (folder,) = Path("bulk-io-runs").iterdir()
    strangers = {path.name for path in folder.iterdir()} - MAY_STAND
    again = bulk("resume", "--yes", "--json")
    outcomes = {name: count for name, count in again.document["outcomes"].items() if count}
    found = {
        f"exit {said.code}": said.code != (0 if finished else 5),
        f"stderr {said.err!r}": not finished and not is_one_sentence(said.err),
        f"{len(left)} requests left after it": bool(left),
        f"{strangers} stay": bool(strangers),
        f"resume {again}": again.code != 0 or outcomes != {"created": NEW, "updated": KNOWN},
        "files": not {path.name for path in folder.iterdir()} >= REPORTS,
    }
    shutil.rmtree("bulk-io-runs")
    wrong = ", ".join(name for name, is_wrong in found.items() if is_wrong)
    return (f"{kind}, event {at}, lasts={lasts}, after {before[-1:]}: {wrong}" if wrong else ""), True


def is_one_sentence(err: str) -> bool:
    """Tell whether stderr holds one line, which says that the journal cannot be written and what to do."""
    return err.startswith("Error: the run's journal cannot be written (") and "resume" in err and err.count("\n") == 1


@pytest.fixture(scope="module")
def moments() -> list[int]:
    """The events at which a fault is to be tried: filled by the first test that needs them, see `length`."""
    return []


def length() -> int:
    """Count the writes and syncs of an import that nothing disturbs, up to the last that the upload makes."""
    _, events, _ = imported(lambda disk: Broken(disk, {}, at=0, lasts=False))
    names = [event.name for event in events]
    last = len(names) - names[::-1].index("ends durable")
    shutil.rmtree("bulk-io-runs")
    return sum(event.kind in ("write", "sync") for event in events[names.index("run made") : last])


@pytest.mark.parametrize("sample", range(SAMPLES))
def test_a_journal_that_cannot_be_written_stops_the_run_and_loses_nothing(
    crm: WatchedCrm, moments: list[int], sample: int
) -> None:
    """Exit 5 and one sentence, no request leaves any more, and with room again ``resume`` ends as if nothing was."""
    if not moments:
        most = length()
        moments += [int((number + 0.5) * 0.9 * most / SAMPLES) for number in range(SAMPLES)]
        crm.restore(known())
    wrong, hit = fault(("full", "broken")[sample % 2], moments[sample], lasts=sample % 3 != 0)
    assert hit
    assert wrong == ""
    assert len(crm.contacts()) == NEW + KNOWN


@pytest.mark.slow
@pytest.mark.parametrize("lasts", [True, False], ids=["lasts", "once"])
@pytest.mark.parametrize("kind", ["full", "broken"])
def test_no_write_of_the_journal_may_fail_unseen(crm: WatchedCrm, kind: str, lasts: bool) -> None:
    """The same at every single write and sync."""
    stories: list[str] = []
    for at in itertools.count():
        crm.restore(known())
        story, hit = fault(kind, at, lasts=lasts)
        if not hit:
            break
        stories += [story] if story else []
    print(f"{at} faults, {len(stories)} handled wrong")
    assert stories == []
    assert at > 100


@pytest.mark.parametrize("at", [0, 7, 30], ids=["first write", "tables", "first facts"])
@pytest.mark.parametrize("kind", ["full", "broken"])
def test_a_run_that_cannot_be_made_leaves_nothing(kind: str, at: int) -> None:
    """No room for even the journal's beginning: one sentence about the place for runs, and no folder."""
    with Disk() as disk:
        faulty = Broken(disk, CODES[kind], at=at, lasts=True)
        faulty.point("run made")
        disk.fail = faulty.fail
        said = bulk("import", "leads.csv", "--yes", "--quiet")
    assert said.code in (2, 5)
    assert said.err.startswith("Error: --run-dir bulk-io-runs: ")
    assert said.err.count("\n") == 1
    assert not any(Path("bulk-io-runs").iterdir())


def test_what_stops_a_run_is_said_once() -> None:
    """Not as a note and as an error."""
    with Disk() as disk:
        faulty = Broken(disk, CODES["full"], at=60, lasts=False)
        disk.fail = faulty.fail
        crashpoints.listen(faulty.point)
        try:
            said = bulk("import", "leads.csv", "--yes")
        finally:
            crashpoints.listen(None)
    assert said.err.count("cannot be written") == 1


@pytest.mark.parametrize(("point", "times"), [("rows kept", 1), ("answer come", 12)], ids=["planning", "uploading"])
def test_a_file_system_without_room_is_told_and_gone_on_from(crm: WatchedCrm, point: str, times: int) -> None:
    """The same by the system's own errors: files that may not grow stop the run, which can be resumed."""
    arguments = [sys.executable, "-c", LIMITED, point, str(times), "import", "leads.csv", "--yes", "--quiet"]
    ended = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 5, ended.stderr
    assert is_one_sentence(ended.stderr)
    again = bulk("resume", "--yes", "--json")
    assert {name: count for name, count in again.document["outcomes"].items() if count} == {
        "created": NEW,
        "updated": KNOWN,
    }
    assert len(crm.contacts()) == NEW + KNOWN


# reports


@dataclass(frozen=True)
class Finished:
    """The folder of an import that came to its end."""

    folder: Path

    def faulty(self) -> list[str]:
        """Name the reports that are not whole."""
        return [name for name, is_whole in WHOLE.items() if not is_whole((self.folder / name).read_bytes())]


@pytest.fixture
def finished(here: Path) -> Finished:
    """An import that came to its end."""
    assert bulk("import", "leads.csv", "--yes", "--quiet").code == 0
    (folder,) = (here / "bulk-io-runs").iterdir()
    return Finished(folder)


@contextlib.contextmanager
def no_room(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class Failing:
    """Lets the ``at``-th call of a function of ``os`` fail; ``hit`` says whether there was one."""

    def __init__(self, name: str, number: int, at: int) -> None:
        self._name, self._number, self._at = name, number, at
        self._calls = itertools.count()
        self.hit = False

    @contextlib.contextmanager
    def during(self) -> Iterator[None]:
        """Let it fail in this block."""
        real: Callable[..., Any] = getattr(os, self._name)

        def fails(*arguments: Any, **more: Any) -> Any:
            if next(self._calls) == self._at:
                self.hit = True
                raise OSError(self._number, os.strerror(self._number))
            return real(*arguments, **more)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(os, self._name, fails)
            yield


@contextlib.contextmanager
def while_reporting(trouble: Callable[[], contextlib.AbstractContextManager[None]]) -> Iterator[None]:
    """Have trouble only while reports are written."""
    real = reports.write

    def troubled(*given: Any) -> Any:
        with trouble():
            return real(*given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reports, "write", troubled)
        yield


def is_told(said: Said, why: str) -> bool:
    """Tell whether a command ended with exit 1 and one sentence that says why."""
    return said.code == 1 and said.err.startswith("Error: ") and said.err.count("\n") == 1 and why in said.err


@pytest.mark.parametrize("size", [0, 150, 1_500, 4_000, 6_000])
def test_reports_without_room_leave_no_half_file(finished: Finished, size: int) -> None:
    """Each report is the old one or the new one, nothing else stays, and with room again they are made."""
    with while_reporting(lambda: no_room(size)):
        said = bulk("report", "--quiet")
    assert is_told(said, "the disk is full"), said
    assert {path.name for path in finished.folder.iterdir()} <= MAY_STAND
    assert finished.faulty() == []
    assert bulk("report").code == 0
    assert finished.faulty() == []


CALLS = [("fsync", errno.ENOSPC), ("fsync", errno.EIO), ("replace", errno.EIO), ("replace", errno.EROFS)]


@pytest.mark.parametrize(("name", "number"), CALLS, ids=[f"{name} {errno.errorcode[number]}" for name, number in CALLS])
def test_no_step_of_a_report_may_fail_unseen(finished: Finished, name: str, number: int) -> None:
    """Each sync and each renaming that fails ends in one sentence, and leaves whole files only."""
    for at in itertools.count():
        failing = Failing(name, number, at)
        with while_reporting(failing.during):
            said = bulk("report", "--quiet")
        if not failing.hit:
            break
        assert is_told(said, "disk is full" if number == errno.ENOSPC else os.strerror(number)), said
        assert {path.name for path in finished.folder.iterdir()} <= MAY_STAND
        assert finished.faulty() == []
    assert at >= 3
    assert said.code == 0


def test_an_import_whose_reports_cannot_be_written_says_how_to_make_them(here: Path) -> None:
    """The rows are safe: a nonzero exit, the command that makes the reports again, and it does."""
    with while_reporting(lambda: no_room(1_500)):
        said = bulk("import", "leads.csv", "--yes", "--quiet")
    (folder,) = (here / "bulk-io-runs").iterdir()
    assert is_told(said, f"`bulk-io report {folder.name}` makes them again"), said
    assert {path.name for path in folder.iterdir()} <= MAY_STAND
    again = bulk("report", folder.name, "--json")
    assert again.code == 0
    assert again.document["outcomes"]["created"] == NEW
    assert all(Path(path).is_file() for path in again.document["files"].values() if path)


def test_an_old_report_that_cannot_be_removed_is_told(finished: Finished) -> None:
    """A rejected.csv of an earlier time would be taken for this run's: a sentence that names it, not a traceback."""
    (finished.folder / "rejected.csv").mkdir()
    assert is_told(bulk("report", "--quiet"), "rejected.csv could not be removed")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with nothing in it."""
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def test_what_a_killed_process_left_is_removed(empty: Path) -> None:
    """The temporary file of a writer that is gone goes with the next file; that of one at work stays, and others'."""
    with writing.atomic(empty / "a"):
        (at_work,) = empty.glob(".bulk_io-*.tmp")
        (empty / ".bulk_io-left.tmp").write_text("half")
        (empty / ".bulk_io-link.tmp").symlink_to(empty / "b")
        (empty / ".bulk_io-folder.tmp").mkdir()
        (empty / "mine.tmp").touch()
        writing.csv(empty / "b", ["x"], [])
        assert at_work.exists()
    stay = {"a", "b", "mine.tmp", ".bulk_io-link.tmp", ".bulk_io-folder.tmp"}
    assert {path.name for path in empty.iterdir()} == stay


@pytest.mark.parametrize("through_a_link", [False, True], ids=["itself", "a link to it"])
def test_a_device_is_not_replaced(tmp_path: Path, through_a_link: bool) -> None:
    """Nobody wants a file in the place of ``/dev/null``."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    with pytest.raises(UsageError, match="is a device or a pipe"):
        writing.csv(tmp_path / ("link" if through_a_link else "pipe"), ["x"], [])
    assert pipe.is_fifo()


def test_a_workbook_without_room_for_its_rows_on_their_way_says_where(
    empty: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its writer panics on a full temporary folder, and prints so: it becomes one error, and nothing is printed."""
    sheet = Sheet("S", ["a"], [[str(n)] for n in range(5_000)])
    with pytest.raises(BulkIOError, match=r"the disk is full \(File too large, perhaps in /"), no_room(150_000):
        writing.workbook(empty / "a.xlsx", [sheet])
    assert capfd.readouterr() == ("", "")
    assert not list(empty.iterdir())
    writing.workbook(empty / "a.xlsx", [sheet])
    os.write(2, b"heard again")
    assert capfd.readouterr().err == "heard again"


class PanicException(BaseException):
    """What the writer raises, as its library has it: no child of Exception."""


FAILURES = [
    pytest.param(OSError("i/o error: No space (os error 28)"), BulkIOError, "the disk is full", id="no room"),
    pytest.param(OSError("i/o error: it broke (os error 5)"), BulkIOError, "Input/output error; check", id="broken"),
    pytest.param(OSError("no such luck"), BulkIOError, "no such luck; check", id="no number"),
    pytest.param(PanicException('Os { code: 28, kind: StorageFull, message: "" }'), BulkIOError, "full", id="panic"),
    pytest.param(PanicException("index out of bounds"), RuntimeError, "index out of bounds", id="its own fault"),
    pytest.param(KeyboardInterrupt("stop"), KeyboardInterrupt, "stop", id="Ctrl-C"),
]


@pytest.mark.parametrize(("raised", "kind", "story"), FAILURES)
def test_a_workbook_that_cannot_be_saved_says_why(
    empty: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException, kind: type[BaseException], story: str
) -> None:
    """The workbook's writer tells the system's error only in words; it is told as any other file's."""

    def fails(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("rustpy_xlsxwriter.write_worksheets", fails)
    with pytest.raises(kind, match=story):
        writing.workbook(empty / "a.xlsx", [Sheet("S", ["a"], [["x"]])])
    assert not list(empty.iterdir())


# where runs live


def test_a_run_folder_that_cannot_be_written_is_told(finished: Finished) -> None:
    """Reports into a read-only folder: one sentence, and what was there stays."""
    ended = unprivileged(finished.folder, "report", "--quiet")
    assert ended.returncode
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr
    assert finished.faulty() == []


def test_a_journal_that_cannot_be_written_is_not_called_corrupt(finished: Finished) -> None:
    """The folder's mode is what to mend."""
    assert "corrupt" not in unprivileged(finished.folder, "report", "--quiet").stderr


def test_a_place_for_runs_that_cannot_be_written_is_a_wrong_option(here: Path) -> None:
    """Nothing is sent without a journal."""
    (here / "bulk-io-runs").mkdir()
    ended = unprivileged(here / "bulk-io-runs", "import", "leads.csv", "--yes", "--quiet")
    assert ended.returncode == 2
    assert ended.stderr == "Error: --run-dir bulk-io-runs: no folder can be made there (Permission denied)\n"


def test_a_place_for_runs_that_is_a_file_is_a_wrong_option(here: Path, crm: WatchedCrm) -> None:
    """One sentence, exit 2, nothing sent."""
    (here / "bulk-io-runs").touch()
    said = bulk("import", "leads.csv", "--yes", "--quiet")
    assert (said.code, said.err) == (2, "Error: --run-dir bulk-io-runs: no folder can be made there (File exists)\n")
    assert crm.arrived == []


def unprivileged(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that may not write into a folder, also where the tests run as root."""
    folder.chmod(0o500)
    try:
        command = [sys.executable, "-c", UNPRIVILEGED, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)
    finally:
        folder.chmod(0o700)
