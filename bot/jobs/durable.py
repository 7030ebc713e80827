"""The work as durable jobs.

A slot (a moment's planning, a visit to the feeds), a chunk (what is ready in one shard) and a turn (some seconds of analysing
what the visits stored) are jobs whose id is their slot: however many processes tick at once, each is done once. A job that a
dead process left is done by another, and begins anew with what the database says.

No job ever fails: one that did would not be done again by itself, while the next slot comes soon.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import URL

from bot.errors import CommuniqueError
from bot.flows.pulse import Pulse
from bot.jobs import engine
from bot.jobs.work import SHARDS_AT_ONCE, Work

BRIEFINGS, DELIVERY, FEEDS, ANALYSIS = "briefings", "delivery", "feeds", "analysis"

ONE_AT_A_TIME = (BRIEFINGS, FEEDS, ANALYSIS)
"""Queues of which one job is under way, in whatever process. Two analyses would read the same articles."""

LOOK_EVERY = {BRIEFINGS: 0.5, DELIVERY: 0.25, FEEDS: 2.0, ANALYSIS: 1.0}
"""Seconds between looks into each queue: how long a job waits for no reason. An idle process pays for each look."""

PATIENCE = 20.0
"""Seconds that the end waits for jobs under way; as `bot.schedule.PATIENCE_SECONDS`."""

SHORT = 2.0
"""Seconds that make a slot: two processes that tick within them ask for the same job."""

WRITTEN_WITHIN = 2.0
"""Seconds that the end waits for what has ended to be written down; a job that is not is begun anew at the next start."""

AGAIN = 5.0
"""Seconds after which a task that has not heard that it is to end is told again."""

TIDY_EVERY = 600.0
CHECK_EVERY = 15.0
"""Seconds between looks whether a job counts as under way here and is not. Seen twice, it is begun anew: its end, or its
beginning, could not be written down."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Now:
    """The work of this process, and its jobs under way: DBOS knows jobs by name, and one process runs one bot."""

    work: Work | None = None
    jobs: set[str] = field(default_factory=set)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


_now = _Now()


async def _guarded(job: str, do: Callable[[Work], Awaitable[object]]) -> None:
    """Do a part of the work; a failure is written down, and the next slot tries again."""
    work = _now.work
    if work is None:
        raise RuntimeError("a job came before the work was known")
    _now.jobs.add(job)
    try:
        await do(work)
    except CommuniqueError as error:
        log.error("a job failed and is tried again", job=job, reason=str(error))  # noqa: TRY400 - the reason says all
    except Exception:
        log.exception("a job failed and is tried again", job=job)
    finally:
        _now.jobs.discard(job)
        _now.ended.set()


@DBOS.workflow(name="briefings", max_recovery_attempts=None)
async def plan_slot(slot: str) -> None:
    """Plan all briefings that are due, and queue the shards they lie in."""

    async def plan(work: Work) -> None:
        await work.plan()
        for shard in await work.ready():
            await _queue_chunk(shard, slot)

    await _guarded(f"briefings-{slot}", plan)


@DBOS.workflow(name="delivery", max_recovery_attempts=None)
async def send_chunk(shard: int, slot: str) -> None:
    """Send what is ready in a shard."""
    await _guarded(f"delivery-{shard}-{slot}", lambda work: work.send(shard))


@DBOS.workflow(name="feeds", max_recovery_attempts=None)
async def visit_feeds(slot: str) -> None:
    """Visit the feeds that are due, and store what they bring."""
    await _guarded(f"feeds-{slot}", lambda work: work.visit())


@DBOS.workflow(name="analysis", max_recovery_attempts=None)
async def analyse_turn(slot: str, turn: int) -> None:
    """Analyse for some seconds what is stored and was not; if more is left, queue the next turn, which any process may take."""

    async def analyse(work: Work) -> None:
        await work.analyse()
        if await work.is_behind():
            await _queue_turn(slot, turn + 1)

    await _guarded(_turn(slot, turn), analyse)


@dataclass(slots=True)
class Ticks:
    """What is done at a tick: see whether there is work, and queue it."""

    work: Work
    is_first_plan: bool = True

    async def briefings(self) -> None:
        """Queue the planning, if any briefing is due, and at the start: what keeps itself right beside it may wait."""
        if self.is_first_plan or await self.work.is_due():
            await _queue(BRIEFINGS, f"briefings-{self._slot()}", plan_slot, self._slot())
            self.is_first_plan = False

    async def delivery(self) -> None:
        """Queue each shard with something to send that is not queued already."""
        ready = await self.work.ready()
        if not ready:
            return
        queued = {job.split("-")[1] for job in await engine.waiting(DELIVERY)}
        slot = self._slot()
        for shard in ready:
            if str(shard) not in queued:
                await _queue_chunk(shard, slot)

    async def feeds(self) -> None:
        """Queue a visit to the feeds, if any is due."""
        if await self.work.feeds_due():
            await _queue(FEEDS, f"feeds-{self._slot()}", visit_feeds, self._slot())

    async def analysis(self) -> None:
        """Queue a turn of analysis, if any article waits: just stored, left by a process that died, or for newer rules."""
        if await self.work.is_behind() and not await engine.waiting(ANALYSIS):
            await _queue_turn(self._slot(), 0)

    def _slot(self) -> str:
        return str(int(self.work.desk.now().timestamp() / SHORT))


async def _queue(queue: str, job: str, do: Callable[[str], Coroutine[Any, Any, None]], slot: str) -> None:
    if not await engine.waiting(queue):
        with SetWorkflowID(job):
            await DBOS.enqueue_workflow_async(queue, do, slot)


def _turn(slot: str, turn: int) -> str:
    return f"analysis-{slot}-{turn}"


async def _queue_turn(slot: str, turn: int) -> None:
    with SetWorkflowID(_turn(slot, turn)):
        await DBOS.enqueue_workflow_async(ANALYSIS, analyse_turn, slot, turn)


async def _queue_chunk(shard: int, slot: str) -> None:
    with SetWorkflowID(f"delivery-{shard}-{slot}"), SetEnqueueOptions(queue_partition_key=str(shard)):
        await DBOS.enqueue_workflow_async(DELIVERY, send_chunk, shard, slot)


@asynccontextmanager
async def durable(
    work: Work, pulse: Pulse, url: URL, roles: frozenset[str], displaced: Callable[[], None]
) -> AsyncIterator[Ticks]:
    """Do the jobs of `roles` for the length of the block; then finish those under way.

    A role is the name of a queue; who visits feeds analyses too. `url` says where the jobs are kept. Raises SettingError where
    another process lives under our name.
    """
    await pulse.begin()
    # An event belongs to the loop it is first waited for in.
    _now.work, _now.jobs, _now.ended = work, set(), asyncio.Event()
    opened = engine.launch(url, pulse.name, sorted(_queues(roles)))
    await _register()
    beating = asyncio.create_task(pulse.live(engine.take_over, displaced))
    tidying = asyncio.create_task(_again(TIDY_EVERY, lambda: _tidy(work, pulse)))
    checking = asyncio.create_task(_again(CHECK_EVERY, _Check(pulse.name)))
    background = (beating, tidying, checking)
    try:
        yield Ticks(work)
    finally:
        is_done = await _finish()
        await _be_written_down(pulse.name)
        await _end(background)
        await engine.destroy(opened)
        _now.work = None
        if is_done:
            with suppress(CommuniqueError):
                await pulse.end()


def _queues(roles: frozenset[str]) -> frozenset[str]:
    return roles | {ANALYSIS} if FEEDS in roles else roles


async def _register() -> None:
    await DBOS.register_queue_async(
        DELIVERY,
        partition_concurrency=1,
        worker_concurrency=SHARDS_AT_ONCE,
        polling_interval_sec=LOOK_EVERY[DELIVERY],
        on_conflict="always_update",
    )
    for queue in ONE_AT_A_TIME:
        await DBOS.register_queue_async(
            queue, global_concurrency=1, polling_interval_sec=LOOK_EVERY[queue], on_conflict="always_update"
        )


async def _finish() -> bool:
    """Wait for the jobs under way, for `PATIENCE` at most; False where some are left."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while _now.jobs:
                _now.ended.clear()
                await _now.ended.wait()
    return not _now.jobs


async def _be_written_down(worker: str) -> None:
    """Wait, for `WRITTEN_WITHIN` at most, until DBOS has written that our jobs have ended: what it writes later, it cannot."""
    with suppress(TimeoutError):
        async with asyncio.timeout(WRITTEN_WITHIN):
            while await engine.begun_by(worker):  # noqa: ASYNC110 - what is waited for stands in a database
                await asyncio.sleep(WRITTEN_WITHIN / 40)


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    living = set(tasks)
    while living:
        for task in living:
            # Again where need be: a library that fails while it is cancelled can take the cancellation with it.
            task.cancel()
        _, living = await asyncio.wait(living, timeout=AGAIN)


async def _again(every: float, do: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await do()
        except CommuniqueError as error:
            log.warning("the jobs could not be looked after; trying again", reason=str(error))
        except Exception:
            log.exception("the jobs could not be looked after; trying again")
        await asyncio.sleep(every)


async def _tidy(work: Work, pulse: Pulse) -> None:
    """Remove what has ended, and see to jobs whose worker left no trace."""
    await engine.forget_ended()
    await work.tidy()
    await pulse.miss(await engine.owners())


@dataclass(slots=True)
class _Check:
    """Finds jobs that are nobody's though they count as ours."""

    worker: str
    suspects: frozenset[str] = frozenset()

    async def __call__(self) -> None:
        begun = await engine.begun_by(self.worker)
        lost = {job: queue for job, queue in begun.items() if job not in _now.jobs}
        await engine.begin_anew({job: queue for job, queue in lost.items() if job in self.suspects})
        self.suspects = frozenset(lost)
