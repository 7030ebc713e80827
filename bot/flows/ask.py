"""A question in a chat, answered from what is stored."""

from datetime import datetime, timedelta

from bot.flows.desk import Desk
from bot.flows.writing import Window, write_answer
from bot.model import EventKind, Question, Reader, Screen, Subject
from bot.places.zones import local
from storage.articles import count_heard
from storage.events import EventQuery, busiest_countries, event_bodies, last_heard_of

KINDS = {
    Subject.CALLS: (EventKind.CALL,),
    Subject.MEDIATION: (EventKind.MEDIATION,),
    Subject.STATEMENTS: (EventKind.STATEMENT,),
}

_MOMENT = timedelta(seconds=1)


async def answer(desk: Desk, question: Question, reader: Reader) -> Screen:
    """Answer from what was first heard in the days asked for.

    Where that is nothing, as many days up to the newest word before them are shown instead, and said to be older: a
    quiet country is no dead end.
    """
    now, zone = desk.now(), reader.chat.zone
    since, until = now - timedelta(days=question.days), now + _MOMENT
    bodies = await _load(desk, question, since, until)
    is_fallback = False
    if not bodies:
        newest = await _newest(desk, question, since)
        if newest is not None:
            since, until = newest - timedelta(days=question.days), newest + _MOMENT
            is_fallback = True
            bodies = await _load(desk, question, since, until)
    async with desk.storage.read() as conn:
        articles = await count_heard(conn, since, until)
    return await desk.compute.run(
        write_answer,
        bodies,
        Window(local(until, zone).date(), since, until, articles),
        question,
        locale=desk.locale,
        zone=zone,
        is_fallback=is_fallback,
        is_followed=set(question.countries) <= set(reader.follows),
    )


async def often_heard(desk: Desk, limit: int) -> tuple[str, ...]:
    """Give the countries most heard of in the last seven days, most first."""
    async with desk.storage.read() as conn:
        return await busiest_countries(conn, desk.now() - timedelta(days=7), limit)


def _query(question: Question, since: datetime | None, until: datetime | None) -> EventQuery:
    kinds = KINDS.get(question.subject, ())
    return EventQuery(question.countries, kinds, heard_since=since, heard_until=until)


async def _load(desk: Desk, question: Question, since: datetime, until: datetime) -> tuple[str, ...]:
    async with desk.storage.read() as conn:
        return await event_bodies(conn, _query(question, since, until))


async def _newest(desk: Desk, question: Question, before: datetime) -> datetime | None:
    async with desk.storage.read() as conn:
        return await last_heard_of(conn, _query(question, None, None), before)
