"""``bulk-io mapping``: how columns become contact fields; list, show, suggest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bulk_io.cli.command import Command, Group, output_options, reading_options
from bulk_io.cli.terminal import asked_password, print_document
from bulk_io.errors import UsageError


@click.group("mapping", cls=Group)
def command() -> None:
    """List, show and suggest mappings of columns to contact fields."""


command.examples = """\
bulk-io mapping list
bulk-io mapping show hubspot
bulk-io mapping suggest leads.csv > leads.toml   then edit it, and: bulk-io import leads.csv --mapping leads.toml"""


@command.command("list", cls=Command, examples="bulk-io mapping list")
@output_options
def list_(as_json: bool, quiet: bool, verbose: bool) -> int:
    """List the shipped mappings and your own."""
    from bulk_io import mappingfile

    known = [(one, "shipped") for one in mappingfile.shipped()] + [(one, "own") for one in mappingfile.own()]
    if as_json:
        print_document({"mappings": [{"name": m.name, "title": m.title, "kind": kind} for m, kind in known]})
    for mapping, kind in known if not (as_json or quiet) else []:
        print(f"{mapping.name:<24} {kind:<8} {mapping.title}")
    return 0


@command.command("show", cls=Command, examples="bulk-io mapping show hubspot")
@click.argument("name")
@output_options
def show(name: str, as_json: bool, quiet: bool, verbose: bool) -> int:
    """Print a mapping file."""
    from bulk_io import mappingfile

    path, _ = mappingfile.find(name)
    mapping = mappingfile.read(path)
    if as_json:
        print_document(mapping.model_dump(mode="json"))
    elif not quiet:
        print(path.read_text(encoding="utf-8"), end="")
    return 0


@command.command(
    "suggest",
    cls=Command,
    examples="""\
bulk-io mapping suggest leads.csv > leads.toml
bulk-io mapping suggest leads.csv --output leads.toml""",
)
@click.argument("file")
@click.option("--output", type=click.Path(path_type=Path), help="Write the mapping here.  [stdout]")
@reading_options
@output_options
def suggest(file: str, output: Path | None, as_json: bool, quiet: bool, verbose: bool, **given: Any) -> int:
    """Write a mapping file for FILE, to be edited: what each column was taken for and why."""
    from bulk_io import matching, opening, suggestion

    table = opening.table(file, ask=asked_password, **given)
    choice = matching.choose(table.header, next(table.chunks(matching.SAMPLE_ROWS), None), required=False)
    text = suggestion.toml(choice, Path(file).stem or "mapping")
    if output is not None:
        try:
            with output.open("x", encoding="utf-8") as made:
                made.write(text)
        except OSError as error:
            raise UsageError(f"--output {output}: {error.strerror or error}") from error
    if as_json:
        print_document({"file": str(output) if output else None, "mapping": text})
    elif output is None:
        print(text, end="")
    elif not quiet:
        print(f"wrote {output}; edit it, then use --mapping {output}")
    return 0
