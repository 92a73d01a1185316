"""One request, one answer: what is sent, what counts as an answer, what is refused before anything is sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from bulk_io.answers import Answer, redact
from bulk_io.client import ContactsClient
from bulk_io.connection import Connection, checked_url, proxy_for
from bulk_io.errors import AccessRefused, ApiError, NoAnswer, NotSent, UsageError
from bulk_io.sandbox import Sandbox


@contextmanager
def raw_server(reply: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A socket that gives the same bytes to whoever asks, and keeps what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer:
                    asked.append(peer.recv(65536))
                    peer.sendall(reply)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api", asked
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def http(status: str, body: bytes, *headers: str) -> bytes:
    """A raw HTTP answer that closes the connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ask(url: str, method: str = "GET", path: tuple[str, ...] = ("contacts",), timeout: float = 5.0) -> Answer:
    """One request with the key ``ck_test``."""

    async def once() -> Answer:
        async with Connection(url, "ck_test", timeout=timeout) as connection:
            return await connection.request(method, path, payload={"name": "é"} if method == "POST" else None)

    return asyncio.run(once())


def test_a_request_carries_key_path_and_json() -> None:
    """The key is in the header only, the body is UTF-8 JSON."""
    with raw_server(http("201 Created", b'{"data": {"id": "c1"}}')) as (url, asked):
        assert ask(url, "POST").data == {"id": "c1"}
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/contacts HTTP/1.1\r\n")
    assert b"Authorization: Bearer ck_test" in head
    assert body == '{"name": "é"}'.encode()


def test_an_id_cannot_reach_another_path() -> None:
    """Segments are percent-encoded: slashes and dots of an id stay inside it."""
    with raw_server(http("200 OK", b"{}")) as (url, asked):
        ask(url, "GET", ("contacts", "../../admin?x=1"))
    assert asked[0].startswith(b"GET /api/contacts/..%2F..%2Fadmin%3Fx%3D1 HTTP/1.1\r\n")


def test_a_redirect_is_not_followed() -> None:
    """A POST that is sent on would become a GET and look like a success."""
    with raw_server(http("302 Found", b"", "Location: http://127.0.0.1:1/")) as (url, asked):
        assert ask(url, "POST").status == 302
    assert len(asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(b"", id="closed without an answer"),
        pytest.param(http("200 OK", b"<html>please log in</html>"), id="html from a proxy"),
        pytest.param(b'HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{"data"', id="cut body"),
        pytest.param(http("200 OK", b"\xff\xfe{}"), id="undecodable body"),
        pytest.param(http("200 OK", b"[" * 100_000), id="endless depth"),
        pytest.param(b"what is this\r\n\r\n", id="not http"),
    ],
)
def test_what_is_no_usable_answer_leaves_the_end_unknown(reply: bytes) -> None:
    """The request was sent: it may have been carried out."""
    with raw_server(reply) as (url, _), pytest.raises(NoAnswer):
        ask(url, "POST")


def test_a_silent_server_is_not_waited_for_beyond_the_timeout() -> None:
    """The timeout is for the whole answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(NoAnswer, match=r"within 0\.2 seconds"):
            ask(url, "POST", timeout=0.2)


def test_a_refused_connection_was_never_sent() -> None:
    """Nothing listens: it is safe to try again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent, match="cannot be reached"):
        ask(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 7", 7.0),
        ("Retry-After: 0.25", 0.25),
        ("Retry-After: -1", None),
        ("Retry-After: nan", None),
        ("Retry-After: Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Retry-After: Wed, 21 Oct 2026 07:27:00 GMT", 0.0),
        ("Retry-After: soon", None),
        ("X-Nothing: 1", None),
    ],
    ids=["seconds", "fraction", "negative", "nan", "date", "date that has passed", "garbage", "none"],
)
def test_retry_after_is_read_against_the_answers_own_date(header: str, seconds: float | None) -> None:
    """A date is measured from the response's Date, not from our clock."""
    with raw_server(http("429 Too Many Requests", b"{}", "Date: Wed, 21 Oct 2026 07:28:00 GMT", header)) as (url, _):
        assert ask(url).retry_after == seconds


@pytest.mark.parametrize(
    "url",
    [
        "https://[::1",
        "https://h:abc/x",
        "http://example.com/api",
        "ftp://example.com",
        "https://user:pw@example.com",
        "example.com",
        "https://x/?a=1",
        "",
    ],
)
def test_a_base_url_that_would_leak_or_fail_is_refused(url: str) -> None:
    """http is for loopback only; no credentials, query or missing scheme."""
    with pytest.raises(UsageError):
        checked_url(url)


@pytest.mark.parametrize("url", ["https://isao.io/api/external/", "http://127.0.0.1:8000", "http://localhost/x"])
def test_https_and_loopback_are_taken(url: str) -> None:
    """A last slash does not matter."""
    assert checked_url(url) == url.rstrip("/")


@pytest.mark.parametrize("key", ["", "ck_a b", "ck_\n", "clé"])
def test_a_key_that_no_header_can_hold_is_refused_and_not_shown(key: str) -> None:
    """The message never contains what was given."""
    with pytest.raises(UsageError) as error:
        Connection("https://isao.io", key)
    assert not key or key not in str(error.value)


def test_keys_are_blanked_out_of_what_the_api_says() -> None:
    """All the vendor's kinds of keys."""
    text = "bad keys ck_live_12345 zap_abcd1 make_abcd2 whk_abcd3 cst_abcd4"
    assert redact(text) == "bad keys [key] [key] [key] [key] [key]"


def test_the_proxy_of_the_environment_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback never goes through one."""
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    monkeypatch.setenv("no_proxy", "")
    assert proxy_for("https://isao.io") == "proxy.example:3128"
    assert proxy_for("http://127.0.0.1:80") == ""


@pytest.mark.parametrize(
    ("details", "read"),
    [
        ({"email": "Invalid email format"}, {"email": "Invalid email format"}),
        ([{"field": "email", "message": "bad"}], {"email": "bad"}),
        (["name is required"], {"": "name is required"}),
        ("bad", {"": "bad"}),
        (None, {}),
        ({"email": ["bad", "worse"]}, {"email": "bad, worse"}),
        ({"email": {"message": "bad"}}, {"email": "bad"}),
        ([{"path": ["body", "city"], "msg": "no"}, {"field": "city", "message": "so"}], {"city": "no; so"}),
    ],
    ids=["object", "list of objects", "texts", "text", "missing", "object of lists", "object of objects", "two of one"],
)
def test_details_of_a_422_are_read_in_any_shape(details: object, read: dict[str, str]) -> None:
    """Field by field where it can be."""
    assert Answer(422, {"details": details}).details == read


def test_half_a_surrogate_pair_in_an_answer_is_made_harmless() -> None:
    """No file, journal or request could hold it."""
    with raw_server(http("200 OK", b'{"data": {"name": "Ad\\ud83d", "city": "\\ud83d\\ude00"}}')) as (url, _):
        assert ask(url, path=("test",)).data == {"name": "Ad?", "city": "\U0001f600"}


def test_the_blocking_client_lists_gets_creates_and_updates(sandbox: Sandbox) -> None:
    """The four calls of the API, for scripts."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client:
        made = client.create({"name": "Ada Martin", "phoneNumber": "+33612345678", "tags": ["a"]})
        assert client.get(made.id)["name"] == "Ada Martin"
        assert client.update(made.id, {"city": "Lyon"})["city"] == "Lyon"
        assert [contact.id for contact in client.list(search="ada")] == [made.id]
        assert client.list(limit=1).total == 1


def conflict(client: ContactsClient) -> None:
    """Create the same contact twice."""
    for _ in range(2):
        client.create({"name": "Ada", "phoneNumber": "+33612345678"})


@pytest.mark.parametrize(
    ("call", "status"),
    [(lambda c: c.get("nobody"), 404), (conflict, 409), (lambda c: c.create({"name": "x"}), 422)],
    ids=["404", "409", "422"],
)
def test_refusals_are_errors_with_their_status(
    sandbox: Sandbox, call: Callable[[ContactsClient], object], status: int
) -> None:
    """409 has the other contact's id, 422 the details."""
    with ContactsClient(sandbox.base_url, sandbox.api_key) as client, pytest.raises(ApiError) as error:
        call(client)
    assert error.value.status == status
    assert bool(error.value.existing_contact_id) == (status == 409)
    assert bool(error.value.details) == (status == 422)


@pytest.mark.parametrize(("key", "says"), [("ck_wrong", "401"), ("ck_none", "contacts:read")])
def test_a_refused_key_says_what_is_missing(sandbox: Sandbox, key: str, says: str) -> None:
    """And ends commands with exit code 4."""
    with ContactsClient(sandbox.base_url, key) as client, pytest.raises(AccessRefused, match=says) as error:
        client.list()
    assert error.value.exit_code == 4
    assert key not in str(error.value)
