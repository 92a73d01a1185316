"""``bulk-io inspect``: what the reader understands of a file."""

from __future__ import annotations

import csv
import sys
from typing import Any

import click

from bulk_io.cli.command import Command, mapping_options, output_options, reading_options
from bulk_io.cli.terminal import asked_password, coloured, escape, print_columns, print_document

_PROBLEMS = 5


@click.command(
    "inspect",
    cls=Command,
    examples="""\
bulk-io inspect leads.csv
bulk-io inspect leads.xlsx --sheet 2
bulk-io inspect leads.csv --csv > clean.csv      the table as read, as plain UTF-8 csv""",
)
@click.argument("file")
@reading_options
@mapping_options
@click.option("--csv", "as_csv", is_flag=True, help="Print the whole table as read, as UTF-8 comma CSV.")
@output_options
def command(file: str, as_csv: bool, as_json: bool, quiet: bool, verbose: bool, **given: Any) -> int:
    """Show a file's format, encoding, delimiter, sheet, header and columns, and the contact field of each and why."""
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other: both want stdout for themselves")
    from bulk_io import opening

    named = ("sheet", "header_row", "encoding", "delimiter", "password_file")
    table = opening.table(file, ask=asked_password, **{name: given[name] for name in named})
    if as_csv:
        _print_table(table)
        return 0
    found = _columns(table, given)
    rows = sum(len(chunk) for chunk in table.chunks())
    if as_json:
        from bulk_io.ledger import source_document

        print_document({"source": source_document(table.source), "rows": rows, "columns": found})
    elif not quiet:
        _print(table, rows, found)
    return 0


def _print_table(table: Any) -> None:
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass", newline="")  # type: ignore[union-attr]
    _print_rows([[name] for name in table.header])
    for chunk in table.chunks():
        _print_rows([chunk.iloc[:, at].to_numpy(object).tolist() for at in range(chunk.shape[1])])


def _print_rows(columns: list[list[str]]) -> None:
    rows = zip(*columns, strict=True)
    plain = csv.writer(sys.stdout, lineterminator="\n")
    if not any("\r" in "".join(column) for column in columns):
        plain.writerows(rows)
        return
    # csv quotes no carriage return unless it ends lines, and a reader would take it for an end.
    quoted = csv.writer(sys.stdout, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for cells in rows:
        (quoted if any("\r" in cell for cell in cells) else plain).writerow(cells)


def _columns(table: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
    from bulk_io import mapping, matching

    sample = next(table.chunks(matching.SAMPLE_ROWS), None)
    choice = matching.choose(table.header, sample, mapping=given["mapping"], overrides=given["map_"], required=False)
    fields = mapping.columns(choice.binding)
    return [
        {
            "header": one.header,
            "field": fields.get(one.header),
            "why": one.why,
            "samples": list(matching.samples(sample, one.header)),
        }
        for one in choice.proposals
    ]


def _print(table: Any, rows: int, columns: list[dict[str, Any]]) -> None:
    source = table.source
    facts = {
        "format": source.format,
        "encoding": source.encoding,
        "delimiter": repr(source.delimiter) if source.delimiter else None,
        "sheet": source.sheet,
        "header row": source.header_row or "none",
        "rows": f"{rows:,}",
    }
    print(escape(source.file))
    reasons = dict(source.reasons)
    for name, fact in facts.items():
        if fact is not None:
            why = coloured(f" ({escape(reasons[name])})", "bright_black") if name in reasons else ""
            print(f"  {name:<11} {escape(str(fact))}{why}")
    for note in (*source.notes, *(problem.message for problem in table.problems[:_PROBLEMS])):
        print(f"  note        {escape(note)}")
    if len(table.problems) > _PROBLEMS:
        print(f"  note        and {len(table.problems) - _PROBLEMS:,} more to look at")
    print()
    print_columns((one["header"], one["field"] or "", one["why"], one["samples"]) for one in columns)
