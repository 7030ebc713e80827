"""Which workers live: each has a row and says so again and again, by the database's clock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.statements import clock, insert
from storage.tables import heartbeats as table


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker: its name, which start of it this is, where it runs, what it does, and since when."""

    id: str
    incarnation: str
    host: str
    pid: int
    roles: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker as it was last heard of: at `seen` by the database's clock, `age` seconds ago."""

    beat: Beat
    seen: float
    age: float
    trouble: str | None = None


async def list_heartbeats(conn: AsyncConnection) -> tuple[Seen, ...]:
    """Give all workers, by name."""
    now = clock(conn)
    rows = await conn.execute(select(table, (now - table.c.seen).label("age")).order_by(table.c.id))
    return tuple(
        Seen(
            Beat(row.id, row.incarnation, row.host, row.pid, row.roles, row.started_at),
            row.seen,
            row.age,
            row.trouble,
        )
        for row in rows
    )


async def begin_heartbeat(conn: AsyncConnection, beat: Beat, instead_of: Seen | None) -> bool:
    """Note a worker that begins, in the place of one of its name; False where that one is not as it was seen."""
    row = {
        "id": beat.id,
        "incarnation": beat.incarnation,
        "host": beat.host,
        "pid": beat.pid,
        "roles": beat.roles,
        "started_at": beat.started_at,
        "trouble": None,
    }
    if instead_of is None:
        new = insert(conn, table).values(row | {"seen": clock(conn)}).on_conflict_do_nothing()
        return (await conn.execute(new.returning(table.c.id))).first() is not None
    mine = _as_seen(instead_of)
    return (await conn.execute(update(table).where(*mine).values(row | {"seen": clock(conn)}))).rowcount == 1


async def beat_on(conn: AsyncConnection, beat: Beat, trouble: str | None) -> bool:
    """Say that a worker lives, and what troubles it; False where its row is gone or another's."""
    mine = (table.c.id == beat.id, table.c.incarnation == beat.incarnation)
    values = {"seen": clock(conn), "trouble": trouble}
    return (await conn.execute(update(table).where(*mine).values(values))).rowcount == 1


async def take_over(conn: AsyncConnection, dead: Seen, incarnation: str) -> bool:
    """Begin to clear up after a worker that is no more; True for one of those who try at once.

    The row stays, as heard of just now, until `bury`: should who clears up die meanwhile, another does it later.
    """
    values = {"incarnation": incarnation, "seen": clock(conn)}
    return (await conn.execute(update(table).where(*_as_seen(dead)).values(values))).rowcount == 1


async def bury(conn: AsyncConnection, id_: str, incarnation: str) -> None:
    """Remove the row of a worker that has ended, or that was cleared up after under `incarnation`."""
    await conn.execute(delete(table).where(table.c.id == id_, table.c.incarnation == incarnation))


def _as_seen(worker: Seen) -> tuple[ColumnElement[bool], ...]:
    mine = (table.c.id == worker.beat.id, table.c.incarnation == worker.beat.incarnation)
    return (*mine, table.c.seen == worker.seen)
