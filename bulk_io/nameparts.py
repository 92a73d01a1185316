"""A full name taken apart into first and last name, where that is safe; `names` offers it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from bulk_io.namewords import is_given, is_surely_given, is_title, spelt

# Signs of two people, an address, a number or a note: nothing is certain then.
_UNSAFE = re.compile(r"[\d&+/@()\[\]\"“”«»;|_]|\b(?:et|and|und|och)\b|\bS\.\s?[ALRNpP]\.", re.IGNORECASE)
# Legal forms, trades and offices: "Boulangerie MARTIN" and "Martin, SARL" are no people.
_FORMS = """
sarl sas sasu sa eurl sci scp snc selarl gmbh mbh ag kg ohg gbr ug ev ltd limited llc llp inc plc corp co srl spa sl slu
sprl bvba bv nv vof ltda lda mei eirl gie asbl vzw oy ab aps group groupe gruppe grupo gruppo holding company
"""
_TRADES = """
boulangerie garage cabinet restaurant hotel hotels pharmacie agence atelier bar cafe camping clinique coiffure domaine
ecole ets etablissements etude ferme fleuriste imprimerie institut librairie mairie maison menuiserie optique
patisserie plomberie pizzeria salon service services societe studio taxi transports auto bank banque backerei autohaus
praxis kanzlei firma apotheke ristorante farmacia panaderia taller bakery shop store clinic
"""
_ROLES = """
team equipe mannschaft equipo client cliente kunde klant customer contact kontakt contacto contatto lead prospect test
admin info sales support secretariat accueil reception chez saint sainte st ste san santa santo sao sankt sint
maman papa mama mamma mere pere frere soeur tante oncle onkel tonton mamie papi papy opa oma tio tia zio zia
ville rue place plaza piazza magazine hello bonjour monsieur madame chef boss nouveau nouvelle ancien perso pro
"""
_OFFICES = "pdg dg daf drh dsi rh hr it ceo cto cfo coo cmo vip sav rdv jr sr ii iii iv phd mba md esq junior senior"
_NOT_A_NAME = frozenset(f"{_FORMS} {_TRADES} {_OFFICES} {_ROLES}".split())
_LATIN = re.compile(r"[A-Za-zÀ-ɏ'’-]+")
_LOWER = "de du des d di da do das dos della del la le les lo van von vom zu den der het ten ter el y e"
_PARTICLES = frozenset(_LOWER.split())
_COUPLE = frozenset({"y", "e"})  # Pedro y Ana
_INITIAL = re.compile(r"[A-Z]\.?")


def parts(full: str) -> tuple[str, str] | None:
    """Give ``(first, last)`` of a full name, or None unless it is safe; see :func:`bulk_io.names.split`."""
    text = " ".join(full.split())
    if _UNSAFE.search(text) or not _NOT_A_NAME.isdisjoint(spelt(text)):
        return None
    if "," in text:
        return _around_comma(text)
    words = _without_titles(text.split())
    return _by_capitals(words) or _by_given_name(words) or _by_given_names(words)


def _around_comma(text: str) -> tuple[str, str] | None:
    if text.count(",") != 1:
        return None
    last, first = (" ".join(_without_titles(side.split())) for side in text.split(","))
    if not spelt(first) or not spelt(last):
        return None
    # "Weber, Klein y Ruiz": partners, not a person.
    if first.split()[0] in _PARTICLES or not {"y", "e", "en"}.isdisjoint(first.split()):
        return None
    ahead, behind = spelt(last)[0], spelt(first)[0]
    # "Jean Dupont, Lyon": the whole name stands before the comma.
    if len(spelt(last)) > 1 and is_given(ahead) and not is_given(behind):
        return None
    return first, last


def _by_given_name(words: list[str]) -> tuple[str, str] | None:
    """Split two words of which one, and only one, is known to be a first name; particles stay with the last name."""
    if not _LATIN.fullmatch("".join(words)):
        return None
    particles = [word for word in words[:-1] if word.lower() in _PARTICLES]
    if len(words) - len(particles) != 2 or words[0] in particles or any(len(word) < 2 for word in words):
        return None
    front, back = _spelt(words[0]), _spelt(words[-1])
    if not front or not back:
        return None
    if all(is_surely_given(part, in_front=True) for part in front) and not any(map(is_given, back)):
        return words[0], " ".join(words[1:])
    if (
        len(words) == 2
        and all(is_surely_given(part, in_front=False) for part in back)
        and not any(map(is_given, front))
    ):
        return words[1], words[0]
    return None


def _by_given_names(words: list[str]) -> tuple[str, str] | None:
    """Split several known first names from the one word beside them; particles stay with the word behind them.

    ``Jean Pierre de La Tour``, ``Maria del Carmen Lopez``, ``Dupont Jean Pierre``. Two words that are no first names
    (``Helena Bonham Carter``) can be a second first name and a last name, or two last names: they are not split.
    """
    if not _LATIN.fullmatch("".join(words).replace(".", "")):
        return None
    chunks = _with_particles(words)
    if len(chunks) < (2 if len(chunks[0]) > 1 else 3) or not all(_spelt(chunk[-1]) for chunk in chunks):
        return None
    if _are_given(chunks[:-1]) and len(chunks[0]) == 1 and _is_no_first_name(chunks[-1]):
        return _joined(chunks[:-1]), _joined(chunks[-1:])
    if _are_given(chunks[1:]) and _is_sure(chunks[1:]) and _is_no_first_name(chunks[0]):
        return _joined(chunks[1:]), _joined(chunks[:1])
    return None


def _with_particles(words: list[str]) -> list[list[str]]:
    """Put each word together with the particles in front of it."""
    chunks: list[list[str]] = [[]]
    for word in words:
        chunks[-1].append(word)
        if word.lower() not in _PARTICLES:
            chunks.append([])
    return [chunk for chunk in chunks if chunk]


def _are_given(chunks: list[list[str]]) -> bool:
    """Tell whether words are first names, initials among them, the first of them in any country."""
    plain = [chunk for chunk in chunks if len(chunk) > 1 or not _INITIAL.fullmatch(chunk[0])]
    if chunks[0] not in plain or any(not _COUPLE.isdisjoint(chunk[:-1]) for chunk in chunks):
        return False
    return all(is_surely_given(part, in_front=True) for one in plain for part in _spelt(one[-1]))


def _is_sure(chunks: list[list[str]]) -> bool:
    """Tell whether one of the words is hardly anybody's last name."""
    return any(is_surely_given(part, in_front=False) for chunk in chunks for part in _spelt(chunk[-1]))


def _is_no_first_name(chunk: list[str]) -> bool:
    return len(chunk[-1]) > 1 and chunk[-1].lower() not in _PARTICLES and not any(map(is_given, _spelt(chunk[-1])))


def _joined(chunks: list[list[str]]) -> str:
    return " ".join(word for chunk in chunks for word in chunk)


def _by_capitals(words: list[str]) -> tuple[str, str] | None:
    runs = [(loud, list(run)) for loud, run in groupby(words, key=_loud)]
    if len(runs) != 2:
        return None
    (first_loud, ahead), (_, behind) = runs
    capitals, mixed = (ahead, behind) if first_loud else (behind, ahead)
    while not first_loud and mixed and mixed[-1] in _PARTICLES:
        capitals.insert(0, mixed.pop())
    if not mixed or not _surname(capitals) or not _first_names(mixed):
        return None
    return " ".join(mixed), " ".join(capitals)


def _loud(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return len(letters) >= 2 and all(char.isupper() for char in letters)


def _surname(words: list[str]) -> bool:
    """Sort out initials: JP and MC are no surnames, LI and WU are."""
    plain = "".join(spelt(" ".join(words)))
    return "." not in "".join(words) and (len(plain) > 2 or (plain[0] not in "aeiou" and plain[-1] in "aeiouy"))


def _first_names(words: list[str]) -> bool:
    """Tell whether words in mixed case are first names: one word, or several that all are known ones."""
    plain = spelt(" ".join(words))
    if any(len(word) < 2 for word in plain) or any(not word[0].isupper() for word in words):
        return False
    return len(words) == 1 or all(is_given(word) for word in plain)


@lru_cache(maxsize=65_536)
def _spelt(word: str) -> tuple[str, ...]:
    return spelt(word)


def _without_titles(words: list[str]) -> list[str]:
    start = 0
    while start < len(words) and all(map(is_title, _spelt(words[start]))):
        start += 1
    return words[start:]
