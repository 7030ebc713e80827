"""Chats: where they are, when they want their briefing, and whether they want one at all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import insert
from storage.tables import chats as table


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat and its wish for a briefing.

    `zone` is an IANA time zone, `minute` the minute of the local day (None: no daily briefing), `weekdays`
    one bit a day, Monday lowest. `next_due_at` is None where nothing is due.
    """

    id: int
    kind: str
    zone: str
    created_at: datetime
    seen_at: datetime
    title: str | None = None
    language: str | None = None
    minute: int | None = None
    weekdays: int = 0b1111111
    next_due_at: datetime | None = None


async def save_chat(conn: AsyncConnection, chat: Chat) -> None:
    """Store a chat, or bring a known one up to date; when it first came stays as it was."""
    row = {
        "id": chat.id,
        "kind": chat.kind,
        "zone": chat.zone,
        "created_at": chat.created_at,
        "seen_at": chat.seen_at,
        "title": chat.title,
        "language": chat.language,
        "minute": chat.minute,
        "weekdays": chat.weekdays,
        "next_due_at": chat.next_due_at,
    }
    changed = {name: value for name, value in row.items() if name not in {"id", "created_at"}}
    statement = insert(conn, table).values(row)
    await conn.execute(statement.on_conflict_do_update(index_elements=[table.c.id], set_=changed))


async def find_chat(conn: AsyncConnection, chat: int) -> Chat | None:
    """Load a chat by Telegram's id; None where it is unknown."""
    row = (await conn.execute(select(table).where(table.c.id == chat))).mappings().one_or_none()
    return None if row is None else _chat(row)


def _chat(row: RowMapping) -> Chat:
    return Chat(
        id=row["id"],
        kind=row["kind"],
        zone=row["zone"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        title=row["title"],
        language=row["language"],
        minute=row["minute"],
        weekdays=row["weekdays"],
        next_due_at=row["next_due_at"],
    )
