"""Cells of an xlsx for which calamine refuses the whole sheet: an error that it does not know, a number that is none.

Google's sheets write ``#ERROR!``, others ``Err:508`` or words as numbers. In a copy such cells are made texts, each as
it stands; what is at fault in them is told from the original.
"""

from __future__ import annotations

import re

from bulk_io.reading.books import openxml

_ERRORS = frozenset({b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!", b"#DATA!"})
_NUMERIC = frozenset({b"n", b"b", b"e", b""})
_TYPE = re.compile(rb"\bt=(?:\"[^\"]*\"|'[^']*')")


def spelled_out(path: str, part: str) -> str:
    """Copy a workbook, to a file beside it, with the odd cells of a sheet's part as texts; gives the copy's path."""
    return openxml.copied(path, "spelled_out.xlsx", {part: _spelled})


def _spelled(match: re.Match[bytes]) -> bytes:
    attributes, content = match[1], match[2] or b""
    found = _TYPE.search(attributes)
    type_ = found[0][3:-1] if found else b"n"
    value = openxml.VALUE.search(content)
    if value is None or type_ not in _NUMERIC or _is_plain(type_, value[1]):
        return match[0]
    at = match.start(1) - match.start()
    rest = attributes.replace(found[0], b"") if found else attributes
    return match[0][:at] + rest + b' t="str"' + match[0][at + len(attributes) :]


def _is_plain(type_: bytes, value: bytes) -> bool:
    if type_ == b"e":
        return value in _ERRORS
    if type_ == b"b":
        return value in {b"0", b"1"}
    try:
        float(value)
    except ValueError:
        return False
    return type_ == b"n"
