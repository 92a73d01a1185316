"""What happens to a person's row when somebody else writes it: slips, nicknames, moves, cells left out."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from lead_words import LANDS, NICK, bare

if TYPE_CHECKING:
    from lead_lists import Maker

Row = dict[str, str]


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


def _typo(maker: Maker, row: Row) -> None:
    if not row["lastName"]:
        return
    first, last = row["firstName"], row["lastName"]
    if maker.rng.random() < 0.4:
        _renamed(row, slip(maker.rng, first), last)
    else:
        _renamed(row, first, slip(maker.rng, last))


def _turned(maker: Maker, row: Row) -> None:
    if not row["lastName"]:
        return
    if maker.rng.random() < 0.5:
        _renamed(row, row["lastName"], row["firstName"])
    else:
        _renamed(row, row["firstName"], row["lastName"], turned=True)


def _whole_only(maker: Maker, row: Row) -> None:
    row["firstName"] = row["lastName"] = ""


def _nick(maker: Maker, row: Row) -> None:
    if not row["lastName"]:
        return
    if row["firstName"] in NICK:
        _renamed(row, NICK[row["firstName"]], row["lastName"])


def _accents(maker: Maker, row: Row) -> None:
    for name in ("name", "firstName", "lastName", "city", "currentCompany"):
        row[name] = bare(row[name])


def _umlauts(maker: Maker, row: Row) -> None:
    for name in ("name", "firstName", "lastName"):
        for letter, twin in (("ü", "ue"), ("ö", "oe"), ("ä", "ae")):
            row[name] = row[name].replace(letter, twin)


def _case(maker: Maker, row: Row) -> None:
    change = maker.rng.choice((str.upper, str.lower))
    for name in ("name", "firstName", "lastName", "currentCompany", "city"):
        if name != "city" or maker.rng.random() < 0.5:
            row[name] = change(row[name])


def _initial(maker: Maker, row: Row) -> None:
    if row["firstName"]:
        _renamed(row, row["firstName"][0] + maker.rng.choice(("", ".")), row["lastName"])


def _title(maker: Maker, row: Row) -> None:
    row["name"] = f"{maker.rng.choice(('Dr', 'Dr.', 'Prof.'))} {row['name']}"


def _middle(maker: Maker, row: Row) -> None:
    if row["firstName"]:
        _renamed(row, f"{row['firstName']} {maker.rng.choice('ABCDEFGHJKLMNPRST')}.", row["lastName"])


def _married(maker: Maker, row: Row) -> None:
    if not row["lastName"]:
        return
    if maker.rng.random() < 0.3:
        new = maker.family(LANDS[0])
        last = f"{row['lastName']}-{new}" if maker.rng.random() < 0.6 else new
        _renamed(row, row["firstName"], last)


def _moved(maker: Maker, row: Row) -> None:
    firm = maker.rng.choice(maker.firms)
    row |= {"currentCompany": firm.name, "industrySector": firm.sector}
    row["email"] = maker.address(row["firstName"] or "a", row["lastName"] or "b", firm)


def _wrong_digit(maker: Maker, row: Row) -> None:
    number = row["phoneNumber"]
    if len(number) > 8:
        at = maker.rng.randrange(4, len(number))
        row["phoneNumber"] = f"{number[:at]}{maker.rng.choice('0123456789')}{number[at + 1 :]}"


def _new_phone(maker: Maker, row: Row) -> None:
    row["phoneNumber"] = maker.phone(LANDS[0])


def _no(name: str) -> Callable[[Maker, Row], None]:
    def left_out(maker: Maker, row: Row) -> None:
        row[name] = ""

    return left_out


def _mail_only(maker: Maker, row: Row) -> None:
    if row["email"]:
        row |= {"phoneNumber": "", "position": "", "city": "", "industrySector": "", "tags": ""}


def _firm_written(maker: Maker, row: Row) -> None:
    words = row["currentCompany"].split()
    if len(words) > 1 and maker.rng.random() < 0.7:
        words = words[:-1] if maker.rng.random() < 0.5 else [*words[:-1], maker.rng.choice(("SAS", "GmbH", "Ltd."))]
    row["currentCompany"] = " ".join(words) if maker.rng.random() < 0.7 else slip(maker.rng, " ".join(words))


def _mail_typo(maker: Maker, row: Row) -> None:
    local, at, domain = row["email"].partition("@")
    row["email"] = f"{slip(maker.rng, local)}@{domain}" if at and maker.rng.random() < 0.5 else row["email"].upper()


DIRT: tuple[Callable[[Maker, Row], None], ...] = (
    _typo, _typo, _turned, _whole_only, _nick, _accents, _umlauts, _case, _initial, _title, _middle, _married, _moved,
    _wrong_digit, _new_phone, _no("phoneNumber"), _no("email"), _no("city"), _no("position"), _no("currentCompany"),
    _mail_only, _firm_written, _firm_written, _mail_typo,
)  # fmt: skip
