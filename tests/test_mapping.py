"""The mapping file's model, its faults in the user's words, and what a bound mapping makes of a chunk."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io import mapping, tags
from bulk_io.errors import MappingError
from bulk_io.fields import NAMES, WRITABLE
from bulk_io.mapping import Mapping, Rule


def parsed(body: str, file: str = "leads.toml") -> Mapping:
    """Parse a mapping with a phone column and the given lines under [fields]."""
    return mapping.parse(f'name = "leads"\n[fields]\n{body}\n', file)


def chunk(**columns: list[str]) -> pd.DataFrame:
    """Make a chunk of text whose rows are numbered from 2, as under a header."""
    frame = pd.DataFrame(columns, dtype="str")
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def applied(body: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Apply the rules of a mapping's [fields] to a chunk."""
    return mapping.apply(frame, mapping.bind(parsed(body), list(frame.columns), strict=True))


FAULTS = {
    "unknown field": ('phone = "A"', "leads.toml: unknown field 'phone' under [fields]; did you mean phoneNumber?"),
    "french field": ('Prénom = "A"', "not valid TOML"),
    "misspelt field": ('fisrtName = "A"', "did you mean firstName?"),
    "case of a field": ('phonenumber = "A"', "did you mean phoneNumber?"),
    "far field": ('zzz = "A"', "the fields are name, firstName"),
    "read-only field": ('createdAt = "A"', "the field 'createdAt' under [fields] is given by the CRM"),
    "id outside our export": ('id = "A"', "the field 'id' under [fields] is given by the CRM"),
    "unknown rule key": ('city = { colum = "A" }', "unknown key 'colum' in city under [fields]; did you mean column"),
    "number for a header": ("city = 3", "city under [fields] must be a header in quotes"),
    "number in a list": ('city = ["A", 3]', "'columns' of city under [fields] must be text in quotes, not 3"),
    "number as default": ('city = { column = "A", default = 75 }', "'default' of city under [fields] must be text"),
    "column and columns": ('city = { column = "A", columns = ["B"] }', "has both 'column' and 'columns'"),
    "no column": ("city = []", "city under [fields] names no column"),
    "blank header": ('city = " "', "has an empty header"),
    "a column twice": ('city = ["A", "A"]', "names one column twice"),
    "constant beside a column": ('city = { column = "A", constant = "B" }', "which stands alone"),
    "constant phone": (
        'phoneNumber = { constant = "1" }',
        "phoneNumber under [fields] cannot be one text for many rows",
    ),
    "default phone": ('phoneNumber = { column = "A", default = "1" }', "cannot be one text for many rows"),
    "empty split": ('tags = { column = "A", split = "" }', "has no separator in 'split'"),
    "unknown part": ('city = { column = "A", part = "town" }', "'part' of city under [fields] must be \"city\" or"),
    "values not text": ('city = { column = "A", values = { X = 1 } }', "'X' of city under [fields] must be text"),
    "a field twice": ('city = "A"\ncity = "B"', "leads.toml, line 4: 'city' is there twice"),
    "no quotes": ("city = Ville", "leads.toml, line 3: is not valid TOML"),
    "nothing": ("", "no field stands under [fields]"),
}


@pytest.mark.parametrize(("body", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_rule_is_told_with_file_key_and_fix(body: str, told: str) -> None:
    """Every fault of [fields] names the file, the key and what to do."""
    with pytest.raises(MappingError) as caught:
        parsed(body)
    assert told in str(caught.value)
    assert str(caught.value).startswith("leads.toml")


TOP = {
    "unknown key": ('detct = ["A"]\n', "unknown key 'detct'; did you mean detect?"),
    "wrong type": ("detect = 5\n", "'detect' must be text in quotes, or a list of them, not 5"),
    "list element": ('ignore = ["A", 5]\n', "'ignore' must be text in quotes, not 5"),
    "region": ('region = "France"\n', "'region' must be a country code of two capital letters"),
    "region UK": ('region = "UK"\n', "did you mean GB?"),
    "empty name": ('name = " "\n', "'name' is empty"),
}


@pytest.mark.parametrize(("head", "told"), TOP.values(), ids=TOP.keys())
def test_a_faulty_head_is_told_with_the_key(head: str, told: str) -> None:
    """Faults above [fields] name their key."""
    with pytest.raises(MappingError) as caught:
        mapping.parse(f'{head}[fields]\ncity = "A"\n', "leads.toml")
    assert told in str(caught.value)


def test_a_mapping_without_fields_table_says_so() -> None:
    """The missing [fields] table is named."""
    with pytest.raises(MappingError, match=r"the table \[fields\] is missing"):
        mapping.parse('name = "x"', "x.toml")


def test_several_faults_are_counted() -> None:
    """The first fault is told in full, the others counted."""
    with pytest.raises(MappingError, match=r"\(and 1 more to fix\)"):
        mapping.parse('detct = "A"\nfoo = 1\n[fields]\ncity = "A"\n', "leads.toml")


def test_the_file_name_stands_in_for_a_name() -> None:
    """A mapping without a name is called like its file; Windows line ends and a BOM do not matter."""
    assert mapping.parse('[fields]\r\ncity = "A"\r\n', "my-leads.toml").name == "my-leads"


def test_split_is_read_as_characters_or_as_a_list() -> None:
    """A text holds one separator a character, blanks aside; a list holds whole separators."""
    assert parsed('tags = { column = "A", split = "; ," }').fields["tags"].split == (";", ",")
    assert parsed('tags = { column = "A", split = " " }').fields["tags"].split == (" ",)
    assert parsed('tags = { column = "A", split = [" ::: "] }').fields["tags"].split == (" ::: ",)


def test_a_mapping_is_frozen() -> None:
    """A loaded mapping cannot be changed."""
    with pytest.raises(ValueError, match="frozen"):
        parsed('city = "A"').name = "other"  # type: ignore[misc]


def write(folder: Path, name: str, column: str = "A") -> Path:
    """Write a small mapping file."""
    path = folder / name
    path.write_text(f'[fields]\nphoneNumber = "{column}"\n', encoding="utf-8-sig")
    return path


def test_own_mappings_are_found_by_name_and_hide_shipped_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """BULK_IO_MAPPINGS names the folder of own mappings, which come first; a path is always possible."""
    monkeypatch.setenv("BULK_IO_MAPPINGS", str(tmp_path))
    path = write(tmp_path, "hubspot.toml", "Mine")
    assert mapping.load("hubspot").fields["phoneNumber"].columns == ("Mine",)
    assert mapping.find("hubspot") == (path, True)
    assert mapping.find("outlook")[1] is False
    assert mapping.find(str(path)) == (path, True)
    assert [one.name for one in mapping.own()] == ["hubspot"]


def test_an_unknown_name_lists_the_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no mapping is told with near names and all names."""
    monkeypatch.setenv("BULK_IO_MAPPINGS", str(tmp_path))
    write(tmp_path, "fair-2025.toml")
    with pytest.raises(
        MappingError, match=r"there is no mapping 'hubspt'; did you mean hubspot\? there are: .*fair-2025"
    ):
        mapping.load("hubspt")
    with pytest.raises(MappingError, match=r"there is no mapping './none.toml'"):
        mapping.load("./none.toml")


@pytest.mark.parametrize("content", [b'name = "\xe9"', b"\x00\xff"], ids=["cp1252", "binary"])
def test_a_file_that_is_not_utf8_says_so(tmp_path: Path, content: bytes) -> None:
    """TOML is UTF-8; another encoding is told with the fix."""
    path = tmp_path / "old.toml"
    path.write_bytes(content)
    with pytest.raises(MappingError, match=r"old.toml: is not UTF-8 text; save it again"):
        mapping.load(path)


def test_shipped_mappings_are_found_beside_or_inside_the_package() -> None:
    """The shipped folder exists and holds each mapping under its own name."""
    names = [path.stem for path in sorted(mapping.shipped_folder().glob("*.toml"))]
    assert sorted(one.name for one in mapping.shipped()) == sorted(names)
    assert "hubspot" in names


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(lambda text: bool(text.strip()))
RULES = st.one_of(
    st.builds(lambda text: Rule(constant=text), st.text(st.characters(exclude_categories=["Cs"]), max_size=5)),
    st.builds(
        lambda columns, join, split, default, values: Rule(
            columns=tuple(columns), join=join, split=split and tuple(split), default=default, values=values
        ),
        st.lists(TEXT, min_size=1, max_size=3, unique=True),
        st.none() | TEXT,
        st.none() | st.lists(TEXT, min_size=1, max_size=2),
        st.none() | TEXT,
        st.dictionaries(TEXT, TEXT, max_size=2),
    ),
)


@settings(deadline=None, max_examples=80)
@given(
    name=TEXT,
    detect=st.lists(TEXT, max_size=3),
    rules=st.dictionaries(st.sampled_from([f for f in WRITABLE if f != "phoneNumber"]), RULES, min_size=1),
    why=TEXT,
)
def test_a_written_mapping_loads_back_equal(name: str, detect: list[str], rules: dict[str, Rule], why: str) -> None:
    """Whatever a mapping says, its TOML says the same, comments or not."""
    one = Mapping(name=name, title=why, detect=tuple(detect), region="FR", ignore=("A",), fields=rules)
    text = mapping.to_toml(one, why=dict.fromkeys(rules, why), unused={why: why})
    assert mapping.parse(text, "x.toml") == one


def test_comments_stand_above_their_field() -> None:
    """A reason becomes a comment above its line, unused columns close the file."""
    text = mapping.to_toml(parsed('city = "Ville"'), why={"city": "a city\nindeed"}, unused={"Fax": "a fax number"})
    assert '# a city indeed\ncity = "Ville"' in text
    assert text.endswith('#   "Fax": a fax number\n')


@pytest.mark.parametrize(
    "there", ["prenom", "PRÉNOM", " Prénom ", "Pre nom", "pré-nom", "PréNom", "prénom :"], ids=lambda text: text.strip()
)
def test_headers_match_whatever_their_spelling(there: str) -> None:
    """Case, accents, spaces, punctuation and camelCase do not count."""
    binding = mapping.bind(parsed('firstName = "Prénom"'), [there], strict=True)
    assert binding.headers("firstName") == (there,)


def test_an_exact_header_comes_before_a_like_one() -> None:
    """Where two headers are alike, the one spelt as the mapping says is taken."""
    assert mapping.bind(parsed('email = "E-mail"'), ["Email", "E-mail"], strict=True).headers("email") == ("E-mail",)


def test_strict_binding_tells_a_lacking_header_with_near_ones() -> None:
    """The user's own mapping must fit: the error names mapping, header, field, near headers and all headers."""
    with pytest.raises(MappingError) as caught:
        mapping.bind(parsed('phoneNumber = "Telefone"'), ["Nom", "Téléphone"], strict=True)
    assert "mapping 'leads': the file has no column 'Telefone' (for phoneNumber); did you mean 'Téléphone'?" in str(
        caught.value
    )
    assert "'Nom', 'Téléphone'" in str(caught.value)


def test_lenient_binding_drops_what_the_file_lacks() -> None:
    """A shipped mapping keeps the columns that are there; a default stands in for a lacking column."""
    one = parsed('phoneNumber = ["A", "B"]\ncity = "C"\ncountry = { column = "D", default = "France" }')
    binding = mapping.bind(one, ["B"], strict=False)
    assert binding.fields == ("phoneNumber", "country")
    assert binding.headers("phoneNumber") == ("B",)
    out = mapping.apply(chunk(B=["1"]), binding)
    assert out["country"].tolist() == ["France"]


def test_columns_that_reports_added_are_never_bound() -> None:
    """bulk_io_outcome and bulk_io_problem are not columns of the user's."""
    with pytest.raises(MappingError):
        mapping.bind(parsed('city = "bulk_io_problem"'), ["bulk_io_problem"], strict=True)


def test_the_first_column_with_a_value_is_taken_row_by_row() -> None:
    """White space, no-break spaces and invisible marks are no value; the row remembers its column."""
    out = applied('city = ["A", "B"]', chunk(A=["Paris", " \xa0", "\u200b", ""], B=["x", "Lyon", "Nice", ""]))
    assert out["city"].tolist() == ["Paris", "Lyon", "Nice", ""]
    assert out["city:column"].tolist() == ["A", "B", "B", "A"]


def test_a_dash_is_no_phone_number_where_another_column_has_one() -> None:
    """Among phone columns a cell without a digit counts only where no other has better."""
    out = applied('phoneNumber = ["Mobile", "Tel"]', chunk(Mobile=["-", "n/a", ""], Tel=["01 99", "", "none"]))
    assert out["phoneNumber"].tolist() == ["01 99", "n/a", "none"]
    assert out["phoneNumber:column"].tolist() == ["Tel", "Mobile", "Tel"]


def test_a_join_skips_empty_parts() -> None:
    """Only parts with a value are joined, trimmed."""
    out = applied(
        'city = { columns = ["A", "B", "C"], join = ", " }', chunk(A=[" a", "", ""], B=["", "b", ""], C=["c", "", ""])
    )
    assert out["city"].tolist() == ["a, c", "b", ""]
    assert out["city:column"].tolist() == ["A + C", "B", "A"]


def test_values_are_translated_exactly_first_then_whatever_the_case() -> None:
    """Translation compares trimmed texts; what it does not name stays."""
    out = applied(
        'position = { column = "A", values = { PDG = "CEO", pdg = "ceo", Old = "" }, default = "?" }',
        chunk(A=["PDG", " pdg ", "Pdg", "DG", "old", ""]),
    )
    assert out["position"].tolist() == ["CEO", "ceo", "CEO", "DG", "?", "?"]
    assert out["position:column"].tolist() == ["A", "A", "A", "A", "(default)", "(default)"]


def test_a_constant_fills_every_row() -> None:
    """A constant is every row's value."""
    out = applied('city = "A"\nindustrySector = { constant = "Retail" }', chunk(A=["x", "y"]))
    assert out["industrySector"].tolist() == ["Retail", "Retail"]


def test_one_column_may_feed_several_fields() -> None:
    """A column is not used up; it is shown with its first field."""
    one = parsed('city = "A"\ncountry = "A"')
    binding = mapping.bind(one, ["A"], strict=True)
    assert mapping.columns(binding) == {"A": "city"}
    assert mapping.apply(chunk(A=["x"]), binding)[["city", "country"]].iloc[0].tolist() == ["x", "x"]


TAGS = {
    "default set": ('"T"', "a; b,c|a", ("a", "b", "c")),
    "own set": ('{ column = "T", split = ";" }', "a;b,c", ("a", "b,c")),
    "long separator": ('{ column = "T", split = [":::"] }', "* a ::: b", ("* a", "b")),
    "quoted as csv": ('{ column = "T", split = "," }', '"a, b","c ""d"""', ("a, b", 'c "d"')),
    "odd quote": ('"T"', '5" tv;b', ('5" tv', "b")),
    "translated one by one": ('{ column = "T", values = { A = "x", drop = "" } }', "a;drop;b", ("x", "b")),
    "default": ('{ column = "T", default = "p;q" }', "", ("p", "q")),
    "constant": ('{ constant = "p,q" }', "zzz", ("p", "q")),
    "needs quotes": ('{ column = "T", split = "," }', "a;b,c", ("a;b", "c")),
}


@pytest.mark.parametrize(("rule", "cell", "wanted"), TAGS.values(), ids=TAGS.keys())
def test_tags_become_a_record(rule: str, cell: str, wanted: tuple[str, ...]) -> None:
    """A tags cell is split as the mapping says and written as a record that reads back."""
    out = applied(f"tags = {rule}", chunk(T=[cell]))
    assert tags.parse(out["tags"].iloc[0]) == wanted
    assert out["tags"].iloc[0] == tags.record(wanted)


def test_split_keeps_the_first_part_of_another_field() -> None:
    """Google writes two e-mails as "a ::: b": the first is kept."""
    out = applied(
        'email = { column = "E", split = [":::"] }', chunk(E=["a@x.example ::: b@x.example", "", "c@x.example"])
    )
    assert out["email"].tolist() == ["a@x.example", "", "c@x.example"]


def test_a_missing_name_is_built_and_is_not_derived() -> None:
    """Without a name column every name is built from first and last name."""
    out = applied('firstName = "P"\nlastName = "N"', chunk(P=["Zoé", "", ""], N=["Roux", "Blanc", ""]))
    assert out["name"].tolist() == ["Zoé Roux", "Blanc", ""]
    assert out["name:column"].tolist()[0] == "P + N"
    assert out["derived"].tolist() == ["", "", ""]


def test_only_empty_names_are_built_beside_a_name_column() -> None:
    """A name that is there stays; its row keeps its column."""
    out = applied('name = "F"\nfirstName = "P"', chunk(F=["Dr Zoé Roux", " "], P=["Zoé", "Ana"]))
    assert out["name"].tolist() == ["Dr Zoé Roux", "Ana"]
    assert out["name:column"].tolist() == ["F", "P"]


def test_first_and_last_name_are_derived_where_the_full_name_is_safe() -> None:
    """DUPONT Jean says which is which; Jean Martin does not."""
    out = applied('name = "F"', chunk(F=["DUPONT Jean", "Jean Martin", ""]))
    assert out["firstName"].tolist() == ["Jean", "", ""]
    assert out["lastName"].tolist()[0].casefold() == "dupont"
    assert out["derived"].tolist() == ["firstName lastName", "", ""]
    assert out["lastName:column"].tolist()[0] == "F"


def test_nothing_is_derived_beside_a_first_name_column() -> None:
    """A mapping that feeds a first name leaves an empty one empty."""
    out = applied('name = "F"\nfirstName = "P"', chunk(F=["DUPONT Jean"], P=[""]))
    assert "lastName" not in out
    assert out["derived"].tolist() == [""]


def export_row(**values: str) -> pd.DataFrame:
    """Make a one-row chunk of our own export."""
    return chunk(**{name: [values.get(name, "")] for name in NAMES})


def test_our_own_export_keeps_ids_and_tag_records() -> None:
    """Own export: id is fed, the tags cell stays as it is, no name is split."""
    frame = export_row(id="c1", name="DUPONT Jean", tags='a;"b;c";d,e')
    binding = mapping.bind(mapping.load("bulk-io-export"), list(frame.columns), strict=False)
    out = mapping.apply(frame, binding)
    assert binding.own_export
    assert out[["id", "tags", "firstName", "derived"]].iloc[0].tolist() == ["c1", 'a;"b;c";d,e', "", ""]


@pytest.mark.parametrize(
    "header",
    [["name", *[one for one in NAMES if one != "name"]], list(NAMES[:-1]), [*NAMES, "extra"], ["Id", *NAMES[1:]]],
    ids=["id not first", "one lacking", "one more", "other case"],
)
def test_ids_mean_nothing_unless_the_header_is_our_exports(header: list[str]) -> None:
    """Only the whole header, id first, makes a file our own export."""
    binding = mapping.bind(mapping.load("bulk-io-export"), header, strict=False)
    assert not binding.own_export
    assert "id" not in binding.fields


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(*[st.sampled_from(["", " ", "a", "DUPONT Jean", "x;y", "-", "12"])] * 3), max_size=8),
    st.integers(0, 8),
)
def test_splitting_into_chunks_changes_nothing(rows: list[tuple[str, str, str]], cut: int) -> None:
    """Applying to two chunks is applying to the whole: the same columns, text only, the same index, nothing changed."""
    frame = pd.DataFrame(rows, columns=["A", "B", "C"], dtype="str")
    before = frame.copy()
    one = parsed(
        'name = ["A", "B"]\nphoneNumber = ["C", "A"]\ntags = { columns = ["B", "C"], join = ";", default = "z" }'
    )
    binding = pickle.loads(pickle.dumps(mapping.bind(one, ["A", "B", "C"], strict=True)))
    whole = mapping.apply(frame, binding)
    parts = pd.concat([mapping.apply(frame.iloc[:cut], binding), mapping.apply(frame.iloc[cut:], binding)])
    pd.testing.assert_frame_equal(whole, parts)
    pd.testing.assert_frame_equal(frame, before)
    assert whole.index.equals(frame.index)
    assert all(str(kind) == "str" for kind in whole.dtypes)
    assert not whole.isna().any().any()


def test_a_part_of_a_place_is_taken() -> None:
    """One column feeds the city and the country; translation and default come behind."""
    body = (
        'city = { column = "Where", part = "city" }\ncountry = { column = "Where", part = "country", default = "FR" }'
    )
    mapped = applied(body, chunk(Where=["Paris, Île-de-France, France", "Pau", "Italia"]))
    assert mapped["city"].tolist() == ["Paris", "Pau", ""]
    assert mapped["country"].tolist() == ["France", "FR", "Italia"]
    assert mapped["country:column"].tolist() == ["Where", "(default)", "Where"]
    rules = parsed(body)
    assert mapping.parse(mapping.to_toml(rules), "again.toml") == rules
