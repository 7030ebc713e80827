"""Statements whose shape depends on the database or on its limits."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import BigInteger, ColumnElement, Double, Select, Table, cast, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

MAX_VALUES = 1000
"""Values in one IN list. SQLite takes 32,766 parameters a statement and PostgreSQL 65,535, but both plan a
short list faster, and a statement of few sizes is compiled once."""


def insert(conn: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Begin an INSERT that knows ON CONFLICT, which both databases spell alike."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def clock(conn: AsyncConnection) -> ColumnElement[float]:
    """The database's own clock, which is one for all machines: seconds since 1970, read when a row is reached.

    SQLite's has milliseconds.
    """
    if conn.dialect.name == "postgresql":
        return func.extract("epoch", func.clock_timestamp()).cast(Double)
    return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Double)


def portions(values: Iterable[T], size: int = MAX_VALUES) -> Iterator[tuple[T, ...]]:
    """Cut `values` into runs of at most `size`, keeping their order."""
    rest = iter(values)
    while portion := tuple(islice(rest, size)):
        yield portion


def each_of(conn: AsyncConnection, numbers: Sequence[int]) -> Select[int]:
    """Give `numbers` as rows of one column, in one value: any number of them, and one statement for all lengths."""
    if conn.dialect.name == "sqlite":
        return select(cast(func.json_each(json.dumps(numbers)).table_valued("value").c.value, BigInteger))
    array = cast(list(numbers), postgresql.ARRAY(BigInteger))
    return select(func.unnest(array).column_valued("each"))
