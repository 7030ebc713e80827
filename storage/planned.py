"""Deliveries before any of them is sent: written for many chats at once, and taken back where that became old news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, delete, exists, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import SHARDS
from storage.deliveries import SENT
from storage.engine import hold
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


async def plan(  # noqa: PLR0913 - a row of the ledger has this many givens
    conn: AsyncConnection,
    chat_ids: Sequence[int],
    day: date,
    *,
    briefing: str,
    parts: Sequence[str],
    due_at: datetime,
) -> None:
    """Write the parts of a briefing into the ledger for chats that have none of that day (`due.take`)."""
    if not parts or not chat_ids:
        return
    # Else a text could be swept away between being found here and being needed.
    await hold(conn, "texts", shared=True)
    kept = [{"id": sha256(part.encode()).hexdigest(), "html": part} for part in parts]
    await conn.execute(insert(conn, texts).on_conflict_do_nothing(), kept)
    each = each_of(conn, chat_ids).subquery("planned")
    (chat,) = each.c
    # As `bot.delivery.shard` has it: a remainder takes the sign of what is divided, in both databases.
    shard = (chat % SHARDS + SHARDS) % SHARDS
    columns = (
        "chat_id",
        "shard",
        "local_date",
        "part",
        "briefing_id",
        "text_id",
        "due_at",
        "attempts",
        "fence",
    )
    rows = union_all(
        *(
            select(
                chat,
                shard,
                literal(day),
                literal(number),
                literal(briefing),
                literal(text["id"]),
                literal(due_at, table.c.due_at.type),
                literal(0),
                literal(0),
            )
            for number, text in enumerate(kept)
        )
    )
    await conn.execute(insert(conn, table).from_select(columns, rows))


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
