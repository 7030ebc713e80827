"""Many chats, several senders, Telegram's limits, and a database that is gone for a moment."""

import asyncio
from contextlib import closing

import httpx
import psycopg
import pytest

from bot.app import Role
from bot.delivery.pace import Paces
from tests.e2e.bot.news import call, hear, long_sentence, statement
from tests.e2e.bot.scene import EIGHT, MORNING, OTHER, READER, Hand, Scene, by_hand, enrol
from tests.stand_in import Limits, StandIn

both = pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"], indirect=True)
CHATS = range(100, 140)
FEW = range(100, 116)


@pytest.mark.asyncio
@both
async def test_of_two_processes_that_plan_and_send_only_one_sends_each(scene: Scene) -> None:
    other = Hand()
    only_send = frozenset({Role.BRIEFINGS, Role.DELIVERY})
    async with scene.served(by_hand(other), only_send), scene.served():
        for number in FEW:
            scene.api.private(number)
        await enrol(scene.storage, FEW, "RU", EIGHT)
        await hear(scene.storage, call(MORNING))
        scene.clock.goes_to(EIGHT)
        await asyncio.gather(scene.hand.plan(), other.plan())
        await asyncio.gather(scene.hand.send(), other.send())
        assert [len(scene.briefings(number)) for number in FEW] == [1] * len(FEW)


@pytest.mark.asyncio
async def test_the_pace_keeps_within_telegrams_limits(sqlite_url: str) -> None:
    async with StandIn(limits=Limits()) as api:
        scene = Scene(api, sqlite_url)
        async with scene.served(by_hand(scene.hand, Paces)):
            asking, long = api.private(OTHER), api.private(READER)
            for number in CHATS:
                api.private(number)
            await enrol(scene.storage, CHATS, "RU", EIGHT)
            await enrol(scene.storage, [long.id], "FR", MORNING)
            await hear(scene.storage, call(MORNING))
            await hear(scene.storage, *(statement(MORNING, "FR", long_sentence(each)) for each in range(16)))
            scene.clock.goes_to(EIGHT)
            await scene.hand.plan()
            sending = asyncio.create_task(scene.hand.send())
            await scene.says(asking, "/help", "What you can ask")
            assert not sending.done(), "who asks is answered while briefings go out"
            await sending
        assert len(scene.texts(READER)) == 3
        assert [len(scene.briefings(number)) for number in CHATS] == [1] * len(CHATS)
        assert [each.outcome for each in api.calls if each.outcome.startswith("429")] == []


@pytest.mark.asyncio
async def test_a_second_program_with_the_same_token_is_told_of_and_does_not_end_the_first(bot: Scene) -> None:
    bot.expected.add("another program serves this bot with the same token; end one of them")
    reader = bot.api.private(READER)
    await bot.quiet(reader)
    async with httpx.AsyncClient() as second:
        await second.get(f"{bot.api.base_url}{bot.api.token}/getUpdates", params={"timeout": 0})
    await bot.api.wait_until(lambda: any(each.outcome.startswith("409") for each in bot.api.calls))
    await bot.says(reader, "/settings", "Settings")


@pytest.mark.asyncio
async def test_a_token_that_is_not_taken_for_a_moment_does_not_end_the_bot(bot: Scene) -> None:
    asked_on = (
        "Telegram does not take the bot's token any more; asking again. Was it revoked with @BotFather?"
    )
    bot.expected.update({asked_on, "an update could not be handled"})
    reader = bot.api.private(READER)
    await bot.quiet(reader)
    token, bot.api._server._token = bot.api._server._token, "none"
    reader.says("/help")
    await bot.api.wait_until(lambda: not bot.api.polling)
    await asyncio.sleep(0.2)
    assert not bot.api.polling
    bot.api._server._token = token
    await bot.says(reader, "/settings", "Settings")


@pytest.mark.asyncio
@pytest.mark.parametrize("database", ["postgres_url"], indirect=True)
async def test_a_database_that_ends_all_connections_costs_an_apology_at_most(bot: Scene) -> None:
    bot.expected.add("an update could not be handled")
    reader = bot.api.private(READER)
    await bot.follow(reader, "Russia", hour="7:00")
    with closing(psycopg.connect(bot.url, autocommit=True)) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    answer = await bot.says(reader, "/settings")
    assert "Settings" in answer.text or "The database cannot be reached just now." in answer.text
    await bot.says(reader, "/settings", "You follow Russia.")
    bot.clock.goes_to(EIGHT)
    await bot.hand.tick()
    assert len(bot.briefings(READER)) == 1
