"""Ticks: a flow runs again and again, whatever it does, and what is under way is ended in peace."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import schedule
from bot.errors import StorageError
from bot.schedule import Clockwork, Task

SOON = timedelta(seconds=0.02)


class Flow:
    """A flow that counts its runs, and may do something in each."""

    def __init__(self, work: Callable[[int], Awaitable[None]] | None = None) -> None:
        self.begun = 0
        self.ended = 0
        self._work = work
        self._again = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        self._again.set()
        if self._work:
            await self._work(self.begun)
        self.ended += 1

    async def runs(self, times: int) -> None:
        """Return once it has begun so many times."""
        async with asyncio.timeout(10):
            while self.begun < times:
                self._again.clear()
                await self._again.wait()


@pytest.mark.asyncio
async def test_every_task_runs_at_once_and_again() -> None:
    quick, rare = Flow(), Flow()
    tasks = (Task("quick", SOON, quick), Task("rare", timedelta(hours=1), rare))
    async with Clockwork(tasks):
        await quick.runs(3)
    assert rare.begun == 1


@pytest.mark.asyncio
async def test_no_tasks_are_no_trouble() -> None:
    async with Clockwork(()):
        await asyncio.sleep(0)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("a fault of ours"), None),
        (
            StorageError("The database cannot be reached.", "Start it."),
            "The database cannot be reached. Start it.",
        ),
    ],
)
async def test_a_task_that_fails_is_written_down_and_runs_again(error: Exception, reason: str | None) -> None:
    async def fails(_: int) -> None:
        raise error

    flow, other = Flow(fails), Flow()
    with capture_logs() as logs:
        async with Clockwork((Task("fails", SOON, flow), Task("other", SOON, other))):
            await flow.runs(3)
            await other.runs(other.begun + 2)

    failures = [each for each in logs if each["event"] == "a task failed and is tried again"]
    assert len(failures) >= 2
    # Where a person can mend it, the reason says all; of a fault of ours the traceback is wanted.
    assert {(each["task"], each.get("reason"), each.get("exc_info")) for each in failures} == {
        ("fails", reason, None if reason else True)
    }


@pytest.mark.asyncio
async def test_a_task_never_runs_beside_itself() -> None:
    beside = 0

    async def slow(_: int) -> None:
        nonlocal beside
        beside += 1
        assert beside == 1
        await asyncio.sleep(0.1)
        beside -= 1

    flow = Flow(slow)
    with capture_logs() as logs:
        async with Clockwork((Task("slow", SOON, flow),)):
            await flow.runs(3)
    assert [each for each in logs if each["log_level"] == "error"] == []


@pytest.mark.asyncio
async def test_the_end_waits_for_what_runs() -> None:
    may_end = asyncio.Event()

    async def waits(_: int) -> None:
        await may_end.wait()

    flow = Flow(waits)
    async with Clockwork((Task("waits", timedelta(hours=1), flow),)):
        await flow.runs(1)
        asyncio.get_running_loop().call_later(0.05, may_end.set)
    assert (flow.begun, flow.ended) == (1, 1)


@pytest.mark.asyncio
async def test_nothing_begins_after_the_end() -> None:
    flow = Flow()
    async with Clockwork((Task("quick", SOON, flow),)):
        await flow.runs(2)
    begun = flow.begun
    await asyncio.sleep(5 * SOON.total_seconds())
    assert flow.begun == begun


@pytest.mark.asyncio
async def test_what_does_not_end_is_waited_for_no_longer_than_a_person_would(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "PATIENCE_SECONDS", 0.05)
    let_go = False

    async def hangs(_: int) -> None:
        nonlocal let_go
        try:
            await asyncio.Event().wait()
        finally:
            let_go = True

    flow = Flow(hangs)
    async with asyncio.timeout(10):
        async with Clockwork((Task("hangs", timedelta(hours=1), flow),)):
            await flow.runs(1)
    assert let_go
    assert flow.ended == 0
