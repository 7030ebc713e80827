"""/stop, and deleting everything."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.tables import metadata
from tests.e2e.bot.news import call, hear
from tests.e2e.bot.scene import EIGHT, MORNING, OTHER, Scene
from tests.stand_in import Private

both = pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"], indirect=True)
ALONE = 987_654_321
"""An id that no other value in any table can be taken for."""


async def rows_about(bot: Scene, chat: int) -> list[str]:
    """The tables in which anything names a chat."""
    found = []
    async with bot.storage.read() as conn:
        for table in metadata.sorted_tables:
            rows = (await conn.execute(select(table))).all()
            found += [table.name for row in rows if str(chat) in str(tuple(row))]
    return found


async def leave(bot: Scene, reader: Private) -> None:
    stopped = await bot.says(reader, "/stop", "Stopped: no briefing is sent any more.")
    sure = await bot.taps(reader, stopped, "Delete everything", "Shall everything")
    await bot.taps(reader, sure, "Delete everything", "Deleted: nothing about this chat is stored any more.")


@pytest.mark.asyncio
async def test_after_stop_nothing_is_sent_what_is_followed_is_kept_and_it_can_begin_again(bot: Scene) -> None:
    reader = bot.api.private(ALONE)
    await bot.follow(reader, "Russia", "Berlin", "8:00")
    await hear(bot.storage, call(MORNING))
    bot.clock.goes_to(EIGHT)
    await bot.hand.plan()
    stopped = await bot.says(reader, "/stop", "Stopped: no briefing is sent any more.")
    await bot.hand.tick()
    bot.clock.goes_to(EIGHT + timedelta(days=1))
    await bot.hand.tick()
    assert bot.briefings(ALONE) == []
    await bot.says(reader, "/country russia", "spoke by phone")
    assert (await bot.known(ALONE)).follows == ("RU",)

    hours = await bot.taps(reader, stopped, "Start again", "At what hour")
    await bot.taps(reader, hours, "08:00", "The next one: Wednesday 18 March 2026, 08:00.")
    bot.clock.goes_to(EIGHT + timedelta(days=2))
    await bot.hand.tick()
    assert len(bot.briefings(ALONE)) == 1


@pytest.mark.asyncio
@both
async def test_who_deletes_everything_is_in_no_table_and_is_sent_nothing_more(bot: Scene) -> None:
    reader = bot.api.private(ALONE, first_name="Reader")
    await bot.follow(reader, "Russia", "Berlin", "8:00")
    await bot.follow(bot.api.private(OTHER), "Russia", "Berlin", "8:00")
    await hear(bot.storage, call(MORNING))
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    bot.clock.goes_to(EIGHT + timedelta(days=1))
    await bot.hand.plan()
    assert set(await rows_about(bot, ALONE)) == {"chats", "subscriptions", "deliveries"}

    await leave(bot, reader)
    assert await rows_about(bot, ALONE) == []
    for day in range(1, 4):
        bot.clock.goes_to(EIGHT + timedelta(days=day))
        await bot.hand.tick()
    assert len(bot.briefings(ALONE)) == 1
    assert len(bot.briefings(OTHER)) == 4
    assert await rows_about(bot, ALONE) == []
    reader.blocks()
    await bot.quiet(bot.api.private(OTHER))
    assert await rows_about(bot, ALONE) == []


@pytest.mark.asyncio
async def test_who_changes_their_mind_keeps_everything(bot: Scene) -> None:
    reader = bot.api.private(ALONE)
    await bot.follow(reader, "Russia", "Berlin", "8:00")
    stopped = await bot.says(reader, "/stop", "Stopped")
    sure = await bot.taps(reader, stopped, "Delete everything", "Shall everything")
    await bot.taps(reader, sure, "Keep it", "You follow Russia.")
    assert (await bot.known(ALONE)).chat.zone == "Europe/Berlin"


@pytest.mark.asyncio
async def test_who_comes_back_after_deleting_everything_is_new(bot: Scene) -> None:
    reader = bot.api.private(ALONE)
    await bot.follow(reader, "Russia", "Berlin", "8:00")
    await leave(bot, reader)
    hello = await bot.says(reader, "/start", "hands you one briefing a day")
    await bot.taps(reader, hello, "🌐 The whole world", "At what hour")
    assert (await bot.known(ALONE)).chat.zone == "UTC"
    assert len(bot.briefings(ALONE)) == 1
