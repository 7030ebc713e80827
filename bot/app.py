"""Where the bot is built, started and stopped: at Telegram or in a terminal. Nothing is decided here."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from telegram.error import InvalidToken
from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.console import TOKEN, Console, Shown
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import Outcome, Unreachable
from bot.delivery.pace import Paces, Precedence
from bot.delivery.polling import Asking, polling_failed
from bot.delivery.reach import introduce
from bot.delivery.telegram import plain_text, send
from bot.errands import all_workers, any_client
from bot.errors import SettingError
from bot.flows import deliver, feeds
from bot.flows import demo as sample
from bot.flows.brief import brief
from bot.flows.desk import Compute, Desk, Thread
from bot.flows.doctor import Finding, examine
from bot.flows.ingest import Summary, ingest_batches
from bot.flows.poll import poll
from bot.flows.progress import Watch
from bot.flows.workers import Workers
from bot.handlers.context import HOUSE, Bot, Context, House
from bot.handlers.menu import set_menu
from bot.handlers.order import ChatByChat
from bot.handlers.table import UPDATES, add_handlers
from bot.model import Briefing
from bot.rendering.screens import notice
from bot.schedule import PLAN_EVERY, POLL_EVERY, SEND_EVERY, Clockwork, Task
from bot.settings import Settings
from storage import Storage, open_storage
from storage.articles import last_heard


@dataclass(frozen=True, slots=True)
class Talk:
    """A terminal: what is typed there, line by line, and where to show what is answered."""

    lines: Callable[[], AsyncIterator[str]]
    show: Callable[[Shown], None]


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


log = structlog.get_logger()

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
        workers = await stack.enter_async_context(all_workers(settings))
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
            "feeds", POLL_EVERY, lambda: poll(desk.storage, workers, any_client(settings), now=desk.now)
        ),
        Role.BRIEFINGS: Task("briefings", PLAN_EVERY, lambda: deliver.plan_due(desk, grace)),
        Role.DELIVERY: Task("delivery", SEND_EVERY, lambda: _deliver(bot.bot, house, stopping)),
    }
    return tuple(task for role, task in every.items() if role in roles)


async def _deliver(bot: ExtBot[Precedence], house: House, stopping: Callable[[], bool]) -> None:
    """Send what is ready, and tell the operators of texts that Telegram would not take."""

    async def post(letter: deliver.Letter) -> Outcome:
        text = plain_text(letter.html) if letter.plain else letter.html
        try:
            return await send(
                bot,
                letter.chat,
                text,
                silent=letter.silent,
                plain=letter.plain,
                precedence=Precedence.BROADCAST,
            )
        except InvalidToken:
            # A token withdrawn meanwhile is the operator's affair and no reader's: all wait for a new one.
            log.error("Telegram does not accept the bot's token: see communique doctor")  # noqa: TRY400 - no trace says more
            return Unreachable("the bot's token is not accepted")

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
        async with await open_storage(url) as storage, all_workers(settings) as workers:
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
