"""What matters to one reader: of their countries, heard in the window, and not told already."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from bot.briefing.told import news
from bot.model import Entry, Event, Standing, Told

EARLIER_AFTER_DAYS = 3
"""How many days before the covered ones still count as fresh. Over a weekend, Friday's events are first
printed on Monday, three days later; what is older than that reads as news only by mistake."""


def concerns(event: Event, countries: tuple[str, ...]) -> bool:
    """Whether any of `countries` has a part in `event`; with no countries, the whole world is meant."""
    return not countries or not set(countries).isdisjoint(event.countries)


def select(
    events: Iterable[Event],
    *,
    countries: tuple[str, ...],
    since: datetime,
    until: datetime,
    told: Mapping[str, Told],
) -> tuple[Entry, ...]:
    """The entries this reader is due, each event once, without numbers of sources and in no order.

    New is what was first heard from `since` up to but not including `until` (an event that does not say
    when it was heard counts as heard just now). What the chat was told before comes again only if it
    changed since, or is under way and reported again.
    """
    entries: dict[str, Entry] = {}
    for event in events:
        if not concerns(event, countries) or (event.first_heard and event.first_heard >= until):
            continue
        item = news(event, told)
        is_stale = event.first_heard is not None and event.first_heard < since
        if item and not (item.standing is Standing.NEW and is_stale):
            entries[event.id] = Entry(event, item.standing, (), item.changes)
    return tuple(entries.values())


def is_earlier(event: Event, since: date) -> bool:
    """Whether it happened so long before the first covered day, `since`, that it is set apart."""
    return event.date is not None and event.date < since - timedelta(days=EARLIER_AFTER_DAYS)
