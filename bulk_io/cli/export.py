"""``bulk-io export``: contacts into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bulk_io.cli.command import Command, connecting, connecting_options, output_options
from bulk_io.cli.terminal import Terminal, counted, escape, print_document


@click.command(
    "export",
    cls=Command,
    examples="""\
bulk-io export contacts.xlsx
bulk-io export contacts.csv --search dupont --updated-since 2026-03-01
bulk-io export contacts.jsonl --sandbox --json""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--search", default="", help="Only contacts with this text in name, e-mail or phone number.")
@click.option("--created-since", default="", metavar="DATE", help="Only contacts created after this date (ISO 8601).")
@click.option("--updated-since", default="", metavar="DATE", help="Only contacts updated after this date (ISO 8601).")
@click.option("--fields", default="", metavar="A,B", help="Only these fields, in this order.  [all]")
@click.option("--format", "format_", default="", metavar="xlsx|csv|jsonl", help="The format.  [by the file's name]")
@connecting_options
@output_options
def command(
    file: Path,
    search: str,
    created_since: str,
    updated_since: str,
    fields: str,
    format_: str,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Export all contacts, or filtered ones; the file appears whole or not at all, and imports back as it is."""
    from bulk_io import exporting

    watcher = Terminal(quiet=quiet, verbose=verbose)
    selection = exporting.Selection(
        search=search,
        created_since=created_since,
        updated_since=updated_since,
        fields=[name.strip() for name in fields.split(",") if name.strip()],
    )
    summary = exporting.export(file, selection, connecting(given), format=format_, watcher=watcher)
    watcher.end()
    if as_json:
        print_document(summary.document)
    elif not quiet:
        print(f"{counted(summary.contacts, 'contact')} in {escape(summary.file)}")
        print(f"{summary.seconds:.1f} s, {counted(summary.requests, 'request')}")
    return 0
