"""Invented files as vendors write them, to the byte where that matters: found as what they are, and valid."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from test_shipped_mappings import LAYOUTS

import bulk_io
from bulk_io.__main__ import run
from bulk_io.mapping import shipped


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No mappings but the shipped ones, and a working directory."""
    monkeypatch.setenv("BULK_IO_MAPPINGS", str(tmp_path / "own"))
    monkeypatch.chdir(tmp_path)


def text(*rows: str, end: str = "\r\n") -> str:
    """Put lines together."""
    return end.join([*rows, ""])


META = text(
    "id\tcreated_time\tad_id\tad_name\tadset_id\tcampaign_id\tform_id\tform_name\tis_organic\tplatform\t"
    "quel_est_votre_budget_?\tfull_name\temail\tphone_number\tcompany_name\tlead_status",
    "l:1001\t2026-01-05T09:00:00+01:00\tag:2\tPub\tas:3\tc:4\tf:5\tFormulaire\tfalse\tfb\t1000\tAna Silva\t"
    "ana@example.com\tp:+33612345601\tAcme\tCREATED",
    "l:1002\t2026-01-05T10:00:00+01:00\tag:2\tPub\tas:3\tc:4\tf:5\tFormulaire\tfalse\tig\t5000\tLuc Roux\t"
    "luc@example.com\tp:+33612345602\tGlobex\tCREATED",
    "l:1003\t2026-01-05T11:00:00+01:00\tag:2\tPub\tas:3\tc:4\tf:5\tFormulaire\tfalse\tig\t5000\tZoé Blanc\t"
    "zoe@example.com\t33612345603\tInitech\tCREATED",
)
SALESFORCE = text(
    '"First Name","Last Name","Title","Account Name","Mailing City","Phone","Mobile","Email","Email Opt Out"',
    '"Ana","Silva","CFO","Acme","Lyon","01 42 68 53 01","+33 6 12 34 56 01","ana@example.com","0"',
    '"Luc","Roux","CEO","Globex","Lille","","+33 6 12 34 56 02","luc@example.com","1"',
    "",
    '"Contacts"',
    '"Confidential Information - Do Not Distribute"',
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."',
    end="\n",
)
OUTLOOK_FR = text(
    '"Titre","Prénom","Deuxième prénom","Nom","Suffixe","Société","Service","Profession","Ville (bureau)",'
    '"Pays/Région (bureau)","Télécopie (bureau)","Téléphone (bureau)","Téléphone société","Tél. mobile",'
    '"Téléphone (domicile)","Catégories","Adresse de messagerie"',
    '"Mme","Hélène","","Noël","","Acme","Ventes","Gérante","Nîmes","France","04 66 00 00 99","04 66 67 65 01",'
    '"04 66 67 65 00","06 12 34 56 01","","Salon;Été","helene@example.com"',
)
OUTLOOK_DE = text(
    '"Anrede","Vorname","Weitere Vornamen","Nachname","Firma","Abteilung","Position","Ort geschäftlich",'
    '"Land/Region geschäftlich","Fax geschäftlich","Telefon geschäftlich","Telefon Firma","Telefon privat",'
    '"Mobiltelefon","E-Mail-Adresse","Kategorien"',
    '"Herr","Jürgen","","Müller","Acme GmbH","Vertrieb","Leiter","Köln","Deutschland","0221 2345699",'
    '"0221 2345601","0221 2345600","","0171 2345601","juergen@example.com","Messe"',
)
BREVO = text(
    "CONTACT ID;EMAIL;FIRSTNAME;LASTNAME;SMS;LANDLINE_NUMBER;WHATSAPP;SMS_BLACKLISTED;ADDED_TIME",
    "1;ana@example.com;Ana;Silva;33612345601;;;FALSE;01-01-2026 10:00:00",
    "2;luc@example.com;Luc;Roux;33612345602;;;TRUE;01-01-2026 10:00:00",
)
MAILCHIMP = text(
    '"Email Address","First Name","Last Name","Phone Number",MEMBER_RATING,OPTIN_TIME,UNSUB_TIME,UNSUB_REASON,LEID,'
    "EUID,NOTES,TAGS",
    'ana@example.com,Ana,Silva,+33612345601,2,"2025-01-01 10:00:00",,,1,a,,"""Salon, Paris"",""vip"""',
    'luc@example.com,Luc,Roux,+33612345602,2,"2025-01-01 10:00:00","2025-02-01 10:00:00",NORMAL,2,b,,',
)
GOOGLE = text(
    "First Name,Middle Name,Last Name,Phonetic First Name,File As,Organization Name,Organization Title,Labels,"
    "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - City,Address 1 - Country",
    "Ana,,Silva,,,Acme,CFO,* myContacts ::: Salon,* Work,ana@example.com,Mobile,+33 6 12 34 56 01,Lyon,France",
    end="\n",
)
EXCEL_FR = text(
    "sep=;",
    "Civilité;Nom;Prénom;Téléphone;E-mail;Société;Poste;Secteur;CP;Ville;Pays;Étiquettes",
    "Mme;NOËL;Hélène;612345601;helene@example.com;Acme;Gérante;Santé;30000;NÎMES;France;salon, vip",
)
APOLLO = text(
    "First Name,Last Name,Title,Company Name,Email,Email Status,Work Direct Phone,Mobile Phone,Corporate Phone,"
    "Industry,City,Country,Lists",
    "Ana,Silva,CFO,Acme,ana@example.com,Verified,,'+44 7911 123401,'+44 20 7946 0018,retail,London,United Kingdom,Fair",
    end="\n",
)
THUNDERBIRD = text(
    "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,"
    "Fax Number,Pager Number,Mobile Number,Work City,Work Country,Job Title,Department,Organization,",
    "Ana,Silva,Ana Silva,,ana@example.com,,,,,,,+33612345601,Lyon,France,CFO,,Acme,",
)

FILES: dict[str, tuple[str, bytes, dict[str, int], str]] = {
    "meta-lead-ads": ("leads.csv", META.encode("utf-16"), {"valid": 3}, "+33612345601"),
    "salesforce-contacts": ("report.csv", SALESFORCE.encode("cp1252"), {"valid": 1, "held": 1}, "+33612345601"),
    "outlook-fr": ("contacts.CSV", OUTLOOK_FR.encode("cp1252"), {"valid": 1}, "+33612345601"),
    "outlook-de": ("kontakte.csv", OUTLOOK_DE.encode("cp1252"), {"valid": 1}, "+491712345601"),
    "brevo": ("export.csv", BREVO.encode("utf-8"), {"valid": 1, "held": 1}, "+33612345601"),
    "mailchimp": ("members.csv", MAILCHIMP.encode("utf-8"), {"valid": 1, "held": 1}, "+33612345601"),
    "google-contacts": ("contacts.csv", GOOGLE.encode("utf-8"), {"valid": 1}, "+33612345601"),
    "excel-fr": ("liste.csv", EXCEL_FR.encode("cp1252"), {"valid": 1}, "+33612345601"),
    "apollo": ("apollo.csv", APOLLO.encode("utf-8"), {"valid": 1}, "+447911123401"),
    "thunderbird": ("book.csv", THUNDERBIRD.encode("utf-8"), {"valid": 1}, "+33612345601"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_vendor_s_file_is_valid_as_it_comes(name: str) -> None:
    """Whatever its encoding, delimiter, notes and way of writing a number, and nobody who opted out is in."""
    file, content, outcomes, number = FILES[name]
    Path(file).write_bytes(content)
    report = bulk_io.validate(file, run_dir="runs")
    assert report.summary.mapping == name
    found = {outcome: count for outcome, count in report.outcomes.items() if count}
    assert {outcome: found.get(outcome) for outcome in outcomes} == outcomes
    assert report.results["phoneNumber"].iloc[0] == number


@pytest.mark.parametrize("name", [one for one in LAYOUTS if one != "bulk-io-export"])
def test_inspect_tells_each_column_of_each_source(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Columns that a mapping uses say so, and what a mapping ignores is used by nothing."""
    row, _ = LAYOUTS[name]
    out = io.StringIO()
    csv.writer(out).writerows([list(row), list(row.values())])
    Path("file.csv").write_text(out.getvalue(), encoding="utf-8")
    assert run(["inspect", "file.csv", "--json"]) == 0
    columns = {one["header"]: one for one in json.loads(capsys.readouterr().out)["columns"]}
    known = next(one for one in shipped() if one.name == name)
    used = {column for rule in known.fields.values() for column in rule.columns}
    for header in row:
        if header in used:
            assert (columns[header]["field"], columns[header]["why"]) != (None, ""), header
        if header in known.ignore:
            assert columns[header]["field"] is None, header
