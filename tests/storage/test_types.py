from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from storage import Storage
from storage.tables import briefings, sources

TOKYO = timezone(timedelta(hours=9))


async def _checked_at(storage: Storage, moment: datetime) -> datetime | None:
    row = {"id": "a", "title": "A", "feed_url": "https://a.example/rss", "checked_at": moment}
    async with storage.write() as conn:
        await conn.execute(insert(sources).values(row))
    async with storage.read() as conn:
        found: datetime | None = (await conn.execute(select(sources.c.checked_at))).scalar_one()
        return found


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2024, 1, 1, 3, 0, tzinfo=TOKYO),
        datetime(1970, 1, 1, tzinfo=UTC),
    ],
)
async def test_a_moment_comes_back_the_same_and_in_utc(storage: Storage, moment: datetime) -> None:
    found = await _checked_at(storage, moment)
    assert found is not None
    assert found == moment
    assert found.tzinfo is UTC


@pytest.mark.asyncio
async def test_a_moment_without_a_zone_is_refused(storage: Storage) -> None:
    with pytest.raises(StatementError, match="needs a time zone"):
        await _checked_at(storage, datetime(2024, 1, 1))  # noqa: DTZ001 (the fault under test)


@pytest.mark.asyncio
async def test_a_comparison_with_a_moment_without_a_zone_is_refused(storage: Storage) -> None:
    query = select(sources.c.id).where(sources.c.checked_at < datetime(2024, 1, 1))  # noqa: DTZ001
    with pytest.raises(StatementError, match="needs a time zone"):
        async with storage.read() as conn:
            await conn.execute(query)


@pytest.mark.asyncio
async def test_moments_compare_by_time_and_not_by_their_digits(storage: Storage) -> None:
    early_in_tokyo = datetime(2024, 1, 2, 8, 0, tzinfo=TOKYO)
    await _checked_at(storage, datetime(2024, 1, 2, 0, 0, tzinfo=UTC))
    async with storage.read() as conn:
        query = select(sources.c.id).where(sources.c.checked_at > early_in_tokyo)
        assert (await conn.execute(query)).scalars().all() == ["a"]


@pytest.mark.asyncio
async def test_text_no_database_takes_is_replaced_sign_for_sign(storage: Storage) -> None:
    row = {"id": "a", "title": "x\x00y\ud800z", "feed_url": "https://a.example/rss"}
    async with storage.write() as conn:
        await conn.execute(insert(sources).values(row))
        title = (await conn.execute(select(sources.c.title))).scalar_one()
    assert title == "x\ufffdy\ufffdz"


def test_every_column_that_holds_a_moment_is_utc_aware() -> None:
    plain = [
        str(column)
        for table in briefings.metadata.sorted_tables
        for column in table.columns
        if "DATETIME" in str(column.type).upper() and type(column.type).__name__ != "UtcDateTime"
    ]
    assert plain == []
