"""Where a file goes: to its place, whole or not at all, or to standard output, for which ``-`` stands."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bulk_io.errors import BulkIOError
from bulk_io.writing.atomic import atomic


def is_stdout(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path stands for standard output."""
    return os.fspath(path) == "-"


@contextmanager
def stream(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Give a file to write bytes to, one after the other; see `atomic` for a path, and for its errors.

    Standard output takes them as they come, so what was written before an error stays written.

    Raises:
        BrokenPipeError: whoever read standard output has gone.
    """
    if is_stdout(path):
        with _stdout() as file:
            yield file
    else:
        with atomic(path) as temp, temp.open("wb") as file:
            yield file


@contextmanager
def whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a new file for what cannot be written from front to back; standard output gets it when it is complete.

    The folder of the file takes further temporary files. Errors as of `stream`.
    """
    if not is_stdout(path):
        with atomic(path) as temp:
            yield temp
        return
    with tempfile.TemporaryDirectory(prefix="bulk_io-") as folder:
        complete = Path(folder) / "complete"
        with atomic(complete) as temp:
            yield temp
        with _stdout() as out, complete.open("rb") as file:
            shutil.copyfileobj(file, out)


@contextmanager
def _stdout() -> Iterator[BinaryIO]:
    sys.stdout.flush()
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except (ConnectionError, TimeoutError):
        raise  # a reader that has gone, or where the rows come from
    except OSError as error:
        raise BulkIOError(f"standard output could not be written: {error.strerror or error}.") from error
