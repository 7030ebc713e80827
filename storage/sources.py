"""The feeds we read, and what we know of each from the last time we asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, case, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Source
from storage.rows import source_from_row
from storage.statements import insert, portions
from storage.tables import sources as table


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the last visits to a feed left behind.

    `etag` and `last_modified` are the server's own words, to be sent back as they are. `failures` counts
    those since the last success. A feed is due at `next_check_at`, at once where that is None, and never
    while `disabled`.
    """

    etag: str | None = None
    last_modified: str | None = None
    checked_at: datetime | None = None
    next_check_at: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A source and the state of its feed."""

    source: Source
    state: FeedState


async def save_sources(conn: AsyncConnection, given: Iterable[Source]) -> None:
    """Add sources, or bring known ones up to date. A feed that moved is asked afresh, without the old validators."""
    rows = [_row(source) for source in {each.id: each for each in given}.values()]
    if not rows:
        return
    statement = insert(conn, table)
    moved = table.c.feed_url != statement.excluded.feed_url
    fresh = {name: case((moved, None), else_=table.c[name]) for name in _FORGOTTEN}
    named = {name: statement.excluded[name] for name in ("title", "feed_url", "country", "language")}
    await conn.execute(
        statement.on_conflict_do_update(index_elements=[table.c.id], set_={**named, **fresh}), rows
    )


async def list_feeds(conn: AsyncConnection) -> tuple[Feed, ...]:
    """Load every feed, in order of its source's id."""
    rows = await conn.execute(select(table).order_by(table.c.id))
    return tuple(_feed(row) for row in rows.mappings())


async def due_feeds(conn: AsyncConnection, now: datetime, limit: int | None = 100) -> tuple[Feed, ...]:
    """Load the feeds to be asked at `now`, the longest due first, and all of them where there is no `limit`."""
    due = or_(table.c.next_check_at.is_(None), table.c.next_check_at <= now)
    order = (table.c.next_check_at.asc().nulls_first(), table.c.id)
    query = select(table).where(due, table.c.disabled.is_(False)).order_by(*order).limit(limit)
    return tuple(_feed(row) for row in (await conn.execute(query)).mappings())


async def save_feed_state(
    conn: AsyncConnection, source: str, state: FeedState, *, feed_url: str | None = None
) -> bool:
    """Write how a visit (to `feed_url`, if given) ended; False where the source has been removed or moved meanwhile."""
    values = {
        "etag": state.etag,
        "last_modified": state.last_modified,
        "checked_at": state.checked_at,
        "next_check_at": state.next_check_at,
        "failures": state.failures,
        "last_error": state.last_error,
        "disabled": state.disabled,
    }
    visited = update(table).where(table.c.id == source)
    if feed_url is not None:
        # Validators are an address's own: another one would answer them with "unchanged" or worse.
        visited = visited.where(table.c.feed_url == feed_url)
    return (await conn.execute(visited.values(values))).rowcount == 1


async def revive(conn: AsyncConnection, ids: Iterable[str]) -> None:
    """Ask the feeds with these ids again, at once, whatever has been held against them."""
    fresh: dict[str, object] = {"next_check_at": None, "failures": 0, "last_error": None, "disabled": False}
    for portion in portions(sorted(set(ids))):
        await conn.execute(update(table).where(table.c.id.in_(portion)).values(fresh))


async def remove_source(conn: AsyncConnection, source: str) -> bool:
    """Stop reading a source; its articles stay. False where there was none."""
    return (await conn.execute(delete(table).where(table.c.id == source))).rowcount == 1


_FORGOTTEN = ("etag", "last_modified", "next_check_at")


def _row(source: Source) -> dict[str, object]:
    return {
        "id": source.id,
        "title": source.title,
        "feed_url": source.feed_url,
        "country": source.country,
        "language": source.language,
    }


def _feed(row: RowMapping) -> Feed:
    state = FeedState(
        etag=row["etag"],
        last_modified=row["last_modified"],
        checked_at=row["checked_at"],
        next_check_at=row["next_check_at"],
        failures=row["failures"],
        last_error=row["last_error"],
        disabled=row["disabled"],
    )
    return Feed(source_from_row(row), state)
