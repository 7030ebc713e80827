"""The ledger: one row a chat, local day and part, written before the send and settled after it.

Deliveries are claimed, settled and put off some at a time, since a transaction costs more than what it writes. A claim
counts the row's fence up, and whoever ends it must name that fence: a worker wrongly taken for dead holds an old one, so
it can no longer settle what another owns by now.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.model import Delivery, Settlement, Slot
from storage.engine import hold
from storage.statements import each_of
from storage.tables import chats, edition_texts, ready_at, texts
from storage.tables import deliveries as table

SENT = "sent"
"""The one outcome that means the reader has it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send: by its number, which it keeps where its chat moves, and the fence of the claim."""

    number: int
    fence: int
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when a delivery waits, and why; where not `is_counted`, the attempt had nothing to do with its text."""

    until: datetime
    reason: str
    is_counted: bool = True


async def ready_shards(
    conn: AsyncConnection, now: datetime, fresh: datetime, shards: Collection[int]
) -> frozenset[int]:
    """Give those of `shards` in which something may be sent at `now` (see `claim`); one look into an index for each."""
    wanted = each_of(conn, tuple(shards)).subquery("wanted")
    (shard,) = wanted.c
    ready = select(table.c.number).where(*_ready(now, fresh), table.c.shard == shard).correlate(wanted)
    return frozenset((await conn.execute(select(shard).where(exists(ready)))).scalars())


async def claim(  # noqa: PLR0913 - a claim has this many givens
    conn: AsyncConnection,
    worker: str,
    now: datetime,
    until: datetime,
    fresh: datetime,
    *,
    limit: int,
    shard: int | None = None,
) -> tuple[Claim, ...]:
    """Take up to `limit` deliveries (of `shard`, if given) for `worker` until `until`, the longest ready first.

    Of each chat the first that is not settled is taken, so that its messages keep their order. What nothing was sent of and
    waits since before `fresh` is old news: it is left for `planned.stale`.
    """
    given = {"worker_": worker, "now_": now, "until_": until, "fresh_": fresh, "limit_": limit}
    statement = _CLAIM if shard is None else _CLAIM_OF_SHARD
    rows = await conn.execute(statement, given if shard is None else given | {"shard_": shard})
    fences: dict[int, int] = {row.number: row.fence for row in rows}
    if not fences:
        return ()
    loaded = await conn.execute(_LOADED, {"numbers": list(fences)})
    return tuple(Claim(row.number, fences[row.number], _delivery(row)) for row in loaded)


async def settle(conn: AsyncConnection, ended: Sequence[tuple[Claim, Settlement]]) -> None:
    """Write how sends ended; what a claim no longer holds is left as it is."""
    rows = [
        {
            **_key(claim_),
            "outcome_": how.outcome,
            "error_": how.error,
            "message_": how.message_id,
            "sent_": how.at if how.message_id is not None else None,
            "settled_": how.at,
        }
        for claim_, how in ended
    ]
    written: dict[str, object] = {
        "outcome": bindparam("outcome_"),
        "error": bindparam("error_"),
        "message_id": bindparam("message_"),
        "sent_at": bindparam("sent_"),
        "settled_at": bindparam("settled_"),
        "claimed_until": None,
        "text_id": None,
    }
    if rows:
        await conn.execute(update(table).where(*_MINE).values(written), rows)


async def put_off(conn: AsyncConnection, waiting: Sequence[tuple[Claim, Pause]]) -> None:
    """Let deliveries wait, noting why; what a claim no longer holds is left as it is."""
    rows = [
        {
            **_key(claim_),
            "until_": pause.until,
            "error_": pause.reason,
            "uncounted": 0 if pause.is_counted else 1,
        }
        for claim_, pause in waiting
    ]
    written: dict[str, object] = {
        "claimed_by": None,
        "claimed_until": bindparam("until_"),
        "error": bindparam("error_"),
        "attempts": table.c.attempts - bindparam("uncounted"),
    }
    if rows:
        await conn.execute(update(table).where(*_MINE).values(written), rows)


async def give_back(conn: AsyncConnection, claims: Sequence[Claim]) -> None:
    """Let go of deliveries that were claimed and not tried."""
    rows = [_key(claim_) for claim_ in claims]
    untouched = {"claimed_by": None, "claimed_until": None, "attempts": table.c.attempts - 1}
    if rows:
        await conn.execute(update(table).where(*_MINE).values(untouched), rows)


async def release(conn: AsyncConnection, worker: str, now: datetime, shards: Collection[int]) -> int:
    """Let go of all that a worker who is no more had claimed; return how much that was."""
    held = (
        table.c.settled_at.is_(None),
        table.c.shard.in_(shards),
        ready_at > now,
        table.c.claimed_by == worker,
    )
    freed = {"claimed_by": None, "claimed_until": None}
    return (await conn.execute(update(table).where(*held).values(freed))).rowcount


async def reshard(conn: AsyncConnection, chat: int, shard: int) -> None:
    """Let what `chat`, which has a new id, is yet to be sent go with its new shard."""
    open_ = (table.c.chat_id == chat, table.c.settled_at.is_(None))
    await conn.execute(update(table).where(*open_).values(shard=shard))


async def remove_texts(conn: AsyncConnection) -> int:
    """Remove the texts that no delivery and no edition needs; return how many there were."""
    await hold(conn, "texts")
    waits = exists().where(table.c.text_id == texts.c.id)
    is_planned = exists().where(edition_texts.c.text_id == texts.c.id)
    return (await conn.execute(delete(texts).where(~waits, ~is_planned))).rowcount


async def forget_settled(conn: AsyncConnection, before: date, limit: int) -> int:
    """Remove the rows of days before `before`, as far as they are among the `limit` oldest; return how many were."""
    # In the order of their numbers, so that the few that are old are found without reading all that are not.
    oldest = (
        select(table.c.number, table.c.local_date, table.c.settled_at).order_by(table.c.number).limit(limit)
    )
    one = oldest.subquery()
    old = select(one.c.number).where(one.c.local_date < before, one.c.settled_at.is_not(None))
    return (await conn.execute(delete(table).where(table.c.number.in_(old)))).rowcount


async def count_open(conn: AsyncConnection) -> int:
    """Count the deliveries that are not settled."""
    query = select(func.count()).select_from(table).where(table.c.settled_at.is_(None))
    return (await conn.execute(query)).scalar_one()


def _loaded() -> Select[*tuple[Any, ...]]:
    first = table.alias()
    begun = exists().where(
        first.c.chat_id == table.c.chat_id,
        first.c.local_date == table.c.local_date,
        first.c.outcome == SENT,
    )
    columns = (
        *(table.c.number, table.c.chat_id, table.c.local_date, table.c.part, table.c.briefing_id),
        *(table.c.due_at, table.c.attempts, texts.c.html, begun.label("begun")),
        *(chats.c.zone, chats.c.quiet_from, chats.c.quiet_until),
    )
    query = select(*columns).join(texts, texts.c.id == table.c.text_id)
    return query.join(chats, chats.c.id == table.c.chat_id)


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    _, chat, day, part, briefing, due_at, attempts, html, begun, *rest = row
    # The claim itself has counted one.
    return Delivery(Slot(chat, day, part), briefing or "", due_at, html, attempts - 1, begun, *rest)


def _ready(now: object, fresh: object) -> tuple[ColumnElement[bool], ...]:
    # A later part is that of a briefing whose first has come, or was given up.
    is_news = or_(table.c.part > 0, table.c.due_at >= fresh)
    return (table.c.settled_at.is_(None), ready_at <= now, is_news)


def _key(claim_: Claim) -> dict[str, object]:
    return {"number_": claim_.number, "fence_": claim_.fence}


_MINE = (
    table.c.number == bindparam("number_"),
    table.c.fence == bindparam("fence_"),
    table.c.settled_at.is_(None),
)


def _claiming(*of: ColumnElement[bool]) -> ReturningUpdate[int, int]:
    earlier = table.alias()
    before_it = exists().where(
        earlier.c.chat_id == table.c.chat_id,
        earlier.c.settled_at.is_(None),
        earlier.c.number < table.c.number,
    )
    is_ready = _ready(bindparam("now_"), bindparam("fresh_"))
    ready = select(table.c.number).where(*is_ready, ~before_it, *of)
    longest = ready.order_by(ready_at, table.c.number).limit(bindparam("limit_"))
    taken = {
        "claimed_by": bindparam("worker_"),
        "claimed_until": bindparam("until_"),
        "fence": table.c.fence + 1,
        "attempts": table.c.attempts + 1,
    }
    chosen = table.c.number.in_(longest.with_for_update(skip_locked=True))
    return update(table).where(chosen).values(taken).returning(table.c.number, table.c.fence)


# Made once: to put them together takes longer than to run them.
_CLAIM = _claiming()
_CLAIM_OF_SHARD = _claiming(table.c.shard == bindparam("shard_"))
_LOADED = (
    _loaded()
    .where(table.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(table.c.due_at, table.c.number)
)
