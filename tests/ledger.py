"""A ledger filled by hand: deliveries that wait to be sent, without a planning."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.due import GRACE
from bot.delivery.shard import shard_of
from bot.flows.desk import Desk
from bot.flows.plan import plan_due
from storage.editions import write_out
from storage.planned import keep_texts
from storage.tables import deliveries


async def plan(  # noqa: PLR0913 - a row of the ledger has this many givens
    conn: AsyncConnection,
    chat_ids: Sequence[int],
    day: date,
    *,
    briefing: str,
    parts: Sequence[str],
    due_at: datetime,
) -> None:
    """Write the parts of a briefing into the ledger for chats that have none of that day."""
    texts = await keep_texts(conn, parts)
    rows = [
        {
            "chat_id": chat,
            "shard": shard_of(chat),
            "local_date": day,
            "part": part,
            "briefing_id": briefing,
            "text_id": text,
            "due_at": due_at,
        }
        for part, text in enumerate(texts)
        for chat in chat_ids
    ]
    await conn.execute(insert(deliveries), rows)


async def plan_and_write(desk: Desk) -> int:
    """Plan all that is due and write it into the ledger, as senders with room for everything would; give for how many chats."""
    planned, now = await plan_due(desk), desk.now()
    async with desk.storage.write() as conn:
        await write_out(conn, now, now - GRACE, limit=1_000_000)
    return planned
