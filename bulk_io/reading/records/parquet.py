"""Parquet files as tables of text; types become what spreadsheets and our own csv write for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bulk_io import tags
from bulk_io.reading import cells
from bulk_io.reading.sheets import MOST_CELLS, Findings, Refused, check_width

_BATCH = 1000
_SAMPLE = 200


class ParquetSheet:
    """The one table of a parquet file, read in batches."""

    name = "table"
    visible = True

    def __init__(self, path: str) -> None:
        self._file = pq.ParquetFile(path)
        self.header: list[str] | None = list(self._file.schema_arrow.names)
        check_width(len(self.header))

    def sample(self) -> list[tuple[int, list[str]]]:
        rows: list[tuple[int, list[str]]] = []
        for row in self.rows(Findings()):
            rows.append(row)
            if len(rows) == _SAMPLE:
                break
        return rows

    def height(self) -> int:
        return int(self._file.metadata.num_rows)

    def width(self) -> int:
        return len(self.header or ())

    def rows(self, findings: Findings) -> Iterator[tuple[int, list[str]]]:
        row = 1
        for batch in self._file.iter_batches(batch_size=_BATCH):
            columns = [_texts(column) for column in batch.columns]
            for values in zip(*columns, strict=True):
                row += 1
                yield row, list(values)


def sheets(path: str) -> list[ParquetSheet]:
    """Open a parquet file: one table.

    Raises:
        Refused: it says that it has more cells than a table of contacts.
    """
    sheet = ParquetSheet(path)
    if sheet.height() * sheet.width() > MOST_CELLS:
        raise Refused("large", f"{sheet.height():,} rows of {sheet.width():,} columns")
    return [sheet]


def _texts(column: pa.Array) -> list[str]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return [_text(value) for value in column.to_pylist()]


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    if isinstance(value, list):
        return tags.record([_text(part) for part in value])
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=cells.text)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime) and value.tzinfo is not None:
        return _instant(value.astimezone(UTC))
    return cells.text(value)


def _instant(value: datetime) -> str:
    """Write a time in UTC as the API and our own csv do: milliseconds where there are any, and ``Z``."""
    text = value.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return text + "Z"
