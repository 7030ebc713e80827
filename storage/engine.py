"""From a database URL to two engines, one that only reads and one that writes.

Both databases then behave alike. A read sees one moment of the data and takes no write lock. A write on
SQLite begins IMMEDIATE: begun otherwise, 48 of 50 concurrent read-modify-writes were lost. On PostgreSQL the
same is had by `with_for_update()` (which SQLite leaves out) or, for work wider than a row, by `hold`.
"""

from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, func, make_url, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import StorageError
from storage.sqlite_cursor import connection

LOCK_SECONDS = 30
"""How long a write waits for another. The longest of ours, the findings of 500 articles, took 3.4 s."""

CONNECT_SECONDS = 10
"""How long a PostgreSQL server may take to answer: a living one answers in milliseconds, even across an ocean."""

READERS = 5
"""Connections kept open for reading; as many again are opened under load."""

WRITING = ("cache_size=-65536", "wal_autocheckpoint=10000")
"""For the one connection that writes: 64 MB of pages kept, and 40 MB of changes before they are put in their places. Planning for
100,000 chats touches the same pages again and again, and took 30% less with these than with SQLite's own 2 and 4 MB."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_FORMS = "Write it as sqlite:///path/to/file.db or postgresql://user:password@host/name."


@dataclass(frozen=True, slots=True)
class Engines:
    """Where to read, where to write, the SQLite file (None in memory and elsewhere), and a name fit to be shown."""

    reader: AsyncEngine
    writer: AsyncEngine
    shown: str
    file: Path | None = None

    async def close(self) -> None:
        """Close every connection. Closing twice is harmless."""
        await self.reader.dispose()
        await self.writer.dispose()


def build_engines(address: str) -> Engines:
    """Make the engines for `address`; nothing is opened yet.

    Raises:
        StorageError: if it is not a database URL of a kind we know.
    """
    url = _parsed(address)
    return _sqlite(url) if url.drivername == _DRIVERS["sqlite"] else _postgres(url)


def beside(address: str, ending: str) -> URL:
    """Where to keep more tables than ours: in the same PostgreSQL database, or in a file beside the one of SQLite.

    Raises:
        StorageError: if `address` is not a database URL of a kind we know, or is one in memory.
    """
    url = _parsed(address)
    if url.drivername != _DRIVERS["sqlite"]:
        return url
    if url.database in {None, "", ":memory:"}:
        raise StorageError("A database in memory holds no jobs.", "Name a file.")
    file = Path(str(url.database))
    return url.set(drivername="sqlite", database=str(file.with_name(file.name.removesuffix(".db") + ending)))


async def hold(conn: AsyncConnection, work: str, *, shared: bool = False) -> None:
    """Keep every other process out of what is called `work` until the transaction of `conn` ends.

    Those who hold it `shared` keep out only those who do not. On SQLite a write transaction has all that already.
    """
    if conn.dialect.name == "postgresql":
        digest = blake2b(f"communique/{work}".encode(), digest_size=8).digest()
        lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        await conn.execute(select(lock(int.from_bytes(digest, "big", signed=True))))


def _parsed(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # Neither the address nor the parser's words are repeated: they may hold the password.
        raise StorageError("The database URL cannot be understood.", _FORMS) from None
    if url.drivername not in _DRIVERS:
        raise StorageError(f"There is no database of the kind {url.drivername}://.", _FORMS)
    return url.set(drivername=_DRIVERS[url.drivername])


def _shown(url: URL) -> str:
    # Options may hold secrets of their own, such as sslpassword.
    plain = url.set(drivername=url.get_backend_name(), query={})
    return plain.render_as_string(hide_password=True)


def _sqlite(url: URL) -> Engines:
    if url.host or url.query:
        raise StorageError("An SQLite URL holds a path alone, after three slashes.", _FORMS)
    writer = _sqlite_engine(url, writes=True)
    if url.database in {None, "", ":memory:"}:
        # Each connection to memory would be a database of its own.
        return Engines(writer, writer, _shown(url))
    return Engines(_sqlite_engine(url, writes=False), writer, _shown(url), Path(str(url.database)))


def _sqlite_engine(url: URL, *, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        # One writer at a time: those of this process then queue in turn instead of racing for the file's lock.
        pool_size=1 if writes else READERS,
        max_overflow=0 if writes else READERS,
        pool_timeout=LOCK_SECONDS,
        async_creator=partial(connection, url.database or ":memory:", LOCK_SECONDS),
        hide_parameters=True,
    )
    pragmas = ("foreign_keys=ON", "synchronous=NORMAL", *(WRITING if writes else ("query_only=ON",)))

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(raw: Any, _record: object) -> None:  # noqa: ANN401 (a driver's connection has no common type)
        cursor = raw.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "invalidate")
    def let_go(raw: Any, _record: object, _error: object) -> None:  # noqa: ANN401
        # A task was cancelled within a query. Closing alone would leave the file locked for as long as
        # anything, such as the task's traceback, still holds the query's cursor. The query itself is waited for:
        # to interrupt it would also interrupt the rollback, whose error would stand in for the cancellation, and
        # the task would live on.
        raw.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres(url: URL) -> Engines:
    limits = {"options": f"-c lock_timeout={LOCK_SECONDS}s", "connect_timeout": CONNECT_SECONDS}
    writer = create_async_engine(
        url,
        pool_size=READERS,
        max_overflow=READERS,
        pool_timeout=LOCK_SECONDS,
        # A server may have been restarted since the connection was last used.
        pool_pre_ping=True,
        connect_args={name: value for name, value in limits.items() if name not in url.query},
        hide_parameters=True,
    )
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reader, writer, _shown(url))
