"""From stored events to one briefing."""

from datetime import UTC, date, datetime, time, timedelta

from bot.briefing.compose import compose
from bot.model import Briefing, Limits
from storage import Storage
from storage.articles import count_heard, titles
from storage.events import EventQuery, select_events


async def brief(
    storage: Storage, *, countries: tuple[str, ...], day: date, days: int = 1, limits: Limits | None = None
) -> Briefing:
    """Compose the briefing on `countries` (none: the world) of the `days` that end with `day`, in UTC.

    It holds what was first heard from the beginning of the first of them to the end of the last.
    """
    since, until = window(day, days)
    query = EventQuery(countries=countries, heard_since=since, heard_until=until)
    async with storage.read() as conn:
        events = await select_events(conn, query)
        named = await titles(conn, (citation.article for event in events for citation in event.citations))
        read = await count_heard(conn, since, until)
    return compose(
        events,
        countries=countries,
        day=day,
        since=since,
        until=until,
        told={},
        articles_total=read,
        titles=named,
        limits=limits or Limits(),
    )


def window(day: date, days: int) -> tuple[datetime, datetime]:
    """Give the first moment of the `days` that end with `day`, and the first after them, in UTC."""
    start = datetime.combine(day, time(), tzinfo=UTC)
    return start - timedelta(days=days - 1), start + timedelta(days=1)
