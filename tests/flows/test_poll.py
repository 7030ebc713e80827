"""Polling feeds and pages of a real server on this machine, under as many names as a test needs."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer, unused_port

from bot.errors import ModelMissing, StorageError
from bot.flows import ingest, poll_pages, tasks
from bot.flows import poll as flow
from bot.flows.intake import Batch
from bot.flows.poll import PollSummary, Visits, poll, visit
from bot.flows.poll_pages import TROUBLES, Manners, Pace
from bot.flows.poll_plan import UNCONDITIONAL, USUAL, spread
from bot.flows.progress import Progress
from bot.flows.workers import Workers
from bot.model import Article, FeedItem, Source
from bot.sources.fetch import open_client
from bot.sources.guard import Guard
from bot.sources.robots import Robots
from storage import Storage
from storage.articles import find_articles, waiting
from storage.sources import FeedState, due_feeds, list_feeds, remove_source, save_feed_state, save_sources

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
AT_ONCE = Manners(gap=timedelta(0))
STORY = (
    "The foreign ministers of Kenya and Uganda agreed on Tuesday that lorries may cross at Busia by night again, "
    "after a week in which drivers had slept beside their loads and traders had thrown away fish and tomatoes. "
)
LONG = STORY * 5
SUMMARY = "Ministers of Kenya and Uganda agreed on the crossing at Busia."

Answer = str | web.Response | Callable[[web.Request], web.Response | Awaitable[str]]


@dataclass
class World:
    """Whatever name is asked for: what `answers` hold for it and its path, else 404. `asked` remembers all."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    conditions: list[tuple[str | None, str | None]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        name = f"{request.host.partition(':')[0]}{request.path}"
        self.asked.append(name)
        self.conditions.append(
            (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
        )
        found = self.answers.get(name, web.Response(status=404))
        made = found(request) if callable(found) else found
        made = await made if isinstance(made, Awaitable) else made
        return _fresh(made) if isinstance(made, web.Response) else _text(made)

    def url(self, name: str) -> str:
        host, _, path = name.partition("/")
        return f"http://{host}:{self.port}/{path}"

    def feed(self, name: str, *entries: str, ttl: int | None = None) -> None:
        stated = f"<ttl>{ttl}</ttl>" if ttl else ""
        channel = f"<channel><title>T</title>{stated}{''.join(entries)}</channel>"
        self.answers[name] = f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'

    def entry(self, page: str, title: str, body: str = LONG) -> str:
        day = "<pubDate>Wed, 29 May 2024 10:00:00 GMT</pubDate>"
        return (
            f"<item><title>{title}</title><link>{self.url(page)}</link>{day}"
            f"<description>{body}</description></item>"
        )

    def page(self, name: str, text: str) -> None:
        body = f"<body><article><h1>Title of the page</h1><p>{text}</p></article></body>"
        self.answers[name] = f'<!doctype html><html lang="en"><head><title>Page</title></head>{body}</html>'


def _fresh(response: web.Response) -> web.Response:
    # A response is sent once, and tests run once for each database.
    return web.Response(status=response.status, body=response.body, headers=response.headers)


def _text(body: str) -> web.Response:
    kind = "text/html" if body.startswith("<!doctype") else "application/rss+xml"
    return web.Response(text=body, content_type="text/plain" if body.startswith("User-agent") else kind)


class Everywhere(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is open."""


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    made = World(unused_port())
    site = web.Application()
    site.router.add_get("/{path:.*}", made.answer)
    async with TestServer(site, port=made.port):
        yield made


@pytest.fixture
def go(world: World, here: Workers, storage: Storage) -> Callable[..., Awaitable[PollSummary]]:
    """Poll once, at a moment that may be given, without pauses."""

    async def run(now: datetime = NOW, *, manners: Manners = AT_ONCE, **given: Any) -> PollSummary:
        guard = Guard(ports=frozenset({world.port}), private=True)
        return await poll(
            storage,
            here,
            lambda: open_client(guard=guard, resolver=Everywhere()),
            now=lambda: now,
            manners=manners,
            **given,
        )

    return run


@pytest.fixture
def go_and_store(world: World, here: Workers, storage: Storage) -> Callable[..., Awaitable[Visits]]:
    """Visit once what is due, and analyse nothing."""

    async def run(now: datetime = NOW) -> Visits:
        guard = Guard(ports=frozenset({world.port}), private=True)
        return await visit(
            storage,
            here,
            lambda: open_client(guard=guard, resolver=Everywhere()),
            now=lambda: now,
            manners=AT_ONCE,
        )

    return run


@pytest.fixture
def subscribe(world: World, storage: Storage) -> Callable[..., Awaitable[None]]:
    async def save(*names: str, **given: Any) -> None:
        sources = [Source(name, f"The {name} Paper", world.url(f"{name}/feed"), **given) for name in names]
        async with storage.write() as conn:
            await save_sources(conn, sources)

    return save


async def articles(storage: Storage) -> dict[str | None, Article]:
    async with storage.read() as conn:
        ids = await waiting(conn, "no such analyser")
        return {each.article.title: each.article for each in await find_articles(conn, ids)}


async def state(storage: Storage, name: str = "a") -> FeedState:
    async with storage.read() as conn:
        return next(feed.state for feed in await list_feeds(conn) if feed.source.id == name)


Go = Callable[..., Awaitable[PollSummary]]
Subscribe = Callable[..., Awaitable[None]]


@pytest.mark.asyncio
async def test_what_is_new_is_stored_under_the_feeds_name_and_day_and_heard_now(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a", language="en")
    world.feed("a/feed", world.entry("a/1", "One", f"{LONG} [call KE|UG 2024-05-28]"))

    summary = await go()

    (article,) = (await articles(storage)).values()
    assert (article.title, article.source, article.url) == ("One", "The a Paper", world.url("a/1"))
    assert (article.published, article.heard_at) == (date(2024, 5, 29), NOW)
    assert world.asked == ["a/feed"]
    assert (summary.feeds, summary.entries, summary.new, summary.events) == (1, 1, 1, 1)
    assert summary.failed == ()


@pytest.mark.asyncio
async def test_a_feed_that_has_not_changed_is_not_sent_again_and_stays_in_its_rhythm(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a")
    world.feed("a/feed", world.entry("a/1", "One"))
    feed = str(world.answers["a/feed"])
    changed = "Sat, 01 Jun 2024 11:00:00 GMT"

    def answer(request: web.Request) -> web.Response:
        headers = {"ETag": 'W/"1"', "Last-Modified": changed, "Cache-Control": "public, max-age=7200"}
        known = request.headers.get("If-None-Match") == 'W/"1"'
        return (
            web.Response(status=304, headers=headers) if known else web.Response(text=feed, headers=headers)
        )

    world.answers["a/feed"] = answer
    await go()
    first = await state(storage)
    later = NOW + timedelta(hours=3)
    summary = await go(later)

    assert world.conditions == [(None, None), ('W/"1"', changed)]
    assert first.next_check_at == NOW + timedelta(hours=2) + spread("a")
    assert await state(storage) == replace(
        first, checked_at=later, next_check_at=later + timedelta(hours=2) + spread("a")
    )
    assert (summary.feeds, summary.unchanged, summary.entries, summary.new) == (1, 1, 0, 0)


@pytest.mark.asyncio
async def test_only_what_is_due_is_visited_unless_everything_is_asked_for(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("new", "late", "later", "off")
    async with storage.write() as conn:
        await save_feed_state(conn, "late", FeedState(next_check_at=NOW))
        await save_feed_state(conn, "later", FeedState(next_check_at=NOW + timedelta(seconds=1)))
        await save_feed_state(conn, "off", FeedState(disabled=True))

    await go()
    due = sorted(world.asked)
    world.asked.clear()
    await go(everything=True)
    every = sorted(world.asked)
    world.asked.clear()
    await go(everything=True, limit=1)

    assert due == ["late/feed", "new/feed"]
    assert every == ["late/feed", "later/feed", "new/feed"]
    assert len(world.asked) == 1


@pytest.mark.asyncio
async def test_one_feeds_trouble_is_noted_with_it_and_stops_no_other(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("broken", "page", "gone", "busy", "good")
    world.answers["broken/feed"] = web.Response(status=500)
    world.page("page/feed", LONG)
    world.answers["gone/feed"] = web.Response(status=410)
    world.answers["busy/feed"] = web.Response(status=503, headers={"Retry-After": "14400"})
    world.feed("good/feed", world.entry("good/1", "One"))
    seen: list[Progress] = []

    summary = await go(watch=seen.append)

    states = {name: await state(storage, name) for name in ("broken", "page", "gone", "busy", "good")}
    assert sorted(failure.name for failure in summary.failed) == ["broken", "busy", "gone", "page"]
    assert list(await articles(storage)) == ["One"]
    assert {name: (each.failures, each.disabled) for name, each in states.items()} == {
        "broken": (1, False),
        "page": (1, False),
        "gone": (1, True),
        "busy": (1, False),
        "good": (0, False),
    }
    assert states["broken"].next_check_at == NOW + USUAL + spread("broken")
    assert states["busy"].next_check_at == NOW + timedelta(hours=4) + spread("busy")
    assert "500" in (states["broken"].last_error or "")
    assert "no feed entries" in (states["page"].last_error or "")
    assert (seen[-1].done, seen[-1].total) == (5, 5)


@pytest.mark.asyncio
async def test_a_feed_without_entries_is_quiet_and_no_trouble(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a")
    world.feed("a/feed", ttl=240)

    summary = await go()

    assert (summary.failed, (await state(storage)).failures) == ((), 0)
    assert (await state(storage)).next_check_at == NOW + timedelta(hours=4) + spread("a")


@pytest.mark.asyncio
async def test_a_summary_gets_the_text_of_its_page(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a")
    world.feed("a/feed", world.entry("www.a/1", "Busia opens", SUMMARY))
    world.page("www.a/1", LONG)

    summary = await go()

    (article,) = (await articles(storage)).values()
    assert "thrown away fish and tomatoes" in article.text
    assert (article.title, article.source) == ("Busia opens", "The a Paper")
    assert article.published == date(2024, 5, 29)
    assert (summary.entries, summary.pages, summary.pages_missed) == (1, 1, 0)
    assert world.asked == ["a/feed", "www.a/robots.txt", "www.a/1"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "page",
    [
        web.Response(status=404),
        web.Response(status=403, text="no"),
        web.Response(body=b" "),
        web.Response(body=bytes(range(256)) * 9),
        web.Response(text="%PDF-1.7", content_type="application/pdf"),
    ],
)
async def test_a_page_that_cannot_be_used_leaves_the_entry_its_own_words(
    go: Go, subscribe: Subscribe, world: World, storage: Storage, page: web.Response
) -> None:
    await subscribe("a")
    world.feed("a/feed", world.entry("a/1", "Busia opens", SUMMARY))
    world.answers["a/1"] = page

    summary = await go()

    (article,) = (await articles(storage)).values()
    assert article.text == SUMMARY
    assert (summary.pages, summary.pages_missed, summary.failed) == (0, 1, ())


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("robots", "asked"),
    [
        ("User-agent: *\nDisallow: /private", ["a/1"]),
        ("User-agent: *\nDisallow: /", []),
        (web.Response(status=500), []),
        ("User-agent: *\nCrawl-delay: 0.001", ["a/1", "a/private/2"]),
        ("User-agent: *\nCrawl-delay: 3600", []),
    ],
)
async def test_no_page_is_asked_for_that_its_site_does_not_permit(  # noqa: PLR0913, PLR0917 - fixtures
    go: Go, subscribe: Subscribe, world: World, storage: Storage, robots: Answer, asked: list[str]
) -> None:
    await subscribe("a")
    world.feed("a/feed", world.entry("a/1", "One", SUMMARY), world.entry("a/private/2", "Two", SUMMARY))
    world.answers["a/robots.txt"] = robots

    await go()

    assert world.asked == ["a/feed", "a/robots.txt", *asked]
    assert set(await articles(storage)) == {"One", "Two"}


@pytest.mark.asyncio
async def test_what_a_site_permits_is_remembered_from_poll_to_poll(
    go: Go, subscribe: Subscribe, world: World
) -> None:
    await subscribe("a")
    robots = Robots()
    for number in range(3):
        world.feed("a/feed", world.entry(f"a/{number}", f"Number {number}", SUMMARY))
        await go(NOW + number * 2 * UNCONDITIONAL, robots=robots)

    assert world.asked.count("a/robots.txt") == 1
    assert world.asked.count("a/feed") == 3


@pytest.mark.asyncio
async def test_a_stored_address_is_never_fetched_or_stored_again(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a")
    world.page("a/1", LONG)
    for title in ("Busia opens", "Busia opens: what we know"):
        world.feed("a/feed", world.entry("a/1?utm_source=rss", title, SUMMARY))
        summary = await go(everything=True)

    assert world.asked.count("a/1") == 1
    assert list(await articles(storage)) == ["Busia opens"]
    assert (summary.entries, summary.new) == (0, 0)


@pytest.mark.asyncio
async def test_no_more_pages_are_asked_for_in_a_visit_than_manners_allow(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a")
    world.feed("a/feed", *(world.entry(f"a/{n}", f"Busia {n}", f"{SUMMARY} {n}") for n in range(5)))
    for number in range(5):
        world.page(f"a/{number}", f"{LONG} {number}")

    summary = await go(manners=replace(AT_ONCE, pages=2))

    assert world.asked == ["a/feed", "a/robots.txt", "a/0", "a/1"]
    assert (summary.entries, summary.pages, summary.new) == (5, 2, 5)
    assert len(await articles(storage)) == 5


@pytest.mark.asyncio
@pytest.mark.parametrize(("status", "asked"), [(500, TROUBLES), (429, 1)])
async def test_a_site_in_trouble_is_left_alone_for_the_rest_of_the_visit(  # noqa: PLR0913, PLR0917 - fixtures
    go: Go, subscribe: Subscribe, world: World, storage: Storage, status: int, asked: int
) -> None:
    await subscribe("a")
    pages = [f"a/{n}" for n in range(6)]
    world.feed(
        "a/feed", *(world.entry(page, page, SUMMARY) for page in pages), world.entry("b/1", "b", SUMMARY)
    )
    for page in pages:
        world.answers[page] = web.Response(status=status)
    world.page("b/1", LONG)

    summary = await go()

    assert [name for name in world.asked if name in pages] == pages[:asked]
    assert (summary.pages, len(await articles(storage))) == (1, 7)


@pytest.mark.asyncio
async def test_pages_that_take_too_long_do_not_hold_up_the_feed(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a")
    world.feed("a/feed", world.entry("a/1", "One", SUMMARY), world.entry("a/2", "Two", SUMMARY))
    world.page("a/1", LONG)
    world.page("a/2", LONG)

    await go(manners=Manners(gap=timedelta(hours=1), a_visit=timedelta(seconds=2)))

    assert {title: len(each.text) > len(SUMMARY) for title, each in (await articles(storage)).items()} == {
        "One": True,
        "Two": False,
    }


@pytest.mark.asyncio
async def test_an_entry_without_any_text_is_left_for_another_time(
    go: Go, subscribe: Subscribe, world: World
) -> None:
    await subscribe("a")
    world.feed("a/feed", world.entry("a/1", "Busia opens for lorries", ""))
    first = await go()
    world.page("a/1", LONG + "Busia opens for lorries of every kind.")
    second = await go(everything=True)

    assert (first.wordless, first.new, first.failed) == (1, 0, ())
    assert (second.wordless, second.new) == (0, 1)


@pytest.mark.asyncio
async def test_a_page_that_two_feeds_link_to_is_fetched_and_stored_once(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a", "b")
    for name in ("a", "b"):
        world.feed(f"{name}/feed", world.entry("www.a/1", "Busia opens", SUMMARY))
    world.page("www.a/1", LONG)

    await go()

    assert world.asked.count("www.a/1") == 1
    assert len(await articles(storage)) == 1


@pytest.mark.asyncio
async def test_a_poll_that_is_killed_loses_nothing(
    go: Go, subscribe: Subscribe, world: World, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe("a", "broken")
    world.feed("a/feed", world.entry("a/1", "One"))
    feed = str(world.answers["a/feed"])
    world.answers["a/feed"] = lambda _: web.Response(text=feed, headers={"ETag": '"1"'})

    async def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flow, "ingest_batches", killed)
        with pytest.raises(KeyboardInterrupt):
            await go()
    assert await state(storage) == FeedState()
    assert (await state(storage, "broken")).failures == 1

    summary = await go()

    assert world.conditions[-1] == (None, None)
    assert (summary.feeds, summary.new) == (1, 1)
    assert (await state(storage)).etag == '"1"'


@pytest.mark.asyncio
async def test_what_an_earlier_run_left_unanalysed_is_analysed_though_no_feed_is_due(
    go: Go, take_in: Callable[..., Awaitable[Any]], analyser: Any
) -> None:
    await take_in(FeedItem("a", "[call RU|TR 2024-05-01] They spoke.", source="a.example"))
    analyser.version = "marks:2"
    analyser.read.clear()

    summary = await go()

    assert analyser.read == ["a"]
    assert (summary.feeds, summary.events) == (0, 1)


@pytest.mark.asyncio
async def test_a_fault_of_ours_is_told_with_the_feed_and_stops_no_other(
    go: Go, subscribe: Subscribe, world: World, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe("a", "b")
    for name in ("a", "b"):
        world.feed(f"{name}/feed", world.entry(f"{name}/1", f"From {name}"))
    sound = tasks.read_feed

    def faulty(answer: Any, source: Source) -> Any:
        if source.id == "a":
            raise KeyError("surprise")
        return sound(answer, source)

    monkeypatch.setattr(flow, "read_feed", faulty)
    summary = await go()

    assert [(each.name, "KeyError" in each.reason) for each in summary.failed] == [("a", True)]
    assert list(await articles(storage)) == ["From b"]
    assert (await state(storage)).failures == 1


@pytest.mark.asyncio
async def test_a_feed_whose_entries_trip_the_ingest_is_set_apart_from_the_others(
    go: Go, subscribe: Subscribe, world: World, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["a", "b", "c", "d", "e"]
    await subscribe(*names)
    for name in names:
        world.feed(f"{name}/feed", world.entry(f"{name}/1", f"From {name}"))
    sound = ingest.ingest_batches

    async def faulty(storage: Storage, workers: Workers, given: AsyncIterator[Batch], **more: Any) -> Any:
        batches = [batch async for batch in given]
        if any(item.title == "From c" for batch in batches for item in batch.items):
            raise IndexError
        return await sound(storage, workers, _again(batches), **more)

    monkeypatch.setattr(flow, "ingest_batches", faulty)
    summary = await go()

    assert [each.name for each in summary.failed] == ["c"]
    assert summary.new == 4
    assert set(await articles(storage)) == {"From a", "From b", "From d", "From e"}
    assert {name: (await state(storage, name)).failures for name in names} == dict.fromkeys(names, 0) | {
        "c": 1
    }


async def _again(batches: list[Batch]) -> AsyncIterator[Batch]:
    for batch in batches:
        yield batch


@pytest.mark.asyncio
async def test_a_page_that_trips_a_library_leaves_the_entry_its_own_words(
    go: Go, subscribe: Subscribe, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe("a")
    world.feed("a/feed", world.entry("a/1", "One", SUMMARY))
    world.page("a/1", LONG)

    def faulty(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(poll_pages, "read_fuller", faulty)
    summary = await go()

    assert (summary.pages_missed, summary.new, summary.failed) == (1, 1, ())


@pytest.mark.asyncio
async def test_a_feed_that_is_removed_or_moved_during_its_visit_keeps_nothing_of_it(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    await subscribe("a", "b")
    for name in ("a", "b"):
        world.feed(f"{name}/feed", world.entry(f"{name}/1", name, SUMMARY))
    moved = Source("b", "The b Paper", world.url("b/elsewhere"))
    under_way = asyncio.Barrier(2)

    async def change(_: web.Request) -> str:
        # Here both feeds have been read, and neither visit is over.
        if await under_way.wait() == 0:
            async with storage.write() as conn:
                await remove_source(conn, "a")
                await save_sources(conn, [moved])
        await under_way.wait()
        return "User-agent: *"

    world.answers["a/robots.txt"] = world.answers["b/robots.txt"] = change
    await go()

    async with storage.read() as conn:
        (left,) = await list_feeds(conn)
    assert (left.source, left.state) == (moved, FeedState())


@pytest.mark.asyncio
async def test_trouble_with_the_database_is_no_feeds_and_ends_the_poll(
    go: Go, subscribe: Subscribe, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe("a", "b")
    world.feed("a/feed", world.entry("a/1", "One"))

    async def full(*_: object) -> None:
        raise StorageError("The database has no room left.")

    monkeypatch.setattr(flow, "known_urls", full)
    with pytest.raises(StorageError):
        await go()


@pytest.mark.asyncio
async def test_without_a_language_model_nobody_is_asked(
    go: Go, subscribe: Subscribe, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe("a")

    def missing() -> None:
        raise ModelMissing("The language model is not installed.")

    monkeypatch.setattr(flow, "analyser_version", missing)
    with pytest.raises(ModelMissing):
        await go()
    assert world.asked == []


@pytest.mark.asyncio
async def test_many_feeds_are_all_visited_and_then_none_is_due(
    go: Go, subscribe: Subscribe, world: World, storage: Storage
) -> None:
    names = [f"n{number:02}" for number in range(3 * flow.AT_ONCE)]
    await subscribe(*names)
    for name in names[::2]:
        world.feed(f"{name}/feed", world.entry(f"{name}/1", f"From {name}"))

    summary = await go()

    assert (summary.feeds, summary.new, len(summary.failed)) == (48, 24, 24)
    assert set(await articles(storage)) == {f"From {name}" for name in names[::2]}
    async with storage.read() as conn:
        assert await due_feeds(conn, NOW) == ()


@pytest.mark.asyncio
async def test_a_visit_alone_stores_what_is_new_and_leaves_it_to_be_analysed(  # noqa: PLR0913, PLR0917 - fixtures
    go_and_store: Callable[[], Awaitable[Visits]],
    subscribe: Subscribe,
    world: World,
    storage: Storage,
    analyser: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await subscribe("a", "broken", "later")
    world.feed("a/feed", world.entry("a/1", "One", f"{LONG} [call KE|UG 2024-05-28]"))
    async with storage.write() as conn:
        await save_feed_state(conn, "later", FeedState(next_check_at=NOW + timedelta(seconds=1)))

    def missing() -> None:
        raise ModelMissing("The language model is not installed.")

    for room in (flow, ingest):
        monkeypatch.setattr(room, "analyser_version", missing)
    visits = await go_and_store()

    assert (visits.feeds, visits.new) == (2, 1)
    assert [each.name for each in visits.failed] == ["broken"]
    assert list(await articles(storage)) == ["One"]
    assert (await state(storage)).next_check_at == NOW + UNCONDITIONAL + spread("a")
    assert sorted(world.asked) == ["a/feed", "broken/feed"]
    assert analyser.read == []


@pytest.mark.asyncio
async def test_what_a_visit_alone_stored_is_analysed_by_the_next_poll(
    go: Go, go_and_store: Callable[[], Awaitable[Visits]], subscribe: Subscribe, world: World
) -> None:
    await subscribe("a")
    world.feed("a/feed", world.entry("a/1", "One", f"{LONG} [call KE|UG 2024-05-28]"))
    await go_and_store()
    assert (await go()).events == 1


def test_pages_of_one_site_are_turns_apart_and_sites_do_not_wait_for_one_another() -> None:
    pace = Pace()
    assert [pace.book("a", 1.0, 10.0), pace.book("a", 1.0, 10.0), pace.book("b", 1.0, 10.0)] == [
        0.0,
        1.0,
        0.0,
    ]
    assert pace.book("a", 5.0, 10.5) == 1.5
    assert pace.book("a", 1.0, 11.0) == 6.0
    assert pace.book("a", 1.0, 60.0) == 0.0
