"""How long a million readers take to be found due and to be planned: `python -m tests.bench.due --chats N --database …`.

Chats of so many different wishes are seeded, all due at one instant, beside a day's news. Then it is measured
- `plan_s`: `plan_due` for all of them at once, on the second day, when each has a memory of the first;
- `tick_ms`: finding what is due, while ten chats are due and all others wait for the next day;
- `ledger_s`: writing all chats' rows of the second day into the ledger, a shard after the other, `ROOM` chats in a transaction.
  The senders do that while they send; it stands here so that what planning leaves to them is seen;
- `rss_mb`: the most memory of this process, which plans (the workers compose);
and, on the lines before the last, the first day's planning, the CPU seconds of this process and of its workers (those
of a PostgreSQL server are not among them), the whole of a tick at which nothing is due, and how long another write
had to wait at most while all was planned.

The database is made for it and is gone at the end: a temporary SQLite file, or a database of its own on the server of
`COMMUNIQUE_TEST_POSTGRES_URL`, which is vacuumed after each day, as a server does by itself (autovacuum) where the day is longer.
"""

import argparse
import asyncio
import random
import resource
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.deliver import sweep
from bot.flows.desk import Desk, Thread
from bot.flows.plan import plan_due
from bot.flows.workers import Workers
from bot.model import SHARDS, Chat, Event, Length, Status
from bot.settings import load_settings
from storage import Storage, open_storage
from storage.chats import save_chat
from storage.due import due_groups
from storage.editions import write_out
from storage.notes import keep_note
from storage.subscriptions import subscribe
from storage.tables import chats, deliveries, subscriptions
from tests.bench.databases import KINDS, database, vacuum
from tests.e2e.bot.news import call, hear, mediation, statement

DUE = datetime(2026, 1, 13, 6, tzinfo=UTC)
DAY = timedelta(days=1)
# Where it is one and the same instant.
CLOCKS = (("UTC", 360), ("Europe/Paris", 420), ("Africa/Nairobi", 540), ("Asia/Tokyo", 900))
COUNTRIES = [
    "AE",
    "AR",
    "AT",
    "AU",
    "BD",
    "BE",
    "BR",
    "CA",
    "CH",
    "CL",
    "CN",
    "CO",
    "CU",
    "CZ",
    "DE",
    "DK",
    "DZ",
    "EG",
    "ES",
    "ET",
    "FI",
    "FR",
    "GB",
    "GH",
    "GR",
    "HU",
    "ID",
    "IE",
    "IL",
    "IN",
    "IQ",
    "IR",
    "IT",
    "JO",
    "JP",
    "KE",
    "KR",
    "KW",
    "KZ",
    "LB",
    "LY",
    "MA",
    "MX",
    "MY",
    "NG",
    "NL",
    "NO",
    "NZ",
    "OM",
    "PE",
    "PH",
    "PK",
    "PL",
    "PT",
    "QA",
    "RO",
    "RS",
    "RU",
    "RW",
    "SA",
    "SE",
    "SG",
    "SN",
    "SY",
    "TH",
    "TN",
    "TR",
    "TZ",
    "UA",
    "UG",
    "US",
    "UZ",
    "VE",
    "VN",
    "YE",
    "ZA",
]
EVENTS_A_DAY = 600
SEEDED_AT_ONCE = 100_000
TICKS = 200
FEW = 10
ROOM = 100
"""Chats written in one transaction: as many as a sender has room for at a thousand messages a second."""
MUCH_ROOM = 10_000
"""On the first day, which only comes before the one that counts."""


@dataclass
class Clock:
    """Stands still until it is moved."""

    at: datetime = DUE - DAY

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Figures:
    """What one planning of all took."""

    seconds: float = 0.0
    own_cpu: float = 0.0
    waits: list[float] = field(default_factory=list)


def _news(chance: random.Random, day: datetime) -> list[Event]:
    made: list[Event] = []
    for _ in range(EVENTS_A_DAY):
        heard = day - timedelta(seconds=chance.randrange(1, 86_400))
        one, two, three = chance.sample(COUNTRIES, 3)
        kind = chance.random()
        if kind < 0.6:
            made.append(statement(heard, one))
        elif kind < 0.9:
            made.append(call(heard, (one, two), status=chance.choice((Status.HELD, Status.PLANNED))))
        else:
            made.append(mediation(heard, one, (two, three)))
    return made


async def _seed(storage: Storage, count: int, wishes: int) -> None:
    """Store one chat of each wish, and then as many like it as are wanted."""
    chance = random.Random(7)  # noqa: S311 - nobody is to be kept from guessing
    met = DUE - DAY
    async with storage.write() as conn:
        for number, follows in enumerate(_wishes(chance, wishes)):
            zone, minute = CLOCKS[number % len(CLOCKS)]
            length = Length.SHORT if number % 10 == 0 else Length.FULL
            chat = Chat(-1 - number, "private", zone, met, met, minute=minute, length=length, next_due_at=DUE)
            await save_chat(conn, chat)
            await subscribe(conn, chat.id, follows, met)
    for first in range(0, count, SEEDED_AT_ONCE):
        async with storage.write() as conn:
            await _copy(conn, first, min(SEEDED_AT_ONCE, count - first), wishes)
    async with storage.write() as conn:
        await conn.execute(delete(chats).where(chats.c.id < 0))
        await conn.execute(text("ANALYZE"))


def _wishes(chance: random.Random, count: int) -> Iterator[tuple[str, ...]]:
    """Sets of one to four countries, each another."""
    made: set[tuple[str, ...]] = set()
    while len(made) < count:
        follows = tuple(sorted(chance.sample(COUNTRIES, chance.randrange(1, 5))))
        if follows not in made:
            made.add(follows)
            yield follows


async def _copy(conn: AsyncConnection, first: int, count: int, wishes: int) -> None:
    """Store the chats from number `first` + 1 on, each like one of those that stand below zero."""
    numbers = select(literal(first + 1).label("i")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < first + count))
    like = -1 - numbers.c.i % wishes
    for table, id_ in ((chats, "id"), (subscriptions, "chat_id")):
        columns = [column.name for column in table.columns if column.name != id_]
        one = table.alias()
        rows = select(numbers.c.i, *(one.c[name] for name in columns)).join_from(
            numbers, one, one.c[id_] == like
        )
        await conn.execute(insert(table).from_select([id_, *columns], rows))


async def _write_now_and_then(storage: Storage, waits: list[float]) -> None:
    """Do what a sender does, small writes, and note how long each took."""
    while True:
        begin = time.perf_counter()
        async with storage.write() as conn:
            await keep_note(conn, "bench", str(len(waits)))
        waits.append(time.perf_counter() - begin)
        await asyncio.sleep(0.02)


async def _plan(desk: Desk, count: int) -> Figures:
    found = Figures()
    writer = asyncio.create_task(_write_now_and_then(desk.storage, found.waits))
    begin, cpu = time.perf_counter(), time.process_time()
    planned = await plan_due(desk)
    found.seconds, found.own_cpu = time.perf_counter() - begin, time.process_time() - cpu
    writer.cancel()
    with suppress(asyncio.CancelledError):
        await writer
    if planned != count:
        raise SystemExit(f"{planned} of {count} were planned")
    return found


async def _send_all(storage: Storage, now: datetime, room: int) -> float:
    """Let all that is planned be sent, as far as the ledger is concerned; give how long its rows took to write."""
    begin = time.perf_counter()
    for shard in range(SHARDS):
        written = room
        while written == room:
            async with storage.write() as conn:
                written = await write_out(conn, now, now - DAY, limit=room, shard=shard)
    seconds = time.perf_counter() - begin
    sent = update(deliveries).where(deliveries.c.settled_at.is_(None))
    async with storage.write() as conn:
        await conn.execute(sent.values(settled_at=now, outcome="sent", text_id=None))
    await sweep(Desk(storage, Thread(), lambda: now))
    return seconds


async def _ticks(desk: Desk) -> tuple[list[float], list[float]]:
    """Time the finding of a few that are due, and whole ticks at which nobody is."""
    now = desk.now()
    whole: list[float] = []
    for _ in range(TICKS):
        begin = time.perf_counter()
        await plan_due(desk)
        whole.append(time.perf_counter() - begin)
    async with desk.storage.write() as conn:
        await conn.execute(update(chats).where(chats.c.id <= FEW).values(next_due_at=now))
    finding: list[float] = []
    for _ in range(TICKS):
        begin = time.perf_counter()
        async with desk.storage.read() as conn:
            await due_groups(conn, now, 200)
        finding.append(time.perf_counter() - begin)
    return finding, whole


async def _run(url: str, count: int, wishes: int) -> None:
    settings, clock = load_settings(), Clock()
    chance = random.Random(11)  # noqa: S311 - nobody is to be kept from guessing
    async with await open_storage(url) as storage, Workers(2, settings.spacy_model) as workers:
        desk = Desk(storage, workers, clock)
        # Started before it is timed, as they are in a service that runs.
        await asyncio.gather(*(workers.run(time.sleep, 0.2) for _ in range(2)))
        begin = time.perf_counter()
        await _seed(storage, count, wishes)
        for day in (DUE, DUE + DAY):
            await hear(storage, *_news(chance, day))
        print(  # noqa: T201
            f"chats={count} wishes={wishes} events_a_day={EVENTS_A_DAY} seed_s={time.perf_counter() - begin:.1f}",
            flush=True,
        )
        for name, day, room in (("first", DUE, MUCH_ROOM), ("second", DUE + DAY, ROOM)):
            clock.at = day + timedelta(seconds=3)
            figures = await _plan(desk, count)
            print(  # noqa: T201
                f"{name}_day_s={figures.seconds:.1f} own_cpu_s={figures.own_cpu:.1f} "
                f"longest_wait_of_a_write_ms={max(figures.waits) * 1000:.0f}",
                flush=True,
            )
            ledger = await _send_all(storage, clock.at, room)
            # As a server in service does by itself within minutes; here the day is over at once.
            vacuum(url)
            async with storage.read() as conn:
                rows = (await conn.execute(select(func.count()).select_from(deliveries))).scalar_one()
            print(f"room={room} {name}_day_ledger_s={ledger:.1f} rows={rows}", flush=True)  # noqa: T201
        finding, whole = await _ticks(desk)
    workers_cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(  # noqa: T201
        f"whole_tick_ms_p50={_ms(whole, 50)} whole_tick_ms_p99={_ms(whole, 99)} workers_cpu_s={workers_cpu.ru_utime:.1f}"
    )
    print(  # noqa: T201
        f"tick_ms_p50={_ms(finding, 50)} tick_ms_p99={_ms(finding, 99)} plan_s={figures.seconds:.1f} "
        f"ledger_s={ledger:.1f} rss_mb={rss:.0f}"
    )


def _ms(seconds: list[float], percentile: int) -> str:
    return f"{statistics.quantiles(seconds, n=100)[percentile - 1] * 1000:.1f}"


def _count(given: str) -> int:
    number = int(given)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--chats", type=_count, default=10_000)
    parser.add_argument("--wishes", type=_count, default=1_000)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    given = parser.parse_args()
    if given.chats < max(given.wishes, FEW):
        parser.error("there must be at least as many chats as wishes")
    with database(given.database) as address:
        asyncio.run(_run(address, given.chats, given.wishes))
