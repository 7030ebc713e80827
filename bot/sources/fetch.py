"""Fetching one address: politely, safely, and with every failure put into one line.

Politely: our own name and version are given, a page that has not changed is not sent again, no server gets more
than two of our requests at a time. Safely: see `guard`; besides, what comes is cut off at a size counted after
decompression and at a time counted from the first hop to the last byte. No cookies, no proxy from the environment.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import EmptyInput, FetchError, OversizedInput
from bot.sources.faults import AGAIN, OPEN_IT, bad_status, translated
from bot.sources.guard import Guard, GuardedResolver, shown

FEED_BYTES = 10_000_000
"""Largest feed taken, decompressed. Of the eleven real feeds measured the largest had 235 KB."""

PAGE_BYTES = 5_000_000
"""Largest HTML page taken, decompressed. 181 news pages had 174 KB on average."""

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
REDIRECTS = 5
AT_ONCE = 32
PER_HOST = 2

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/html;q=0.9, */*;q=0.5"
_HEADER_BYTES = 64 * 1024
"""News sites send content policies far beyond the 8 KB a header line is given by default."""

_MOVED = frozenset({301, 302, 303, 307, 308})
_UNCACHED = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d+)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how far one fetch may go. `body_bytes` None: `PAGE_BYTES` for HTML, else `FEED_BYTES`."""

    connect_seconds: float = CONNECT_SECONDS
    total_seconds: float = TOTAL_SECONDS
    redirects: int = REDIRECTS
    body_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave. `body` is decompressed; `url` was asked for, `final_url` answered.

    `content_type` is lower case and without parameters; `charset` is what the header says, which the body may
    contradict. `etag` and `last_modified` are to be given back with the next request. `max_age` is how long the
    server calls its answer fresh. Each None where unsaid.
    """

    url: str
    final_url: str
    body: bytes
    content_type: str | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The address has nothing newer. The validators are the server's new ones, or else those it was asked with."""

    url: str
    etag: str | None
    last_modified: str | None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """An open HTTP client. Made by `open_client`, shared by all fetches."""

    session: aiohttp.ClientSession
    guard: Guard
    limits: Limits
    everyone: asyncio.Semaphore
    hosts: WeakValueDictionary[str, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)


@asynccontextmanager
async def open_client(
    *,
    guard: Guard | None = None,
    limits: Limits | None = None,
    contact: str | None = None,
    resolver: AbstractResolver | None = None,
) -> AsyncIterator[Client]:
    """Open a client for any number of `fetch`es.

    `contact` is an address where the owner of a fetched site can complain; it goes into the User-Agent.
    """
    rules, bounds = guard or Guard(), limits or Limits()
    connector = aiohttp.TCPConnector(
        resolver=GuardedResolver(resolver or aiohttp.ThreadedResolver(), rules), limit=0
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent(contact), "Accept": _ACCEPT},
        timeout=aiohttp.ClientTimeout(total=None, connect=bounds.connect_seconds),
        max_line_size=_HEADER_BYTES,
        max_field_size=_HEADER_BYTES,
    ) as session:
        yield Client(session, rules, bounds, asyncio.Semaphore(AT_ONCE))


def user_agent(contact: str | None = None) -> str:
    """Name ourselves, our version and, if given, whom to turn to."""
    name = f"Communique/{version('communique')} (news reader"
    return f"{name}; {contact})" if contact else f"{name})"


async def fetch(
    client: Client, url: str, *, etag: str | None = None, last_modified: str | None = None
) -> Fetched | NotModified:
    """Fetch `url`, following redirects; `NotModified` if it still is what the given validators stand for.

    Raises:
        FetchError: the address may not or could not be fetched.
        OversizedInput: it is larger than the limits allow.
        EmptyInput: it is there and empty.
    """
    start = _parsed(url)
    client.guard.check(start)
    async with _turn(client, start):
        try:
            async with asyncio.timeout(client.limits.total_seconds):
                return await _follow(client, start, url, _conditions(etag, last_modified))
        except TimeoutError as error:
            raise FetchError(f"{shown(start)} took too long to answer.", AGAIN) from error
        except aiohttp.ClientError as error:
            raise translated(error, start) from error


@asynccontextmanager
async def _turn(client: Client, url: URL) -> AsyncIterator[None]:
    # The clock of a fetch starts after this, or a busy server would look like a slow one.
    host = client.hosts.setdefault(url.raw_host or "", asyncio.Semaphore(PER_HOST))
    async with host, client.everyone:
        yield


async def _follow(
    client: Client, start: URL, asked: str, conditions: dict[str, str]
) -> Fetched | NotModified:
    here = start
    for _ in range(client.limits.redirects + 1):
        client.guard.check(here)
        async with client.session.get(here, headers=conditions, allow_redirects=False) as response:
            if response.status not in _MOVED:
                return await _answer(client, response, asked, conditions)
            here = _next_hop(here, response)
    raise FetchError(f"{shown(start)} redirects more than {client.limits.redirects} times.", OPEN_IT)


async def _answer(
    client: Client, response: aiohttp.ClientResponse, asked: str, conditions: dict[str, str]
) -> Fetched | NotModified:
    etag, last_modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    if response.status == 304 and conditions:
        return NotModified(
            asked,
            etag or conditions.get("If-None-Match"),
            last_modified or conditions.get("If-Modified-Since"),
            _max_age(response),
        )
    if not 200 <= response.status < 300:
        raise bad_status(response)
    return Fetched(
        url=asked,
        final_url=str(response.url),
        body=await _body(response, client.limits),
        content_type=_content_type(response),
        charset=response.charset,
        etag=etag,
        last_modified=last_modified,
        max_age=_max_age(response),
    )


async def _body(response: aiohttp.ClientResponse, limits: Limits) -> bytes:
    is_page = "html" in (_content_type(response) or "")
    most = limits.body_bytes or (PAGE_BYTES if is_page else FEED_BYTES)
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            raise OversizedInput(
                f"{shown(response.url)} is larger than the {most / 1e6:g} MB we take.",
                "Download it and take what you need of it.",
            )
    if not body.strip():
        raise EmptyInput(f"{shown(response.url)} is empty.", AGAIN)
    return bytes(body)


def _content_type(response: aiohttp.ClientResponse) -> str | None:
    return response.content_type.lower() if "Content-Type" in response.headers else None


def _max_age(response: aiohttp.ClientResponse) -> timedelta | None:
    """Read for how long the answer is fresh (RFC 9111 §5.2.2.1); None where that is unsaid or may not be relied on."""
    stated = ",".join(response.headers.getall("Cache-Control", ()))
    found = None if _UNCACHED.search(stated) else _MAX_AGE.search(stated)
    # Nine digits are thirty years, and a number without end would not fit into a timedelta.
    return timedelta(seconds=int(found[1][:9])) if found else None


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    wanted = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in wanted.items() if value}


def _parsed(url: str) -> URL:
    try:
        return URL(url.strip())
    except ValueError as error:
        raise FetchError(
            f"{url[:200]!a} is not a web address.", "Check its spelling.", permanent=True
        ) from error


def _next_hop(here: URL, response: aiohttp.ClientResponse) -> URL:
    location = response.headers.get("Location")
    if not location:
        raise FetchError(f"{shown(here)} redirects to nowhere.", OPEN_IT, status=response.status)
    try:
        return here.join(URL(location))
    except ValueError as error:
        raise FetchError(f"{shown(here)} redirects to something unreadable.", OPEN_IT) from error
