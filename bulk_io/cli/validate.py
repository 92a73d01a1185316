"""``bulk-io validate``: the dry-run validation report."""

from __future__ import annotations

from typing import Any

import click

from bulk_io.cli.command import Command, checking, checking_options, output_options
from bulk_io.cli.terminal import Terminal, escape, print_document, print_summary


@click.command(
    "validate",
    cls=Command,
    examples="""\
bulk-io validate leads.csv
bulk-io validate leads.xlsx --sheet Prospects --region FR
bulk-io validate leads.csv --map 'Portable=phoneNumber' --json""",
)
@click.argument("file")
@checking_options
@output_options
def command(file: str, as_json: bool, quiet: bool, verbose: bool, **given: Any) -> int:
    """Check a file and write the reports, as if the CRM were empty; talks to nobody."""
    from bulk_io import jobs

    watcher = Terminal(quiet=quiet, verbose=verbose)
    report = jobs.validate(file, checking(given), run_dir=given["run_dir"], watcher=watcher)
    return shown(report, watcher, as_json=as_json, quiet=quiet)


def shown(report: Any, watcher: Terminal, *, as_json: bool, quiet: bool, notes: bool = False) -> int:
    """Print a job's report and give its exit code; ``notes`` repeats what the run noted."""
    watcher.end()
    if report.error:
        click.echo(f"Error: {escape(str(report.error))}", err=True)
    if as_json:
        print_document(report.document)
    elif not quiet:
        print_summary(report.summary, notes=notes)
    return int(report.exit_code)
