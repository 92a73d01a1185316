"""Rows to parquet, for analysis: typed columns, in groups of rows, with the memory of one group."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from bulk_io.writing import arrays
from bulk_io.writing.outlet import whole

BATCHES_A_GROUP = 8
_TIME = pa.timestamp("ms", "UTC")


def parquet(
    path: str | os.PathLike[str],
    header: Sequence[str],
    rows: Iterable[Sequence[str | Sequence[str]]],
    *,
    times: Collection[int] = (),
    lists: Collection[int] = (),
) -> None:
    """Write one parquet file (zstd) of strings; no text is null.

    The columns ``times`` (numbers from 0) hold ISO 8601 texts and become timestamps, milliseconds in UTC; one of them
    that holds anything else stays strings. Those of ``lists`` hold sequences of texts. Half of a surrogate pair, which
    no file can hold, becomes U+FFFD.

    Raises:
        ValueError: a row is not as wide as its header.
    """
    import pyarrow.parquet as pq  # a twentieth of a second, which nobody else should wait

    with whole(path) as temp, tempfile.TemporaryFile(dir=temp.parent) as file:
        readable = _spool(file, rows, [_text_type(at in lists) for at in range(len(header))], times)
        file.flush()
        file.seek(0)
        stored = pa.ipc.open_file(file)
        columns = [_TIME if at in readable else _text_type(at in lists) for at in range(len(header))]
        schema = pa.schema(list(zip(header, columns, strict=True)))
        with pq.ParquetWriter(temp, schema, compression="zstd") as sink:
            for group in _groups(stored):
                sink.write_table(_typed(group, schema, readable))


def _spool(
    file: IO[bytes], rows: Iterable[Sequence[object]], types: Sequence[pa.DataType], times: Collection[int]
) -> set[int]:
    """Put the rows into a file of Arrow, for whether a column is of times is known at its end; give those that are."""
    readable = set(times)
    schema = pa.schema([(str(at), kind) for at, kind in enumerate(types)])
    with pa.ipc.new_file(file, schema) as sink:
        for columns in arrays.batches(rows, len(types)):
            batch = [_array(column, kind) for column, kind in zip(columns, types, strict=True)]
            readable -= {at for at in readable if not _are_times(batch[at])}
            sink.write_batch(pa.record_batch(batch, schema=schema))
    return readable


def _groups(stored: pa.RecordBatchFileReader) -> Iterator[pa.Table]:
    batches = (stored.get_batch(at) for at in range(stored.num_record_batches))
    while group := list(islice(batches, BATCHES_A_GROUP)):
        yield pa.Table.from_batches(group).combine_chunks()


def _typed(group: pa.Table, schema: pa.Schema, times: Collection[int]) -> pa.Table:
    columns = [
        _times(column.combine_chunks()) if at in times else column for at, column in enumerate(group.itercolumns())
    ]
    return pa.table(columns, schema=schema)


def _array(column: Sequence[object], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        return arrays.texts(column)
    try:
        return pa.array(column, kind)
    except UnicodeEncodeError:
        mended = [[arrays.without_halves(text) for text in texts] for texts in column]  # type: ignore[attr-defined]
        return pa.array(mended, kind)


def _are_times(texts: pa.Array) -> bool:
    try:
        pc.min_max(_times(texts)).as_py()  # Arrow has years that nobody else has
    except (ValueError, OverflowError):
        return False
    return True


def _times(texts: pa.Array) -> pa.Array:
    return arrays.times(texts, exact=True).cast(_TIME)


def _text_type(is_list: bool) -> pa.DataType:
    return pa.list_(pa.string()) if is_list else pa.string()
