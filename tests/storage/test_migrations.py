import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from bot.errors import StorageError
from storage import open_storage
from storage.schema import _config, differences, newest, revision, upgrade


async def _run(url: str, *statements: str) -> None:
    async with await open_storage(url) as storage, storage.write() as conn:
        for statement in statements:
            await conn.execute(text(statement))


@pytest.mark.asyncio
async def test_migrations_on_an_empty_database_build_what_the_code_expects(empty_url: str) -> None:
    async with await open_storage(empty_url) as storage, storage.read() as conn:
        assert await conn.run_sync(revision) == newest()
        assert await conn.run_sync(differences) == []


@pytest.mark.asyncio
async def test_a_column_the_code_does_not_know_is_noticed(empty_url: str) -> None:
    await _run(empty_url, "ALTER TABLE sources ADD COLUMN surprise TEXT")
    async with await open_storage(empty_url) as storage, storage.read() as conn:
        assert "surprise" in str(await conn.run_sync(differences))


@pytest.mark.asyncio
async def test_upgrading_again_changes_nothing_and_keeps_what_is_stored(empty_url: str) -> None:
    await _run(empty_url, "INSERT INTO sources (id, title, feed_url) VALUES ('a', 'A', 'u')")
    async with await open_storage(empty_url) as storage:
        async with storage.write() as conn:
            await conn.run_sync(upgrade)
        async with storage.read() as conn:
            assert await conn.run_sync(revision) == newest()
            assert (await conn.execute(text("SELECT id FROM sources"))).scalars().all() == ["a"]


@pytest.mark.asyncio
async def test_going_back_removes_every_table(empty_url: str) -> None:
    def back(conn: Connection) -> list[str]:
        config = _config()
        config.attributes["connection"] = conn
        command.downgrade(config, "base")
        return inspect(conn).get_table_names()

    async with await open_storage(empty_url) as storage, storage.write() as conn:
        assert await conn.run_sync(back) == ["communique_version"]


@pytest.mark.asyncio
async def test_a_migration_that_fails_leaves_no_half_built_tables(empty_url: str) -> None:
    def names(conn: Connection) -> list[str]:
        return inspect(conn).get_table_names()

    async def fail_at_the_end() -> None:
        async with await open_storage(empty_url) as storage, storage.write() as conn:
            await conn.run_sync(lambda sync: sync.execute(text("DROP TABLE told")))
            raise RuntimeError("out of power")

    with pytest.raises(RuntimeError):
        await fail_at_the_end()
    async with await open_storage(empty_url) as storage, storage.read() as conn:
        assert "told" in await conn.run_sync(names)


@pytest.mark.asyncio
@pytest.mark.parametrize("migrate", [True, False])
async def test_a_database_newer_than_the_program_is_refused(empty_url: str, *, migrate: bool) -> None:
    await _run(empty_url, "UPDATE communique_version SET version_num = '9999'")
    with pytest.raises(StorageError, match=r"newer.*9999.*Update the program"):
        await open_storage(empty_url, migrate=migrate)


@pytest.mark.asyncio
async def test_without_leave_to_migrate_nothing_is_built(empty_url: str) -> None:
    with pytest.raises(StorageError, match="communique db upgrade"):
        await open_storage(empty_url, migrate=False)
    await _run(empty_url)
    async with await open_storage(empty_url, migrate=False) as storage, storage.read() as conn:
        assert await conn.run_sync(revision) == newest()
