"""Databases that fail for a while."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from tests.bench.databases import SERVER

AWAY = 8.0
"""Seconds for which the server takes no connection, as while it is restarted."""

FULL_FOR = 10.0

LOCKED_FOR = 40.0
"""Seconds for which another program keeps SQLite's file locked: longer than a write waits."""


async def restart(url: str) -> None:
    """End every connection to a PostgreSQL database and let none in for a while."""
    name = str(make_url(url).database)
    with closing(psycopg.connect(SERVER, autocommit=True)) as server:
        _allow(server, name, is_open=False)
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            await asyncio.sleep(AWAY)
        finally:
            _allow(server, name, is_open=True)


def _allow(server: psycopg.Connection[Any], name: str, *, is_open: bool) -> None:
    # The owner of a server is let in by no other way either while connections are not allowed.
    words = "ALTER DATABASE {} WITH ALLOW_CONNECTIONS " + ("true" if is_open else "false")
    server.execute(SQL(words).format(Identifier(name)))


async def lock(url: str) -> None:
    """Keep an SQLite file locked as another program would."""
    with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None, timeout=60)) as other:
        await asyncio.to_thread(_begin, url)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(LOCKED_FOR)
        other.execute("ROLLBACK")


def _begin(url: str) -> None:
    """See that the file is there."""
    if not Path(str(make_url(url).database)).exists():
        raise RuntimeError("there is no file to lock")


async def fill(full: Path) -> None:
    """Let the disk of those that run `tests.chaos.cramped` be full for a while."""
    await asyncio.to_thread(full.touch)
    await asyncio.sleep(FULL_FOR)
    await asyncio.to_thread(full.unlink)
