"""JSON lines: one object a line becomes one row; columns are the keys in order of their first appearance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa

from bulk_io import tags
from bulk_io.errors import InputError
from bulk_io.reading import encoding, header
from bulk_io.reading.delimited import WIDEST
from bulk_io.reading.pieces import piece
from bulk_io.records import Problem, Source

_BLOCK = 1000
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


@dataclass(frozen=True, slots=True)
class JsonLines:
    """A jsonl file, understood: its keys are the columns."""

    path: Path
    source: Source
    raw_header: list[str]

    def pieces(self, problems: list[Problem]) -> Iterator[pa.Table]:
        """Give the rows in small pieces; a line that is no object is a problem, and a row of empty cells."""
        lines = _lines(self.path, self.source.encoding or "utf-8")
        width = len(self.raw_header)
        while block := list(islice(lines, _BLOCK)):
            numbers: list[int] = []
            records: list[list[str]] = []
            for row, line in block:
                found = _object(line)
                if found is None:
                    problems.append(_bad_line(row, line))
                cells = [_text(found, key, line) for key in self.raw_header] if found else [""] * width
                if found is None or not header.is_blank(cells):
                    numbers.append(row)
                    records.append(cells)
            yield piece(numbers, records, width)


def understand(path: Path, file: str, charset: encoding.Encoding) -> JsonLines:
    """Find out the columns of a jsonl file; the whole file is read for that.

    Raises:
        InputError: no keys at all, or more than a sheet has columns.
    """
    keys: dict[str, None] = {}
    for _, line in _lines(path, charset.name):
        keys.update(dict.fromkeys(_object(line) or ()))
        if len(keys) > WIDEST:
            raise InputError(f"too large: {file} has more than {WIDEST:,} different keys.")
    if not keys:
        raise InputError(f"empty: {file} has no keys, so no columns.")
    notes = tuple(note for note in (charset.note,) if note)
    return JsonLines(path, Source(file, "jsonl", charset.name, notes=notes), list(keys))


def _lines(path: Path, charset: str) -> Iterator[tuple[int, str]]:
    """Give each record's line with its row number: the ordinal and one more, as if the keys were row 1."""
    with path.open(encoding=charset, errors=encoding.ERRORS) as stream:
        row = 1
        for line in stream:
            if line.strip("\ufeff \t\r\n"):
                row += 1
                yield row, line.lstrip("\ufeff")


def _object(line: str) -> dict[str, object] | None:
    """Parse one line, numbers kept as they are written; None if it is no JSON object."""
    try:
        found = _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(found: dict[str, object], key: str, line: str) -> str:
    value = found.get(key)
    if isinstance(value, str):
        return _clean(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tags.record([_clean(part) for part in value])
    # Nested values are parsed again: above, their numbers became text.
    return _clean(json.dumps(json.loads(line)[key], ensure_ascii=False, separators=(",", ":")))


def _clean(text: str) -> str:
    """Replace half a surrogate pair, which JSON can spell and no file can hold."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _bad_line(row: int, line: str) -> Problem:
    message = f"Row {row} is not a JSON object, or was cut off; correct the line."
    return Problem(row, "row", "bad_json", message, line.strip()[:1000])
