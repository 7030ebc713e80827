"""Editions: a briefing made once for all chats of a group, from which each chat's rows of the ledger are written.

A million chats have some thousand editions, so planning writes thousands of rows and no million. A chat's own rows are written
when a sender has room for them (`write_out`), in one transaction with what moves the chat on to its next day: whoever is
killed leaves no chat half written, and the ledger holds unsettled rows of little more than what is being sent.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from random import randrange
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.due import Group, in_group
from storage.engine import hold
from storage.planned import keep_texts
from storage.statements import as_one, each_named, each_of, insert
from storage.tables import chats, deliveries, edition_texts, shard_of_chat
from storage.tables import editions as table

FENCES = 2**30
"""Where the count of a row's fence may begin: half of what the column holds, so that it never runs over."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What is made for a group: of which day, which briefing, and since when it waits to be sent.

    Its chats then hold the memory `next_memory`, and their next briefing is due at `next_due_at`.
    """

    group: Group
    day: date
    briefing: str
    waits_since: datetime
    next_memory: str
    next_due_at: datetime | None


async def announce(conn: AsyncConnection, edition: Edition, parts: Sequence[str]) -> bool:
    """Keep an edition, whose text is `parts`; False where its group has one already."""
    # Else a text could be swept away between being found here and being needed.
    await hold(conn, "texts", shared=True)
    row = {
        "due_at": edition.group.due_at,
        "wish": edition.group.wish,
        "memory": edition.group.memory,
        "local_date": edition.day,
        "briefing_id": edition.briefing,
        "waits_since": edition.waits_since,
        "next_memory": edition.next_memory,
        "next_due_at": edition.next_due_at,
    }
    kept = insert(conn, table).values(row).on_conflict_do_nothing().returning(table.c.number)
    number = (await conn.execute(kept)).scalar_one_or_none()
    if number is None:
        return False
    texts = await keep_texts(conn, parts)
    rows = [{"edition": number, "part": part, "text_id": text} for part, text in enumerate(texts)]
    await conn.execute(insert(conn, edition_texts), rows)
    return True


async def write_out(
    conn: AsyncConnection, now: datetime, fresh: datetime, *, limit: int, shard: int | None = None
) -> int:
    """Write the editions of up to `limit` due chats (of `shard`, if given) into the ledger; tell of how many chats.

    The longest due come first. What waits since before `fresh` is old news and left alone. A chat that has a briefing of that
    day already keeps it, and the memory of it, and is only moved on.
    """
    given = {"now_": now, "fresh_": fresh, "limit_": limit}
    statement = _TAKEN if shard is None else _TAKEN_OF_SHARD
    taken = (await conn.execute(statement, given if shard is None else given | {"shard_": shard})).all()
    without = [row.id for row in taken if not row.has_day]
    with_day = [row.id for row in taken if row.has_day]
    dialect = conn.dialect.name
    writing = _writing(dialect)
    if without:
        ids = as_one(dialect, without)
        # SQLite gives the number of a row that was taken back to the next one: whoever still sends the former would end
        # the latter, if their fences began alike.
        fence = randrange(FENCES)  # noqa: S311 - nobody is to be kept from guessing
        await conn.execute(writing.rows, {"ids_": ids, "fence_": fence})
        await conn.execute(writing.moved_on, {"ids_": ids})
    if with_day:
        await conn.execute(writing.passed_by, {"ids_": as_one(dialect, with_day)})
    return len(taken)


async def shards_to_write(
    conn: AsyncConnection, now: datetime, fresh: datetime, shards: Collection[int]
) -> frozenset[int]:
    """Give those of `shards` in which an edition waits for some chat."""
    if not (await conn.execute(select(exists().where(table.c.waits_since >= fresh)))).scalar_one():
        return frozenset()
    wanted = each_of(conn, tuple(shards)).subquery("wanted")
    (shard,) = wanted.c
    waiting = select(chats.c.id).where(*_waiting(now, fresh), shard_of_chat == shard).correlate(wanted)
    # In the order of the index, and as a scalar (`_edition`).
    one = waiting.order_by(*_ORDER).limit(1).scalar_subquery()
    return frozenset((await conn.execute(select(shard).where(one.is_not(None)))).scalars())


async def has_stale(conn: AsyncConnection, fresh: datetime) -> bool:
    """Whether an edition waits since before `fresh`."""
    return (await conn.execute(select(exists().where(table.c.waits_since < fresh)))).scalar_one()


async def drop_stale(conn: AsyncConnection, fresh: datetime) -> None:
    """Remove the editions that wait since before `fresh`: who has not got one of them gets the news of the hour."""
    await conn.execute(delete(table).where(table.c.waits_since < fresh))


async def drop_spent(conn: AsyncConnection) -> None:
    """Remove the editions no chat waits for any more."""
    waits = exists().where(_MADE_FOR, chats.c.paused_at.is_(None))
    await conn.execute(delete(table).where(~waits))


async def count_waiting(conn: AsyncConnection, group: Group) -> int:
    """Count the chats of a group."""
    return (await conn.execute(select(func.count()).select_from(chats).where(*in_group(group)))).scalar_one()


async def has_open(conn: AsyncConnection, group: Group) -> bool:
    """Whether any chat of a group has a delivery whose end is not known yet."""
    open_ = exists().where(
        *in_group(group), deliveries.c.chat_id == chats.c.id, deliveries.c.settled_at.is_(None)
    )
    return (await conn.execute(select(open_))).scalar_one()


@dataclass(frozen=True, slots=True)
class _Writing:
    """What is done for the chats `ids_`: `rows` are written; they are moved on with a new memory, or with the one they have."""

    rows: Insert
    moved_on: Update
    passed_by: Update


@cache
def _writing(dialect: str) -> _Writing:
    """Made once: to put these together takes longer than to run them for a few chats."""
    ids = each_named(dialect, "ids_")
    written = {
        "chat_id": chats.c.id,
        "shard": shard_of_chat,
        "local_date": table.c.local_date,
        "part": edition_texts.c.part,
        "briefing_id": table.c.briefing_id,
        "text_id": edition_texts.c.text_id,
        "due_at": table.c.waits_since,
        "attempts": literal(0),
        "fence": bindparam("fence_", type_=Integer),
    }
    rows = select(*written.values()).join(table, _MADE_FOR)
    rows = rows.join(edition_texts, edition_texts.c.edition == table.c.number).where(chats.c.id.in_(ids))
    # The order of numbers is that of a briefing's parts.
    rows = rows.order_by(chats.c.next_due_at, chats.c.id, edition_texts.c.part)
    moved = update(chats).where(chats.c.id.in_(ids), _MADE_FOR)
    moved = moved.values(next_due_at=table.c.next_due_at, last_local_date=table.c.local_date)
    return _Writing(
        insert_into(deliveries).from_select(list(written), rows),
        moved.values(memory_id=table.c.next_memory),
        moved,
    )


_MADE_FOR = and_(
    table.c.due_at == chats.c.next_due_at, table.c.wish == chats.c.wish, table.c.memory == chats.c.memory_id
)


_ORDER = (chats.c.next_due_at, chats.c.wish, chats.c.memory_id, chats.c.id)


def _waiting(now: object, fresh: object) -> tuple[ColumnElement[bool], ...]:
    edition = _edition(table.c.number).where(table.c.waits_since >= fresh)
    return (chats.c.paused_at.is_(None), chats.c.next_due_at <= now, edition.scalar_subquery().is_not(None))


def _edition(column: ColumnElement[Any]) -> Select[Any]:
    """Of the edition that was made for a chat.

    As a scalar: PostgreSQL takes the three columns of a join for independent, expects hardly a row, and sorts all that
    are due; and for EXISTS it may go through all editions and the whole ledger first.
    """
    return select(column).where(_MADE_FOR).correlate(chats)


_of_that_day = select(deliveries.c.number).where(
    deliveries.c.chat_id == chats.c.id,
    deliveries.c.local_date == _edition(table.c.local_date).scalar_subquery(),
)
_has_day = _of_that_day.limit(1).correlate(chats).scalar_subquery().is_not(None)
_TAKEN = (
    select(chats.c.id, _has_day.label("has_day"))
    .where(*_waiting(bindparam("now_"), bindparam("fresh_")))
    .order_by(*_ORDER)
    .limit(bindparam("limit_"))
    .with_for_update(of=chats, skip_locked=True)
)
# Made once: to put them together takes longer than to run them.
_TAKEN_OF_SHARD = _TAKEN.where(shard_of_chat == bindparam("shard_"))
