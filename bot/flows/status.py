"""How the service stands, for those who operate it."""

from dataclasses import dataclass
from datetime import datetime

from bot.flows.desk import Desk
from storage.articles import count_articles, last_heard
from storage.chats import Audience, count_chats
from storage.deliveries import count_open
from storage.events import count_events
from storage.sources import list_feeds


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of what is held and of what is under way; `newest` is when the newest article was heard."""

    audience: Audience
    open: int
    articles: int
    events: int
    newest: datetime | None
    feeds: int
    failing: int
    off: int


async def status(desk: Desk) -> Status:
    """Count."""
    async with desk.storage.read() as conn:
        feeds = await list_feeds(conn)
        return Status(
            audience=await count_chats(conn),
            open=await count_open(conn),
            articles=(await count_articles(conn)).articles,
            events=await count_events(conn),
            newest=await last_heard(conn),
            feeds=len(feeds),
            failing=sum(feed.state.failures > 0 and not feed.state.disabled for feed in feeds),
            off=sum(feed.state.disabled for feed in feeds),
        )
