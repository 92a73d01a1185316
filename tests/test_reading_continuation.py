"""An export that fills several sheets is read back as one table; what only looks like that is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bulk_io.reading import child, continuation
from bulk_io.writing import Sheet, sheets, workbook
from bulk_io.writing.arrays import BATCH

HEADER = ["phoneNumber", "name"]
MANY = 2 * BATCH + 3


@pytest.fixture(autouse=True)
def _small_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "BATCHES_A_SHEET", 1)
    monkeypatch.setattr(continuation, "A_SHEET", BATCH)
    monkeypatch.setattr(continuation, "_FULL", BATCH // 2)


def contacts(count: int, first: int = 0) -> list[list[str]]:
    return [[f"+3363998{at:04d}", f"Ana {at}"] for at in range(first, first + count)]


def read(path: Path, sheet: str | None = None) -> tuple[dict[str, Any], list[int], list[str]]:
    """Read a workbook as the child does: its answer, the numbers of the rows and their second cells."""
    out = path.with_suffix(".arrow")
    answer = child.read({"path": str(path), "out": str(out), "kind": "xlsx", "folder": "", "sheet": sheet})
    with pa.memory_map(str(out)) as source:
        table = pa.ipc.open_file(source).read_all()
    return answer, table.column(0).to_pylist(), table.column(2).to_pylist()


def test_rows_of_further_sheets_follow_those_of_the_first(tmp_path: Path) -> None:
    """They go on counting, their repeated headers are no rows, and it is said where each sheet begins."""
    workbook(tmp_path / "all.xlsx", [Sheet("Contacts", HEADER, contacts(MANY))])
    answer, numbers, names = read(tmp_path / "all.xlsx")
    assert numbers == list(range(1, MANY + 2))
    assert names == ["name", *(f"Ana {at}" for at in range(MANY))]
    assert answer["notes"] == [
        "Sheet Contacts (2) was read on: its row 2 is row 8,527 here.",
        "Sheet Contacts (3) was read on: its row 2 is row 17,052 here.",
    ]
    assert (answer["sheet"], answer["others"]) == ("Contacts", [])


def test_one_sheet_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    """A sheet by its name is that sheet, and the others are told."""
    workbook(tmp_path / "all.xlsx", [Sheet("Contacts", HEADER, contacts(BATCH + 1))])
    answer, numbers, _ = read(tmp_path / "all.xlsx", "Contacts")
    assert (len(numbers), answer["others"]) == (BATCH + 1, ["Contacts (2) (2 rows)"])


@pytest.mark.parametrize(
    ("name", "header", "count"),
    [
        pytest.param("Contacts (2)", HEADER, 20, id="the first sheet is not full"),
        pytest.param("Contacts (3)", HEADER, BATCH, id="another number"),
        pytest.param("Contacts (2)", ["phoneNumber", "email"], BATCH, id="another header"),
        pytest.param("Old", HEADER, BATCH, id="another name"),
    ],
)
def test_sheets_of_their_own_stay_apart(tmp_path: Path, name: str, header: list[str], count: int) -> None:
    """Only a full sheet goes on, in the sheet with its next number and the same header."""
    given = [Sheet("Contacts", HEADER, contacts(count)), Sheet(name, header, contacts(5, first=9000))]
    workbook(tmp_path / "two.xlsx", given)
    answer, numbers, _ = read(tmp_path / "two.xlsx")
    assert len(numbers) == count + 1
    assert answer["others"] == [f"{name} (6 rows)"]
