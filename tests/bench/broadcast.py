"""How fast, and how evenly, a broadcast goes out: processes of the bot as it is, against the stand-in as a process.

    uv run python -m tests.bench.broadcast --rate R --seconds S --workers W --database sqlite|postgresql

One briefing is planned as planning does it, for R times S chats and some more, and held back until all workers serve; they
write each chat's row of the ledger, claim, send and settle it. The stand-in answers after `--latency` milliseconds and refuses
what comes faster than `--flood` a second (unless given: 5% above R, and 30 at least, which Telegram takes from a bot that pays
nothing). Then, on the last line:

- `allowed`: R, what the workers are set to (COMMUNIQUE_PACE), all together;
- `achieved`: messages taken a second, over S seconds that begin `LEAD` seconds after the first came;
- `max_1s`: the most requests that came to the stand-in in any one second of the whole run;
- `self_429`: requests it refused for their speed;
- `cpu_ms_per_send`: processor time of all workers together over those S seconds, for one message;
- `peer`: messages taken a second of the peer: a plain loop over the library's `Bot.send_message` with its AIORateLimiter
  set to the same rate, by as many tasks as hide the latency, in this process. The line before says more of it.

On the line before that, `twice` are chats that got it more than once. Linux alone, since processor time is read from /proc.
"""

import argparse
import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, update
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from storage import Storage, open_storage
from storage.due import Group
from storage.editions import Edition, announce
from storage.tables import chats, editions
from tests.bench.bots import FREE, Bot, bots, settings_of
from tests.bench.databases import KINDS, database
from tests.bench.texts import BRIEFING
from tests.stand_in.process import Running, accepted, stand_in_process

LEAD = 2.0
"""Seconds after the first message that are not counted: all workers find their work in them."""

SPARE = 5.0
"""Seconds' worth of messages beyond those counted, so that nobody runs dry before the end."""

PEER_SECONDS = 10.0
PEER_TASKS = {False: 8, True: 64}
"""Sends under way in the peer, by whether they are paid for: enough at the latency of a near server."""

TEXT = "bench"
ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Plan:
    rate: int
    seconds: float
    workers: int
    flood: int
    latency: float

    @property
    def paid(self) -> bool:
        return self.rate > FREE

    @property
    def messages(self) -> int:
        return ceil(self.rate * (LEAD + self.seconds + SPARE))

    def stand_in(self, audit: Path) -> tuple[str, ...]:
        options = {"--checks": "light", "--flood": self.flood, "--latency": self.latency, "--audit": audit}
        return tuple(str(part) for option in options.items() for part in option)


@dataclass(frozen=True, slots=True)
class Flow:
    """What came to the stand-in."""

    achieved: float
    max_1s: int
    flooded: int
    twice: int


async def fill(storage: Storage, count: int) -> None:
    """Plan one message for each of so many chats, as one edition that is due in the year 2100."""
    now = datetime.now(UTC)
    later = now.replace(year=2100, month=1, day=1)
    chat = {"kind": "private", "zone": "UTC", "created_at": now, "seen_at": now}
    chat |= {"wish": TEXT, "next_due_at": later}
    edition = Edition(Group(later, TEXT, ""), now.date(), TEXT, later, "", None)
    async with storage.write() as conn:
        await announce(conn, edition, [BRIEFING])
        numbers = iter(range(1, count + 1))
        while part := list(islice(numbers, ROWS)):
            await conn.execute(insert(chats), [{"id": number, **chat} for number in part])


async def release(storage: Storage) -> None:
    now = datetime.now(UTC)
    async with storage.write() as conn:
        await conn.execute(update(chats).values(next_due_at=now))
        await conn.execute(update(editions).values(due_at=now, waits_since=now))


def _taken(audit: Path) -> Iterator[float]:
    return (each["at"] for each in accepted(audit))


async def measured(running: Running, audit: Path, seconds: float) -> Flow:
    """Read how it went from what the stand-in kept."""
    figures = await running.figures()
    if figures["breaches"]:
        raise RuntimeError(f"the specification was broken: {figures['breaches']}")
    begin = min(_taken(audit)) + LEAD
    counted = sum(begin <= at < begin + seconds for at in _taken(audit))
    times = Counter(each["chat"] for each in accepted(audit))
    twice = sum(count > 1 for count in times.values())
    return Flow(counted / seconds, figures["max_1s"], figures["flooded"], twice)


async def ours(plan: Plan, kind: str, folder: Path) -> tuple[Flow, float]:
    """Let the workers send; give how it went, and seconds of processor time for one message."""
    audit = folder / "ours.jsonl"
    with database(kind) as url:
        async with stand_in_process(*plan.stand_in(audit)) as running, await open_storage(url) as storage:
            await fill(storage, plan.messages)
            settings = settings_of(running, url, plan.rate)
            with bots(plan.workers, settings, folder) as started:
                for each in started:
                    await asyncio.to_thread(each.wait, "stand_in_bot")
                await release(storage)
                cost = await _cost(running, started, plan)
            return await measured(running, audit, plan.seconds), cost


async def _cost(running: Running, started: list[Bot], plan: Plan) -> float:
    """Wait out the time that counts; give the processor time of the workers in it, for one message."""
    until = time.monotonic() + 60.0
    while not (await running.figures())["writes"]:
        if time.monotonic() > until:
            raise RuntimeError(f"nothing was sent:\n{started[0].said.read_text()[-3000:]}")
        await asyncio.sleep(0.05)
    await asyncio.sleep(LEAD)
    sent = (await running.figures())["writes"]
    used = -sum(each.cpu() for each in started)
    await asyncio.sleep(plan.seconds)
    used += sum(each.cpu() for each in started)
    came: int = (await running.figures())["writes"] - sent
    return used / max(1, came)


async def peer(plan: Plan, folder: Path) -> tuple[Flow, float]:
    """Send as its users send with the library alone."""
    audit = folder / "peer.jsonl"
    seconds = min(plan.seconds, PEER_SECONDS)
    # What it says of each refusal is counted below.
    logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)
    async with stand_in_process(*plan.stand_in(audit)) as running:
        limiter = AIORateLimiter(overall_max_rate=plan.rate, overall_time_period=1)
        request = HTTPXRequest(connection_pool_size=PEER_TASKS[plan.paid])
        bot: ExtBot[Any] = ExtBot(
            running.token, f"{running.address}/bot", request=request, rate_limiter=limiter
        )
        numbers = iter(range(1, plan.messages + 1))
        until = time.monotonic() + LEAD + seconds + 0.5

        async def work() -> None:
            for number in numbers:
                if time.monotonic() > until:
                    return
                try:
                    await bot.send_message(number, BRIEFING, "HTML", allow_paid_broadcast=plan.paid or None)
                except RetryAfter:
                    continue

        used = time.process_time()
        async with bot:
            await asyncio.gather(*(work() for _ in range(PEER_TASKS[plan.paid])))
        used = time.process_time() - used
        return await measured(running, audit, seconds), used / max(1, len(accepted(audit)))


async def main(plan: Plan, kind: str) -> None:
    with TemporaryDirectory(prefix="communique-bench-") as folder:
        flow, cost = await ours(plan, kind, Path(folder))
        other, other_cost = await peer(plan, Path(folder))
    sys.stdout.write(
        f"twice={flow.twice} flood={plan.flood} latency_ms={plan.latency:g} workers={plan.workers} database={kind} "
        f"peer_max_1s={other.max_1s} peer_429={other.flooded} peer_cpu_ms_per_send={other_cost * 1000:.2f}\n"
        f"allowed={plan.rate} achieved={flow.achieved:.1f} max_1s={flow.max_1s} self_429={flow.flooded} "
        f"cpu_ms_per_send={cost * 1000:.2f} peer={other.achieved:.1f}\n"
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=int, default=28)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--latency", type=float, default=30.0, metavar="MS")
    parser.add_argument("--flood", type=int)
    chosen = parser.parse_args()
    if chosen.database == "sqlite" and chosen.workers > 1:
        parser.error("on SQLite one process sends; take --database postgresql for more")
    return chosen


if __name__ == "__main__":
    given = arguments()
    most = given.flood or max(FREE, ceil(given.rate * 1.05))
    asyncio.run(main(Plan(given.rate, given.seconds, given.workers, most, given.latency), given.database))
