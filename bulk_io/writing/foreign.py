"""Errors of the workbook's writer, which is not Python: it panics on a full disk and prints about it by itself."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_NUMBER = re.compile(r"\(os error (\d+)\)|\bOs \{ code: (\d+)")


@contextmanager
def pythonic() -> Iterator[None]:
    """Have what goes wrong in the block raised as Python does, and said nowhere else.

    Raises OSError with its number for what the disk refuses, RuntimeError for any other panic.
    """
    try:
        with _silent():
            yield
    except OSError as error:
        raise _numbered(error, "") from error
    except BaseException as error:
        # no child of Exception, so that it would pass every `except` on its way to the person at the terminal
        if type(error).__name__ != "PanicException":
            raise
        # rows wait in files of its own before they go into the workbook
        raise _numbered(error, f", perhaps in {tempfile.gettempdir()}") from error


def _numbered(error: BaseException, where: str) -> Exception:
    found = _NUMBER.search(str(error))
    if isinstance(error, OSError) and (error.errno is not None or not found):
        return error
    if not found:
        return RuntimeError(f"the workbook's writer failed: {error}")
    number = int(found[1] or found[2])
    return OSError(number, os.strerror(number) + where)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the process's stderr shut: a panic is printed there before anybody could catch it."""
    kept = -1
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    with suppress(OSError):
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    try:
        yield
    finally:
        if kept >= 0:
            os.dup2(kept, 2)
            os.close(kept)
