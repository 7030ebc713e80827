"""Where the bot is built, started and stopped: at Telegram or in a terminal. Nothing is decided here."""

import asyncio
import gc
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
from typing import Any, Protocol

import structlog
from telegram.error import InvalidToken
from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.aiohttp_request import AiohttpRequest
from bot.delivery.console import TOKEN, Console, Shown
from bot.delivery.limiter import Limiter
from bot.delivery.outcome import Outcome, Unreachable
from bot.delivery.pace import Paces, Precedence, Ticket
from bot.delivery.polling import Asking, polling_failed
from bot.delivery.reach import introduce
from bot.delivery.shared import SharedPaces
from bot.delivery.telegram import plain_text, send
from bot.errands import all_workers, any_client
from bot.errors import SettingError
from bot.flows import deliver, feeds
from bot.flows import demo as sample
from bot.flows.backlog import Backlog
from bot.flows.brief import brief
from bot.flows.budget import CommonBudget, law_of
from bot.flows.desk import Compute, Desk, Thread
from bot.flows.doctor import Finding, examine
from bot.flows.ingest import Summary, ingest_batches
from bot.flows.poll import visit
from bot.flows.progress import Watch
from bot.flows.pulse import Pulse, worker_name
from bot.flows.workers import Workers
from bot.handlers.context import HOUSE, Bot, Context, House
from bot.handlers.menu import set_menu
from bot.handlers.order import ChatByChat
from bot.handlers.table import UPDATES, add_handlers
from bot.jobs.work import Work, sends_at_once
from bot.model import Briefing
from bot.rendering.screens import notice
from bot.schedule import ANALYSE_EVERY, PLAN_EVERY, POLL_EVERY, SEND_EVERY, Clockwork, Task
from bot.settings import Settings
from storage import Storage, open_storage
from storage.articles import last_heard
from storage.engine import beside


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
    """What a running process does: serve the chat, visit feeds and analyse, make the briefings that are due, send them."""

    BOT = "bot"
    FEEDS = "feeds"
    BRIEFINGS = "briefings"
    DELIVERY = "delivery"


log = structlog.get_logger()

ANSWERS_AT_ONCE = 16
"""Connections to Telegram kept for answers beside those for briefings; a pool that is full looks like a dead net."""

SAMPLE_HOUR = time(18, tzinfo=UTC)
"""The hour of the sample's last day at which its clock stands: the day's news has been heard."""


def one_worker(settings: Settings) -> Workers:
    """A process for what may not wait behind an analysis: what chats are told, or what feeds bring."""
    return Workers(1, settings.spacy_model, settings.log_level)


@dataclass(frozen=True, slots=True)
class Hands:
    """Who works: as which worker, at which jobs, of which database; and what to do where another works under that name."""

    settings: Settings
    roles: frozenset[Role]
    displaced: Callable[[], None]

    @property
    def name(self) -> str:
        """The worker's name."""
        return worker_name(self.settings.worker, ",".join(sorted(self.roles)))


class Ticks(Protocol):
    """What is done at each tick of the clock."""

    async def briefings(self) -> None:
        """See that briefings that are due are planned."""

    async def delivery(self) -> None:
        """See that what is ready is sent."""

    async def feeds(self) -> None:
        """See that feeds that are due are visited."""

    async def analysis(self) -> None:
        """See that articles that wait are analysed."""


@asynccontextmanager
async def durably(work: Work, hands: Hands) -> AsyncIterator[Ticks]:
    """Do the work as durable jobs, kept in the database or, on SQLite, in a file beside it."""
    # Here, since it takes a second to load: every other command does without.
    from bot.jobs.durable import durable  # noqa: PLC0415

    roles = frozenset(role.value for role in hands.roles - {Role.BOT})
    pulse = Pulse(work.desk, hands.name, ",".join(sorted(hands.roles)), lambda: work.outlook.trouble)
    url = await asyncio.to_thread(beside, hands.settings.database_url, ".jobs.db")
    async with durable(work, pulse, url, roles, hands.displaced) as ticks:
        yield ticks


@dataclass(frozen=True, slots=True)
class Parts:
    """What `live` is put together from besides the settings: who computes, who calls the tasks, how fast messages go."""

    clerk: Callable[[Settings], AbstractAsyncContextManager[Compute]] = one_worker
    clockwork: Callable[[tuple[Task, ...]], AbstractAsyncContextManager[object]] = Clockwork
    paces: Callable[[float], Paces] = SharedPaces
    jobs: Callable[[Work, Hands], AbstractAsyncContextManager[Ticks]] = durably


@dataclass(frozen=True, slots=True)
class Live:
    """A bot that serves: its name at Telegram, how many feeds it visits, and its database."""

    name: str
    feeds: int
    storage: Storage


async def run_bot(settings: Settings, roles: frozenset[Role], announce: Callable[[Live], None]) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); `announce` is called once it serves. Raises as `live` does."""
    stop = _told_to_stop()
    async with live(settings, roles, stop=stop) as running:
        announce(running)
        await stop.wait()


@asynccontextmanager
async def live(
    settings: Settings,
    roles: frozenset[Role] = frozenset(Role),
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    stop: asyncio.Event | None = None,
    parts: Parts = Parts(),
) -> AsyncIterator[Live]:
    """Serve for the length of the block; at its end what is under way is finished first.

    Once `stop` is set nothing is begun any more; it is set here where another process has taken this one's name.

    Raises:
        SettingError: there is no token, Telegram does not take it, or another process works under our name.
        TelegramUnreachable: Telegram does not answer as we begin; later on we wait for it.
    """
    stop = stop or asyncio.Event()
    paces = parts.paces(settings.pace)
    bot = _telegram(settings, paces)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bot.bot.shutdown)
        name = await introduce(bot.bot)
        storage = await stack.enter_async_context(await open_storage(settings.database_url))
        clerk = await stack.enter_async_context(parts.clerk(settings))
        reader = await stack.enter_async_context(one_worker(settings))
        analysts = await stack.enter_async_context(all_workers(settings))
        if isinstance(paces, SharedPaces):
            paces.budget = CommonBudget(storage, law_of(settings.pace))
        house = House(Desk(storage, clerk, now), settings.admins)
        if Role.BOT in roles:
            await stack.enter_async_context(_serving(bot, house))
        hands = Hands(settings, roles, stop.set)
        work = _work(hands, bot.bot, house, stop.is_set, reader=reader, analysts=analysts)
        ticks = await stack.enter_async_context(parts.jobs(work, hands))
        # Told to stop by then, jobs under way end by themselves before what they work with is closed.
        stack.callback(stop.set)
        await stack.enter_async_context(parts.clockwork(_tasks(roles, ticks)))
        # What is loaded by now stays, and need not be looked through again and again: that held everything up for 0.2 s.
        gc.freeze()
        yield Live(name, len(await feeds.polled(storage)), storage)


def _telegram(settings: Settings, paces: Paces) -> Bot:
    if settings.bot_token is None:
        raise SettingError(
            "COMMUNIQUE_BOT_TOKEN is not set, so there is no bot to run.",
            "Make one with @BotFather in Telegram and set its token; without one, try communique chat.",
        )
    transport = AiohttpRequest if settings.paid_broadcast else HTTPXRequest
    builder = (
        _builder()
        .token(settings.bot_token.get_secret_value())
        .base_url(f"{settings.bot_api}/bot")
        .request(transport(connection_pool_size=sends_at_once(settings.pace) + ANSWERS_AT_ONCE))
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


def _tasks(roles: frozenset[Role], ticks: Ticks) -> tuple[Task, ...]:
    every = (
        (Role.FEEDS, Task("feeds", POLL_EVERY, ticks.feeds)),
        (Role.FEEDS, Task("analysis", ANALYSE_EVERY, ticks.analysis)),
        (Role.BRIEFINGS, Task("briefings", PLAN_EVERY, ticks.briefings)),
        (Role.DELIVERY, Task("delivery", SEND_EVERY, ticks.delivery)),
    )
    return tuple(task for role, task in every if role in roles)


def _work(  # noqa: PLR0913 - all that works meets here
    hands: Hands,
    bot: ExtBot[Ticket],
    house: House,
    stopping: Callable[[], bool],
    *,
    reader: Workers,
    analysts: Workers,
) -> Work:
    settings, desk = hands.settings, house.desk
    return Work(
        desk=desk,
        post=_post(bot, paid=settings.paid_broadcast),
        worker=hands.name,
        pace=settings.pace,
        grace=timedelta(hours=settings.grace_hours),
        visit=partial(visit, desk.storage, reader, any_client(settings), now=desk.now),
        feeds_due=lambda: feeds.any_due(desk.storage, desk.now()),
        stopping=stopping,
        report=partial(_report, bot, house),
        backlog=Backlog(desk.storage, analysts, desk.now),
    )


def _post(bot: ExtBot[Ticket], *, paid: bool) -> deliver.Post:
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
                paid=paid,
            )
        except InvalidToken:
            # A token withdrawn meanwhile is the operator's affair and no reader's: all wait for a new one.
            log.error("Telegram does not accept the bot's token: see communique doctor")  # noqa: TRY400 - no trace says more
            return Unreachable("the bot's token is not accepted")

    return post


async def _report(bot: ExtBot[Ticket], house: House, done: deliver.Round) -> None:
    """Tell the operators of a text that Telegram would not take."""
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
