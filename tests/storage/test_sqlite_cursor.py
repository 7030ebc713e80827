"""What SQLAlchemy asks of a cursor, on one that does each statement in one turn."""

import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from storage.sqlite_cursor import AT_ONCE, OneTurn, connection

MANY = 2 * AT_ONCE + 7
COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n"


@pytest_asyncio.fixture
async def open_connection() -> AsyncIterator[OneTurn]:
    """Give a connection to a database in memory."""
    opened = connection(":memory:", 1)
    await opened
    yield opened
    await opened.close()


@pytest.fixture
def turns(open_connection: OneTurn, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done in the thread, by name."""
    done: list[str] = []
    take = open_connection.turn

    async def turn(do: Any, *given: Any) -> Any:
        done.append(do.__name__)
        return await take(do, *given)

    monkeypatch.setattr(open_connection, "turn", turn)
    return done


@pytest.mark.asyncio
async def test_a_statement_takes_one_turn_with_all_its_rows(
    open_connection: OneTurn, turns: list[str]
) -> None:
    async with open_connection.cursor() as cursor:
        await cursor.execute("SELECT 1, ?", (2,))
        assert [column[0] for column in cursor.description] == ["1", "?"]
        assert await cursor.fetchall() == [(1, 2)]
        assert await cursor.fetchall() == []
        await cursor.close()
    assert len(turns) == 1


@pytest.mark.asyncio
async def test_what_is_written_is_counted(open_connection: OneTurn, turns: list[str]) -> None:
    async with open_connection.cursor() as cursor:
        await cursor.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER)")
        assert cursor.description is None
        await cursor.executemany("INSERT INTO t (b) VALUES (?)", [(1,), (2,), (3,)])
        assert cursor.rowcount == 3
        await cursor.execute("UPDATE t SET b = 0 WHERE b > 1 RETURNING a")
        assert await cursor.fetchall() == [(2,), (3,)]
        assert cursor.rowcount == 2
        await cursor.execute("INSERT INTO t (b) VALUES (9)")
        assert cursor.lastrowid == 4
    assert len(turns) == 4


@pytest.mark.asyncio
async def test_many_rows_are_read_as_they_are_asked_for(open_connection: OneTurn, turns: list[str]) -> None:
    async with open_connection.cursor() as cursor:
        await cursor.execute(COUNT, (MANY,))
        assert len(await cursor.fetchmany(AT_ONCE)) == AT_ONCE
        assert len(turns) == 1
        assert await cursor.fetchone() == (AT_ONCE + 1,)
        assert len(await cursor.fetchall()) == MANY - AT_ONCE - 1
        await cursor.execute(COUNT, (MANY,))
        assert [row[0] async for row in cursor] == list(range(1, MANY + 1))


@pytest.mark.asyncio
async def test_a_cursor_closed_amid_its_rows_lets_go_of_the_file(open_connection: OneTurn) -> None:
    async with open_connection.cursor() as cursor:
        await cursor.execute(COUNT, (MANY,))
        await cursor.close()
        assert await cursor.fetchall() == []


@pytest.mark.asyncio
async def test_a_statement_that_fails_says_why_and_the_next_one_runs(open_connection: OneTurn) -> None:
    async with open_connection.cursor() as cursor:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await cursor.execute("SELECT * FROM nowhere")
        await cursor.execute("SELECT 1")
        assert await cursor.fetchone() == (1,)
