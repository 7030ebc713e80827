import asyncio
from datetime import UTC, date, datetime

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.model import Told
from storage import open_storage
from storage.briefings import Memory, briefing_id, memory_of, save_memory, told_lately
from storage.engine import build_engines
from storage.schema import _config, differences, newest, revision, upgrade
from storage.tables import chats, deliveries
from storage.wishes import keep_wish


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


def _to(url: str, target: str) -> None:
    """Bring the database to a revision of old."""

    def upgrade_to(conn: Connection) -> None:
        config = _config()
        config.attributes["connection"] = conn
        command.upgrade(config, target)

    async def run() -> None:
        engines = build_engines(url)
        async with engines.writer.begin() as conn:
            await conn.run_sync(upgrade_to)
        await engines.close()

    asyncio.run(run())


_OLD = (
    """INSERT INTO chats
    (id, kind, zone, minute, weekdays, quiet_from, quiet_until, length, silent_when_empty, created_at, seen_at) VALUES
    (7, 'private', 'UTC', 420, 127, NULL, NULL, NULL, false, '2026-03-01 00:00:00', '2026-03-01 00:00:00'),
    (8, 'private', 'UTC', 420, 127, NULL, NULL, 'full', false, '2026-03-01 00:00:00', '2026-03-01 00:00:00'),
    (9, 'private', 'Asia/Tokyo', NULL, 31, 0, 360, 'short', true, '2026-03-01 00:00:00', '2026-03-01 00:00:00')""",
    """INSERT INTO subscriptions (chat_id, country, since) VALUES (7, 'TR', '2026-03-01 00:00:00'),
    (7, 'FR', '2026-03-01 00:00:00'), (8, 'FR', '2026-03-01 00:00:00'), (8, 'TR', '2026-03-01 00:00:00'),
    (9, '*', '2026-03-01 00:00:00'), (9, 'FR', '2026-03-01 00:00:00')""",
    """INSERT INTO briefings (id, reader, day, since, until) VALUES
    ('chat:7/1', 'chat:7', '2026-03-15', '2026-03-14 07:00:00', '2026-03-15 07:00:00'),
    ('chat:7/2', 'chat:7', '2026-03-16', '2026-03-15 07:00:00', '2026-03-16 07:00:00'),
    ('chat:8/1', 'chat:8', '2026-03-15', '2026-03-14 07:00:00', '2026-03-15 07:00:00'),
    ('chat:8/2', 'chat:8', '2026-03-16', '2026-03-15 07:00:00', '2026-03-16 07:00:00')""",
    """INSERT INTO told (briefing_id, finding_id, state) VALUES ('chat:7/1', 'call', '{"publishers":[]}'),
    ('chat:8/1', 'call', '{"publishers":[]}')""",
    """INSERT INTO deliveries (chat_id, local_date, part, briefing_id, due_at, attempts, fence) VALUES
    (7, '2026-03-16', 0, 'chat:7/2', '2026-03-16 07:00:00', 0, 0)""",
)


@pytest.mark.asyncio
async def test_what_chats_were_told_becomes_a_memory_that_those_who_were_told_the_same_share(
    empty_url: str,
) -> None:
    await asyncio.to_thread(_to, empty_url, "0002")
    engines = build_engines(empty_url)
    async with engines.writer.begin() as conn:
        for statement in _OLD:
            await conn.execute(text(statement))
    await engines.close()

    async with await open_storage(empty_url) as storage, storage.write() as conn:
        mine = await memory_of(conn, 7)
        assert mine == await memory_of(conn, 8)
        assert mine.until == datetime(2026, 3, 16, 7, tzinfo=UTC)
        assert [given.day.day for given in mine.briefings] == [15, 16]
        assert await told_lately(conn, mine.id, mine.briefings[0].since) == {"call": Told()}
        assert mine.briefings[1].id == briefing_id(date(2026, 3, 16), mine.briefings[1].since, mine.until, {})
        assert (await conn.execute(select(deliveries.c.briefing_id))).scalar_one() == mine.briefings[1].id
        # One that is made anew from the same content has the same name, so nothing is kept twice.
        assert await save_memory(conn, mine) == (await memory_of(conn, 7)).id
        assert await memory_of(conn, 9) == Memory()
        before = await _wishes(conn)
        assert before[7] == before[8] != before[9]
        for chat in before:
            await conn.execute(update(chats).values(wish=None))
            await keep_wish(conn, chat)
            assert (await _wishes(conn))[chat] == before[chat]


async def _wishes(conn: AsyncConnection) -> dict[int, str | None]:
    return {row.id: row.wish for row in await conn.execute(select(chats.c.id, chats.c.wish))}
