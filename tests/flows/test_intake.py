"""What is read from paths and from a real server on this machine."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.flows.intake import Batch, OpenClient, read_batches
from bot.flows.workers import Workers
from bot.model import BodyFormat
from bot.sources.fetch import open_client
from bot.sources.guard import Guard

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Feed</title>
<item><title>One</title><link>https://feed.example/1</link>
<description>Ministers of two states met.</description></item></channel></rss>"""
PAGE = "<html><body><p>Ministers of two states met.</p></body></html>"


async def _feed(_: web.Request) -> web.Response:
    return web.Response(text=FEED, content_type="application/rss+xml")


async def _page(_: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[TestServer]:
    site = web.Application()
    site.router.add_get("/feed", _feed)
    site.router.add_get("/page", _page)
    running = TestServer(site, port=unused_port())
    async with running:
        yield running


@pytest.fixture
def client(server: TestServer) -> OpenClient:
    return lambda: open_client(guard=Guard(ports=frozenset({server.port or 0}), private=True))


async def _all(here: Workers, inputs: list[str], client: OpenClient, stdin: bytes = b"") -> list[Batch]:
    return [batch async for batch in read_batches(here, inputs, io.BytesIO(stdin), client)]


@pytest.mark.asyncio
async def test_files_come_first_and_are_a_replayed_archive(
    here: Workers, client: OpenClient, server: TestServer, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("Ministers met.")
    page = str(server.make_url("/page"))

    files, fetched = await _all(here, [page, str(tmp_path)], client)

    assert [item.name for item in files.items] == ["a.txt"]
    assert files.replayed
    assert [(item.name, item.url, item.format) for item in fetched.items] == [(page, page, BodyFormat.HTML)]
    assert not fetched.replayed


@pytest.mark.asyncio
async def test_one_address_that_fails_does_not_stop_the_others(
    here: Workers, client: OpenClient, server: TestServer
) -> None:
    bad, good = str(server.make_url("/none")), str(server.make_url("/page"))

    first, second = await _all(here, [bad, good], client)

    assert [failure.name for failure in first.failed] == [bad]
    assert len(second.items) == 1


@pytest.mark.asyncio
async def test_a_subscription_list_is_kept_and_its_feeds_are_fetched(
    here: Workers, client: OpenClient, server: TestServer, tmp_path: Path
) -> None:
    url = server.make_url("/feed")
    outlines = f'<outline text="Our Paper" type="rss" xmlUrl="{url}"/>'
    (tmp_path / "list.opml").write_text(f"<opml version='2.0'><head/><body>{outlines}</body></opml>")

    listed, fetched = await _all(here, [str(tmp_path / "list.opml")], client)

    assert [source.feed_url for source in listed.sources] == [str(url)]
    assert [(item.title, item.source) for item in fetched.items] == [("One", "Our Paper")]


@pytest.mark.asyncio
async def test_many_articles_come_in_batches_and_a_bad_line_is_listed(
    here: Workers, client: OpenClient
) -> None:
    rows = [json.dumps({"id": str(n), "text": f"Minister {n} spoke."}) for n in range(150)]
    rows[75] = "{broken"

    batches = await _all(here, ["-"], client, "\n".join(rows).encode())

    assert max(len(batch.items) for batch in batches) <= 64
    assert [item.name for batch in batches for item in batch.items] == [str(n) for n in range(150) if n != 75]
    assert [failure.name for batch in batches for failure in batch.failed] == ["standard input:76"]
