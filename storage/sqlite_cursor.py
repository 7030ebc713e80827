"""A connection to SQLite that does a whole statement in one turn of its thread.

aiosqlite takes four turns for each: to make the cursor, to run the statement, to read its rows and to close it. On a
write of a few rows the turns cost more than the statements, and writes wait for each other.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite

AT_ONCE = 1000
"""Rows that are read in the statement's own turn, and in each further one: what is larger is read as it is asked for."""

CHUNK = 64
"""What aiosqlite's own cursors read at once, which none here does."""


def connection(file: str | Path, wait: float) -> "OneTurn":
    """Make a connection to `file`, to be awaited; a statement waits `wait` seconds at most for another's write."""
    # Without a level Python's driver begins no transactions by rules of its own.
    return OneTurn(partial(sqlite3.connect, file, timeout=wait, isolation_level=None), CHUNK)


class OneTurn(aiosqlite.Connection):
    """As its base, but for its cursors."""

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - as its base has them
        super().__init__(*given)
        # As SQLAlchemy has it where it connects by itself: a connection that nobody closed holds up no end.
        self._thread.daemon = True

    # What its base gives may be awaited too; SQLAlchemy enters it.
    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Give a cursor, to be entered."""
        return Cursor(self)

    async def turn(self, do: Any, *given: Any) -> Any:  # noqa: ANN401 - whatever is to be done gives
        """Do something in the connection's thread."""
        return await self._execute(do, *given)  # type: ignore[no-untyped-call]

    @property
    def driver(self) -> sqlite3.Connection:
        """The connection as Python's driver has it."""
        return self._conn


class Cursor:
    """Rows are at hand once the statement has run; only those beyond `AT_ONCE` are read later."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, connection: OneTurn) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self._open: sqlite3.Cursor | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def execute(self, operation: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Self:
        """Run a statement."""
        await self._connection.turn(self._run, operation, parameters)
        return self

    async def executemany(self, operation: str, parameters: Iterable[Any]) -> Self:
        """Run a statement for each of some sets of parameters."""
        await self._connection.turn(self._run_many, operation, parameters)
        return self

    async def fetchone(self) -> Any:  # noqa: ANN401 - a row
        """Give the next row, None at the end."""
        found = await self.fetchmany(1)
        return found[0] if found else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Give the next rows."""
        wanted = self.arraysize if size is None else size
        if len(self._rows) < wanted and self._open:
            await self._connection.turn(self._read, max(wanted, AT_ONCE))
        given, self._rows = self._rows[:wanted], self._rows[wanted:]
        return given

    async def fetchall(self) -> list[Any]:
        """Give the other rows."""
        if self._open:
            await self._connection.turn(self._read, None)
        given, self._rows = self._rows, []
        return given

    async def __aiter__(self) -> AsyncIterator[Any]:
        while rows := await self.fetchmany(AT_ONCE):
            for row in rows:
                yield row

    async def close(self) -> None:
        """Read no more."""
        self._rows = []
        if self._open:
            await self._connection.turn(self._close)

    def _run(self, operation: str, parameters: Sequence[Any] | dict[str, Any]) -> None:
        self._begin().execute(operation, parameters)
        self._keep()

    def _run_many(self, operation: str, parameters: Iterable[Any]) -> None:
        self._begin().executemany(operation, parameters)
        self._keep()

    def _begin(self) -> sqlite3.Cursor:
        self._close()
        self._rows = []
        self._open = self._connection.driver.cursor()
        return self._open

    def _keep(self) -> None:
        if self._open is None:
            raise RuntimeError("a statement has run on a cursor")
        self.description, self.rowcount = self._open.description, self._open.rowcount
        self.lastrowid = self._open.lastrowid
        if self.description:
            self._read(AT_ONCE)
        else:
            self._close()

    def _read(self, size: int | None) -> None:
        if self._open is None:
            return
        more = self._open.fetchall() if size is None else self._open.fetchmany(size)
        self._rows += more
        # Where it is at its end an update has also counted its rows.
        self.rowcount = self._open.rowcount
        if size is None or len(more) < size:
            self._close()

    def _close(self) -> None:
        if self._open:
            self._open.close()
            self._open = None
