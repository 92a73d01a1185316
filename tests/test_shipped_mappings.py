"""Each shipped mapping against an invented file in its vendor's layout: found as itself, and mapped right."""

from __future__ import annotations

import pandas as pd
import pytest

from bulk_io import mapping, matching, tags
from bulk_io.errors import UsageError
from bulk_io.fields import NAMES
from bulk_io.headers import key
from bulk_io.validation import Rules, validate

Layout = tuple[dict[str, str], dict[str, str]]

PERSON = {"First Name": "Ana", "Last Name": "Silva"}
ANA = {"name": "Ana Silva", "firstName": "Ana", "lastName": "Silva"}
WORK = {"email": "ana@example.com", "position": "CFO", "currentCompany": "Acme"}
PLACE = {"city": "Porto", "country": "Portugal"}

LAYOUTS: dict[str, Layout] = {
    "hubspot": (
        {"Record ID": "1", **PERSON, "Email": "ana@example.com", "Phone Number": "01 99 00 00 01",
         "Mobile Phone Number": "", "Contact owner": "Bob", "Lead Status": "New", "Job Title": "CFO",
         "Company Name": "Acme", "Company Phone Number": "01 99 00 00 09", "Industry": "Retail", "City": "Porto",
         "Country/Region": "Portugal"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "01 99 00 00 01", "industrySector": "Retail"},
    ),
    "salesforce-leads": (
        {"Lead Owner": "Bob", "Salutation": "Ms", **PERSON, "Title": "CFO", "Company / Account": "Acme", "Phone": "1",
         "Mobile": "2", "Fax": "3", "Email": "ana@example.com", "City": "Porto", "Country": "Portugal",
         "Industry": "Retail"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "industrySector": "Retail"},
    ),
    "salesforce-contacts": (
        {"Salutation": "Ms", **PERSON, "Title": "CFO", "Account Name": "Acme", "Mailing City": "Porto",
         "Mailing Country": "Portugal", "Phone": "1", "Mobile": "", "Home Phone": "7", "Asst. Phone": "8", "Fax": "9",
         "Email": "ana@example.com", "Account Owner": "Bob", "Billing City": "Lyon"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "1"},
    ),
    "salesforce-api": (
        {"Id": "003xx", "FirstName": "Ana", "LastName": "Silva", "Name": "Ana Silva", "Salutation": "Ms",
         "Email": "ana@example.com", "Phone": "1", "MobilePhone": "2", "AssistantPhone": "3", "Title": "CFO",
         "MailingCity": "Porto", "MailingCountry": "Portugal", "Account.Name": "Acme", "OwnerId": "005"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2"},
    ),
    "pipedrive": (
        {"Person - ID": "1", "Person - Name": "Ana Silva", "Person - First name": "Ana", "Person - Last name": "Silva",
         "Person - Organization": "Acme", "Person - Email - Work": "ana@example.com",
         "Person - Email - Home": "h@example.com",
         "Person - Phone - Work": "1", "Person - Phone - Mobile": "2", "Person - Phone - Home": "3",
         "Person - Job title": "CFO", "Person - Label": "Hot lead", "Person - Owner": "Bob",
         "Person - Postal address - City": "Porto", "Person - Postal address - Country": "Portugal"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "tags": "Hot lead"},
    ),
    "pipedrive-short": (
        {"Name": "Ana Silva", "Email": "ana@example.com", "Phone": "1", "Organization": "Acme", "Label": "Warm, Hot",
         "Owner": "Bob"},
        {"name": "Ana Silva", "email": "ana@example.com", "phoneNumber": "1", "currentCompany": "Acme",
         "tags": "Warm;Hot"},
    ),
    "google-contacts": (
        {**PERSON, "Middle Name": "", "Phonetic First Name": "", "File As": "Silva", "Organization Name": "Acme",
         "Organization Title": "CFO", "Labels": "* myContacts ::: Salon", "E-mail 1 - Label": "* Work",
         "E-mail 1 - Value": "ana@example.com ::: b@example.com", "Phone 1 - Label": "Mobile",
         "Phone 1 - Value": "1 ::: 2", "Address 1 - City": "Porto", "Address 1 - Country": "Portugal"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "1", "tags": "Salon"},
    ),
    "google-contacts-old": (
        {"Name": "Ana Silva", "Given Name": "Ana", "Additional Name": "", "Family Name": "Silva", "Occupation": "x",
         "Group Membership": "* myContacts ::: Salon", "E-mail 1 - Type": "* Work",
         "E-mail 1 - Value": "ana@example.com",
         "Phone 1 - Type": "Work", "Phone 1 - Value": "", "Phone 2 - Type": "Mobile", "Phone 2 - Value": "2",
         "Organization 1 - Name": "Acme", "Organization 1 - Title": "CFO", "Address 1 - City": "Porto",
         "Address 1 - Country": "Portugal"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "tags": "Salon"},
    ),
    "outlook": (
        {"Title": "Ms", **PERSON, "Company": "Acme", "Department": "Finance", "Job Title": "CFO",
         "Business City": "Porto",
         "Business Country/Region": "Portugal", "Assistant's Phone": "8", "Business Fax": "9", "Business Phone": "1",
         "Company Main Phone": "7", "Home Phone": "3", "Mobile Phone": "2", "Primary Phone": "4",
         "Categories": "A;B, C",
         "E-mail Address": "ana@example.com", "Manager's Name": "Bob"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "tags": "A;B, C"},
    ),
    "outlook-fr": (
        {"Titre": "Mme", "Prénom": "Ana", "Nom": "Silva", "Société": "Acme", "Service": "Finance", "Profession": "CFO",
         "Ville (bureau)": "Porto", "Pays/Région (bureau)": "Portugal", "Télécopie (bureau)": "9",
         "Téléphone (bureau)": "1", "Téléphone société": "7", "Tél. mobile": "", "Téléphone (domicile)": "3",
         "Catégories": "A;B", "Adresse de messagerie": "ana@example.com"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "1", "tags": "A;B"},
    ),
    "brevo": (
        {"CONTACT ID": "1", "EMAIL": "ana@example.com", "PRENOM": "Ana", "NOM": "Silva", "SMS": "33612345678",
         "WHATSAPP": "", "LANDLINE_NUMBER": "1", "ADDED_TIME": "2025-01-01"},
        {**ANA, "email": "ana@example.com", "phoneNumber": "33612345678"},
    ),
    "mailchimp": (
        {"Email Address": "ana@example.com", **PERSON, "Address": "", "Phone Number": "1", "MEMBER_RATING": "2",
         "OPTIN_TIME": "", "LEID": "5", "EUID": "x", "NOTES": "", "TAGS": '"Salon, Paris","vip"', "Company": "Acme"},
        {**ANA, "email": "ana@example.com", "phoneNumber": "1", "tags": "Salon, Paris;vip", "currentCompany": "Acme"},
    ),
    "apollo": (
        {**PERSON, "Title": "CFO", "Company": "Acme", "Company Name for Emails": "acme", "Email": "ana@example.com",
         "Email Status": "Verified", "Work Direct Phone": "'+44 1", "Home Phone": "", "Mobile Phone": "",
         "Corporate Phone": "9", "Industry": "Retail", "City": "Porto", "Country": "Portugal", "Company City": "Lyon",
         "Company Phone": "9", "Lists": "A,B"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "'+44 1", "industrySector": "Retail", "tags": "A;B"},
    ),
    "zoominfo": (
        {"ZoomInfo Contact ID": "1", "Last Name": "Silva", "First Name": "Ana", "Salutation": "Ms", "Job Title": "CFO",
         "Direct Phone Number": "1", "Email Address": "ana@example.com", "Mobile phone": "2", "Person City": "Porto",
         "Country": "Portugal", "Company Name": "Acme", "Company HQ Phone": "9", "Company City": "Lyon",
         "Company Country": "France", "Primary Industry": "Retail", "Previous Job Title": "CTO"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "industrySector": "Retail"},
    ),
    "lusha": (
        {"First name": "Ana", "Last name": "Silva", "Job title": "CFO", "Work email": "ana@example.com", "Phone 1": "1",
         "Phone 2": "2", "Phone 3": "", "Company name": "Acme", "Company phone": "9", "Industry": "Retail",
         "City": "Porto",
         "Country": "Portugal"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "1", "industrySector": "Retail"},
    ),
    "cognism": (
        {**PERSON, "Email": "ana@example.com", "Company Name": "Acme", "Job Title": "CFO", "Office Phone": "1",
         "Mobile Phone": "2", "City": "Porto", "Country": "Portugal", "Industry": "Retail", "HQ Phone": "9"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "industrySector": "Retail"},
    ),
    "zoho-contacts": (
        {"Record Id": "zcrm_1", "Contact Owner.id": "z", "Contact Owner": "Bob", **PERSON, "Contact Name": "Ana Silva",
         "Account Name.id": "z", "Account Name": "Acme", "Title": "CFO", "Email": "ana@example.com", "Phone": "1",
         "Mobile": "2", "Fax": "9", "Asst Phone": "8", "Mailing City": "Porto", "Mailing Country": "Portugal",
         "Tag": "A,B"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "tags": "A;B"},
    ),
    "zoho-leads": (
        {"Record Id": "zcrm_1", "Lead Owner.id": "z", "Lead Owner": "Bob", "Company": "Acme", **PERSON,
         "Lead Name": "Ana Silva", "Title": "CFO", "Email": "ana@example.com", "Phone": "1", "Mobile": "", "Fax": "9",
         "Industry": "Retail", "City": "Porto", "Country": "Portugal", "Tag": "A"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "1", "industrySector": "Retail", "tags": "A"},
    ),
    "meta-lead-ads": (
        {"id": "l:1", "created_time": "2025-01-01", "ad_id": "ag:1", "ad_name": "Ad", "campaign_name": "C",
         "form_id": "f:1", "form_name": "F", "is_organic": "false", "platform": "fb", "votre_budget ?": "1000",
         "full_name": "Ana Silva", "email": "ana@example.com", "phone_number": "p:+33612345678", "city": "Porto",
         "country": "Portugal", "company_name": "Acme", "job_title": "CFO", "lead_status": "CREATED"},
        {"name": "Ana Silva", **WORK, **PLACE, "phoneNumber": "p:+33612345678"},
    ),
    "thunderbird": (
        {**PERSON, "Display Name": "Ana Silva", "Nickname": "An", "Primary Email": "ana@example.com",
         "Secondary Email": "b@example.com", "Work Phone": "1", "Home Phone": "3", "Fax Number": "9",
         "Pager Number": "8",
         "Mobile Number": "2", "Home City": "Lyon", "Work City": "Porto", "Work Country": "Portugal",
         "Job Title": "CFO",
         "Department": "Finance", "Organization": "Acme", "column_36": ""},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2"},
    ),
    "linkedin-connections": (
        {**PERSON, "URL": "https://example.com", "Email Address": "ana@example.com", "Company": "Acme",
         "Position": "CFO",
         "Connected On": "01 Jan 2025", "Téléphone": "1"},
        {**ANA, **WORK, "phoneNumber": "1"},
    ),
    "excel-fr": (
        {"Civilité": "Mme", "Nom": "Silva", "Prénom": "Ana", "Téléphone": "1", "Portable": "", "Fax": "9",
         "Courriel": "ana@example.com", "Société": "Acme", "Poste": "CFO", "Secteur": "Retail", "CP": "75001",
         "Ville": "Porto", "Pays": "Portugal", "Étiquettes": "a, b"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "1", "industrySector": "Retail", "tags": "a;b"},
    ),
    "outlook-de": (
        {"Anrede": "Frau", "Vorname": "Ana", "Weitere Vornamen": "", "Nachname": "Silva", "Suffix": "", "Firma": "Acme",
         "Abteilung": "Finanzen", "Position": "CFO", "Ort geschäftlich": "Porto",
         "Land/Region geschäftlich": "Portugal", "Ort privat": "", "Telefon Assistent": "8", "Fax geschäftlich": "9",
         "Telefon geschäftlich": "1", "Telefon Firma": "7", "Telefon privat": "3", "Mobiltelefon": "2",
         "Weiteres Telefon": "6", "Haupttelefon": "4", "E-Mail-Adresse": "ana@example.com",
         "E-Mail 2: Adresse": "", "Kategorien": "A;B", "Name des/der Vorgesetzten": "Bob", "Ort": "Raum 3"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "tags": "A;B"},
    ),
    "outlook-es": (
        {"Título": "Sra.", "Nombre": "Ana", "Segundo nombre": "", "Apellidos": "Silva", "Organización": "Acme",
         "Departamento": "Finanzas", "Puesto": "CFO", "Ciudad de trabajo": "Porto",
         "País o región del trabajo": "Portugal", "Fax del trabajo": "9", "Teléfono del trabajo": "1",
         "Teléfono del ayudante": "8", "Particular": "3", "Teléfono móvil": "", "Otro teléfono": "6",
         "Categorías": "A;B", "Dirección de correo electrónico": "ana@example.com"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "1", "tags": "A;B"},
    ),
    "outlook-it": (
        {"Titolo": "Dott.ssa", "Nome": "Ana", "Secondo nome": "", "Cognome": "Silva", "Titolo straniero": "",
         "Società": "Acme", "Reparto": "Finanza", "Posizione": "CFO", "Città (uff.)": "Porto",
         "Paese/area geografica (uff.)": "Portugal", "Telefono assistente": "8", "Fax (uff.)": "9", "Ufficio": "1",
         "Telefono principale società": "7", "Abitazione": "3", "Cellulare": "2", "Categorie": "A;B",
         "Indirizzo posta elettronica": "ana@example.com", "Nome responsabile": "Bob"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "tags": "A;B"},
    ),
    "outlook-pt": (
        {"Título": "Sra.", "Primeiro Nome": "Ana", "Segundo Nome": "", "Sobrenome": "Silva", "Empresa": "Acme",
         "Departamento": "Finanças", "Cargo": "CFO", "Cidade do Endereço Comercial": "Porto",
         "País do Endereço Comercial": "Portugal", "Telefone do Assistente": "8", "Fax Comercial": "9",
         "Telefone Comercial": "1", "Telefone Principal da Empresa": "7", "Telefone Residencial": "3",
         "Telefone Celular": "2", "Categorias": "A;B", "Endereço de Email": "ana@example.com"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "tags": "A;B"},
    ),
    "phantombuster": (
        {"profileUrl": "https://example.com/1", "fullName": "Ana Silva", "firstName": "Ana", "lastName": "Silva",
         "companyName": "Acme", "title": "CFO", "companyId": "9", "industry": "Retail", "location": "Porto, Portugal",
         "pastExperienceCompanyName": "Old", "pastExperienceCompanyTitle": "CTO", "vmid": "AC", "query": "q",
         "timestamp": "2025-01-01", "phone": "1"},
        {**ANA, "position": "CFO", "currentCompany": "Acme", "industrySector": "Retail", "phoneNumber": "1",
         "city": "Porto", "country": "Portugal"},
    ),
    "evaboot": (
        {**PERSON, "Current Job": "CFO", "Company Name": "Acme", "Company Domain": "acme.com",
         "Email": "ana@example.com", "Email Status": "safe", "Phone": "1"},
        {**ANA, **WORK, "phoneNumber": "1"},
    ),
    "waalaxy": (
        {"linkedinUrl": "https://example.com/1", "firstName": "Ana", "lastName": "Silva", "occupation": "CFO",
         "company": "Acme", "phoneNumbers": "1", "proEmail": "ana@example.com", "linkedinEmail": "b@example.com",
         "connectionRequestDate": "2025-01-01", "connectedAt": "", "lastReplyDetectedDate": "", "state": "interested"},
        {**ANA, **WORK, "phoneNumber": "1"},
    ),
    "waalaxy-crm": (
        {"First name": "Ana", "Last name": "Silva", "Occupation": "CFO", "Company": "Acme",
         "LinkedIn profile URL": "https://example.com/1", "Phone": "1", "Email": "ana@example.com"},
        {**ANA, **WORK, "phoneNumber": "1"},
    ),
    "dropcontact": (
        {"civility": "Mme", "first_name": "Ana", "last_name": "Silva", "full_name": "Ana Silva",
         "email": "ana@example.com", "qualification": "nominative@pro", "phone": "9", "mobile_phone": "2",
         "company": "Acme", "job": "CFO", "website": "acme.com", "siret_city": "Porto", "naf5_des": "Retail",
         "country": "Portugal"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "industrySector": "Retail"},
    ),
    "eventbrite": (
        {"Order #": "1", "Order Date": "2025-01-01", **PERSON, "Email": "ana@example.com", "Quantity": "1",
         "Ticket Type": "Pass", "Attendee #": "2", "Attendee Status": "Attending", "Home City": "Porto",
         "Home Country": "Portugal", "Cell Phone": "2", "Work Phone": "1", "Job Title": "CFO", "Company": "Acme",
         "Buyer Email": "b@example.com", "Buyer Last Name": "Costa"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2"},
    ),
    "typeform": (
        {"#": "a1", "What's your first name?": "Ana", "And your last name?": "Silva",
         "What is your phone number?": "1", "Email": "ana@example.com", "What is your job title?": "CFO",
         "Your company": "Acme", "Response Type": "completed", "Submit Date (UTC)": "2025-01-01", "Network ID": "x",
         "Tags": ""},
        {**ANA, **WORK, "phoneNumber": "1"},
    ),
    "vcard": (
        {"FN": "Ana Silva", "N (family)": "Silva", "N (given)": "Ana", "N (prefix)": "Dr", "TEL (work)": "1",
         "TEL (cell)": "2", "TEL (work, fax)": "9", "TEL (main)": "3", "EMAIL (home)": "ana@example.com",
         "ORG": "Acme", "ORG (unit)": "Finance", "TITLE": "CFO", "ADR (work, street)": "1 Rua Nova",
         "ADR (work, city)": "Porto", "ADR (work, country)": "Portugal", "CATEGORIES": "A;B", "NOTE": "x"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "tags": "A;B"},
    ),
    "brevo-short": (
        {"CONTACT ID": "1", "EMAIL": "ana@example.com", "FIRSTNAME": "Ana", "LASTNAME": "Silva", "SMS": "33612345678",
         "ADDED_TIME": "2025-01-01"},
        {**ANA, "email": "ana@example.com", "phoneNumber": "33612345678"},
    ),
    "brevo-fr": (
        {"EMAIL": "ana@example.com", "NOM": "Silva", "PRENOM": "Ana", "SMS": "33612345678", "SOCIETE": "Acme",
         "ADDED_TIME": "2025-01-01"},
        {**ANA, "email": "ana@example.com", "phoneNumber": "33612345678", "currentCompany": "Acme"},
    ),
    "salesforce-api-leads": (
        {"Id": "00Qxx", "FirstName": "Ana", "LastName": "Silva", "Company": "Acme", "Title": "CFO", "Phone": "1",
         "MobilePhone": "2", "Email": "ana@example.com", "LeadSource": "Web", "Status": "Open", "City": "Porto",
         "Country": "Portugal", "Industry": "Retail", "OwnerId": "005"},
        {**ANA, **WORK, **PLACE, "phoneNumber": "2", "industrySector": "Retail"},
    ),
    "bulk-io-export": (
        {name: {"id": "c1", "name": "Ana Silva", "phoneNumber": "+1",
         "tags": 'a;"b;c"'}.get(name, "") for name in NAMES},
        {"id": "c1", "name": "Ana Silva", "phoneNumber": "+1", "tags": 'a;"b;c"'},
    ),
}  # fmt: skip


def test_every_shipped_mapping_has_a_layout() -> None:
    """No mapping ships without a file in its layout."""
    assert {one.name for one in mapping.shipped()} == set(LAYOUTS)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_found_as_itself_and_mapped_right(name: str) -> None:
    """The file is recognised by its headers, and its row becomes exactly the contact meant."""
    row, wanted = LAYOUTS[name]
    sample = pd.DataFrame([row], dtype="str")
    choice = matching.choose(list(row), sample)
    mapped = mapping.apply(sample, choice.binding).iloc[0]
    stated = set(NAMES) - set(mapped["derived"].split())
    got = {field: mapped[field] for field in mapped.index if field in stated and mapped[field]}
    assert choice.name == name
    assert got == wanted
    assert choice.sure
    assert choice.own_export == (name == "bulk-io-export")


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_found_in_any_order_case_and_with_more_columns(name: str) -> None:
    """Detection goes by the set of headers; our own export, being exact, is the exception."""
    row, _ = LAYOUTS[name]
    header = [*reversed([column.upper() for column in row]), "Notes"]
    found = matching.choose(header, None, required=False)
    assert found.name == ("proposed" if name == "bulk-io-export" else name)


@pytest.mark.parametrize("one", mapping.shipped(), ids=lambda one: one.name)
def test_a_mapping_file_agrees_with_itself(one: mapping.Mapping) -> None:
    """The file is called like the mapping, has a title, ignores no column that it uses, and has no one's country."""
    used = {key(column) for rule in one.fields.values() for column in rule.columns}
    assert mapping.load(one.name) == one
    assert one.title
    assert not used & {key(column) for column in one.ignore}
    assert not one.region
    assert one.detect or one.name == "bulk-io-export"
    assert mapping.parse(mapping.to_toml(one), "x.toml") == one


def test_detect_sets_do_not_collide() -> None:
    """No mapping's detect headers are all among another's, so that the longer one always decides."""
    sets = {one.name: {key(column) for column in one.detect} for one in mapping.shipped() if one.detect}
    within = [(a, b) for a in sets for b in sets if a != b and sets[a] <= sets[b]]
    assert within == []


def test_linkedin_has_no_phone_and_says_so() -> None:
    """A LinkedIn file as it comes cannot be imported: the error says which column is missing and how to name one."""
    header = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
    with pytest.raises(UsageError, match=r"no column for the phone number: .*'Connected On'.*'HEADER=phoneNumber'"):
        matching.choose(header, None)


def test_french_poste_may_be_an_extension() -> None:
    """In a French Excel list, short numbers under Poste are phone extensions, not jobs."""
    row = {**LAYOUTS["excel-fr"][0], "Poste": "412"}
    choice = matching.choose(list(row), pd.DataFrame([row], dtype="str"))
    assert "position" not in choice.binding.fields


NUMBERS: dict[str, tuple[list[tuple[str, str]], str, str]] = {
    "mobile before work": ([("Work", "+33199000001"), ("Mobile", "+33612345601")], "+33612345601", "Phone 2 - Value"),
    "preferred is marked": ([("Home", "+33199000001"), ("* Work", "+33199000002")], "+33199000002", "Phone 2 - Value"),
    "in French": ([("Domicile", "+33199000001"), ("Portable", "+33612345601")], "+33612345601", "Phone 2 - Value"),
    "the only mobile is empty": ([("Work", "+33199000001"), ("Mobile", "")], "+33199000001", "Phone 1 - Value"),
    "a fax and a mobile": ([("Fax", "+33199000003"), ("Mobile", "+33612345601")], "+33612345601", "Phone 2 - Value"),
    "fax before a word of one's own": ([("Home Fax", "+33199000003"), ("Barn", "+33199000004")], "+33199000004",
                                       "Phone 2 - Value"),
    "a switchboard is the last": ([("Main", "+33199000005"), ("Home", "+33199000001")], "+33199000001",
                                  "Phone 2 - Value"),
    "only a fax": ([("Work Fax", "+33199000003"), ("", "")], "Work Fax: +33199000003", "Phone 1 - Value"),
    "only an assistant's": ([("Assistant", "+33199000003"), ("", "")], "Assistant: +33199000003", "Phone 1 - Value"),
    "no labels": ([("", "+33199000001"), ("", "+33612345601")], "+33199000001", "Phone 1 - Value"),
}  # fmt: skip


@pytest.mark.parametrize("word", ["Label", "Type"])
@pytest.mark.parametrize(("numbers", "wanted", "source"), NUMBERS.values(), ids=NUMBERS.keys())
def test_the_label_beside_a_number_says_which_is_taken(
    word: str, numbers: list[tuple[str, str]], wanted: str, source: str
) -> None:
    """Both Google layouts: the mobile number of a row first, its fax or somebody else's number never as a phone."""
    row = {**LAYOUTS["google-contacts" if word == "Label" else "google-contacts-old"][0]}
    for place, (label, number) in enumerate(numbers, 1):
        row |= {f"Phone {place} - {word}": label, f"Phone {place} - Value": number}
    sample = pd.DataFrame([row], dtype="str")
    mapped = mapping.apply(sample, matching.choose(list(row), sample).binding)
    assert mapped["phoneNumber"].iloc[0] == wanted
    assert mapped["phoneNumber:column"].iloc[0] == source


def test_inspect_says_what_a_label_beside_a_number_is_for() -> None:
    """Labels feed no field, but are not passed over: their reason says so."""
    row = LAYOUTS["google-contacts"][0]
    why = {one.header: one.why for one in matching.choose(list(row), pd.DataFrame([row], dtype="str")).proposals}
    assert why["Phone 1 - Label"].startswith("says which of a row's numbers is taken")


def test_a_number_labelled_fax_is_no_phone_number() -> None:
    """The label stays on a fax, so that the row is invalid with a message that says why."""
    row = {**LAYOUTS["google-contacts"][0], "Phone 1 - Label": "Work Fax", "Phone 1 - Value": "+33199000003"}
    sample = pd.DataFrame([row], dtype="str")
    mapped = mapping.apply(sample, matching.choose(list(row), sample).binding)
    found = validate(mapped, Rules())[1]
    assert [(one.code, "is a fax number" in one.message) for one in found if one.field == "phoneNumber"] == [
        ("invalid", True)
    ]


def test_a_phone_type_counts_in_a_file_that_no_mapping_knows() -> None:
    """Phone 1 beside Phone 1 Type, whoever made the file; a Contact Type beside a number says nothing of it."""
    row = {"Name": "Ana Silva", "Phone 1": "+33199000001", "Phone 1 Type": "office", "Phone 2": "+33612345601",
           "Phone 2 Type": "cell", "Contact Type": "former"}  # fmt: skip
    sample = pd.DataFrame([row], dtype="str")
    mapped = mapping.apply(sample, matching.choose(list(row), sample).binding)
    assert mapped["phoneNumber"].tolist() == ["+33612345601"]
    row = {"Name": "Ana Silva", "Contact number": "+33199000001", "Contact Type": "former"}
    sample = pd.DataFrame([row], dtype="str")
    mapped = mapping.apply(sample, matching.choose(list(row), sample).binding)
    assert mapped["phoneNumber"].tolist() == ["+33199000001"]


def test_what_google_joined_and_we_left_out_is_told() -> None:
    """Two numbers or addresses in one Google cell: the first is taken, the other is named in a warning."""
    row = {**LAYOUTS["google-contacts"][0], "Phone 1 - Value": "+33 6 12 34 56 01 ::: +33 6 12 34 56 02"}
    sample = pd.DataFrame([row], dtype="str")
    mapped = mapping.apply(sample, matching.choose(list(row), sample).binding)
    clean, found = validate(mapped, Rules())
    assert clean[["phoneNumber", "email"]].iloc[0].tolist() == ["+33612345601", "ana@example.com"]
    assert {(one.field, one.code, one.severity) for one in found} == {
        ("phoneNumber", "several", "warning"),
        ("email", "several", "warning"),
    }
    assert all("b@example.com" in one.message or "+33 6 12 34 56 02" in one.message for one in found)


def test_google_tags_keep_commas() -> None:
    """Google's labels are parted by ":::" only."""
    row = {**LAYOUTS["google-contacts"][0], "Labels": "* starred ::: Lyon, Rhône"}
    sample = pd.DataFrame([row], dtype="str")
    mapped = mapping.apply(sample, matching.choose(list(row), sample).binding)
    assert tags.parse(mapped["tags"].iloc[0]) == ("starred", "Lyon, Rhône")
