"""What ``--map`` says: texts ``HEADER=field`` and ``HEADER=``, read against a file's header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bulk_io.consent import SAID
from bulk_io.errors import MappingError
from bulk_io.fields import SEVERAL, WRITABLE
from bulk_io.headers import BOOKKEEPING, key, listed, near, resolve
from bulk_io.mappingmodel import unknown_field

MANY = frozenset({*SEVERAL, *SAID})
"""What several columns may be said to hold."""


def read(texts: Iterable[str], header: Sequence[str]) -> list[tuple[str, str]]:
    """Read ``--map`` texts as pairs of column and field; the last "=" parts them.

    ``""`` ignores the column, ``optOut`` and ``optIn`` say that it tells who must not, and who may be written to.

    Several columns of phone numbers or e-mail addresses stand in the order in which they count.
    """
    usable = [column for column in header if column not in BOOKKEEPING]
    told: list[tuple[str, str]] = []
    for text in texts:
        wanted, equals, field = (part.strip() for part in text.rpartition("="))
        if not equals or not wanted:
            raise MappingError(
                f"--map '{text}' is not understood; write --map 'HEADER=field', or 'HEADER=' to ignore it"
            )
        column = resolve(wanted, usable)
        if column is None:
            close = near(wanted, usable)
            hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ";"
            raise MappingError(
                f"--map '{text}': the file has no column '{wanted}'{hint} its columns are {listed(usable)}"
            )
        if field and field not in WRITABLE and field not in SAID:
            raise MappingError(f"--map '{text}': {unknown_field(field)}")
        told.append((column, field))
    told = list(dict.fromkeys(told))
    ignored, used = ({column for column, field in told if bool(field) is there} for there in (False, True))
    if both := ignored & used:
        raise MappingError(f"--map both ignores '{min(both)}' and uses it; keep one of the two")
    _refuse_two(told, MANY)
    return told


def refuse_unordered(texts: Iterable[str]) -> None:
    """Refuse several columns for one field in options, whose order on a command line says nothing to a reader."""
    parts = (text.rpartition("=") for text in texts)
    _refuse_two([(column.strip(), field.strip()) for column, _, field in parts], frozenset(SAID))


def _refuse_two(told: Iterable[tuple[str, str]], several: frozenset[str]) -> None:
    """Refuse two columns for one field, but for those that may have ``several``."""
    first: dict[str, str] = {}
    for column, field in told:
        other = first.setdefault(field, column)
        if field and field not in several and key(other) != key(column):
            raise MappingError(
                f"--map names two columns for {field}, '{other}' and '{column}', and no order; "
                f'write a mapping file (bulk-io mapping suggest) with {field} = ["{other}", "{column}"]'
            )
