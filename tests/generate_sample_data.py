"""Make the files of ``sample_data`` again: ``python tests/generate_sample_data.py [FOLDER]``.

Seeded, so the outcome is always the same. Everybody is invented; e-mails are at example domains; phone numbers are from
ranges kept free for fiction, each file from ranges of its own. The French mobile range for fiction (06 39 98 xx xx)
is not valid for the library phonenumbers, so French numbers are landlines for fiction and mobiles are from abroad.
"""

from __future__ import annotations

import csv
import io
import random
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

SAMPLE_DATA = Path(__file__).parent.parent / "sample_data"

FIRST = (
    "Zoé Hélène François Chloé Benoît Aurélie Jérôme Anaïs Loïc Gaëlle Rémi Noémie Cédric Élodie Thierry Inès Frédéric "
    "Maëlys Stéphane Océane Grégory Léa André Clémence Raphaël Solène Étienne Margaux Mickaël Agnès"
)
LAST = (
    "Lefèvre Béranger Çelik Dûchêne Faÿs Gérault Hémon Josserand Kérouédan L'Hostis Mérignac Nègre Œuvrard Pélissier "
    "Quéméré Rivoallan Sénéchal Trégouët Vauquelin Wéber Ysambert Zürcher Auffrédou Bréchet Crépin Delcourt Esnault "
    "Fauchère Grangé Hurteau"
)
ABROAD = (
    *("Anna Berg", "Lars Ek", "Jonas Weber", "Greta Vogel", "Felix Brandt", "Heike Sommer"),
    *("Emily Stone", "Jack Rivers", "Olivia Hart", "Noah Pike"),
)
JOBS = ("Directrice commerciale", "Gérant", "Chef de projet", "Responsable achats", "Comptable", "Acheteuse", "PDG")
COMPANIES = (
    "Ateliers Brézin",
    "Œuvres & Fils",
    "L’Épicerie Fine",
    "Boréal Conseil",
    "Menuiserie Ancône",
    "Hôtel du Môle",
    "NA",
)
SECTORS = ("Bâtiment", "Hôtellerie", "Conseil", "Commerce de détail", "Santé")
CITIES = ("Paris", "Orléans", "Besançon", "Sète", "Nîmes", "Saint-Étienne", "Évry")
TAGS = ("salon 2025;vip", "salon 2025, à rappeler", "salon 2025 | devis", "vip", "", "")

LEADS_HEADER = (
    "Civilité", "Nom", "Prénom", "Société", "Poste", "Téléphone", "E-mail", "Ville", "Pays", "Secteur", "Étiquettes",
    "Remarque",
)  # fmt: skip
LEADS = 200
TROUBLES: dict[str, int] = {
    "lost zero": 14, "dots": 14, "+33 (0)": 10, "0033": 8, "+33": 10, "no-break spaces": 8, "abroad": 40,
    "3,36E+10": 4, "two numbers": 4, "no phone": 5, "no name": 4, "bad e-mail": 6, "long company": 1, "extension": 3,
    "row too short": 1, "row too long": 1, "several lines": 1, "person repeated": 10, "number shared": 2,
}  # fmt: skip
"""How many rows of leads-fr.csv have which trouble; a row has one at most, the others have none."""
BAD_EMAILS = ("zoe.lefevre@", "n/a", "marie@@example.com", "loic example.com", "@example.org", "ines@example..net")

Row = dict[str, str]


def main(folder: Path = SAMPLE_DATA) -> None:
    """Write all sample files into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "leads-fr.csv").write_bytes(leads_csv(random.Random("leads-fr")))
    (folder / "clean.csv").write_bytes(clean_csv(random.Random("clean")))
    (folder / "hubspot.xlsx").write_bytes(hubspot_xlsx(random.Random("hubspot")))
    (folder / "phones-eaten-by-excel.xlsx").write_bytes(eaten_xlsx(random.Random("eaten")))


def leads_csv(rng: random.Random) -> bytes:
    """Make the French list: cp1252, semicolons, CRLF, one blank line, two ragged rows."""
    rows = [_lead(number, rng) for number in range(LEADS)]
    trouble = _assigned(rng)
    for number, name in trouble.items():
        if name in _CHANGES:
            _CHANGES[name](rows[number], number)
    plain = [number for number in range(LEADS // 2) if number not in trouble]
    for number, name in trouble.items():
        if name == "person repeated":
            rows[number] = _again(rows[plain.pop()], rows[number])
        elif name == "number shared":
            rows[number]["Téléphone"] = rows[plain.pop()]["Téléphone"]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(LEADS_HEADER)
    for number, row in enumerate(rows):
        cells = [row[name] for name in LEADS_HEADER]
        ragged = trouble.get(number, "")
        writer.writerow(
            cells[:7] if ragged == "row too short" else [*cells, "?"] if ragged == "row too long" else cells
        )
        if number == 120:
            out.write("\r\n")
    return out.getvalue().encode("cp1252")


def clean_csv(rng: random.Random) -> bytes:
    """Make the clean list: UTF-8, commas, a hundred rows without any trouble."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["First name", "Last name", "Phone", "Email", "Job title", "Company", "Industry", "City", "Country", "Tags"]
    )
    for number in range(100):
        first, last = FIRST.split()[number % 30], LAST.split()[(number * 7 + number // 30) % 30]
        phone, country = _clean_phone(number)
        job, company, sector, city = (rng.choice(texts) for texts in (JOBS, COMPANIES, SECTORS, CITIES))
        tag = rng.choice(["newsletter", "fair;vip", "customer"])
        writer.writerow([first, last, phone, _email(first, last, number), job, company, sector, city, country, tag])
    return out.getvalue().encode("utf-8")


def hubspot_xlsx(rng: random.Random) -> bytes:
    """Make the HubSpot workbook: a sheet to read first, then the table under two title rows and a blank one."""
    book = Workbook()
    cover = book.active
    cover.title = "Read me"
    for line in ("Contacts of the spring fair", "The table is on the second sheet.", "All people are invented."):
        cover.append([line])
    sheet = book.create_sheet("Contacts")
    sheet.append(["HubSpot contacts: spring fair"])
    sheet.append(["Exported on 2 June 2025"])
    sheet.append([])
    sheet.append(
        ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Mobile Phone Number", "Job Title",
         "Company Name", "Company Phone Number", "Industry", "City", "Country/Region", "Contact owner"]
    )  # fmt: skip
    for number in range(60):
        first, last = FIRST.split()[number % 30], LAST.split()[(number * 11 + 5 + number // 30) % 30]
        office = "" if number in (7, 31) else f"+33 2 61 91 {number // 10:02} {10 + number:02}"
        mobile = "" if number % 3 == 0 or number in (7, 31) else f"+1 206 555 01{number:02}"
        email = "not known" if number == 12 else _email(first, last, number)
        job, company, sector, city = (rng.choice(texts) for texts in (JOBS, COMPANIES, SECTORS, CITIES))
        sheet.append(
            [9001000 + number, first, last, email, office, mobile, job, company, "+33 1 99 00 99 99", sector, city,
             "France", "Olivia Hart"]
        )  # fmt: skip
    return _saved(book)


def eaten_xlsx(rng: random.Random) -> bytes:
    """Make the workbook whose phone numbers became numbers: the 0 lost, the + lost, two of them rounded to nothing."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Feuil1"
    sheet.append(["Nom", "Prénom", "Téléphone", "Pays", "Ville"])
    for number in range(40):
        first, last = FIRST.split()[number % 30], LAST.split()[(number * 13 + 3 + number // 30) % 30]
        phone: int | float | str = 353010000 + 11 * number
        country = "France"
        if number % 4 == 1:
            phone = 33353010000.0 + 11 * number
        elif number % 4 == 2:
            phone, country = 17604069000 + number, "Allemagne"
        elif number in (11, 23):
            phone = "3,36E+10"
        sheet.append([last.upper(), first, phone, country, rng.choice(CITIES)])
    return _saved(book)


def _lead(number: int, rng: random.Random) -> Row:
    first, last = FIRST.split()[number % 30], LAST.split()[(number * 7 + number // 30) % 30]
    return {
        "Civilité": rng.choice(["M.", "Mme", ""]),
        "Nom": last.upper() if number % 3 else last,
        "Prénom": first,
        "Société": rng.choice(COMPANIES),
        "Poste": rng.choice(JOBS),
        "Téléphone": _pairs(_french(number)),
        "E-mail": _email(first, last, number) if number % 5 else "",
        "Ville": rng.choice(CITIES),
        "Pays": rng.choice(["France", "FRANCE", ""]),
        "Secteur": rng.choice(SECTORS),
        "Étiquettes": rng.choice(TAGS),
        "Remarque": "",
    }


def _assigned(rng: random.Random) -> dict[int, str]:
    """Give rows their troubles; what repeats an earlier row comes in the second half."""
    later = [name for name in ("person repeated", "number shared") for _ in range(TROUBLES[name])]
    others = [name for name, count in TROUBLES.items() for _ in range(count) if name not in later]
    behind = rng.sample(range(LEADS // 2, LEADS), len(later))
    free = [number for number in range(LEADS) if number not in behind]
    return dict(sorted({**dict(zip(behind, later, strict=True)), **_dealt(rng, free, others)}.items()))


def _dealt(rng: random.Random, free: list[int], names: list[str]) -> dict[int, str]:
    return dict(zip(rng.sample(free, len(names)), names, strict=True))


def _french(number: int) -> str:
    return f"019900{1000 + 7 * number:04}"


def _pairs(digits: str, sign: str = " ") -> str:
    return sign.join(digits[place : place + 2] for place in range(0, len(digits), 2))


def _again(first: Row, row: Row) -> Row:
    """Write a person of an earlier row again: without accents, in capitals, the number in another form."""
    digits = first["Téléphone"].replace(" ", "")
    said = {
        "Nom": _plain(first["Nom"]).upper(),
        "Prénom": _plain(first["Prénom"]).lower(),
        "Téléphone": "+33" + digits[1:],
    }
    return {**row, **said, "Civilité": first["Civilité"], "E-mail": first["E-mail"], "Étiquettes": "relance"}


def _abroad(row: Row, number: int) -> None:
    """Make a visitor of the fair from abroad, with a number as dialled at home; no two have the same."""
    tens, one = divmod(number, 10)
    if one < 2:
        country, phone = "Suède", f"070-174 06 {50 + 2 * tens + one}"
    elif one < 6:
        country, phone = "Allemagne", f"0171 39200{4 * tens + one - 2:02}"
    else:
        country, phone = "États-Unis", f"(415) 555-01{4 * tens + one - 6:02}"
    first, last = ABROAD[one].split()
    row.update({"Prénom": first, "Nom": last, "Pays": country, "Téléphone": phone, "Ville": ""})


_CHANGES: dict[str, Callable[[Row, int], None]] = {
    "lost zero": lambda row, n: row.update({"Téléphone": _french(n)[1:]}),
    "dots": lambda row, n: row.update({"Téléphone": _pairs(_french(n), ".")}),
    "+33 (0)": lambda row, n: row.update({"Téléphone": f"+33 (0){_french(n)[1:]}"}),
    "0033": lambda row, n: row.update({"Téléphone": f"0033{_french(n)[1:]}"}),
    "+33": lambda row, n: row.update({"Téléphone": f"+33{_french(n)[1:]}"}),
    "no-break spaces": lambda row, n: row.update({"Téléphone": _pairs(_french(n), "\xa0")}),
    "abroad": _abroad,
    "3,36E+10": lambda row, n: row.update({"Téléphone": "3,36E+10"}),
    "two numbers": lambda row, n: row.update({"Téléphone": f"{_pairs(_french(n))} / {_pairs(f'046571{n:04}')}"}),
    "no phone": lambda row, n: row.update({"Téléphone": ""}),
    "no name": lambda row, n: row.update({"Nom": "", "Prénom": ""}),
    "bad e-mail": lambda row, n: row.update({"E-mail": BAD_EMAILS[n % 6]}),
    "long company": lambda row, n: row.update({"Société": "Société des Établissements " * 10}),
    "extension": lambda row, n: row.update({"Téléphone": f"{_pairs(_french(n))} poste {n}"}),
    "several lines": lambda row, n: row.update({"Remarque": 'rappeler "en journée"\r\nou par e-mail; merci'}),
}


def _clean_phone(number: int) -> tuple[str, str]:
    if number < 40:
        return f"+46 70 174 06 {10 + number}", "Sweden"
    if number < 70:
        return f"+49 176 040690{number}", "Germany"
    return f"+1 646 555 01{number}", "United States"


def _email(first: str, last: str, number: int) -> str:
    letters = re.sub(r"[^a-z.]", "", _plain(f"{first}.{last}").lower())
    return f"{letters}{number}@example.{('com', 'org', 'net')[number % 3]}"


def _plain(text: str) -> str:
    spelt = unicodedata.normalize("NFKD", text.replace("Œ", "OE").replace("œ", "oe"))
    return "".join(char for char in spelt if not unicodedata.combining(char))


def _saved(book: Workbook) -> bytes:
    """Save a workbook as the same bytes each time: no times of day in it."""
    first, second = io.BytesIO(), io.BytesIO()
    book.save(first)
    with zipfile.ZipFile(first) as made, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2025-06-02T08:00:00Z", content)
            kept.writestr(zipfile.ZipInfo(name, (2025, 6, 2, 8, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return second.getvalue()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
