"""``bulk-io runs``: the runs of a folder."""

from __future__ import annotations

from pathlib import Path

import click

from bulk_io.cli.command import Command, output_options
from bulk_io.cli.terminal import escape, print_document


@click.command(
    "runs",
    cls=Command,
    examples="""\
bulk-io runs
bulk-io runs --json""",
)
@click.option("--run-dir", type=click.Path(path_type=Path), default=Path("bulk-io-runs"), show_default=True)
@output_options
def command(run_dir: Path, as_json: bool, quiet: bool, verbose: bool) -> int:
    """List runs, the newest first: id, file, state, outcomes."""
    from bulk_io import ledger, runs

    known = [ledger.brief(folder) for folder in reversed(runs.every(run_dir))]
    if as_json:
        print_document({"runs": known})
    elif not known and not quiet:
        click.echo(f"there are no runs in {run_dir}", err=True)
    for run in known if not as_json else []:
        outcomes = ", ".join(f"{count:,} {name}" for name, count in run["outcomes"].items() if count)
        print(f"{run['run']}  {run['state']:<9}  {escape(run['file'])}  {outcomes}")
    return 0
