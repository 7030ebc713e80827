"""Signs of life: of several who would clear up after a dead worker, one does."""

import asyncio
from datetime import UTC, datetime

import pytest

from storage import Storage
from storage.heartbeats import Beat, Seen, beat_on, begin_heartbeat, bury, list_heartbeats, take_over

BEGAN = datetime(2026, 3, 16, 6, tzinfo=UTC)


def _beat(name: str = "one", incarnation: str = "a") -> Beat:
    return Beat(name, incarnation, "here", 7, "delivery", BEGAN)


async def _begin(storage: Storage, beat: Beat, instead_of: Seen | None = None) -> bool:
    async with storage.write() as conn:
        return await begin_heartbeat(conn, beat, instead_of)


async def _all(storage: Storage) -> tuple[Seen, ...]:
    async with storage.read() as conn:
        return await list_heartbeats(conn)


@pytest.mark.asyncio
async def test_a_worker_is_heard_of_with_its_trouble(storage: Storage) -> None:
    assert await _begin(storage, _beat())
    (first,) = await _all(storage)
    assert (first.beat, first.trouble) == (_beat(), None)
    assert 0 <= first.age < 60
    async with storage.write() as conn:
        assert await beat_on(conn, _beat(), "strangers")
    (then,) = await _all(storage)
    assert then.seen >= first.seen
    assert then.trouble == "strangers"


@pytest.mark.asyncio
async def test_of_two_that_take_a_name_at_once_one_has_it(storage: Storage) -> None:
    begun = await asyncio.gather(*(_begin(storage, _beat(incarnation=each)) for each in "abcdef"))
    assert begun.count(True) == 1


@pytest.mark.asyncio
async def test_of_two_that_follow_a_dead_one_of_their_name_one_has_it_and_the_dead_one_hears_so(
    storage: Storage,
) -> None:
    await _begin(storage, _beat(incarnation="old"))
    (old,) = await _all(storage)
    begun = await asyncio.gather(*(_begin(storage, _beat(incarnation=each), old) for each in "ab"))
    assert begun.count(True) == 1
    async with storage.write() as conn:
        assert not await beat_on(conn, _beat(incarnation="old"), None)


@pytest.mark.asyncio
async def test_of_several_survivors_one_clears_up_and_only_it_ends_that(storage: Storage) -> None:
    await _begin(storage, _beat("dead"))
    (dead,) = await _all(storage)

    async def take(mark: str) -> bool:
        async with storage.write() as conn:
            return await take_over(conn, dead, mark)

    taken = await asyncio.gather(*(take(mark) for mark in "stuvw"))
    assert taken.count(True) == 1
    (still,) = await _all(storage)
    assert still.seen > dead.seen, "should the survivor die too, another takes over from it"
    async with storage.write() as conn:
        await bury(conn, "dead", "another's mark")
        assert len(await list_heartbeats(conn)) == 1
        await bury(conn, "dead", still.beat.incarnation)
        assert await list_heartbeats(conn) == ()


@pytest.mark.asyncio
async def test_one_that_lives_after_all_is_not_taken_over_from(storage: Storage) -> None:
    await _begin(storage, _beat())
    (seen,) = await _all(storage)
    # SQLite's clock counts in milliseconds.
    await asyncio.sleep(0.01)
    async with storage.write() as conn:
        await beat_on(conn, _beat(), None)
        assert not await take_over(conn, seen, "mark")
