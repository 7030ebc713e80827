from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.model import WORLD, Chat, Length, Reader
from storage import Storage
from storage.chats import (
    Audience,
    count_chats,
    find_chat,
    find_readers,
    forget_chat,
    move_chat,
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
    quiet_from=22 * 60,
    quiet_until=6 * 60,
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
async def test_readers_are_loaded_with_what_they_follow(storage: Storage) -> None:
    async with storage.write() as conn:
        for id_ in (7, 8, 9):
            await save_chat(conn, replace(DUE, id=id_))
        await subscribe(conn, 7, ("TR", "FR"), NOW)
        await subscribe(conn, 9, ("DE",), NOW)
        assert await find_readers(conn, (8, 7, 99)) == {
            7: Reader(DUE, ("FR", "TR")),
            8: Reader(replace(DUE, id=8)),
        }


@pytest.mark.asyncio
async def test_chats_are_counted(storage: Storage) -> None:
    async with storage.write() as conn:
        for chat in (DUE, replace(DUE, id=10, next_due_at=None), replace(DUE, id=11, paused_at=NOW)):
            await save_chat(conn, chat)
        assert await count_chats(conn) == Audience(chats=3, daily=2, paused=1)


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
