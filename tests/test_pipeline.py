"""From a table to contacts, chunk by chunk: what is kept, what is grouped; the size of chunks changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io import formulas, matching, pipeline
from bulk_io.fields import NAMES
from bulk_io.journal import Journal
from bulk_io.options import OnDuplicate
from bulk_io.pipeline import Layout, Region
from bulk_io.reading import read_table
from bulk_io.records import Candidate
from bulk_io.sharing import ALONE, Crew
from bulk_io.validation import Rules

HEADER = ["Nom complet", "Téléphone", "Ville", "Étiquettes"]
MAPPED = frozenset({"name", "phoneNumber", "city", "tags"})
FRANCE = Rules(region="FR", region_from="option")
ADA = ["Ada Martin", "06 12 34 56 78", "Sète", "a;b"]
BOB = ["Bob Brûlé", "06 12 34 56 79", "", ""]
ZOE = ["Zoë Hervé", "0612345678", "", ""]
BAD = ["Luc Noël", "0612", "", ""]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with closing(Journal.create(tmp_path / "journal.sqlite")) as made:
        yield made


@pytest.fixture(params=[20_000, 2], ids=["one chunk", "chunks of 2"])
def _sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of several sizes."""
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", request.param)


def ignore(rows: int) -> None:
    """Nobody watches."""


class Flow:
    """A file on its way through the pipeline into a journal."""

    def __init__(self, journal: Journal, rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER,
                 limit: int | None = None, guarded: bool = False, crew: Crew = ALONE) -> None:  # fmt: skip
        path = journal.path.with_name("leads.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([header, *rows])
        table = read_table(path, delimiter=";", header_row=1)
        choice = matching.choose(table.header, next(table.chunks(100), None), mapping=None, overrides=())
        self.journal = journal
        self.layout = Layout(choice.binding, guarded=guarded)
        self.spooled = pipeline.spool(table, journal, limit=limit, advance=ignore, crew=crew)

    def region(self, option: str = "", mapping_region: str = "") -> Region:
        """Find the region."""
        return pipeline.find_region(self.journal, self.layout, option=option, mapping_region=mapping_region)

    def check(self, outcome: str = "", rules: Rules = FRANCE, crew: Crew = ALONE) -> list[bool]:
        """Check the rows; gives the marks."""
        self.marks = pipeline.check(self.journal, self.layout, rules, outcome=outcome, advance=ignore, crew=crew)
        return [bool(mark) for mark in self.marks]

    def contacts(
        self, policy: OnDuplicate = "merge", *, by_name: bool = True, alone: bool = True
    ) -> list[list[Candidate]]:
        """Check, group and give the contacts, those of a number together."""
        self.check()
        found = pipeline.group(self.journal, self.marks, policy, by_name=by_name, column="Téléphone")
        return list(pipeline.cases(self.journal, found, mapped=MAPPED, alone=alone))

    @property
    def rows(self) -> dict[int, tuple[int, str]]:
        """Carrier and planned outcome of each row."""
        query = "SELECT row, carrier, outcome FROM rows ORDER BY row"
        return {row: (carrier, outcome) for row, carrier, outcome in self.journal.database.execute(query)}

    @property
    def problems(self) -> list[tuple[int, str]]:
        """The problems: row and code."""
        return list(self.journal.database.execute("SELECT row, field || '.' || code FROM problems ORDER BY row, rowid"))


def lines(cases: Sequence[Sequence[Candidate]]) -> list[list[int]]:
    """The rows of the cases."""
    return [[candidate.row for candidate in case] for case in cases]


# reading


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize(
    ("limit", "kept"), [(None, 7), (1, 1), (2, 2), (3, 3), (4, 4), (7, 7), (100, 7)], ids=lambda value: str(value)
)
def test_the_file_is_kept_up_to_the_limit(journal: Journal, limit: int | None, kept: int) -> None:
    """Rows are counted over chunks; the blocks are durable when the number is told."""
    flow = Flow(journal, [[f"Ada {at}", "", "", ""] for at in range(7)], limit=limit)
    back = pd.concat(journal.chunks("source"))
    assert flow.spooled == len(back) == kept
    assert back.index.tolist() == list(range(2, 2 + kept))
    assert not journal.database.in_transaction


@pytest.mark.usefixtures("_sizes")
def test_problems_of_rows_behind_the_limit_are_not_the_runs(journal: Journal) -> None:
    """The reader may have read further than the run goes."""
    broken = [*BOB, "too", "much"]
    assert Flow(journal, [ADA, broken, ADA, broken, broken], limit=3).problems == [(3, "row.extra_cells")]


def test_phone_troubles_are_counted_over_chunks(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The causes of all chunks are stored once, with the option that would help."""
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 2)
    rows = [["Ada Martin", f"06 12 34 56 7{at}", "", ""] for at in range(5)]
    Flow(journal, [*rows, ["Bob Petit", "12", "", ""]]).check(rules=Rules())
    found = [(trouble["count"], trouble["text"], trouble["advice"]) for trouble in journal.get("troubles")]
    assert found == [
        (5, "numbers have no country", "--region FR or NL makes 5 of them valid"),
        (1, "number is too short for a phone number", "check the digits"),
    ]


def test_progress_is_told_by_chunk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows told add up to the rows there are, in reading and in checking."""
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 3)
    flow = Flow(journal, [ADA] * 7)
    told: list[int] = []
    pipeline.check(journal, flow.layout, FRANCE, outcome="", advance=told.append)
    assert told == [3, 3, 1]


def test_a_header_alone_is_no_row(journal: Journal) -> None:
    """Nothing to check, nothing to group, no contact."""
    flow = Flow(journal, [])
    assert (flow.spooled, flow.contacts(), flow.rows) == (0, [], {})
    assert flow.region() == Region()


def test_the_guard_of_our_own_csv_is_undone_before_mapping(journal: Journal) -> None:
    """Only there: elsewhere an apostrophe is the user's."""
    cell = formulas.guard("=SUM(A1)")
    assert cell != "=SUM(A1)"
    row = [["Ada Martin", ADA[1], cell, ""]]
    for guarded, expected in ((True, "=SUM(A1)"), (False, cell)):
        journal.clear_plan()
        ((contact,),) = Flow(journal, row, guarded=guarded).contacts()
        assert contact.values["city"] == expected


# the region


@pytest.mark.usefixtures("_sizes")
def test_the_region_is_the_options_the_mappings_or_the_files_own(journal: Journal) -> None:
    """In this order; the file's is told with its counts."""
    national = [["Ada", f"06 12 34 56 {at}", "", ""] for at in range(70, 77)]
    flow = Flow(journal, [*national, ["Bob", "+33 6 12 34 56 78", "", ""]])
    assert flow.region("DE", "BE") == Region("DE", "option")
    assert flow.region("", "BE") == Region("BE", "mapping")
    found = flow.region()
    assert (found.code, found.decided_by) == ("FR", "file")
    assert "read as FR: that makes 7 of them valid, and the file writes 1 with the prefix of FR" in found.note


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param(["06 12 34 56 78"], id="no number with a prefix"),
        pytest.param(["+33612345678"], id="none without"),
        pytest.param(["0612", "+33612345678"], id="none that is valid there"),
    ],
)
def test_a_file_that_does_not_say_its_region_has_none(journal: Journal, numbers: list[str]) -> None:
    """Nothing is guessed."""
    assert Flow(journal, [["Ada", number, "", ""] for number in numbers]).region() == Region()


# checking


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("outcome", ["", "valid"])
def test_every_row_is_planned_as_valid_or_invalid(journal: Journal, outcome: str) -> None:
    """What the reader found wrong counts as what the check did; each row stands alone at first."""
    flow = Flow(journal, [ADA, BAD, [*BOB, "too much"], ["", BOB[1], "", ""], BOB])
    flow.check(outcome)
    assert flow.rows == {
        2: (2, outcome),
        3: (3, "invalid"),
        4: (4, "invalid"),
        5: (5, "invalid"),
        6: (6, outcome),
    }
    assert [row for row, _ in flow.problems] == [3, 4, 5]


def test_a_row_is_planned_with_what_will_be_sent(journal: Journal) -> None:
    """E.164 and the region that it was read under; as found where it is invalid."""
    Flow(journal, [ADA, BAD]).check()
    rows = journal.database.execute("SELECT phone, name, region, region_from FROM rows ORDER BY row").fetchall()
    assert rows == [("+33612345678", "Ada Martin", "FR", "option"), ("0612", "Luc Noël", "", "")]


@pytest.mark.usefixtures("_sizes")
def test_marks_are_by_position_among_the_valid_rows(journal: Journal) -> None:
    """Numbers that come again, in any form and any chunk; an invalid row makes no other one a repeat."""
    without_name = ["", BOB[1], "", ""]
    flow = Flow(journal, [BAD, ADA, without_name, BOB, BAD, ZOE])
    assert flow.check() == [True, False, True]


@pytest.mark.usefixtures("_sizes")
def test_rows_of_one_id_are_marked_though_their_numbers_differ(journal: Journal) -> None:
    """Our own export only: two rows of one contact."""
    people = [
        {"id": "c1", "name": "Ada Martin", "phoneNumber": "+33612345678"},
        {"id": "c2", "name": "Bob Brûlé", "phoneNumber": "+33612345679"},
        {"id": "c1", "name": "Ada Martin", "phoneNumber": "+33612345670"},
        {"id": "", "name": "Zoë Hervé", "phoneNumber": "+33612345671"},
        {"id": "", "name": "Luc Noël", "phoneNumber": "+33612345672"},
    ]
    rows = [[person.get(name, "") for name in NAMES] for person in people]
    flow = Flow(journal, rows, header=NAMES)
    found = [(one.row, one.id, one.phone) for (one,) in flow.contacts()]
    assert flow.marks.tolist() == [True, False, True, False, False]
    assert sorted(found) == [
        (2, "c1", "+33612345670"),
        (3, "c2", "+33612345679"),
        (5, "", "+33612345671"),
        (6, "", "+33612345672"),
    ]


# grouping


@pytest.mark.usefixtures("_sizes")
def test_rows_of_one_contact_become_one(journal: Journal) -> None:
    """Later values win, tags add up; the merged row names its carrier; everybody else stays as they are."""
    again = ["MARTIN Ada", "+33612345678", "Nîmes", "c"]
    cases = Flow(journal, [ADA, BOB, BAD, again]).contacts()
    assert lines(cases) == [[2], [3]]
    ada, bob = cases[0][0], cases[1][0]
    assert ada.values == {"name": "Ada Martin", "phoneNumber": "+33612345678", "city": "Nîmes", **_parts(ada)}
    assert (ada.tags, set(ada.names)) == (("a", "b", "c"), {"Ada Martin", "MARTIN Ada"})
    assert (bob.phone, bob.tags, bob.names, bob.id, bob.mapped) == ("+33612345679", (), (), "", MAPPED)
    assert "city" not in bob.values


def _parts(candidate: Candidate) -> dict[str, str]:
    """First and last name, where they were derived from the name."""
    return {name: candidate.values[name] for name in candidate.derived}


@pytest.mark.usefixtures("_sizes")
def test_several_people_of_one_number_come_together_in_order(journal: Journal) -> None:
    """The first of the file has rank 0; numbers of one contact can be left out."""
    rows = [BOB, ZOE, ADA, ["Jean Dupont", "+33612345678", "", ""], ["Zoë Hervé", "+33612345678", "Sète", ""]]
    flow = Flow(journal, rows)
    assert lines(flow.contacts()) == [[3, 4, 5], [2]]
    assert flow.rows[6] == (3, "merged")
    journal.clear_plan()
    assert lines(Flow(journal, rows).contacts(alone=False)) == [[3, 4, 5]]


@pytest.mark.usefixtures("_sizes")
def test_all_rows_of_a_number_are_one_where_names_do_not_count(journal: Journal) -> None:
    """``--on-name-mismatch update``."""
    flow = Flow(journal, [ADA, ZOE])
    assert lines(flow.contacts(by_name=False)) == [[2]]
    assert flow.rows[3] == (2, "merged")


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize(
    ("policy", "expected", "carriers"),
    [
        ("merge", {2: (2, ""), 3: (3, ""), 4: (2, "merged")}, [[2], [3]]),
        ("last", {2: (4, "merged"), 3: (3, ""), 4: (4, "")}, [[4], [3]]),
        ("first", {2: (2, ""), 3: (3, ""), 4: (2, "skipped")}, [[2], [3]]),
        ("reject", {2: (2, "invalid"), 3: (3, ""), 4: (4, "invalid")}, [[3]]),
    ],
)
def test_every_policy_stores_where_rows_went(
    journal: Journal, policy: OnDuplicate, expected: dict[int, tuple[int, str]], carriers: list[list[int]]
) -> None:
    """And ``reject`` says why, under the user's own header."""
    flow = Flow(journal, [ADA, BOB, ADA])
    assert lines(flow.contacts(policy)) == carriers
    assert flow.rows == expected
    wanted = [(2, "phoneNumber.duplicate"), (4, "phoneNumber.duplicate")] if policy == "reject" else []
    assert flow.problems == wanted
    headers = {header for (header,) in journal.database.execute('SELECT "column" FROM problems')}
    assert headers == ({"Téléphone"} if wanted else set())


def test_contacts_can_be_asked_for_twice(journal: Journal) -> None:
    """Once to see who is wanted, once to plan; what the plan stores meanwhile changes nothing."""
    flow = Flow(journal, [ADA, BOB, ZOE, ADA])
    flow.check()
    found = pipeline.group(journal, flow.marks, "reject", by_name=True, column="Téléphone")
    first = list(pipeline.cases(journal, found, mapped=MAPPED))
    assert first == list(pipeline.cases(journal, found, mapped=MAPPED))
    assert lines(first) == [[4], [3]]


def test_the_number_of_processes_changes_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks, rows, problems and what is stored of each row."""
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 3)
    numbers = ["0612345678", "+33612345678", "0612", "", "06 12 34 56 79", "+14155550123"]
    flow = Flow(journal, [[f"Ada {at % 4}", number, "Sète", "a"] for at, number in enumerate(5 * numbers)])
    seen = []
    for at_once in (1, 2):
        for table in ("rows", "problems"):
            journal.database.execute(f"DELETE FROM {table}")
        journal.database.execute("DELETE FROM blocks WHERE kind = 'clean'")
        with Crew(at_once) as crew:
            crew.call()
            marks = flow.check(crew=crew)
        seen.append((marks, flow.rows, flow.problems, pd.concat(journal.chunks("clean")).to_csv()))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(("rows", "called"), [(5, False), (9, True)])
def test_others_are_called_where_rows_are_many(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, rows: int, called: bool
) -> None:
    """As soon as that is known, so that they are ready when the file is read."""
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 3)
    monkeypatch.setattr(pipeline, "_MANY_ROWS", 6)
    calls: list[bool] = []

    class Counted(Crew):
        def call(self) -> None:
            calls.append(True)

    Flow(journal, [[f"Ada {at}", "0612345678", "Sète", "a"] for at in range(rows)], crew=Counted(2))
    assert bool(calls) == called


CELLS = st.tuples(
    st.sampled_from(["Ada Martin", "MARTIN Ada", "Zoë Hervé", "Bob", ""]),
    st.sampled_from(["0612345678", "+33612345678", "06 12 34 56 79", "33612345679", "0612", "", "+14155550123"]),
    st.sampled_from(["", "Sète", "Nîmes"]),
    st.sampled_from(["", "a", "b;c"]),
)


@pytest.mark.parametrize("policy", ["merge", "first", "last", "reject"])
def test_the_size_of_chunks_changes_nothing(tmp_path: Path, policy: OnDuplicate) -> None:
    """Contacts, fates and problems are the same; every valid row is in a contact, is merged into one or is skipped."""

    def seen(journal: Journal, rows: list[tuple[str, ...]], size: int) -> Any:
        journal.clear_plan()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pipeline, "CHUNK_ROWS", size)
            flow = Flow(journal, rows)
            return flow.contacts(policy), flow.rows, flow.problems

    with closing(Journal.create(tmp_path / "journal.sqlite")) as journal:

        @settings(deadline=None, max_examples=5)
        @given(st.lists(CELLS, min_size=1, max_size=12), st.integers(1, 5))
        def law(rows: list[tuple[str, ...]], size: int) -> None:
            whole = seen(journal, rows, 20_000)
            assert seen(journal, rows, size) == whole
            cases, fates, _ = whole
            carriers = {row for row, (carrier, outcome) in fates.items() if carrier == row and outcome == ""}
            assert {candidate.row for case in cases for candidate in case} == carriers
            assert {carrier for carrier, outcome in fates.values() if outcome in ("merged", "skipped")} <= carriers

        law()
