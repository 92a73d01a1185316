"""Run folders: one a run, named after time and file, owner-only, with one process at a time at work in each."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import re
import shutil
import string
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bulk_io import crashpoints
from bulk_io.errors import BulkIOError, InputError, UsageError
from bulk_io.journal import FILE_NAME, Journal
from bulk_io.workplace import is_alive

DEFAULT_DIR = "bulk-io-runs"
_LOCK = "lock"
_NEW = ".new-"
_LEFT_AFTER = 3600.0
"""Seconds after which a folder that was never finished was left by a process that was killed."""
_LOOKS, _LOOK_SECONDS = 20, 0.01
"""How often, and how far apart, the owner of a lock is looked for."""


def create(parent: Path, file: str, facts: dict[str, Any]) -> Path:
    """Make a run's folder with a journal that holds ``facts``; it appears under its name only when that is durable."""
    try:
        for folder in reversed([parent, *parent.parents]):
            if folder == parent or not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)  # `parents=True` would leave those above open to others
        _sweep(parent)
        hidden = Path(tempfile.mkdtemp(prefix=_NEW, dir=parent))
    except OSError as error:
        raise UsageError(f"--run-dir {parent}: no folder can be made there ({error.strerror})") from error
    final = parent / _name(file)
    try:
        with contextlib.closing(Journal.create(hidden / FILE_NAME)) as journal:
            journal.put(run=final.name, **facts)
        _sync(hidden)
        hidden.rename(final)
        _sync(parent)
    except (BulkIOError, OSError) as error:
        shutil.rmtree(hidden, ignore_errors=True)
        raise UsageError(
            f"--run-dir {parent}: no run can be kept there ({error}); make room or take another"
        ) from error
    crashpoints.reached("run made")
    return final


def every(parent: Path) -> list[Path]:
    """Give the runs of a folder, oldest first."""
    if not parent.is_dir():
        return []
    return sorted(p for p in parent.iterdir() if not p.name.startswith(".") and (p / FILE_NAME).is_file())


def find(parent: Path, run: str | None, *, unfinished: bool) -> Path | None:
    """Find a run by its name, path or the start of its name; without one, the newest (unfinished) one.

    Raises UsageError for a run that is not there or a start that fits several.
    """
    there = every(parent)
    if run is not None:
        if (Path(run) / FILE_NAME).is_file():
            return Path(run)
        fitting = [path for path in there if path.name == run] or [p for p in there if p.name.startswith(run)]
        if len(fitting) != 1:
            trouble = "fits several runs" if fitting else "is not a run"
            raise UsageError(f"{run!r} {trouble} of {parent}; see `bulk-io runs`")
        return fitting[0]
    for path in reversed(there):
        if not unfinished or is_unfinished(path):
            return path
    return None


def is_unfinished(path: Path) -> bool:
    """Tell whether ``resume`` has something to do: an import that did not come to its end, or has failed rows."""
    try:
        journal = Journal(path / FILE_NAME)
    except InputError:
        return False
    try:
        failed = journal.database.execute("SELECT 1 FROM actions WHERE outcome = 'failed' LIMIT 1").fetchone()
        importing = journal.get("command") == "import" and not journal.get("dry_run")
        return bool(importing and (journal.get("state") != "finished" or failed))
    finally:
        journal.close()


@contextlib.contextmanager
def owned(run_dir: Path) -> Iterator[None]:
    """Be the only process at work on a run; raises UsageError that names the other one's pid."""
    lock = run_dir / _LOCK
    descriptor = _locked(lock)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        # the file goes while it is locked; whoever had opened it already sees that it is not the one of that name
        with contextlib.suppress(FileNotFoundError):
            os.unlink(lock)
        os.close(descriptor)


def _locked(lock: Path) -> int:
    """Make or take a lock file and lock it; gives its descriptor."""
    while True:
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise UsageError(f"run {lock.parent.name}: its file {lock} cannot be opened ({error.strerror})") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            who = _owner(descriptor)
            os.close(descriptor)
            raise UsageError(f"run {lock.parent.name} is being worked on by {who}; wait or stop it") from error
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.stat(lock)):
                return descriptor
        os.close(descriptor)


def _sweep(parent: Path) -> None:
    """Remove the beginnings of runs that killed processes left."""
    for path in parent.glob(f"{_NEW}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.lstat().st_mtime > _LEFT_AFTER:
                shutil.rmtree(path)


def _owner(descriptor: int) -> str:
    """Name the process that holds a lock; its pid is there a moment after the lock, and before that a dead one's."""
    for _ in range(_LOOKS):
        pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        if pid.isdecimal() and is_alive(int(pid)):
            return f"process {pid}"
        time.sleep(_LOOK_SECONDS)
    return "another process"


def _name(file: str) -> str:
    stem = re.sub(r"[^\w.-]+", "-", Path(file).stem if file != "-" else "stdin").strip("-.")[:60] or "file"
    letters = "".join(random.choices(string.ascii_lowercase, k=4))
    return f"{_now()}-{stem}-{letters}"


def _now() -> str:
    """UTC with milliseconds, so that names sort as the runs began."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"[:-3]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
