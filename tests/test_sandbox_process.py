"""The sandbox as a process: it starts, keeps its data and its key, and never outlives who started it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import Call

from bulk_io.errors import BulkIOError, UsageError
from bulk_io.sandbox import Sandbox, SandboxError, default_data, start
from bulk_io.sandbox.limiter import Limiter
from bulk_io.sandbox.store import FILE, Store

JANE: dict[str, object] = {"name": "Jane Doe", "phoneNumber": "+33639980001"}
COMMAND = [sys.executable, "-m", "bulk_io.sandbox", "--follow-stdin"]
PARENT = """
import sys
from bulk_io.sandbox import start
with start() as sandbox:
    print(sandbox.base_url, flush=True)
    sys.stdin.read()
"""


def is_open(base_url: str) -> bool:
    """Whether something listens there."""
    address = urlsplit(base_url)
    with socket.socket() as probe:
        return probe.connect_ex((address.hostname, address.port)) == 0


def mode(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_kept_data_survive_a_restart_with_the_same_key(call: Call, tmp_path: Path) -> None:
    """Contacts, the key and the numbering go on where they stopped."""
    with start(tmp_path / "kept") as first:
        created = call("POST", "/contacts", JANE, on=first).json["data"]
    with start(tmp_path / "kept") as second:
        assert second.api_key == first.api_key
        assert call("GET", "/contacts", on=second).json["data"] == [created]
        other = call("POST", "/contacts", JANE | {"phoneNumber": "+33639980002"}, on=second).json["data"]
        assert call("POST", "/contacts", JANE, on=second).status == 409
    assert (created["id"], other["id"]) == ("contact_1", "contact_2")


def test_committed_contacts_survive_a_kill(call: Call, tmp_path: Path) -> None:
    """What was answered is there after kill -9."""
    with subprocess.Popen([*COMMAND, f"--data={tmp_path}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        here = Sandbox(**json.loads(child.stdout.readline()))
        assert call("POST", "/contacts", JANE, on=here).status == 201
        child.kill()
    with start(tmp_path) as again:
        assert call("GET", "/contacts", on=again).json["meta"]["total"] == 1


def test_data_are_their_owners_only(call: Call, tmp_path: Path) -> None:
    """The folder is 0700 and every file in it 0600, also if the folder was open before."""
    folder = tmp_path / "kept"
    folder.mkdir(mode=0o755)
    with start(folder) as sandbox:
        call("POST", "/contacts", JANE, on=sandbox)
        files = {mode(path) for path in folder.iterdir()}
    assert (mode(folder), files) == (0o700, {0o600})


def test_a_folder_with_other_files_is_refused_untouched(tmp_path: Path) -> None:
    """A wrong --data neither changes a folder's mode nor leaves a file."""
    (tmp_path / "leads.csv").write_text("name\n")
    before = mode(tmp_path)
    with pytest.raises(UsageError, match="holds other files"), start(tmp_path):
        pass
    assert (mode(tmp_path), [path.name for path in tmp_path.iterdir()]) == (before, ["leads.csv"])


def test_a_second_sandbox_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """Two servers would give the same ids."""
    with start(tmp_path), pytest.raises(SandboxError, match="Another sandbox is running"), start(tmp_path):
        pass


def test_broken_data_are_refused(tmp_path: Path) -> None:
    """A damaged file is told, with what to do."""
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(SandboxError, match="remove the folder"), start(tmp_path):
        pass


def test_data_of_another_version_are_refused(tmp_path: Path) -> None:
    """A file with another layout is not touched."""
    store = Store(tmp_path)
    store._db.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(BulkIOError, match="another version"):
        Store(tmp_path)


def test_a_taken_port_is_refused(sandbox: Sandbox) -> None:
    """The message names the port."""
    port = urlsplit(sandbox.base_url).port or 0
    with pytest.raises(UsageError, match=f"port {port}"), start(port=port):
        pass


def test_a_crash_at_the_start_is_told() -> None:
    """A child that ends without a word becomes an error here, not a hang."""
    with pytest.raises(SandboxError, match="exit code 2"), start(rate=-1):
        pass


def test_a_given_port_is_used() -> None:
    """--port gives a fixed address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with start(port=port) as sandbox:
        assert sandbox.base_url == f"http://127.0.0.1:{port}/api/external"


def test_reset_option_empties_kept_data_but_keeps_the_key(tmp_path: Path) -> None:
    """--reset is for contacts."""
    store = Store(tmp_path)
    key = store.main_key()
    store.create(JANE)
    store.close()
    done = subprocess.run([*COMMAND, f"--data={tmp_path}", "--reset"], input=b"", capture_output=True, check=True)
    assert json.loads(done.stdout)["api_key"] == key
    store = Store(tmp_path)
    assert store.page(1, 50) == ([], 0)
    store.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(number: int) -> None:
    """It stops with code 0, takes its temporary folder along, and says one line only."""
    with subprocess.Popen(
        [sys.executable, "-m", "bulk_io.sandbox"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        first = json.loads(child.stdout.readline())
        child.send_signal(number)
        assert (child.stdout.read(), child.stderr.read(), child.wait(10)) == (b"", b"", 0)
    assert set(first) == {"base_url", "api_key"}
    assert not is_open(first["base_url"])


def test_it_is_gone_after_the_context() -> None:
    """Nothing listens any more."""
    with start() as sandbox:
        assert is_open(sandbox.base_url)
    assert not is_open(sandbox.base_url)


def test_it_dies_with_a_killed_parent(tmp_path: Path) -> None:
    """kill -9 of the process that started it ends it too, and its temporary folder goes."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=pipe, stdout=pipe, stderr=pipe, env=environment
    ) as parent:
        assert parent.stdout is not None
        assert parent.stderr is not None
        base_url = parent.stdout.readline().decode().strip()
        assert is_open(base_url)
        assert list(tmp_path.iterdir())
        parent.kill()
        # The sandbox holds the other end of stderr too, so its end is the end of both.
        readable, _, _ = select.select([parent.stderr], [], [], 20)
        assert readable, "the sandbox still runs"
        assert parent.stderr.read() == b""
    assert not is_open(base_url)
    assert not list(tmp_path.iterdir())


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    """Nobody else in the network can reach it."""
    assert urlsplit(sandbox.base_url).hostname == "127.0.0.1"


def test_default_data_lie_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The kept sandbox is where the platform keeps a user's data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_data().name == "sandbox"
    assert "bulk-io" in default_data().parts


def test_the_working_directory_cannot_replace_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's own file with the name of a library beside the leads is not imported."""
    (tmp_path / "platformdirs.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    with start() as sandbox:
        assert is_open(sandbox.base_url)


def test_rate_answers_429_with_retry_after(call: Call) -> None:
    """Over the rate a key is asked to wait whole seconds; another key is not."""
    with start(rate=0.01, keys={"ck_other": ["contacts:read"]}) as limited:
        assert call("GET", "/contacts", on=limited).status == 200
        refused = call("GET", "/contacts", on=limited)
        assert (refused.status, refused.json["error"]) == (429, "Rate limit exceeded")
        assert 1 <= int(refused.headers["retry-after"]) <= 100
        assert call("GET", "/contacts", key="ck_other", on=limited).status == 200


def test_who_waits_as_told_is_let_in() -> None:
    """A burst of a second's worth, then one request for each turn; waiting Retry-After is enough."""
    limiter = Limiter(4)
    assert [limiter.wait("ck", 100.0) for _ in range(5)] == [0, 0, 0, 0, 1]
    assert [limiter.wait("ck", 100.25), limiter.wait("ck", 100.25)] == [0, 1]
    assert [limiter.wait("ck", 200.0) for _ in range(5)] == [0, 0, 0, 0, 1]
    slow = Limiter(0.1)
    assert [slow.wait("ck", 0.0), slow.wait("ck", 0.0), slow.wait("ck", 10.0)] == [0, 10, 0]
