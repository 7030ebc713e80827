"""What operators are told of how the service stands."""

from datetime import timedelta

import pytest

from bot.flows import readers
from bot.flows.plan import plan_due
from bot.flows.status import Status, status
from bot.model import Source
from storage import Storage
from storage.chats import Audience
from storage.heartbeats import Beat, beat_on, begin_heartbeat
from storage.lateness import add_lateness, step_of
from storage.sources import FeedState, save_feed_state, save_sources
from tests.e2e.bot.news import hear, statement
from tests.flows.chats import DUE, MORNING, Clock, desk_of, visitor

FEEDS = {
    "works": FeedState(),
    "fails": FeedState(failures=3, last_error="timed out"),
    "is off": FeedState(failures=9, disabled=True),
    "was put off": FeedState(disabled=True),
}


@pytest.mark.asyncio
async def test_an_empty_service_has_nothing_to_tell(storage: Storage) -> None:
    found = await status(desk_of(storage, Clock()))
    assert found == Status(Audience(0, 0, 0), 0, 0, 0, None, 0, 0, 0)


@pytest.mark.asyncio
async def test_all_that_is_held_and_under_way_is_counted(storage: Storage) -> None:
    clock = Clock()
    desk = desk_of(storage, clock)
    await hear(storage, statement(MORNING), statement(MORNING - timedelta(hours=1), "KE"))
    async with storage.write() as conn:
        await save_sources(
            conn, [Source(id_, id_, f"https://{number}.example/feed") for number, id_ in enumerate(FEEDS)]
        )
        for id_, state in FEEDS.items():
            await save_feed_state(conn, id_, state)
    for chat in (1, 2, 3):
        await readers.follow(desk, visitor(chat), ("FR",))
    await readers.meet(desk, visitor(4))
    await readers.pause(desk, 3, "bot was kicked")
    clock.at = DUE
    assert await plan_due(desk) == 2

    assert await status(desk) == Status(
        audience=Audience(chats=4, daily=3, paused=1),
        open=2,
        articles=2,
        events=2,
        newest=MORNING,
        feeds=4,
        failing=1,
        off=2,
    )


@pytest.mark.asyncio
async def test_lateness_and_processes_with_their_trouble_are_told(storage: Storage) -> None:
    clock = Clock()
    beat = Beat("sender", "a", "here", 7, "delivery", MORNING)
    async with storage.write() as conn:
        await add_lateness(conn, {(MORNING, step_of(1)): 98, (MORNING, step_of(60)): 2})
        await begin_heartbeat(conn, beat, None)
        await beat_on(conn, beat, "strangers")
    found = await status(desk_of(storage, clock))
    assert (found.late_half, found.workers, found.troubles) == (1, 1, ("strangers",))
    assert 60 <= (found.late_most or 0) <= 72
