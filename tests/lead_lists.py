"""Invented lead lists in which the same people stand twice, with what makes it hard: the truth to measure against.

    frame, people, traps = lead_list(5_000, seed=1)

``people`` names the person of each row; ``traps`` are pairs of rows of two people that look like one: families,
colleagues on one switchboard, generic mailboxes, numbers in sequence, near names, father and son, namesakes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pandas as pd
from lead_dirt import DIRT, Row
from lead_words import ENDS, GENERIC, LANDS, NEAR, SECTORS, SOUNDS, TRADES, Land, bare

FIELDS = (
    "name", "firstName", "lastName", "phoneNumber", "email", "position", "currentCompany", "industrySector", "city",
    "country", "tags",
)  # fmt: skip


@dataclass
class Firm:
    land: Land
    name: str
    form: str
    domain: str
    city: str
    sector: str
    phone: str
    staff: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Maker:
    rng: random.Random
    rare: float
    rows: list[Row] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    traps: list[tuple[int, int, str]] = field(default_factory=list)
    firms: list[Firm] = field(default_factory=list)
    originals: list[int] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    last: int = 0

    def pick(self, words: str, sep: str | None = None) -> str:
        """One of the words, those in front far more often."""
        every = words.split(sep)
        return self.rng.choices(every, [1 / (place + 6) for place in range(len(every))])[0].replace("_", " ")

    def family(self, land: Land) -> str:
        if self.rng.random() < self.rare:
            sounds = "".join(self.rng.choices(SOUNDS, k=self.rng.choice((1, 2, 2, 3)))) + self.rng.choice(ENDS)
            return sounds.capitalize()
        return self.pick(land.family)

    def phone(self, land: Land) -> str:
        return f"+{land.prefix}{land.mobile(self.rng)}"

    def firm(self) -> Firm:
        rng, land = self.rng, self.rng.choice(LANDS)
        head = rng.choice((self.family(land), "".join(rng.choices(SOUNDS, k=2)).capitalize() + rng.choice(ENDS)))
        name = head if rng.random() < 0.3 else f"{head} {rng.choice(TRADES)}"
        domain = bare(name).lower().replace(" ", rng.choice(("", "-"))) + "." + rng.choice(("com", "eu", "net"))
        city, sector = self.pick(land.cities), rng.choice(SECTORS.split("|"))
        return Firm(land, name, self.pick(land.forms), domain.replace("'", ""), city, sector, self.phone(land))

    def address(self, first: str, last: str, firm: Firm) -> str:
        rng, land = self.rng, firm.land
        one, two = (bare(text).lower().replace(" ", "").replace("'", "") for text in (first, last))
        local = rng.choice((f"{one}.{two}", f"{one[0]}.{two}", f"{one[0]}{two}", f"{one}.{two}", f"{two}.{one}"))
        if rng.random() < 0.25:
            local += rng.choice(("", ".", "_")) + str(rng.randrange(1, 99))
            return f"{local}@{self.pick(land.mails)}"
        return f"{local}@{firm.domain}" if rng.random() < 0.75 else f"{local}@{self.pick(land.mails)}"

    def person(self, firm: Firm | None = None, **given: str) -> Row:
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
            email = f"{rng.choice(GENERIC)}@{firm.domain}"
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
            one["email"] = f"{rng.choice(GENERIC)}@{firm.domain}"
            other = self.person(firm, email=one["email"], firstName=self.other(land, one["firstName"]), **same)
        elif kind == "sequence":
            number = one["phoneNumber"]
            other = self.person(firm, firstName=self.other(land, one["firstName"]), **same)
            other["phoneNumber"] = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
        elif kind == "near name":
            mine, theirs = rng.choice(NEAR)
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
        for dirt in rng.sample(DIRT, kinds):
            dirt(self, row)
        if not row["phoneNumber"] and not row["email"] and not row["currentCompany"]:
            row["city"] = row["city"] or "Paris"
        return row


def lead_list(
    size: int, *, seed: int = 1, twice: float = 0.2, trapped: float = 0.1, rare: float = 0.5
) -> tuple[pd.DataFrame, list[int], list[tuple[int, int, str]]]:
    """Make a list of ``size`` rows: frame, the person of each row, and the pairs of two people that look like one.

    ``twice`` is the share of copies, ``trapped`` that of traps, ``rare`` that of surnames made up.
    """
    maker = Maker(random.Random(seed), rare)
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
