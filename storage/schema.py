"""Bringing a database to the shape this program knows.

Processes that start at once on one database take turns: the first builds the tables, the others find them built.
"""

import asyncio
import sqlite3
import warnings
from contextlib import closing
from functools import cache
from importlib.resources import files
from itertools import repeat
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SAWarning

from bot.errors import StorageError
from storage.engine import LOCK_SECONDS, Engines, hold
from storage.tables import metadata

VERSION_TABLE = "communique_version"
"""Our own, since a PostgreSQL database may be shared with other programs that use Alembic."""

_PAUSE = 0.1


def revision(conn: Connection) -> str | None:
    """Tell the revision the database is at, None where it has no tables of ours."""
    return MigrationContext.configure(conn, opts={"version_table": VERSION_TABLE}).get_current_revision()


def newest() -> str | None:
    """Tell the revision this program needs."""
    return _scripts().get_current_head()


def upgrade(conn: Connection) -> None:
    """Run what migrations are missing, within the transaction of `conn`."""
    config = _config()
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def differences(conn: Connection) -> list[object]:
    """List where the database differs from `tables.py`: nothing, or a migration is missing."""
    options = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
    with warnings.catch_warnings():
        # SQLite tells nothing of an index on an expression, so that one is not compared there.
        warnings.filterwarnings(
            "ignore", "Skipped unsupported reflection of expression-based index", SAWarning
        )
        warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
        return list(compare_metadata(MigrationContext.configure(conn, opts=options), metadata))


async def prepare(engines: Engines, *, migrate: bool) -> None:
    """Make the database ready for use; without `migrate`, only see that it is.

    Raises:
        StorageError: if a newer program wrote it, or `migrate` is off and it is missing or older.
    """
    if engines.file is not None:
        await asyncio.to_thread(_make_room if migrate else _refuse_missing, engines.file, engines.shown)
        await _write_ahead(engines.file)
    async with engines.reader.begin() as conn:
        found = await conn.run_sync(revision)
    _refuse_newer(found, engines.shown)
    if found == newest():
        return
    if not migrate:
        raise StorageError(f"The database {engines.shown} is not up to date.", "Run communique db upgrade.")
    async with engines.writer.begin() as conn:
        await hold(conn, "migrate")
        _refuse_newer(await conn.run_sync(revision), engines.shown)
        await conn.run_sync(upgrade)


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    # Alembic reads a percent sign as the start of a variable.
    config.set_main_option("script_location", str(files("storage") / "migrations").replace("%", "%%"))
    return config


def _refuse_newer(found: str | None, shown: str) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise StorageError(
            f"The database {shown} was written by a newer Communiqué (revision {found}).",
            "Update the program, or name another database.",
        )


def _refuse_missing(path: Path, shown: str) -> None:
    if not path.exists():
        raise StorageError(f"There is no database {shown}.", "Run communique db upgrade.")


def _make_room(path: Path, shown: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}"
        raise StorageError(
            f"The folder for the database {shown} cannot be made ({reason}).", "Name another path."
        ) from error


async def _write_ahead(path: Path) -> None:
    """Turn on the write-ahead log, so that readers never wait for the writer; the file remembers it."""
    for pause in repeat(_PAUSE, int(LOCK_SECONDS / _PAUSE)):
        try:
            return await asyncio.to_thread(_set_write_ahead, path)
        except sqlite3.OperationalError as error:
            # SQLite answers "busy" at once here, whatever the time-out: two that both read first would deadlock.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        await asyncio.sleep(pause)
    return await asyncio.to_thread(_set_write_ahead, path)


def _set_write_ahead(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
