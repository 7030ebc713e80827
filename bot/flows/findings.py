"""What articles say, stored, and the events that this changes.

Merging is computed outside the write transaction. Within it, what was read before is compared with what is there
now; if another process wrote in between, the round begins again. Findings, events and the note that an article is
analysed are written together, so a killed run leaves none without the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events.merge import WINDOW, block_keys
from bot.events.merge_anchor import anchor_day
from bot.flows.tasks import Reading, join
from bot.flows.workers import Workers
from bot.model import Event
from storage import Storage
from storage.articles import StoredArticle, find_articles, mark_analysed
from storage.engine import hold
from storage.events import events_of_findings, replace_events
from storage.findings import (
    Finding,
    Standing,
    findings_in,
    findings_of,
    replace_findings,
    standing,
    standings_in,
)

REACH = 2 * WINDOW
"""How far from a new finding stored ones may lie and still matter, as `bot.events.merge.affected` asks."""


BUCKET_DAYS = 8
"""Days whose surroundings are loaded together. A round is of neighbouring days, so there are few buckets; wider ones
would load more that lies out of reach."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What is stored where a round of new findings falls: `gone` are told by its own articles, `nearby` by others."""

    articles: tuple[StoredArticle, ...]
    gone: tuple[Event, ...]
    nearby: tuple[Event, ...]


_Windows = Mapping[tuple[date, date], set[str]]
"""First and last day to look at, and the blocks to look for between them."""


async def store_findings(
    storage: Storage, workers: Workers, readings: Sequence[Reading], version: str
) -> None:
    """Store what articles were found to say, and bring the events up to date.

    A reading whose article has been moved or dated meanwhile is dropped: it waits to be read anew.
    """
    while readings:
        async with storage.read() as conn:
            around = await _look_around(conn, readings)
        held = {each.article.id: each for each in around.articles}
        current = [each for each in readings if _is_current(each, held)]
        if len(current) < len(readings):
            readings = current
            continue
        new = tuple(event for each in readings for event in each.findings)
        events = await workers.run(join, new, around.nearby, around.gone)
        async with storage.write() as conn:
            await hold(conn, "merge")
            if await _is_unchanged(conn, readings, around):
                await _write(conn, readings, around, events, version)
                return


async def _look_around(conn: AsyncConnection, readings: Sequence[Reading]) -> _Around:
    ids = [each.article for each in readings]
    gone = await findings_of(conn, ids)
    nearby: dict[str, Event] = {}
    for (since, until), blocks in _windows(readings, gone).items():
        nearby.update((event.id, event) for event in await findings_in(conn, blocks, since, until))
    own = {event.id for event in gone}
    return _Around(
        articles=await find_articles(conn, ids),
        gone=gone,
        nearby=tuple(nearby[id_] for id_ in sorted(nearby) if id_ not in own),
    )


async def _is_unchanged(conn: AsyncConnection, readings: Sequence[Reading], around: _Around) -> bool:
    """Whether nobody wrote since `around` was read."""
    now: set[Standing] = set()
    for (since, until), blocks in _windows(readings, around.gone).items():
        now |= await standings_in(conn, blocks, since, until)
    held = {each.article.id: each for each in await find_articles(conn, (each.article for each in readings))}
    gone = {event.id for event in around.gone}
    others = {each for each in now if each[0] not in gone}
    return others == set(map(standing, around.nearby)) and all(_is_current(each, held) for each in readings)


def _windows(readings: Sequence[Reading], gone: Iterable[Event]) -> _Windows:
    new = (event for each in readings for event in each.findings)
    windows: dict[tuple[date, date], set[str]] = defaultdict(set)
    for finding in (*new, *gone):
        windows[_window(anchor_day(finding))].update(block_keys(finding))
    return windows


def _window(day: date | None) -> tuple[date, date]:
    """The bucket of `day` and `REACH` around it; without a day, what has none either."""
    if day is None:
        return date.max, date.min
    first = day.toordinal() // BUCKET_DAYS * BUCKET_DAYS
    # A year misread as 1 or 9999 must not stop the rest.
    since = max(first - REACH.days, date.min.toordinal())
    until = min(first + BUCKET_DAYS - 1 + REACH.days, date.max.toordinal())
    return date.fromordinal(since), date.fromordinal(until)


def _is_current(reading: Reading, held: Mapping[str, StoredArticle]) -> bool:
    now = held.get(reading.article)
    return now is not None and (now.group, now.reference) == (reading.group, reading.reference)


async def _write(
    conn: AsyncConnection,
    readings: Sequence[Reading],
    around: _Around,
    events: Sequence[Event],
    version: str,
) -> None:
    touched = {id_ for event in events for id_ in event.findings} | {event.id for event in around.gone}
    old = await events_of_findings(conn, touched)
    for each in readings:
        found = (Finding(event, block_keys(event)) for event in each.findings)
        await replace_findings(conn, each.article, found)
    await replace_events(conn, [event.id for event in old], events)
    for analysed in (True, False):
        done = [each.article for each in readings if each.analysed is analysed]
        await mark_analysed(conn, done, version, analysed=analysed)
