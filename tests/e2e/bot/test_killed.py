"""`communique run` as a process of its own, killed in the middle of its work and started again."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.jobs.work import sends_at_once
from bot.settings import ALL
from storage import Storage, open_storage
from storage.deliveries import count_open
from storage.tables import deliveries
from tests.e2e.bot.news import call, hear, long_sentence, statement
from tests.e2e.bot.scene import enrol
from tests.stand_in import Break, StandIn
from tests.stand_in.asks import Content
from tests.stand_in.faults import Fault

LONG = 1
SHORT = range(100, 260)


async def enrol_long(storage: Storage, api: StandIn) -> None:
    """A chat whose briefing is due and has three parts."""
    now = datetime.now(UTC)
    long = [statement(now - timedelta(minutes=each), "FR", long_sentence(each)) for each in range(2, 18)]
    await hear(storage, call(now - timedelta(minutes=1)), *long)
    api.private(LONG)
    await enrol(storage, [LONG], "FR", now - timedelta(seconds=90))


async def enrol_short(storage: Storage, api: StandIn) -> None:
    """Many chats whose briefing is due and has one part."""
    for number in SHORT:
        api.private(number)
    await enrol(storage, SHORT, "RU", datetime.now(UTC) - timedelta(seconds=60))


@asynccontextmanager
async def running(api: StandIn, database: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program as a process, killed at the latest when the block ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMUNIQUE_")}
    environment |= {
        "COMMUNIQUE_BOT_TOKEN": api.token,
        "COMMUNIQUE_BOT_API": api.base_url.removesuffix("/bot"),
        "COMMUNIQUE_DATABASE_URL": database,
        "COMMUNIQUE_PROCESSES": "1",
    }
    command = ("-m", "bot", "run", "--roles", "briefings,delivery")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def end(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGTERM)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


async def held(storage: Storage) -> int:
    """How many sends a dead process has left claimed."""
    claimed = (deliveries.c.settled_at.is_(None), deliveries.c.claimed_by.is_not(None))
    async with storage.read() as conn:
        found = await conn.execute(select(func.count()).select_from(deliveries).where(*claimed))
        return found.scalar_one()


async def settled(storage: Storage, api: StandIn) -> None:
    """Wait until all that was planned is settled."""
    await api.wait_until(lambda: len([each for each in api.journal if each.chat_id == LONG]) == 3, within=60)
    for _ in range(1200):
        async with storage.read() as conn:
            if not await count_open(conn):
                return
        await asyncio.sleep(0.05)
    raise TimeoutError("the ledger is not settled")


def got(api: StandIn, chats: Sequence[int]) -> Counter[int]:
    return Counter(each.chat_id for each in api.journal if each.chat_id in chats)


def is_second_part(_: object, ask: object) -> bool:
    return isinstance(ask, Content) and ask.chat_id == LONG and "Communiqué ·" not in ask.text


async def has_sent(api: StandIn, more: int) -> None:
    before = len(api.journal)
    await api.wait_until(lambda: len(api.journal) >= before + more, within=60)


async def killed_in_a_second_part(storage: Storage, api: StandIn, database: str) -> None:
    """Killed while the second part of the long briefing is under way."""
    api._server.faults.order(Fault(is_second_part, Break.STALL))
    await enrol_long(storage, api)
    async with running(api, database):
        await api.wait_until(lambda: any(each.outcome == Break.STALL for each in api.calls), within=60)


@pytest.mark.asyncio
async def test_nobody_is_lost_and_only_the_sends_under_way_come_twice(sqlite_url: str) -> None:
    async with StandIn() as api, await open_storage(sqlite_url) as storage:
        await killed_in_a_second_part(storage, api, sqlite_url)
        assert await held(storage) == 1
        await enrol_short(storage, api)
        async with running(api, sqlite_url) as process:
            await has_sent(api, 20)
            await end(process)
        assert await held(storage) == 0, "an orderly end leaves nothing under way"
        async with running(api, sqlite_url):
            await has_sent(api, 20)
        under_way = await held(storage)
        assert 1 <= under_way <= sends_at_once(ALL)
        assert len(got(api, SHORT)) < len(SHORT)

        # What is held is let go of at once, and not when the claims run out, in five minutes.
        async with running(api, sqlite_url) as process:
            await settled(storage, api)
            await end(process)
        times = got(api, SHORT)
        assert set(times) == set(SHORT)
        assert sum(times.values()) - len(SHORT) <= under_way
        texts = [each.text for each in api.journal if each.chat_id == LONG]
        assert [text.startswith("Communiqué · ") for text in texts] == [True, False, False]
        assert [each for each in range(2, 18) if "".join(texts).count(f"number {each} of") != 1] == []
