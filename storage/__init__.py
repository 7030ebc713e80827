"""What is kept, on SQLite or PostgreSQL.

One file a topic holds plain functions that take the connection first; `Storage` hands out the connections.

    async with await open_storage("sqlite:///news.db") as storage:
        async with storage.write() as conn:
            saved = await save_articles(conn, articles)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Engines, build_engines
from storage.failures import spoken
from storage.schema import prepare

__all__ = ["Storage", "open_storage"]


class Storage:
    """An open database. Leaving its `async with` closes it."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    @property
    def url_shown(self) -> str:
        """Its address with the password masked."""
        return self._engines.shown

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees one moment of the data and writes nothing.

        Raises:
            StorageError: if the database cannot be reached or read, or is written to here.
        """
        with spoken(self.url_shown):
            async with self._engines.reader.begin() as conn:
                yield conn

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction, kept at the end of the block and undone by an exception.

        On SQLite there is one writer at a time, so no network and no heavy computing belongs in the block.

        Raises:
            StorageError: if the database cannot be reached or written, is full, or another keeps it locked.
        """
        with spoken(self.url_shown):
            async with self._engines.writer.begin() as conn:
                yield conn

    async def close(self) -> None:
        """Close every connection. Closing twice is harmless."""
        await self._engines.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def open_storage(url: str, *, migrate: bool = True) -> Storage:
    """Open the database at `url` (`sqlite:///path`, `postgresql://…`), building or updating its tables.

    The folder of an SQLite file is made. Without `migrate` nothing is built, and a database that is not
    up to date is refused.

    Raises:
        StorageError: if the URL means nothing to us, or the database cannot be opened, is newer than this
            program, or (without `migrate`) is missing or older. The password is never in the message.
    """
    engines = build_engines(url)
    try:
        with spoken(engines.shown):
            await prepare(engines, migrate=migrate)
    except BaseException:
        await engines.close()
        raise
    return Storage(engines)
