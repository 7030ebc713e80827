"""The briefing of one chat: what is new since its last one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.flows.desk import Desk, reader_of
from bot.flows.writing import Window, Written, write_briefing
from bot.model import Reader
from storage.articles import count_heard, oldest_unread
from storage.briefings import Given, events_told, last_briefing, told_lately
from storage.events import EventQuery, event_bodies

FIRST = timedelta(days=1)
"""How far back a reader's first briefing reaches."""

FURTHEST = timedelta(days=7)
"""How far back any reaches, however long ago the last one was: a reader who was away wants the week, not the year."""

REMEMBERED = timedelta(days=14)
"""How long after it was told an event is still followed for what changes in it."""


READING = timedelta(hours=1)
"""How long an article may take to be read. What is heard but not yet read belongs to the next briefing; after an hour
it will hardly be read at all, and no longer holds back what came after it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A briefing and what is to be kept of it once it is on its way."""

    given: Given
    written: Written


async def prepare(desk: Desk, reader: Reader, day: date, now: datetime, *, is_late: bool = False) -> Prepared:
    """Write the briefing of `day` for a reader; one that comes late says so."""
    name = reader_of(reader.chat.id)
    async with desk.storage.read() as conn:
        last = await last_briefing(conn, name)
        # Whatever is read later than it is heard would else fall between two briefings.
        until = await oldest_unread(conn, now - READING) or now
        since = min(max(last.until, now - FURTHEST) if last else now - FIRST, until)
        told = await told_lately(conn, name, now - REMEMBERED)
        known = await events_told(conn, name, now - REMEMBERED)
        query = EventQuery(reader.countries, heard_since=since, heard_until=until)
        bodies = await event_bodies(conn, query, known)
        articles = await count_heard(conn, since, until)
    written = await desk.compute.run(
        write_briefing,
        bodies,
        Window(day, since, until, articles),
        countries=reader.countries,
        told=told,
        length=reader.chat.length,
        locale=desk.locale,
        zone=reader.chat.zone,
        is_late=is_late,
    )
    # The same text for two readers is two briefings.
    given = Given(f"{name}/{day}/{written.id}", name, day, since, until)
    return Prepared(given, written)
