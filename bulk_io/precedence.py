"""Which of several columns a row's value comes from: the first with one, and of phone numbers the mobile one first.

Address books have the kind of a number in a column of its own beside it (``Phone 1 - Label``, ``Phone 1 - Value``): it
is read row by row. ``mapping`` asks here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from bulk_io.aliases import meaning, phone_kind
from bulk_io.aliastables import PHONE_KINDS
from bulk_io.headers import words
from bulk_io.text import tidy


def first(chunk: pd.DataFrame, field: str, columns: Sequence[str]) -> tuple[pd.Series, pd.Series]:
    """Take each row's first column with a value; give the values and the headers that they came from.

    A phone without four digits or an e-mail without an @ ("-", "0") counts only where no other column has better. Where
    labels stand beside phone numbers, the kinds that they say come in their order, and who else's number or a fax keeps
    its label: no phone number is read from it.
    """
    labels = beside(list(chunk.columns), columns) if field == "phoneNumber" else {}
    if len(columns) == 1 and not labels:
        return chunk[columns[0]], series(columns[0], chunk.index)
    telling = _TELLING.get(field)
    cost, cells, most = [], [], len(columns) * (len(PHONE_KINDS) + 1)
    for place, column in enumerate(columns):
        values, rank = chunk[column], np.full(len(chunk), place)
        if labels:
            values, ranks = _labelled(values, chunk[labels[column]] if column in labels else None)
            rank = ranks * len(columns) + place
        some = has_text(values)
        good = _holds(values, telling) if telling else some
        cost.append(np.where(good, rank, np.where(some, most + rank, 2 * most + place)))
        cells.append(values.to_numpy(dtype=object))
    pick = np.stack(cost).argmin(axis=0)
    value = np.stack(cells)[pick, np.arange(len(chunk))]
    return series(value, chunk.index), series(np.array(columns, dtype=object)[pick], chunk.index)


def beside(header: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Give the columns that have a column of labels beside them, with that: ``Phone 1 - Type`` of ``Phone 1``."""
    labels = {}
    for column in header:
        said = _without(column, _LABEL)
        if column not in columns and said != words(column) and meaning(said).field == "phoneNumber":
            labels[said] = column
    said_of = {column: _without(column, _VALUE) for column in columns} if labels else {}
    return {column: labels[said] for column, said in said_of.items() if said in labels}


def has_text(cells: pd.Series) -> np.ndarray:
    """Tell where a cell shows anything: white space and invisible marks are nothing."""
    # a first character that is a letter, a digit or a "+" settles nearly every cell without tidying it
    texts = cells.tolist()
    return np.array([text != "" and (text[0].isalnum() or text[0] == "+" or tidy(text) != "") for text in texts], bool)


def series(texts: str | Sequence[str] | np.ndarray, index: pd.Index) -> pd.Series:
    """Give a column of texts, or of one text."""
    return pd.Series(texts, index=index, dtype="str")


def _labelled(values: pd.Series, labels: pd.Series | None) -> tuple[pd.Series, np.ndarray]:
    """Give the numbers, behind their labels those that are no phone of the person's, and the rank of each kind."""
    if labels is None:
        return values, np.full(len(values), PHONE_KINDS.index("plain"))
    kinds = {label: phone_kind(label) for label in labels.unique()}
    ranks = [PHONE_KINDS.index(kind) if (kind := kinds[label]) else len(PHONE_KINDS) for label in labels]
    told = [
        f"{label}: {value}" if value and not kinds[label] else value
        for value, label in zip(values, labels, strict=True)
    ]
    return series(told, values.index), np.array(ranks)


def _without(header: str, left_out: frozenset[str]) -> str:
    return " ".join(word for word in words(header).split() if word not in left_out)


def _holds(cells: pd.Series, pattern: re.Pattern[str]) -> np.ndarray:
    return np.array([pattern.search(text) is not None for text in cells.tolist()], bool)


_TELLING = {"phoneNumber": re.compile(r"(?:\d\D*){4}"), "email": re.compile("@")}
_LABEL = frozenset(["label", "type", "typ", "tipo", "kind", "libelle", "etiquette", "etiqueta", "etichetta"])
_VALUE = frozenset(["value", "number", "valeur", "wert", "valor", "valore", "waarde"])
