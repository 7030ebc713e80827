from datetime import UTC, date, datetime, timedelta

import pytest

from bot.model import Stage, Status, Told
from storage import Storage
from storage.briefings import Given, last_briefing, save_briefing, told_before

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
PLANNED = Told(status=Status.PLANNED, date=date(2024, 3, 3), publishers=("A",))
HELD = Told(status=Status.HELD, date=date(2024, 3, 2), publishers=("A", "B"))
OFFER = Told(stage=Stage.OFFER)


def _given(id_: str, days: int, reader: str = "me") -> Given:
    until = NOON + timedelta(days=days)
    return Given(id_, reader, until.date(), until - timedelta(days=1), until)


@pytest.mark.asyncio
async def test_the_last_briefing_is_the_one_that_reaches_furthest_for_this_reader(storage: Storage) -> None:
    async with storage.write() as conn:
        for given in (_given("second", 2), _given("first", 1), _given("theirs", 3, "them")):
            assert await save_briefing(conn, given, {})
    async with storage.read() as conn:
        assert await last_briefing(conn, "me") == _given("second", 2)
        assert await last_briefing(conn, "nobody") is None


@pytest.mark.asyncio
async def test_a_reader_was_told_what_the_last_briefing_said_of_a_finding(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_briefing(conn, _given("later", 2), {"call": HELD})
        await save_briefing(conn, _given("earlier", 1), {"call": PLANNED, "offer": OFFER})
        await save_briefing(conn, _given("theirs", 3, "them"), {"call": PLANNED, "secret": OFFER})
    async with storage.read() as conn:
        told = await told_before(conn, "me", ["call", "offer", "secret", "unheard"])
    assert told == {"call": HELD, "offer": OFFER}


@pytest.mark.asyncio
async def test_keeping_a_briefing_twice_is_harmless(storage: Storage) -> None:
    async with storage.write() as conn:
        assert await save_briefing(conn, _given("one", 1), {"call": PLANNED})
        assert not await save_briefing(conn, _given("one", 1), {"call": HELD})
    async with storage.read() as conn:
        assert await told_before(conn, "me", ["call"]) == {"call": PLANNED}
