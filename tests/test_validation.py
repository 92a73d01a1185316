"""Clean chunks and problems."""

from __future__ import annotations

import pickle
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io.fields import WRITABLE
from bulk_io.records import Problem
from bulk_io.validation import Rules, validate

GOOD = {"name": "Zoé Martin", "phoneNumber": "+33612345678"}
COLUMNS = ("id", *WRITABLE, "derived", "base", "region", "region_from")
FRANCE = Rules(region="FR", region_from="option")


def mapped(*rows: dict[str, str], start: int = 2) -> pd.DataFrame:
    """Make a mapped chunk; cells that a row does not give are empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(name, "") for name in names] for row in rows]
    return pd.DataFrame(cells, columns=names, index=range(start, start + len(rows)), dtype="str")


def one(rules: Rules = FRANCE, **cells: str) -> tuple[dict[str, str], list[Problem]]:
    """Validate one row, good but for these cells."""
    clean, problems = validate(mapped({**GOOD, **cells}), rules)
    return clean.iloc[0].to_dict(), problems


def keys(problems: list[Problem]) -> list[tuple[str, str]]:
    """Give what counts of problems: code and severity."""
    return [(problem.key, problem.severity) for problem in problems]


def test_a_clean_chunk_has_every_column_as_text_and_the_same_rows() -> None:
    """Missing columns are empty; the index is the file's row numbers."""
    clean, problems = validate(mapped(GOOD, GOOD, start=7), FRANCE)
    assert tuple(clean.columns) == COLUMNS
    assert clean.index.tolist() == [7, 8]
    assert {str(dtype) for dtype in clean.dtypes} == {"str"}
    assert clean.loc[7, "city"] == ""
    assert problems == []


def test_an_empty_chunk_stays_empty() -> None:
    """No rows, every column, nothing to say."""
    clean, problems = validate(mapped(GOOD).iloc[:0], FRANCE)
    assert tuple(clean.columns) == COLUMNS
    assert len(clean) == 0
    assert problems == []


def test_values_are_tidied() -> None:
    """White space, marks and composition, in every text field."""
    clean, problems = one(
        city=" Saint\u00a0Étienne\u200b", position="Chef\n de  projet", email="Z@Example.COM ", tags=' a ;"b;c";a'
    )
    assert clean["city"] == "Saint Étienne"
    assert clean["position"] == "Chef de  projet"
    assert clean["email"] == "Z@example.com"
    assert clean["tags"] == 'a;"b;c"'
    assert problems == []


def test_id_and_derived_are_kept() -> None:
    """They come from our own export and from the mapping."""
    clean, _ = one(id="contact_1", derived="firstName lastName")
    assert (clean["id"], clean["derived"]) == ("contact_1", "firstName lastName")


@pytest.mark.parametrize(
    ("cells", "rules", "expected"),
    [
        pytest.param({"phoneNumber": "+32470123456"}, FRANCE, ("+32470123456", "BE", "prefix"), id="own prefix"),
        pytest.param(
            {"phoneNumber": "+32470123456", "country": "France"},
            FRANCE,
            ("+32470123456", "BE", "prefix"),
            id="prefix first",
        ),
        pytest.param(
            {"phoneNumber": "0470123456", "country": "Belgique"},
            FRANCE,
            ("+32470123456", "BE", "country"),
            id="row's country",
        ),
        pytest.param({"phoneNumber": "0612345678"}, FRANCE, ("+33612345678", "FR", "option"), id="option"),
        pytest.param(
            {"phoneNumber": "0612345678", "country": "Atlantis"},
            FRANCE,
            ("+33612345678", "FR", "option"),
            id="unknown country",
        ),
        pytest.param(
            {"phoneNumber": "0612345678"}, Rules("FR", "mapping"), ("+33612345678", "FR", "mapping"), id="mapping"
        ),
        pytest.param({"phoneNumber": "0612345678"}, Rules("FR", "file"), ("+33612345678", "FR", "file"), id="file"),
        pytest.param({"phoneNumber": " 0612345678 "}, Rules(), ("0612345678", "", ""), id="nothing known"),
    ],
)
def test_the_region_and_what_decided_it_are_told(
    cells: dict[str, str], rules: Rules, expected: tuple[str, ...]
) -> None:
    """The number's prefix, then the row's country, then the rules' region."""
    clean, _ = one(rules, **cells)
    assert (clean["phoneNumber"], clean["region"], clean["region_from"]) == expected


@pytest.mark.parametrize(
    ("cells", "key", "severity", "says"),
    [
        pytest.param({"name": " \u00a0"}, "name.missing", "error", "there is no name", id="no name"),
        pytest.param({"name": "12345"}, "name.odd", "warning", "no person's name", id="digits for a name"),
        pytest.param({"name": "a@example.com"}, "name.odd", "warning", "no person's name", id="address for a name"),
        pytest.param({"name": "Acme SARL"}, "name.company", "warning", "looks like a company", id="company"),
        pytest.param({"name": "x" * 256}, "name.too_long", "error", "256 characters, at most 255", id="long name"),
        pytest.param({"city": "x" * 101}, "city.too_long", "error", "101 characters, at most 100", id="long city"),
        pytest.param(
            {"currentCompany": "é" * 256}, "currentCompany.too_long", "error", "256", id="characters, not bytes"
        ),
        pytest.param({"phoneNumber": ""}, "phoneNumber.missing", "error", "no phone number", id="no phone"),
        pytest.param({"phoneNumber": "06 12"}, "phoneNumber.invalid", "error", "too short", id="bad phone"),
        pytest.param({"phoneNumber": "3.36E+10"}, "phoneNumber.damaged", "error", "format", id="damaged phone"),
        pytest.param({"phoneNumber": "0199001234"}, "phoneNumber.landline", "warning", "a landline", id="landline"),
        pytest.param({"phoneNumber": "0800123456"}, "phoneNumber.landline", "warning", "toll-free", id="toll-free"),
        pytest.param({"phoneNumber": "612345678"}, "phoneNumber.repaired", "warning", "leading 0", id="repaired"),
        pytest.param(
            {"phoneNumber": "01 99 00 12 34 / 02 61 91 12 34"}, "phoneNumber.several", "error", "keep one", id="several"
        ),
        pytest.param(
            {"phoneNumber": "06 12 34 56 78 / 01 99 00 12 34"},
            "phoneNumber.several",
            "warning",
            "“01 99 00 12 34” was left out",
            id="one mobile of several",
        ),
        pytest.param({"email": "zoe@"}, "email.invalid", "error", "not a valid", id="bad e-mail"),
        pytest.param({"country": "Atlantis"}, "country.unknown", "warning", "kept as it is", id="unknown country"),
    ],
)
def test_a_fault_is_a_problem_of_its_cell(cells: dict[str, str], key: str, severity: str, says: str) -> None:
    """Code, severity, a sentence, the value as found and the header of that row."""
    name, value = next(iter(cells.items()))
    clean, problems = one(**cells, **{f"{name}:column": "Colonne"})
    assert keys(problems) == [(key, severity)]
    problem = problems[0]
    assert says in problem.message
    assert (problem.row, problem.field, problem.value, problem.column) == (2, name, value.strip(), "Colonne")
    if severity == "error":
        assert clean[name] == value.strip()


def test_a_value_at_its_limit_is_good() -> None:
    """Limits are inclusive and count code points after tidying."""
    _, problems = one(name="é" * 255, city="e\u0301" * 100, firstName=" " + "x" * 100)
    assert problems == []


@pytest.mark.parametrize(
    ("cells", "headers", "named"),
    [
        pytest.param({"name:column": "Nom complet"}, {}, "“Nom complet”", id="the row's"),
        pytest.param({}, {"firstName": "Prénom", "lastName": "Nom"}, "“Prénom” or “Nom”", id="the rules'"),
        pytest.param({}, {}, "needs a column", id="none"),
    ],
)
def test_a_missing_name_says_where_to_write_it(cells: dict[str, str], headers: dict[str, str], named: str) -> None:
    """The message names the user's columns."""
    _, problems = one(Rules(headers=headers), name="", **cells)
    assert named in problems[0].message


def test_a_header_falls_back_on_the_rules() -> None:
    """Rows that do not say their header get the one of the file."""
    _, problems = one(Rules(headers={"email": "Courriel"}), email="x")
    assert problems[0].column == "Courriel"


@pytest.mark.parametrize(
    ("cells", "keyed"),
    [
        pytest.param({"email": "zoe@"}, "email.dropped", id="e-mail"),
        pytest.param({"city": "x" * 101}, "city.dropped", id="too long"),
    ],
)
def test_lenient_leaves_a_bad_optional_value_out(cells: dict[str, str], keyed: str) -> None:
    """A warning instead of an error, and the cell is empty."""
    clean, problems = one(Rules(lenient=True), **cells)
    assert keys(problems) == [(keyed, "warning")]
    assert clean[next(iter(cells))] == ""


def test_lenient_never_drops_what_is_required() -> None:
    """Name and phone number stay errors."""
    _, problems = one(Rules(lenient=True), name="x" * 256, phoneNumber="12")
    assert keys(problems) == [("name.too_long", "error"), ("phoneNumber.invalid", "error")]


def test_a_derived_value_that_is_too_long_is_left_out_silently() -> None:
    """We made it ourselves of a good name, so it is not the user's fault; a stated one is."""
    long = "x" * 101
    clean, problems = one(name=f"Zoé {long}", firstName="Zoé", lastName=long, derived="firstName lastName")
    assert problems == []
    assert (clean["firstName"], clean["lastName"]) == ("Zoé", "")
    assert keys(one(lastName=long)[1]) == [("lastName.too_long", "error")]


def test_all_faults_come_at_once_by_row_and_field() -> None:
    """Not the first only, in the order of the rows and of the fields."""
    bad = {"name": "", "phoneNumber": "12", "email": "x", "city": "y" * 101, "country": "Atlantis"}
    _, problems = validate(mapped(bad, GOOD, {**bad, "name": "Ok"}), FRANCE)
    every = ["name.missing", "phoneNumber.invalid", "email.invalid", "city.too_long", "country.unknown"]
    assert [(problem.row, problem.key) for problem in problems] == [
        *((2, key) for key in every),
        *((4, key) for key in every[1:]),
    ]


def test_a_landline_that_was_repaired_has_both_warnings() -> None:
    """One does not hide the other."""
    _, problems = one(phoneNumber="199001234")
    assert keys(problems) == [("phoneNumber.landline", "warning"), ("phoneNumber.repaired", "warning")]


def test_an_extension_is_a_warning() -> None:
    """The number is written without it."""
    clean, problems = one(phoneNumber="01 99 00 12 34 poste 12")
    assert clean["phoneNumber"] == "+33199001234"
    assert keys(problems) == [("phoneNumber.landline", "warning"), ("phoneNumber.extension", "warning")]


@pytest.mark.parametrize(
    ("number", "causes"),
    [
        ("06 12 34", ["is too short for a phone number of FR"]),
        ("61 23 45", ["is too short for a phone number of FR"]),
        ("199001234", ["a landline", "the leading 0 that a spreadsheet drops was put back"]),
        ("06 12 34 56 78 / 01 99 00 12 34", ["other numbers in the cell were left out"]),
        ("3.36E+10", ["was damaged by a spreadsheet, digits are lost"]),
    ],
)
def test_a_phone_number_s_problem_has_a_cause_to_count(number: str, causes: list[str]) -> None:
    """The cause is finer than the code and does not name the value."""
    assert [problem.cause for problem in one(phoneNumber=number)[1]] == causes


def test_the_chunk_and_the_rules_are_not_changed() -> None:
    """The stage is pure, and its rules travel to other processes."""
    chunk = mapped({**GOOD, "email": "Z@EXAMPLE.com", "city": " x "})
    before = chunk.copy(deep=True)
    validate(chunk, Rules(lenient=True))
    pd.testing.assert_frame_equal(chunk, before)
    assert pickle.loads(pickle.dumps(FRANCE)) == FRANCE


texts = st.text(max_size=6) | st.sampled_from(["", " é ", "e\u0301", "a\nb", "x" * 260, 'a;"b;c"', "\u00a0"])
numbers = st.sampled_from(
    [
        "0612345678",
        "612345678",
        "+33 6 12 34 56 78",
        "0199001234",
        "33612345678",
        "3.36E+10",
        "",
        "06 / 07",
        "+32470123456",
    ]
)
row = st.fixed_dictionaries(
    {name: texts for name in WRITABLE if name not in ("phoneNumber", "email", "country")},
    optional={
        "phoneNumber": numbers | texts,
        "email": st.sampled_from(["", "A@Example.com", "bad", " a@b.example "]) | texts,
        "country": st.sampled_from(["France", "be", "Atlantis", ""]),
        "derived": st.just("firstName"),
    },
)
rule = st.builds(Rules, st.sampled_from(["FR", "BE", ""]), st.just("option"), st.booleans())


@settings(deadline=None, max_examples=100)
@given(st.lists(row, min_size=1, max_size=5), rule)
def test_validating_twice_changes_nothing(rows: list[dict[str, str]], rules: Rules) -> None:
    """Clean values stay as they are, and what was good stays good."""
    clean, problems = validate(mapped(*rows), rules)
    again, more = validate(clean, rules)
    values = ["id", *WRITABLE, "derived", "region"]
    pd.testing.assert_frame_equal(again[values], clean[values])

    def errors(found: list[Problem]) -> list[tuple[int, str]]:
        return [(problem.row, problem.key) for problem in found if problem.severity == "error"]

    assert errors(more) == errors(problems)


@settings(deadline=None, max_examples=60)
@given(st.lists(row, min_size=2, max_size=6), rule, st.data())
def test_splitting_into_chunks_changes_nothing(rows: list[dict[str, str]], rules: Rules, data: Any) -> None:
    """A row's fate depends on no other row."""
    chunk = mapped(*rows)
    at = data.draw(st.integers(0, len(rows)))
    clean, problems = validate(chunk, rules)
    parts = [validate(part, rules) for part in (chunk.iloc[:at], chunk.iloc[at:])]
    pd.testing.assert_frame_equal(pd.concat([part for part, _ in parts]), clean)
    assert [problem for _, found in parts for problem in found] == problems
