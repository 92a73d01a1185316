"""Invented lead lists in which the same people stand twice, with what makes it hard: the truth to measure against.

    frame, people, traps = lead_list(5_000, seed=1)

``people`` names the person of each row; ``traps`` are pairs of rows of two people that look like one: families,
colleagues on one switchboard, generic mailboxes, numbers in sequence, near names, father and son, namesakes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

FIELDS = (
    "name", "firstName", "lastName", "phoneNumber", "email", "position", "currentCompany", "industrySector", "city",
    "country", "tags",
)  # fmt: skip
Row = dict[str, str]


@dataclass(frozen=True)
class Land:
    """A country's names, places and habits; the commonest names come first."""

    country: str
    given: str
    family: str
    cities: str
    forms: str
    mails: str
    mobile: Callable[[random.Random], str]
    prefix: str
    jobs: str


def _digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choices("0123456789", k=size))


LANDS = (
    Land(
        "France",
        "Marie Jean Pierre Michel Philippe Nathalie Isabelle Sylvie Nicolas Julien Camille Thomas Léa Manon Chloé "
        "Marine Hélène François Jérôme Stéphane Céline Aurélie Benoît Zéphirine Gwenaëlle Maxime Alexandre Christophe",
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel Garcia "
        "David Bertrand Roux Vincent Fournier Girard Bonnet Lambert Fontaine Rousseau Chevalier Gauthier Quatrefages",
        "Paris Lyon Marseille Nantes Lille Bordeaux Toulouse Rennes Saint-Étienne Annecy",
        "SAS SARL SA SASU",
        "gmail.com orange.fr free.fr wanadoo.fr yahoo.fr",
        lambda rng: "6" + "39980" + _digits(rng, 3) if rng.random() < 0.2 else rng.choice("67") + _digits(rng, 8),
        "33",
        "Directeur commercial|Gérant|Responsable achats|Chef de projet|Assistante|DRH|PDG|Comptable",
    ),
    Land(
        "Deutschland",
        "Thomas Michael Andreas Peter Stefan Sabine Petra Monika Julia Anna Lukas Jürgen Jörg Günther Katharina Ulrike",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
        "Wolf Schröder Neumann Krüger Groß Vogel Jäger",
        "Berlin Hamburg München Köln Frankfurt Stuttgart Düsseldorf Nürnberg",
        "GmbH AG KG GmbH_&_Co._KG",
        "gmx.de web.de gmail.com t-online.de",
        lambda rng: rng.choice(("151", "160", "170", "176")) + _digits(rng, 8),
        "49",
        "Geschäftsführer|Vertriebsleiter|Einkauf|Projektleiter|Assistenz|Buchhaltung",
    ),
    Land(
        "United Kingdom",
        "John David William James Robert Margaret Elizabeth Sarah Susan Jonathan Thomas Emma Katherine Andrew Edward "
        "Christopher Jennifer Daniel Matthew Rebecca",
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts "
        "Green Hall Wood Jackson Clarke O'Connor McDonald",
        "London Manchester Leeds Bristol Glasgow Birmingham Sheffield",
        "Ltd Limited PLC LLP",
        "gmail.com hotmail.co.uk btinternet.com yahoo.co.uk",
        lambda rng: "7" + rng.choice("4579") + _digits(rng, 8),
        "44",
        "Sales Director|Managing Director|Buyer|Project Manager|Office Manager|CEO|HR Manager",
    ),
    Land(
        "España",
        "María Carmen José Antonio Manuel Francisco Ana Laura Javier Carlos Isabel Lucía Pilar Miguel Jesús",
        "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz "
        "Moreno Álvarez Muñoz",
        "Madrid Barcelona Valencia Sevilla Bilbao Málaga",
        "SL SA SLU",
        "gmail.com hotmail.es telefonica.net",
        lambda rng: "6" + _digits(rng, 8),
        "34",
        "Director comercial|Gerente|Compras|Jefe de proyecto|Contable",
    ),
    Land(
        "Italia",
        "Giuseppe Maria Anna Giovanni Antonio Francesco Luca Marco Francesca Giulia Chiara Alessandro Alessandra Paolo",
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Costa",
        "Milano Roma Torino Napoli Bologna Firenze",
        "SRL SpA S.r.l. S.p.A.",
        "gmail.com libero.it tiscali.it",
        lambda rng: "3" + rng.choice("2349") + _digits(rng, 8),
        "39",
        "Direttore vendite|Amministratore|Acquisti|Responsabile progetto",
    ),
)


def _listed(words: str) -> list[str]:
    return words.split()


_SOUNDS = _listed(
    "ba be bo bri ca cha co da de dro du fa fe gui "
    "ha jo ka ke la le li lo ma me mo na ne pa per qua ra re ro sa ser ta te tri va ve vi wal za"
)
_ENDS = _listed("bert chet dec fort gnac guet lard lin mann mond nard nec ric son tier vic ville witz zac")
_TRADES = _listed(
    "Conseil Logistique Systems Industrie Media "
    "Pharma Énergie Software Textil Foods Bau Consulting Transports Solutions Partners"
)
_SECTORS = "Industry|Retail|Software|Consulting|Logistics|Health|Energy|Food"
_GENERIC = _listed("info contact sales office hello accueil kontakt admin")
_NICK = {
    "Jonathan": "Jon", "William": "Bill", "Robert": "Bob", "Elizabeth": "Liz", "Margaret": "Maggie", "Thomas": "Tom",
    "Katherine": "Kate", "Christopher": "Chris", "Jennifer": "Jenny", "Daniel": "Dan", "Edward": "Ted",
    "Matthew": "Matt", "Andrew": "Andy", "Michael": "Mike", "Alexandre": "Alex", "Francisco": "Paco", "José": "Pepe",
    "Christophe": "Chris", "Isabelle": "Isa", "Giuseppe": "Beppe", "Alessandro": "Sandro", "Katharina": "Kathi",
}  # fmt: skip
_NEAR = (("Marie", "Marine"), ("Jean", "Jeanne"), ("Julien", "Julian"), ("Léa", "Léo"), ("Francesco", "Francesca"))
_BARE = str.maketrans("áàâäãéèêëíîïóôöõúûüçñ", "aaaaaeeeeiiioooouuucn")


def bare(text: str) -> str:
    """Take the accents of Western letters."""
    return text.replace("ß", "ss").translate(_BARE).translate(str.maketrans("ÁÉÍÓÚÄÖÜÑÀÈÇ", "AEIOUAOUNAEC"))


@dataclass
class _Firm:
    land: Land
    name: str
    form: str
    domain: str
    city: str
    sector: str
    phone: str
    staff: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class _Maker:
    rng: random.Random
    rare: float
    rows: list[Row] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    traps: list[tuple[int, int, str]] = field(default_factory=list)
    firms: list[_Firm] = field(default_factory=list)
    originals: list[int] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    last: int = 0

    def pick(self, words: str, sep: str | None = None) -> str:
        """One of the words, those in front far more often."""
        every = words.split(sep)
        return self.rng.choices(every, [1 / (place + 6) for place in range(len(every))])[0].replace("_", " ")

    def family(self, land: Land) -> str:
        if self.rng.random() < self.rare:
            sounds = "".join(self.rng.choices(_SOUNDS, k=self.rng.choice((1, 2, 2, 3)))) + self.rng.choice(_ENDS)
            return sounds.capitalize()
        return self.pick(land.family)

    def phone(self, land: Land) -> str:
        return f"+{land.prefix}{land.mobile(self.rng)}"

    def firm(self) -> _Firm:
        rng, land = self.rng, self.rng.choice(LANDS)
        head = rng.choice((self.family(land), "".join(rng.choices(_SOUNDS, k=2)).capitalize() + rng.choice(_ENDS)))
        name = head if rng.random() < 0.3 else f"{head} {rng.choice(_TRADES)}"
        domain = bare(name).lower().replace(" ", rng.choice(("", "-"))) + "." + rng.choice(("com", "eu", "net"))
        city, sector = self.pick(land.cities), rng.choice(_SECTORS.split("|"))
        return _Firm(land, name, self.pick(land.forms), domain.replace("'", ""), city, sector, self.phone(land))

    def address(self, first: str, last: str, firm: _Firm) -> str:
        rng, land = self.rng, firm.land
        one, two = (bare(text).lower().replace(" ", "").replace("'", "") for text in (first, last))
        local = rng.choice((f"{one}.{two}", f"{one[0]}.{two}", f"{one[0]}{two}", f"{one}.{two}", f"{two}.{one}"))
        if rng.random() < 0.25:
            local += rng.choice(("", ".", "_")) + str(rng.randrange(1, 99))
            return f"{local}@{self.pick(land.mails)}"
        return f"{local}@{firm.domain}" if rng.random() < 0.75 else f"{local}@{self.pick(land.mails)}"

    def person(self, firm: _Firm | None = None, **given: str) -> Row:
        rng = self.rng
        firm = firm or rng.choice(self.firms)
        land = firm.land
        first, last = given.get("firstName") or self.pick(land.given), given.get("lastName") or self.family(land)
        while not given and (first, last) in firm.staff:
            first, last = self.pick(land.given), self.family(land)
        firm.staff.add((first, last))
        phone = firm.phone if rng.random() < 0.12 else self.phone(land)
        email = self.address(first, last, firm) if rng.random() < 0.85 else ""
        if email in self.addresses:
            email = email.replace("@", f"{len(self.addresses)}@")
        self.addresses.add(email)
        if rng.random() < 0.03:
            email = f"{rng.choice(_GENERIC)}@{firm.domain}"
        row = {
            "name": f"{first} {last}", "firstName": first, "lastName": last, "phoneNumber": phone, "email": email,
            "position": self.pick(land.jobs, "|") if rng.random() < 0.8 else "",
            "currentCompany": f"{firm.name} {firm.form}" if rng.random() < 0.5 else firm.name,
            "industrySector": firm.sector if rng.random() < 0.6 else "", "city": firm.city, "country": land.country,
            "tags": rng.choice(("", "fair", "web;newsletter")),
        }  # fmt: skip
        return {**row, **given}

    def put(self, row: Row, person: int | None = None) -> int:
        if person is None:
            self.last += 1
            person = self.last
            self.originals.append(len(self.rows))
        self.rows.append({name: row.get(name, "") for name in FIELDS})
        self.people.append(person)
        return len(self.rows) - 1

    def trap(self) -> None:
        """Put two people (or three) who look like one."""
        rng, firm = self.rng, self.rng.choice(self.firms)
        kind = rng.choice(("family", "switchboard", "mailbox", "sequence", "near name", "junior", "namesake"))
        one = self.person(firm)
        same = {name: one[name] for name in ("currentCompany", "city", "country")}
        land = firm.land
        if kind == "family":
            home = rng.choice(("phoneNumber", "email"))
            other = self.person(firm, lastName=one["lastName"], firstName=self.other(land, one["firstName"]))
            other |= {"city": one["city"], home: one[home]} | (same if rng.random() < 0.5 else {})
        elif kind == "switchboard":
            one["phoneNumber"] = firm.phone
            other = self.person(firm, phoneNumber=firm.phone, firstName=self.other(land, one["firstName"]), **same)
        elif kind == "mailbox":
            one["email"] = f"{rng.choice(_GENERIC)}@{firm.domain}"
            other = self.person(firm, email=one["email"], firstName=self.other(land, one["firstName"]), **same)
        elif kind == "sequence":
            number = one["phoneNumber"]
            other = self.person(firm, firstName=self.other(land, one["firstName"]), **same)
            other["phoneNumber"] = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
        elif kind == "near name":
            mine, theirs = rng.choice(_NEAR)
            one |= {"firstName": mine, "name": f"{mine} {one['lastName']}", "email": ""}
            other = self.person(firm, firstName=theirs, lastName=one["lastName"])
            other |= {"city": one["city"]} | ({"phoneNumber": one["phoneNumber"]} if rng.random() < 0.4 else {})
        elif kind == "junior":
            mark, rest = rng.choice((("Jr", ""), ("Jr.", "Sr."), ("II", ""), ("junior", "senior"), ("fils", "père")))
            other = self.person(firm, firstName=one["firstName"], lastName=one["lastName"])
            other |= {"name": f"{other['name']} {mark}", "lastName": f"{other['lastName']} {mark}", "city": one["city"]}
            one["name"], one["lastName"] = f"{one['name']} {rest}".strip(), f"{one['lastName']} {rest}".strip()
            if rng.random() < 0.4:
                other["phoneNumber"] = one["phoneNumber"]
        else:
            other = self.person(None, firstName=one["firstName"], lastName=one["lastName"])
        other["name"] = f"{other['firstName']} {other['lastName']}"
        self.traps.append((self.put(one), self.put(other), kind))

    def other(self, land: Land, first: str) -> str:
        return self.rng.choice([name for name in land.given.split() if bare(name)[0] != bare(first)[0]])

    def copy(self, row: Row) -> Row:
        """The same person, written by somebody else."""
        rng, row = self.rng, dict(row)
        kinds = rng.choices((1, 2, 3, 4, 5), (20, 30, 25, 15, 10))[0]
        for dirt in rng.sample(_DIRT, kinds):
            dirt(self, row)
        if not row["phoneNumber"] and not row["email"] and not row["currentCompany"]:
            row["city"] = row["city"] or "Paris"
        return row


def _renamed(row: Row, first: str, last: str, *, turned: bool = False) -> None:
    row["firstName"], row["lastName"] = first, last
    row["name"] = f"{last} {first}" if turned else f"{first} {last}".strip()


def slip(rng: random.Random, text: str) -> str:
    """One slip of the pen: a letter lost, doubled, wrong, or two turned round."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + rng.choice("aeioulnrst") + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _typo(maker: _Maker, row: Row) -> None:
    if not row["lastName"]:
        return
    first, last = row["firstName"], row["lastName"]
    if maker.rng.random() < 0.4:
        _renamed(row, slip(maker.rng, first), last)
    else:
        _renamed(row, first, slip(maker.rng, last))


def _turned(maker: _Maker, row: Row) -> None:
    if not row["lastName"]:
        return
    if maker.rng.random() < 0.5:
        _renamed(row, row["lastName"], row["firstName"])
    else:
        _renamed(row, row["firstName"], row["lastName"], turned=True)


def _whole_only(maker: _Maker, row: Row) -> None:
    row["firstName"] = row["lastName"] = ""


def _nick(maker: _Maker, row: Row) -> None:
    if not row["lastName"]:
        return
    if row["firstName"] in _NICK:
        _renamed(row, _NICK[row["firstName"]], row["lastName"])


def _accents(maker: _Maker, row: Row) -> None:
    for name in ("name", "firstName", "lastName", "city", "currentCompany"):
        row[name] = bare(row[name])


def _umlauts(maker: _Maker, row: Row) -> None:
    for name in ("name", "firstName", "lastName"):
        for letter, twin in (("ü", "ue"), ("ö", "oe"), ("ä", "ae")):
            row[name] = row[name].replace(letter, twin)


def _case(maker: _Maker, row: Row) -> None:
    change = maker.rng.choice((str.upper, str.lower))
    for name in ("name", "firstName", "lastName", "currentCompany", "city"):
        if name != "city" or maker.rng.random() < 0.5:
            row[name] = change(row[name])


def _initial(maker: _Maker, row: Row) -> None:
    if row["firstName"]:
        _renamed(row, row["firstName"][0] + maker.rng.choice(("", ".")), row["lastName"])


def _title(maker: _Maker, row: Row) -> None:
    row["name"] = f"{maker.rng.choice(('Dr', 'Dr.', 'Prof.'))} {row['name']}"


def _middle(maker: _Maker, row: Row) -> None:
    if row["firstName"]:
        _renamed(row, f"{row['firstName']} {maker.rng.choice('ABCDEFGHJKLMNPRST')}.", row["lastName"])


def _married(maker: _Maker, row: Row) -> None:
    if not row["lastName"]:
        return
    if maker.rng.random() < 0.3:
        new = maker.family(LANDS[0])
        last = f"{row['lastName']}-{new}" if maker.rng.random() < 0.6 else new
        _renamed(row, row["firstName"], last)


def _moved(maker: _Maker, row: Row) -> None:
    firm = maker.rng.choice(maker.firms)
    row |= {"currentCompany": firm.name, "industrySector": firm.sector}
    row["email"] = maker.address(row["firstName"] or "a", row["lastName"] or "b", firm)


def _wrong_digit(maker: _Maker, row: Row) -> None:
    number = row["phoneNumber"]
    if len(number) > 8:
        at = maker.rng.randrange(4, len(number))
        row["phoneNumber"] = f"{number[:at]}{maker.rng.choice('0123456789')}{number[at + 1 :]}"


def _new_phone(maker: _Maker, row: Row) -> None:
    row["phoneNumber"] = maker.phone(LANDS[0])


def _no(name: str) -> Callable[[_Maker, Row], None]:
    def left_out(maker: _Maker, row: Row) -> None:
        row[name] = ""

    return left_out


def _mail_only(maker: _Maker, row: Row) -> None:
    if row["email"]:
        row |= {"phoneNumber": "", "position": "", "city": "", "industrySector": "", "tags": ""}


def _firm_written(maker: _Maker, row: Row) -> None:
    words = row["currentCompany"].split()
    if len(words) > 1 and maker.rng.random() < 0.7:
        words = words[:-1] if maker.rng.random() < 0.5 else [*words[:-1], maker.rng.choice(("SAS", "GmbH", "Ltd."))]
    row["currentCompany"] = " ".join(words) if maker.rng.random() < 0.7 else slip(maker.rng, " ".join(words))


def _mail_typo(maker: _Maker, row: Row) -> None:
    local, at, domain = row["email"].partition("@")
    row["email"] = f"{slip(maker.rng, local)}@{domain}" if at and maker.rng.random() < 0.5 else row["email"].upper()


_DIRT: tuple[Callable[[_Maker, Row], None], ...] = (
    _typo, _typo, _turned, _whole_only, _nick, _accents, _umlauts, _case, _initial, _title, _middle, _married, _moved,
    _wrong_digit, _new_phone, _no("phoneNumber"), _no("email"), _no("city"), _no("position"), _no("currentCompany"),
    _mail_only, _firm_written, _firm_written, _mail_typo,
)  # fmt: skip


def lead_list(
    size: int, *, seed: int = 1, twice: float = 0.2, trapped: float = 0.1, rare: float = 0.5
) -> tuple[pd.DataFrame, list[int], list[tuple[int, int, str]]]:
    """Make a list of ``size`` rows: frame, the person of each row, and the pairs of two people that look like one.

    ``twice`` is the share of copies, ``trapped`` that of traps, ``rare`` that of surnames made up.
    """
    maker = _Maker(random.Random(seed), rare)
    maker.firms = [maker.firm() for _ in range(max(20, size // 12))]
    while len(maker.rows) < size:
        luck = maker.rng.random()
        if luck < trapped / 2 and len(maker.rows) < size - 1:
            maker.trap()
        elif luck < trapped / 2 + twice / 1.4 and maker.originals:
            at = maker.originals.pop(maker.rng.randrange(len(maker.originals)))
            copies = maker.rng.choices((1, 2, 3), (70, 20, 10))[0]
            for _ in range(min(copies, size - len(maker.rows))):
                maker.put(maker.copy(maker.rows[at]), maker.people[at])
        else:
            maker.put(maker.person())
    order = list(range(size))
    maker.rng.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    frame = pd.DataFrame([maker.rows[at] for at in order], columns=list(FIELDS), index=range(2, size + 2), dtype="str")
    return frame, [maker.people[at] for at in order], [(place[a], place[b], kind) for a, b, kind in maker.traps]
