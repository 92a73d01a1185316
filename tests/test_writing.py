"""What is written is whole, private, inert, and reads back the same."""

from __future__ import annotations

import codecs
import csv
import errno
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from bulk_io import fields, writing
from bulk_io.errors import BulkIOError, UsageError
from bulk_io.formulas import unguard
from bulk_io.writing import Colour, Sheet, sheets
from bulk_io.writing.arrays import BATCH
from bulk_io.writing.spool import CUT, LONGEST

DANGEROUS = {
    "formula": "=1+1",
    "command": '=cmd|"/c calc"!A1',
    "array": "{=1+1}",
    "plus": "+33639980011",
    "minus": "-2+3",
    "at": "@SUM(1)",
    "web": "http://example.com",
    "secure web": "https://example.com/?a=1&b=2",
    "mail": "mailto:a@example.com",
    "inside": "internal:Sheet1!A1",
    "outside": "external:c:\\x.xlsx",
    "leading nought": "0639980011",
    "float": "1.50",
    "exponent": "3.36E+10",
    "boolean": "TRUE",
    "day": "2024-01-02",
    "error": "#N/A",
    "apostrophe": "'x",
    "markup": "<b>&amp;]]></b>",
    "control": "a\x01b\x00c\x0b",
    "returns": "a\rb\r\nc\nd",
    "escape lookalike": "_x0041_",
    "escaped escape": "_x005F_x0041_",
    "blanks": "  a  ",
    "tab": "\ta",
    "accents": "Zoé Çelik 中文 😀",
}


def sheet_xml(path: Path) -> Iterator[str]:
    """Give the XML of each sheet of a workbook."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                yield archive.read(name).decode()


def read(path: Path, sheet: int = 0) -> list[list[object]]:
    """Read a sheet with a reader that is not ours."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(sheet).to_python()


@pytest.mark.parametrize("text", DANGEROUS.values(), ids=DANGEROUS.keys())
def test_dangerous_text_is_inert_in_a_workbook(text: str, tmp_path: Path) -> None:
    """No text becomes a formula, a link or a number, in cells or header, and two readers give it back."""
    path = tmp_path / "a.xlsx"
    writing.workbook(path, [Sheet("S", [text, "b"], [[text, "x"]])])
    (xml,) = sheet_xml(path)
    tags = {element.tag.partition("}")[2] for element in ElementTree.fromstring(xml).iter()}
    assert not tags & {"f", "hyperlink", "hyperlinks", "v"}
    assert not [name for name in zipfile.ZipFile(path).namelist() if "worksheets/_rels" in name]
    assert read(path) == [[text.replace("\x00", "�"), "b"], [text, "x"]]
    cell = openpyxl.load_workbook(path)["S"]["A2"]
    assert unescape(cell.value) == text
    assert cell.data_type == "s"
    assert cell.hyperlink is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")), min_size=1))
def test_any_text_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """What goes into a cell comes out of it, whatever it is."""
    path = tmp_path_factory.mktemp("x") / "a.xlsx"
    writing.workbook(path, [Sheet("S", ["n", "text", "n"], [["x", text, "y"] for text in texts])])
    assert [row[1] for row in read(path)[1:]] == texts


def test_half_a_surrogate_pair_becomes_the_replacement_character(tmp_path: Path) -> None:
    """A text that no file can hold does not stop a workbook or a csv; jsonl keeps it as an escape."""
    writing.workbook(tmp_path / "a.xlsx", [Sheet("S", ["a\udfff"], [["x\ud800y"], ["z"]])])
    assert read(tmp_path / "a.xlsx") == [["a�"], ["x�y"], ["z"]]
    writing.csv(tmp_path / "a.csv", ["a"], [["x\udfffy"]])
    assert (tmp_path / "a.csv").read_text("utf-8-sig").splitlines() == ["a", "x�y"]
    for encoding in ("utf-16", "utf-32", "utf-8"):
        writing.csv(tmp_path / "b.csv", ["\ud800"], [["\ud800"]], encoding=encoding)
        assert (tmp_path / "b.csv").read_text(encoding).splitlines() == ["�", "�"]
    with pytest.raises(UnicodeEncodeError):
        writing.csv(tmp_path / "b.csv", ["a"], [["\ud800"]], encoding="cp1252")
    writing.jsonl(tmp_path / "a.jsonl", [{"a": "x\ud800y"}])
    assert json.loads((tmp_path / "a.jsonl").read_text("utf-8")) == {"a": "x\ud800y"}


@pytest.mark.parametrize(
    ("text", "cut"),
    [("A" * LONGEST, 0), ("A" * (LONGEST + 1), 1), ("😀" * 20_000, 1), ("é" * 20_000, 0), ("x😀" * 20_000, 1)],
    ids=["just fits", "one too many", "two units each", "two bytes each", "odd cut"],
)
def test_text_too_long_for_a_cell_is_cut_visibly(text: str, cut: int, tmp_path: Path) -> None:
    """Excel holds 32,767 UTF-16 units in a cell; what is longer ends in a note, and is counted."""
    assert writing.workbook(tmp_path / "a.xlsx", [Sheet("S", ["a"], [[text], ["end"]])]) == cut
    (found,), (end,) = read(tmp_path / "a.xlsx")[1:]
    assert end == "end"
    assert isinstance(found, str)
    assert found == text if not cut else found.endswith(CUT) and text.startswith(found.removesuffix(CUT))
    assert len(found.encode("utf-16-le")) // 2 <= LONGEST


def test_times_and_integers_are_real(tmp_path: Path) -> None:
    """Columns of times hold dates in UTC, columns of integers numbers, and empty cells stay empty."""
    rows = [[1, "2024-11-01T10:30:00.000Z"], [None, ""], [3, "2024-11-01T10:30:00+02:00"], [4, "2024-11-02"]]
    writing.workbook(tmp_path / "a.xlsx", [Sheet("S", ["n", "t"], rows, kinds={0: "integer", 1: "time"})])
    assert read(tmp_path / "a.xlsx")[1:] == [
        [1.0, datetime(2024, 11, 1, 10, 30)],
        ["", ""],
        [3.0, datetime(2024, 11, 1, 8, 30)],
        [4.0, date(2024, 11, 2)],
    ]


@pytest.mark.parametrize("odd", ["soon", "1850-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_cannot_be_read_leaves_its_column_text(odd: str, tmp_path: Path) -> None:
    """Nothing is lost or guessed when a column of times holds something else."""
    rows = [["2024-11-01T10:30:00.000Z"], [odd]]
    writing.workbook(tmp_path / "a.xlsx", [Sheet("S", ["t"], rows, kinds={0: "time"})])
    assert read(tmp_path / "a.xlsx")[1:] == rows


def test_more_rows_than_a_sheet_holds_go_into_further_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second sheet has the header again and goes on where the first ended."""
    assert BATCH * sheets.BATCHES_A_SHEET == 1_048_575
    monkeypatch.setattr(sheets, "BATCHES_A_SHEET", 1)
    rows = ([str(number)] for number in range(BATCH + 2))
    writing.workbook(tmp_path / "a.xlsx", [Sheet("A" * 31, ["n"], rows), Sheet("B", ["m"], [])])
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert book.sheet_names == ["A" * 31, "A" * 27 + " (2)", "B"]
    assert len(read(tmp_path / "a.xlsx", 0)) == BATCH + 1
    assert read(tmp_path / "a.xlsx", 1) == [["n"], [str(BATCH)], [str(BATCH + 1)]]
    assert read(tmp_path / "a.xlsx", 2) == [["m"]]


def test_a_header_may_repeat_and_be_blank(tmp_path: Path) -> None:
    """The user's own header goes back as it was."""
    writing.workbook(tmp_path / "a.xlsx", [Sheet("S", ["a", "a", "", ""], [list("1234")])])
    assert read(tmp_path / "a.xlsx") == [["a", "a", "", ""], list("1234")]


def test_a_table_can_be_worked_with(tmp_path: Path) -> None:
    """The header is bold, frozen and filtered, columns are as wide as their text, words have their colour."""
    sheet = Sheet(
        "S",
        ["outcome", "text"],
        [["held", "w" * 40], ["x", "w" * 400]],
        colours={0: {"held": Colour("#111111", "#FDEFC8")}},
    )
    writing.workbook(tmp_path / "a.xlsx", [sheet])
    found = openpyxl.load_workbook(tmp_path / "a.xlsx")["S"]
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == "A1:B3"
    assert found["A1"].font.bold
    assert 60 <= found.column_dimensions["B"].width <= 62
    (rules,) = (area.rules for area in found.conditional_formatting)
    assert rules[0].text == "held"
    assert rules[0].dxf.fill.bgColor.rgb == "FFFDEFC8"


def test_a_row_of_another_width_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    """A fault of the caller is told, never cut or shifted, and the old file stays."""
    (tmp_path / "a.xlsx").write_text("old")
    with pytest.raises(ValueError, match="a row has 1 cells under a header of 2"):
        writing.workbook(tmp_path / "a.xlsx", [Sheet("S", ["a", "b"], [["1", "2"], ["3"]])])
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
    assert (tmp_path / "a.xlsx").read_text() == "old"


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    """Excel ends at column 16,384; the message says what to do."""
    with pytest.raises(BulkIOError, match="write csv instead"):
        writing.workbook(tmp_path / "a.xlsx", [Sheet("S", ["a"] * 16_385, [])])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", writing.FORMATS)
def test_a_written_file_belongs_to_its_owner_alone(kind: str, tmp_path: Path) -> None:
    """Files are 0600 whatever the umask and whatever was there before."""
    path = tmp_path / f"a.{kind}"
    path.write_text("old")
    path.chmod(0o644)
    writing.table(path, ["a"], [["1"]])
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt], ids=["error", "Ctrl-C"])
def test_the_old_file_stays_until_the_new_one_is_whole(error: type[BaseException], tmp_path: Path) -> None:
    """When the rows break off, the old file is there and nothing else."""
    path = tmp_path / "a.csv"
    path.write_text("old")

    def rows() -> Iterator[list[str]]:
        yield ["1"]
        assert path.read_text() == "old"
        raise error

    with pytest.raises(error):
        writing.csv(path, ["a"], rows())
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.csv"]


def test_the_file_is_on_disk_before_it_takes_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file is synced, then renamed, then its folder is synced: a power cut leaves one or the other."""
    events: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(number: int) -> None:
        events.append("folder" if Path(f"/dev/fd/{number}").is_dir() else "file")
        fsync(number)

    def noted_replace(path: Path, target: Path) -> Path:
        events.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    writing.csv(tmp_path / "a.csv", ["a"], [])
    assert events == ["file", "rename", "folder"]


def test_a_link_is_replaced_and_what_it_names_stays(tmp_path: Path) -> None:
    """A link planted at the name cannot lead the writer to another file."""
    (tmp_path / "there").mkdir()
    other = tmp_path / "there" / "b.csv"
    other.write_text("other")
    link = tmp_path / "a.csv"
    link.symlink_to(other)
    writing.csv(link, ["a"], [])
    assert not link.is_symlink()
    assert link.read_text("utf-8-sig") == "a\n"
    assert other.read_text() == "other"


def test_a_place_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """A missing folder and a folder of that name are told in a sentence."""
    with pytest.raises(UsageError, match="No such file or directory; choose another place"):
        writing.csv(tmp_path / "none" / "a.csv", ["a"], [])
    with pytest.raises(UsageError, match="is a folder"):
        writing.csv(tmp_path, ["a"], [])


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    """No room ends in one sentence and no half file; other errors of the block pass through."""
    with pytest.raises(BulkIOError, match="the disk is full"), writing.atomic(tmp_path / "a"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(ConnectionResetError), writing.atomic(tmp_path / "a"):
        raise ConnectionResetError
    assert not list(tmp_path.iterdir())


def test_a_disk_full_from_the_start_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room for even an empty file is no fault of the chosen place."""

    def full(**_: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(BulkIOError, match="the disk is full") as caught, writing.atomic(tmp_path / "a"):
        pass
    assert not isinstance(caught.value, UsageError)


def test_a_file_that_cannot_be_replaced_is_told(tmp_path: Path) -> None:
    """A folder that took the name meanwhile stays, and the new file is removed."""
    with pytest.raises(UsageError, match="cannot be replaced"), writing.atomic(tmp_path / "a"):
        (tmp_path / "a").mkdir()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_csv_quotes_what_needs_it(tmp_path: Path) -> None:
    """Delimiters, quotes and line ends inside cells survive; lines end as RFC 4180 says; the file has its mark."""
    rows = [["a;b", 'say "x"'], ["1\r\n2", ""], ["\r", "é"]]
    writing.csv(tmp_path / "a.csv", ["x", "y"], rows, delimiter=";")
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(codecs.BOM_UTF8 + b"x;y\r\n")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")) == [["x", "y"], *rows]


@given(
    st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(st.text(), min_size=width, max_size=width), max_size=4)),
    st.sampled_from(",;\t|"),
)
@settings(max_examples=150, deadline=None)
def test_csv_is_what_the_standard_library_writes(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str
) -> None:
    """Byte for byte, whatever is in the cells."""
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    writing.csv(path, ["a"], rows, delimiter=delimiter, encoding="utf-8")
    wanted = io.StringIO(newline="")
    csv.writer(wanted, delimiter=delimiter).writerows([["a"], *rows])
    assert path.read_bytes() == wanted.getvalue().encode()


def test_csv_in_an_encoding_without_the_character_is_an_error(tmp_path: Path) -> None:
    """A character is never replaced in silence."""
    with pytest.raises(UnicodeEncodeError):
        writing.csv(tmp_path / "a.csv", ["a"], [["Łódź"]], encoding="cp1252")
    assert not list(tmp_path.iterdir())


def test_an_exported_csv_is_guarded_and_can_be_undone(tmp_path: Path) -> None:
    """Cells that a spreadsheet would run get an apostrophe, and come back exactly without it."""
    texts = list(DANGEROUS.values())
    writing.table(tmp_path / "a.csv", ["id"], ([text] for text in texts))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    assert not [cell for (cell,) in rows if re.match(r"\s*[=+\-@\t\r]", cell)]
    assert [unguard(cell) for (cell,) in rows] == texts


def test_an_exported_workbook_has_real_dates_in_its_columns_of_times(tmp_path: Path) -> None:
    """createdAt and updatedAt are dates; everything else is text."""
    row = ["1"] * (len(fields.NAMES) - 2) + ["2024-11-01T10:30:00.000Z"] * 2
    writing.table(tmp_path / "a.xlsx", fields.NAMES, [row])
    assert read(tmp_path / "a.xlsx")[1] == ["1"] * (len(row) - 2) + [datetime(2024, 11, 1, 10, 30)] * 2


def test_jsonl_is_one_record_a_line(tmp_path: Path) -> None:
    """Records are written as given, accents plain, line ends inside texts escaped."""
    records: list[dict[str, object]] = [{"name": "Zoé\n", "tags": ["a", "b"], "city": None}, {"name": "="}]
    writing.jsonl(tmp_path / "a.jsonl", records)
    lines = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == records
    assert "Zoé" in lines[0]


@pytest.mark.parametrize(
    ("name", "given_format", "wanted"),
    [("a.xlsx", "", "xlsx"), ("a.CSV", "", "csv"), ("a.txt", "jsonl", "jsonl"), ("a.csv", "xlsx", "xlsx")],
)
def test_the_format_is_given_or_the_extension(name: str, given_format: str, wanted: str) -> None:
    """An option wins over the name of the file."""
    assert writing.format_of(name, given_format) == wanted


@pytest.mark.parametrize(("name", "given_format"), [("a.xls", ""), ("a", ""), ("a.csv", "pdf")])
def test_an_unknown_format_names_those_there_are(name: str, given_format: str, tmp_path: Path) -> None:
    """The message says what can be written."""
    with pytest.raises(UsageError, match="use xlsx, csv, jsonl, parquet or vcf"):
        writing.table(tmp_path / name, ["a"], [], format=given_format)


@pytest.mark.parametrize("name", ["History", "a/b", "", "'a", "x" * 32, "a\x01", "😀" * 16], ids=repr)
def test_a_name_that_excel_refuses_is_no_sheet_name(name: str) -> None:
    """Names that would make Excel mend the file are known."""
    assert not writing.is_sheet_name(name)
    assert writing.is_sheet_name("Feuille 1 (é)")
