"""The errors that mean "cannot go on". Faults in data are never exceptions: they are rows of a problems table.

    BulkIOError                     exit 1
    ├── UsageError                  exit 2   wrong options, no key, a refused http://, no phone column
    │   └── MappingError            exit 2   a mapping file or --map that cannot be used
    ├── InputError                  exit 3   the input cannot be read
    ├── ApiError                    the API's answer
    │   ├── AccessRefused           exit 4   401, 403
    │   └── Unreachable             exit 5   no answer, or given up; resumable
    └── Interrupted                 exit 130 or 143

Each message is one sentence for the person at the terminal: what is wrong, where, and what to do.
"""

from __future__ import annotations


class BulkIOError(Exception):
    """The base of every error of this library; ``exit_code`` is what the command ends with."""

    exit_code = 1


class UsageError(BulkIOError):
    """The command, its options or its environment cannot work as given."""

    exit_code = 2


class MappingError(UsageError):
    """A mapping cannot be used: unknown key or field, missing header, two columns for one field."""


class InputError(BulkIOError):
    """The input cannot be read; the message begins with the reason: empty, password, corrupt, too large …"""

    exit_code = 3


class ApiError(BulkIOError):
    """The API gave an answer that ends the work."""


class AccessRefused(ApiError):
    """The API refused the key (401) or the permission (403)."""

    exit_code = 4


class Unreachable(ApiError):
    """The API could not be reached, or kept failing until the tool gave up; the run can be resumed."""

    exit_code = 5


class Interrupted(BulkIOError):
    """Stopped by Ctrl-C (130) or SIGTERM (143); the run can be resumed."""

    def __init__(self, message: str, exit_code: int = 130) -> None:
        super().__init__(message)
        self.exit_code = exit_code
