"""The commands as people and scripts meet them: exit codes, messages, JSON, what is never shown."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Bulk

from bulk_io.cli import COMMANDS
from bulk_io.client import ContactsClient
from bulk_io.sandbox import Sandbox, start

HEADER = "Prénom;Nom;Téléphone;Ville\n"
LEADS = HEADER + "Ada;Martin;+33612345678;Sète\nBob;Brûlé;06 12 34 56 79;Nîmes\n"
KEY = "ck_canary_0123456789"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, without a key or a proxy in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("ISAO_API_KEY", "ISAO_BASE_URL", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def key(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The shared sandbox, found by the environment as the real API would be."""
    monkeypatch.setenv("ISAO_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("ISAO_API_KEY", sandbox.api_key)
    return sandbox


def everyone(sandbox: Sandbox) -> list[str]:
    """The phone numbers of the sandbox."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        return sorted(str(contact["phoneNumber"]) for contact in client.list(limit=200))


def test_import_creates_and_says_so_in_one_document(bulk: Bulk, key: Sandbox) -> None:
    """--json: one document on stdout with exactly the contract's keys."""
    code, out, err = bulk("import", "leads.csv", "--json")
    document = json.loads(out)
    assert code == 0
    assert list(document) == [
        "run", "run_dir", "dry_run", "state", "source", "mapping", "rows", "outcomes", "problems", "warnings",
        "requests", "seconds", "files",
    ]  # fmt: skip
    assert document["source"] == {
        "file": "leads.csv", "format": "csv", "encoding": "utf-8", "delimiter": ";", "sheet": None, "header_row": 1,
    }  # fmt: skip
    assert document["state"] == "finished"
    assert document["rows"] == sum(document["outcomes"].values()) == 2
    assert document["outcomes"]["created"] == 2
    assert document["mapping"]["columns"]["Téléphone"] == "phoneNumber"
    assert document["files"]["rejected"] is None
    assert all(Path(file).is_file() for file in document["files"].values() if file)
    assert everyone(key) == ["+33612345678", "+33612345679"]
    assert "read as FR" in err
    assert "company" in err


def test_a_runs_folder_is_for_its_owner_only(bulk: Bulk, key: Sandbox) -> None:
    """0700 for the folder, 0600 for its files; the name has time, stem and four letters."""
    _, out, _ = bulk("import", "leads.csv", "--json", "--run-dir", "elsewhere")
    folder = Path(json.loads(out)["run_dir"])
    assert folder.parent.name == "elsewhere"
    assert folder.name.rsplit("-", 2)[1] == "leads"
    assert folder.stat().st_mode & 0o777 == 0o700
    files = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
    assert set(files) == {"journal.sqlite", "results.csv", "report.xlsx", "report.html"}
    assert set(files.values()) == {0o600}


def test_results_csv_has_a_line_for_each_row(bulk: Bulk, key: Sandbox) -> None:
    """Comma, UTF-8 with BOM, the contract's columns."""
    Path("leads.csv").write_text(LEADS + "Ada;MARTIN;0612345678;\n;;;\nZoë;Hervé;3,36E+10;\n", encoding="utf-8")
    code, out, _ = bulk("import", "leads.csv", "--json")
    raw = Path(json.loads(out)["files"]["results"]).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert list(rows[0]) == ["row", "outcome", "contact_id", "phoneNumber", "name", "merged_into", "problems"]
    assert [(r["row"], r["outcome"], r["merged_into"]) for r in rows] == [
        ("2", "created", ""), ("3", "created", ""), ("4", "merged", "2"), ("6", "invalid", ""),
    ]  # fmt: skip
    assert rows[3]["problems"].startswith("phoneNumber.damaged: ")
    assert code == 1


BAD_INPUT = {
    "empty.csv": (b"", "empty"),
    "blank.csv": (b"\n\n;;\n", "empty"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100), "not a spreadsheet"),
    "page.csv": (b"<!doctype html><html><body><p>Please log in</p></body></html>", "not a spreadsheet"),
    "broken.xlsx": (b"PK\x03\x04" + b"\x00" * 60, "corrupt"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_a_file_that_cannot_be_read_is_one_line_with_the_reason_first(bulk: Bulk, name: str) -> None:
    """Exit 3, nothing sent, no run folder."""
    content, reason = BAD_INPUT[name]
    Path(name).write_bytes(content)
    code, out, err = bulk("validate", name, "--json")
    assert code == 3
    assert err.startswith(reason), err
    assert len(err.splitlines()) == 1
    assert json.loads(out) == {"error": err.strip(), "exit": 3}
    assert not Path("bulk-io-runs").exists()


def test_a_missing_file_is_exit_3(bulk: Bulk) -> None:
    """The message names it."""
    code, _, err = bulk("validate", "nowhere.csv")
    assert code == 3
    assert "nowhere.csv" in err


USAGE = [
    pytest.param(["import", "leads.csv"], "ISAO_API_KEY", id="no key"),
    pytest.param(["import", "leads.csv", "--base-url", "http://example.com"], "https", id="plain http"),
    pytest.param(["validate", "leads.csv", "--mapping", "nosuch"], "nosuch", id="unknown mapping"),
    pytest.param(["validate", "leads.csv", "--mapping", "bad.toml"], "phone", id="bad mapping"),
    pytest.param(["validate", "leads.csv", "--map", "Portable=phoneNumber"], "Portable", id="unknown header"),
    pytest.param(["validate", "leads.csv", "--map", "Ville=town"], "town", id="unknown field"),
    pytest.param(
        ["validate", "leads.csv", "--map", "Tel=phoneNumber", "--map", "Mobil = phoneNumber"],
        "no order",
        id="two columns for one field",
    ),
    pytest.param(["validate", "leads.csv", "--map", "Téléphone="], "phone number", id="no phone column"),
    pytest.param(["validate", "leads.csv", "--map", "Nom=", "--map", "Prénom="], "name", id="no name column"),
    pytest.param(["validate", "leads.csv", "--region", "Narnia"], "--region", id="unknown region"),
    pytest.param(["validate", "leads.csv", "--on-duplicate", "maybe"], "maybe", id="unknown policy"),
    pytest.param(["validate", "leads.csv", "--limit-rows", "0"], "--limit-rows", id="no rows"),
    pytest.param(["validate"], "FILE", id="no file"),
    pytest.param(["nonsense"], "nonsense", id="unknown command"),
    pytest.param(["resume"], "no run", id="nothing to resume"),
    pytest.param(["export", "contacts.pdf", "--sandbox"], "xlsx", id="unknown format"),
    pytest.param(["import", "leads.csv", "--api-key-file", "nokey.txt"], "nokey.txt", id="no key file"),
]


@pytest.mark.parametrize(("arguments", "says"), USAGE)
def test_wrong_usage_is_exit_2_and_says_what_to_mend(bulk: Bulk, arguments: list[str], says: str) -> None:
    """One sentence, nothing read or sent; with --json the document says the same."""
    Path("bad.toml").write_text('name = "bad"\n[fields]\nphone = "Téléphone"\n', encoding="utf-8")
    code, out, err = bulk(*arguments, *(["--json"] if arguments != ["nonsense"] else []))
    assert code == 2
    assert says in err
    if out:
        assert json.loads(out)["exit"] == 2
    assert not Path("bulk-io-runs").exists()


@pytest.mark.parametrize(
    ("name", "says"), [("ck_wrong", "401"), ("ck_hooks", "contacts:write"), ("ck_reader", "contacts:write")]
)
def test_a_refused_key_is_exit_4_and_names_the_permission(
    bulk: Bulk, key: Sandbox, monkeypatch: pytest.MonkeyPatch, name: str, says: str
) -> None:
    """Nothing was written, the key is not shown."""
    monkeypatch.setenv("ISAO_API_KEY", name)
    code, out, err = bulk("import", "leads.csv", "--json")
    assert code == 4
    assert says in err
    assert name not in out + err
    document = json.loads(out)
    assert document["exit"] == 4
    assert everyone(key) == []


def test_a_missing_greeting_stops_nothing(bulk: Bulk, key: Sandbox) -> None:
    """GET /test may be missing, or answer with a page of HTML as some hosts do."""
    key.set_faults([{"method": "GET", "path": "/test", "action": "html"}])
    assert bulk("import", "leads.csv")[0] == 0


def test_a_reader_may_dry_run_and_export(bulk: Bulk, key: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """contacts:read is enough for what only reads."""
    monkeypatch.setenv("ISAO_API_KEY", "ck_reader")
    assert bulk("import", "leads.csv", "--dry-run")[0] == 0
    assert bulk("export", "out.csv")[0] == 0


def test_a_host_that_is_down_is_exit_5_and_resumable(
    bulk: Bulk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every valid row is pending; when the host is back, resume finishes the run."""
    import dataclasses

    from bulk_io import retry, session

    quick = dataclasses.replace(retry.Patience(), start_within=0.3, first_pause=0.01)
    monkeypatch.setattr(session, "Patience", lambda **given: quick)
    monkeypatch.setenv("ISAO_API_KEY", KEY)
    Path("leads.csv").write_text(LEADS + "Zoë;Hervé;3,36E+10;\n", encoding="utf-8")
    with start(Path("crm")) as running:
        url, real = running.base_url, running.api_key
    code, out, err = bulk("import", "leads.csv", "--json", "--base-url", url)
    document = json.loads(out)
    assert (code, document["exit"], document["state"]) == (5, 5, "stopped")
    assert document["rows"] == 3
    assert (document["outcomes"]["pending"], document["outcomes"]["invalid"]) == (2, 1)
    assert "127.0.0.1" in err
    monkeypatch.setenv("ISAO_API_KEY", real)
    with start(Path("crm"), port=int(url.split(":")[2].split("/")[0])) as running:
        code, out, _ = bulk("resume", "--json")
        assert everyone(running) == ["+33612345678", "+33612345679"]
    document = json.loads(out)
    assert (code, document["state"]) == (1, "finished")
    assert (document["outcomes"]["created"], document["outcomes"]["invalid"]) == (2, 1)


def test_resume_of_finished_runs_prints_the_newest_document_and_its_code(bulk: Bulk, key: Sandbox) -> None:
    """Nothing is sent again."""
    _, first, _ = bulk("import", "leads.csv", "--json")
    before = key.ledger()["total"]
    code, out, _ = bulk("resume", "--json")
    assert code == 0
    assert json.loads(out)["run"] == json.loads(first)["run"]
    assert key.ledger()["total"] == before


def test_resume_refuses_another_api(bulk: Bulk, key: Sandbox) -> None:
    """A run belongs to the API that it began with."""
    key.set_faults([{"method": "POST", "status": 401, "body": {"error": "expired"}}])
    assert bulk("import", "leads.csv")[0] == 4
    key.set_faults([])
    code, _, err = bulk("resume", "--base-url", "https://isao.io/api/external")
    assert code == 2
    assert key.base_url in err
    assert bulk("resume")[0] == 0


def test_runs_lists_runs_and_report_makes_reports_again(bulk: Bulk, key: Sandbox) -> None:
    """Reports come from the journal alone."""
    _, out, _ = bulk("import", "leads.csv", "--json")
    first = json.loads(out)
    bulk("validate", "leads.csv")
    code, out, _ = bulk("runs", "--json")
    assert code == 0
    assert [run["command"] for run in json.loads(out)["runs"]] == ["validate", "import"]
    assert first["run"] in bulk("runs")[1]
    folder = Path(first["run_dir"])
    before = (folder / "results.csv").read_bytes()
    for name in ("results.csv", "report.xlsx", "report.html"):
        (folder / name).unlink()
    Path("leads.csv").unlink()
    assert bulk("report", first["run"])[0] == 0
    assert (folder / "results.csv").read_bytes() == before
    assert (folder / "report.html").is_file()
    assert bulk("report", "nonsense")[0] == 2


def test_a_broken_journal_is_listed_and_stops_nothing(bulk: Bulk, key: Sandbox) -> None:
    """One run's broken journal is no reason to hide or refuse the others."""
    broken = Path("bulk-io-runs/20990101-000000-000-x-aaaa")
    broken.mkdir(parents=True)
    (broken / "journal.sqlite").write_bytes(b"what is this?" * 100)
    assert bulk("import", "leads.csv")[0] == 0
    assert "unreadable" in bulk("runs")[1]
    assert bulk("report", broken.name)[0] == 3
    assert bulk("resume", "--json")[0] in (0, 3)


def test_the_key_is_found_in_dotenv_and_in_a_key_file(bulk: Bulk, sandbox: Sandbox) -> None:
    """.env of the working directory, or --api-key-file."""
    Path(".env").write_text(f"ISAO_API_KEY={sandbox.api_key}\nISAO_BASE_URL={sandbox.base_url}\n")
    assert bulk("import", "leads.csv")[0] == 0
    Path(".env").unlink()
    Path("key.txt").write_text(sandbox.api_key + "\n")
    assert bulk("import", "leads.csv", "--api-key-file", "key.txt", "--base-url", sandbox.base_url)[0] == 0


def test_the_key_is_nowhere(bulk: Bulk, key: Sandbox, here: Path) -> None:
    """Not in the output, the journal or any report, also where the server says it back."""
    key.set_faults([{"method": "POST", "status": 422, "body": {"error": f"bad key {key.api_key}", "details": {}}}])
    code, out, err = bulk("import", "leads.csv", "--verbose")
    assert code == 1
    assert key.api_key not in out + err
    for file in here.rglob("*"):
        if file.is_file():
            assert key.api_key.encode() not in file.read_bytes(), file


def test_cells_cannot_forge_the_terminal(bulk: Bulk) -> None:
    """Control and bidi characters of a file are shown, not obeyed."""
    Path("evil.csv").write_text("Nom;Téléphone;\x1b[2J\u202eevil\nAda;\x1b]0;x\x07\n", encoding="utf-8")
    code, out, err = bulk("inspect", "evil.csv")
    assert "\x1b[2J" not in out + err
    assert "\u202e" not in out + err
    assert code in (0, 3)


def test_inspect_shows_source_columns_and_reasons(bulk: Bulk) -> None:
    """As a screen, and as JSON with the contract's keys."""
    code, out, _ = bulk("inspect", "leads.csv")
    assert code == 0
    assert "Téléphone" in out
    assert "phoneNumber" in out
    document = json.loads(bulk("inspect", "leads.csv", "--json")[1])
    assert list(document) == ["source", "rows", "columns"]
    assert (document["source"]["format"], document["source"]["delimiter"], document["rows"]) == ("csv", ";", 2)
    column = document["columns"][2]
    assert list(column) == ["header", "field", "why", "samples"]
    assert (column["header"], column["field"]) == ("Téléphone", "phoneNumber")
    assert column["samples"] == ["+33612345678", "06 12 34 56 79"]


def test_inspect_csv_prints_the_table_and_nothing_else(bulk: Bulk) -> None:
    """UTF-8, comma, as read."""
    Path("l1.csv").write_bytes(LEADS.encode("cp1252"))
    code, out, _ = bulk("inspect", "l1.csv", "--csv")
    assert code == 0
    assert out == LEADS.replace(";", ",")


def test_inspect_csv_quotes_a_carriage_return(bulk: Bulk) -> None:
    """A reader would take a bare one for the end of the row."""
    Path("x.csv").write_bytes(b'Name,"No\rte"\nAna,"a\rb"\n')
    _, out, _ = bulk("inspect", "x.csv", "--csv")
    assert all(piece in out for piece in ('"No', 'te"', '"a', 'b"'))


def test_inspect_prints_either_csv_or_json(bulk: Bulk) -> None:
    """Both want stdout."""
    code, out, _ = bulk("inspect", "leads.csv", "--csv", "--json")
    assert (code, json.loads(out)["exit"]) == (2, 2)


def test_inspect_works_without_a_phone_column(bulk: Bulk) -> None:
    """It shows what there is; validate refuses such a file."""
    Path("names.csv").write_text("Prénom;Nom\nAda;Martin\n", encoding="utf-8")
    assert bulk("inspect", "names.csv")[0] == 0
    assert bulk("validate", "names.csv")[0] == 2


def test_mapping_list_show_and_suggest(bulk: Bulk) -> None:
    """A suggested mapping can be used as it is."""
    assert "hubspot" in bulk("mapping", "list")[1]
    assert "[fields]" in bulk("mapping", "show", "hubspot")[1]
    code, out, _ = bulk("mapping", "suggest", "leads.csv")
    assert code == 0
    Path("mine.toml").write_text(out, encoding="utf-8")
    code, out, _ = bulk("validate", "leads.csv", "--mapping", "mine.toml", "--json")
    assert code == 0
    assert json.loads(out)["mapping"]["columns"]["Téléphone"] == "phoneNumber"


def test_limit_rows_reads_the_first_rows_only(bulk: Bulk) -> None:
    """The others are no rows of this run."""
    assert json.loads(bulk("validate", "leads.csv", "--limit-rows", "1", "--json")[1])["rows"] == 1


def test_quiet_says_nothing(bulk: Bulk) -> None:
    """Only the exit code speaks."""
    assert bulk("validate", "leads.csv", "--quiet") == (0, "", "")


def test_verbose_says_what_each_column_was_taken_for(bulk: Bulk) -> None:
    """On stderr; without it, only decisions that need attention are told."""
    assert "'Ville': city" in bulk("validate", "leads.csv", "--verbose")[2]
    assert "'Ville': city" not in bulk("validate", "leads.csv")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_opens_with_examples(bulk: Bulk, name: str) -> None:
    """Every command shows how it is used before it lists options."""
    code, out, _ = bulk(name, "--help")
    assert code == 0
    assert out.startswith("Examples:\n  bulk-io ")
    assert "--help" in out


def test_demo_imports_samples_and_exports_them_back(bulk: Bulk) -> None:
    """One command, no key, no network; it says where the reports are."""
    code, out, _ = bulk("demo")
    assert code == 0
    assert "report.html" in out
    assert Path("bulk-io-runs/demo-contacts.xlsx").is_file()


def spawn(*arguments: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start bulk-io as its own process."""
    return subprocess.Popen(
        [sys.executable, "-m", "bulk_io", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )


def many(path: Path, rows: int) -> None:
    """Write a file of people with numbers of their own."""
    lines = [f"Ada;Martin {row};+336{row:08d};" for row in range(10_000_000, 10_000_000 + rows)]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def wait_for(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait until something is so; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def slow(here: Path) -> Iterator[Sandbox]:
    """A sandbox that takes 30 ms for an answer."""
    with start(here / "crm", latency_ms=30) as running:
        yield running


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_an_import_that_is_stopped_goes_on_where_it_was(slow: Sandbox, bulk: Bulk, number: int, code: int) -> None:
    """Ctrl-C, SIGTERM or kill -9 in the middle: resume finishes it, nothing lost, doubled or called an update."""
    many(Path("many.csv"), 600)
    environment = {"ISAO_BASE_URL": slow.base_url, "ISAO_API_KEY": slow.api_key}
    process = spawn("import", "many.csv", "--json", "--concurrency", "8", environment=environment)
    wait_for(lambda: slow.ledger()["commits"]["created"] > 50)
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == code
    if code > 0:
        stopped = json.loads(out)
        assert stopped["state"] == "stopped"
        assert stopped["outcomes"]["created"] + stopped["outcomes"]["pending"] == 600
        assert 0 < stopped["outcomes"]["pending"] < 600
    os.environ.update(environment)
    try:
        code, out, _ = bulk("resume", "--json")
    finally:
        for name in environment:
            del os.environ[name]
    document = json.loads(out)
    assert (code, document["state"], document["outcomes"]["created"]) == (0, "finished", 600)
    commits = slow.ledger()["commits"]
    assert (commits["created"], commits["updated"]) == (600, 0)


@pytest.mark.parametrize(
    ("answer", "code", "written"),
    [("y\n", 0, 2), ("n\n", 130, 0), ("", 130, 0)],
    ids=["yes", "no", "Ctrl-C at the question"],
)
def test_on_a_terminal_the_plan_is_asked_for_before_the_first_write(
    key: Sandbox, answer: str, code: int, written: int
) -> None:
    """After the mapping was agreed to; what is refused or left is not written, and can be resumed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bulk_io", "import", "leads.csv", "--json"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    assert b"phoneNumber" in _shown_until(ours, b"Is this right?")
    os.write(ours, b"y\n")
    assert b"2 to create" in _shown_until(ours, b"Write this?")
    assert everyone(key) == []
    if answer:
        os.write(ours, answer.encode())
    else:
        process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    os.close(ours)
    document = json.loads(out)
    assert (process.returncode, document["outcomes"]["created"]) == (code, written)
    assert document["outcomes"]["pending"] == 2 - written
    assert len(everyone(key)) == written


def _shown_until(terminal: int, question: bytes) -> bytes:
    """Read what a terminal shows until a question is asked; gives up after half a minute."""
    shown, end = b"", time.monotonic() + 30
    while question not in shown:
        ready, _, _ = select.select([terminal], [], [], max(0.0, end - time.monotonic()))
        assert ready, shown.decode()
        shown += os.read(terminal, 4096)
    return shown


def test_help_needs_no_heavy_library() -> None:
    """--help and usage errors answer without loading pandas, aiohttp or phonenumbers."""
    script = (
        "import sys; from bulk_io.__main__ import run; run(['import', '--help']); run(['import']);"
        "print([m for m in ('pandas', 'aiohttp', 'phonenumbers', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        pytest.param("bulk_io.ledger", ("pandas", "pyarrow", "tqdm"), id="what lists runs"),
        pytest.param("bulk_io.jobs", ("aiohttp", "asyncio", "tqdm", "bulk_io.likeness.search"), id="what validates"),
        pytest.param("bulk_io.exporting", ("pandas", "aiohttp", "tqdm"), id="what exports"),
    ],
)
def test_nobody_waits_for_a_library_that_is_not_used(module: str, heavy: tuple[str, ...]) -> None:
    """Lists of runs and exports need no frames, and checks no HTTP and no search for likely duplicates."""
    script = f"import sys, {module}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_wheel_finds_its_mappings_templates_and_samples(tmp_path: Path) -> None:
    """Built from the checkout and unpacked elsewhere, it needs nothing of the checkout."""
    root = Path(__file__).parent.parent
    tree = tmp_path / "tree"
    names = ("bulk_io", "mappings", "sample_data", "pyproject.toml", "README.md", "LICENSE")
    for name in names:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            tree.mkdir(exist_ok=True)
            shutil.copy(source, tree / name)
    build = "import os, hatchling.build as b; print(b.build_wheel(os.environ['OUT']))"
    subprocess.run([sys.executable, "-c", build], cwd=tree, env={**os.environ, "OUT": str(tmp_path)}, check=True)
    wheel = next(tmp_path.glob("*.whl"))
    shutil.rmtree(tree)
    shutil.unpack_archive(wheel, tmp_path / "site", "zip")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    for arguments in (["mapping", "show", "hubspot"], ["validate", "leads.csv"], ["demo"]):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bulk_io", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
