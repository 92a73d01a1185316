"""Workbooks become a table of text by way of a guarded child process, and nothing in them brings the parent down."""

from __future__ import annotations

import base64
import datetime
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bulk_io.errors import BulkIOError, InputError, UsageError
from bulk_io.reading import cells as texts
from bulk_io.reading import guard, read_table, workbook
from bulk_io.reading.guard import Limits
from bulk_io.reading.table import Table

Book = Callable[..., Path]
XLS = zlib.decompress(
    base64.b85decode(
        b"c-rk(Uuaup6hGfhn%-nxd)u{IyDf{;ZQa_A%))HZ*?*gEu-UQIKa7IQ(%UsIO+s2>71YeR7ui7BgFXz#pn@Ry2SFbcY@ghN;t&QZ3f-R6`Vd8t"
        b"f$jBo&i#^RA%&)!1GVRJ?)TmE{W;%v{@*KK)y`b{py?VF!9(PsdB;z_0-6GvxetrT(6o8SadKp51^!hqr(4#c7y7FJvd$~DUj4dVf&V5Pq9mSi"
        b"3eg@)piR>Rl>>LdVhZ<L%9{Bl&RZ(1@LxWEj^7-|J-}lB=UC7F9{{cbRsmN7tARCc3ZPnG9dHe>9@ro@L3B5;5qJ-<3Ah%xPV)}xmhoQnHv;d|"
        b"v`uI?uf&`?27VJ-^i|L&tG{5Ci|((%BHs5-i(Om?4pNG3qc0MVhVB&f${8Yx&oBie-G!c_3!qlhdqVwG-n+#50NoVo&=&o)(Jf~`C-05&t|ngp"
        b"v8?${C_5-f-;0&MCQhKJQuR@U;uND}h=VcAXrjyPUoXiF_72q}BRuO?MuXlenq(h)%ud+pNIdARrMK9>CIEwNqoaduLqjv-P?PkB6Dn}tsSwk7"
        b"Poe+5G`dkHo&I<9Nyx60oLk)a*<$+EMd+=I(6=o@_m`v-%t6lMU7(*g@R1>hTPx#{wl?FFwl3q9c1@;I+WJg|b5xA|3_|wTvP%W+w<AMiXR)Wk"
        b"Gp$S@(ZD%Hvvh<bdiId8@?|-4GwWQ1Ux@9rD$73i89c|NQwkZvoKoF*cT@0J%gqrcY}rH(F#klF_=~zEuK3(dACHXMNHYgVk_m1P#}ZK+DdtFW"
        b"Hgq789*-rEi+U0fkit9LJ3BkV;qU_vl8{L$ubYITW&?0RR}H!~I8(V1&AKU~RpBN>xFN@YTDg^l?b`a*&0gQx)b)(eGYkJVw24Jct?Cp;roG!_"
        b"MT@*&mbtl1cUow#$a`~s{f}K+3i{3Yezt3CLH`mWlOLxd(S`wTt*WugcY6BhOjoW|^aMssdO@yD>Q%Ew-?Um9PyTHhmhQK@@kZ4MO_iV-lJgg6"
        b"bCTiRoKE^n;Y;Pe43VAtrDP`a^xzaqW<mx@dtgKFi$*~1(m;VLhRil(wpXt;WH#3rztBP6GrQN-Mb^~T#Z$3+Htep;HVfUKwMx`61_fjtui-r("
        b"G3w|epPLMb9v0aWt=Ff`F#sHgX&yHVH&VIUDNttZrBJDO0&WdvnTG4C?$D!L^Bjmp)5)>q@OWs?$*3I<bw1cO5IJVY<F*)PZ)|wD<5p@v<vQuI"
        b"VcsFpSc!dU=FG+4ZuE~>@4RkO%a#wnWu3gKYeS`_%$nV+>%>7VzY$$8j_aB+qwB`Ay4L(@jwq<tBvW=GHE}Y|JcD{XtoP1AaX<5U<Imqb|AQ**"
        b"-|qX1k6iuo>V@rVt@Cf-{;fCO-OWL?h&HI}++1|D3huZ+@1Z2Ag~vPecy~eV&9drArJl6YW3go7W*M=3+qdtae+q8r|DW8y$OlTTVVO+%-TqVH"
        b"o~9G1xcD3=%07P`q-AJ1Ic5A;)mP^1ybpXwQQ`LE49_l$zo+0IY$<Ej1NY_qtRMBDy=?t)OfC2SZ-f3<bBlt*^c?O#in^3_zYkV0EIMJzIO^3T"
        b"D2qe0=3h~U{Mi>S=lSmjhp3#v77HxzJRQrp|NX$XSN{J6{swf<A;J"
    )
)
"""A small Excel 97 workbook: Name, Phone (a number, a text), Since (a date)."""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Write a workbook of sheets, each a list of rows."""

    def writer(name: str = "leads.xlsx", **sheets: list[list[object]]) -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for title, cells in sheets.items():
            sheet = workbook.create_sheet(title)
            for row in cells:
                sheet.append(row)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return writer


LEADS: list[list[object]] = [
    ["Name", "Phone", "Email"],
    ["Zoë", 33639980001.0, "zoe@example.com"],
    ["Ana", "0639980002", ""],
]


def rows(table: Table) -> dict[int, list[str]]:
    """Give a table's cells by row number."""
    return {int(row): list(cells) for row, cells in zip(table.frame.index, table.frame.to_numpy(), strict=True)}


def test_cells_are_the_text_that_the_user_sees(book: Book) -> None:
    """Numbers have no needless point or exponent, dates are ISO, booleans are TRUE and FALSE, texts stay."""
    typed: dict[str, tuple[object, str]] = {
        "phone": (33612345678.0, "33612345678"),
        "big": (3.36e10, "33600000000"),
        "float": (3.14, "3.14"),
        "huge": (1.5e17, "150000000000000000"),
        "small": (0.00001, "0.00001"),
        "negative": (-5, "-5"),
        "yes": (True, "TRUE"),
        "no": (False, "FALSE"),
        "day": (datetime.date(2026, 3, 1), "2026-03-01"),
        "moment": (datetime.datetime(2026, 3, 1, 10, 30), "2026-03-01T10:30:00"),
        "clock": (datetime.time(10, 30), "10:30:00"),
        "span": (datetime.timedelta(hours=30), "30:00:00"),
        "na": ("NA", "NA"),
        "zeros": ("0033639980001", "0033639980001"),
        "none": (None, ""),
        "long": ("a\nb", "a\nb"),
    }
    table = read_table(book(Leads=[list(typed), [value for value, _ in typed.values()]]), header_row=1)
    assert dict(zip(table.header, rows(table)[2], strict=True)) == {name: text for name, (_, text) in typed.items()}
    assert set(table.frame.dtypes.astype(str)) == {"str"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.30000000000000004"), (1e300, "1e+300"), (1e21, "1e+21"), (-0.0, "0"), (1e-9, "1e-09")],
)
def test_numbers_are_written_shortest(value: float, text: str) -> None:
    """No digit is lost or made up."""
    assert texts.number(value) == text


def test_moments_are_rounded_to_seconds() -> None:
    """Spreadsheets store fractions of a day: 10:29:59.9999 is 10:30."""
    nearly = datetime.datetime(2026, 3, 1, 10, 29, 59, 999_900)
    assert texts.moment(nearly) == "2026-03-01T10:30:00"
    assert texts.moment(datetime.datetime(2026, 2, 28, 23, 59, 59, 999_999)) == "2026-03-01"
    assert texts.duration(datetime.timedelta(hours=-1.5)) == "-01:30:00"


def test_the_source_of_a_workbook(book: Book) -> None:
    """Format, sheet and header row are told; encoding and delimiter mean nothing."""
    source = read_table(book("x.csv", Leads=LEADS)).source
    assert (source.format, source.sheet, source.header_row) == ("xlsx", "Leads", 1)
    assert (source.encoding, source.delimiter) == (None, None)


def test_row_numbers_are_the_sheets_own(book: Book) -> None:
    """Empty rows above and between count; titles are no header; blank rows are no data; short rows are no problem."""
    table = read_table(book(Leads=[[], ["Leads of March"], [], *LEADS[:2], [], [" "], ["Bo"]]))
    assert table.source.header_row == 4
    assert rows(table) == {5: ["Zoë", "33639980001", "zoe@example.com"], 8: ["Bo", "", ""]}
    assert table.problems == []


def test_a_table_away_from_the_corner_keeps_its_rows(book: Book) -> None:
    """Empty columns at the left, and columns that only a title reaches, are no part of the table."""
    table = read_table(book(Leads=[["", "", "", "", "", "", "a title"], [], *[["", "", *row] for row in LEADS]]))
    assert (table.header, table.source.header_row) == (["Name", "Phone", "Email"], 3)
    assert list(table.frame.index) == [4, 5]


def test_a_value_without_header_is_kept(book: Book) -> None:
    """A note beside the table is a column without a name, not an overflow."""
    table = read_table(book(Leads=[*LEADS, ["Bo", "0639980003", "", "call later"]]))
    assert table.header == ["Name", "Phone", "Email", "column_4"]
    assert rows(table)[4][3] == "call later"


def test_error_cells_are_warnings(book: Book) -> None:
    """An error keeps its text and is told; the row is read."""
    path = book(Leads=[*LEADS, ["Bo", "#N/A", "x"], ["#REF!", "0639980004", ""]])
    table = read_table(path)
    assert rows(table)[4] == ["Bo", "#N/A", "x"]
    assert rows(table)[5][0] == "#REF!"
    assert [(p.key, p.row, p.column, p.value, p.severity) for p in table.problems] == [
        ("row.error_cell", 4, "Phone", "#N/A", "warning"),
        ("row.error_cell", 5, "Name", "#REF!", "warning"),
    ]


def test_chunks_can_be_read_again(book: Book) -> None:
    """Each reading begins at the top, and so do the problems."""
    table = read_table(book(Leads=[LEADS[0], *[["Ana", "#N/A", ""]] * 25]))
    for _ in range(2):
        assert [len(chunk) for chunk in table.chunks(10)] == [10, 10, 5]
        assert len(table.problems) == 25


def test_the_sheet_that_looks_like_the_table_is_chosen(book: Book) -> None:
    """Not the first, not the longest list of codes: the one with contact headers."""
    codes: list[list[object]] = [["Code", "Value"], *[[i, i * 2] for i in range(300)]]
    path = book(Info=[["Made by Ana"]], Codes=codes, Leads=LEADS, Empty=[])
    source = read_table(path).source
    assert source.sheet == "Leads"
    assert "Info (1 row), Codes (301 rows), Empty (empty)" in source.notes[0]


def test_hidden_and_chart_sheets_are_not_chosen(tmp_path: Path) -> None:
    """A hidden sheet may be longer, a chart has no cells; both are passed over."""
    book = openpyxl.Workbook()
    book.active.title = "Old"
    for _ in range(50):
        for row in LEADS:
            book.active.append(row)
    book.active.sheet_state = "hidden"
    book.create_chartsheet("Chart")
    for row in LEADS:
        (book["Leads"] if "Leads" in book.sheetnames else book.create_sheet("Leads")).append(row)
    book.active = 2
    book.save(tmp_path / "x.xlsx")
    assert read_table(tmp_path / "x.xlsx").source.sheet == "Leads"
    assert read_table(tmp_path / "x.xlsx", sheet="Old").source.sheet == "Old"


@pytest.mark.parametrize("sheet", ["Other", "other", 2, "2"])
def test_a_given_sheet_is_taken(book: Book, sheet: str | int) -> None:
    """By name in any case, or by number from 1."""
    path = book(Leads=LEADS, Other=[["Name", "Phone"], ["Bo", "1"]])
    assert read_table(path, sheet=sheet).source.sheet == "Other"


def test_a_sheet_named_by_a_number_comes_before_the_number(book: Book) -> None:
    """A sheet called 2 is meant by 2, wherever it stands."""
    path = book(**{"2": LEADS, "Other": LEADS})
    assert read_table(path, sheet="2").source.sheet == "2"


@pytest.mark.parametrize("sheet", ["Lead", 3, "0"])
def test_an_unknown_sheet_is_a_usage_error(book: Book, sheet: str | int) -> None:
    """The message lists the sheets there are."""
    with pytest.raises(UsageError, match="Leads, Other"):
        read_table(book(Leads=LEADS, Other=LEADS), sheet=sheet)


def test_a_given_header_row_overrules(book: Book) -> None:
    """The row's number is the sheet's; one that is not there is a usage error."""
    path = book(Leads=[["a", "b"], [], ["Wer", "Womit"], ["Ana", "1"]])
    assert read_table(path, header_row=3).header == ["Wer", "Womit"]
    with pytest.raises(UsageError, match="header-row 2"):
        read_table(path, header_row=2)


def test_a_sheet_without_header_gets_numbered_columns(book: Book) -> None:
    """A first row full of values is data."""
    table = read_table(book(Leads=[["Ana", 33639980001, "ana@example.com"], ["Léa", 33639980002, "lea@example.com"]]))
    assert (table.source.header_row, table.raw_header) == (None, ["column_1", "column_2", "column_3"])
    assert list(table.frame.index) == [1, 2]


def test_a_header_alone_is_a_table_of_no_rows(book: Book) -> None:
    """No rows are fine."""
    table = read_table(book(Leads=LEADS[:1]))
    assert (table.header, len(table.frame)) == (LEADS[0], 0)


def test_an_empty_workbook_is_refused(book: Book) -> None:
    """A sheet without cells, or with blanks only, is empty."""
    for cells in ([], [[" "], [""]]):
        with pytest.raises(InputError, match=r"^empty: .*Leads"):
            read_table(book(Leads=cells))


def test_an_excel_97_workbook_is_read(tmp_path: Path) -> None:
    """xls is told by its bytes, whatever its name."""
    (tmp_path / "leads.xlsx").write_bytes(XLS)
    table = read_table(tmp_path / "leads.xlsx")
    assert (table.source.format, table.source.sheet) == ("xls", "Leads")
    assert rows(table) == {2: ["Zoë Martin", "33639980001", "2026-03-01"], 3: ["Ana", "0639980002", ""]}


def opendocument(path: Path, body: str, **parts: str) -> Path:
    """Write the least that is an ods file."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        if mimetype := parts.get("mimetype", "application/vnd.oasis.opendocument.spreadsheet"):
            archive.writestr("mimetype", mimetype)
        archive.writestr("META-INF/manifest.xml", parts.get("manifest", "<manifest/>"))
        archive.writestr("content.xml", content + "</office:document-content>")
    return path


def ods_row(*cells: str) -> str:
    """Write a row of text cells."""
    texts = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row>{texts}</table:table-row>"


def test_an_ods_workbook_is_read(tmp_path: Path) -> None:
    """ods is told by its mimetype; spans of time, which it writes as PT30H, are hours too."""
    cell = '<table:table-cell office:value-type="time" office:time-value="PT30H05M00S"/>'
    span = f"<table:table-row>{cell}</table:table-row>"
    body = (
        f'<table:table table:name="Leads">{ods_row("Name", "Phone")}{ods_row("Ana", "0639980001")}{span}</table:table>'
    )
    table = read_table(opendocument(tmp_path / "x.zip", body))
    assert table.source.format == "ods"
    assert rows(table) == {2: ["Ana", "0639980001"], 3: ["30:05:00", ""]}


def test_a_tall_sheet_is_read(book: Book) -> None:
    """A cell in the last row of a sheet is a row like any other."""
    path = book(Leads=LEADS)
    sheet = openpyxl.load_workbook(path)
    sheet["Leads"]["A1048576"] = "last"
    sheet.save(path)
    assert read_table(path).frame.index[-1] == 1_048_576


def test_memory_and_time_are_limited(book: Book) -> None:
    """A workbook that needs more than its limits is refused; the parent lives."""
    path = book(Leads=[LEADS[0], *[[f"name {i}", f"phone {i}", "x" * 200] for i in range(3000)]])
    with pytest.raises(InputError, match=r"^too large: "):
        workbook.understand(path, "x", "xlsx", sheet=None, header_row=None, limits=Limits(1 << 20, 60))


@pytest.mark.parametrize("code", [-9, -24, -25])
def test_a_killed_child_means_too_large(code: int) -> None:
    """SIGKILL, SIGXCPU and SIGXFSZ are what limits and the out-of-memory killer send."""
    assert guard.cause(code, b"") == "large"
    assert guard.cause(-6, b"memory allocation of 549755813888 bytes failed") == "large"
    assert guard.cause(-6, b"panic in a destructor") == "corrupt"


@pytest.mark.parametrize(
    ("executable", "why"),
    [
        pytest.param(
            "#!/bin/sh\necho ModuleNotFoundError: No module named pyarrow >&2\nexit 1\n", "named pyarrow", id="imports"
        ),
        pytest.param("#!/bin/sh\nkill -9 $$\n", "ended with -9", id="killed"),
        pytest.param(None, "No such file", id="missing"),
    ],
)
def test_a_child_that_did_not_begin_says_nothing_of_the_file(
    book: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, executable: str | None, why: str
) -> None:
    """A broken installation is no damaged workbook: the error is ours, and so is the exit code."""
    path, python = book(Leads=LEADS), tmp_path / "python"
    if executable:
        python.write_text(executable)
        python.chmod(0o700)
    monkeypatch.setattr(guard.sys, "executable", str(python))
    with pytest.raises(BulkIOError, match=rf"could not start \(.*{why}") as told:
        read_table(path)
    assert told.value.exit_code == 1
    assert not isinstance(told.value, InputError)


def test_the_child_gets_no_key_and_no_working_directory(
    book: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A module that lies beside the user's files is not imported, and the key stays with the parent."""
    path = book(Leads=LEADS)
    seen: list[dict[str, str]] = []
    run = guard.subprocess.Popen

    def spy(*args: object, **options: dict[str, str]) -> object:
        seen.append(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(guard.subprocess, "Popen", spy)
    monkeypatch.setenv("ISAO_API_KEY", "ck_secret")
    (tmp_path / "pyarrow.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert len(read_table(path).frame) == 2
    assert "ISAO_API_KEY" not in seen[0]


def test_the_child_does_not_load_pandas() -> None:
    """The child must start fast: its imports are calamine, Arrow and little else."""
    import subprocess
    import sys

    script = (
        "import sys, bulk_io.reading.child, bulk_io.reading.books.excel; "
        "print(sorted({'pandas', 'phonenumbers'} & set(sys.modules)))"
    )
    root = str(Path(workbook.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []


def test_a_damaged_xlsx_is_corrupt(book: Book, tmp_path: Path) -> None:
    """Cut off, or with broken parts inside, it is one line."""
    whole = book(Leads=LEADS).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(tmp_path / "leads.xlsx") as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name)[:200] if name.endswith("sheet1.xml") else source.read(name))
    for path in (cut, broken):
        with pytest.raises(InputError, match=r"^corrupt: "):
            read_table(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000) + "EncryptedPackage\0".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000) + "WordDocument\0".encode("utf-16-le"), "not a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "corrupt"),
        (XLS[:1600], "corrupt"),
    ],
    ids=["encrypted xlsx", "word", "nothing", "cut xls"],
)
def test_ole2_files_are_told_apart(tmp_path: Path, content: bytes, reason: str) -> None:
    """An encrypted xlsx is an OLE2 file too."""
    path = tmp_path / "x.xls"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"^{reason}: "):
        read_table(path)


def test_a_workbook_with_a_document_in_it_is_a_workbook(tmp_path: Path) -> None:
    """What an OLE2 file is its root tells, not a name somewhere in it."""
    path = tmp_path / "x.xls"
    path.write_bytes(XLS + "WordDocument\0PowerPoint Document\0".encode("utf-16-le") + bytes(512))
    assert read_table(path).header == ["Name", "Phone", "Since"]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"manifest": "<manifest><encryption-data/></manifest>"}, "password"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "not a spreadsheet"),
        ({"mimetype": "application/epub+zip"}, "not a spreadsheet"),
    ],
    ids=["encrypted", "text document", "book"],
)
def test_opendocument_files_are_told_apart(tmp_path: Path, parts: dict[str, str], reason: str) -> None:
    """Protected ones and other kinds of documents are named."""
    with pytest.raises(InputError, match=f"^{reason}: "):
        read_table(opendocument(tmp_path / "x.ods", "", **parts))


@pytest.mark.parametrize("kind", ["vnd.oasis.opendocument.spreadsheet", "vnd.sun.xml.calc"])
def test_the_manifest_tells_an_opendocument_sheet_too(tmp_path: Path, kind: str) -> None:
    """Google's sheets have no member ``mimetype``; those of OpenOffice 1 have other names for the same."""
    body = f'<table:table table:name="Leads">{ods_row("Name", "Phone")}{ods_row("Ana", "0639980002")}</table:table>'
    manifest = f'<manifest><file-entry media-type="application/{kind}" full-path="/"/></manifest>'
    table = read_table(opendocument(tmp_path / "x.ods", body, mimetype="", manifest=manifest))
    assert (table.source.format, table.source.sheet, rows(table)) == ("ods", "Leads", {2: ["Ana", "0639980002"]})


@pytest.mark.parametrize("member", ["word/document.xml", "ppt/slides/slide1.xml", "photo.png", "Index/Document.iwa"])
def test_other_zips_are_no_spreadsheet(tmp_path: Path, member: str) -> None:
    """A docx, a pptx, a Numbers file or an archive is named."""
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr(member, "x")
    with pytest.raises(InputError, match=r"^not a spreadsheet: "):
        read_table(tmp_path / "x.xlsx")


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 text only",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"MZ" + bytes(200),
        b"\x7fELF" + bytes(range(200)),
        bytes(range(1, 256)) * 4,
        b"a,b\n\x00\x01\x02,\x03\x00\n",
        b"<!DOCTYPE html><html><body><table><tr><td>x</td></tr></table></body></html>",
        b"\n  <html>\n</html>",
        b"<?xml version='1.0'?><Workbook/>",
        b"{\\rtf1 x}",
        b"BEGIN:VCALENDAR\nEND:VCALENDAR",
        b"<?xml version='1.0'?><contacts><contact/></contacts>",
        b"[1, 2, 3]",
        b"Dear colleagues, this is a letter that has nothing to do with tables.\n"
        b"It goes on for some time, as letters do, with commas here and there, and more words.\n"
        b"And then it ends with a friendly greeting to everybody who has read so far down.\n",
    ],
    ids=lambda content: ascii(content[:12].decode("latin-1")),
)
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, content: bytes) -> None:
    """Binary data, pages, documents and prose are one line, whatever their name."""
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"^not a spreadsheet: .*leads.csv"):
        read_table(path)


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\r\n", b" \t\n", b"\x00" * 5000, b",,\n;;\n,,\n"], ids=ascii
)
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing, a mark alone, blank rows: empty."""
    path = tmp_path / "leads.csv"
    path.write_bytes(content.replace(b";", b","))
    with pytest.raises(InputError, match=r"^empty: .*leads.csv"):
        read_table(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear line with the path, also where permission is missing."""
    with pytest.raises(InputError, match=r"^missing: .*nobody.csv"):
        read_table(tmp_path / "nobody.csv")
    with pytest.raises(InputError, match=r"^not a file: "):
        read_table(tmp_path)
    path = tmp_path / "secret.csv"
    path.write_text("a,b")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"^no permission: .*secret.csv"):
        read_table(path)


@pytest.mark.parametrize("places", [["XFD1048576"], ["XFD3"], ["ZZ3", "B1000000"]], ids=["both", "column", "several"])
def test_a_cell_far_from_the_table_is_left_out_and_told(book: Book, places: list[str]) -> None:
    """It would make a small sheet too large to hold."""
    path = book(leads=[["Name", "Phone"], ["Ana", "0639980001"], ["Zoë", "0639980002"]])
    opened = openpyxl.load_workbook(path)
    for place in places:
        opened.active[place] = "x"
    opened.save(path)
    table = read_table(path)
    assert table.frame.to_numpy().tolist() == [["Ana", "0639980001"], ["Zoë", "0639980002"]]
    assert table.source.notes[0].endswith(f"left out: {', '.join(places)}.")


def test_a_wide_table_keeps_its_columns(book: Book) -> None:
    """Only what stands alone is far."""
    names = ["Name", "Phone", *(f"Answer {n}" for n in range(1200))]
    table = read_table(book(leads=[names, ["Ana", "0639980001", *["x"] * 1200]]))
    assert (len(table.header), table.source.notes) == (1202, ())
