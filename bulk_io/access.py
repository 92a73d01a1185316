"""How a job gets to its API: the key and base URL from the environment, or a sandbox for as long as the job lasts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bulk_io.client import DEFAULT_BASE_URL
from bulk_io.connection import checked_key, checked_url
from bulk_io.errors import UsageError
from bulk_io.options import Connecting

KEY_VARIABLE = "ISAO_API_KEY"
URL_VARIABLE = "ISAO_BASE_URL"


@dataclass(frozen=True, slots=True)
class Access:
    """Where and with which key; ``name`` is how a run remembers the place (a URL, or ``sandbox <folder>``)."""

    base_url: str
    api_key: str
    name: str

    def __repr__(self) -> str:
        return f"Access({self.base_url!r}, key hidden)"


@contextlib.contextmanager
def opened(connecting: Connecting) -> Iterator[Access]:
    """Give the access that was asked for, with its sandbox running if it is one.

    Raises UsageError where there is no key or the base URL cannot be used, before anything is read or sent.
    """
    if connecting.sandbox is not None:
        from bulk_io import sandbox

        folder = Path(connecting.sandbox) if connecting.sandbox else sandbox.default_data()
        with sandbox.start(folder) as running:
            yield Access(running.base_url, running.api_key, f"sandbox {folder.absolute()}")
        return
    base_url = checked_url(connecting.base_url or os.environ.get(URL_VARIABLE, "") or DEFAULT_BASE_URL)
    api_key = checked_key(connecting.api_key or os.environ.get(KEY_VARIABLE, ""))
    yield Access(base_url, api_key, base_url)


def read_key_file(path: Path) -> str:
    """Read the key that is all a file holds; raises UsageError that never shows what is in it."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--api-key-file {path} cannot be read; it must be a text file that holds the key") from error
    if len(lines) != 1:
        raise UsageError(f"--api-key-file {path} must hold the key and nothing else")
    return lines[0]
