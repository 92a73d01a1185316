"""Which cells of an export somebody edited, and what a spreadsheet only wrote in another way."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_io import base, edits
from bulk_io.fields import WRITABLE
from bulk_io.records import Contact

JEAN = Contact(
    "c1",
    {"name": "Jean Dupont", "phoneNumber": "+33612345678", "email": "jean@example.com", "city": "Paris"},
    ("a", "b"),
)
NAMES = ("id", *WRITABLE)


def settled(contact: Contact = JEAN, *, guarded: bool = False, **cells: str) -> pd.Series:
    """The row of a contact after `edits.settle`, exported whole and with some cells edited."""
    row = {name: "" for name in NAMES} | dict(contact.values) | {"id": contact.id, "tags": ";".join(contact.tags)}
    row |= {name: text for name, text in cells.items() if name in NAMES}
    columns = {**row, "name:column": cells.get("name:column", "name"), "derived": ""}
    text = cells.get("base", base.text(contact, NAMES))
    return edits.settle(pd.DataFrame([columns], index=[7], dtype="str"), [text], guarded=guarded).loc[7]


@pytest.mark.parametrize(
    ("cells", "was"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"city": "Lyon"}, {"city": "Paris"}, id="a changed cell"),
        pytest.param({"city": ""}, {"city": "Paris"}, id="an emptied cell"),
        pytest.param({"position": "CEO"}, {"position": ""}, id="a filled cell"),
        pytest.param({"name": "", "phoneNumber": " "}, {}, id="an emptied required cell"),
        pytest.param({"name": "DUPONT Jéan", "email": "JEAN@example.com", "city": " Paris"}, {}, id="other writing"),
        pytest.param({"city": "paris"}, {"city": "Paris"}, id="case of a city"),
        pytest.param({"tags": "b ; a;a"}, {}, id="tags in another order"),
        pytest.param({"tags": "a"}, {"tags": "a;b"}, id="a removed tag"),
        pytest.param({"phoneNumber": "06 12 34 56 78"}, {}, id="its national form"),
        pytest.param({"phoneNumber": "0612345679"}, {"phoneNumber": "+33612345678"}, id="another number"),
        pytest.param(
            {"phoneNumber": "0612345678 / 0199001234"}, {"phoneNumber": "+33612345678"}, id="a number beside it"
        ),
        pytest.param({"name": "Jean Paul", "name:column": "firstName"}, {}, id="a name that mapping built"),
    ],
)
def test_the_base_holds_the_edited_fields_as_they_were(cells: dict[str, str], was: dict[str, str]) -> None:
    """All other fields count as derived, with the values that were exported."""
    row = settled(**cells)
    assert edits.parse(row["base"]) == was
    assert set(row["derived"].split()) == set(WRITABLE) - was.keys()
    kept = {name: row[name] for name in JEAN.values if name not in was}
    assert kept == {name: text for name, text in JEAN.values.items() if name not in was}


@pytest.mark.parametrize(("held", "cell"), [("007", "7"), ("1e5", "1.00E+05"), ("1,50", "1,50"), ("12", "12.0")])
def test_a_text_that_a_spreadsheet_took_for_a_number_is_no_edit(held: str, cell: str) -> None:
    """It comes back as it was exported."""
    one = Contact("c1", {**JEAN.values, "currentCompany": held})
    row = settled(one, currentCompany=cell)
    assert (row["currentCompany"], edits.parse(row["base"])) == (held, {})


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        pytest.param({"base": ""}, "", id="none"),
        pytest.param({"base": " "}, "", id="blank"),
        pytest.param({"base": base.text(JEAN, NAMES)[:-5]}, edits.UNREAD, id="cut"),
        pytest.param({"base": "{}"}, edits.UNREAD, id="without an id"),
        pytest.param({"base": '{"id": 5}'}, edits.UNREAD, id="of another shape"),
        pytest.param({"base": "[1]"}, edits.UNREAD, id="a list"),
        pytest.param({"id": "c2"}, edits.UNREAD, id="of another id"),
        pytest.param({"id": ""}, edits.UNREAD, id="of a row whose id was emptied"),
    ],
)
def test_a_row_without_its_own_base_stays_as_it_is(cells: dict[str, str], said: str) -> None:
    """Its cells are all its own statements, as in any other file."""
    row = settled(city="Lyon", **cells)
    assert (row["base"], row["derived"], row["city"], edits.parse(row["base"])) == (said, "", "Lyon", None)


def test_an_id_of_digits_may_be_spoiled_by_a_spreadsheet() -> None:
    """The base stands beside it and knows it whole."""
    one = Contact("12345678901234567", JEAN.values)
    assert settled(one, id="1.23457E+16")["id"] == "12345678901234567"
    assert settled(one, id="1.23458E+16")["base"] == edits.UNREAD


def test_id_name_and_number_come_from_the_base_where_the_file_lacks_them() -> None:
    """The contact is known by its id, and by name and number for reports, if these were exported."""
    mapped = pd.DataFrame({"city": ["Lyon"], "city:column": ["city"], "derived": [""]}, dtype="str")
    row = edits.settle(mapped, [base.text(JEAN, ("name", "city"))], guarded=False).loc[0]
    assert (row["id"], row["name"], row["phoneNumber"], row["base"]) == ("c1", "Jean Dupont", "", '{"city": "Paris"}')


@pytest.mark.parametrize("guarded", [True, False], ids=["csv", "xlsx"])
def test_our_guard_against_formulas_is_no_edit(guarded: bool) -> None:
    """A spreadsheet may have kept the apostrophe, and a csv may never have had one."""
    one = Contact("c1", {"name": "'t Hooft", "city": "=Paris"})
    assert edits.parse(settled(one, guarded=guarded, city="'=Paris", name="''t Hooft")["base"]) == {}
    one = Contact("c1", {"name": "Ada", "city": "'s-Hertogenbosch"})
    was = edits.parse(settled(one, guarded=guarded, city="s-Hertogenbosch")["base"])
    assert was == ({} if guarded else {"city": "'s-Hertogenbosch"})


@pytest.mark.parametrize(
    ("cell", "number", "is_trace"),
    [
        pytest.param("33612345678", "+33612345678", True, id="without its +"),
        pytest.param("33612345678.0", "+33612345678", True, id="a number with a decimal"),
        pytest.param("33 612 345 678", "+33612345678", True, id="grouped"),
        pytest.param("612345678", "06 12 34 56 78", True, id="without its zero"),
        pytest.param("3.36E+10", "+33612345678", True, id="scientific"),
        pytest.param("3,36123E+10", "+33612345678", True, id="scientific with a comma"),
        pytest.param("3.36123456780000E+10", "+33612345678", True, id="scientific and whole"),
        pytest.param("3.4e10", "+33612345678", True, id="scientific and rounded"),
        pytest.param("3.37E+10", "+33612345678", False, id="another scientific number"),
        pytest.param("3.36E+11", "+33612345678", False, id="another size"),
        pytest.param("3.36E+99", "+33612345678", False, id="an absurd size"),
        pytest.param("33612345679", "+33612345678", False, id="another number"),
        pytest.param("33612345678 ext 5", "+33612345678", False, id="more than the number"),
        pytest.param("33612345678 (office)", "+33612345678", False, id="with a remark"),
        pytest.param("n/a", "", False, id="no number at all"),
        pytest.param("0", "none", False, id="no digits before"),
    ],
)
def test_traces_of_a_number(cell: str, number: str, is_trace: bool) -> None:
    """What Excel leaves of a number that nobody touched is told from another number."""
    assert edits.is_trace(cell, number) == is_trace


@given(st.integers(10**6, 10**15 - 1), st.integers(0, 6))
def test_every_number_in_scientific_form_is_its_trace(number: int, decimals: int) -> None:
    """Whatever a spreadsheet's column is wide enough to show."""
    assert edits.is_trace(f"{number:.{decimals}E}", f"+{number}")
    assert edits.is_trace(str(number), f"+{number}")


@given(st.dictionaries(st.sampled_from([name for name in WRITABLE if name != "tags"]), st.text(min_size=1)))
def test_what_nobody_edited_is_never_an_edit(values: dict[str, str]) -> None:
    """Whatever a contact holds."""
    assert edits.parse(settled(Contact("c1", values))["base"]) == {}
