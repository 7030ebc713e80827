"""Chats whose briefing is due, by group: those of one wish and one memory are planned together, a portion at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import each_of
from storage.tables import chats as table
from storage.tables import deliveries


@dataclass(frozen=True, slots=True)
class Group:
    """Chats that became due at one moment and are to be told the same: one `wish`, one `memory`."""

    due_at: datetime
    wish: str | None
    memory: str | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When chats want their briefing, apart from their zone: as in `Chat`."""

    minute: int | None
    weekdays: int
    quiet_from: int | None = None
    quiet_until: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A chat that is to be moved on; `has_day` where the ledger holds a briefing of that day already."""

    chat: int
    rhythm: Rhythm
    has_day: bool


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a due moment in the future was reckoned from."""

    due_at: datetime
    last_date: date | None
    zone: str
    rhythm: Rhythm


PORTION = 5_000
"""Chats changed in one transaction: a few tenths of a second in which nobody else writes on SQLite."""

_RHYTHM = (table.c.minute, table.c.weekdays, table.c.quiet_from, table.c.quiet_until)


async def due_groups(conn: AsyncConnection, now: datetime, limit: int) -> tuple[tuple[Group, int], ...]:
    """Give groups that are due at `now`, the longest due first, each with the first of its chats.

    The index alone answers, and no further than `limit`.
    """
    columns = (table.c.next_due_at, table.c.wish, table.c.memory_id)
    due = (table.c.next_due_at <= now, table.c.paused_at.is_(None))
    query = select(*columns, func.min(table.c.id)).where(*due).group_by(*columns)
    rows = await conn.execute(query.order_by(*columns).limit(limit))
    return tuple((Group(*row[:3]), row[3]) for row in rows)


async def take(
    conn: AsyncConnection, group: Group, day: date, after: int | None, limit: int
) -> tuple[Taken, ...]:
    """Give chats of a group by id, those beyond `after`, and keep others from changing them.

    Those that others hold are left out. A chat whose wish, memory or hour was changed meanwhile is in this group no
    more.
    """
    mine = (deliveries.c.chat_id == table.c.id, deliveries.c.local_date == day)
    has_day = exists().where(*mine)
    wanted = _of(group) if after is None else (*_of(group), table.c.id > after)
    query = select(table.c.id, has_day, *_RHYTHM).where(*wanted).order_by(table.c.id).limit(limit)
    rows = await conn.execute(query.with_for_update(skip_locked=True, of=table))
    return tuple(Taken(row[0], Rhythm(*row[2:]), has_day=bool(row[1])) for row in rows)


async def move_on(
    conn: AsyncConnection, chats: Sequence[int], then: datetime | None, local_date: date, memory: str | None
) -> None:
    """Note that the briefing of `local_date` is made for chats: they hold `memory`, and the next is due at `then`."""
    await _set(conn, chats, {"next_due_at": then, "last_local_date": local_date, "memory_id": memory})


async def hold_memory(conn: AsyncConnection, chats: Sequence[int], memory: str | None) -> None:
    """Let chats hold `memory` from now on."""
    await _set(conn, chats, {"memory_id": memory})


async def make_due(conn: AsyncConnection, chats: Sequence[int], at: datetime) -> None:
    """Let the briefing of chats be made anew: it is due since `at`, and nothing was made for that day."""
    await _set(conn, chats, {"next_due_at": at, "last_local_date": None})


async def put_off(conn: AsyncConnection, chats: Sequence[int], at: datetime | None) -> None:
    """Let the briefing of chats be due at `at` instead, whatever keeps it from being made now; never, where None."""
    await _set(conn, chats, {"next_due_at": at})


async def reckoned(
    conn: AsyncConnection, after: datetime, limit: int
) -> tuple[tuple[Reckoned, ...], datetime | None]:
    """Give what the next `limit` due moments after `after` were reckoned from, and the last of them; None at the end."""
    future = (table.c.next_due_at > after, table.c.paused_at.is_(None))
    moments = select(table.c.next_due_at).where(*future).distinct().order_by(table.c.next_due_at).limit(limit)
    held = (await conn.execute(moments)).scalars().all()
    if not held:
        return (), None
    columns = (table.c.next_due_at, table.c.last_local_date, table.c.zone, *_RHYTHM)
    query = select(*columns).where(*future, table.c.next_due_at <= held[-1]).distinct()
    rows = await conn.execute(query)
    return tuple(Reckoned(*row[:3], Rhythm(*row[3:])) for row in rows), held[-1]


async def reckon_anew(conn: AsyncConnection, old: Reckoned, due_at: datetime | None, limit: int) -> int:
    """Let up to `limit` chats whose due moment was reckoned from `old` be due at `due_at`; tell how many."""
    same = (
        table.c.next_due_at == old.due_at,
        _is(table.c.last_local_date, old.last_date),
        table.c.zone == old.zone,
        *_in(old.rhythm),
        table.c.paused_at.is_(None),
    )
    query = select(table.c.id).where(*same).order_by(table.c.id).limit(limit)
    chats = (await conn.execute(query.with_for_update())).scalars().all()
    await put_off(conn, chats, due_at)
    return len(chats)


async def _set(conn: AsyncConnection, chats: Sequence[int], values: dict[str, object]) -> None:
    if chats:
        await conn.execute(update(table).where(table.c.id.in_(each_of(conn, chats))).values(values))


def _of(group: Group) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.next_due_at == group.due_at,
        _is(table.c.wish, group.wish),
        _is(table.c.memory_id, group.memory),
        table.c.paused_at.is_(None),
    )


def _in(rhythm: Rhythm) -> tuple[ColumnElement[bool], ...]:
    return tuple(_is(column, getattr(rhythm, column.name)) for column in _RHYTHM)


def _is(column: Column[Any], value: object) -> ColumnElement[bool]:
    # PostgreSQL uses no index for IS NOT DISTINCT FROM.
    return column.is_(None) if value is None else column == value
