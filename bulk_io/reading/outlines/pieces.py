"""Pieces of a table on their way from a lane to its frames: Arrow tables of text, row numbers first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa


def piece(numbers: Sequence[int], records: Sequence[Sequence[str]], width: int) -> pa.Table:
    """Put rows of ``width`` cells together: the column ``row``, then ``c0``, ``c1`` … as text."""
    columns = zip(*records, strict=True) if records else ((),) * width
    arrays = [pa.array(numbers, pa.int64()), *(pa.array(column, pa.large_string()) for column in columns)]
    return pa.Table.from_arrays(arrays, schema=schema(width))


def numbered(first: int, cells: pa.Table) -> pa.Table:
    """Make a piece of rows that follow each other, and are columns of text already."""
    numbers = pa.array(np.arange(first, first + cells.num_rows))
    return pa.Table.from_arrays([numbers, *cells.columns], schema=schema(cells.num_columns))


def schema(width: int) -> pa.Schema:
    """Name the columns of a piece."""
    texts = [pa.field(f"c{place}", pa.large_string()) for place in range(width)]
    return pa.schema([pa.field("row", pa.int64()), *texts])


def regrouped(pieces: Iterator[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Cut pieces of any size into tables of ``rows`` rows, the last one shorter."""
    held: list[pa.Table] = []
    count = 0
    for table in pieces:
        held.append(table)
        count += table.num_rows
        if count < rows:
            continue
        whole = pa.concat_tables(held)
        for start in range(0, count - rows + 1, rows):
            yield whole.slice(start, rows)
        held, count = [whole.slice(count - count % rows)], count % rows
    if count:
        yield pa.concat_tables(held)


def sample(table: pa.Table, count: int = 100) -> list[tuple[int, list[str]]]:
    """Give the first rows of a table with their numbers, blank ones left out."""
    rows = [(int(row.pop("row")), list(row.values())) for row in table.slice(0, count).to_pylist()]
    return [(number, row) for number, row in rows if any(map(str.strip, row))]


def blocks(table: pa.Table, rows: int = 10_000) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Give a table's rows in blocks: their numbers and their cells."""
    for start in range(0, table.num_rows, rows):
        block = table.slice(start, rows)
        numbers, *columns = (column.to_numpy(zero_copy_only=False).tolist() for column in block.columns)
        yield numbers, list(map(list, zip(*columns, strict=True)))


def cells_of(table: pa.Table, place: int) -> list[str]:
    """Give the cells of the row at a place."""
    return [str(table.column(at)[place].as_py()) for at in range(1, table.num_columns)]
