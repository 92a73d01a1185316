"""Which HTTP library carries the upload: whole uploads, journal included, through six of them, beside two bare loops.

A raw asyncio server in a second process answers every POST after a given latency, so that what is measured is the
client's side. Each way runs in its own process; the tables are printed as Markdown.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from bulk_io import plan
from bulk_io.answers import Answer
from bulk_io.connection import Connection
from bulk_io.delivery import Terms
from bulk_io.journal import Journal
from bulk_io.plan import Policy
from bulk_io.records import Candidate
from bulk_io.retry import Caller
from bulk_io.throttle import Throttle
from bulk_io.upload import Upload
from bulk_io.worklog import WorkLog

SECONDS = 2.5
"""How long a way is measured, about."""
FLIGHTS = (8, 32, 64)
LATENCIES_MS = (0, 20)
UPLOADS = ("aiohttp", "httpx-aiohttp", "httpx", "httpx2", "httpx threads", "requests threads")
BARE = "bare aiohttp loop"
VENDOR = "vendor's loop"
KEY = "ck_benchmark"


class Server(asyncio.Protocol):
    """Answers each request after ``latency`` seconds with the contact that it holds."""

    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if not found or len(rest) < length:
            return
        body, self.buffer = rest[:length], rest[length:]
        contact = b'{"success":true,"data":{"id":"contact_1",%s}' % body.partition(b"{")[2]
        reply = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        answer = reply % (len(contact), contact)
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, self.transport.write, answer)
        else:
            self.transport.write(answer)


async def serve(latency_ms: float) -> None:
    """Serve on a free port, which is printed, until killed."""
    Server.latency = latency_ms / 1000
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def people(count: int) -> Iterator[Candidate]:
    """Invented people with numbers of their own."""
    for at in range(count):
        yield Candidate(at + 2, {
            "name": f"Ada Martin {at}", "firstName": "Ada", "lastName": f"Martin {at}",
            "phoneNumber": f"+336{at:08d}", "email": f"ada.{at}@example.org", "position": "CEO",
            "currentCompany": "Moulin & fils", "city": "Besançon", "country": "France",
        }, ("a", "b"))  # fmt: skip


class Other:
    """A connection like bulk_io's, over another library: ``post`` gives status and body of a POST."""

    clock_offset = 0.0
    has_clock = False

    def hear_without_date(self, iso: object) -> None:
        """Need no clock."""

    def __init__(self, url: str, post: Callable[[str, bytes], Awaitable[tuple[int, bytes]]]) -> None:
        self._url = url
        self._post = post

    async def request(self, method: str, path: Sequence[str], *, payload: Mapping[str, object], **more: Any) -> Answer:
        """Send a POST and give its answer."""
        status, body = await self._post(self._url, json.dumps(payload, ensure_ascii=False).encode())
        return Answer(status, json.loads(body))


HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}


async def with_async_client(way: str, url: str, at_once: int, work: Callable[[Any], Awaitable[None]]) -> None:
    """Do the work over httpx, over httpx with aiohttp below, or over httpx2."""
    if way == "httpx2":
        import httpx2 as library
    else:
        import httpx as library  # type: ignore[no-redef]
    make = library.AsyncClient
    if way == "httpx-aiohttp":
        from httpx_aiohttp import HttpxAiohttpClient

        make = HttpxAiohttpClient
    limits = library.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    async with make(limits=limits, headers=HEADERS, timeout=30) as client:

        async def post(to: str, body: bytes) -> tuple[int, bytes]:
            answer = await client.post(to, content=body)
            return answer.status_code, answer.content

        await work(Other(url, post))


async def with_threads(way: str, url: str, at_once: int, work: Callable[[Any], Awaitable[None]]) -> None:
    """Do the work over a blocking client in as many threads as requests are in flight."""
    if way == "httpx threads":
        import httpx

        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        client = httpx.Client(limits=limits, headers=HEADERS, timeout=30)

        def send(to: str, body: bytes) -> tuple[int, bytes]:
            answer = client.post(to, content=body)
            return answer.status_code, answer.content
    else:
        import requests
        from requests.adapters import HTTPAdapter

        session = requests.Session()
        session.headers.update(HEADERS)
        session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=at_once))

        def send(to: str, body: bytes) -> tuple[int, bytes]:
            answer = session.post(to, data=body, timeout=30)
            return answer.status_code, answer.content

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(at_once) as pool:

        async def post(to: str, body: bytes) -> tuple[int, bytes]:
            return await loop.run_in_executor(pool, send, to, body)

        await work(Other(url, post))


async def upload(way: str, url: str, at_once: int, journal: Journal) -> None:
    """Carry out a journal's plan through one of the libraries."""

    async def work(connection: Any) -> None:
        caller = Caller(cast(Connection, connection), Throttle(at_once))
        await Upload(caller, WorkLog(journal), Terms(Policy())).run(at_once)

    if way == "aiohttp":
        async with Connection(url.removesuffix("/contacts"), KEY) as connection:
            await work(connection)
    elif "threads" in way:
        await with_threads(way, url, at_once, work)
    else:
        await with_async_client(way, url, at_once, work)


async def bare(url: str, at_once: int, count: int) -> None:
    """Post the same people with nothing but aiohttp."""
    import aiohttp

    waiting = people(count)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=HEADERS) as session:

        async def worker() -> None:
            for one in waiting:
                async with session.post(url, json=plan.creation(one, Policy())) as response:
                    await response.json()

        await asyncio.gather(*(worker() for _ in range(at_once)))


def vendor(url: str, count: int) -> None:
    """Post the same people as the vendor's page does, one after the other."""
    import requests

    for one in people(count):
        requests.post(url, headers=HEADERS, json=plan.creation(one, Policy()), timeout=30).raise_for_status()


def timed(work: Callable[[], object], count: int) -> dict[str, float]:
    """Requests a second and milliseconds of CPU a request."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"rate": count / seconds, "cpu": 1000 * cpu / count}


def measure(way: str, url: str, at_once: int, count: int) -> dict[str, float]:
    """Measure one way in this process."""
    if way == VENDOR:
        return timed(lambda: vendor(url, count), count)
    if way == BARE:
        return timed(lambda: asyncio.run(bare(url, at_once, count)), count)
    with tempfile.TemporaryDirectory(prefix="bulk-io-bench-") as name:
        journal = Journal.create(Path(name) / "journal.sqlite")
        planned = ((one, 0, plan.decide([one], {}, {}, Policy())[0]) for one in people(count))
        journal.add_actions(planned)
        journal.commit()
        found = timed(lambda: asyncio.run(upload(way, url, at_once, journal)), count)
        (ended,) = journal.database.execute("SELECT count(*) FROM actions WHERE outcome = 'created'").fetchone()
        journal.close()
    assert ended == count, f"{way}: {ended} of {count} created"
    return found


def measured(way: str, url: str, at_once: int) -> dict[str, float]:
    """Measure one way in a process of its own, for as many requests as it sends in some seconds."""

    def run(count: int) -> dict[str, float]:
        command = [sys.executable, __file__, "measure", way, url, str(at_once), str(count)]
        found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        return found

    return run(max(200, int(run(300)["rate"] * SECONDS)))


def table(latency_ms: int) -> Iterator[str]:
    """Measure everything at one latency; lines of a Markdown table."""
    yield f"| contacts a second at {latency_ms} ms | 8 in flight | 32 in flight | 64 in flight | CPU a contact at 32 |"
    yield "|---|---|---|---|---|"
    command = [sys.executable, __file__, "serve", str(latency_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            url = f"http://127.0.0.1:{server.stdout.readline().strip()}/contacts"
            alone = measured(VENDOR, url, 1)
            found = {(way, n): measured(way, url, n) for way, n in itertools.product((BARE, *UPLOADS), FLIGHTS)}
        finally:
            server.kill()
    yield f"| {VENDOR} (`requests`), one after the other | {alone['rate']:.0f} | | | {alone['cpu']:.2f} ms |"
    for way in (BARE, *UPLOADS):
        rates = " | ".join(f"{found[way, at_once]['rate']:.0f}" for at_once in FLIGHTS)
        yield f"| {way if way == BARE else f'upload over {way}'} | {rates} | {found[way, 32]['cpu']:.2f} ms |"
    ours = found["aiohttp", 32]["rate"]
    yield (
        f"\nOver aiohttp with 32 in flight the upload has {ours / alone['rate']:.1f}x the rate of the {VENDOR} and "
        f"{ours / found[BARE, 32]['rate']:.2f}x that of the {BARE}.\n"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", latency]:
            import uvloop  # so that it is the clients that are measured

            uvloop.run(serve(float(latency)))
        case ["measure", way, url, at_once, count]:
            print(json.dumps(measure(way, url, int(at_once), int(count))))
        case _:
            for latency_ms in LATENCIES_MS:
                for line in table(latency_ms):
                    print(line, flush=True)
