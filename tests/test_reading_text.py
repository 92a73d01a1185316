"""Delimited text and JSON lines become a table of text, every row with the number that Excel shows."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.errors import InputError, UsageError
from bulk_io.reading import read_table
from bulk_io.reading.table import Table

HEADER = "Name;Phone;Email"
ROWS = "Zoë Martin;0639980001;zoe@example.com\nJosé Roux;0639980002;jose@example.org"


def rows(table: Table) -> dict[int, list[str]]:
    """Give a table's cells by row number."""
    return {int(row): list(cells) for row, cells in zip(table.frame.index, table.frame.to_numpy(), strict=True)}


def test_a_plain_csv_is_a_table_of_text(read) -> None:
    """Nothing becomes a number or nothing: NA, null, TRUE, leading zeros and 33612345678.0 stay as written."""
    table = read("Name,Phone,City\nNA,0033639980001,null\nTRUE,33612345678.0, x \n")
    assert rows(table) == {2: ["NA", "0033639980001", "null"], 3: ["TRUE", "33612345678.0", " x "]}
    assert set(table.frame.dtypes.astype(str)) == {"str"}
    assert (table.source.format, table.source.encoding, table.source.header_row) == ("csv", "utf-8", 1)
    assert table.problems == []


def test_the_source_names_the_file_as_given(read, tmp_path: Path) -> None:
    """Source.file is the path that the user gave."""
    assert read("Name,Phone\nAna,0639980001").source.file == str(tmp_path / "leads.csv")


@pytest.mark.parametrize(
    ("delimiter", "format_"),
    [(",", "csv"), (";", "csv"), ("|", "csv"), ("\t", "tsv")],
    ids=["comma", "semi", "pipe", "tab"],
)
def test_the_delimiter_is_found(read, delimiter: str, format_: str) -> None:
    """Each of the four delimiters is told from the content, whatever the file is called."""
    table = read(f"{HEADER}\n{ROWS}\n".replace(";", delimiter), "leads.txt")
    assert (table.source.delimiter, table.source.format) == (delimiter, format_)
    assert table.header == ["Name", "Phone", "Email"]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ('Name,Phone,Tags\nAna,0639980001,a;b\nLéa,0639980002,c;d\n"Roux, Zoë",0639980003,e;f', ","),
        ("Name;Phone;Score;Rate\nAna;0639980001;1,5;2,5\nLéa;0639980002;3,5;4,25", ";"),
        ('Name;Address\n"Roux; Zoë";1, rue A, Paris\nAna;2, rue B, Lyon', ";"),
    ],
    ids=["tags in commas", "decimal commas", "quoted semicolon"],
)
def test_cells_that_hold_other_delimiters_mislead_nobody(read, text: str, delimiter: str) -> None:
    """Quotes, decimal commas and tag lists are no delimiters."""
    assert read(text).source.delimiter == delimiter


def test_a_tie_of_delimiters_goes_to_known_header_words(read) -> None:
    """Where two delimiters cut as evenly, the one whose header has contact words wins."""
    assert read("Name;Phone,x\na;b,c\nd;e,f").source.delimiter == ";"
    assert read("x;Name,Phone\na;b,c\nd;e,f").source.delimiter == ","


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"], ids=ascii)
def test_a_sep_line_decides_and_is_no_row(read, line: str) -> None:
    """The header below a sep= line is row 1."""
    table = read(f"{line}\r\nName;Phone,x\r\nAna;1,2\r\n")
    assert (table.source.delimiter, table.source.header_row, rows(table)) == (";", 1, {2: ["Ana", "1,2"]})


@pytest.mark.parametrize("given", ["|", "pipe"])
def test_a_given_delimiter_is_taken(read, given: str) -> None:
    """--delimiter overrules what would be found."""
    assert read("Name,a|Phone\nx,y|0639980001", delimiter=given).header == ["Name,a", "Phone"]


@pytest.mark.parametrize("given", ["", ";,;,;,", '"', "\n"], ids=ascii)
def test_a_delimiter_of_other_length_is_a_usage_error(read, given: str) -> None:
    """A delimiter is one character, or a few."""
    with pytest.raises(UsageError, match="delimiter"):
        read("a,b\n1,2", delimiter=given)


def test_blanks_between_delimiter_and_quote_are_skipped(read) -> None:
    """A file written with a blank behind each comma keeps its quoted commas together."""
    table = read('"Name", "Phone", "Company"\n"Ana", "0639980001", "Roux, SA"\n"Léa", "0639980002", "Bo, SARL"\n')
    assert rows(table)[2] == ["Ana", "0639980001", "Roux, SA"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=ascii)
def test_line_ends_of_all_systems_are_understood(read, end: str) -> None:
    """Unix, Windows and old Mac files give the same rows."""
    assert rows(read(end.join(["Name,Phone", "Ana,1", "", "Léa,2"]))) == {2: ["Ana", "1"], 4: ["Léa", "2"]}


def test_row_numbers_are_those_of_excel(read) -> None:
    """A record over several lines is one row; blank lines and rows of empty cells count but are no data."""
    table = read('Name,Note\n"Ana\nMaria","x\r\ny"\n\n , \n,,\nLéa,z\n')
    assert rows(table) == {2: ["Ana\nMaria", "x\r\ny"], 6: ["Léa", "z"]}
    assert table.problems == []


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ("Leads of March\n\n", 3),
        ('Notes:\n"When exporting your data, some are missing. Learn more."\n\n', 4),
        ("Report;;\nMade by;Ana;\nOn;2026-03-01;\n;;\n", 5),
        ("\n" * 6, 7),
        ("t1\nt2\nt3\nt4\nt5\nt6\nt7\nt8\nt9\nt10\n", 11),
    ],
    ids=["title", "linkedin", "facts", "blank lines", "ten titles"],
)
def test_the_header_is_found_below_titles(read, above: str, row: int) -> None:
    """Rows of few filled cells above the header are no data, and numbers go on counting."""
    table = read(f"{above}{HEADER}\n{ROWS}\n")
    assert (table.source.header_row, table.header) == (row, ["Name", "Phone", "Email"])
    assert list(table.frame.index) == [row + 1, row + 2]


@pytest.mark.parametrize(
    "header",
    [
        "Prénom;Nom;Téléphone;Courriel",
        "Vorname;Nachname;Handy;E-Mail",
        "Nombre;Apellidos;Móvil;Correo electrónico",
        "Nome;Cognome;Cellulare;Posta elettronica",
        "Voornaam;Achternaam;Mobiel;E-mail",
        "Primeiro nome;Apelido;Telemóvel;Correio eletrónico",
        "Comment vous appelez-vous ?;Et votre famille ?;Où vous joindre ?;Votre adresse ?",
        "a;b;c;d",
    ],
    ids=["fr", "de", "es", "it", "nl", "pt", "questions", "unknown"],
)
def test_headers_of_many_languages_are_headers(read, header: str) -> None:
    """Known words are evidence, but a row of unknown short texts is a header too."""
    table = read(f"{header}\nAna;Roux;0639980001;ana@example.com\nLéa;Bo;0639980002;lea@example.com")
    assert (table.source.header_row, table.header) == (1, header.split(";"))


@pytest.mark.parametrize(
    "text",
    [
        "Ana,0639980001,ana@example.com\nLéa,0639980002,lea@example.com",
        "Ana,+33 6 39 98 00 01,1\nLéa,+33 6 39 98 00 02,2",
    ],
    ids=["email", "phone"],
)
def test_a_file_without_header_gets_numbered_columns(read, text: str) -> None:
    """A first row full of values is data."""
    table = read(text)
    assert table.source.header_row is None
    assert table.header == table.raw_header == ["column_1", "column_2", "column_3"]
    assert list(table.frame.index) == [1, 2]


def test_a_list_of_phones_is_a_table_of_one_column(read) -> None:
    """One column, with or without a header, is enough."""
    assert rows(read("0639980001\n0639980002\n")) == {1: ["0639980001"], 2: ["0639980002"]}
    table = read("Téléphone\n0639980001\n")
    assert (table.header, rows(table)) == (["Téléphone"], {2: ["0639980001"]})


def test_a_stray_comma_in_a_list_of_phones_hides_no_header(read) -> None:
    """One row with a comma too many is that row's fault; the header stays a header."""
    table = read("Phone\n06 39 98 00 01\n06 39 98 00 02, home\n06 39 98 00 03\n")
    assert (table.header, list(table.frame.index)) == (["Phone"], [2, 3, 4])
    assert [(p.key, p.row) for p in table.problems] == [("row.extra_cells", 3)]


def test_blank_control_characters_are_no_row(read) -> None:
    """The NULs and the Ctrl-Z that some programs leave at the end of a file are no data."""
    table = read(b"Name,Phone\n" + b"Ana,0639980001\n" * 100 + b"\x00\x00\x1a")
    assert (len(table.frame), table.problems) == (100, [])


def test_a_given_header_row_overrules(read) -> None:
    """--header-row is the row as Excel shows it; a row that is not there is a usage error."""
    table = read("Name,Phone\nWer,Womit\nAna,1\n", header_row=2)
    assert (table.header, rows(table), table.source.header_row) == (["Wer", "Womit"], {3: ["Ana", "1"]}, 2)
    for row in (0, 9):
        with pytest.raises(UsageError, match="header-row"):
            read("Name,Phone\nAna,1\n", header_row=row)


def test_header_row_may_lie_far_down(read) -> None:
    """A header row that is given is found behind any sample."""
    assert read("x,y\n" * 2500 + "Name,Phone\nAna,1\n", header_row=2501).header == ["Name", "Phone"]


def test_headers_are_trimmed_and_unique(read) -> None:
    """Blank headers are numbered, repeats are counted, the raw header stays."""
    table = read("Name, Phone ,Phone,,Phone (2),Phone\nAna,1,2,3,4,5")
    assert table.header == ["Name", "Phone", "Phone (3)", "column_4", "Phone (2)", "Phone (4)"]
    assert table.raw_header == ["Name", " Phone ", "Phone", "", "Phone (2)", "Phone"]
    assert list(table.frame.columns) == table.header


def test_a_header_alone_is_a_table_of_no_rows(read) -> None:
    """No rows are fine; the frame still has its columns of text."""
    table = read("Name,Phone\n")
    assert (len(table.frame), list(table.frame.columns), list(table.chunks())) == (0, ["Name", "Phone"], [])
    assert set(table.frame.dtypes.astype(str)) == {"str"}


def test_too_many_cells_are_an_error_and_never_shift(read) -> None:
    """What overflows goes into a problem; the row keeps its first cells."""
    table = read("Name,Phone\nAna,1,x,é\nLéa,2\nZoë,3,,\n")
    assert rows(table) == {2: ["Ana", "1"], 3: ["Léa", "2"], 4: ["Zoë", "3"]}
    (problem,) = table.problems
    assert (problem.key, problem.row, problem.column, problem.severity) == ("row.extra_cells", 2, "column_3", "error")
    assert json.loads(problem.value) == ["x", "é"]


def test_too_few_cells_are_a_warning(read) -> None:
    """Missing cells are empty, and the person is told."""
    table = read("Name,Phone,City\nAna,1\nLéa,2,Lyon\n")
    assert rows(table)[2] == ["Ana", "1", ""]
    assert [(p.key, p.row, p.severity) for p in table.problems] == [("row.short", 2, "warning")]


def test_a_quote_left_open_swallows_nothing(read) -> None:
    """The row where the quote began is reported; the rows below are read."""
    lines = ["Name,Phone,City", *(f"N{i},{i},Paris" for i in range(2, 3000))]
    lines[5] = '"N6,6,Paris'
    table = read("\n".join(lines))
    assert len(table.frame) == 2998
    assert table.frame.loc[7].tolist() == ["N7", "7", "Paris"]
    assert [(p.key, p.row, p.severity) for p in table.problems] == [("row.open_quote", 6, "error")]


def test_a_quote_open_in_the_last_line_is_reported(read) -> None:
    """Also where there is nothing left to swallow."""
    table = read('Name,Phone\nAna,1\nLéa,"2')
    assert list(table.frame.index) == [2, 3]
    assert [(p.code, p.row) for p in table.problems] == [("open_quote", 3)]


def test_rows_between_two_stray_quotes_are_not_lost(read) -> None:
    """A quote that a later stray quote closes held whole rows: they are read as rows."""
    lines = ["Name,Phone,City", 'Ana,1,"Paris', *(f"N{i},{i},Lyon" for i in range(3, 9)), 'Léa,9,Nice"', "Zoë,10,Lille"]
    table = read("\n".join(lines))
    assert list(table.frame.index) == list(range(2, 11))
    assert table.problems[0].key == "row.open_quote"


def test_quotes_open_everywhere_lose_no_row(read) -> None:
    """A file that is damaged all over is read row by row, each damage reported."""
    table = read("Name,Phone,City\n" + 'Ana,1,"Paris\nx,y,z\nx,y,z\nLéa,2,Nice"\n' * 120)
    assert len(table.frame) == 480
    assert [problem.key for problem in table.problems] == ["row.open_quote"] * 120


def test_a_huge_cell_is_read(read) -> None:
    """The csv module's limit of 131,072 characters does not hold."""
    assert rows(read(f'Name,Note\nAna,"{"x" * 300_000}"\n'))[2][1] == "x" * 300_000


def test_too_many_columns_are_refused(read) -> None:
    """A sheet of Excel has 16,384 columns; more are a mistake."""
    assert len(read(",".join(f"c{i}x" for i in range(16_384)) + "\n").header) == 16_384
    with pytest.raises(InputError, match=r"^too large"):
        read("a," * 16_384 + "b\n")


def test_a_first_line_of_very_many_columns_is_not_cut_into_cells(read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Millions of cells would take the memory that only counting delimiters does not."""
    monkeypatch.setattr("bulk_io.reading.texts.delimited._sample", None)
    with pytest.raises(InputError, match=r"^too large"):
        read("c," * 1_000_000 + "\n")


def test_chunks_can_be_read_again(read) -> None:
    """Each reading begins at the top, and so do the problems."""
    table = read("Name,Phone\n" + "Ana,1\n" * 25 + "x,y,z\n")
    for _ in range(2):
        assert [len(chunk) for chunk in table.chunks(10)] == [10, 10, 6]
        assert len(table.problems) == 1
    with pytest.raises(ValueError, match="rows"):
        next(table.chunks(0))


cells = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\r"), max_size=6
)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=30), st.integers(1, 40))
@settings(deadline=None, max_examples=25)
def test_what_csv_writes_is_read_back_whatever_the_chunks(tmp_path_factory, records, size: int) -> None:
    """Splitting into chunks changes nothing, and every cell comes back as written."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["Name", "Phone", "Email"], *records])
    path = tmp_path_factory.mktemp("law") / "x.csv"
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    table = read_table(path, delimiter=",", header_row=1)
    wanted = {i: r for i, r in enumerate(records, 2) if any(c.strip(" \t\r\n") for c in r)}
    found = rows(table)
    assert {i: wanted[i] for i in found} == found
    assert all(not "".join(wanted[i]).strip().strip("\u200b\ufeff") for i in wanted.keys() - found.keys())
    chunks = list(table.chunks(size))
    assert not chunks or pd.concat(chunks).equals(table.frame)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semi", "tab", "pipe"])
@pytest.mark.parametrize(
    "content",
    ["\n\n{0}{0}\n", "{0}\n{0}\n", '""{0}""\n', " {0} {0} \n\n", "{0}{0}\r\n{0}\r\n"],
    ids=["below blank lines", "one delimiter", "quoted blanks", "spaces", "ragged"],
)
def test_a_csv_of_blank_cells_is_empty(read, delimiter: str, content: str) -> None:
    """Delimiters alone are no table: whatever the delimiter, there is no row in it."""
    with pytest.raises(InputError, match=r"^empty: "):
        read(content.format(delimiter))


def test_jsonl_objects_become_rows(read) -> None:
    """Columns are the keys as they first appear; values are text as JSON writes them; lists of texts are tags."""
    objects = [
        '{"id": "c1", "name": "Ana", "n": 33612345678.0, "ok": true, "none": null}',
        '{"name": "Léa", "tags": ["a", "b;c"], "deep": {"x": [1, 2.50]}, "n": 0}',
    ]
    table = read("\n\n".join(objects), "x.txt")
    assert (table.source.format, table.source.delimiter, table.source.encoding) == ("jsonl", None, "utf-8")
    assert table.header == ["id", "name", "n", "ok", "none", "tags", "deep"]
    assert rows(table) == {
        2: ["c1", "Ana", "33612345678.0", "true", "", "", ""],
        3: ["", "Léa", "0", "", "", 'a;"b;c"', '{"x":[1,2.50]}'],
    }


def test_a_jsonl_line_that_is_no_object_is_a_problem_of_its_row(read) -> None:
    """A broken or cut line keeps its row, empty, with an error; the others are read."""
    table = read('{"name": "Ana"}\n[1]\n{"name": "L\n{"name": "\\ud800x"}\n')
    assert rows(table) == {2: ["Ana"], 3: [""], 4: [""], 5: ["\ufffdx"]}
    assert [(p.key, p.row, p.severity) for p in table.problems] == [
        ("row.bad_json", 3, "error"),
        ("row.bad_json", 4, "error"),
    ]


def test_too_many_jsonl_keys_are_refused(read) -> None:
    """Objects with a new key each would make a table as wide as long."""
    with pytest.raises(InputError, match=r"^too large"):
        read("\n".join(json.dumps({f"k{i}": 1}) for i in range(16_385)))


def test_standard_input_is_read(monkeypatch, read) -> None:
    """A dash stands for standard input, and its copy can be read again and again."""

    class Stdin:
        buffer = io.BytesIO(b"Name,Phone\nAna,1\n")

    monkeypatch.setattr(sys, "stdin", Stdin)
    table = read_table("-")
    assert table.source.file == "-"
    assert len(list(table.chunks())) == len(list(table.chunks())) == 1


def test_a_pipe_is_read(tmp_path: Path) -> None:
    """A file that can be read only once (process substitution) works like any other."""
    source, sink = os.pipe()
    os.write(sink, b"Name,Phone\nAna,1\n")
    os.close(sink)
    try:
        assert rows(read_table(f"/dev/fd/{source}")) == {2: ["Ana", "1"]}
    finally:
        os.close(source)


@pytest.mark.parametrize("sheet", ["3", "Leads", 2])
def test_a_text_has_no_other_sheet(read, sheet: str | int) -> None:
    """What was asked for is never left aside without a word; its only table may be asked for."""
    with pytest.raises(UsageError, match="no sheet"):
        read("Name,Phone\nAna,0639980001\n", sheet=sheet)
    assert len(read("Name,Phone\nAna,0639980001\n", sheet=1).frame) == 1


def test_a_person_is_told_that_a_pipe_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal only, and only while nothing comes."""
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("bulk_io.reading.table._QUIET", 0.1)
    there, here = os.pipe()
    with os.fdopen(there) as stdin, os.fdopen(here, "wb") as pipe:
        monkeypatch.setattr("sys.stdin", stdin)
        later = threading.Timer(0.5, lambda: (pipe.write(b"Name,Phone\nAna,0639980001\n"), pipe.close()))
        later.start()
        assert len(read_table("-").frame) == 1
    assert screen.getvalue() == "Waiting for rows on standard input; Ctrl-D ends them, Ctrl-C gives up.\n"


def test_damage_among_thousands_of_regular_rows_keeps_its_number(read) -> None:
    """A quote inside, a text of two lines, a short row: each where it stands, and every other row as it is."""
    rows = [f"Ada {at},0612{at:06d},Lyon" for at in range(2, 4002)]
    rows[1198] = '"Ada "B" 1200",0612001200,Lyon'
    rows[1499] = '"Ada\n1501",0612001501,Lyon'
    rows[2998] = "Ada 3000,0612003000"
    table = read("\n".join(["Name,Phone,City", *rows]))
    names = table.frame["Name"]
    assert len(names) == 4000
    assert [p.row for p in table.problems] == [1200, 3000]
    assert (names[1200], names[1501], names[1502], names[4001]) == ('Ada "B" 1200', "Ada\n1501", "Ada 1502", "Ada 4001")
