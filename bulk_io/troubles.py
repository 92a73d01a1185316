"""Phone troubles by cause: how many cells of a file have each, and the option or the step that would put them right.

Pure: the counts of several chunks add up, and are told once, with a look at the cells that another country would help.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from bulk_io import numbering, phones
from bulk_io.records import Problem, Severity, Trouble

Causes = Counter[tuple[Severity, str, str]]
"""How often each cause occurs, by severity, code and cause."""
Cells = Callable[[], Iterator[str]]
"""Gives phone cells, from the first one each time."""


def causes(problems: Iterable[Problem]) -> Causes:
    """Count the problems of phone numbers by cause."""
    return Counter((each.severity, each.code, each.cause) for each in problems if each.field == "phoneNumber")


def told(found: Causes, *, homeless: Cells, invalid: Cells, regions: Sequence[str]) -> list[Trouble]:
    """Tell the causes, errors first and the commonest first.

    ``homeless`` gives the cells that no country is known for, ``invalid`` those that are no number of theirs;
    ``regions`` are the countries of the file's good numbers, the commonest first.
    """
    troubles = []
    for (severity, code, cause), count in sorted(found.items(), key=_weight):
        advice = _ADVICE.get(code, "")
        if cause == phones.NO_COUNTRY:
            advice = _option(homeless, regions) or advice
        troubles.append(Trouble(count, _sentence(code, cause, count), advice, severity))
    wrong = sum(count for (_, code, _), count in found.items() if code == "invalid")
    best, valid = _most_valid(invalid, [*regions, *_COMMON]) if wrong else ((), 0)
    if valid >= max(_MANY, _MOST_OF * wrong):
        place = " or ".join(best)
        advice = f"if that is their country, say so with --region {place} or in a column of its own"
        troubles.insert(0, Trouble(valid, f"of the invalid numbers are valid ones of {place}", advice))
    return troubles


def _weight(counted: tuple[tuple[Severity, str, str], int]) -> tuple[bool, int, str, str]:
    (severity, code, cause), count = counted
    return severity != "error", -count, code, cause


def _sentence(code: str, cause: str, count: int) -> str:
    """Say a cause of one or of many: ``number has no country``, ``numbers have no country``."""
    many = "" if count == 1 else "s"
    verb, _, rest = cause.partition(" ")
    if code == "landline":
        return f"numbers are {rest.replace('box', 'boxe')}s" if many else f"number is {cause}"
    if verb not in _PLURAL:
        return f"time{many} {cause}"
    return f"{'cell' if verb == 'holds' else 'number'}{many} {_PLURAL[verb] if many else verb} {rest}"


def _option(homeless: Cells, regions: Sequence[str]) -> str:
    """Name the option that makes most cells without a country valid."""
    best, valid = _most_valid(homeless, [*regions, *_COMMON])
    if not best:
        best, valid = _most_valid(homeless, sorted(numbering.REGIONS))
    return f"--region {' or '.join(best)} makes {valid:,} of them valid" if best else ""


def _most_valid(cells: Cells, regions: Sequence[str]) -> tuple[list[str], int]:
    """Find the region under which most cells are valid as national numbers, and how many are; two if they tie.

    Among equals it is the one that makes more of them mobile ones: some plans take nearly any digits for a landline.
    Regions of one calling code read the same digits alike, the main one stands for all. The first cells choose the few
    regions that all of them are tried under.
    """
    left = list(dict.fromkeys(numbering.sharing(region)[0] for region in regions))
    score: Counter[str] = Counter()
    valid: Counter[str] = Counter()
    for most_cells, most_regions in _ROUNDS:
        score.clear()
        valid.clear()
        for cell in islice(cells(), most_cells):
            for region in left:
                if kind := phones.kind_in(region, cell):
                    valid[region] += 1
                    score[region] += _VALID + (kind in phones.MOBILE)
        left = sorted((region for region in left if valid[region]), key=lambda each: -score[each])[:most_regions]
    best = [region for region in left if score[region] == score[left[0]]]
    return best, valid[best[0]] if best else 0


_VALID = 1 << 32
_ROUNDS = ((60, 8), (2_000, 2), (None, 2))
_MANY, _MOST_OF = 10, 0.8
_COMMON = (
    "FR",
    "GB",
    "US",
    "DE",
    "ES",
    "IT",
    "NL",
    "BE",
    "CH",
    "PT",
    "BR",
    "CA",
    "AT",
    "LU",
    "MA",
    "TN",
    "SN",
    "CI",
    "MX",
)
"""Countries of the seven languages, named first where many fit alike."""
_PLURAL = {"is": "are", "has": "have", "holds": "hold", "does": "do", "can": "can", "was": "were"}
"""The verbs that a cause begins with."""
_ADVICE = {
    "missing": "write one, or name the column that has it with --map 'HEADER=phoneNumber'",
    "ambiguous": "write them with + and country code",
    "damaged": "format the column as text and enter them again, or export the list anew",
    "several": "keep one in the cell",
    "invalid": "check the digits",
    "landline": "WhatsApp may not reach them",
}
