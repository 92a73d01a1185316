"""A file that appears whole or not at all: what every writer of this package writes into."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bulk_io import crashpoints
from bulk_io.errors import BulkIOError, UsageError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DISK = _FULL | {errno.EIO, errno.EROFS}
"""What is wrong with the disk, not with the place that was asked for."""
_PREFIX, _SUFFIX = ".bulk_io-", ".tmp"


@contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a new empty file of mode 0600 in the folder of ``path`` that takes its place when the block ends well.

    The old file stays until the new one is on disk; after an error the new one is removed, and one that a killed
    process left goes when the next file is written there. A symbolic link is replaced, what it names stays.

    Raises:
        UsageError: the file cannot be made or replaced there.
        BulkIOError: the disk is full or broken.
    """
    target = Path(path)
    _refuse_special(target)
    _sweep(target.parent)
    number, temp = _new_beside(target)
    try:
        yield temp
        os.fsync(number)
        crashpoints.reached("file written")
        _replace(temp, target)
        crashpoints.reached("file named")
        _sync(target.parent)
    except (ConnectionError, TimeoutError):
        raise  # not the disk's: where the rows come from
    except OSError as error:
        raise _failed(target, error) from error
    finally:
        # where the disk is broken this fails too, and must not hide why
        with suppress(OSError):
            temp.unlink()
        os.close(number)


def remove(path: Path) -> None:
    """Remove a file of an earlier time, if there is one; raises BulkIOError where it cannot be."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise BulkIOError(f"{path} could not be removed: {error.strerror}; remove it and try again.") from error


def _refuse_special(target: Path) -> None:
    try:
        mode = target.stat().st_mode
    except OSError:
        return  # nothing there, or nothing that can be seen: making the new file tells more
    if stat.S_ISDIR(mode):
        raise UsageError(f"{target} is a folder; give the name of a file.")
    if not stat.S_ISREG(mode):
        raise UsageError(f"{target} is a device or a pipe, which cannot be replaced; give the name of a file.")


def _new_beside(target: Path) -> tuple[int, Path]:
    """Make the new file, locked for as long as it is written, so that nobody takes it for one that was left."""
    try:
        number, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=target.parent)
    except OSError as error:
        if error.errno in _DISK:
            raise _failed(target, error) from error
        raise UsageError(f"{target} cannot be written: {error.strerror}; choose another place.") from error
    with suppress(OSError):
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return number, Path(name)


def _sweep(folder: Path) -> None:
    """Remove what killed processes of this user left in a folder; what is still written there is locked."""
    with suppress(OSError):
        left = [entry.path for entry in os.scandir(folder) if entry.name.startswith(_PREFIX)]
        for path in left:
            if path.endswith(_SUFFIX):
                _remove_if_left(path)


def _remove_if_left(path: str) -> None:
    with suppress(OSError):
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            found = os.fstat(number)
            if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(path)
        finally:
            os.close(number)


def _replace(temp: Path, target: Path) -> None:
    try:
        temp.replace(target)
    except OSError as error:
        if error.errno in _DISK:
            raise
        raise UsageError(f"{target} cannot be replaced: {error.strerror}; choose another place.") from error


def _failed(target: Path, error: OSError) -> BulkIOError:
    why = error.strerror or str(error)
    if error.errno in _FULL:
        return BulkIOError(f"{target} could not be written: the disk is full ({why}); make room and try again.")
    return BulkIOError(f"{target} could not be written: {why}; check the disk, or choose another place.")


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
