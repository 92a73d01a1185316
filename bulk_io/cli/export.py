"""``bulk-io export``: contacts into a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulk_io.cli.command import Command, connecting, connecting_options, output_options
from bulk_io.cli.terminal import Terminal, escape, print_document
from bulk_io.errors import UsageError
from bulk_io.text import counted

if TYPE_CHECKING:
    from bulk_io.exporting import ExportSummary


@click.command(
    "export",
    cls=Command,
    examples="""\
bulk-io export contacts.xlsx                                   all contacts; edit and import it again
bulk-io export contacts.csv --search dupont --updated-since 7d
bulk-io export vips.vcf --tag vip --country France             for an address book
bulk-io export hubspot.csv --mapping hubspot                   under another system's headers
bulk-io export new.csv --since-last                            what is new since the last time, from cron
bulk-io export - --format jsonl | jq .email""",
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--search", default="", help="Only contacts with this text in name, e-mail or phone number.")
@click.option("--created-since", default="", metavar="WHEN", help="Only contacts created after: 2026-03-01, 7d, 12h.")
@click.option("--updated-since", default="", metavar="WHEN", help="Only contacts updated after: 2026-03-01, 7d, 12h.")
@click.option("--since-last", is_flag=True, help="Only what was created or updated since the last export to this file.")
@click.option("--tag", multiple=True, help="Only contacts with this tag, or one of several.")
@click.option("--country", multiple=True, help="Only contacts of this country (name or code), or one of several.")
@click.option("--fields", default="", metavar="A,B", help="Only these fields, in this order.  [all]")
@click.option(
    "--sort", default="", metavar="FIELD", help="Sort by a field; -FIELD: descending.  [as the API lists them]"
)
@click.option("--mapping", default="", metavar="NAME|PATH", help="Write under the headers of another system.")
@click.option(
    "--format", "format_", default="", metavar="xlsx|csv|jsonl|parquet|vcf", help="The format.  [by the file's name]"
)
@click.option(
    "--csv-style",
    type=click.Choice(["spreadsheet", "exact"]),
    default=None,
    help="spreadsheet: no cell runs as a formula; exact: every cell as it is.  [spreadsheet; with --mapping: exact]",
)
@connecting_options
@output_options
def command(
    file: Path,
    search: str,
    created_since: str,
    updated_since: str,
    since_last: bool,
    tag: tuple[str, ...],
    country: tuple[str, ...],
    fields: str,
    sort: str,
    mapping: str,
    format_: str,
    csv_style: str | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Export all contacts, or filtered ones, to a file ('-': standard output) that appears whole or not at all."""
    from bulk_io import exporting

    to_stdout = str(file) == "-"
    if to_stdout and as_json:
        raise UsageError("--json and the export cannot both go to standard output; give the export a file")
    watcher = Terminal(quiet=quiet, verbose=verbose)
    selection = exporting.Selection(
        search=search,
        created_since=created_since,
        updated_since=updated_since,
        tags=tag,
        countries=country,
        fields=[name.strip() for name in fields.split(",") if name.strip()],
        sort=sort,
    )
    layout = exporting.Layout(format=format_, csv_style=csv_style or "", mapping=mapping)
    summary = exporting.export(
        file, selection, connecting(given), layout=layout, since_last=since_last, watcher=watcher
    )
    watcher.end()
    if as_json:
        print_document(summary.document)
    elif not quiet:
        _tell(summary, to_stdout=to_stdout)
    return 0


def _tell(summary: ExportSummary, *, to_stdout: bool) -> None:
    talk = sys.stderr if to_stdout else sys.stdout
    where = "" if to_stdout else f" in {escape(summary.file)}"
    print(f"{counted(summary.contacts, 'contact')}{where}", file=talk)
    print(f"{summary.seconds:.1f} s, {counted(summary.requests, 'request')}", file=talk)
