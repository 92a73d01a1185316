"""``bulk-io demo``: the whole tool on invented data, in one command."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from bulk_io.cli.command import Command, output_options
from bulk_io.cli.terminal import Terminal, coloured, print_document, print_summary
from bulk_io.text import counted


@click.command(
    "demo",
    cls=Command,
    examples="""\
bulk-io demo                                     needs no key and no network""",
)
@click.option("--run-dir", type=click.Path(path_type=Path), default=Path("bulk-io-runs"), show_default=True)
@output_options
def command(run_dir: Path, as_json: bool, quiet: bool, verbose: bool) -> int:
    """Import the sample data into a sandbox of its own, export it back, and say where the reports are."""
    from bulk_io import exporting, importing, sandbox
    from bulk_io.options import Connecting, Options

    documents = []
    with tempfile.TemporaryDirectory(prefix="bulk-io-demo-") as folder, sandbox.start(Path(folder) / "crm") as running:
        connecting = Connecting(base_url=running.base_url, api_key=running.api_key)
        for file in samples():
            watcher = Terminal(quiet=quiet, verbose=verbose, began=time.monotonic())
            if not as_json and not quiet:
                print(coloured(f"\n── bulk-io import {file} ──\n", "cyan"), flush=True)
            report = importing.import_file(file, Options(), connecting, dry_run=False, run_dir=run_dir, watcher=watcher)
            watcher.end()
            documents.append(report.document)
            if not as_json and not quiet:
                print_summary(report.summary)
        target = run_dir / "demo-contacts.xlsx"
        summary = exporting.export(target, exporting.Selection(), connecting, watcher=Terminal(quiet=True))
    if as_json:
        print_document({"imports": documents, "export": summary.document})
    elif not quiet:
        print(coloured(f"\n── bulk-io export {target} ──\n", "cyan"))
        print(f"{counted(summary.contacts, 'contact')} in {target}")
        print(f"\nOpen the reports: {documents[0]['files']['page']}")
    return 0


def samples() -> list[Path]:
    """Give the sample files, shipped in the package or beside it in a checkout; from here if they are below."""
    import bulk_io

    package = Path(bulk_io.__file__).parent
    folder = next(place for place in (package / "sample_data", package.parent / "sample_data") if place.is_dir())
    folder = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    return [folder / name for name in ("leads-fr.csv", "hubspot.xlsx", "phones-eaten-by-excel.xlsx", "clean.csv")]
