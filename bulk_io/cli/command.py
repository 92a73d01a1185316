"""A command whose help opens with examples, and the option groups that commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bulk_io import options

_F = TypeVar("_F", bound=Callable[..., Any])


class _WithExamples(click.Command):
    examples: str = ""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples.splitlines():
                    formatter.write(" " * formatter.current_indent + line + "\n")
            formatter.write_paragraph()
        super().format_help(ctx, formatter)


class Command(_WithExamples, click.Command):
    """A command with ``examples``, one a line."""

    def __init__(self, *args: Any, examples: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.examples = examples


class Group(_WithExamples, click.Group):
    """A group of commands with ``examples``."""

    def __init__(self, *args: Any, examples: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.examples = examples


def _all(*decorators: Callable[[Any], Any]) -> Callable[[_F], _F]:
    def decorate(function: _F) -> _F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


output_options = _all(
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout, nothing else."),
    click.option("--quiet", is_flag=True, help="Print no talk and no progress."),
    click.option("--verbose", is_flag=True, help="Say more about what is done."),
)

reading_options = _all(
    click.option("--sheet", metavar="NAME|NUMBER", help="The sheet to read.  [the one that looks like the table]"),
    click.option("--header-row", type=int, metavar="N", help="The header's row, as Excel counts.  [detected]"),
    click.option("--encoding", help="The file's encoding, such as cp1252.  [detected]"),
    click.option("--delimiter", metavar="CHAR", help="What separates the cells of a text file.  [detected]"),
    click.option("--password-file", metavar="PATH", help="A file whose first line is the workbook's password."),
)


def _ordered(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    if texts:
        from bulk_io import overrides

        overrides.refuse_unordered(texts)
    return texts


mapping_options = _all(
    click.option("--mapping", metavar="NAME|PATH", help="The mapping of columns to fields.  [found by headers]"),
    click.option(
        "--map",
        "map_",
        multiple=True,
        metavar="'HEADER=field'",
        callback=_ordered,
        help="Map one column; 'HEADER=' ignores it, 'HEADER=optOut' (optIn) holds the rows that say no there.",
    ),
)
saving_option = click.option(
    "--save-mapping", metavar="NAME", default="", help="Keep the mapping under this name, for files with these headers."
)


def _choice(name: str, *, help: str, default: str) -> Callable[[_F], _F]:
    flag = "--" + name.replace("_", "-")
    return click.option(flag, type=click.Choice(options.CHOICES[name]), default=default, show_default=True, help=help)


checking_options = _all(
    reading_options,
    mapping_options,
    saving_option,
    click.option("--region", metavar="CC", default="", help="Country of national numbers in rows that name none."),
    _choice("on_duplicate", default="merge", help="Rows of the file that are the same contact."),
    _choice("on_conflict", default="update", help="Rows whose contact exists in the CRM."),
    _choice("on_name_mismatch", default="hold", help="Rows whose phone number belongs to somebody else."),
    _choice("on_stale", default="hold", help="Cells that you and somebody in the CRM changed since the export."),
    _choice("tags", default="merge", help="Add tags to the contact's, or replace them."),
    click.option("--add-tag", multiple=True, metavar="TAG", help="Give every contact this tag too."),
    click.option("--clear-empty", is_flag=True, help="Let an empty cell blank the stored value."),
    click.option("--lenient", is_flag=True, help="Leave a bad optional value out instead of refusing the row."),
    click.option("--include-opted-out", is_flag=True, help="Send rows too that say their person opted out."),
    click.option("--limit-rows", type=click.IntRange(min=1), metavar="N", help="Read only the first N data rows."),
    click.option(
        "--decisions", default="", metavar="FILE", help="What you decided in a review that `bulk-io duplicates` made."
    ),
    click.option("--run-dir", type=click.Path(path_type=Path), default=Path("bulk-io-runs"), show_default=True),
)

connecting_options = _all(
    click.option("--base-url", metavar="URL", help="The API.  [ISAO_BASE_URL, else the staging API]"),
    click.option("--api-key-file", type=click.Path(path_type=Path), help="A file that holds the key.  [ISAO_API_KEY]"),
    click.option("--sandbox", is_flag=True, help="Use a local sandbox instead of the API; needs no key."),
    click.option("--concurrency", type=click.IntRange(min=1), metavar="N", help="Most requests in flight.  [adapts]"),
    click.option("--rate", type=float, metavar="N", help="Requests a second at most."),
    click.option("--timeout", type=float, default=30.0, show_default=True, metavar="S", help="For a whole answer."),
    click.option(
        "--give-up-after",
        type=float,
        default=120.0,
        show_default=True,
        metavar="S",
        help="How long to wait for an API that cannot be reached any more; then the run stops, to be resumed.",
    ),
)


def checking(given: dict[str, Any], **more: Any) -> options.Options:
    """Make the options record of what `checking_options` gave."""
    names = options.Options.__dataclass_fields__
    chosen = {name: given[name] for name in names if name in given}
    return options.Options(map=tuple(given["map_"]), **chosen, **more)


def connecting(given: dict[str, Any]) -> options.Connecting:
    """Make the connection record of what `connecting_options` gave; the key comes from a file or the environment."""
    from dotenv import dotenv_values

    from bulk_io.access import KEY_VARIABLE, URL_VARIABLE, read_key_file

    stored = {name: value for name, value in dotenv_values(".env").items() if value} if Path(".env").is_file() else {}
    found = {name: os.environ.get(name) or stored.get(name, "") for name in (KEY_VARIABLE, URL_VARIABLE)}
    key_file = given["api_key_file"]
    return options.Connecting(
        base_url=given["base_url"] or found[URL_VARIABLE],
        api_key=read_key_file(key_file) if key_file else found[KEY_VARIABLE],
        sandbox="" if given["sandbox"] else None,
        concurrency=given["concurrency"],
        rate=given["rate"],
        timeout=given["timeout"],
        give_up_after=given["give_up_after"],
    )
