"""Events as a reader sees them: merged from findings, and found by country, kind, day and hour of hearing."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Event, EventKind
from storage.rows import event_from_json, event_to_json
from storage.statements import insert, portions
from storage.tables import citations, event_countries, event_findings
from storage.tables import events as table

_AT_ONCE = 200
"""Events held in memory while they stream: about a megabyte."""


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events are wanted; what is left empty does not matter.

    An event fits `countries` if any of them acts in it, is its target or is a party. `since` and `until`
    bound the day it happened, both included; an undated event counts on the day it was first published.
    `heard_since` is included and `heard_until` is not, so that windows in a row tell each event once.
    """

    countries: tuple[str, ...] = ()
    kinds: tuple[EventKind, ...] = ()
    since: date | None = None
    until: date | None = None
    heard_since: datetime | None = None
    heard_until: datetime | None = None


async def replace_events(conn: AsyncConnection, old_ids: Iterable[str], new: Sequence[Event]) -> None:
    """Put `new` in the place of the events `old_ids`. An event that is there already is written anew.

    The articles that `new` cites must be stored. A finding makes up one event alone, so the events that
    share one with `new` (`events_of_findings`) belong to `old_ids`.
    """
    gone = sorted({*old_ids, *(event.id for event in new)})
    for portion in portions(gone):
        await conn.execute(delete(table).where(table.c.id.in_(portion)))
    for batch in portions(new):
        await _insert(conn, batch)


async def select_events(
    conn: AsyncConnection, query: EventQuery, limit: int | None = None
) -> tuple[Event, ...]:
    """Load the events wanted by day, then by hour of hearing, then by id; those without a day come last.

    It reads 15,000 a second without a pause; where that would hold up an event loop, stream them.
    """
    rows = await conn.execute(_wanted(query).limit(limit))
    return tuple(event_from_json(body) for body in rows.scalars())


@asynccontextmanager
async def stream_events(conn: AsyncConnection, query: EventQuery) -> AsyncIterator[AsyncIterator[Event]]:
    """Give the events of `select_events` one by one, in flat memory: `async with … as events: async for …`."""
    statement = _wanted(query).execution_options(yield_per=_AT_ONCE)
    # A block of its own, so that the cursor is closed even where the reader stops halfway.
    async with conn.stream(statement) as rows:
        yield (event_from_json(body) async for body in rows.scalars())


async def event_bodies(conn: AsyncConnection, query: EventQuery, ids: Iterable[str] = ()) -> tuple[str, ...]:
    """Load the events wanted, and those of `ids`, each once and as JSON for `event_from_json`.

    Reading the JSON is what takes time, so it is left to whoever has time for it.
    """
    both = (table.c.id, table.c.body)
    rows = (await conn.execute(_wanted(query).with_only_columns(*both))).all()
    found = {row.id: row.body for row in rows}
    for portion in portions(sorted(set(ids) - found.keys())):
        also = select(*both).where(table.c.id.in_(portion)).order_by(table.c.id)
        found.update((row.id, row.body) for row in await conn.execute(also))
    return tuple(found.values())


async def busiest_countries(conn: AsyncConnection, since: datetime, limit: int) -> tuple[str, ...]:
    """Give the codes that act in most events first heard since `since`, most first."""
    columns = event_countries.c
    query = (
        select(columns.code)
        .join(table, table.c.id == columns.event_id)
        .where(table.c.first_heard >= since, columns.role == "actor")
        .group_by(columns.code)
        .order_by(func.count().desc(), columns.code)
        .limit(limit)
    )
    return tuple((await conn.execute(query)).scalars())


async def last_heard_of(conn: AsyncConnection, query: EventQuery, before: datetime) -> datetime | None:
    """Tell when the newest of the events wanted was first heard before `before`; None where there is none."""
    newest = select(func.max(table.c.first_heard)).where(*_conditions(query), table.c.first_heard < before)
    found: datetime | None = (await conn.execute(newest)).scalar_one()
    return found


async def find_events(conn: AsyncConnection, ids: Iterable[str]) -> tuple[Event, ...]:
    """Load events by id, in order of id; an unknown one is passed over."""
    bodies: list[str] = []
    for portion in portions(sorted(set(ids))):
        query = select(table.c.body).where(table.c.id.in_(portion)).order_by(table.c.id)
        bodies.extend((await conn.execute(query)).scalars())
    return tuple(event_from_json(body) for body in bodies)


async def events_of_findings(conn: AsyncConnection, finding_ids: Iterable[str]) -> tuple[Event, ...]:
    """Load the events that any of these findings makes up, in order of id."""
    ids: set[str] = set()
    columns = event_findings.c
    for portion in portions(sorted(set(finding_ids))):
        query = select(columns.event_id).where(columns.finding_id.in_(portion))
        ids.update((await conn.execute(query)).scalars())
    return await find_events(conn, ids)


async def count_events(conn: AsyncConnection) -> int:
    """Count the events held."""
    return (await conn.execute(select(func.count()).select_from(table))).scalar_one()


def _wanted(query: EventQuery) -> Select[str]:
    order = (table.c.day.asc().nulls_last(), table.c.first_heard.asc().nulls_last(), table.c.id)
    return select(table.c.body).where(*_conditions(query)).order_by(*order)


def _conditions(query: EventQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.countries:
        codes = event_countries.c.code.in_(query.countries)
        conditions.append(table.c.id.in_(select(event_countries.c.event_id).where(codes)))
    if query.kinds:
        conditions.append(table.c.kind.in_([kind.value for kind in query.kinds]))
    if query.since is not None:
        conditions.append(table.c.day >= query.since)
    if query.until is not None:
        conditions.append(table.c.day <= query.until)
    if query.heard_since is not None:
        conditions.append(table.c.first_heard >= query.heard_since)
    if query.heard_until is not None:
        conditions.append(table.c.first_heard < query.heard_until)
    return conditions


async def _insert(conn: AsyncConnection, events: Sequence[Event]) -> None:
    await conn.execute(insert(conn, table), [_row(event) for event in events])
    for child, rows in (
        (event_countries, [row for event in events for row in _country_rows(event)]),
        (event_findings, [row for event in events for row in _finding_rows(event)]),
        (citations, [row for event in events for row in _citation_rows(event)]),
    ):
        if rows:
            await conn.execute(insert(conn, child), rows)


def _row(event: Event) -> dict[str, object]:
    published = [each.published for each in event.citations if each.published]
    first = min(published, default=None)
    return {
        "id": event.id,
        "kind": event.kind.value,
        "act": event.act and event.act.value,
        "stage": event.stage and event.stage.value,
        "status": event.status and event.status.value,
        "date": event.date,
        "first_published": first,
        "day": event.date or first,
        "first_heard": event.first_heard,
        "cameo": event.cameo,
        "publishers": event.publishers,
        "copies": event.copies,
        "topic": event.topic,
        "body": event_to_json(event),
    }


def _country_rows(event: Event) -> list[dict[str, object]]:
    roles = (("actor", event.actors), ("target", event.targets), ("party", event.parties))
    pairs = {(actor.country, role) for role, actors in roles for actor in actors}
    return [{"event_id": event.id, "code": code, "role": role} for code, role in sorted(pairs)]


def _finding_rows(event: Event) -> list[dict[str, object]]:
    return [{"event_id": event.id, "finding_id": id_} for id_ in dict.fromkeys(event.findings)]


def _citation_rows(event: Event) -> list[dict[str, object]]:
    return [
        {
            "event_id": event.id,
            "position": position,
            "article_id": citation.article,
            "start_offset": citation.start,
            "end_offset": citation.end,
            "sentence": citation.sentence,
        }
        for position, citation in enumerate(event.citations)
    ]
