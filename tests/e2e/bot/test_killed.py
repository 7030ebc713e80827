"""`communique run` as a process of its own, killed in the middle of its work and started again."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.flows.deliver import CLAIMED_FOR, SENT_AT_ONCE
from storage import Storage, open_storage
from storage.deliveries import count_open
from storage.tables import deliveries
from tests.e2e.bot.news import call, hear, long_sentence, statement
from tests.e2e.bot.scene import enrol
from tests.stand_in import Break, StandIn
from tests.stand_in.asks import Content
from tests.stand_in.faults import Fault

LONG = 1
SHORT = range(100, 140)


async def ready(storage: Storage, api: StandIn) -> None:
    """Many chats whose briefing is due, one of them with a long one."""
    now = datetime.now(UTC)
    long = [statement(now - timedelta(minutes=each), "FR", long_sentence(each)) for each in range(2, 18)]
    await hear(storage, call(now - timedelta(minutes=1)), *long)
    await enrol(storage, [LONG], "FR", now - timedelta(seconds=90))
    await enrol(storage, SHORT, "RU", now - timedelta(seconds=60))
    for number in (LONG, *SHORT):
        api.private(number)


async def start(api: StandIn, database: str) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMUNIQUE_")}
    environment |= {
        "COMMUNIQUE_BOT_TOKEN": api.token,
        "COMMUNIQUE_BOT_API": api.base_url.removesuffix("/bot"),
        "COMMUNIQUE_DATABASE_URL": database,
        "COMMUNIQUE_PROCESSES": "1",
    }
    command = ("-m", "bot", "run", "--roles", "briefings,delivery")
    return await asyncio.create_subprocess_exec(
        sys.executable, *command, env=environment, stderr=asyncio.subprocess.PIPE
    )


async def kill(process: asyncio.subprocess.Process) -> None:
    process.kill()
    await process.wait()


async def end(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGTERM)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


async def let_claims_lapse(storage: Storage) -> int:
    """Let the five minutes pass for which a dead process's claims hold; give how many there were."""
    now = datetime.now(UTC)
    async with storage.write() as conn:
        held = await conn.execute(
            update(deliveries)
            .where(deliveries.c.settled_at.is_(None), deliveries.c.claimed_until > now)
            .values(claimed_until=now - timedelta(seconds=1))
        )
    return held.rowcount


async def settled(storage: Storage, api: StandIn) -> None:
    """Wait until all that was planned is settled."""
    await api.wait_until(lambda: len([each for each in api.journal if each.chat_id == LONG]) == 3, within=30)
    for _ in range(600):
        async with storage.read() as conn:
            if not await count_open(conn):
                return
        await asyncio.sleep(0.05)
    raise TimeoutError("the ledger is not settled")


def got(api: StandIn, chats: Sequence[int]) -> Counter[int]:
    return Counter(each.chat_id for each in api.journal if each.chat_id in chats)


def is_second_part(_: object, ask: object) -> bool:
    return isinstance(ask, Content) and ask.chat_id == LONG and "Communiqué ·" not in ask.text


async def stopped_after(api: StandIn, database: str, readers: int) -> None:
    """An orderly end while briefings go out."""
    process = await start(api, database)
    await api.wait_until(lambda: len(got(api, SHORT)) >= readers, within=30)
    await end(process)


async def killed_after(api: StandIn, database: str, readers: int) -> None:
    process = await start(api, database)
    await api.wait_until(lambda: len(got(api, SHORT)) >= readers, within=30)
    await kill(process)


async def killed_in_a_second_part(api: StandIn, database: str) -> None:
    api._server.faults.order(Fault(is_second_part, Break.STALL))
    process = await start(api, database)
    await api.wait_until(lambda: any(each.outcome == Break.STALL for each in api.calls), within=30)
    await kill(process)


@pytest.mark.asyncio
async def test_nobody_is_lost_and_only_the_sends_under_way_come_twice(sqlite_url: str) -> None:
    assert timedelta(minutes=5) == CLAIMED_FOR
    async with StandIn() as api, await open_storage(sqlite_url) as storage:
        await ready(storage, api)
        await stopped_after(api, sqlite_url, 6)
        assert await let_claims_lapse(storage) == 0, "an orderly end leaves nothing under way"
        assert set(got(api, SHORT).values()) == {1}
        await killed_after(api, sqlite_url, 20)
        assert len(got(api, SHORT)) < len(SHORT)
        assert await let_claims_lapse(storage) <= SENT_AT_ONCE
        await killed_in_a_second_part(api, sqlite_url)
        assert await let_claims_lapse(storage) <= SENT_AT_ONCE

        process = await start(api, sqlite_url)
        await settled(storage, api)
        await end(process)
        times = got(api, SHORT)
        assert set(times) == set(SHORT)
        assert sum(times.values()) - len(SHORT) <= 2 * SENT_AT_ONCE
        texts = [each.text for each in api.journal if each.chat_id == LONG]
        assert [text.startswith("Communiqué · ") for text in texts] == [True, False, False]
        assert [each for each in range(2, 18) if "".join(texts).count(f"number {each} of") != 1] == []
