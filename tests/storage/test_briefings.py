"""What chats were told: kept once, held by each, forgotten one by one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, Stage, Status, Told
from storage import Storage
from storage.briefings import (
    Given,
    Memory,
    briefing_id,
    events_told,
    find_memory,
    forget_memories,
    memory_of,
    save_briefing,
    save_memory,
    tell,
    told_lately,
    unheld_memories,
    untell,
)
from storage.chats import forget_chat, move_chat, save_chat
from storage.statements import insert
from storage.tables import briefings, event_findings, events, memories, remembered, told

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PLANNED = Told(status=Status.PLANNED, date=date(2024, 3, 3), publishers=("A",))
HELD = Told(status=Status.HELD, date=date(2024, 3, 2), publishers=("A", "B"))
LONG_AGO = NOON - timedelta(days=99)
OFFER = Told(stage=Stage.OFFER)
ME, YOU = 7, 8


def _given(id_: str, days: int) -> Given:
    until = NOON + days * DAY
    return Given(id_, until.date(), until - DAY, until)


FIRST, SECOND, THIRD = (_given(name, days) for days, name in enumerate(("first", "second", "third"), 1))


async def _chats(conn: AsyncConnection, *chats: int) -> None:
    for chat in chats:
        await save_chat(conn, Chat(chat, "private", "UTC", NOON, NOON))


async def _tell(conn: AsyncConnection, chat: int, given: Given, **said: Told) -> None:
    await tell(conn, chat, given, said, LONG_AGO)


async def _told(conn: AsyncConnection, chat: int, since: datetime = LONG_AGO) -> dict[str, Told]:
    return await told_lately(conn, (await memory_of(conn, chat)).id, since)


async def _count(conn: AsyncConnection, table: object) -> int:
    count: int = (await conn.execute(select(func.count()).select_from(table))).scalar_one()  # type: ignore[arg-type]  # any table
    return count


@pytest.mark.asyncio
async def test_a_chat_that_was_told_nothing_has_the_empty_memory(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME)
        assert await memory_of(conn, ME) == await memory_of(conn, 99) == Memory()
        assert Memory().id is None
        assert await _told(conn, ME) == {}


@pytest.mark.asyncio
async def test_a_memory_ends_with_the_briefing_that_reaches_furthest(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME)
        await _tell(conn, ME, SECOND)
        await _tell(conn, ME, FIRST)
        assert await memory_of(conn, ME) == Memory(SECOND.until, (FIRST, SECOND))


@pytest.mark.asyncio
async def test_a_chat_was_told_what_its_last_briefing_said_of_a_finding(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME, YOU)
        await _tell(conn, ME, SECOND, call=HELD)
        await _tell(conn, ME, FIRST, call=PLANNED, offer=OFFER)
        await _tell(conn, YOU, THIRD, call=PLANNED, secret=OFFER)
        assert await _told(conn, ME) == {"call": HELD, "offer": OFFER}
        assert await _told(conn, ME, FIRST.until) == {"call": HELD}


@pytest.mark.asyncio
async def test_keeping_a_briefing_or_a_memory_twice_is_harmless(storage: Storage) -> None:
    memory = Memory(FIRST.until, (FIRST,))
    async with storage.write() as conn:
        assert await save_briefing(conn, FIRST, {"call": PLANNED})
        assert not await save_briefing(conn, FIRST, {"call": HELD})
        assert await save_memory(conn, memory) == await save_memory(conn, memory) == memory.id
        assert await find_memory(conn, memory.id) == memory
        assert await told_lately(conn, memory.id, LONG_AGO) == {"call": PLANNED}


@pytest.mark.asyncio
async def test_chats_that_were_told_the_same_hold_one_memory(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME, YOU)
        for given in (FIRST, SECOND):
            await _tell(conn, ME, given, call=PLANNED)
        for given in (SECOND, FIRST):
            await _tell(conn, YOU, given, call=PLANNED)
        assert await memory_of(conn, ME) == await memory_of(conn, YOU)
        assert (await _count(conn, briefings), await _count(conn, told)) == (2, 2)


@pytest.mark.asyncio
async def test_chats_that_began_on_different_days_hold_one_memory_when_that_is_forgotten(
    storage: Storage,
) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME, YOU)
        await _tell(conn, ME, FIRST)
        for chat in (ME, YOU):
            await _tell(conn, chat, SECOND)
        mine, yours = await memory_of(conn, ME), await memory_of(conn, YOU)
        assert mine.id != yours.id
        for chat in (ME, YOU):
            await tell(conn, chat, THIRD, {}, FIRST.until)
        assert await memory_of(conn, ME) == await memory_of(conn, YOU) == Memory(THIRD.until, (SECOND, THIRD))


@pytest.mark.asyncio
async def test_a_briefing_that_never_arrived_is_untold_to_its_chat_alone(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME, YOU)
        for chat in (ME, YOU):
            await _tell(conn, chat, FIRST, call=PLANNED)
        before = await memory_of(conn, ME)
        for chat in (ME, YOU):
            await _tell(conn, chat, SECOND, call=HELD, offer=OFFER)
        await untell(conn, ME, SECOND.id)
        await untell(conn, ME, "unknown")
        await untell(conn, 99, SECOND.id)
        assert await memory_of(conn, ME) == before
        assert await _told(conn, ME) == {"call": PLANNED}
        assert await _told(conn, YOU) == {"call": HELD, "offer": OFFER}


@pytest.mark.asyncio
async def test_who_never_got_a_first_briefing_begins_where_that_began(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME)
        await _tell(conn, ME, FIRST, call=PLANNED)
        await untell(conn, ME, FIRST.id)
        assert await memory_of(conn, ME) == Memory(FIRST.since)
        assert await _told(conn, ME) == {}


@pytest.mark.asyncio
async def test_one_lost_before_another_that_arrived_is_made_up_for(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME)
        for given in (FIRST, SECOND, THIRD):
            await _tell(conn, ME, given)
        await untell(conn, ME, SECOND.id)
        assert await memory_of(conn, ME) == Memory(SECOND.since, (FIRST, THIRD))


@pytest.mark.asyncio
async def test_what_a_chat_was_told_goes_with_it_to_its_new_id(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME)
        await _tell(conn, ME, FIRST, call=PLANNED)
        assert await move_chat(conn, ME, -1007)
        assert await _told(conn, -1007) == {"call": PLANNED}


@pytest.mark.asyncio
async def test_old_memories_are_forgotten_when_no_chat_holds_them(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME, YOU)
        await _tell(conn, ME, FIRST, call=PLANNED)
        await _tell(conn, YOU, FIRST, call=PLANNED)
        await _tell(conn, YOU, SECOND, call=HELD)
        await _tell(conn, YOU, THIRD, offer=OFFER)
        held = {(await memory_of(conn, chat)).id for chat in (ME, YOU)}
        between = Memory(SECOND.until, (FIRST, SECOND)).id
        assert await unheld_memories(conn, SECOND.until) == ()
        assert await unheld_memories(conn, SECOND.until + DAY) == (between,)
        await forget_memories(conn, [between or ""], SECOND.until + DAY)
        assert set((await conn.execute(select(memories.c.id))).scalars()) == held
        assert await _told(conn, ME) == {"call": PLANNED}
        assert await _count(conn, briefings) == 3


@pytest.mark.asyncio
async def test_of_chats_that_are_gone_nothing_is_remembered_in_the_end(storage: Storage) -> None:
    late = THIRD.until + DAY
    async with storage.write() as conn:
        await _chats(conn, ME)
        await _tell(conn, ME, FIRST, call=PLANNED)
        await forget_chat(conn, ME)
        await forget_memories(conn, await unheld_memories(conn, late), late)
        assert [await _count(conn, each) for each in (memories, remembered, briefings, told)] == [0] * 4


@pytest.mark.asyncio
async def test_events_a_chat_was_told_of_lately_are_found_by_their_findings(storage: Storage) -> None:
    async with storage.write() as conn:
        await _chats(conn, ME)
        await conn.execute(
            insert(conn, events),
            [{"id": id_, "kind": "call", "publishers": 1, "copies": 1, "body": "{}"} for id_ in ("e", "f")],
        )
        pairs = [("call", "e"), ("call again", "e"), ("offer", "f")]
        rows = [{"finding_id": finding, "event_id": event} for finding, event in pairs]
        await conn.execute(insert(conn, event_findings), rows)
        await tell(conn, ME, SECOND, {"call": PLANNED, "call again": PLANNED}, LONG_AGO)
        await tell(conn, ME, FIRST, {"offer": OFFER}, LONG_AGO)
        mine = (await memory_of(conn, ME)).id
        assert await events_told(conn, mine, FIRST.until) == ("e",)
        assert await events_told(conn, mine, NOON) == ("e", "f")
        assert await events_told(conn, None, NOON) == ()


def test_a_briefings_name_comes_from_all_it_says() -> None:
    day = NOON.date()
    names = {
        briefing_id(day, NOON - DAY, NOON, {"call": PLANNED}),
        briefing_id(day, NOON - DAY, NOON, {"call": HELD}),
        briefing_id(day, NOON - DAY, NOON, {"offer": PLANNED}),
        briefing_id(day, NOON - 2 * DAY, NOON, {"call": PLANNED}),
        briefing_id(day, NOON - DAY, NOON + DAY, {"call": PLANNED}),
        briefing_id(day + DAY, NOON - DAY, NOON, {"call": PLANNED}),
    }
    assert len(names) == 6
