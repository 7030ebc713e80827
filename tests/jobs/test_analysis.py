"""Analysing as a job of its own, on both databases: no visit waits for it, and nothing that was stored is forgotten."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from structlog.testing import capture_logs

from bot.errors import StorageError
from bot.flows import backlog as flow
from bot.flows import tasks
from bot.flows.ingest import ingest_batches
from bot.jobs import durable as jobs
from bot.jobs import engine
from bot.jobs import work as turns
from bot.model import Event
from storage import Storage, open_storage
from storage.events import EventQuery, select_events
from tests.flows.marks import Here, MarkedAnalyser
from tests.jobs.newsroom import NOW, backlog_of, batches, items, left, serving, store, work_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def analyser(monkeypatch: pytest.MonkeyPatch) -> MarkedAnalyser:
    fake = MarkedAnalyser()
    monkeypatch.setattr(tasks, "_analyser", lambda _model: fake)
    tasks.choose_model("marks")
    monkeypatch.setattr(jobs, "LOOK_EVERY", dict.fromkeys(jobs.LOOK_EVERY, 0.05))
    monkeypatch.setattr(engine, "NAP", 0.05)
    return fake


@pytest.fixture
def url(database_url: str) -> str:
    """Give the address of the database, without the jobs of an earlier test."""
    if database_url.startswith("postgresql"):
        _forget_jobs(database_url)
    return database_url


def _forget_jobs(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute(f"DROP SCHEMA IF EXISTS {engine.SCHEMA} CASCADE")


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return once something holds that comes by itself."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - what is waited for stands in a database
            await asyncio.sleep(0.02)


async def is_all_read(storage: Storage) -> bool:
    return not await left(storage) and not await engine.waiting("analysis")


async def events(storage: Storage) -> tuple[Event, ...]:
    async with storage.read() as conn:
        return await select_events(conn, EventQuery())


async def expected(number: int, sqlite_url: str) -> tuple[Event, ...]:
    """The events that one process which ingests everything ends with."""
    async with await open_storage(sqlite_url.replace(".db", "-alone.db")) as alone:
        await ingest_batches(alone, Here(), batches(items(number)), now=NOW)
        return await events(alone)


@pytest.mark.asyncio
async def test_a_visit_ends_while_the_analysis_is_still_under_way(storage: Storage, url: str) -> None:
    await store(storage, items(2))
    begun, may_end = asyncio.Event(), asyncio.Event()
    visited: list[str] = []

    async def slow() -> None:
        begun.set()
        await may_end.wait()

    async def visit() -> None:
        await store(storage, items(3))
        visited.append("feeds")

    async def due() -> bool:
        return not visited

    backlog = backlog_of(storage)
    backlog.hindrance = slow
    async with serving(work_of(storage, backlog, visit=visit, feeds_due=due), url) as ticks:
        await ticks.analysis()
        async with asyncio.timeout(60):
            await begun.wait()
        await ticks.feeds()

        async def is_visited() -> bool:
            return bool(visited) and not await engine.waiting("feeds")

        await until(is_visited)
        assert len(await engine.waiting("analysis")) == 1
        may_end.set()
        await until(lambda: is_all_read(storage))
    assert visited == ["feeds"]


@pytest.mark.asyncio
async def test_what_was_stored_by_a_process_that_died_is_analysed_by_another_at_its_next_tick(
    storage: Storage, url: str, sqlite_url: str
) -> None:
    async def visit() -> None:
        await store(storage, items(40))

    async def due() -> bool:
        return not await left(storage)

    async with serving(work_of(storage, visit=visit, feeds_due=due), url, "dies") as ticks:
        await ticks.feeds()

        async def is_stored() -> bool:
            return await left(storage) == 40

        await until(is_stored)

    async with serving(work_of(storage), url, "lives") as ticks:
        await ticks.analysis()
        await until(lambda: is_all_read(storage))
    assert await events(storage) == await expected(40, sqlite_url)


@pytest.mark.asyncio
async def test_newer_rules_read_again_what_older_ones_have_read(
    storage: Storage, url: str, analyser: MarkedAnalyser
) -> None:
    analyser.version = "marks:0"
    await ingest_batches(storage, Here(), batches(items(5)), now=NOW)
    analyser.version = "marks:1"
    analyser.read.clear()
    async with serving(work_of(storage), url) as ticks:
        await ticks.analysis()
        await until(lambda: is_all_read(storage))
        await ticks.analysis()
        assert await engine.waiting("analysis") == frozenset(), "nothing is left, so nothing is queued"
    assert sorted(analyser.read) == [f"n{each}" for each in range(5)]


@pytest.mark.asyncio
async def test_a_turn_makes_room_and_the_next_one_follows_without_a_tick(
    storage: Storage, url: str, analyser: MarkedAnalyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr(flow, "ANALYSED_AT_ONCE", 5)
    await store(storage, items(40))
    backlog = backlog_of(storage)
    async with serving(work_of(storage, backlog), url) as ticks:
        # Twice, as two processes would: the slot is the same, or the second turn finds less to do.
        await asyncio.gather(ticks.analysis(), ticks.analysis())
        await until(lambda: is_all_read(storage))
    assert 2 <= backlog.turns <= 8 + 2
    assert sorted(analyser.read) == sorted(each.name for each in items(40))


@pytest.mark.asyncio
async def test_a_turn_that_fails_stops_neither_the_next_nor_the_visits(
    storage: Storage, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store(storage, items(3))
    visits: list[str] = []
    failing = [StorageError("It cannot be reached."), RuntimeError("a fault of ours")]

    async def troubled() -> None:
        if failing:
            raise failing.pop(0)

    async def visit() -> None:
        visits.append("feeds")

    async def due() -> bool:
        return True

    backlog = backlog_of(storage)
    backlog.hindrance = troubled
    monkeypatch.setattr(jobs, "SHORT", 0.05)
    with capture_logs() as logs:
        async with serving(work_of(storage, backlog, visit=visit, feeds_due=due), url) as ticks:

            async def is_done() -> bool:
                await ticks.feeds()
                await ticks.analysis()
                return len(visits) >= 2 and await is_all_read(storage)

            await until(is_done)
    errors = [each for each in logs if each["log_level"] == "error"]
    assert [each.get("reason") for each in errors] == ["It cannot be reached.", None]


@pytest.mark.asyncio
async def test_who_is_told_to_stop_hands_in_what_it_has_and_leaves_the_rest(
    storage: Storage, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "ANALYSED_AT_ONCE", 2)
    await store(storage, items(100))
    is_stopping = False

    class Slow(MarkedAnalyser):
        def analyse(self, articles: Any) -> Any:
            nonlocal is_stopping
            is_stopping = True
            return super().analyse(articles)

    slow = Slow()
    monkeypatch.setattr(tasks, "_analyser", lambda _model: slow)
    async with serving(work_of(storage, stopping=lambda: is_stopping), url) as ticks:
        await ticks.analysis()

        async def has_ended() -> bool:
            return is_stopping and not await engine.waiting("analysis")

        await until(has_ended)
    assert 0 < await left(storage) == 100 - len(slow.read)


class Newsrooms:
    """Workers as processes of their own, and what each has read."""

    def __init__(self, url: str, dead_after: float = 20.0) -> None:
        self.url = url
        self.dead_after = str(dead_after)
        self.read: dict[str, list[str]] = {}
        self._running: dict[str, tuple[asyncio.subprocess.Process, asyncio.Task[None]]] = {}

    async def start(self, name: str) -> None:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "tests.jobs.newsroom", self.url, name, self.dead_after)
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
        self.read[name] = []
        self._running[name] = process, asyncio.create_task(self._listen(name, process))

    async def kill(self, name: str) -> None:
        process, listening = self._running.pop(name)
        process.kill()
        await process.wait()
        await listening

    async def end(self) -> None:
        for process, listening in self._running.values():
            assert process.stdin
            process.stdin.close()
            assert await process.wait() == 0
            await listening

    async def _listen(self, name: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        async for line in process.stdout:
            self.read[name].append(line.decode().strip())


@pytest.mark.asyncio
async def test_two_processes_read_each_article_once_and_end_with_the_events_of_one(
    postgres_storage: Storage, postgres_url: str, sqlite_url: str
) -> None:
    _forget_jobs(postgres_url)
    await store(postgres_storage, items(40))
    rooms = Newsrooms(postgres_url)
    await rooms.start("one")
    await rooms.start("two")

    async def is_done() -> bool:
        return not await left(postgres_storage)

    await until(is_done)
    await rooms.end()
    assert sorted(rooms.read["one"] + rooms.read["two"]) == sorted(each.name for each in items(40))
    assert await events(postgres_storage) == await expected(40, sqlite_url)


@pytest.mark.asyncio
async def test_where_a_process_is_killed_another_goes_on_and_ends_with_the_same_events(
    storage: Storage, url: str, sqlite_url: str
) -> None:
    await store(storage, items(40))
    rooms = Newsrooms(url, dead_after=2.0)
    await rooms.start("dies")

    async def is_begun() -> bool:
        return bool(rooms.read["dies"])

    await until(is_begun)
    await rooms.kill("dies")
    assert await left(storage)
    await rooms.start("lives")

    async def is_done() -> bool:
        return not await left(storage)

    await until(is_done)
    await rooms.end()
    read = set(rooms.read["dies"]) | set(rooms.read["lives"])
    assert read == {each.name for each in items(40)}
    assert await events(storage) == await expected(40, sqlite_url)
