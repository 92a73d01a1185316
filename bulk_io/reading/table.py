"""The table of text that any file becomes: what was understood of it, its header, and its rows in chunks."""

from __future__ import annotations

import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, Protocol

import pandas as pd
import pyarrow as pa

from bulk_io.errors import InputError, UsageError
from bulk_io.reading import delimited, detect, header, jsonlines, sniffing, workbook
from bulk_io.reading import encoding as charsets
from bulk_io.reading.pieces import piece, regrouped
from bulk_io.records import Problem, Source


class Lane(Protocol):
    """One way to read a file that is understood already."""

    @property
    def source(self) -> Source: ...
    @property
    def raw_header(self) -> list[str]: ...
    def pieces(self, problems: list[Problem]) -> Iterator[pa.Table]: ...


class Table:
    """A file as a table of text.

    ``source`` says what was understood; ``raw_header`` is the header as in the file and ``header`` the columns' names:
    trimmed, unique, ``column_N`` where blank. ``problems`` has the faults of rows (field ``row``) and grows while
    chunks are read; each new reading begins it again.
    """

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self.source: Source = lane.source
        self.raw_header: list[str] = list(lane.raw_header)
        self.header: list[str] = header.names(self.raw_header)
        self.problems: list[Problem] = []

    def chunks(self, rows: int = 50_000) -> Iterator[pd.DataFrame]:
        """Read the rows in frames of at most ``rows`` rows, text only; the index is the row number as Excel shows it.

        May be called again: each call reads from the top. A table without rows gives no chunk.
        """
        if rows < 1:
            raise ValueError(f"rows must be at least 1, not {rows}")
        problems: list[Problem] = []
        self.problems = problems
        for table in regrouped(self._lane.pieces(problems), rows):
            yield _frame(self.header, table)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The whole table in one frame of text."""
        chunks = list(self.chunks())
        if not chunks:
            return _frame(self.header, piece([], [], len(self.header)))
        return pd.concat(chunks) if len(chunks) > 1 else chunks[0]


def read(
    path: str | Path,
    *,
    sheet: str | int | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """Understand a file and give its table; see `bulk_io.reading.read_table`."""
    if header_row is not None and header_row < 1:
        raise UsageError(f"--header-row counts from 1, as Excel does; {header_row} is no row.")
    file = str(path)
    local, spool = _local(path)
    try:
        kind = detect.file_format(local, file, text=encoding is not None)
        if kind == "text":
            table = Table(_text_lane(local, file, header_row=header_row, charset=encoding, delimiter=delimiter))
        else:
            table = Table(workbook.understand(local, file, kind, sheet=sheet, header_row=header_row))
    except OSError as error:
        _discard(spool)
        raise InputError(f"unreadable: {file}: {error.strerror or error}.") from error
    except BaseException:
        _discard(spool)
        raise
    if spool is not None:
        weakref.finalize(table, _discard, spool)
    return table


def _text_lane(local: Path, file: str, *, header_row: int | None, charset: str | None, delimiter: str | None) -> Lane:
    try:
        found = charsets.given(local, charset) if charset else charsets.find(local)
    except LookupError as error:
        raise UsageError(f"--encoding {charset}: there is no such encoding; try utf-8, cp1252 or utf-16.") from error
    if detect.text_format(file, sniffing.first_lines(local, found.name)) == "jsonl":
        return jsonlines.understand(local, file, found)
    return delimited.understand(local, file, found, delimiter=delimiter, header_row=header_row)


def _local(path: str | Path) -> tuple[Path, Path | None]:
    """Give a regular file to read, and the folder to discard afterwards where the input had to be spooled."""
    local = Path(path)
    try:
        if str(path) == "-":
            return _spooled(sys.stdin.buffer)
        if local.is_dir():
            raise InputError(f"not a file: {path} is a folder; name a file in it.")
        if not local.exists():
            raise InputError(f"missing: there is no file {path}.")
        with local.open("rb") as file:
            return (local, None) if local.is_file() else _spooled(file)
    except PermissionError as error:
        raise InputError(f"no permission: {path} may not be read by you.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"unreadable: {path}: {getattr(error, 'strerror', None) or error}.") from error


def _spooled(stream: IO[bytes]) -> tuple[Path, Path]:
    folder = Path(tempfile.mkdtemp(prefix="bulk-io-"))
    copy = folder / "input"
    try:
        with copy.open("wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
    except BaseException:
        _discard(folder)
        raise
    return copy, folder


def _discard(folder: Path | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _frame(names: list[str], table: pa.Table) -> pd.DataFrame:
    """Put Arrow columns under a frame; pandas keeps their text as it lies."""
    whole = table.combine_chunks()
    frame: pd.DataFrame = whole.drop_columns(["row"]).rename_columns(names).to_pandas()
    frame.index = pd.Index(whole.column("row").to_numpy(), dtype="int64", name="row")
    return frame
