"""Invented lead lists, seeded: 12 columns, 5 % of the rows with a fault, 5 % repeats; as csv and as xlsx."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

HEADER = ["First Name", "Last Name", "Phone", "Email", "Title", "Company", "Industry", "City", "Country", "Tags",
          "Notes", "Score"]  # fmt: skip
DOMAINS = 2000
"""E-mail domains in a file: checkers that remember domains depend on how many there are."""


def leads(path: Path, rows: int, *, dirty: bool = True) -> Path:
    """Write a list in the format of the path's suffix; ``dirty=False``: without faults and repeats."""
    lines = _lines(rows, dirty=dirty)
    if path.suffix == ".xlsx":
        import xlsxwriter  # who only wants the header need not wait for it

        # cells go out as they come: a million rows of shared strings would not fit into memory
        with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
            sheet = book.add_worksheet("Leads")
            for at, line in enumerate(lines):
                sheet.write_row(at, 0, line)
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def _lines(rows: int, *, dirty: bool) -> Iterator[list[str]]:
    chance = random.Random(rows)
    yield HEADER
    for at in range(rows):
        number = f"+336{at:08d}"
        phone = chance.choice([number, "0" + number[3:], "00" + number[1:]]) if dirty else number
        if dirty and at % 20 == 3:
            phone = chance.choice(["", "123", "3.36E+10"])
        if dirty and at % 20 == 13:
            phone = f"+336{at - 10:08d}"
        name = f"Martin{(at - 10 if at % 20 == 13 else at) % 997}"
        mail = f"lead{at}@d{at % DOMAINS}.example.com"
        yield ["Ada", name, phone, mail, "CEO", f"Company {at % 5000}", "Retail", "Sète", "France",
               "a;b", f"note {at}", str(at)]  # fmt: skip
