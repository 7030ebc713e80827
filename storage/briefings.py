"""Briefings given, and what each told its reader, so that nothing new is said twice.

A reader is a name its caller chooses: a chat, or the command line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Told
from storage.rows import told_from_json, told_to_json
from storage.statements import insert, portions
from storage.tables import briefings, event_findings, told


@dataclass(frozen=True, slots=True)
class Given:
    """A briefing that was given: to whom, for which day, and between which moments its events were first heard."""

    id: str
    reader: str
    day: date
    since: datetime
    until: datetime


async def save_briefing(conn: AsyncConnection, given: Given, said: Mapping[str, Told]) -> bool:
    """Keep a briefing and what it said of each finding; False where this briefing is kept already."""
    row = {
        "id": given.id,
        "reader": given.reader,
        "day": given.day,
        "since": given.since,
        "until": given.until,
    }
    statement = insert(conn, briefings).on_conflict_do_nothing().values(row).returning(briefings.c.id)
    if (await conn.execute(statement)).scalar_one_or_none() is None:
        return False
    rows = [
        {"briefing_id": given.id, "finding_id": finding, "state": told_to_json(state)}
        for finding, state in sorted(said.items())
    ]
    if rows:
        await conn.execute(insert(conn, told), rows)
    return True


async def last_briefing(conn: AsyncConnection, reader: str) -> Given | None:
    """Load the briefing that reaches furthest of those `reader` was given; None where there was none."""
    query = (
        select(briefings)
        .where(briefings.c.reader == reader)
        .order_by(briefings.c.until.desc(), briefings.c.id.desc())
        .limit(1)
    )
    row = (await conn.execute(query)).mappings().one_or_none()
    return None if row is None else _given(row)


async def told_lately(conn: AsyncConnection, reader: str, since: datetime) -> dict[str, Told]:
    """Map each finding that `reader` was told of in briefings that reach beyond `since` to what was said of it last."""
    query = (
        select(told.c.finding_id, told.c.state)
        .join(briefings, briefings.c.id == told.c.briefing_id)
        .where(briefings.c.reader == reader, briefings.c.until > since)
        .order_by(briefings.c.until, briefings.c.id)
    )
    latest = {row.finding_id: row.state for row in await conn.execute(query)}
    return {finding: told_from_json(state) for finding, state in latest.items()}


async def events_told(conn: AsyncConnection, reader: str, since: datetime) -> tuple[str, ...]:
    """Give the ids, sorted, of the events that `reader` was told of in briefings that reach beyond `since`."""
    query = (
        select(event_findings.c.event_id)
        .join(told, told.c.finding_id == event_findings.c.finding_id)
        .join(briefings, briefings.c.id == told.c.briefing_id)
        .where(briefings.c.reader == reader, briefings.c.until > since)
        .distinct()
    )
    return tuple(sorted((await conn.execute(query)).scalars()))


async def forget_briefings(conn: AsyncConnection, ids: Iterable[str]) -> None:
    """Remove briefings that never reached their reader, with what they would have told."""
    for portion in portions(sorted(set(ids))):
        await conn.execute(delete(briefings).where(briefings.c.id.in_(portion)))


async def forget_reader(conn: AsyncConnection, reader: str) -> None:
    """Remove all that `reader` was ever given."""
    await conn.execute(delete(briefings).where(briefings.c.reader == reader))


async def rename_reader(conn: AsyncConnection, old: str, new: str) -> None:
    """Let what `old` was told count as told to `new`."""
    await conn.execute(update(briefings).where(briefings.c.reader == old).values(reader=new))


def _given(row: RowMapping) -> Given:
    return Given(row["id"], row["reader"], row["day"], row["since"], row["until"])
