"""XML that nobody vouches for, read as a stream: no entities, no external parts, bounded depth and memory."""

from __future__ import annotations

import re
from typing import IO, NoReturn, Protocol
from xml.parsers import expat

from bulk_io.reading.sheets import Refused

_BLOCK = 1 << 18
_DEEPEST = 200
_BARE = re.compile(rb"&(?!(?:#x?[0-9a-fA-F]{1,8}|[A-Za-z]\w{0,9});)")
_LONGEST_REFERENCE = 12
"""Bytes of a reference, which two blocks may share."""
Attributes = dict[str, str]


class Bytes(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Give about as many bytes; none at the end."""


class Reader:
    """What follows the elements; names and attributes come without their prefixes."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def text(self, characters: str) -> None:
        """Characters between tags; a text may come in several parts."""

    def end(self, name: str) -> None:
        """An element ends."""


class Mended:
    """A stream in which every ``&`` that begins no reference is written as one: programs forget that of names."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest = b""
        self.count = 0

    def read(self, size: int) -> bytes:
        """Give about as many bytes; none at the end."""
        block = self._rest + self._stream.read(size)
        at = block.rfind(b"&", -_LONGEST_REFERENCE) if len(block) > _LONGEST_REFERENCE else -1
        block, self._rest = (block[:at], block[at:]) if at > 0 else (block, b"")
        found, count = _BARE.subn(b"&amp;", block)
        self.count += count
        return found


def refuse_entity(*, external: bool) -> NoReturn:
    """Refuse a document that declares entities: no spreadsheet does, and bombs are made of them.

    Raises:
        Refused: always.
    """
    raise Refused("corrupt", "") if external else Refused("large", "entities that expand, as in a bomb")


def parse(stream: Bytes, reader: Reader) -> None:
    """Let a reader follow an XML stream.

    Raises:
        ValueError: not well-formed, or nested too deeply.
        Refused: it declares entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    names: dict[str, str] = {}
    depth = 0

    def local(name: str) -> str:
        found = names.get(name)
        if found is None:
            found = names[name] = name.rpartition(":")[2]
        return found

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
        reader.start(local(name), {local(key): value for key, value in attributes.items()} if attributes else {})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        reader.end(local(name))

    def entity(
        _name: str, _parameter: bool, _value: str | None, _base: str | None, system: str | None, *_: object
    ) -> None:
        refuse_entity(external=system is not None)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = entity
    try:
        while block := stream.read(_BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(f"not well-formed: {error}") from error
