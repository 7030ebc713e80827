"""Chats that are due, by group: found by the index, taken by one planner, moved on together."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import WORLD, Chat, Length
from storage import Storage, due
from storage.briefings import Given, memory_of, tell
from storage.chats import find_chat, save_chat
from storage.due import (
    Group,
    Reckoned,
    Rhythm,
    due_groups,
    hold_memory,
    make_due,
    move_on,
    put_off,
    reckon_anew,
    reckoned,
    take,
)
from storage.editions import Edition, announce
from storage.subscriptions import subscribe
from storage.tables import chats
from storage.wishes import wish_key

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
DUE = Chat(7, "private", "UTC", NOW, NOW, minute=360, next_due_at=NOW)
DAILY = Rhythm(360, 127)


async def _store(storage: Storage, *chats: Chat, follows: Sequence[str] = ("RU", "TR")) -> Group:
    async with storage.write() as conn:
        for chat in chats:
            await save_chat(conn, chat)
            await subscribe(conn, chat.id, follows, NOW)
    return Group(chats[0].next_due_at or NOW, wish_key(follows, chats[0]), "")


async def _groups(conn: AsyncConnection, now: datetime = NOW, limit: int = 10) -> dict[Group, int]:
    return dict(await due_groups(conn, now, limit))


async def _taken(storage: Storage, group: Group, limit: int = 10) -> tuple[int, ...]:
    async with storage.write() as conn:
        return await take(conn, group, limit)


@pytest.mark.asyncio
async def test_due_are_chats_whose_hour_has_come_and_that_can_be_written_to(storage: Storage) -> None:
    early = await _store(storage, replace(DUE, id=8, next_due_at=NOW - HOUR))
    group = await _store(
        storage,
        DUE,
        replace(DUE, id=9, next_due_at=NOW + timedelta(seconds=1)),
        replace(DUE, id=10, next_due_at=None),
        replace(DUE, id=11, paused_at=NOW),
        replace(DUE, id=12),
    )
    async with storage.read() as conn:
        assert list((await _groups(conn)).items()) == [(early, 8), (group, 7)]
        assert await _groups(conn, limit=1) == {early: 8}
    assert await _taken(storage, group) == (7, 12)
    assert await _taken(storage, group, limit=1) == (7,)


@pytest.mark.asyncio
async def test_whoever_is_to_be_told_something_else_is_of_another_group(storage: Storage) -> None:
    plain = await _store(storage, DUE)
    short = await _store(storage, replace(DUE, id=8, length=Length.SHORT))
    world = await _store(storage, replace(DUE, id=9), follows=(WORLD,))
    await _store(storage, replace(DUE, id=10))
    async with storage.write() as conn:
        given = Given("told", NOW.date(), NOW - 24 * HOUR, NOW)
        await tell(conn, 10, given, {}, NOW - 300 * HOUR)
        told = replace(plain, memory=(await memory_of(conn, 10)).id or "")
        assert await _groups(conn) == {plain: 7, short: 8, world: 9, told: 10}
    for chat, group in ((7, plain), (8, short), (9, world), (10, told)):
        assert await _taken(storage, group) == (chat,)


@pytest.mark.asyncio
async def test_whoever_has_another_rhythm_is_of_another_group_though_due_at_the_same_moment(
    storage: Storage,
) -> None:
    chats = (
        DUE,
        replace(DUE, id=8, weekdays=1),
        replace(DUE, id=9, quiet_from=1320, quiet_until=360),
        replace(DUE, id=11, minute=None),
    )
    groups = [await _store(storage, each) for each in chats]
    async with storage.read() as conn:
        assert await _groups(conn) == {group: chat.id for group, chat in zip(groups, chats, strict=True)}


@pytest.mark.asyncio
async def test_groups_are_found_past_those_that_have_an_edition(storage: Storage) -> None:
    groups = [
        await _store(storage, *(replace(DUE, id=20 * n + k, next_due_at=NOW - n * HOUR) for k in range(3)))
        for n in range(1, 6)
    ]
    groups.reverse()
    async with storage.write() as conn:
        for group in groups[:2]:
            assert await announce(conn, Edition(group, NOW.date(), "b", NOW, "", None), ["text"])
        assert [group for group, _ in await due_groups(conn, NOW, 10)] == groups[2:]
        assert [group for group, _ in await due_groups(conn, NOW, 2)] == groups[2:4]
        assert [group for group, _ in await due_groups(conn, NOW, 10, groups[3])] == groups[4:]
        assert await due_groups(conn, NOW, 10, groups[4]) == ()
        assert [group for group, _ in await due_groups(conn, NOW - 3 * HOUR, 10)] == groups[2:3]


@pytest.mark.asyncio
async def test_more_groups_than_one_statement_looks_at_are_all_found(storage: Storage) -> None:
    count = due._STEPS + 200
    async with storage.write() as conn:
        row = {"kind": "private", "zone": "UTC", "created_at": NOW, "seen_at": NOW, "next_due_at": NOW}
        await conn.execute(insert(chats), [row | {"id": n + 1, "wish": f"{n:05}"} for n in range(count)])
        found = await due_groups(conn, NOW, count)
    assert [group.wish for group, _ in found] == [f"{n:05}" for n in range(count)]


@pytest.mark.asyncio
async def test_chats_that_are_moved_on_are_due_no_more(storage: Storage) -> None:
    group = await _store(storage, DUE, replace(DUE, id=8))
    tomorrow = NOW + 24 * HOUR
    async with storage.write() as conn:
        await move_on(conn, (7,), tomorrow, NOW.date(), "told")
        await move_on(conn, (), None, NOW.date(), "")
        assert await find_chat(conn, 7) == replace(DUE, next_due_at=tomorrow, last_date=NOW.date())
        assert await find_chat(conn, 8) == replace(DUE, id=8)
        assert await _groups(conn, tomorrow) == {group: 8, replace(group, due_at=tomorrow, memory="told"): 7}
        await hold_memory(conn, (7,), "")
        await make_due(conn, (7,), NOW)
        assert await find_chat(conn, 7) == DUE
        await put_off(conn, (7, 8), tomorrow)
        assert await _groups(conn) == {}
        await put_off(conn, (7, 8), None)
        assert await _groups(conn, tomorrow) == {}


@pytest.mark.asyncio
async def test_whoever_changes_a_wish_meanwhile_is_left_for_the_next_time(storage: Storage) -> None:
    group = await _store(storage, DUE, replace(DUE, id=8))
    async with storage.write() as conn:
        await subscribe(conn, 7, ("FR",), NOW)
    assert await _taken(storage, group) == (8,)


@pytest.mark.asyncio
async def test_chats_that_one_planner_holds_are_left_to_it(postgres_storage: Storage) -> None:
    group = await _store(postgres_storage, *(replace(DUE, id=number) for number in range(1, 7)))
    async with postgres_storage.write() as one:
        assert await take(one, group, 4) == (1, 2, 3, 4)
        async with asyncio.timeout(10), postgres_storage.write() as other:
            assert await take(other, group, 4) == (5, 6)
            await put_off(other, (5, 6), None)
        await put_off(one, (1, 2, 3, 4), None)
    assert await _taken(postgres_storage, group) == ()


@pytest.mark.asyncio
async def test_due_moments_are_reckoned_anew_for_all_that_were_reckoned_alike(storage: Storage) -> None:
    soon, later = NOW + HOUR, NOW + 2 * HOUR
    had = replace(DUE, last_date=date(2024, 2, 29))
    await _store(storage, *(replace(had, id=number, next_due_at=soon) for number in (1, 2, 3)))
    await _store(storage, replace(had, id=4, next_due_at=soon, zone="Asia/Tokyo"), follows=("FR",))
    await _store(storage, replace(DUE, id=5, next_due_at=later), replace(DUE, id=6), follows=("FR",))
    await _store(storage, replace(had, id=7, next_due_at=soon, paused_at=NOW))
    mine = Reckoned(soon, had.last_date, "UTC", DAILY)
    async with storage.write() as conn:
        found, last = await reckoned(conn, NOW, 1)
        assert (set(found), last) == ({mine, replace(mine, zone="Asia/Tokyo")}, soon)
        assert last
        assert await reckoned(conn, last, 5) == ((Reckoned(later, None, "UTC", DAILY),), later)
        assert await reckoned(conn, later, 5) == ((), None)
        assert [await reckon_anew(conn, mine, later, 2) for _ in range(3)] == [2, 1, 0]
        moved = [await find_chat(conn, number) for number in range(1, 8)]
        assert [chat.next_due_at for chat in moved if chat] == [later, later, later, soon, later, NOW, soon]
