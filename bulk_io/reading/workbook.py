"""Workbooks, the parent's side: a guarded child process reads the sheet, this process takes over text it can trust."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bulk_io.errors import InputError, UsageError
from bulk_io.reading import header
from bulk_io.records import Problem, Source

_SAMPLE_ROWS = 100
_CHILD = "bulk_io.reading.workbook_child"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one workbook may cost before it is given up. ``memory`` in bytes of address space."""

    memory: int = 2 << 30
    seconds: int = 300


@dataclass(frozen=True, slots=True)
class Workbook:
    """A sheet, read: ``cells`` has the column ``row`` and the columns that have something to show."""

    source: Source
    raw_header: list[str]
    cells: pa.Table
    faults: tuple[Problem, ...] = ()

    def pieces(self, problems: list[Problem]) -> Iterator[pa.Table]:
        """Give the rows, mapped from the child's file; cells with errors are warnings."""
        problems.extend(self.faults)
        yield self.cells


def understand(
    path: Path, file: str, kind: str, *, sheet: str | int | None, header_row: int | None, limits: Limits | None = None
) -> Workbook:
    """Read a sheet of a workbook and find its header.

    Raises:
        InputError: empty, password, corrupt, or too large for ``limits``.
        UsageError: no such sheet or header row.
    """
    answer, cells = _read(path, file, kind, sheet, limits or Limits())
    if not cells.num_rows:
        raise InputError(f"empty: {file} has no rows in sheet {answer['sheet']!r}.")
    place, row = _header(cells, header_row, file)
    first = cells.slice(place, 1).to_pylist()[0] if row else {}
    below = cells.slice(place + 1 if row else 0)
    raw = [str(value) for name, value in first.items() if name != "row"] or header.numbered(cells.num_columns - 1)
    kept = _shown(below, raw) if row else list(range(len(raw)))
    raw = [raw[i] for i in kept]
    below = below.select([0, *(i + 1 for i in kept)])
    faults = tuple(_faults(answer["errors"], dict(zip(kept, header.names(raw), strict=True)), row or 0))
    others = [name for name in answer["sheets"] if name != answer["sheet"]]
    notes = (f"The workbook has other sheets that were not read: {', '.join(others)}.",) if others else ()
    source = Source(file, kind, sheet=answer["sheet"], header_row=row, notes=notes)
    return Workbook(source, raw, below, faults)


def _read(path: Path, file: str, kind: str, sheet: str | int | None, limits: Limits) -> tuple[dict[str, Any], pa.Table]:
    """Let the child read; its Arrow file is mapped, so it may go when the folder does."""
    with tempfile.TemporaryDirectory(prefix="bulk-io-") as folder:
        out = Path(folder, "cells.arrow")
        # calamine believes names; this one says what the bytes said.
        named = Path(folder, f"book.{kind}")
        named.symlink_to(path.resolve())
        request: dict[str, object] = {"path": str(named), "out": str(out), "sheet": sheet}
        answer = _ask(request | {"memory": limits.memory, "seconds": limits.seconds}, file, limits)
        _refuse(answer, file)
        with pa.memory_map(str(out)) as source:
            return answer, pa.ipc.open_file(source).read_all()


def _ask(request: dict[str, object], file: str, limits: Limits) -> dict[str, Any]:
    # -P keeps the working directory out of the child's import path; its own path comes along instead.
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ISAO_")}
    env = kept | {"PYTHONPATH": path, "ARROW_DEFAULT_MEMORY_POOL": "system", "RUST_BACKTRACE": "0", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", _CHILD],
            input=json.dumps(request).encode(),
            capture_output=True,
            env=env,
            timeout=2 * limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "large", "detail": "it took too long"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"refused": _cause(done.returncode, done.stderr), "detail": ""}
    return answer


def _cause(code: int, errors: bytes) -> str:
    """Say why a child died without a word: out of memory or time, or at a loss."""
    if b"memory allocation" in errors or b"capacity overflow" in errors or b"MemoryError" in errors:
        return "large"
    return "large" if -code in {signal.SIGKILL, signal.SIGXCPU, signal.SIGXFSZ} else "corrupt"


def _refuse(answer: dict[str, Any], file: str) -> None:
    detail = answer.get("detail", "")
    match answer.get("refused"):
        case None:
            return
        case "usage":
            raise UsageError(f"--sheet: {detail}.")
        case "empty":
            raise InputError(f"empty: {file} has no rows{f' in sheet {detail!r}' if detail else ''}.")
        case "password":
            raise InputError(f"password: {file} is protected; save it without a password and try again.")
        case "large":
            what = f" ({detail})" if detail else ""
            raise InputError(
                f"too large: {file} needs more memory or time than a sheet of contacts does{what}; delete empty rows "
                "and columns far from the table, or save it as csv."
            )
    raise InputError(f"corrupt: {file} is damaged; open it in the spreadsheet and save it again.")


def _header(cells: pa.Table, header_row: int | None, file: str) -> tuple[int, int | None]:
    """Find the header's place among the rows, and its number; (0, None) where there is none."""
    if header_row is not None:
        place = pc.index(cells.column(0), header_row).as_py()
        if place < 0:
            raise UsageError(f"--header-row {header_row}: {file} has no such row, or it is blank.")
        return place, header_row
    sample = [(int(row.pop("row")), list(row.values())) for row in cells.slice(0, _SAMPLE_ROWS).to_pylist()]
    found = header.find(sample)
    return (found, sample[found][0]) if found is not None else (0, None)


def _shown(below: pa.Table, raw: list[str]) -> list[int]:
    """Leave out columns at either end that have no name and no value: the sheet has them for a title or a margin."""
    used = [bool(header.trim(name)) or _has_text(below.column(place + 1)) for place, name in enumerate(raw)]
    if not any(used):
        return list(range(len(raw)))
    first, last = used.index(True), len(used) - used[::-1].index(True)
    return list(range(first, last))


def _has_text(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.not_equal(column, "")).as_py())


def _faults(errors: list[list[Any]], names: dict[int, str], header_row: int) -> Iterator[Problem]:
    for row, place, text in errors:
        if row > header_row and place in names:
            message = f"Row {row}: the cell holds the error {text}; mend the formula or type the value."
            yield Problem(row, "row", "error_cell", message, text, names[place], "warning")
