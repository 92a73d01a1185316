"""A disk that tests can watch, break and pull the plug of: what SQLite writes, in order, with its syncs.

SQLite's own file layer (the default VFS) is wrapped, in this process, for files called ``journal.sqlite*``: every
write, truncation, sync and removal becomes an `Event`, and may be made to fail. From a list of events the files can be
made again as they could stand after the power went: see `Plug`.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from ctypes import CFUNCTYPE, POINTER, Structure, addressof, c_char_p, c_int, c_int64, c_void_p, cast
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

WATCHED = "journal.sqlite"
FULL, IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE = 13, 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8
"""SQLite's codes for no room (ENOSPC), and for a disk that fails (EIO)."""
DISK = frozenset({"write", "truncate", "sync", "delete"})
"""Kinds of events that the disk sees; all others are marks, among which ``folder`` is a sync of the folder."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: to a file on the disk, or anything else worth a mark (``name`` then says what)."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""
    code: int = 0
    """What the disk answered: 0 is well."""

    @property
    def on_disk(self) -> bool:
        """Whether the disk saw it and it worked."""
        return self.kind in DISK and not self.code


class Disk:
    """Watches the journals that are opened while it is entered; ``fail`` says how the next event ends (0: well).

    A write that is made to fail leaves half of its bytes.
    """

    def __init__(self, fail: Callable[[Event], int] | None = None) -> None:
        self.events: list[Event] = []
        self.fail = fail or (lambda event: 0)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        _Layer.install(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _Layer.remove()

    def mark(self, kind: str, name: str, *, offset: int = 0, data: bytes = b"") -> None:
        """Note something else, in its place among the events."""
        with self._lock:
            self.events.append(Event(kind, name, offset, data))

    def meet(self, event: Event) -> int:
        """Decide how an event ends, and note it."""
        code = self.fail(event)
        with self._lock:
            self.events.append(Event(event.kind, event.name, event.offset, event.data, code))
        return code


@dataclass(slots=True)
class Plug:
    """The files after the power went behind some events.

    ``keep`` says what became of what was written and not yet synced: ``all`` of it is there, ``torn`` is the same
    with half of the last write, ``none`` of it, or ``some`` (drawn by ``seed``, some of it torn).
    """

    keep: str = "all"
    seed: int = 0
    _synced: dict[str, bytes] = field(default_factory=dict)
    _waiting: dict[str, list[Event]] = field(default_factory=dict)

    def pull(self, events: Iterable[Event]) -> dict[str, bytes]:
        """Give the content of each file that there is."""
        seen = [event for event in events if event.on_disk or event.kind == "folder"]
        if self.keep == "torn" and seen and seen[-1].kind == "write":
            last = seen.pop()
            seen.append(Event("write", last.name, last.offset, last.data[: len(last.data) // 2]))
        for event in seen:
            if event.kind == "folder" or (event.kind == "sync" and self._is_new(event.name)):
                self._settle_removals()
            if event.kind == "sync":
                self._settle(event.name)
            elif event.kind != "folder":
                self._waiting.setdefault(event.name, []).append(event)
        chance = random.Random(self.seed)
        for name in sorted(self._waiting):
            self._waiting[name] = list(_survivors(self._waiting[name], self.keep, chance))
            self._settle(name)
        return dict(self._synced)

    def _is_new(self, name: str) -> bool:
        """Tell whether a journal's first sync is due, with which SQLite syncs the folder too."""
        removed = any(event.kind == "delete" for event in self._waiting.get(name, ()))
        return name != WATCHED and (removed or name not in self._synced)

    def _settle_removals(self) -> None:
        for name, waiting in self._waiting.items():
            removals = [at for at, event in enumerate(waiting) if event.kind == "delete"]
            if removals:
                self._synced.pop(name, None)
                del waiting[: removals[-1] + 1]

    def _settle(self, name: str) -> None:
        content: bytearray | None = bytearray(self._synced[name]) if name in self._synced else None
        for event in self._waiting.pop(name, []):
            content = _after(content, event)
        if content is None:
            self._synced.pop(name, None)
        else:
            self._synced[name] = bytes(content)


def _survivors(waiting: Sequence[Event], keep: str, chance: random.Random) -> Iterable[Event]:
    for event in waiting:
        if keep in ("all", "torn"):
            yield event
            continue
        lost = keep == "none" or chance.random() < 0.5
        if lost and event.kind == "delete":
            return  # what follows was written to a new file, of which the folder does not know
        if not lost and event.kind == "write" and chance.random() < 0.3:
            cut = 512 * chance.randrange(len(event.data) // 512 + 1)
            yield Event("write", event.name, event.offset, event.data[:cut])
        elif not lost:
            yield event


def _after(content: bytearray | None, event: Event) -> bytearray | None:
    if event.kind == "delete":
        return None
    content = bytearray() if content is None else content
    if event.kind == "truncate":
        del content[event.offset :]
        content.extend(bytes(event.offset - len(content)))
        return content
    content.extend(bytes(max(0, event.offset - len(content))))
    content[event.offset : event.offset + len(event.data)] = event.data
    return content


def put(files: dict[str, bytes], folder: Path) -> None:
    """Lay files into a new folder."""
    folder.mkdir(parents=True, mode=0o700)
    for name, content in files.items():
        (folder / name).write_bytes(content)


# SQLite's file layer, as `sqlite3.h` declares it


class _Methods(Structure):
    _fields_: ClassVar[Any] = [
        ("version", c_int),
        *((name, c_void_p) for name in ("close", "read", "write", "truncate", "sync", "size")),
        *((name, c_void_p) for name in ("lock", "unlock", "reserved", "control", "sector", "device")),
        *((name, c_void_p) for name in ("shm_map", "shm_lock", "shm_barrier", "shm_unmap", "fetch", "unfetch")),
    ]


class _File(Structure):
    _fields_: ClassVar[Any] = [("methods", POINTER(_Methods))]


class _Vfs(Structure):
    _fields_: ClassVar[Any] = [
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        *((name, c_void_p) for name in ("open", "delete", "access", "full_path")),
        *((name, c_void_p) for name in ("dl_open", "dl_error", "dl_sym", "dl_close")),
        *((name, c_void_p) for name in ("randomness", "sleep", "time", "last_error", "time64")),
        *((name, c_void_p) for name in ("set_call", "get_call", "next_call")),
    ]


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Layer:
    """The wrapped layer; there is one in a process, made at first use and kept, for SQLite holds pointers into it."""

    _only: ClassVar[_Layer | None] = None

    def __init__(self) -> None:
        # the very library that the interpreter's module uses, linked into it or beside it
        self._library = ctypes.CDLL(_sqlite3.__file__)
        find = self._library.sqlite3_vfs_find
        find.restype, find.argtypes = POINTER(_Vfs), [c_char_p]
        self._real = find(None)
        self._vfs = _Vfs.from_buffer_copy(self._real.contents)
        self._disk: Disk | None = None
        self._names: dict[int, tuple[str, Disk]] = {}
        self._wrapped: dict[int, _Methods] = {}
        self._kept: list[Any] = [_OPEN(self._open), _DELETE(self._delete)]
        self._vfs.name = b"watched"
        self._vfs.open, self._vfs.delete = (cast(one, c_void_p).value for one in self._kept)
        real = self._real.contents
        self._real_open, self._real_delete = _OPEN(real.open), _DELETE(real.delete)

    @classmethod
    def install(cls, disk: Disk) -> None:
        cls._only = layer = cls._only or cls()
        assert layer._disk is None, "one disk at a time"
        layer._disk = disk
        layer._library.sqlite3_vfs_register(ctypes.byref(layer._vfs), 1)

    @classmethod
    def remove(cls) -> None:
        layer = cls._only
        assert layer is not None
        layer._library.sqlite3_vfs_unregister(ctypes.byref(layer._vfs))
        layer._disk = None

    def _open(self, vfs: int, path: int | None, file: Any, flags: int, out: int | None) -> int:
        code = self._real_open(cast(self._real, c_void_p), path, file, flags, out)
        name = Path(ctypes.string_at(path).decode()).name if path else ""
        if code == 0 and self._disk is not None and name.startswith(WATCHED):
            methods = file.contents.methods
            self._names[addressof(file.contents)] = (name, self._disk)
            at = addressof(methods.contents)
            if at not in self._wrapped:
                self._wrapped[at] = self._wrap(methods.contents)
            file.contents.methods = ctypes.pointer(self._wrapped[at])
        return code

    def _delete(self, vfs: int, path: int, sync: int) -> int:
        name = Path(ctypes.string_at(path).decode()).name
        if self._disk is not None and name.startswith(WATCHED):
            self._disk.meet(Event("delete", name))
        return int(self._real_delete(cast(self._real, c_void_p), path, sync))

    def _wrap(self, real: _Methods) -> _Methods:
        write, truncate = _WRITE(real.write), _TRUNCATE(real.truncate)
        sync, close = _SYNC(real.sync), _CLOSE(real.close)

        def on_write(file: int, data: int, count: int, offset: int) -> int:
            name, disk = self._names[file]
            code = disk.meet(Event("write", name, offset, ctypes.string_at(data, count)))
            if code:
                write(file, data, count // 2, offset)
            return code or write(file, data, count, offset)

        def on_truncate(file: int, size: int) -> int:
            name, disk = self._names[file]
            return disk.meet(Event("truncate", name, size)) or truncate(file, size)

        def on_sync(file: int, flags: int) -> int:
            name, disk = self._names[file]
            return disk.meet(Event("sync", name)) or sync(file, flags)

        def on_close(file: int) -> int:
            self._names.pop(file, None)
            return int(close(file))

        wrapped = _Methods.from_buffer_copy(real)
        for name, made in (
            ("write", _WRITE(on_write)),
            ("truncate", _TRUNCATE(on_truncate)),
            ("sync", _SYNC(on_sync)),
            ("close", _CLOSE(on_close)),
        ):
            self._kept.append(made)
            setattr(wrapped, name, cast(made, c_void_p).value)
        return wrapped
