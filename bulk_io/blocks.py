"""Chunks of rows as bytes (Arrow, zstd): what the journal stores, and what goes to another process and back.

pandas and pyarrow are imported where they are used: what only lists runs should not wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ROW = "\0row"
"""The column that holds the row numbers; no header can be called so."""


class Block(NamedTuple):
    """A chunk, packed, with its first and last row number (0, 0 for one without rows)."""

    first: int
    last: int
    cells: bytes


def pack(chunk: pd.DataFrame) -> Block:
    """Pack a chunk of text cells with its row numbers."""
    import pyarrow as pa

    columns = [pa.array(chunk.iloc[:, at], type=pa.string()) for at in range(chunk.shape[1])]
    table = pa.table([pa.array(chunk.index, type=pa.int64()), *columns], names=[_ROW, *chunk.columns])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    ends = (int(chunk.index[0]), int(chunk.index[-1])) if len(chunk) else (0, 0)
    return Block(*ends, sink.getvalue().to_pybytes())


def unpack(cells: bytes) -> pd.DataFrame:
    """Give back the chunk that `pack` was given."""
    import pandas as pd
    import pyarrow as pa

    def text_type(kind: pa.DataType) -> Any:
        return pd.StringDtype(na_value=float("nan")) if pa.types.is_string(kind) else None

    frame: pd.DataFrame = pa.ipc.open_stream(cells).read_all().to_pandas(types_mapper=text_type)
    return frame.set_index(_ROW).rename_axis(index=None)
