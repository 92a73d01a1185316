"""What a decoded text is, told by how it begins: cards, records, markup, lines with delimiters, or no table at all."""

from __future__ import annotations

import re

from bulk_io.errors import InputError
from bulk_io.reading.records import jsonvalues

_TEXTS = (
    (re.compile(r"\{\\rtf"), "an RTF document"),
    (re.compile(r"%!PS"), "a PostScript document"),
    (re.compile(r"BEGIN:VCALENDAR", re.I), "a calendar"),
    (re.compile(r"MIME-Version:|(?:Received|Return-Path|Delivered-To): ", re.I), "a mail or a web archive"),
    (re.compile(r"From (?:-|[^\s@]+@[^\s@]+) [^\r\n]{0,100} \d{4}\r?\n"), "a mailbox"),
    (
        re.compile(r"(?:[A-Za-z][\w-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,40}(?:Received|Message-ID): ", re.I),
        "a mail",
    ),
    (
        re.compile(
            r"(?:(?:From|To|Cc|Subject|Date|Reply-To|MIME-Version|X-[\w-]+): [^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}"
        ),
        "a mail",
    ),
    (
        re.compile(r"(?:version: \d\s+)?(?:#[^\r\n]*[\r\n]+)*dn::? \S"),
        "an LDIF address book; export it as csv or vCard",
    ),
    (re.compile(r"diff (?:--git|-[a-z]+) |Index: \S+\r?\n=+|--- [^\r\n]+\r?\n\+\+\+ |From [0-9a-f]{40} "), "a patch"),
    (re.compile(r"WEBVTT\b|\d+\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> "), "a file of subtitles"),
    (re.compile(r"-----BEGIN [A-Z ]+-----"), "a key or a certificate"),
    (re.compile(r"version https://git-lfs\."), "a pointer of Git LFS to the file itself"),
    (
        re.compile(r'\{\s*"(?:url|doc_id)"[^{}]*docs\.google\.com/'),
        "a link to a Google sheet, which can be downloaded as xlsx",
    ),
)
_LONE = re.compile(r"(?:-?\d{1,6}(?:\.\d+)?|true|false|null|\.{0,2}/[\w./~-]+)\s*")
"""A single value of JSON, or a path, as the link to a file has; longer numbers may be a phone number."""
_PAGE = re.compile(r"<(?:!doctype html|html|head|body|div|table|p|script|meta|style|center|font|form)\b", re.I)
_MARKUP = re.compile(r"<\?xml|<!doctype|<!--|<[a-z][\w:.-]*(?:\s[^<>]*)?/?>", re.I)


def text_format(file: str, text: str) -> str:
    """Tell the format of a decoded text by its beginning.

    It is ``jsonl``, ``json``, ``vcf``, ``html``, ``xml`` (SpreadsheetML), ``fods``, or ``delimited`` for anything else.

    Raises:
        InputError: the text is a document of another kind, not a table.
    """
    start = text.lstrip("\ufeff \t\r\n\x00")
    if not start:
        return "delimited"
    for pattern, what in _TEXTS:
        if pattern.match(start):
            raise InputError(f"not a spreadsheet: {file} is {what}, not a table.")
    if _is_cards(start):
        return "vcf"
    if start.startswith("<") and _MARKUP.match(start):
        return _marked_up(file, start)
    if _LONE.fullmatch(start):
        raise InputError(f"not a spreadsheet: {file} holds one value, not a table.")
    if start.startswith("{") and _is_lines(start):
        return "jsonl"
    if re.match(r'\{\s*"[^"\r\n]*"\s*:|\{\s*[\r\n]|\[\s*[\[{]|\[\s*\]|\{\s*\}', start):
        return "json"
    if start.startswith("[") and start.rstrip().endswith("]") and _is_json(start):
        return "json"
    return "delimited"


def _is_cards(start: str) -> bool:
    """Say whether a text is vCards, the first of which may have lost its first line."""
    headless = re.match(r"(?:VERSION:[234]\.|F?N[:;])", start) is not None
    return re.match(r"BEGIN *: *VCARD\s", start, re.I) is not None or (
        headless and re.search(r"(?mi)^END:VCARD\s*$", start) is not None
    )


def _marked_up(file: str, start: str) -> str:
    """Tell the tables among markup: a page, a workbook in XML; anything else is refused."""
    head = start[:20_000]
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and not re.search(r"<html\b", head, re.I):
        return "xml"
    if "urn:oasis:names:tc:opendocument:xmlns:office" in head and "office:document" in head:
        return "fods"
    body = re.sub(r"^(?:\s*(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*>))*\s*", "", head, flags=re.I | re.DOTALL)
    if _PAGE.match(body) or _PAGE.match(start) or re.search(r"<html\b", head, re.I):
        return "html"
    if re.search(r"<t[rd]\b", head, re.I):
        return "html"
    raise InputError(f"not a spreadsheet: {file} is an XML document, not a table.")


def _is_lines(start: str) -> bool:
    """Say whether the first line is a whole object, and not one that wraps a table."""
    line, newline, rest = start.partition("\n")
    try:
        found = jsonvalues.DECODER.decode(line)
    except ValueError:
        # A first line longer than the sample is cut: believe its opening.
        return not newline and len(start) > 10_000 and re.match(r'\{\s*"', start) is not None
    except RecursionError:
        return False
    if not isinstance(found, dict):
        return False
    if rest.strip():
        return True
    parts = found.values()
    keyed = len(parts) > 1 and all(isinstance(part, dict) for part in parts)
    columns = len(parts) > 1 and all(isinstance(part, list) and len(part) > 1 for part in parts)
    return not keyed and not columns and not any(map(_is_table, parts)) and jsonvalues.is_record(found)


def _is_json(text: str) -> bool:
    try:
        jsonvalues.DECODER.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(part, dict | list) for part in value)
