"""``bulk-io resume``: go on with an interrupted import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bulk_io.cli.command import Command, connecting, connecting_options, output_options
from bulk_io.cli.terminal import Terminal
from bulk_io.cli.validate import shown


@click.command(
    "resume",
    cls=Command,
    examples="""\
bulk-io resume                                   the newest unfinished run
bulk-io resume 20260301-1015 --yes""",
)
@click.argument("run", required=False)
@click.option("--run-dir", type=click.Path(path_type=Path), default=Path("bulk-io-runs"), show_default=True)
@connecting_options
@click.option("--yes", is_flag=True, help="Approve the plan; never writes a held row.")
@output_options
def command(run: str | None, run_dir: Path, yes: bool, as_json: bool, quiet: bool, verbose: bool, **given: Any) -> int:
    """Go on with an interrupted import, under the options it began with; rows that failed are tried again."""
    from bulk_io import importing

    watcher = Terminal(quiet=quiet, verbose=verbose, approved=yes)
    report = importing.resume(run, connecting(given), run_dir=run_dir, watcher=watcher)
    return shown(report, watcher, as_json=as_json, quiet=quiet)
