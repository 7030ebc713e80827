"""A worker of the role `feeds` whose analyser finds marks: within a test, or as a process of its own.

    python -m tests.jobs.newsroom URL NAME SECONDS

The process prints the name of each article that it reads, takes another that is not heard of for so many seconds for dead,
and ends with its standard input.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta

from bot.flows import backlog as flow
from bot.flows import tasks
from bot.flows.backlog import Backlog
from bot.flows.ingest import take_in
from bot.flows.intake import Batch
from bot.flows.logs import configure_logs
from bot.flows.pulse import Pulse
from bot.jobs import durable as jobs
from bot.jobs import engine
from bot.jobs import work as turns
from bot.jobs.durable import Ticks, durable
from bot.jobs.work import Work
from bot.model import Analysis, Article, FeedItem
from storage import Storage, open_storage
from storage.articles import waiting
from storage.engine import beside
from tests.flows.chats import PostOffice, desk_of
from tests.flows.marks import Here, MarkedAnalyser

VERSION = MarkedAnalyser().version
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
FEEDS = frozenset({"feeds"})


def items(number: int) -> tuple[FeedItem, ...]:
    """Articles that are nobody's copies; every third tells of a call that others tell of too."""
    return tuple(
        FeedItem(
            f"n{each}",
            f"[{'call RU|TR' if each % 3 == 0 else 'statement FR'} 2024-05-{1 + each % 28:02}] Report {each}.",
            source=f"{each}.example",
        )
        for each in range(number)
    )


async def batches(given: Iterable[FeedItem]) -> AsyncIterator[Batch]:
    """Give items as read from files."""
    yield Batch(tuple(given), (), (), replayed=True)


async def store(storage: Storage, given: Iterable[FeedItem]) -> None:
    """Leave articles to be analysed, as a visit to their feed does."""
    await take_in(storage, Here(), batches(given), now=NOW)


async def left(storage: Storage) -> int:
    """How many articles wait."""
    async with storage.read() as conn:
        return len(await waiting(conn, VERSION, limit=10_000))


async def nothing(*_: object) -> None:
    """Do nothing."""


async def never() -> bool:
    """Find nothing due."""
    return False


class Hindered(Backlog):
    """Counts its turns; before each something may happen."""

    turns = 0
    hindrance: Callable[[], Awaitable[None]] = staticmethod(nothing)

    async def work_off(self, is_over: Callable[[], bool]) -> None:
        self.turns += 1
        await self.hindrance()
        await super().work_off(is_over)


def backlog_of(storage: Storage) -> Hindered:
    """What waits there, read within this process."""
    return Hindered(storage, Here(), lambda: datetime.now(UTC))


def work_of(
    storage: Storage,
    backlog: Backlog | None = None,
    *,
    visit: Callable[[], Awaitable[object]] = nothing,
    feeds_due: Callable[[], Awaitable[bool]] = never,
    stopping: Callable[[], bool] = lambda: False,
) -> Work:
    """Work of which only what concerns the news is looked at."""
    return Work(
        desk_of(storage, lambda: datetime.now(UTC)),  # type: ignore[arg-type]
        PostOffice(),
        "w",
        28.0,
        timedelta(hours=6),
        visit,
        feeds_due,
        stopping,
        nothing,
        backlog=backlog or backlog_of(storage),
    )


def serving(
    work: Work, url: str, name: str = "w", dead_after: float = 20.0
) -> AbstractAsyncContextManager[Ticks]:
    """Do this work as jobs."""
    pulse = Pulse(work.desk, name, "feeds", every=0.1, dead_after=dead_after, watched_for=0.3)
    return durable(work, pulse, beside(url, ".jobs.db"), FEEDS, lambda: None)


class _Told(MarkedAnalyser):
    """Takes its time, and says what it reads."""

    def analyse(self, articles: Iterable[tuple[Article, date | None]]) -> Iterator[Analysis]:
        for article, reference in articles:
            sys.stdout.write(f"{article.name}\n")
            sys.stdout.flush()
            time.sleep(0.01)
            yield from super().analyse([(article, reference)])


async def _serve(url: str, name: str, dead_after: str) -> None:
    analyser = _Told()
    tasks._analyser = lambda _model: analyser  # type: ignore[assignment]
    tasks.choose_model("marks")
    jobs.LOOK_EVERY = dict.fromkeys(jobs.LOOK_EVERY, 0.05)
    engine.NAP = 0.05
    # So that there are many turns, and each may be another's.
    flow.PLACED_AT_ONCE, flow.ANALYSED_AT_ONCE, turns.TURN = 8, 4, 0.0  # type: ignore[attr-defined]
    configure_logs("WARNING")
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    async with (
        await open_storage(url) as storage,
        serving(work_of(storage, stopping=ended.done), url, name, float(dead_after)) as ticks,
    ):
        while not ended.done():
            await ticks.analysis()
            await asyncio.wait([ended], timeout=0.1)


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[1:]))
