"""``python -m bulk_io.sandbox``: the sandbox as a process of its own, for ``server.start`` and for tests by hand.

It prints one JSON line when it is ready, ``{"base_url": …, "api_key": …}``, or
``{"error": …, "exit": …}`` when it cannot start.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from bulk_io.errors import BulkIOError
from bulk_io.sandbox.server import Sandbox, serve


def main(arguments: list[str] | None = None) -> int:
    """Serve as the arguments say; return the exit code."""
    os.umask(0o077)
    options = _parser().parse_args(arguments)
    try:
        serve(
            options.data,
            options.port,
            ready=_say_ready,
            latency_ms=options.latency_ms,
            reset=options.reset,
            rate=options.rate,
            faults=options.faults,
            keys=dict(options.key),
            until_stdin_closes=options.follow_stdin,
        )
    except BulkIOError as error:
        _say({"error": str(error), "exit": error.exit_code})
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bulk_io.sandbox", description="The Contacts API on loopback.")
    parser.add_argument("--data", type=Path, help="folder to keep the data in (default: a temporary one)")
    parser.add_argument("--port", type=int, default=0, help="port of 127.0.0.1 (default: a free one)")
    parser.add_argument("--latency-ms", type=float, default=0, help="wait so long before each answer")
    parser.add_argument("--rate", type=_positive, help="requests a second for each key; more are answered 429")
    parser.add_argument("--reset", action="store_true", help="remove all contacts first")
    parser.add_argument("--key", type=_key, action="append", default=[], help="one more key: KEY=permission,permission")
    parser.add_argument("--faults", type=json.loads, help="fault rules, a JSON list")
    parser.add_argument("--follow-stdin", action="store_true", help="end when stdin does")
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def _key(text: str) -> tuple[str, tuple[str, ...]]:
    key, _, permissions = text.partition("=")
    return key, tuple(name for name in permissions.split(",") if name)


def _say_ready(sandbox: Sandbox) -> None:
    _say({"base_url": sandbox.base_url, "api_key": sandbox.api_key})


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
