"""The pace of a bot that runs as several processes: all take their places from one budget.

Places are asked for some at a time, as many as broadcasts wait, and each message goes at the instant of its own place.
Messages of two processes so fall between each other, as evenly as those of one. A reply waits for no answer of the
budget: it takes a place that is at hand, or else goes at once, and what it used is told with the next asking.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from math import inf
from typing import Protocol

import structlog

from bot.delivery.pace import GROUP, PRIVATE, Paces, Precedence, Rate
from bot.errors import CommuniqueError

AHEAD = 0.25
"""Seconds' worth of places that are asked for at most: four askings a second keep the budget's row nearly idle, and what a
process that dies leaves unused is a quarter of a second."""

IN_TIME = 0.1
"""So many seconds before the last place at hand the next ones are asked for: longer than a database takes to answer."""

LATE = 0.05
"""A place that was missed by more is given up, but for one: used later, it would crowd the second in which it is. By 5% of
a second, no second holds more than 105% of the budget."""

SETTLED_WITHIN = 1.0
"""Seconds after which replies are told to the budget where no broadcast asks."""

AGAIN = 1.0
"""Seconds until a budget that could not answer is asked again."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Grant:
    """Places granted: the first lies `wait` seconds from now, the others each `interval` seconds after the one before."""

    wait: float
    interval: float


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
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking = False
        self._settling: asyncio.TimerHandle | None = None

    def opens(self, now: float, precedence: Precedence = Precedence.BROADCAST) -> float:
        """As `Paces.opens`; infinity for a broadcast where no place is at hand."""
        if self.budget is None:
            return super().opens(now, precedence)
        while len(self._places) > 1 and self._places[0] < now - LATE:
            self._places.popleft()
        if self._places:
            return max(now, self._places[0], self._all.parked)
        return super().opens(now, precedence) if precedence is Precedence.REPLY else inf

    def spend(self, now: float) -> None:
        """Take a place that is at hand, or note that one is owed."""
        super().spend(now)
        if self._places and self._places[0] <= now:
            self._places.popleft()
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
            grant = await budget.take(places, owed)
        except CommuniqueError:
            self._owed += owed
            await asyncio.sleep(AGAIN)
            raise
        else:
            first = asyncio.get_running_loop().time() + grant.wait
            self._places.extend(first + number * grant.interval for number in range(places))
        finally:
            self._asking = False
            move()

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
