"""The errors that mean "cannot go on". Faults in data are never exceptions: they are rows of a problems table.

    BulkIOError                     exit 1
    ├── UsageError                  exit 2   wrong options, no key, a refused http://, no phone column
    │   └── MappingError            exit 2   a mapping file or --map that cannot be used
    ├── InputError                  exit 3   the input cannot be read
    │   └── PasswordNeeded          exit 3   it is protected; may be asked for and tried again
    ├── ApiError                    the API's answer: 404, 409, 422 …
    │   ├── AccessRefused           exit 4   401, 403
    │   └── Unreachable             exit 5   no answer, or given up; resumable
    │       ├── NotSent             the request never left: safe to repeat
    │       │   └── TlsFailed       no secure connection; repeating cannot help
    │       └── NoAnswer            sent, but no usable answer came: it may have been carried out
    ├── JournalFailed               exit 5   the journal cannot be written, so nothing more may be sent; resumable
    └── Interrupted                 exit 130 or 143

Each message is one sentence for the person at the terminal: what is wrong, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping


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


class PasswordNeeded(InputError):
    """The input is protected by a password that was not given, or by another one."""


class ApiError(BulkIOError):
    """The API answered with an error. ``status`` is HTTP's (0 where there was none).

    ``details`` maps field names to the API's messages (422); ``existing_contact_id`` is the other contact's (409).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        details: Mapping[str, str] | None = None,
        existing_contact_id: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.details = dict(details or {})
        self.existing_contact_id = existing_contact_id


class AccessRefused(ApiError):
    """The API refused the key (401) or the permission (403)."""

    exit_code = 4


class Unreachable(ApiError):
    """The API could not be reached, or kept failing until the tool gave up; the run can be resumed."""

    exit_code = 5


class NotSent(Unreachable):
    """The request never left this machine (refused, no such host, connect timeout): safe to repeat."""


class TlsFailed(NotSent):
    """No secure connection could be made; repeating cannot help, and there is no insecure fallback."""


class NoAnswer(Unreachable):
    """The request was sent and no usable answer came (timeout, reset, cut or foreign body): it may have worked."""


class JournalFailed(BulkIOError):
    """The journal cannot be written (full disk, broken disk): what was sent after that would be forgotten."""

    exit_code = 5


class Interrupted(BulkIOError):
    """Stopped by Ctrl-C (130) or SIGTERM (143); the run can be resumed.

    ``at_once``: a second signal, do no more. ``unsent``: what was asked for had not been sent, not even once.
    """

    def __init__(self, message: str, exit_code: int = 130, *, at_once: bool = False, unsent: bool = False) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.at_once = at_once
        self.unsent = unsent
