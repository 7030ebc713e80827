"""Where everything is built, started and stopped: storage, worker processes, the client. Nothing is decided here."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.console import TOKEN, Console, Shown
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import Outcome
from bot.delivery.pace import Paces, Precedence
from bot.delivery.polling import Asking, polling_failed
from bot.delivery.reach import introduce
from bot.delivery.telegram import plain_text, send
from bot.errors import SettingError
from bot.flows import deliver, feeds
from bot.flows import demo as sample
from bot.flows.brief import brief
from bot.flows.desk import Compute, Desk, Thread
from bot.flows.doctor import Finding, examine
from bot.flows.extract import FEW, Result, Wish, extract, extract_here, read_files
from bot.flows.ingest import Summary, ingest, ingest_batches
from bot.flows.logs import configure_logs
from bot.flows.poll import Clock, PollSummary, poll
from bot.flows.progress import Watch
from bot.flows.workers import Workers
from bot.handlers.context import HOUSE, Bot, Context, House
from bot.handlers.menu import set_menu
from bot.handlers.order import ChatByChat
from bot.handlers.table import UPDATES, add_handlers
from bot.model import Briefing, Event, EventKind
from bot.rendering.screens import notice
from bot.schedule import PLAN_EVERY, POLL_EVERY, SEND_EVERY, Clockwork, Task
from bot.settings import Settings
from bot.sources.fetch import Client, open_client
from storage import Storage, open_storage
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
class Talk:
    """A terminal: what is typed there, line by line, and where to show what is answered."""

    lines: Callable[[], AsyncIterator[str]]
    show: Callable[[Shown], None]


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
    reading = read_files(inputs, stdin)
    first = tuple(islice(reading, FEW))
    if len(first) < FEW or settings.processes == 1:
        for result in extract_here(chain(first, reading), wish=wish, model=settings.spacy_model):
            emit(result)
        return

    async def in_workers() -> None:
        async with _workers(settings) as workers:
            await extract(workers, chain(first, reading), wish=wish, emit=emit, watch=watch)

    asyncio.run(in_workers())


async def run_ingest(
    settings: Settings, inputs: Sequence[str], *, stdin: BinaryIO, now: datetime, watch: Watch
) -> Summary:
    """Bring what `inputs` hold into the database."""
    async with await open_storage(settings.database_url) as storage, _workers(settings) as workers:
        return await ingest(
            storage, workers, inputs, stdin=stdin, open_client=_client(settings), now=now, watch=watch
        )


async def run_poll(settings: Settings, *, everything: bool, now: Clock, watch: Watch) -> PollSummary:
    """Visit the feeds that are due, or all."""
    async with await open_storage(settings.database_url) as storage, _workers(settings) as workers:
        return await poll(storage, workers, _client(settings), now=now, everything=everything, watch=watch)


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
    async with _workers(settings) as workers, _client(settings)() as client:
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


async def run_demo(
    settings: Settings,
    *,
    now: datetime,
    on_sample: Callable[[], AbstractContextManager[Watch]],
    emit: Callable[[Briefing, Summary], None],
    talk: Talk | None = None,
) -> None:
    """Bring the sample news through a database that is gone afterwards, into a briefing; then, if wanted, talk about it."""
    async with _sample(settings) as (storage, workers):
        with on_sample() as watch:
            summary = await ingest_batches(storage, workers, sample.batches(), now=now, watch=watch)
        await workers.close()
        emit(await brief(storage, countries=(), day=sample.DAY, days=sample.DAYS), summary)
        if talk is not None:
            await _chat(_sample_desk(storage), talk)


class Role(StrEnum):
    """What a running process does: serve the chat, visit feeds, make the briefings that are due, send them."""

    BOT = "bot"
    FEEDS = "feeds"
    BRIEFINGS = "briefings"
    DELIVERY = "delivery"


SENDERS = deliver.SENT_AT_ONCE + 16
"""Connections to Telegram: for the briefings under way and as many answers; a pool that is full looks like a dead net."""

SAMPLE_HOUR = time(18, tzinfo=UTC)
"""The hour of the sample's last day at which its clock stands: the day's news has been heard."""


def one_worker(settings: Settings) -> Workers:
    """The process that writes what chats are told; those that read articles would let a reader wait."""
    return Workers(1, settings.spacy_model, settings.log_level)


@dataclass(frozen=True, slots=True)
class Parts:
    """What `live` is put together from besides the settings: who computes, who calls the tasks, how fast messages go."""

    clerk: Callable[[Settings], AbstractAsyncContextManager[Compute]] = one_worker
    clockwork: Callable[[tuple[Task, ...]], AbstractAsyncContextManager[object]] = Clockwork
    paces: Callable[[], Paces] = Paces


@dataclass(frozen=True, slots=True)
class Live:
    """A bot that serves: its name at Telegram, how many feeds it visits, and its database."""

    name: str
    feeds: int
    storage: Storage


async def run_bot(settings: Settings, roles: frozenset[Role], announce: Callable[[Live], None]) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); `announce` is called once it serves. Raises as `live` does."""
    stop = _told_to_stop()
    async with live(settings, roles, stopping=stop.is_set) as running:
        announce(running)
        await stop.wait()


@asynccontextmanager
async def live(
    settings: Settings,
    roles: frozenset[Role] = frozenset(Role),
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    stopping: Callable[[], bool] = lambda: False,
    parts: Parts = Parts(),
) -> AsyncIterator[Live]:
    """Serve for the length of the block; at its end what is under way is finished first.

    Raises:
        SettingError: there is no token, or Telegram does not take it.
        TelegramUnreachable: Telegram does not answer as we begin; later on we wait for it.
    """
    bot = _telegram(settings, parts.paces())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bot.bot.shutdown)
        name = await introduce(bot.bot)
        storage = await stack.enter_async_context(await open_storage(settings.database_url))
        clerk = await stack.enter_async_context(parts.clerk(settings))
        workers = await stack.enter_async_context(_workers(settings))
        house = House(Desk(storage, clerk, now), settings.admins)
        tasks = _tasks(settings, roles, bot, house, workers, stopping)
        if Role.BOT in roles:
            await stack.enter_async_context(_serving(bot, house))
        await stack.enter_async_context(parts.clockwork(tasks))
        yield Live(name, len(await feeds.polled(storage)), storage)


def _telegram(settings: Settings, paces: Paces) -> Bot:
    if settings.bot_token is None:
        raise SettingError(
            "COMMUNIQUE_BOT_TOKEN is not set, so there is no bot to run.",
            "Make one with @BotFather in Telegram and set its token; without one, try communique chat.",
        )
    builder = (
        _builder()
        .token(settings.bot_token.get_secret_value())
        .base_url(f"{settings.bot_api}/bot")
        .request(HTTPXRequest(connection_pool_size=SENDERS))
        .get_updates_request(Asking(connection_pool_size=1))
        .rate_limiter(Limiter(paces))
        .concurrent_updates(ChatByChat())
    )
    return builder.build()


def _builder() -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    return ApplicationBuilder().context_types(ContextTypes(context=Context))


@asynccontextmanager
async def _serving(bot: Bot, house: House) -> AsyncIterator[None]:
    """Serve the chat until the block ends; then finish the updates under way."""
    bot.bot_data[HOUSE] = house
    add_handlers(bot)
    async with bot:
        await set_menu(bot.bot, house)
        if bot.updater is None:
            raise RuntimeError("a bot that polls has an updater")
        await bot.updater.start_polling(
            allowed_updates=UPDATES, bootstrap_retries=-1, error_callback=polling_failed
        )
        await bot.start()
        try:
            yield
        finally:
            await bot.updater.stop()
            await bot.stop()


def _tasks(  # noqa: PLR0913, PLR0917 - what the tasks work with
    settings: Settings,
    roles: frozenset[Role],
    bot: Bot,
    house: House,
    workers: Workers,
    stopping: Callable[[], bool],
) -> tuple[Task, ...]:
    desk, grace = house.desk, timedelta(hours=settings.grace_hours)
    every = {
        Role.FEEDS: Task(
            "feeds", POLL_EVERY, lambda: poll(desk.storage, workers, _client(settings), now=desk.now)
        ),
        Role.BRIEFINGS: Task("briefings", PLAN_EVERY, lambda: deliver.plan_due(desk, grace)),
        Role.DELIVERY: Task("delivery", SEND_EVERY, lambda: _deliver(bot.bot, house, stopping)),
    }
    return tuple(task for role, task in every.items() if role in roles)


async def _deliver(bot: ExtBot[Precedence], house: House, stopping: Callable[[], bool]) -> None:
    """Send what is ready, and tell the operators of texts that Telegram would not take."""

    async def post(letter: deliver.Letter) -> Outcome:
        text = plain_text(letter.html) if letter.plain else letter.html
        return await send(
            bot,
            letter.chat,
            text,
            silent=letter.silent,
            plain=letter.plain,
            precedence=Precedence.BROADCAST,
        )

    done = await deliver.send_ready(house.desk, post, "deliverer", stopping)
    for reason in done.refused[:1]:
        text = notice(house.desk.locale, "screen.status.refused", reason=reason).messages[0]
        for admin in sorted(house.admins):
            await send(bot, admin, text)


def _told_to_stop() -> asyncio.Event:
    """What is set when the process is told to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        # Windows knows no handlers on a loop; there Ctrl-C interrupts.
        with suppress(NotImplementedError):
            loop.add_signal_handler(signal_, stopped.set)
    return stopped


async def run_chat(
    settings: Settings, talk: Talk, *, on_sample: Callable[[], AbstractContextManager[Watch]]
) -> None:
    """Serve one reader in a terminal; where the database holds no news, on the sample, `on_sample` showing its making."""
    async with await open_storage(settings.database_url) as storage:
        async with storage.read() as conn:
            is_empty = await last_heard(conn) is None
        if not is_empty:
            await _chat(Desk(storage, Thread(), lambda: datetime.now(UTC)), talk)
            return
    async with _sample(settings) as (sampled, workers):
        with on_sample() as watch:
            await ingest_batches(sampled, workers, sample.batches(), now=datetime.now(UTC), watch=watch)
        await workers.close()
        await _chat(_sample_desk(sampled), talk)


def _sample_desk(storage: Storage) -> Desk:
    """A desk whose clock stands at the sample's last day."""
    return Desk(storage, Thread(), lambda: datetime.combine(sample.DAY, SAMPLE_HOUR))


async def _chat(desk: Desk, talk: Talk) -> None:
    console = Console(talk.show, desk.now)
    builder = _builder().token(TOKEN).request(console).get_updates_request(console).updater(None)
    bot: Bot = builder.build()
    bot.bot_data[HOUSE] = House(desk)
    add_handlers(bot)
    async with bot:
        async for line in talk.lines():
            await console.say(bot, line)


@asynccontextmanager
async def _sample(settings: Settings) -> AsyncIterator[tuple[Storage, Workers]]:
    """A database that is gone at the end, and workers to fill it."""
    with TemporaryDirectory(prefix="communique-") as folder:
        url = f"sqlite:///{Path(folder) / 'sample.db'}"
        async with await open_storage(url) as storage, _workers(settings) as workers:
            yield storage, workers


async def run_doctor(settings: Settings, emit: Callable[[Finding], None]) -> None:
    """Hand each thing that was looked at to `emit`."""
    async with one_worker(settings) as workers:
        greet = partial(_greet, settings) if settings.bot_token else None
        async for finding in examine(workers, settings.database_url, greet):
            emit(finding)


async def _greet(settings: Settings) -> str:
    bot = _telegram(settings, Paces()).bot
    try:
        return await introduce(bot)
    finally:
        await bot.shutdown()


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


def _workers(settings: Settings) -> Workers:
    return Workers(settings.processes, settings.spacy_model, settings.log_level)


def _client(settings: Settings) -> Callable[[], AbstractAsyncContextManager[Client]]:
    return partial(open_client, contact=settings.contact)
