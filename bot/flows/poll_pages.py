"""The pages that a feed's entries link to, for feeds that carry summaries alone, fetched as their sites wish.

Nothing is lost by a page that is refused, late or strange: the entry then keeps its own words.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.errors import FetchError, InputError
from bot.flows.poll_entries import Entry
from bot.flows.tasks import permitted, read_fuller
from bot.flows.workers import Workers
from bot.model import FeedItem
from bot.sources.fetch import Client, Fetched, fetch
from bot.sources.robots import Permission, Robots, site_of

FEW_WORDS = 120
"""Below this an entry is taken for a summary. Summaries are one to three sentences, 20 to 60 words; a short report
of an agency has 150. Chosen, not measured; a page that says no more than its entry is not used."""

PAGES_A_VISIT = 25
"""Most pages asked for in one visit to a feed: more than a busy paper prints in half an hour, and few enough that the
first visit to a long feed is no burden. The rest keep their own words."""

GAP = timedelta(seconds=1)
"""Between two pages of one site."""

LONGEST_DELAY = timedelta(seconds=30)
"""The longest Crawl-delay that is kept to. A site that wishes for a longer one is not asked for pages at all."""

A_VISIT = timedelta(minutes=2)
"""After which no more pages are asked for in one visit, so that a slow site does not hold up the news of its feed."""

TROUBLES = 3
"""Pages of one site that may fail in one visit before the rest are not asked for."""

_STAY_AWAY = frozenset({429, 503})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Manners:
    """How much is asked of one site, and when an entry needs it: see the constants of this module."""

    few_words: int = FEW_WORDS
    pages: int = PAGES_A_VISIT
    gap: timedelta = GAP
    longest_delay: timedelta = LONGEST_DELAY
    a_visit: timedelta = A_VISIT


@dataclass(slots=True)
class Pace:
    """When each site may be asked for its next page."""

    _free: dict[str, float] = field(default_factory=dict)

    def book(self, site: str, gap: float, at: float) -> float:
        """Take the next turn at `site` for who asks at the moment `at`; give the seconds to wait for it.

        The turn after it is `gap` seconds later.
        """
        turn = max(at, self._free.get(site, at))
        self._free[site] = turn + gap
        return turn - at


@dataclass(frozen=True, slots=True)
class PageReader:
    """What pages are read with. `robots` and `pace` are shared by all who may ask the same sites."""

    client: Client
    workers: Workers
    robots: Robots
    pace: Pace
    manners: Manners
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class PageTexts:
    """Entries with the text of their page, by its address, and how many pages were wanted in vain."""

    found: dict[str, FeedItem]
    missed: int


async def read_pages(reader: PageReader, entries: Sequence[Entry]) -> PageTexts:
    """Read the pages of those of a feed's `entries` that carry few words."""
    few = [entry for entry in entries if entry.address and entry.words < reader.manners.few_words]
    visit = _Visit(reader, tuple(few[: reader.manners.pages]))
    with suppress(TimeoutError):
        async with asyncio.timeout(reader.manners.a_visit.total_seconds()):
            for entry in visit.wanted:
                await visit.read(entry, entry.address or "")
    return PageTexts(visit.found, len(visit.wanted) - len(visit.found))


@dataclass(frozen=True, slots=True)
class _Visit:
    """The pages of one visit to a feed."""

    reader: PageReader
    wanted: tuple[Entry, ...]
    found: dict[str, FeedItem] = field(default_factory=dict)
    permissions: dict[str, Permission] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)

    async def read(self, entry: Entry, address: str) -> None:
        try:
            site = site_of(address)
            if self.troubles[site] < TROUBLES and await self._may_read(site, address):
                await self._read(entry, site, address)
        except InputError as error:
            _log.info("page_refused", url=address, reason=str(error))
        except Exception:  # noqa: BLE001 - see below
            # Pages are written by strangers, and one that trips a library must not stop the feed it is in.
            _log.exception("page_failed", url=address)

    async def _read(self, entry: Entry, site: str, address: str) -> None:
        gap = max(self.reader.manners.gap, self.permissions[site].delay or timedelta(0))
        at = asyncio.get_running_loop().time()
        await asyncio.sleep(self.reader.pace.book(site, gap.total_seconds(), at))
        try:
            answer = await fetch(self.reader.client, address)
        except InputError as error:
            asked_away = isinstance(error, FetchError) and error.status in _STAY_AWAY
            self.troubles[site] += TROUBLES if asked_away else 1
            raise
        if isinstance(answer, Fetched):
            text = await self.reader.workers.run(read_fuller, entry.item, answer.body, self.reader.now())
            if text is not None:
                self.found[address] = text

    async def _may_read(self, site: str, address: str) -> bool:
        if site not in self.permissions:
            self.permissions[site] = await self._permission(site)
        given = self.permissions[site]
        is_patient = given.delay is None or given.delay <= self.reader.manners.longest_delay
        return is_patient and address in given.allowed

    async def _permission(self, site: str) -> Permission:
        rules = await self.reader.robots.rules(self.reader.client, site, self.reader.now())
        addresses = [each.address for each in self.wanted if each.address and _is_of(each.address, site)]
        try:
            return await self.reader.workers.run(permitted, rules, addresses)
        except InputError as error:
            _log.info("robots_refused", site=site, reason=str(error))
            return Permission(frozenset())


def _is_of(address: str, site: str) -> bool:
    try:
        return site_of(address) == site
    except FetchError:
        return False
