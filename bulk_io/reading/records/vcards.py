"""vCards (2.1, 3.0, 4.0) as records: a row a card, a column for each property and type, ``TEL (cell)``.

RFC 6350, RFC 2426, versit vCard 2.1, and what address books make of them: groups with ``X-ABLabel``, quoted-printable,
charsets of their own. Photos, sounds, keys and logos are left out.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from bulk_io import tags
from bulk_io.reading.sheets import Gathered, Refused, check_width
from bulk_io.reading.texts import encoding
from bulk_io.text import counted

_LEFT_OUT = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "VERSION", "PRODID", "BEGIN", "END", "X-ABADR", "AGENT"})
_NO_TYPE = frozenset(
    {"pref", "voice", "internet", "text", "video", "msg", "x-internet", "postal", "parcel", "dom", "intl"}
)
_ALIKE = {"mobile": "cell", "iphone": "cell", "cellular": "cell", "work direct": "work"}
_PARTS = {
    "N": ("family", "given", "additional", "prefix", "suffix"),
    "ADR": ("box", "extended", "street", "city", "region", "code", "country"),
}
_TYPED = frozenset({"TEL", "EMAIL", "ADR", "URL", "IMPP", "LABEL", "X-SOCIALPROFILE", "RELATED"})
_PARAMETER = re.compile(r';([^=;:"]+)(?:=((?:"[^"]*"|[^;:"])*))?')
_ESCAPE = re.compile(r"\\([nN\\,;:])")
_LONGEST_LINE = 32 << 20
_MOST_NAMED = 5
_FIRST = frozenset({"VERSION", "N", "FN"})
"""What a card begins with whose first line, BEGIN:VCARD, is missing."""
_LABEL = re.compile(r"_\$!<(.*)>!\$_")


@dataclass
class _Property:
    """One line of a card: the group it belongs to, its name, its types, its value before it is taken apart."""

    group: str
    name: str
    types: list[str]
    value: str
    preferred: int = 100


def sheets(path: str, charset: str | None = None) -> list[Gathered]:
    """Read all cards of a file.

    Raises:
        Refused: no card with anything in it (``vcard``), or one that is cut off (``corrupt``).
    """
    columns: dict[str, int] = {}
    rows: list[list[str]] = []
    open_rows: list[int] = []
    for row, (card, ended) in enumerate(_cards(path, charset or encoding.find(Path(path)).name), 2):
        cells = _cells(card)
        for name in cells:
            columns.setdefault(name, len(columns))
        check_width(len(columns))
        rows.append([""] * len(columns))
        for name, value in cells.items():
            rows[-1][columns[name]] = value
        if not ended:
            open_rows.append(row)
    if not columns:
        raise Refused("vcard", "")
    sheet = Gathered("cards", list(columns))
    for number, texts in enumerate(rows, 2):
        sheet.add(number, texts)
    if open_rows:
        sheet.findings.notes.append(_open_note(open_rows))
    return [sheet]


def _open_note(rows: list[int]) -> str:
    """Tell cards that nothing ends."""
    which = ", ".join(map(str, rows[:_MOST_NAMED])) + (" …" if len(rows) > _MOST_NAMED else "")
    return (
        f"{counted(len(rows), 'card', 'has')} no END:VCARD (row {which}) and so ended where the next begins, or the "
        "file: check that nothing is missing."
    )


def _cards(path: str, charset: str) -> Iterator[tuple[list[_Property], bool]]:
    """Give the properties of each card, and whether it is ended: a person may have deleted its last line.

    A card inside a card (2.1's AGENT) is no card of the file.

    Raises:
        Refused: the file ends within a line of a card, so it was cut off.
    """
    card: list[_Property] = []
    depth, agent = 0, False
    for line in _lines(path, charset):
        word = line.strip().upper().replace(" ", "")
        if word == "BEGIN:VCARD":
            if depth and not agent:
                yield card, False
                card, depth = [], 0
            depth += 1
        elif word == "END:VCARD" and depth:
            depth -= 1
            if depth == 0:
                yield card, True
                card = []
        elif depth < 2 and (found := _property(line)) is not None and (depth or found.name in _FIRST):
            depth = 1
            card.append(found)
        agent = word.startswith("AGENT") or (agent and not word)
    if depth and _is_cut_off(path):
        raise Refused("corrupt", "")
    if depth:
        yield card, False


def _is_cut_off(path: str) -> bool:
    """Say whether a file ends within a line."""
    with open(path, "rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 4))
        return not stream.read().rstrip(b"\x00").endswith((b"\n", b"\r"))


def _lines(path: str, charset: str) -> Iterator[str]:
    """Give the lines unfolded: a blank goes on with the line above, and so does ``=`` at the end in 2.1."""
    held: list[str] = []
    length = 0
    quoted = False
    with open(path, encoding=charset, errors=encoding.ERRORS) as stream:
        for raw in stream:
            line = raw.rstrip("\r\n").lstrip("\ufeff")
            if held and quoted and held[-1].endswith("="):
                held[-1] = held[-1][:-1]
                held.append(line.lstrip())
            elif held and line[:1] in {" ", "\t"}:
                held.append(line[1:])
            else:
                if held:
                    yield "".join(held)
                held, length = [line], 0
                quoted = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
            length += len(line)
            if length > _LONGEST_LINE:
                raise Refused("large", "a line without an end")
    if held:
        yield "".join(held)


def _property(line: str) -> _Property | None:
    head = re.match(r"\s*(?:([\w-]+)\.)?([\w-]+)", line)
    if not head:
        return None
    at = head.end()
    parameters: list[tuple[str, str]] = []
    while match := _PARAMETER.match(line, at):
        name, value = match[1].strip().upper(), match[2]
        parameters.append((name, value or "") if match[2] is not None else ("TYPE", match[1].strip()))
        at = match.end()
    if line[at : at + 1] != ":":
        return None
    name = head[2].upper()
    value = "" if name in _LEFT_OUT else _decoded(line[at + 1 :], parameters)
    types = [
        one.strip().lower() for key, text in parameters if key == "TYPE" for one in text.replace('"', "").split(",")
    ]
    preferred = next((int(text) for key, text in parameters if key == "PREF" and text.isdecimal()), 100)
    return _Property((head[1] or "").lower(), name, types, value, 0 if "pref" in types else preferred)


def _decoded(value: str, parameters: list[tuple[str, str]]) -> str:
    """Undo quoted-printable, in the charset that the line names, else UTF-8."""
    names = {text.upper() for key, text in parameters if key in {"ENCODING", "TYPE"}}
    if "QUOTED-PRINTABLE" not in names:
        return value
    octets = quopri.decodestring(value.encode("utf-8"))
    charset = next((text.strip('"') for key, text in parameters if key == "CHARSET"), "utf-8")
    try:
        codecs.lookup(charset)
    except LookupError:
        charset = "utf-8"
    return octets.decode(charset, encoding.ERRORS)


def _cells(card: list[_Property]) -> dict[str, str]:
    """Give a card's cells by column; a second value of one property and type has its number (``TEL (cell) 2``)."""
    labels = {one.group: _label(one.value) for one in card if one.name == "X-ABLABEL" and one.group}
    cells: dict[str, str] = {}
    for one in sorted(card, key=lambda one: one.preferred):
        if one.name in _LEFT_OUT or one.name == "X-ABLABEL" or not one.value.strip(" ;"):
            continue
        kind = labels.get(one.group) or _kind(one.types) if one.name in _TYPED else ""
        base = f"{one.name} ({kind})" if kind else one.name
        for column, value in _values(one, base, kind):
            if value:
                cells[_free(column, cells)] = value
    return dict(sorted(cells.items(), key=lambda pair: _ORDER.get(pair[0].split(" ")[0], len(_ORDER))))


_ORDER = {name: at for at, name in enumerate(("FN", "N", "NICKNAME", "TEL", "EMAIL", "ORG", "TITLE", "ROLE", "ADR"))}


def _values(one: _Property, base: str, kind: str) -> Iterator[tuple[str, str]]:
    match one.name:
        case "N" | "ADR":
            parts = _split(one.value, ";")
            for name, part in zip(_PARTS[one.name], parts, strict=False):
                yield f"{one.name} ({', '.join(filter(None, (kind, name)))})", " ".join(_texts(part, ","))
        case "ORG":
            company, *units = _split(one.value, ";")
            yield base, _plain(company)
            yield f"{base} (unit)", ", ".join(filter(None, map(_plain, units)))
        case "CATEGORIES":
            yield base, tags.record(_texts(one.value, ","))
        case "TEL":
            yield base, _telephone(_plain(one.value))
        case "EMAIL":
            yield base, re.sub(r"(?i)^mailto:", "", _plain(one.value))
        case _:
            yield base, _plain(one.value)


def _telephone(text: str) -> str:
    """Give the number of a ``tel:`` URI (RFC 3966) with its extension; any other text stays."""
    if not text.lower().startswith("tel:"):
        return text
    number, *parameters = unquote(text[4:]).split(";")
    extension = next((one.partition("=")[2] for one in parameters if one.lower().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


def _kind(types: list[str]) -> str:
    """Give the types that tell values apart; a cell phone is one wherever it lies."""
    known = [_ALIKE.get(one, one) for one in types]
    known = [one for one in known if one and one not in _NO_TYPE and one != "quoted-printable"]
    return "cell" if "cell" in known else ", ".join(dict.fromkeys(known))


def _label(text: str) -> str:
    """Give a label of Apple's address book: ``_$!<Mobile>!$_`` is one of its own, any other is the user's."""
    plain = _plain(text)
    match = _LABEL.fullmatch(plain)
    known = match[1].casefold() if match else plain
    return _ALIKE.get(known.casefold(), known)


def _free(column: str, taken: dict[str, str]) -> str:
    name, count = column, 1
    while name in taken:
        count += 1
        name = f"{column} {count}"
    return name


def _split(value: str, sign: str) -> list[str]:
    """Cut a value at a sign that no backslash stands before."""
    parts = [""]
    for piece in re.findall(r"\\.|[^\\]|\\$", value, re.DOTALL) if "\\" in value else ():
        if piece == sign:
            parts.append("")
        else:
            parts[-1] += piece
    return parts if "\\" in value else value.split(sign)


def _texts(value: str, sign: str) -> list[str]:
    return [text for part in _split(value, sign) if (text := _plain(part))]


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], text).strip()
