"""How the service stands, for those who operate it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.flows.desk import Desk
from bot.flows.pulse import DEAD_AFTER
from storage.articles import count_articles, last_heard
from storage.chats import Audience, count_chats
from storage.deliveries import count_open
from storage.due import count_due
from storage.events import count_events
from storage.heartbeats import list_heartbeats
from storage.lateness import load_lateness, percentile
from storage.sources import list_feeds

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of what is held and of what is under way; `newest` is when the newest article was heard.

    `late_half` and `late_most` are the seconds within which half, and all but a hundredth, of the last day's messages went
    after they were due; None where none did. `workers` are heard of now; `troubles` is what they have to tell.
    """

    audience: Audience
    open: int
    articles: int
    events: int
    newest: datetime | None
    feeds: int
    failing: int
    off: int
    late_half: int | None = None
    late_most: int | None = None
    workers: int = 0
    troubles: tuple[str, ...] = ()


async def status(desk: Desk) -> Status:
    """Count."""
    async with desk.storage.read() as conn:
        feeds, workers = await list_feeds(conn), await list_heartbeats(conn)
        late = await load_lateness(conn, desk.now() - DAY)
        return Status(
            audience=await count_chats(conn),
            open=await count_open(conn) + await count_due(conn, desk.now()),
            articles=(await count_articles(conn)).articles,
            events=await count_events(conn),
            newest=await last_heard(conn),
            feeds=len(feeds),
            failing=sum(feed.state.failures > 0 and not feed.state.disabled for feed in feeds),
            off=sum(feed.state.disabled for feed in feeds),
            late_half=_seconds(percentile(late, 0.5)),
            late_most=_seconds(percentile(late, 0.99)),
            workers=sum(each.age < DEAD_AFTER for each in workers),
            troubles=tuple(sorted({each.trouble for each in workers if each.trouble})),
        )


def _seconds(value: float | None) -> int | None:
    return None if value is None else ceil(value)
