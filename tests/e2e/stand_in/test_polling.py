"""How the stand-in answers polls."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict

from tests.e2e.stand_in.library import READER, library
from tests.stand_in import StandIn


@pytest.mark.asyncio
async def test_a_poll_waits_until_there_is_something(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER, language_code="ar")
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await api.wait_until(lambda: api.polling)
    reader.says("/start 🏟")
    (update,) = await poll
    assert update.message
    assert update.message.from_user
    assert (update.message.text, update.message.from_user.language_code) == ("/start 🏟", "ar")
    assert update.message.parse_entities() == {update.message.entities[0]: "/start"}


@pytest.mark.asyncio
async def test_updates_come_again_until_they_are_confirmed(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    said = [reader.says(each).text for each in ("a", "b", "c")]

    async def poll(**asked: Any) -> list[Update]:
        return list(await bot.get_updates(**asked))

    def texts(updates: list[Update]) -> list[str | None]:
        return [each.message.text for each in updates if each.message]

    first = await poll()
    assert texts(first) == texts(await poll()) == said
    assert texts(await poll(limit=2)) == ["a", "b"]
    assert texts(await poll(offset=first[1].update_id)) == ["b", "c"]
    assert texts(await poll(offset=-1)) == ["c"]
    assert texts(await poll()) == ["c"]
    assert await poll(offset=first[2].update_id + 1, timeout=timedelta(seconds=0)) == []
    assert api.pending == 0


@pytest.mark.asyncio
async def test_kinds_of_updates_not_asked_for_are_not_kept(api: StandIn, bot: Bot) -> None:
    reader = api.private(READER)
    await bot.get_updates(allowed_updates=["message"])
    reader.blocks()
    reader.says("/start")
    assert [bool(each.message) for each in await bot.get_updates()] == [True]


@pytest.mark.asyncio
async def test_a_second_poller_ends_the_first_with_a_conflict(api: StandIn, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=50))
    async with library(api) as other:
        # One of the two comes later; whichever it is, the other is ended.
        second = asyncio.create_task(other.get_updates(timeout=50))
        done, (waiting,) = await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await done.pop()
        api.private(READER).says("/start")
        assert len(await waiting) == 1


@pytest.mark.asyncio
async def test_dropping_the_webhook_can_drop_what_waits(api: StandIn, bot: Bot) -> None:
    api.private(READER).says("/start")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert api.pending == 0
    with pytest.raises(BadRequest, match="SPEC:"):
        await bot.set_webhook("https://a.example")
    assert api.breaches() == ["request setWebhook: SPEC: the stand-in only answers polls"]
