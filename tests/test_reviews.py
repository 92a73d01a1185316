"""The review of likely duplicates: the workbook that a person decides in, and the import that does exactly that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from conftest import Bulk

from bulk_io.client import ContactsClient
from bulk_io.decisions import CHOICES, HEADER
from bulk_io.likeness.groups import groups
from bulk_io.likeness.survivors import Preference, merged
from bulk_io.sandbox import Sandbox

LEADS = """\
Nom;Société;Téléphone;Email;Ville;Tags
Jonathan Featherby;Acme SAS;+33612345611;jon.featherby@acme.fr;Lyon;fair
Jon FEATHERBY;Acme;;jon.featherby@acme.fr;;web
Zéphirine Quatrefages;Novalis SARL;+33612345612;;Nantes;
Quatrefages Zephirine;Novalis;+33612345652;z.quatrefages@novalis.fr;Nantes;
Marie Dupont;Boule;+33612345613;m.dupont@boule.fr;Lyon;
Paul Dupont;Boule;+33612345613;;Lyon;
=Ann Lee;Xylo;+33612345614;;Paris;
"""
"""Rows 2 and 3 are one person, 4 and 5 are likely, 6 and 7 share a number, 8 is a formula for spreadsheets."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with a list of leads."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ISAO_API_KEY", raising=False)
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def crm(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ContactsClient]:
    """A client of the sandbox that the commands write to."""
    monkeypatch.setenv("ISAO_API_KEY", sandbox.api_key)
    monkeypatch.setenv("ISAO_BASE_URL", sandbox.base_url)
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        yield client


def decide(path: str = "duplicates.xlsx", /, result: dict[str, str] | None = None, **choices: str) -> None:
    """Choose in the workbook: ``_2="merge"`` for row 2, ``contact="merge"`` for contacts; edit all result lines."""
    book = openpyxl.load_workbook(path)
    for row in book["Duplicates"].iter_rows(min_row=2):
        label = str(row[1].value)
        choice = choices.get(f"_{label}", choices.get("contact") if label.startswith("contact") else None)
        if choice is not None:
            row[2].value = choice
        for field, value in (result or {}).items() if label == "result" else ():
            row[HEADER.index(field)].value = value
    book.save(path)


def lines(path: str = "duplicates.xlsx", sheet: str = "Duplicates") -> list[list[str]]:
    """The cells of a sheet."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[str(cell or "") for cell in row] for row in rows]


def outcomes(bulk: Bulk, *more: str) -> tuple[dict[str, int], dict[int, tuple[str, str]]]:
    """Import the leads as decided: the outcomes that there are, and by row its outcome and where it went."""
    code, out, err = bulk("import", "leads.csv", "--decisions", "duplicates.xlsx", "--yes", "--json", *more)
    document = json.loads(out)
    assert "error" not in document, err
    results = Path(document["files"]["results"]).read_text("utf-8-sig").splitlines()[1:]
    cells = [line.split(",") for line in results]
    assert code in (0, 1)
    return {k: v for k, v in document["outcomes"].items() if v}, {int(c[0]): (c[1], c[5]) for c in cells}


def test_the_review_shows_who_may_be_twice(bulk: Bulk) -> None:
    """One block a group: what comes of it, then its rows with a reason in words; conflicts stand on their own sheet."""
    code, out, _ = bulk("duplicates", "leads.csv", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["bands"] == {"same": 1, "possible": 1, "conflict": 1}
    assert (document["rows"], document["groups"], document["review"]) == (7, 2, "duplicates.xlsx")
    header, *rest = lines()
    assert header == list(HEADER)
    assert [(line[0], line[1], line[2]) for line in rest] == [
        ("1", "result", ""), ("1", "2", "not decided"), ("1", "3", "not decided"),
        ("2", "result", ""), ("2", "4", "not decided"), ("2", "5", "not decided"),
    ]  # fmt: skip
    assert rest[1][3] == "same as row 3: same e-mail; 'Jonathan Featherby' / 'Jon FEATHERBY'; 'Acme SAS' / 'Acme'"
    assert lines(sheet="Conflicts")[1][:2] == ["6", "7"]


def test_a_list_of_decisions_hangs_on_each_row(bulk: Bulk) -> None:
    """Excel offers the four decisions, and marks what differs from the result."""
    bulk("duplicates", "leads.csv")
    sheet = openpyxl.load_workbook("duplicates.xlsx")["Duplicates"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == f'"{",".join(CHOICES)}"'
    assert "C3" in rule.sqref
    company = HEADER.index("currentCompany") + 1
    assert sheet.cell(3, company).fill.fgColor.rgb != sheet.cell(4, company).fill.fgColor.rgb


def test_a_reason_can_be_read_whole(bulk: Bulk) -> None:
    """Its lines break, and the row is high enough for them, in programs too that do not let rows grow by themselves."""
    bulk("duplicates", "leads.csv")
    sheet = openpyxl.load_workbook("duplicates.xlsx")["Duplicates"]
    reason = sheet.cell(3, HEADER.index("reason") + 1)
    assert len(reason.value) > 55
    assert reason.alignment.wrap_text
    assert sheet.row_dimensions[3].height == 30
    assert sheet.row_dimensions[2].height == 30


def test_cells_stay_text(bulk: Bulk, here: Path) -> None:
    """Nothing of the file becomes a formula in the review."""
    (here / "leads.csv").write_text(LEADS + "=Ann Lee;Xylo;;;Paris;\n", encoding="utf-8")
    bulk("duplicates", "leads.csv")
    cell = next(
        c for row in openpyxl.load_workbook("duplicates.xlsx")["Duplicates"].rows for c in row if c.value == "=Ann Lee"
    )
    assert cell.data_type == "s" or cell.data_type == "inlineStr"


def test_only_contact_fields_are_compared(bulk: Bulk, here: Path) -> None:
    """What the stages have found out beside them (a number's country) is no fact of its own."""
    (here / "leads.csv").write_text(
        LEADS + "Ada Quill;;+442079460123;;;\nBo Quill;;+15125550123;;;\n", encoding="utf-8"
    )
    bulk("duplicates", "leads.csv")
    assert not any("same region" in line[3] or "derived" in line[3] for line in lines())


def test_a_list_without_numbers_is_reviewed_too(bulk: Bulk, here: Path) -> None:
    """It cannot be imported yet, but who is twice in it can be told by addresses and names."""
    (here / "leads.csv").write_text("Nom;Email\nAda Quill;ada@quill.fr\nQuill Ada;ada@quill.fr\n", encoding="utf-8")
    code, out, err = bulk("duplicates", "leads.csv", "--json")
    assert code == 0, err
    assert json.loads(out)["bands"]["same"] == 1


def test_decisions_are_not_written_over(bulk: Bulk) -> None:
    """A review that is there may hold an hour's work."""
    bulk("duplicates", "leads.csv")
    code, _, err = bulk("duplicates", "leads.csv")
    assert code == 2
    assert "duplicates.xlsx is there already and may hold decisions" in err


def test_what_is_not_decided_is_not_merged(bulk: Bulk, crm: ContactsClient) -> None:
    """The import with an untouched review is the import without one."""
    bulk("duplicates", "leads.csv")
    counts, rows = outcomes(bulk)
    assert counts == {"created": 5, "held": 1, "invalid": 1}
    assert rows[3] == ("invalid", "")


def test_merged_rows_become_the_result(bulk: Bulk, crm: ContactsClient) -> None:
    """The first row carries the values of the result line, the other one is merged into it, though it had no number."""
    bulk("duplicates", "leads.csv")
    decide(_2="merge", _3="merge", _4="merge", _5="merge")
    counts, rows = outcomes(bulk)
    assert counts == {"created": 4, "merged": 2, "held": 1}
    assert rows[3] == ("merged", "2")
    assert rows[5] == ("merged", "4")
    by_name = {one["name"]: one for one in crm.list()}
    jon = by_name["Jonathan Featherby"]
    assert (jon["phoneNumber"], jon["currentCompany"], set(jon.tags)) == ("+33612345611", "Acme SAS", {"fair", "web"})


def test_the_result_line_may_be_edited(bulk: Bulk, crm: ContactsClient) -> None:
    """What a person writes there is what is sent."""
    bulk("duplicates", "leads.csv")
    decide(_2="merge", _3="merge", result={"currentCompany": "Acme Group", "phoneNumber": "+33612345699"})
    outcomes(bulk)
    jon = next(one for one in crm.list() if one["name"] == "Jonathan Featherby")
    assert (jon["currentCompany"], jon["phoneNumber"]) == ("Acme Group", "+33612345699")


def test_only_rows_that_were_chosen_give_their_values(bulk: Bulk, here: Path, crm: ContactsClient) -> None:
    """A third row of the group that stays undecided adds nothing to the result, unless a person wrote it there."""
    third = "Jonathan Featherby;Acme;;jon.featherby@acme.fr;Lyon;vip\n"
    (here / "leads.csv").write_text(LEADS + third, encoding="utf-8")
    bulk("duplicates", "leads.csv")
    assert lines()[1][HEADER.index("tags")] == "fair;web;vip"
    decide(_2="merge", _3="merge")
    outcomes(bulk)
    jon = next(one for one in crm.list() if one["name"] == "Jonathan Featherby")
    assert set(jon.tags) == {"fair", "web"}


def test_a_line_that_was_taken_out_is_missed(bulk: Bulk, here: Path, crm: ContactsClient) -> None:
    """Its values may be in the result, where nobody could tell them from an edit; a whole group may be taken out."""
    more = "Jonathan FEATHERBY;Acme;;jon.featherby@acme.fr;;vip\n"
    (here / "leads.csv").write_text(LEADS + more, encoding="utf-8")
    bulk("duplicates", "leads.csv")
    decide(_2="merge", _3="merge", _4="merge", _5="merge")

    def take_out(column: str, value: str) -> None:
        book = openpyxl.load_workbook("duplicates.xlsx")
        sheet = book["Duplicates"]
        for row in reversed([row[0].row for row in sheet.iter_rows() if row[HEADER.index(column)].value == value]):
            sheet.delete_rows(row)
        book.save("duplicates.xlsx")

    take_out("row", "9")
    code, _, told = bulk("import", "leads.csv", "--decisions", "duplicates.xlsx", "--yes")
    assert (code, "its line “9” is gone, whose values may be in the line “result”" in told) == (2, True)
    take_out("group", next(line[0] for line in lines() if line[1] == "2"))
    assert outcomes(bulk)[1][5] == ("merged", "4")


def test_a_skipped_row_is_left_alone(bulk: Bulk, crm: ContactsClient) -> None:
    """It ends as skipped, also where it would have been invalid."""
    bulk("duplicates", "leads.csv")
    decide(_3="skip", _5="skip")
    counts, rows = outcomes(bulk)
    assert counts == {"created": 4, "held": 1, "skipped": 2}
    assert rows[3] == rows[5] == ("skipped", "")


def test_rows_that_are_kept_are_two_contacts(bulk: Bulk, here: Path, crm: ContactsClient) -> None:
    """They are not merged although number and name say so; the number can only be one's, so the other is held."""
    (here / "leads.csv").write_text(LEADS + "Jonathan Featherby;Acme;+33612345611;;;\n", encoding="utf-8")
    bulk("duplicates", "leads.csv")
    decide(_2="keep both", _9="keep both", _3="skip")
    _, rows = outcomes(bulk)
    assert rows[2][0] == "created"
    assert rows[9][0] == "held"


def test_a_dry_run_tells_what_would_happen(bulk: Bulk, crm: ContactsClient) -> None:
    """Decisions are in the plan, and nothing is written."""
    bulk("duplicates", "leads.csv")
    decide(_2="merge", _3="merge")
    assert outcomes(bulk, "--dry-run")[0] == {"created": 5, "merged": 1, "held": 1}
    assert list(crm.list()) == []


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        pytest.param({"_2": "marge"}, "row 3: “marge” is no decision; choose not decided, merge", id="no decision"),
        pytest.param({"_2": "merge"}, "group 1: “merge” needs a row of the file and another line", id="one row"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(bulk: Bulk, choices: dict[str, str], message: str) -> None:
    """A decision that says nothing certain stops the import before it begins, with the place in the workbook."""
    bulk("duplicates", "leads.csv")
    decide(**choices)
    code, _, err = bulk("import", "leads.csv", "--decisions", "duplicates.xlsx", "--sandbox", "--yes")
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("file", "message", "code"),
    [
        pytest.param("leads.csv", "leads.csv is no review of `bulk-io duplicates`", 2, id="another file"),
        pytest.param("report.xlsx", "report.xlsx is no review of `bulk-io duplicates`", 2, id="another workbook"),
        pytest.param("none.xlsx", "missing: there is no file none.xlsx", 3, id="no file"),
    ],
)
def test_only_a_review_has_decisions(bulk: Bulk, file: str, message: str, code: int) -> None:
    """Any other file is told so."""
    openpyxl.Workbook().save("report.xlsx")
    found, _, err = bulk("validate", "leads.csv", "--decisions", file)
    assert (found, message in err) == (code, True), err


def test_decisions_on_another_state_of_the_file_are_refused(bulk: Bulk, here: Path) -> None:
    """Rows may have moved: what was decided on row 2 is not for the row that is the second now."""
    bulk("duplicates", "leads.csv")
    (here / "leads.csv").write_text(LEADS + "Ada Quill;;+33612345690;;;\n", encoding="utf-8")
    code, _, err = bulk("validate", "leads.csv", "--decisions", "duplicates.xlsx")
    assert code == 2
    assert "the file has changed since; run `bulk-io duplicates` again" in err


def stored(crm: ContactsClient, **more: Any) -> str:
    """Put a contact into the CRM that is Jonathan Featherby, with another number."""
    body = {"name": "Jonathan Featherby", "phoneNumber": "+33612345700", "email": "jon.featherby@acme.fr"}
    return crm.create({**body, "currentCompany": "ACME", **more}).id


def test_a_file_is_held_against_the_crm(bulk: Bulk, crm: ContactsClient) -> None:
    """A contact with another number is found by its address, and stands in the group beside the rows."""
    contact = stored(crm)
    code, out, err = bulk("duplicates", "leads.csv", "--against-crm", "--json")
    assert code == 0, err
    labels = [line[1] for line in lines()]
    assert f"contact {contact}" in labels
    first = lines()[1]
    assert first[HEADER.index("phoneNumber")] == "+33612345700", "the CRM's value comes first"
    assert json.loads(out)["in_crm"] == 0


def test_a_row_is_merged_into_the_contact_that_was_decided(bulk: Bulk, crm: ContactsClient) -> None:
    """It is an update by id, with the values of the result line; the contact's number stays."""
    contact = stored(crm)
    bulk("duplicates", "leads.csv", "--against-crm")
    decide(_2="merge", _3="merge", contact="merge")
    counts, rows = outcomes(bulk)
    assert (rows[2], rows[3]) == (("updated", ""), ("merged", "2")), counts
    after = crm.get(contact)
    assert (after["phoneNumber"], after["city"], after["currentCompany"]) == ("+33612345700", "Lyon", "ACME")


def test_a_decision_on_a_contact_that_changed_since_is_refused(bulk: Bulk, crm: ContactsClient) -> None:
    """What the person saw is not what is there: the rows are held, and nothing of them is written."""
    contact = stored(crm)
    bulk("duplicates", "leads.csv", "--against-crm")
    decide(_2="merge", _3="merge", contact="merge")
    crm.update(contact, {"city": "Brest"})
    _, rows = outcomes(bulk)
    assert rows[2][0] == rows[3][0] == "held"
    assert crm.get(contact)["city"] == "Brest"


def test_two_contacts_of_the_crm_are_only_told(bulk: Bulk, crm: ContactsClient) -> None:
    """The API has no merge: they stand on a sheet of their own, and a decision on both is refused."""
    stored(crm)
    stored(crm, phoneNumber="+33612345701", name="Jonathan FEATHERBY")
    _, out, _ = bulk("duplicates", "leads.csv", "--against-crm", "--json")
    assert json.loads(out)["in_crm"] == 1
    assert len(lines(sheet="In the CRM")) == 2
    decide(_2="merge", contact="merge")
    code, _, err = bulk("validate", "leads.csv", "--decisions", "duplicates.xlsx")
    assert code == 2
    assert "two contacts of the CRM cannot be merged through its API" in err


def test_a_file_is_held_against_another(bulk: Bulk, here: Path) -> None:
    """Rows of the other file are named as such; those that are twice within it are not asked for."""
    (here / "old.csv").write_text(LEADS.replace("+33612345611", "+33612345888"), encoding="utf-8")
    bulk("duplicates", "leads.csv", "--against", "old.csv")
    assert {"other 2", "2", "3"} <= {line[1] for line in lines()}


def test_an_import_tells_who_may_be_twice(bulk: Bulk, crm: ContactsClient) -> None:
    """A note only, unless it is switched off; nothing is merged for it."""
    told = "2 pairs of rows may be one person each; nothing was merged for it"
    (Path("leads.csv")).write_text(LEADS.replace(";;jon.f", ";+33612345677;jon.f"), encoding="utf-8")
    assert told in bulk("import", "leads.csv", "--dry-run", "--yes")[2]
    assert told not in bulk("import", "leads.csv", "--dry-run", "--yes", "--no-find-duplicates")[2]


@pytest.mark.parametrize(
    ("pairs", "apart", "expected"),
    [
        pytest.param({("a", "b"): 1.0, ("b", "c"): 0.9, ("a", "c"): 0.8}, [], [["a", "b", "c"]], id="each with each"),
        pytest.param({("a", "b"): 1.0, ("b", "c"): 0.9}, [], [["a", "b"], ["b", "c"]], id="a chain is split"),
        pytest.param(
            {("a", "b"): 1.0, ("b", "c"): 0.9, ("a", "c"): 0.8}, [("c", "a")], [["a", "b"], ["b", "c"], ["a", "c"]],
            id="two people are never in one group, unless that very pair is proposed",
        ),
        pytest.param({("a", "b"): 0.5, ("c", "d"): 0.9}, [], [["c", "d"], ["a", "b"]], id="the surest first"),
        pytest.param({}, [("a", "b")], [], id="nothing"),
    ],
)  # fmt: skip
def test_pairs_are_not_chained_blindly(
    pairs: dict[tuple[str, str], float], apart: list[tuple[str, str]], expected: list[list[str]]
) -> None:
    """Each row of a group goes with most of the others, and no proposed pair is lost."""
    assert groups(pairs, apart) == expected


@pytest.mark.parametrize(
    ("prefer", "city", "position"),
    [
        ("most-complete", "Lyon", "Buyer"),
        ("newest", "Paris", "CEO"),
        ("source", "Nice", "Buyer"),
        ("source Web, Fair", "Paris", "CEO"),
        ("source fair,crm", "Lyon", "Buyer"),
    ],
)
def test_values_are_merged_by_preference(prefer: str, city: str, position: str) -> None:
    """A blank never replaces a value, the CRM's value wins unless an order says otherwise, and tags add up."""
    rows = [
        {"name": "A B", "city": "Nice", "tags": "one"},
        {"name": "A B", "city": "Lyon", "position": "Buyer", "email": "a@b.fr", "tags": "two", "source": "fair"},
        {"city": "Paris", "position": "CEO", "source": "web"},
    ]  # fmt: skip
    wish = Preference.of(prefer)
    found = merged(rows, prefer=wish)
    assert (found["city"], found["position"], found["email"], found["tags"]) == (city, position, "a@b.fr", "one;two")
    stored = merged(rows, contacts=[{"city": "Brest"}], prefer=wish)["city"]
    assert stored == ("Lyon" if "crm" in wish.order else "Brest")


def test_a_name_that_could_be_taken_apart_makes_no_row_fuller() -> None:
    """Only capitals tell first and last name, which is no reason to take the rest from their row."""
    plain, capitals = {"name": "Jean Dupont"}, {"name": "DUPONT Jean", "firstName": "Jean", "lastName": "DUPONT"}
    found = merged([plain | {"city": "Lyon"}, capitals | {"city": "Nice"}])
    assert (found["name"], found["city"]) == ("Jean Dupont", "Lyon")


FAIRS = """\
Nom;Téléphone;Ville;Source;Tags
Ada Quillfeather;+33612345611;Lyon;Fair;
Ada Quillfeather;+33612345611;Nice;Web;vip
Ada Quillfeather;+33612345611;Paris;Partner;
"""


@pytest.mark.parametrize(
    ("prefer", "city"),
    [
        pytest.param("source Web,Fair", "Nice", id="a column of the file"),
        pytest.param("source VIP", "Nice", id="a tag"),
        pytest.param("source partner", "Paris", id="in any case"),
        pytest.param("source Nobody", "Lyon", id="a source that no row has"),
        pytest.param("newest", "Paris", id="the last row"),
    ],
)
def test_an_order_of_sources_decides_whose_values_come_first(
    bulk: Bulk, here: Path, crm: ContactsClient, prefer: str, city: str
) -> None:
    """A row's source is what any of its cells says; the import keeps to it for the rows that were chosen."""
    (here / "leads.csv").write_text(FAIRS, encoding="utf-8")
    bulk("duplicates", "leads.csv", "--prefer", prefer)
    assert lines()[1][HEADER.index("city")] == city
    decide(_2="merge", _3="merge", _4="merge")
    outcomes(bulk)
    assert [one["city"] for one in crm.list()] == [city]


def test_the_file_may_come_before_the_crm(bulk: Bulk, crm: ContactsClient) -> None:
    """An order that names both says whose value wins."""
    stored(crm, city="Brest")
    bulk("duplicates", "leads.csv", "--against-crm", "--prefer", "source file,crm")
    assert lines()[1][HEADER.index("city")] == "Lyon"


@pytest.mark.parametrize("prefer", ["oldest", "newest Web"])
def test_a_preference_that_is_none_is_refused(bulk: Bulk, prefer: str) -> None:
    """The message says what there is."""
    code, _, err = bulk("duplicates", "leads.csv", "--prefer", prefer)
    assert code == 2
    assert "is no preference; say most-complete, newest, source or 'source FIRST,SECOND'" in err


def test_the_other_file_has_a_mapping_of_its_own(bulk: Bulk, here: Path) -> None:
    """Found by its own headers, or named."""
    mapping = 'name = "old"\ntitle = "Old"\n[fields]\nname = "Qui"\nemail = "Mail"\nphoneNumber = "Tel"\n'
    (here / "old.toml").write_text(mapping, encoding="utf-8")
    (here / "old.csv").write_text("Qui,Mail,Tel\nJon Featherby,jon.featherby@acme.fr,\n", encoding="utf-8")
    code, _, err = bulk("duplicates", "leads.csv", "--against", "old.csv", "--against-mapping", "old.toml")
    assert code == 0, err
    assert "other 2" in [line[1] for line in lines()]


def test_a_chain_is_split_and_shown(bulk: Bulk, here: Path) -> None:
    """J. Featherby may be Jonathan or Judith, who are two: two groups, each with the row in between."""
    rows = [f"{name};Acme;;;Lyon;" for name in ("Jonathan Featherby", "J. Featherby", "Judith Featherby")]
    (here / "leads.csv").write_text("\n".join([LEADS.splitlines()[0], *rows, ""]), encoding="utf-8")
    bulk("duplicates", "leads.csv")
    groups_of = {label: [line[0] for line in lines() if line[1] == label] for label in ("2", "3", "4")}
    assert groups_of == {"2": ["1"], "3": ["1", "2"], "4": ["2"]}
    decide(_2="merge", _3="merge", _4="merge")
    code, _, err = bulk("validate", "leads.csv", "--decisions", "duplicates.xlsx")
    assert code == 2
    assert "row 3 is merged in one group and merged in another; decide on one of them" in err


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param([], "nothing to compare: it takes two rows", id="no rows"),
        pytest.param(["Ada Quill;;;;;"], "nothing to compare: it takes two rows", id="one row"),
        pytest.param([";;;;Lyon;", ";;;;Lyon;"], "nothing to compare: it takes two rows", id="nothing of a person"),
        pytest.param(["Ada Quill;;;;;", "Bo Plumtree;;;;;"], "nobody seems to be twice", id="two people"),
        pytest.param([";;;a@quill.fr;;", ";;;a@quill.fr;;"], "to decide", id="no names"),
    ],
)
def test_lists_with_little_in_them_are_told_so(bulk: Bulk, here: Path, rows: list[str], told: str) -> None:
    """One sentence, and no workbook where there is nothing to decide."""
    (here / "leads.csv").write_text("\n".join([LEADS.splitlines()[0], *rows, ""]), encoding="utf-8")
    code, out, err = bulk("duplicates", "leads.csv")
    assert code == 0, err
    assert told in out
    assert (here / "duplicates.xlsx").exists() == (told == "to decide")


def test_an_empty_crm_has_nobody(bulk: Bulk, crm: ContactsClient) -> None:
    """The file is held against it all the same."""
    code, out, err = bulk("duplicates", "leads.csv", "--against-crm", "--json")
    assert code == 0, err
    assert (json.loads(out)["groups"], json.loads(out)["in_crm"]) == (2, 0)


def test_decisions_survive_pandas(bulk: Bulk, crm: ContactsClient) -> None:
    """A workbook whose values were read and written by a script is still the review."""
    bulk("duplicates", "leads.csv")
    sheets = pd.read_excel("duplicates.xlsx", sheet_name=None, dtype=str, keep_default_na=False, engine="openpyxl")
    decisions = sheets["Duplicates"]
    decisions.loc[decisions["row"].isin(["2", "3"]), "decision"] = "merge"
    with pd.ExcelWriter("duplicates.xlsx", engine="openpyxl") as book:
        for name, sheet in sheets.items():
            sheet.to_excel(book, sheet_name=name, index=False)
    assert outcomes(bulk)[1][3] == ("merged", "2")


def test_a_long_file_is_not_searched_in_passing(
    bulk: Bulk, crm: ContactsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note says so, with the command that does it; none where the search was switched off."""
    monkeypatch.setattr("bulk_io.importing._QUICKLY", 5)
    told = "7 rows are too many to look in passing for people who are twice without a number that says so; "
    told += "`bulk-io duplicates leads.csv` does"
    assert told in bulk("import", "leads.csv", "--dry-run", "--yes")[2]
    assert told not in bulk("import", "leads.csv", "--dry-run", "--yes", "--no-find-duplicates")[2]
