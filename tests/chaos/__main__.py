"""Chaos: workers are killed (SIGKILL) at random moments while briefings go out, and what came is held against the plan.

    uv run python -m tests.chaos --database sqlite|postgresql [--chats N] [--kills N] [--trouble restart|full|locked]

One process on SQLite, three on PostgreSQL, each started again at once. One chat in a hundred has blocked the bot, one has
moved, two writes in a hundred are answered 429, and of one the answer never comes. Of every ten chats one has a briefing of
three parts. `--trouble` does something to the database midway: PostgreSQL takes no connection for a while, SQLite's disk is
full, or its file is locked. The last line:

- `lost`: messages that never came, of chats that can be written to;
- `duplicates`: messages that came again, each time counted;
- `bound`: how many may: what had arrived of the killed and was not settled, and the answers that were cut off;
- `disordered`: chats whose messages came out of order.

The line before tells how the ledger ended. It exits 1 where anything is lost or disordered, or the bound is exceeded.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, insert, select, update

from bot.errors import StorageError
from storage import Storage, open_storage
from storage.deliveries import count_open
from storage.due import count_due
from storage.tables import chats, deliveries, edition_texts, editions, texts
from tests.bench.bots import Bot, settings_of
from tests.bench.databases import KINDS, database
from tests.chaos import trouble
from tests.chaos.audit import Verdict, arrived, judge, outcomes, text_of
from tests.stand_in.fates import Fates, Shares
from tests.stand_in.process import ROOT, Running, stand_in_process
from tests.stand_in.refusal import Refused

GROUPS = 5
"""Every fifth chat is a basic group; one in twenty of these has moved, which makes one chat in a hundred."""

LONG = 10
"""Every tenth chat has a briefing of three parts."""

STUCK = 240.0
"""Seconds without a message or a settled delivery after which the run is given up."""

STARTING = 20.0
"""Seconds a worker may take to start, in which it needs the database."""

LATENCY = 0.03
"""Seconds after which the stand-in answers."""

WORKERS = {"sqlite": 1, "postgresql": 3}


@dataclass(frozen=True, slots=True)
class Plan:
    kind: str
    chats: int
    kills: int
    pace: int
    seed: int
    trouble: str | None
    unknown: float

    @property
    def shares(self) -> Shares:
        return Shares(blocked=0.01, migrated=0.01 * GROUPS, throttled=0.02, unknown=self.unknown)

    @property
    def parts(self) -> dict[int, int]:
        """How many parts each chat is to get."""
        numbers = range(1, self.chats + 1)
        return {-each if each % GROUPS == 0 else each: 3 if each % LONG == 1 else 1 for each in numbers}

    def stand_in(self, audit: Path) -> tuple[str, ...]:
        shares = self.shares
        given = {
            "--checks": "light",
            "--latency": round(LATENCY * 1000),
            "--audit": audit,
            "--seed": self.seed,
            "--blocked": shares.blocked,
            "--migrated": shares.migrated,
            "--throttled": shares.throttled,
            "--unknown": shares.unknown,
        }
        return tuple(str(word) for option in given.items() for word in option)


@dataclass(slots=True)
class Crew:
    """The workers, and what those that were killed had under way."""

    plan: Plan
    settings: Mapping[str, str]
    folder: Path
    audit: Path
    workers: dict[str, Bot] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)
    trouble: tuple[float, float] | None = None
    under_way: int = 0

    @property
    def full(self) -> Path:
        return self.folder / "disk-is-full"

    def start(self, name: str) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("COMMUNIQUE_")}
        environment |= {f"COMMUNIQUE_{key}": value for key, value in self.settings.items()}
        environment |= {"COMMUNIQUE_WORKER": name, "COMMUNIQUE_TEST_FULL": str(self.full)}
        said = self.folder / f"{name}.txt"
        command = (sys.executable, "-m", "tests.chaos.cramped", "run", "--roles", "briefings,delivery")
        with said.open("ab") as errors:
            process = subprocess.Popen(command, env=environment, stderr=errors, cwd=ROOT)
        self.workers[name] = Bot(process, said)
        self.begun[name] = time.monotonic()

    async def kill(self, name: str, storage: Storage) -> None:
        """Kill a worker, count what it had sent and not settled, and start it again."""
        victim = self.workers[name].process
        victim.kill()
        await asyncio.to_thread(victim.wait)
        claimed = await _claimed(storage, name)
        # What had left when it was killed arrives within this.
        await asyncio.sleep(10 * LATENCY)
        self.under_way += arrived(self.audit, claimed)
        self.start(name)

    def check(self) -> None:
        """See that nobody has ended by itself, but who found no database at its start: that is started again, as by systemd."""
        for name, each in list(self.workers.items()):
            if each.process.poll() is None:
                continue
            if each.process.returncode == 1 and self._began_in_trouble(name):
                self.start(name)
                continue
            raise RuntimeError(
                f"{name} ended with {each.process.returncode}:\n{each.said.read_text()[-3000:]}"
            )

    def _began_in_trouble(self, name: str) -> bool:
        return self.trouble is not None and self.trouble[0] - STARTING < self.begun[name] < self.trouble[1]

    def leave(self) -> None:
        for each in self.workers.values():
            if each.process.poll() is None:
                each.process.kill()
                each.process.wait()


async def fill(storage: Storage, parts: Mapping[int, int]) -> None:
    """Make an edition for each chat as planning does, due in the year 2100."""
    now = datetime.now(UTC)
    later = now.replace(year=2100, month=1, day=1)
    common = {"zone": "UTC", "created_at": now, "seen_at": now, "next_due_at": later}
    left = iter(enumerate(parts.items(), 1))
    while some := list(islice(left, 5000)):
        people = [
            {"id": chat, "kind": "private" if chat > 0 else "group", "wish": str(number), **common}
            for number, (chat, _) in some
        ]
        made = [
            {
                "number": number,
                "due_at": later,
                "wish": str(number),
                "memory": "",
                "local_date": now.date(),
                "briefing_id": f"{chat}",
                "waits_since": later,
                "next_memory": "",
                "next_due_at": None,
            }
            for number, (chat, _) in some
        ]
        rows = [(number, chat, part) for number, (chat, count) in some for part in range(count)]
        words = [{"id": f"{chat}/{part}", "html": text_of(chat, part)} for _, chat, part in rows]
        said = [{"edition": number, "part": part, "text_id": f"{chat}/{part}"} for number, chat, part in rows]
        async with storage.write() as conn:
            for table, values in ((chats, people), (texts, words), (editions, made), (edition_texts, said)):
                await conn.execute(insert(table), values)


async def release(storage: Storage) -> None:
    """Let all that is planned be due now."""
    now = datetime.now(UTC)
    async with storage.write() as conn:
        await conn.execute(update(chats).values(next_due_at=now))
        await conn.execute(update(editions).values(due_at=now, waits_since=now))


async def run(plan: Plan, url: str, folder: Path) -> tuple[Verdict, int]:
    audit = folder / "accepted.jsonl"
    async with stand_in_process(*plan.stand_in(audit)) as running, await open_storage(url) as storage:
        await fill(storage, plan.parts)
        settings = settings_of(running, url, plan.pace)
        crew = Crew(plan, settings, folder, audit)
        try:
            for number in range(WORKERS[plan.kind]):
                crew.start(f"worker-{number}")
            for each in crew.workers.values():
                await asyncio.to_thread(each.wait, "stand_in_bot")
            await release(storage)
            await _harass(plan, crew, storage, running)
            await _settled(crew, storage)
            ended = outcomes(await _outcomes(storage))
        finally:
            crew.leave()
    sys.stdout.write(" ".join(f"{name}={count}" for name, count in sorted(ended.items())) + "\n")
    return judge(audit, plan.parts, _blocked(plan)), crew.under_way


async def _harass(plan: Plan, crew: Crew, storage: Storage, running: Running) -> None:
    """Kill at random moments, told by how much was sent; trouble the database in the middle."""
    chance = random.Random(plan.seed)  # noqa: S311 - the same moments each time
    messages = sum(plan.parts.values())
    moments = sorted(chance.randint(messages // 50, messages * 9 // 10) for _ in range(plan.kills))
    troubles = [messages // 2] if plan.trouble else []
    begun = time.monotonic()
    while moments or troubles:
        crew.check()
        written = (await running.figures())["writes"]
        if moments and written >= moments[0]:
            moments.pop(0)
            await crew.kill(chance.choice(sorted(crew.workers)), storage)
            begun = time.monotonic()
        elif troubles and written >= troubles[0]:
            troubles.clear()
            await _trouble(plan, crew)
            begun = time.monotonic()
        if time.monotonic() - begun > STUCK:
            raise RuntimeError(f"nothing goes on: {await running.figures()}\n{_last_words(crew)}")
        await asyncio.sleep(0.02)


async def _trouble(plan: Plan, crew: Crew) -> None:
    begun = time.monotonic()
    match plan.trouble:
        case "restart":
            await trouble.restart(crew.settings["DATABASE_URL"])
        case "locked":
            await trouble.lock(crew.settings["DATABASE_URL"])
        case "full":
            await trouble.fill(crew.full)
    crew.trouble = begun, time.monotonic()


async def _settled(crew: Crew, storage: Storage) -> None:
    """Wait until nothing is open any more."""
    last, since = -1, time.monotonic()
    while last:
        crew.check()
        left = await _open(storage)
        if left != last:
            last, since = left, time.monotonic()
        if time.monotonic() - since > STUCK:
            raise RuntimeError(f"{left} deliveries stay open\n{_last_words(crew)}")
        await asyncio.sleep(0.2)


async def _open(storage: Storage) -> int:
    async with storage.read() as conn:
        return await count_open(conn) + await count_due(conn, datetime.now(UTC))


async def _claimed(storage: Storage, worker: str) -> frozenset[str]:
    """The texts that `worker` holds."""
    mine = (deliveries.c.settled_at.is_(None), deliveries.c.claimed_by == worker)
    query = select(texts.c.html).join(deliveries, deliveries.c.text_id == texts.c.id).where(*mine)
    while True:
        try:
            async with storage.read() as conn:
                return frozenset((await conn.execute(query)).scalars())
        except StorageError:
            await asyncio.sleep(0.2)


async def _outcomes(storage: Storage) -> list[tuple[str | None, int]]:
    query = select(deliveries.c.outcome, func.count()).group_by(deliveries.c.outcome)
    async with storage.read() as conn:
        return [(outcome, count) for outcome, count in await conn.execute(query)]


def _blocked(plan: Plan) -> frozenset[int]:
    """The chats that have blocked the bot, where they are at their first write or where they have moved to."""
    fates = Fates(plan.shares, plan.seed)
    drawn = {chat: fates.of(chat) for chat in plan.parts}
    gone = {chat for chat, fate in drawn.items() if isinstance(fate, Refused) and fate.code == 403}
    moved = {
        chat: fate.body()["parameters"]["migrate_to_chat_id"]
        for chat, fate in drawn.items()
        if isinstance(fate, Refused) and "migrate_to_chat_id" in fate.body().get("parameters", {})
    }
    again = Fates(plan.shares, plan.seed)
    then = {chat: again.of(new) for chat, new in moved.items()}
    return frozenset(gone | {c for c, fate in then.items() if isinstance(fate, Refused) and fate.code == 403})


def _last_words(crew: Crew) -> str:
    return "\n".join(each.said.read_text()[-1500:] for each in crew.workers.values())


def arguments(given: list[str] | None = None) -> Plan:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--chats", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pace", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--trouble", choices=("restart", "full", "locked"))
    parser.add_argument("--unknown", type=float, default=0.01, help="share of answers that never come")
    chosen = parser.parse_args(given)
    if (chosen.trouble == "restart") != (chosen.database == "postgresql") and chosen.trouble:
        parser.error("restart is for postgresql, full and locked are for sqlite")
    return Plan(
        chosen.database,
        chosen.chats,
        chosen.kills,
        chosen.pace,
        chosen.seed,
        chosen.trouble,
        chosen.unknown,
    )


def main(given: list[str] | None = None) -> int:
    plan = arguments(given)
    with TemporaryDirectory(prefix="communique-chaos-") as folder, database(plan.kind) as url:
        verdict, under_way = asyncio.run(run(plan, url, Path(folder)))
    bound = under_way + verdict.unknown
    sys.stdout.write(
        f"under_way_at_kills={under_way} unknown={verdict.unknown} workers={WORKERS[plan.kind]} kills={plan.kills}\n"
        f"lost={verdict.lost} duplicates={verdict.duplicates} bound={bound} disordered={verdict.disordered}\n"
    )
    return int(bool(verdict.lost or verdict.disordered or verdict.duplicates > bound))


if __name__ == "__main__":
    sys.exit(main())
