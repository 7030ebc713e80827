"""Telegram asks for patience, breaks off, is down, or refuses a text; nobody is lost for it."""

from datetime import timedelta
from functools import partial

import pytest
from structlog.testing import capture_logs
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from bot import app
from bot.jobs.work import sends_at_once
from bot.settings import ALL
from tests.e2e.bot.news import call, hear, statement
from tests.e2e.bot.scene import ADMIN, EIGHT, MORNING, OTHER, READER, Scene, enrol
from tests.stand_in import Break

AT_ONCE = sends_at_once(ALL)
MANY = range(100, 100 + 2 * AT_ONCE)


async def two_readers(bot: Scene) -> None:
    """Two who follow Russia at eight in Berlin, and news for them."""
    for each in (READER, OTHER):
        await bot.follow(bot.api.private(each), "Russia", "Berlin", "8:00")
    await hear(bot.storage, call(MORNING))


@pytest.mark.asyncio
async def test_a_flooded_chat_has_its_briefing_later_and_holds_up_nobody(bot: Scene) -> None:
    await bot.follow(bot.api.private(READER), "Russia", "Berlin", "8:00")
    others = [bot.api.private(number).id for number in MANY]
    await enrol(bot.storage, others, "RU", EIGHT)
    bot.api.flood(READER, retry_after=1)
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    assert [len(bot.briefings(number)) for number in others] == [1] * len(others)
    assert bot.briefings(READER) == []
    await bot.hand.tick()
    assert bot.sends(READER)[-1] == "429 Too Many Requests: retry after 1", "it is let be while it waits"

    # The gate goes by the real clock, the ledger by ours.
    bot.clock.goes_on(seconds=2)
    while not bot.briefings(READER):
        await bot.hand.tick()
        bot.clock.goes_on(seconds=1)
    assert len(bot.briefings(READER)) == 1
    assert (await bot.known(READER)).chat.paused_at is None
    assert await bot.ledger(READER) == [(0, "sent")]


@pytest.mark.asyncio
async def test_a_flooded_reader_still_has_their_answer(bot: Scene) -> None:
    reader = bot.api.private(READER)
    bot.api.flood(READER, retry_after=1)
    await bot.says(reader, "/help", "What you can ask")
    assert bot.sends(READER) == ["429 Too Many Requests: retry after 1", "ok"]


@pytest.mark.asyncio
async def test_a_send_without_an_answer_is_repeated_whether_or_not_it_arrived(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Instead of the library's five seconds.
    monkeypatch.setattr(app, "HTTPXRequest", partial(HTTPXRequest, read_timeout=0.5))
    async with scene.served():
        await two_readers(scene)
        scene.api.break_next("sendMessage", Break.TIMEOUT, chat_id=READER)
        scene.api.break_next("sendMessage", Break.STALL, chat_id=OTHER)
        scene.clock.goes_to(EIGHT)
        await scene.hand.tick()
        assert [len(scene.briefings(READER)), len(scene.briefings(OTHER))] == [1, 0]
        scene.clock.goes_on(minutes=1)
        await scene.hand.tick()
        assert [len(scene.briefings(READER)), len(scene.briefings(OTHER))] == [2, 1]
        assert await scene.ledger(READER) == await scene.ledger(OTHER) == [(0, "sent")]


@pytest.mark.asyncio
async def test_after_a_break_everyone_has_their_briefing(bot: Scene) -> None:
    breaks = dict(enumerate((Break.RESET, Break.LOST, Break.ERROR, Break.BAD_GATEWAY), 100))
    for number, how in breaks.items():
        await bot.follow(bot.api.private(number), "Russia", hour="7:00")
        bot.api.break_next("sendMessage", how, chat_id=number)
    bot.clock.goes_to(EIGHT)
    for _ in range(5):
        await bot.hand.tick()
        bot.clock.goes_on(minutes=1)
    assert {how: len(bot.briefings(number)) for number, how in breaks.items()} == {
        Break.RESET: 1,
        Break.LOST: 2,
        Break.ERROR: 1,
        Break.BAD_GATEWAY: 1,
    }
    assert [number for number in breaks if (await bot.known(number)).chat.paused_at] == []


@pytest.mark.asyncio
async def test_while_telegram_is_down_nothing_is_given_up_and_everything_arrives_when_it_is_back(
    bot: Scene,
) -> None:
    for each in MANY:
        bot.api.private(each)
    await enrol(bot.storage, MANY, "RU", EIGHT)
    await hear(bot.storage, call(MORNING))
    bot.api.break_next("sendMessage", Break.BAD_GATEWAY, times=10_000)
    bot.clock.goes_to(EIGHT)
    for _ in range(12):
        await bot.hand.tick()
        bot.clock.goes_on(minutes=10)
    assert sum(len(bot.briefings(each)) for each in MANY) == 0
    assert len([call for call in bot.api.calls if call.outcome == Break.BAD_GATEWAY]) <= 12 * AT_ONCE

    bot.api.heal()
    bot.clock.goes_on(minutes=31)
    await bot.hand.tick()
    assert [len(bot.briefings(each)) for each in MANY] == [1] * len(MANY)
    paused = [each for each in MANY if (await bot.known(each)).chat.paused_at]
    assert paused == []


@pytest.mark.asyncio
async def test_a_day_without_telegram_ends_in_one_briefing_that_says_it_is_late(bot: Scene) -> None:
    await bot.follow(bot.api.private(READER), "Russia, France", hour="7:00")
    await hear(bot.storage, call(MORNING))
    bot.api.break_next("sendMessage", Break.ERROR, times=10_000)
    bot.clock.goes_to(EIGHT)
    for _ in range(10):
        await bot.hand.tick()
        bot.clock.goes_on(hours=1)
    await hear(bot.storage, statement(bot.clock()))
    bot.api.heal()
    bot.clock.goes_on(minutes=31)
    await bot.hand.tick()
    (told,) = bot.briefings(READER)
    assert "This briefing comes late" in told
    assert "spoke by phone" in told
    bot.clock.goes_to(EIGHT + timedelta(days=1))
    await bot.hand.tick()
    (_, next_one) = bot.briefings(READER)
    assert "France made a statement" in next_one
    assert "spoke by phone" not in next_one


@pytest.mark.asyncio
async def test_a_text_that_telegram_cannot_read_arrives_plain_with_its_links_and_operators_are_told(
    bot: Scene,
) -> None:
    bot.expected.add("Telegram refused an answer")
    bot.api.private(ADMIN)
    await two_readers(bot)
    bot.api.malformed(lambda text: "Russia and Türkiye" in text, chat_id=READER)
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    plain, marked = bot.api.messages(READER)[-1], bot.api.messages(OTHER)[-1]
    assert plain.entities == ()
    assert marked.entities
    (link,) = {each["url"] for each in marked.entities if each["type"] == "text_link"}
    assert f"[1] Meridian Courier ({link})" in plain.text
    assert bot.texts(ADMIN)[0].startswith("Telegram refused a briefing:")
    assert "can't parse entities" in bot.texts(ADMIN)[0].lower()
    assert await bot.ledger(READER) == [(0, "sent")]


@pytest.mark.asyncio
async def test_an_answer_that_telegram_cannot_read_arrives_plain(bot: Scene) -> None:
    bot.expected.add("Telegram refused an answer")
    reader = bot.api.private(READER)
    await hear(bot.storage, call(MORNING))
    bot.clock.goes_on(minutes=5)
    bot.api.malformed(lambda text: "Russia and Türkiye" in text)
    answer = await bot.says(reader, "/country russia", "spoke by phone")
    assert answer.entities == ()
    assert "https://meridian.example/" in answer.text


@pytest.mark.asyncio
async def test_a_screen_that_telegram_cannot_read_where_a_button_was_tapped_arrives_all_the_same(
    bot: Scene,
) -> None:
    bot.expected.add("Telegram refused an answer")
    reader = bot.api.private(READER)
    settings = await bot.says(reader, "/settings", "Settings")
    bot.api.malformed(lambda text: "What shall it cover?" in text)
    await bot.taps(reader, settings, "Countries", "What shall it cover?")


@pytest.mark.asyncio
async def test_a_bot_that_cannot_ask_for_updates_goes_on_when_it_can(bot: Scene) -> None:
    reader = bot.api.private(READER)
    await bot.quiet(reader)
    bot.api.break_next("getUpdates", Break.BAD_GATEWAY, times=1)
    await bot.says(reader, "/settings", "Settings")
    await bot.says(reader, "/stop", "Stopped")


@pytest.mark.asyncio
async def test_an_answer_that_cannot_be_sent_leaves_the_next_one_as_it_was(bot: Scene) -> None:
    reader = bot.api.private(READER)
    bot.api.break_next("sendMessage", Break.ERROR)
    bot.api.break_next("answerCallbackQuery", Break.ERROR)
    reader.says("/settings")
    settings = await bot.says(reader, "/settings", "Settings")
    await bot.taps(reader, settings, "Stop", "Stopped")


@pytest.mark.asyncio
async def test_a_tap_that_is_handled_too_late_to_be_answered_still_counts(bot: Scene) -> None:
    reader = bot.api.private(READER)
    settings = await bot.says(reader, "/settings", "Settings")
    reader.taps(settings, "Make it shorter")
    bot.api.forget_taps()
    await bot.api.wait_for(READER, "Length: the weightiest lines only.")


@pytest.mark.asyncio
async def test_an_answer_comes_even_where_typing_cannot_be_shown(bot: Scene) -> None:
    reader = bot.api.private(READER)
    bot.api.break_next("sendChatAction", Break.ERROR)
    await bot.says(reader, "/calls", "Nothing about it is held at all yet.")


@pytest.mark.asyncio
async def test_where_a_button_was_tapped_and_the_message_is_gone_the_screen_comes_anew(bot: Scene) -> None:
    reader = bot.api.private(READER)
    settings = await bot.says(reader, "/settings", "Settings")
    del bot.api._world.messages[READER][settings.message_id]
    reader.taps(settings, "Hour", stale=True)
    await bot.api.wait_for(READER, "At what hour", after=settings.message_id)


@pytest.mark.asyncio
async def test_a_token_that_is_withdrawn_costs_nobody_their_briefing(
    bot: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_taken(*_: object, **__: object) -> None:
        raise InvalidToken("not this one")

    await two_readers(bot)
    bot.clock.goes_to(EIGHT)
    with monkeypatch.context() as patch, capture_logs() as told:
        patch.setattr(app, "send", not_taken)
        await bot.hand.tick()
    assert bot.briefings(READER) == []
    assert {line["event"] for line in told} == {
        "Telegram does not accept the bot's token: see communique doctor",
        "Telegram is out of reach; sending waits",
    }
    bot.clock.goes_on(minutes=1)
    await bot.hand.tick()
    assert [len(bot.briefings(READER)), len(bot.briefings(OTHER))] == [1, 1]
