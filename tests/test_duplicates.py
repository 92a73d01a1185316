"""Grouping of rows that share a phone number: who joins whom, what each policy makes of a group, and its laws."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io import names, tags
from bulk_io.duplicates import Policy, Resolution, phone_key, repeated, resolve
from bulk_io.fields import WRITABLE
from bulk_io.namesearch import NameIndex

PHONE, OTHER = "+33639980001", "+33639980002"
COLUMNS = (*WRITABLE, "id", "derived", "base", "region", "region_from")


def clean(*rows: dict[str, str], start: int = 2, phone: str = PHONE) -> pd.DataFrame:
    """Make a frame of clean rows, numbered as in a file with its header in row 1."""
    cells = [{"phoneNumber": phone, "region": "FR", "region_from": "prefix"} | row for row in rows]
    index = pd.RangeIndex(start, start + len(rows))
    return pd.DataFrame({name: [row.get(name, "") for row in cells] for name in COLUMNS}, index=index, dtype="str")


def people(*texts: str, **same: str) -> pd.DataFrame:
    """Make clean rows of names that share one number."""
    return clean(*({"name": text} | same for text in texts))


def outcomes(resolution: Resolution) -> dict[int, tuple[str, int]]:
    """Give what rows became, as plain text."""
    return {row: (str(own), carrier) for row, (own, carrier) in resolution.rows.items()}


def test_repeated_keys_are_marked() -> None:
    """Every occurrence of a key that occurs twice is marked, and no other."""
    keys = np.array([5, 7, 5, 9, 7, 11], dtype=np.int64)
    assert repeated(keys).tolist() == [True, True, True, False, True, False]


def test_phone_key_is_the_digits() -> None:
    """An E.164 text becomes the integer of its digits, up to fifteen; an empty one 0."""
    keys = phone_key(pd.Series([PHONE, "+999999999999999", ""], dtype="str"))
    assert keys.dtype == np.int64
    assert keys.tolist() == [33639980001, 999999999999999, 0]


def edited(was: str, derived: str, **cells: str) -> dict[str, str]:
    """A row of our own export (c1) with the base of what was edited, and the fields that were not."""
    return {"id": "c1", "name": "Jean", "base": was, "derived": f"name {derived}", **cells}


@pytest.mark.parametrize("policy", ["merge", "last"])
def test_copies_of_an_exported_row_add_their_edits(policy: Policy) -> None:
    """What a copy left as it was takes no edit back; each edited field brings what it was; tags are edited in turn."""
    done = resolve(
        clean(
            edited(
                '{"city": "Paris", "tags": "a;b"}', "position phoneNumber", city="Lyon", position="CTO", tags="a;b;c"
            ),
            edited('{"position": "CTO"}', "city tags phoneNumber", city="Paris", position="CEO", tags="a;b"),
            edited('{"tags": "a;b", "phoneNumber": "+1"}', "city position", city="Nice", tags="b", phoneNumber=OTHER),
            edited("{}", "city position tags phoneNumber", city="Paris", position="CTO", tags="a;b"),
        ),
        policy,
    )
    (row,) = done.carriers.to_dict("records")
    assert (row["city"], row["position"], row["tags"], row["phoneNumber"]) == ("Lyon", "CEO", "b;c", OTHER)
    assert json.loads(row["base"]) == {"phoneNumber": "+1", "city": "Paris", "position": "CTO", "tags": "a;b"}
    assert row["derived"] == "name"
    assert done.phones == {}


def test_an_edit_counts_even_if_another_base_says_the_same() -> None:
    """A row of an older export has as unedited what a later one was edited to."""
    rows = [edited("{}", "city tags phoneNumber", city="Paris"), edited('{"city": "Lyon"}', "tags", city="Paris")]
    (row,) = resolve(clean(*rows), "merge").carriers.to_dict("records")
    assert (row["city"], json.loads(row["base"]), "city" in row["derived"].split()) == (
        "Paris",
        {"city": "Lyon"},
        False,
    )


def test_a_row_without_base_adds_its_statements() -> None:
    """Beside an unedited row of its contact, what it states has no base."""
    rows = [
        edited("{}", "city tags phoneNumber", city="Paris", tags="a"),
        {"name": "Jean", "city": "Lyon", "tags": "b"},
    ]
    (row,) = resolve(clean(*rows), "merge").carriers.to_dict("records")
    assert (row["city"], row["tags"], row["base"], row["derived"]) == ("Lyon", "b", "{}", "name phoneNumber")


def test_merge_takes_later_values_and_adds_tags() -> None:
    """The first row carries the contact; later non-empty values win, blanks win nothing, tags add up in order."""
    done = resolve(
        clean(
            {"name": "Jean Dupont", "city": "Lyon", "position": "CEO", "tags": 'b;"x;y"'},
            {"name": "DUPONT Jean", "city": "Paris", "tags": "a;b"},
            {"name": "J. Dupont", "city": ""},
        ),
        "merge",
    )
    assert outcomes(done) == {2: ("", 2), 3: ("merged", 2), 4: ("merged", 2)}
    carrier = done.carriers.loc[2]
    assert (carrier["name"], carrier["city"], carrier["position"]) == ("J. Dupont", "Paris", "CEO")
    assert tags.parse(carrier["tags"]) == ("b", "x;y", "a")
    assert done.names == {2: ("Jean Dupont", "DUPONT Jean", "J. Dupont")}
    assert done.rank == {2: 0}
    assert list(done.carriers.columns) == list(COLUMNS)


def test_first_keeps_the_first_row_as_it_is() -> None:
    """With `first` the first row keeps its own values only; the others are skipped."""
    done = resolve(clean({"name": "Jean Dupont"}, {"name": "Dupont Jean", "city": "Paris"}), "first")
    assert outcomes(done) == {2: ("", 2), 3: ("skipped", 2)}
    assert done.carriers.loc[2, "city"] == ""
    assert done.names == {2: ("Jean Dupont",)}


def test_last_row_carries_with_blanks_filled_from_above() -> None:
    """With `last` the last row carries; its blanks come from the nearest earlier row, tags add up in row order."""
    done = resolve(
        clean(
            {"name": "Jean Dupont", "city": "Lyon", "position": "CEO", "tags": "a"},
            {"name": "Jean Dupont", "city": "Paris", "tags": "b"},
            {"name": "Jean Dupont", "email": "jean@example.com"},
        ),
        "last",
    )
    assert outcomes(done) == {2: ("merged", 4), 3: ("merged", 4), 4: ("", 4)}
    row = done.carriers.loc[4]
    assert (row["city"], row["position"], row["email"], row["tags"]) == ("Paris", "CEO", "jean@example.com", "a;b")


def test_reject_refuses_every_row_of_a_group() -> None:
    """With `reject` a group's rows are invalid, each message names the others, the next group owns the number."""
    done = resolve(
        people("Jean Dupont", "Marie Durand", "Dupont Jean", "J. Dupont"), "reject", headers={"phoneNumber": "Tél"}
    )
    assert outcomes(done) == {2: ("invalid", 2), 3: ("", 3), 4: ("invalid", 4), 5: ("invalid", 5)}
    assert [(problem.key, problem.row, problem.column) for problem in done.problems] == [
        ("phoneNumber.duplicate", row, "Tél") for row in (2, 4, 5)
    ]
    assert "rows 4 and 5" in done.problems[0].message
    assert done.problems[0].value == PHONE
    assert done.rank == {3: 0}
    assert list(done.carriers.index) == [3]


def test_a_long_list_of_rows_is_cut() -> None:
    """A message never lists thousands of rows: the first few and how many more."""
    done = resolve(people(*["Jean Dupont"] * 40), "reject")
    assert "rows 3, 4, 5, 6, 7 and 34 more" in done.problems[0].message


@pytest.mark.parametrize("policy", ["merge", "first", "last"])
def test_rivals_are_ranked_in_file_order(policy: Policy) -> None:
    """Names that do not fit found groups of their own, ranked by first row, whatever row carries them."""
    done = resolve(people("Jean Dupont", "Marie Durand", "Dupont J.", "Paul Petit", "Marie Durand"), policy)
    ranks = [done.rank[carrier] for carrier in sorted(done.rank, key=lambda row: done.rank[row])]
    assert ranks == [0, 1, 2]
    assert done.rank[done.rows[2][1]] == 0
    assert done.rank[done.rows[3][1]] == 1
    assert done.rank[done.rows[5][1]] == 2
    assert list(done.carriers.index) == sorted(done.carriers.index)


def test_a_row_must_fit_every_name_of_a_group() -> None:
    """J. Dupont fits Jean and Julie; Julie joins no group that already has Jean."""
    done = resolve(people("J. Dupont", "Jean Dupont", "Julie Dupont", "J. Dupont"), "merge")
    assert outcomes(done) == {2: ("", 2), 3: ("merged", 2), 4: ("", 4), 5: ("merged", 2)}


def test_groups_do_not_cross_numbers() -> None:
    """One name under two numbers is two contacts, each of them owner of its number."""
    done = resolve(clean({"name": "Jean Dupont"}, {"name": "Jean Dupont", "phoneNumber": OTHER}), "merge")
    assert done.rank == {2: 0, 3: 0}


@pytest.mark.parametrize(
    ("rows", "carriers"),
    [
        ([("c1", "Jean Dupont"), ("c1", "Marie Petit")], [2, 2]),
        ([("c1", "Jean Dupont"), ("c2", "Jean Dupont")], [2, 3]),
        ([("c1", "Jean Dupont"), ("", "Jean Dupont")], [2, 2]),
        ([("", "Jean Dupont"), ("c1", "Jean Dupont"), ("c2", "Jean Dupont")], [2, 2, 4]),
        ([("c1", "Jean Dupont"), ("c2", "Jean Dupont"), ("", "Jean Dupont"), ("c2", "Paul Roux")], [2, 3, 2, 3]),
    ],
    ids=["one-id", "two-ids", "id-and-none", "none-takes-the-first-id", "mixed"],
)
def test_ids_of_our_export_come_before_names(rows: list[tuple[str, str]], carriers: list[int]) -> None:
    """One id is one group whatever the name, two ids never are, and a row without an id goes by its name."""
    done = resolve(clean(*({"id": own, "name": name} for own, name in rows)), "merge")
    assert [carrier for _, carrier in done.rows.values()] == carriers
    assert done.carriers.loc[2, "id"] == "c1"


def test_an_id_that_moves_to_another_number_frees_the_old_one() -> None:
    """Rows of one id with two numbers are one contact, at its last number: whoever has the old one then owns it."""
    done = resolve(
        clean(
            {"id": "c1", "name": "Jean Dupont"},
            {"id": "c1", "name": "Jean Dupont", "phoneNumber": OTHER},
            {"id": "c2", "name": "Marie Petit"},
        ),
        "merge",
    )
    assert done.carriers.loc[2, "phoneNumber"] == OTHER
    assert done.rank == {2: 0, 4: 0}


def test_stated_names_beat_derived_ones() -> None:
    """What was derived in the first row gives way to what a later row states."""
    derived = {"name": "DUPONT Jean", "firstName": "JEAN", "lastName": "DUPONT", "derived": "firstName lastName"}
    row = resolve(clean(derived, {"name": "Jean Dupont", "firstName": "Jean-Luc"}), "merge").carriers.loc[2]
    assert (row["firstName"], row["lastName"], row["derived"]) == ("Jean-Luc", "DUPONT", "lastName")


def test_what_a_later_row_derived_is_left_out() -> None:
    """Sent one by one, the later row would be an update, and those never send what was derived."""
    derived = {"name": "DUPONT Jean", "firstName": "JEAN", "lastName": "DUPONT", "derived": "firstName lastName"}
    row = resolve(clean({"name": "Jean Dupont", "firstName": "Jean"}, derived), "merge").carriers.loc[2]
    assert (row["firstName"], row["lastName"], row["derived"]) == ("Jean", "", "")


def test_a_name_that_differs_in_form_only_changes_nothing() -> None:
    """Case, accents and word order are no difference in the CRM, so the first form stays."""
    row = resolve(people("Hélène Dupont", "DUPONT Helene"), "merge").carriers.loc[2]
    assert row["name"] == "Hélène Dupont"


def test_without_names_a_number_is_one_contact() -> None:
    """With `by_name=False` all rows of a number are one contact, with all their names; two ids still are not."""
    done = resolve(people("Jean Dupont", "Marie Petit", "Jean Dupont"), "merge", by_name=False)
    assert outcomes(done) == {2: ("", 2), 3: ("merged", 2), 4: ("merged", 2)}
    assert done.names == {2: ("Jean Dupont", "Marie Petit")}
    done = resolve(clean({"name": "Jean", "id": "c1"}, {"name": "Jean", "id": "c2"}), "merge", by_name=False)
    assert done.rank == {2: 0, 3: 1}


def test_no_rows_give_nothing() -> None:
    """An empty frame resolves to an empty resolution with the same columns."""
    done = resolve(clean(), "merge")
    assert (len(done.carriers), done.rows, done.problems) == (0, {}, [])
    assert list(done.carriers.columns) == list(COLUMNS)


NAMES = st.sampled_from(
    ["Jean Dupont", "DUPONT Jean", "J. Dupont", "Jeanne Dupont", "Marie Petit", "M. Petit", "Dupont", "Bob Roux",
     "Robert Roux", "Jean-Pierre Martin", "JP Martin", "Li Wei (李伟)", "李伟", "Müller Anna", "Mueller A.", "Test 1"]
)  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "phoneNumber": st.sampled_from([PHONE, OTHER]),
            "id": st.sampled_from(["", "", "", "c1", "c2"]),
            "city": st.sampled_from(["", "Lyon", "Paris"]),
            "firstName": st.sampled_from(["Jean", "Marie"]),
            "derived": st.sampled_from(["", "firstName"]),
            "tags": st.sampled_from(["", "a", "b;a", '"x;y"']),
        }
    ),
    max_size=12,
)
POLICIES = st.sampled_from(["merge", "first", "last", "reject"])


@settings(deadline=None, max_examples=60)
@given(ROWS, POLICIES)
def test_every_row_is_accounted_for_once(rows: list[dict[str, str]], policy: Policy) -> None:
    """Each row has one outcome; carriers carry themselves; others lead to a carrier; each number has ranks 0, 1, …"""
    frame = clean(*rows)
    done = resolve(frame, policy)
    assert list(done.rows) == list(frame.index)
    assert [row for row, (own, _) in done.rows.items() if own == ""] == list(done.carriers.index)
    for row, (own, carrier) in done.rows.items():
        assert (carrier == row) if own in ("", "invalid") else carrier in done.carriers.index
    assert {problem.row for problem in done.problems} == {
        row for row, (own, _) in done.rows.items() if own == "invalid"
    }
    for _, group in done.carriers.groupby("phoneNumber"):
        assert sorted(done.rank[row] for row in group.index) == list(range(len(group)))


@settings(deadline=None, max_examples=60)
@given(ROWS, st.integers(0, 11))
def test_the_order_of_equal_rows_changes_only_the_row_named(rows: list[dict[str, str]], place: int) -> None:
    """A row written twice in a row gives the same contacts as the same file renumbered."""
    twice = [*rows[: place + 1], *rows[place:]] if place < len(rows) else rows
    a, b = resolve(clean(*twice), "merge"), resolve(clean(*twice, start=100), "merge")
    assert a.carriers.to_numpy().tolist() == b.carriers.to_numpy().tolist()
    assert [carrier + 98 for _, carrier in a.rows.values()] == [carrier for _, carrier in b.rows.values()]
    once = resolve(clean(*rows), "merge")
    assert once.carriers.to_numpy().tolist() == a.carriers.to_numpy().tolist()


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_merging_is_applying_rows_one_by_one(rows: list[dict[str, str]]) -> None:
    """One contact's rows merge to what writing them in turn onto one record gives."""
    rows = [row | {"name": "Jean Dupont", "phoneNumber": PHONE, "id": "", "derived": ""} for row in rows]
    if not rows:
        return
    record: dict[str, str] = {}
    added: tuple[str, ...] = ()
    for row in rows:
        record |= {name: value for name, value in row.items() if value and name != "tags"}
        added = tags.union(added, tags.parse(row["tags"]))
    merged = resolve(clean(*rows), "merge").carriers
    assert len(merged) == 1
    assert {name: merged.iloc[0][name] for name in record} == record
    assert tags.parse(merged.iloc[0]["tags"]) == added


WORDS = """
Jean Jeanne Pierre Jeanpierre J. P. JP Dupont Dupond Dupnot de la Latour Tour delatour Müller Mueller Bob Robert 12
Christine Kristine Cristine Chr. Ødegård Odegaard SARL Mme M. (Acme) 李伟 Vandenberg van den berg
"""
TEXTS = st.lists(st.sampled_from(WORDS.split()), max_size=5).map(" ".join)


@settings(deadline=None, max_examples=300)
@given(TEXTS, TEXTS)
def test_the_index_finds_every_name_that_fits(a: str, b: str) -> None:
    """Whatever fits is found by the index, asked from either side."""
    index = NameIndex()
    index.add(0, "Paul Petit")
    index.add(1, a)
    assert not names.fits(a, b) or 1 in index.likely(b)


def crowd(texts: Iterable[str]) -> list[int]:
    """Group names under one number the plain way: each compared with every group."""
    groups: list[list[str]] = []
    found = []
    for text in texts:
        place = next((i for i, group in enumerate(groups) if all(names.fits(text, n) for n in group)), len(groups))
        if place == len(groups):
            groups.append([])
        groups[place].append(text)
        found.append(place)
    return found


def test_a_crowd_is_grouped_as_one_by_one() -> None:
    """Hundreds of people under one placeholder number group as comparing each with each would."""
    first = ["Jean", "Jeanne", "J.", "Robert", "Bob", "Marie", "Anna", "JP", "Jean-Pierre", "Paul", "Li"]
    last = [
        "Dupont",
        "Dupond",
        "Martin",
        "Müller",
        "Mueller",
        "de la Tour",
        "Latour",
        "Petit",
        "Garcia Lopez",
        "Garcia",
    ]
    texts = [f"{a} {b}" for b in last for a in first] + [f"{b.upper()} {a}" for a in first for b in last]
    done = resolve(people(*texts), "merge")
    numbers: dict[int, int] = {}
    assert [numbers.setdefault(carrier, len(numbers)) for _, carrier in done.rows.values()] == crowd(texts)
