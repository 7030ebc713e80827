"""Deliveries before they are sent: written for many chats at once, and taken back from each."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.model import Chat, Settlement
from storage import Storage
from storage.chats import save_chat
from storage.deliveries import Pause, claim, count_open, put_off, settle
from storage.planned import Stale, stale, take_back, withdraw
from storage.tables import deliveries
from tests.ledger import plan

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
OLD = NOW - timedelta(hours=6)
DAY, NEXT = date(2024, 3, 1), date(2024, 3, 2)
SENT = Settlement("sent", NOW, message_id=5)


async def _plan(
    storage: Storage, chats: Sequence[int], *parts: str, day: date = DAY, due_at: datetime = NOW
) -> None:
    async with storage.write() as conn:
        for chat in chats:
            await save_chat(conn, Chat(chat, "private", "UTC", NOW, NOW))
        await plan(conn, chats, day, briefing=f"of {day}", parts=parts, due_at=due_at)


def _stale(chat: int, day: date = DAY) -> Stale:
    return Stale(chat, day, f"of {day}", "")


@pytest.mark.asyncio
async def test_a_briefing_is_stale_when_it_is_old_and_nothing_of_it_went_out(storage: Storage) -> None:
    await _plan(storage, (7, 8), "one", "two")
    await _plan(storage, (9,), "one", due_at=LATER)
    async with storage.write() as conn:
        assert await stale(conn, LATER, LATER, 10) == (_stale(7), _stale(8))
        assert await stale(conn, LATER, LATER, 1, lock=True) == (_stale(7),)
        (first,) = await claim(conn, "w", NOW, LATER + timedelta(minutes=1), OLD, limit=1)
        assert await stale(conn, LATER, LATER, 10) == (_stale(8),)
        await settle(conn, [(first, SENT)])
        assert await stale(conn, LATER, LATER + timedelta(days=1), 10) == (_stale(8),)


@pytest.mark.asyncio
async def test_what_waits_to_be_tried_again_is_as_stale_as_what_was_never_tried(storage: Storage) -> None:
    await _plan(storage, (7,), "one")
    async with storage.write() as conn:
        (one,) = await claim(conn, "w", NOW, NOW + timedelta(minutes=5), OLD, limit=1)
        assert await stale(conn, LATER, NOW, 10) == ()
        await put_off(conn, [(one, Pause(LATER + timedelta(hours=1), "ConnectError"))])
        assert await stale(conn, LATER, LATER, 10) == (_stale(7),)


@pytest.mark.asyncio
async def test_what_is_taken_back_is_what_was_not_sent(storage: Storage) -> None:
    await _plan(storage, (7,), "one", "two")
    await _plan(storage, (7,), "three", day=NEXT)
    await _plan(storage, (8,), "four")
    async with storage.write() as conn:
        await settle(conn, [(each, SENT) for each in await claim(conn, "w", NOW, LATER, OLD, limit=1)])
        assert await withdraw(conn, 7) == (f"of {NEXT}",)
        assert await withdraw(conn, 7) == ()
        assert await count_open(conn) == 1


@pytest.mark.asyncio
async def test_a_day_is_taken_back_from_the_chats_named_and_no_other(storage: Storage) -> None:
    await _plan(storage, (7, 8, 9), "one", "two")
    await _plan(storage, (7,), "three", day=NEXT)
    async with storage.write() as conn:
        await take_back(conn, (7, 8), DAY)
        columns = (deliveries.c.chat_id, deliveries.c.local_date)
        assert set(map(tuple, await conn.execute(select(*columns)))) == {(9, DAY), (7, NEXT)}
