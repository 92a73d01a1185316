"""Tables that somebody else made, of every make: each is read as a person would read it, doubts are said."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from bulk_io.errors import InputError
from bulk_io.reading.table import Table

HEADER = ["Name", "Phone", "City"]
ANA, ZOE, LEA = (
    ["Ana Roux", "0639980001", "Lyon"],
    ["Zoë Martin", "0639980002", "Nîmes"],
    ["Léa Bo", "0639980003", "Paris"],
)
ROWS = [ANA, ZOE, LEA]


def cells(table: Table) -> list[list[str]]:
    """Give a table's rows."""
    return [list(row) for row in table.frame.to_numpy()]


def joined(delimiter: str, rows: list[list[str]], *, end: str = "\n", before: str = "", after: str = "") -> str:
    """Write rows with a delimiter, and what stands before and after each line."""
    return "".join(before + delimiter.join(row) + after + end for row in rows)


def fixed(rows: list[list[str]], *, gap: int = 2, ruler: bool = False) -> str:
    """Write rows in columns of fixed width."""
    widths = [max(len(row[at]) for row in rows) + gap for at in range(len(rows[0]))]
    lines = ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if ruler:
        lines.insert(1, " ".join("-" * (width - 1) for width in widths))
    return "\n".join(lines) + "\n"


TABLE = [HEADER, *ROWS]


@pytest.mark.parametrize(
    "delimiter",
    [
        ",",
        ";",
        "\t",
        "|",
        ":",
        "^",
        "~",
        "¦",
        "§",
        "\x1f",
        "\x01",
        "||",
        "::",
        "|~|",
        "^|^",
        "\t|\t",
        " | ",
        ", ",
        "; ",
        " ; ",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=ascii)
def test_delimiters_of_all_kinds_are_found(read, delimiter: str, end: str) -> None:
    """Usual and rare delimiters, of one character and of several, with blanks around them or without."""
    table = read(joined(delimiter, TABLE, end=end))
    assert (table.header, cells(table)) == (HEADER, ROWS)
    assert table.problems == []


@pytest.mark.parametrize(
    "text",
    [
        fixed(TABLE),
        fixed(TABLE, gap=5),
        fixed(TABLE, ruler=True),
        "\n".join("  ".join(row).replace("  ", "   ") for row in TABLE),
        joined(" | ", [HEADER, ["----"] * 3, *ROWS]),
        joined(" | ", [HEADER, ["----"] * 3, *ROWS], before="| ", after=" |"),
        joined("|", [HEADER, [":---", "---:", ":-:"], *ROWS], before="|", after="|"),
        "+-----+-----+-----+\n"
        + joined(" | ", TABLE[:1], before="| ", after=" |")
        + "+-----+-----+-----+\n"
        + joined(" | ", ROWS, before="| ", after=" |")
        + "+-----+-----+-----+\n3 rows in set (0.00 sec)\n",
        " name | phone | city \n------+-------+------\n" + joined(" | ", ROWS, before=" ") + "(3 rows)\n",
    ],
    ids=[
        "fixed",
        "fixed, far apart",
        "fixed, ruled",
        "runs of blanks",
        "ruled",
        "markdown",
        "markdown, tight",
        "mysql",
        "psql",
    ],
)
def test_tables_in_plain_text_are_read(read, text: str) -> None:
    """Columns of fixed width, ruled tables, what database clients print: lines and blanks around are layout."""
    table = read(text)
    assert ([name.title() for name in table.header], cells(table)) == (HEADER, ROWS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "'Name','Phone','City'\n'O''Hara','1','Lyon, France'\n'Bo','2','Nice'\n",
            [["O'Hara", "1", "Lyon, France"], ["Bo", "2", "Nice"]],
        ),
        ("Name,Phone,City\n'Hara, Al',1,Lyon\n'Bo, Ed',2,Nice\n", [["Hara, Al", "1", "Lyon"], ["Bo, Ed", "2", "Nice"]]),
        ('Name,Phone,City\n"a ""b"" c",1,x\n"""d""",2,y\n', [['a "b" c', "1", "x"], ['"d"', "2", "y"]]),
        ('Name,Phone,City\n"a \\"b\\" c",1,x\n"d, \\"e\\"",2,y\n', [['a "b" c', "1", "x"], ['d, "e"', "2", "y"]]),
        ("Name;Phone;City\na\\;b;1;x\nc;2;y\\;z\n", [["a;b", "1", "x"], ["c", "2", "y;z"]]),
        ('Name,Phone,City\n"C:\\\\dir\\\\",1,"a \\"b\\""\nx,2,y\n', [["C:\\dir\\", "1", 'a "b"'], ["x", "2", "y"]]),
        ("Name,Phone,City\nC:\\dir\\new,1,x\ny,2,z\n", [["C:\\dir\\new", "1", "x"], ["y", "2", "z"]]),
        ('Name,Phone,City\n5" pipe,1,x\n6" tube,2,y\n', [['5" pipe', "1", "x"], ['6" tube', "2", "y"]]),
        ('Name,Phone,City\n"a" ,"1" ,"x"\n"b" ,"2" ,"y"\n', [["a", "1", "x"], ["b", "2", "y"]]),
        ("Name,Phone,City\nO'Hara,1,x\nD'Arc,2,L'Aquila\n", [["O'Hara", "1", "x"], ["D'Arc", "2", "L'Aquila"]]),
        (
            '"Name,Phone,City"\n"""Ana, B"",1,Lyon"\n"Zoë,2,""Nice, F"""\n',
            [["Ana, B", "1", "Lyon"], ["Zoë", "2", "Nice, F"]],
        ),
        ('Name,Phone,City\n"Ana,1,""Lyon, F"""\nZoë,2,Nice\n', [["Ana", "1", "Lyon, F"], ["Zoë", "2", "Nice"]]),
        ('"Name;Phone;City"\n"Ana;1;Lyon"\n"Zoë;2;Nice"\n', [["Ana", "1", "Lyon"], ["Zoë", "2", "Nice"]]),
        ('"Name,Phone,City";\n"Ana,1,Lyon";\n"Zoë,2,Nice";\n', [["Ana", "1", "Lyon"], ["Zoë", "2", "Nice"]]),
    ],
    ids=[
        "single quotes",
        "single quotes where needed",
        "doubled",
        "backslash",
        "escaped delimiter",
        "escaped backslash",
        "no escapes",
        "inches",
        "blanks behind quotes",
        "apostrophes",
        "lines quoted",
        "lines quoted where needed",
        "lines quoted, semicolons",
        "lines quoted, delimiter behind",
    ],
)
def test_quotes_and_escapes_are_understood(read, text: str, expected: list[list[str]]) -> None:
    """Either quote, doubled or with a backslash; a file that was saved as one column comes apart again."""
    table = read(text)
    assert (table.header, cells(table)) == (HEADER, expected)
    assert table.problems == []


def test_signs_in_brackets_are_no_delimiters(read) -> None:
    """Though they cut most lines into more cells than the tab does."""
    table = read("1\tPOLYGON((0 0, 0 1, 1 1, 0 0))\n2\tPOLYGON((3 0, 0 1, 1 1, 3 0))\n3 \n")
    assert (table.source.delimiter, len(table.header)) == ("\t", 2)


@pytest.mark.parametrize(
    "first",
    ["Anna Roux 0612345678", "Ben - 06 12 34 56 78", "Cleo Low <cleo@example.com>", "Zoé (+33 6 12 34 56 78)"],
)
def test_a_person_who_can_be_reached_is_no_header(read, first: str) -> None:
    """Notes of a name and a number on a line have their first person among the rows."""
    table = read(f"{first}\nMax Petit 0612345679\nIda Moreau 0612345670\n")
    assert (table.source.header_row, len(table.frame)) == (None, 3)


def test_header_words_far_down_among_rows_make_no_header(read) -> None:
    """Though some of the rows above have blank cells."""
    rows = ["theme\toption\tsame\tdeclared", "Sheet\tTableSheet\tsame\ty", "Canvas\treset\t\ty"] * 3
    table = read("\n".join(["oldname\tnewname\tsignature\tdone", *rows, "source\tcity\tsame\ty", *rows]) + "\n")
    assert (table.header[0], len(table.frame)) == ("oldname", 19)


@pytest.mark.parametrize("sign", ["£ ", "€", ""])
def test_commas_in_amounts_are_no_delimiters(read, sign: str) -> None:
    """Though there are as many of them in each line as there are semicolons."""
    table = read(f"Roux Group;{sign}1,80;{sign}9000,50\nHatch Ltd.;{sign}2,00;{sign}100000,30\n")
    assert table.source.delimiter == ";"


@pytest.mark.parametrize(
    ("line", "cells_"),
    [
        ('"Ana "Nana" Roux",1,Lyon', ['Ana "Nana" Roux', "1", "Lyon"]),
        ('"Roux "Nana", Ana",1,Lyon', ['Roux "Nana", Ana', "1", "Lyon"]),
        ('""Nana" Roux",1,Lyon', ['"Nana" Roux', "1", "Lyon"]),
        ('"Ana Roux"",1,Lyon', ['Ana Roux"', "1", "Lyon"]),
        ('"Ana\n"Nana" Roux",1,Lyon', ['Ana\n"Nana" Roux', "1", "Lyon"]),
    ],
    ids=["inside", "before a comma", "at the start", "at the end", "in two lines"],
)
def test_quotes_that_are_not_doubled_are_mended_and_told(read, line: str, cells_: list[str]) -> None:
    """A quote inside a quoted cell stays text, the row keeps its width, the others are as they were."""
    table = read(f'Name,Phone,City\n"Bo, Al",2,Nice\n{line}\nZoë,3,Lille\n')
    assert cells(table) == [["Bo, Al", "2", "Nice"], cells_, ["Zoë", "3", "Lille"]]
    assert [(problem.key, problem.row, problem.severity) for problem in table.problems] == [
        ("row.stray_quote", 3, "warning")
    ]


def test_a_row_with_another_delimiter_is_read_with_that_one(read) -> None:
    """One line of semicolons among commas gives its cells, with a warning."""
    table = read("Name,Phone,City\nAna,0639980001,Lyon\nZoë;0639980002;12.5\nLéa,0639980003,Nice\n")
    assert cells(table)[1] == ["Zoë", "0639980002", "12.5"]
    assert [(problem.key, problem.row) for problem in table.problems] == [("row.other_delimiter", 3)]


TEXT = joined(",", TABLE)


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ("# made by hand\n# on Monday, by Ana, for us\n", 3),
        ("Leads 2026,,\n,,\n", 3),
        ("Report:,Leads\nDate:,2026-03-01\n\n", 4),
        ("Leads\nMarch\nConfidential\n\n", 5),
        ("Export of leads, March 2026\nAll regions\n\n", 4),
        ("sep=,\n", 1),
        ("\ufeffsep=,\n", 1),
        ("\n\n\n", 4),
        ("Campaign;Spring\n\n", 3),
    ],
    ids=[
        "comments",
        "padded title",
        "facts",
        "three titles",
        "title with comma",
        "sep",
        "sep with mark",
        "blank",
        "other signs",
    ],
)
def test_what_stands_above_a_header_is_no_data(read, above: str, row: int) -> None:
    """Comments, titles, facts and blank lines are passed over."""
    table = read(above + TEXT)
    assert (table.source.header_row, table.header, cells(table)) == (row, HEADER, ROWS)


@pytest.mark.parametrize(
    "below",
    [
        "\nGrand Totals (3 records)\n\nConfidential Information - Do Not Distribute\nCopyright © 2026 Example Inc.\n",
        '"Grand Totals (3 records)",,\n,,\n"Confidential Information",,\n',
        "\nTotal,,3\n",
        "TOTAL,,3\n",
        "\n3 records\n",
        "(3 rows)\n",
        "\nExported on 2026-03-01 by Ana\n",
        "\nThis list is for the sales team only\nCall before noon\n",
        "\nLegend:\nA = active\n",
        "\nLetzte Änderung: 2026-05-28T18:00:02\n",
        "\n--\nAna Sample\nSales\n",
        "Some,,\n,also write,\n,,stuff\n",
        "Generated by: Example CRM\n",
        "Page 1 of 1\n",
        ",,\n,,\n\n\n",
        "\x1a",
    ],
    ids=[
        "salesforce",
        "padded",
        "total",
        "total close by",
        "count",
        "psql",
        "export",
        "notes",
        "legend",
        "label",
        "signature",
        "words here and there",
        "generator",
        "page",
        "blank",
        "ctrl z",
    ],
)
def test_what_stands_below_a_table_is_no_data_and_is_told(read, below: str) -> None:
    """Totals, counts and notices are left out, each with its row; blank rows are nothing."""
    table = read(TEXT + below)
    assert cells(table) == ROWS
    told = {problem.key for problem in table.problems}
    assert told == ({"row.footer"} if below.strip(", \n\x1a") else set())


@pytest.mark.parametrize(
    "row",
    [
        ["Total SA", "0639980009", "Paris"],
        ["Bo Notes", "", ""],
        ["", "0639980009", ""],
        ["Confidential Ltd", "", "Paris"],
        ["#Zoe", "", ""],
        ["©Zoe", "", ""],
    ],
    ids=["a company named Total", "a name alone", "a phone alone", "two cells", "a number sign", "a copyright sign"],
)
def test_odd_rows_at_the_end_are_rows(read, row: list[str]) -> None:
    """A row is not left out for being short or last."""
    assert cells(read(TEXT + ",".join(row) + "\n")) == [*ROWS, row]


@pytest.mark.parametrize("name", ["Bo Below", "x:", "--"])
def test_a_cell_alone_below_a_blank_line_is_a_row(read, name: str) -> None:
    """A contact of whom only the name is known is no note: those are sentences, or have a label of a word at least."""
    assert cells(read(f"{TEXT}\n{name},,\n")) == [*ROWS, [name, "", ""]]


def test_a_header_that_comes_again_is_left_out_and_told(read) -> None:
    """Files put together one below the other give one table."""
    table = read(TEXT + joined(",", TABLE))
    assert cells(table) == ROWS * 2
    assert [(problem.key, problem.row, problem.severity) for problem in table.problems] == [
        ("row.header_again", 5, "warning")
    ]


@pytest.mark.parametrize(
    "other",
    [
        "Company,Phone,Email,Country\nRoux SA,1,r@example.com,France\n",
        "Suppliers\nCompany,Phone\nRoux SA,1\nBo SARL,2\n",
        TEXT.replace("\n", ",Age\n", 1) + "Ana,1,a@example.com,7\n",
    ],
    ids=["wider", "with a title", "the same names and one more"],
)
def test_another_table_below_is_not_mixed_in(read, other: str) -> None:
    """A second table with a header of its own is not read, and the person is told how many rows it has."""
    table = read(f"{TEXT}\n{other}")
    assert cells(table) == ROWS
    assert [problem.key for problem in table.problems] == ["row.other_table"]


@pytest.mark.parametrize(
    "text",
    [
        "," + ",".join(HEADER) + "\n" + joined(",", ROWS, before=","),
        joined(",", TABLE, after=","),
        joined(",", TABLE, before=",,", after=",,,"),
        "Name,Phone,City\n" + joined(",", ROWS, after=","),
    ],
    ids=["left", "right", "both", "delimiter behind rows only"],
)
def test_blank_columns_around_are_no_columns(read, text: str) -> None:
    """Columns at either side without a name and without a value are left out."""
    table = read(text)
    assert (table.header, cells(table), table.problems) == (HEADER, ROWS, [])


def test_a_nameless_column_with_one_value_is_a_column(read) -> None:
    """However far down the value stands."""
    table = read("Name,Phone,\n" + "Ana,0639980001,\n" * 3000 + "Zoë,0639980002,VIP\n")
    assert table.header == ["Name", "Phone", "column_3"]
    assert table.frame["column_3"].iloc[-1] == "VIP"


def test_a_header_shorter_than_its_rows_loses_no_cell(read) -> None:
    """Where most rows have more cells than the header, the last columns get numbers, with a note."""
    table = read("Name,Phone\nAna,1,Lyon\nZoë,2,Nice\n")
    assert (table.header, cells(table)[0]) == (["Name", "Phone", "column_3"], ["Ana", "1", "Lyon"])
    assert "The header has 2 cells where most rows have 3" in table.source.notes[-1]


def test_a_nameless_count_of_rows_shifts_the_names(read) -> None:
    """R writes the number of each row without a name for that column."""
    table = read('"Name","Phone"\n"1","Ana","0639980001"\n"2","Zoë","0639980002"\n')
    assert (table.header, cells(table)[0]) == (["column_1", "Name", "Phone"], ["1", "Ana", "0639980001"])


@pytest.mark.parametrize(
    ("text", "header", "row"),
    [
        (
            "Person,,Reach,\nFirst,Last,Mobile,Email\nAna,Roux,0639980001,a@example.com\n",
            ["Person First", "Person Last", "Reach Mobile", "Reach Email"],
            2,
        ),
        (
            "Id,Name,,Phone\n,First,Last,\n1,Ana,Roux,0639980001\n2,Zoë,Bo,0639980002\n",
            ["Id", "Name First", "Name Last", "Phone"],
            2,
        ),
        (
            ",Year,2025,2025,2025,2026,2026\nCode,Month,1,2,3,1,2\nLY,Lyon,4,0,2,1,0\nNI,Nice,2,2,0,1,3\n",
            ["Code", "Year Month", "2025 1", "2025 2", "2025 3", "2026 1", "2026 2"],
            2,
        ),
    ],
    ids=["groups", "names below", "months that begin again"],
)
def test_headers_of_two_rows_are_joined(read, text: str, header: list[str], row: int) -> None:
    """The name of a group goes before the names of its columns, and a note says so."""
    table = read(text)
    assert (table.header, table.source.header_row) == (header, row)
    assert "its names were joined" in table.source.notes[0]


@pytest.mark.parametrize(
    ("text", "has_header"),
    [
        ("Ana,Paris,France\nLéa,Lyon,France\nZoë,Nice,France\n", False),
        ("1,2,3\n4,5,6\n", False),
        ("Ana,2019\nLéa,2020\nZoë,2021\n", False),
        ("0,1,2\nAna,0639980001,x\nLéa,0639980002,y\n", True),
        ("x,2019,2020\nAna,1,2\nLéa,3,4\n", True),
        ("Wer,2026-01-01,2026-01-02\nAna,1,2\nLéa,3,4\n", True),
        ("a,b\n1,2\n3,4\n", True),
        ("Ana,n/a\nLéa,0639980002\nZoë,0639980003\n", True),
        ("Foo,Bar\nabc,def\nghi,jkl\n", True),
        ("0639980001\n", False),
        ("Poste,0,1,2,3,4,5\nAna,0,0,4,0,0,0\nLéa,7,1,2,3,9,5\n", True),
        ("Poste,001,002,003,005,006,007,008,009,010,011,,\nAna,0,0,4,0,0,0,1,1,1,2,,\n", True),
        ("Ana,0,1,2,3,4,5\nLéa,1,2,3,4,5,6\nZoë,0,1,2,3,4,5\n", False),
        ("Wer,01/2026,02/2026,03/2026\nAna,12,15,9\nLéa,8,2,4\n", True),
        ("Ana,01.02.2026,03.02.2026,01.03.2026\nLéa,05.02.2026,03.02.2026,01.03.2026\n", False),
        ("LAD,Name,5,6,7,8,9,10\nE06,Lyon,n/a,1.5,2.5,3.1,0,2\nE07,Nice,1,1.7,2,3,0,2\n", True),
        ("x,0,1,2,3,4,5,E\nAA,0.1,0.2,0,0,0,0,0\nAB,0.3,0.2,0.1,0,0,0,0\n", True),
        (",1995,1996,1997\nLyon,12,13,14\nNice,4,5,6\n", True),
        ("1,\\N,some text\n2,2,other text\n", False),
        ("ABANO,A001\nABBIA,A004\nACATE,A024\nACERRA,A026\nACI,A027\nACRI,A032\n", False),
        ("ABBAYE,abbaye\nACHE,ache\nAIRE,aire\nALLEE,allee\nANSE,anse\nARC,arc\n", False),
        ("MARTIN,Ana\nMARTIN,Bo\nROUX,Zoë\nBERG,Eve\n", False),
        ("AD\nAE\n" + "\n".join(f"{a}{b}" for a in "BCDEF" for b in "ACEGI") + "\n", False),
        ("Leeds City Ward 1,x\nLeeds City Ward 2,y\nLeeds City Ward 3,z\n", False),
        ("# in use for all, or so\nalpha,2\nbeta,3\n", False),
        ("Size,4,16,64,512\n4,57,59,47,39\n16,55,50,40,38\n102,49,45,37,38\n", True),
        ("Ana,4,16,64,512\nBo,57,59,47,39\n", False),
        ("\n".join(f"{a}{b}" + "x" * (ord(b) % 3) for a in "ABCDE" for b in "acegi") + "\n", False),
        ("leads.csv\nall.csv\nold.csv\nnew.csv\nlost.csv\nkept.csv\n", False),
        ('Where,1086,1290,1348,1657,1785,1799\nLyon,,,12,13,14,15\nNice,,,"3,280",1,2,\n', True),
        ("Place,2024,2025,2026,,2024,2025,2026\nLyon,12,13,14,,1,2,3\nNice,9,1,2,,3,4,\n", True),
        (",Lyon,Nice,Paris,Lille,Metz,Brest,Reims,Toul,Agen,Dax\n\n" + "2026:1,1,2,3,4,5,6,7,8,9,1\n" * 4, True),
        ("index.html,Where to begin\nwords.html,All of them\n", False),
        ("2025M01,..\n2025M02,3.4\n2025M03,2.1\n", False),
        ("name,alias,sort\nLead List 1,list-1,1\nLead List 2,list-2,2\nNo Lead List 3,list-3,\n", True),
    ],
    ids=[
        "repeated word",
        "numbers",
        "years",
        "counted columns",
        "years above numbers",
        "dates above numbers",
        "letters",
        "doubtful",
        "words",
        "one phone",
        "hours",
        "numbers of which one is missing",
        "counted rows",
        "months",
        "rows of dates",
        "weeks",
        "numbers and a word",
        "years without a name",
        "null of MySQL",
        "codes",
        "words in capitals and without",
        "a name in two rows",
        "a list in order",
        "words that count on",
        "a remark",
        "sizes",
        "rising counts of somebody",
        "a list in order that is all",
        "files",
        "years of long ago",
        "years that come again",
        "names above a blank line",
        "two files",
        "signs for a number that is missing",
        "words of headers in the values",
    ],
)
def test_the_columns_say_whether_they_have_a_header(read, text: str, has_header: bool) -> None:
    """A text over values is a name; a value over values, or a word that comes again below, is a row."""
    table = read(text)
    assert (table.source.header_row == 1) is has_header
    assert len(table.frame) == sum(map(bool, text.split("\n"))) - has_header


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name\nAna\nLéa\n", [["Ana"], ["Léa"]]),
        ("Amount\n1,5\n2,25\n3,75\n", [["1,5"], ["2,25"], ["3,75"]]),
        ('Day\n"Dec 8, 2022"\n"Sep 26, 2022"\n', [["Dec 8, 2022"], ["Sep 26, 2022"]]),
        ("Email\na@example.com\nb@example.com\n", [["a@example.com"], ["b@example.com"]]),
        ("Url\nhttps://example.com/a\nhttps://example.com/b\n", [["https://example.com/a"], ["https://example.com/b"]]),
        ("Phone\n+33 6 39 98 00 01\n+33 6 39 98 00 02\n", [["+33 6 39 98 00 01"], ["+33 6 39 98 00 02"]]),
        ("Time\n10:15\n11:30\n12:00\n", [["10:15"], ["11:30"], ["12:00"]]),
        ("Full name\nAna Roux\nLéa Bo\nZoë Lin\n", [["Ana Roux"], ["Léa Bo"], ["Zoë Lin"]]),
    ],
    ids=["names", "decimal commas", "dates", "emails", "addresses", "phones", "times", "two words"],
)
def test_a_single_column_stays_one(read, text: str, expected: list[list[str]]) -> None:
    """Signs inside of numbers, dates, phones and addresses cut nothing."""
    assert cells(read(text)) == expected


def test_nuls_among_the_text_are_left_out_and_told(read) -> None:
    """Some programs leave NULs in and between cells."""
    table = read(b"Name,Phone\nAna\x00,1\nL\x00ea,2\n" + b"Bo,3\n" * 50)
    assert cells(table)[:2] == [["Ana", "1"], ["Lea", "2"]]
    assert "NUL" in table.source.notes[-1]


def test_mixed_line_ends_are_line_ends(read) -> None:
    """A file put together from others may have them all."""
    assert cells(read("Name,Phone\nAna,1\r\nZoë,2\rLéa,3\n")) == [["Ana", "1"], ["Zoë", "2"], ["Léa", "3"]]


def test_a_quote_open_to_the_end_of_a_long_file_costs_no_time_and_no_row(read) -> None:
    """The rest of the file is not swallowed, however long."""
    table = read('Name,Phone,City\n"Ana,1,Lyon\n' + "Zoë,2,Nice\n" * 30_000)
    assert len(table.frame) == 30_001
    assert [(problem.key, problem.row) for problem in table.problems] == [("row.open_quote", 2)]


@pytest.mark.parametrize("cell", ["x" * 990_000, "a line of some words\n" * 45_000], ids=["one line", "many lines"])
def test_a_cell_of_a_million_characters_is_read(read, cell: str) -> None:
    """Long notes are notes."""
    table = read(f'Name,Note,City\nAna,"{cell}",Lyon\nZoë,x,Nice\n')
    assert (len(table.frame), table.frame["Note"].iloc[0], table.problems) == (2, cell, [])


def test_amounts_in_columns_of_fixed_width_are_not_cut_at_their_commas(read) -> None:
    """A comma that stands only between figures is theirs."""
    rows = [("Ana Roux", "432,00", "40060,52 kr"), ("Bo", "143,00", "873,25 kr"), ("Zora Martin", "1,50", "7,10 kr")]
    table = read("".join(f"{name:<14}{one:<12}{other:<20}1\n" for name, one, other in rows * 4))
    assert cells(table)[1] == ["Bo", "143,00", "873,25 kr", "1"]


def test_a_small_table_above_the_chosen_one_is_told(read) -> None:
    """Its rows are no titles, though they are narrower than the table below."""
    names = ",".join(f"Name {at}" for at in "abcdefghij")
    rows = "Ana," + ",".join("123456789") + "\n"
    table = read(f"Meeting ID,Host,Email\n7,Ana,a@example.com\n\n{names}\n{rows * 3}")
    assert table.source.header_row == 4
    assert "7 Ana a@example.com" in table.source.notes[0]


def test_titles_above_a_table_without_a_header_are_left_out_and_told(read) -> None:
    """There is no name to find the table by, but the blank line parts it."""
    table = read("Export\nby Ana\n\nAna,0639980001,a@example.com\nZoë,0639980002,z@example.com\n")
    assert (table.source.header_row, list(table.frame.index)) == (None, [4, 5])
    assert "Export / by Ana" in table.source.notes[0]


@pytest.mark.parametrize(
    ("below", "count", "key"),
    [
        ("Produit;Prix\nStylo;2\nCahier;3\n", 2, "row.other_table"),
        ("Produit;Prix\nStylo;+33639980003\nCahier;+33639980004\n", 5, "row.like_header"),
    ],
    ids=["other kinds of values", "the same kinds"],
)
def test_a_row_that_reads_like_another_header_is_told(read, below: str, count: int, key: str) -> None:
    """Unknown names below a blank line begin a table of other values; over the same values they are a doubt."""
    table = read("Nom;Tél\nRoux;+33639980001\nBo;+33639980002\n\n\n" + below)
    assert len(table.frame) == count
    assert [(problem.key, problem.row) for problem in table.problems] == [(key, 6)]


def test_a_row_of_blank_ends_begins_no_other_table(read) -> None:
    """Two of the header's letters in a row are chance."""
    table = read("A,B,C\nx,y,\na,b,\n1,2,3\n")
    assert (len(table.frame), table.problems) == (3, [])


def test_the_only_row_is_never_taken_for_the_header_once_more(read) -> None:
    """Unless its words are those of a header."""
    assert cells(read("abc,def\nabc,def\n")) == [["abc", "def"]]
    assert cells(read("Name,Phone\nName,Phone\n")) == []


def test_comments_may_have_commas_where_comments_stand_above_the_header(read) -> None:
    """Elsewhere a number sign may begin a value."""
    table = read("# made by hand\nName,Phone,City\nAna,0639980001,Lyon\n# look, here\nZoë,0639980002,Nice\n")
    assert (len(table.frame), [problem.key for problem in table.problems]) == (2, ["row.comment"])
    assert len(read("# made by hand\nName,Phone\n#1,0639980001\n#2,0639980002\n").frame) == 2


def test_lines_that_all_begin_with_a_number_sign_are_the_table(read) -> None:
    """There would be nothing else."""
    assert read("#sector,#phone,#city\n#a,1,Lyon\n").header == ["#sector", "#phone", "#city"]


@pytest.mark.parametrize(
    ("text", "names", "first"),
    [
        ("a,b\n1,'m'\n2,'z'\n3,'r'\n4,'s'\n5,NA\n", ["a", "b"], ["1", "m"]),
        ("'Name','City'\n'O\\'Hara','Lyon'\n'Roux','Nice'\n", ["Name", "City"], ["O'Hara", "Lyon"]),
        ('Name\tNote\nAna\t  " so "  \nZoë\tno\n', ["Name", "Note"], ["Ana", '" so "  ']),
        (
            'Name,Note,City\nAna,"A" or "B",Lyon\nZoë,no,Nice\nLéa,no,Nice\n',
            ["Name", "Note", "City"],
            ["Ana", '"A" or "B"', "Lyon"],
        ),
        ("Name|City|Note\n'Ana'|'Lyon'| 'no'\nZoë|Nice|'to call'\n", ["Name", "City", "Note"], ["Ana", "Lyon", "no"]),
    ],
    ids=["single ones in one column", "escaped single ones", "text among tabs", "words in quotes", "single ones here"],
)
def test_quotes_are_told_from_text(read, text: str, names: list[str], first: list[str]) -> None:
    """By what they do in the whole file, not in one cell."""
    table = read(text)
    assert (table.header, cells(table)[0]) == (names, first)
    assert any("Single quotes" in note for note in table.source.notes) is ("'" in text)


@pytest.mark.parametrize(
    ("text", "delimiter", "width"),
    [
        ("Year:Make:Model:Size:Note\n1997:Fo:E3:2,34:a,b,c,d\n2000:Me:Co:2,38:a,b,c,d\n", ":", 5),
        ("1997:Fo:E350:2,34\n2000:Me:Cougar:2,38\n", ":", 4),
        (
            "Date Time Kind Note\n" + '28/01/2018 00:00 12 Men\'s boots "for men"\n29/01/2018 00:15 3 Coat "x"\n' * 3,
            " ",
            6,
        ),
        ("1%5%foo%bar\n2%10%bar%toto\n3%4%toto%titi\n", "%", 4),
        ("a/b:x/c:y/d:1,Ana ward\na/b:x/c:y/d:2,Bo ward\na/b:x/c:y/d:3,Eve ward\n", ",", 2),
        ("id+first+last+site+note\n1+Ana+Roux+x.example/?a=1&b=2+\n2+Zoë+Bo+x.example/?a=3+hi\n", "+", 5),
        ("id`text\n1`It may be seen, often\n2`There it is\n", "`", 2),
        ("names,codes\n1;2;3,4;5;6\na;b;c,d;e;f\n", ",", 2),
    ],
    ids=[
        "colons over commas",
        "colons without a header",
        "blanks in bare cells",
        "percent signs",
        "commas over colons",
        "plus signs",
        "backticks",
        "lists in cells",
    ],
)
def test_delimiters_of_last_resort_are_found(read, text: str, delimiter: str, width: int) -> None:
    """They must cut all rows, the first too, or columns of values."""
    table = read(text)
    assert (table.source.delimiter, len(table.header)) == (delimiter, width)


def test_columns_of_fixed_width_beat_the_commas_of_amounts(read) -> None:
    """Commas between digits are decimal ones where blanks stand in columns."""
    rows = [["Ana Roux", "12,50", "Lyon"], ["Zoë Martin", "7,00", "Nîmes"], ["Léana Bo", "101,25", "Paris"]] * 3
    assert cells(read(fixed(rows, gap=6))) == rows


@pytest.mark.parametrize(
    ("text", "names", "count"),
    [
        ("col1,\n1,2\n3,4\n", ["col1", "column_2"], 2),
        ("name,,\nCarl,Edward,Sagan\n", ["name", "column_2", "column_3"], 1),
        ("This is a title,,\nFoo,Bar,Baz\n1,2,3\n", ["Foo", "Bar", "Baz"], 1),
        (
            "survey,,,,,,,,\ntype,name,label,hint,a,b,c,d,e\n"
            "string,my_string,s,x,,,,,\ndate,my_date,date widget,x,,,2010-06-15,,\n",
            ["type", "name", "label", "hint", "a", "b", "c", "d", "e"],
            2,
        ),
        ("# of 2020, by Ana\n# all rights, none\nFoo,Bar,Baz\nx,y,1\nx,z,2\n", ["Foo", "Bar", "Baz"], 2),
        (
            ",Shares,,,,,,,\nDate,AU,AT,BE,CA,CH,DE,DK,ES\n" + "2026-01-01,,,,,,,,1.5\n2026-01-02,,,,,,,,2.5\n" * 9,
            ["Date", "AU", "AT", "BE", "CA", "CH", "DE", "DK", "ES"],
            18,
        ),
        ("Before,After\nabc,ABC\nDEF,def\nGhi,gHI\nlast Name,LAST nAME\njkl,JKL\n", ["Before", "After"], 5),
        (
            "TABLE,,WHAT IT IS,PART,OF,WIDTH\n,,,,,\nAll of them,,,,,\n,LeadID,Unique lead ID,,,12\n,LeadDay,Day,,,24\n"
            ",Type,Type of lead,LeadType,,12\n",
            ["TABLE", "column_2", "WHAT IT IS", "PART", "OF", "WIDTH"],
            4,
        ),
        (
            "code,title,meaning\nnew,New one,It is new\nupdated,Updated one,It was there\nclosed,Closed one,Over\n",
            ["code", "title", "meaning"],
            3,
        ),
        ("#1 Cafe\n#1 Kitchen\n$1 Pizza\nA la carte\nBarn\nCup of tea\n" + "Zest\n", ["#1 Cafe"], 6),
        ("".join(f"医院{n},北海道札幌市{n * 7}丁目\n" for n in range(9)), ["column_1", "column_2"], 9),
    ],
    ids=[
        "blank names over values",
        "one known name",
        "title",
        "words among rows",
        "remarks",
        "names of a table full of blanks",
        "header words among rows",
        "names of fields in the rows",
        "header words in a later row",
        "numbers with their sign",
        "alike with its rows",
    ],
)
def test_headers_of_other_makes_are_found(read, text: str, names: list[str], count: int) -> None:
    """A header may have blank names; a title has words; a row that begins as all others do is none."""
    table = read(text)
    assert (table.header, len(table.frame)) == (names, count)


def test_what_stands_above_a_header_and_is_as_wide_is_told(read) -> None:
    """It may be rows."""
    table = read("Roux,Lyon,x\nBo,Nice,y\nName,Phone,City\nAna,0639980001,Lyon\nZoë,0639980002,Nice\n")
    assert table.source.header_row == 1 or "Roux Lyon x" in table.source.notes[0]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ('Ana,Roux,"a;3;3;3"\n', 3),
        ("Assets:Bank\nAssets:Bank:Cash\nAssets:Bank:Cash:Small\n", 1),
        ("a!b!c\n1!2!3\n", 3),
        ("Line #1\nLine #2\nLine #3\n", 1),
        ("# in meters, seconds\nway time\n" + "1.5 2.25\n0.5 1.75\n" * 3, 2),
        ("a 0.25 1.5 -2.75\nb 1.25 0.5 2.0\n" * 4, 4),
        ("Phone number\n" + "06 39980002\n06 39980003\n" * 3, 1),
        ("# made by Ana, see the site\n" + "  0.5 24.0  88.0 Ly\n 18.0 14.5  86.5 Ni\n" * 5, 4),
        ("# one\n10;a;b\n# see a\n# see b\n# see c\n11;c;d\n# see d\n", 3),
        ("1,Hall,a|b|c|d|e|f,1.5|1.6|1.7|1.8|1.9|2.0,off,,,off,,s\n", 10),
    ],
    ids=[
        "sign inside of a quoted cell",
        "paths",
        "rare sign in two lines",
        "numbers with their sign",
        "pairs of measures",
        "rows of measures",
        "phone numbers with a blank",
        "a remark across columns",
        "more remarks than rows",
        "lists of more cells than the row has",
    ],
)
def test_signs_that_delimit_are_told_from_others(read, text: str, width: int) -> None:
    """A quoted cell is not cut, a path neither; few lines may be enough."""
    assert len(read(text).header) == width


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,\n\nPlease find below the notes. We talked, at length, about it; nothing was said.\n\nRegards,\n",
        "From: a@example.com\n\nHello,\nplease see what is attached.\n",
        "nothing to see here\n",
        "This folder is no longer in use since everything in it was moved\n"
        "and we keep it for now because somebody may yet want to look into it again\n",
        "The rights of all are\nkept as they were, so that nobody\nneed ask for them again.\n" * 5,
        "Doh!\n",
        "Grey light,\na kettle,\ntwo cups.\n\nYou said nothing,\nI, too,\nthe rain went on, and on.\n",
        "12/03/2026, 10:03 - Ana: Hi, are you there?\n12/03/2026, 10:04 - Zoe: Yes, what is it?\n"
        "12/03/2026, 10:05 - Ana: The list, you know, it is lost\n12/03/2026, 10:06 - Zoe: No\n",
        "Notes of the meeting                  Present: Ana,\nheld in the small hall                Bo and Zoe\n\n"
        "The chair opened and read             3. Other things\nthe notes of the last one,            It was time, a\n"
        "which were approved.                  meeting ended at ten.\n",
        "Verse one:\nDown by the river, where we went\nDown by the river, oh, long ago\n\nAll:\nOh, oh\nGo home\n",
        "Notice No 7\nExample Bank\nAna Roux\nLyon, 29.09.2026\nWe bought for you what is told below, as wished\n"
        "Piece\n12 Example parts 4,50\nTotal of all 54,00\nThe sum was taken from what you have here\n",
    ],
    ids=[
        "letter",
        "mail",
        "line",
        "two lines",
        "licence",
        "word",
        "poem",
        "talk",
        "two columns of a page",
        "song",
        "page",
    ],
)
def test_running_text_is_refused(read, text: str) -> None:
    """Commas in sentences make no table."""
    with pytest.raises(InputError, match="running text"):
        read(text)


def test_what_spoke_for_a_reading_is_told(read) -> None:
    """The source has a reason for encoding, delimiter and header."""
    reasons = dict(read(TEXT).source.reasons)
    assert reasons == {
        "encoding": "all of its bytes are UTF-8",
        "delimiter": "4 of the first 4 rows have 3 cells",
        "header row": "3 of its 3 names are known",
    }


@pytest.mark.parametrize(
    "text",
    [
        "import csv\nimport re\n\n# all of them\ndef names(rows):\n    return [row, rows]\n\nprint(names([1, 2]))\n",
        "SELECT a, b\nFROM leads\nWHERE a IS NOT NULL, b\nORDER BY a;\n",
        "# Leads\n\nHow to use them, in short:\n\n- call, write\n- wait\n\n```\nopen leads, all\n```\n",
        "title: Leads\nlayout: page\nmenu:\n  - one, two\n  - three\n",
        "{% if lead %}{{ lead.name, lead.phone }}\n{% else %}\nNobody, nothing\n{% endif %}\n",
        'msgid "Read, all"\nmsgstr "Lu, tout"\n\nmsgid "Lost"\nmsgstr "Perdu"\n',
        "[leads]\nfile = leads.csv\nfields = name, phone\n\n[other]\nfile =\n",
        "from leads import names\n",
        "# One a line, see the site.\n# None of them yet, or so.\n",
    ],
    ids=["program", "query", "document", "settings", "template", "translations", "sections", "one line", "remarks"],
)
def test_lines_of_programs_and_documents_are_no_rows(read, text: str) -> None:
    """They are made as no row of a table is, however they are cut."""
    with pytest.raises(InputError, match="running text"):
        read(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2026-01-05 10:00:00,123 INFO leads - read 5, kept 4\n2026-01-05 10:00:01,001 ERROR leads - lost, 1\n", "log"),
        ("Jan  5 10:00:00 host cron[12]: read, kept\nJan  5 10:00:01 host cron[12]: lost\n", "log"),
        ("From: Ana <ana@example.com>\nTo: zoe@example.com\nSubject: leads, new\n\nHello\n", "a mail"),
        ("dn: cn=Ana,o=example\ncn: Ana\nmail: ana@example.com\n", "LDIF"),
        ("diff --git a/leads.csv b/leads.csv\n--- a/leads.csv\n+++ b/leads.csv\n", "patch"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:00ff\nsize 12345\n", "pointer of Git LFS"),
        ('{"url": "https://docs.google.com/open?id=1", "doc_id": "1", "email": "ana@example.com"}', "Google sheet"),
        (b"leads.csv" + bytes(248) + b"ustar\x0000" + bytes(500) + b"name,phone\n", "tar archive"),
        (bytes(3) + b"\x18ftypheic" + bytes(200), "photo"),
    ],
    ids=["log", "system log", "mail", "ldif", "patch", "pointer", "link", "tar", "photo"],
)
def test_what_is_no_table_is_named(read, text: str | bytes, what: str) -> None:
    """The message says what the file is instead."""
    with pytest.raises(InputError, match=what):
        read(text)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Name;Note;\nAna;{x};\nZoe;def f():;\nBo;;\n", 3),
        ("stamp,level,text\n10:00:00,INFO,read\n10:00:01,ERROR,lost\n", 2),
        ("Who, Likes\nAna, tea, cakes\nBo, milk\nZoe, tea, salt, bread\nLea, milk\n", 4),
        ("SUM\nSUBTOTAL\n" + "MEAN\nMODE\nMIN\nMAX\n" * 2, 9),
    ],
    ids=["rows with an end", "log in columns", "uneven lists", "a total among words"],
)
def test_tables_may_look_like_programs(read, text: str, rows: int) -> None:
    """Rows that are cut into as many cells are those of a table, whatever is in them; names of columns speak for it."""
    assert len(read(text).frame) == rows


@pytest.mark.parametrize(
    "text",
    [
        "#include <stdio.h>\nint main() {\n    printf(1, 2);\n    return 0;\n}\n",
        "/* all */\nbody {\n  color: red;\n  font: a, b;\n}\n",
        "From ana@example.com Mon Jul 20 01:01:07 2015\nSubject: leads\n",
        "X-Info: 1\nX-Other: 2, 3\nReceived: from here\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\nHello, you\n",
        "1\n00:00:01,000 --> 00:00:02,000\nHello, you\n",
        b"\x03Ana" + b" " * 51 + "\x03Ana".encode("utf-16-le") + " ".encode("utf-16-le") * 51,
        b"BM" + b"a,b\x01" + bytes(4) + b"c,d\n" * 200,
        "# Free to use, under the terms of a licence\n" * 6 + "DAY=(sun)|(mon)\n",
        b"!<arch>\na, b\n",
        b"\x1f\x9d\x90\x01\x02\n",
    ],
    ids=[
        "program",
        "style",
        "mailbox",
        "mail",
        "subtitles",
        "numbered subtitles",
        "lock",
        "bitmap",
        "remarks",
        "library",
        "compressed",
    ],
)
def test_texts_of_other_kinds_are_refused(read, text: str | bytes) -> None:
    """They have lines and commas, and are no tables."""
    with pytest.raises(InputError, match="not a spreadsheet"):
        read(text)


def test_a_header_that_nothing_speaks_for_is_told(read) -> None:
    """Unknown names over texts may be the first of the rows."""
    told = "Row 1 was taken for the header, though nothing below it tells: check that it is no contact."
    assert read("ana,roux,lyon\nzoe,bo,nice\n").source.notes == (told,)
    assert read("ana,roux\n").source.notes == (told,)
    assert read("ana,roux,lyon\nzoe,bo,12\n").source.notes == ()


def test_a_table_without_a_header_is_told(read) -> None:
    """What was taken for values may be names, and an option says so."""
    told = "Row 1 was read as values, and no row as names of columns; --header-row 1 takes it for the header."
    assert read("123,456,ABC\nHall,100,Books\nBarn,200,Cloth\n").source.notes == (told,)


def test_the_head_of_a_report_is_no_table(read) -> None:
    """Labels with their values stand above the table, a blank line and a title between."""
    above = "Account of:,Ana Account 7\nBalance,12\n\nAll that went\n"
    table = read(f"{above}Day,Type,Note,Out,In\n2026-01-02,buy,x,1.5,\n,,more of x\n2026-01-03,buy,y,2.5,\n")
    assert (table.header, table.source.header_row) == (["Day", "Type", "Note", "Out", "In"], 5)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("FRED data,\nGDP-X,Gross product\nFrequency: yearly,\nwhen,GDP-X\n2020-01-01,1.5\n2021-01-01,2.5\n", 4),
        ("colA,colB\ncell1,cell2\ncell3,cell4\n", 1),
    ],
    ids=["notes of two cells above", "numbered values"],
)
def test_the_names_right_above_the_values_are_the_header(read, text: str, row: int) -> None:
    """Rows above them are notes, and cells that count on are values."""
    assert read(text).source.header_row == row


@pytest.mark.parametrize(
    "text",
    [
        "x: y\n" + "          z, z\n" * 40,
        "From " + "@" * 100_000 + "\n",
        "{\n" + (" a:" + " " * 100_000 + "\n") * 3,
        "{\n" + ("{" + " " * 100_000 + "x\n") * 3,
    ],
    ids=["like a mail", "like a mailbox", "like a setting", "like a block"],
)
def test_what_looks_like_another_kind_costs_no_time(read, text: str) -> None:
    """However long its lines and however many its blanks."""
    begun = time.process_time()
    with suppress(InputError):
        read(text)
    assert time.process_time() - begun < 2
