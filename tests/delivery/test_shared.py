"""Several processes with one budget, in a time of its own."""

import asyncio
from bisect import bisect_right

import pytest

from bot.delivery.limiter import Limiter
from bot.delivery.pace import Precedence, Rate
from bot.delivery.shared import AGAIN, AHEAD, SETTLED_WITHIN, Grant, SharedPaces
from bot.errors import StorageError
from tests.delivery.test_limiter import Api, ask, now, run

RATE = 100.0
AHEAD_OF_OURS = 1e6
"""By how much the budget's clock is ahead of the processes'."""

FREE = Rate(interval=1e-6, burst=1000)
REPLY, BROADCAST = Precedence.REPLY, Precedence.BROADCAST


class Budget:
    """The common budget as the database keeps it."""

    def __init__(self, rate: float = RATE) -> None:
        self.interval = 1 / rate
        self.tat = 0.0
        self.asked: list[tuple[int, int]] = []
        self.slowed: list[float] = []
        self.failing = 0

    async def take(self, places: int, owed: int) -> Grant:
        await asyncio.sleep(0.002)
        if self.failing:
            self.failing -= 1
            raise StorageError("It cannot be reached.")
        if places or owed:
            self.asked.append((places, owed))
        begin = max(self.tat, now())
        first = begin + owed * self.interval
        self.tat = first + places * self.interval
        ahead = AHEAD_OF_OURS
        return Grant(now() + ahead, begin + ahead, first + ahead, self.interval, self.tat + ahead)

    async def slow_down(self, pause: float) -> None:
        self.slowed.append(pause)


def gate(budget: Budget, rate: float = RATE) -> Limiter:
    paces = SharedPaces(rate, FREE, FREE)
    paces.budget = budget
    return Limiter(paces)


def fullest(times: list[float]) -> int:
    """The most in any second."""
    return max(bisect_right(times, time + 1 - 1e-9) - index for index, time in enumerate(times))


def test_three_processes_together_keep_within_the_budget_and_use_it_up() -> None:
    api = Api()

    async def scene() -> None:
        budget = Budget()
        gates = [gate(budget) for _ in range(3)]
        crowd = (ask(gates[chat % 3], api, chat, BROADCAST) for chat in range(1, 1001))
        await asyncio.gather(*crowd)
        # Half a second more than it would take: in the first one every other place is left.
        assert now() == pytest.approx(10.5, rel=0.02)
        # As many as wait, and never more than half a second's: few askings for a thousand messages.
        assert max(places for places, _ in budget.asked) <= RATE * AHEAD

    run(scene())
    times = sorted(at for at, _ in api.calls)
    assert len(times) == 1000
    assert fullest(times) <= RATE * 1.05


def test_no_more_places_are_asked_for_than_broadcasts_wait() -> None:
    async def scene() -> None:
        budget = Budget()
        await asyncio.gather(*(ask(gate(budget), Api(), chat, BROADCAST) for chat in range(1, 4)))
        assert sum(places for places, _ in budget.asked) == 3

    run(scene())


def test_a_reply_waits_for_no_answer_of_the_budget_and_is_told_to_it_later() -> None:
    async def scene() -> None:
        budget, api = Budget(), Api()
        shared = gate(budget)
        await ask(shared, api, 1, REPLY)
        assert now() == 0
        assert budget.asked == []
        await asyncio.sleep(SETTLED_WITHIN + 0.1)
        assert budget.asked == [(0, 1)]

    run(scene())


def test_a_reply_overtakes_broadcasts_that_wait_for_their_places() -> None:
    async def scene() -> None:
        budget, api = Budget(10.0), Api()
        shared = gate(budget, 10.0)
        crowd = [asyncio.create_task(ask(shared, api, chat, BROADCAST)) for chat in range(1, 51)]
        await asyncio.sleep(2)
        before = now()
        await ask(shared, api, 900, REPLY)
        assert now() - before <= 0.11
        await asyncio.gather(*crowd)
        assert fullest([at for at, _ in api.calls]) <= 11

    run(scene())


def test_replies_and_broadcasts_of_other_processes_share_the_budget() -> None:
    api = Api()

    async def scene() -> None:
        budget = Budget()
        talking, sending = gate(budget), gate(budget)

        async def talk() -> None:
            for chat in range(5000, 5200):
                await ask(talking, api, chat, REPLY)
                await asyncio.sleep(0.02)

        await asyncio.gather(talk(), *(ask(sending, api, chat, BROADCAST) for chat in range(1, 401)))

    run(scene())
    times = sorted(at for at, _ in api.calls)
    # What replies used is told within a second, so that only the first of them come on top.
    assert len([time for time in times if 2 < time <= 5]) <= 3 * RATE * 1.05


def test_while_the_budget_does_not_answer_broadcasts_wait_and_replies_go() -> None:
    async def scene() -> None:
        budget, api = Budget(), Api()
        budget.failing = 3
        shared = gate(budget)
        crowd = [asyncio.create_task(ask(shared, api, chat, BROADCAST)) for chat in range(1, 4)]
        await asyncio.sleep(0.5)
        await ask(shared, api, 900, REPLY)
        assert [chat for _, chat in api.calls] == [900]
        await asyncio.gather(*crowd)
        assert 3 * AGAIN < now() < 3 * AGAIN + 1

    run(scene())


def test_a_flood_slows_all_processes_down() -> None:
    async def scene() -> None:
        budget, api = Budget(), Api({chat: [20] for chat in range(1, 4)})
        shared = gate(budget)
        crowd = (ask(shared, api, chat, BROADCAST) for chat in range(1, 10))
        await asyncio.gather(*crowd, return_exceptions=True)
        (pause,) = budget.slowed
        assert pause == pytest.approx(20, abs=0.1)

    run(scene())


@pytest.mark.parametrize("processes", [1, 2])
def test_what_was_missed_in_a_stall_is_not_crowded_together(processes: int) -> None:
    api = Api()

    async def scene() -> None:
        budget = Budget(1000.0)
        gates = [gate(budget, 1000.0) for _ in range(processes)]
        crowd = [
            asyncio.create_task(ask(gates[chat % processes], api, chat, BROADCAST)) for chat in range(1, 3001)
        ]
        await asyncio.sleep(1.5)
        for each in gates:
            # The loop stands still for a fifth of a second.
            paces = each._paces
            assert isinstance(paces, SharedPaces)
            paces._places = type(paces._places)(at - 0.2 for at in paces._places)
        await asyncio.gather(*crowd)

    run(scene())
    assert len(api.calls) == 3000
    assert fullest(sorted(at for at, _ in api.calls)) <= 1050


def test_a_process_alone_makes_up_for_what_it_missed() -> None:
    api = Api()

    async def scene() -> None:
        shared = gate(Budget(1000.0), 1000.0)
        crowd = [asyncio.create_task(ask(shared, api, chat, BROADCAST)) for chat in range(1, 12_001)]
        for _ in range(5):
            await asyncio.sleep(2)
            paces = shared._paces
            assert isinstance(paces, SharedPaces)
            paces._places = type(paces._places)(at - 0.05 for at in paces._places)
        await asyncio.gather(*crowd)
        # Half a second of warming up; a quarter of one that was missed is made up for.
        assert now() < 12.6

    run(scene())
    assert fullest(sorted(at for at, _ in api.calls)) <= 1050
