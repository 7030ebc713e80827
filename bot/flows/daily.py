"""One briefing: what is new since the last one to readers who were told the same before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.flows.desk import Desk
from bot.flows.writing import Window, Written, write_briefing
from bot.model import Reader, Told
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
    """A briefing and what is to be kept of it once it is on its way. `before` is what its readers were told by then."""

    given: Given
    written: Written
    before: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class Common:
    """What readers of one wish hold as told after a briefing: it was `given` them, and `said` this."""

    given: Given
    said: Mapping[str, Told]
    memory: Memory


def in_common(told: Sequence[tuple[Memory, Prepared]], forgotten: datetime) -> Common:
    """Make one memory for readers of one wish who held several and were each told, at one moment, what was new to them.

    They have been told all there is by now, so that the next briefing can be the same to all, instead of when what once
    was different is `forgotten`. What any of them was told counts as told, which at worst calls an update what a newcomer
    reads for the first time. Where they were told the same thing differently, the one with the longest memory decides. The
    common briefing reaches as far back as any of theirs, so that whoever does not get it is told all of their own anew.
    """
    ordered = sorted(told, key=lambda one: (len(one[0].briefings), one[0].id or ""))
    memory, leading = ordered[-1]
    given, said = leading.given, leading.written.told
    if len(ordered) > 1:
        known: dict[str, Told] = {}
        for _, made in ordered:
            known |= {**made.before, **made.written.told}
        differing = {
            finding: state for finding, state in known.items() if state != leading.before.get(finding)
        }
        said = {**differing, **said}
        since = min(made.given.since for _, made in ordered)
        given = Given(briefing_id(given.day, since, given.until, said), given.day, since, given.until)
    return Common(given, said, memory.after(given, forgotten))


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
    return Prepared(Given(briefing_id(day, since, until, written.told), day, since, until), written, told)
