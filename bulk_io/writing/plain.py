"""Rows to csv and records to jsonl: text files, streamed."""

from __future__ import annotations

import codecs
import csv as stdlib_csv
import io
import itertools
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence

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
    lines = itertools.chain([header], rows)
    cells = (map(guarded, line) for line in lines) if guard else lines
    with stream(path) as file:
        while some := list(itertools.islice(cells, _LINES_AT_ONCE)):
            text = io.StringIO(newline="")
            stdlib_csv.writer(text, delimiter=delimiter).writerows(some)
            file.write(encode(text.getvalue()))


def jsonl(path: str | os.PathLike[str], records: Iterable[Mapping[str, object]]) -> None:
    """Write one JSON object a line, UTF-8 without BOM; half of a surrogate pair stays, as its ``\\ud800`` escape."""
    with stream(path) as file:
        for record in records:
            file.write(_line(record))


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
