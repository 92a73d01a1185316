"""Archives that hold one table: gzip (``leads.csv.gz``), zip. The table is unpacked beside, under a limit, never run.

Unpacking streams in constant memory. What swells out of all proportion is a bomb, not a table.
"""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, cast

from bulk_io.errors import InputError, UsageError

_BLOCK = 1 << 20
_FREE = 64 << 20
"""What may come out of the smallest archive."""
_SWELL = 120
_MOST = 8 << 30
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods", ".parquet")
_LISTS = (".csv", ".tsv", ".tab", ".psv", ".vcf", ".jsonl", ".ndjson", ".gz")
_BESIDE = (".txt", ".htm", ".html", ".xml", ".json")
"""Kinds of files that often only accompany a table."""
_TABLES = frozenset({*_WORKBOOKS, *_LISTS, *_BESIDE})
_NAMELESS = frozenset({"", ".dat", ".data", ".export", ".dump"})
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError, RuntimeError, ValueError)


def unpacked_gzip(path: Path, file: str, folder: Path) -> Path:
    """Unpack a gzip file into a folder.

    Raises:
        InputError: corrupt, or too large for what it is.
    """
    try:
        with gzip.open(path) as stream:
            return _copied(cast(IO[bytes], stream), folder, file, path.stat().st_size)
    except (OSError, *_DAMAGED) as error:
        raise InputError(f"corrupt: {file} is damaged or was cut off; get it again from where it came.") from error


def unpacked_zip(path: Path, file: str, folder: Path, wanted: str | int | None) -> tuple[Path, str]:
    """Unpack the one table of a zip, or the one that ``wanted`` names; gives its copy and its name in the archive.

    Raises:
        InputError: no table in it, several, corrupt, or too large for what it is.
        UsageError: no member of that name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = _chosen(archive, file, wanted)
            if member.file_size > max(_FREE, _SWELL * max(member.compress_size, 1)):
                raise _swollen(file)
            with archive.open(member) as stream:
                return _copied(stream, folder, file, member.compress_size), member.filename
    except (OSError, *_DAMAGED) as error:
        raise InputError(f"corrupt: {file} is damaged or was cut off; get it again from where it came.") from error


def _chosen(archive: zipfile.ZipFile, file: str, wanted: str | int | None) -> zipfile.ZipInfo:
    members = {info.filename: info for info in archive.infolist() if _is_shown(info)}
    tables = [name for name in members if PurePosixPath(name).suffix.lower() in _TABLES]
    if len(tables) > 1:
        tables = [name for name in tables if not name.lower().endswith(_BESIDE)] or tables
    if not tables:
        if len(members) != 1 or PurePosixPath(next(iter(members))).suffix.lower() not in _NAMELESS:
            listed = f": it holds {_listed(list(members))}" if members else ", an empty one"
            raise InputError(f"not a spreadsheet: {file} is a zip archive without a table{listed}.")
        tables = list(members)
    named = [name for name in members if str(wanted) in {name, PurePosixPath(name).name}]
    if wanted is not None and named:
        return members[named[0]]
    if len(tables) > 1:
        if wanted is not None:
            raise UsageError(f"--sheet: there is no {str(wanted)!r} in {file}; it holds: {_listed(tables)}.")
        raise InputError(
            f"not a spreadsheet: {file} is a zip archive of {len(tables)} tables: {_listed(tables)}; "
            "name one with --sheet, or unpack it."
        )
    return members[tables[0]]


def _is_shown(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return not info.is_dir() and bool(parts) and not parts[-1].startswith((".", "~$")) and "__MACOSX" not in parts


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return ", ".join(names[:10]) + more


def _copied(stream: IO[bytes], folder: Path, file: str, packed: int) -> Path:
    """Copy an unpacked stream to a file; refuse it as soon as it is out of proportion."""
    copy = Path(folder, f"unpacked{len(list(folder.iterdir()))}")
    most = min(max(_FREE, _SWELL * packed), _MOST)
    size = 0
    with copy.open("wb") as target:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > most or shutil.disk_usage(folder).free < 2 * _BLOCK:
                raise _swollen(file)
            target.write(block)
    return copy


def _swollen(file: str) -> InputError:
    return InputError(f"too large: {file} unpacks to far more than a table of its size would; it may be a bomb.")
