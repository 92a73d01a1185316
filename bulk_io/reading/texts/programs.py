"""Programs, settings, logs and documents with marks (Markdown, templates), told from tables by their lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bulk_io.reading.outlines import header
from bulk_io.reading.outlines.kinds import is_contact

_PROGRAM = re.compile(
    r"""(?x) \s*(?:
      (?:import\s+[\w.*{]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+)* | from\s+[\w.]+\s+import\b.*)\s*(?:\#.*)?
    | (?:async\s+)?(?:def|class|if|elif|else|for|while|with|try|except|finally)\b.*:\s*(?:\#.*)?
    | (?:return|raise|yield|assert|await|pass|break|continue|global|const|let|var|export|function|package|using|public
      |private|protected|static|final|require|include|echo|module|end|begin|elsif|unless|fn|func|impl|use|def|class
      |struct|typedef|digraph|\#include|\#define|@echo|rem)\b[^,;\t|]*[\w)\]}"'(\[{;:,>]
    | @[\w.]+(?:[({].*)?
    | [\w.\[\]"'$]+\s*(?::\s*[\w\[\], .]+)?(?:[-+*/|&%]?=|:=|->)\s*\S.* | [\w.\[\]"'$]+\s+(?:[-+*/|&%]?=|:=|->)\s*\S.*
    | [\w.]+\(.*\)?[,:;]? | \.\w+\(.* | .*\)\s*:
    | (?:[\w./()-]+\s){0,3}[\w.$()/%-]+\s?:(?:\s.*)? | \[[\w\s.:"/-]+\] | \.\.\s.* | :\w+ | msg(?:id|str|ctxt)\b.*
    | (?:SELECT|CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|FROM|WHERE|AND|OR|SET|VALUES|(?:LEFT|INNER|OUTER)?\s?JOIN
      |GROUP\s+BY|ORDER\s+BY|UNION|ON|BEGIN|END|COMMENT)\b(?!,).*
    | @?(?i:echo|set|goto|exit|call|setlocal|endlocal|if\s+(?:not|exist|"|%|\[)|ifn?(?:eq|def)|endif|fi|done)\b(?!,).*
    | [)\]}>'"]+[,;:)]* | ["']{3}.* | .*["']{3} | \#!.* | //.* | /\*.* | \*/ | \*\s.* | --\s.* | .*[;{}]
    )\s*"""
)
_MARK = re.compile(
    r"""(?x) \s*(?: ```.* | ~~~.* | [-*+]\s+\S.* | \d+[.)]\s+\S.* | (?:>\s?){1,3}\s.* | [-=*_]{3,}
    | [\s:|]*-{3}[\s:|-]* | !?\[[^\]]*\]\(.* | \{[%{].* | </?\w+[^>]*>.* | \[\[.*\]\] | .*\]\(\S+\).*
    | .*`[^`]+`.* | \*\*.*\*\*.* )\s*"""
)
_LOGGED = re.compile(
    r"""(?xi) \[?(?:\d{4}[-/]\d\d[-/]\d\d[t\s])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:z|[+-]\d\d:?\d\d)?\]?
      [\s|:-]*(?:\[[^\]]*\]\s*){0,2}[\[(<]?(?:info|debug|warn(?:ing)?|error|fatal|trace|notice|critical|severe)\b.*
    | [a-z]{3}\s+\d{1,2}\s\d\d:\d\d:\d\d\s\S+\s[\w./()-]+(?:\[\d+\])?:\s.*
    | \S+\s\S+\s\S+\s\[\d\d/[a-z]{3}/\d{4}:\d\d:\d\d:\d\d\s[+-]\d{4}\]\s".*
    | \[?(?:info|debug|warn(?:ing)?|error|fatal|trace|notice|critical)\]?\s*[:|-]?\s\S+\s.*"""
)
_SPOKEN = re.compile(r"(?:\S+\s+){4,}\S*[^\W\d]\S*")
_INDENTED = re.compile(r"(?: {2,}|\t)\s*\S.*")
_LOOSE = ":="
"""What stands between a setting and its value; two cells of a row are not much of a table then."""
_LONGEST = 200
"""Characters of a line that tell what it is; more would take the patterns long."""
_STEADY = 0.8
"""Rows as wide as most are, where a table is cut, whatever is in it."""
_SOME, _MARKED, _TOLD = 0.1, 0.5, 0.6
"""Lines of a program or with marks: some, and most; such lines, sentences and indented ones together."""


def is_log(lines: Sequence[str]) -> bool:
    """Say whether most lines of a text are those of a log: when, how bad, what."""
    told = [line[:_LONGEST] for line in lines if line.strip()]
    return len(told) > 1 and sum(_LOGGED.match(line) is not None for line in told) > _MARKED * len(told)


def is_program(lines: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Say whether the ``lines`` of a text, which a table's ``rows`` were cut from, are no rows of any table.

    Comments tell nothing, for tables have them too; neither do lines that are cut into as many cells as most others.
    """
    told = [line[:_LONGEST] for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not told or sum(any(map(is_contact, cells)) for cells in rows) * 5 > len(rows):
        return False
    widths = [len(cells) for cells in rows]
    if _is_steady([header.filled(cells) for cells in rows], 3 if delimiter in _LOOSE else 2) or _is_steady(widths, 3):
        return False
    marked = [_PROGRAM.fullmatch(line) is not None or _MARK.fullmatch(line) is not None for line in told]
    if sum(marked) > _MARKED * len(told):
        return True
    known = any(map(header.is_named, rows[: header.LOOK]))
    some = sum(marked) >= _SOME * len(told) or _is_wrapped(told)
    if known or not some or _is_steady(widths, 2):
        return False
    other = [_SPOKEN.match(line) is not None or _INDENTED.fullmatch(line) is not None for line in told]
    return sum(map(max, marked, other)) > _TOLD * len(told)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Say whether sentences go on from line to line: some begin with a small letter, as the others do not."""
    going_on = sum(line.lstrip()[:1].islower() for line in lines)
    return len(lines) > 4 and _SOME * 2 * len(lines) <= going_on < 0.9 * len(lines)


def _is_steady(widths: Sequence[int], least: int) -> bool:
    """Say whether nearly all rows are cut into as many cells, ``least`` or more."""
    counts = Counter(widths)
    return any(width >= least and count >= _STEADY * len(widths) for width, count in counts.items())
