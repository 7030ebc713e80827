import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import RowMapping, select

from bot.model import SHARDS, Chat, Delivery, Settlement, Slot
from storage import Storage
from storage.chats import move_chat, save_chat
from storage.deliveries import (
    Claim,
    Pause,
    claim,
    count_open,
    forget_settled,
    give_back,
    put_off,
    ready_shards,
    release,
    remove_texts,
    settle,
)
from storage.planned import withdraw
from storage.tables import deliveries, texts
from tests.ledger import plan

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
OLD = NOW - timedelta(hours=6)
SLOT = Slot(7, date(2024, 3, 1))
SECOND = Slot(7, date(2024, 3, 1), 1)
SENT = Settlement("sent", NOW, message_id=2**40)


async def _plan(
    storage: Storage, *parts: str, chat: int = 7, day: date = SLOT.local_date, due_at: datetime = NOW
) -> None:
    briefing = f"{chat}-{day}"
    async with storage.write() as conn:
        await save_chat(conn, Chat(chat, "private", "UTC", NOW, NOW))
        await plan(conn, [chat], day, briefing=briefing, parts=parts, due_at=due_at)


async def _claim(
    storage: Storage, worker: str = "w", now: datetime = NOW, limit: int = 10, shard: int | None = None
) -> tuple[Claim, ...]:
    async with storage.write() as conn:
        return await claim(conn, worker, now, now + timedelta(minutes=5), OLD, limit=limit, shard=shard)


async def _ready(storage: Storage, now: datetime = NOW) -> list[Slot]:
    """What could be claimed; it is let go of again."""
    claims = await _claim(storage, now=now)
    async with storage.write() as conn:
        await give_back(conn, claims)
    return [each.delivery.slot for each in claims]


async def _settle(storage: Storage, *claims: Claim, how: Settlement = SENT) -> None:
    async with storage.write() as conn:
        await settle(conn, [(each, how) for each in claims])


async def _put_off(storage: Storage, one: Claim, pause: Pause) -> None:
    async with storage.write() as conn:
        await put_off(conn, [(one, pause)])


async def _row(storage: Storage, part: int = 0, chat: int = 7) -> RowMapping:
    query = select(deliveries).where(deliveries.c.part == part, deliveries.c.chat_id == chat)
    async with storage.read() as conn:
        return (await conn.execute(query)).mappings().one()


@pytest.mark.asyncio
async def test_of_twenty_workers_that_claim_a_delivery_at_once_one_gets_it(storage: Storage) -> None:
    await _plan(storage, "<b>one</b>")
    claims = await asyncio.gather(*(_claim(storage, f"w{number}") for number in range(20)))
    (one,) = [each for some in claims for each in some]
    assert one.fence == 1
    assert (await _row(storage))["attempts"] == 1


@pytest.mark.asyncio
async def test_workers_that_claim_some_at_once_never_get_the_same(storage: Storage) -> None:
    for chat in range(1, 41):
        await _plan(storage, "one", chat=chat)
    claims = await asyncio.gather(*(_claim(storage, f"w{number}", limit=4) for number in range(10)))
    got = [each.delivery.slot.chat for some in claims for each in some]
    assert len(got) == len(set(got))
    # PostgreSQL's workers pass by what another is just taking, and come back for the rest.
    assert len({*got, *(each.delivery.slot.chat for each in await _claim(storage, limit=40))}) == 40


@pytest.mark.asyncio
async def test_a_shard_is_claimed_by_itself_and_found_while_it_holds_anything(storage: Storage) -> None:
    for chat in (1, 2, 65, -63):
        await _plan(storage, "one", chat=chat)
    async with storage.read() as conn:
        assert await ready_shards(conn, NOW, OLD, range(SHARDS)) == {1, 2}
        assert await ready_shards(conn, NOW - timedelta(seconds=1), OLD, range(SHARDS)) == set()
    claims = await _claim(storage, shard=1)
    assert sorted(each.delivery.slot.chat for each in claims) == [-63, 1, 65]
    async with storage.read() as conn:
        assert await ready_shards(conn, NOW, OLD, range(SHARDS)) == {2}


@pytest.mark.asyncio
async def test_a_delivery_is_settled_once_and_then_claimed_no_more(storage: Storage) -> None:
    await _plan(storage, "<b>one</b>")
    claims = await _claim(storage)
    await _settle(storage, *claims)
    await _settle(storage, *claims, how=Settlement("gone", LATER))
    assert await _claim(storage, now=LATER + timedelta(days=1)) == ()
    row = await _row(storage)
    assert (row["outcome"], row["message_id"], row["sent_at"], row["settled_at"]) == ("sent", 2**40, NOW, NOW)


@pytest.mark.asyncio
async def test_several_ends_are_written_at_once_each_its_own(storage: Storage) -> None:
    for chat in (1, 2, 3, 4):
        await _plan(storage, "one", chat=chat)
    first, second, third, fourth = await _claim(storage)
    async with storage.write() as conn:
        await settle(conn, [(first, SENT), (second, Settlement("gone", LATER, error="blocked"))])
        await put_off(conn, [(third, Pause(LATER, "why"))])
        await give_back(conn, [fourth])
    query = select(deliveries.c.outcome, deliveries.c.error, deliveries.c.attempts).order_by(
        deliveries.c.number
    )
    async with storage.read() as conn:
        rows = [tuple(row) for row in await conn.execute(query)]
    assert rows == [("sent", None, 1), ("gone", "blocked", 1), (None, "why", 1), (None, None, 0)]
    assert await _ready(storage) == [fourth.delivery.slot]


@pytest.mark.asyncio
async def test_a_worker_wrongly_taken_for_dead_cannot_settle_what_another_owns(storage: Storage) -> None:
    await _plan(storage, "<b>one</b>")
    (slow,) = await _claim(storage, "slow")
    assert await _claim(storage, "early", LATER - timedelta(seconds=1)) == ()
    (quick,) = await _claim(storage, "next", LATER)
    assert (slow.fence, quick.fence) == (1, 2)
    await _settle(storage, slow)
    await _put_off(storage, slow, Pause(LATER, "too late"))
    await _settle(storage, quick, how=Settlement("gone", LATER, error="blocked by the user"))
    row = await _row(storage)
    assert (row["outcome"], row["error"], row["sent_at"], row["attempts"]) == (
        "gone",
        "blocked by the user",
        None,
        2,
    )


@pytest.mark.asyncio
async def test_what_a_dead_worker_had_claimed_is_let_go_of_and_nothing_else(storage: Storage) -> None:
    for chat in (1, 2, 3):
        await _plan(storage, "one", chat=chat)
    (mine,) = await _claim(storage, "dead", limit=1)
    await _claim(storage, "alive", limit=1)
    async with storage.write() as conn:
        assert await release(conn, "dead", NOW, range(SHARDS)) == 1
    assert [each.delivery.slot.chat for each in await _claim(storage, "next")] == [1, 3]
    await _settle(storage, mine)
    assert (await _row(storage, chat=1))["outcome"] is None


@pytest.mark.asyncio
async def test_a_delivery_brings_its_text_and_tells_whether_an_earlier_part_went_out(
    storage: Storage,
) -> None:
    await _plan(storage, "one", "two")
    (first,) = await _claim(storage)
    assert first.delivery == Delivery(SLOT, "7-2024-03-01", NOW, "one")
    await _settle(storage, first)
    (second,) = await _claim(storage)
    assert second.delivery == Delivery(SECOND, "7-2024-03-01", NOW, "two", sequel=True)


@pytest.mark.asyncio
async def test_parts_and_days_of_a_chat_go_out_in_order_and_chats_do_not_wait_for_each_other(
    storage: Storage,
) -> None:
    await _plan(storage, "one", "two")
    await _plan(storage, "three", day=date(2024, 3, 2))
    await _plan(storage, "one", chat=8, due_at=NOW - timedelta(seconds=1))
    assert await _ready(storage) == [Slot(8, SLOT.local_date), SLOT]
    other, first = await _claim(storage)
    async with storage.write() as conn:
        await give_back(conn, [other])
    assert await _ready(storage) == [Slot(8, SLOT.local_date)]
    await _settle(storage, first)
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
    (first,) = await _claim(storage)
    await _put_off(storage, first, Pause(LATER, "Too Many Requests"))
    assert await _ready(storage) == []
    assert await _ready(storage, LATER) == [SLOT]
    assert (await _row(storage))["error"] == "Too Many Requests"


@pytest.mark.asyncio
async def test_an_attempt_can_be_left_uncounted(storage: Storage) -> None:
    await _plan(storage, "one")
    for is_counted in (True, False, False, True):
        (one,) = await _claim(storage)
        await _put_off(storage, one, Pause(NOW, "why", is_counted=is_counted))
    assert (await _row(storage))["attempts"] == 2


@pytest.mark.asyncio
async def test_a_text_is_kept_once_and_as_long_as_somebody_waits_for_it(storage: Storage) -> None:
    await _plan(storage, "same")
    await _plan(storage, "same", chat=8)
    async with storage.write() as conn:
        assert (await conn.execute(select(texts.c.html))).scalars().all() == ["same"]
        await settle(conn, [(each, SENT) for each in await claim(conn, "w", NOW, LATER, OLD, limit=1)])
        assert await remove_texts(conn) == 0
        assert await withdraw(conn, 8) == ("8-2024-03-01",)
        assert await remove_texts(conn) == 1


@pytest.mark.asyncio
async def test_of_the_oldest_those_are_forgotten_that_ended_before_a_day(storage: Storage) -> None:
    days = [SLOT.local_date + timedelta(days=number) for number in range(4)]
    for day in days:
        await _plan(storage, "one", day=day, chat=8 if day == days[1] else 7)
    for day in (days[0], days[2]):
        (one,) = [each for each in await _claim(storage) if each.delivery.slot == Slot(7, day)]
        await _settle(storage, one)
    async with storage.write() as conn:
        assert await forget_settled(conn, days[0], 10) == 0
        assert await forget_settled(conn, days[3], 1) == 1
        assert await forget_settled(conn, days[3], 2) == 1
        left = select(deliveries.c.local_date).order_by(deliveries.c.local_date)
        assert (await conn.execute(left)).scalars().all() == [days[1], days[3]]


@pytest.mark.asyncio
async def test_what_is_under_way_follows_a_chat_to_its_new_id(storage: Storage) -> None:
    await _plan(storage, "one")
    async with storage.write() as conn:
        assert await move_chat(conn, 7, -1009)
    assert await _ready(storage) == [Slot(-1009, SLOT.local_date)]
