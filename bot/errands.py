"""One command, one errand: what is built for a single run of the command line, and taken down after it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
)
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from bot.events.score import Score
from bot.flows import feeds
from bot.flows.brief import brief
from bot.flows.extract import FEW, Result, Wish, extract, extract_here, read_files
from bot.flows.ingest import Summary, ingest
from bot.flows.logs import configure_logs
from bot.flows.poll import Clock, PollSummary, poll
from bot.flows.progress import Watch
from bot.flows.score import Measured, against_floor, count, read_cases
from bot.flows.workers import Workers
from bot.model import Briefing, Event, EventKind
from bot.settings import Settings
from bot.sources.fetch import Client, open_client
from bot.sources.files import Read
from storage import open_storage
from storage.articles import count_articles, last_heard
from storage.backup import back_up, check_file, restore
from storage.events import EventQuery, count_events, stream_events


@dataclass(frozen=True, slots=True)
class Search:
    """Which events are wanted; what is left empty does not matter."""

    countries: tuple[str, ...] = ()
    kinds: tuple[EventKind, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How much the database at `url` (password masked) holds."""

    url: str
    articles: int
    groups: int
    events: int


def start(settings: Settings) -> None:
    """Make ready what every command needs."""
    configure_logs(settings.log_level)


def run_extract(  # noqa: PLR0913 - what a run is given; a bundle of them would only hide it
    settings: Settings,
    inputs: Sequence[str],
    *,
    stdin: BinaryIO,
    wish: Wish,
    emit: Callable[[Result], None],
    watch: Watch,
) -> None:
    """Hand what each article holds to `emit`: read in this process if they are few, else in several."""
    _extract(settings, read_files(inputs, stdin), wish, emit, watch)


def run_score(settings: Settings, folder: Path, watch: Watch) -> tuple[Score, tuple[Measured, ...]]:
    """Read the labelled passages in `folder` and set what was found against their labels and their floor."""
    cases = read_cases(folder)
    results: list[Result] = []
    # As they stand: the labels point at words of the passage, and clean-up has cases of its own.
    _extract(settings, iter([case.item for case in cases]), Wish(clean=False), results.append, watch)
    score = count(cases, results)
    return score, against_floor(score, folder)


def _extract(
    settings: Settings, reading: Iterator[Read], wish: Wish, emit: Callable[[Result], None], watch: Watch
) -> None:
    first = tuple(islice(reading, FEW))
    if len(first) < FEW or settings.processes == 1:
        for result in extract_here(chain(first, reading), wish=wish, model=settings.spacy_model):
            emit(result)
        return

    async def in_workers() -> None:
        async with all_workers(settings) as workers:
            await extract(workers, chain(first, reading), wish=wish, emit=emit, watch=watch)

    asyncio.run(in_workers())


async def run_ingest(
    settings: Settings, inputs: Sequence[str], *, stdin: BinaryIO, now: datetime, watch: Watch
) -> Summary:
    """Bring what `inputs` hold into the database."""
    async with await open_storage(settings.database_url) as storage, all_workers(settings) as workers:
        return await ingest(
            storage, workers, inputs, stdin=stdin, open_client=any_client(settings), now=now, watch=watch
        )


async def run_poll(settings: Settings, *, everything: bool, now: Clock, watch: Watch) -> PollSummary:
    """Visit the feeds that are due, or all."""
    async with await open_storage(settings.database_url) as storage, all_workers(settings) as workers:
        return await poll(storage, workers, any_client(settings), now=now, everything=everything, watch=watch)


async def list_feeds(settings: Settings) -> tuple[feeds.Polled, ...]:
    """Give the feeds that are polled."""
    async with await open_storage(settings.database_url) as storage:
        return await feeds.polled(storage)


async def add_feeds(
    settings: Settings, wanted: Sequence[str], *, catalogue: bool, title: str | None
) -> feeds.Added:
    """Poll more feeds from now on."""
    async with await open_storage(settings.database_url) as storage:
        return await feeds.add(storage, wanted, catalogue=catalogue, title=title)


async def remove_feed(settings: Settings, ids: Sequence[str]) -> None:
    """Stop polling feeds."""
    async with await open_storage(settings.database_url) as storage:
        await feeds.remove(storage, ids)


async def check_feeds(
    settings: Settings, ids: Sequence[str], *, catalogue: bool, emit: Callable[[feeds.Checked], None]
) -> None:
    """Ask feeds once, now, and hand what each gives to `emit`."""
    async with await open_storage(settings.database_url) as storage:
        sources = await feeds.chosen(storage, ids, catalogue=catalogue)
    async with all_workers(settings) as workers, any_client(settings)() as client:
        async for checked in feeds.check(client, workers, sources):
            emit(checked)


async def run_events(settings: Settings, search: Search, emit: Callable[[Event], None]) -> None:
    """Hand each event that is wanted to `emit`, in flat memory."""
    query = EventQuery(countries=search.countries, kinds=search.kinds, since=search.since, until=search.until)
    async with (
        await open_storage(settings.database_url) as storage,
        storage.read() as conn,
        stream_events(conn, query) as events,
    ):
        async for event in events:
            emit(event)


async def run_brief(
    settings: Settings, *, countries: tuple[str, ...], day: date, days: int
) -> tuple[Briefing, datetime | None]:
    """Compose a briefing; give with it when the newest article held was heard, None where there is none."""
    async with await open_storage(settings.database_url) as storage:
        briefing = await brief(storage, countries=countries, day=day, days=days)
        async with storage.read() as conn:
            return briefing, await last_heard(conn)


async def upgrade(settings: Settings) -> str:
    """Bring the database up to date; give its address, the password masked."""
    async with await open_storage(settings.database_url) as storage:
        return storage.url_shown


async def check(settings: Settings) -> Held:
    """See that the database is up to date and whole, and count what it holds."""
    async with await open_storage(settings.database_url, migrate=False) as storage:
        await asyncio.to_thread(check_file, settings.database_url)
        async with storage.read() as conn:
            counts, events = await count_articles(conn), await count_events(conn)
    return Held(storage.url_shown, counts.articles, counts.groups, events)


def back_up_to(settings: Settings, target: Path) -> Path:
    """Copy the database to a new file."""
    return back_up(settings.database_url, target)


async def restore_from(settings: Settings, source: Path, now: datetime) -> Path | None:
    """Put a copy in the database's place; give where what was there before is kept, None where there was nothing."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    kept = await asyncio.to_thread(restore, settings.database_url, source, stamp)
    # The copy may be of an older version.
    await upgrade(settings)
    return kept


def all_workers(settings: Settings) -> Workers:
    """As many processes for heavy work as the settings say."""
    return Workers(settings.processes, settings.spacy_model, settings.log_level)


def any_client(settings: Settings) -> Callable[[], AbstractAsyncContextManager[Client]]:
    """What opens a client for other people's servers."""
    return partial(open_client, contact=settings.contact)
