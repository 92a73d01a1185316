"""The commands, one module each, a thin skin over the library; a module is imported when its command is used."""

from __future__ import annotations

import importlib
import time

import click

from bulk_io import __version__
from bulk_io.cli.command import Command, Group

STARTED = time.monotonic()
"""When the process began, but for the interpreter itself."""
COMMANDS: dict[str, str] = {
    "inspect": "Show what the reader understands of a file.",
    "validate": "Check a file and write the dry-run report; talks to nobody.",
    "duplicates": "Find people who are twice in a file, or in the CRM already.",
    "import": "Import a file's contacts into the CRM.",
    "resume": "Go on with an interrupted import.",
    "runs": "List runs.",
    "report": "Make a run's reports again.",
    "export": "Export contacts to xlsx, csv, jsonl, parquet or vCard.",
    "diff": "Show what is different between two exports, or an export and the CRM.",
    "mapping": "List, show and suggest mappings of columns to contact fields.",
    "sandbox": "Run the Contacts API locally.",
    "demo": "Import sample data into a sandbox and export it back.",
}


class _Lazy(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bulk_io.cli.{cmd_name.replace('import', 'imports')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Lazy,
    help="Get contacts into and out of the ISAO CRM by spreadsheet.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="bulk-io")
def bulk_io() -> None:
    """Hold the commands together."""


bulk_io.examples = """\
bulk-io validate leads.csv                 what is wrong with this list? (talks to nobody)
bulk-io import leads.csv --sandbox         try the import on a local copy of the API
bulk-io import leads.csv --region FR       import it (key in ISAO_API_KEY)
bulk-io export contacts.xlsx               all contacts into a workbook"""

__all__ = ["COMMANDS", "Command", "bulk_io"]
