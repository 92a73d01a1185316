"""A list of invented contacts over HTTP that costs next to nothing: so that an export is measured, not its server.

Raw asyncio, pages made from one template, each answer after a latency; sorted newest first, filters are understood as
far as an export needs them: with ``updatedSince`` there is nothing.
"""

from __future__ import annotations

import asyncio
import json
import sys
from email.utils import formatdate
from functools import lru_cache
from typing import cast
from urllib.parse import parse_qs, urlsplit


@lru_cache(maxsize=1 << 14)
def page(number: int, limit: int, total: int) -> bytes:
    """Give a page's JSON."""
    places = range((number - 1) * limit, min(number * limit, total))
    contacts = [
        {
            "id": f"contact_{at:08d}", "name": f"Ada Martin {at}", "firstName": "Ada", "lastName": f"Martin {at}",
            "phoneNumber": f"+336{at:08d}", "email": f"ada.{at}@d{at % 2000}.example.org", "position": "CEO",
            "currentCompany": f"Moulin & fils {at % 5000}", "industrySector": "Retail", "city": "Besançon",
            "country": "France", "tags": ["lead", "2026"],
            "createdAt": "2026-01-15T10:30:00.000Z", "updatedAt": "2026-01-15T10:30:00.000Z",
        }
        for at in places
    ]  # fmt: skip
    meta = {"page": number, "limit": limit, "total": total, "totalPages": -(-total // limit)}
    return json.dumps({"success": True, "data": contacts, "meta": meta}, ensure_ascii=False).encode()


class Pages(asyncio.Protocol):
    """Answers each GET; requests on one connection come one after the other."""

    latency = 0.0
    total = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        target = urlsplit(data.split(b" ", 2)[1].decode())
        asked = {key: value[0] for key, value in parse_qs(target.query).items()}
        if target.path.endswith("/contacts"):
            total = 0 if "updatedSince" in asked else self.total
            body = page(int(asked["page"]), int(asked["limit"]), total)
        else:
            body = b'{"success": true, "data": {"permissions": ["contacts:read"]}}'
        head = f"HTTP/1.1 200 OK\r\nDate: {formatdate(usegmt=True)}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        asyncio.get_running_loop().call_later(self.latency, self.transport.write, head + body)


async def serve(total: int, latency_ms: float) -> None:
    """Serve on a free port, which is printed, until killed; pages are made beforehand."""
    Pages.total, Pages.latency = total, latency_ms / 1000
    for number in range(1, total // 200 + 2):
        page(number, 200, total)
    server = await asyncio.get_running_loop().create_server(Pages, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
