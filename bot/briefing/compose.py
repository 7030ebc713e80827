"""One briefing for one reader, from events and what the reader was told before."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from itertools import chain

from bot.briefing.lead import lead
from bot.briefing.references import Register, number_lead, number_sections
from bot.briefing.sections import earlier_sections, sections
from bot.briefing.select import is_earlier, select
from bot.model import Briefing, Entry, Event, Limits, Section, Told

ID_LENGTH = 16
"""Hexadecimal digits of a briefing's id: 64 bits, so that a million briefings collide with odds below 1 in 10⁷."""


def compose(  # noqa: PLR0913 - a briefing has this many givens, and a bundle of them would only hide it
    events: Sequence[Event],
    *,
    countries: tuple[str, ...],
    day: date,
    since: datetime,
    until: datetime,
    told: Mapping[str, Told],
    articles_total: int,
    titles: Mapping[str, str],
    limits: Limits,
) -> Briefing:
    """The briefing of `day` on `countries` (none: the world), of what was first heard in [since, until).

    `told` is what this chat was told before, by finding id; `titles` gives titles by article id. The
    order of `events` plays no part, and the id comes from what the briefing says.
    """
    chosen = select(events, countries=countries, since=since, until=until, told=told)
    fresh = [entry for entry in chosen if not is_earlier(entry.event, since.date())]
    older = [entry for entry in chosen if is_earlier(entry.event, since.date())]
    main, earlier = sections(fresh, countries, limits), earlier_sections(older, limits)
    register = Register(titles)
    by_id = {entry.event.id: entry.event for entry in chosen}
    # The numbers follow the reader's eye, so the order of these three lines is the order of the page.
    opening = number_lead(lead(_shown(main)), by_id, register)
    main = number_sections(main, register)
    earlier = number_sections(earlier, register)
    return Briefing(
        id=_id(day, countries, main, earlier),
        day=day,
        countries=countries,
        since=since,
        until=until,
        lead=opening,
        sections=main,
        earlier=earlier,
        references=register.references(),
        events_total=len(chosen),
        articles_total=articles_total,
    )


def _shown(parts: Iterable[Section]) -> tuple[Entry, ...]:
    return tuple(chain.from_iterable(part.entries for part in parts))


def _id(day: date, countries: tuple[str, ...], main: Sequence[Section], earlier: Sequence[Section]) -> str:
    """From all that the reader is told, and not from when it was asked for."""
    lines = [[_facts(part) for part in parts] for parts in (main, earlier)]
    told = json.dumps([day.isoformat(), countries, lines], ensure_ascii=False)
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:ID_LENGTH]


def _facts(part: Section) -> list[object]:
    entries = [
        [
            entry.event.id,
            entry.standing,
            entry.event.status,
            entry.event.stage,
            str(entry.event.date),
            entry.event.publishers,
        ]
        for entry in part.entries
    ]
    return [part.kind, part.country, part.more, part.more_countries, entries]
