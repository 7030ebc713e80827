"""What sites let programs read: robots.txt (RFC 9309), asked once a day.

It is asked for pages that a feed links to, not for the feed itself, which is made for programs.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from protego import Protego
from yarl import URL

from bot.errors import EmptyInput, FetchError, InputError
from bot.sources.fetch import Client, Fetched, fetch

AGENT = "Communique"
"""By which name we look for rules. The whole of our User-Agent would also match rules for “news” or “reader”."""

KEPT = timedelta(hours=24)
"""How long an answer holds (RFC 9309 §2.4 asks for no longer)."""

KEPT_TROUBLE = timedelta(hours=1)
"""How long a site that could not be asked is left alone."""

MOST_BYTES = 500 * 1024
"""As much of a robots.txt as is read (RFC 9309 §2.5 asks for no less)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The robots.txt of a site: b"" where it has none, so that all may be read; None where nothing may be."""

    body: bytes | None


@dataclass(frozen=True, slots=True)
class Permission:
    """Which addresses may be read, and how long the site wants us to wait between two of them, None if unsaid."""

    allowed: frozenset[str]
    delay: timedelta | None = None


@dataclass(slots=True)
class Robots:
    """The rules of all sites asked so far, for as long as they hold. Share one among all that read pages."""

    _held: dict[str, tuple[Rules, datetime]] = field(default_factory=dict)
    _asking: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def rules(self, client: Client, site: str, now: datetime) -> Rules:
        """Give the rules of `site` (see `site_of`), from memory where they are not a day old.

        A site that answers that it has none, or will not show them, may be read. One that cannot be asked, or
        is in trouble, may not (RFC 9309 §2.3.1).
        """
        async with self._asking.setdefault(site, asyncio.Lock()):
            if site not in self._held or self._held[site][1] <= now:
                rules, kept = await _ask(client, site)
                self._forget(now)
                self._held[site] = (rules, now + kept)
            return self._held[site][0]

    def _forget(self, now: datetime) -> None:
        for site in [site for site, (_, until) in self._held.items() if until <= now]:
            del self._held[site]


def site_of(address: str) -> str:
    """Give the site of a web address: its scheme, host and port. Raises `FetchError` where it is none."""
    try:
        return str(URL(address).origin())
    except ValueError as error:
        raise FetchError(
            f"{address[:200]!a} is not a web address.", "Check its spelling.", permanent=True
        ) from error


def judge(rules: Rules, addresses: Sequence[str]) -> Permission:
    """Tell which of `addresses`, all of one site, its `rules` let us read."""
    if rules.body is None:
        return Permission(frozenset())
    found = Protego.parse(rules.body.decode("utf-8-sig", "replace"))
    delay = found.crawl_delay(AGENT)
    return Permission(
        frozenset(address for address in addresses if found.can_fetch(address, AGENT)),
        # A month is beyond any wait that makes sense, and fits into a timedelta.
        timedelta(seconds=min(delay, 30 * 86_400)) if delay else None,
    )


async def _ask(client: Client, site: str) -> tuple[Rules, timedelta]:
    try:
        answer = await fetch(client, f"{site}/robots.txt")
    except EmptyInput:
        return Rules(b""), KEPT
    except InputError as error:
        if isinstance(error, FetchError) and _has_none(error.status):
            return Rules(b""), KEPT
        return Rules(None), KEPT_TROUBLE
    return Rules(answer.body[:MOST_BYTES] if isinstance(answer, Fetched) else b""), KEPT


def _has_none(status: int | None) -> bool:
    # 429 is no refusal but a sign of trouble, and is counted with the 500s.
    return status is not None and 400 <= status < 500 and status != 429
