"""XML that nobody vouches for, read as a stream: no entities, no external parts, bounded depth and memory."""

from __future__ import annotations

from typing import IO
from xml.parsers import expat

_BLOCK = 1 << 18
_DEEPEST = 200
Attributes = dict[str, str]


class Reader:
    """What follows the elements; names and attributes come without their prefixes."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def text(self, characters: str) -> None:
        """Characters between tags; a text may come in several parts."""

    def end(self, name: str) -> None:
        """An element ends."""


def parse(stream: IO[bytes], reader: Reader) -> None:
    """Let a reader follow an XML stream.

    Raises:
        ValueError: not well-formed, nested too deeply, or with a DTD that declares entities.
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

    def entity(*_: object) -> None:
        raise ValueError("declares entities")

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
