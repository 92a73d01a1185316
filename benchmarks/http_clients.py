"""Which HTTP library carries the upload: requests a second and CPU a request of five ways to send the same POSTs.

A raw asyncio server in a second process answers every POST after a given latency, so that what is measured is the
client. Each way runs in its own process; the table is printed as Markdown.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

REQUESTS = 2000
BODY = {"name": "Ada Martin", "phoneNumber": "+14155550123", "email": "ada@example.com", "tags": ["a", "b"]}
ANSWER = json.dumps({"success": True, "data": {"id": "contact_1", **BODY}}).encode()
WAYS = ("aiohttp", "httpx-aiohttp", "httpx", "httpx threads", "requests threads")


class Server(asyncio.Protocol):
    """Answers each request after ``latency`` seconds, without looking at it more than it must."""

    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if not found or len(rest) < int(length or 0):
            return
        self.buffer = rest[int(length or 0) :]
        reply = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        asyncio.get_running_loop().call_later(self.latency, self.transport.write, reply % (len(ANSWER), ANSWER))


async def serve(latency_ms: float) -> None:
    """Serve on a free port, which is printed, until killed."""
    Server.latency = latency_ms / 1000
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _all(post: Callable[[], Awaitable[object]], at_once: int) -> None:
    waiting = iter(range(REQUESTS))

    async def worker() -> None:
        for _ in waiting:
            await post()

    await asyncio.gather(*(worker() for _ in range(at_once)))


async def send_aiohttp(url: str, at_once: int) -> None:
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def post() -> None:
            async with session.post(url, json=BODY) as response:
                await response.json()

        await _all(post, at_once)


async def send_httpx(url: str, at_once: int, *, aiohttp_below: bool) -> None:
    import httpx

    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    make: type[httpx.AsyncClient] = httpx.AsyncClient
    if aiohttp_below:
        from httpx_aiohttp import HttpxAiohttpClient

        make = HttpxAiohttpClient
    async with make(limits=limits) as client:

        async def post() -> None:
            (await client.post(url, json=BODY)).json()

        await _all(post, at_once)


def send_threads(url: str, at_once: int, post: Callable[[str], object]) -> None:
    lock, waiting = threading.Lock(), iter(range(REQUESTS))

    def next_one() -> Iterator[int]:
        while True:
            with lock:
                at = next(waiting, None)
            if at is None:
                return
            yield at

    def worker() -> None:
        for _ in next_one():
            post(url)

    threads = [threading.Thread(target=worker) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def send(way: str, url: str, at_once: int) -> None:
    """Send all requests in one way."""
    if way == "aiohttp":
        asyncio.run(send_aiohttp(url, at_once))
    elif way.startswith("httpx") and "threads" not in way:
        asyncio.run(send_httpx(url, at_once, aiohttp_below=way == "httpx-aiohttp"))
    elif way == "httpx threads":
        import httpx

        client = httpx.Client(limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once))
        send_threads(url, at_once, lambda to: client.post(to, json=BODY).json())
    else:
        import requests
        from requests.adapters import HTTPAdapter

        session = requests.Session()
        session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=at_once))
        send_threads(url, at_once, lambda to: session.post(to, json=BODY).json())


def measure(way: str, url: str, at_once: int) -> None:
    """Print requests a second and milliseconds of CPU a request, as JSON."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    send(way, url, at_once)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"rate": REQUESTS / seconds, "cpu": 1000 * cpu / REQUESTS}))


def table() -> Iterator[str]:
    """Measure everything; lines of a Markdown table."""
    yield "| at 20 ms | 8 in flight | 32 in flight | 64 in flight | CPU a request at 32 |"
    yield "|---|---|---|---|---|"
    with subprocess.Popen([sys.executable, __file__, "serve", "20"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}/contacts"
        for way in WAYS:
            found = {}
            for at_once in (8, 32, 64):
                command = [sys.executable, __file__, "measure", way, url, str(at_once)]
                found[at_once] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            rates = " | ".join(f"{found[at_once]['rate']:.0f}/s" for at_once in (8, 32, 64))
            yield f"| {way} | {rates} | {found[32]['cpu']:.2f} ms |"
        server.kill()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", latency]:
            asyncio.run(serve(float(latency)))
        case ["measure", way, url, at_once]:
            measure(way, url, int(at_once))
        case _:
            for line in table():
                print(line, flush=True)
