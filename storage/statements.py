"""Statements whose shape depends on the database or on its limits."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

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
    dialect = conn.dialect.name
    return _rows(dialect, literal(as_one(dialect, numbers), _one_value(dialect)))


def each_named(dialect: str, name: str) -> Select[int]:
    """As `each_of`, for a statement that is made once: the numbers are given under `name`, in the form of `as_one`."""
    return _rows(dialect, bindparam(name, type_=_one_value(dialect)))


def as_one(dialect: str, numbers: Sequence[int]) -> str | list[int]:
    """Put numbers into one value."""
    return json.dumps(numbers) if dialect == "sqlite" else list(numbers)


def _one_value(dialect: str) -> TypeEngine[Any]:
    return Text() if dialect == "sqlite" else postgresql.ARRAY(BigInteger)


def _rows(dialect: str, value: ColumnElement[Any]) -> Select[int]:
    if dialect == "sqlite":
        return select(cast(func.json_each(value).table_valued("value").c.value, BigInteger))
    return select(func.unnest(value).column_valued("each"))
