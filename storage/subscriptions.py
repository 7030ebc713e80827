"""Which countries a chat follows."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert
from storage.tables import subscriptions as table
from storage.wishes import keep_wish


async def subscribe(conn: AsyncConnection, chat: int, countries: Iterable[str], now: datetime) -> None:
    """Let `chat`, which must be stored, follow `countries` too; those it follows already stay as they are."""
    rows = [{"chat_id": chat, "country": country, "since": now} for country in dict.fromkeys(countries)]
    if rows:
        await conn.execute(insert(conn, table).on_conflict_do_nothing(), rows)
        await keep_wish(conn, chat)


async def unsubscribe(conn: AsyncConnection, chat: int, countries: Iterable[str]) -> None:
    """Let `chat` follow `countries` no more."""
    both = (table.c.chat_id == chat, table.c.country.in_(sorted(set(countries))))
    await conn.execute(delete(table).where(*both))
    await keep_wish(conn, chat)


async def countries_of(conn: AsyncConnection, chat: int) -> tuple[str, ...]:
    """Give the codes a chat follows, sorted."""
    query = select(table.c.country).where(table.c.chat_id == chat)
    return tuple(sorted((await conn.execute(query)).scalars()))
