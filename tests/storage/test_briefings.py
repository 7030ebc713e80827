from datetime import UTC, date, datetime, timedelta

import pytest

from bot.model import Stage, Status, Told
from storage import Storage
from storage.briefings import (
    Given,
    events_told,
    forget_briefings,
    forget_reader,
    last_briefing,
    rename_reader,
    save_briefing,
    told_lately,
)
from storage.statements import insert
from storage.tables import event_findings, events

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
PLANNED = Told(status=Status.PLANNED, date=date(2024, 3, 3), publishers=("A",))
HELD = Told(status=Status.HELD, date=date(2024, 3, 2), publishers=("A", "B"))
LONG_AGO = NOON - timedelta(days=99)
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
        told = await told_lately(conn, "me", LONG_AGO)
    assert told == {"call": HELD, "offer": OFFER}


@pytest.mark.asyncio
async def test_keeping_a_briefing_twice_is_harmless(storage: Storage) -> None:
    async with storage.write() as conn:
        assert await save_briefing(conn, _given("one", 1), {"call": PLANNED})
        assert not await save_briefing(conn, _given("one", 1), {"call": HELD})
    async with storage.read() as conn:
        assert await told_lately(conn, "me", LONG_AGO) == {"call": PLANNED}


@pytest.mark.asyncio
async def test_a_briefing_that_never_arrived_is_as_if_it_had_not_been(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_briefing(conn, _given("arrived", 1), {"call": PLANNED})
        await save_briefing(conn, _given("lost", 2), {"call": HELD, "offer": OFFER})
        await forget_briefings(conn, ["lost", "unknown"])
        assert await last_briefing(conn, "me") == _given("arrived", 1)
        assert await told_lately(conn, "me", LONG_AGO) == {"call": PLANNED}


@pytest.mark.asyncio
async def test_what_a_reader_was_told_follows_the_reader_and_can_be_forgotten(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_briefing(conn, _given("one", 1), {"call": PLANNED})
        await save_briefing(conn, _given("theirs", 1, "them"), {"call": HELD})
        await rename_reader(conn, "me", "myself")
        assert await told_lately(conn, "me", LONG_AGO) == {}
        assert await told_lately(conn, "myself", LONG_AGO) == {"call": PLANNED}
        await forget_reader(conn, "myself")
        assert await told_lately(conn, "myself", LONG_AGO) == {}
        assert await told_lately(conn, "them", LONG_AGO) == {"call": HELD}


@pytest.mark.asyncio
async def test_events_a_reader_was_told_of_lately_are_found_by_their_findings(storage: Storage) -> None:
    async with storage.write() as conn:
        await conn.execute(
            insert(conn, events),
            [{"id": id_, "kind": "call", "publishers": 1, "copies": 1, "body": "{}"} for id_ in ("e", "f")],
        )
        pairs = [("call", "e"), ("call again", "e"), ("offer", "f")]
        rows = [{"finding_id": finding, "event_id": event} for finding, event in pairs]
        await conn.execute(insert(conn, event_findings), rows)
        await save_briefing(conn, _given("new", 2), {"call": PLANNED, "call again": PLANNED})
        await save_briefing(conn, _given("old", 1), {"offer": OFFER})
        assert await events_told(conn, "me", NOON + timedelta(days=1)) == ("e",)
        assert await events_told(conn, "me", NOON) == ("e", "f")
        assert await events_told(conn, "them", NOON) == ()
