"""``bulk-io duplicates``: who may be twice, as a workbook to decide in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulk_io.cli.command import (
    Command,
    checking,
    connecting,
    connecting_options,
    mapping_options,
    output_options,
    reading_options,
)
from bulk_io.cli.terminal import Terminal, escape, print_document
from bulk_io.text import counted

if TYPE_CHECKING:
    from bulk_io.reviewing import Reviewed


@click.command(
    "duplicates",
    cls=Command,
    examples="""\
bulk-io duplicates leads.csv                     who is twice in this list? (talks to nobody)
bulk-io duplicates leads.csv --against-crm       … or in the CRM already? (reads only)
bulk-io duplicates leads.csv --against old.xlsx  … or in another list?
bulk-io import leads.csv --decisions duplicates.xlsx    import it as you decided""",
)
@click.argument("file")
@click.option("--against-crm", is_flag=True, help="Hold the file against the contacts of the CRM too.")
@click.option("--against", type=click.Path(path_type=Path), metavar="OTHER", help="Hold it against another file too.")
@click.option("--against-mapping", metavar="NAME|PATH", help="The mapping of OTHER.  [found by headers]")
@click.option("--output", "-o", type=click.Path(path_type=Path), default=Path("duplicates.xlsx"), show_default=True)
@click.option(
    "--prefer",
    metavar="most-complete|newest|source [ORDER]",
    default="most-complete",
    show_default=True,
    help="Whose value comes first where rows differ: the fullest row's, the last row's, the first row's; or, with "
    "'source Fair,Web', those of rows that say Fair in any column or tag, then Web, then the others. In such an order "
    "'file', 'other' and 'crm' name all rows of FILE, of OTHER, and contacts; unless 'crm' is in it, a contact of the "
    "CRM comes before all rows.",
)
@reading_options
@mapping_options
@click.option("--region", metavar="CC", default="", help="Country of national numbers in rows that name none.")
@click.option("--limit-rows", type=click.IntRange(min=1), metavar="N", help="Read only the first N data rows.")
@connecting_options
@output_options
def command(
    file: str,
    against_crm: bool,
    against: Path | None,
    against_mapping: str | None,
    output: Path,
    prefer: str,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **given: Any,
) -> int:
    """Find rows that may be one person, also where no phone number says so; nothing is merged until you decide."""
    from bulk_io import reviewing
    from bulk_io.likeness.survivors import Preference

    watcher = Terminal(quiet=quiet, verbose=verbose)
    try:
        wish = Preference.of(prefer)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--prefer") from None
    asked = reviewing.Asked(
        output=output,
        other=against,
        other_mapping=against_mapping,
        connecting=connecting(given) if against_crm else None,
        prefer=wish,
    )
    found = reviewing.review(file, checking(given), asked, watcher=watcher)
    watcher.end()
    if as_json:
        print_document(found.document)
    elif not quiet:
        _print(found)
    return 0


def _print(found: Reviewed) -> None:
    print(f"{escape(found.file)}  ({counted(found.rows, 'row')})\n")
    told = {
        "same": "number or e-mail and name are the same",
        "possible": "may be one person",
        "conflict": "one number, two people",
    }
    for band, story in told.items():
        print(f"  {band:<10} {counted(found.bands[band], 'pair'):>15}  {story}")
    if found.in_crm:
        print(f"  {'in the CRM':<10} {counted(found.in_crm, 'pair'):>15}  contacts that may be one person")
    if found.review:
        print(f"\n  to decide  {escape(found.review)}  ({counted(found.groups, 'group')})")
        print(f"  then       bulk-io import {escape(found.file)} --decisions {escape(found.review)}")
        print("             what is not decided is not merged")
    elif not found.compared:
        print("\n  nothing to compare: it takes two rows with a name, a number or an e-mail address")
    else:
        print("\n  nobody seems to be twice")
