"""What the analysis might find, made by hand."""

from datetime import UTC, date, datetime

from bot.model import Act, Actor, Analysis, Citation, Event, EventKind, FeedItem
from bot.text.article import to_article


def event(sentence: str, country: str, *, day: str, act: Act = Act.CONDEMNATION) -> Event:
    """A statement of `country`, proven by `sentence`."""
    proof = Citation("article", sentence, 0, len(sentence), "raid", "article")
    return Event(
        id=f"{country}-{day}",
        kind=EventKind.STATEMENT,
        act=act,
        actors=(Actor(country),),
        date=date.fromisoformat(day),
        citations=(proof,),
    )


def analysed(*events: Event) -> Analysis:
    """An article in which `events` were found."""
    heard = datetime(2024, 5, 14, tzinfo=UTC)
    return Analysis(to_article(FeedItem("raid", "A raid."), clean=False, heard_at=heard), events=events)
