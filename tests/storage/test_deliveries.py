import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import RowMapping, select

from storage import Storage
from storage.chats import Chat, save_chat
from storage.deliveries import Settlement, Slot, claim, plan, settle
from storage.tables import deliveries

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SLOT = Slot(7, date(2024, 3, 1))
SENT = Settlement("sent", NOW, message_id=2**40)


async def _plan(storage: Storage, *slots: Slot) -> None:
    async with storage.write() as conn:
        await save_chat(conn, Chat(7, "private", "UTC", NOW, NOW))
        await plan(conn, slots, NOW)


async def _claim(storage: Storage, worker: str = "w", now: datetime = NOW) -> int | None:
    async with storage.write() as conn:
        return await claim(conn, SLOT, worker, now, now + timedelta(minutes=5))


async def _settle(storage: Storage, fence: int, settlement: Settlement = SENT) -> bool:
    async with storage.write() as conn:
        return await settle(conn, SLOT, fence, settlement)


async def _row(storage: Storage) -> RowMapping:
    async with storage.read() as conn:
        return (await conn.execute(select(deliveries))).mappings().one()


@pytest.mark.asyncio
async def test_of_twenty_workers_that_claim_a_delivery_at_once_one_gets_it(storage: Storage) -> None:
    await _plan(storage, SLOT)
    fences = await asyncio.gather(*(_claim(storage, f"w{number}") for number in range(20)))
    assert sorted(fence for fence in fences if fence is not None) == [1]
    assert (await _row(storage))["attempts"] == 1


@pytest.mark.asyncio
async def test_a_delivery_is_settled_once_and_then_claimed_no_more(storage: Storage) -> None:
    await _plan(storage, SLOT)
    assert await _claim(storage) == 1
    assert await _settle(storage, 1)
    assert not await _settle(storage, 1, Settlement("gone", LATER))
    assert await _claim(storage, now=LATER + timedelta(days=1)) is None
    row = await _row(storage)
    assert (row["outcome"], row["message_id"], row["sent_at"], row["settled_at"]) == ("sent", 2**40, NOW, NOW)


@pytest.mark.asyncio
async def test_a_worker_wrongly_taken_for_dead_cannot_settle_what_another_owns(storage: Storage) -> None:
    await _plan(storage, SLOT)
    assert await _claim(storage, "slow") == 1
    assert await _claim(storage, "early", LATER - timedelta(seconds=1)) is None
    assert await _claim(storage, "next", LATER) == 2
    assert not await _settle(storage, 1)
    assert await _settle(storage, 2, Settlement("gone", LATER, error="blocked by the user"))
    row = await _row(storage)
    assert (row["outcome"], row["error"], row["sent_at"], row["attempts"]) == (
        "gone",
        "blocked by the user",
        None,
        2,
    )


@pytest.mark.asyncio
async def test_planning_again_leaves_a_delivery_as_it_stands(storage: Storage) -> None:
    await _plan(storage, SLOT)
    await _claim(storage)
    await _settle(storage, 1)
    await _plan(storage, SLOT, SLOT)
    assert (await _row(storage))["outcome"] == "sent"


@pytest.mark.asyncio
async def test_parts_and_days_are_deliveries_of_their_own(storage: Storage) -> None:
    await _plan(storage, SLOT, Slot(7, SLOT.local_date, 1), Slot(7, date(2024, 3, 2)))
    assert await _claim(storage) == 1
    async with storage.read() as conn:
        rows = (await conn.execute(select(deliveries.c.part, deliveries.c.fence))).all()
    assert sorted(tuple(row) for row in rows) == [(0, 0), (0, 1), (1, 0)]
