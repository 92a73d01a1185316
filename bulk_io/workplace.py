"""The folder of a job beside the file that it makes: left when the job is interrupted, taken up by the next attempt.

Its name tells whose it is (``.NAME.bulk-io-PID-XXXX``; pid 0: nobody's), and it changes hands by being renamed, which
only one can do.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_KEPT = 24 * 3600.0
"""Seconds after which what was left is removed."""


@dataclass(slots=True)
class Workplace:
    """A folder to work in; ``keep`` leaves it to the next attempt, if it is one that ``can_stay``."""

    folder: Path
    can_stay: bool
    keep: bool = False


@contextlib.contextmanager
def workplace(target: Path) -> Iterator[Workplace]:
    """Give a folder of one's own for the job that makes ``target``: what an earlier attempt left, or an empty one.

    Where none can be made beside the file, or the target is standard output, it is one that goes in any case.
    """
    folder = _beside(target) if str(target) != "-" else None
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="bulk-io-") as name:
            yield Workplace(Path(name), can_stay=False)
        return
    place = Workplace(folder, can_stay=True)
    try:
        yield place
    finally:
        if place.keep:
            with contextlib.suppress(OSError):
                folder.rename(_name(target, 0))
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _beside(target: Path) -> Path | None:
    mine = _name(target, os.getpid())
    for path in _left(target):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _KEPT:
                shutil.rmtree(path)
                continue
            path.rename(mine)  # somebody else may be quicker
            os.utime(mine)
            return mine
    try:
        mine.mkdir(mode=0o700)
    except OSError:
        return None
    return mine


def _left(target: Path) -> Iterator[Path]:
    """Give the folders that nobody works in any more; links and other people's are not ours to take."""
    pattern = re.compile(re.escape(f".{target.name}.bulk-io-") + r"(\d+)-[0-9a-f]{8}")
    with contextlib.suppress(OSError):
        for entry in sorted(os.scandir(target.parent), key=lambda one: one.name):
            found = pattern.fullmatch(entry.name)
            if found and not is_alive(int(found[1])):
                about = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid():
                    yield Path(entry.path)


def _name(target: Path, pid: int) -> Path:
    return target.parent / f".{target.name}.bulk-io-{pid}-{secrets.token_hex(4)}"


def is_alive(pid: int) -> bool:
    """Tell whether there is a process of this number; 0 is nobody's."""
    if pid == 0:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # somebody else's
    except (ProcessLookupError, OverflowError):
        return False
    return True
