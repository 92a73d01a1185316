"""Mapping: the user's columns become contact fields, chunk by chunk.

A mapping (``mappingmodel``, ``mappingfile``) is bound once to a file's header; the binding is frozen and picklable, and
``apply`` is a pure function of chunk and binding. Which mapping a file gets is ``matching``'s choice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bulk_io import base, consent, names, places, precedence, tags
from bulk_io.errors import MappingError
from bulk_io.fields import NAME_FIELDS, NAMES
from bulk_io.headers import BOOKKEEPING, is_own_export, listed, near, resolve
from bulk_io.mappingfile import find, load, own, own_folder, read, shipped, shipped_folder, to_toml
from bulk_io.mappingmodel import OWN_EXPORT, Mapping, Rule, parse
from bulk_io.precedence import has_text, series
from bulk_io.text import tidy

__all__ = [
    "OWN_EXPORT",
    "Binding",
    "Mapping",
    "Rule",
    "apply",
    "bind",
    "columns",
    "find",
    "is_own_export",
    "load",
    "own",
    "own_folder",
    "parse",
    "read",
    "shipped",
    "shipped_folder",
    "to_toml",
]

CONSTANT = "(constant)"
DEFAULT = "(default)"


@dataclass(frozen=True, slots=True)
class Binding:
    """A mapping bound to one file's header: its rules, in API order, name columns of that file only.

    ``own_export`` says that the file is our own export: tags are records already, no name is split. ``with_base``: it
    has the column that holds each contact as it was exported.
    """

    mapping: str
    rules: tuple[tuple[str, Rule], ...]
    own_export: bool = False
    with_base: bool = False
    consent: tuple[tuple[str, consent.Kind], ...] = ()
    """The columns that say who must not be written to, and how they say it."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The contact fields that get a value from the file or a constant; those made from names not counted."""
        return tuple(field for field, _ in self.rules)

    def headers(self, field: str) -> tuple[str, ...]:
        """Give the file's columns that feed a field, in order; empty for a constant or a field that is not fed."""
        return dict(self.rules)[field].columns if field in self.fields else ()


def bind(mapping: Mapping, header: Sequence[str], *, strict: bool) -> Binding:
    """Find a mapping's columns in a file's header, whatever their case, accents, spaces and punctuation.

    ``strict`` (the user's own mapping): a column that the file lacks raises MappingError with near headers. Otherwise
    lacking columns are dropped, and a field without any is not fed, unless a default stands in. ``id`` is fed only
    where the header is our own export's, whole.
    """
    own_export = mapping.name == OWN_EXPORT and is_own_export(header)
    usable = [column for column in header if column not in BOOKKEEPING]
    rules: dict[str, Rule] = {}
    for field, rule in mapping.fields.items():
        found = {column: resolve(column, usable) for column in rule.columns}
        lacking = [column for column, there in found.items() if there is None]
        if strict and lacking:
            raise MappingError(_lacking(mapping.name, field, lacking[0], usable))
        bound = _with_columns(rule, tuple(dict.fromkeys(there for there in found.values() if there is not None)))
        if bound and (field != "id" or own_export):
            rules[field] = bound
    return Binding(mapping.name, in_order(rules), own_export, own_export and base.COLUMN in header)


def in_order(rules: Dictionary[str, Rule]) -> tuple[tuple[str, Rule], ...]:
    """Put rules in the order of the API's fields."""
    return tuple((field, rules[field]) for field in NAMES if field in rules)


def columns(binding: Binding) -> dict[str, str]:
    """Give each column that is used with the (first) field that it feeds, fields in API order."""
    used: dict[str, str] = {}
    for field, rule in binding.rules:
        for column in rule.columns:
            used.setdefault(column, field)
    return used


def apply(chunk: pd.DataFrame, binding: Binding) -> pd.DataFrame:
    """Turn a chunk of the user's columns into a mapped chunk with the same index.

    It has one text column per field fed, and beside it ``<field>:column``, the header that the row's value came from
    (headers joined with " + " where several were; the first header where there is no value), and where its rule splits
    ``<field>:left``, the parts that were not taken. ``tags`` hold records.
    ``derived`` names, separated by spaces, the fields made from another in that row: first and last names split from
    the full name. A name that is missing is built from first and last name; that is not derived. ``consent``, where
    the file has such columns, has a `Refusal`'s text where the row's person must not be written to.
    """
    mapped: dict[str, pd.Series] = {}
    for field, rule in binding.rules:
        mapped |= _fed(chunk, field, rule)
        if field == "tags" and not (binding.own_export and rule.columns == ("tags",)):
            mapped[field] = _tag_records(mapped[field], rule)
    mapped["derived"] = series("", chunk.index)
    if binding.consent:
        mapped["consent"] = consent.refusals(chunk, binding.consent)
    fed = NAME_FIELDS.intersection(binding.fields)
    if fed & {"firstName", "lastName"}:
        _build_names(mapped, chunk.index)
    elif fed and not binding.own_export:
        _split_names(mapped)
    return pd.DataFrame(mapped, index=chunk.index, dtype="str")


def _with_columns(rule: Rule, found: tuple[str, ...]) -> Rule | None:
    """Give a rule for the columns that are there: all of them gone leaves the constant or the default, else nothing."""
    if rule.constant is not None or found == rule.columns:
        return rule
    if found:
        return rule.model_copy(update={"columns": found})
    return Rule(constant=rule.default, split=rule.split) if rule.default is not None else None


def _lacking(mapping: str, field: str, column: str, header: Sequence[str]) -> str:
    close = near(column, header)
    hint = f"; did you mean {' or '.join(repr(text) for text in close)}?" if close else ";"
    return (
        f"mapping '{mapping}': the file has no column '{column}' (for {field}){hint} "
        f"its columns are {listed(header)}; correct the mapping, or choose another with --mapping"
    )


def _fed(chunk: pd.DataFrame, field: str, rule: Rule) -> dict[str, pd.Series]:
    """Give a field's values, the headers that they came from, and what a split left out."""
    if rule.constant is not None:
        return {field: series(rule.constant, chunk.index), f"{field}:column": series(CONSTANT, chunk.index)}
    value, source = _joined(chunk, rule) if rule.join is not None else precedence.first(chunk, field, rule.columns)
    left: dict[str, pd.Series] = {}
    if field != "tags":
        if rule.split:
            left[f"{field}:left"] = _each(
                value, lambda cell: " and ".join(f"“{one}”" for one in _parts(cell, rule)[1:])
            )
            value = _each(value, lambda cell: next(iter(_parts(cell, rule)), ""))
        if rule.part:
            value = _each(value, places.city if rule.part == "city" else places.country)
        if rule.values:
            value = _each(value, _translation(rule.values))
    if rule.default is not None:
        empty = ~has_text(value)
        value, source = value.mask(empty, rule.default), source.mask(empty, DEFAULT)
    return {field: value, f"{field}:column": source, **left}


def _joined(chunk: pd.DataFrame, rule: Rule) -> tuple[pd.Series, pd.Series]:
    """Join the parts that have a value; the source is the headers of those parts."""
    cells = [[tidy(text) for text in chunk[column].tolist()] for column in rule.columns]
    values, sources = [], []
    for row in zip(*cells, strict=True):
        there = [place for place, part in enumerate(row) if part]
        values.append((rule.join or "").join(row[place] for place in there))
        sources.append(" + ".join(rule.columns[place] for place in there) or rule.columns[0])
    return series(values, chunk.index), series(sources, chunk.index)


def _tag_records(value: pd.Series, rule: Rule) -> pd.Series:
    """Split each cell into tags, translate them one by one, and write them as a record."""
    translate = _translation(rule.values)

    def record(cell: str) -> str:
        return tags.record(tags.union((translate(tag) for tag in _parts(cell, rule)), ()))

    return _each(value, record)


def _parts(cell: str, rule: Rule) -> tuple[str, ...]:
    """Split a cell on its rule's separators; a part in double quotes, as in a CSV record, may hold them."""
    separators = rule.split or tags.SEPARATORS
    if cell.count('"') % 2 or '"' not in cell:
        return tags.split(cell, separators)
    outside = rf"(?:{'|'.join(map(re.escape, separators))})(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"
    return tags.union((tidy(_unquoted(part.strip())) for part in re.split(outside, cell)), ())


def _unquoted(part: str) -> str:
    return part[1:-1].replace('""', '"') if len(part) > 1 and part[0] == part[-1] == '"' else part


def _translation(values: Dictionary[str, str]) -> Callable[[str], str]:
    """Give the function that translates a trimmed text: exact first, then whatever its case; others stay."""
    exact = {old.strip(): new for old, new in values.items()}
    folded = {old.casefold(): new for old, new in reversed(exact.items())}

    def translate(text: str) -> str:
        wanted = text.strip()
        return exact.get(wanted, folded.get(wanted.casefold(), text))

    return translate


def _build_names(mapped: dict[str, pd.Series], index: pd.Index) -> None:
    """Build the names that are missing, row by row, from first and last name."""
    blank = series("", index)
    first, last = mapped.get("firstName", blank), mapped.get("lastName", blank)
    wanted = ~has_text(mapped.get("name", blank)) & (has_text(first) | has_text(last))
    origins = [mapped[f"{field}:column"] for field in ("firstName", "lastName") if field in mapped]
    origin = origins[0] if len(origins) == 1 else origins[0] + " + " + origins[1]
    parts = zip(first[wanted].tolist(), last[wanted].tolist(), strict=True)
    built = [names.join(one, two) for one, two in parts]
    mapped["name"] = _replaced(mapped.get("name", blank), wanted, built)
    mapped["name:column"] = mapped["name:column"].mask(wanted, origin) if "name:column" in mapped else origin


def _split_names(mapped: dict[str, pd.Series]) -> None:
    """Derive first and last name from the full name where that is safe."""
    name, source = mapped["name"], mapped["name:column"]
    parts = {full: names.split(full) or ("", "") for full in name.unique()}
    mapped["firstName"] = _each(name, lambda full: parts[full][0])
    mapped["lastName"] = _each(name, lambda full: parts[full][1])
    mapped["firstName:column"] = mapped["lastName:column"] = source
    mapped["derived"] = _each(name, lambda full: _DERIVED[bool(parts[full][0]), bool(parts[full][1])])


_DERIVED = {
    (True, True): "firstName lastName",
    (True, False): "firstName",
    (False, True): "lastName",
    (False, False): "",
}


def _each(cells: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Change each distinct text once."""
    codes, distinct = pd.factorize(cells.to_numpy(dtype=object))
    changed = np.array([change(text) for text in distinct], dtype=object)
    return series(changed[codes], cells.index)


def _replaced(cells: pd.Series, where: np.ndarray, texts: Sequence[str]) -> pd.Series:
    changed = cells.to_numpy(dtype=object).copy()
    changed[where] = texts
    return series(changed, cells.index)
