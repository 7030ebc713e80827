"""Chats: where they are, when they want their briefing, and whether they can be written to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, Length, Reader
from storage.statements import insert, portions
from storage.tables import chats as table
from storage.tables import subscriptions


@dataclass(frozen=True, slots=True)
class Audience:
    """How many chats are known, how many of them have a daily briefing, and how many cannot be written to."""

    chats: int
    daily: int
    paused: int


async def save_chat(conn: AsyncConnection, chat: Chat) -> None:
    """Store a chat, or bring a known one up to date; when it first came stays as it was."""
    row = _row(chat)
    changed = {name: value for name, value in row.items() if name not in {"id", "created_at"}}
    statement = insert(conn, table).values(row)
    await conn.execute(statement.on_conflict_do_update(index_elements=[table.c.id], set_=changed))


async def find_chat(conn: AsyncConnection, chat: int, *, lock: bool = False) -> Chat | None:
    """Load a chat by Telegram's id; None where it is unknown. `lock` keeps others from changing it meanwhile."""
    query = select(table).where(table.c.id == chat)
    row = (await conn.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    return None if row is None else _chat(row)


async def due_readers(conn: AsyncConnection, now: datetime, limit: int) -> tuple[Reader, ...]:
    """Load chats whose briefing is due at `now`, the longest due first, with what they follow."""
    due = (table.c.next_due_at <= now, table.c.paused_at.is_(None))
    query = select(table).where(*due).order_by(table.c.next_due_at, table.c.id).limit(limit)
    found = [_chat(row) for row in (await conn.execute(query)).mappings()]
    follows = await _follows(conn, [chat.id for chat in found])
    return tuple(Reader(chat, follows.get(chat.id, ())) for chat in found)


async def advance(
    conn: AsyncConnection, chat: int, was_due: datetime, then: datetime | None, local_date: date
) -> bool:
    """Note that the briefing due at `was_due` is made, for `local_date`; False where that has been done or changed."""
    mine = (table.c.id == chat, table.c.next_due_at == was_due)
    values = {"next_due_at": then, "last_local_date": local_date}
    return (await conn.execute(update(table).where(*mine).values(values))).rowcount == 1


async def make_due(conn: AsyncConnection, chat: int, at: datetime) -> None:
    """Let the briefing of `chat` be made anew: it is due since `at`, and nothing was made for that day."""
    values = {"next_due_at": at, "last_local_date": None}
    await conn.execute(update(table).where(table.c.id == chat).values(values))


async def postpone(conn: AsyncConnection, chat: int, was_due: datetime, at: datetime) -> None:
    """Let the briefing due at `was_due`, whatever kept it from being made, be due at `at`; not where its hour has changed."""
    mine = (table.c.id == chat, table.c.next_due_at == was_due)
    await conn.execute(update(table).where(*mine).values(next_due_at=at))


async def move_chat(conn: AsyncConnection, old: int, new: int) -> bool:
    """Give a chat its new id, and everything that hangs on it; False where `old` is unknown.

    Where the new id has been heard of already, the older chat's wishes win, since the newer one has none yet.
    """
    chat = await find_chat(conn, old, lock=True)
    if chat is None or old == new:
        return False
    await conn.execute(delete(table).where(table.c.id == new))
    await conn.execute(update(table).where(table.c.id == old).values(id=new, kind="supergroup"))
    return True


async def forget_chat(conn: AsyncConnection, chat: int) -> bool:
    """Remove a chat with all that hangs on it; False where it is unknown."""
    return (await conn.execute(delete(table).where(table.c.id == chat))).rowcount == 1


async def count_chats(conn: AsyncConnection) -> Audience:
    """Count the chats held."""
    columns = (func.count(), func.count(table.c.next_due_at), func.count(table.c.paused_at))
    chats, daily, paused = (await conn.execute(select(*columns).select_from(table))).one()
    return Audience(chats, daily, paused)


async def _follows(conn: AsyncConnection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    columns = subscriptions.c
    for portion in portions(ids):
        query = select(columns.chat_id, columns.country).where(columns.chat_id.in_(portion))
        for chat, country in await conn.execute(query.order_by(columns.country)):
            found.setdefault(chat, []).append(country)
    return {chat: tuple(countries) for chat, countries in found.items()}


def _row(chat: Chat) -> dict[str, Any]:
    return {
        "id": chat.id,
        "kind": chat.kind,
        "zone": chat.zone,
        "created_at": chat.created_at,
        "seen_at": chat.seen_at,
        "title": chat.title,
        "language": chat.language,
        "minute": chat.minute,
        "weekdays": chat.weekdays,
        "length": chat.length.value,
        "silent_when_empty": chat.silent_when_empty,
        "next_due_at": chat.next_due_at,
        "last_local_date": chat.last_date,
        "paused_at": chat.paused_at,
        "paused_because": chat.paused_because,
    }


def _chat(row: RowMapping) -> Chat:
    chat = Chat(row["id"], row["kind"], row["zone"], row["created_at"], row["seen_at"])
    return replace(
        chat,
        title=row["title"],
        language=row["language"],
        minute=row["minute"],
        weekdays=row["weekdays"],
        length=Length(row["length"] or Length.FULL),
        silent_when_empty=row["silent_when_empty"],
        next_due_at=row["next_due_at"],
        last_date=row["last_local_date"],
        paused_at=row["paused_at"],
        paused_because=row["paused_because"],
    )
