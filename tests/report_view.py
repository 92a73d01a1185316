"""An invented run held in memory, shaped as the reports ask for it: what their tests are made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bulk_io.records import Change, Clash, Conflict, ContactChange, Outcome, Problem, Result, Source, Summary

HEADER = ["Nom complet", "Téléphone", "Courriel", "Société", "Ville", "Étiquettes", "Téléphone"]
FED = {
    "Nom complet": "name",
    "Téléphone": "phoneNumber",
    "Courriel": "email",
    "Société": "currentCompany",
    "Ville": "city",
    "Étiquettes": "tags",
}
SOURCE = Source(
    "prospects salon 2025.csv",
    "csv",
    "cp1252",
    ";",
    notes=("A first line sep=; was read as the delimiter, not as a row.",),
)


@dataclass(frozen=True)
class Run:
    """A run in memory; satisfies `RunView`."""

    whole: Summary
    rows: list[Result]
    header: list[str]
    cells: dict[int, list[str]]
    changed: list[ContactChange] = field(default_factory=list)
    conflicting: list[Conflict] = field(default_factory=list)
    clashing: list[Clash] = field(default_factory=list)

    def summary(self) -> Summary:
        """Give the run as a whole, counted."""
        faults = [problem for result in self.rows for problem in result.problems]
        return replace(
            self.whole,
            rows=len(self.rows),
            outcomes=Counter(result.outcome.value for result in self.rows),
            problems=Counter(problem.key for problem in faults if problem.severity == "error"),
            warnings=Counter(problem.key for problem in faults if problem.severity == "warning"),
        )

    def results(self, outcomes: Collection[Outcome] | None = None) -> Iterator[Result]:
        """Give the results in file order."""
        return (result for result in self.rows if outcomes is None or result.outcome in outcomes)

    def problems(self) -> Iterator[Problem]:
        """Give the problems by row."""
        return (problem for result in self.rows for problem in result.problems)

    def changes(self) -> Iterator[ContactChange]:
        """Give the changes."""
        return iter(self.changed)

    def conflicts(self) -> Iterator[Conflict]:
        """Give the conflicts by row."""
        return iter(self.conflicting)

    def clashes(self) -> Iterator[Clash]:
        """Give the clashes by row."""
        return iter(self.clashing)

    def raw_header(self) -> list[str]:
        """Give the header."""
        return list(self.header)

    def raw_rows(self, rows: Collection[int]) -> Iterator[tuple[int, list[str]]]:
        """Give the wanted rows' cells."""
        return ((row, list(cells)) for row, cells in self.cells.items() if row in rows)


def run(*rows: Result, header: list[str] | None = None, cells: dict[int, list[str]] | None = None, **facts: Any) -> Run:
    """Make a small run; ``facts`` are `Summary`'s, and each row without cells gets some of its own."""
    whole = Summary(
        run="20251122-101500-prospects-kfmw",
        run_dir="bulk-io-runs/20251122-101500-prospects-kfmw",
        command="import",
        dry_run=False,
        state="finished",
        source=SOURCE,
        mapping="proposed",
        columns=FED,
        rows=0,
        outcomes={},
        problems={},
        warnings={},
    )
    own = HEADER if header is None else header
    found = {row.row: [row.name, row.phone, *[""] * (len(own) - 2)] for row in rows} if cells is None else cells
    return Run(replace(whole, **facts), list(rows), own, found)


_FIRST = [
    "Camille",
    "Zoé",
    "Hélène",
    "Léa",
    "Inès",
    "Chloé",
    "Manon",
    "Jules",
    "Hugo",
    "Théo",
    "Noé",
    "Éric",
    "Benoît",
    "Anaïs",
    "Loïc",
    "Maëlle",
    "Gaël",
    "Élodie",
]
_LAST = [
    "Lefèvre",
    "Garçon",
    "Noël",
    "Béranger",
    "Dupré",
    "Müller",
    "Châtelain",
    "Saint-Aubin",
    "Rousseau",
    "Faure",
    "Gauthier",
    "Perrin",
    "Leroy",
]
_CITIES = [
    "Lyon",
    "Nîmes",
    "Besançon",
    "Saint-Étienne",
    "Orléans",
    "Angoulême",
    "Paris",
    "Évry",
]
_PROBLEMS: dict[Outcome, list[tuple[str, str, str, str, str]]] = {
    Outcome.INVALID: [
        ("phoneNumber", "missing", "The phone number is missing; add one, or leave the row out.", "", "Téléphone"),
        (
            "phoneNumber",
            "damaged",
            "Excel ate the last digits; type the number again as text.",
            "3.36E+10",
            "Téléphone",
        ),
        ("phoneNumber", "invalid", "The number is too short for France; check its digits.", "06 39 98", "Téléphone"),
        ("email", "invalid", "This is no e-mail address; correct or empty it.", "camille.example.com", "Courriel"),
    ],
    Outcome.HELD: [
        (
            "phoneNumber",
            "shared",
            "The number belongs to somebody else; correct it, or the name.",
            "06 39 98 00 11",
            "Téléphone",
        )
    ],
    Outcome.REJECTED: [
        ("email", "refused", "The API refused the value: Invalid email format.", "zoe@example.museum", "Courriel")
    ],
    Outcome.FAILED: [("row", "failed", "No answer after 8 tries (503); bulk-io resume tries again.", "", "")],
}
_WARNING = (
    "phoneNumber",
    "landline",
    "This is a landline; it cannot be reached by WhatsApp.",
    "01 99 00 12 34",
    "Téléphone",
)


def big() -> Run:
    """Make a run of 200 rows of every outcome of an import, in French."""
    plan = [Outcome.CREATED] * 11 + [Outcome.UPDATED] * 4 + [Outcome.UNCHANGED, Outcome.MERGED, Outcome.INVALID]
    plan += [Outcome.CREATED, Outcome.INVALID]
    special = {17: Outcome.HELD, 57: Outcome.HELD, 93: Outcome.REJECTED, 120: Outcome.SKIPPED, 160: Outcome.FAILED}
    made = run(
        *(_result(row, special.get(row, plan[row % 20])) for row in range(2, 202)),
        requests_sent=171,
        requests_retried=9,
        seconds=12.43,
        started="2025-11-22T10:15:00Z",
        target="staging.example.com, Atelier Exemple SARL",
        notes=(
            "National numbers were read as French: 41 international numbers of the file are, and 152 of 155 fit.",
            "The 3 pages of existing contacts were read before the plan.",
        ),
    )
    for at, row in enumerate(row for row in made.rows if row.outcome is Outcome.UPDATED):
        made.changed.append(
            ContactChange(row.row, row.contact_id, row.name, Change("city", _CITIES[at % 8], "Bordeaux"))
        )
        if at % 3 == 0:
            made.changed.append(
                ContactChange(row.row, row.contact_id, row.name, Change("tags", "vip", "vip;salon 2025"))
            )
    made.clashing.extend(_clash(number) for number in (17, 57))
    return made


def _result(row: int, outcome: Outcome) -> Result:
    name = f"{_FIRST[row % len(_FIRST)]} {_LAST[row * 7 % len(_LAST)]}"
    found = [Problem(row, *each) for each in _PROBLEMS.get(outcome, [])[row // 20 % 4 :][:1]]
    if not found and outcome in _PROBLEMS:
        found = [Problem(row, *_PROBLEMS[outcome][0])]
    if row % 13 == 0:
        found.append(replace(Problem(row, *_WARNING), severity="warning"))
    contact = f"contact_{4000 + row}" if outcome in {"created", "updated", "unchanged", "merged"} else ""
    into = row - 1 if outcome is Outcome.MERGED else None
    return Result(row, outcome, contact, f"+33639980{row:03}", name, into, tuple(found), "FR", "file")


def _clash(row: int) -> Clash:
    return Clash(
        row,
        f"+33639980{row:03}",
        {"name": "Maëlle Faure", "email": "maelle@example.org", "city": "Nîmes"},
        {"name": "Hugo Saint-Aubin", "email": "hugo@example.com", "currentCompany": "Atelier Exemple", "city": "Nîmes"},
        "contact contact_311" if row == 17 else "row 14",
    )
