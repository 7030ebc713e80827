"""What is to be done, by turns: plan the briefings that are due, send what is ready, visit the feeds, analyse what they bring.

Whoever calls these may do so from as many processes as it likes, and be killed at any point.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from time import monotonic

import structlog

from bot.flows.backlog import Backlog
from bot.flows.deliver import Post, Round, send_ready, sweep
from bot.flows.desk import Desk
from bot.flows.outlook import Outlook
from bot.flows.plan import plan_due
from bot.flows.rounds import due_slots, forget_old_rounds, shards_with_work, told_rounds
from bot.flows.settling import Ledger

CHUNK = 10.0
"""Seconds after which a shard makes room for another that waits: long beside the second that a change takes, short beside
the lateness a reader notices."""

TURN = 10.0
"""Seconds after which an analysis hands in what it has and lets another process have the next turn. With what is under way by
then it ends within the patience of a process that is told to stop; a crash repeats less."""

SHARDS_AT_ONCE = 8
"""Shards that one process sends at a time."""

LEAST_EACH, FRAMES = 6, 10
"""Sends under way in each of them at most: a tenth of a second's messages, six at least, so that one claim takes several. All
together then carry answers of 0.4 s at any pace; most of them wait for their place, and a crash repeats only what had left."""


def sends_at_once(pace: float) -> int:
    """How many sends are under way at most where `pace` messages go each second."""
    return SHARDS_AT_ONCE * _each(pace)


def _each(pace: float) -> int:
    return max(LEAST_EACH, round(pace / FRAMES))


log = structlog.get_logger()


@dataclass(slots=True)
class Work:
    """The work of one process, as the worker `worker`."""

    desk: Desk
    post: Post
    worker: str
    pace: float
    grace: timedelta
    visit: Callable[[], Awaitable[object]]
    feeds_due: Callable[[], Awaitable[bool]]
    stopping: Callable[[], bool]
    report: Callable[[Round], Awaitable[None]]
    backlog: Backlog = field(kw_only=True)
    outlook: Outlook = field(default_factory=Outlook)
    sending: set[int] = field(default_factory=set)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        """All shards write by one ledger."""
        self.ledger = Ledger(self.desk)

    async def plan(self) -> None:
        """Plan every briefing that is due."""
        await plan_due(self.desk, self.grace)

    async def is_due(self) -> bool:
        """Whether any briefing is to be planned, or to be planned anew."""
        return await due_slots(self.desk, self.grace)

    async def ready(self) -> tuple[int, ...]:
        """The shards in which something may be sent; none while sending is held."""
        if self.outlook.is_held(self.desk.now()) or self.stopping():
            return ()
        return await shards_with_work(self.desk, self.grace)

    async def send(self, shard: int) -> None:
        """Send what is ready in `shard`, for `CHUNK` seconds where others wait; then in others that wait.

        Two may be at one shard: what is claimed by one is left by the other, and no claim passes an earlier message of
        the same chat.
        """
        here: int | None = shard
        while here is not None and here not in self.sending and not self.stopping():
            self.sending.add(here)
            try:
                waiting = await self._send_shard(here)
            finally:
                self.sending.discard(here)
            # Not all processes to the same.
            here = random.choice(waiting) if waiting else None  # noqa: S311 - nobody is to be kept from guessing

    async def _send_shard(self, shard: int) -> list[int]:
        """Send what is ready in `shard`; give the shards that wait for someone."""
        while True:
            await self._round(shard, partial(self._is_over, monotonic() + CHUNK))
            ready = set(await self.ready())
            waiting = sorted(ready - self.sending)
            if waiting or shard not in ready:
                return waiting

    def _is_over(self, until: float) -> bool:
        return self.stopping() or monotonic() >= until

    async def send_all(self) -> None:
        """Send everything that is ready, in this process alone."""
        await self._round(None, self.stopping)

    def _some(self) -> int:
        """How many sends of a shard are under way: not as many in each, or all shards would come to their ends at once."""
        most = _each(self.pace)
        return random.randint(max(LEAST_EACH, most // 2), most)  # noqa: S311 - nobody is to be kept from guessing

    async def is_behind(self) -> bool:
        """Whether any article waits to be analysed that this process would take on."""
        return not self.stopping() and await self.backlog.is_waiting()

    async def analyse(self) -> None:
        """Analyse what waits, for `TURN` seconds."""
        if not self.stopping():
            await self.backlog.work_off(partial(self._is_over, monotonic() + TURN))

    async def tidy(self) -> None:
        """Remove what nobody needs any more."""
        await sweep(self.desk)
        await forget_old_rounds(self.desk)

    async def _round(self, shard: int | None, stopping: Callable[[], bool]) -> None:
        done = await send_ready(
            self.desk,
            self.post,
            self.worker,
            stopping,
            shard,
            at_once=sends_at_once(self.pace) if shard is None else self._some(),
            grace=self.grace,
            outlook=self.outlook,
            ledger=self.ledger,
        )
        if done.late:
            log.info("a round of sending has ended", shard=shard, sent=done.sent, **told_rounds(done))
        await self.report(done)
