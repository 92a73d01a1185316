"""JSON documents that hold a table: an array of objects, one inside a wrapper (``{"data": […]}``), arrays of arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bulk_io.reading.records import jsonvalues
from bulk_io.reading.sheets import Gathered, Refused, check_width
from bulk_io.reading.texts import encoding

_BLANK = re.compile(r"[ \t\r\n\ufeff,;]*")
_DEEPEST = 3
Found = tuple[str, list[Any]]


def sheets(path: str, charset: str | None = None) -> list[Gathered]:
    """Read the tables of a document, one sheet each, named by its key.

    Raises:
        Refused: too large, or no table in it (``json``).
        ValueError: no JSON, or cut off.
    """
    with open(path, encoding=charset or encoding.find(Path(path)).name, errors=encoding.ERRORS) as stream:
        text = stream.read()
    try:
        values = list(_values(text))
    except RecursionError as error:
        raise Refused("large", "nested too deeply") from error
    whole: Any = values if len(values) > 1 else values[0] if values else None
    found = list(_tables(whole, "", 0))
    if not found and whole in ([], {}, None):
        raise Refused("empty", "")
    if not found:
        raise Refused("json", "")
    return [_grid(name, rows) if isinstance(rows[0], list) else _records(name, rows) for name, rows in found]


def _values(text: str) -> Iterator[Any]:
    """Give the values of a text, one or several after one another; numbers stay as they are written."""
    at = _end(_BLANK.match(text))
    while at < len(text):
        value, at = jsonvalues.DECODER.raw_decode(text, at)
        yield value
        at = _end(_BLANK.match(text, at))


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _tables(value: Any, name: str, depth: int) -> Iterator[Found]:
    """Look for lists of objects or of lists; a single object of plain values is a table of one row."""
    if isinstance(value, list):
        if value and (_share(value, dict) or _share(value, list)):
            yield name or "records", value
        return
    if not isinstance(value, dict) or depth >= _DEEPEST:
        return
    inner = [part for part in value.values() if isinstance(part, dict)]
    if len(inner) >= 2 and len(inner) == len(value) and set(inner[0]) & set(inner[1]) and _is_flat(inner[0]):
        yield name or "records", inner
        return
    if len(value) >= 2 and _are_columns(list(value.values())):
        yield name or "columns", [list(value), *map(list, zip(*value.values(), strict=True))]
        return
    if isinstance(value.get("columns"), list) and _share(value.get("data"), list):
        yield name or "data", [value["columns"], *value["data"]]
        return
    before = depth
    nested = [found for key, part in value.items() for found in _tables(part, f"{name}.{key}".strip("."), before + 1)]
    if nested:
        yield from nested
    elif depth == 0 and value and jsonvalues.is_record(value):
        yield name or "records", [value]


def _are_columns(values: list[Any]) -> bool:
    """Say whether values are columns: lists of one length, of nothing that is nested."""
    if not all(isinstance(value, list) and value and len(value) == len(values[0]) for value in values):
        return False
    return not any(isinstance(cell, dict | list) for value in values for cell in value)


def _share(value: Any, kind: type) -> bool:
    return isinstance(value, list) and sum(isinstance(part, kind) for part in value) * 2 > len(value)


def _is_flat(value: dict[str, Any]) -> bool:
    return any(not isinstance(part, (dict, list)) for part in value.values())


def _grid(name: str, rows: list[Any]) -> Gathered:
    sheet = Gathered(name)
    for row, cells in enumerate(rows, 1):
        texts = [jsonvalues.text(cell) for cell in cells] if isinstance(cells, list) else [jsonvalues.text(cells)]
        sheet.add(row, texts)
    return sheet


def _records(name: str, rows: list[Any]) -> Gathered:
    keys = dict.fromkeys(key for found in rows if isinstance(found, dict) for key in found)
    check_width(len(keys))
    sheet = Gathered(name, list(keys))
    for row, found in enumerate(rows, 2):
        if isinstance(found, dict):
            sheet.add(row, [jsonvalues.text(found.get(key)) for key in keys])
        else:
            sheet.add(row, [""] * len(keys))
            sheet.findings.faults.append((row, 0, "bad_json", jsonvalues.text(found)[:1000]))
    return sheet
