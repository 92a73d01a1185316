"""Rows to files: csv, jsonl, parquet, vCards, and workbooks whose cells are inert, each whole or not there at all.

The last step of an export and of every report. A file is written beside its place under another name and renamed when
it is complete, so a reader sees the old file or the new one; only its owner may read it. Links are not followed.
"""

from bulk_io.writing.atomic import atomic, remove
from bulk_io.writing.plain import csv, jsonl
from bulk_io.writing.sheets import MOST_COLUMNS, Colour, Sheet, is_sheet_name, workbook
from bulk_io.writing.tables import FORMATS, STYLES, Format, Written, format_of, table

__all__ = [
    "FORMATS",
    "MOST_COLUMNS",
    "STYLES",
    "Colour",
    "Format",
    "Sheet",
    "Written",
    "atomic",
    "csv",
    "format_of",
    "is_sheet_name",
    "jsonl",
    "remove",
    "table",
    "workbook",
]
