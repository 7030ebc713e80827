"""Chats: where they are, when they want their briefing, and whether they can be written to."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, Length, Reader
from storage.statements import insert, portions
from storage.tables import chats as table
from storage.tables import subscriptions
from storage.wishes import keep_wish


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
    await keep_wish(conn, chat.id)


async def find_chat(conn: AsyncConnection, chat: int, *, lock: bool = False) -> Chat | None:
    """Load a chat by Telegram's id; None where it is unknown. `lock` keeps others from changing it meanwhile."""
    query = select(table).where(table.c.id == chat)
    row = (await conn.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    return None if row is None else _chat(row)


async def find_readers(conn: AsyncConnection, ids: Collection[int]) -> dict[int, Reader]:
    """Load chats by Telegram's id, with what they follow; unknown ones are passed over."""
    found: dict[int, Chat] = {}
    follows: dict[int, list[str]] = {}
    for portion in portions(sorted(ids)):
        rows = await conn.execute(select(table).where(table.c.id.in_(portion)))
        found |= {row["id"]: _chat(row) for row in rows.mappings()}
        pairs = select(subscriptions.c.chat_id, subscriptions.c.country)
        pairs = pairs.where(subscriptions.c.chat_id.in_(portion)).order_by(subscriptions.c.country)
        for id_, country in await conn.execute(pairs):
            follows.setdefault(id_, []).append(country)
    return {id_: Reader(chat, tuple(follows.get(id_, ()))) for id_, chat in found.items()}


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
        "quiet_from": chat.quiet_from,
        "quiet_until": chat.quiet_until,
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
        quiet_from=row["quiet_from"],
        quiet_until=row["quiet_until"],
        length=Length(row["length"] or Length.FULL),
        silent_when_empty=row["silent_when_empty"],
        next_due_at=row["next_due_at"],
        last_date=row["last_local_date"],
        paused_at=row["paused_at"],
        paused_because=row["paused_because"],
    )
