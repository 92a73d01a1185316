"""Rows to csv and records to jsonl: text files, streamed."""

from __future__ import annotations

import codecs
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from bulk_io.formulas import guard as guarded
from bulk_io.writing.outlet import stream

LONE = "bulk_io.lone_surrogate"
"""The error handler that writes U+FFFD for half of a surrogate pair."""
_LINES_AT_ONCE = 500
_encode = msgspec.json.Encoder().encode


def csv(
    path: str | os.PathLike[str],
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    guard: bool = False,
) -> None:
    """Write a csv file (RFC 4180: CRLF, quotes where needed).

    ``guard`` writes each cell, the header's too, so that no spreadsheet runs it as a formula. Half of a surrogate
    pair, which no file can hold, becomes U+FFFD.

    Raises:
        UnicodeEncodeError: ``encoding`` has no such character; nothing is written.
    """
    encode = codecs.getincrementalencoder(encoding)(LONE).encode
    line = _liner(delimiter, guard)
    lines = map(line, itertools.chain([header], rows))
    with stream(path) as file:
        while some := "".join(itertools.islice(lines, _LINES_AT_ONCE)):
            file.write(encode(some))


def jsonl(path: str | os.PathLike[str], records: Iterable[Mapping[str, object]]) -> None:
    """Write one JSON object a line, UTF-8 without BOM; half of a surrogate pair stays, as its ``\\ud800`` escape."""
    with stream(path) as file:
        for record in records:
            file.write(_line(record))


def _liner(delimiter: str, guard: bool) -> Callable[[Sequence[str]], str]:
    """Give what makes a line of cells: the one of the standard library's writer, in half of its time.

    That one looks at every character by itself; here a cell is asked as a whole whether it holds one that counts.
    """

    def line(cells: Sequence[str]) -> str:
        text = delimiter.join([
            '"' + cell.replace('"', '""') + '"'
            if '"' in cell or delimiter in cell or "\n" in cell or "\r" in cell else cell
            for cell in (map(guarded, cells) if guard else cells)
        ])  # fmt: skip
        return (text or '""') + "\r\n"  # one empty cell would make an empty line, which is no row

    return line


def _line(record: Mapping[str, object]) -> bytes:
    try:
        return _encode(record) + b"\n"
    except UnicodeEncodeError:
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        return (text + "\n").encode("utf-8", "backslashreplace")


def _replace_lone(error: UnicodeError) -> tuple[bytes, int]:
    """Give U+FFFD for one half of a surrogate pair; any other character that does not fit stays an error."""
    if isinstance(error, UnicodeEncodeError) and error.encoding.startswith("utf"):
        # the encoder names UTF-16 without its order of bytes when it has just written the mark
        order = f"-{sys.byteorder[0]}e" if error.encoding in {"utf-16", "utf-32"} else ""
        return "�".encode(error.encoding + order), error.start + 1
    raise error


codecs.register_error(LONE, _replace_lone)
