"""When which flow runs. APScheduler only ticks: what is due lives in storage, so a tick missed or doubled does no harm."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import CommuniqueError

PLAN_EVERY = timedelta(seconds=10)
"""How late a briefing may begin for want of a tick; a tick that finds nothing due costs one indexed query."""

SEND_EVERY = timedelta(seconds=2)
POLL_EVERY = timedelta(seconds=60)
"""How often to look which feeds are due; how often a feed is asked is its own affair (`flows.poll_plan`)."""

ANALYSE_EVERY = timedelta(seconds=10)
"""How long news waits to be analysed for want of a tick; one that finds nothing walks through an index,
0.07 s for a million articles."""

GRACE_SECONDS = 3600
"""A tick this late still counts: the library's own second drops it after any hiccup (APScheduler 3, misfire_grace_time)."""

PATIENCE_SECONDS = 20
"""How long the end waits for what is under way: two sends with their longest time-outs, and less than the 90 s after
which service managers kill."""

log = structlog.get_logger()

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Task:
    """A flow that runs again and again, never beside itself."""

    name: str
    every: timedelta
    work: Work


class Clockwork:
    """Runs `tasks` in the event loop for the length of its `async with`, all from its beginning."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: set[asyncio.Task[None]] = set()
        for task in tasks:
            self._scheduler.add_job(
                self._tick,
                "interval",
                args=[task],
                seconds=task.every.total_seconds(),
                id=task.name,
                next_run_time=datetime.now(UTC),
                misfire_grace_time=GRACE_SECONDS,
                coalesce=True,
                max_instances=1,
            )

    async def __aenter__(self) -> Self:
        self._scheduler.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Begin nothing new, and let what runs end by itself, for `PATIENCE_SECONDS` at most."""
        self._scheduler.shutdown(wait=False)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=PATIENCE_SECONDS)
            for task in late:
                task.cancel()
            if late:
                # So that each lets go of its connection before the database is closed.
                await asyncio.wait(late, timeout=PATIENCE_SECONDS)
            # What they work with is closed after this.
            await asyncio.gather(*late, return_exceptions=True)

    async def _tick(self, task: Task) -> None:
        running = asyncio.create_task(_run(task))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        # The scheduler cancels its jobs when it is shut down; a message under way must rather be settled.
        with suppress(asyncio.CancelledError):
            await asyncio.shield(running)


async def _run(task: Task) -> None:
    """Run `task`; a failure is written down and leaves the next tick as it was."""
    try:
        await task.work()
    except CommuniqueError as error:
        log.error("a task failed and is tried again", task=task.name, reason=str(error))  # noqa: TRY400 - the reason says all
    except Exception:
        log.exception("a task failed and is tried again", task=task.name)
