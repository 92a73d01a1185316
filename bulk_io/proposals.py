"""What matching speaks of: a proposal for a column, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from bulk_io import kinds
from bulk_io.fields import NAME_FIELDS
from bulk_io.mappingmodel import Part

_FEWEST, _MOST = 50, 20_000
SURE = 0.9
"""The confidence from which a proposal is used unasked: its header says it, by itself or among its neighbours."""

BY_VALUES = 0.8
"""The confidence of a header of several meanings that its values settled."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a column was taken for: a field, or None, and why. ``confidence`` is between 0 and 1."""

    header: str
    field: str | None
    why: str
    confidence: float = 1.0
    rank: tuple[int, int] = (0, 0)
    """The order among the columns of one field, the lowest first."""
    parts: tuple[Part, ...] = ()
    """The fields that it feeds, each with a part of its cells: of places a city, a country."""

    @property
    def sure(self) -> bool:
        """Whether its header says so; else its values or a near spelling had to decide."""
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class Around:
    """The neighbours of a header: the fields that other columns of the file feed, and sample values."""

    fields: dict[str, str]
    taken: frozenset[str]
    sample: pd.DataFrame
    _looked: dict[str, kinds.Column] = field(default_factory=dict)

    def has(self, wanted: str) -> bool:
        """Tell whether another column feeds a field."""
        return wanted in self.taken or wanted in self.fields.values()

    def has_name(self) -> bool:
        """Tell whether another column feeds any part of the name."""
        return any(self.has(one) for one in NAME_FIELDS)

    def column(self, wanted: str) -> str:
        """Give the first column that feeds a field, or ``""``."""
        return next((column for column, found in self.fields.items() if found == wanted), "")

    def look(self, column: str) -> kinds.Column:
        """Look at a column's sample values: all of them, or of a wide file some from everywhere, fifty at least."""
        if column not in self._looked:
            cells = self.values(column)
            most = max(_FEWEST, _MOST // max(1, len(self.sample.columns)))
            self._looked[column] = kinds.column(cells[:: -(-len(cells) // most) or 1])
        return self._looked[column]

    def cells(self, column: str) -> list[str]:
        """Give a column's sample cells, row by row; none where the file has no rows."""
        return self.sample[column].tolist() if column in self.sample.columns else []

    def values(self, column: str) -> list[str]:
        """Give a column's sample values, those that are not empty."""
        return [text.strip() for text in self.cells(column) if text.strip()]

    def share(self, column: str, test: Callable[[str], object]) -> float:
        """Give the share of a column's sample values that pass a test; 0 without values."""
        values = self.values(column)
        return sum(bool(test(text)) for text in values) / len(values) if values else 0.0
