"""From /start to the first briefing, and to the hour of the daily one."""

import pytest

from tests.e2e.bot.news import call, hear, mediation, statement
from tests.e2e.bot.scene import ADMIN, READER, Scene


@pytest.mark.asyncio
async def test_the_whole_world_is_three_taps_to_the_first_briefing_and_an_hour(bot: Scene) -> None:
    reader = bot.api.private(READER, language_code="de")
    heard = bot.clock.at
    bot.clock.goes_on(minutes=5)
    await hear(bot.storage, call(heard), mediation(heard), statement(heard))
    hello = await bot.says(reader, "/start", "What shall it cover?")

    hours = await bot.taps(reader, hello, "🌐 The whole world", "At what hour")
    (first,) = bot.briefings(READER)
    assert "Russia and Türkiye spoke by phone" in first
    assert "Qatar offered to mediate between Rwanda and" in first
    assert "Here is your first briefing." in bot.api.messages(READER)[0].text

    zones = await bot.taps(reader, hours, "07:00", "Where are you?")
    assert zones.labels[0] == "Berlin · 07:05"
    ready = await bot.taps(reader, zones, "Berlin · 07:05", "You follow the whole world.")
    assert "Your briefing comes at 07:00 Berlin time (UTC+1)." in ready.text
    assert "The next one: Tuesday 17 March 2026, 07:00." in ready.text
    kept = (await bot.known(READER)).chat
    assert (kept.zone, kept.minute) == ("Europe/Berlin", 7 * 60)


@pytest.mark.asyncio
async def test_single_countries_are_picked_and_marked_until_done(bot: Scene) -> None:
    reader = bot.api.private(READER)
    heard = bot.clock.at
    bot.clock.goes_on(minutes=5)
    await hear(bot.storage, call(heard), statement(heard, "KE"), statement(heard, "FR"))
    hello = await bot.says(reader, "/start", "What shall it cover?")
    assert "Done ›" not in hello.labels

    await bot.taps(reader, hello, "🇰🇪 Kenya")
    picked = await bot.taps(reader, hello, "🇷🇺 Russia", "Kenya and Russia")
    assert {"✓ 🇰🇪 Kenya", "✓ 🇷🇺 Russia", "🇫🇷 France"} < set(picked.labels)
    assert [label.removeprefix("✓ ") for label in picked.labels][:-1] == list(hello.labels)
    dropped = await bot.taps(reader, picked, "✓ 🇷🇺 Russia", "You follow Kenya.")
    again = await bot.taps(reader, dropped, "🇷🇺 Russia", "Kenya and Russia")

    await bot.taps(reader, again, "Done ›", "At what hour")
    (first,) = bot.briefings(READER)
    assert "Kenya made a statement" in first
    assert "Russia and Türkiye spoke" in first
    assert "France" not in first


@pytest.mark.asyncio
async def test_a_reader_who_comes_back_is_shown_what_they_follow_and_gets_no_second_first_briefing(
    bot: Scene,
) -> None:
    reader = bot.api.private(READER)
    await hear(bot.storage, call(bot.clock.at))
    bot.clock.goes_on(minutes=5)
    hello = await bot.says(reader, "/start", "What shall it cover?")
    await bot.taps(reader, hello, "🌐 The whole world", "At what hour")
    back = await bot.says(reader, "/start", "Welcome back. You follow the whole world.")
    done = await bot.taps(reader, back, "Done ›", "You follow the whole world.")
    assert "first briefing" not in done.text
    assert len(bot.briefings(READER)) == 1


@pytest.mark.asyncio
async def test_a_link_to_a_country_answers_at_once(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await hear(bot.storage, call(bot.clock.at))
    bot.clock.goes_on(minutes=5)
    answer = await bot.says(reader, "/start country_RU")
    assert "🇷🇺 Russia" in answer.text
    assert "spoke by phone" in answer.text


@pytest.mark.asyncio
async def test_a_tap_on_a_list_that_has_changed_since_still_counts(bot: Scene) -> None:
    reader = bot.api.private(READER)
    hello = await bot.says(reader, "/start", "What shall it cover?")
    await bot.taps(reader, hello, "🇫🇷 France", "You follow France.")
    reader.taps(hello, "🇫🇷 France", stale=True)
    await bot.quiet(reader)
    assert (await bot.known(READER)).follows == ()


@pytest.mark.asyncio
async def test_the_menu_is_set_for_everyone_and_with_one_more_command_for_administrators(
    scene: Scene,
) -> None:
    scene.api.private(ADMIN)
    async with scene.served():
        pass
    everyone = dict(scene.api.commands["default", ""])
    assert list(everyone) == [
        *("country", "today", "calls", "mediation", "statements", "subscribe", "unsubscribe"),
        *("time", "timezone", "quiet", "settings", "stop", "help"),
    ]
    assert dict(scene.api.commands["all_private_chats", ""]) == everyone
    admins = dict(scene.api.commands[f"chat:{ADMIN}", ""])
    assert admins.keys() - everyone.keys() == {"status"}
    assert "Every line carries the sentence that proves it" in scene.api.descriptions[""]
    assert scene.api.short_descriptions[""]


@pytest.mark.asyncio
async def test_an_administrator_whom_the_bot_does_not_know_yet_keeps_nobody_from_being_served(
    scene: Scene,
) -> None:
    async with scene.served():
        assert "SPEC" not in str(scene.api.calls)
        await scene.says(scene.api.private(READER), "/help", "What you can ask")
    assert ("default", "") in scene.api.commands


@pytest.mark.asyncio
async def test_what_was_written_and_tapped_while_the_bot_was_down_is_answered_when_it_is_up(
    scene: Scene,
) -> None:
    reader = scene.api.private(READER)
    async with scene.served():
        hello = await scene.says(reader, "/start", "What shall it cover?")
    reader.says("/subscribe Kenya")
    reader.taps(hello, "🇫🇷 France")
    scene.api.forget_taps()
    async with scene.served():
        await scene.api.wait_for(READER, "You follow France and Kenya.")
        assert (await scene.known(READER)).follows == ("FR", "KE")
