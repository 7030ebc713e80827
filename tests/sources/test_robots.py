"""What a site's robots.txt lets us read, asked of a real server on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.errors import FetchError
from bot.sources.fetch import Client, open_client
from bot.sources.guard import Guard
from bot.sources.robots import KEPT, KEPT_TROUBLE, MOST_BYTES, Permission, Robots, Rules, judge, site_of

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
SITE = "https://news.example"
PAGE, PRIVATE = f"{SITE}/world/1", f"{SITE}/private/1"


class Desk:
    """Answers for /robots.txt as it is told to, and counts."""

    def __init__(self, answer: Callable[[], web.Response]) -> None:
        self.answer = answer
        self.asked = 0

    async def robots(self, _: web.Request) -> web.Response:
        self.asked += 1
        await asyncio.sleep(0)
        return self.answer()


@asynccontextmanager
async def asking(desk: Desk) -> AsyncIterator[tuple[Client, str]]:
    site = web.Application()
    site.router.add_get("/robots.txt", desk.robots)
    async with TestServer(site, port=unused_port()) as server:
        guard = Guard(ports=frozenset({server.port or 0}), private=True)
        async with open_client(guard=guard) as client:
            yield client, f"http://127.0.0.1:{server.port}"


def says(body: str) -> Rules:
    return Rules(body.encode())


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        (Rules(b""), {PAGE, PRIVATE}),
        (Rules(None), set()),
        (says("User-agent: *\nDisallow: /private/"), {PAGE}),
        (says("User-agent: *\nDisallow: /"), set()),
        (says("User-agent: *\nDisallow: /\n\nUser-agent: communique\nDisallow: /private"), {PAGE}),
        (says("User-agent: communique\nDisallow: /\n\nUser-agent: *\nAllow: /"), set()),
        (says("User-agent: GPTBot\nDisallow: /"), {PAGE, PRIVATE}),
        (says("User-agent: news\nDisallow: /"), {PAGE, PRIVATE}),
        (says("<html><body>Welcome</body></html>"), {PAGE, PRIVATE}),
        (Rules(b"\xef\xbb\xbfUser-agent: *\nDisallow: /private\n\xff\xfe"), {PAGE}),
    ],
)
def test_only_what_the_rules_for_us_permit_is_read(rules: Rules, allowed: set[str]) -> None:
    assert judge(rules, [PAGE, PRIVATE]).allowed == allowed


@pytest.mark.parametrize(
    ("stated", "delay"),
    [
        ("5", timedelta(seconds=5)),
        ("0.5", timedelta(seconds=0.5)),
        ("0", None),
        ("soon", None),
        ("-3", None),
        ("inf", None),
        ("1e300", timedelta(days=30)),
    ],
)
def test_how_long_to_wait_between_pages_is_read(stated: str, delay: timedelta | None) -> None:
    assert judge(says(f"User-agent: *\nCrawl-delay: {stated}"), [PAGE]) == Permission(
        frozenset({PAGE}), delay
    )


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        (lambda: web.Response(text="User-agent: *"), Rules(b"User-agent: *")),
        (lambda: web.Response(body=b" \n"), Rules(b"")),
        (lambda: web.Response(status=404), Rules(b"")),
        (lambda: web.Response(status=403), Rules(b"")),
        (lambda: web.Response(status=410), Rules(b"")),
        (lambda: web.Response(status=429), Rules(None)),
        (lambda: web.Response(status=500), Rules(None)),
        (lambda: web.Response(text="x" * 6_000_000, content_type="text/html"), Rules(None)),
        (lambda: web.Response(text="x" * (MOST_BYTES + 1)), Rules(b"x" * MOST_BYTES)),
    ],
)
async def test_a_site_without_rules_is_open_and_one_in_trouble_is_closed(
    answer: Callable[[], web.Response], rules: Rules
) -> None:
    async with asking(Desk(answer)) as (client, site):
        assert await Robots().rules(client, site, NOW) == rules


@pytest.mark.asyncio
async def test_a_site_that_cannot_be_reached_is_closed() -> None:
    port = unused_port()
    async with open_client(guard=Guard(ports=frozenset({port}), private=True)) as client:
        assert await Robots().rules(client, f"http://127.0.0.1:{port}", NOW) == Rules(None)


@pytest.mark.asyncio
async def test_a_site_is_asked_once_a_day_however_many_ask_at_once() -> None:
    desk, robots = Desk(lambda: web.Response(text="User-agent: *")), Robots()
    async with asking(desk) as (client, site):
        await asyncio.gather(*(robots.rules(client, site, NOW) for _ in range(5)))
        await robots.rules(client, site, NOW + KEPT - timedelta(seconds=1))
        assert desk.asked == 1
        await robots.rules(client, site, NOW + KEPT)
        assert desk.asked == 2


@pytest.mark.asyncio
async def test_a_site_in_trouble_is_asked_again_after_an_hour() -> None:
    desk, robots = Desk(lambda: web.Response(status=500)), Robots()
    async with asking(desk) as (client, site):
        await robots.rules(client, site, NOW)
        await robots.rules(client, site, NOW + KEPT_TROUBLE - timedelta(seconds=1))
        assert desk.asked == 1
        desk.answer = lambda: web.Response(text="User-agent: *")
        assert await robots.rules(client, site, NOW + KEPT_TROUBLE) == Rules(b"User-agent: *")


def test_a_site_is_scheme_host_and_port() -> None:
    assert site_of("https://News.example/a?b#c") == "https://news.example"
    assert site_of("http://news.example:8080/a") == "http://news.example:8080"


@pytest.mark.parametrize("address", ["", "/a/b", "http://[::1", "mailto:a@example.org"])
def test_what_has_no_site_is_said_to_be_no_address(address: str) -> None:
    with pytest.raises(FetchError, match="is not a web address"):
        site_of(address)
