"""A server on loopback that keeps every request as it came and answers what a test wants: an API that misbehaves."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

BASE = "/api/external"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: ``target`` is what stood in its first line, raw."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target below the API's base, without its query."""
        return self.target.partition("?")[0].removeprefix(BASE)

    @property
    def json(self) -> dict[str, Any]:
        """The body."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; ``body`` is sent as JSON unless it is bytes."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


Answers = Callable[[Request], Reply]


@dataclass(frozen=True)
class Recorder:
    """A running server, and the requests that reached it, in their order."""

    port: int
    requests: list[Request]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """Where its API is."""
        return self.url + BASE


@contextmanager
def recording(answers: Answers, *, tls: ssl.SSLContext | None = None) -> Iterator[Recorder]:
    """Run a server that answers as it is told, over TLS if there is a context for it."""
    seen: list[Request] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            target = self.requestline.split(" ")[1]
            request = Request(self.command, target, dict(self.headers.items()), body)
            seen.append(request)
            reply = answers(request)
            content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_CONNECT = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        try:
            yield Recorder(server.server_address[1], seen)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def tunnel(port: int, heard: bytearray) -> Iterator[int]:
    """Run a proxy that leads every CONNECT to a port of loopback; gives its own, and what clients sent in ``heard``."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket, *, listen: bool) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65_536):
                if listen:
                    heard.extend(part)
                sink.sendall(part)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += client.recv(65_536)
            heard.extend(asked)
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=pump, args=(server, client), kwargs={"listen": False}, daemon=True)
            back.start()
            pump(client, server, listen=True)
            back.join()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def crm(request: Request) -> Reply:
    """Answer as an empty CRM would."""
    if request.path == "/test":
        return Reply(
            200, {"success": True, "data": {"companyId": "c", "permissions": ["contacts:read", "contacts:write"]}}
        )
    if request.path == "/contacts" and request.method == "GET":
        return Reply(200, {"success": True, "data": [], "meta": {"page": 1, "limit": 200, "total": 0}})
    if request.method in ("POST", "PUT"):
        new = "c_" + str(request.json.get("phoneNumber", "x"))[1:]
        made = {"id": new if request.method == "POST" else unquote(request.path.rpartition("/")[2]), **request.json}
        return Reply(201 if request.method == "POST" else 200, {"success": True, "data": made})
    return Reply(404, {"success": False, "error": "Contact not found"})
