"""``bulk-io sandbox``: the Contacts API on this machine."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from bulk_io.cli.command import Command, output_options
from bulk_io.cli.terminal import print_document


@click.command(
    "sandbox",
    cls=Command,
    examples="""\
bulk-io sandbox                                  prints its URL and key, serves until Ctrl-C
bulk-io sandbox --data ./crm --port 8800 --latency-ms 20
bulk-io sandbox --reset""",
)
@click.option("--data", type=click.Path(path_type=Path), help="Its folder.  [in the user's data folder]")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port.  [a free one]")
@click.option("--latency-ms", type=click.FloatRange(min=0), default=0, help="Wait so long before each answer.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Answer 429 above so many requests a second.")
@click.option("--reset", is_flag=True, help="Begin without contacts.")
@output_options
def command(
    data: Path | None,
    port: int,
    latency_ms: float,
    rate: float | None,
    reset: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run the documented Contacts API on loopback, with SQLite behind it, and print its URL and key."""
    from bulk_io import sandbox

    folder = data or sandbox.default_data()

    def ready(running: sandbox.Sandbox) -> None:
        if as_json:
            print_document({"base_url": running.base_url, "api_key": running.api_key, "data": str(folder)})
        else:
            print(f"ISAO_BASE_URL={running.base_url}\nISAO_API_KEY={running.api_key}")
            if not quiet:
                print(f"the sandbox keeps its contacts in {folder}; Ctrl-C ends it", file=sys.stderr)
        sys.stdout.flush()

    ended = sandbox.serve(folder, port, ready=ready, latency_ms=latency_ms, reset=reset, rate=rate)
    return 0 if ended in (0, signal.SIGINT) else 128 + ended
