"""Fixtures that several test files share: a running sandbox, and a plain way to call it."""

from __future__ import annotations

import http.client
import itertools
import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bulk_io.__main__ import run
from bulk_io.reading import read_table
from bulk_io.reading.table import Table
from bulk_io.sandbox import Sandbox, start

# where CI runs in the background, Ctrl-C is ignored, and so it would be by all processes that tests start
signal.signal(signal.SIGINT, signal.default_int_handler)

KEYS = {"ck_reader": ["contacts:read"], "ck_writer": ["contacts:write"], "ck_hooks": ["webhooks:write"], "ck_none": []}
"""More keys of the shared sandbox, with what they may do."""


_HOMES = itertools.count()


@dataclass(frozen=True)
class Answer:
    """A response: its status, its headers (names in lower case) and its body as JSON, or None where it is not."""

    status: int
    headers: dict[str, str]
    json: Any
    content: bytes


@pytest.fixture(autouse=True)
def _folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of the test's own in place of the user's: mappings are kept there, and exports remembered."""
    home = tmp_path_factory.getbasetemp() / f"home-{next(_HOMES)}"
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    """One sandbox for all tests of a worker; tests use ``sandbox``, which is empty."""
    with start(keys=KEYS) as running:
        yield running


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    """An empty sandbox without faults, counting from zero."""
    sandbox_process.reset()
    return sandbox_process


Call = Callable[..., Answer]


@pytest.fixture
def call(sandbox: Sandbox) -> Call:
    """``call(method, path, body)``: one request to the sandbox, or to ``on``."""

    def one(
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = "",
        headers: dict[str, str] | None = None,
        on: Sandbox = sandbox,
    ) -> Answer:
        address = urlsplit(on.base_url)
        sent = {} if key is None else {"Authorization": f"Bearer {key or on.api_key}"}
        data = body if body is None or isinstance(body, bytes | Iterator) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(address.netloc, timeout=30)
        try:
            connection.request(method, address.path + path, data, {**sent, **(headers or {})})
            with connection.getresponse() as response:
                content = response.read()
        finally:
            connection.close()
        is_json = response.headers.get_content_type() == "application/json" and content
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, lower, json.loads(content) if is_json else None, content)

    return one


Bulk = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bulk(capsys: pytest.CaptureFixture[str]) -> Bulk:
    """``bulk(*arguments)`` -> exit code, stdout, stderr; fails where a traceback is shown."""

    def one(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return one


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Table]:
    """``read(content, **options)``: write content to a file and read it as a table."""

    def one(content: str | bytes, name: str = "leads.csv", **options: Any) -> Table:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(path, **options)

    return one
