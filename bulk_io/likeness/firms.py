"""The companies of a list: names without legal forms, and how alike two of them are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from bulk_io.likeness.labels import Labels
from bulk_io.likeness.vocabulary import Floats, Ints


def words(text: str) -> frozenset[str]:
    """Give the words of a text."""
    return frozenset(text.split())


_FORMS = words(
    """
    sas sasu sa sarl eurl sci snc scop scp selarl eirl gie asbl
    gmbh mbh ag kg ohg gbr ug ev se kgaa
    ltd limited llc llp plc inc incorporated corp corporation co company
    srl srls spa sapa snc sas slu sl slne sau
    bv nv vof bvba sprl cv
    lda ltda unipessoal me
    ab oy as aps sp zoo kft sro doo
    """
)
_EMPTY = words(
    "the la le les l and und et y e of de du des di group groupe gruppe grupo gruppo holding international intl "
    "france deutschland germany uk espana italia italy belgium benelux europe usa ste ets societe etablissements "
    "cie compagnie"
)
_SHORT = {
    "tech": "technologies", "technology": "technologies", "bros": "brothers", "mfg": "manufacturing",
    "intl": "international", "assoc": "associates", "svcs": "services", "service": "services", "sys": "systems",
    "system": "systems", "st": "saint", "ing": "ingenierie", "dev": "development", "mgmt": "management",
    "solution": "solutions", "conseils": "conseil", "ind": "industries", "industrie": "industries",
    "industry": "industries", "log": "logistique", "univ": "university",
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
_DOTTED = re.compile(r"\b((?:[a-z]\.\s?)+[a-z])\b\.?")


@dataclass(frozen=True, slots=True)
class Firms:
    """The companies of all rows, by what is left of their names: case, accents, punctuation, legal forms aside."""

    labels: Labels

    @classmethod
    def of(cls, cells: Sequence[str]) -> Firms:
        """Read companies' names."""
        return cls(Labels.of(cells, core))

    def likeness(self, a: Ints, b: Ints) -> Floats:
        """Tell how alike the companies of pairs of rows are that are not the same: from 0 to 1."""
        a, b = self.labels.numbers[a], self.labels.numbers[b]
        every, back = np.unique(np.minimum(a, b) * len(self.labels.texts) + np.maximum(a, b), return_inverse=True)
        one, two = np.divmod(every, max(1, len(self.labels.texts)))
        left, right = [self.labels.texts[at] for at in one.tolist()], [self.labels.texts[at] for at in two.tolist()]
        if not left:
            return np.zeros(len(a))
        edits = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.int64)
        words = cpdist(left, right, scorer=fuzz.token_set_ratio, score_cutoff=100, dtype=np.float64)
        spaces = np.array([text.count(" ") for text in self.labels.texts], dtype=np.int64)
        initials = np.minimum(spaces[one], spaces[two]) == 0
        initials &= np.maximum(spaces[one], spaces[two]) >= 2
        found = np.zeros(len(left))
        for at in np.flatnonzero((edits <= 2) | (words > 0) | initials).tolist():
            found[at] = _alike(left[at], right[at], int(edits[at]))
        return found[back]


def core(cell: str) -> str:
    """Give what names a company: ``ACME Sàrl`` and ``Acme`` are ``acme``."""
    text = cell if cell.isascii() else anyascii(cell.replace("ß", "ss"))
    text = _DOTTED.sub(lambda found: found[1].replace(".", "").replace(" ", ""), text.lower().replace("'", ""))
    found = _WORD.findall(text)
    rest = [word for word in found if word not in _FORMS and word not in _EMPTY] or found
    return " ".join(_SHORT.get(word, word) for word in rest)


def _alike(one: str, two: str, edits: int) -> float:
    least = min(len(one), len(two))
    if one.replace(" ", "") == two.replace(" ", ""):
        return 1.0
    if edits <= (1 if least < 9 else 2) and least >= 5:
        return 0.8
    return _contained(one, two)


def _contained(one: str, two: str) -> float:
    """Tell whether one name's words are in the other, or it is made of the other's initials (IBM)."""
    mine, theirs = one.split(), two.split()
    few, many = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    if len(few) < len(many) and set(few) <= set(many) and len(" ".join(few)) >= 4:
        return 0.6
    is_short = len(few) == 1 and len(many) > 2 and few[0] == "".join(word[0] for word in many)
    return 0.7 if is_short else 0.0
