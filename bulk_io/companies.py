"""Names of companies where those of people are wanted: told by their words, in seven languages.

A value module. Only what is surely a company counts: many short words are a form of company and a family name, too.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from bulk_io.namewords import is_given, spelt


def is_company(full: str) -> bool:
    """Tell whether a text is surely the name of a company: by a legal form, a trade in front, or its kin.

    Two capitals at the end (``Acme SA``) count only where no word is a person's given name.
    """
    words = full.casefold().replace(".", "").replace(",", " ").split()
    if _HINTS.isdisjoint(words):
        return False
    plain = [_plain(word) for word in words]
    if not _LEGAL.isdisjoint(plain) or plain[-1] in _BEHIND or (plain[0] in _TRADES and len(plain) > 1):
        return True
    if any(one in _AND and other in _KIN for one, other in pairwise(plain)):
        return True
    *others, last = full.replace(",", " ").split()
    return bool(others) and last in _FORMS and not any(map(is_given, spelt(" ".join(others))))


def _plain(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LEGAL = _set("sarl sasu eurl gmbh mbh ohg gbr ltd limited llc llp inc plc corp corporation bvba sprl ltda lda")
_BEHIND = _set(
    "group groupe gruppe gruppo grupo holding consulting solutions technologies industries associates asbl vzw"
)
_TRADES = _set(
    "boulangerie patisserie garage cabinet restaurant ristorante restaurante hotel pharmacie farmacia apotheke agence"
    " coiffure clinique imprimerie librairie menuiserie plomberie pizzeria transports societe firma autohaus backerei"
    " metzgerei panaderia etablissements ets"
)
_AND = _set("& et and und y e en")
_KIN = _set("co cie fils sons sohne hijos figli zonen filhos partner partners associes")
_FORMS = _set(
    "SAS S.A.S. SA S.A. AG KG SE SRL S.R.L. SPA SpA S.p.A. S.P.A. SL S.L. SLU S.L.U. BV B.V. NV N.V. AB Oy ApS A/S"
    " e.V. S.A.R.L."
)
_ACCENTED = _set("pâtisserie hôtel société bäckerei panadería établissements söhne associés")
_HINTS = _LEGAL | _BEHIND | _TRADES | _KIN | _ACCENTED | {form.casefold().replace(".", "") for form in _FORMS}
"""What any company's name has among its words: nearly all names of people have none and are not looked at further."""
