from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Source
from storage import Storage
from storage.sources import (
    Feed,
    FeedState,
    due_feeds,
    list_feeds,
    remove_source,
    revive,
    save_feed_state,
    save_sources,
)

NOW = datetime(2024, 3, 1, 6, tzinfo=UTC)
A = Source("a", "A Agency", "https://a.example/rss", "FR", "fr")
B = Source("b", "B Agency", "https://b.example/rss")
VISITED = FeedState('"v1"', "Fri, 01 Mar 2024 05:00:00 GMT", NOW, NOW + timedelta(hours=1), 2, "HTTP 500")


async def _feeds(storage: Storage) -> tuple[Feed, ...]:
    async with storage.read() as conn:
        return await list_feeds(conn)


@pytest.mark.asyncio
async def test_a_source_and_the_state_of_its_feed_come_back_as_they_went(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_sources(conn, [B, A])
        assert await save_feed_state(conn, "a", VISITED)
        assert not await save_feed_state(conn, "removed", VISITED)
    assert await _feeds(storage) == (Feed(A, VISITED), Feed(B, FeedState()))


@pytest.mark.asyncio
async def test_saving_a_source_again_renames_it_and_keeps_what_its_server_told(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_sources(conn, [A])
        await save_feed_state(conn, "a", VISITED)
        await save_sources(conn, [replace(A, title="A News")])
    assert await _feeds(storage) == (Feed(replace(A, title="A News"), VISITED),)


@pytest.mark.asyncio
async def test_a_feed_that_moved_is_asked_at_once_and_without_the_old_validators(storage: Storage) -> None:
    moved = replace(A, feed_url="https://a.example/feed")
    async with storage.write() as conn:
        await save_sources(conn, [A])
        await save_feed_state(conn, "a", VISITED)
        await save_sources(conn, [moved])
    state = replace(VISITED, etag=None, last_modified=None, next_check_at=None)
    assert await _feeds(storage) == (Feed(moved, state),)


@pytest.mark.asyncio
async def test_the_feeds_due_are_the_longest_due_first_and_never_a_disabled_one(storage: Storage) -> None:
    due = {"new": None, "late": -60, "now": 0, "later": 1, "off": -90}
    async with storage.write() as conn:
        await save_sources(conn, [replace(A, id=name) for name in due])
        for name, minutes in due.items():
            at = None if minutes is None else NOW + timedelta(minutes=minutes)
            await save_feed_state(conn, name, FeedState(next_check_at=at, disabled=name == "off"))
    async with storage.read() as conn:
        assert [feed.source.id for feed in await due_feeds(conn, NOW)] == ["new", "late", "now"]
        assert [feed.source.id for feed in await due_feeds(conn, NOW, limit=2)] == ["new", "late"]
        assert len(await due_feeds(conn, NOW, limit=None)) == 3


@pytest.mark.asyncio
async def test_the_state_of_another_address_is_not_written(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_sources(conn, [A])
        assert not await save_feed_state(conn, "a", VISITED, feed_url="https://a.example/old")
        assert await save_feed_state(conn, "a", replace(VISITED, failures=3), feed_url=A.feed_url)
    assert await _feeds(storage) == (Feed(A, replace(VISITED, failures=3)),)


@pytest.mark.asyncio
async def test_a_feed_that_is_revived_is_due_with_nothing_held_against_it(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_sources(conn, [A, B])
        for name in ("a", "b"):
            await save_feed_state(conn, name, replace(VISITED, disabled=True))
        await revive(conn, ["a", "unknown"])
    fresh = replace(VISITED, next_check_at=None, failures=0, last_error=None)
    assert await _feeds(storage) == (Feed(A, fresh), Feed(B, replace(VISITED, disabled=True)))


@pytest.mark.asyncio
async def test_a_source_is_removed_once(storage: Storage) -> None:
    async with storage.write() as conn:
        await save_sources(conn, [A, B])
        assert await remove_source(conn, "a")
        assert not await remove_source(conn, "a")
        await save_sources(conn, [])
    assert [feed.source for feed in await _feeds(storage)] == [B]
