"""Which countries a chat follows."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert
from storage.tables import subscriptions as table

WORLD = "*"
"""Stands in for a country where a chat follows all of them."""


async def subscribe(conn: AsyncConnection, chat: int, country: str, now: datetime) -> bool:
    """Let `chat`, which must be stored, follow `country`; False where it does already."""
    row = {"chat_id": chat, "country": country, "since": now}
    statement = insert(conn, table).on_conflict_do_nothing().values(row).returning(table.c.country)
    return (await conn.execute(statement)).scalar_one_or_none() is not None


async def unsubscribe(conn: AsyncConnection, chat: int, country: str) -> bool:
    """Let `chat` follow `country` no more; False where it did not."""
    both = (table.c.chat_id == chat, table.c.country == country)
    return (await conn.execute(delete(table).where(*both))).rowcount == 1


async def countries_of(conn: AsyncConnection, chat: int) -> tuple[str, ...]:
    """Give the codes a chat follows, sorted."""
    query = select(table.c.country).where(table.c.chat_id == chat)
    return tuple(sorted((await conn.execute(query)).scalars()))
