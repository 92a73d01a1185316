"""The Summary sheet of report.xlsx: the verdict, the counts, what to do next, and how the file was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bulk_io import fields
from bulk_io.records import Source, Summary
from bulk_io.reports import outcomes
from bulk_io.reports.outcomes import COLOURS
from bulk_io.text import counted
from bulk_io.writing import Sheet

Row = list[str | int | None]
_TEXT = 2
_MOST_CODES = 20


def sheet(summary: Summary, files: Mapping[str, Path | None], *, cut: Mapping[str, int]) -> Sheet:
    """Make the Summary sheet. ``cut`` names the sheets that do not show all, each with the rows that it shows."""
    rejected = files.get("rejected")
    sections: list[tuple[str, list[Row]]] = [
        ("What happened", list(_counts(summary))),
        ("What to do next", list(_next(outcomes.steps(summary, rejected.name if rejected else None)))),
        ("Commonest problems", _codes(summary.problems)),
        ("Warnings", _codes(summary.warnings)),
        ("Phone numbers, by cause", [["", trouble.count, str(trouble)] for trouble in summary.troubles]),
        ("The file", [[label, None, text] for label, text in source_facts(summary.source)]),
        ("Columns", [[label(field), None, f"from {column}"] for column, field in summary.columns.items()]),
        ("The run", [[label, None, text] for label, text in run_facts(summary)]),
        ("Notes", [["", None, note] for note in [*_cut_notes(cut), *summary.source.notes, *summary.notes]]),
    ]
    rows: list[Row] = [[outcomes.headline(summary), None, ""]]
    headings = [0]
    for heading, lines in sections:
        if lines:
            headings.append(len(rows) + 1)
            rows += [["", None, ""], [heading, None, ""], *lines]
    title = f"{outcomes.title(summary)} of {summary.source.file}"
    return Sheet(
        "Summary",
        (title, "", ""),
        rows,
        kinds={1: "integer"},
        widths={0: 28, 1: 10, 2: 84},
        wrapped={_TEXT},
        colours={0: COLOURS},
        headings=headings,
        page=True,
    )


def source_facts(source: Source) -> list[tuple[str, str]]:
    """Give what the reader understood of the file, as pairs of label and text; what does not apply is left out."""
    delimiters = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}
    facts = [
        ("File", source.file),
        ("Format", source.format),
        ("Encoding", source.encoding or ""),
        ("Delimiter", delimiters.get(source.delimiter or "", source.delimiter or "")),
        ("Sheet", source.sheet or ""),
        ("Header", f"row {source.header_row}" if source.header_row else "none"),
    ]
    return [(label, text) for label, text in facts if text]


def run_facts(summary: Summary) -> list[tuple[str, str]]:
    """Give what there is to know about the run itself, as pairs of label and text."""
    sent = f"{summary.requests_sent:,}" + (
        f", {summary.requests_retried:,} of them again" * bool(summary.requests_retried)
    )
    facts = [
        ("Run", summary.run),
        ("State", summary.state),
        ("Started", started(summary)),
        ("Took", f"{summary.seconds:,.1f} seconds" if summary.seconds else ""),
        ("Written to", summary.target if not outcomes.is_plan(summary) else ""),
        ("Compared with", summary.target if outcomes.is_plan(summary) else ""),
        ("Requests", sent if summary.requests_sent else ""),
        ("Mapping", summary.mapping),
    ]
    return [(name, text) for name, text in facts if text]


def started(summary: Summary) -> str:
    """Give the start as people write it; the journal has ISO 8601 in UTC."""
    day, _, time = summary.started.partition("T")
    return f"{day} {time[:5]} UTC" if time else day


def label(field: str) -> str:
    """Name one or several contact fields (joined with commas) as people call them."""
    names = [name.strip() for name in field.split(",")]
    return ", ".join(fields.BY_NAME[name].label if name in fields.BY_NAME else name for name in names)


def _counts(summary: Summary) -> Iterator[Row]:
    for tally in outcomes.tallies(summary):
        yield [tally.outcome.value, tally.rows, tally.meaning]
    yield ["rows in the file", summary.rows, ""]


def _codes(counts: Mapping[str, int]) -> list[Row]:
    commonest = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rows: list[Row] = [[code, count, ""] for code, count in commonest[:_MOST_CODES]]
    if len(commonest) > _MOST_CODES:
        rows.append([counted(len(commonest) - _MOST_CODES, "more kind"), None, "see the sheet Problems"])
    return rows


def _next(steps: Sequence[outcomes.Step]) -> Iterator[Row]:
    for number, step in enumerate(steps, 1):
        yield ["", None, f"{number}. {step.text}" if len(steps) > 1 else step.text]
        if step.command:
            yield ["", None, f"    {step.command}"]


def _cut_notes(cut: Mapping[str, int]) -> list[str]:
    return [
        f"The sheet {name} shows the first {counted(most, 'row')}."
        + (" All rows are in results.csv." if name in {"Results", "Duplicates"} else "")
        for name, most in cut.items()
    ]
