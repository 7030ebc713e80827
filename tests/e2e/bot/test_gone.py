"""Chats that cannot be written to any more, and those that can be again."""

from datetime import timedelta

import pytest

from bot.delivery.due import GRACE
from storage.editions import write_out
from tests.e2e.bot.news import call, hear, statement
from tests.e2e.bot.scene import ADMIN, EIGHT, GROUP, MORNING, OTHER, READER, Scene

DAY = timedelta(days=1)


@pytest.mark.asyncio
async def test_who_blocks_the_bot_is_sent_nothing_more_until_they_write_again(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.follow(reader, "Russia, France", "Berlin", "8:00")
    await hear(bot.storage, call(MORNING))
    reader.blocks()
    await bot.api.wait_until(lambda: bot.api.pending == 0)
    await bot.follow(bot.api.private(OTHER), "Russia", "Berlin", "8:00")
    before = len(bot.sends(READER))
    for day in range(3):
        bot.clock.goes_to(EIGHT + day * DAY)
        await bot.hand.tick()
    assert len(bot.sends(READER)) == before
    assert len(bot.briefings(OTHER)) == 3
    paused = (await bot.known(READER)).chat
    assert paused.paused_because == "bot kicked"

    bot.clock.goes_to(EIGHT + 3 * DAY + timedelta(hours=4))
    await hear(bot.storage, statement(bot.clock() - timedelta(hours=1)))
    await bot.says(reader, "/settings", "The next one: Friday 20 March 2026, 08:00.")
    await bot.hand.tick()
    assert bot.briefings(READER) == [], "what was missed is not poured out"
    bot.clock.goes_to(EIGHT + 4 * DAY)
    await bot.hand.tick()
    (told,) = bot.briefings(READER)
    assert "France made a statement" in told
    assert (await bot.known(READER)).chat.paused_at is None


@pytest.mark.asyncio
@pytest.mark.parametrize("is_written", [False, True])
async def test_what_lies_ready_for_who_blocks_the_bot_is_not_sent_and_does_not_count_as_told(
    bot: Scene, *, is_written: bool
) -> None:
    reader = bot.api.private(READER)
    await bot.follow(reader, "Russia", "Berlin", "8:00")
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    await hear(bot.storage, call(EIGHT + timedelta(hours=1)))
    bot.clock.goes_to(EIGHT + DAY)
    await bot.hand.plan()
    if is_written:
        async with bot.storage.write() as conn:
            await write_out(conn, bot.clock(), bot.clock() - GRACE, limit=10)
    assert await bot.ledger(READER) == [(0, "sent")] + [(0, None)] * is_written
    reader.blocks()
    await bot.quiet(reader)
    assert await bot.ledger(READER) == [(0, "sent")]
    await bot.hand.tick()
    assert len(bot.briefings(READER)) == 1
    bot.clock.goes_to(EIGHT + 2 * DAY)
    await bot.hand.tick()
    assert "spoke by phone" in bot.briefings(READER)[1]


@pytest.mark.asyncio
async def test_a_deleted_account_is_found_out_once_and_let_be(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.follow(reader, "Russia", "Berlin", "8:00")
    reader.deactivates()
    for day in range(3):
        bot.clock.goes_to(EIGHT + day * DAY)
        await bot.hand.tick()
        await bot.hand.tick()
    assert [each for each in bot.sends(READER) if each != "ok"] == ["403 Forbidden: user is deactivated"]
    assert (await bot.known(READER)).chat.paused_because == "user is deactivated"
    assert await bot.ledger(READER) == [(0, "gone")]


@pytest.mark.asyncio
async def test_who_blocks_the_bot_while_it_answers_is_paused(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.follow(reader, "Russia")
    sent = reader.says("/settings")
    reader.deactivates()
    await bot.api.wait_until(lambda: any("deactivated" in each for each in bot.sends(READER)))
    bot.clock.goes_to(EIGHT)
    await bot.api.wait_until(lambda: bot.api.pending == 0)
    await bot.hand.tick()
    assert [each for each in bot.api.messages(READER) if each.message_id > sent.message_id] == []
    assert (await bot.known(READER)).chat.paused_at is not None


@pytest.mark.asyncio
async def test_a_group_that_puts_the_bot_out_is_left_alone_and_greeted_when_it_takes_it_back(
    bot: Scene,
) -> None:
    admin = bot.api.private(ADMIN)
    group = bot.api.group(GROUP, "Desk", [admin], joined=False)
    group.adds()
    await bot.api.wait_for(GROUP, "What shall it cover?")
    await bot.says(admin, "/subscribe Russia", "You follow Russia.", group)
    group.kicks()
    await bot.api.wait_until(lambda: bot.api.pending == 0)
    before = len(bot.sends(GROUP))
    bot.clock.goes_to(EIGHT)
    await bot.quiet(admin)
    await bot.hand.tick()
    assert len(bot.sends(GROUP)) == before
    assert (await bot.known(GROUP)).chat.paused_because == "bot kicked"

    last = bot.api.messages(GROUP)[-1]
    group.adds()
    await bot.api.wait_for(GROUP, "You follow Russia.\n", after=last.message_id)
    assert (await bot.known(GROUP)).chat.paused_at is None
    bot.clock.goes_to(EIGHT + DAY)
    await bot.hand.tick()
    assert len(bot.briefings(GROUP)) == 1


@pytest.mark.asyncio
async def test_a_group_in_which_the_bot_may_not_write_is_paused_until_somebody_writes_to_it(
    bot: Scene,
) -> None:
    admin = bot.api.private(ADMIN)
    group = bot.api.group(GROUP, "Desk", [admin])
    await bot.says(admin, "/subscribe Russia", "You follow Russia.", group)
    group.mutes()
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    bot.clock.goes_to(EIGHT + DAY)
    await bot.hand.tick()
    assert sum(each != "ok" for each in bot.sends(GROUP)) == 1
    paused = (await bot.known(GROUP)).chat
    assert paused.paused_because == "Not enough rights to send text messages to the chat"

    group.mutes(muted=False)
    await bot.says(admin, "/settings", "You follow Russia.", group)
    bot.clock.goes_to(EIGHT + 2 * DAY)
    await bot.hand.tick()
    assert len(bot.briefings(GROUP)) == 1
