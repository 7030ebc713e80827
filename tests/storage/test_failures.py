import asyncio
import sqlite3
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import exc, insert, text

from bot.errors import StorageError
from storage import Storage, open_storage
from storage.failures import spoken
from storage.tables import sources, subscriptions

PASSWORD = "s3cret"  # noqa: S105 (opens nothing)
SHOWN = "postgresql://u:***@h/d"


def _sqlite_error(code: int, words: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        (_sqlite_error(sqlite3.SQLITE_BUSY, "database is locked"), "locked by another"),
        (_sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked"), "locked by another"),
        (_sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full"), "no room left"),
        (_sqlite_error(sqlite3.SQLITE_IOERR_WRITE, "disk I/O error"), "cannot be read or written"),
        (_sqlite_error(sqlite3.SQLITE_READONLY_DBMOVED, "readonly database"), "may not be written"),
        (_sqlite_error(sqlite3.SQLITE_CORRUPT, "malformed"), "is damaged"),
        (errors.InvalidPassword("no"), "refused the login"),
        (errors.InvalidCatalogName("no"), "does not exist"),
        (errors.DiskFull("could not extend file"), "run out of disk"),
        (errors.TooManyConnections("sorry"), "run out of disk, memory or connections"),
        (errors.AdminShutdown("terminating connection"), "is not up just now"),
        (errors.LockNotAvailable("canceling statement"), "kept busy"),
        (errors.DeadlockDetected("deadlock detected"), "let another write go first"),
        (errors.SerializationFailure("could not serialize"), "let another write go first"),
        (errors.InsufficientPrivilege("permission denied"), "does not let this user"),
        (errors.ReadOnlySqlTransaction("cannot execute INSERT"), "may only be read"),
        (psycopg.OperationalError("consuming input failed: server closed\n\tperhaps"), "cannot be reached"),
        (psycopg.OperationalError("failed: FATAL:  too many clients already"), "run out of disk, memory"),
        (
            psycopg.OperationalError("failed: FATAL:  the database system is starting up"),
            "is not up just now",
        ),
    ],
)
def test_what_a_person_can_mend_is_one_line_with_a_remedy(driver: Exception, said: str) -> None:
    with pytest.raises(StorageError, match=said) as caught, spoken(SHOWN):
        raise exc.OperationalError("SELECT secret", {"p": "hidden"}, driver)
    assert caught.value.remedy
    assert SHOWN in caught.value.message
    assert "\n" not in str(caught.value)
    assert "SELECT" not in str(caught.value)


def test_waiting_in_vain_for_a_connection_is_told() -> None:
    with pytest.raises(StorageError, match="kept busy"), spoken(SHOWN):
        raise exc.TimeoutError("QueuePool limit")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a bug of ours"),
        OSError("a file of the caller's"),
        exc.ProgrammingError("SELEC", {}, errors.SyntaxError("syntax error")),
        exc.OperationalError("SELECT nope", {}, _sqlite_error(sqlite3.SQLITE_ERROR, "no such column")),
        exc.IntegrityError("INSERT", {}, errors.UniqueViolation("duplicate key")),
    ],
)
def test_an_error_only_a_programmer_can_mend_flies_as_it_came(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, spoken(SHOWN):
        raise error
    assert caught.value is error


@pytest.mark.asyncio
async def test_a_query_of_something_that_is_not_there_is_no_storage_error(storage: Storage) -> None:
    with pytest.raises(exc.DBAPIError):
        async with storage.read() as conn:
            await conn.execute(text("SELECT nothing FROM nowhere"))


@pytest.mark.asyncio
async def test_a_broken_reference_is_no_storage_error(storage: Storage) -> None:
    row = {"chat_id": 7, "country": "RU", "since": datetime(2024, 1, 1, tzinfo=UTC)}
    with pytest.raises(exc.IntegrityError):
        async with storage.write() as conn:
            await conn.execute(insert(subscriptions), row)


@pytest.mark.asyncio
async def test_writing_where_one_reads_is_refused(storage: Storage) -> None:
    with pytest.raises(StorageError, match="may"):
        async with storage.read() as conn:
            await conn.execute(insert(sources).values(id="a", title="A", feed_url="u"))


def _file(tmp_path: Path) -> str:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, this is no database at all. " * 50)
    return str(path)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "said"),
    [
        (_file, "is not an SQLite file"),
        (str, "cannot be opened"),
        (lambda tmp_path: f"{_file(tmp_path)}/news.db", "folder for the database"),
        (lambda _: "/proc/nowhere/news.db", "folder for the database"),
        (lambda _: "/proc/news.db", "cannot be opened"),
    ],
)
async def test_a_file_that_cannot_be_a_database_is_told(
    tmp_path: Path, path: Callable[[Path], str], said: str
) -> None:
    with pytest.raises(StorageError, match=said) as caught:
        await open_storage(f"sqlite:///{path(tmp_path)}")
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.asyncio
async def test_a_full_disk_is_told_and_nothing_half_written_is_kept(sqlite_url: str) -> None:
    async def write(storage: Storage, count: int) -> None:
        async with storage.write() as conn:
            rows = [{"id": str(i), "title": "T" * 2000, "feed_url": "u"} for i in range(count)]
            await conn.execute(insert(sources), rows)

    async with await open_storage(sqlite_url) as storage:
        async with storage.write() as conn:
            pages = (await conn.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 20}")
        with pytest.raises(StorageError, match="no room left"):
            await write(storage, 500)
        await write(storage, 5)
        async with storage.read() as conn:
            assert (await conn.execute(text("SELECT count(*) FROM sources"))).scalar_one() == 5


@pytest.mark.asyncio
async def test_a_database_locked_by_another_program_is_told(sqlite_url: str) -> None:
    async with await open_storage(sqlite_url) as storage:
        async with storage.write() as conn:
            await conn.exec_driver_sql("PRAGMA busy_timeout=20")
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="locked by another"):
                async with storage.write():
                    pass
            other.execute("ROLLBACK")
        async with storage.write() as conn:
            await conn.execute(insert(sources).values(id="a", title="A", feed_url="u"))


async def _write(storage: Storage, *statements: str) -> None:
    async with storage.write() as conn:
        for statement in statements:
            await conn.execute(text(statement))


@pytest.mark.asyncio
async def test_a_table_locked_on_the_server_is_told(postgres_url: str) -> None:
    async with await open_storage(postgres_url) as storage, storage.write() as holder:
        await holder.execute(text("LOCK TABLE sources IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(StorageError, match="kept busy"):
            await _write(storage, "SET LOCAL lock_timeout = '20ms'", "DELETE FROM sources")


@pytest.mark.asyncio
async def test_a_connection_the_server_ended_is_told_and_the_next_one_works(postgres_url: str) -> None:
    async with await open_storage(postgres_url) as storage:
        with pytest.raises(StorageError, match="is not up just now"):
            await _write(storage, "SELECT pg_terminate_backend(pg_backend_pid())")
        async with storage.read() as conn:
            assert (await conn.execute(text("SELECT 1"))).scalar_one() == 1


@asynccontextmanager
async def _server_saying(state: bytes, words: bytes) -> AsyncIterator[int]:
    """Stand in for a PostgreSQL server that refuses everyone with `words`; gives its port."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(4), "big")
        asked = await reader.readexactly(length - 4)
        if asked.startswith(b"\x04\xd2\x16\x2f"):
            writer.write(b"N")  # no encryption here
            length = int.from_bytes(await reader.readexactly(4), "big")
            await reader.readexactly(length - 4)
        fields = b"SFATAL\0VFATAL\0C" + state + b"\0M" + words + b"\0\0"
        writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("state", "words", "said"),
    [
        (b"28P01", b'password authentication failed for user "reader"', "refused the login"),
        (b"28000", b'role "reader" does not exist', "refused the login"),
        (b"3D000", b'database "news" does not exist', "does not exist"),
        (b"53300", b"sorry, too many clients already", "connections"),
        (b"XX000", b"something nobody foresaw", "cannot be reached"),
    ],
)
async def test_a_server_that_lets_us_not_in_is_told_without_the_password(
    state: bytes, words: bytes, said: str
) -> None:
    async with _server_saying(state, words) as port:
        with pytest.raises(StorageError, match=said) as caught:
            await open_storage(f"postgresql://reader:{PASSWORD}@127.0.0.1:{port}/news")
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


@pytest.mark.asyncio
@pytest.mark.parametrize("where", ["127.0.0.1:1", "nowhere.invalid", "127.0.0.1:1/d?sslmode=never"])
async def test_a_server_that_cannot_be_reached_is_told(where: str) -> None:
    with pytest.raises(StorageError, match="cannot be reached") as caught:
        await open_storage(f"postgresql://reader:{PASSWORD}@{where}")
    assert "\n" not in str(caught.value)
    assert PASSWORD not in str(caught.value)
