"""The ledger: one row a chat, local day and part, written before the send and settled after it.

A claim is an UPDATE that must change one row, and counts the row's fence up. A worker wrongly taken for dead
holds an old fence, so it can no longer settle what another owns by now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert
from storage.tables import deliveries as table


@dataclass(frozen=True, slots=True)
class Slot:
    """What is delivered at most once: part number `part` of a chat's briefing for a local day."""

    chat: int
    local_date: date
    part: int = 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a send ended: `outcome` is the delivery's word for it, `message_id` Telegram's own where it was sent."""

    outcome: str
    at: datetime
    message_id: int | None = None
    error: str | None = None


async def plan(conn: AsyncConnection, slots: Iterable[Slot], due_at: datetime) -> None:
    """Write slots into the ledger. One that stands there already stays as it is."""
    rows = [
        {"chat_id": slot.chat, "local_date": slot.local_date, "part": slot.part, "due_at": due_at}
        for slot in slots
    ]
    if rows:
        await conn.execute(insert(conn, table).on_conflict_do_nothing(), rows)


async def claim(conn: AsyncConnection, slot: Slot, worker: str, now: datetime, until: datetime) -> int | None:
    """Take an unsettled slot for `worker` until `until`; return its fence, None where another holds it or it is settled."""
    free = or_(table.c.claimed_until.is_(None), table.c.claimed_until <= now)
    values = {
        "claimed_by": worker,
        "claimed_until": until,
        "fence": table.c.fence + 1,
        "attempts": table.c.attempts + 1,
    }
    statement = update(table).where(*_open(slot), free).values(values).returning(table.c.fence)
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
    }
    mine = (*_open(slot), table.c.fence == fence)
    return (await conn.execute(update(table).where(*mine).values(values))).rowcount == 1


def _open(slot: Slot) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.chat_id == slot.chat,
        table.c.local_date == slot.local_date,
        table.c.part == slot.part,
        table.c.settled_at.is_(None),
    )
