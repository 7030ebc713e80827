"""The live bot against the stand-in, and what a test moves by hand so that nobody waits: the clock and the tasks."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.app import Hands, Live, Parts, Role, Ticks, live
from bot.delivery.pace import Paces, Rate
from bot.flows.desk import Thread
from bot.jobs.work import Work
from bot.model import Chat, Reader
from bot.schedule import Task
from bot.settings import load_settings
from storage import Storage
from storage.chats import find_chat, save_chat
from storage.subscriptions import countries_of, subscribe
from storage.tables import deliveries
from tests.stand_in import Group, Message, Private, StandIn

READER, OTHER, ADMIN = 7, 8, 99
GROUP, SUPERGROUP = -5, -1_000_000_000_005
MORNING = datetime(2026, 3, 16, 6, tzinfo=UTC)
"""A Monday. In Berlin it is seven."""

EIGHT = MORNING.replace(hour=7)
"""An hour later, when in Berlin it is eight."""

SERVING = frozenset({Role.BOT, Role.BRIEFINGS, Role.DELIVERY})

QUICK = Rate(interval=0.001, burst=1000)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def goes_to(self, at: datetime) -> None:
        assert at >= self.at
        self.at = at

    def goes_on(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


class Hand:
    """The clockwork: a task runs when a test says so."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}

    def __call__(self, tasks: Iterable[Task]) -> AbstractAsyncContextManager[None]:
        self._tasks = {task.name: task for task in tasks}
        return nullcontext()

    async def tick(self) -> None:
        """Plan what is due and send what is ready."""
        await self.plan()
        await self.send()

    async def plan(self) -> None:
        await self._tasks["briefings"].work()

    async def send(self) -> None:
        await self._tasks["delivery"].work()

    async def analyse(self) -> None:
        await self._tasks["analysis"].work()


def quick(_: float) -> Paces:
    """No pace worth waiting for."""
    return Paces(1000, QUICK, QUICK)


class AtOnce:
    """Does the work within the tick, where otherwise it is queued."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def briefings(self) -> None:
        await self._work.plan()

    async def delivery(self) -> None:
        await self._work.send_all()

    async def feeds(self) -> None:
        await self._work.visit()

    async def analysis(self) -> None:
        await self._work.analyse()


@asynccontextmanager
async def at_once(work: Work, _: Hands) -> AsyncIterator[Ticks]:
    """Keep no jobs."""
    yield AtOnce(work)


def by_hand(hand: Hand, paces: Callable[[float], Paces] = quick) -> Parts:
    """No process is started to compute, and the tasks run when `hand` says so."""
    return Parts(lambda _: nullcontext(Thread()), hand, paces, at_once)


@dataclass
class Scene:
    """What stays when the bot is stopped and started: Telegram, the database, the clock.

    `expected` are the errors that a test means to provoke, as they are logged; any other fails it.
    """

    api: StandIn
    url: str
    clock: Clock = field(default_factory=Clock)
    hand: Hand = field(default_factory=Hand)
    expected: set[str] = field(default_factory=set)
    open: Storage | None = None

    @property
    def storage(self) -> Storage:
        assert self.open, "nothing is served now"
        return self.open

    @asynccontextmanager
    async def served(
        self, parts: Parts | None = None, roles: frozenset[Role] = SERVING
    ) -> AsyncIterator[Live]:
        """Serve for the length of the block."""
        settings = load_settings(
            bot_token=self.api.token,
            bot_api=self.api.base_url.removesuffix("/bot"),
            database_url=self.url,
            processes=1,
            admins=frozenset({ADMIN}),
        )
        parts = parts or by_hand(self.hand)
        async with live(settings, roles, now=self.clock, parts=parts) as running:
            self.open = running.storage
            yield running
        self.open = None

    async def says(self, person: Private, text: str, shows: str = "", where: Group | None = None) -> Message:
        """Let a person write; give the first answer that shows a text."""
        sent = person.says(text, where)
        return await self.api.wait_for(sent.chat_id, shows, after=sent.message_id)

    async def taps(self, person: Private, message: Message, label: str, shows: str = "") -> Message:
        """Let a person tap a button; give what is new in the chat then and shows a text."""
        before = self.api.messages(message.chat_id)
        person.taps(message, label)
        return await self.api.wait_for(
            message.chat_id, lambda each: shows in each.text and each not in before
        )

    async def quiet(self, person: Private, where: Group | None = None) -> None:
        """Return when all that a person did before is handled: a chat's updates are handled in their order."""
        await self.says(person, "/help", "What you can ask", where)

    async def reader(self, chat: int) -> Reader | None:
        async with self.storage.read() as conn:
            found = await find_chat(conn, chat)
            return Reader(found, await countries_of(conn, chat)) if found else None

    async def known(self, chat: int) -> Reader:
        reader = await self.reader(chat)
        assert reader, f"{chat} is not stored"
        return reader

    def texts(self, chat: int) -> list[str]:
        """All that was ever sent to a chat, in order."""
        return [each.text for each in self.api.journal if each.chat_id == chat]

    def briefings(self, chat: int) -> list[str]:
        """The first messages of all briefings that were ever sent to a chat."""
        return [text for text in self.texts(chat) if text.startswith("Communiqué · ")]

    def hears(self, kind: str, content: dict[str, Any]) -> None:
        """Let the bot be told of what the stand-in's people cannot do."""
        self.api._world.updates.add(kind, content)

    async def ledger(self, chat: int) -> list[tuple[int, str | None]]:
        """What is written of a chat's deliveries: each part with its outcome, in order."""
        query = select(deliveries.c.part, deliveries.c.outcome).where(deliveries.c.chat_id == chat)
        async with self.storage.read() as conn:
            return [
                (part, outcome) for part, outcome in await conn.execute(query.order_by(deliveries.c.number))
            ]

    def sends(self, chat: int) -> list[str]:
        """What became of each attempt to send something to a chat."""
        calls = (call for call in self.api.calls if call.method == "sendMessage")
        return [call.outcome for call in calls if call.params["chat_id"] == chat]

    async def follow(self, person: Private, names: str, zone: str = "", hour: str = "") -> None:
        """Let a person follow countries, and say where and when."""
        await self.says(person, f"/subscribe {names}", "You follow")
        if zone:
            await self.says(person, f"/timezone {zone}", "You follow")
        if hour:
            await self.says(person, f"/time {hour}", "You follow")


async def enrol(storage: Storage, chats: Iterable[int], code: str, due: datetime) -> None:
    """Let chats follow a country and be due, without a word being exchanged."""
    async with storage.write() as conn:
        for number in chats:
            chat = Chat(number, "private", "UTC", due, due, minute=7 * 60, next_due_at=due)
            await save_chat(conn, chat)
            await subscribe(conn, number, [code], due)
