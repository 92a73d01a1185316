"""How an answer goes over the wire: as it should, or in one of the ways in which networks and servers break it. The
front gives an answer and the name of a wire; what ASGI has no word for is written on uvicorn's own transport.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace

from starlette.types import Message, Receive, Send

_EARLY = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n"
_GARBAGE = b"\x16\x03\x01 SSH-2.0-OpenSSH_9.6\r\n\xff\xfe\x00\x00220 smtp.example ESMTP\r\n\r\n"
_TOO_MUCH = 100
"""Bytes that the wire ``long`` announces and never sends."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, before a wire breaks it; names of headers in lower case."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def with_header(self, name: bytes, value: bytes | None) -> Answer:
        """The answer with another value for a header, or without it."""
        others = tuple(pair for pair in self.headers if pair[0] != name)
        return replace(self, headers=others if value is None else (*others, (name, value)))


class Line:
    """The connection that one request came on. ``dropped`` ends every wait: the sandbox was reset."""

    def __init__(self, receive: Receive, send: Send, dropped: asyncio.Event) -> None:
        self.send = send
        # ASGI has no word for it, but uvicorn's send is a method of the request, which knows its connection.
        self._cycle = send.__self__  # type: ignore[attr-defined]
        self._transport: asyncio.Transport = self._cycle.transport
        self._receive = receive
        self._dropped = dropped

    @property
    def gone(self) -> bool:
        """Whether the client has left."""
        return bool(self._cycle.disconnected) or self._transport.is_closing()

    async def start(self, answer: Answer) -> None:
        """Send status and headers."""
        await self.send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})

    async def body(self, part: bytes, *, more: bool = False) -> None:
        """Send a part of the body; without ``more`` it is the last."""
        await self.send({"type": "http.response.body", "body": part, "more_body": more})

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._transport.write(data)

    async def pause(self, milliseconds: float) -> bool:
        """Wait; True if a reset came meanwhile."""
        if milliseconds:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(self._dropped.wait(), milliseconds / 1000)
        return False

    async def hang_up(self) -> None:
        """End the connection, after what was sent."""
        self._transport.close()
        await self._left()

    async def reset(self) -> None:
        """Break the connection: the client gets a RST."""
        with contextlib.suppress(OSError):
            here = self._transport.get_extra_info("socket")
            here.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
        await self._left()

    async def linger(self) -> None:
        """Say nothing more until the client leaves, or the sandbox is reset."""
        left, dropped = (asyncio.ensure_future(wait) for wait in (self._left(), self._dropped.wait()))
        await asyncio.wait((left, dropped), return_when=asyncio.FIRST_COMPLETED)
        left.cancel()
        dropped.cancel()
        await self.hang_up()

    @contextlib.contextmanager
    def held(self) -> Iterator[bytearray]:
        """Keep back what the server writes, so that it can be changed."""
        tape = _Tape()
        self._cycle.transport = tape
        try:
            yield tape.written
        finally:
            self._cycle.transport = self._transport

    async def _left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def deliver(wire: str, answer: Answer, line: Line, pause_ms: float) -> bool:
    """Send an answer over a wire; True if the client was given all of it, and nothing wrong."""
    if wire == "whole":
        await _whole(answer, line)
    elif wire == "drip":
        return await _drip(answer, line, pause_ms)
    elif wire == "twice":
        return await _twice(answer, line, pause_ms)
    elif wire == "early":
        line.write(_EARLY)
        await _whole(answer, line)
    else:
        await _BROKEN[wire](answer, line)
        return False
    return not line.gone


async def garbage(line: Line) -> None:
    """Answer with what is not HTTP."""
    line.write(_GARBAGE)
    await line.hang_up()


def collector(messages: list[Message]) -> Send:
    """A send that keeps an answer instead of sending it."""

    async def collect(message: Message) -> None:
        messages.append(message)

    return collect


def collected(messages: list[Message]) -> Answer:
    """The answer that was kept."""
    start, *rest = messages
    body = b"".join(message.get("body", b"") for message in rest)
    return Answer(start["status"], tuple((name.lower(), value) for name, value in start["headers"]), body)


class _Tape:
    """A transport that keeps what is written; whether the connection stays is not its affair."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        pass

    def is_closing(self) -> bool:
        return False


async def _whole(answer: Answer, line: Line) -> None:
    await line.start(answer)
    await line.body(answer.body)


async def _half(answer: Answer, line: Line) -> None:
    await line.start(answer)
    await line.body(answer.body[: len(answer.body) // 2], more=True)


async def _cut(answer: Answer, line: Line) -> None:
    await _half(answer, line)
    await line.hang_up()


async def _cut_head(answer: Answer, line: Line) -> None:
    with line.held() as head:
        await line.start(answer)
    line.write(bytes(head[: len(head) // 2]))
    await line.hang_up()


async def _reset(answer: Answer, line: Line) -> None:
    await _half(answer, line)
    await line.reset()


async def _long(answer: Answer, line: Line) -> None:
    await line.start(answer.with_header(b"content-length", b"%d" % (len(answer.body) + _TOO_MUCH)))
    await line.body(answer.body, more=True)
    await line.linger()


async def _short(answer: Answer, line: Line) -> None:
    half = len(answer.body) // 2
    with line.held() as written:
        await line.start(answer.with_header(b"content-length", b"%d" % half))
        await line.body(answer.body[:half])
    line.write(bytes(written) + answer.body[half:])


async def _open_chunks(answer: Answer, line: Line) -> None:
    await line.start(answer.with_header(b"content-length", None))
    await line.body(answer.body, more=True)
    await line.linger()


async def _bad_chunks(answer: Answer, line: Line) -> None:
    await line.start(answer.with_header(b"content-length", None))
    line.write(b"zz\r\n" + answer.body + b"\r\n0\r\n\r\n")
    await line.hang_up()


async def _gzip(answer: Answer, line: Line) -> None:
    await _whole(answer.with_header(b"content-encoding", b"gzip"), line)


async def _drip(answer: Answer, line: Line, pause_ms: float) -> bool:
    with line.held() as written:
        await _whole(answer, line)
    for at in range(len(written)):
        if line.gone or await line.pause(pause_ms):
            await line.hang_up()
            return False
        line.write(bytes(written[at : at + 1]))
    return True


async def _twice(answer: Answer, line: Line, pause_ms: float) -> bool:
    with line.held() as written:
        await _whole(answer, line)
    answered = not line.gone
    if pause_ms:
        line.write(bytes(written))
        await line.pause(pause_ms)
        line.write(bytes(written))
    else:
        line.write(bytes(written) * 2)
    return answered


_BROKEN: dict[str, Callable[[Answer, Line], Awaitable[None]]] = {
    "cut": _cut,
    "cut-head": _cut_head,
    "reset": _reset,
    "long": _long,
    "short": _short,
    "open-chunks": _open_chunks,
    "bad-chunks": _bad_chunks,
    "gzip": _gzip,
}
