"""The work as durable jobs, on both databases: done once, in order, and by another where its worker died."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from structlog.testing import capture_logs

from bot.delivery.outcome import Gone, Outcome, Throttled
from bot.errors import StorageError
from bot.flows.backlog import Backlog
from bot.flows.deliver import Letter, Round
from bot.flows.desk import Desk
from bot.flows.pulse import Pulse
from bot.jobs import durable as jobs
from bot.jobs import engine
from bot.jobs.durable import Ticks, durable
from bot.jobs.work import Work
from bot.model import Chat
from storage import Storage
from storage.chats import save_chat
from storage.deliveries import count_open
from storage.engine import beside
from storage.heartbeats import list_heartbeats
from tests.flows.chats import PostOffice, desk_of
from tests.flows.marks import Here
from tests.ledger import plan

DUE = datetime(2026, 3, 16, 7, tzinfo=UTC)
EVERY = frozenset({"briefings", "delivery", "feeds"})


def nothing_else(_: object = None) -> None:
    """What is not looked at."""


@dataclass
class Bench:
    """A database, a post, and how often each part of the work was done."""

    storage: Storage
    url: str
    post: PostOffice = field(default_factory=PostOffice)
    planned: int = 0
    visited: int = 0
    is_due: bool = False
    feeds_due: bool = False
    stopping: bool = False
    planning: Callable[[], Awaitable[None]] | None = None
    step: timedelta = timedelta(seconds=10)
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def desk(self) -> Desk:
        # Another slot at each look.
        return desk_of(self.storage, lambda: DUE + next(self.numbers) * self.step)  # type: ignore[arg-type]

    def work(self) -> Work:
        bench = self

        class Counted(Work):
            async def plan(self) -> None:
                bench.planned += 1
                if bench.planning:
                    await bench.planning()

            async def is_due(self) -> bool:
                return bench.is_due

        async def visit() -> None:
            bench.visited += 1
            bench.feeds_due = False

        async def feeds_due() -> bool:
            return bench.feeds_due

        async def report(_: Round) -> None:
            nothing_else()

        return Counted(
            self.desk,
            self.post,
            "w",
            28.0,
            timedelta(hours=6),
            visit,
            feeds_due,
            lambda: self.stopping,
            report,
            backlog=Backlog(self.storage, Here(), self.desk.now),
        )

    def serving(
        self, name: str = "w", dead_after: float = 20.0, displaced: Callable[[], None] = nothing_else
    ) -> AbstractAsyncContextManager[Ticks]:
        pulse = Pulse(self.desk, name, "all", every=0.05, dead_after=dead_after, watched_for=0.3)
        return durable(self.work(), pulse, beside(self.url, ".jobs.db"), EVERY, displaced)

    async def enrol(self, *chats: int, parts: int = 1) -> None:
        async with self.storage.write() as conn:
            for chat in chats:
                await save_chat(conn, Chat(chat, "private", "UTC", DUE, DUE))
                texts = [f"{part} of {chat}" for part in range(parts)]
                await plan(conn, [chat], DUE.date(), briefing=str(chat), parts=texts, due_at=DUE)

    async def open(self) -> int:
        async with self.storage.read() as conn:
            return await count_open(conn)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return once something holds that comes by itself."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - what is waited for stands in a database
            await asyncio.sleep(0.02)


@pytest.fixture
def bench(storage: Storage, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Bench:
    # Whoever reads mail does not notice these waits; twenty tests do.
    monkeypatch.setattr(jobs, "LOOK_EVERY", dict.fromkeys(jobs.LOOK_EVERY, 0.05))
    monkeypatch.setattr(engine, "NAP", 0.05)
    if database_url.startswith("postgresql"):
        # Jobs of an earlier test would be done in this one.
        _drop_jobs(database_url)
    return Bench(storage, database_url)


def _drop_jobs(url: str) -> None:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute(f"DROP SCHEMA IF EXISTS {engine.SCHEMA} CASCADE")


@pytest.mark.asyncio
async def test_what_is_ready_is_sent_once_and_in_order_however_often_it_is_ticked(bench: Bench) -> None:
    chats = [*range(1, 31), 64 + 1, 128 + 1]
    # So many looks are made that longer steps would take the claims past their end.
    bench.step = timedelta(milliseconds=50)
    await bench.enrol(*chats, parts=3)
    async with bench.serving() as ticks:

        async def is_sent() -> bool:
            await asyncio.gather(ticks.delivery(), ticks.delivery())
            return not await bench.open()

        await until(is_sent)
    assert len(bench.post.sent) == 3 * len(chats)
    for chat in chats:
        assert bench.post.texts(chat) == [f"{part} of {chat}" for part in range(3)]
    async with bench.storage.read() as conn:
        assert await list_heartbeats(conn) == (), "an orderly end leaves no trace"


@pytest.mark.asyncio
async def test_a_slot_is_planned_once_and_its_chunks_are_queued(bench: Bench) -> None:
    bench.is_due = True
    at = DUE

    async def planning() -> None:
        bench.is_due = False
        await bench.enrol(7)

    bench.planning = planning
    fixed = Desk(bench.storage, bench.desk.compute, lambda: at)
    async with bench.serving() as ticks:
        ticks.work.desk = fixed
        # Both before the first is done: the id of the slot is the same.
        await asyncio.gather(ticks.briefings(), ticks.briefings())

        async def is_sent() -> bool:
            return bench.post.chats() == [7]

        await until(is_sent)
    assert bench.planned == 1


@pytest.mark.asyncio
async def test_the_feeds_are_visited_once_when_any_is_due(bench: Bench) -> None:
    async with bench.serving() as ticks:
        await ticks.feeds()
        assert await engine.waiting("feeds") == frozenset()
        bench.feeds_due = True
        for _ in range(3):
            await ticks.feeds()

        async def is_visited() -> bool:
            return bench.visited == 1

        await until(is_visited)
        await ticks.feeds()
    assert bench.visited == 1


@pytest.mark.asyncio
async def test_no_chat_makes_a_job_fail_and_a_fault_is_written_down(bench: Bench) -> None:
    await bench.enrol(1, 2, 65)
    bench.post.answers(1, RuntimeError("a fault of ours"))
    bench.post.answers(65, Throttled(timedelta(days=1)))
    bench.post.answers(2, Gone("bot was blocked by the user"))
    with capture_logs() as logs:
        async with bench.serving() as ticks:

            async def is_tried() -> bool:
                await ticks.delivery()
                return len(bench.post.sent) >= 3 and not await engine.waiting("delivery")

            await until(is_tried)
    assert [each["event"] for each in logs if each["log_level"] == "error"] == [
        "a job failed and is tried again"
    ]


@pytest.mark.asyncio
async def test_the_jobs_of_a_dead_worker_are_done_by_another(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.is_due = True
    hanging: list[asyncio.Task[object] | None] = []

    async def hang() -> None:
        hanging.append(asyncio.current_task())
        await asyncio.Event().wait()

    async def is_begun() -> bool:
        return bool(hanging)

    bench.planning = hang
    with monkeypatch.context() as impatient:
        impatient.setattr(jobs, "PATIENCE", 0.01)
        impatient.setattr(jobs, "WRITTEN_WITHIN", 0.01)
        async with bench.serving("dead") as ticks:
            await ticks.briefings()
            await until(is_begun)
    # Left as a kill leaves it: begun, and its worker not heard of any more.
    for task in filter(None, hanging):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    bench.planning = None
    async with bench.serving("alive", dead_after=0.5):

        async def is_done() -> bool:
            return bench.planned == 2 and await engine.begun_by("dead") == {}

        await until(is_done)
    async with bench.storage.read() as conn:
        assert await list_heartbeats(conn) == ()


@pytest.mark.asyncio
async def test_a_job_that_is_nobodys_though_it_counts_as_ours_is_begun_anew(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "CHECK_EVERY", 0.2)
    bench.is_due = True

    async def forgotten() -> None:
        # Its end is never written down, as where the disk is full.
        await asyncio.sleep(0)
        raise asyncio.CancelledError

    bench.planning = forgotten
    async with bench.serving() as ticks:
        await ticks.briefings()

        async def is_begun() -> bool:
            return bench.planned == 1

        await until(is_begun)
        bench.planning = None

        async def is_done() -> bool:
            return bench.planned == 2 and await engine.begun_by("w") == {}

        await until(is_done)


@pytest.mark.asyncio
async def test_a_database_out_of_reach_is_said_and_the_next_tick_tries_again(bench: Bench) -> None:
    bench.is_due = True

    async def fails() -> None:
        raise StorageError("It cannot be reached.")

    bench.planning = fails
    with capture_logs() as logs:
        async with bench.serving() as ticks:

            async def is_tried() -> bool:
                await ticks.briefings()
                return bench.planned >= 2

            await until(is_tried)
    errors = [each for each in logs if each["log_level"] == "error"]
    assert {each["reason"] for each in errors} == {"It cannot be reached."}


@pytest.mark.asyncio
async def test_jobs_that_ended_long_ago_are_forgotten(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.feeds_due = True
    async with bench.serving() as ticks:
        await ticks.feeds()

        async def is_visited() -> bool:
            return bench.visited == 1 and not await engine.waiting("feeds")

        await until(is_visited)
        await engine.forget_ended()
        assert await _remembered() == 1
        monkeypatch.setattr(engine, "DONE_FOR", timedelta(seconds=-5))
        await engine.forget_ended()
        assert await _remembered() == 0


async def _remembered() -> int:
    from dbos import DBOS  # noqa: PLC0415

    return len(await DBOS.list_workflows_async())


@pytest.mark.asyncio
async def test_a_second_process_of_the_same_name_is_refused(bench: Bench) -> None:
    from bot.errors import SettingError  # noqa: PLC0415

    async with bench.serving("twin"):
        with pytest.raises(SettingError, match="COMMUNIQUE_WORKER"):
            await Pulse(bench.desk, "twin", "all", watched_for=0.3).begin()


@asynccontextmanager
async def _idle() -> AsyncIterator[None]:
    yield


@pytest.mark.asyncio
async def test_who_is_told_to_stop_ends_what_is_under_way_and_leaves_the_rest(bench: Bench) -> None:
    await bench.enrol(*range(1, 200))
    begun = asyncio.Event()

    async def slow(letter: Letter) -> Outcome:
        begun.set()
        await asyncio.sleep(0.02)
        return await bench.post(letter)

    async with bench.serving() as ticks:
        ticks.work.post = slow
        await ticks.delivery()
        async with asyncio.timeout(60):
            await begun.wait()
        bench.stopping = True
    left = await bench.open()
    assert left == 199 - len(bench.post.sent) > 0
    async with bench.storage.read() as conn:
        assert await list_heartbeats(conn) == ()
