"""Fetching from a real server on this machine: what comes, what is refused, and in which words."""

import asyncio
import gzip
import pickle
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from aiohttp import ThreadedResolver, web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer, unused_port

from bot.errors import EmptyInput, FetchError, OversizedInput
from bot.sources.fetch import Client, Fetched, Limits, NotModified, fetch, open_client, user_agent
from bot.sources.guard import Guard

PAGE = "<p>Die Minister trafen sich in Zürich.</p>".encode("latin-1")
OLD = "Tue, 05 Mar 2024 10:00:00 GMT"


async def page(request: web.Request) -> web.Response:
    headers = {"ETag": '"one"', "Last-Modified": OLD, "Content-Type": "Text/HTML; charset=ISO-8859-1"}
    if request.headers.get("If-None-Match") == '"one"':
        return web.Response(status=304, headers={"ETag": '"two"'})
    if request.headers.get("If-Modified-Since") == OLD:
        return web.Response(status=304)
    return web.Response(body=PAGE, headers=headers)


async def fresh(request: web.Request) -> web.Response:
    status = 304 if "If-None-Match" in request.headers else 200
    return web.Response(status=status, body=b"x", headers={"Cache-Control": request.query["control"]})


async def mirror(request: web.Request) -> web.Response:
    return web.json_response(dict(request.headers))


async def hop(request: web.Request) -> web.Response:
    left, status = int(request.query["left"]), int(request.query.get("status", "302"))
    there = f"/hop?left={left - 1}&status={status}" if left else "/page"
    return web.Response(status=status, headers={"Location": there})


async def elsewhere(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": request.query["to"]})


async def nowhere(_: web.Request) -> web.Response:
    return web.Response(status=302)


async def status(request: web.Request) -> web.Response:
    headers = {name: value for name, value in request.query.items() if name != "code"}
    return web.Response(status=int(request.query["code"]), headers=headers, text="sorry\x1b[31m")


async def zipped(request: web.Request) -> web.Response:
    body = gzip.compress(b"a" * int(request.query["size"]))
    kind = request.query.get("type", "application/rss+xml")
    return web.Response(body=body, headers={"Content-Encoding": "gzip", "Content-Type": kind})


async def garbled(_: web.Request) -> web.Response:
    return web.Response(body=b"no gzip at all", headers={"Content-Encoding": "gzip"})


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65536)


async def slow(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response(text="late")


async def empty(_: web.Request) -> web.Response:
    return web.Response(body=b" \n")


async def wordy(_: web.Request) -> web.Response:
    return web.Response(text="ok", headers={"Content-Security-Policy": "x" * 30_000})


async def cookie(request: web.Request) -> web.Response:
    return web.Response(text=request.headers.get("Cookie", "none"), headers={"Set-Cookie": "a=b"})


class Crowd:
    """Counts how many requests are being answered at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def answer(self, _: web.Request) -> web.Response:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        return web.Response(text="ok")


@asynccontextmanager
async def serving(crowd: Crowd | None = None) -> AsyncIterator[TestServer]:
    app = web.Application()
    for handler in (
        page,
        fresh,
        mirror,
        hop,
        elsewhere,
        nowhere,
        status,
        zipped,
        garbled,
        endless,
        slow,
        empty,
        wordy,
        cookie,
    ):
        app.router.add_get(f"/{handler.__name__}", handler)
    app.router.add_get("/crowd", (crowd or Crowd()).answer)
    server = TestServer(app)
    async with server:
        yield server


@asynccontextmanager
async def at_home(limits: Limits | None = None) -> AsyncIterator[tuple[Client, str]]:
    """A server, and a client that may ask it though it is on this machine."""
    async with serving() as server:
        guard = Guard(ports=frozenset({server.port or 0}), private=True)
        async with open_client(guard=guard, limits=limits) as client:
            yield client, f"http://127.0.0.1:{server.port}"


class Names(AbstractResolver):
    """A name server that knows the given names only."""

    def __init__(self, table: dict[str, str]) -> None:
        self.table = table

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in self.table:
            raise OSError(None, "unknown name")
        number = self.table[host]
        return [ResolveResult(hostname=host, host=number, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        self.table = {}


@pytest.mark.asyncio
async def test_a_page_comes_with_what_its_header_says() -> None:
    async with at_home() as (client, home):
        assert await fetch(client, f"{home}/page") == Fetched(
            url=f"{home}/page",
            final_url=f"{home}/page",
            body=PAGE,
            content_type="text/html",
            charset="ISO-8859-1",
            etag='"one"',
            last_modified=OLD,
        )


@pytest.mark.asyncio
async def test_a_page_that_has_not_changed_is_not_sent_again() -> None:
    async with at_home() as (client, home):
        again = await fetch(client, f"{home}/page", etag='"one"', last_modified=OLD)
        by_day = await fetch(client, f"{home}/page", last_modified=OLD)
        changed = await fetch(client, f"{home}/page", etag='"zero"')
    assert again == NotModified(url=f"{home}/page", etag='"two"', last_modified=OLD)
    assert by_day == NotModified(url=f"{home}/page", etag=None, last_modified=OLD)
    assert isinstance(changed, Fetched)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("stated", "max_age"),
    [
        ("max-age=600", timedelta(minutes=10)),
        ('public, Max-Age = "600"', timedelta(minutes=10)),
        ("max-age=0, must-revalidate", timedelta(0)),
        ("max-age=" + "9" * 400, timedelta(seconds=999_999_999)),
        ("s-maxage=600, x-max-age=5", None),
        ("max-age=600, no-cache", None),
        ("no-store", None),
        ("max-age=soon", None),
    ],
)
async def test_for_how_long_an_answer_is_fresh_is_read(stated: str, max_age: timedelta | None) -> None:
    async with at_home() as (client, home):
        seen = await fetch(client, f"{home}/fresh?control={quote(stated)}")
        again = await fetch(client, f"{home}/fresh?control={quote(stated)}", etag='"one"')
    assert isinstance(seen, Fetched)
    assert isinstance(again, NotModified)
    assert (seen.max_age, again.max_age) == (max_age, max_age)


@pytest.mark.asyncio
async def test_a_server_that_says_unchanged_unasked_is_not_believed() -> None:
    async with at_home() as (client, home):
        with pytest.raises(FetchError, match="answered 304"):
            await fetch(client, f"{home}/status?code=304")


@pytest.mark.asyncio
async def test_we_say_who_we_are_and_whom_to_turn_to() -> None:
    async with serving() as server:
        guard = Guard(ports=frozenset({server.port or 0}), private=True)
        async with open_client(guard=guard, contact="mailto:desk@example.org") as client:
            seen = await fetch(client, f"http://127.0.0.1:{server.port}/mirror")
    assert isinstance(seen, Fetched)
    assert user_agent("mailto:desk@example.org").encode() in seen.body
    assert user_agent().startswith("Communique/")
    assert b"If-None-Match" not in seen.body


@pytest.mark.asyncio
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_redirects_are_followed_to_the_final_address(code: int) -> None:
    async with at_home() as (client, home):
        seen = await fetch(client, f"{home}/hop?left=4&status={code}")
    assert isinstance(seen, Fetched)
    assert (seen.url, seen.final_url) == (f"{home}/hop?left=4&status={code}", f"{home}/page")


@pytest.mark.asyncio
async def test_more_than_five_redirects_are_too_many() -> None:
    async with at_home() as (client, home):
        with pytest.raises(FetchError, match="redirects more than 5 times"):
            await fetch(client, f"{home}/hop?left=5")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("http://169.254.169.254/", "asks for port 80"),
        ("file:///etc/passwd", "not a web address"),
        ("http://[::1", "redirects to something unreadable"),
        ("//user:secret@example.org/", "user name or password"),
    ],
)
async def test_every_hop_is_guarded(to: str, says: str) -> None:
    async with at_home() as (client, home):
        with pytest.raises(FetchError, match=says):
            await fetch(client, f"{home}/elsewhere?to={to}")


@pytest.mark.asyncio
async def test_a_redirect_into_our_own_network_is_refused() -> None:
    # The first hop is let through by name, so that the second is what is tested.
    async with serving() as server:
        guard = HomeOnly(ports=frozenset({server.port or 0}))
        async with open_client(guard=guard, resolver=Names({"news.example": "127.0.0.1"})) as client:
            inner = f"http://127.0.0.2:{server.port}/page"
            with pytest.raises(FetchError, match=r"127\.0\.0\.2.* is not on the public internet"):
                await fetch(client, f"http://news.example:{server.port}/elsewhere?to={inner}")


class HomeOnly(Guard):
    """Admits the test server and nothing else inside."""

    def admits(self, host: str) -> bool:
        return host == "127.0.0.1"


@pytest.mark.asyncio
async def test_a_redirect_without_a_target_is_an_error() -> None:
    async with at_home() as (client, home):
        with pytest.raises(FetchError, match="redirects to nowhere"):
            await fetch(client, f"{home}/nowhere")


@pytest.mark.asyncio
@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/page", "http://localhost:{port}/page"])
async def test_by_default_nothing_on_this_machine_is_asked(url: str) -> None:
    async with serving() as server:
        guard = Guard(ports=frozenset({server.port or 0}))
        async with open_client(guard=guard, resolver=ThreadedResolver()) as client:
            with pytest.raises(FetchError, match="not on the public internet"):
                await fetch(client, url.format(port=server.port))


@pytest.mark.asyncio
async def test_a_public_name_for_an_inner_number_is_refused() -> None:
    async with serving() as server:
        guard = Guard(ports=frozenset({server.port or 0}))
        async with open_client(guard=guard, resolver=Names({"news.example": "127.0.0.1"})) as client:
            with pytest.raises(FetchError, match=r"news\.example is not on the public internet"):
                await fetch(client, f"http://news.example:{server.port}/page")


@pytest.mark.asyncio
async def test_a_proxy_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
    async with at_home() as (client, home):
        assert isinstance(await fetch(client, f"{home}/page"), Fetched)


@pytest.mark.asyncio
async def test_no_cookie_is_kept() -> None:
    async with at_home() as (client, home):
        await fetch(client, f"{home}/cookie")
        again = await fetch(client, f"{home}/cookie")
    assert isinstance(again, Fetched)
    assert again.body == b"none"


@pytest.mark.asyncio
async def test_a_compressed_body_is_unpacked() -> None:
    async with at_home() as (client, home):
        seen = await fetch(client, f"{home}/zipped?size=1000")
    assert isinstance(seen, Fetched)
    assert seen.body == b"a" * 1000


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("query", "most"),
    [("size=10000001", "10 MB"), ("size=5000001&type=text/html", "5 MB"), ("size=200000000", "10 MB")],
)
async def test_size_is_counted_after_unpacking(query: str, most: str) -> None:
    async with at_home() as (client, home):
        with pytest.raises(OversizedInput, match=f"larger than the {most} we take"):
            await fetch(client, f"{home}/zipped?{query}")


@pytest.mark.asyncio
async def test_a_body_without_end_is_cut_off() -> None:
    async with at_home(Limits(body_bytes=100_000)) as (client, home):
        with pytest.raises(OversizedInput, match=r"0\.1 MB"):
            await fetch(client, f"{home}/endless")


@pytest.mark.asyncio
async def test_a_feed_as_large_as_we_take_is_taken() -> None:
    async with at_home() as (client, home):
        seen = await fetch(client, f"{home}/zipped?size=10000000")
    assert isinstance(seen, Fetched)
    assert len(seen.body) == 10_000_000


@pytest.mark.asyncio
async def test_an_empty_answer_is_named_empty() -> None:
    async with at_home() as (client, home):
        with pytest.raises(EmptyInput, match="is empty"):
            await fetch(client, f"{home}/empty")


@pytest.mark.asyncio
async def test_a_server_that_does_not_answer_is_given_up() -> None:
    async with at_home(Limits(total_seconds=0.2)) as (client, home):
        with pytest.raises(FetchError, match="took too long to answer") as failed:
            await fetch(client, f"{home}/slow")
    assert not failed.value.permanent


@pytest.mark.asyncio
async def test_a_very_long_header_line_is_no_obstacle() -> None:
    async with at_home() as (client, home):
        assert isinstance(await fetch(client, f"{home}/wordy"), Fetched)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("code", "says", "permanent"),
    [
        (400, "answered 400", False),
        (401, "not open to us", False),
        (403, "not open to us", False),
        (404, "not there", False),
        (410, "gone for good", True),
        (429, "asked too often", False),
        (451, "not open to us", False),
        (500, "answered 500", False),
        (503, "answered 503", False),
    ],
)
async def test_a_bad_answer_says_what_it_means(code: int, says: str, permanent: bool) -> None:  # noqa: FBT001
    async with at_home() as (client, home):
        with pytest.raises(FetchError, match=says) as failed:
            await fetch(client, f"{home}/status?code={code}")
    assert failed.value.status == code
    assert failed.value.permanent is permanent
    assert failed.value.retry_after is None
    assert str(failed.value).isprintable()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("query", "wait"),
    [
        ("code=429&Retry-After=120", timedelta(minutes=2)),
        ("code=503&Retry-After=0", timedelta(0)),
        ("code=429&Retry-After=99999999999999", timedelta(days=7)),
        (
            "code=429&Retry-After=Tue, 05 Mar 2024 10:05:00 GMT&Date=Tue, 05 Mar 2024 10:00:00 GMT",
            timedelta(minutes=5),
        ),
        ("code=429&Retry-After=Tue, 05 Mar 2024 10:05:00 GMT", timedelta(0)),
        ("code=429&Retry-After=Tue, 05 Mar 9999 10:05:00 GMT", timedelta(days=7)),
        ("code=429&Retry-After=Tue, 05 Mar 99999999999 10:05:00 GMT", None),
        ("code=429&Retry-After=soon", None),
        ("code=429&Retry-After=-5", None),
        ("code=429&Retry-After=²", None),
        ("code=500&Retry-After=120", None),
    ],
)
async def test_how_long_to_stay_away_is_read_in_either_form(query: str, wait: timedelta | None) -> None:
    async with at_home() as (client, home):
        with pytest.raises(FetchError) as failed:
            await fetch(client, f"{home}/status?{query}")
    assert failed.value.retry_after == wait


@pytest.mark.asyncio
async def test_a_body_that_cannot_be_unpacked_is_an_error_of_the_server() -> None:
    async with at_home() as (client, home):
        with pytest.raises(FetchError):
            await fetch(client, f"{home}/garbled")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "broke off"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "no proper HTTP"),
    ],
)
async def test_a_server_that_speaks_otherwise_is_an_error_in_one_line(answer: bytes, says: str) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with open_client(guard=Guard(ports=frozenset({port}), private=True)) as client:
            with pytest.raises(FetchError, match=says):
                await fetch(client, f"http://127.0.0.1:{port}/")


@pytest.mark.asyncio
async def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    port = unused_port()
    async with open_client(guard=Guard(ports=frozenset({port}), private=True)) as client:
        with pytest.raises(FetchError, match=r"127\.0\.0\.1 cannot be reached"):
            await fetch(client, f"http://127.0.0.1:{port}/")


@pytest.mark.asyncio
async def test_a_plain_server_asked_for_a_secure_page_is_an_error_in_one_line() -> None:
    async with at_home() as (client, home):
        with pytest.raises(FetchError, match="has no valid certificate"):
            await fetch(client, f"{home}/page".replace("http:", "https:"))


@pytest.mark.asyncio
async def test_a_name_that_does_not_exist_cannot_be_found() -> None:
    async with open_client(resolver=Names({})) as client:
        with pytest.raises(FetchError, match=r"The name news\.example cannot be found"):
            await fetch(client, "http://news.example/feed")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "url", ["", "feed.xml", "http://[::1", "http://example.org:99999/", "mailto:a@example.org"]
)
async def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    async with open_client() as client:
        with pytest.raises(FetchError, match="is not a web address") as failed:
            await fetch(client, url)
    assert failed.value.permanent


@pytest.mark.asyncio
async def test_no_server_is_asked_more_than_twice_at_once() -> None:
    crowd = Crowd()
    async with serving(crowd) as server:
        guard = Guard(ports=frozenset({server.port or 0}), private=True)
        async with open_client(guard=guard) as client:
            url = f"http://127.0.0.1:{server.port}/crowd"
            await asyncio.gather(*(fetch(client, url) for _ in range(8)))
    assert crowd.most == 2


@pytest.mark.asyncio
async def test_waiting_for_ones_turn_does_not_count_as_a_slow_server() -> None:
    async with at_home(Limits(total_seconds=1.0)) as (client, home):
        slow_ones = [fetch(client, f"{home}/slow") for _ in range(4)]
        got = await asyncio.gather(*slow_ones, fetch(client, f"{home}/page"), return_exceptions=True)
    assert [type(each) for each in got] == [FetchError] * 4 + [Fetched]


def test_a_failed_fetch_keeps_its_verdict_across_processes() -> None:
    error = FetchError(
        "It is gone.", "Remove it.", permanent=True, retry_after=timedelta(hours=1), status=410
    )
    copy: FetchError = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert isinstance(copy, FetchError)
    assert (str(copy), copy.permanent, copy.retry_after, copy.status) == (
        "It is gone. Remove it.",
        True,
        timedelta(hours=1),
        410,
    )
