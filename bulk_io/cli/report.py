"""``bulk-io report``: a run's reports again, from its journal."""

from __future__ import annotations

from pathlib import Path

import click

from bulk_io.cli.command import Command, output_options
from bulk_io.cli.terminal import Terminal
from bulk_io.cli.validate import shown


@click.command(
    "report",
    cls=Command,
    examples="""\
bulk-io report                                   the newest run
bulk-io report 20260301-101500-leads-abcd --json""",
)
@click.argument("run", required=False)
@click.option("--run-dir", type=click.Path(path_type=Path), default=Path("bulk-io-runs"), show_default=True)
@output_options
def command(run: str | None, run_dir: Path, as_json: bool, quiet: bool, verbose: bool) -> int:
    """Make a run's reports again from its journal, and show its summary."""
    from bulk_io import jobs

    return shown(jobs.report(run, run_dir=run_dir), Terminal(quiet=True), as_json=as_json, quiet=quiet, notes=True)
