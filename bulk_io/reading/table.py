"""The table of text that any file becomes: what was understood of it, its header, and its rows in chunks."""

from __future__ import annotations

import os
import select
import sys
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import IO, Protocol

import pandas as pd
import pyarrow as pa

from bulk_io.errors import InputError, UsageError
from bulk_io.reading import archives, detect, textformats, workbook
from bulk_io.reading.outlines import naming
from bulk_io.reading.outlines.pieces import piece, regrouped
from bulk_io.reading.records import jsonlines
from bulk_io.reading.texts import delimited, sniffing
from bulk_io.reading.texts import encoding as charsets
from bulk_io.records import Problem, Source

_DEEPEST = 2
"""How many archives may lie inside each other."""
_MOST_SPOOLED = 8 << 30
_QUIET = 1.0
"""Seconds without a byte after which a person is told what is waited for."""
_WAITS = 50
"""Tenths of a second that a pipe may be without anybody who writes to it."""


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
        self.header: list[str] = naming.names(self.raw_header)
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
    password: str = "",
) -> Table:
    """Understand a file and give its table; see `bulk_io.reading.read_table`."""
    if header_row is not None and header_row < 1:
        raise UsageError(f"--header-row counts from 1, as Excel does; {header_row} is no row.")
    file = str(path)
    wanted = _Wanted(sheet, header_row, encoding, delimiter, password)
    with ExitStack() as stack:
        local = _local(path, stack)
        try:
            table = Table(_lane(local, file, wanted, stack))
        except OSError as error:
            raise InputError(f"unreadable: {file}: {error.strerror or error}.") from error
        weakref.finalize(table, stack.pop_all().close)
    return table


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the user said of the file."""

    sheet: str | int | None
    header_row: int | None
    encoding: str | None
    delimiter: str | None
    password: str = field(repr=False)


def _lane(local: Path, file: str, wanted: _Wanted, stack: ExitStack) -> Lane:
    kind, notes = "", list[str]()
    for depth in range(_DEEPEST + 1):
        kind = detect.file_format(local, file, text=wanted.encoding is not None)
        if kind not in {"gzip", "zip"}:
            break
        if depth == _DEEPEST:
            raise InputError(f"not a spreadsheet: {file} is an archive inside archives; unpack it first.")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bulk-io-", ignore_cleanup_errors=True)))
        if kind == "gzip":
            local = archives.unpacked_gzip(local, file, folder)
        else:
            local, member = archives.unpacked_zip(local, file, folder, wanted.sheet)
            notes.append(f"The file {member} in the zip archive was read.")
            if str(wanted.sheet) in {member, Path(member).name}:
                wanted = replace(wanted, sheet=None)
    return _noted(_understood(local, file, kind, wanted), notes)


def _understood(local: Path, file: str, kind: str, wanted: _Wanted) -> Lane:
    charset = None
    if kind == "text":
        try:
            found = charsets.given(local, wanted.encoding) if wanted.encoding else charsets.find(local)
        except LookupError as error:
            message = f"--encoding {wanted.encoding}: there is no such encoding; try utf-8, cp1252 or utf-16."
            raise UsageError(message) from error
        kind, charset = textformats.text_format(file, sniffing.first_lines(local, found.name)), wanted.encoding
        if kind in {"jsonl", "delimited"} and str(wanted.sheet or 1) != "1":
            raise UsageError(
                f"--sheet: {file} is text and has one table, no sheet {wanted.sheet!r}; leave --sheet out."
            )
        if kind == "jsonl":
            return jsonlines.understand(local, file, found)
        if kind == "delimited":
            delimiter, header_row = wanted.delimiter, wanted.header_row
            return delimited.understand(local, file, found, delimiter=delimiter, header_row=header_row)
    return workbook.understand(
        local,
        file,
        kind,
        sheet=wanted.sheet,
        header_row=wanted.header_row,
        charset=charset,
        password=wanted.password,
    )


def _noted(lane: Lane, notes: list[str]) -> Lane:
    """Put notes on how the file was come by before those on what is in it."""
    if not notes:
        return lane
    source = replace(lane.source, notes=(*notes, *lane.source.notes))
    return replace(lane, source=source)  # type: ignore[type-var]


def _local(path: str | Path, stack: ExitStack) -> Path:
    """Give a regular file to read; what can be read only once is copied into a folder that goes with ``stack``."""
    local = Path(path)
    try:
        if str(path) == "-":
            _tell_if_idle(sys.stdin.buffer, "standard input")
            return _spooled(sys.stdin.buffer, stack)
        if local.is_dir():
            raise InputError(f"not a file: {path} is a folder; name a file in it.")
        if not local.exists():
            raise InputError(f"missing: there is no file {path}.")
        if (local.is_char_device() and str(path) != os.devnull) or local.is_block_device() or local.is_socket():
            raise InputError(f"not a file: {path} is a device.")
        if local.is_fifo():
            return _awaited(local, str(path), stack)
        with local.open("rb") as file:
            return local if local.is_file() else _spooled(file, stack)
    except PermissionError as error:
        raise InputError(f"no permission: {path} may not be read by you.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"unreadable: {path}: {getattr(error, 'strerror', None) or error}.") from error


def _awaited(local: Path, file: str, stack: ExitStack) -> Path:
    """Copy what is written to a pipe; one that nobody writes to would make us wait for ever.

    Raises:
        InputError: nobody began to write.
    """
    pipe = os.open(local, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(pipe, "rb", buffering=0) as stream:
        for _ in range(_WAITS):
            first = stream.read(1)  # None where somebody is at the other end, but has not written yet
            if first is None or first or select.select([pipe], [], [], 0)[0]:
                os.set_blocking(pipe, True)
                if not first:
                    _tell_if_idle(stream, file)
                return _spooled(stream, stack, first or b"")
            time.sleep(0.1)
    raise InputError(f"empty: nobody writes to the pipe {file}.")


def _tell_if_idle(stream: IO[bytes], name: str) -> None:
    """Tell a person at a terminal that nothing comes from a stream: the program hangs for no other reason."""
    if not sys.stderr.isatty():
        return
    with suppress(OSError, ValueError, TypeError):
        if not select.select([stream], [], [], _QUIET)[0]:
            print(f"Waiting for rows on {name}; Ctrl-D ends them, Ctrl-C gives up.", file=sys.stderr)


def _spooled(stream: IO[bytes], stack: ExitStack, first: bytes = b"") -> Path:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bulk-io-", ignore_cleanup_errors=True))
    copy = Path(folder, "input")
    with copy.open("wb") as file:
        file.write(first)
        while block := stream.read(1 << 20):
            file.write(block)
            if file.tell() > _MOST_SPOOLED:
                raise InputError(f"too large: more than {_MOST_SPOOLED >> 30} GB were written to standard input.")
    return copy


def _frame(names: list[str], table: pa.Table) -> pd.DataFrame:
    """Put Arrow columns under a frame; pandas keeps their text as it lies."""
    whole = table.combine_chunks()
    frame: pd.DataFrame = whole.drop_columns(["row"]).rename_columns(names).to_pandas()
    frame.index = pd.Index(whole.column("row").to_numpy(), dtype="int64", name="row")
    return frame
