"""Texts that are too long for a cell, kept whole in a file beside the workbook."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

from bulk_io.writing.outlet import stream

KeepLong = Callable[[str, int, str, str], None]
"""Takes the sheet, the row as Excel shows it, the column's header and the whole text."""


@contextmanager
def overlong(path: str | os.PathLike[str] | None) -> Iterator[KeepLong]:
    """Give a function that keeps long texts, one JSON object a line; no file where none came or no path is given."""
    with ExitStack() as stack:
        files: list[BinaryIO] = []

        def keep(sheet: str, row: int, column: str, text: str) -> None:
            if path is None:
                return
            if not files:
                files.append(stack.enter_context(stream(path)))
            record = {"sheet": sheet, "row": row, "column": column, "text": text}
            files[0].write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

        yield keep
