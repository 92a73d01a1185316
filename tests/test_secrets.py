"""The key and the phone numbers go where they must and nowhere else; what others wrote cannot play with the screen."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import shutil
import ssl
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote

import openpyxl
import pytest
from recorder import BASE, Recorder, Reply, Request, crm, recording, tunnel

import bulk_io
from bulk_io.__main__ import run
from bulk_io.cli import terminal

KEYS = {"of the vendor's shape": "ck_canary_4f1d2c3b", "of no known shape": "Zq7canaryXw93kfP"}
NAME, PHONE = "Ada Canary", "+33612345678"
LEADS = f"Name;Phone;City\n{NAME};{PHONE};Lyon\nBob Canary;06 12 34 56 79;Nice\nEve Canary;+33612345680;Metz\n"
WATCHED = """
import logging, os, sys
from pathlib import Path
logging.basicConfig(level=logging.DEBUG, filename="debug.log")
from bulk_io import crashpoints
from bulk_io.__main__ import main

key, breaks = os.environ["ISAO_API_KEY"].encode(), os.environ.get("BREAKS")
met = open("met.txt", "a")

def look(point):
    for place in [*Path("bulk-io-runs").rglob("*"), Path("/proc/self/cmdline")]:
        if place.is_file():
            print(point, place.name, "KEY" if key in place.read_bytes() else "", file=met, flush=True)
    if point == breaks:
        raise RuntimeError("an internal error \\x1b[2J\\u202e")

crashpoints.listen(look)
main()
"""
"""The command with everything logged; all the time it looks for its key in its arguments and the run's files."""
UNSEEN = [
    "\x1b]0;pwned\x07", "\x1b[2J", "\x9b31m", "\x07", "\r", "\x08", "\x7f",
    "\u202e", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028", "\u00ad", "\U000e0041",
]  # fmt: skip
"""What a terminal would obey or hide: escapes (ESC and C1), bell, returns, bidi marks and overrides, invisible ones."""
FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
IDS = [
    "../../admin", "..", ".", "../..", "a/b", "/etc/passwd", "//evil.example/x", "%2e%2e", "%2e%2e%2fadmin", "%00",
    "?x=1#y", "#y", "a?search=%2B336", "a;b", "@evil.example", "a b", "a\r\nX-Evil: 1", "a\\b", "é", "c_1/",
]  # fmt: skip
LOOPBACK_LOOKALIKES = [
    "http://127.0.0.1.example.com/api", "http://localhost.example.com", "http://example.com/127.0.0.1",
    "http://127.0.0.1@example.com/", "http://10.0.0.1", "http://0.0.0.0:80", "http://[::ffff:10.0.0.1]/",
    "http://192.168.1.5", "http://2130706433.example", "http://example.com#@127.0.0.1", "HTTP://EXAMPLE.COM",
]  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a lead list, and an environment without key, base URL and proxies."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("ISAO_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    return tmp_path


def bulk(*arguments: object) -> tuple[int, str, str]:
    """Run a command in this process; gives its exit code, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()


def watched(base_url: str, key: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command that looks for its key; see `WATCHED`."""
    more = {"ISAO_API_KEY": key, "ISAO_BASE_URL": base_url, "PYTHONASYNCIODEBUG": "1", **environment}
    command = [sys.executable, "-c", WATCHED, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **more})


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give all files of a folder with their bytes, workbooks unpacked."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}: {name}", archive.read(name)


def echoing(request: Request) -> Reply:
    """Refuse each row in another way, saying the key each time."""
    if request.method != "POST":
        return crm(request)
    key = request.headers["Authorization"].removeprefix("Bearer ")
    row = int(request.json["phoneNumber"][-1])
    details: list[object] = [{"email": f"not with {key}"}, [{"field": "city", "message": key}], f"no {key}"]
    return Reply(422, {"success": False, "error": f"bad key {key}", "message": key, "details": details[row % 3]})


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_the_key_is_nowhere_though_the_server_echoes_it(here: Path, key: str) -> None:
    """Not in output, logs, arguments, reports, nor at any moment in the journal, its log and its index."""
    with recording(echoing) as server:
        ended = watched(server.base_url, key, "import", "leads.csv", "--yes", "--verbose")
        assert all(request.headers["Authorization"] == f"Bearer {key}" for request in server.requests)
    assert ended.returncode == 1, ended.stderr
    assert "bad key" in (here / "debug.log").parent.joinpath(*rejected(here)).read_text("utf-8-sig")
    met = (here / "met.txt").read_text()
    assert {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "results.csv", "cmdline"} <= set(met.split())
    assert "KEY" not in met
    assert key not in ended.stdout + ended.stderr
    assert [name for name, content in contents(here) if key.encode() in content] == []


def rejected(folder: Path) -> tuple[str, ...]:
    """Where the rejected rows of the only run stand."""
    (found,) = folder.glob("bulk-io-runs/*/rejected.csv")
    return found.relative_to(folder).parts


def test_phone_numbers_and_names_are_not_logged(here: Path) -> None:
    """Everything logged (all loggers at DEBUG, asyncio in debug mode): none of what the rows hold."""
    with recording(crm) as server:
        ended = watched(
            server.base_url, KEYS["of no known shape"], "import", "leads.csv", "--yes", "--lookup", "always"
        )
    assert ended.returncode == 0, ended.stderr
    log = (here / "debug.log").read_text()
    assert "asyncio" in log
    for secret in (PHONE[1:], "612345679", "Canary", KEYS["of no known shape"]):
        assert secret not in log
        assert secret not in ended.stdout + ended.stderr


def test_a_traceback_shows_no_secrets(here: Path) -> None:
    """An error of our own, with --verbose: where it was, not what the rows and the key are."""
    key = KEYS["of no known shape"]
    with recording(crm) as server:
        ended = watched(server.base_url, key, "import", "leads.csv", "--yes", "--verbose", BREAKS="request leaving")
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert "RuntimeError: an internal error" in ended.stderr
    for secret in (key, PHONE[1:], "612345679", NAME):
        assert secret not in ended.stderr + ended.stdout + (here / "debug.log").read_text()


def test_a_traceback_cannot_play_with_the_screen(here: Path) -> None:
    """What an error quotes may come from a cell."""
    with recording(crm) as server:
        ended = watched(server.base_url, "ck_x_12345", "validate", "leads.csv", "--verbose", BREAKS="rows checked")
    assert "an internal error" in ended.stderr
    assert FORBIDDEN.findall(ended.stderr) == []


def test_without_verbose_an_internal_error_is_one_line(here: Path) -> None:
    """What the error says may quote anything, so it is not shown."""
    with recording(crm) as server:
        ended = watched(server.base_url, "ck_x_12345", "import", "leads.csv", "--yes", "--quiet", BREAKS="rows checked")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith("Error: internal error: RuntimeError;")


# other hosts, other paths


def imported(server: Recorder, *more: str, key: str = KEYS["of no known shape"]) -> tuple[int, str, str]:
    """Import the lead list into a server."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ISAO_API_KEY", key)
        return bulk("import", "leads.csv", "--yes", "--base-url", server.base_url, *more)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_leads_nowhere(status: int, method: str) -> None:
    """Neither key nor rows reach the host that a redirect names, whatever the request; no redirect is a success."""
    with recording(crm) as other:

        def redirecting(request: Request) -> Reply:
            if request.method != method:
                return crm(request)
            return Reply(status, {"success": True, "data": {"id": "1"}}, {"Location": other.url + request.target})

        with recording(redirecting) as server:
            code, out, _ = imported(server, "--json", "--give-up-after", "0.2")
            assert method in {request.method for request in server.requests}
    assert code == 5
    assert json.loads(out)["outcomes"]["created"] == 0
    assert other.requests == []


def test_a_phone_number_stands_in_no_url_but_the_search(here: Path) -> None:
    """It is sought by ``search``, and written in bodies."""

    def conflicts(request: Request) -> Reply:
        taken = request.method == "POST"
        return Reply(409, {"success": False, "error": "exists"}) if taken else crm(request)

    with recording(conflicts) as server:
        imported(server, "--lookup", "never")
    targets = [request.target for request in server.requests]
    searched = [target for target in targets if "612345678" in target]
    assert searched
    for target in searched:
        path, _, query = target.partition("?")
        assert path == BASE + "/contacts"
        assert parse_qs(query).pop("search")[0].endswith("612345678")


def outside(requests: Iterable[Request]) -> list[str]:
    """Give the targets that are not of the contacts API, or that a server could take for another path."""
    ours = re.compile(rf"{BASE}/(test|contacts|contacts/[^/?#\s]+)(\?(page|limit|search)=[^#\s]*)?")
    found = []
    for request in requests:
        segment = request.target.partition("?")[0].rpartition("/")[2]
        if not ours.fullmatch(request.target) or unquote(segment) in (".", "..") or "\\" in segment:
            found.append(f"{request.method} {request.target}")
    return found


@pytest.mark.parametrize("contact_id", IDS)
def test_an_id_reaches_no_other_path(contact_id: str) -> None:
    """Ids from a 409 and from the list are one segment, percent-encoded, or are not asked for at all."""
    row = {"id": contact_id, "name": NAME, "phoneNumber": PHONE, "city": "Paris"}

    def wicked(request: Request) -> Reply:
        if request.method == "GET" and request.path == "/contacts":
            return Reply(200, {"success": True, "data": [row], "meta": {"page": 1, "limit": 200, "total": 1}})
        if request.method == "POST":
            return Reply(409, {"success": False, "error": "exists", "existingContactId": contact_id})
        return crm(request)

    with recording(wicked) as server:
        imported(server, "--lookup", "always")
        imported(server, "--lookup", "never")
        assert outside(server.requests) == []
        assert not [request for request in server.requests if "X-Evil" in request.headers]
        asked = {
            unquote(request.path.rpartition("/")[2]) for request in server.requests if request.path.count("/") == 2
        }
    assert asked == ({contact_id} if contact_id not in (".", "..") else set())


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A proxy of the environment hears nothing of it."""
    with recording(crm) as proxy, recording(crm) as server:
        monkeypatch.setenv(name, proxy.url)
        assert imported(server)[0] == 0
        assert server.requests
    assert proxy.requests == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of crm.example.com with its key, signed by itself, in one file."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "crm.pem"
    made = ["-out", str(file), "-keyout", str(file), "-subj", "/CN=crm.example.com"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-addext", "subjectAltName=DNS:crm.example.com"]
    subprocess.run(["openssl", "req", "-x509", *kind, *made, *names], check=True, capture_output=True)
    return file


def test_a_proxy_for_another_host_is_shown_and_hears_nothing(certificate: Path) -> None:
    """It leads a tunnel, whose end is checked; its name is told without its password, before the first write."""
    key, heard = KEYS["of no known shape"], bytearray()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with recording(crm, tls=context) as server, tunnel(server.port, heard) as port:
        environment = {"https_proxy": f"http://user:pa55word@127.0.0.1:{port}", "SSL_CERT_FILE": str(certificate)}
        base_url = "https://crm.example.com" + BASE
        ended = watched(base_url, key, "import", "leads.csv", "--yes", **environment)
        assert ended.returncode == 0, ended.stderr
        assert {request.headers["Authorization"] for request in server.requests} == {f"Bearer {key}"}
    assert f"writing to crm.example.com through the proxy 127.0.0.1:{port}" in ended.stderr
    assert bytes(heard).startswith(b"CONNECT crm.example.com:443 HTTP/1.1\r\n")
    for secret in (key, PHONE[1:], "Canary", "/contacts"):
        assert secret.encode() not in heard
    assert "pa55word" not in ended.stdout + ended.stderr
    assert "pa55word" not in Path("debug.log").read_text()
    assert [name for name, content in contents(Path("bulk-io-runs")) if b"pa55word" in content] == []


def test_a_certificate_that_nobody_vouches_for_ends_the_run(certificate: Path) -> None:
    """There is no insecure fallback: the key is not sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with recording(crm, tls=context) as server, tunnel(server.port, bytearray()) as port:
        environment = {"https_proxy": f"http://127.0.0.1:{port}"}
        ended = watched("https://crm.example.com", KEYS["of no known shape"], "import", "leads.csv", **environment)
        assert server.requests == []
    assert ended.returncode == 5
    assert "no secure connection to crm.example.com" in ended.stderr


def test_a_proxy_that_refuses_the_tunnel_was_never_passed() -> None:
    """Nothing left this machine, so it is safe to try again."""
    with recording(lambda request: Reply(403, {})) as proxy, pytest.MonkeyPatch.context() as patched:
        patched.setenv("https_proxy", proxy.url)
        with bulk_io.ContactsClient("https://crm.example.com", "ck_x_12345") as client:
            with pytest.raises(bulk_io.errors.NotSent):
                client.list()
            assert "ck_x_12345" not in str(proxy.requests)


def test_a_proxy_that_cannot_be_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks for the reason must know that there is a proxy in between."""
    monkeypatch.setenv("https_proxy", "http://user:pa55word@127.0.0.1:9")
    proxy = pytest.raises(bulk_io.errors.NotSent, match=r"proxy 127\.0\.0\.1:9")
    with bulk_io.ContactsClient("https://crm.example.com", "ck_x_12345") as client, proxy:
        client.list()


@pytest.mark.parametrize("url", LOOPBACK_LOOKALIKES)
def test_plain_http_is_for_loopback_only(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """What only looks like this machine is refused before anything is read or sent; exit 2."""
    monkeypatch.setenv("ISAO_API_KEY", KEYS["of no known shape"])
    code, out, err = bulk("import", "leads.csv", "--yes", "--base-url", url)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert KEYS["of no known shape"] not in err
    assert not Path("bulk-io-runs").exists()


# the screen


EVIL = "".join(f"{text}x" for text in UNSEEN)
TEXT = "".join(f"{text}x" for text in UNSEEN if not set(text) & set("\x07\x08\x7f\r"))
"""Those that a csv file can hold without being taken for binary data."""


def evil_csv() -> str:
    """Write a csv file with such characters in its name, header and cells."""
    file = Path(f"evil{EVIL.replace('/', '')}.csv")
    rows = [f"Name;Phone;City{TEXT}", f"Ada{TEXT};+33612345678;Lyon{TEXT}", f"Bob{TEXT};12{TEXT};{TEXT}"]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
    return str(file)


def evil_jsonl() -> str:
    """Write records with all such characters in keys and values."""
    file = Path("evil.jsonl")
    records = [
        {"Name": f"{name}{EVIL}", "Phone": phone, f"City{EVIL}": EVIL}
        for name, phone in (("Ada", "+33612345678"), ("Bob", f"12{EVIL}"))
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(file)


def evil_xlsx() -> str:
    """Write a workbook with such characters (those that a workbook can hold) in the name of its sheet and in cells."""
    kept = "".join(text for text in UNSEEN if text.isprintable() or ord(text[0]) > 0x9F)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S\u202e\u2066"
    for row in (["Name", "Phone", f"City{kept}"], [f"Ada{kept}", "+33612345678", kept], ["Bob", kept, kept]):
        sheet.append(row)
    book.save("evil.xlsx")
    return "evil.xlsx"


MAKES = pytest.mark.parametrize("make", [evil_csv, evil_jsonl, evil_xlsx], ids=["csv", "jsonl", "xlsx"])


def evil_server(request: Request) -> Reply:
    """Say such characters wherever a server can: in errors, ids and the name of the company."""
    if request.path == "/test":
        return Reply(200, {"success": True, "data": {"companyId": f"c{EVIL}", "permissions": ["contacts:write", EVIL]}})
    if request.method == "POST":
        return Reply(422, {"success": False, "error": f"no{EVIL}", "details": {f"email{EVIL}": f"bad{EVIL}"}})
    return crm(request)


def lines(said: tuple[int, str, str]) -> str:
    """Give all that a command printed."""
    return said[1] + said[2]


@MAKES
def test_nothing_of_a_file_can_play_with_the_screen(make: Callable[[], str]) -> None:
    """What its name, sheets, headers and cells hold is shown as codes."""
    file = make()
    found = {command: lines(bulk(command, file)) for command in ("inspect", "validate")}
    assert {name: FORBIDDEN.findall(text) for name, text in found.items()} == {"inspect": [], "validate": []}
    assert "\\u" in found["inspect"]


def test_nothing_of_a_server_can_play_with_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every command that talks: what it says is shown as codes, and so is what the user gave."""
    monkeypatch.setenv("ISAO_API_KEY", "ck_x_12345")
    file = evil_jsonl()
    with recording(evil_server) as server:
        monkeypatch.setenv("ISAO_BASE_URL", server.base_url)
        said = {
            "--map": bulk("validate", file, "--map", f"Phone=phoneNumber{EVIL}"),
            "--sheet": bulk("inspect", file, "--sheet", f"S{EVIL}"),
            "file": bulk("inspect", f"none{EVIL}"),
            "import": bulk("import", file, "--yes", "--verbose"),
            "import --json": bulk("import", file, "--yes", "--json"),
            "export": bulk("export", "all.csv"),
            "runs": bulk("runs"),
            "report": bulk("report"),
            "resume": bulk("resume", "--yes"),
        }
    assert {name: FORBIDDEN.findall(lines(one)) for name, one in said.items() if FORBIDDEN.search(lines(one))} == {}
    codes = {"--map": 2, "file": 3, "import": 1, "import --json": 1, "export": 4, "runs": 0, "report": 1, "resume": 1}
    assert {name: said[name][0] for name in codes} == codes
    assert "\\u202e" in lines(said["import"])


@MAKES
def test_json_is_exact_though_it_is_safe_on_a_screen(make: Callable[[], str]) -> None:
    """What is escaped is escaped as JSON does: who reads it gets the very characters."""
    file = make()
    _, out, _ = bulk("inspect", file, "--json")
    assert FORBIDDEN.findall(out) == []
    document = json.loads(out)
    assert document["source"]["file"].endswith(Path(file).name)
    assert "\u202e" in document["columns"][2]["header"]
    assert any("\u2066" in sample for column in document["columns"] for sample in column["samples"])


@pytest.mark.parametrize("char", [chr(0x202E), chr(0x1B), chr(0x9B), chr(0xD800), chr(0xE0041), chr(0x7F)], ids=ascii)
def test_what_is_not_seen_is_shown_as_its_code(char: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On the screen as Python writes it; in JSON as JSON does, so that it reads back the same. Letters stay letters."""
    assert (
        terminal.escape(f"é中{char}")
        == f"é中\\{'U' if ord(char) > 0xFFFF else 'u'}{ord(char):0{8 if ord(char) > 0xFFFF else 4}x}"
    )
    terminal.print_document({f"é{char}": [char]})
    out = capsys.readouterr().out
    assert char not in out
    assert json.loads(out) == {f"é{char}": [char]}
    assert "é" in out


def test_a_suggested_mapping_is_safe_on_a_screen() -> None:
    """It goes to stdout: TOML can escape such characters, so it does, and says the same."""
    _, out, _ = bulk("mapping", "suggest", evil_csv())
    assert FORBIDDEN.findall(out) == []


def test_a_real_terminal_is_not_played_with(here: Path) -> None:
    """On a pseudo-terminal too, with progress bars and colours: nothing of a file's escapes comes through."""
    file = evil_jsonl()
    with recording(evil_server) as server:
        controller, terminal = pty.openpty()
        environment = {**os.environ, "ISAO_API_KEY": "ck_x_12345", "TERM": "xterm", "COLUMNS": "120"}
        arguments = ["import", file, "--yes", "--verbose", "--base-url", server.base_url]
        child = subprocess.Popen(
            [sys.executable, "-m", "bulk_io", *arguments],
            stdout=terminal,
            stderr=terminal,
            stdin=terminal,
            env=environment,
        )
        os.close(terminal)
        shown = bytearray()
        with contextlib.suppress(OSError):  # the end of a pseudo-terminal
            while part := os.read(controller, 65_536):
                shown += part
        os.close(controller)
        assert child.wait(30) == 1
    text = shown.decode()
    assert "\x1b]" not in text
    assert "\x1b[2J" not in text
    # what is left is what the bar and the colours need
    plain = re.sub(r"\x1b\[[0-9;]*[mAK]|\r|\n", "", text)
    assert FORBIDDEN.findall(plain) == []
    assert "\\u202e" in plain
