"""``bulk-io import``: a file's contacts into the CRM."""

from __future__ import annotations

from typing import Any

import click

from bulk_io import options
from bulk_io.cli.command import Command, checking, checking_options, connecting, connecting_options, output_options
from bulk_io.cli.terminal import Terminal
from bulk_io.cli.validate import shown


@click.command(
    "import",
    cls=Command,
    examples="""\
bulk-io import leads.csv --sandbox               try it on a local copy of the API
bulk-io import leads.csv --dry-run               what would happen? (reads only)
bulk-io import leads.csv --region FR --yes       from cron
bulk-io import leads.xlsx --add-tag fair-2026 --on-conflict fill""",
)
@click.argument("file")
@checking_options
@connecting_options
@click.option(
    "--lookup",
    type=click.Choice(options.CHOICES["lookup"]),
    default="auto",
    show_default=True,
    help="Read the CRM's contacts before the upload; auto: where that costs fewer requests.",
)
@click.option(
    "--find-duplicates/--no-find-duplicates",
    default=True,
    help="Tell how many rows may be one person that no number joins; nothing is merged by it.  [up to 20,000 rows]",
)
@click.option("--dry-run", is_flag=True, help="Stop after the plan; reads only.")
@click.option("--yes", is_flag=True, help="Approve the plan; never writes a held row.")
@output_options
def command(
    file: str,
    lookup: str,
    find_duplicates: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Import a file's contacts: create new ones, update existing ones, report every row."""
    from bulk_io import importing

    watcher = Terminal(quiet=quiet, verbose=verbose, approved=yes)
    report = importing.import_file(
        file,
        checking(given, lookup=lookup, find_duplicates=find_duplicates),
        connecting(given),
        dry_run=dry_run,
        run_dir=given["run_dir"],
        watcher=watcher,
    )
    return shown(report, watcher, as_json=as_json, quiet=quiet)
