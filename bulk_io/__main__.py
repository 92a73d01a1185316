"""The command ``bulk-io``: errors become one line and an exit code here, and nowhere else."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from types import FrameType

from bulk_io.errors import BulkIOError, InputError, Interrupted

SELDOM = (50_000, 20, 20)
"""When the garbage collector looks: the usual (700, 10, 10) costs a tenth of the time where rows come and go by the
hundred thousand, and finds next to nothing."""


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    gc.set_threshold(*SELDOM)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = _told("stopped by Ctrl-C", 130, sys.argv[1:])
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command line in this process; gives its exit code and never raises for what a user can cause."""
    import click

    from bulk_io.cli import bulk_io

    try:
        code = bulk_io.main(arguments, prog_name="bulk-io", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        return _told(error.format_message(), 2, arguments, hint=_usage(error))
    except (KeyboardInterrupt, click.Abort):
        return _told("stopped by Ctrl-C", 130, arguments)
    except BulkIOError as error:
        return _told(str(error), error.exit_code, arguments)
    except BrokenPipeError:
        _shut_stdout()  # whoever read our output has gone: nothing is left to say
        return 141
    except OSError as error:
        if error.filename is not None:
            return _internal(error, arguments)
        _shut_stdout()
        return _told(f"standard output cannot be written ({error.strerror or error}); send it elsewhere", 1, [])
    except MemoryError:
        return _told("too large: there is not enough memory for this file", 3, arguments)
    except Exception as error:
        return _internal(error, arguments)


def _told(message: str, code: int, arguments: list[str], *, hint: str = "") -> int:
    from bulk_io.cli.terminal import escape

    sentence = escape(message)
    # of a file that cannot be read, the reason comes first
    prefix = "" if code == InputError.exit_code else "Error: "
    print(f"{prefix}{sentence}{hint}", file=sys.stderr)
    if "--json" in arguments:
        try:
            print(json.dumps({"error": sentence, "exit": code}, ensure_ascii=False), flush=True)
        except OSError:
            _shut_stdout()  # nobody reads it: the line above has said it
    return code


def _internal(error: Exception, arguments: list[str]) -> int:
    if "--verbose" in arguments:
        return _traced()
    return _told(f"internal error: {type(error).__name__}; --verbose shows where, please report it", 1, arguments)


def _shut_stdout() -> None:
    """Lead standard output nowhere, so that closing it cannot fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _traced() -> int:
    """Print the traceback with nothing in it that a terminal would obey: an error may quote a cell."""
    import traceback

    from bulk_io.cli.terminal import escape

    print("\n".join(escape(line) for line in traceback.format_exc().split("\n")), file=sys.stderr)
    return 1


def _usage(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f" (see `{context.command_path} --help`)" if context else ""


def _terminated(number: int, frame: FrameType | None) -> None:
    raise Interrupted("stopped by SIGTERM", 128 + number)


if __name__ == "__main__":
    main()
