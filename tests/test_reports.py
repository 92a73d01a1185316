"""The files of a run's folder tell what became of every row, and give back what is to be fixed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from report_view import FED, HEADER, SOURCE, Run, big, run

from bulk_io import reports
from bulk_io.records import BACK_TO_USER, Change, Clash, Conflict, ContactChange, Outcome, Problem, Result, Trouble
from bulk_io.reports import outcomes, page, workbook
from bulk_io.reports.page import shown
from bulk_io.sharing import ALONE, Crew

BAD = Problem(2, "phoneNumber", "invalid", "Too short; check it.", "06", "Téléphone")
WARNING = Problem(2, "phoneNumber", "landline", "A landline.", "01", "Téléphone", "warning")


def lines(path: Path, delimiter: str = ",", encoding: str = "utf-8-sig") -> list[list[str]]:
    """Read a csv file."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter))


def sheet(path: Path, name: str) -> list[list[Any]]:
    """Read a sheet."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


def cells(path: Path, name: str) -> str:
    """Read a sheet as one text."""
    return "\n".join(str(cell) for row in sheet(path, name) for cell in row)


def made(tmp_path: Path, view: Run) -> str:
    """Write the reports and give the page."""
    reports.write(tmp_path, view)
    return (tmp_path / "report.html").read_text("utf-8")


def invalid(row: int = 2, *more: Problem, **facts: Any) -> Result:
    """Make a row that the user gets back."""
    return Result(row, Outcome.INVALID, problems=(replace(BAD, row=row), *more), **facts)


class Page(HTMLParser):
    """Collects what a browser would load, link and label."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        found = dict(attrs)
        self.loads += [
            value or "" for name, value in attrs if name in {"src", "srcset", "data", "action", "background"}
        ]
        self.loads += [name for name in found if name.startswith("on")]
        if tag == "a":
            self.links.append(found["href"] or "")
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold that tags close in order."""
        assert self.open.pop() == tag


def test_all_reports_are_private_and_named(tmp_path: Path) -> None:
    """Four files of mode 0600, and no other."""
    files = reports.write(tmp_path, big())
    assert files == {
        "results": tmp_path / "results.csv",
        "workbook": tmp_path / "report.xlsx",
        "page": tmp_path / "report.html",
        "rejected": tmp_path / "rejected.csv",
    }
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        path.name: 0o600 for path in files.values() if path
    }


def test_another_process_makes_the_same_workbook(tmp_path: Path) -> None:
    """Whoever makes it, each sheet is as it was; the process is gone when its workbook is asked for."""
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    steps: list[object] = []

    class Watched(Crew):
        def beside(self, step: Callable[[], object]) -> AbstractContextManager[None]:
            steps.append(step.func)  # type: ignore[attr-defined]
            return super().beside(step)

    with Watched(2) as crew:
        crew.call()
        for folder, by in ((alone, ALONE), (shared, crew)):
            folder.mkdir()
            reports.write(folder, big(), by)
    assert steps == [workbook.write]
    for name in ("Summary", "Results", "Problems", "Duplicates", "Changes"):
        told = [[sheet(folder / "report.xlsx", name)] for folder in (alone, shared)]
        assert str(told[0]).replace(str(alone), "") == str(told[1]).replace(str(shared), "")


def test_results_have_one_line_for_each_row_in_file_order(tmp_path: Path) -> None:
    """The columns are the contract's, problems and warnings are joined, every row is there."""
    view = run(
        Result(2, Outcome.CREATED, "c1", "+33639980011", "Zoé", problems=(WARNING,)),
        Result(4, Outcome.MERGED, "c1", "+33639980011", "Zoé", 2),
        invalid(5, replace(WARNING, row=5)),
    )
    reports.write(tmp_path, view)
    assert (tmp_path / "results.csv").read_bytes().startswith(b"\xef\xbb\xbfrow,outcome,")
    assert lines(tmp_path / "results.csv") == [
        ["row", "outcome", "contact_id", "phoneNumber", "name", "merged_into", "problems"],
        ["2", "created", "c1", "+33639980011", "Zoé", "", "phoneNumber.landline: A landline."],
        ["4", "merged", "c1", "+33639980011", "Zoé", "2", ""],
        [
            "5",
            "invalid",
            "",
            "",
            "",
            "",
            "phoneNumber.invalid: Too short; check it.; phoneNumber.landline: A landline.",
        ],
    ]


def test_results_guard_the_name_and_keep_the_phone(tmp_path: Path) -> None:
    """A name that is a formula is not run; a phone number stays plain for scripts."""
    reports.write(tmp_path, run(Result(2, Outcome.CREATED, "-c", "+33639980011", "=1+1")))
    assert lines(tmp_path / "results.csv")[1][2:5] == ["-c", "+33639980011", "'=1+1"]


def test_rejected_has_the_rows_to_fix_as_the_user_had_them(tmp_path: Path) -> None:
    """Rows of the four outcomes in file order, own columns with repeats, own delimiter and encoding, then two more."""
    ends = [Outcome.HELD, Outcome.CREATED, Outcome.FAILED, Outcome.PENDING, Outcome.REJECTED, Outcome.INVALID]
    ends += [Outcome.UPDATED, Outcome.UNCHANGED, Outcome.MERGED, Outcome.SKIPPED]
    rows = [Result(row, end, problems=(replace(BAD, row=row),)) for row, end in enumerate(ends, 2)]
    own = {row.row: [f" =Zoé {row.row}", "06;12", "+1", "'x", "", 'a"b', "1\n2"] for row in rows}
    reports.write(tmp_path, run(*rows, cells=own))
    header, *found = lines(tmp_path / "rejected.csv", ";", "cp1252")
    assert header == [*HEADER, "bulk_io_outcome", "bulk_io_problem"]
    reason = "phoneNumber.invalid: Too short; check it."
    assert found == [[*own[row], ends[row - 2].value, reason] for row in (2, 4, 6, 7)]
    assert {Outcome(row[-2]) for row in found} == BACK_TO_USER


def test_rejected_tells_the_warnings_only_where_there_is_no_error(tmp_path: Path) -> None:
    """The reason is what stopped the row."""
    reports.write(tmp_path, run(invalid(2, WARNING), Result(3, Outcome.FAILED, problems=(replace(WARNING, row=3),))))
    found = lines(tmp_path / "rejected.csv", ";", "cp1252")
    assert [row[-1] for row in found[1:]] == [
        "phoneNumber.invalid: Too short; check it.",
        "phoneNumber.landline: A landline.",
    ]


@pytest.mark.parametrize(
    ("kind", "encoding", "delimiter", "cell", "wanted", "between"),
    [
        ("csv", "cp1252", ";", "Zoé", "cp1252", ";"),
        ("csv", "cp1252", ";", "Łódź", "utf-8-sig", ";"),
        ("csv", "ascii", ",", "Zoé", "utf-8-sig", ","),
        ("csv", "utf-8", "|", "中", "utf-8", "|"),
        ("csv", "utf-8-sig", ",", "中", "utf-8-sig", ","),
        ("csv", "mac-roman", ";", "Zoé", "mac-roman", ";"),
        ("csv", "utf-16-le", "\t", "中", "utf-16", "\t"),
        ("csv", "utf-16", "\t", "中", "utf-16", "\t"),
        ("tsv", "utf-8", "\t", "a,b", "utf-8", "\t"),
        ("csv", "utf-8", None, "a,b", "utf-8", ","),
        ("csv", "no such", "::", "a", "utf-8-sig", ","),
        ("jsonl", "utf-8", None, "Zoé", "utf-8-sig", ","),
        ("xls", None, None, "Zoé", "utf-8-sig", ","),
        ("ods", None, None, "Zoé", "utf-8-sig", ","),
        ("html", "cp1252", None, "Zoé", "utf-8-sig", ","),
        ("vcard", "utf-8", None, "\ud800", "utf-8-sig", ","),
    ],
)
def test_rejected_is_written_as_the_input_was(
    kind: str, encoding: str | None, delimiter: str | None, cell: str, wanted: str, between: str, tmp_path: Path
) -> None:
    """csv keeps its delimiter, and its encoding where that has every character; others become comma and UTF-8."""
    source = replace(SOURCE, format=kind, encoding=encoding, delimiter=delimiter)
    view = run(invalid(), header=["Nom"], cells={2: [cell]}, source=source)
    assert reports.write(tmp_path, view)["rejected"] == tmp_path / "rejected.csv"
    content = (tmp_path / "rejected.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") == (wanted == "utf-8-sig")
    assert content.startswith((b"\xff\xfe", b"\xfe\xff")) == (wanted == "utf-16")
    assert lines(tmp_path / "rejected.csv", between, wanted)[1][0] == cell.replace("\ud800", "�")


def test_a_workbook_is_given_back_as_a_workbook(tmp_path: Path) -> None:
    """xlsx comes back as xlsx, its text inert, under its sheet's name."""
    source = replace(SOURCE, format="xlsx", encoding=None, delimiter=None, sheet="Contacts é")
    view = run(invalid(), header=["Nom", "", "Nom"], cells={2: ["=1+1", "0612", "x"]}, source=source)
    assert reports.write(tmp_path, view)["rejected"] == tmp_path / "rejected.xlsx"
    assert sheet(tmp_path / "rejected.xlsx", "Contacts é") == [
        ["Nom", "", "Nom", "bulk_io_outcome", "bulk_io_problem"],
        ["=1+1", "0612", "x", "invalid", "phoneNumber.invalid: Too short; check it."],
    ]


def test_the_columns_of_an_earlier_rejected_file_are_replaced(tmp_path: Path) -> None:
    """A file that was given back, half fixed and imported again has the two columns once, with the new reasons."""
    header = ["bulk_io_problem", "Nom", " BULK_IO_outcome "]
    reports.write(tmp_path, run(invalid(), header=header, cells={2: ["old", "Zoé", "held"]}))
    assert lines(tmp_path / "rejected.csv", ";", "cp1252") == [
        ["Nom", "bulk_io_outcome", "bulk_io_problem"],
        ["Zoé", "invalid", "phoneNumber.invalid: Too short; check it."],
    ]


def test_cells_beyond_the_header_are_given_back(tmp_path: Path) -> None:
    """Nothing of a row with too many or too few cells is lost."""
    extra = Problem(3, "row", "extra_cells", "Two cells more than the header.", json.dumps(["x;y", "é"]))
    odd = Problem(4, "row", "extra_cells", "One more.", "not json")
    view = run(
        invalid(2),
        Result(3, Outcome.INVALID, problems=(extra,)),
        Result(4, Outcome.INVALID, problems=(odd,)),
        header=["Nom", "Tel"],
        cells={2: ["a"], 3: ["b", "c"], 4: ["d", "e"]},
    )
    reports.write(tmp_path, view)
    header, *found = lines(tmp_path / "rejected.csv", ";", "cp1252")
    assert header == ["Nom", "Tel", "column_3", "column_4", "bulk_io_outcome", "bulk_io_problem"]
    assert [row[:4] for row in found] == [["a", "", "", ""], ["b", "c", "x;y", "é"], ["d", "e", "not json", ""]]


def test_without_rows_to_fix_there_is_no_rejected_file(tmp_path: Path) -> None:
    """Nothing is written, and what an earlier try of the run left is removed."""
    (tmp_path / "rejected.csv").write_text("old")
    (tmp_path / "rejected.xlsx").write_text("old")
    assert reports.write(tmp_path, run(Result(2, Outcome.CREATED)))["rejected"] is None
    assert not list(tmp_path.glob("rejected.*"))


def test_a_view_whose_rows_do_not_match_is_an_error(tmp_path: Path) -> None:
    """A row never comes back under another row's reason."""
    with pytest.raises(ValueError, match="row 3 where row 2 was wanted"):
        reports.write(tmp_path, run(invalid(2), invalid(3), cells={3: ["b"], 2: ["a"]}))


def test_the_workbook_has_the_five_sheets(tmp_path: Path) -> None:
    """Summary, Results, Problems, Duplicates, Changes, with the contract's columns."""
    reports.write(tmp_path, big())
    path = tmp_path / "report.xlsx"
    names = CalamineWorkbook.from_path(str(path)).sheet_names
    assert names == ["Summary", "Results", "Problems", "Duplicates", "Changes"]
    assert len(sheet(path, "Results")) == 201
    assert sheet(path, "Results")[16][:8] == [
        *[17.0, "held", "", "+33639980017", "Élodie Noël", ""],
        "phoneNumber.shared: The number belongs to somebody else; correct it, or the name.",
        "FR (file)",
    ]
    assert sheet(path, "Problems")[0] == ["row", "column", "field", "code", "value", "message", "severity"]
    assert sheet(path, "Problems")[1][:5] == [13.0, "Téléphone", "phoneNumber", "landline", "01 99 00 12 34"]
    assert sheet(path, "Changes")[0][:4] == ["contact", "field", "old", "new"]
    assert sheet(path, "Changes")[2][:4] == ["contact_4011", "tags", "vip", "vip;salon 2025"]


def test_conflicts_are_a_sheet_where_there_are_some(tmp_path: Path) -> None:
    """Three values side by side; their rows, and those of contacts that are gone, share nothing with another row."""
    view = run(
        Result(2, Outcome.HELD, "", "+1", "Zoé", problems=(Problem(2, "city", "stale", "both changed it"),)),
        Result(3, Outcome.SKIPPED, "", "+2", "Ann", problems=(Problem(3, "id", "gone", "is gone"),)),
    )
    reports.write(tmp_path, view)
    assert "Conflicts" not in load_workbook(tmp_path / "report.xlsx").sheetnames
    view.conflicting.append(Conflict(2, "c1", "city", "Paris", "=1+1", ""))
    reports.write(tmp_path, view)
    assert sheet(tmp_path / "report.xlsx", "Conflicts") == [
        ["row", "contact", "field", "as exported", "yours", "theirs"],
        [2.0, "c1", "city", "Paris", "=1+1", ""],
    ]
    assert sheet(tmp_path / "report.xlsx", "Duplicates")[1:] == []
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert all(text in page for text in ("changed by you and in the CRM", "<bdi>Paris</bdi>", "--on-stale theirs"))


def test_duplicates_show_where_a_row_went_and_whom_a_number_belongs_to(tmp_path: Path) -> None:
    """Merged, skipped and held rows are there, held ones beside the owner; others are not."""
    clash = Clash(7, "+1", {"name": "Zoé"}, {"name": "Hugo", "city": "Lyon"}, "contact c9")
    stray = Clash(3, "+1", {"name": "none"}, {}, "row 2")
    view = run(
        Result(2, Outcome.CREATED, "c1", "+1", "Zoé"),
        Result(4, Outcome.MERGED, "c1", "+1", "Zoé", 2),
        Result(6, Outcome.HELD, "", "+2", "Ann"),
        Result(7, Outcome.HELD, "", "+1", "Zoé"),
        Result(8, Outcome.SKIPPED, "", "+3", "Léa"),
    )
    view.clashing.extend([stray, clash])
    reports.write(tmp_path, view)
    found = sheet(tmp_path / "report.xlsx", "Duplicates")
    assert found[1:] == [
        [4.0, "merged", 2.0, "+1", "Zoé", "", "", ""],
        [6.0, "held", "", "+2", "Ann", "", "", ""],
        [7.0, "held", "", "+1", "Zoé", "contact c9", "name: Zoé\ncity: ", "name: Hugo\ncity: Lyon"],
        [8.0, "skipped", "", "+3", "Léa", "", "", ""],
    ]


def test_the_summary_sheet_tells_counts_and_next_steps(tmp_path: Path) -> None:
    """The first sheet has the verdict, the outcomes, the steps, and how the file was read."""
    reports.write(tmp_path, big())
    found = sheet(tmp_path / "report.xlsx", "Summary")
    assert found[0][0] == "Import of prospects salon 2025.csv"
    assert found[1][0] == "178 of 200 rows ended well; 22 need you."
    assert ["created", 118.0, "a new contact was made"] in found
    assert ["phoneNumber.damaged", 6.0, ""] in found
    text = cells(tmp_path / "report.xlsx", "Summary")
    for wanted in ("Open rejected.csv", "semicolon", "cp1252", "from Téléphone", *big().summary().notes):
        assert wanted in text


def test_phone_troubles_are_told_by_cause(tmp_path: Path) -> None:
    """The page and the Summary sheet say how many, what, and what would help; a run without any says nothing."""
    troubles = (Trouble(312, "numbers have no country", "--region FR makes 309 of them valid"),)
    page = made(tmp_path, run(invalid(), troubles=troubles))
    assert "numbers have no country" in page
    assert "--region FR makes 309 of them valid" in page
    assert ["", 312, "numbers have no country: --region FR makes 309 of them valid"] in sheet(
        tmp_path / "report.xlsx", "Summary"
    )
    assert "by cause" not in made(tmp_path, run(invalid()))


def test_a_sheet_too_long_for_a_person_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Summary names the sheets that do not show all; results.csv has every row."""
    assert workbook.MOST == 100_000
    monkeypatch.setattr(workbook, "MOST", 3)
    reports.write(tmp_path, run(*(invalid(row) for row in range(2, 5))))
    assert "shows the first" not in cells(tmp_path / "report.xlsx", "Summary")
    reports.write(tmp_path, run(*(invalid(row) for row in range(2, 6))))
    assert len(sheet(tmp_path / "report.xlsx", "Results")) == len(sheet(tmp_path / "report.xlsx", "Problems")) == 4
    text = cells(tmp_path / "report.xlsx", "Summary")
    assert "The sheet Results shows the first 3 rows. All rows are in results.csv." in text
    assert "The sheet Problems shows the first 3 rows." in text
    assert len(lines(tmp_path / "results.csv")) == 5


def test_the_page_loads_and_runs_nothing(tmp_path: Path) -> None:
    """One file: no script, no style or picture from outside, links only to its neighbours; well-formed, labelled."""
    text = made(tmp_path, big())
    found = Page(text)
    assert not found.open
    assert not found.loads
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(found.tags)
    assert not re.search(r"url\(|@import|https?:|javascript:", text)
    assert found.links == ["rejected.csv", "report.xlsx", "results.csv"]
    assert "default-src 'none'" in text
    assert found.tags.count("table") == found.tags.count("caption")
    assert found.tags.count("h1") == 1
    assert '<html lang="en">' in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_the_page_escapes_what_the_file_says(tmp_path: Path) -> None:
    """Text of the user's file is never markup, wherever it is shown."""
    evil = '"><script>alert(1)</script><b onclick=x>'
    view = run(
        invalid(2, Problem(2, "email", "invalid", evil, evil, evil), name=evil),
        header=[evil],
        cells={2: [evil]},
        source=replace(SOURCE, file=evil, sheet=evil, notes=(evil,)),
        columns={evil: evil},
        notes=(evil,),
        target=evil,
        run=evil,
        run_dir=evil,
        mapping=evil,
        started=evil,
    )
    view.changed.append(ContactChange(2, evil, evil, Change(evil, evil, evil)))
    view.clashing.append(Clash(2, evil, {"name": evil}, {"name": evil + "2"}, evil))
    found = Page(made(tmp_path, view))
    assert "script" not in found.tags
    assert not found.loads
    assert not found.open


def test_the_page_shows_counts_problems_and_what_to_do(tmp_path: Path) -> None:
    """Verdict, outcomes with bars, the commonest problem first with three examples, facts, mapping and notes."""
    text = made(tmp_path, big())
    assert "<h1>178 of 200 rows ended well; 22 need you.</h1>" in text
    assert '<rect class="created" x="0.000" y="0" width="59.000" height="4"/>' in text
    assert text.index("phoneNumber.damaged") < text.index("phoneNumber.missing") < text.index("email.invalid")
    assert text.count('<td style="width:6.5rem">row') == 3 + 3 + 3 + 3 + 2 + 1 + 1 + 3
    for wanted in ("3.36E+10", "Hugo Saint-Aubin", "contact contact_311", "Bordeaux", "semicolon", *FED):
        assert wanted in text


def test_the_page_shows_the_first_fifty_and_says_that_there_are_more(tmp_path: Path) -> None:
    """Long lists end, and name the sheet with the rest."""
    view = run(*(Result(row, Outcome.HELD) for row in range(2, 53)))
    view.changed.extend(ContactChange(row, f"c{row}", "", Change("city", "", f"City{row}")) for row in range(2, 53))
    view.clashing.extend(Clash(row, "+1", {"name": f"Held{row}"}, {}, "row 1") for row in range(2, 53))
    text = made(tmp_path, view)
    assert text.count("Held5") - text.count("Held52") == 1 + 2
    assert "City51" in text
    assert "City52" not in text
    assert "Held52" not in text
    assert text.count("The first 50 are shown; report.xlsx has more") == 2
    assert page.MOST == 50


def test_rare_problems_beyond_twenty_kinds_are_left_to_the_workbook(tmp_path: Path) -> None:
    """The page stays a page."""
    faults = tuple(Problem(2, "email", f"code{number}", "x") for number in range(25))
    text = made(tmp_path, run(Result(2, Outcome.INVALID, problems=faults)))
    assert "5 rarer kinds are in report.xlsx" in text
    assert "5 more kinds" in cells(tmp_path / "report.xlsx", "Summary")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a\x00b", "a␀b"), ("a\x7f\x85", "a␡�"), ("\ud800", "�"), ("x" * 500, "x" * 159 + "…"), ("a\nb", "a␊b")],
    ids=["nul", "delete", "surrogate", "long", "line"],
)
def test_the_page_shows_text_that_a_browser_could_not(text: str, wanted: str) -> None:
    """Control characters have pictures, long text an end."""
    assert shown(text) == wanted


def test_odd_text_stops_no_report(tmp_path: Path) -> None:
    """Halves of surrogate pairs, NUL and very long values pass through all files."""
    odd = "\ud800\x00" + "x" * 40_000
    view = run(invalid(2, Problem(2, "name", "too_long", odd, odd, odd), name=odd), cells={2: [odd] * 7}, notes=(odd,))
    reports.write(tmp_path, view)
    assert len(lines(tmp_path / "rejected.csv", ";")[1][0]) == 40_002


def test_who_opted_out_is_left_alone(tmp_path: Path) -> None:
    """Such rows are held too, but nobody is asked whose the number is."""
    refusal = Problem(2, "consent", "opted_out", "says so", column="Opt-out")
    told = outcomes.steps(run(Result(2, Outcome.HELD, problems=(refusal,))).summary(), None)
    assert [step.text for step in told] == [
        "Leave 1 row alone whose person opted out; --include-opted-out would send them."
    ]


def test_who_opted_out_is_told_apart_by_column(tmp_path: Path) -> None:
    """With the options that would send them; they are nothing to fix, and the verdict does not count them so."""
    said = [("Opt-out", "x"), ("N'appeler pas", "oui"), ("Opt-out", "STOP"), ("Opt-out", "")]
    held = [
        Result(row, Outcome.HELD, problems=(Problem(row, "consent", "opted_out", "says so", value, column),))
        for row, (column, value) in enumerate(said, 2)
    ]
    view = run(Result(9, Outcome.CREATED), *held, invalid(8))
    assert outcomes.headline(view.summary()) == "1 of 6 rows ended well; 4 opted out; 1 needs you."
    steps = [step.text for step in outcomes.steps(view.summary(), "rejected.csv")]
    assert steps[0] == "Leave 4 rows alone whose person opted out; --include-opted-out would send them."
    assert steps[1].startswith("Open rejected.csv, fix the 1 of its 5 rows that did not opt out and import it")
    text = re.sub(r"<[^>]+>|\s+", " ", made(tmp_path, view))
    section = re.sub(" +", " ", text).partition("Held: the person opted out")[2].partition("How the file was read")[0]
    assert "--include-opted-out" in section
    assert "--map Opt-out=" in section
    assert "3 Opt-out “x” , “STOP” row 2, 4, 5" in section
    assert "consent.opted_out" not in text


def test_where_everybody_opted_out_nothing_needs_anybody() -> None:
    """There is no row to fix, and no command to type."""
    refusal = Problem(2, "consent", "opted_out", "says so", column="Opt-out")
    summary = run(Result(2, Outcome.HELD, problems=(refusal,)), Result(3, Outcome.CREATED)).summary()
    assert outcomes.headline(summary) == "1 of 2 rows ended well; 1 opted out."
    assert [step.command for step in outcomes.steps(summary, "rejected.csv")] == [""]


def test_reports_of_a_run_without_rows_can_be_made(tmp_path: Path) -> None:
    """An empty table has reports too."""
    assert "The file has no rows." in made(tmp_path, run(columns={}))
    assert sheet(tmp_path / "report.xlsx", "Results")[1:] == []


@pytest.mark.parametrize(
    ("command", "dry", "ends", "headline", "commands"),
    [
        ("import", False, [Outcome.CREATED] * 2, "All 2 rows ended well.", []),
        ("import", False, [Outcome.CREATED], "The one row ended well.", []),
        ("import", False, [Outcome.INVALID], "The one row needs you.", ["bulk-io import d/rejected.csv"]),
        ("import", False, [Outcome.HELD] * 2, "All 2 rows need you.", ["bulk-io import d/rejected.csv"]),
        (
            "import",
            False,
            [Outcome.CREATED, Outcome.FAILED],
            "1 of 2 rows ended well; 1 needs you.",
            ["bulk-io resume r"],
        ),
        (
            "import",
            False,
            [Outcome.PENDING, Outcome.CREATED],
            "Stopped: 1 of 2 rows was not reached.",
            ["bulk-io resume r"],
        ),
        (
            "import",
            False,
            [Outcome.PENDING, Outcome.PENDING, Outcome.INVALID],
            "Stopped: 2 of 3 rows were not reached; 1 needs you.",
            ["bulk-io resume r", "bulk-io import d/rejected.csv"],
        ),
        ("import", True, [Outcome.CREATED] * 2, "All 2 rows would end well.", ["bulk-io import './-a b.csv'"]),
        ("validate", False, [Outcome.VALID] * 2, "All 2 rows are ready to import.", ["bulk-io import './-a b.csv'"]),
        (
            "validate",
            False,
            [Outcome.VALID, Outcome.INVALID],
            "1 of 2 rows is ready to import; 1 needs you.",
            ["bulk-io import d/rejected.csv", "bulk-io import './-a b.csv'"],
        ),
    ],
)
def test_the_verdict_and_the_next_steps_fit_the_run(
    command: str, dry: bool, ends: list[Outcome], headline: str, commands: list[str]
) -> None:
    """A person knows at a glance how it went and what to type."""
    view = run(
        *(Result(row, end) for row, end in enumerate(ends, 2)),
        command=command,
        dry_run=dry,
        run="r",
        run_dir="d",
        source=replace(SOURCE, file="-a b.csv"),
    )
    summary = view.summary()
    assert outcomes.headline(summary) == headline
    assert [step.command for step in outcomes.steps(summary, "rejected.csv") if step.command] == commands


@pytest.mark.parametrize(
    ("command", "dry", "title", "said"),
    [
        ("import", False, "Import", "Written to"),
        ("import", True, "Plan of an import", "Nothing was written."),
        ("validate", False, "Validation", "nothing was asked of the CRM"),
    ],
)
def test_the_reports_say_whether_anything_was_written(
    command: str, dry: bool, title: str, said: str, tmp_path: Path
) -> None:
    """Nobody takes a plan for the deed."""
    target = "" if command == "validate" else "staging.example.com"
    view = run(Result(2, Outcome.CREATED), command=command, dry_run=dry, target=target)
    text = made(tmp_path, view)
    assert f"<title>{title}: prospects salon 2025.csv</title>" in text
    assert said in text
    assert ("Written to" in text) == (said == "Written to")
    assert sheet(tmp_path / "report.xlsx", "Summary")[0][0] == f"{title} of prospects salon 2025.csv"


def test_every_outcome_has_a_meaning_a_colour_and_a_bar(tmp_path: Path) -> None:
    """No outcome is forgotten, and shares are never shown as nothing or all when they are not."""
    assert set(outcomes.LOOKS) == set(Outcome)
    rows = [Result(row, end) for row, end in enumerate([*Outcome, *[Outcome.CREATED] * 300], 2)]
    text = made(tmp_path, run(*rows))
    for outcome in Outcome:
        assert f".{'held-bar' if outcome == 'held' else outcome.value} {{ fill:" in text
    assert "&lt; 1 %" in text
