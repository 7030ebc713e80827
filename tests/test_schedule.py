"""Tasks that tick, and how they end."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot import schedule
from bot.errors import StorageError
from bot.schedule import Clockwork, Task

OFTEN = timedelta(milliseconds=10)
SELDOM = timedelta(hours=1)


@pytest.mark.asyncio
async def test_what_is_under_way_at_the_end_is_finished_and_no_failure_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go_on.wait()
        done.set()

    with caplog.at_level(logging.INFO):
        async with Clockwork([Task("slow", SELDOM, work)]):
            await begun.wait()
            asyncio.get_running_loop().call_later(0.05, go_on.set)
        await asyncio.sleep(0)

    assert done.is_set()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.asyncio
async def test_what_takes_too_long_at_the_end_is_cut_off_and_has_cleared_up_before_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "PATIENCE_SECONDS", 0.01)
    begun, cleared = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleared.set()

    async with Clockwork([Task("endless", SELDOM, work)]):
        await begun.wait()

    assert cleared.is_set()


@pytest.mark.parametrize("error", [StorageError("The disk is full."), KeyError("a bug")], ids=["told", "bug"])
@pytest.mark.asyncio
async def test_a_task_that_fails_is_tried_again_and_holds_up_no_other(error: Exception) -> None:
    tries, other = [0], asyncio.Event()
    again = asyncio.Event()

    async def work() -> None:
        tries[0] += 1
        if tries[0] > 1:
            again.set()
        raise error

    async def well() -> None:
        other.set()

    async with Clockwork([Task("ill", OFTEN, work), Task("well", SELDOM, well)]):
        await asyncio.wait_for(asyncio.gather(again.wait(), other.wait()), timeout=10)

    assert tries[0] > 1


@pytest.mark.asyncio
async def test_a_task_never_runs_beside_itself() -> None:
    beside, most, rounds = [0], [0], [0]
    enough = asyncio.Event()

    async def work() -> None:
        beside[0] += 1
        most[0] = max(most[0], beside[0])
        await asyncio.sleep(0.03)
        beside[0] -= 1
        rounds[0] += 1
        if rounds[0] == 3:
            enough.set()

    async with Clockwork([Task("slow", OFTEN, work)]):
        await asyncio.wait_for(enough.wait(), timeout=10)

    assert most == [1]
