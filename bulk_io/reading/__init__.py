"""Reading: any spreadsheet becomes a table of text, in chunks; the first stage of the flow.

Kept free of heavy imports: the child process that reads workbooks imports this package too and must start fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bulk_io.reading.table import Table

__all__ = ["read_table"]


def read_table(
    path: str | Path,
    *,
    sheet: str | int | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    password: str = "",
) -> Table:
    """Read any file that holds a table as text: csv and its kin, workbooks, web pages, vCards, JSON, parquet.

    ``path`` may be ``-`` for standard input. What is not given is found out from the file's content: ``sheet`` is a
    name or a number from 1 (of a zip, the name of a file in it), ``header_row`` the row's number as Excel shows it.

    Raises:
        InputError: the file cannot be read; the message begins with the reason (empty, password, corrupt, too large,
            not a spreadsheet, missing …).
        UsageError: an option does not fit the file: no such sheet, encoding or header row.
    """
    from bulk_io.reading.table import read

    return read(path, sheet=sheet, header_row=header_row, encoding=encoding, delimiter=delimiter, password=password)
