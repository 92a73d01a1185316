"""A peer of ``validate``: frictionless with a schema. It knows e-mail addresses; phone numbers only by a pattern."""

from __future__ import annotations

import json
import sys
from typing import Any

from frictionless import Checklist, Resource, Schema, checks, system
from invented import HEADER

_PHONE = r"(\+33|0033|0)[1-9]\d{8}"


def main(path: str) -> None:
    """Check a csv file and write the problems as JSON."""
    short = {"maxLength": 100}
    given: dict[str, dict[str, Any]] = {
        "Last Name": {"constraints": {**short, "required": True}},
        "Phone": {"constraints": {"required": True, "pattern": _PHONE}},
        "Email": {"format": "email"},
    }
    schema = Schema.from_descriptor(
        {"fields": [{"name": name, "type": "string", **given.get(name, {"constraints": short})} for name in HEADER]}
    )
    checklist = Checklist(checks=[checks.duplicate_row()])
    with system.use_context(trusted=True):
        report = Resource(path=path, schema=schema, encoding="utf-8").validate(checklist, limit_errors=10_000_000)
    with open(path + ".problems.json", "w", encoding="utf-8") as out:
        json.dump(report.flatten(["rowNumber", "fieldName", "message"]), out)


if __name__ == "__main__":
    main(sys.argv[1])
