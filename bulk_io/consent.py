"""Consent: which columns say who must not be written to, and what their cells say; the words are in ``consent.toml``.

A value module: nobody wants a WhatsApp message to somebody who said no, on whatever channel it was said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import pandas as pd

from bulk_io.headers import words
from bulk_io.records import Refusal
from bulk_io.text import tidy

Kind = Literal["", "out", "in", "status"]
"""How a column speaks: it names those who said no, or those who said yes, or a state that may be a no."""


@lru_cache(maxsize=4096)
def kind(header: str) -> Kind:
    """Tell how a column speaks of consent, by its header; ``""`` if it does not."""
    text = f" {words(header)} "
    if _holds(text, "unless"):
        return ""
    if _holds(text, "out") or _denies(text) or (_holds(text, "contact") and _holds(text, "refuses")):
        return "out"
    if _holds(text, "in") or (_holds(text, "contact") and _holds(text, "wish")):
        return "out" if _holds(text, "against") else "in"
    return "status" if _holds(text, "status") else ""


@lru_cache(maxsize=1 << 14)
def opted_out(speaks: Kind, cell: str) -> bool:
    """Tell whether a cell of such a column says that the person must be left alone; a blank says nothing.

    In a column of those who said no everything counts but a plain "no": a date, a reason. In the others only a refusal.
    """
    said = words(cell) if cell.strip(" -–—/.?") else ""
    if not said or said in ("n a", "na", "null"):
        return False
    texts = _texts()
    if speaks == "out":
        return said not in texts["no"] and said not in texts["allowed"]
    refusal = said in texts["out"] or said in texts["refused"]
    return refusal or (speaks == "in" and (said in texts["no"] or said in texts["against"]))


def refusals(chunk: pd.DataFrame, columns: Sequence[tuple[str, Kind]]) -> pd.Series:
    """Give, row by row, what the first of such columns that says no says, as a `Refusal`'s text; else ``""``."""
    said = [""] * len(chunk)
    for column, speaks in reversed(columns):
        for at, (row, cell) in enumerate(zip(chunk.index.tolist(), chunk[column].tolist(), strict=True)):
            if opted_out(speaks, cell):
                said[at] = Refusal(column, row, tidy(cell)).text()
    return pd.Series(said, index=chunk.index, dtype="str")


@cache
def _texts() -> dict[str, frozenset[str]]:
    said = tomllib.loads(files("bulk_io").joinpath("consent.toml").read_text("utf-8"))
    return {name: frozenset(words(text) for text in listed) for name, listed in said.items()}


def _denies(text: str) -> bool:
    """Tell whether a header begins with "none of that": ``Kein Marketing``, ``Keine SMS``, ``Geen reclame``."""
    said = text.strip()
    return any(
        said.startswith(f"{one} ") and said.removeprefix(f"{one} ") in _texts()["contact"] for one in _texts()["none"]
    )


def _holds(text: str, name: str) -> bool:
    return any(f" {one} " in text for one in _texts()[name])
