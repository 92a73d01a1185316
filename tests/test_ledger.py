"""What became of every row: one outcome each, whatever was planned and wherever the run was stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.blocks import pack
from bulk_io.journal import FILE_NAME, Journal, RowPlan
from bulk_io.ledger import Ledger, brief, document
from bulk_io.records import (
    WRITTEN,
    Action,
    ActionKind,
    Candidate,
    Change,
    Clash,
    Conflict,
    Contact,
    ContactChange,
    Outcome,
    Problem,
    Result,
)
from bulk_io.worklog import Settled, WorkLog

PHONE = "+33612345678"
WORDS = {
    "validate": ["valid", "merged", "held", "skipped", "invalid"],
    "dry": ["created", "updated", "unchanged", "merged", "held", "skipped", "invalid", "rejected", "failed", "pending"],
}
WORDS["real"] = WORDS["dry"]
FACTS = {
    "validate": {"command": "validate", "dry_run": False},
    "dry": {"command": "import", "dry_run": True},
    "real": {"command": "import", "dry_run": False},
}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty journal of an import."""
    with closing(Journal.create(tmp_path / FILE_NAME)) as made:
        made.put(**FACTS["real"])
        yield made


def ledger(journal: Journal) -> Ledger:
    """The view of a journal as it stands."""
    return Ledger(journal, journal.path.parent)


def row(number: int, outcome: str = "", carrier: int = 0) -> RowPlan:
    """A planned row."""
    return RowPlan(number, carrier or number, outcome, PHONE, f"Ada {number}", "FR", "file")


def act(journal: Journal, number: int, kind: ActionKind = "create", contact_id: str = "", **more: object) -> None:
    """Plan an action for a row."""
    candidate = Candidate(number, {"name": f"Ada {number}", "phoneNumber": PHONE})
    journal.add_actions([(candidate, 0, Action(kind, number, contact_id, **more))])  # type: ignore[arg-type]


def nonzero(journal: Journal) -> dict[str, int]:
    """The outcomes that occur, which must be those of the results."""
    counted = {name: count for name, count in ledger(journal).summary().outcomes.items() if count}
    assert Counter(str(result.outcome) for result in ledger(journal).results()) == counted
    return counted


def by_row(journal: Journal) -> dict[int, Result]:
    """The results by row."""
    return {result.row: result for result in ledger(journal).results()}


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        *[pytest.param(outcome, "merged", id=outcome) for outcome in ("created", "updated", "unchanged")],
        *[pytest.param(outcome, outcome, id=outcome) for outcome in ("held", "rejected", "failed", "skipped")],
        pytest.param("", "pending", id="not reached"),
    ],
)
def test_a_merged_row_shares_the_end_of_its_carrier(journal: Journal, ended: str, expected: str) -> None:
    """Merged only where the contact has its values; ``merged_into`` names the carrier in any case."""
    journal.add_rows([row(2), row(3, "merged", 2)])
    act(journal, 2)
    if ended:
        WorkLog(journal).settle([Settled(2, Outcome(ended), "contact_1")])
    results = by_row(journal)
    assert (str(results[2].outcome), str(results[3].outcome)) == (ended or "pending", expected)
    assert (results[2].merged_into, results[3].merged_into) == (None, 2)


@pytest.mark.parametrize(
    ("stage", "kind", "expected"),
    [
        pytest.param("validate", "create", "valid", id="validate create"),
        pytest.param("validate", "held", "held", id="validate held"),
        pytest.param("dry", "create", "created", id="dry create"),
        pytest.param("dry", "update", "updated", id="dry update"),
        pytest.param("dry", "unchanged", "unchanged", id="dry unchanged"),
        pytest.param("dry", "rejected", "rejected", id="dry rejected"),
        pytest.param("real", "create", "pending", id="real create"),
        pytest.param("real", "update", "pending", id="real update"),
        pytest.param("real", "skipped", "skipped", id="real skipped"),
    ],
)
def test_a_plan_is_told_in_the_words_of_its_command(
    journal: Journal, stage: str, kind: ActionKind, expected: str
) -> None:
    """``validate`` says valid, a dry run what would happen, an import what did."""
    journal.put(**FACTS[stage])
    journal.add_rows([row(2, "valid" if stage == "validate" else "")])
    act(journal, 2, kind)
    assert nonzero(journal) == {expected: 1}


def test_a_valid_row_without_rivals_needs_no_action(journal: Journal) -> None:
    """``validate`` plans only numbers that several people share; the others are valid, and merged rows with them."""
    journal.put(**FACTS["validate"])
    journal.add_rows([row(2, "valid"), row(3, "merged", 2), row(4, "invalid"), row(5, "skipped", 2)])
    assert nonzero(journal) == {"valid": 1, "merged": 1, "invalid": 1, "skipped": 1}


@pytest.mark.parametrize("stage", WORDS)
def test_every_word_of_the_command_is_counted_and_no_other(journal: Journal, stage: str) -> None:
    """Outcomes without rows are 0, in the contract's order."""
    journal.put(**FACTS[stage])
    assert list(ledger(journal).outcomes().items()) == [(word, 0) for word in WORDS[stage]]


@pytest.mark.parametrize("command", ["import", "validate"])
def test_rows_that_were_not_checked_yet_are_pending(journal: Journal, command: str) -> None:
    """A run stopped while rows are checked accounts for all that were read, one by one."""
    journal.put(command=command, rows=4)
    journal.keep("source", 0, pack(pd.DataFrame({"A": ["x", "y"]}, index=[2, 5], dtype="str")))
    journal.keep("source", 1, pack(pd.DataFrame({"A": ["z", "ä"]}, index=[6, 9], dtype="str")))
    short = Problem(9, "row", "short", "has 1 cell", severity="warning")
    journal.add_problems([short])
    assert nonzero(journal) == {"pending": 4}
    journal.add_rows([row(2, "invalid"), row(5, "invalid")])
    assert nonzero(journal) == {"pending": 2, "invalid": 2}
    summary, results = ledger(journal).summary(), by_row(journal)
    assert (summary.rows, sum(summary.outcomes.values())) == (4, 4)
    assert list(results) == [2, 5, 6, 9]
    assert (results[6].problems, results[9].problems) == ((), (short,))


def test_asking_for_some_outcomes_gives_no_row_of_another(journal: Journal) -> None:
    """Rows behind the last one asked for are no rows that were never checked; those are given as pending only."""
    journal.put(rows=4)
    journal.keep("source", 0, pack(pd.DataFrame({"A": ["w", "x", "y", "z"]}, index=[2, 3, 4, 5], dtype="str")))
    journal.add_rows([row(2, "invalid"), row(3, "skipped"), row(4, "skipped")])
    asked = {outcome: [r.row for r in ledger(journal).results({outcome})] for outcome in Outcome}
    found = {outcome: rows for outcome, rows in asked.items() if rows}
    assert found == {Outcome.INVALID: [2], Outcome.SKIPPED: [3, 4], Outcome.PENDING: [5]}


ROLES = st.sampled_from(["invalid", "skipped", "merged", "carrier"])
ENDS = st.sampled_from(["", "created", "updated", "unchanged", "held", "skipped", "rejected", "failed", "no action"])


@pytest.mark.parametrize("stage", WORDS)
def test_outcomes_add_up_to_the_rows_whatever_the_plan(tmp_path: Path, stage: str) -> None:
    """One outcome of the command's words for each row, the same in the counts and in the results."""
    with closing(Journal.create(tmp_path / FILE_NAME)) as journal:
        journal.put(**FACTS[stage])

        @settings(deadline=None, max_examples=30)
        @given(st.lists(st.tuples(ROLES, ENDS, st.integers(0, 10)), max_size=12), st.integers(0, 3))
        def law(plan: list[tuple[str, str, int]], unchecked: int) -> None:
            journal.clear_plan()
            carriers = [at for at, (role, _, _) in enumerate(plan, 2) if role == "carrier"]
            for at, (role, end, pick) in enumerate(plan, 2):
                into = carriers[pick % len(carriers)] if carriers and role in ("merged", "skipped") else at
                fate = {
                    "carrier": "valid" if stage == "validate" else "",
                    "merged": "merged" if into != at else "invalid",
                }
                journal.add_rows([row(at, fate.get(role, role), into)])
                if role == "carrier" and end != "no action":
                    kind: ActionKind = "held" if stage == "validate" and end else "create"
                    act(journal, at, kind)
                    if stage == "real" and end:
                        WorkLog(journal).settle([Settled(at, Outcome(end))])
            rows = range(2, 2 + len(plan) + unchecked)
            journal.keep("source", 0, pack(pd.DataFrame({"A": ["x"] * len(rows)}, index=list(rows), dtype="str")))
            journal.put(rows=len(rows))
            summary, results = ledger(journal).summary(), list(ledger(journal).results())
            assert summary.rows == sum(summary.outcomes.values()) == len(rows)
            assert [result.row for result in results] == list(rows)
            assert Counter(str(r.outcome) for r in results) == Counter(dict(summary.outcomes)) + Counter()
            assert set(summary.outcomes) <= {*WORDS[stage], "pending"}
            for result in results:
                if result.outcome is Outcome.MERGED:
                    assert result.merged_into
                    assert by_row(journal)[result.merged_into].outcome in WRITTEN

        law()


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        *[pytest.param(end, "contact_1", id=end) for end in ("created", "updated", "unchanged", "skipped", "rejected")],
        pytest.param("held", "", id="held: the id is somebody else's"),
        pytest.param("failed", "", id="failed: nothing is sure"),
    ],
)
def test_a_result_names_the_contact_it_went_into(journal: Journal, ended: str, expected: str) -> None:
    """Also for the rows that were merged into it."""
    journal.add_rows([row(2), row(3, "merged", 2), row(4, "invalid")])
    act(journal, 2, "update", "contact_1")
    WorkLog(journal).settle([Settled(2, Outcome(ended), "contact_1")])
    assert [result.contact_id for result in by_row(journal).values()] == [expected, expected, ""]


def test_a_pending_update_names_no_contact_yet(journal: Journal) -> None:
    """What was not written is not said to be in a contact."""
    journal.add_rows([row(2)])
    act(journal, 2, "update", "contact_1")
    assert by_row(journal)[2].contact_id == ""


def test_a_result_says_what_was_read(journal: Journal) -> None:
    """Number, name, region and what decided it, as planned."""
    journal.add_rows([row(2, "invalid")])
    assert by_row(journal)[2] == Result(2, Outcome.INVALID, "", PHONE, "Ada 2", None, (), "FR", "file")


def test_problems_are_with_their_rows(journal: Journal) -> None:
    """Each row has its own, in the order they were found, also behind problems of rows that are no data rows."""
    found = [
        Problem(9, "email", "invalid", "no", "x@", "Courriel"),
        Problem(3, "row", "short", "has 1 cell", severity="warning"),
        Problem(1, "row", "odd", "before all rows"),
        Problem(9, "city", "too_long", "long"),
        Problem(5, "row", "odd", "between the rows"),
    ]
    journal.add_problems(found)
    journal.add_rows([row(2), row(3), row(9, "invalid")])
    results = by_row(journal)
    assert (results[2].problems, results[3].problems) == ((), (found[1],))
    assert results[9].problems == (found[0], found[3])
    assert [problem.row for problem in ledger(journal).problems()] == [1, 3, 5, 9, 9]


def test_a_merged_row_inherits_why_its_carrier_was_refused(journal: Journal) -> None:
    """Errors, not warnings, under its own row number; counted once, with the carrier."""
    reason = Problem(2, "email", "refused", "the API says: no", "x@", "Courriel")
    journal.add_rows([row(2), row(3, "merged", 2)])
    journal.add_problems([Problem(2, "phoneNumber", "landline", "hm", severity="warning")])
    act(journal, 2)
    assert by_row(journal)[3].problems == ()
    WorkLog(journal).settle([Settled(2, Outcome.REJECTED, problems=(reason,))])
    (inherited,) = by_row(journal)[3].problems
    assert (inherited.row, inherited.key, inherited.column) == (3, "email.refused", "Courriel")
    assert inherited.message == "like row 2, the same contact: the API says: no"
    assert ledger(journal).summary().problems == {"email.refused": 1}


def test_a_merged_row_inherits_nothing_where_all_went_well(journal: Journal) -> None:
    """An error of a carrier that was written after all is not the merged row's."""
    journal.add_rows([row(2), row(3, "merged", 2)])
    journal.add_problems([Problem(2, "email", "odd", "hm")])
    act(journal, 2)
    WorkLog(journal).settle([Settled(2, Outcome.CREATED, "contact_1")])
    assert by_row(journal)[3].problems == ()


def test_changes_are_those_that_were_made(journal: Journal) -> None:
    """Also where the plan was a creation and a 409 said otherwise; named after the contact as it was."""
    changes = (Change("city", "Sète", "Nîmes"), Change("tags", "a", "a;b"))
    act(journal, 2)
    act(journal, 3, "update", "contact_3", changes=changes)
    WorkLog(journal).settle([Settled(2, Outcome.UPDATED, "contact_2", Contact("contact_2", {"name": "Old"}), changes)])
    assert list(ledger(journal).changes()) == [ContactChange(2, "contact_2", "Old", change) for change in changes]


def test_a_dry_run_tells_what_would_change(journal: Journal) -> None:
    """The planned updates; a contact without a name is called as the row calls it."""
    journal.put(**FACTS["dry"])
    act(journal, 2, "update", "contact_2", changes=(Change("city", "", "Nîmes"),), before=Contact("contact_2", {}))
    act(journal, 3)
    assert list(ledger(journal).changes()) == [ContactChange(2, "contact_2", "Ada 2", Change("city", "", "Nîmes"))]


def test_conflicts_show_three_sides(journal: Journal) -> None:
    """Field by field, in file order; a run of version 0.2, whose journal has no table of them, has none."""
    found = [Conflict(at, "c1", name, "Sète", "Nice", "") for at in (5, 3) for name in ("city", "position")]
    for at in (5, 3):
        act(journal, at, "held", conflicts=tuple(one for one in found if one.row == at))
    assert list(ledger(journal).conflicts()) == [*found[2:], *found[:2]]
    journal.commit()
    journal.database.execute("DROP TABLE conflicts")
    assert list(ledger(journal).conflicts()) == []


def test_clashes_show_both_sides(journal: Journal) -> None:
    """As they were when the row was held, in file order."""
    two = [Clash(at, PHONE, {"name": "Ada"}, {"name": "Zoë", "city": "Sète"}, "contact c1") for at in (5, 3)]
    for clash in two:
        act(journal, clash.row, "held", clash=clash)
    assert list(ledger(journal).clashes()) == two[::-1]


def test_the_users_own_cells_come_back(journal: Journal) -> None:
    """Only the wanted rows, in file order, over all blocks."""
    journal.put(raw_header=["Nom ", "Nom "])
    for seq, first in enumerate((2, 4)):
        cells = {"Nom": [f"a{first}", "b"], "Nom (2)": ["", "\0"]}
        journal.keep("source", seq, pack(pd.DataFrame(cells, index=[first, first + 1], dtype="str")))
    assert ledger(journal).raw_header() == ["Nom ", "Nom "]
    assert list(ledger(journal).raw_rows([5, 2, 99])) == [(2, ["a2", ""]), (5, ["b", "\0"])]


def test_the_document_has_the_keys_of_the_contract(journal: Journal) -> None:
    """Names, order and shapes, to the letter."""
    journal.put(
        run="r", state="finished", mapping="proposed", columns={"Téléphone": "phoneNumber"}, seconds=3.21549,
        requests_sent=905, requests_retried=5, files={"results": "r/results.csv", "rejected": None}, rows=1,
        source={"file": "leads.csv", "format": "csv", "encoding": "utf-8-sig", "delimiter": ";", "sheet": None,
                "header_row": 1, "notes": ["a note"]},
    )  # fmt: skip
    journal.add_rows([row(2, "invalid")])
    journal.add_problems([Problem(2, "phoneNumber", "invalid", "no"), Problem(2, "a", "b", "c", severity="warning")])
    made = document(ledger(journal).summary())
    assert made == {
        "run": "r",
        "run_dir": str(journal.path.parent),
        "dry_run": False,
        "state": "finished",
        "source": {"file": "leads.csv", "format": "csv", "encoding": "utf-8-sig", "delimiter": ";", "sheet": None,
                   "header_row": 1},
        "mapping": {"name": "proposed", "columns": {"Téléphone": "phoneNumber"}},
        "rows": 1,
        "outcomes": {**dict.fromkeys(WORDS["real"], 0), "invalid": 1},
        "problems": {"phoneNumber.invalid": 1},
        "warnings": {"a.b": 1},
        "requests": {"sent": 905, "retried": 5},
        "seconds": 3.215,
        "files": {"results": "r/results.csv", "workbook": None, "page": None, "rejected": None},
    }  # fmt: skip
    assert list(made) == [
        "run", "run_dir", "dry_run", "state", "source", "mapping", "rows", "outcomes", "problems", "warnings",
        "requests", "seconds", "files",
    ]  # fmt: skip


def test_what_is_about_to_be_true_can_be_told(journal: Journal) -> None:
    """A state that is stored once the reports are written already stands in them."""
    journal.put(state="uploading")
    assert Ledger(journal, journal.path.parent, state="finished").summary().state == "finished"


def test_a_run_that_has_only_begun_can_be_listed(tmp_path: Path) -> None:
    """Every fact may be missing still."""
    Journal.create(tmp_path / FILE_NAME).close()
    listed = brief(tmp_path)
    assert (listed["run"], listed["state"], listed["file"]) == (tmp_path.name, "planning", "")
    assert set(listed["outcomes"].values()) == {0}
