"""The journal: what is durable when, what comes back as it went in, and what a plan made again forgets."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.blocks import pack
from bulk_io.journal import Journal, RowPlan
from bulk_io.records import Action, ActionKind, Candidate, Change, Clash, Contact, Outcome, Problem
from bulk_io.worklog import Settled, WorkLog

PHONE = "+33612345678"
NASTY = ["", "a\0b", "😀 é́", "=1+1", "two\nlines\r\n", "\ufeff", "NaN", "None", "'; DROP TABLE rows; --", "x" * 100_000]
ADA = Candidate(
    2,
    {"name": "Ada Martin", "phoneNumber": PHONE, "city": "a\0b 😀"},
    ("a;b", '"c"'),
    ("Ada", "A. Martin"),
    frozenset({"firstName"}),
    frozenset({"name", "city"}),
    "contact_1",
)
STORED = Contact("contact_1", {"name": "Ada", "city": "Sète"}, ("x", "y;z"))
CITY = Change("city", "Sète", "a\0b 😀")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with closing(Journal.create(tmp_path / "journal.sqlite")) as made:
        yield made


def seen_by_another(journal: Journal, query: str) -> list[tuple[object, ...]]:
    """What another process would read now: only what is committed."""
    with closing(sqlite3.connect(journal.path)) as database:
        return list(database.execute(query))


def candidate(row: int, phone: str = PHONE) -> Candidate:
    """An invented person."""
    return Candidate(row, {"name": f"Ada Martin {row}", "phoneNumber": phone})


def shared(row: int) -> Problem:
    """The problem of a held row."""
    return Problem(row, "phoneNumber", "shared", "belongs to somebody else", PHONE, "Téléphone")


def clash(row: int, owner: str) -> Clash:
    """A held row beside an owner."""
    return Clash(row, PHONE, {"name": "Ada"}, {"name": "Zoë"}, owner)


def states(journal: Journal) -> dict[int, tuple[str, str]]:
    """State and outcome of each action."""
    return {
        row: (state, outcome)
        for row, state, outcome in journal.database.execute("SELECT row, state, outcome FROM actions")
    }


def test_a_journal_in_another_process_has_what_was_committed(journal: Journal) -> None:
    """It is sent as its path."""
    journal.put(mapping="hubspot")
    other = pickle.loads(pickle.dumps(journal))
    assert other.get("mapping") == "hubspot"
    assert other.database is not journal.database
    other.close()


def test_an_intent_is_durable_before_its_request_leaves(journal: Journal) -> None:
    """After ``intend`` another process sees that the row was sent, and when."""
    journal.add_actions([(candidate(2), 0, Action("create", 2)), (candidate(3), 0, Action("create", 3))])
    assert seen_by_another(journal, "SELECT * FROM actions") == []
    WorkLog(journal).intend([2], at=1000.5)
    query = "SELECT row, state, first_sent FROM actions ORDER BY row"
    assert seen_by_another(journal, query) == [(2, "sent", 1000.5), (3, "planned", 0.0)]


def test_an_intent_makes_what_was_settled_before_durable_too(journal: Journal) -> None:
    """One commit for both: an outcome is never newer than the request that follows it."""
    journal.add_actions([(candidate(row), 0, Action("create", row)) for row in (2, 3)])
    WorkLog(journal).intend([2], at=1.0)
    WorkLog(journal).settle([Settled(2, Outcome.CREATED, "contact_9")])
    assert seen_by_another(journal, "SELECT state FROM actions WHERE row = 2") == [("sent",)]
    WorkLog(journal).intend([3], at=2.0)
    assert seen_by_another(journal, "SELECT outcome FROM actions WHERE row = 2") == [("created",)]


def test_the_time_of_the_first_attempt_is_kept(journal: Journal) -> None:
    """A second session's attempt does not move it: contacts made since then may be ours."""
    journal.add_actions([(candidate(2), 0, Action("create", 2))])
    WorkLog(journal).intend([2], at=1000.0)
    WorkLog(journal).intend([2], at=2000.0)
    assert [work.first_sent for work in WorkLog(journal).work(10)] == [1000.0]


def test_commits_are_synced_to_the_disk(journal: Journal) -> None:
    """Write-ahead log and synchronous FULL (2), which survive a power cut."""
    assert journal.database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal.database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_the_files_are_for_their_owner_only(journal: Journal) -> None:
    """The write-ahead log and its index hold the same people as the journal."""
    journal.put(command="import")
    modes = {path.name: path.stat().st_mode & 0o777 for path in journal.path.parent.iterdir()}
    assert modes == dict.fromkeys(["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"], 0o600)


def test_close_folds_the_log_in(tmp_path: Path) -> None:
    """A finished run's journal is one file, and what was not committed yet is."""
    made = Journal.create(tmp_path / "journal.sqlite")
    made.add_problems([shared(2)])
    made.close()
    assert [path.name for path in tmp_path.iterdir()] == ["journal.sqlite"]
    with closing(Journal(tmp_path / "journal.sqlite")) as again:
        assert again.rows_with_errors() == {2}


def test_facts_come_back_as_they_were(journal: Journal) -> None:
    """JSON values of any kind; the last one counts; a missing one is the default."""
    journal.put(state="planning", columns={"Téléphone": "phoneNumber"}, rows=3)
    journal.put(state="finished")
    assert journal.get("state") == "finished"
    assert journal.get("columns") == {"Téléphone": "phoneNumber"}
    assert (journal.get("notes"), journal.get("notes", [])) == (None, [])
    assert seen_by_another(journal, "SELECT count(*) FROM meta") == [(3,)]


def same(journal: Journal, chunk: pd.DataFrame) -> None:
    """Keep a chunk and compare what comes back."""
    journal.clear_plan()
    journal.keep("source", 0, pack(chunk))
    (back,) = journal.chunks("source")
    pd.testing.assert_frame_equal(back, chunk, check_column_type=False)
    assert {str(dtype) for dtype in back.dtypes} <= {"str"}


@pytest.mark.parametrize(
    "chunk",
    [
        pytest.param(pd.DataFrame({"A": NASTY, "B": NASTY[::-1]}, index=range(2, 12), dtype="str"), id="nasty text"),
        pytest.param(pd.DataFrame({"A": ["x", "y"]}, index=[7, 1_048_576], dtype="str"), id="gaps in the rows"),
        pytest.param(pd.DataFrame({"A": [], "B": []}, index=pd.Index([], dtype="int64"), dtype="str"), id="no rows"),
        pytest.param(
            pd.DataFrame({name: ["x"] for name in ("row", "", "😀", "index")}, index=[2], dtype="str"), id="odd names"
        ),
    ],
)
def test_blocks_come_back_as_they_were(journal: Journal, chunk: pd.DataFrame) -> None:
    """Cells, header, row numbers and the type of text."""
    same(journal, chunk)


def test_whatever_text_a_cell_holds_comes_back(tmp_path: Path) -> None:
    """Any Unicode text but half surrogates, which frames cannot hold either."""
    with closing(Journal.create(tmp_path / "journal.sqlite")) as made:

        @settings(deadline=None, max_examples=40)
        @given(st.lists(st.text(), max_size=5))
        def law(cells: list[str]) -> None:
            same(made, pd.DataFrame({"A": cells}, index=pd.RangeIndex(2, 2 + len(cells)).astype("int64"), dtype="str"))

        law()


def test_blocks_come_in_file_order_and_by_kind(journal: Journal) -> None:
    """More than nine blocks, written in any order."""
    for seq in (3, 0, 11, *range(4, 11), 1, 2):
        journal.keep("clean", seq, pack(pd.DataFrame({"A": [str(seq)]}, index=[seq + 2], dtype="str")))
    journal.keep("source", 0, pack(pd.DataFrame({"A": ["source"]}, index=[2], dtype="str")))
    assert [chunk.index[0] for chunk in journal.chunks("clean")] == list(range(2, 14))
    assert [chunk["A"].iloc[0] for chunk in journal.chunks("source")] == ["source"]


def test_work_comes_back_as_it_was_planned(journal: Journal) -> None:
    """Candidate, contact before and changes, with NULs, emoji and separators in them."""
    action = Action("update", 2, "contact_1", STORED, (CITY, Change("tags", "x", "x;y")))
    journal.add_actions([(ADA, 0, action), (candidate(3), 0, Action("create", 3))])
    first, second = WorkLog(journal).work(10)
    assert (first.candidate, first.action, first.first_sent) == (ADA, action, 0.0)
    assert (second.candidate, second.action) == (candidate(3), Action("create", 3))


def test_work_is_given_in_file_order_a_window_at_a_time(journal: Journal) -> None:
    """Planned ones and those of unknown end; settled ones never."""
    journal.add_actions([(candidate(row), 0, Action("create", row)) for row in (9, 2, 7, 3)])
    WorkLog(journal).intend([3], at=1.0)
    WorkLog(journal).settle([Settled(7, Outcome.CREATED)])
    assert [work.action.row for work in WorkLog(journal).work(2)] == [2, 3]
    assert [work.action.row for work in WorkLog(journal).work(2, after=3)] == [9]
    assert WorkLog(journal).planned() == {"create": 3}


@pytest.mark.parametrize("base", [None, {}, {"city": "", "tags": 'a;"b;c"'}], ids=["none", "unedited", "edited"])
def test_the_base_of_a_row_is_kept(journal: Journal, base: dict[str, str] | None) -> None:
    """A row without a base, one that nobody edited, and one with what was edited are three things."""
    one = Candidate(2, {}, id="c1", derived=frozenset({"name"}), base=base)
    journal.add_actions([(one, 0, Action("create", 2))])
    assert [work.candidate for work in WorkLog(journal).work(10)] == [one]


@pytest.mark.parametrize("kind", ["unchanged", "held", "skipped", "rejected"])
def test_what_needs_no_request_is_settled_by_the_plan(journal: Journal, kind: ActionKind) -> None:
    """It is no work, and its reason is kept."""
    problem = Problem(2, "phoneNumber", "exists", "is there already", PHONE)
    action = Action(kind, 2, "contact_1", STORED, problems=(problem,), clash=clash(2, "contact c1"))
    journal.add_actions([(candidate(2), 0, action)])
    assert states(journal) == {2: ("settled", kind)}
    assert (WorkLog(journal).work(10), WorkLog(journal).planned()) == ([], {})
    assert journal.rows_with_errors() == {2}
    assert journal.database.execute("SELECT owner_is FROM clashes").fetchall() == [("contact c1",)]


def test_rivals_come_in_order_of_rank(journal: Journal) -> None:
    """Those behind the first of one phone number, whatever their rows."""
    other = candidate(4, "+33612345679")
    journal.add_actions(
        (one, rank, Action("held", one.row, clash=clash(one.row, "row 3")))
        for one, rank in [(candidate(8), 2), (candidate(3), 0), (candidate(5), 3), (candidate(9), 1), (other, 1)]
    )
    assert [one.row for one in WorkLog(journal).rivals(PHONE)] == [9, 8, 5]
    assert WorkLog(journal).rivals("+33612345670") == []


def test_a_held_row_that_turns_out_the_owner_is_no_clash(journal: Journal) -> None:
    """Clash and problem of the plan go; other problems of the row stay."""
    warning = Problem(2, "phoneNumber", "landline", "is a landline", severity="warning")
    journal.add_problems([warning])
    journal.add_actions([(candidate(2), 1, Action("held", 2, problems=(shared(2),), clash=clash(2, "row 3")))])
    WorkLog(journal).settle([Settled(2, Outcome.UPDATED, "contact_1", STORED, (CITY,), answer="said")])
    assert states(journal) == {2: ("settled", "updated")}
    assert journal.database.execute("SELECT * FROM clashes").fetchall() == []
    assert journal.database.execute("SELECT code FROM problems").fetchall() == [("landline",)]
    stored = journal.database.execute("SELECT contact_id, answer FROM actions").fetchone()
    assert stored == ("contact_1", "said")


def test_a_row_held_for_another_owner_is_told_once(journal: Journal) -> None:
    """Settled as held again, now by a contact: one clash and one problem, the new ones."""
    journal.add_actions([(candidate(2), 1, Action("held", 2, problems=(shared(2),), clash=clash(2, "row 3")))])
    WorkLog(journal).settle([Settled(2, Outcome.HELD, problems=(shared(2),), clash=clash(2, "contact c1"))])
    assert journal.database.execute("SELECT owner_is FROM clashes").fetchall() == [("contact c1",)]
    assert journal.database.execute("SELECT code FROM problems").fetchall() == [("shared",)]


def test_failed_rows_go_back_to_work_as_unknown(journal: Journal) -> None:
    """Their problem is forgotten, the time of their first attempt is not; others stay settled."""
    journal.add_actions([(candidate(row), 0, Action("create", row)) for row in (2, 3, 4)])
    WorkLog(journal).intend([2, 3], at=1000.0)
    failed = Problem(2, "row", "failed", "given up")
    refused = Problem(3, "row", "refused", "no")
    WorkLog(journal).settle(
        [Settled(2, Outcome.FAILED, problems=(failed,)), Settled(3, Outcome.REJECTED, problems=(refused,))]
    )
    WorkLog(journal).take_stock()
    assert states(journal) == {2: ("unknown", ""), 3: ("settled", "rejected"), 4: ("planned", "")}
    assert [(work.action.row, work.first_sent) for work in WorkLog(journal).work(10)] == [(2, 1000.0), (4, 0.0)]
    assert journal.database.execute("SELECT code FROM problems").fetchall() == [("refused",)]
    assert seen_by_another(journal, "SELECT outcome FROM actions WHERE row = 2") == [("",)]


def test_a_plan_made_again_begins_from_nothing(journal: Journal) -> None:
    """Blocks, problems, rows, actions and clashes go, the facts stay; the same rows can be stored again."""
    for _ in range(2):
        journal.put(command="import")
        journal.keep("source", 0, pack(pd.DataFrame({"A": ["x"]}, index=[2], dtype="str")))
        journal.add_rows([RowPlan(2, 2, "", PHONE, "Ada")])
        journal.add_actions([(candidate(2), 1, Action("held", 2, problems=(shared(2),), clash=clash(2, "row 3")))])
        journal.clear_plan()
        for table in ("blocks", "problems", "rows", "actions", "clashes"):
            assert seen_by_another(journal, f"SELECT count(*) FROM {table}") == [(0,)], table
        assert journal.get("command") == "import"


def test_errors_keep_rows_from_being_sent_and_warnings_do_not(journal: Journal) -> None:
    """What the grouping itself found can be left out."""
    journal.add_problems(
        [
            Problem(2, "email", "invalid", "no"),
            Problem(2, "city", "too_long", "no"),
            Problem(3, "country", "unknown", "hm", severity="warning"),
            Problem(4, "phoneNumber", "duplicate", "twice"),
            shared(5),
        ]
    )
    assert journal.rows_with_errors() == {2, 4, 5}
    assert journal.rows_with_errors(duplicates_too=False) == {2}


def test_rows_are_assigned_to_their_carriers(journal: Journal) -> None:
    """A merged row names the row it went into."""
    journal.add_rows(RowPlan(row, row, "", PHONE, "Ada", "FR", "file") for row in (2, 3))
    journal.assign([(3, 2, "merged")])
    rows = journal.database.execute("SELECT row, carrier, outcome, region, region_from FROM rows").fetchall()
    assert rows == [(2, 2, "", "FR", "file"), (3, 2, "merged", "FR", "file")]


def test_an_intent_that_never_left_is_taken_back(journal: Journal) -> None:
    """Never sent before: planned again; sent in an earlier session: as unknown as it was."""
    log = WorkLog(journal)
    journal.add_actions([(candidate(row), 0, Action("create", row)) for row in (2, 3)])
    log.intend([3], at=1.0)
    log.intend([2, 3], at=5.0)
    log.recall([2, 3])
    assert states(journal) == {2: ("planned", ""), 3: ("unknown", "")}
    assert [(work.first_sent, work.sends) for work in log.work(10)] == [(0.0, 0), (1.0, 1)]


def test_what_was_under_way_is_unknown_when_the_run_is_taken_up(journal: Journal) -> None:
    """Intents without an end; planned and settled rows stay what they are."""
    log = WorkLog(journal)
    journal.add_actions([(candidate(row), 0, Action("create", row)) for row in (2, 3, 4)])
    log.intend([2, 3], at=1.0)
    log.settle([Settled(2, Outcome.CREATED, "contact_1", status=201)])
    assert log.take_stock() == 1
    assert states(journal) == {2: ("settled", "created"), 3: ("unknown", ""), 4: ("planned", "")}
    assert journal.database.execute("SELECT answer FROM actions WHERE row = 2").fetchone() == ("201",)
