"""Planning: composed once for all who are told the same, at each reader's hour, and in nobody's quiet hours."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.delivery.due import GRACE
from bot.flows import readers, upkeep
from bot.flows.daily import REMEMBERED
from bot.flows.deliver import send_ready
from bot.flows.desk import Desk
from bot.flows.plan import first_briefing, note_told, plan_due
from bot.model import Length
from storage import Storage
from storage.notes import find_note
from storage.tables import briefings, chats, deliveries, memories
from tests.e2e.bot.news import hear, statement
from tests.flows.chats import DUE, MORNING, Clock, Counting, Inline, PostOffice, desk_of, known, visitor
from tests.ledger import plan_and_write

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LATE = "This briefing comes late"


async def _follow(desk: Desk, *ids: int, countries: tuple[str, ...] = ("FR",)) -> None:
    for chat in ids:
        await readers.follow(desk, visitor(chat), countries)


async def _due(desk: Desk, chat: int) -> datetime | None:
    return (await known(desk, chat)).chat.next_due_at


async def _memories(desk: Desk) -> set[str | None]:
    async with desk.storage.read() as conn:
        return set((await conn.execute(select(chats.c.memory_id))).scalars())


async def _count(desk: Desk, table: Any) -> int:
    async with desk.storage.read() as conn:
        return (await conn.execute(select(func.count()).select_from(table))).scalar_one()


async def _days(desk: Desk, chat: int) -> list[date]:
    query = select(deliveries.c.local_date).where(deliveries.c.chat_id == chat)
    async with desk.storage.read() as conn:
        return sorted((await conn.execute(query)).scalars())


# Composed once


@pytest.mark.asyncio
async def test_chats_of_one_wish_and_memory_get_one_briefing_composed_once(
    desk: Desk, clock: Clock, compute: Counting, post: PostOffice
) -> None:
    await _follow(desk, *range(1, 31))
    await readers.set_length(desk, visitor(30), Length.SHORT)
    for day in range(3):
        await hear(desk.storage, statement(MORNING + day * DAY, words=f"Words of day {day}."))
        clock.at = DUE + day * DAY + timedelta(seconds=7)
        assert await plan_and_write(desk) == 30
        assert compute.made == 2 * (day + 1)
        await send_ready(desk, post, "w")
    assert len(await _memories(desk)) == 1
    for chat in (1, 17, 30):
        assert [f"Words of day {day}." in post.texts(chat)[day] for day in range(3)] == [True] * 3
        assert "Words of day 0." not in post.texts(chat)[1]


@pytest.mark.asyncio
async def test_chats_of_other_rhythms_are_told_the_same_and_it_is_composed_once(
    desk: Desk, clock: Clock, compute: Counting, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING, words="The words."))
    await _follow(desk, *range(1, 7))
    for chat, hours in ((2, (0, 60)), (3, (0, 120)), (4, (1320, 300))):
        await readers.set_quiet(desk, visitor(chat), hours)
    await readers.toggle_weekday(desk, visitor(5), 3)
    clock.at = DUE
    assert await plan_due(desk) == 6
    assert compute.made == 1
    await send_ready(desk, post, "w")
    assert sorted(post.chats()) == list(range(1, 7))
    assert len({letter.html for letter in post.sent}) == 1


@pytest.mark.asyncio
async def test_who_was_told_something_else_is_told_what_is_new_to_them(
    desk: Desk, clock: Clock, compute: Counting, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING - HOUR, words="Words of the night."))
    await _follow(desk, 1, 2, 3)
    made = await first_briefing(desk, await known(desk, 1))
    assert made
    await note_told(desk, 1, made)
    clock.at = DUE
    await plan_and_write(desk)
    assert compute.made == 3
    await send_ready(desk, post, "w")
    assert ["Words of the night." in post.texts(chat)[0] for chat in (1, 2, 3)] == [False, True, True]


@pytest.mark.asyncio
async def test_a_wish_changed_while_a_briefing_is_written_is_heeded(
    storage: Storage, clock: Clock, post: PostOffice
) -> None:
    class Slow(Inline):
        async def run(self, *args: Any, **kwargs: Any) -> Any:
            if not desk_is_changed:
                desk_is_changed.append(True)
                await readers.follow(slow, visitor(7), ("KE",))
                await readers.unfollow(slow, visitor(7), ("FR",))
            return await super().run(*args, **kwargs)

    desk_is_changed: list[bool] = []
    slow = Desk(storage, Slow(), clock)
    await hear(storage, statement(MORNING, "KE", "Of Kenya."), statement(MORNING, "FR", "Of France."))
    await _follow(slow, 7, 8)
    clock.at = DUE
    assert await plan_and_write(slow) == 2
    await send_ready(slow, post, "w")
    assert ["Of Kenya." in post.texts(chat)[0] for chat in (7, 8)] == [True, False]
    assert ["Of France." in post.texts(chat)[0] for chat in (7, 8)] == [False, True]


@pytest.mark.asyncio
async def test_a_key_that_was_written_past_us_is_mended_before_anything_is_told(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await hear(desk.storage, statement(MORNING, "KE", "Of Kenya."), statement(MORNING, "FR", "Of France."))
    await _follow(desk, 1)
    await _follow(desk, 2, countries=("KE",))
    async with desk.storage.write() as conn:
        await conn.execute(update(chats).values(wish=""))
    clock.at = DUE
    assert await plan_and_write(desk) == 2
    await send_ready(desk, post, "w")
    assert ["Of Kenya." in post.texts(chat)[0] for chat in (1, 2)] == [False, True]


@pytest.mark.asyncio
async def test_weekdays_of_one_group_are_each_moved_on_to_their_own_next_day(
    desk: Desk, clock: Clock, compute: Counting
) -> None:
    await _follow(desk, 1, 2, 3)
    await readers.toggle_weekday(desk, visitor(2), 1)
    clock.at = DUE
    assert await plan_and_write(desk) == 3
    assert compute.made == 1
    assert [await _due(desk, chat) for chat in (1, 2, 3)] == [DUE + DAY, DUE + 2 * DAY, DUE + DAY]


@pytest.mark.asyncio
async def test_planners_at_once_write_each_chat_once(postgres_storage: Storage, clock: Clock) -> None:
    desk = desk_of(postgres_storage, clock)
    for chat in range(1, 41):
        await _follow(desk, chat, countries=(("FR", "DE", "IT", "ES", "PT")[chat % 5],))
    clock.at = DUE
    counts = await asyncio.gather(*(plan_and_write(desk_of(postgres_storage, clock)) for _ in range(3)))
    assert sum(counts) + await plan_and_write(desk) == 40
    async with postgres_storage.read() as conn:
        assert sorted((await conn.execute(select(deliveries.c.chat_id))).scalars()) == list(range(1, 41))


# Late


@pytest.mark.asyncio
async def test_a_late_one_past_midnight_leaves_the_new_day_its_own(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _follow(desk, 7)
    clock.at = DUE + timedelta(hours=16)
    await plan_and_write(desk)
    await send_ready(desk, post, "w")
    clock.at = DUE + DAY
    await plan_and_write(desk)
    await send_ready(desk, post, "w")
    assert [LATE in text for text in post.texts(7)] == [True, False]
    assert await _days(desk, 7) == [DUE.date(), (DUE + DAY).date()]


@pytest.mark.asyncio
async def test_a_late_one_right_before_the_new_days_hour_stands_for_it(
    desk: Desk, clock: Clock, post: PostOffice
) -> None:
    await _follow(desk, 7)
    clock.at = DUE + DAY - GRACE + timedelta(minutes=1)
    await plan_and_write(desk)
    await send_ready(desk, post, "w")
    clock.at = DUE + DAY
    assert await plan_and_write(desk) == 0
    assert await _days(desk, 7) == [(DUE + DAY).date()]
    assert await _due(desk, 7) == DUE + 2 * DAY


# Quiet hours


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("hour", "stands_for", "next_one"),
    [
        # Yesterday's comes when the quiet hours are over, and today's at its own hour.
        (20, date(2026, 3, 16), datetime(2026, 3, 17, 20, tzinfo=UTC)),
        # So near to today's own hour it stands for it.
        (9, date(2026, 3, 17), datetime(2026, 3, 18, 9, tzinfo=UTC)),
    ],
)
async def test_a_late_one_waits_until_the_quiet_hours_end(
    desk: Desk, clock: Clock, hour: int, stands_for: date, next_one: datetime
) -> None:
    await _follow(desk, 7)
    await readers.set_minute(desk, visitor(7), hour * 60)
    await readers.set_quiet(desk, visitor(7), (22 * 60, 7 * 60))
    clock.at = datetime(2026, 3, 17, 3, 30, tzinfo=UTC)
    assert await plan_and_write(desk) == 0
    assert await _due(desk, 7) == datetime(2026, 3, 17, 7, tzinfo=UTC)

    clock.at = datetime(2026, 3, 17, 7, 0, 5, tzinfo=UTC)
    assert await plan_and_write(desk) == 1
    assert await _days(desk, 7) == [stands_for]
    assert await _due(desk, 7) == next_one


@pytest.mark.asyncio
async def test_an_hour_within_the_quiet_hours_waits_for_their_end_each_day(desk: Desk, clock: Clock) -> None:
    await _follow(desk, 7)
    await readers.set_quiet(desk, visitor(7), (22 * 60, 8 * 60))
    for day in range(2):
        assert await _due(desk, 7) == DUE + day * DAY + HOUR
        clock.at = DUE + day * DAY + HOUR
        assert await plan_and_write(desk) == 1
        await send_ready(desk, PostOffice(), "w")
    assert await _days(desk, 7) == [DUE.date(), (DUE + DAY).date()]
    await readers.set_quiet(desk, visitor(7), None)
    assert await _due(desk, 7) == DUE + 2 * DAY


# Upkeep


@pytest.mark.asyncio
async def test_under_new_rules_of_the_zones_due_moments_are_reckoned_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "MOMENTS_AT_ONCE", 1)
    monkeypatch.setattr(upkeep, "PORTION", 2)
    await _follow(desk, *range(1, 8))
    await readers.set_zone(desk, visitor(6), "Asia/Tokyo")
    await plan_and_write(desk)
    right = {chat: await _due(desk, chat) for chat in range(1, 8)}
    async with desk.storage.write() as conn:
        # Reckoned by rules that had summer time, or kept another; and one that was put off for another reason.
        await conn.execute(update(chats).where(chats.c.id <= 5).values(next_due_at=DUE - HOUR / 2))
        await conn.execute(update(chats).where(chats.c.id == 6).values(next_due_at=DUE + 16 * HOUR))
        await conn.execute(update(chats).where(chats.c.id == 7).values(next_due_at=DUE + 9 * HOUR))
    await plan_and_write(desk)
    assert await _due(desk, 1) == DUE - HOUR / 2

    monkeypatch.setattr(upkeep, "zone_rules", lambda: "newer")
    await plan_and_write(desk)
    assert {chat: await _due(desk, chat) for chat in range(1, 7)} == {
        chat: right[chat] for chat in range(1, 7)
    }
    assert await _due(desk, 7) == DUE + 9 * HOUR
    async with desk.storage.read() as conn:
        assert await find_note(conn, upkeep.RULES) == "newer"


def test_the_rules_of_the_zones_have_a_name() -> None:
    assert any(character.isdigit() for character in upkeep.zone_rules())


@pytest.mark.asyncio
async def test_what_was_told_is_forgotten_when_nobody_holds_it_and_it_is_old(
    desk: Desk, clock: Clock
) -> None:
    await hear(desk.storage, statement(MORNING))
    await _follow(desk, 7)
    clock.at = DUE
    await plan_and_write(desk)
    await readers.forget(desk, 7)
    clock.at = DUE + REMEMBERED
    await plan_and_write(desk)
    assert await _count(desk, memories) == 1
    clock.at = DUE + REMEMBERED + DAY
    await plan_and_write(desk)
    assert (await _count(desk, memories), await _count(desk, briefings)) == (0, 0)
