"""Which sheet of a workbook is the table, where on it the table lies, and what its cells show."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.worksheet import Worksheet

from bulk_io import opening
from bulk_io.cli.inspect import command as inspect
from bulk_io.errors import InputError, PasswordNeeded, UsageError
from bulk_io.reading import read_table, sheets
from bulk_io.reading.books import excel, numberformats, passwords
from bulk_io.reading.outlines import outline, pieces
from bulk_io.reading.sheets import Findings, Gathered, Refused

LEADS: list[list[object]] = [
    ["Name", "Phone", "Email"],
    ["Zoë", "+33639980001", "zoe@example.com"],
    ["Ana", "0639980002", "ana@example.com"],
]


def book(path: Path, fill: Callable[[Worksheet], None]) -> Path:
    """Write a workbook of one sheet."""
    workbook = openpyxl.Workbook()
    fill(workbook.active)
    workbook.save(path)
    return path


def found(cells: dict[int, list[str]], **more: Any) -> outline.Outline:
    """Find the table among rows of a sheet, given by their numbers."""
    width = max(map(len, cells.values()))
    table = pieces.piece(list(cells), [row + [""] * (width - len(row)) for row in cells.values()], width)
    return outline.find(table, **({"merged": (), "tables": (), "header_row": None, "file": "x"} | more))


def body(one: outline.Outline) -> dict[int, list[str]]:
    """Give an outline's rows by number."""
    return dict(pieces.sample(one.cells))


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("00 00 00 00 00", 612345678, "06 12 34 56 78"),
        ('0#" "##" "##" "##" "##', 612345678, "06 12 34 56 78"),
        ('00" "00" "00" "00" "00;@', 612345678, "06 12 34 56 78"),
        ("0000000000", 612345678, "0612345678"),
        ("\\0#########", 612345678, "0612345678"),
        ("00000", 1000, "01000"),
        ('"+"0', 33612345678, "+33612345678"),
        ("+## # ## ## ## ##", 33612345678, "+33 6 12 34 56 78"),
        ("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 2025550123, "(202) 555-0123"),
        ("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 5550123, "555-0123"),
        ("000\\-00\\-0000", 1234567, "001-23-4567"),
        ("00 00 00 00 00", 33612345678, "336 12 34 56 78"),
        ("00 00", 12.5, "12.5"),
        ("0%", 0.15, "15%"),
        ("0%", 0.155, "15.5%"),
        ("0.0%", 0.07, "7%"),
        ("+0;-0", 5, "5"),
    ],
)
def test_formats_that_carry_meaning_are_shown(code: str, value: float, text: str) -> None:
    """A mask gives the zero back that a number cannot have; a percentage keeps all its digits."""
    show = numberformats.show(code)
    assert show is not None
    assert show(float(value)) == text


@pytest.mark.parametrize(
    "code", ["General", "0", "0.00", "#,##0", '#,##0.00 "€"', "dd/mm/yyyy", "@", "# ?/?", "0.00E+00", '"Tel "0', ""]
)
def test_formats_that_only_dress_a_number_change_nothing(code: str) -> None:
    """Groups, decimals, units and dates leave the number as it is stored."""
    assert numberformats.show(code) is None


def test_cells_of_an_xlsx_are_what_excel_shows(tmp_path: Path) -> None:
    """Masks, percentages, errors, formulas without a result; the text ``#N/A`` is no error; hidden things are told."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["Name", "Phone", "Rate", "Day", "Error", "Formula", "Text"])
        sheet.append(["Zoë", 612345678, 0.15, datetime.date(2026, 3, 1), "#N/A", "=1+1", "#N/A"])
        sheet["B2"].number_format, sheet["C2"].number_format = "00 00 00 00 00", "0.00%"
        sheet["G2"].data_type = "s"
        sheet.append(["Bo"])
        sheet.row_dimensions[2].hidden = sheet.column_dimensions["C"].hidden = True

    table = read_table(book(tmp_path / "x.xlsx", fill))
    assert list(table.frame.loc[2]) == ["Zoë", "06 12 34 56 78", "15%", "2026-03-01", "#N/A", "", "#N/A"]
    assert "1 hidden row was read too." in table.source.notes
    assert "Hidden columns were read too: C." in table.source.notes
    list(table.chunks())
    assert [(p.key, p.row, p.column, p.value) for p in table.problems] == [
        ("row.error_cell", 2, "Error", "#N/A"),
        ("row.no_result", 2, "Formula", ""),
    ]


def test_a_negative_number_is_no_date(tmp_path: Path) -> None:
    """Excel shows it as ####; calamine makes a time of day of it."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["Name", "Since"])
        for value in (-1.2, -1000, 46082):
            sheet.append(["Ana", value])
            sheet.cell(sheet.max_row, 2).number_format = "dd/mm/yyyy"

    assert read_table(book(tmp_path / "x.xlsx", fill)).frame["Since"].tolist() == ["-1.2", "-1000", "2026-03-01"]


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def raw_xlsx(path: Path, rows: str, *, strings: str = "", main: str = MAIN, more: str = "") -> Path:
    """Write the least that is an xlsx, of one sheet, by hand."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="Leads" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{more}<sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return path


def inline(place: str, text: str) -> str:
    """Write a cell that holds its own text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


TWO_ROWS = f'<row r="1">{inline("A1", "Name")}{inline("B1", "Phone")}</row><row r="2">{inline("A2", "Ana")}</row>'


def test_texts_of_an_xlsx_come_in_many_forms(tmp_path: Path) -> None:
    """Rich text is joined, readings are left out, escapes are undone; a missing ``r`` means the next cell."""
    strings = (
        "<si><r><t>Na</t></r><r><rPr><b/></rPr><t>me</t></r></si>"
        "<si><t>\u6771\u4eac</t><rPh sb='0' eb='2'><t>toukyou</t></rPh></si><si><t>a_x000D_b</t></si>"
    )
    rows = (
        f'<row r="1"><c r="A1" t="s"><v>0</v></c>{inline("B1", "Phone")}</row>'
        '<row r="2"><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>'
    )
    (sheet,) = excel.sheets(str(raw_xlsx(tmp_path / "x.xlsx", rows, strings=strings)))
    assert dict(sheet.rows(Findings())) == {1: ["Name", "Phone"], 2: ["東京", "a\rb"]}


def moved(path: Path, names: dict[str, str], changes: dict[str, str]) -> Path:
    """Give parts of a workbook other names, and change texts in them."""
    with zipfile.ZipFile(path) as made:
        parts = {name: made.read(name).decode() for name in made.namelist()}
    with zipfile.ZipFile(path, "w") as made:
        for name, text in parts.items():
            for old, new in changes.items():
                text = text.replace(old, new)
            made.writestr(names.get(name, name), text)
    return path


@pytest.mark.parametrize("folder", ["xl/", "book/", ""], ids=["usual folder", "other folder", "no folder"])
def test_parts_may_have_other_names(tmp_path: Path, folder: str) -> None:
    """They are named by relations; a workbook of another program is read all the same."""
    path = raw_xlsx(tmp_path / "x.xlsx", TWO_ROWS)
    names = {
        "xl/workbook.xml": f"{folder}custom.xml",
        "xl/_rels/workbook.xml.rels": f"{folder}_rels/custom.xml.rels",
        "xl/worksheets/sheet1.xml": f"{folder}rows/one.xml",
    }
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    types = f'<Override PartName="/{folder}custom.xml" ContentType="{kind}"/>'
    changes = {"xl/workbook.xml": f"{folder}custom.xml", "worksheets/sheet1.xml": "rows/one.xml"}
    table = read_table(moved(path, names, changes | {'/content-types"/>': f'/content-types">{types}</Types>'}))
    assert (table.source.sheet, table.frame.to_numpy().tolist()) == ("Leads", [["Ana", ""]])


def test_sheets_of_old_macros_are_left_out(tmp_path: Path) -> None:
    """They have a kind of their own, and no table."""
    path = raw_xlsx(tmp_path / "x.xlsx", TWO_ROWS)
    macro = '<sheet name="Macro1" sheetId="2" r:id="r2"/></sheets>'
    relation = '<Relationship Id="r2" Type="http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet" '
    relation += 'Target="worksheets/sheet1.xml"/></Relationships>'
    marked = 'worksheets/sheet1.xml"/></Relationships>'
    changes = {"</sheets>": macro, marked: 'worksheets/sheet1.xml"/>' + relation}
    table = read_table(moved(path, {}, changes))
    assert (table.source.sheet, table.source.notes) == ("Leads", ())


def test_cells_without_a_place_are_where_their_order_says(tmp_path: Path) -> None:
    """A formula without a result and an error are found in them too."""
    rows = (
        '<row><c t="inlineStr"><is><t>Name</t></is></c><c t="inlineStr"><is><t>Sum</t></is></c></row>'
        "<row><c><v>1</v></c><c><f>1+1</f></c></row><row r='5'><c/><c t='e'><f>1/0</f><v>#DIV/0!</v></c></row>"
    )
    (sheet,) = excel.sheets(str(raw_xlsx(tmp_path / "x.xlsx", rows)))
    list(sheet.rows(findings := Findings()))
    assert findings.faults == [(2, 1, "no_result", ""), (5, 1, "error_cell", "#DIV/0!")]


STRINGS = "".join(f"<si><t>{word}</t></si>" for word in ("Name", "Zo&amp;_x0041_", "Phone"))


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param('t="s"><v>1 </v>', id="blank after"),
        pytest.param('t="s"><v>\n  1\n</v>', id="line breaks"),
        pytest.param('t="s"><v xml:space="preserve"> 1</v>', id="kept blanks"),
        pytest.param("t='s'>\n<v>+1</v>", id="plus sign"),
        pytest.param('t="s"><v>1.0</v>', id="decimal"),
        pytest.param('t="s"><v><![CDATA[1]]></v>', id="cdata"),
        pytest.param('t="s"><v>&#49;</v>', id="entity"),
        pytest.param('t="s"><v>01</v>', id="zero"),
        pytest.param('t="s"><f>C9</f><v> 1</v>', id="formula"),
        pytest.param('t="str"><v><![CDATA[Zo&A]]></v>', id="own text"),
    ],
)
def test_the_number_of_a_text_may_be_written_in_any_way(tmp_path: Path, cell: str) -> None:
    """calamine takes it for the first text of the workbook, or for none."""
    rows = f'<row r="1">{inline("A1", "Name")}</row><row r="2"><c r="A2" {cell}</c>{inline("B2", "x")}</row>'
    (sheet,) = excel.sheets(str(raw_xlsx(tmp_path / "x.xlsx", rows, strings=STRINGS)))
    assert dict(sheet.rows(findings := Findings()))[2] == ["Zo&A", "x"]
    assert findings.faults == []


@pytest.mark.parametrize("number", ["-1", "0x1", "Ana", "7 ", "99999999999999999999"])
def test_a_text_that_the_workbook_has_not_is_told(tmp_path: Path, number: str) -> None:
    """The cell is blank and named; it has never another's text."""
    rows = (
        f'<row r="1">{inline("A1", "Name")}{inline("B1", "Phone")}</row><row r="2"><c r="A2" t="s"><v>{number}</v></c>'
    )
    path = raw_xlsx(tmp_path / "x.xlsx", rows + f"{inline('B2', '0639980001')}</row>", strings=STRINGS)
    table = read_table(path)
    assert list(table.frame.loc[2]) == ["", "0639980001"]
    assert [(p.key, p.row, p.column) for p in table.problems] == [("row.no_text", 2, "Name")]


def test_a_cell_of_an_unknown_kind_does_not_cost_the_sheet(tmp_path: Path) -> None:
    """Errors that only other programs have are errors, words typed as numbers are words."""
    rows = f'<row r="1">{inline("A1", "Name")}{inline("B1", "Phone")}{inline("C1", "Sum")}</row>'
    rows += '<row r="2"><c r="A2" t="str"><v>Ana</v></c><c r="B2"><v>06 39 98 00 01</v></c>'
    rows += '<c r="C2" t="e"><f>1+</f><v>#ERROR!</v></c></row><row r="3"><c r="A3" t="b"><v>2</v></c></row>'
    table = read_table(raw_xlsx(tmp_path / "x.xlsx", rows))
    assert table.frame.to_numpy().tolist() == [["Ana", "06 39 98 00 01", "#ERROR!"], ["2", "", ""]]
    assert [(p.key, p.row, p.column, p.value) for p in table.problems] == [("row.error_cell", 2, "Sum", "#ERROR!")]


@pytest.mark.parametrize("dimension", ["A1:A1", "A1:XFD1048576", "C5:D6"])
def test_a_lying_dimension_is_not_believed(tmp_path: Path, dimension: str) -> None:
    """A sheet of two rows that claims a million has two rows."""
    path = raw_xlsx(tmp_path / "x.xlsx", TWO_ROWS, more=f'<dimension ref="{dimension}"/>')
    (sheet,) = excel.sheets(str(path))
    assert [row for row, _ in sheet.rows(Findings())] == [1, 2]


def test_a_strict_workbook_is_read(tmp_path: Path) -> None:
    """The strict variant of the format has other namespaces."""
    (sheet,) = excel.sheets(str(raw_xlsx(tmp_path / "x.xlsx", TWO_ROWS, main=STRICT)))
    assert [values for _, values in sheet.rows(Findings())] == [["Name", "Phone"], ["Ana", ""]]


# where the table lies


def test_merged_headers_are_joined() -> None:
    """A name that is merged down stands alone, one that is merged across stands before the names below it."""
    one = found(
        {1: ["Name", "Phone", "", "Email"], 2: ["", "Mobile", "Work", ""], 3: ["Ana", "06", "01", "a@example.com"]},
        merged=[(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3)],
    )
    assert one.raw_header == ["Name", "Phone Mobile", "Phone Work", "Email"]
    assert list(body(one)) == [3]


PEOPLE = [["Ana", "0639980002", "ana@example.com", "Paris", "12", "yes"]] * 2


@pytest.mark.parametrize(
    ("above", "row"),
    [
        pytest.param(
            {2: ["Report"], 3: ["Period", "19 Jan 2026"], 4: ["Program", "All"], 5: ["Zone", "GMT"], 6: ["By", "User"]},
            8,
            id="head of a report",
        ),
        pytest.param({}, 8, id="nothing"),
    ],
)
def test_pairs_above_a_wide_table_are_no_header(above: dict[int, list[str]], row: int) -> None:
    """However few rows the table has: a blank line stands between, and it is far wider."""
    names = ["User", "Day", "Seat", "Employee", "Rate", "Login"]
    one = found(above | {8: names, 9: PEOPLE[0], 10: PEOPLE[1]})
    assert (one.header_row, one.raw_header, list(body(one))) == (row, names, [9, 10])


def test_rows_below_a_full_header_are_never_the_header() -> None:
    """Whatever words stand in them: the row above names more columns than they fill."""
    names = [
        "type",
        "name",
        "rows",
        "hint",
        "count",
        "label",
        "relevant",
        "default",
        "media",
        "filter",
        "steps",
        "when",
    ]
    cells = {1: names, 2: ["select one", "skip", "", "Skip"], 3: ["note", "phone", "", "Your phone"]}
    one = found(cells | {4: ["text", "address", "", "An address", "", "email"], 5: ["note", "email", "", "An email"]})
    assert (one.header_row, list(body(one))) == (1, [2, 3, 4, 5])


def test_cells_that_all_rows_have_are_no_names() -> None:
    """``name`` in each row is a value, and the first row is one of the table's."""
    rows = {at: ['{ "city": "', f"Town {at}", '", "name": "', f"School {at}", '", "type": "A" }'] for at in range(1, 9)}
    one = found(rows)
    assert (one.header_row, list(body(one))) == (None, list(range(1, 9)))


@pytest.mark.parametrize("below", [["#REF!", "#REF!"], ["{name}", "${phone}"], ["{{name}}", "<<mobile phone>>"]])
def test_errors_and_places_of_a_template_are_no_names(below: list[str]) -> None:
    """The row above them names the columns, known words or not."""
    one = found({1: ["姓名", "Column2"], 2: below, 3: below})
    assert (one.header_row, one.raw_header, list(body(one))) == (1, ["姓名", "Column2"], [2, 3])


def test_a_header_that_nothing_speaks_for_is_told() -> None:
    """Two columns of unknown words: the first row may be one of the table's."""
    one = found({1: ["Fabulous cookies", ""], 2: ["Flour", "two cups"], 3: ["Sugar", "a cup"], 4: ["Butter", "some"]})
    assert one.header_row == 2
    assert one.notes == ("Row 2 was taken for the header, though nothing below it tells: check that it is no contact.",)


def test_a_small_excel_table_is_not_the_sheet() -> None:
    """A table of a row or two beside a list is an annex of it, unless it has the names of contacts."""
    rows = {at: [f"a{at}", str(at), "1.5"] for at in range(2, 9)}
    cells = {1: ["a", "b", "c"], **rows, 10: ["Column1", "Column2"], 11: ["1", "2"]}
    assert found(cells, tables=[(10, 0, 11, 1, "Table1", 0)]).header_row == 1
    cells[10], cells[11] = ["Name", "Phone"], ["Ana", "0639980001"]
    assert found(cells, tables=[(10, 0, 11, 1, "Table1", 0)]).header_row == 10


def test_a_name_that_is_merged_down_into_the_header_is_its_columns() -> None:
    """The row of the other names is the header."""
    one = found(
        {1: ["Area", "Contacts", ""], 2: ["", "Name", "Phone"], 3: ["North", "Ana", "0639980002"]},
        merged=[(1, 0, 2, 0), (1, 1, 1, 2)],
    )
    assert (one.header_row, one.raw_header) == (2, ["Area", "Name", "Phone"])


def test_groups_above_a_whole_header_are_titles() -> None:
    """They come in only where two columns would be called the same."""
    groups = ["Identité", "", "Coordonnées", ""]
    one = found(
        {1: groups, 2: ["Nom", "Prénom", "Téléphone", "E-mail"], 3: ["Martin", "Ana", "0639980002", "a@example.com"]},
        merged=[(1, 0, 1, 1), (1, 2, 1, 3)],
    )
    assert (one.header_row, one.raw_header) == (2, ["Nom", "Prénom", "Téléphone", "E-mail"])


def test_another_table_below_is_left_out() -> None:
    """A header of its own after a blank row begins another table; it is told."""
    rows = {n: [str(cell) for cell in row] for n, row in enumerate(LEADS, 1)}
    one = found(rows | {5: ["Product", "Price"], 6: ["Pen", "3"], 7: ["Ink", "4"]})
    assert list(body(one)) == [2, 3]
    assert [(p.key, p.row, p.severity) for p in one.left_out] == [("row.other_table", 5, "warning")]


def test_the_header_once_more_is_no_row() -> None:
    """A list in parts repeats its header; the parts are one table."""
    rows = {n: [str(cell) for cell in row] for n, row in enumerate(LEADS, 1)}
    one = found(rows | {5: rows[1], 6: ["Bo", "0639980003", ""]})
    assert list(body(one)) == [2, 3, 6]
    assert [(p.key, p.row) for p in one.left_out] == [("row.header_again", 5)]


def test_rows_below_a_blank_row_are_rows() -> None:
    """A gap alone ends no table, nor does a contact of whom only the name is known."""
    rows = {n: [str(cell) for cell in row] for n, row in enumerate(LEADS, 1)}
    assert list(body(found(rows | {5: ["Bo", "0639980003", ""], 7: ["Ada"]}))) == [2, 3, 5, 7]


def test_a_header_of_known_names_alone_may_be_narrower_than_what_stands_below_a_blank_row() -> None:
    """Names for some columns only are no notes above the table."""
    one = found({3: ["Nom", "", "Tél"], 5: ["Roy", "x", "0639980001"], 9: ["", "", "0639980002"]})
    assert list(body(one)) == [5, 9]


@pytest.mark.parametrize(
    "foot",
    [
        {4: ["Total", "2"]},
        {5: ["Confidential Information - Do Not Distribute"]},
        {5: ["This is the list of last year"], 6: ["", "and nothing else"]},
    ],
    ids=["total", "notice", "notes"],
)
def test_what_stands_below_the_rows_is_told(foot: dict[int, list[str]]) -> None:
    """Totals and notes are no contacts; nothing is dropped without a word."""
    rows = {n: [str(cell) for cell in row] for n, row in enumerate(LEADS, 1)}
    one = found(rows | foot)
    assert list(body(one)) == [2, 3]
    assert [p.row for p in one.left_out] == list(foot)
    assert {p.key for p in one.left_out} == {"row.footer"}


def test_of_tables_side_by_side_the_contacts_are_read() -> None:
    """A list of codes beside the table has other rows; a column apart with the same rows stays."""
    rows = {n: [str(cell) for cell in row] for n, row in enumerate(LEADS, 1)}
    codes = [["Code", "Country"], ["FR", "France"], ["DE", "Germany"], ["ES", "Spain"]]
    beside = {n: [*rows.get(n, ["", "", ""]), "", *pair] for n, pair in enumerate(codes, 1)}
    one = found(beside)
    assert (one.raw_header, list(body(one))) == (["Name", "Phone", "Email"], [2, 3])
    assert "other tables beside" in one.notes[0]
    apart = found({n: [*row, "", "City" if n == 1 else "Paris"] for n, row in rows.items()})
    assert apart.raw_header == ["Name", "Phone", "Email", "", "City"]


def test_an_excel_table_is_the_table(tmp_path: Path) -> None:
    """Its area counts, not what stands around it; its totals are no row, rows typed below it are."""

    def fill(sheet: Worksheet) -> None:
        sheet["A1"], sheet["G4"], sheet["G5"] = "Report", "Note", "call"
        for row, cells in enumerate([*LEADS, ["Total", 2, ""]], 4):
            for column, cell in enumerate(cells, 2):
                sheet.cell(row, column, cell)
        table = ExcelTable(displayName="Leads", ref="B4:D7")
        table.totalsRowCount = 1
        sheet.add_table(table)

    table = read_table(book(tmp_path / "x.xlsx", fill))
    assert (table.header, list(table.frame.index)) == (["Name", "Phone", "Email"], [5, 6])
    assert table.source.notes[:2] == ("The Excel table Leads was read.", "Its row of totals was left out.")
    rows = {n: [str(cell) for cell in row] for n, row in enumerate(LEADS, 1)}
    stretched = found(rows | {4: ["Bo", "0639980003", ""]}, tables=[(1, 0, 3, 2, "Leads", 0)])
    assert list(body(stretched)) == [2, 3, 4]


def gathered(name: str, rows: list[list[str]], *, visible: bool = True) -> Gathered:
    """Make a sheet of rows."""
    sheet = Gathered(name)
    sheet.visible = visible
    for number, row in enumerate(rows, 1):
        sheet.add(number, row)
    return sheet


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([gathered("Notes", [["Made by Ana"], ["in March"]])], "Leads"),
        ([gathered("Codes", [["Code", "Value"], *[[str(n), str(n)] for n in range(300)]])], "Leads"),
        ([gathered("Empty", [])], "Leads"),
        ([gathered("Old", [["Name", "Phone"], *[["Bo", "0639980003"]] * 50], visible=False)], "Leads"),
        ([gathered("Scores", [["Name", "Owner", "State"], *[["Bo", "Al", "0.94685990338"]] * 50])], "Leads"),
        ([gathered("First", [["Name", "Phone"], ["Bo", "0639980003"]])], "First"),
        ([gathered("Sample", [["Name", "Phone"]]), gathered("All", [["Name", "Phone"], *[["Bo", "06"]] * 90])], "All"),
    ],
    ids=["notes", "codes", "empty", "hidden", "decimals", "first", "sample"],
)
def test_the_sheet_of_contacts_is_chosen(others: list[Gathered], chosen: str) -> None:
    """Whatever stands before it: a note, a list of codes, nothing, something hidden; the first, if it is no sample."""
    leads = gathered("Leads", [[str(cell) for cell in row] for row in LEADS])
    assert sheets.choose([*others, leads], None).name == chosen


def test_without_contacts_the_first_table_is_chosen() -> None:
    """Authors put the main sheet first, whatever its size."""
    first = gathered("First", [["Date", "Place"], *[["2026-03-01", "Here"]] * 20])
    second = gathered("Second", [["Date", "Place"], *[["2026-03-01", "Here"]] * 50])
    assert sheets.choose([first, second], None).name == "First"


def test_a_workbook_with_rows_in_hidden_sheets_only_says_so() -> None:
    """They are not read unasked."""
    hidden = gathered("Old", [["Name", "Phone"]], visible=False)
    with pytest.raises(Refused, match="hidden"):
        sheets.choose([gathered("Empty", []), hidden], None)


# passwords


def locked(path: Path, password: str) -> Path:
    """Write a workbook under a password."""
    plain = BytesIO()
    workbook = openpyxl.Workbook()
    for row in LEADS:
        workbook.active.append(row)
    workbook.save(plain)
    with path.open("wb") as file:
        OOXMLFile(plain).encrypt(password, file)
    return path


def test_a_locked_workbook_needs_its_password(tmp_path: Path) -> None:
    """Without it, or with another, the reason is said; with it, it is read."""
    path = locked(tmp_path / "x.xlsx", "s3cret")
    with pytest.raises(PasswordNeeded, match=r"^password: .*--password-file"):
        read_table(path)
    with pytest.raises(PasswordNeeded, match=r"^password: the password given does not open"):
        read_table(path, password="other")
    table = read_table(path, password="s3cret")
    assert (table.source.format, len(table.frame)) == ("xlsx", 2)


def test_a_workbook_that_anybody_may_open_is_read(tmp_path: Path) -> None:
    """Excel protects some files with a password that it tries by itself."""
    assert len(read_table(locked(tmp_path / "x.xlsx", "VelvetSweatshop")).frame) == 2


def test_an_opened_xls_with_a_zip_in_it_is_an_xls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel writes a theme into it, which is one."""

    class Opened:
        format = "xls97"

        def __init__(self, stream: object) -> None: ...
        def load_key(self, password: str) -> None: ...
        def decrypt(self, target: BytesIO) -> None:
            theme = BytesIO()
            with zipfile.ZipFile(theme, "w") as archive:
                archive.writestr("theme.xml", "x")
            target.write(b"\xd0\xcf\x11\xe0" + theme.getvalue())

    monkeypatch.setattr("msoffcrypto.OfficeFile", Opened)
    (tmp_path / "x.xls").touch()
    assert passwords.unlocked(str(tmp_path / "x.xls"), str(tmp_path), "")[1] == "xls"


def test_a_password_comes_from_a_file_or_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is not asked about again; a person may err."""
    given: list[str] = []

    def read(path: object, *, password: str, **_: object) -> str:
        given.append(password)
        if password != "s3cret":
            raise PasswordNeeded("password: x is protected")
        return "table"

    monkeypatch.setattr(opening, "read_table", read)
    answers = iter(["no", "s3cret"])
    assert opening.table("x", ask=lambda reason: next(answers)) == "table"
    assert given == ["", "no", "s3cret"]
    (tmp_path / "pw").write_text("s3cret\n")
    assert opening.table("x", ask=lambda reason: "", password_file=str(tmp_path / "pw")) == "table"
    (tmp_path / "pw").write_text("wrong")
    with pytest.raises(InputError, match="password"):
        opening.table("x", ask=lambda reason: "s3cret", password_file=str(tmp_path / "pw"))
    for content in ("", "\n"):
        (tmp_path / "pw").write_text(content)
        with pytest.raises(UsageError, match="no password"):
            opening.table("x", ask=lambda reason: "", password_file=str(tmp_path / "pw"))
    with pytest.raises(UsageError, match="cannot be read"):
        opening.table("x", ask=lambda reason: "", password_file=str(tmp_path / "none"))


def test_inspect_takes_a_password_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command reads the locked workbook; the password is in no argument."""
    path = locked(tmp_path / "x.xlsx", "s3cret")
    (tmp_path / "pw").write_text("s3cret\n")
    arguments = [str(path), "--csv", "--password-file", str(tmp_path / "pw")]
    assert inspect.main(arguments, standalone_mode=False) == 0
    assert capsys.readouterr().out.splitlines()[0] == "Name,Phone,Email"


def test_a_table_may_be_read_after_its_folder_is_gone(tmp_path: Path) -> None:
    """Cells are mapped from a file that is deleted already: Arrow keeps it open."""

    def fill(sheet: Worksheet) -> None:
        for row in LEADS:
            sheet.append(row)

    table = read_table(book(tmp_path / "x.xlsx", fill))
    (tmp_path / "x.xlsx").unlink()
    assert isinstance(pa.Table.from_pandas(table.frame), pa.Table)
