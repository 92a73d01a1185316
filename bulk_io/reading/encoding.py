"""Which characters a text file's bytes stand for: byte order mark, NUL pattern, strict UTF-8, then a vote of letters.

No statistics of languages beyond their alphabets: a guesser trained on prose takes a French list of names for Czech.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ERRORS = "bulk_io.soft"
"""The name of the codec error handler that never fails: a byte without meaning is read as cp1252, then Latin-1."""

_WEST = ("àâæçéèêëîïôœùûüÿ", "äöüß", "áéíóúñü", "àèéìòù", "áâãàçéêíóôõú", "éëïö", "åäöæøé", "ðþáéíóúýöæ")
_EAST = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž")
_CANDIDATES = {"cp1252": _WEST, "mac-roman": _WEST, "cp850": _WEST, "iso8859-15": _WEST, "cp1250": _EAST}
_QUIET = frozenset("\u00a0’‘“”«»€£°–—…·•™®©§²ªº¿¡´")
_HOLES = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_BLOCK = 1 << 20
_Seen = Counter[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text file's encoding by Python's name for it, and a sentence for the person if bytes did not fit."""

    name: str
    note: str = ""
    nuls: bool = False
    twice: bool = False


def find(path: Path) -> Encoding:
    """Find the encoding of a whole file, streamed."""
    with path.open("rb") as file:
        head = file.read(4096)
    if name := wide(head):
        return Encoding(name, _note(path, name))
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig", _note(path, "utf-8-sig"))
    faults, good, sample = _as_utf8(path)
    if not faults:
        return Encoding("utf-8")
    if good >= 10 * faults:
        return Encoding("utf-8", _soft_note(faults, "UTF-8"))
    name = vote(sample)
    return Encoding(name, _soft_note(_holes(path), name) if name == "cp1252" else "")


def given(path: Path, name: str) -> Encoding:
    """Take the encoding that the user named; a byte order mark in the file is still understood.

    Raises:
        LookupError: there is no such encoding.
    """
    codec = codecs.lookup(name).name
    with path.open("rb") as file:
        head = file.read(4)
    if codec == "utf-8" and head.startswith(codecs.BOM_UTF8):
        codec = "utf-8-sig"
    return Encoding(codec, _note(path, codec))


def wide(head: bytes) -> str:
    """Name the UTF-16 or UTF-32 encoding that bytes begin in, ``""`` for none; without a mark, by the NULs."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and len(head) % 4 == 0:
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = len(head[:4096]) // 2
    even, odd = head[:4096:2].count(0), head[1:4096:2].count(0)
    if pairs >= 2 and odd * 2 > pairs and even * 20 <= pairs:
        return "utf-16-le"
    if pairs >= 2 and even * 2 > pairs and odd * 20 <= pairs:
        return "utf-16-be"
    return ""


def vote(sample: bytes) -> str:
    """Choose the one-byte encoding whose letters belong to one language best; cp1252 if in doubt."""
    seen = _contexts(sample)
    scores = {name: _score(seen, name, alphabets) for name, alphabets in _CANDIDATES.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > max(scores["cp1252"] + 0.05, 0.85) else "cp1252"


def soften(error: UnicodeError) -> tuple[str, int]:
    """Read one byte that the encoding has no character for: the codec error handler behind `ERRORS`."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32")):
        return "\ufffd", error.end
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


def _as_utf8(path: Path) -> tuple[int, int, bytes]:
    """Count the faults and the good sequences of a file read as UTF-8, and keep a sample of its non-ASCII blocks."""
    faults = good = kept = 0
    sample: list[bytes] = []
    carry = b""
    for block in _blocks(path):
        if block.isascii() and not carry:
            continue
        if kept < _BLOCK:
            sample.append(block)
            kept += len(block)
        text, carry, bad = _decode(carry + block)
        faults += bad
        good += len(text) - len(text.encode("ascii", "ignore"))
    return faults + bool(carry), good, b"".join(sample)


def _decode(data: bytes) -> tuple[str, bytes, int]:
    """Decode as much UTF-8 as there is: the good text, the unfinished end, the number of bytes at fault."""
    text, used = codecs.utf_8_decode(data, "ignore", False)
    if len(text.encode()) == used:
        return text, data[used:], 0
    return text, data[used:], used - len(text.encode())


def _note(path: Path, name: str) -> str:
    decoder = codecs.getincrementaldecoder(name)("replace")
    lost = sum(decoder.decode(block).count("\ufffd") for block in _blocks(path)) + decoder.decode(b"", True).count(
        "\ufffd"
    )
    return _soft_note(lost, name)


def _soft_note(count: int, name: str) -> str:
    return f"{count} bytes are no {name} and were read one by one as Windows-1252: check the accents." if count else ""


def _holes(path: Path) -> int:
    return sum(len(block) - len(block.translate(None, _HOLES)) for block in _blocks(path))


def _contexts(sample: bytes) -> _Seen:
    """Count each non-ASCII byte with what stands before and after it: lower case, upper case, or other."""
    text = sample.decode("latin-1")
    return Counter(
        (_case(text[at - 1 : at]), ord(text[at]), _case(text[at + 1 : at + 2]))
        for at in (match.start() for match in re.finditer("[\x80-\xff]", text))
    )


@cache
def _case(char: str) -> str:
    if "a" <= char <= "z":
        return "lower"
    if "A" <= char <= "Z":
        return "upper"
    return "high" if char >= "\x80" else "other"


def _score(seen: _Seen, name: str, alphabets: tuple[str, ...]) -> float:
    """Give the share of bytes that make sense in one language's alphabet; all alphabets together count less."""
    sense = [(bytes((byte,)).decode(name, "replace"), before, after, n) for (before, byte, after), n in seen.items()]
    total = sum(n for *_, n in sense) or 1
    alone = (sum(n * _fits(c, b, a, alphabet) for c, b, a, n in sense) for alphabet in alphabets)
    together = sum(n * _fits(c, b, a, "".join(alphabets)) for c, b, a, n in sense)
    return max(*alone, 0.9 * together) / total


def _fits(char: str, before: str, after: str, alphabet: str) -> float:
    inside = before in {"lower", "upper"} and after in {"lower", "upper"}
    if char in _QUIET:
        return 1.0 if not inside or char in "’\u00a0" else 0.0
    if char.lower() not in alphabet:
        return 0.0
    return 0.0 if char.isupper() and "lower" in {before} else 1.0
