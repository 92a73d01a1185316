"""What leaves the CRM comes back identical in every format, and runs nowhere."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

import bulk_io
from bulk_io import tags, writing
from bulk_io.base import COLUMN
from bulk_io.errors import BulkIOError, UsageError
from bulk_io.fields import NAMES
from bulk_io.formulas import unguard
from bulk_io.writing import cards, columnar, sheets
from bulk_io.writing.arrays import BATCH
from bulk_io.writing.spool import CUT, LONGEST

NASTY = {
    "formula": "=1+1",
    "phone": "+33639980011",
    "minus": "-1",
    "at": "@x",
    "command": '=cmd|"/c calc"!A1',
    "link formula": '=HYPERLINK("http://x.example";"x")',
    "web": "http://example.com/?a=1&b=2",
    "full-width sign": "＝1+1",
    "quotes": "say \"x\", 'y'; «z»",
    "separators": "a,b;c|d\te\\n\\,f",
    "line breaks": "a\nb\nc",
    "error": "#N/A",
    "nothing": "null",
    "leading noughts": "007",
    "exponent": "1e5",
    "boolean": "TRUE",
    "day": "2024-01-02",
    "right to left": "שלום עולם مرحبا",
    "emoji": "👩‍👩‍👧 🇫🇷 é",
    "escape lookalike": "_x0041_",
    "escaped escape": "_x005F_x0041_",
    "apostrophe": "'x",
    "apostrophes": "''x",
    "guarded formula": "'=1",
    "markup": "<b>&amp;]]></b>",
    "hundred": "é" * 100,
    "folds": "a" + "😀" * 40,
    "outer blanks": " a ",
    "lines of all kinds": "a\rb\r\nc\x0bd\x0ce\x85f\u2028g",
    "controls": "a\x01b\x07c\x1bd\x7fe",
    "null character": "a\x00b",
    "half a pair": "x\ud800y",
}
"""Texts that programs run, link, round, cut or mend; in a CRM each may stand in any field."""

HEADER = [*NAMES, COLUMN]
CREATED, UPDATED = "2024-11-01T10:30:00.000Z", "2025-01-31T23:59:58.120Z"
HALF = re.compile("[\ud800-\udfff]")


def row_of(at: int, text: str) -> list[str | tuple[str, ...]]:
    """Give a contact that has a text in every field that takes any."""
    labels = (text, "b;c", 'd "e"', "f,g")
    base = json.dumps({"id": f"c{at}", "name": text}, ensure_ascii=False)
    return [f"c{at}", *[text] * 3, f"+33639{at:06}", *[text] * 6, labels, CREATED, UPDATED, base]


ROWS = [row_of(at, text) for at, text in enumerate(NASTY.values())]


def as_text(row: Sequence[str | tuple[str, ...]]) -> list[str]:
    """Give a row as text formats hold it: tags one record; half a pair, which UTF-8 has not, as U+FFFD."""
    return [HALF.sub("�", cell if isinstance(cell, str) else tags.record(cell)) for cell in row]


TEXTS = [as_text(row) for row in ROWS]


def export(path: Path, rows: Sequence[Sequence[str | tuple[str, ...]]] = ROWS, **options: str) -> writing.Written:
    """Write contacts as an export does."""
    return writing.table(path, HEADER, rows, hidden=[COLUMN], **options)  # type: ignore[arg-type]


def sheet_xml(path: Path) -> str:
    """Give the XML of the first sheet."""
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def read_csv(path: Path, encoding: str) -> list[list[str]]:
    """Read a csv file with the standard library, whose cells are exact."""
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def read_cards(content: bytes) -> list[dict[str, tuple[str, str]]]:
    """Read vCards by RFC 6350 alone: unfold, split each line into name, parameters and value."""
    assert content.endswith(b"\r\n")
    assert not [line for line in content.split(b"\r\n") if len(line) > 75 or b"\n" in line]
    for line in content.split(b"\r\n"):
        line.decode()  # no fold stands inside a character
    found: list[dict[str, tuple[str, str]]] = []
    for line in content.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        left, _, value = line.partition(":")
        name, _, parameters = left.partition(";")
        if name == "BEGIN":
            found.append({})
        assert name not in found[-1]
        found[-1][name] = (parameters, value)
    return found


def parts(value: str, separator: str) -> list[str]:
    """Split a value of a card where its separator is not escaped, and take the escapes away."""
    pieces = re.findall(rf"(?:^|{separator})((?:\\.|[^\\{separator}])*)", value)
    return [re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], piece) for piece in pieces]


def test_a_workbook_gives_every_text_back(tmp_path: Path) -> None:
    """Our own reader and openpyxl both see what the CRM holds; times are dates, to the second."""
    assert export(tmp_path / "a.xlsx").notes == ()
    table = bulk_io.read_table(tmp_path / "a.xlsx")
    day, second = "2024-11-01T10:30:00", "2025-01-31T23:59:58"
    assert table.header == HEADER
    assert table.frame.to_numpy().tolist() == [[*row[:12], day, second, row[14]] for row in TEXTS]
    found = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Contacts"].iter_rows(min_row=2, values_only=True))
    times = [datetime(2024, 11, 1, 10, 30), datetime(2025, 1, 31, 23, 59, 58)]
    assert [[*map(unescape, row[:12]), *row[12:14], unescape(row[14])] for row in found] == [
        [*row[:12], *times, row[14]] for row in TEXTS
    ]


def test_nothing_in_a_workbook_is_live(tmp_path: Path) -> None:
    """In the XML there is no formula, no link and no number but the dates."""
    export(tmp_path / "a.xlsx")
    cells = ElementTree.fromstring(sheet_xml(tmp_path / "a.xlsx"))
    names = [element.tag.partition("}")[2] for element in cells.iter()]
    assert not {"f", "hyperlink", "hyperlinks"} & set(names)
    assert names.count("v") == 2 * len(ROWS)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert not [name for name in archive.namelist() if "worksheets/_rels" in name or "connections" in name]


def test_the_base_is_hidden_in_a_workbook_and_moves_with_its_row(tmp_path: Path) -> None:
    """The last column is not shown and takes no room; the filter spans it, so sorting takes it along."""
    export(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Contacts"]
    *shown, hidden = sheet.column_dimensions.values()
    assert (hidden.index, hidden.width, hidden.hidden) == ("O", 0, True)
    assert (shown[0].min, shown[-1].max) == (1, 14)
    assert all(8 <= columns.width <= 62 and not columns.hidden for columns in shown)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:O{len(ROWS) + 1}"


def test_texts_too_long_for_a_cell_are_whole_beside_the_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second file names sheet, row and column of each; it is private, and goes when it is needed no more."""
    monkeypatch.setattr(sheets, "BATCHES_A_SHEET", 1)
    monkeypatch.setattr("bulk_io.writing.tables._MOST_ROWS", BATCH)
    long = {0: "é" * (LONGEST + 1), BATCH + 1: "😀" * LONGEST}
    rows = [row_of(at, "x") for at in range(BATCH + 2)]
    for at, text in long.items():
        rows[at][6] = text
    path, beside = tmp_path / "a.xlsx", tmp_path / "a.xlsx.long.jsonl"
    written = export(path, rows)
    assert (written.rows, written.long_texts, written.beside) == (len(rows), 2, beside)
    assert written.notes == (
        "8,527 rows are on 2 sheets, because one holds 8,525",
        f"2 texts are too long for a cell of a workbook and cut there; whole in {beside}",
    )
    assert beside.stat().st_mode & 0o777 == 0o600
    assert [json.loads(line) for line in beside.read_text("utf-8").splitlines()] == [
        {"sheet": "Contacts", "row": 2, "column": "position", "text": long[0]},
        {"sheet": "Contacts (2)", "row": 3, "column": "position", "text": long[BATCH + 1]},
    ]
    book = openpyxl.load_workbook(path, read_only=True)
    assert str(book["Contacts"]["G2"].value).endswith(CUT)
    assert str(book["Contacts (2)"]["G3"].value).endswith(CUT)
    book.close()
    assert export(path, ROWS[:1]).beside is None
    assert [found.name for found in tmp_path.iterdir()] == ["a.xlsx"]


def test_long_texts_are_not_kept_when_the_workbook_fails(tmp_path: Path) -> None:
    """What stands beside the old workbook stays with it."""
    beside = tmp_path / "a.xlsx.long.jsonl"
    beside.write_text("old")

    def rows() -> Iterator[list[str | tuple[str, ...]]]:
        yield row_of(1, "x" * 40_000)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writing.table(tmp_path / "a.xlsx", HEADER, rows())
    assert beside.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == [beside.name]


def test_an_exact_csv_is_the_texts_and_nothing_else(tmp_path: Path) -> None:
    """Without mark, guard and base: comma, CRLF, UTF-8, every cell byte for byte."""
    export(tmp_path / "a.csv", style="exact")
    assert read_csv(tmp_path / "a.csv", "utf-8") == [list(NAMES), *(row[:-1] for row in TEXTS)]
    assert (tmp_path / "a.csv").read_bytes().startswith(b"id,name,firstName")
    writing.table(tmp_path / "b.csv", ["id"], [["=1"], ["'x"], [""]], style="exact")
    assert (tmp_path / "b.csv").read_bytes() == b'id\r\n=1\r\n\'x\r\n""\r\n'


def test_a_csv_for_spreadsheets_is_guarded_and_undone_exactly(tmp_path: Path) -> None:
    """With mark, guard and base; no cell begins as a formula, and without the guard each is what it was."""
    export(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(codecs.BOM_UTF8 + b"id,")
    header, *rows = read_csv(tmp_path / "a.csv", "utf-8-sig")
    assert header == HEADER
    assert not [cell for row in rows for cell in row if re.match(r"\s*[=+\-@\t\r\n＝]", cell)]
    assert [[unguard(cell) for cell in row] for row in rows] == TEXTS


@pytest.mark.parametrize("style", writing.STYLES)
def test_our_own_reader_gives_every_csv_cell_back(style: str, tmp_path: Path) -> None:
    """Both dialects are understood without being told."""
    export(tmp_path / "a.csv", style=style)
    table = bulk_io.read_table(tmp_path / "a.csv")
    width = len(table.header)
    assert table.header == HEADER[:width]
    found = table.frame if style == "exact" else table.frame.map(unguard)
    assert found.to_numpy().tolist() == [row[:width] for row in TEXTS]


def test_jsonl_is_as_the_api_gives_contacts(tmp_path: Path) -> None:
    """Tags are a list, a field without a value is null, and even half a pair is there."""
    bare: list[str | tuple[str, ...]] = ["c", *[""] * 10, (), CREATED, UPDATED, "{}"]
    export(tmp_path / "a.jsonl", [*ROWS, bare])
    found = [json.loads(line) for line in (tmp_path / "a.jsonl").read_bytes().decode().split("\n")[:-1]]
    assert found[:-1] == [
        {name: list(cell) if name == "tags" else cell for name, cell in zip(NAMES, row, strict=False)} for row in ROWS
    ]
    assert found[-1] == dict.fromkeys(NAMES) | {"id": "c", "tags": [], "createdAt": CREATED, "updatedAt": UPDATED}


def test_tags_may_be_given_as_their_record(tmp_path: Path) -> None:
    """A list in the formats that have lists, the record as it is in the others."""
    row = ["c1", 'a;"b;c"']
    for name in ("a.jsonl", "a.parquet", "a.vcf", "a.csv"):
        writing.table(tmp_path / name, ["id", "tags"], [row])
    assert json.loads((tmp_path / "a.jsonl").read_text()) == {"id": "c1", "tags": ["a", "b;c"]}
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == [{"id": "c1", "tags": ["a", "b;c"]}]
    assert "CATEGORIES:a,b\\;c\r\n" in (tmp_path / "a.vcf").read_bytes().decode()
    assert read_csv(tmp_path / "a.csv", "utf-8-sig")[1] == row


def test_parquet_gives_every_text_back(tmp_path: Path) -> None:
    """Strings, tags as lists, times as timestamps in UTC; what is empty is null; the base is left out."""
    bare: list[str | tuple[str, ...]] = ["c", *[""] * 10, (), "", UPDATED, "{}"]
    export(tmp_path / "a.parquet", [*ROWS, bare])
    table = pq.read_table(tmp_path / "a.parquet")
    kinds = {"tags": pa.list_(pa.string()), **dict.fromkeys(["createdAt", "updatedAt"], pa.timestamp("ms", "UTC"))}
    assert table.schema.names == list(NAMES)
    assert {name: table.schema.field(name).type for name in NAMES} == {
        name: kinds.get(name, pa.string()) for name in NAMES
    }
    *found, last = table.to_pylist()
    updated = datetime(2025, 1, 31, 23, 59, 58, 120_000, UTC)
    for row, record in zip(ROWS, found, strict=True):
        texts = [HALF.sub("�", cell) if isinstance(cell, str) else [HALF.sub("�", tag) for tag in cell] for cell in row]
        assert list(record.values()) == [*texts[:12], datetime(2024, 11, 1, 10, 30, tzinfo=UTC), updated]
    assert last == dict.fromkeys(NAMES) | {"id": "c", "tags": [], "updatedAt": updated}
    assert pq.ParquetFile(tmp_path / "a.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("odd", ["soon", "2024-11-01T10:30:00.123456Z", "0001-01-01T00:00:00+14:00"])
def test_times_that_parquet_cannot_hold_leave_their_column_text(odd: str, tmp_path: Path) -> None:
    """A column is of timestamps only if each of its times is one, to the last digit."""
    rows = [*([f"c{at}", CREATED, UPDATED] for at in range(BATCH)), ["x", odd, ""]]
    writing.table(tmp_path / "a.parquet", ["id", "createdAt", "updatedAt"], rows)
    table = pq.read_table(tmp_path / "a.parquet")
    assert [str(kind) for kind in table.schema.types] == ["string", "string", "timestamp[ms, tz=UTC]"]
    assert table["createdAt"].to_pylist() == [CREATED] * BATCH + [odd]


def test_parquet_comes_in_groups_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups bound the memory of the writer and of whoever reads; an export without contacts has its columns."""
    monkeypatch.setattr(columnar, "BATCHES_A_GROUP", 1)
    writing.table(tmp_path / "a.parquet", ["id", "tags"], ([str(at), ()] for at in range(BATCH + 2)))
    assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups == 2
    assert pq.read_table(tmp_path / "a.parquet")["id"].to_pylist() == [str(at) for at in range(BATCH + 2)]
    writing.table(tmp_path / "b.parquet", NAMES, [])
    assert pq.read_table(tmp_path / "b.parquet").schema.names == list(NAMES)


def test_cards_give_every_text_back(tmp_path: Path) -> None:
    """A reader that knows RFC 6350 and nothing of ours finds each field of each contact."""
    export(tmp_path / "a.vcf")
    found = read_cards((tmp_path / "a.vcf").read_bytes())
    assert len(found) == len(ROWS)
    for at, (text, card) in enumerate(zip(NASTY.values(), found, strict=True)):
        plain = re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "�", re.sub("\r\n?", "\n", text))
        assert {name: parts(card[name][1], ";") for name in ("FN", "N", "EMAIL", "ORG", "TITLE", "ADR")} == {
            **{name: [plain] for name in ("FN", "EMAIL", "ORG", "TITLE")},
            "N": [plain, plain, "", "", ""],
            "ADR": ["", "", "", plain, "", "", plain],
        }
        assert parts(card["CATEGORIES"][1], ",") == [plain, "b;c", 'd "e"', "f,g"]
        assert parts(card["X-INDUSTRY-SECTOR"][1], ";") == [plain]
        assert card["TEL"] == ("VALUE=uri;TYPE=cell", f"tel:+33639{at:06}")
        assert card["UID"] == ("VALUE=text", f"c{at}")
        assert (card["CREATED"][1], card["REV"][1]) == ("20241101T103000Z", "20250131T235958Z")
        assert list(card)[:3] == ["BEGIN", "VERSION", "FN"]
        assert list(card)[-1] == "END"


def test_a_card_without_a_name_shows_what_comes_nearest(tmp_path: Path) -> None:
    """FN must be there; properties without a value are not; a number that is no E.164 and an odd time harm nothing."""
    header = ["id", "lastName", "phoneNumber", "email", "updatedAt", "city"]
    rows = [
        ["c1", "Byron", "06 39 98", "", "soon", "Paris"],
        ["c2", "", "+33639980011", "a@b.fr", "", ""],
        ["c3", "", "+33639980012", "", "2024-11-01", ""],
        ["c4", "", "", "", "", ""],
    ]
    writing.table(tmp_path / "a.vcf", header, rows)
    lines = (tmp_path / "a.vcf").read_bytes().decode().split("\r\n")
    assert [line for line in lines if line.startswith("FN")] == ["FN:Byron", "FN:a@b.fr", "FN:+33639980012", "FN:c4"]
    assert lines[3:8] == [
        "N:Byron;;;;",
        "TEL;VALUE=text;TYPE=cell:06 39 98",
        "ADR:;;;Paris;;;",
        "UID;VALUE=text:c1",
        "END:VCARD",
    ]
    assert "REV:20241101T000000Z" in lines


@settings(deadline=None)
@given(st.text(max_size=300))
def test_folding_changes_nothing_and_cuts_no_character(text: str) -> None:
    """Any line, unfolded, is what it was; no piece is longer than 75 octets."""
    line = HALF.sub("�", text).replace("\r", "").replace("\n", "")
    *pieces, end = cards.folded(line).split(b"\r\n")
    assert not end
    assert max(map(len, pieces)) <= 75
    assert pieces[0].decode() + "".join(piece.decode()[1:] for piece in pieces[1:]) == line
    assert all(piece.startswith(b" ") for piece in pieces[1:])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(exclude_characters="\ufffe\uffff")).filter(bool), min_size=1))
def test_any_text_comes_back_from_any_format(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """The same law for all: what can be held is held."""
    folder = tmp_path_factory.mktemp("x")
    header = ["id", "name"]
    rows = [["x", text] for text in texts]
    for kind in ("csv", "jsonl", "parquet", "xlsx"):
        writing.table(folder / f"a.{kind}", header, rows)
    writing.table(folder / "e.csv", header, rows, style="exact")
    held = [HALF.sub("�", text) for text in texts]
    assert [unguard(row[1]) for row in read_csv(folder / "a.csv", "utf-8-sig")[1:]] == held
    assert [row[1] for row in read_csv(folder / "e.csv", "utf-8")[1:]] == held
    lines = (folder / "a.jsonl").read_bytes().decode().split("\n")[:-1]
    assert [json.loads(line)["name"] for line in lines] == texts
    assert pq.read_table(folder / "a.parquet")["name"].to_pylist() == held
    cells = openpyxl.load_workbook(folder / "a.xlsx")["Contacts"].iter_rows(min_row=2, values_only=True)
    assert [unescape(row[1]) for row in cells] == held


@pytest.mark.parametrize("kind", writing.FORMATS)
def test_standard_output_gets_what_a_file_would(
    kind: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """``-`` with a format; no file is left anywhere."""
    export(tmp_path / f"a.{kind}")
    written = writing.table("-", HEADER, ROWS, format=kind, hidden=[COLUMN])
    content = capsysbinary.readouterr().out
    assert (written.path, written.rows) == ("-", len(ROWS))
    assert not Path("-").exists()
    if kind == "xlsx":
        (tmp_path / "b.xlsx").write_bytes(content)
        assert sheet_xml(tmp_path / "b.xlsx") == sheet_xml(tmp_path / "a.xlsx")
    else:
        assert content == (tmp_path / f"a.{kind}").read_bytes()


def test_long_texts_on_standard_output_are_told(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """There is no place beside it, so the note says what keeps them whole."""
    written = writing.table("-", ["id"], [["x" * 40_000]], format="xlsx")
    assert capsysbinary.readouterr().out.startswith(b"PK")
    assert written.notes == (
        "1 text is too long for a cell of a workbook and cut there; write csv or jsonl to keep them whole",
    )


def test_what_cannot_be_written_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output needs a format, and binary ones no terminal; csv has two styles."""
    with pytest.raises(UsageError, match="give --format xlsx, csv, jsonl, parquet or vcf"):
        writing.format_of("-")
    with pytest.raises(UsageError, match="use spreadsheet or exact"):
        writing.table("-", ["id"], [], format="csv", style="tidy")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(UsageError, match="nothing for a terminal"):
        writing.format_of("-", "parquet")
    assert writing.format_of("-", "vcf") == "vcf"


@pytest.mark.parametrize("kind", writing.FORMATS)
def test_a_reader_that_has_gone_is_a_broken_pipe(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python says it, so that the command ends quietly; a disk that is full under a redirect is told."""
    reading, out = os.pipe()
    os.close(reading)
    rows = [["x" * 30_000]] * 10
    for number, error in ((out, BrokenPipeError), (os.open("/dev/full", os.O_WRONLY), BulkIOError)):
        raw = io.FileIO(number, "w")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(raw)))
            with pytest.raises(error):
                writing.table("-", ["name"], rows, format=kind)
            raw.close()


@pytest.mark.parametrize("kind", writing.FORMATS)
@pytest.mark.parametrize("room", [1_000, 150_000], ids=["none", "a little"])
def test_a_full_disk_is_told_and_leaves_the_old_file(kind: str, room: int, tmp_path: Path) -> None:
    """Whichever file has no room, the one on its way or the export itself, it is one error and no half file."""
    path = tmp_path / f"a.{kind}"
    path.write_text("old")
    chance = random.Random(1)
    rows = [[chance.randbytes(30).hex()] for _ in range(9_000)]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(BulkIOError, match="the disk is full"):
            writing.table(path, ["name"], rows)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_columns_of_another_system_are_text(tmp_path: Path) -> None:
    """Headers that are no field names are plain columns in every format."""
    for kind in ("xlsx", "csv", "jsonl", "parquet"):
        writing.table(tmp_path / f"a.{kind}", ["Lists", "Created"], [["a;b", CREATED]])
    assert json.loads((tmp_path / "a.jsonl").read_text()) == {"Lists": "a;b", "Created": CREATED}
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == [{"Lists": "a;b", "Created": CREATED}]
    assert bulk_io.read_table(tmp_path / "a.xlsx").frame.to_numpy().tolist() == [["a;b", CREATED]]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_libreoffice_runs_nothing(kind: str, tmp_path: Path) -> None:
    """In the real program no cell is a formula or a link, and the base stays hidden."""
    export(tmp_path / f"a.{kind}")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/home",
        "--headless",
        "--convert-to",
        "fods",
        f"a.{kind}",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=100)
    found = (tmp_path / "a.fods").read_text("utf-8")
    assert "HYPERLINK" in found
    assert "table:formula" not in found
    assert "xlink:href" not in found
    assert ('table:visibility="collapse"' in found) == (kind == "xlsx")
