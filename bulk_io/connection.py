"""One request to the API, one answer: what goes out, what came back, and whether it may have been carried out.

A rim of the program: nothing here retries, waits or decides. aiohttp is used directly because httpx costs two to
fifteen times its CPU per request (``benchmarks/README.md``). It is imported where it is used, because it takes as long
as half of pandas and ``validate`` talks to nobody.
"""

from __future__ import annotations

import contextlib
import email.utils
import functools
import ipaddress
import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlsplit

from bulk_io import __version__
from bulk_io.answers import Answer, is_list, is_odd, misfit, redact, seconds_of
from bulk_io.bodies import body_of, listing_of
from bulk_io.errors import ApiError, NoAnswer, NotSent, TlsFailed, UsageError

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

MAX_BODY = 32 * 1024 * 1024
"""Bytes of an answer that are read at most: a page of 200 contacts is about 100 kB."""

_TELLING = 8
"""Characters that a key has at least to be told from ordinary text."""
_Read = Callable[[bytes], dict[str, Any] | None]


class Connection:
    """A pool of connections to one API with one key; an async context manager.

    ``timeout`` is in seconds for a whole answer. Raises UsageError for a base URL that is not https (http is taken for
    loopback only) and for a key that cannot stand in a header.
    """

    def __init__(self, base_url: str, api_key: str, *, timeout: float = 30.0) -> None:
        self.base_url = checked_url(base_url)
        self._key = checked_key(api_key)
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self.sent = 0
        self._heard = False
        self.clock_offset = 0.0
        """Seconds by which the server's clock is ahead of ours, by the best of its Date headers."""

    async def __aenter__(self) -> Self:
        import aiohttp

        connect = min(10.0, self._timeout)  # with the name's lookup: what takes longer never left
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60),
            timeout=aiohttp.ClientTimeout(self._timeout, connect=connect, sock_connect=connect),
            headers={"Authorization": f"Bearer {self._key}", "User-Agent": f"bulk-io/{__version__}"},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=not is_loopback(self.base_url),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(
        self,
        method: str,
        path: Sequence[str],
        *,
        payload: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and give its answer, whatever its status.

        ``path`` is given in segments, each percent-encoded here (an id of ``../../admin`` stays an id). Redirects are
        not followed: a POST would become a GET and look like a success. Raises NotSent, NoAnswer, and ApiError (404)
        for an id that no path can hold.
        """
        if not {"", ".", ".."}.isdisjoint(path):
            # however they are written, servers take them for other paths
            raise ApiError(f"{path[-1]!r} cannot be a contact's id", status=404)

        if self._session is None:
            raise RuntimeError("use the Connection as an async context manager")
        url = "/".join([self.base_url, *(quote(segment, safe="") for segment in path)])
        body = None if payload is None else json.dumps(payload, ensure_ascii=False).encode("utf-8")
        headers = None if body is None else {"Content-Type": "application/json"}
        read = listing_of if is_list(method, path) else body_of
        self.sent += 1
        with self._told():
            async with self._session.request(
                method, _encoded(url, params), data=body, headers=headers, allow_redirects=False
            ) as response:
                answer = self._answer(response, await _bounded(response), read)
                fault = misfit(answer, method, path, payload)
                if fault or is_odd(answer, method, payload):
                    response.close()  # what comes next on this connection would be no better
                if fault:
                    raise NoAnswer(f"{self.host} {fault}")
                return answer

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what a connection can fail with into one of three errors: what was sent may have arrived, or has not."""
        import aiohttp

        try:
            yield
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
            raise TlsFailed(f"no secure connection to {self.host}: {_reason(error)}") from error
        except aiohttp.ClientHttpProxyError as error:
            refused = f"{error.status} {_reason(error)}"
            raise NotSent(
                f"the proxy {proxy_for(self.base_url)} does not let through to {self.host}: {refused}"
            ) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"{self._reached()} cannot be reached: {_reason(error)}") from error
        except TimeoutError as error:
            raise NoAnswer(f"{self.host} gave no answer within {self._timeout:g} seconds") from error
        except (aiohttp.ClientError, OSError) as error:
            raise NoAnswer(f"the connection to {self.host} broke: {_reason(error)}") from error

    def hear(self, server_time: float) -> None:
        """Know that it was this time at the server, in seconds since the epoch, at the latest when it answered."""
        heard = server_time - time.time()
        # whole seconds and the way back make each time too early, never too late: the latest one is the best
        self.clock_offset = max(self.clock_offset, heard) if self._heard else heard
        self._heard = True

    def hear_without_date(self, iso: object) -> None:
        """The same of a time in an answer's body, where the server tells none in its ``Date``."""
        if not self._heard and (moment := seconds_of(iso)):
            self.hear(moment)

    @property
    def has_clock(self) -> bool:
        """Whether the server has told its time."""
        return self._heard

    @property
    def host(self) -> str:
        """The host (and port) that is talked to, for messages."""
        return urlsplit(self.base_url).netloc

    def _reached(self) -> str:
        proxy = proxy_for(self.base_url)
        return f"{self.host} through the proxy {proxy}" if proxy else self.host

    def _answer(self, response: aiohttp.ClientResponse, raw: bytes, read: _Read) -> Answer:
        server_time = _http_date(response.headers.get("Date", ""))
        if server_time:
            self.hear(server_time)
        # a server may echo the key, and no journal, report or screen may hold it
        body = read(raw.replace(self._key.encode(), b"[key]") if len(self._key) >= _TELLING else raw)
        if body is None and response.status < 300:
            raise NoAnswer(f"{self.host} answered {response.status} with something that is not the API's JSON")
        wait = _retry_after(response.headers.get("Retry-After", ""), server_time or time.time())
        return Answer(response.status, body or {}, server_time, wait)


def checked_url(base_url: str) -> str:
    """Give a base URL without its last slash; raises UsageError unless it is https, or http to loopback."""
    try:
        parts, _ = urlsplit(base_url), urlsplit(base_url).port
    except ValueError as error:
        raise UsageError(f"the base URL cannot be read: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise UsageError("the base URL must look like https://host/path, without user, query or fragment")
    if parts.scheme == "http" and not is_loopback(base_url):
        raise UsageError(
            f"http://{parts.hostname} would send the key unencrypted; use https:// (http is for loopback only)"
        )
    return base_url.rstrip("/")


def checked_key(key: str) -> str:
    """Give a key that can stand in a header; raises UsageError, which never shows it."""
    if not key:
        raise UsageError("there is no API key; set ISAO_API_KEY (also in .env), or use --api-key-file or --sandbox")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError("the API key holds characters that no key has; check ISAO_API_KEY")
    return key


def is_loopback(url: str) -> bool:
    """Tell whether a URL's host is this machine: ``localhost`` or an address of the loopback range."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def proxy_for(base_url: str) -> str:
    """Name the proxy (host and port only) that the environment sets for a URL, or ``""``; loopback has none."""
    parts = urlsplit(base_url)
    proxies = urllib.request.getproxies()
    if is_loopback(base_url) or parts.scheme not in proxies or urllib.request.proxy_bypass(parts.hostname or ""):
        return ""
    return urlsplit(proxies[parts.scheme]).netloc.rpartition("@")[2]


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    raw = await response.content.read(MAX_BODY + 1)
    while raw and len(raw) <= MAX_BODY and (more := await response.content.read(MAX_BODY + 1 - len(raw))):
        raw += more
    if len(raw) > MAX_BODY:
        raise NoAnswer(f"the answer is larger than {MAX_BODY >> 20} MiB")
    return raw


@functools.lru_cache(maxsize=64)  # the same text comes a thousand times a second
def _http_date(text: str) -> float:
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _retry_after(text: str, now: float) -> float | None:
    # RFC 9110 10.2.3 knows whole seconds and dates; some servers say fractions
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text.strip()):
        return float(text)
    moment = _http_date(text)
    return max(0.0, moment - now) if moment else None


def _encoded(url: str, params: Mapping[str, str] | None) -> URL:
    from yarl import URL

    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in (params or {}).items())
    # yarl would decode and re-encode what was percent-encoded here; encoded=True sends it as it is
    return URL(f"{url}?{query}" if query else url, encoded=True)


def _reason(error: BaseException) -> str:
    cause = getattr(error, "os_error", None) or error
    return redact(getattr(cause, "strerror", None) or str(cause) or type(cause).__name__).splitlines()[0][:200]
