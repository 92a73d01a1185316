"""What is planned where rows of a file meet contacts of the CRM."""

from __future__ import annotations

import pytest

from bulk_io import plan, tags
from bulk_io.fields import WRITABLE
from bulk_io.plan import Policy
from bulk_io.records import Action, Candidate, Change, Conflict, Contact

PHONE = "+33612345678"


def candidate(row: int = 2, **values: object) -> Candidate:
    """A row of the file: Jean Dupont, unless told otherwise."""
    tags = values.pop("tags", ())
    more = {name: values.pop(name) for name in ("derived", "mapped", "names", "id", "phones", "base") if name in values}
    given = {"name": "Jean Dupont", "phoneNumber": PHONE, **values}
    return Candidate(row, {k: v for k, v in given.items() if v}, tuple(tags), **more)  # type: ignore[arg-type]


def contact(contact_id: str = "c1", **values: object) -> Contact:
    """A contact of the CRM: Jean Dupont, unless told otherwise."""
    tags = values.pop("tags", ())
    given = {"name": "Jean Dupont", "phoneNumber": PHONE, **values}
    return Contact(contact_id, {k: str(v) for k, v in given.items() if v}, tuple(tags))  # type: ignore[arg-type]


def one(row: Candidate, owner: Contact | None, policy: Policy | None = None) -> Action:
    """The action for a number that one candidate has."""
    return plan.decide([row], {PHONE: owner} if owner else {}, {}, policy or Policy())[0]


def test_a_number_that_nobody_has_becomes_a_new_contact() -> None:
    """Without an owner the row is created."""
    assert one(candidate(), None) == Action("create", 2)


def test_an_update_sends_the_changed_fields_only() -> None:
    """What the contact has already is not sent again."""
    action = one(candidate(city="Lyon", country="France"), contact(city="Paris", country="France"))
    assert (action.kind, action.contact_id) == ("update", "c1")
    assert action.changes == (Change("city", "Paris", "Lyon"),)
    assert plan.update(action.changes) == {"city": "Lyon"}


def test_a_contact_with_every_value_of_the_row_is_unchanged() -> None:
    """Nothing is sent for a contact that is as the row says, with more fields besides."""
    assert one(candidate(city="Paris"), contact(city="Paris", position="CEO")).kind == "unchanged"


@pytest.mark.parametrize(
    ("row", "stored"),
    [
        pytest.param({"name": "DUPONT Jean"}, {}, id="word order and case of a name"),
        pytest.param({"name": "Hélène Dupont"}, {"name": "Helene Dupont"}, id="accents of a name"),
        pytest.param({"email": "jean@example.com"}, {"email": "Jean@Example.COM"}, id="case of an e-mail"),
        pytest.param({}, {"phoneNumber": "06 12 34 56 78"}, id="form of a phone number"),
        pytest.param({"city": "Le\u0301on"}, {"city": "L\u00e9on"}, id="composed accents"),
        pytest.param({"city": "Paris"}, {"city": " Paris "}, id="white space"),
        pytest.param({"tags": ("a",)}, {"tags": ("b", "a")}, id="tags that are there already"),
        pytest.param({"tags": ("a",)}, {"tags": ("a", " ")}, id="a blank tag"),
        pytest.param({"tags": ("a b",)}, {"tags": ("a\nb ",)}, id="a tag that is not tidy in the CRM"),
    ],
)
def test_forms_of_the_same_value_are_no_difference(row: dict[str, object], stored: dict[str, object]) -> None:
    """Stored and row values are compared after the same normalisation."""
    import unicodedata

    given = {k: unicodedata.normalize("NFC", v) if isinstance(v, str) else v for k, v in row.items()}
    assert one(candidate(**given), contact(**stored), Policy(region="FR")).kind == "unchanged"


def test_an_empty_cell_never_blanks_a_stored_value() -> None:
    """By default nothing is cleared, even where the file has the column."""
    assert one(candidate(mapped=frozenset({"city"})), contact(city="Paris")).kind == "unchanged"


def test_clear_empty_blanks_what_the_file_has_a_column_for() -> None:
    """--clear-empty sends null for an empty cell of a mapped optional field, and for no other."""
    row = candidate(mapped=frozenset({"city", "name"}))
    action = one(row, contact(city="Paris", country="France"), Policy(clear_empty=True))
    assert plan.update(action.changes) == {"city": None}


def test_tags_add_up() -> None:
    """A PUT replaces tags, so the union is sent: the contact's first, then the row's, then --add-tag."""
    action = one(candidate(tags=("b", "c")), contact(tags=("a", "b")), Policy(add_tags=("new",)))
    assert plan.update(action.changes) == {"tags": ["a", "b", "c", "new"]}


def test_tags_replace_takes_the_rows_tags_where_it_has_some() -> None:
    """--tags replace drops the stored tags, but an empty cell replaces nothing."""
    policy = Policy(tags="replace")
    assert plan.update(one(candidate(tags=("b",)), contact(tags=("a",)), policy).changes) == {"tags": ["b"]}
    assert one(candidate(), contact(tags=("a",)), policy).kind == "unchanged"


def test_derived_names_are_sent_on_creation_only() -> None:
    """First and last names that we split from a full name never change a contact."""
    row = candidate(firstName="Jean", lastName="Dupont", derived=frozenset({"firstName", "lastName"}))
    assert plan.creation(row, Policy())["lastName"] == "Dupont"
    assert one(row, contact(lastName="Dupond")).kind == "unchanged"


@pytest.mark.parametrize(
    ("policy", "kind"),
    [("skip", "skipped"), ("reject", "rejected"), ("update", "update"), ("fill", "update")],
)
def test_on_conflict_decides_what_happens_to_an_existing_contact(policy: str, kind: str) -> None:
    """skip leaves it alone, reject gives the row back, update and fill write."""
    row = candidate(city="Lyon", position="CEO")
    action = one(row, contact(city="Paris"), Policy(on_conflict=policy))  # type: ignore[arg-type]
    assert action.kind == kind


def test_fill_fills_empty_fields_and_adds_tags() -> None:
    """--on-conflict fill overwrites nothing."""
    row = candidate(city="Lyon", position="CEO", tags=("b",))
    action = one(row, contact(city="Paris", tags=("a",)), Policy(on_conflict="fill"))
    assert plan.update(action.changes) == {"position": "CEO", "tags": ["a", "b"]}


def test_reject_says_that_the_number_exists() -> None:
    """--on-conflict reject gives phoneNumber.exists with the contact's id."""
    (problem,) = one(candidate(), contact(), Policy(on_conflict="reject")).problems
    assert problem.key == "phoneNumber.exists"
    assert "c1" in problem.message


def test_a_row_is_held_where_its_number_is_somebody_elses() -> None:
    """The owner is shown beside the row, and nothing is written."""
    action = one(candidate(name="Marie Durand"), contact())
    assert action.kind == "held"
    assert [problem.key for problem in action.problems] == ["phoneNumber.shared"]
    assert action.clash is not None
    assert (action.clash.yours["name"], action.clash.owner["name"]) == ("Marie Durand", "Jean Dupont")
    assert action.clash.owner_is == "contact c1"


def test_name_mismatch_update_writes_over_the_other_name() -> None:
    """--on-name-mismatch update treats the row as the owner."""
    action = one(candidate(name="Marie Durand"), contact(), Policy(on_name_mismatch="update"))
    assert plan.update(action.changes) == {"name": "Marie Durand"}


def test_every_name_of_merged_rows_must_fit_the_owner() -> None:
    """A group that holds another person's name is not written, whatever its first row says."""
    row = candidate(name="J. Dupont", names=("J. Dupont", "Jacques Dupont"))
    assert one(row, contact()).kind == "held"


def test_of_two_people_with_one_number_the_first_is_created_and_the_other_held() -> None:
    """Without an owner in the CRM the first valid row owns the number."""
    actions = plan.decide([candidate(2), candidate(3, name="Marie Durand")], {}, {}, Policy())
    assert [action.kind for action in actions] == ["create", "held"]
    assert actions[1].clash is not None
    assert actions[1].clash.owner_is == "row 2"


def test_of_two_people_with_one_number_the_crms_owner_is_written() -> None:
    """The CRM's contact decides, not the order of the file."""
    rows = [candidate(2, name="Marie Durand"), candidate(3, city="Lyon")]
    assert [a.kind for a in plan.decide(rows, {PHONE: contact()}, {}, Policy())] == ["held", "update"]


def test_a_row_of_our_own_export_is_matched_by_id() -> None:
    """A changed phone number and name of a known id is an update of that contact."""
    row = candidate(name="Jeanne Martin", phoneNumber="+33698765432", id="c1")
    action = plan.decide([row], {}, {"c1": contact()}, Policy())[0]
    assert plan.update(action.changes) == {"name": "Jeanne Martin", "phoneNumber": "+33698765432"}


def test_an_id_of_one_contact_with_the_phone_of_another_is_held() -> None:
    """Moving a number that is taken would be refused by the CRM: the row is held."""
    row = candidate(id="c1")
    actions = plan.decide([row], {PHONE: contact("c2")}, {"c1": contact("c1", phoneNumber="+33698765432")}, Policy())
    assert actions[0].kind == "held"
    assert actions[0].contact_id == "c2"


def test_rows_of_one_id_are_held_if_one_of_their_numbers_is_anothers() -> None:
    """Put together, they would hide that one of them tried to take another contact's number, with its values."""
    other = "+33698765432"
    row = candidate(id="c1", phones=(other, PHONE), email="other@example.com")
    owners = {PHONE: contact("c1"), other: contact("c2", phoneNumber=other)}
    action = plan.decide([row], owners, {"c1": contact("c1")}, Policy())[0]
    assert (action.kind, action.contact_id) == ("held", "c2")


def test_an_unknown_id_falls_back_to_the_phone() -> None:
    """An export of another CRM, or of a contact that is gone, is matched like any other row."""
    assert plan.decide([candidate(id="gone", city="Lyon")], {PHONE: contact()}, {}, Policy())[0].kind == "update"
    assert plan.decide([candidate(id="gone")], {}, {}, Policy())[0].kind == "create"


def test_a_creation_sends_what_the_row_has() -> None:
    """Empty fields are left out; tags are a list with --add-tag."""
    body = plan.creation(candidate(city="Lyon", tags=("a",)), Policy(add_tags=("a", "b")))
    assert body == {"name": "Jean Dupont", "phoneNumber": PHONE, "city": "Lyon", "tags": ["a", "b"]}


def exported(row: int = 2, *, derived: str = "", **base: str) -> Candidate:
    """A row of our own export: Jean Dupont (c1), whose city was edited to Lyon unless told otherwise."""
    kept = frozenset({"name", "phoneNumber", *derived.split()})
    return candidate(row, id="c1", city="Lyon", derived=kept, base=base, mapped=frozenset({"city", "tags"}))


def met(row: Candidate, policy: Policy | None = None, **now: object) -> Action:
    """The action for a row of our own export whose contact is like this now."""
    return plan.decide([row], {}, {"c1": contact(**now)}, policy or Policy())[0]


@pytest.mark.parametrize(
    ("theirs", "on_stale", "kind", "body"),
    [
        pytest.param("Paris", "hold", "update", {"city": "Lyon"}, id="as it was"),
        pytest.param(" Paris", "hold", "update", {"city": "Lyon"}, id="as it was but for spaces"),
        pytest.param("Lyon", "hold", "unchanged", {}, id="the same edit"),
        pytest.param("Nice", "hold", "held", {}, id="conflict"),
        pytest.param("", "hold", "held", {}, id="emptied by them"),
        pytest.param("Nice", "mine", "update", {"city": "Lyon"}, id="mine"),
        pytest.param("Nice", "theirs", "unchanged", {}, id="theirs"),
    ],
)
def test_an_edited_field_is_compared_three_ways(theirs: str, on_stale: str, kind: str, body: dict[str, object]) -> None:
    """Sent where nobody else changed it, left where both did the same, else as --on-stale says."""
    action = met(exported(city="Paris"), Policy(on_stale=on_stale), city=theirs)  # type: ignore[arg-type]
    assert (action.kind, plan.update(action.changes)) == (kind, body)
    assert [problem.key for problem in action.problems] == (["city.stale"] if kind == "held" else [])
    conflicts = (Conflict(2, "c1", "city", "Paris", "Lyon", theirs),) if kind == "held" else ()
    assert action.conflicts == conflicts


def test_a_field_that_a_copy_without_base_states_is_compared_as_ever() -> None:
    """Only fields with a base have three sides."""
    assert met(exported(), city="Nice").kind == "update"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "policy", "wanted"),
    [
        pytest.param("a;b", "a;c", "a;b;d", Policy(), ["a", "d", "c"], id="added and removed"),
        pytest.param("a;b", "a", "a", Policy(), None, id="removed by both"),
        pytest.param("", "a", "b", Policy(), ["b", "a"], id="added to none"),
        pytest.param("a;b", "", "a;b", Policy(), None, id="emptied"),
        pytest.param("a;b", "", "a;b;c", Policy(clear_empty=True), ["c"], id="emptied on purpose"),
        pytest.param("a;b", "a", "a;b;c", Policy(tags="replace"), ["a"], id="replaced on purpose"),
        pytest.param("a", "a;b", "c", Policy(on_stale="theirs"), ["c", "b"], id="no conflict ever"),
        pytest.param("a", "b", "a", Policy(add_tags=("a",)), ["b", "a"], id="added to all"),
    ],
)
def test_tags_are_merged_three_ways(
    base: str, mine: str, theirs: str, policy: Policy, wanted: list[str] | None
) -> None:
    """What you added and removed is done to theirs."""
    row = candidate(id="c1", tags=tags.parse(mine), base={"tags": base}, mapped=frozenset({"tags"}))
    action = met(row, policy, tags=tags.parse(theirs))
    assert plan.update(action.changes) == ({} if wanted is None else {"tags": wanted})


def test_tags_that_nobody_edited_stay_theirs() -> None:
    """Neither --tags replace nor --clear-empty touches them."""
    row = candidate(id="c1", tags=("a",), derived=frozenset(WRITABLE), base={}, mapped=frozenset({"tags"}))
    assert met(row, Policy(tags="replace", clear_empty=True), tags=("b",)).kind == "unchanged"


@pytest.mark.parametrize("base", [None, {}, {"city": "Paris"}], ids=["no base", "unedited", "edited"])
def test_a_contact_that_is_gone_is_made_again_only_for_rows_without_base(base: dict[str, str] | None) -> None:
    """An unedited row is skipped with a warning, an edited one held, one without a base created."""
    row = candidate(id="gone", derived=frozenset(WRITABLE) if base is not None else frozenset(), base=base)
    action = plan.decide([row], {PHONE: contact()}, {}, Policy())[0]
    kinds = {"update": [], "unchanged": [], "skipped": [("id.gone", "warning")], "held": [("id.gone", "error")]}
    expected = "unchanged" if base is None else "held" if base else "skipped"
    assert action.kind == expected
    assert [(problem.key, problem.severity) for problem in action.problems] == kinds[expected]


def test_a_number_that_nobody_edited_is_not_asked_for() -> None:
    """It refuses no other row that number, and is held by nobody: the CRM's contacts decide."""
    old = exported(2, city="Paris")
    new = candidate(3, id="c2", base={"phoneNumber": "+33698765432"})
    by_id = {"c1": contact(phoneNumber="+33698765499", city="Paris"), "c2": contact("c2", phoneNumber="+33698765432")}
    assert [action.kind for action in plan.decide([old, new], {}, by_id, Policy())] == ["update", "update"]
    owned = {PHONE: contact("c3")}
    assert [action.kind for action in plan.decide([old, new], owned, by_id, Policy())] == ["update", "held"]


def test_without_the_crm_an_exported_row_is_valid() -> None:
    """``validate`` asks nobody; another row that wants the number that this one shows is held."""
    rows = [exported(2, city="Paris"), candidate(3, id="c2", base={"phoneNumber": "+33698765432"})]
    assert [action.kind for action in plan.decide(rows, {}, None, Policy())] == ["create", "held"]
