"""Get contacts into and out of the ISAO CRM by spreadsheet: the same as the commands, for scripts.

    import bulk_io

    report = bulk_io.validate("leads.csv", region="FR")
    print(report.outcomes, report.problems)

Names are imported when they are used, so that ``import bulk_io`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.8.0"

if TYPE_CHECKING:
    from bulk_io.client import ContactsClient, Page
    from bulk_io.errors import (
        AccessRefused,
        ApiError,
        BulkIOError,
        InputError,
        Interrupted,
        MappingError,
        Unreachable,
        UsageError,
    )
    from bulk_io.exporting import ExportSummary
    from bulk_io.library import export, import_file, resume, validate
    from bulk_io.likeness.search import find_duplicates
    from bulk_io.reading import read_table
    from bulk_io.reading.table import Table
    from bulk_io.records import Contact, Outcome, Problem, Source
    from bulk_io.report import Report

_HOME = {
    "bulk_io.client": ("ContactsClient", "Page"),
    "bulk_io.errors": (
        "AccessRefused",
        "ApiError",
        "BulkIOError",
        "InputError",
        "Interrupted",
        "MappingError",
        "Unreachable",
        "UsageError",
    ),
    "bulk_io.exporting": ("ExportSummary",),
    "bulk_io.library": ("export", "import_file", "resume", "validate"),
    "bulk_io.likeness.search": ("find_duplicates",),
    "bulk_io.reading": ("read_table",),
    "bulk_io.reading.table": ("Table",),
    "bulk_io.records": ("Contact", "Outcome", "Problem", "Source"),
    "bulk_io.report": ("Report",),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "AccessRefused",
    "ApiError",
    "BulkIOError",
    "Contact",
    "ContactsClient",
    "ExportSummary",
    "InputError",
    "Interrupted",
    "MappingError",
    "Outcome",
    "Page",
    "Problem",
    "Report",
    "Source",
    "Table",
    "Unreachable",
    "UsageError",
    "__version__",
    "export",
    "find_duplicates",
    "import_file",
    "read_table",
    "resume",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'bulk_io' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
