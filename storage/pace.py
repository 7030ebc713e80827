"""The pace of the whole bot: one row, by the database's clock, from which every worker takes its places.

It holds what `bot.delivery.pace` calls `tat`, the instant of the next place; until when Telegram told everyone to wait
(`parked`); and the speed that was left after the last flood (`cut`, at `cut_at`), from which it grows back.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Double, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.functions import Function

from storage.statements import clock, insert
from storage.tables import pace as table

FURTHEST = 60.0
"""Seconds ahead of now that the next place may lie. Only a clock that was set back brings it further."""

LONGEST = 86_400.0
"""Seconds for which all may be told to wait; the longest times known of Telegram are some hours."""

_MINE = table.c.id == 1


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of the pace, all in seconds or messages a second; see `bot.delivery.pace`."""

    rate: float
    recovery: float
    slowing: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Places:
    """Places taken, in seconds since 1970 by the database's clock, which said `now`: from `first` on, `interval` apart.

    Those that were owed begin at `begin`; the next after all of them is at `end`.
    """

    now: float
    begin: float
    first: float
    interval: float
    end: float


async def take_places(conn: AsyncConnection, law: Law, places: int, owed: int = 0) -> Places:
    """Take `places` in a row, after `owed` more that were used already."""
    if conn.dialect.name == "postgresql":
        # The row is not held for as long as a disk takes: a place forgotten in a crash does no harm.
        await conn.execute(text("SET LOCAL synchronous_commit = off"))
    terms = _Terms(conn, law)
    first = terms.most(
        terms.least(table.c.tat, terms.now + FURTHEST),
        terms.now,
        terms.least(table.c.parked, terms.now + LONGEST),
    )
    taken = update(table).where(_MINE).values(tat=first + literal(float(places + owed)) / terms.speed)
    statement = taken.returning(table.c.tat, terms.now, terms.speed)
    row = (await conn.execute(statement)).one_or_none()
    if row is None:
        await _begin(conn)
        row = (await conn.execute(statement)).one()
    tat, now, speed = row
    return Places(now, tat - (places + owed) / speed, tat - places / speed, 1 / speed, tat)


async def slow_down(conn: AsyncConnection, law: Law, pause: float) -> bool:
    """Let all wait `pause` seconds and then go on more slowly; False where they wait already, and nothing is changed."""
    await _begin(conn)
    terms = _Terms(conn, law)
    values = {
        "parked": terms.now + pause,
        "cut": terms.most(literal(law.slowest), terms.speed * law.slowing),
        "cut_at": terms.now + pause,
    }
    slowed = update(table).where(_MINE, table.c.parked <= terms.now).values(values)
    return (await conn.execute(slowed)).rowcount == 1


async def see_pace(conn: AsyncConnection, law: Law) -> tuple[float, float]:
    """Give the speed in messages a second, and for how many seconds more all have to wait."""
    terms = _Terms(conn, law)
    waits = terms.most(literal(0.0), table.c.parked - terms.now)
    row = (await conn.execute(select(terms.speed, waits).where(_MINE))).one_or_none()
    return (law.rate, 0.0) if row is None else (row[0], row[1])


async def _begin(conn: AsyncConnection) -> None:
    row = {"id": 1, "tat": 0.0, "parked": 0.0, "cut_at": 0.0}
    await conn.execute(insert(conn, table).values(row).on_conflict_do_nothing())


class _Terms:
    """What statements are made of, as the database at hand spells it."""

    def __init__(self, conn: AsyncConnection, law: Law) -> None:
        is_sqlite = conn.dialect.name == "sqlite"
        self._names = ("min", "max") if is_sqlite else ("least", "greatest")
        self.now = clock(conn)
        grown = self.most(literal(0.0), self.now - table.c.cut_at) * law.recovery
        self.speed = self.least(literal(law.rate), func.coalesce(table.c.cut, law.rate) + grown)

    def least(self, *terms: ColumnElement[Any]) -> ColumnElement[float]:
        return self._call(self._names[0], terms)

    def most(self, *terms: ColumnElement[Any]) -> ColumnElement[float]:
        return self._call(self._names[1], terms)

    @staticmethod
    def _call(name: str, terms: tuple[ColumnElement[Any], ...]) -> ColumnElement[float]:
        return Function(name, *terms, type_=Double())
