"""Damage small files of every format byte by byte and read them: a table or one line, never a traceback or a hang.

    .venv/bin/python tests/fuzz_files.py --seconds 600 --seed 1

A file that broke the rule is kept in the working directory and named; the same seed damages the same bytes.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import binary_workbooks
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

from bulk_io.errors import BulkIOError
from bulk_io.reading import read_table

SLOWEST = 20
"""Seconds that one file may take on a busy machine; alone, ten."""
ROWS = [["Name", "Phone", "Rate"], ["Zoë", "0639980001", "0.5"], ["Ana", "0639980002", "1"]]
PAGE = "<html><body><table>{}</table></body></html>".format(
    "".join("<tr>" + "".join(f"<td rowspan=1>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
)
CARDS = "".join(
    f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nN;ENCODING=QUOTED-PRINTABLE:=41;B\nitem1.TEL;TYPE=cell:{phone}\n"
    "item1.X-ABLabel:_$!<Home>!$_\nEND:VCARD\n"
    for name, phone, _ in ROWS[1:]
)
XML = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>'
    + "".join(
        "<Row>" + "".join(f'<Cell><Data Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>" for row in ROWS
    )
    + "</Table></Worksheet></Workbook>"
)


def workbook() -> bytes:
    """Write the rows as xlsx, its parts not packed, so that a flip damages XML and not only the packing."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        book.active.append(row)
    book.active.append(["Bo", 612345678, 0.5])
    book.active["B4"].number_format = "00 00 00 00 00"
    book.save(out)
    return restored(out.getvalue())


def restored(packed: bytes, *, method: int = zipfile.ZIP_STORED) -> bytes:
    """Pack a zip again with another method."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w", method) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return out.getvalue()


def opendocument() -> bytes:
    """Write the rows as ods."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    rows = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in ROWS
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr(
            "content.xml",
            f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="L">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def binary() -> bytes:
    """Write the rows as xlsb, its parts not packed."""
    rows = b"".join(
        binary_workbooks.row(at, [(binary_workbooks.TEXT, cell, 0) for cell in row]) for at, row in enumerate(ROWS)
    )
    rows += binary_workbooks.row(3, [(binary_workbooks.SHARED, 0, 0), (binary_workbooks.REAL, 612345678.0, 1)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.xlsb")
        binary_workbooks.workbook(path, {"Leads": rows}, texts=["Bo"], formats=["00 00 00 00 00"])
        return restored(path.read_bytes())


def excel97() -> bytes:
    """Write the rows as xls."""
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("L")
    for at, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.save(out)
    return out.getvalue()


def parquet() -> bytes:
    """Write the rows as parquet."""
    out = io.BytesIO()
    pq.write_table(pa.table({"name": ["Zoë", "Ana"], "phone": [33639980001, None], "tags": [["a"], []]}), out)
    return out.getvalue()


def seeds() -> dict[str, bytes]:
    """Give a small sound file of each format."""
    xlsx = workbook()
    return {
        "xlsx": xlsx,
        "packed xlsx": restored(xlsx, method=zipfile.ZIP_DEFLATED),
        "xls": excel97(),
        "xlsb": binary(),
        "ods": opendocument(),
        "xml": XML.encode(),
        "html": PAGE.encode(),
        "vcf": CARDS.encode(),
        "json": b'{"data": [{"name": "Ana", "phone": "0639980002", "n": 1.5, "tags": ["a"]}, {"name": null}]}',
        "parquet": parquet(),
    }


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Flip, cut, repeat or drop a few bytes."""
    whole = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(whole))
        match chance.randrange(6):
            case 0 | 1:
                whole[at] ^= 1 << chance.randrange(8)
            case 2:
                whole[at] = chance.choice((0, 255, 0x3C, 0x22, 0x7F))
            case 3:
                del whole[at : at + chance.randrange(1, 64)]
            case 4:
                whole[at:at] = whole[at : at + chance.randrange(1, 64)] * chance.randrange(1, 20)
            case _:
                whole[at : at + 4] = chance.randbytes(4)
    return bytes(whole or b"\x00")


def fuzz(seconds: float, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """Damage and read files for so long; gives how they ended, and what broke the rule."""
    ends: Counter[str] = Counter()
    broken: list[str] = []
    originals = seeds()
    stop = time.monotonic() + seconds
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < stop:
            number += 1
            kind = list(originals)[number % len(originals)]
            path = Path(folder, "x")
            path.write_bytes(damaged(originals[kind], random.Random(f"{seed} {number}")))
            began = time.monotonic()
            try:
                sum(len(chunk) for chunk in read_table(path).chunks())
                end = "read"
            except BulkIOError as error:
                end = str(error).partition(":")[0]
            except Exception as error:
                end = type(error).__name__
            slow = time.monotonic() - began > SLOWEST
            ends[f"{kind}: {end}"] += 1
            if slow or end[0].isupper():
                broken.append(f"{kind}-{seed}-{number}: {'too slow' if slow else end}")
                Path(f"fuzz-{kind}-{seed}-{number}.bin").write_bytes(path.read_bytes())
    return ends, broken


def main() -> int:
    """Fuzz as the command line says; 1 where something broke the rule."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    ends, broken = fuzz(given.seconds, given.seed)
    for end, count in sorted(ends.items()):
        print(f"{count:7,}  {end}")
    print(f"{ends.total():,} files, {len(broken)} broke the rule", *broken, sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
