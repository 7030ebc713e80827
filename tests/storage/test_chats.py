from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.model import WORLD, Chat, Length, Reader
from storage import Storage
from storage.chats import (
    Audience,
    advance,
    count_chats,
    due_readers,
    find_chat,
    forget_chat,
    make_due,
    move_chat,
    postpone,
    save_chat,
)
from storage.subscriptions import countries_of, subscribe, unsubscribe
from storage.tables import subscriptions

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
SUPERGROUP = -(10**12) - 1234567890
CHAT = Chat(
    id=SUPERGROUP,
    kind="supergroup",
    zone="Europe/Istanbul",
    created_at=NOW,
    seen_at=NOW,
    title="Günün özeti",
    language="tr",
    minute=7 * 60 + 30,
    weekdays=0b0011111,
    length=Length.SHORT,
    silent_when_empty=True,
    next_due_at=NOW + timedelta(hours=22),
    last_date=NOW.date(),
    paused_at=NOW,
    paused_because="bot was kicked",
)
DUE = Chat(7, "private", "UTC", NOW, NOW, minute=360, next_due_at=NOW)


@pytest.mark.asyncio
async def test_a_chat_comes_back_as_it_went(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_chat(conn, CHAT)
    async with storage.read() as conn:
        assert await find_chat(conn, SUPERGROUP) == CHAT
        assert await find_chat(conn, 1) is None


@pytest.mark.asyncio
async def test_a_chat_that_comes_again_is_brought_up_to_date_and_keeps_its_first_day(
    storage: Storage,
) -> None:
    later = NOW + timedelta(days=9)
    again = replace(CHAT, title=None, zone="Asia/Tokyo", minute=None, created_at=later, seen_at=later)
    async with storage.write() as conn:
        await save_chat(conn, CHAT)
        await save_chat(conn, again)
    async with storage.read() as conn:
        assert await find_chat(conn, SUPERGROUP) == replace(again, created_at=NOW)


@pytest.mark.asyncio
async def test_a_chat_follows_each_country_once(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_chat(conn, CHAT)
        await subscribe(conn, SUPERGROUP, ("TR", "RU", "TR"), NOW)
        await subscribe(conn, SUPERGROUP, ("RU", WORLD), NOW)
        assert await countries_of(conn, SUPERGROUP) == (WORLD, "RU", "TR")
        await unsubscribe(conn, SUPERGROUP, ("RU", "XX"))
    async with storage.read() as conn:
        assert await countries_of(conn, SUPERGROUP) == (WORLD, "TR")
        assert await countries_of(conn, 1) == ()


@pytest.mark.asyncio
async def test_due_are_chats_whose_hour_has_come_and_that_can_be_written_to(storage: Storage) -> None:
    async with storage.write() as conn:
        for chat in (
            DUE,
            replace(DUE, id=8, next_due_at=NOW - timedelta(hours=1)),
            replace(DUE, id=9, next_due_at=NOW + timedelta(seconds=1)),
            replace(DUE, id=10, next_due_at=None),
            replace(DUE, id=11, paused_at=NOW),
        ):
            await save_chat(conn, chat)
        await subscribe(conn, 7, ("TR", "RU"), NOW)
    async with storage.read() as conn:
        found = await due_readers(conn, NOW, 10)
        assert [(reader.chat.id, reader.follows) for reader in found] == [(8, ()), (7, ("RU", "TR"))]
        assert found[1] == Reader(DUE, ("RU", "TR"))
        assert len(await due_readers(conn, NOW, 1)) == 1
        assert await count_chats(conn) == Audience(chats=5, daily=4, paused=1)


@pytest.mark.asyncio
async def test_of_two_that_make_the_same_briefing_one_moves_the_chat_on(storage: Storage) -> None:
    tomorrow = NOW + timedelta(days=1)
    async with storage.write() as conn:
        await save_chat(conn, DUE)
        assert await advance(conn, 7, NOW, tomorrow, NOW.date())
        assert not await advance(conn, 7, NOW, tomorrow, NOW.date())
        moved = await find_chat(conn, 7)
        assert moved is not None
        assert (moved.next_due_at, moved.last_date) == (tomorrow, NOW.date())
        await make_due(conn, 7, NOW)
        again = await find_chat(conn, 7)
        assert again is not None
        assert (again.next_due_at, again.last_date) == (NOW, None)


@pytest.mark.asyncio
async def test_a_postponed_chat_keeps_its_day_and_its_turn(storage: Storage) -> None:
    later = NOW + timedelta(minutes=30)
    async with storage.write() as conn:
        await save_chat(conn, replace(DUE, last_date=NOW.date()))
        await save_chat(conn, replace(DUE, id=8))
        await save_chat(conn, replace(DUE, id=9, next_due_at=None))
        await postpone(conn, 7, NOW, later)
        await postpone(conn, 99, NOW, later)
        # Meanwhile the one wished another hour, and the other none at all.
        await postpone(conn, 8, NOW - timedelta(hours=1), later)
        await postpone(conn, 9, NOW, later)
    async with storage.read() as conn:
        assert [reader.chat.id for reader in await due_readers(conn, NOW, 10)] == [8]
        assert [reader.chat.id for reader in await due_readers(conn, later, 10)] == [8, 7]
        assert await find_chat(conn, 7) == replace(DUE, next_due_at=later, last_date=NOW.date())
        assert await find_chat(conn, 99) is None
        assert await find_chat(conn, 9) == replace(DUE, id=9, next_due_at=None)


@pytest.mark.asyncio
async def test_what_a_chat_follows_moves_with_it_to_its_new_id(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_chat(conn, replace(CHAT, id=-5, kind="group"))
        await subscribe(conn, -5, ("TR",), NOW)
        # The new id may have been heard of before the message that tells of the move.
        await save_chat(conn, Chat(SUPERGROUP, "supergroup", "UTC", NOW, NOW))
        assert await move_chat(conn, -5, SUPERGROUP)
        assert not await move_chat(conn, -5, SUPERGROUP)
        assert await countries_of(conn, SUPERGROUP) == ("TR",)
        assert (await conn.execute(select(subscriptions.c.chat_id))).scalars().all() == [SUPERGROUP]
        assert await find_chat(conn, SUPERGROUP) == CHAT


@pytest.mark.asyncio
async def test_a_forgotten_chat_leaves_nothing(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_chat(conn, CHAT)
        await subscribe(conn, SUPERGROUP, ("TR",), NOW)
        assert await forget_chat(conn, SUPERGROUP)
        assert not await forget_chat(conn, SUPERGROUP)
        assert await find_chat(conn, SUPERGROUP) is None
        assert (await conn.execute(select(subscriptions))).all() == []
