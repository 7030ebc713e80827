"""The pace of a bot that runs as several processes: all take their places from one budget.

Places are asked for some at a time, as many as broadcasts wait, and each message goes at the instant of its own place.
Messages of two processes so fall between each other, as evenly as those of one. A reply waits for no answer of the
budget: it takes a place that is at hand, or else goes at once, and what it used is told with the next asking.
"""

import asyncio
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from math import inf
from typing import Protocol

import structlog

from bot.delivery.pace import GROUP, PRIVATE, Paces, Precedence, Rate
from bot.errors import CommuniqueError

AHEAD = 0.5
"""Seconds' worth of places that are asked for at most: some askings a second keep the budget's row nearly idle, and what a
process that dies leaves unused is half a second."""

IN_TIME = 0.3
"""So many seconds before the last place at hand the next ones are asked for: longer than a busy database takes to
answer."""

LATE = 0.02
"""A place that was missed by more is given up, but for one, where other processes take places too: used later, it would crowd
the second in which it is. By 2% of a second, so that with what the way to Telegram adds none holds more than 105%."""

CATCHING_UP = 0.965
"""A process that takes all places itself gives none up: it uses what it missed at this part of the usual distance, which makes
104% of the budget in any second, `JITTER` included, and one message more."""

JITTER = 0.005
"""Seconds by which a timer may come late without the next message's waiting for it."""

STALE = 1.0
"""Seconds after which it gives up what it missed all the same: it has stood still, or slept."""

COMPARED = 64
"""So many answers of the budget are compared to tell its clock from ours: half a minute's at full speed, so that a clock that
was set is soon believed, and enough that one of them came at once."""

LEARNED = 4
"""Answers that are compared before any place is used: the first takes long."""

WARM_UP, COLD_AFTER = 1.0, 5.0
"""Seconds in which a process uses every other of its places, and seconds without a broadcast after which it does: its first
requests are held up by new connections, and sent at full speed would arrive together."""

SETTLED_WITHIN = 1.0
"""Seconds after which replies are told to the budget where no broadcast asks."""

AGAIN = 1.0
"""Seconds until a budget that could not answer is asked again."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Grant:
    """Places granted, in seconds of the budget's clock, which said `now`: from `first` on, `interval` after each other.

    Those before them that were owed begin at `begin`; the next after them, whoever takes it, is at `end`.
    """

    now: float
    begin: float
    first: float
    interval: float
    end: float


class Budget(Protocol):
    """What all processes share."""

    async def take(self, places: int, owed: int) -> Grant:
        """Grant `places` in a row, counting `owed` more that were used without asking. Raises CommuniqueError."""
        ...

    async def slow_down(self, pause: float) -> None:
        """Let all wait `pause` seconds and then go on more slowly. Raises CommuniqueError."""
        ...


class SharedPaces(Paces):
    """As `Paces`, but the limit of all chats together is that of `budget`; without one yet, its own."""

    def __init__(self, per_second: float, private: Rate = PRIVATE, group: Rate = GROUP) -> None:
        super().__init__(per_second, private, group)
        self.budget: Budget | None = None
        self._most = max(1, round(per_second * AHEAD))
        self._places: deque[float] = deque()
        self._owed = 0
        self._end = self._evenly = -inf
        self._distance = 0.0
        self._alone = False
        self._warm_at = self._used = -inf
        self._seen: deque[float] = deque(maxlen=COMPARED)
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking = False
        self._settling: asyncio.TimerHandle | None = None

    def opens(self, now: float, precedence: Precedence = Precedence.BROADCAST) -> float:
        """As `Paces.opens`; infinity for a broadcast where no place is at hand."""
        if self.budget is None:
            return super().opens(now, precedence)
        oldest = now - (STALE if self._alone else LATE)
        while len(self._places) > 1 and self._places[0] < oldest:
            self._places.popleft()
        if self._places:
            evenly = self._evenly if self._alone else now
            return max(now, self._places[0], evenly, self._all.parked)
        return super().opens(now, precedence) if precedence is Precedence.REPLY else inf

    def spend(self, now: float) -> None:
        """Take a place that is at hand, or note that one is owed."""
        super().spend(now)
        if self._places and self._places[0] <= now:
            self._places.popleft()
            self._used = now
            self._evenly = max(self._evenly, now - JITTER) + CATCHING_UP * self._distance
        else:
            self._owed += 1

    def slow_down(self, at: float) -> None:
        """Let every process wait until `at` and go on more slowly."""
        super().slow_down(at)
        self._places.clear()
        if self.budget:
            pause = max(0.0, at - asyncio.get_running_loop().time())
            self._begin(self.budget.slow_down(pause))

    def expect(self, broadcasts: int, move: Callable[[], None]) -> None:
        """Ask for places where those at hand will not do, and call `move` when they have come."""
        if self.budget is None or self._asking:
            return
        loop = asyncio.get_running_loop()
        wanted = min(broadcasts, self._most) - len(self._places)
        if wanted > 0 and (not self._places or self._places[-1] < loop.time() + IN_TIME):
            self._asking = True
            self._begin(self._ask(self.budget, wanted, move))
        elif self._owed and not self._settling:
            self._settling = loop.call_later(SETTLED_WITHIN, self._settle, move)

    def close(self) -> None:
        """Ask no more."""
        if self._settling:
            self._settling.cancel()
        for task in self._tasks:
            task.cancel()

    def _settle(self, move: Callable[[], None]) -> None:
        self._settling = None
        if self.budget and self._owed and not self._asking:
            self._asking = True
            self._begin(self._ask(self.budget, 0, move))

    async def _ask(self, budget: Budget, places: int, move: Callable[[], None]) -> None:
        owed, self._owed = self._owed, 0
        try:
            while len(self._seen) < LEARNED:
                self._ahead((await budget.take(0, 0)).now)
            grant = await budget.take(places, owed)
        except CommuniqueError:
            self._owed += owed
            await asyncio.sleep(AGAIN)
            raise
        else:
            # Nobody else has taken places since.
            self._alone = grant.begin - self._end < grant.interval / 2
            self._end, self._distance = grant.end, grant.interval
            first = grant.first + self._ahead(grant.now)
            taken = [first + number * grant.interval for number in range(places)]
            if first - self._used > COLD_AFTER:
                self._used, self._warm_at = first, first + WARM_UP
            warm = bisect_left(taken, self._warm_at)
            self._places.extend((*taken[:warm:2], *taken[warm:]))
        finally:
            self._asking = False
            move()

    def _ahead(self, now: float) -> float:
        """By how much our clock is ahead of the budget's: what it seemed to be when an answer took the least time."""
        self._seen.append(asyncio.get_running_loop().time() - now)
        return min(self._seen)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        match task.exception():
            case CommuniqueError() as error:
                log.warning("the common pace could not be kept in step; trying again", reason=str(error))
            case Exception() as error:
                log.error("the common pace could not be kept in step", exc_info=error)
