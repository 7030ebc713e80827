"""Editions: made once for a group, written into the ledger chat by chat, and gone when nobody waits for them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.delivery.shard import shard_of
from bot.model import SHARDS, Chat, Settlement
from storage import Storage
from storage.chats import find_chat, save_chat
from storage.deliveries import Claim, claim, count_open, remove_texts, settle
from storage.due import Group
from storage.editions import (
    Edition,
    announce,
    count_waiting,
    drop_spent,
    drop_stale,
    has_stale,
    shards_to_write,
    write_out,
)
from storage.planned import withdraw
from storage.subscriptions import subscribe
from storage.tables import chats, deliveries, edition_texts, editions, texts
from storage.wishes import wish_key
from tests.ledger import plan

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD, TOMORROW = NOW - 6 * HOUR, NOW + 24 * HOUR
DUE = Chat(7, "private", "UTC", NOW, NOW, minute=360, next_due_at=NOW)
GROUP = Group(NOW, wish_key(("FR",), DUE), "")
EDITION = Edition(GROUP, NOW.date(), "of today", NOW, "told", TOMORROW)


async def _store(storage: Storage, *ids: int, like: Chat = DUE) -> None:
    async with storage.write() as conn:
        for id_ in ids:
            await save_chat(conn, replace(like, id=id_))
            await subscribe(conn, id_, ("FR",), NOW)


async def _announce(
    storage: Storage, edition: Edition = EDITION, parts: Sequence[str] = ("one", "two")
) -> bool:
    async with storage.write() as conn:
        return await announce(conn, edition, parts)


async def _write_out(
    storage: Storage, limit: int = 10, shard: int | None = None, fresh: datetime = OLD
) -> int:
    async with storage.write() as conn:
        return await write_out(conn, NOW, fresh, limit=limit, shard=shard)


async def _claim(storage: Storage, limit: int = 10) -> tuple[Claim, ...]:
    async with storage.write() as conn:
        return await claim(conn, "w", NOW, NOW + HOUR, OLD, limit=limit)


async def _rows(storage: Storage) -> list[tuple[int, int, int, str]]:
    columns = (deliveries.c.chat_id, deliveries.c.shard, deliveries.c.part, texts.c.html)
    query = select(*columns).join(texts, texts.c.id == deliveries.c.text_id).order_by(*columns)
    async with storage.read() as conn:
        return [(row[0], row[1], row[2], row[3]) for row in await conn.execute(query)]


async def _memory(storage: Storage, chat: int = 7) -> str | None:
    async with storage.read() as conn:
        held: str | None = (
            await conn.execute(select(chats.c.memory_id).where(chats.c.id == chat))
        ).scalar_one()
        return held


async def _count(storage: Storage, table: object) -> int:
    async with storage.read() as conn:
        return (await conn.execute(select(func.count()).select_from(table))).scalar_one()  # type: ignore[arg-type]  # a table


@pytest.mark.asyncio
async def test_each_chat_of_the_group_gets_each_part_and_is_moved_on(storage: Storage) -> None:
    ids = (7, -(10**12) - 5, 2**52)
    await _store(storage, *ids)
    assert await _announce(storage)
    assert await _write_out(storage) == 3
    assert await _rows(storage) == sorted(
        (chat, shard_of(chat), part, html) for chat in ids for part, html in enumerate(("one", "two"))
    )
    assert await _count(storage, texts) == 2
    async with storage.read() as conn:
        assert await find_chat(conn, 7) == replace(DUE, next_due_at=TOMORROW, last_date=NOW.date())
    assert [await _memory(storage, chat) for chat in ids] == ["told"] * 3
    assert await _write_out(storage) == 0
    assert {each.delivery.html for each in await _claim(storage)} == {"one"}


@pytest.mark.asyncio
async def test_no_more_are_written_than_there_is_room_for_and_only_of_the_shard(storage: Storage) -> None:
    await _store(storage, 1, 65, -63, 129, 2)
    await _announce(storage)
    assert await _write_out(storage, limit=3, shard=1) == 3
    assert await _write_out(storage, limit=3, shard=1) == 1
    assert await _write_out(storage, limit=3, shard=3) == 0
    assert {row[1] for row in await _rows(storage)} == {1}
    async with storage.read() as conn:
        assert await shards_to_write(conn, NOW, OLD, range(SHARDS)) == {2}


@pytest.mark.asyncio
async def test_who_was_sending_what_is_taken_back_cannot_end_what_is_written_in_its_place(
    storage: Storage,
) -> None:
    await _store(storage, 7, 8)
    await _announce(storage, parts=("one",))
    assert await _write_out(storage, limit=1) == 1
    (first,) = await _claim(storage)
    async with storage.write() as conn:
        await withdraw(conn, first.delivery.slot.chat)
    assert await _write_out(storage, limit=1) == 1
    (second,) = await _claim(storage)
    async with storage.write() as conn:
        await settle(conn, [(first, Settlement("sent", NOW, message_id=1))])
        assert await count_open(conn) == 1
        await settle(conn, [(second, Settlement("sent", NOW, message_id=2))])
        assert await count_open(conn) == 0


@pytest.mark.asyncio
async def test_a_group_has_one_edition(storage: Storage) -> None:
    await _store(storage, 7)
    assert await _announce(storage)
    assert not await _announce(storage, replace(EDITION, briefing="another"), ("other",))
    await _write_out(storage)
    assert [row[3] for row in await _rows(storage)] == ["one", "two"]


@pytest.mark.asyncio
async def test_whoever_wishes_something_else_or_is_paused_is_left_out(storage: Storage) -> None:
    await _store(storage, 7)
    await _store(storage, 8, like=replace(DUE, zone="Asia/Tokyo"))
    await _store(storage, 9, like=replace(DUE, paused_at=NOW))
    await _store(storage, 10, like=replace(DUE, next_due_at=NOW + HOUR))
    await _store(storage, 11, like=replace(DUE, quiet_from=0, quiet_until=60))
    await _announce(storage)
    async with storage.read() as conn:
        assert await count_waiting(conn, GROUP) == 1
    assert await _write_out(storage) == 1
    assert {row[0] for row in await _rows(storage)} == {7}


@pytest.mark.asyncio
async def test_whoever_has_a_briefing_of_that_day_keeps_it_and_is_only_moved_on(storage: Storage) -> None:
    await _store(storage, 7)
    async with storage.write() as conn:
        await plan(conn, [7], NOW.date(), briefing="of before", parts=["before"], due_at=NOW)
    await _announce(storage)
    assert await _write_out(storage) == 1
    assert [row[3] for row in await _rows(storage)] == ["before"]
    assert await _memory(storage) == ""
    async with storage.read() as conn:
        assert await find_chat(conn, 7) == replace(DUE, next_due_at=TOMORROW, last_date=NOW.date())


@pytest.mark.asyncio
async def test_what_waits_too_long_is_written_for_nobody_and_dropped(storage: Storage) -> None:
    await _store(storage, 7)
    await _announce(storage)
    later = NOW + timedelta(seconds=1)
    async with storage.read() as conn:
        assert [await has_stale(conn, fresh) for fresh in (NOW, later)] == [False, True]
        assert await shards_to_write(conn, NOW, later, range(SHARDS)) == set()
    assert await _write_out(storage, fresh=later) == 0
    async with storage.write() as conn:
        await drop_stale(conn, NOW)
        assert await count_waiting(conn, GROUP) == 1
    assert await _count(storage, editions) == 1
    async with storage.write() as conn:
        await drop_stale(conn, later)
        assert await remove_texts(conn) == 2
    assert (await _count(storage, editions), await _count(storage, edition_texts)) == (0, 0)


@pytest.mark.asyncio
async def test_an_edition_and_its_texts_stay_as_long_as_somebody_waits_for_them(storage: Storage) -> None:
    await _store(storage, 7, 8)
    await _announce(storage)
    await _write_out(storage, limit=1)
    async with storage.write() as conn:
        await drop_spent(conn)
        assert await remove_texts(conn) == 0
    await _write_out(storage)
    async with storage.write() as conn:
        await drop_spent(conn)
        # The ledger still needs them.
        assert await remove_texts(conn) == 0
    assert await _count(storage, editions) == 0
    while claims := await _claim(storage):
        async with storage.write() as conn:
            await settle(conn, [(each, Settlement("sent", NOW, message_id=1)) for each in claims])
    async with storage.write() as conn:
        assert (await count_open(conn), await remove_texts(conn)) == (0, 2)


@pytest.mark.asyncio
async def test_of_workers_that_write_at_once_each_writes_other_chats(storage: Storage) -> None:
    await _store(storage, *range(1, 41))
    await _announce(storage)
    counts = await asyncio.gather(*(_write_out(storage, limit=6) for _ in range(10)))
    # PostgreSQL's workers pass by what another is just taking, and come back for the rest.
    assert sum(counts) + await _write_out(storage, limit=100) == 40
    assert sorted(row[0] for row in await _rows(storage)) == sorted([*range(1, 41)] * 2)


@pytest.mark.asyncio
async def test_who_is_due_without_an_edition_waits_and_holds_nobody_up(storage: Storage) -> None:
    early = replace(DUE, next_due_at=NOW - HOUR)
    await _store(storage, *range(1, 30), like=early)
    await _store(storage, 71)
    await _announce(storage)
    assert await _write_out(storage, shard=7) == 1
    assert {row[0] for row in await _rows(storage)} == {71}
