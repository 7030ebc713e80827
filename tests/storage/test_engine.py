from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import StorageError
from storage import Storage, open_storage
from storage.engine import build_engines


@pytest.mark.parametrize(
    ("given", "driver", "shown"),
    [
        ("sqlite:///a/b.db", "sqlite+aiosqlite", "sqlite:///a/b.db"),
        ("sqlite+aiosqlite:////a/b.db", "sqlite+aiosqlite", "sqlite:////a/b.db"),
        ("sqlite://", "sqlite+aiosqlite", "sqlite://"),
        ("postgresql://u:s3cret@h/d", "postgresql+psycopg", "postgresql://u:***@h/d"),
        ("postgres://u:s3cret@h:6543/d", "postgresql+psycopg", "postgresql://u:***@h:6543/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg", "postgresql://u@h/d"),
        ("postgres://u@h/d?sslmode=require&password=s3cret", "postgresql+psycopg", "postgresql://u@h/d"),
        ("postgresql:///d?host=/run/pg", "postgresql+psycopg", "postgresql:///d"),
    ],
)
def test_a_users_url_finds_its_driver_and_is_shown_without_secrets(
    given: str, driver: str, shown: str
) -> None:
    engines = build_engines(given)
    assert (engines.writer.url.drivername, engines.shown) == (driver, shown)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "news.db",
        "/var/lib/news.db",
        "mysql://u:s3cret@h/d",
        "postgresql+asyncpg://u:s3cret@h/d",
        "postgresql://u:s3cret@h:port/d",
        "sqlite://u:s3cret@h/d",
        "sqlite://news.db",
        "sqlite:///news.db?mode=ro",
    ],
)
def test_a_url_that_means_nothing_to_us_is_refused_in_one_line_with_a_remedy(given: str) -> None:
    with pytest.raises(StorageError) as caught:
        build_engines(given)
    assert "sqlite:///path" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.asyncio
async def test_the_folder_of_an_sqlite_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "50% new" / "deeper" / "news.db"
    async with await open_storage(f"sqlite:///{path}"):
        assert path.exists()


@pytest.mark.asyncio
async def test_a_database_in_memory_keeps_what_was_written(sqlite_url: str) -> None:
    assert sqlite_url
    async with await open_storage("sqlite://") as storage:
        async with storage.write() as conn:
            await conn.execute(text("INSERT INTO sources (id, title, feed_url) VALUES ('a', 'A', 'u')"))
        async with storage.read() as conn:
            assert (await conn.execute(text("SELECT id FROM sources"))).scalars().all() == ["a"]


@pytest.mark.asyncio
async def test_an_sqlite_connection_is_safe_and_quick(sqlite_url: str) -> None:
    wanted = {"journal_mode": "wal", "busy_timeout": 30000, "foreign_keys": 1, "synchronous": 1}
    async with await open_storage(sqlite_url) as storage:
        for way in (storage.read, storage.write):
            async with way() as conn:
                found = {name: (await conn.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in wanted}
            assert found == wanted


@pytest.mark.asyncio
async def test_a_broken_block_leaves_nothing_behind(storage: Storage) -> None:
    async def broken() -> None:
        async with storage.write() as conn:
            await conn.execute(text("INSERT INTO sources (id, title, feed_url) VALUES ('a', 'A', 'u')"))
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await broken()
    async with storage.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM sources"))).scalar_one() == 0


@pytest.mark.asyncio
async def test_closing_twice_is_harmless(database_url: str) -> None:
    storage = await open_storage(database_url)
    await storage.close()
    await storage.close()
