import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Source
from storage import Storage, open_storage
from storage.engine import hold
from storage.schema import differences
from storage.sources import save_sources
from storage.tables import sources

WRITERS = 50
START = """
import asyncio, sys
from storage import open_storage

async def main():
    async with await open_storage(sys.argv[1]) as storage, storage.read():
        print("up")

asyncio.run(main())
"""


async def _add_a_source(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_sources(conn, [Source("a", "A", "https://a.example/rss")])


async def _failures(storage: Storage) -> int:
    async with storage.read() as conn:
        return await _read(conn)


async def _read(conn: AsyncConnection) -> int:
    failures: int = (await conn.execute(select(sources.c.failures))).scalar_one()
    return failures


async def _lock_the_row(conn: AsyncConnection) -> int:
    failures: int = (await conn.execute(select(sources.c.failures).with_for_update())).scalar_one()
    return failures


async def _hold_the_work(conn: AsyncConnection) -> int:
    await hold(conn, "counting")
    return await _read(conn)


@pytest.mark.asyncio
@pytest.mark.parametrize("read", [_lock_the_row, _hold_the_work])
async def test_fifty_writers_at_once_lose_no_update(
    database_url: str, read: Callable[[AsyncConnection], Awaitable[int]]
) -> None:
    async def add_one(storage: Storage) -> None:
        async with storage.write() as conn:
            failures = await read(conn)
            await asyncio.sleep(0)
            await conn.execute(update(sources).values(failures=failures + 1))

    async with AsyncExitStack() as stack:
        # As five processes would, each opens the database for itself.
        opened = [await stack.enter_async_context(await open_storage(database_url)) for _ in range(5)]
        await _add_a_source(opened[0])
        await asyncio.gather(*(add_one(opened[number % 5]) for number in range(WRITERS)))
        assert await _failures(opened[0]) == WRITERS


@pytest.mark.asyncio
async def test_a_reader_neither_waits_for_a_writer_nor_sees_its_unfinished_work(storage: Storage) -> None:
    await _add_a_source(storage)
    async with storage.write() as conn:
        await conn.execute(update(sources).values(failures=1))
        async with asyncio.timeout(10):
            assert await _failures(storage) == 0
    assert await _failures(storage) == 1


@pytest.mark.asyncio
async def test_a_reader_holds_up_no_writer_and_sees_one_moment_throughout(storage: Storage) -> None:
    await _add_a_source(storage)
    async with storage.read() as conn:
        assert await _read(conn) == 0
        async with asyncio.timeout(10), storage.write() as other:
            await other.execute(update(sources).values(failures=1))
        assert await _read(conn) == 0


@pytest.mark.asyncio
async def test_a_write_cut_off_halfway_frees_the_way_for_the_next(storage: Storage) -> None:
    await _add_a_source(storage)
    inside = asyncio.Event()

    async def stuck() -> None:
        async with storage.write() as conn:
            await conn.execute(update(sources).values(failures=9))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10), storage.write() as conn:
        await conn.execute(update(sources).values(failures=sources.c.failures + 1))
    assert await _failures(storage) == 1


@pytest.mark.asyncio
async def test_a_query_cut_off_while_it_runs_leaves_the_database_usable(storage: Storage) -> None:
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"

    async def long() -> None:
        async with storage.write() as conn:
            await conn.execute(text(count))

    task = asyncio.create_task(long())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _add_a_source(storage)
    assert await _failures(storage) == 0


@pytest.mark.asyncio
async def test_a_task_that_is_cancelled_ends_wherever_in_its_reads_it_was(sqlite_url: str) -> None:
    async with await open_storage(sqlite_url) as storage:
        await _add_a_source(storage)

        async def read_on() -> None:
            while True:
                # As the loops of a worker do.
                with suppress(Exception):
                    await _failures(storage)

        for moment in range(500):
            task = asyncio.create_task(read_on())
            await asyncio.sleep(moment / 100_000)
            task.cancel()
            _, living = await asyncio.wait([task], timeout=10)
            assert not living, f"cancelled after {moment} hundredths of a millisecond"


@pytest.mark.asyncio
async def test_one_process_opening_a_new_database_many_times_at_once_builds_it_once(empty_url: str) -> None:
    opened = await asyncio.gather(*(open_storage(empty_url) for _ in range(6)))
    async with opened[0].read() as conn:
        assert await conn.run_sync(differences) == []
        assert (
            await conn.execute(select(func.count()).select_from(text("communique_version")))
        ).scalar() == 1
    for storage in opened:
        await storage.close()


# PostgreSQL tells connections apart and not processes, so the test above stands for it; SQLite's file locks belong
# to a process.
@pytest.mark.asyncio
async def test_two_processes_starting_at_once_on_a_new_file_both_come_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    async def start() -> tuple[bytes, bytes]:
        command = (sys.executable, "-W", "error", "-c", START, url)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
        return await process.communicate()

    assert list(await asyncio.gather(start(), start())) == [(b"up\n", b"")] * 2
