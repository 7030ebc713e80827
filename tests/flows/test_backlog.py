"""What waits to be analysed, worked off turn by turn: nothing forgotten, nothing that holds up the rest."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.errors import StorageError
from bot.flows import backlog as flow
from bot.flows import tasks
from bot.flows.backlog import ASIDE, Backlog
from bot.flows.ingest import ingest_batches, take_in
from bot.flows.intake import Batch
from bot.flows.workers import WorkerDiedError, Workers
from bot.model import Event, FeedItem
from storage import Storage, open_storage
from storage.articles import find_articles, waiting
from storage.events import EventQuery, select_events
from tests.flows.chats import Clock
from tests.flows.marks import Here, MarkedAnalyser

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
MAY = date(2024, 5, 2)


def item(name: str, marks: str, text: str = "", **given: Any) -> FeedItem:
    body = f"{marks} {text or f'A short report of its own, called {name}, and nothing else.'}"
    return FeedItem(name, body, source=f"{name}.example", **given)


def reports(number: int) -> tuple[FeedItem, ...]:
    return tuple(
        item(f"n{each}", f"[call RU|TR 2024-05-{1 + each % 9:02}]", published=MAY) for each in range(number)
    )


async def _only(items: tuple[FeedItem, ...]) -> AsyncIterator[Batch]:
    yield Batch(items, (), (), replayed=True)


async def store(storage: Storage, *items: FeedItem) -> None:
    await take_in(storage, Here(), _only(items), now=NOW)


async def events(storage: Storage) -> tuple[Event, ...]:
    async with storage.read() as conn:
        return await select_events(conn, EventQuery())


async def left(storage: Storage, analyser: MarkedAnalyser) -> list[str]:
    async with storage.read() as conn:
        ids = await waiting(conn, analyser.version)
        return sorted(each.article.name for each in await find_articles(conn, ids))


async def at_once(items: tuple[FeedItem, ...], url: str) -> tuple[Event, ...]:
    """The events that one run which ingests everything ends with."""
    async with await open_storage(url.replace(".db", "-alone.db")) as alone:
        await ingest_batches(alone, Here(), _only(items), now=NOW)
        return await events(alone)


def never() -> bool:
    return False


def always() -> bool:
    return True


@pytest.fixture
def backlog(storage: Storage, here: Workers, clock: Clock) -> Backlog:
    return Backlog(storage, here, clock)


@pytest.mark.asyncio
async def test_what_was_stored_ends_as_events_as_if_it_had_been_ingested(
    backlog: Backlog, storage: Storage, filler: str, sqlite_url: str
) -> None:
    given = (
        item("undated", "[statement TR today]", filler),
        item("wire", "[call RU|TR 2024-05-01]", f"{filler} More follows.", published=MAY),
        item("other", "[call RU|TR 2024-05-01] [statement RU today]", published=MAY),
        item("short", "[statement FR]"),
    )
    await store(storage, *given)
    assert await backlog.is_waiting()
    assert await events(storage) == ()

    await backlog.work_off(never)

    assert not await backlog.is_waiting()
    assert await events(storage) == await at_once(given, sqlite_url)


@pytest.mark.asyncio
async def test_where_nothing_waits_a_turn_does_nothing(backlog: Backlog, analyser: MarkedAnalyser) -> None:
    assert not await backlog.is_waiting()
    await backlog.work_off(never)
    assert analyser.read == []


@pytest.mark.asyncio
async def test_a_turn_that_is_over_has_brought_something_to_its_end_and_the_next_goes_on(
    backlog: Backlog,
    storage: Storage,
    analyser: MarkedAnalyser,
    monkeypatch: pytest.MonkeyPatch,
    sqlite_url: str,
) -> None:
    monkeypatch.setattr(flow, "PLACED_AT_ONCE", 6)
    monkeypatch.setattr(flow, "ANALYSED_AT_ONCE", 4)
    await store(storage, *reports(20))
    lefts = []
    while await backlog.is_waiting():
        await backlog.work_off(always)
        lefts.append(len(await left(storage, analyser)))

    assert lefts == [16, 12, 8, 4, 0]
    assert sorted(analyser.read) == sorted(each.name for each in reports(20)), "each is read once"
    assert await events(storage) == await at_once(reports(20), sqlite_url)


@pytest.mark.asyncio
@pytest.mark.parametrize("step", ["place_articles", "store_findings"])
async def test_a_turn_that_is_cut_off_is_completed_by_whoever_has_the_next(  # noqa: PLR0913, PLR0917 - fixtures
    storage: Storage,
    here: Workers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    sqlite_url: str,
    step: str,
) -> None:
    await store(storage, *reports(5))

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flow, step, killed)
        with pytest.raises(KeyboardInterrupt):
            await Backlog(storage, here, clock).work_off(never)
    assert await events(storage) == ()

    await Backlog(storage, here, clock).work_off(never)
    assert await events(storage) == await at_once(reports(5), sqlite_url)


@pytest.mark.asyncio
async def test_two_turns_at_once_leave_the_events_of_one(
    storage: Storage, here: Workers, clock: Clock, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    monkeypatch.setattr(flow, "STORED_AT_ONCE", 3)
    monkeypatch.setattr(flow, "ANALYSED_AT_ONCE", 2)
    await store(storage, *reports(20))
    await asyncio.gather(*(Backlog(storage, here, clock).work_off(never) for _ in range(2)))
    assert await events(storage) == await at_once(reports(20), sqlite_url)


@pytest.mark.asyncio
async def test_today_s_news_does_not_wait_for_what_newer_rules_read_again(
    backlog: Backlog, storage: Storage, analyser: MarkedAnalyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyser.version = "marks:0"
    await ingest_batches(storage, Here(), _only(reports(5)), now=NOW)
    analyser.version = "marks:1"
    analyser.read.clear()
    await store(storage, item("news", "[statement FR]", published=date(2024, 5, 31)))
    monkeypatch.setattr(flow, "ANALYSED_AT_ONCE", 1)
    await backlog.work_off(never)
    assert analyser.read[0] == "news"
    assert sorted(analyser.read[1:]) == [each.name for each in reports(5)]


@pytest.mark.asyncio
async def test_an_article_that_trips_the_analyser_is_set_aside_and_tried_again_later(
    backlog: Backlog, storage: Storage, analyser: MarkedAnalyser, clock: Clock
) -> None:
    sound, trips = analyser.analyse, True

    def faulty(articles: Any) -> Any:
        given = list(articles)
        if trips and any(article.name == "n3" for article, _ in given):
            raise KeyError("surprise")
        return sound(given)

    analyser.analyse = faulty  # type: ignore[method-assign]
    await store(storage, *reports(9))
    await backlog.work_off(never)
    assert await left(storage, analyser) == ["n3"]
    assert not await backlog.is_waiting(), "it would only trip us again and again"

    trips = False
    clock.goes_on(seconds=(ASIDE - timedelta(seconds=1)).total_seconds())
    assert not await backlog.is_waiting()
    clock.goes_on(seconds=2)
    assert await backlog.is_waiting()
    await backlog.work_off(never)
    assert await left(storage, analyser) == []


@pytest.mark.asyncio
async def test_an_article_that_kills_its_process_is_set_aside(
    storage: Storage, analyser: MarkedAnalyser, clock: Clock
) -> None:
    class Mortal(Here):
        async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            if work is tasks.analyse and any(each.article.name == "n1" for each in args[0]):
                raise WorkerDiedError("The process that read it died.")
            return await super().run(work, *args, **kwargs)

    await store(storage, *reports(4))
    backlog = Backlog(storage, Mortal(), clock)
    await backlog.work_off(never)
    assert await left(storage, analyser) == ["n1"]
    assert not await backlog.is_waiting()


@pytest.mark.asyncio
@pytest.mark.parametrize("step", ["place_articles", "store_findings"])
async def test_an_article_that_cannot_be_placed_or_stored_holds_up_no_other(
    backlog: Backlog,
    storage: Storage,
    analyser: MarkedAnalyser,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    await store(storage, *reports(9))
    async with storage.read() as conn:
        bad = (await waiting(conn, analyser.version))[4]
        (held,) = await find_articles(conn, [bad])
    sound = getattr(flow, step)

    async def faulty(storage: Storage, workers: Workers, given: Any, *more: Any) -> Any:
        if any(bad in {each, getattr(each, "article", None)} for each in given):
            raise IndexError
        return await sound(storage, workers, given, *more)

    monkeypatch.setattr(flow, step, faulty)
    await backlog.work_off(never)
    assert await left(storage, analyser) == [held.article.name]


@pytest.mark.asyncio
async def test_a_database_out_of_reach_is_no_articles_fault_and_ends_the_turn(
    backlog: Backlog, storage: Storage, analyser: MarkedAnalyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store(storage, *reports(3))

    async def full(*_: object) -> None:
        raise StorageError("The database has no room left.")

    with monkeypatch.context() as patch:
        patch.setattr(flow, "store_findings", full)
        with pytest.raises(StorageError):
            await backlog.work_off(never)
    assert await backlog.is_waiting()
    assert backlog.aside == {}
    await backlog.work_off(never)
    assert await left(storage, analyser) == []
