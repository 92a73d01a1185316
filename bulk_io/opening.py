"""Opening a file as a table: `read_table` with the options of a command, and with the password if it needs one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bulk_io.errors import PasswordNeeded, UsageError
from bulk_io.reading import read_table
from bulk_io.reading.table import Table

_TRIES = 3
Ask = Callable[[str], str]
"""Asks a person for a password, for the reason given; ``""`` where nobody answers."""


def table(
    path: str | Path,
    *,
    ask: Ask,
    sheet: str | int | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    password_file: str | None = None,
) -> Table:
    """Read a file as a table; a password comes from a file, else from whoever can be asked, up to three times.

    Raises InputError and UsageError as `read_table`; UsageError for a password file that cannot be read.
    """
    password = _password(Path(password_file)) if password_file else ""
    for attempt in range(_TRIES + 1):
        try:
            return read_table(
                path,
                sheet=sheet,
                header_row=header_row,
                encoding=encoding,
                delimiter=delimiter,
                password=password,
            )
        except PasswordNeeded as needed:
            password = ask(str(needed)) if attempt < _TRIES and not password_file else ""
            if not password:
                raise
    raise AssertionError("the last attempt returns or raises")


def _password(path: Path) -> str:
    """Read the password that is the first line of a file; the error never shows what is in it."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--password-file {path} cannot be read; it must be a text file of one line") from error
    if not lines or not lines[0]:
        raise UsageError(f"--password-file {path} has no password in its first line")
    return lines[0]
