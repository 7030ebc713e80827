"""From the feeds that are due to articles in the database, and from there, where that is wanted, to events.

Every feed is visited by itself, and its trouble is its own. What a visit brings is stored before the visit is
noted, so that a poll which is killed loses nothing: the feed is then asked once more as it was before. The visits
that have ended while others were being stored are stored together.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog

from bot.errors import CommuniqueError, InputError
from bot.flows.ingest import Summary, TakenIn, ingest_batches, take_in
from bot.flows.intake import BATCH, Batch, OpenClient, as_answer
from bot.flows.poll_entries import Entry
from bot.flows.poll_pages import Manners, Pace, PageReader, read_pages
from bot.flows.poll_plan import after_failure, after_unchanged, after_visit
from bot.flows.progress import Progress, Step, Watch, unwatched
from bot.flows.tasks import analyser_version, read_feed
from bot.flows.workers import Workers
from bot.model import Failure, FeedItem
from bot.sources.fetch import NotModified, fetch
from bot.sources.robots import Robots
from storage import Storage
from storage.articles import known_urls
from storage.sources import Feed, FeedState, due_feeds, list_feeds, save_feed_state

AT_ONCE = 16
"""Visits under way, or over and not stored yet. Each may hold a feed of 10 MB; the client has bounds of its own."""

Clock = Callable[[], datetime]
"""Gives the present moment, UTC-aware. A poll lasts minutes, so one moment for all of it would be wrong."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PollSummary:
    """What a poll did: it visited `feeds`, of which `unchanged` had nothing newer, and found `entries` not yet stored.

    Of these `pages` got the text of the page they link to, `pages_missed` should have and did not, and `wordless`
    ones were left for another time, as they had no text at all. The rest is as in `Summary`; `failed` names feeds
    by their ids.
    """

    feeds: int
    unchanged: int
    entries: int
    pages: int
    pages_missed: int
    wordless: int
    articles: int
    new: int
    groups: int
    events: int
    unanalysed: int
    failed: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Visits:
    """What visits alone did: they asked `feeds` and stored `new` articles, which wait to be analysed; `failed` as above."""

    feeds: int
    new: int
    failed: tuple[Failure, ...]


async def poll(  # noqa: PLR0913 - what a run is given; a bundle of them would only hide it
    storage: Storage,
    workers: Workers,
    open_client: OpenClient,
    *,
    now: Clock,
    everything: bool = False,
    limit: int | None = None,
    watch: Watch = unwatched,
    manners: Manners | None = None,
    robots: Robots | None = None,
) -> PollSummary:
    """Visit the feeds that are due, or `everything` that is not disabled, and bring what is new into the database.

    At most `limit` feeds are visited, the longest due first; all if None. Who polls again and again should hand
    over the same `robots`, which remembers for a day what sites permit. `watch` is told of feeds, not of articles.
    """
    # Asked first, so that without a language model nobody is bothered.
    await workers.run(analyser_version)
    async with storage.read() as conn:
        feeds = await (list_feeds(conn) if everything else due_feeds(conn, now(), limit))
    wanted = [feed for feed in feeds if not feed.state.disabled][:limit]
    bring_in = partial(ingest_batches, storage, workers)
    async with open_client() as client:
        reader = PageReader(client, workers, robots or Robots(), Pace(), manners or Manners(), now)
        run = _Run(storage, workers, reader, now, bring_in)
        await _visit_and_store(run, wanted, watch)
    if run.last is None:
        # Nothing came, yet an earlier run may have been cut off before it had analysed all.
        _count(run, await ingest_batches(storage, workers, _batches(()), now=now()))
    return _summary(run)


async def visit(  # noqa: PLR0913 - what a run is given; a bundle of them would only hide it
    storage: Storage,
    workers: Workers,
    open_client: OpenClient,
    *,
    now: Clock,
    manners: Manners | None = None,
    robots: Robots | None = None,
) -> Visits:
    """Visit the feeds that are due and store what is new, which is left to be analysed: see `bot.flows.backlog`.

    So a visit waits for no analysis, and needs no language model.
    """
    async with storage.read() as conn:
        wanted = await due_feeds(conn, now(), None)
    async with open_client() as client:
        reader = PageReader(client, workers, robots or Robots(), Pace(), manners or Manners(), now)
        run = _Run(storage, workers, reader, now, partial(take_in, storage, workers))
        await _visit_and_store(run, wanted, unwatched)
    return Visits(run.feeds, run.new, tuple(run.failed))


class _BringIn(Protocol):
    """Stores what visits brought, and may go further."""

    def __call__(
        self, batches: AsyncIterator[Batch], /, *, now: datetime
    ) -> Awaitable[Summary | TakenIn]: ...


@dataclass(slots=True)
class _Run:
    """What a poll works with, and what it has done so far. `claimed` are addresses that a visit has taken on."""

    storage: Storage
    workers: Workers
    reader: PageReader
    now: Clock
    bring_in: _BringIn
    claimed: set[str] = field(default_factory=set)
    last: Summary | None = None
    feeds: int = 0
    unchanged: int = 0
    entries: int = 0
    pages: int = 0
    pages_missed: int = 0
    wordless: int = 0
    articles: int = 0
    new: int = 0
    unanalysed: int = 0
    failed: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Visited:
    """How the visit to `feed` ended, what state that leaves it in, and what it brought."""

    feed: Feed
    state: FeedState
    items: tuple[FeedItem, ...] = ()


async def _visit_and_store(run: _Run, feeds: Sequence[Feed], watch: Watch) -> None:
    watch(Progress(Step.READ, 0, len(feeds)))
    async with aclosing(_visit_all(run, feeds)) as visits:
        async for visited in visits:
            await _settle(run, visited)
            watch(Progress(Step.READ, run.feeds, len(feeds)))


async def _visit_all(run: _Run, feeds: Sequence[Feed]) -> AsyncGenerator[list[_Visited], None]:
    """Give visits as they end, all those together that have ended since it was last asked."""
    room = asyncio.Semaphore(AT_ONCE)

    async def visit(feed: Feed) -> _Visited:
        await room.acquire()
        return await _visit(run, feed)

    visits = [asyncio.create_task(visit(feed)) for feed in feeds]
    under_way = set(visits)
    try:
        while under_way:
            ended, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            yield [task.result() for task in ended]
            for _ in ended:
                room.release()
    finally:
        for task in visits:
            task.cancel()
        await asyncio.gather(*visits, return_exceptions=True)


async def _visit(run: _Run, feed: Feed) -> _Visited:
    try:
        visited = await _ask(run, feed)
    except InputError as error:
        visited = _troubled(run, feed, error)
    except CommuniqueError:
        raise
    except Exception as error:  # noqa: BLE001 - see below
        # One feed that trips a library would otherwise end every poll, and every feed would be asked in vain.
        _log.exception("feed_failed", feed=feed.source.id)
        visited = _troubled(run, feed, _fault(error))
    if not visited.items:
        await _note(run, (visited,))
    return visited


async def _ask(run: _Run, feed: Feed) -> _Visited:
    source, last = feed.source, feed.state
    answer = await fetch(run.reader.client, source.feed_url, etag=last.etag, last_modified=last.last_modified)
    told = {"etag": answer.etag, "last_modified": answer.last_modified}
    if isinstance(answer, NotModified):
        run.unchanged += 1
        return _Visited(feed, after_unchanged(feed, run.now(), **told, max_age=answer.max_age))
    read = await run.workers.run(read_feed, as_answer(answer), source)
    items = await _with_texts(run, await _fresh(run, read.entries))
    return _Visited(feed, after_visit(feed, run.now(), **told, max_age=answer.max_age, ttl=read.ttl), items)


async def _fresh(run: _Run, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give the entries whose address is not stored, nor taken on by another visit of this poll."""
    ours = {entry.address for entry in entries if entry.address} - run.claimed
    run.claimed |= ours
    async with run.storage.read() as conn:
        ours -= await known_urls(conn, ours)
    return tuple(entry for entry in entries if entry.address is None or entry.address in ours)


async def _with_texts(run: _Run, entries: Sequence[Entry]) -> tuple[FeedItem, ...]:
    texts = await read_pages(run.reader, entries)
    worded = [entry for entry in entries if entry.words or entry.address in texts.found]
    run.entries += len(entries)
    run.wordless += len(entries) - len(worded)
    run.pages += len(texts.found)
    run.pages_missed += texts.missed
    return tuple(texts.found.get(entry.address or "", entry.item) for entry in worded)


async def _settle(run: _Run, visited: Sequence[_Visited]) -> None:
    run.feeds += len(visited)
    bringing = [each for each in visited if each.items]
    if bringing:
        await _bring_in(run, bringing)


async def _bring_in(run: _Run, visited: Sequence[_Visited]) -> None:
    """Store what the visits brought, and then how they ended."""
    try:
        done = await run.bring_in(_batches(visited), now=run.now())
    except CommuniqueError:
        raise
    except Exception as error:  # noqa: BLE001 - see below
        if len(visited) > 1:
            half = len(visited) // 2
            await _bring_in(run, visited[:half])
            await _bring_in(run, visited[half:])
            return
        # As in `_visit`: this feed is asked later and later, and the others go on.
        feed = visited[0].feed
        _log.exception("feed_failed", feed=feed.source.id)
        visited = (_troubled(run, feed, _fault(error)),)
    else:
        _count(run, done)
    await _note(run, visited)


async def _batches(visited: Iterable[_Visited]) -> AsyncIterator[Batch]:
    for each in visited:
        for start in range(0, len(each.items), BATCH):
            yield Batch(each.items[start : start + BATCH], (), (), replayed=False)


async def _note(run: _Run, visited: Iterable[_Visited]) -> None:
    async with run.storage.write() as conn:
        for each in visited:
            source = each.feed.source
            await save_feed_state(conn, source.id, each.state, feed_url=source.feed_url)


def _troubled(run: _Run, feed: Feed, error: InputError) -> _Visited:
    run.failed.append(Failure(feed.source.id, str(error)))
    return _Visited(feed, after_failure(feed, run.now(), error))


def _fault(error: Exception) -> InputError:
    return InputError(
        f"We stumble over it ({type(error).__name__}).", "That is a fault of ours: report it with the log."
    )


def _count(run: _Run, done: Summary | TakenIn) -> None:
    run.articles += done.articles
    run.new += done.new
    run.failed.extend(done.failed)
    if isinstance(done, Summary):
        run.last = done
        run.unanalysed += done.unanalysed


def _summary(run: _Run) -> PollSummary:
    return PollSummary(
        feeds=run.feeds,
        unchanged=run.unchanged,
        entries=run.entries,
        pages=run.pages,
        pages_missed=run.pages_missed,
        wordless=run.wordless,
        articles=run.articles,
        new=run.new,
        groups=run.last.groups if run.last else 0,
        events=run.last.events if run.last else 0,
        unanalysed=run.unanalysed,
        failed=tuple(run.failed),
    )
