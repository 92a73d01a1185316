"""Which mapping a file gets, and what each header was taken for: aliases, false friends, vetoes, --map."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_io import aliases, mapping, mappingmodel, matching, suggestion
from bulk_io.errors import MappingError, UsageError
from bulk_io.fields import NAMES, WRITABLE
from bulk_io.headers import key
from bulk_io.mappingmodel import Mapping
from bulk_io.matching import Choice


@pytest.fixture(autouse=True)
def _no_own_mappings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the mappings of whoever runs the tests out of them."""
    monkeypatch.setenv("BULK_IO_MAPPINGS", str(tmp_path / "mappings"))


def chosen(header: list[str], *rows: list[str], overrides: tuple[str, ...] = ()) -> Choice:
    """Choose for a header and sample rows, without asking for a phone or a name."""
    sample = pd.DataFrame(list(rows), columns=header, dtype="str") if rows else None
    return matching.choose(header, sample, overrides=overrides, required=False)


def fed(choice: Choice) -> dict[str, tuple[str, ...]]:
    """Give the columns of each field."""
    return {field: choice.binding.headers(field) for field in choice.binding.fields}


IN_ORDER = [
    "firstName", "lastName", "phoneNumber", "email", "position", "currentCompany", "industrySector", "city",
    "country", "tags",
]  # fmt: skip
LANGUAGES = {
    "en": ["First Name", "Surname", "Mobile", "E-mail Address", "Job Title", "Employer", "Sector", "Town", "Country",
        "Labels"],
    "fr": ["Prénom", "NOM", "N° de téléphone", "Adresse électronique", "Intitulé de poste", "Raison sociale",
        "Secteur d’activité", "Commune", "Pays/Région", "Mots-clés"],
    "de": ["Vorname", "Name", "Mobil-Tel.-Nr.", "E-Mail-Adresse", "Berufsbezeichnung", "Firma", "Branche", "Ort",
        "Land", "Schlagwörter"],
    "es": ["Nombre", "Apellidos", "Móvil", "Correo electrónico", "Puesto", "Razón social", "Sector", "Población",
        "País", "Etiquetas"],
    "it": ["Nome", "Cognome", "Numero cellulare", "Indirizzo e-mail", "Qualifica", "Azienda", "Settore", "Città",
        "Nazione", "Etichette"],
    "nl": ["Voornaam", "Naam", "Mobiel", "E-mailadres", "Functie", "Bedrijfsnaam", "Branche", "Woonplaats", "Land",
        "Categorieën"],
    "pt": ["Nome", "Sobrenome", "Telemóvel", "Correio eletrónico", "Cargo", "Empresa", "Ramo de atividade", "Cidade",
        "País", "Marcadores"],
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_of_seven_languages_are_known(language: str) -> None:
    """A list in each language is matched whole, and surely."""
    choice = chosen(LANGUAGES[language])
    assert [one.field for one in choice.proposals] == IN_ORDER
    assert choice.name == "proposed"
    assert choice.sure


def test_every_alias_feeds_one_field_only() -> None:
    """No alias stands under two fields, or under a field and among the false friends."""
    said = tomllib.loads(Path(aliases.__file__).with_name("aliases.toml").read_text(encoding="utf-8"))
    homes: dict[str, set[str]] = {}
    for field, languages in said["exact"].items():
        for listed in languages.values():
            for alias in listed:
                homes.setdefault(key(alias), set()).add(field)
    for group in ("exact_phone", "friends"):
        for name, listed in said[group].items():
            for alias in listed:
                homes.setdefault(key(alias), set()).add(name)
    assert {alias: found for alias, found in homes.items() if len(found) > 1} == {}
    assert set(said["exact"]) | {"phoneNumber"} == set(WRITABLE)


PHONES = [
    "Tél", "TEL.", "Tél. portable", "Téléphone portable", "N° portable", "Numéro de mobile", "GSM", "Portable",
        "Ligne directe",
    "Téléphone (bureau)", "Tel. privat", "Telefon geschäftlich", "Handynummer", "Rufnummer", "Durchwahl",
        "Teléfono móvil",
    "Celular", "Tel. cellulare", "Recapito", "Telefoonnummer", "Telefone celular", "Contact number", "Phone No.",
        "Phone #",
    "phone_number", "PhoneNumber", "Mobile Phone", "Cell",
    "WhatsApp", "Celular/WhatsApp", "SMS", "TEL (cell)", "Phone 1 - Value",
        "Direct dial",
    "Numéro", "Phone*", "Phone/Fax", "Tel & Fax", "tel_fix", "N° domicile", "Tel. emprego", "Nr. privat", "TEL_PORT",
    "TEL_DURCHW", "Tel. abit.", "Hm Tel", "Wk Tel", "Tlm", "Cp. mobiel", "Tél 2 interlocuteur", "06 nr", "Land Line",
    "Móvil titular",
]  # fmt: skip


@pytest.mark.parametrize("header", PHONES)
def test_phone_headers_are_known(header: str) -> None:
    """A phone column may be called in many ways."""
    assert chosen([header]).proposals[0].field == "phoneNumber"


VETOED = [
    "Company Phone", "Corporate Phone", "Company HQ Phone", "Head Office Phone", "Switchboard", "Standard",
        "Tél. standard",
    "Main Phone", "Assistant's Phone", "Asst. Phone", "Contact owner", "Owner Email", "Manager Phone", "Parent phone",
    "Previous Job Title", "Emergency Phone", "Billing Email", "Billing City", "Fax", "Business Fax",
        "Télécopie (bureau)",
    "Pager", "Company City", "Company Country", "Téléphone société", "Tél. entreprise", "Téléphone d'urgence",
        "E-mail du responsable",
    "Ville de facturation", "Firmentelefon", "Telefon Zentrale", "Notfallnummer", "Rechnungsort", "Faxnummer",
        "Telefax",
    "Teléfono empresa", "Teléfono de emergencia", "Ciudad de facturación", "Centralita", "Telefono centralino",
    "Telefono emergenza", "Città fatturazione", "Bedrijfstelefoon", "Telefoon bedrijf", "Factuur e-mail",
        "Telefone empresa",
    "Telefone de emergência", "Cidade de cobrança", "Sales rep email", "Phone Type", "Phone Opt-in", "Email Status",
        "Email opt out",
    "Lead Owner", "Consent", "Newsletter", "Do not call", "Mailing Street", "Department", "Service", "State",
        "Stato", "Region", "PHONE_FAX",
    "TEL_ZENTR", "Tel. secr.", "Comp. phone", "Tél. comptable", "Tel. boekhouding", "Tel. recado", "ICE Number",
    "TEL_N+1", "PA tel", "Driver mob", "Tel. mantelzorger", "Poste recherché",
]  # fmt: skip


@pytest.mark.parametrize("header", VETOED)
def test_columns_about_something_else_are_never_mapped(header: str) -> None:
    """A company's, an assistant's or a former number, a fax, a status feed nothing, and a reason is given."""
    one = chosen([header]).proposals[0]
    assert one.field is None
    assert one.why


@pytest.mark.parametrize("header", ["COMPANY_TITLE", "COMPANY_NM", "orgName", "nom_ste", "Firmenname", "Lib. société"])
def test_the_name_of_a_company_is_known_by_its_words(header: str) -> None:
    """A word for a company beside a word for its name is the person's company, not a column of somebody else's."""
    assert chosen([header]).proposals[0].field == "currentCompany"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("org.industry", "industrySector"),
        ("AddressMailCity", "city"),
        ("Office City", "city"),
        ("Address Mail Country", "country"),
        ("Cp. achternaam", "lastName"),
        ("AP_VORNAME", "firstName"),
        ("Prén.", "firstName"),
        ("Nachn.", "lastName"),
    ],
)
def test_words_for_whose_it_is_change_nothing(header: str, field: str) -> None:
    """Of an address, of the person at a firm, of the firm that has an industry."""
    assert chosen([header]).proposals[0].field == field


def test_a_display_name_of_companies_is_no_person() -> None:
    """A CRM of firms shows their names; the people stand in a column of their own."""
    firms = ["Northfield Logistics Ltd", "Harbour Foods plc", "Bluebell Care Ltd", "Acorn Legal LLP"]
    people = ["Charlotte Hughes", "Harry Clarke", "Emily Turner", "George Doyle"]
    sample = pd.DataFrame({"display_name": firms, "contact_name": people}, dtype="str")
    assert [one.field for one in matching.choose(list(sample.columns), sample, required=False).proposals] == [
        "currentCompany",
        "name",
    ]


def test_a_veto_says_whose_the_column_is() -> None:
    """The reason names what speaks against the column, and how to use it all the same."""
    assert "a company's" in chosen(["Company Phone"]).proposals[0].why
    assert "--map 'Fax=field'" in chosen(["Fax"]).proposals[0].why


# fmt: off
FRIENDS: dict[str, tuple[list[str], list[list[str]], dict[str, str | None]]] = {
    "Nom alone": (["Nom", "Tél"], [], {"Nom": "name"}),
    "Nom beside Prénom": (["Nom", "Prénom"], [], {"Nom": "lastName", "Prénom": "firstName"}),
    "Nom with both beside Prénom": (["Nom", "Prénom"], [["Roux Zoé", "Zoé"]], {"Nom": "name"}),
    "Nom beside Nom complet": (["Nom", "Nom complet", "Prénom"], [], {"Nom": "lastName", "Nom complet": "name"}),
    "Nom beside Nom d'usage": (
        ["Nom", "Nom d'usage", "Prénom"],
        [["Roux", "", "Zoé"], ["Blanc", "", "Ana"], ["Noir", "Gris", "Eva"]],
        {"Nom": "lastName", "Nom d'usage": "lastName"},
    ),
    "Naam alone": (["Naam"], [], {"Naam": "name"}),
    "Naam beside Voornaam": (["Voornaam", "Naam"], [], {"Naam": "lastName"}),
    "Name beside Vorname": (["Name", "Vorname"], [], {"Name": "lastName"}),
    "Name beside both": (["Name", "Vorname", "Nachname"], [], {"Name": "name"}),
    "Name beside First name": (["Name", "First Name"], [["Zoé Roux", "Zoé"]], {"Name": "name"}),
    "Name that is something else": (["Name", "First Name", "Last Name"], [["Acme", "Zoé", "Roux"]], {"Name": None}),
    "Name beside Company": (["Name", "Company"], [], {"Name": "name", "Company": "currentCompany"}),
    "Nombre alone": (["Nombre"], [], {"Nombre": "name"}),
    "Nombre beside Apellidos": (["Nombre", "Apellidos"], [], {"Nombre": "firstName"}),
    "Nome alone": (["Nome"], [], {"Nome": "name"}),
    "Nome beside Cognome": (["Cognome", "Nome"], [], {"Nome": "firstName"}),
    "Nome beside all": (["Nome", "Primeiro nome", "Sobrenome"], [], {"Nome": "name"}),
    "Title alone": (["Title"], [["CEO"]], {"Title": "position"}),
    "Title beside Job Title": (["Title", "Job Title"], [["CEO", ""]], {"Title": None, "Job Title": "position"}),
    "Titre of address": (["Titre"], [["Mme"], ["M."], ["Dr"], ["CEO"]], {"Titre": None}),
    "Titel of address": (["Titel"], [["Dr."], ["Prof. Dr."]], {"Titel": None}),
    "Poste as job": (["Poste"], [["Chef de projet"]], {"Poste": "position"}),
    "Poste as extension": (["Poste"], [["412"], ["18"], [""]], {"Poste": None}),
    "Contact as person": (["Contact", "Société"], [["Zoé Roux", "A"]], {"Contact": "name"}),
    "Contact as phone": (["Contact", "Nom"], [["06 12 34 56 78", "A"]], {"Contact": "phoneNumber"}),
    "Contact as mail": (["Contact", "Nom"], [["zoe@example.com", "A"]], {"Contact": "email"}),
    "Contact beside Nom": (["Contact", "Prénom", "Nom"], [["x", "A", "B"]], {"Contact": None}),
    "Numéro beside Téléphone": (["Numéro", "Téléphone"], [], {"Numéro": None}),
    "Numéro of a street": (["Numéro"], [["12"], ["4 bis"]], {"Numéro": None}),
    "Code pays by letters": (["Code pays"], [["FR"]], {"Code pays": "country"}),
    "Code pays as dialling code": (["Code pays"], [["+33"]], {"Code pays": None}),
    "Fonction": (["Fonction"], [], {"Fonction": "position"}),
    "Function": (["Function"], [], {"Function": None}),
    "Function as job": (["Function"], [["CEO"], ["Sales Manager"]], {"Function": "position"}),
    "Function as department": (["Function"], [["Finance"], ["IT"]], {"Function": None}),
    "Name beside Surname": (["Name", "Surname"], [["Zoé", "Roux"]], {"Name": "firstName", "Surname": "lastName"}),
    "Name with both beside Surname": (["Name", "Surname"], [["Zoé Roux", "Roux"]], {"Name": "name"}),
    "Name of companies beside Contact": (
        ["Name", "Contact"], [["Acme", "Zoé Roux"], ["Globex", "Luc Noir"]],
        {"Name": "currentCompany", "Contact": "name"},
    ),
    "Name of companies beside an owner": (
        ["Name", "Owner"], [["Acme SARL", "Zoé Roux"], ["Globex Ltd", "Luc Noir"]], {"Name": "name", "Owner": None},
    ),
    "Nom contact beside Prénom": (["Nom contact", "Prénom contact"], [], {"Nom contact": "lastName"}),
    "Contact Name beside both": (["Contact Name", "First Name", "Last Name"], [], {"Contact Name": "name"}),
    "User email alone": (["Full Name", "User email"], [], {"User email": "email"}),
    "User email of a host": (["Invitee Email", "User email"], [], {"User email": None}),
    "Nome behind a heading": (
        ["Nome: Nome", "Nome: Cognome"], [], {"Nome: Nome": "firstName", "Nome: Cognome": "lastName"},
    ),
    "Profile name": (["Profile name", "Phone"], [["Ann Walker", ""], ["Zoé Roux", ""]], {"Profile name": "name"}),
    "Título as company": (
        ["Persona", "Título"], [["Ana Gil", "Molina SA"], ["Eva Paz", "Ruiz SL"], ["Leo Sol", "Hotel Sol"]],
        {"Título": "currentCompany"},
    ),
    "Bureau as phone": (
        ["Nom", "Bureau", "Mobile"], [["A", "01 42 68 53 01", "06 12 34 56 01"]], {"Bureau": "phoneNumber"},
    ),
    "Bureau as place": (["Nom", "Bureau"], [["A", "B 12"], ["B", "C 4"]], {"Bureau": None}),
}


# fmt: on


@pytest.mark.parametrize(("header", "rows", "wanted"), FRIENDS.values(), ids=FRIENDS.keys())
def test_false_friends_are_settled(header: list[str], rows: list[list[str]], wanted: dict[str, str | None]) -> None:
    """Headers with two meanings are settled by their neighbours or their values."""
    got = {one.header: one.field for one in chosen(header, *rows).proposals}
    assert {column: got[column] for column in wanted} == wanted


WORDY = {
    "What's your first name?": "firstName",
    "Quel est votre prénom ?": "firstName",
    "Wie lautet Ihre Telefonnummer?": "phoneNumber",
    "¿Cuál es tu nombre completo?": "name",
    "Wat is uw e-mailadres?": "email",
    "Qual é a sua cidade?": "city",
    "Name of your company": "currentCompany",
    "Prénom (obligatoire)": "firstName",
    "Nom / Name": "name",
    "City/Ville": "city",
    "Nome / First name": "firstName",
    "Name / First Name": "firstName",
    "Name / Vorname": "name",
    "Contact: Email": "email",
    "contact.company.name": "currentCompany",
    "Attendee Last Name": "lastName",
    "Nachname des Teilnehmers": "lastName",
    "Attendee name: Family name": "lastName",
    "Main Contact Mobile": "phoneNumber",
    "Cellulaire": "phoneNumber",
    "Tel. G": "phoneNumber",
    "TEL NO.(M)": "phoneNumber",
    "Phone (default)": "phoneNumber",
    "homephone": "phoneNumber",
    "companyphone": None,
    "Primary Phone Country Code": None,
    "Telefon des Käufers": None,
    "Accounts phone": None,
    "What is your budget?": None,
    "Company you left": None,
    "Nom du commercial": None,
    "N° client": None,
}


@pytest.mark.parametrize("header", WORDY)
def test_words_around_an_alias_change_nothing(header: str) -> None:
    """Questions, two languages, notes and prefixes; what is left must be an alias."""
    assert chosen([header]).proposals[0].field == WORDY[header]


UNKNOWN: dict[str, tuple[list[str], str | None]] = {
    "phones": (["06 12 34 56 01", "+33 6 12 34 56 02", "07 61 23 45 03"], "phoneNumber"),
    "phones without their zero": (["612345601", "612345602", "761234503"], "phoneNumber"),
    "numbers of seven digits": (["1000001", "1000002", "1000003"], None),
    "addresses": (["a@example.com", "b@example.com", ""], "email"),
    "countries": (["France", "Deutschland", "España"], "country"),
    "people": (["Jean Dupont", "Marie Curie", "Lefèvre Paul"], "name"),
    "companies": (["Acme SARL", "Globex", "Initech Ltd"], "currentCompany"),
    "jobs": (["CEO", "Comptable", "Leiter Einkauf"], "position"),
    "cities": (["Lyon", "Berlin", "Petit-Trou"], "city"),
    "industries": (["Retail", "Software", "Santé"], "industrySector"),
    "texts": (["call back", "very interested", "no time"], None),
    "dates": (["2024-01-02", "2024-01-03", "2024-01-04"], None),
    "a few addresses": (["a@example.com", "none", "unknown", "later"], None),
    "one value": (["Jean Dupont"], None),
}


@pytest.mark.parametrize("header", ["column_1", "Zzz", "Q7"])
@pytest.mark.parametrize(("values", "field"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_a_header_that_says_nothing_leaves_it_to_the_values(header: str, values: list[str], field: str | None) -> None:
    """Enough of one kind make the field, never surely, with the count as the reason."""
    one = chosen([header], *([text] for text in values)).proposals[0]
    assert one.field == field
    if field:
        assert 0.4 < one.confidence < 0.9
        assert one.why.startswith("by its values: ")


def test_values_say_nothing_against_a_header() -> None:
    """A header about something else is not overruled, and what a header gives, values do not give again."""
    header = ["Record owner", "Nationality", "Zzz", "Mobile"]
    rows = [["Jean Dupont", "France", f"06 12 34 56 0{i}", f"06 12 34 57 0{i}"] for i in range(5)]
    assert [one.field for one in chosen(header, *rows).proposals] == [None, None, None, "phoneNumber"]


def test_a_column_beside_first_names_holds_the_last_names() -> None:
    """Without a header the neighbours count too."""
    choice = chosen(
        ["column_1", "column_2", "column_3"], ["Roux", "Zoé", "x"], ["Noir", "Luc", "y"], ["Gris", "Eva", "z"]
    )
    assert [one.field for one in choice.proposals] == ["lastName", "firstName", None]


def test_phones_without_a_header_are_ranked_by_their_kind() -> None:
    """Mobile numbers come first, whatever the order of the columns."""
    rows = [[f"01 42 68 53 0{i}", f"06 12 34 56 0{i}"] for i in range(4)]
    assert fed(chosen(["column_1", "column_2"], *rows))["phoneNumber"] == ("column_2", "column_1")


AGAINST = {
    "Mobile": ["yes", "no", "yes"],
    "Email": ["verified", "catch-all", "verified"],
    "Email address": ["0612345678", "0612345679", "0612345670"],
    "Position": ["1", "2", "3"],
    "Account": ["10001", "10002", "10003"],
    "City": ["69001", "75011", "44000"],
    "Country": ["+33", "+49", "+44"],
    "Company": ["https://example.com", "www.example.org", "https://example.net"],
    "Last name": ["a@example.com", "b@example.com", "c@example.com"],
    "Titre de poste": ["M.", "Mme", "Mme"],
}


@pytest.mark.parametrize("header", AGAINST)
def test_values_contradict_a_header(header: str) -> None:
    """What cannot be what its header says is left out; a single row contradicts nothing."""
    one = chosen([header], *([text] for text in AGAINST[header])).proposals[0]
    assert one.field is None
    assert one.why.startswith("left out: ")
    assert chosen([header], [AGAINST[header][0]]).proposals[0].field


@pytest.mark.parametrize(
    "numbers",
    [["01 42 68 53 01"] * 12, ["not a phone", "n/a?", "xyz", "call me"], ["12", "34", "999", "5"]],
    ids=["shared by all", "no numbers", "too short"],
)
def test_the_only_column_called_phone_is_taken_whatever_it_holds(numbers: list[str]) -> None:
    """Its rows are held or refused one by one, each with its reason; what is odd about it is told."""
    rows = [[f"Person {place}", number] for place, number in enumerate(numbers)]
    one = chosen(["Name", "Phone"], *rows).proposals[1]
    assert one.field == "phoneNumber"
    assert "its" in one.why


def test_a_mapping_that_knows_none_of_the_columns_is_an_error() -> None:
    """It was named by mistake."""
    with pytest.raises(MappingError, match="'hubspot' knows none"):
        matching.choose(["Nom", "Portable"], None, mapping="hubspot")


def test_a_mapping_of_a_file_without_header_knows_no_other_file() -> None:
    """Places are no names: any file without a header has them."""
    choice = chosen(["column_1", "column_2"], *[["Ada Martin", f"06 12 34 56 {at}"] for at in range(10, 20)])
    assert "detect" not in suggestion.toml(choice, "leads")


def test_eaten_numbers_do_not_contradict_a_header() -> None:
    """A column of 3,36E+10 is one of phone numbers, that are lost; alike as they look, they are nobody's in common."""
    rows = [[f"Person {i}", "3,36E+10"] for i in range(9)]
    assert chosen(["Name", "Phone"], *rows).proposals[1].field == "phoneNumber"


SLIPS = {
    "Telephne portable": "phoneNumber",
    "Compagny": "currentCompany",
    "Fonctoin": "position",
    "Compnay": "currentCompany",
    "Cuontry": "country",
    "Contract": None,
    "County": None,
    "Company Phonne": None,
    "Previous Titles": None,
}


@pytest.mark.parametrize("header", SLIPS)
def test_near_spellings_are_slips_only(header: str) -> None:
    """One letter more or less is a slip; another word is another header, and a veto stays one."""
    one = chosen([header]).proposals[0]
    assert one.field == SLIPS[header]
    assert not one.field or (not one.sure and "nearly called like" in one.why)


def test_a_slip_counts_as_a_neighbour() -> None:
    """A misspelt first name makes Nom the last name."""
    assert [one.field for one in chosen(["Prénomm", "Nom"]).proposals] == ["firstName", "lastName"]


@pytest.mark.parametrize("header", ["Zzz", "Countri"])
def test_a_slip_must_fit_its_values(header: str) -> None:
    """Where they say something else, it was none."""
    assert chosen([header], ["red"], ["blue"], ["green"]).proposals[0].field is None


def crowd(numbers: list[str]) -> list[list[str]]:
    """Rows of people with these numbers, and one of their own."""
    return [[f"Person {place}", number, f"06 12 34 56 {place:02}"] for place, number in enumerate(numbers)]


def test_numbers_that_repeat_across_people_are_not_their_own() -> None:
    """Whatever the column is called; a number that only some share, and one person in many rows, are no company's."""
    header = ["Name", "Phone", "Mobile"]
    shared = chosen(header, *crowd(["01 42 00 00 01"] * 3 + ["0142000002"] * 3))
    assert fed(shared)["phoneNumber"] == ("Mobile",)
    assert "its 2 numbers repeat across 6 people" in shared.proposals[1].why
    couples = [f"01 42 68 53 {number:02}" for number in (1, 1, 2, 3, 4, 5)]
    assert "Phone" in fed(chosen(header, *crowd(couples)))["phoneNumber"]
    same = [["Zoé Roux", "01 42 68 53 01", "06 12 34 56 01"]] * 8
    assert "Phone" in fed(chosen(header, *same))["phoneNumber"]
    assert (
        "Phone" in fed(chosen(header, *crowd(["01 42 00 00 01"] * 6), overrides=("Phone=phoneNumber",)))["phoneNumber"]
    )


def test_a_shipped_mapping_is_no_way_around_that() -> None:
    """Salesforce's Phone is often the switchboard's; a mapping that was asked for by name says what it says."""
    header = ["First Name", "Last Name", "Account Name", "Mailing City", "Phone", "Mobile", "Email"]
    rows = [[f"P{i}", "Roux", "Acme", "Lyon", "01 42 00 00 01", f"06 12 34 56 0{i}", ""] for i in range(6)]
    found = chosen(header, *rows)
    assert (found.name, fed(found)["phoneNumber"]) == ("salesforce-contacts", ("Mobile",))
    sample = pd.DataFrame(rows, columns=header, dtype="str")
    asked = matching.choose(header, sample, mapping="salesforce-contacts")
    assert fed(asked)["phoneNumber"] == ("Mobile", "Phone")


def test_further_phone_columns_stand_behind_a_mapping_s_own() -> None:
    """A column that somebody added to a vendor's file is used where the vendor's are empty."""
    header = ["Record ID", "First Name", "Last Name", "Phone Number", "WhatsApp", "Company Phone Number", "Fax"]
    assert fed(chosen(header))["phoneNumber"] == ("Phone Number", "WhatsApp")


def test_what_values_alone_decide_is_not_sure() -> None:
    """A Contact column that holds phone numbers needs somebody's yes."""
    assert not chosen(["Contact", "Nom"], ["06 12 34 56 78", "A"]).sure
    assert chosen(["Contact", "Société"], ["Zoé Roux", "A"]).sure


def test_phone_columns_are_ranked() -> None:
    """Mobile comes before direct, work, plain, home and other; a repeat comes after its like."""
    header = ["Other Phone", "Home Phone", "Phone (2)", "Phone", "Work Phone", "Direct Phone", "Mobile 2", "Mobile"]
    assert fed(chosen(header))["phoneNumber"] == (
        "Mobile", "Mobile 2", "Direct Phone", "Work Phone", "Phone", "Phone (2)", "Home Phone", "Other Phone"
    )  # fmt: skip


def test_email_columns_are_ranked() -> None:
    """The plain or work address comes before a private or second one."""
    header = ["Personal email", "Secondary Email", "Work email", "Email"]
    assert fed(chosen(header))["email"] == ("Email", "Work email", "Personal email", "Secondary Email")


def test_several_tag_columns_add_up() -> None:
    """Tags of two columns are put together, not the first taken."""
    choice = chosen(["Nom", "Tags", "Groupes"])
    mapped = mapping.apply(
        pd.DataFrame([["x", "a, b", "c"]], columns=["Nom", "Tags", "Groupes"], dtype="str"), choice.binding
    )
    assert mapped["tags"].tolist() == ["a;b;c"]


EXPORT = ["id", *[name for name in NAMES if name != "id"]]


@pytest.mark.parametrize(
    "header", [EXPORT, [EXPORT[0], *reversed(EXPORT[1:])], [*EXPORT, "bulk_io_outcome", "bulk_io_problem"]],
    ids=["as written", "columns moved", "its rejected rows"],
)  # fmt: skip
def test_our_own_export_is_known_by_its_whole_header(header: list[str]) -> None:
    """Exactly the API's fields, id first: the id is matched; columns of a report do not count."""
    choice = matching.choose(header, None)
    assert choice.own_export
    assert choice.name == "bulk-io-export"
    assert choice.binding.headers("id") == ("id",)


BASED = "bulk_io_base"


@pytest.mark.parametrize(
    "header",
    [[*EXPORT, BASED], ["id", "city", BASED], ["city", "tags", BASED], ["tags", BASED, "name"],
     ["id", "city", BASED, "bulk_io_outcome", "bulk_io_problem"]],
    ids=["whole", "some fields", "without an id", "moved", "its rejected rows"],
)  # fmt: skip
def test_an_export_with_its_base_is_known_by_any_of_its_fields(header: list[str]) -> None:
    """The base says whose row it is: neither id nor phone number nor name need a column."""
    choice = matching.choose(header, None)
    assert (choice.own_export, choice.binding.with_base, choice.name) == (True, True, "bulk-io-export")
    reasons = {one.header: (one.field, one.why) for one in choice.proposals}
    assert reasons[BASED] == (None, "the contacts as they were exported")


def test_a_base_beside_other_columns_is_used() -> None:
    """Columns that are no field of the API mean nothing; the base is never taken for a field, and says what it is."""
    choice = matching.choose(["name", "phoneNumber", "Notes", BASED], None)
    assert choice.own_export
    assert choice.binding.with_base
    assert set(choice.binding.fields) == {"name", "phoneNumber"}
    reasons = {one.header: (one.field, one.why) for one in choice.proposals}
    assert reasons[BASED] == (None, "the contacts as they were exported")


def test_the_base_cannot_be_mapped() -> None:
    """Neither by --map nor by its name."""
    with pytest.raises(MappingError, match="no column 'bulk_io_base'"):
        matching.choose([*EXPORT, BASED], None, overrides=["bulk_io_base=city"])


def test_another_mapping_makes_our_export_an_ordinary_file() -> None:
    """--mapping comes first: under another mapping the id means nothing."""
    one = mapping.parse('[fields]\nname = "name"\nphoneNumber = "phoneNumber"\n', "mine.toml")
    choice = matching.choose(EXPORT, None, mapping=one)
    assert not choice.own_export
    assert "id" not in choice.binding.fields


def test_an_id_of_another_file_means_nothing() -> None:
    """The export's mapping, asked for by name, feeds no id from a header that is not whole."""
    choice = matching.choose(["id", "name", "phoneNumber"], None, mapping="bulk-io-export")
    assert not choice.own_export
    assert "id" not in choice.binding.fields


def own(folder: Path, name: str, body: str) -> None:
    """Write a mapping of the user's own."""
    (folder / "mappings").mkdir(exist_ok=True)
    (folder / "mappings" / name).write_text(body, encoding="utf-8")


def test_the_mapping_with_most_detect_headers_wins(tmp_path: Path) -> None:
    """Of two mappings that fit, the one with more detect headers is taken; then the one with more columns there."""
    own(tmp_path, "few.toml", 'detect = ["A"]\n[fields]\nname = "B"\nphoneNumber = "C"\n')
    own(tmp_path, "most.toml", 'detect = ["A", "B"]\nregion = "BE"\n[fields]\nname = "B"\nphoneNumber = "C"\n')
    own(tmp_path, "tie.toml", 'detect = ["A", "C"]\n[fields]\nname = "B"\nphoneNumber = "C"\ncity = "D"\n')
    assert matching.choose(["A", "B", "C"], None).name == "most"
    assert matching.choose(["A", "B", "C"], None).region == "BE"
    assert matching.choose(["A", "B", "C", "D"], None).name == "tie"


def test_the_users_own_mapping_is_taken_at_its_word(tmp_path: Path) -> None:
    """An own mapping must fit and nothing is proposed beside it; a shipped one leaves open fields to aliases."""
    own(tmp_path, "mine.toml", 'detect = ["A"]\n[fields]\nname = "A"\nphoneNumber = "Tel"\n')
    assert fed(matching.choose(["A", "Tel", "Ville"], None)) == {"name": ("A",), "phoneNumber": ("Tel",)}
    with pytest.raises(MappingError, match=r"mapping 'mine': the file has no column 'Tel'"):
        matching.choose(["A", "Ville"], None)
    hubspot = matching.choose(
        ["First Name", "Phone Number", "Ville", "Contact owner", "Full name"], None, mapping="hubspot"
    )
    assert fed(hubspot) == {"firstName": ("First Name",), "phoneNumber": ("Phone Number",), "city": ("Ville",)}


def test_columns_that_a_mapping_ignores_are_never_proposed() -> None:
    """`ignore` keeps a column out even where its header is an alias."""
    header = ["Id", "created_time", "ad_id", "form_id", "platform", "full_name", "phone_number"]
    choice = matching.choose(header, None)
    assert choice.name == "meta-lead-ads"
    assert {one.header: one.field for one in choice.proposals}["Id"] is None


def test_map_goes_on_top_of_what_was_chosen() -> None:
    """--map feeds a field from one column alone, frees that column of other fields, and ignores a column."""
    header = ["Nom", "Tél", "Mobile", "Ville", "Divers"]
    choice = chosen(header, overrides=("Tél=phoneNumber", "divers=tags", "Ville="))
    assert fed(choice) == {"name": ("Nom",), "phoneNumber": ("Tél",), "tags": ("Divers",)}
    assert [one.field for one in choice.proposals] == ["name", "phoneNumber", None, None, "tags"]
    assert chosen(header, overrides=("Ville=country",)).binding.fields == ("name", "phoneNumber", "country")


def test_map_counts_as_a_neighbour() -> None:
    """A column told to be the first name makes Nom the last name."""
    assert fed(chosen(["Nom", "Rufname X"], overrides=("Rufname X=firstName",)))["lastName"] == ("Nom",)
    assert fed(chosen(["Nom", "Prénom"], overrides=("Prénom=",)))["name"] == ("Nom",)


def test_map_splits_at_the_last_equals_sign() -> None:
    """A header may hold "="."""
    choice = chosen(["A=B", "Tél"], overrides=("A=B=city",))
    assert fed(choice)["city"] == ("A=B",)
    assert "phoneNumber" not in fed(chosen(["A=B", "Tél"], overrides=("Tél=",)))


def test_map_works_on_a_detected_mapping() -> None:
    """The name stays the mapping's; its other fields stay."""
    header = ["Record ID", "First Name", "Last Name", "Phone Number", "Stadt"]
    choice = matching.choose(header, None, overrides=["Phone Number=", "Stadt=phoneNumber"])
    assert choice.name == "hubspot"
    assert fed(choice) == {"firstName": ("First Name",), "lastName": ("Last Name",), "phoneNumber": ("Stadt",)}


def test_columns_of_numbers_count_in_the_order_of_map() -> None:
    """The second one where the first is empty; as with the columns that are proposed."""
    told = ["Bureau=phoneNumber", "Portable=phoneNumber"]
    choice = matching.choose(["Nom", "Portable", "Bureau"], None, overrides=told)
    assert fed(choice)["phoneNumber"] == ("Bureau", "Portable")
    whys = {one.header: one.why for one in choice.proposals}
    assert whys["Bureau"] == "said by --map"
    assert whys["Portable"] == "said by --map; it counts where 'Bureau' is empty"


BAD_MAPS = {
    "no sign": (("Tél",), "write --map 'HEADER=field'"),
    "no header": (("=city",), "write --map 'HEADER=field'"),
    "unknown header": (("Telephon=phoneNumber",), "the file has no column 'Telephon'; did you mean 'Téléphone'?"),
    "far header": (("zzz=city",), "its columns are 'Nom', 'Téléphone', 'Mobile'"),
    "unknown field": (("Nom=phone",), "unknown field 'phone'; did you mean phoneNumber?"),
    "read-only field": (("Nom=id",), "the field 'id' is given by the CRM"),
    "two columns": (
        ("Téléphone=city", "Mobile=city"),
        "two columns for city, 'Téléphone' and 'Mobile', and no order; write a mapping file",
    ),
    "both": (("Nom=city", "Nom="), "both ignores 'Nom' and uses it"),
}


@pytest.mark.parametrize(("texts", "told"), BAD_MAPS.values(), ids=BAD_MAPS.keys())
def test_a_map_that_cannot_be_used_is_told(texts: tuple[str, ...], told: str) -> None:
    """Faults of --map name the text and what is near."""
    with pytest.raises(MappingError) as caught:
        chosen(["Nom", "Téléphone", "Mobile"], overrides=texts)
    assert told in str(caught.value)


def test_map_may_feed_two_fields_and_may_repeat_itself() -> None:
    """One column for two fields is fine, and so is the same text twice."""
    choice = chosen(["Nom", "Lieu"], overrides=("Lieu=city", "Lieu=country", "Lieu=city"))
    assert fed(choice)["city"] == fed(choice)["country"] == ("Lieu",)
    assert choice.columns["Lieu"] == "city"


def test_a_file_without_phone_or_name_column_is_refused() -> None:
    """The error (exit 2) lists the headers and shows the fix; a constant is no column."""
    with pytest.raises(
        UsageError, match=r"no column for the phone number: the file has 'Nom', 'Fax'; .*'HEADER=phoneNumber'"
    ) as caught:
        matching.choose(["Nom", "Fax"], None)
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError, match=r"no column for a name: the file has 'Tél'; .*'HEADER=name'"):
        matching.choose(["Tél"], None)
    one = mapping.parse('[fields]\nname = { constant = "X" }\nphoneNumber = "Tél"\n', "mine.toml")
    with pytest.raises(UsageError, match="no column for a name"):
        matching.choose(["Tél"], None, mapping=one)


@pytest.mark.parametrize("given", ["Prénom", "Nom", "Nom de famille"], ids=["first", "full", "last"])
def test_any_name_column_is_enough(given: str) -> None:
    """A first or a last name alone makes a name."""
    assert matching.choose([given, "Tél"], None).binding.fields


def test_columns_of_an_earlier_run_are_ignored() -> None:
    """rejected.csv comes back with two more columns: they feed nothing and change nothing."""
    choice = chosen(["Nom", "Tél", "bulk_io_outcome", "bulk_io_problem"])
    assert [one.field for one in choice.proposals] == ["name", "phoneNumber", None, None]


def test_a_suggestion_is_a_mapping_file_that_finds_the_file_again(tmp_path: Path) -> None:
    """What suggest writes loads, explains itself, and maps the same file in the same way."""
    header = ["Nom", "Prénom", "Tél", "Mobile", "Fax", "Groupes", "Tags"]
    choice = matching.choose(header, None)
    text = suggestion.toml(choice, "fair", title="The fair")
    own(tmp_path, "fair.toml", text)
    again = matching.choose(header, None)
    assert again.name == "fair"
    assert again.binding.rules == choice.binding.rules
    assert "# 'Mobile': called like a column of phone numbers (mobile)" in text
    assert '#   "Fax": left out: a fax or pager number' in text


def test_a_suggestion_of_nothing_says_so() -> None:
    """A file of which no column is known cannot be suggested."""
    with pytest.raises(UsageError, match="no column could be matched"):
        suggestion.toml(chosen(["zzz"]), "x")


HEADERS = st.lists(
    st.sampled_from(["Nom", "Prénom", "Name", "Tél", "Mobile", "Title", "Poste", "Fax", "Tags", "Ville", "Contact",
        "é=", "#", "Numéro"])
    | st.text(min_size=1, max_size=6),
    max_size=8, unique=True,
)  # fmt: skip


@settings(deadline=None, max_examples=80)
@given(HEADERS)
def test_any_header_is_answered_column_by_column(header: list[str]) -> None:
    """Whatever the header: one proposal a column, in order, that says what the binding does; it can travel."""
    choice = chosen(header)
    assert [one.header for one in choice.proposals] == header
    assert {one.header: one.field for one in choice.proposals if one.field} == choice.columns
    assert all(one.why for one in choice.proposals)
    assert pickle.loads(pickle.dumps(choice)) == choice


def test_a_parent_s_number_is_not_written_under_its_child_s_name() -> None:
    """A guardian's number that --map takes needs the guardian's name too: the student's is not taken beside it."""
    header = ["Student", "Guardian", "Guardian Mobile"]
    rows = pd.DataFrame([["Zoé Roux", "Luc Roux", "+33612345601"]] * 4, columns=header, dtype="str")
    with pytest.raises(UsageError, match="no column for a name"):
        matching.choose(header, rows, overrides=["Guardian Mobile=phoneNumber"])
    choice = matching.choose(header, rows, overrides=["Guardian Mobile=phoneNumber", "Guardian=name"])
    assert fed(choice) == {"name": ("Guardian",), "phoneNumber": ("Guardian Mobile",)}


PLACES = ["Paris, Île-de-France, France", "Lyon, France", "Sète, Occitanie, France", "Torino, Italia"]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        pytest.param(PLACES, {"city": "Location", "country": "Location"}, id="both"),
        pytest.param(["Lyon", "Paris", "Nantes", "Lille"], {"city": "Location"}, id="cities alone"),
        pytest.param(["France", "Italia", "España", "France"], {"country": "Location"}, id="countries alone"),
        pytest.param(["Hall 5", "Hall 6", "Main stage", "Lobby"], {}, id="no places"),
    ],
)
def test_a_location_gives_the_city_and_the_country_that_it_holds(values: list[str], wanted: dict[str, str]) -> None:
    """Where nearly all of its values are places; nothing else is made of it."""
    choice = chosen(["Name", "Phone", "Location"], *(["Ana Silva", "+33612345678", each] for each in values))
    assert {field: columns[0] for field, columns in fed(choice).items() if field in ("city", "country")} == wanted
    assert choice.sure


def test_a_location_leaves_a_column_of_cities_alone() -> None:
    """It gives only the country then."""
    rows = (["Ana Silva", "+33612345678", "Lyon", each] for each in PLACES)
    choice = chosen(["Name", "Phone", "City", "Location"], *rows)
    assert (fed(choice)["city"], fed(choice)["country"]) == (("City",), ("Location",))


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        pytest.param(["Client name", "Client phone", "Patient name", "Patient phone"], 0, id="the first"),
        pytest.param(["Guest name", "Guest phone", "Name", "Phone"], 2, id="the one of no role"),
        pytest.param(["Name", "E-mail", "Kunde", "Tel. Kunde"], 2, id="the one with a number"),
        pytest.param(["Contact 1 Name", "Contact 1 Phone", "Contact 2 Name", "Contact 2 Phone"], 0, id="numbered"),
        pytest.param(["Contact1", "Tel1", "Contact2", "Tel2"], 0, id="numbered without a space"),
    ],
)
def test_only_one_of_two_people_of_a_row_is_taken(header: list[str], kept: int) -> None:
    """Where each has a name, and a number or an address: never one's number under the other's name."""
    rows = [
        ["Ann Gil", "+33612345601", "Zoé Roux", "+33612345602"],
        ["Bob Paz", "+33612345603", "Luc Noir", "+3361234560"],
    ]
    rows = [[cell if "mail" not in one else "a@b.fr" for one, cell in zip(header, row, strict=True)] for row in rows]
    found = fed(chosen(header, *rows))
    assert (found["name"], found["phoneNumber"]) == ((header[kept],), (header[kept + 1],))
    assert "email" not in found


def test_a_second_person_adds_no_number_to_those_of_a_mapping() -> None:
    """A shipped mapping has the first one's name."""
    header = ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Company Name", "Contact owner"]
    choice = chosen([*header, "Contact 2 name", "Contact 2 phone", "Alternate phone"])
    assert choice.name == "hubspot"
    assert fed(choice)["phoneNumber"] == ("Phone Number", "Alternate phone")


def test_one_person_may_be_called_by_a_role_and_without() -> None:
    """A role without a name of its own is the person's, and so is a second number."""
    header = ["Nombre", "Apellido 1", "Apellido 2", "Teléfono 1", "Teléfono 2"]
    assert fed(chosen(header))["phoneNumber"] == ("Teléfono 1", "Teléfono 2")
    assert fed(chosen(["Name", "Customer phone", "E-mail"]))["phoneNumber"] == ("Customer phone",)


def test_an_asistente_is_an_attendee_where_nobody_else_is_there() -> None:
    """In Spanish an assistant and an attendee are one word: beside somebody else it is an assistant."""
    header = ["Asistente: nombre", "Asistente: apellidos", "Asistente: teléfono móvil"]
    assert fed(chosen(header)) == {
        "firstName": (header[0],),
        "lastName": (header[1],),
        "phoneNumber": (header[2],),
    }
    assert "phoneNumber" not in fed(chosen(["Nombre", "Apellidos", "Teléfono del asistente"]))


def test_a_number_that_comes_again_and_again_is_not_known_by_its_values() -> None:
    """Whom all messages went to is nobody of the list."""
    rows = [[name, "+442079460999"] for name in ("Ann A", "Bob B", "Cy C", "Di D", "Ed E", "Flo F")]
    assert "phoneNumber" not in fed(chosen(["Full name", "To"], *rows))


def test_who_gets_the_invoice_is_the_customer_where_nobody_else_is_there() -> None:
    """A shop's orders have their people under billing only; beside a customer they stay out, as parcels do anyway."""
    shop = ["billing_first_name", "billing_last_name", "billing_phone", "billing_city", "shipping_phone"]
    assert fed(chosen(shop)) == {
        "firstName": ("billing_first_name",), "lastName": ("billing_last_name",),
        "phoneNumber": ("billing_phone",), "city": ("billing_city",),
    }  # fmt: skip
    assert fed(chosen(["Customer Name", "Customer Phone", *shop])) == {
        "name": ("Customer Name",), "phoneNumber": ("Customer Phone",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Default Address City", "city"), ("Address 1: Country/Region", "country"),
        ("Default Address Phone", "phoneNumber"), ("Default Address Company", "currentCompany"),
        ("Company Address City", None), ("Billing Address City", None), ("Default Address Zip", None),
        ("Email address", "email"),
    ],
)  # fmt: skip
def test_a_person_s_address_has_its_city(header: str, field: str | None) -> None:
    """And its country and number; the address of a company or an invoice is not the person's."""
    assert chosen([header]).proposals[0].field == field


@pytest.mark.parametrize(
    "header",
    ["Companies", "Entreprise associée", "Zugehöriges Unternehmen", "Name Ihres Unternehmens", "Nombre de tu empresa",
     "Which company are you from?", "Bei welcher Firma bist du?", "Nome da sua empresa", "Naam van je bedrijf"],
)  # fmt: skip
def test_words_for_a_company_among_words_that_change_nothing_are_one(header: str) -> None:
    """Questions and possessives in seven languages; with another word (``Company Phone``) it is something else."""
    assert fed(chosen([header])) == {"currentCompany": (header,)}


def test_yes_and_no_are_no_text() -> None:
    """A column that answers a question holds no companies, whatever it is called."""
    rows = [["yes"], ["no"], ["yes"], ["no"]]
    assert chosen(["Is a Company"], *rows).proposals[0].why == "left out: its values are yes and no"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        pytest.param(["Attendee", "Presenter"] * 4, None, id="kinds of people"),
        pytest.param(["Head of Sales", "CEO"] * 4, "position", id="two jobs"),
        pytest.param(["Attendee", "Presenter"], "position", id="too few to tell"),
    ],
)
def test_a_role_of_few_kinds_is_no_job(values: list[str], field: str | None) -> None:
    """What people may do, or are at an event, repeats and has no word of a job."""
    assert chosen(["Role"], *([each] for each in values)).proposals[0].field == field


def test_a_nickname_is_the_name_where_nothing_else_is() -> None:
    """A chat calls people so; beside a name it is left out."""
    rows = [["Ana Silva"], ["Luc Martin"], ["Emma Roux"]]
    assert fed(chosen(["nickname"], *rows)) == {"name": ("nickname",)}
    assert fed(chosen(["nickname", "First Name"], *([*row, "Ana"] for row in rows))) == {"firstName": ("First Name",)}


def test_a_person_beside_a_name_is_somebody_else() -> None:
    """Boards call the one in charge so."""
    assert fed(chosen(["Name", "Person"])) == {"name": ("Name",)}
    assert fed(chosen(["Person", "Phone"])) == {"name": ("Person",), "phoneNumber": ("Phone",)}


def test_a_few_people_again_and_again_are_not_the_contacts() -> None:
    """By values alone a column is the name only if its people differ; without headers it is asked of nothing else."""
    rows = [[person, "+33612345678"] for person in ["Ana Silva", "Luc Martin"] * 4]
    assert fed(chosen(["Stylist", "Phone"], *rows)).get("name") is None
    assert fed(chosen(["column_1", "column_2"], *rows))["name"] == ("column_1",)


def test_a_title_of_companies_is_a_company() -> None:
    """Ledgers call the name of a firm its title."""
    rows = [["Acme SARL", "DAF"], ["Globex GmbH", "PDG"], ["Initech Ltd", "DSI"]]
    assert fed(chosen(["Intitulé", "Fonction"], *rows)) == {"currentCompany": ("Intitulé",), "position": ("Fonction",)}


# who must not be written to, said by hand


ASKED = ["Nom", "Téléphone", "Rappel ?", "Accord"]
ASKED_ROWS = pd.DataFrame(
    [["Ada Martin", "0612345678", "stop", "oui"], ["Zoé Roy", "0612345679", "", "non"]], columns=ASKED, dtype="str"
)


def test_a_column_may_be_said_to_tell_who_must_not_be_written_to() -> None:
    """Whatever it is called; its kind of answer is said too."""
    choice = matching.choose(ASKED, ASKED_ROWS, overrides=["Rappel ?=optOut", "accord=optIn"])
    assert choice.binding.consent == (("Rappel ?", "out"), ("Accord", "in"))
    whys = {one.header: one.why for one in choice.proposals}
    assert "must not be written to" in whys["Rappel ?"]
    said = mapping.apply(ASKED_ROWS, choice.binding)["consent"].tolist()
    assert ["Rappel ?" in said[0], "Accord" in said[1]] == [True, True]


def test_several_columns_may_tell_who_must_not_be_written_to() -> None:
    """There is no order among them."""
    choice = matching.choose(ASKED, ASKED_ROWS, overrides=["Rappel ?=optOut", "Accord=optOut"])
    assert dict(choice.binding.consent) == {"Rappel ?": "out", "Accord": "out"}


def test_a_mapping_keeps_what_was_said_of_such_columns() -> None:
    """A mapping that is suggested after it says so itself; what is known by its header need not be kept."""
    choice = matching.choose([*ASKED, "Opt-out"], None, overrides=["Rappel ?=optOut", "Accord=optIn"])
    kept = mappingmodel.parse(suggestion.toml(choice, "calls"), "calls.toml")
    assert (kept.opt_out, kept.opt_in) == (("Rappel ?",), ("Accord",))
    again = matching.choose([*ASKED, "Opt-out"], None, mapping=kept)
    assert set(again.binding.consent) == {("Rappel ?", "out"), ("Accord", "in"), ("Opt-out", "out")}
    assert matching.choose(ASKED, None, mapping=kept, overrides=["Accord="]).binding.consent == (("Rappel ?", "out"),)


def test_a_kept_mapping_without_its_column_of_refusals_is_an_error() -> None:
    """Nobody shall be written to because a column was renamed."""
    kept = Mapping(name="calls", opt_out=("Rappel",), fields={"name": "Nom", "phoneNumber": "Téléphone"})
    with pytest.raises(MappingError, match="'Rappel' tells who must not be written to, and the file has no such"):
        matching.choose(["Nom", "Téléphone", "Accord"], None, mapping=kept)
