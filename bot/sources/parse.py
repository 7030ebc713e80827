"""Feed bytes to `FeedItem`s: RSS 0.9 to 2.0, RDF and Atom, well-formed or not."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser
import structlog

from bot.errors import UnreadableInput
from bot.model import BodyFormat, FeedItem
from bot.text.days import parse_day

DEEPEST = 500
"""Levels of nested tags. Real feeds stay under 60 with inline XHTML; 60,000 took the parser 4.7 s of CPU."""

MOST_ENTITIES = 50
"""Declarations of entities. Feeds that still carry a document type declare a handful; attacks need a ladder."""

_UNPARSED = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"))
_TAG = re.compile(rb"<(/?)([A-Za-z_][\w.:-]*)[^<>]*?(/?)>")
_UNCLOSED = frozenset(b"br hr img input link meta area base col embed source track wbr p li".split())
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
_DATES = ("published", "issued", "created", "date")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed as a whole: its entries, and for how long its publisher says that asking again is of no use."""

    items: tuple[FeedItem, ...]
    ttl: timedelta | None = None


def parse_feed(
    data: bytes,
    *,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    source: str | None = None,
) -> tuple[FeedItem, ...]:
    """Give the entries of the feed `data` as `parse_channel` does. Raises `UnreadableInput` where there are none."""
    items = parse_channel(data, url=url, headers=headers, source=source).items
    if not items:
        raise _no_entries()
    return items


def parse_channel(
    data: bytes,
    *,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    source: str | None = None,
) -> Channel:
    """Give the feed `data` with its entries, in its order, each with the fullest text it carries.

    `url` is where it was fetched, for relative links; `headers` are the response's, for its character set;
    `source` names the publisher, else the entry or the feed does. An entry's day is the one printed in it, its
    zone left alone. Raises `UnreadableInput` where it is no feed or the nesting is an attack.
    """
    _refuse_attacks(data)
    given = {key.lower(): value for key, value in (headers or {}).items()}
    parsed = feedparser.parse(
        # A stream, since given text or bytes the parser would try to open them as an address or a path.
        io.BytesIO(data),
        response_headers={**given, **({"content-location": url} if url else {})},
        sanitize_html=False,
        resolve_relative_uris=True,
    )
    # The parser knows the root of a feed that happens to be empty; anything else without entries is no feed.
    if not parsed.entries and not parsed.get("version"):
        raise _no_entries()
    publisher = source or _publisher(parsed.feed)
    language = parsed.feed.get("language") or None
    items = (_item(entry, publisher, language, given=source) for entry in parsed.entries)
    return Channel(tuple(items), _ttl(parsed.feed))


def _no_entries() -> UnreadableInput:
    return UnreadableInput("It holds no feed entries.", "Give an RSS or Atom feed with at least one.")


def _ttl(feed: Mapping[str, Any]) -> timedelta | None:
    """Read `<ttl>`, in minutes (RSS 2.0); None where it is no number."""
    stated = str(feed.get("ttl") or "").strip()
    return timedelta(minutes=int(stated[:6])) if stated.isascii() and stated.isdigit() else None


def _refuse_attacks(data: bytes) -> None:
    plain = data
    for opening, closing in _UNPARSED:
        plain = b"".join(_outside(plain, opening, closing))
    if plain.count(b"<!ENTITY") > MOST_ENTITIES or max(_depths(plain), default=0) > DEEPEST:
        raise UnreadableInput(
            "Its tags or entities are nested too deeply.", "Give a feed as publishers print it."
        )


def _outside(data: bytes, opening: bytes, closing: bytes) -> Iterator[bytes]:
    # By hand, since a pattern would look for each missing end through all that follows.
    start = 0
    while (at := data.find(opening, start)) >= 0:
        yield data[start:at]
        end = data.find(closing, at)
        start = end + len(closing) if end >= 0 else len(data)
    yield data[start:]


def _depths(data: bytes) -> Iterator[int]:
    depth = 0
    for closing, name, empty in _TAG.findall(data):
        if name.lower() in _UNCLOSED or empty:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        yield depth


def _item(
    entry: Mapping[str, Any], publisher: str | None, language: str | None, *, given: str | None
) -> FeedItem:
    body, kind = _body(entry)
    link = entry.get("link") or None
    quoted = entry.get("source") or {}
    return FeedItem(
        name=link or entry.get("id") or entry.get("title") or "(an entry without a name)",
        body=body,
        format=kind,
        title=_plain(entry.get("title")),
        url=link,
        source=given or _plain(quoted.get("title")) or publisher,
        published=_day(entry),
        language=language,
    )


def _body(entry: Mapping[str, Any]) -> tuple[str, BodyFormat]:
    full = [part.get("value") or "" for part in entry.get("content", ())]
    body = max(full, key=len, default="") or entry.get("summary") or ""
    return body, BodyFormat.HTML if _MARKUP.search(body) else BodyFormat.TEXT


def _plain(title: str | None) -> str | None:
    return " ".join(re.sub(r"<[a-zA-Z/][^<>]*>", " ", title).split()) or None if title else None


def _day(entry: Mapping[str, Any]) -> date | None:
    printed = [entry[key] for key in _DATES if entry.get(key)]
    day = next((day for value in printed if (day := parse_day(value))), None)
    if day is None and printed:
        _log.warning("unreadable_date", name=entry.get("link") or entry.get("id"), value=printed[0])
    return day


def _publisher(feed: Mapping[str, Any]) -> str | None:
    link = feed.get("link") or ""
    return _plain(feed.get("title")) or (urlsplit(link).hostname if link else None)
