"""From an article that was stored to what a person is told: analysed by the running bot, with the language model."""

from collections.abc import AsyncIterator

import pytest

from bot.app import Role
from bot.flows.ingest import take_in
from bot.flows.intake import Batch
from bot.model import FeedItem
from tests.e2e.bot.scene import READER, Scene
from tests.flows.marks import Here

CALL = (
    "Kenyan President William Ruto spoke by telephone with Ugandan President Yoweri Museveni on Sunday, the presidency in "
    "Nairobi said. They agreed that lorries may cross at Busia by night again, after a week in which drivers had slept "
    "beside their loads and traders had thrown away fish and tomatoes."
)


async def fetched() -> AsyncIterator[Batch]:
    yield Batch((FeedItem("call", CALL, source="Meridian Courier"),), (), (), replayed=False)


@pytest.mark.asyncio
async def test_what_was_stored_and_not_analysed_is_analysed_at_a_tick_and_told(scene: Scene) -> None:
    async with scene.served(roles=frozenset(Role)):
        await take_in(scene.storage, Here(), fetched(), now=scene.clock.at)
        scene.clock.goes_on(minutes=5)
        reader = scene.api.private(READER)
        await scene.says(reader, "/country kenya", "Nothing")
        await scene.hand.analyse()
        await scene.says(reader, "/country kenya", "Museveni")
