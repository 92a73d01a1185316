"""What a user would write instead: pandas, phonenumbers and email-validator, row by row. The peer of ``validate``."""

from __future__ import annotations

import sys

import pandas as pd
import phonenumbers
from email_validator import EmailNotValidError, validate_email


def check(row: pd.Series[str]) -> list[str]:
    """The problems of one row."""
    problems = []
    if not f"{row['First Name']} {row['Last Name']}".strip():
        problems.append("no name")
    try:
        number = phonenumbers.parse(row["Phone"], "FR")
        if not phonenumbers.is_valid_number(number):
            problems.append("bad phone number")
        else:
            row["Phone"] = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        problems.append("bad phone number")
    if row["Email"]:
        try:
            validate_email(row["Email"], check_deliverability=False)
        except EmailNotValidError:
            problems.append("bad e-mail address")
    problems += [f"{name} too long" for name in ("Company", "Title", "City") if len(row[name]) > 100]
    return problems


def main(path: str) -> None:
    """Check a file and write the result as a workbook."""
    read = pd.read_excel if path.endswith(".xlsx") else pd.read_csv
    frame = read(path, dtype=str, keep_default_na=False)
    frame["problems"] = frame.apply(check, axis=1)
    frame["repeated"] = frame["Phone"].duplicated()
    frame.to_excel(path + ".checked.xlsx", index=False)


if __name__ == "__main__":
    main(sys.argv[1])
