"""Chats whose briefing is due, by group: those of one moment, one wish and one memory are told the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ScalarSelect,
    Select,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import NamedFromClause

from storage.statements import each_of
from storage.tables import chats as table
from storage.tables import editions
from storage.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class Group:
    """Chats that became due at one moment and are to be told the same: one `wish`, one `memory` ("" for none)."""

    due_at: datetime
    wish: str
    memory: str


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When chats want their briefing, apart from their zone: as in `Chat`."""

    minute: int | None
    weekdays: int
    quiet_from: int | None = None
    quiet_until: int | None = None


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


async def due_groups(
    conn: AsyncConnection, now: datetime, limit: int, after: Group | None = None
) -> tuple[tuple[Group, int], ...]:
    """Give groups that are due at `now` and have no edition, the longest due first, each with the first of its chats.

    Those beyond `after`, if given. The index is asked some times for each group, however many chats are in it.
    """
    found: list[tuple[Group, int]] = []
    while len(found) < limit:
        given: dict[str, object] = {"now_": now}
        if after is not None:
            given |= {"due_": after.due_at, "wish_": after.wish, "memory_": after.memory}
        rows = (await conn.execute(_DUE if after is None else _DUE_AFTER, given)).all()
        # Nothing in SQL says that they come in order.
        seen = sorted(rows, key=lambda row: tuple(row[:3]))
        found += [(Group(*row[:3]), row.id) for row in seen if not row.has_edition]
        if len(seen) < _STEPS:
            break
        after = Group(*seen[-1][:3])
    return tuple(found[:limit])


def in_group(group: Group) -> tuple[ColumnElement[bool], ...]:
    """What the chats of a group have in common."""
    return (
        table.c.next_due_at == group.due_at,
        table.c.wish == group.wish,
        table.c.memory_id == group.memory,
        table.c.paused_at.is_(None),
    )


async def take(conn: AsyncConnection, group: Group, limit: int) -> tuple[int, ...]:
    """Give chats of a group by id, and keep others from changing them; those that others hold are left out."""
    query = select(table.c.id).where(*in_group(group)).order_by(table.c.id).limit(limit)
    return tuple((await conn.execute(query.with_for_update(skip_locked=True))).scalars())


async def count_due(conn: AsyncConnection, now: datetime) -> int:
    """Count the chats that are due at `now`."""
    due = (table.c.next_due_at <= now, table.c.paused_at.is_(None))
    return (await conn.execute(select(func.count()).select_from(table).where(*due))).scalar_one()


async def move_on(
    conn: AsyncConnection, chats: Sequence[int], then: datetime | None, local_date: date, memory: str
) -> None:
    """Note that chats have what they are to have of `local_date`: they hold `memory`, and are due next at `then`."""
    await _set(conn, chats, {"next_due_at": then, "last_local_date": local_date, "memory_id": memory})


async def hold_memory(conn: AsyncConnection, chats: Sequence[int], memory: str) -> None:
    """Let chats hold `memory` ("" for none) from now on."""
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


def _in(rhythm: Rhythm) -> tuple[ColumnElement[bool], ...]:
    return tuple(_is(column, getattr(rhythm, column.name)) for column in _RHYTHM)


def _is(column: Column[Any], value: object) -> ColumnElement[bool]:
    # PostgreSQL uses no index for IS NOT DISTINCT FROM.
    return column.is_(None) if value is None else column == value


_STEPS = 1_000
"""Groups looked at in one statement, with an edition or without: some milliseconds of it."""


def _groups(begin: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """Groups that are due: from the first chat of each the index leads to the first of the next, past all its others."""
    heads = select(begin.label("id"), literal(1).label("step")).cte("heads", recursive=True)
    head = table.alias("head")
    # Nothing else is asked of it: SQLite (3.38 and newer) would go through the whole table first to fill a Bloom filter.
    at = head.c.id == heads.c.id
    following = select(_beyond(head.c.next_due_at, head.c.wish, head.c.memory_id), heads.c.step + 1)
    heads = heads.union_all(following.join_from(heads, head, at).where(heads.c.step < _STEPS))
    has_edition = exists().where(
        editions.c.due_at == head.c.next_due_at,
        editions.c.wish == head.c.wish,
        editions.c.memory == head.c.memory_id,
    )
    key = (head.c.next_due_at, head.c.wish, head.c.memory_id)
    return select(*key, head.c.id, has_edition.label("has_edition")).join_from(heads, head, at)


def _beyond(
    due_at: ColumnElement[Any], wish: ColumnElement[Any], memory: ColumnElement[Any]
) -> ColumnElement[int]:
    """The first chat beyond a group.

    In three steps, since SQLite (3.40) does not compare (a, b, c) > (x, y, z) by an index where x, y and z are columns.
    """
    one = table.alias()
    same_wish = (one.c.next_due_at == due_at, one.c.wish == wish, one.c.memory_id > memory)
    same_moment = (one.c.next_due_at == due_at, one.c.wish > wish)
    return func.coalesce(_first(one, *same_wish), _first(one, *same_moment), _first_due(one, due_at))


def _first_due(one: NamedFromClause[Any], after: object) -> ScalarSelect[int]:
    """The first chat that became due after a moment."""
    return _first(one, one.c.next_due_at > after, one.c.next_due_at <= bindparam("now_", type_=UtcDateTime))


def _first(one: NamedFromClause[Any], *beyond: ColumnElement[bool]) -> ScalarSelect[int]:
    """The first chat in the order of the index."""
    order = (one.c.next_due_at, one.c.wish, one.c.memory_id, one.c.id)
    query = select(one.c.id).where(one.c.paused_at.is_(None), *beyond)
    return query.order_by(*order).limit(literal_column("1")).scalar_subquery()


# Nulls, which come first on SQLite, are of no moment.
_DUE = _groups(_first_due(table.alias(), datetime(1, 1, 2, tzinfo=UTC)))
_DUE_AFTER = _groups(_beyond(bindparam("due_", type_=UtcDateTime), bindparam("wish_"), bindparam("memory_")))
