from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from storage import Storage
from storage.chats import Chat, find_chat, save_chat
from storage.subscriptions import WORLD, countries_of, subscribe, unsubscribe
from storage.tables import chats, subscriptions

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
    next_due_at=NOW + timedelta(hours=22),
)


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
        followed = [await subscribe(conn, SUPERGROUP, code, NOW) for code in ("TR", "RU", "TR", WORLD)]
        assert followed == [True, True, False, True]
        assert await unsubscribe(conn, SUPERGROUP, "RU")
        assert not await unsubscribe(conn, SUPERGROUP, "RU")
    async with storage.read() as conn:
        assert await countries_of(conn, SUPERGROUP) == (WORLD, "TR")
        assert await countries_of(conn, 1) == ()


@pytest.mark.asyncio
async def test_what_a_chat_follows_moves_with_it_to_its_new_id(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_chat(conn, replace(CHAT, id=-5))
        await subscribe(conn, -5, "TR", NOW)
        await conn.execute(update(chats).values(id=SUPERGROUP))
        assert await countries_of(conn, SUPERGROUP) == ("TR",)
        assert (await conn.execute(select(subscriptions.c.chat_id))).scalars().all() == [SUPERGROUP]
