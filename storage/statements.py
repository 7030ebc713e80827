"""Statements whose shape depends on the database or on its limits."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

MAX_VALUES = 1000
"""Values in one IN list. SQLite takes 32,766 parameters a statement and PostgreSQL 65,535, but both plan a
short list faster, and a statement of few sizes is compiled once."""


def insert(conn: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Begin an INSERT that knows ON CONFLICT, which both databases spell alike."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def portions(values: Iterable[T], size: int = MAX_VALUES) -> Iterator[tuple[T, ...]]:
    """Cut `values` into runs of at most `size`, keeping their order."""
    rest = iter(values)
    while portion := tuple(islice(rest, size)):
        yield portion
