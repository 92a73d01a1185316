"""Which characters a text file's bytes stand for: byte order mark, NULs, strict UTF-8, then a vote of letters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bulk_io.reading.texts import doubled
from bulk_io.reading.texts.letters import vote

ERRORS = "bulk_io.soft"
"""The name of the codec error handler that never fails: a byte without meaning is read as cp1252, then Latin-1."""
TWICE = "utf-8-twice"
"""The name under which a person asks for text that was encoded twice to be repaired."""

_MARK = "a byte order mark says so"
_HOLES = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_ASCII = re.compile(rb"[\x00\t\r\n\x20-\x7e]*")
_BLOCK = 1 << 20
_HEAD = 1 << 14
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text file's encoding by Python's name for it.

    ``note`` is a sentence for the person if bytes did not fit or letters had to decide, ``why`` what spoke for it;
    ``nuls``: there are NULs among the text; ``twice``: what was encoded twice is to be repaired.
    """

    name: str
    note: str = ""
    why: str = ""
    nuls: bool = False
    twice: bool = False


@dataclass(slots=True)
class _Census:
    """What a whole file's bytes say of UTF-8: good sequences, bytes at fault, and lone ones of these."""

    good: int = 0
    faults: int = 0
    lone: int = 0
    nuls: bool = False
    sample: list[bytes] = field(default_factory=list)


def find(path: Path) -> Encoding:
    """Find the encoding of a whole file, streamed."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if name := wide(head):
        marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
        return Encoding(name, _note(path, name), _MARK if marked else "told by its NULs")
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig", _note(path, "utf-8-sig") or _twice_note(head[3:]), _MARK, nuls=_has_nuls(path))
    census = _census(path)
    sample = b"".join(census.sample)
    if not census.faults:
        if re.search(rb"\x1b\$[@B]", head):
            return Encoding("iso-2022-jp", _voted_note(head, "iso-2022-jp"), "told by its escapes", nuls=census.nuls)
        return Encoding("utf-8", _twice_note(sample), "all of its bytes are UTF-8", nuls=census.nuls)
    if census.good >= 10 * census.faults or (census.good * 4 >= census.faults and census.lone * 5 >= census.faults * 4):
        return Encoding("utf-8", _soft_note(census.faults, "UTF-8"), "most of its bytes are UTF-8", nuls=census.nuls)
    name = vote(sample).name
    note = _soft_note(_holes(path), name) if name == "cp1252" else ""
    return Encoding(name, note or _voted_note(sample, name), "told by its letters", nuls=census.nuls)


def given(path: Path, name: str) -> Encoding:
    """Take the encoding that the user named; a byte order mark in the file is still understood.

    Raises:
        LookupError: there is no such encoding.
    """
    twice = name.strip().lower() == TWICE
    codec = codecs.lookup("utf-8" if twice else name).name
    with path.open("rb") as file:
        head = file.read(4)
    if codec == "utf-8" and head.startswith(codecs.BOM_UTF8):
        codec = "utf-8-sig"
    return Encoding(
        codec, _note(path, codec), "as given", nuls=not codec.startswith("utf-16") and _has_nuls(path), twice=twice
    )


def wide(head: bytes) -> str:
    """Name the UTF-16 or UTF-32 encoding that bytes begin in, ``""`` for none; without a mark, by the NULs."""
    if head.startswith(codecs.BOM_UTF32_LE) or (head.startswith(codecs.BOM_UTF32_BE) and len(head) % 4 == 0):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    quads = len(head) // 4
    zeros = [head[place : 4 * quads : 4].count(0) for place in range(4)]
    if quads > 1 and min(zeros[2:]) * 10 > quads * 9 and zeros[0] * 20 <= quads:
        return "utf-32-le"
    if quads > 1 and min(zeros[:2]) * 10 > quads * 9 and zeros[3] * 20 <= quads:
        return "utf-32-be"
    pairs = len(head) // 2
    even, odd = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if max(even, odd) * 10 < pairs * 8 and _ASCII.fullmatch(head):
        # plain letters would all have a NUL beside them
        return ""
    if min(pairs, odd) >= 2 and odd * 8 > pairs and even * 20 <= odd and _is_text(head[: 2 * pairs], "utf-16-le"):
        return "utf-16-le"
    if min(pairs, even) >= 2 and even * 8 > pairs and odd * 20 <= even and _is_text(head[: 2 * pairs], "utf-16-be"):
        return "utf-16-be"
    return ""


def soften(error: UnicodeError) -> tuple[str, int]:
    """Read one byte that the encoding has no character for: the codec error handler behind `ERRORS`."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32")):
        # half a character at the end is a stray byte, and none of the text
        return "" if error.end - error.start == 1 else "\ufffd", error.end
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error(ERRORS, soften)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _is_text(data: bytes, name: str) -> bool:
    """Say whether bytes read so are lines of text: no halves of pairs, hardly a character without a meaning."""
    text = data.decode(name, "replace").rstrip("\ufffd")
    if not re.search("[\r\n\t,;|]", text):
        return False
    odd = sum(
        1
        for char in text
        if (char < " " and char not in "\t\r\n\x1a") or "\ue000" <= char <= "\uf8ff" or char == "\ufffd"
    )
    return odd * 20 <= len(text)


def _has_nuls(path: Path) -> bool:
    return any(b"\x00" in block for block in _blocks(path))


def _census(path: Path) -> _Census:
    """Count how a file reads as UTF-8, and keep a sample of its blocks that are not ASCII."""
    census = _Census()
    kept = 0
    carry = b""
    for block in _blocks(path):
        census.nuls = census.nuls or b"\x00" in block
        if block.isascii() and not carry:
            continue
        if kept < _BLOCK:
            census.sample.append(block)
            kept += len(block)
        text, used = codecs.utf_8_decode(carry + block, "ignore", False)
        bad = used - len(text.encode())
        census.good += len(text) - len(text.encode("ascii", "ignore"))
        census.faults += bad
        if bad:
            census.lone += len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", carry + block))
        carry = (carry + block)[used:]
    census.faults += bool(carry)
    return census


def _note(path: Path, name: str) -> str:
    decoder = codecs.getincrementaldecoder(name)("replace")
    lost = sum(decoder.decode(block).count("\ufffd") for block in _blocks(path)) + decoder.decode(b"", True).count(
        "\ufffd"
    )
    return _soft_note(lost, name)


def _soft_note(count: int, name: str) -> str:
    if not count:
        return ""
    if name.startswith(("utf-16", "utf-32")):
        return f"The file is damaged: {count} of its characters are no {name}; look for “\ufffd”."
    return f"{count} bytes are no {name} and were read one by one as Windows-1252: check the accents."


def _voted_note(sample: bytes, name: str) -> str:
    """Say that letters decided, and show a line to judge by."""
    lines = (line.strip() for line in sample.decode(name, "replace").splitlines())
    line = next((line for line in lines if not line.isascii()), "")[:_SHOWN]
    return f"The letters speak for the encoding {name}, as in “{line}”; --encoding overrules." if line else ""


def _twice_note(sample: bytes) -> str:
    """Say that text was encoded twice, and show a line as it is and as it would be."""
    for line in sample.splitlines():
        if line.isascii():
            continue
        text = line.decode("utf-8", "replace").strip()
        if (whole := doubled.repaired(text)) != text:
            return (
                f"Accents were encoded twice (“{text[:_SHOWN]}” for “{whole[:_SHOWN]}”): "
                f"--encoding {TWICE} repairs them."
            )
    return ""


def _holes(path: Path) -> int:
    return sum(len(block) - len(block.translate(None, _HOLES)) for block in _blocks(path))
