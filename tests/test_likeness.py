"""Rows that may be one person: what is proposed, what is a conflict, what is left alone, how well on a whole list."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pandas as pd
import pytest
from lead_lists import lead_list

import bulk_io
from bulk_io.likeness.search import find_duplicates

Row = dict[str, str]
NAMES = ["ardec", "ilvic", "onnet", "ulbert", "eskirch", "azville", "irmond", "othnac"]
CROWD = lead_list(400, seed=11, twice=0.0, trapped=0.0)[0]
"""People who have nothing to do with the pair in question: what is rare is told by them."""

JON = {
    "name": "Jonathan Featherby",
    "phoneNumber": "+447700900123",
    "email": "jonathan.featherby@acme-tools.com",
    "currentCompany": "Acme Tools Ltd",
    "city": "Leeds",
    "country": "United Kingdom",
    "position": "Buyer",
}


def found(one: Row, two: Row) -> tuple[str, str]:
    """The band and the reason of two rows among others; "new" where the pair is not there."""
    frame = pd.concat([CROWD, pd.DataFrame([one, two], index=[9001, 9002])]).fillna("")
    pairs = find_duplicates(frame)
    pair = pairs[(pairs.row_a == 9001) & (pairs.row_b == 9002)]
    return (pair.band.item(), pair.reason.item()) if len(pair) else ("new", "")


def band(two: Row, one: Row = JON, **without: str) -> str:
    """The band of a person and somebody who differs in some fields."""
    return found({**one, **without}, {**one, **without, **two})[0]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param({}, "same", id="the same row twice"),
        pytest.param({"name": "FEATHERBY Jonathan"}, "same", id="the other way round, in capitals"),
        pytest.param({"name": "Jon Featherby"}, "same", id="a nickname"),
        pytest.param({"email": "", "currentCompany": "", "city": ""}, "same", id="only the number"),
        pytest.param({"phoneNumber": "", "city": "", "position": ""}, "same", id="only the address"),
        pytest.param({"name": "J0nathan Featherby"}, "same", id="a digit read for a letter"),
        pytest.param(
            {"name": "Eng. Jonathan Featherby", "firstName": "Jonathan", "lastName": "Featherby"},
            "same",
            id="a title that no table knows",
        ),
        pytest.param({"name": "J. Featherby"}, "possible", id="an initial"),
        pytest.param(
            {"name": "J A. Featherby", "firstName": "J A.", "lastName": "Featherby"}, "possible", id="two initials"
        ),
        pytest.param({"name": "Jonathan B. Featherby"}, "possible", id="a middle initial"),
        pytest.param({"name": "Jonathan Plumtree (born Featherby)"}, "possible", id="a name of birth"),
        pytest.param({"name": "Jonathan Plumtree geb. Featherby"}, "possible", id="a name of birth in German"),
        pytest.param({"phoneNumber": "", "email": "jonathanfeatherby@acme-tools.com"}, "possible", id="no dots"),
        pytest.param({"name": "Jonathan Fetherby"}, "possible", id="a slip"),
        pytest.param({"name": "Featherby"}, "possible", id="no first name"),
        pytest.param({"name": ""}, "possible", id="no name at all"),
        pytest.param({"phoneNumber": "+447700900173", "email": ""}, "possible", id="one digit wrong"),
        pytest.param({"phoneNumber": "", "email": ""}, "possible", id="name and company"),
        pytest.param(
            {"phoneNumber": "", "email": "j.featherby@acme-tools.com"}, "possible", id="address spelt otherwise"
        ),
        pytest.param({"phoneNumber": "", "email": "", "currentCompany": "ACME TOOLS"}, "possible", id="no legal form"),
        pytest.param({"name": "Jonathan Quillfeather"}, "possible", id="another surname, all else the same"),
    ],
)
def test_one_person_written_twice_is_proposed(other: Row, expected: str) -> None:
    """Number or address with the same name is the same; with less it is for a person to decide."""
    assert band(other) == expected


@pytest.mark.parametrize(
    ("name", "more"),
    [
        pytest.param("Margaret Featherby", {}, id="family, one line"),
        pytest.param("Margaret Featherby", {"email": "m.featherby@acme-tools.com"}, id="a couple in one firm"),
        pytest.param(
            "Harold Plumtree", {"email": "harold.plumtree@acme-tools.com"}, id="colleagues on one switchboard"
        ),
        pytest.param("Jonathan Featherby Jr", {"email": "", "currentCompany": ""}, id="father and son"),
    ],
)
def test_two_people_on_one_number_are_a_conflict(name: str, more: Row) -> None:
    """They share a number and are not proposed as one, whatever else they share."""
    assert band({"name": name, **more}) == "conflict"


def test_first_names_that_nobody_knows_stand_where_the_others_do() -> None:
    """In a list of Jonathan Featherbys, Yoshita and Yashawini are first names, so that they are kin, not married."""
    kin = {"email": "sachar@quill.in", "name": "Yashawini Sachar"}
    assert band(kin, JON | {"email": "sachar@quill.in", "name": "Yoshita Sachar"}) == "conflict"


def test_mr_and_mrs_are_two() -> None:
    """Where the title is all that tells them apart it does; with the same first name it is a slip."""
    assert band({"name": "Mrs Featherby"}, JON | {"name": "Mr Featherby"}) == "conflict"
    assert band({"name": "Mme Camille Featherby"}, JON | {"name": "M. Camille Featherby"}) == "possible"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param("Marie Quatrefages", "Marine Quatrefages", id="Marie, Marine"),
        pytest.param("Jean Quatrefages", "Jeanne Quatrefages", id="Jean, Jeanne"),
        pytest.param("Daniel Ostrowitz", "Daniela Ostrowitz", id="Daniel, Daniela"),
        pytest.param("Robert Smith Sr.", "Robert Smith Jr.", id="senior, junior"),
        pytest.param("Robert Smith II", "Robert Smith III", id="the second, the third"),
    ],
)
def test_near_names_are_never_the_same(one: str, two: str) -> None:
    """One letter makes another person, so that a shared number is no proof."""
    assert band({"name": two, "email": ""}, JON | {"name": one, "email": ""}) in ("conflict", "possible")
    assert band({"name": two, "phoneNumber": "+447700900888", "email": ""}, JON | {"name": one}) == "new"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param("Isabel Martínez", "I T. Martínez", id="I is no particle"),
        pytest.param("David Smith", "D H. Smith", id="nor is D"),
        pytest.param("Francisco Quill", "Paaco Quill", id="a slip of a nickname that is near to two"),
        pytest.param("Emma Quill", "Ema Quill", id="a short name spelt otherwise"),
        pytest.param("Sofia Quill", "Sophia Quill", id="a name spelt otherwise, in no line of nicknames"),
        pytest.param("Paolo S. Quill", "Paolo F. Quill", id="two middle initials"),
    ],
)
def test_names_that_are_hard_to_read_are_asked_about(one: str, two: str) -> None:
    """With the number and the rest the same, a person would want to see the two rows side by side."""
    assert band({"name": two, "email": ""}, JON | {"name": one}) in ("possible", "same")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param({"email": ""}, {"email": ""}, id="only the number"),
        pytest.param({}, {"email": "hans.featherby@gmx.de"}, id="the number, with a mailbox each"),
        pytest.param({"email": "family.featherby@gmx.de"}, {"email": "family.featherby@gmx.de"}, id="one mailbox"),
        pytest.param({"email": "j-h.featherby@gmx.de"}, {"email": "j-h.featherby@gmx.de"}, id="one of initials"),
        pytest.param({"email": "johanneshans@gmx.de"}, {"email": "johanneshans@gmx.de"}, id="one of two names"),
    ],
)
def test_a_nickname_may_be_the_name_of_a_brother(one: Row, two: Row) -> None:
    """Hans and Johannes of one house share all but the first name, so only an address that names one of them joins."""
    johannes = JON | {"name": "Johannes Featherby", "email": "johannes.featherby@gmx.de"}
    assert band({"name": "Hans Featherby", **two}, johannes | one) == "possible"
    assert band({"name": "Hans Featherby"}, johannes) == "same"


def test_a_slip_of_a_name_has_its_nicknames() -> None:
    """Mixhael is Michael, so that Mike may be him; but a person has to say so."""
    assert band({"name": "Mike Featherby"}, JON | {"name": "Mixhael Featherby"}) == "possible"


def test_gmail_sees_no_dots() -> None:
    """Nor does it tell googlemail.com from gmail.com; the same address is the same."""
    bare = {"phoneNumber": "", "currentCompany": "", "city": "", "position": ""}
    one = JON | bare | {"email": "jon.featherby82@gmail.com"}
    assert band({"email": "jon.featherby82@googlemail.com"}, one) == "same"
    assert band({"email": "j.onfeatherby82@gmail.com"}, one) == "possible"


def test_colleagues_with_one_first_name_are_two() -> None:
    """A number of their office says little for two surnames, where it says much for who works nowhere else."""
    other = {"name": "Jonathan Quillfeather", "email": "j.quillfeather@acme-tools.com", "position": "CEO", "city": ""}
    assert band(other) == "conflict"
    assert band(other | {"position": "Buyer", "email": JON["email"]}) == "possible"


@pytest.mark.parametrize(
    "address", ["info@acme-tools.com", "Kontakt@acme-tools.com", "compta@acme-tools.com", "sales.uk@acme-tools.com"]
)
def test_a_mailbox_of_an_office_proves_nothing(address: str) -> None:
    """Colleagues behind info@ are two people; one colleague written twice is possible, never the same by it."""
    lonely = {"email": address, "phoneNumber": ""}
    assert band({"name": "Harold Plumtree"}, **lonely) == "new"
    assert band({"position": ""}, **lonely) == "possible"


def test_numbers_in_a_row_are_those_of_an_office() -> None:
    """…123 and …124 are two desks."""
    assert band({"name": "Harold Plumtree", "phoneNumber": "+447700900124", "email": ""}) == "new"


def test_a_rare_name_says_more_than_a_common_one() -> None:
    """Two Zéphirine Quatrefages of one city are one person; two Marie Martins are not."""
    bare = {"phoneNumber": "", "email": "", "currentCompany": "", "position": "", "city": "Lyon", "country": "France"}
    for _ in range(2):
        rare, common = ({"name": name, **bare} for name in ("Zéphirine Quatrefages", "Marie Martin"))
    assert found(rare, rare)[0] == "possible"
    crowd = pd.DataFrame([{"name": f"{first} {last}", **bare} for first in ("Marie", "Jean", "Léa") for last in
                          ("Martin", "Petit", "Roux", "Durand") for _ in range(20)])  # fmt: skip
    pairs = find_duplicates(pd.concat([crowd, pd.DataFrame([common, common])], ignore_index=True))
    assert pairs.empty


def test_the_list_tells_how_rare_a_rare_surname_is() -> None:
    """Where surnames that two rows have go with two first names, many people have them; else they mean one person."""
    firsts, lasts = ["Ada", "Bo", "Cleo", "Dora"], [f"{head}{tail}" for head in "BDFGKLMNPR" for tail in NAMES]
    pair = [("Zelda", "Quatrefages")] * 2

    def score(crowd: list[tuple[str, str]]) -> float:
        frame = pd.DataFrame([*crowd, *pair], columns=["firstName", "lastName"]).assign(city="Lyon")
        found = find_duplicates(frame).set_index(["row_a", "row_b"]).score
        return float(found.get((len(crowd), len(crowd) + 1), 0.0))

    kin = [(firsts[at % 2], last) for at, last in enumerate(each for each in lasts for _ in range(2))]
    twice = [(firsts[at % 4], last) for at, last in enumerate(lasts) for _ in range(2)]
    assert score(twice) > score(kin)


def test_the_reason_is_given_in_words() -> None:
    """What is the same is said, what is not stands side by side."""
    other = {"name": "Jon FEATHERBY", "phoneNumber": "", "currentCompany": "Acme Tools"}
    reason = found(JON, JON | other)[1]
    assert reason == (
        "same e-mail; 'Jonathan Featherby' / 'Jon FEATHERBY'; 'Acme Tools Ltd' / 'Acme Tools'; same city; same position"
    )


def test_a_third_row_speaks_for_two() -> None:
    """A has the number, C the address, and B has both: then A and C are one as well."""
    only_number = {"name": "J. Featherby", "phoneNumber": JON["phoneNumber"]}
    only_address = {"name": "Featherby", "email": JON["email"]}
    frame = pd.concat([CROWD, pd.DataFrame([only_number, JON, only_address], index=[9001, 9002, 9003])]).fillna("")
    pairs = find_duplicates(frame)
    assert {(9001, 9002), (9002, 9003), (9001, 9003)} <= set(zip(pairs.row_a, pairs.row_b, strict=True))


def test_a_third_row_does_not_make_one_of_two_people() -> None:
    """A fits B and B fits C, but A is no C: groups are not chained blindly."""
    rows = [JON | {"name": name} for name in ("Jonathan Featherby", "J. Featherby", "Julia Featherby")]
    frame = pd.concat([CROWD, pd.DataFrame(rows, index=[9001, 9002, 9003])]).fillna("")
    pairs = find_duplicates(frame).set_index(["row_a", "row_b"]).band
    assert pairs[(9001, 9003)] == "conflict"


def test_two_frames_are_compared_with_each_other_only() -> None:
    """What is twice within one of them is not asked for."""
    mine = pd.DataFrame([JON, JON], index=[2, 3])
    theirs = pd.concat([CROWD, pd.DataFrame([JON | {"name": "Jon Featherby"}], index=["c_1"])]).fillna("")
    pairs = find_duplicates(mine, theirs)
    assert set(zip(pairs.row_a, pairs.row_b, pairs.band, strict=True)) == {(2, "c_1", "same"), (3, "c_1", "same")}


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(pd.DataFrame(), id="nothing"),
        pytest.param(pd.DataFrame({"name": []}), id="no rows"),
        pytest.param(pd.DataFrame({"name": ["Ann Lee"]}), id="one row"),
        pytest.param(pd.DataFrame({"name": ["", ""], "email": [None, float("nan")]}), id="empty cells"),
        pytest.param(pd.DataFrame({"note": ["x", "y"]}), id="no field that is known"),
        pytest.param(pd.DataFrame({"name": ["...", "李雷", "🙂"], "phoneNumber": ["+", "n/a", "0"]}), id="odd cells"),
    ],
)
def test_any_frame_has_an_answer(frame: pd.DataFrame) -> None:
    """Fields may be missing and cells may hold anything."""
    pairs = find_duplicates(frame)
    assert list(pairs.columns) == ["row_a", "row_b", "band", "score", "reason"]
    assert pairs.empty


def test_numbers_are_the_same_in_any_form() -> None:
    """National numbers are read by the row's country, else by the region; spreadsheets' floats are numbers too."""
    frame = pd.DataFrame(
        {
            "name": ["Ada Quill", "Ada Quill", "Ada Quill", "Ada Quill"],
            "phoneNumber": ["+33639980001", "06 39 98 00 01", 33639980001.0, "0033 6 39 98 00 01"],
            "country": ["", "France", "", ""],
        }
    )
    assert set(find_duplicates(frame, region="FR").band) == {"same"}


def test_other_columns_are_facts_about_the_person() -> None:
    """A date of birth tells people apart, and joins two rows whose names are garbled; row numbers say nothing."""
    crowd = lead_list(300, seed=3, twice=0.0, trapped=0.0)[0][["firstName", "lastName"]]
    crowd["born"] = [f"19{50 + at % 50}-0{1 + at % 9}-{10 + at % 19}" for at in range(300)]
    crowd["key"] = [f"K{at}" for at in range(300)]
    rows = [("Ottoline", "Wren", "1961-02-30", "a"), ("Otoline", "Wrenn", "1961-02-30", "b")]
    extra = pd.DataFrame(rows, columns=["firstName", "lastName", "born", "key"], index=[901, 902])
    given = pd.concat([crowd, extra]).rename(columns={"firstName": "given_name", "lastName": "surname"})
    pairs = find_duplicates(given).set_index(["row_a", "row_b"])
    assert "same born" in pairs.reason[(901, 902)]
    assert "key" not in "".join(pairs.reason)
    without = find_duplicates(given, columns={"born": None}).set_index(["row_a", "row_b"])
    assert without.score[(901, 902)] < pairs.score[(901, 902)]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        pytest.param({"nom": "name"}, "no column 'nom'", id="no such column"),
        pytest.param({"name": "fullName"}, "'fullName' is no field", id="no such field"),
    ],
)
def test_columns_that_cannot_be_used_are_named(columns: dict[str, str | None], message: str) -> None:
    """A mistake in ``columns`` is told, with what there is."""
    with pytest.raises(ValueError, match=message):
        find_duplicates(pd.DataFrame({"name": ["a"]}), columns=columns)


def test_it_is_offered_by_the_package() -> None:
    """``bulk_io.find_duplicates`` is the same function."""
    assert bulk_io.find_duplicates is find_duplicates


def test_the_order_of_rows_changes_nothing() -> None:
    """The same pairs are found in a list that is shuffled."""
    frame = lead_list(600, seed=5)[0]

    def pairs(of: pd.DataFrame) -> set[tuple[frozenset[int], str]]:
        found = find_duplicates(of)
        found = found[found.band != "conflict"]
        return {(frozenset((a, b)), band) for a, b, band in zip(found.row_a, found.row_b, found.band, strict=True)}

    assert pairs(frame) == pairs(frame.sample(frac=1, random_state=1))


@pytest.mark.parametrize(
    ("size", "seed", "least"), [(200, 2, 0.92), (500, 4, 0.92), (1_000, 5, 0.95), (2_500, 6, 0.95)]
)
def test_lists_with_traps_are_read_well(size: int, seed: int, least: float) -> None:
    """F1 of all proposals; and of the traps (families, switchboards, mailboxes, near names …) none is the same."""
    frame, people, traps = lead_list(size, seed=seed)
    pairs = find_duplicates(frame.reset_index(drop=True))
    rows = defaultdict(list)
    for row, person in enumerate(people):
        rows[person].append(row)
    truth = {pair for each in rows.values() for pair in combinations(each, 2)}
    bands = {(a, b): band for a, b, band in zip(pairs.row_a, pairs.row_b, pairs.band, strict=True)}
    proposed = {pair for pair, band in bands.items() if band != "conflict"}
    right = len(proposed & truth)
    assert 2 * right / (len(proposed) + len(truth)) >= least
    assert right / len(truth) >= 0.95
    same = {pair for pair, band in bands.items() if band == "same"}
    assert not {(min(a, b), max(a, b)) for a, b, _ in traps} & same
    assert same <= truth
