"""The key of what decides a text: alike for who wishes alike, and never behind what it is made of."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.model import WORLD, Chat, Length
from storage import Storage
from storage.chats import move_chat, save_chat
from storage.subscriptions import countries_of, subscribe, unsubscribe
from storage.tables import chats
from storage.wishes import keep_wish, wish_key

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
CHAT = Chat(7, "private", "Europe/Paris", NOW, NOW)


async def _kept(storage: Storage, chat: int = 7) -> str:
    async with storage.read() as conn:
        key: str = (await conn.execute(select(chats.c.wish).where(chats.c.id == chat))).scalar_one()
        return key


@pytest.mark.parametrize(
    ("follows", "chat"),
    [
        (("FR",), CHAT),
        (("DE", "FR"), replace(CHAT, zone="Europe/Berlin")),
        (("DE", "FR"), replace(CHAT, length=Length.SHORT)),
        (("DE", "FR"), replace(CHAT, silent_when_empty=True)),
        ((WORLD,), CHAT),
        ((), CHAT),
        # Chats of one wish are due again at one moment.
        (("DE", "FR"), replace(CHAT, minute=600)),
        (("DE", "FR"), replace(CHAT, weekdays=1)),
        (("DE", "FR"), replace(CHAT, quiet_from=0, quiet_until=60)),
    ],
)
def test_whoever_wishes_something_else_has_another_key(follows: tuple[str, ...], chat: Chat) -> None:
    assert wish_key(follows, chat) != wish_key(("DE", "FR"), CHAT)


@pytest.mark.parametrize(
    "chat",
    [
        replace(CHAT, id=8, kind="group", title="Another", language="de"),
        replace(CHAT, next_due_at=NOW, last_date=NOW.date()),
        replace(CHAT, paused_at=NOW, paused_because="bot was kicked"),
    ],
)
def test_whoever_wishes_the_same_has_the_same_key(chat: Chat) -> None:
    assert wish_key(("FR", "DE"), chat) == wish_key(("DE", "FR"), CHAT)
    assert wish_key((WORLD, "FR"), chat) == wish_key((WORLD,), CHAT)


@pytest.mark.asyncio
async def test_every_change_of_a_wish_keeps_the_key(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_chat(conn, CHAT)
    assert await _kept(storage) == wish_key((), CHAT)
    async with storage.write() as conn:
        await subscribe(conn, 7, ("FR", "DE"), NOW)
    assert await _kept(storage) == wish_key(("DE", "FR"), CHAT)
    async with storage.write() as conn:
        await unsubscribe(conn, 7, ("FR",))
    assert await _kept(storage) == wish_key(("DE",), CHAT)
    for chat in (replace(CHAT, zone="Asia/Tokyo"), replace(CHAT, length=Length.SHORT)):
        async with storage.write() as conn:
            await save_chat(conn, chat)
        assert await _kept(storage) == wish_key(("DE",), chat)
    async with storage.write() as conn:
        await move_chat(conn, 7, -1007)
        assert await countries_of(conn, -1007) == ("DE",)
    assert await _kept(storage, -1007) == wish_key(("DE",), replace(CHAT, length=Length.SHORT))


@pytest.mark.asyncio
async def test_a_chat_nobody_knows_has_no_key(storage: Storage) -> None:
    async with storage.write() as conn:
        await keep_wish(conn, 7)
        assert (await conn.execute(select(chats.c.wish))).all() == []
