"""Files of every other kind become the same table of text: told by their bytes, read by their own reader."""

from __future__ import annotations

import datetime
import gzip
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from bulk_io import writing
from bulk_io.errors import InputError, UsageError
from bulk_io.fields import NAMES
from bulk_io.reading import archives, detect, read_table, textformats
from bulk_io.reading import cells as texts
from bulk_io.reading.books import excel97, opendocument, spreadsheetml
from bulk_io.reading.records import htmltables, jsonrecords, parquet, vcards
from bulk_io.reading.sheets import Findings, Gathered, Refused
from bulk_io.writing import cards

Write = Callable[[str | bytes], Path]
LEADS = "Name;Phone\nAna;0639980002\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of text or bytes."""

    def writer(content: str | bytes, name: str = "leads.bin") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writer


def grid(sheet: Gathered) -> list[list[str]]:
    """Give the cells of a sheet."""
    return [row for _, row in sheet.rows(Findings())]


def numbered(sheet: Gathered) -> dict[int, list[str]]:
    """Give the cells of a sheet by row number."""
    return dict(sheet.rows(Findings()))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("BEGIN:VCARD\nFN:Ana\nEND:VCARD", "vcf"),
        ("\ufeffbegin:vcard\r\n", "vcf"),
        ('[{"a": 1}]', "json"),
        ('{"data": [{"a": 1}]}', "json"),
        ('{"id1": {"a": 1}, "id2": {"a": 2}}', "json"),
        ('{"a": [1, 2], "b": [3, 4]}', "json"),
        ('{\n"a": 1}', "json"),
        ('{"a": 1}\n{"a": 2}', "jsonl"),
        ('{"a": 1}', "jsonl"),
        ('{"a": ' + "9" * 5000 + '}\n{"a": 2}', "jsonl"),
        ("<html><table>", "html"),
        ("<!-- saved -->\n<TABLE border=1>", "html"),
        ("<meta charset=utf-8><table><tr><td>", "html"),
        ('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "xml"),
        ('<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">', "fods"),
        ("<ana@example.com>;1", "delimited"),
        ("[x];y", "delimited"),
        ("Name;Phone", "delimited"),
    ],
)
def test_texts_are_told_apart(content: str, kind: str) -> None:
    """A text's beginning says what it is; what merely looks like markup is a table still."""
    assert textformats.text_format("x", content) == kind


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<?xml version='1.0'?><rss/>", "an XML document"),
        ("BEGIN:VCALENDAR\n", "a calendar"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related", "a mail or a web archive"),
        ("-----BEGIN PGP MESSAGE-----", "a key"),
    ],
)
def test_other_documents_are_named(content: str, what: str) -> None:
    """The refusal says what the file is."""
    with pytest.raises(InputError, match=f"^not a spreadsheet: x is {what}"):
        textformats.text_format("x", content)


def test_an_excel_file_without_its_container_is_xls(write: Write) -> None:
    """Before Excel 5 a workbook was one stream of records."""
    assert detect.file_format(write(bytes.fromhex("0900040002001000") + bytes(range(40))), "x") == "xls"


# web pages


def test_a_page_gives_its_tables(write: Write) -> None:
    """Cells as a browser shows them: entities, blanks, breaks; rows that others reach down into."""
    page = """<html><head><meta charset="utf-8"><style>td {}</style></head><body>
      <table><tr><th>Name<th>Phone<th>Note</tr>
      <tr><td rowspan=2>Zo&euml; &amp; Co<td>06&nbsp;39<br>98 00 01<td><script>x()</script> a
         b</td></tr>
      <tr><td>0639980002<td><p>one</p><p>two</p></table>"""
    (sheet,) = htmltables.sheets(str(write(page)))
    assert grid(sheet) == [
        ["Name", "Phone", "Note"],
        ["Zoë & Co", "06 39\n98 00 01", "a b"],
        ["Zoë & Co", "0639980002", "one\ntwo"],
    ]


def test_the_foot_of_a_table_stands_below_its_rows(write: Write) -> None:
    """Pages may write it first; browsers show it last."""
    page = "<table><thead><tr><td>a<td>b<tfoot><tr><td>Total<td>1</tfoot><tbody><tr><td>c<td>1</table>"
    assert grid(htmltables.sheets(str(write(page)))[0]) == [["a", "b"], ["c", "1"], ["Total", "1"]]


def test_a_table_inside_another_is_one_of_its_own(write: Write) -> None:
    """Layouts of the last century put the table into a table; its row numbers are the records'."""
    inner = "<table><tr><th>Name</th><th>Phone</th></tr><tr><td>Ana</td><td>0639980002</td></tr></table>"
    page = f"<table><tr><td>menu</td><td>{inner}</td></tr></table>"
    assert [len(grid(sheet)) for sheet in htmltables.sheets(str(write(page)))] == [1, 2]
    table = read_table(write(page))
    assert (table.source.format, table.source.sheet, table.source.header_row) == ("html", "table 2", 1)
    assert (table.header, list(table.frame.index)) == (["Name", "Phone"], [2])
    assert "table 1 (1 row)" in table.source.notes[0]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (b'<meta http-equiv=Content-Type content="text/html; charset=windows-1252">', "Zo\xeb \x80".encode("latin-1")),
        (b"<meta charset=iso-8859-1>", "Zo\xeb \x80".encode("latin-1")),
        (b"<meta charset=utf-8>", "Zoë €".encode()),
        (b"<meta charset=nonsense>", "Zoë €".encode()),
        (b"", "Zoë €".encode()),
    ],
    ids=["cp1252", "latin-1 is cp1252", "utf-8", "unknown", "undeclared"],
)
def test_a_page_is_read_in_its_encoding(write: Write, page: bytes, text: bytes) -> None:
    """What the page declares of itself counts, if it can."""
    content = page + b"<table><tr><td>a<td>b<tr><td>" + text + b"<td>c</table>"
    (sheet,) = htmltables.sheets(str(write(content)))
    assert grid(sheet)[1][0] == "Zoë €"


def test_a_page_without_a_table_is_no_spreadsheet(write: Write) -> None:
    """A page of one cell is a layout; a login page has none."""
    for page in ("<html><body>Please log in", "<table><tr><td>x</table>"):
        with pytest.raises(Refused, match="page"):
            htmltables.sheets(str(write(page)))


# vCards


def card(write: Write, text: str) -> dict[str, str]:
    """Give the first card of a text as a record."""
    (sheet,) = vcards.sheets(str(write(text)))
    assert sheet.header is not None
    return {name: cell for name, cell in zip(sheet.header, grid(sheet)[0], strict=True) if cell}


def test_a_card_of_version_three(write: Write) -> None:
    """Columns are named by property and type; groups have labels; folded lines are one; photos are left out."""
    text = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Martin;Zoë;;Dr.;\r\nFN:Zoë Martin\r\nORG:Acme\\, Inc;Sales\r\n"
        "item1.TEL;type=pref:+33 6 39 98 00 01\r\nitem1.X-ABLabel:_$!<Mobile>!$_\r\nitem2.TEL:0639980003\r\n"
        "item2.X-ABLabel:Perso\r\nTEL;type=WORK;type=VOICE:0199000001\r\nEMAIL;TYPE=INTERNET,WORK:zoe@exam\r\n"
        " ple.com\r\nADR;TYPE=HOME:;;1 rue X;Paris;;75001;France\r\nCATEGORIES:a,b\\,c\r\nTITLE:CEO\r\n"
        "PHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n BBBB\r\nNOTE:one\\ntwo\r\nEND:VCARD\r\n"
    )
    assert card(write, text) == {
        "FN": "Zoë Martin",
        "N (family)": "Martin",
        "N (given)": "Zoë",
        "N (prefix)": "Dr.",
        "TEL (cell)": "+33 6 39 98 00 01",
        "TEL (Perso)": "0639980003",
        "TEL (work)": "0199000001",
        "EMAIL (work)": "zoe@example.com",
        "ORG": "Acme, Inc",
        "ORG (unit)": "Sales",
        "TITLE": "CEO",
        "ADR (home, street)": "1 rue X",
        "ADR (home, city)": "Paris",
        "ADR (home, code)": "75001",
        "ADR (home, country)": "France",
        "CATEGORIES": "a;b,c",
        "NOTE": "one\ntwo",
    }


def test_a_card_of_version_two(write: Write) -> None:
    """Types stand alone; quoted-printable lines have a charset and may go on."""
    text = (
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=\n=F6rg\n"
        "TEL;CELL:0639980002\nTEL;CELL:0639980003\nTEL;WORK;FAX:0199000002\nEND:VCARD\n"
    )
    assert card(write, text) == {
        "N (family)": "Müller",
        "N (given)": "Jörg",
        "TEL (cell)": "0639980002",
        "TEL (cell) 2": "0639980003",
        "TEL (work, fax)": "0199000002",
    }


def test_a_card_of_version_four(write: Write) -> None:
    """Numbers are URIs with extensions, and the preferred one comes first."""
    text = (
        "BEGIN:VCARD\nVERSION:4.0\nFN:Bo\nTEL;VALUE=uri;PREF=2;TYPE=home:tel:+33-1-99-00-00-01;ext=12\n"
        'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+33639980004\nEND:VCARD\n'
    )
    assert card(write, text) == {
        "FN": "Bo",
        "TEL (home)": "+33639980004",
        "TEL (home) 2": "+33-1-99-00-00-01 ext. 12",
    }


def test_cards_are_rows(write: Write) -> None:
    """A card's row is its ordinal and one more; a card without a value keeps its row."""
    text = "BEGIN:VCARD\nFN:Ana\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nTEL:1\nEND:VCARD\n"
    table = read_table(write(text))
    assert (table.source.format, table.source.sheet, table.source.header_row) == ("vcf", None, 1)
    assert table.source.encoding == "utf-8"
    assert (table.header, list(table.frame.index)) == (["FN", "TEL"], [2, 3, 4])


@pytest.mark.parametrize("first", ["FN:Ana", "N:;Ana;;;\nFN:Ana", "VERSION:3.0\nFN:Ana"])
def test_the_first_line_of_a_card_may_be_missing(write: Write, first: str) -> None:
    """What is cut off above is of no use to anybody; the card is."""
    table = read_table(write(f"{first}\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\n"))
    assert (table.source.format, table.frame["FN"].to_list()) == ("vcf", ["Ana", "Bo"])


@pytest.mark.parametrize("text", ["BEGIN:VCARD\nFN:Ana\nTEL:0639", "BEGIN:VCARD\nEND"], ids=["value", "end"])
def test_a_card_cut_off_is_corrupt(write: Write, text: str) -> None:
    """Half a number is no number."""
    with pytest.raises(Refused, match="corrupt"):
        vcards.sheets(str(write(text)))


def test_a_card_without_an_end_takes_no_neighbour_along(write: Write) -> None:
    """Where the next card begins, or the file ends, the card ends too, and that is told; an agent is within a card."""
    agent = "AGENT:\nBEGIN:VCARD\nFN:Eve\nEND:VCARD\n"
    text = f"BEGIN:VCARD\nFN:Ana\nBEGIN:VCARD\nFN:Bo\n{agent}TEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:Cy\n"
    table = read_table(write(text))
    assert table.frame["FN"].to_dict() == {2: "Ana", 3: "Bo", 4: "Cy"}
    assert table.frame["TEL"].to_list() == ["", "1", ""]
    assert "2 cards have no END:VCARD (row 2, 4)" in table.source.notes[0]


def test_cards_with_nothing_but_a_photo_are_none(write: Write) -> None:
    """There is no column that they could have."""
    with pytest.raises(InputError, match=r"^empty: .* has no card"):
        read_table(write("BEGIN:VCARD\nVERSION:2.1\nPHOTO;BASE64:AAAA\nEND:VCARD\n"))


# JSON


@pytest.mark.parametrize(
    "text",
    [
        '[{"name": "Ana", "n": 33612345678.0}, {"n": 2, "tags": ["a", "b;c"]}]',
        '{"count": 2, "data": [{"name": "Ana", "n": 33612345678.0}, {"n": 2, "tags": ["a", "b;c"]}]}',
        '{"a": {"b": {"rows": [{"name": "Ana", "n": 33612345678.0}, {"n": 2, "tags": ["a", "b;c"]}]}}}',
        '{"name": "Ana",\n"n": 33612345678.0}\n{"n": 2,\n"tags": ["a", "b;c"]}',
        '{"1": {"name": "Ana", "n": 33612345678.0}, "2": {"n": 2, "tags": ["a", "b;c"]}}',
    ],
    ids=["array", "wrapper", "deep wrapper", "one after another", "by key"],
)
def test_json_records_are_rows(write: Write, text: str) -> None:
    """However the objects are wrapped; numbers stay as they are written."""
    (sheet,) = jsonrecords.sheets(str(write(text)))
    assert sheet.header == ["name", "n", "tags"]
    assert numbered(sheet) == {2: ["Ana", "33612345678.0", ""], 3: ["", "2", 'a;"b;c"']}


def test_arrays_of_arrays_are_a_grid(write: Write) -> None:
    """The first one may be the header, as in a sheet."""
    table = read_table(write('[["Name", "Phone"], ["Ana", "0639980002"]]'))
    assert (table.source.format, table.header, len(table.frame)) == ("json", ["Name", "Phone"], 1)


def test_the_list_of_contacts_is_chosen_among_several(write: Write) -> None:
    """The others are told, and can be asked for by their key."""
    text = '{"tags": [{"id": 1}, {"id": 2}, {"id": 3}], "contacts": [{"name": "Ana", "phone": "0639980002"}]}'
    table = read_table(write(text))
    assert (table.source.sheet, table.header) == ("contacts", ["name", "phone"])
    assert "tags (3 rows)" in table.source.notes[0]
    assert read_table(write(text), sheet="tags").header == ["id"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "empty"),
        ("[1, 2]", "json"),
        ('{"name": "leads", "version": "1.2", "scripts": {"run": "all"}}', "json"),
        ("[" * 100_000, "large"),
        ('{"a": [{"b"', ""),
    ],
)
def test_json_without_records_is_refused(write: Write, text: str, reason: str) -> None:
    """Empty, of another shape, settings, too deep, cut off."""
    with pytest.raises(Refused if reason else ValueError, match=reason or "Expecting"):
        jsonrecords.sheets(str(write(text)))


@pytest.mark.parametrize("text", ["42", "true\n", "null", "../sheets/leads.xlsx"])
def test_a_single_value_is_no_table(write: Write, text: str) -> None:
    """A document of JSON may be just that; a long number may be a phone number."""
    with pytest.raises(InputError, match=r"^not a spreadsheet: .* holds one value"):
        read_table(write(text))
    assert len(read_table(write("33639980001")).frame) == 1


# parquet


def test_parquet_columns_become_text(tmp_path: Path) -> None:
    """Types become what a sheet shows; nothing is empty."""
    when = datetime.datetime(2026, 3, 1, 10, 30)
    columns = {
        "name": pa.array(["Ana", None]).dictionary_encode(),
        "phone": pa.array([33612345678.0, None]),
        "ok": [True, False],
        "day": [when.date(), None],
        "when": pa.array([when, None], pa.timestamp("ns")),
        "utc": pa.array([when, None], pa.timestamp("ms", "UTC")),
        "tags": [["a", "b;c"], []],
        "deep": [{"x": 1}, None],
    }
    pq.write_table(pa.table(columns), tmp_path / "x")
    (sheet,) = parquet.sheets(str(tmp_path / "x"))
    assert sheet.header == list(columns)
    assert dict(sheet.rows(Findings())) == {
        2: [
            "Ana",
            "33612345678",
            "TRUE",
            "2026-03-01",
            "2026-03-01T10:30:00",
            "2026-03-01T10:30:00.000Z",
            'a;"b;c"',
            '{"x": 1}',
        ],
        3: ["", "", "FALSE", "", "", "", "", ""],
    }


def test_our_own_parquet_comes_back_as_it_was(tmp_path: Path) -> None:
    """The columns of an export have the texts that the API gave."""
    created = "2026-03-01T10:30:00.123Z"
    row = dict.fromkeys(NAMES, "") | {"id": "c1", "name": "Zoë", "phoneNumber": "+33639980001", "createdAt": created}
    cells: list[str | list[str]] = [["a", "b;c"] if name == "tags" else row[name] for name in NAMES]
    writing.table(tmp_path / "x.parquet", list(NAMES), [cells])
    table = read_table(tmp_path / "x.parquet")
    assert table.source.format == "parquet"
    assert table.frame.loc[2].to_dict() == row | {"tags": 'a;"b;c"'}


def test_our_own_cards_come_back_as_they_were(tmp_path: Path) -> None:
    """What `export` writes as vCards has a column for each of its fields."""
    values = {
        "id": "c1",
        "name": "Zoë; Martin",
        "firstName": "Zoë",
        "lastName": "Martin",
        "phoneNumber": "+33639980001",
        "email": "zoe@example.com",
        "currentCompany": "Acme, Inc",
        "position": "CEO " * 30,
        "industrySector": "Retail",
        "city": "Paris",
        "country": "France",
    }
    cards.vcf(tmp_path / "x.vcf", [(values, ["a", "b,c"])])
    row = read_table(tmp_path / "x.vcf").frame.loc[2].to_dict()
    assert row == {
        "FN": "Zoë; Martin",
        "N (family)": "Martin",
        "N (given)": "Zoë",
        "TEL (cell)": "+33639980001",
        "EMAIL": "zoe@example.com",
        "ORG": "Acme, Inc",
        "TITLE": ("CEO " * 30).strip(),
        "ADR (city)": "Paris",
        "ADR (country)": "France",
        "X-INDUSTRY-SECTOR": "Retail",
        "CATEGORIES": "a;b,c",
        "UID": "c1",
    }


# OpenDocument and SpreadsheetML

OFFICE = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


def flat(body: str, styles: str = "") -> str:
    """Write the least that is a flat OpenDocument spreadsheet."""
    return (
        f"<office:document {OFFICE}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document>"
    )


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        ("0", "0.000", "0"),
        ("0", "00000", "00000"),
        ("612345678", "06 12 34 56 78", "06 12 34 56 78"),
        ("0.5", "0.50", "0.5"),
    ],
)
def test_decimals_are_no_mask(write: Write, value: str, shown: str, text: str) -> None:
    """A nought with decimals is a nought; a mask has more zeros or gaps."""
    number = f'office:value-type="float" office:value="{value}"'
    row = f"<table:table-row><table:table-cell {number}><text:p>{shown}</text:p></table:table-cell></table:table-row>"
    (sheet,) = opendocument.sheets(str(write(flat(f'<table:table table:name="A">{row}</table:table>'))))
    assert [cells for _, cells in sheet.rows(Findings())] == [[text]]


def test_a_time_of_the_day_before_all_days_is_a_time() -> None:
    """SpreadsheetML writes times of day so."""
    assert texts.iso_moment("1899-12-31T12:13:14.000") == "12:13:14"
    assert texts.iso_moment("1900-01-01T12:13:14") == "1900-01-01T12:13:14"


def test_the_layout_of_the_xml_is_no_text(write: Write) -> None:
    """Line breaks and indents of the file are blanks at most; those of the text are elements of their own."""
    rows = ""
    for text in ("Name", "\n  Ana\n  <text:span>Bo</text:span>\n ", "Zoë<text:line-break/>\n  Li"):
        cell = f'<table:table-cell office:value-type="string">\n <text:p>{text}</text:p>\n </table:table-cell>'
        rows += f"<table:table-row>{cell}\n </table:table-row>"
    table = read_table(write(flat(f'<table:table table:name="Leads">{rows}</table:table>')))
    assert table.frame["Name"].tolist() == ["Ana Bo", "Zoë\nLi"]


def test_rows_that_are_filled_up_with_blanks_cost_nothing(write: Write) -> None:
    """Programs write blank cells to the last column of each row; a sheet of them is read in its time."""
    cell = '<table:table-cell office:value-type="string"><text:p>Ana</text:p></table:table-cell>'
    row = f'<table:table-row>{cell}<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
    path = write(flat(f'<table:table table:name="Leads">{row * 8000}</table:table>'))
    began = time.process_time()
    (sheet,) = opendocument.sheets(str(path))
    assert (sheet.height(), sheet.width()) == (8000, 1)
    assert time.process_time() - began < 4


def test_an_opendocument_sheet_gives_what_it_shows(write: Write) -> None:
    """Masks, percentages, dates, errors; repeated rows and cells; comments and hidden things are told apart."""

    def cell(kind: str, shown: str, more: str = "") -> str:
        return (
            f'<table:table-cell office:value-type="{kind}" {more}><office:annotation><text:p>secret</text:p>'
            f"</office:annotation><text:p>{shown}</text:p></table:table-cell>"
        )

    row = (
        cell("string", 'Ana<text:s text:c="2"/>B</text:p><text:p>C')
        + cell("float", "06 12 34 56 78", 'office:value="612345678"')
        + cell("float", "1 234", 'office:value="1234"')
        + cell("percentage", "15%", 'office:value="0.155"')
        + cell("date", "01/03/26", 'office:date-value="2026-03-01T10:30:00"')
        + cell("boolean", "VRAI", 'office:boolean-value="true"')
        + cell("string", "#N/A", 'table:formula="of:=NA()"')
        + '<table:table-cell table:number-columns-repeated="16377"/>'
    )
    body = (
        '<table:table table:name="Leads"><table:table-column/><table:table-column table:visibility="collapse"/>'
        f'<table:table-row table:number-rows-repeated="3"/><table:table-row table:number-rows-repeated="2">{row}'
        '</table:table-row><table:table-row table:number-rows-repeated="1048571"/></table:table>'
    )
    (sheet,) = opendocument.sheets(str(write(flat(body))))
    cells = ["Ana  B\nC", "06 12 34 56 78", "1234", "15.5%", "2026-03-01T10:30:00", "TRUE", "#N/A"]
    assert numbered(sheet) == {4: cells, 5: cells}
    assert sheet.findings.faults == [(4, 6, "error_cell", "#N/A"), (5, 6, "error_cell", "#N/A")]
    assert sheet.findings.notes == ["Hidden columns were read too: B."]


def test_a_hidden_opendocument_sheet_is_told(write: Write) -> None:
    """A sheet is hidden by its style."""
    styles = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    body = '<table:table table:name="A"/><table:table table:name="B" table:style-name="h"/>'
    found = opendocument.sheets(str(write(flat(body, styles))))
    assert [(sheet.name, sheet.visible) for sheet in found] == [("A", True), ("B", False)]


def test_a_workbook_of_excel_2003_xml(write: Write) -> None:
    """Rows and cells name their places; numbers have formats, dates are dates."""
    text = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
      <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
                xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
      <Styles><Style ss:ID="p"><NumberFormat ss:Format="00\\ 00\\ 00\\ 00\\ 00"/></Style></Styles>
      <Worksheet ss:Name="Leads"><Table><Column ss:Hidden="1"/>
      <Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="String">Ana</Data></Cell>
        <Cell ss:StyleID="p"><Data ss:Type="Number">639980002</Data><Comment><Data>x</Data></Comment></Cell>
        <Cell><Data ss:Type="DateTime">2026-03-01T00:00:00.000</Data></Cell>
        <Cell ss:MergeAcross="1"><Data ss:Type="Boolean">1</Data></Cell>
        <Cell><Data ss:Type="Error">#REF!</Data></Cell></Row></Table></Worksheet></Workbook>"""
    (sheet,) = spreadsheetml.sheets(str(write(text)))
    assert numbered(sheet) == {3: ["", "Ana", "06 39 98 00 02", "2026-03-01", "TRUE", "", "#REF!"]}
    assert sheet.findings.faults == [(3, 6, "error_cell", "#REF!")]
    assert sheet.findings.notes == ["Hidden columns were read too: A."]


def test_a_bare_sign_of_and_is_read_in_the_xml_of_excel(write: Write) -> None:
    """Programs that write it by hand forget to mask what is in names; references stay what they are."""
    rows = "".join(f"<Row><Cell><Data>Roux & Co &amp; {n} &#233;</Data></Cell></Row>" for n in range(9000))
    text = (
        f'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>{rows}</Table></Worksheet>'
    )
    (sheet,) = spreadsheetml.sheets(str(write(text + "</Workbook>")))
    assert {row[0] for row in numbered(sheet).values()} == {f"Roux & Co & {n} é" for n in range(9000)}
    assert sheet.findings.notes[0].startswith("9,000 bare & signs were read as text")
    with pytest.raises(ValueError, match="not well-formed"):
        spreadsheetml.sheets(str(write(text)))


def test_an_excel_97_workbook_gives_what_it_shows(tmp_path: Path) -> None:
    """Masks, dates, percentages, booleans; hidden rows are told."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Leads")
    values: list[tuple[object, str]] = [
        (612345678, "00 00 00 00 00"),
        (datetime.date(2026, 3, 1), "DD/MM/YYYY"),
        (datetime.time(10, 30), "hh:mm"),
        (1.25, "[h]:mm:ss"),
        (0.15, "0%"),
        (True, "General"),
    ]
    for column, (value, code) in enumerate(values):
        sheet.write(1, column, value, xlwt.easyxf(num_format_str=code))
    sheet.row(1).hidden = True
    book.save(tmp_path / "x.xls")
    (found,) = excel97.sheets(str(tmp_path / "x.xls"))
    assert numbered(found) == {2: ["06 12 34 56 78", "2026-03-01", "10:30:00", "30:00:00", "15%", "TRUE"]}
    assert found.findings.notes == ["1 hidden row was read too."]


# archives


def test_a_gzip_file_is_unpacked(write: Write) -> None:
    """Whatever is in it, also another name's format; it is read as the thing itself."""
    table = read_table(write(gzip.compress(LEADS.encode())))
    assert (table.source.format, table.header, len(table.frame)) == ("csv", ["Name", "Phone"], 1)


def archive(path: Path, **members: str) -> Path:
    """Write a zip; ``__`` in a name is a dot."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "."), text)
    return path


def test_the_one_table_of_a_zip_is_read(tmp_path: Path) -> None:
    """What accompanies it is passed over, and its name is said."""
    path = archive(tmp_path / "x.zip", **{"a/leads__csv": LEADS, "readme__txt": "hi", "__MACOSX/._leads.csv": "x"})
    table = read_table(path)
    assert (table.header, table.source.notes[0]) == (
        ["Name", "Phone"],
        "The file a/leads.csv in the zip archive was read.",
    )


def test_of_several_tables_in_a_zip_one_must_be_named(tmp_path: Path) -> None:
    """The refusal names them."""
    path = archive(tmp_path / "x.zip", a__csv=LEADS, b__csv="Who,Where\nBo,Here\n")
    with pytest.raises(InputError, match=r"^not a spreadsheet: .* 2 tables: a.csv, b.csv; name one with --sheet"):
        read_table(path)
    assert read_table(path, sheet="b.csv").header == ["Who", "Where"]
    with pytest.raises(UsageError, match=r"a.csv, b.csv"):
        read_table(path, sheet="c.csv")


def test_a_cut_gzip_is_corrupt(write: Write) -> None:
    """The end of it tells."""
    with pytest.raises(InputError, match=r"^corrupt: "):
        read_table(write(gzip.compress(LEADS.encode() * 100)[:-12]))


def test_what_swells_out_of_proportion_is_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table packs ten to one, hardly a hundred to one."""
    monkeypatch.setattr(archives, "_FREE", 1 << 20)
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * (1 << 20)))
    with pytest.raises(InputError, match=r"^too large: "):
        read_table(path)
    with pytest.raises(InputError, match=r"^too large: "):
        read_table(archive(tmp_path / "x.zip", a__csv="a,b\n" * (1 << 20)))
