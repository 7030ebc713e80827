import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import RowMapping, select

from bot.model import Chat, Delivery, Settlement, Slot
from storage import Storage
from storage.briefings import Given, save_briefing
from storage.chats import move_chat, save_chat
from storage.deliveries import (
    claim,
    count_open,
    open_deliveries,
    plan,
    put_off,
    remove_texts,
    settle,
    stale,
    withdraw,
)
from storage.tables import deliveries, texts

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SLOT = Slot(7, date(2024, 3, 1))
SECOND = Slot(7, date(2024, 3, 1), 1)
SENT = Settlement("sent", NOW, message_id=2**40)


async def _plan(
    storage: Storage, *parts: str, chat: int = 7, day: date = SLOT.local_date, due_at: datetime = NOW
) -> bool:
    briefing = f"{chat}-{day}"
    async with storage.write() as conn:
        await save_chat(conn, Chat(chat, "private", "UTC", NOW, NOW))
        await save_briefing(conn, Given(briefing, f"chat:{chat}", day, NOW, NOW), {})
        return await plan(conn, chat, day, briefing=briefing, parts=parts, due_at=due_at)


async def _ready(storage: Storage, now: datetime = NOW) -> list[Slot]:
    async with storage.read() as conn:
        return [each.slot for each in await open_deliveries(conn, now, 10)]


async def _claim(storage: Storage, worker: str = "w", now: datetime = NOW) -> int | None:
    async with storage.write() as conn:
        return await claim(conn, SLOT, worker, now, now + timedelta(minutes=5))


async def _settle(storage: Storage, fence: int, settlement: Settlement = SENT) -> bool:
    async with storage.write() as conn:
        return await settle(conn, SLOT, fence, settlement)


async def _row(storage: Storage, part: int = 0) -> RowMapping:
    query = select(deliveries).where(deliveries.c.part == part)
    async with storage.read() as conn:
        return (await conn.execute(query)).mappings().one()


@pytest.mark.asyncio
async def test_of_twenty_workers_that_claim_a_delivery_at_once_one_gets_it(storage: Storage) -> None:
    await _plan(storage, "<b>one</b>")
    fences = await asyncio.gather(*(_claim(storage, f"w{number}") for number in range(20)))
    assert sorted(fence for fence in fences if fence is not None) == [1]
    assert (await _row(storage))["attempts"] == 1


@pytest.mark.asyncio
async def test_a_delivery_is_settled_once_and_then_claimed_no_more(storage: Storage) -> None:
    await _plan(storage, "<b>one</b>")
    assert await _claim(storage) == 1
    assert await _settle(storage, 1)
    assert not await _settle(storage, 1, Settlement("gone", LATER))
    assert await _claim(storage, now=LATER + timedelta(days=1)) is None
    row = await _row(storage)
    assert (row["outcome"], row["message_id"], row["sent_at"], row["settled_at"]) == ("sent", 2**40, NOW, NOW)


@pytest.mark.asyncio
async def test_a_worker_wrongly_taken_for_dead_cannot_settle_what_another_owns(storage: Storage) -> None:
    await _plan(storage, "<b>one</b>")
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
async def test_a_day_is_planned_once(storage: Storage) -> None:
    assert await _plan(storage, "one")
    await _claim(storage)
    await _settle(storage, 1)
    assert not await _plan(storage, "one", "two")
    assert (await _row(storage))["outcome"] == "sent"


@pytest.mark.asyncio
async def test_a_delivery_brings_its_text_and_tells_whether_an_earlier_part_went_out(
    storage: Storage,
) -> None:
    await _plan(storage, "one", "two")
    async with storage.read() as conn:
        first = await open_deliveries(conn, NOW, 10)
    assert first == (Delivery(SLOT, "7-2024-03-01", NOW, "one"),)
    assert await _claim(storage) == 1
    await _settle(storage, 1)
    async with storage.read() as conn:
        second = await open_deliveries(conn, NOW, 10)
    assert second == (Delivery(SECOND, "7-2024-03-01", NOW, "two", sequel=True),)


@pytest.mark.asyncio
async def test_parts_and_days_of_a_chat_go_out_in_order_and_chats_do_not_wait_for_each_other(
    storage: Storage,
) -> None:
    await _plan(storage, "one", "two")
    await _plan(storage, "three", day=date(2024, 3, 2))
    await _plan(storage, "one", chat=8, due_at=NOW - timedelta(seconds=1))
    assert await _ready(storage) == [Slot(8, SLOT.local_date), SLOT]
    fence = await _claim(storage)
    assert await _ready(storage) == [Slot(8, SLOT.local_date)]
    assert fence == 1
    await _settle(storage, fence)
    assert await _ready(storage) == [Slot(8, SLOT.local_date), SECOND]
    async with storage.read() as conn:
        assert await count_open(conn) == 3


@pytest.mark.asyncio
async def test_nothing_is_ready_before_it_is_due(storage: Storage) -> None:
    await _plan(storage, "one", due_at=LATER)
    assert await _ready(storage) == []
    assert await _ready(storage, LATER) == [SLOT]


@pytest.mark.asyncio
async def test_a_delivery_put_off_waits_and_holds_back_what_follows_it(storage: Storage) -> None:
    await _plan(storage, "one", "two")
    assert await _claim(storage) == 1
    async with storage.write() as conn:
        assert await put_off(conn, SLOT, 1, LATER, "Too Many Requests")
        assert not await put_off(conn, SLOT, 2, LATER, "Too Many Requests")
    assert await _ready(storage) == []
    assert await _ready(storage, LATER) == [SLOT]
    assert (await _row(storage))["error"] == "Too Many Requests"


@pytest.mark.asyncio
async def test_a_briefing_is_stale_when_it_is_old_and_nothing_of_it_went_out(storage: Storage) -> None:
    await _plan(storage, "one", "two")
    await _plan(storage, "one", "two", chat=8)
    await _plan(storage, "one", chat=9, due_at=LATER)
    async with storage.write() as conn:
        assert await stale(conn, LATER, LATER) == (SLOT, Slot(8, SLOT.local_date))
        fence = await claim(conn, SLOT, "w", NOW, LATER + timedelta(minutes=1))
        assert await stale(conn, LATER, LATER) == (Slot(8, SLOT.local_date),)
        assert fence == 1
        await settle(conn, SLOT, fence, SENT)
        assert await stale(conn, LATER, LATER + timedelta(days=1)) == (Slot(8, SLOT.local_date),)


@pytest.mark.asyncio
async def test_what_waits_to_be_tried_again_is_as_stale_as_what_was_never_tried(storage: Storage) -> None:
    await _plan(storage, "one")
    assert await _claim(storage) == 1
    async with storage.write() as conn:
        assert await stale(conn, LATER, NOW) == ()
        await put_off(conn, SLOT, 1, LATER + timedelta(hours=1), "ConnectError")
        assert await stale(conn, LATER, LATER) == (SLOT,)


@pytest.mark.asyncio
async def test_an_attempt_can_be_left_uncounted(storage: Storage) -> None:
    await _plan(storage, "one")
    for fence, is_counted in enumerate((True, False, False, True), start=1):
        assert await _claim(storage) == fence
        async with storage.write() as conn:
            assert await put_off(conn, SLOT, fence, NOW, "why", is_counted=is_counted)
    assert (await _row(storage))["attempts"] == 2


@pytest.mark.asyncio
async def test_what_is_taken_back_is_what_was_not_sent(storage: Storage) -> None:
    await _plan(storage, "one", "two")
    await _plan(storage, "three", day=date(2024, 3, 2))
    await _plan(storage, "four", chat=8)
    assert await _claim(storage) == 1
    await _settle(storage, 1)
    async with storage.write() as conn:
        assert await withdraw(conn, 7, SLOT.local_date) == ()
        assert await withdraw(conn, 7) == ("7-2024-03-02",)
        assert await withdraw(conn, 7) == ()
        assert await count_open(conn) == 1


@pytest.mark.asyncio
async def test_a_text_is_kept_once_and_as_long_as_somebody_waits_for_it(storage: Storage) -> None:
    await _plan(storage, "same")
    await _plan(storage, "same", chat=8)
    async with storage.write() as conn:
        assert (await conn.execute(select(texts.c.html))).scalars().all() == ["same"]
        assert await claim(conn, SLOT, "w", NOW, LATER) == 1
        assert await settle(conn, SLOT, 1, SENT)
        assert await remove_texts(conn) == 0
        assert await withdraw(conn, 8) == ("8-2024-03-01",)
        assert await remove_texts(conn) == 1


@pytest.mark.asyncio
async def test_what_is_under_way_follows_a_chat_to_its_new_id(storage: Storage) -> None:
    await _plan(storage, "one")
    async with storage.write() as conn:
        assert await move_chat(conn, 7, -1009)
    assert await _ready(storage) == [Slot(-1009, SLOT.local_date)]
