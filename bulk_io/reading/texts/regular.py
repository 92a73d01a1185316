"""The fast lane: a text in which all lines are records of the table's width, cut by Arrow once that is shown.

Most texts of most files are so, and then there is nothing to look at line by line.
"""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from bulk_io.reading.texts.dialect import Dialect


def cut(text: str, how: Dialect, width: int) -> pa.Table | None:
    """Cut a text into columns, all of them text; None where a line is no record of this width, or may hold a fault.

    Each line must be a record, and each quote stand at one end of a cell and be taken off there, which is shown by what
    the cells have left of the text: then Arrow and the csv module cut alike.
    """
    quotes = text.count(how.quote)
    if not text or not how.sign.isascii() or (quotes and not _are_at_ends(text, how, quotes)):
        return None
    try:
        data = text.encode()
        table = _read(data, how, width, quoted=quotes > 0)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return None
    if table.num_columns != width or table.num_rows != _line_count(text):
        return None
    if quotes and _size(table) != len(data) - quotes - len(table) * (width - 1) - text.count("\n") - text.count("\r"):
        return None
    return table if not how.skip_space else pa.table([pc.utf8_ltrim(one, " ") for one in table.columns], table.schema)


def _read(data: bytes, how: Dialect, width: int, *, quoted: bool) -> pa.Table:
    quote = how.quote if quoted else False
    return csv.read_csv(
        pa.BufferReader(data),
        read_options=csv.ReadOptions(use_threads=False, block_size=len(data) + 1, autogenerate_column_names=True),
        parse_options=csv.ParseOptions(
            delimiter=how.sign, quote_char=quote, double_quote=False, ignore_empty_lines=True
        ),
        convert_options=_as_text(width),
    )


def _are_at_ends(text: str, how: Dialect, quotes: int) -> bool:
    """Say whether each quote stands where a cell begins or ends, and as many do the one as the other."""
    quote, sign = how.quote, how.sign
    flat = sign + text.replace("\r\n", "\n").replace("\n", sign) + sign
    if not quote.isascii() or "\r" in flat or sign + quote + sign in flat:
        return False
    opened, closed = flat.count(sign + quote), flat.count(quote + sign)
    return opened == closed and opened + closed == quotes


def _size(table: pa.Table) -> int:
    return sum(pc.sum(pc.binary_length(column)).as_py() for column in table.columns)


def _line_count(text: str) -> int:
    ends = text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)
    return ends + (not text.endswith(("\n", "\r")))


@lru_cache(maxsize=16)
def _as_text(width: int) -> csv.ConvertOptions:
    types = {f"f{at}": pa.large_string() for at in range(width)}
    return csv.ConvertOptions(column_types=types, check_utf8=False, strings_can_be_null=False, null_values=[])
