"""One briefing: what is new since the last one to readers who were told the same before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.desk import Desk
from bot.flows.writing import Window, Written, write_briefing
from bot.model import Reader
from storage.articles import count_heard, oldest_unread
from storage.briefings import Given, Memory, briefing_id, events_told, told_lately
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


async def read_up_to(conn: AsyncConnection, moment: datetime) -> datetime:
    """Give up to when, and no further than `moment`, all that was heard is read too."""
    # Whatever is read later than it is heard would else fall between two briefings.
    unread = await oldest_unread(conn, moment - READING)
    return min(unread or moment, moment)


async def prepare(  # noqa: PLR0913 - a briefing has this many givens
    desk: Desk, reader: Reader, day: date, until: datetime, memory: Memory, *, is_late: bool = False
) -> Prepared:
    """Write the briefing of `day` that ends at `until`, for readers who were told `memory`, such as `reader`.

    It holds nothing of who they are beyond what `storage.wishes` keeps as one key. One that comes late says so.
    """
    async with desk.storage.read() as conn:
        since = min(max(memory.until, until - FURTHEST) if memory.until else until - FIRST, until)
        told = await told_lately(conn, memory.id, until - REMEMBERED)
        known = await events_told(conn, memory.id, until - REMEMBERED)
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
    return Prepared(Given(briefing_id(day, since, until, written.told), day, since, until), written)
