"""Fuzz the reading of text tables: whatever the bytes, a table or one clear refusal, in time. Needs atheris.

pip install atheris && python tests/fuzz_reading.py -max_total_time=600 [CORPUS_FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bulk_io.reading"]):
    from bulk_io.errors import InputError
    from bulk_io.reading import read_table
    from bulk_io.reading.table import Table

SECONDS = 10.0
FOLDER = Path(tempfile.mkdtemp(prefix="bulk-io-fuzz-"))


def check(table: Table) -> None:
    """Hold what is true of any table: names differ, rows go up, chunks change nothing."""
    frame = table.frame
    assert len(set(table.header)) == len(table.header) == frame.shape[1]
    assert frame.index.is_monotonic_increasing
    assert frame.index.is_unique
    assert sum(len(chunk) for chunk in table.chunks(3)) == len(frame)


def read(data: bytes) -> None:
    """Read bytes as a file."""
    path = FOLDER / "leads.csv"
    path.write_bytes(data)
    begin = time.monotonic()
    with suppress(InputError):
        check(read_table(path))
    assert time.monotonic() - begin < SECONDS


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
