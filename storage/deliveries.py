"""The ledger: one row a chat, local day and part, written before the send and settled after it.

A claim is an UPDATE that must change one row, and counts the row's fence up. A worker wrongly taken for dead
holds an old fence, so it can no longer settle what another owns by now.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Delivery, Settlement, Slot
from storage.engine import hold
from storage.statements import insert
from storage.tables import deliveries as table
from storage.tables import texts

SENT = "sent"
"""The one outcome that means the reader has it."""


async def plan(  # noqa: PLR0913 - a row of the ledger has this many givens
    conn: AsyncConnection, chat: int, day: date, *, briefing: str, parts: Sequence[str], due_at: datetime
) -> bool:
    """Write the parts of a briefing into the ledger; False, and nothing written, where that day has one already."""
    of_day = (table.c.chat_id == chat, table.c.local_date == day)
    if (await conn.execute(select(table.c.number).where(*of_day).limit(1))).first() is not None:
        return False
    # Else a text could be swept away between being found here and being needed.
    await hold(conn, "texts")
    kept = [{"id": sha256(part.encode()).hexdigest(), "html": part} for part in parts]
    if kept:
        await conn.execute(insert(conn, texts).on_conflict_do_nothing(), kept)
    rows = [
        {
            "chat_id": chat,
            "local_date": day,
            "part": number,
            "briefing_id": briefing,
            "text_id": text["id"],
            "due_at": due_at,
        }
        for number, text in enumerate(kept)
    ]
    if rows:
        await conn.execute(insert(conn, table).on_conflict_do_nothing(), rows)
    return True


async def open_deliveries(conn: AsyncConnection, now: datetime, limit: int) -> tuple[Delivery, ...]:
    """Load what may be sent at `now`, the longest due first: of each chat the first part that is not settled."""
    earlier = table.alias()
    before_it = exists().where(
        earlier.c.chat_id == table.c.chat_id,
        earlier.c.settled_at.is_(None),
        earlier.c.number < table.c.number,
    )
    ready = (table.c.settled_at.is_(None), table.c.due_at <= now, _is_free(now), ~before_it)
    query = _loaded().where(*ready).order_by(table.c.due_at, table.c.number).limit(limit)
    return tuple(_delivery(row) for row in await conn.execute(query))


async def claim(conn: AsyncConnection, slot: Slot, worker: str, now: datetime, until: datetime) -> int | None:
    """Take an unsettled slot for `worker` until `until`; return its fence, None where another holds it or it is settled."""
    values = {
        "claimed_by": worker,
        "claimed_until": until,
        "fence": table.c.fence + 1,
        "attempts": table.c.attempts + 1,
    }
    statement = update(table).where(*_open(slot), _is_free(now)).values(values).returning(table.c.fence)
    fence: int | None = (await conn.execute(statement)).scalar_one_or_none()
    return fence


async def settle(conn: AsyncConnection, slot: Slot, fence: int, settlement: Settlement) -> bool:
    """Write how the send ended; False where the claim is no longer the one `fence` stands for."""
    values = {
        "outcome": settlement.outcome,
        "error": settlement.error,
        "message_id": settlement.message_id,
        "sent_at": settlement.at if settlement.message_id is not None else None,
        "settled_at": settlement.at,
        "claimed_until": None,
        "text_id": None,
    }
    mine = (*_open(slot), table.c.fence == fence)
    return (await conn.execute(update(table).where(*mine).values(values))).rowcount == 1


async def put_off(  # noqa: PLR0913 - a row of the ledger has this many givens
    conn: AsyncConnection, slot: Slot, fence: int, until: datetime, error: str, *, is_counted: bool = True
) -> bool:
    """Let a slot wait until `until`, noting why; False where the claim is no longer the one `fence` stands for.

    Where not `is_counted`, the attempt is not held against the delivery: it had nothing to do with its text.
    """
    values: dict[str, object] = {"claimed_by": None, "claimed_until": until, "error": error}
    if not is_counted:
        values["attempts"] = table.c.attempts - 1
    mine = (*_open(slot), table.c.fence == fence)
    return (await conn.execute(update(table).where(*mine).values(values))).rowcount == 1


async def stale(conn: AsyncConnection, before: datetime, now: datetime) -> tuple[Slot, ...]:
    """Give the first part of each briefing that was due before `before`, of which nothing was sent or is being sent."""
    begun = table.alias()
    other = and_(begun.c.chat_id == table.c.chat_id, begun.c.local_date == table.c.local_date)
    # What only waits to be tried again has no owner.
    is_claimed = and_(begun.c.claimed_by.is_not(None), begun.c.claimed_until > now)
    under_way = exists().where(other, or_(begun.c.outcome == SENT, is_claimed))
    old = (table.c.settled_at.is_(None), table.c.due_at < before, table.c.part == 0, ~under_way)
    rows = await conn.execute(select(table.c.chat_id, table.c.local_date, table.c.part).where(*old))
    return tuple(Slot(*row) for row in rows)


async def withdraw(conn: AsyncConnection, chat: int, day: date | None = None) -> tuple[str, ...]:
    """Take back what `chat` has not been sent yet (of `day` alone, if given); give the briefings of which it got nothing."""
    wanted: list[ColumnElement[bool]] = [table.c.chat_id == chat]
    if day is not None:
        wanted.append(table.c.local_date == day)
    unsent = (*wanted, table.c.settled_at.is_(None))
    dropped = {
        row for row in (await conn.execute(select(table.c.briefing_id).where(*unsent))).scalars() if row
    }
    await conn.execute(delete(table).where(*unsent))
    begun = select(table.c.briefing_id).where(*wanted, table.c.outcome == SENT)
    told = set((await conn.execute(begun)).scalars())
    return tuple(sorted(dropped - told))


async def remove_texts(conn: AsyncConnection) -> int:
    """Remove the texts no delivery waits to send; return how many there were."""
    await hold(conn, "texts")
    needed = exists().where(table.c.text_id == texts.c.id)
    return (await conn.execute(delete(texts).where(~needed))).rowcount


async def count_open(conn: AsyncConnection) -> int:
    """Count the deliveries that are not settled."""
    query = select(func.count()).select_from(table).where(table.c.settled_at.is_(None))
    return (await conn.execute(query)).scalar_one()


def _loaded() -> Select[int, date, int, str | None, datetime, int, str, bool]:
    first = table.alias()
    begun = exists().where(
        first.c.chat_id == table.c.chat_id,
        first.c.local_date == table.c.local_date,
        first.c.outcome == SENT,
    )
    columns = (table.c.chat_id, table.c.local_date, table.c.part, table.c.briefing_id)
    rest = (table.c.due_at, table.c.attempts, texts.c.html, begun)
    return select(*columns, *rest).join(texts, texts.c.id == table.c.text_id)


def _delivery(row: Row[int, date, int, str | None, datetime, int, str, bool]) -> Delivery:
    chat, day, part, briefing, due_at, attempts, html, begun = row
    return Delivery(Slot(chat, day, part), briefing or "", due_at, html, attempts, begun)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(table.c.claimed_until.is_(None), table.c.claimed_until <= now)


def _open(slot: Slot) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.chat_id == slot.chat,
        table.c.local_date == slot.local_date,
        table.c.part == slot.part,
        table.c.settled_at.is_(None),
    )
