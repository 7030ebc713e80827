"""Briefings given, and what each told, so that nothing new is said twice.

A briefing is kept once, whoever is given it; its id comes from what it says. What a chat was told is a memory: the
briefings it was given, and the moment up to which it is informed. A memory's id comes from its content too, so chats
that were told the same hold the same one, and can be told the same next.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Told
from storage.rows import told_from_json, told_to_json
from storage.statements import insert, portions
from storage.tables import briefings, chats, event_findings, memories, remembered, told

ID_LENGTH = 16
"""Hexadecimal digits of an id: 64 bits, so that of a million kept at once two are alike with odds of 3 in 10⁸."""


_GIVEN = (briefings.c.id, briefings.c.day, briefings.c.since, briefings.c.until)


@dataclass(frozen=True, slots=True)
class Given:
    """A briefing that was given: for which day, and between which moments its events were first heard."""

    id: str
    day: date
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What a chat was told: the briefings, and up to which moment it is informed. The empty one is that of a new chat."""

    until: datetime | None = None
    briefings: tuple[Given, ...] = ()

    @property
    def id(self) -> str | None:
        """The same for the same content; None for nothing at all."""
        if self.until is None:
            return None
        return _digest([_moment(self.until), sorted(given.id for given in self.briefings)])

    def after(self, given: Given, forgotten: datetime) -> "Memory":
        """The memory of who is given one more; what reaches no further than `forgotten` is left out of it.

        So chats of one wish that began on different days hold the same memory in the end.
        """
        kept = {each.id: each for each in (*self.briefings, given) if each.until > forgotten}
        return Memory(max(self.until or given.until, given.until), _in_order(kept.values()))

    def without(self, briefing: str) -> "Memory":
        """The memory of who was given `briefing` in vain: informed no further than to where it began."""
        lost = next((given for given in self.briefings if given.id == briefing), None)
        if lost is None:
            return self
        rest = tuple(given for given in self.briefings if given != lost)
        return Memory(min(self.until or lost.since, lost.since), rest)


def briefing_id(day: date, since: datetime, until: datetime, said: Mapping[str, Told]) -> str:
    """Name a briefing by its day, its window and what it says of each finding."""
    states = [[finding, told_to_json(state)] for finding, state in sorted(said.items())]
    return _digest([day.isoformat(), _moment(since), _moment(until), states])


async def save_briefing(conn: AsyncConnection, given: Given, said: Mapping[str, Told]) -> bool:
    """Keep a briefing and what it said of each finding; False where this briefing is kept already."""
    row = {"id": given.id, "day": given.day, "since": given.since, "until": given.until}
    statement = insert(conn, briefings).on_conflict_do_nothing().values(row).returning(briefings.c.id)
    if (await conn.execute(statement)).scalar_one_or_none() is None:
        return False
    rows = [
        {"briefing_id": given.id, "finding_id": finding, "state": told_to_json(state)}
        for finding, state in sorted(said.items())
    ]
    if rows:
        await conn.execute(insert(conn, told), rows)
    return True


async def save_memory(conn: AsyncConnection, memory: Memory) -> str | None:
    """Keep a memory, whose briefings are kept, and give its id; keeping it twice is harmless."""
    if memory.id is None:
        return None
    row = {"id": memory.id, "until": memory.until}
    statement = insert(conn, memories).on_conflict_do_nothing().values(row).returning(memories.c.id)
    is_new = (await conn.execute(statement)).scalar_one_or_none() is not None
    if is_new and memory.briefings:
        rows = [{"memory_id": memory.id, "briefing_id": given.id} for given in memory.briefings]
        await conn.execute(insert(conn, remembered), rows)
    return memory.id


async def find_memories(conn: AsyncConnection, ids: Collection[str]) -> dict[str, Memory]:
    """Load memories by id; unknown ones are passed over."""
    untils: dict[str, datetime] = {}
    given: dict[str, list[Given]] = {}
    for portion in portions(sorted(ids)):
        untils |= {
            row.id: row.until
            for row in await conn.execute(select(memories).where(memories.c.id.in_(portion)))
        }
        query = select(remembered.c.memory_id, *_GIVEN).join(
            briefings, remembered.c.briefing_id == briefings.c.id
        )
        for memory, *row in await conn.execute(query.where(remembered.c.memory_id.in_(portion))):
            given.setdefault(memory, []).append(Given(*row))
    return {id_: Memory(until, _in_order(given.get(id_, ()))) for id_, until in untils.items()}


async def find_memory(conn: AsyncConnection, id_: str | None) -> Memory:
    """Load a memory; the empty one where there is none."""
    return Memory() if id_ is None else (await find_memories(conn, [id_])).get(id_, Memory())


async def memory_of(conn: AsyncConnection, chat: int, *, lock: bool = False) -> Memory:
    """Load what `chat` was told; the empty memory where it is unknown. `lock` keeps others from changing it meanwhile."""
    query = select(chats.c.memory_id).where(chats.c.id == chat)
    held = await conn.execute(query.with_for_update() if lock else query)
    return await find_memory(conn, held.scalar_one_or_none() or None)


async def told_lately(conn: AsyncConnection, memory: str | None, since: datetime) -> dict[str, Told]:
    """Map each finding told in a memory's briefings that reach beyond `since` to what was said of it last."""
    query = (
        select(told.c.finding_id, told.c.state)
        .join(briefings, briefings.c.id == told.c.briefing_id)
        .join(remembered, remembered.c.briefing_id == briefings.c.id)
        .where(remembered.c.memory_id == memory, briefings.c.until > since)
        .order_by(briefings.c.until, briefings.c.id)
    )
    latest = {row.finding_id: row.state for row in await conn.execute(query)}
    return {finding: told_from_json(state) for finding, state in latest.items()}


async def events_told(conn: AsyncConnection, memory: str | None, since: datetime) -> tuple[str, ...]:
    """Give the ids, sorted, of the events told in a memory's briefings that reach beyond `since`."""
    query = (
        select(event_findings.c.event_id)
        .join(told, told.c.finding_id == event_findings.c.finding_id)
        .join(briefings, briefings.c.id == told.c.briefing_id)
        .join(remembered, remembered.c.briefing_id == briefings.c.id)
        .where(remembered.c.memory_id == memory, briefings.c.until > since)
        .distinct()
    )
    return tuple(sorted((await conn.execute(query)).scalars()))


async def tell(
    conn: AsyncConnection, chat: int, given: Given, said: Mapping[str, Told], forgotten: datetime
) -> None:
    """Remember that `chat` was given a briefing; what reaches no further than `forgotten` is remembered no more."""
    memory = await memory_of(conn, chat, lock=True)
    await save_briefing(conn, given, said)
    await _hold(conn, chat, memory.after(given, forgotten))


async def untell(conn: AsyncConnection, chat: int, briefing: str) -> None:
    """Let `chat` be as if it had not been given `briefing`, which never arrived; others who were keep it."""
    memory = await memory_of(conn, chat, lock=True)
    rest = memory.without(briefing)
    if rest != memory:
        await _hold(conn, chat, rest)


async def unheld_memories(conn: AsyncConnection, before: datetime) -> tuple[str, ...]:
    """Give the memories that end before `before` and that no chat holds. None of them comes back.

    A new memory ends when it is made, and what was told in vain began `flows.daily.FURTHEST` ago at most.
    """
    held = select(chats.c.memory_id).where(chats.c.memory_id != "").distinct()
    query = select(memories.c.id).where(memories.c.until < before, memories.c.id.not_in(held))
    return tuple((await conn.execute(query.order_by(memories.c.id))).scalars())


async def forget_memories(conn: AsyncConnection, ids: Iterable[str], before: datetime) -> None:
    """Remove memories, and the briefings that reach no further than `before` and are in none."""
    for portion in portions(ids):
        await conn.execute(delete(memories).where(memories.c.id.in_(portion)))
    needed = exists().where(remembered.c.briefing_id == briefings.c.id)
    await conn.execute(delete(briefings).where(briefings.c.until < before, ~needed))


async def _hold(conn: AsyncConnection, chat: int, memory: Memory) -> None:
    id_ = await save_memory(conn, memory)
    await conn.execute(update(chats).where(chats.c.id == chat).values(memory_id=id_ or ""))


def _in_order(given: Iterable[Given]) -> tuple[Given, ...]:
    return tuple(sorted(given, key=lambda each: (each.until, each.id)))


def _digest(content: list[object]) -> str:
    return sha256(json.dumps(content).encode()).hexdigest()[:ID_LENGTH]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
