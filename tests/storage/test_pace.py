"""The pace in the database: however many ask at once, their places lie one after the other."""

import asyncio
import itertools

import pytest

from storage import Storage
from storage.pace import Law, Places, see_pace, slow_down, take_places

LAW = Law(rate=100.0, recovery=1.0, slowing=0.5, slowest=1.0)


async def _take(storage: Storage, places: int, owed: int = 0, law: Law = LAW) -> Places:
    async with storage.write() as conn:
        return await take_places(conn, law, places, owed)


def _wait(taken: Places) -> float:
    return taken.first - taken.now


@pytest.mark.asyncio
async def test_the_first_place_is_at_once_and_the_next_ones_follow_evenly(storage: Storage) -> None:
    first = await _take(storage, 3000)
    assert _wait(first) == pytest.approx(0.0, abs=0.1)
    assert first.interval == pytest.approx(0.01)
    # Half a minute's worth was taken; what has gone by since only makes it less.
    assert 0 < _wait(await _take(storage, 1)) <= 30.0


@pytest.mark.asyncio
async def test_many_that_ask_at_once_never_get_the_same_place(storage: Storage) -> None:
    slow = Law(rate=0.5, recovery=1.0, slowing=0.5, slowest=1.0)
    taken = await asyncio.gather(*(_take(storage, 2, law=slow) for _ in range(10)))
    in_turn = sorted(taken, key=lambda each: each.first)
    assert _wait(in_turn[-1]) <= 36.0
    for before, after in itertools.pairwise(in_turn):
        # To the last bit, so that a process sees whether another has asked since.
        assert before.end == after.begin
        assert before.end - before.first == pytest.approx(4.0)


@pytest.mark.asyncio
async def test_places_used_without_asking_are_counted(storage: Storage) -> None:
    assert _wait(await _take(storage, 1, owed=3000)) == pytest.approx(30.0, abs=0.1)
    assert 0 < _wait(await _take(storage, 0)) <= 30.01


@pytest.mark.asyncio
async def test_after_a_flood_all_wait_and_go_on_at_half_the_speed_and_it_counts_once(
    storage: Storage,
) -> None:
    async with storage.write() as conn:
        assert await slow_down(conn, LAW, 30.0)
        assert not await slow_down(conn, LAW, 30.0)
    then = await _take(storage, 1)
    assert 0 < _wait(then) <= 30.0
    assert then.interval == pytest.approx(1 / 50, rel=0.01)
    async with storage.read() as conn:
        speed, waits = await see_pace(conn, LAW)
    # It grows only once the wait is over.
    assert speed == pytest.approx(50.0)
    assert 0 < waits <= 30.0


@pytest.mark.asyncio
async def test_the_speed_grows_back_and_never_beyond_the_full_one(storage: Storage) -> None:
    quick = Law(rate=100.0, recovery=1e9, slowing=0.5, slowest=1.0)
    async with storage.write() as conn:
        await slow_down(conn, quick, 0.0)
    assert (await _take(storage, 1, law=quick)).interval == pytest.approx(0.01)


@pytest.mark.asyncio
async def test_the_speed_never_falls_below_the_slowest(storage: Storage) -> None:
    for _ in range(12):
        async with storage.write() as conn:
            await slow_down(conn, LAW, -1.0)
    assert (await _take(storage, 1)).interval <= 1.0


@pytest.mark.asyncio
async def test_a_clock_that_was_set_back_stops_nobody_for_long(storage: Storage) -> None:
    await _take(storage, 1, owed=100 * 3600 * 24)
    assert _wait(await _take(storage, 1)) <= 60.0
