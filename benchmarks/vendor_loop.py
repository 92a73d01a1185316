"""The vendor page's way to create contacts: one request after the other. The peer of ``import``."""

from __future__ import annotations

import csv
import sys

import requests


def main(path: str, base_url: str, key: str) -> None:
    """Post every row of a csv file."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            body = {"name": f"{row['First Name']} {row['Last Name']}", "phoneNumber": row["Phone"]}
            requests.post(f"{base_url}/contacts", headers=headers, json=body, timeout=30)


if __name__ == "__main__":
    main(*sys.argv[1:4])
