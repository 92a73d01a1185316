"""``bulk-io diff``: what is different between two exports, or between an export and the CRM."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulk_io import formulas
from bulk_io.cli.command import Command, connecting, connecting_options, output_options
from bulk_io.cli.terminal import Terminal, coloured, escape

if TYPE_CHECKING:
    from bulk_io.differing import Difference

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_HEADER = ("change", "id", "name", "phoneNumber", "field", "old", "new")


@click.command(
    "diff",
    cls=Command,
    examples="""\
bulk-io diff monday.xlsx friday.xlsx
bulk-io diff monday.csv                        against the CRM as it is now
bulk-io diff monday.csv friday.csv --format csv > changes.csv""",
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path), required=False)
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@connecting_options
@output_options
def command(old: Path, new: Path | None, format_: str, as_json: bool, quiet: bool, verbose: bool, **given: Any) -> int:
    """Show which contacts were added, removed and changed from OLD to NEW (without NEW: to the CRM as it is now)."""
    from bulk_io import differing

    watcher = Terminal(quiet=quiet, verbose=verbose)
    found = differing.differences(old, new, connecting(given), watcher=watcher)
    if as_json or format_ == "json":
        _print_json(found, str(old), str(new) if new else None)
        return 0
    if format_ == "csv":
        click.echo(_line(_HEADER), nl=False)
    counts = differing.count(found, _csv if format_ == "csv" else _table)
    watcher.end()
    if format_ == "table" and not quiet:
        click.echo(", ".join(f"{count:,} {kind}" for kind, count in counts.items()))
    return 0


def _print_json(found: Any, old: str, new: str | None) -> None:
    """Print the differences as one document."""
    from bulk_io import differing

    out: dict[str, list[Any]] = {"added": [], "removed": [], "changed": []}
    counts = differing.count(found, lambda one: out[one.kind].append(one.document))
    click.echo(json.dumps({"old": old, "new": new, "counts": counts, **out}, ensure_ascii=False))


def _table(one: Difference) -> None:
    sign, colour = _SIGNS[one.kind]
    contact = one.contact
    who = escape(f"{contact.id}  {contact['name']}  {contact['phoneNumber']}")
    click.echo(coloured(f"{sign} {who}", colour))
    for change in one.changes:
        click.echo(f"    {change.field}: {escape(change.old) or '(empty)'} → {escape(change.new) or '(empty)'}")


def _csv(one: Difference) -> None:
    contact = one.contact
    start = (one.kind, contact.id, str(contact["name"]), str(contact["phoneNumber"]))
    for change in one.changes:
        click.echo(_line((*start, change.field, change.old, change.new)), nl=False)
    if not one.changes:
        click.echo(_line((*start, "", "", "")), nl=False)


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(map(formulas.guard, cells))
    return out.getvalue()
