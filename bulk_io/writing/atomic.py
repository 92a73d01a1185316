"""A file that appears whole or not at all: what every writer of this package writes into."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bulk_io import crashpoints
from bulk_io.errors import BulkIOError, UsageError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a new empty file of mode 0600 in the folder of ``path`` that takes its place when the block ends well.

    The old file stays until the new one is on disk; after an error the new one is removed. A symbolic link stays a
    link, and the file that it names is replaced.

    Raises:
        UsageError: the file cannot be made or replaced there.
        BulkIOError: the disk is full.
    """
    target = Path(os.path.realpath(path))
    temp = _new_beside(target)
    try:
        yield temp
        _sync(temp)
        crashpoints.reached("file written")
        _replace(temp, target)
        crashpoints.reached("file named")
    except OSError as error:
        if error.errno in _FULL:
            message = f"{target} could not be written: the disk is full ({error.strerror}); make room and try again."
            raise BulkIOError(message) from error
        raise
    finally:
        with suppress(FileNotFoundError):
            temp.unlink()
    _sync(target.parent)


def _new_beside(target: Path) -> Path:
    if target.is_dir():
        raise UsageError(f"{target} is a folder; give the name of a file.")
    try:
        number, name = tempfile.mkstemp(prefix=".bulk_io-", suffix=".tmp", dir=target.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise BulkIOError(f"{target} could not be written: the disk is full; make room and try again.") from error
        raise UsageError(f"{target} cannot be written: {error.strerror}; choose another place.") from error
    os.close(number)
    return Path(name)


def _replace(temp: Path, target: Path) -> None:
    try:
        temp.replace(target)
    except OSError as error:
        raise UsageError(f"{target} cannot be replaced: {error.strerror}; choose another place.") from error


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
