"""Deliveries before any of them is sent: their texts, and how they are taken back where they became old news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.deliveries import SENT
from storage.statements import each_of, insert
from storage.tables import chats, texts
from storage.tables import deliveries as table


@dataclass(frozen=True, slots=True)
class Stale:
    """A briefing that waited too long: whose it is, of which day, and what its chat holds as told."""

    chat: int
    day: date
    briefing: str | None
    memory: str | None


async def keep_texts(conn: AsyncConnection, parts: Sequence[str]) -> tuple[str, ...]:
    """Keep texts, each once whoever gets it; give their ids. Whoever calls this holds what is called "texts"."""
    kept = [{"id": sha256(part.encode()).hexdigest(), "html": part} for part in parts]
    await conn.execute(insert(conn, texts).on_conflict_do_nothing(), kept)
    return tuple(text["id"] for text in kept)


async def stale(
    conn: AsyncConnection, before: datetime, now: datetime, limit: int, *, lock: bool = False
) -> tuple[Stale, ...]:
    """Give briefings that were due before `before`, of which nothing was sent or is being sent.

    `lock` keeps others from claiming them meanwhile, and leaves out what others hold.
    """
    begun = table.alias()
    other = and_(begun.c.chat_id == table.c.chat_id, begun.c.local_date == table.c.local_date)
    # What only waits to be tried again has no owner.
    is_claimed = and_(begun.c.claimed_by.is_not(None), begun.c.claimed_until > now)
    under_way = exists().where(other, or_(begun.c.outcome == SENT, is_claimed))
    # Told of the row itself too, since a row that was changed while it was waited for is looked at alone once more.
    is_free = or_(table.c.claimed_by.is_(None), table.c.claimed_until.is_(None), table.c.claimed_until <= now)
    old = (table.c.settled_at.is_(None), table.c.due_at < before, table.c.part == 0, is_free, ~under_way)
    columns = (table.c.chat_id, table.c.local_date, table.c.briefing_id, chats.c.memory_id)
    query = select(*columns).join(chats, chats.c.id == table.c.chat_id).where(*old)
    query = query.order_by(table.c.due_at, table.c.number).limit(limit)
    rows = await conn.execute(query.with_for_update(skip_locked=True) if lock else query)
    return tuple(Stale(*row) for row in rows)


async def take_back(conn: AsyncConnection, chat_ids: Sequence[int], day: date) -> None:
    """Remove from the ledger what the chats have not been sent of `day`."""
    mine = (table.c.local_date == day, table.c.settled_at.is_(None))
    await conn.execute(delete(table).where(*mine, table.c.chat_id.in_(each_of(conn, chat_ids))))


async def withdraw(conn: AsyncConnection, chat: int) -> tuple[str, ...]:
    """Take back what `chat` has not been sent yet; give the briefings of which it got nothing."""
    mine: ColumnElement[bool] = table.c.chat_id == chat
    unsent = (mine, table.c.settled_at.is_(None))
    dropped = {
        row for row in (await conn.execute(select(table.c.briefing_id).where(*unsent))).scalars() if row
    }
    await conn.execute(delete(table).where(*unsent))
    begun = select(table.c.briefing_id).where(mine, table.c.outcome == SENT)
    told = set((await conn.execute(begun)).scalars())
    return tuple(sorted(dropped - told))
