"""Files that mean harm are refused in one line with the reason first, soon and in little memory; nothing crashes."""

from __future__ import annotations

import gzip
import os
import resource
import struct
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from fuzz_files import fuzz
from test_reading_formats import flat
from test_reading_sheets import TWO_ROWS, inline, raw_xlsx

from bulk_io.errors import InputError
from bulk_io.reading import detect, guard, read_table
from bulk_io.reading.books import excel, opendocument, spreadsheetml
from bulk_io.reading.guard import Limits
from bulk_io.reading.records import htmltables, jsonrecords, vcards
from bulk_io.reading.sheets import Findings, Refused

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY m SYSTEM "file:///etc/hostname">]>'


def lying(path: Path) -> Path:
    """Make all members of a zip declare a hundred bytes."""
    whole = bytearray(path.read_bytes())
    for sign, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = whole.find(sign)
        while at >= 0:
            whole[at + place : at + place + 4] = struct.pack("<I", 100)
            at = whole.find(sign, at + 4)
    path.write_bytes(whole)
    return path


def with_document_type(path: Path, declared: str) -> Path:
    """Put a document type before each sheet of a workbook."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w") as target:
        for name, part in parts.items():
            target.writestr(name, declared.encode() * ("sheet1" in name) + part.replace(b"Ana", b"&m;"))
    return path


def swelling(path: Path) -> Path:
    """Write a workbook of seventy kilobytes that unpacks to seventy megabytes."""
    return raw_xlsx(path, TWO_ROWS + f"<row>{inline('A3', 'A' * (70 << 20))}</row>")


def stray(row: int) -> str:
    """Write a row that has a cell in the last column."""
    return f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>'


WORKBOOKS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "far cells": (lambda path: raw_xlsx(path, TWO_ROWS + "".join(map(stray, range(900_000, 900_200)))), "too large"),
    "beyond the sheet": (lambda path: raw_xlsx(path, TWO_ROWS + '<row><c r="ZZZZ9999999"><v>1</v></c></row>'), ""),
    "bad shared string": (lambda path: raw_xlsx(path, TWO_ROWS + '<row><c t="s"><v>99</v></c></row>'), "corrupt"),
    "long cell": (lambda path: raw_xlsx(path, TWO_ROWS + f"<row>{inline('A3', 'A' * (2 << 20))}</row>"), "too large"),
    "wide": (lambda path: raw_xlsx(path, f"<row>{'<c><v>1</v></c>' * 20_000}</row>"), "too large"),
    "bomb": (swelling, "too large"),
    "laughs": (lambda path: with_document_type(raw_xlsx(path, TWO_ROWS), LAUGHS), "too large"),
    "outside": (lambda path: with_document_type(raw_xlsx(path, TWO_ROWS), OUTSIDE), "corrupt"),
    "cut XML": (lambda path: raw_xlsx(path, TWO_ROWS[:-30]), "corrupt"),
    "lying sizes": (lambda path: lying(raw_xlsx(path, TWO_ROWS)), "corrupt"),
}


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_hostile_workbook_is_one_line(tmp_path: Path, kind: str) -> None:
    """The reason comes first, within ten seconds, a gigabyte for the child and little for the parent."""
    make, reason = WORKBOOKS[kind]
    path = make(tmp_path / "x.xlsx")
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(InputError) as refused:
        read_table(path)
    message = str(refused.value)
    assert message.startswith(reason or ("too large", "corrupt"))
    assert "\n" not in message
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert used.ru_utime - began < 10
    assert used.ru_maxrss < 1 << 20


def test_styles_that_are_broken_do_not_cost_the_cells(tmp_path: Path) -> None:
    """What is read beside the cells may be damaged; the cells are as they are."""
    (sheet,) = excel.sheets(str(raw_xlsx(tmp_path / "x.xlsx", TWO_ROWS)))
    with zipfile.ZipFile(tmp_path / "x.xlsx", "a") as archive:
        archive.writestr("xl/tables/table1.xml", "<table")
    assert len(list(sheet.rows(Findings()))) == 2


def test_limits_grow_with_what_is_to_be_read() -> None:
    """A small file gets a gigabyte and seconds, a million rows get what they need."""
    small, large = Limits.of(10_000), Limits.of(650 << 20)
    assert small.memory <= 1 << 30
    assert small.seconds < 10
    assert large.memory > 2 << 30
    assert large.seconds > 120


@pytest.mark.parametrize(
    ("read", "content", "reason"),
    [
        (
            opendocument.sheets,
            flat(f'<table:table><table:table-row table:number-rows-repeated="1048576">{"<table:table-cell/>" * 3}'
                 '<table:table-cell table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell>'
                 "</table:table-row></table:table>"),
            "large",
        ),
        (opendocument.sheets, LAUGHS + flat("<table:table/>"), "large"),
        (opendocument.sheets, OUTSIDE + flat("<table:table/>"), "corrupt"),
        (spreadsheetml.sheets, "<Workbook><Worksheet><Row><Cell Index='99999999'/></Row></Worksheet>", "large"),
        (spreadsheetml.sheets, LAUGHS + "<Workbook/>", "large"),
        (htmltables.sheets, "<table><tr><td>" * 1000, "large"),
        (htmltables.sheets, "<table><tr>" + "<td colspan=1000>" * 20 + "<tr><td>a<td>b", "large"),
        (jsonrecords.sheets, '[{"a":' * 100_000, "large"),
        (vcards.sheets, "BEGIN:VCARD\n" + "".join(f"TEL;TYPE=x{n}:1\n" for n in range(17_000)) + "END:VCARD", "large"),
    ],
    ids=["ods rows", "ods laughs", "ods outside", "xml far", "xml laughs", "html depth", "html width", "json", "vcf"],
)  # fmt: skip
def test_other_formats_are_bounded(tmp_path: Path, read: Callable[[str], object], content: str, reason: str) -> None:
    """Repeats, depths, widths and entities have limits in each reader."""
    path = tmp_path / "x"
    path.write_text(content)
    with pytest.raises(Refused, match=reason):
        read(str(path))


@pytest.mark.parametrize("deep", [flat("<text:p>" * 1000), "<Workbook>" + "<a>" * 1000], ids=["fods", "excel 2003 xml"])
def test_xml_has_a_depth(tmp_path: Path, deep: str) -> None:
    """Thousands of elements inside each other are no spreadsheet."""
    (tmp_path / "x").write_text(deep)
    with pytest.raises(ValueError, match="nested too deeply"):
        opendocument.sheets(str(tmp_path / "x"))


def test_an_archive_of_very_many_files_is_not_listed(tmp_path: Path) -> None:
    """The list alone would take all the memory."""
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(100) + b"PK\x05\x06" + bytes(4) + b"\xff\xff" * 2 + bytes(10))
    with pytest.raises(InputError, match=r"^too large: "):
        detect.file_format(path, "x.zip")


def test_archives_inside_archives_are_left_alone(tmp_path: Path) -> None:
    """A workbook in a gzip is one thing; archives in archives in archives are another."""
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(gzip.compress(gzip.compress(b"a,b\n1,2\n"))))
    with pytest.raises(InputError, match=r"^not a spreadsheet: "):
        read_table(path)


def test_a_name_in_an_archive_leads_nowhere(tmp_path: Path) -> None:
    """Whatever a member is called, it is unpacked beside, under a name of ours."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.csv", "Name,Phone\nAna,0639980002\n")
    assert len(read_table(path).frame) == 1
    assert not list(tmp_path.parent.parent.glob("evil.csv"))


def test_devices_loops_and_idle_pipes_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for without end."""
    monkeypatch.setattr("bulk_io.reading.table._WAITS", 2)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for path, reason in (("/dev/zero", "not a file"), (tmp_path / "pipe", "empty"), (tmp_path / "loop", "missing")):
        with pytest.raises(InputError, match=f"^{reason}: "):
            read_table(path)


def test_a_child_that_waits_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sleeps, as before a pipe, is not waited for as long as one that works on a busy machine."""
    monkeypatch.setattr(guard, "_LOOK", 0.4)
    os.mkfifo(tmp_path / "pipe")
    request = {"path": str(tmp_path / "pipe"), "out": str(tmp_path / "out"), "kind": "json", "sheet": None}
    began = time.monotonic()
    answer = guard.ask(request, Limits.of(1))
    assert answer == {"refused": "large", "detail": "it took too long"}
    assert time.monotonic() - began < 10


@pytest.mark.slow
def test_damaged_files_are_a_table_or_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute of bytes flipped, cut and repeated in every format."""
    monkeypatch.chdir(tmp_path)
    _, broken = fuzz(30)
    assert not broken


def test_a_pipe_that_somebody_writes_to_is_read(tmp_path: Path) -> None:
    """As the shell makes them, also when the first byte takes its time."""
    os.mkfifo(tmp_path / "pipe")

    def write() -> None:
        with (tmp_path / "pipe").open("w") as pipe:
            time.sleep(0.3)
            pipe.write("Name,Phone\nAna,0639980002\n")

    writer = threading.Thread(target=write)
    writer.start()
    assert len(read_table(tmp_path / "pipe").frame) == 1
    writer.join()


@pytest.mark.parametrize("text", [b"a" * 4_100_000, b"Name,Note\nAna," + b"x" * 1_000_001], ids=["line", "cell"])
def test_text_without_an_end_is_too_large(tmp_path: Path, text: bytes) -> None:
    """A cell of text is no longer than one of a workbook."""
    (tmp_path / "x.csv").write_bytes(text)
    with pytest.raises(InputError, match=r"^too large: .* (first line|cell) of [^\n]*$"):
        _ = read_table(tmp_path / "x.csv").frame


def test_one_byte_over_and_over_is_no_text(tmp_path: Path) -> None:
    """It is a letter in some encoding, and a table in none."""
    (tmp_path / "x.csv").write_bytes(b"\xff" * 5000)
    with pytest.raises(InputError, match=r"^not a spreadsheet: .* binary data"):
        read_table(tmp_path / "x.csv")


def test_rows_of_no_use_are_told_one_by_one_only_while_they_are_few(tmp_path: Path) -> None:
    """A header that is repeated without an end takes no memory."""
    (tmp_path / "x.csv").write_text("name,phone\n" * 5000 + "Ana,1\n# end\n")
    table = read_table(tmp_path / "x.csv")
    assert list(table.frame.index) == [5001]
    assert [p.code for p in table.problems].count("header_again") == 1001
    assert "3,999 further rows were of that kind" in table.problems[-1].message
