"""What is in a feed's entries: which page is an entry's own, how many words it carries, and when that page says more."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.model import BodyFormat, FeedItem
from bot.sources.decode import decode
from bot.sources.sniff import SNIFFED, Kind, sniff
from bot.text.addresses import plain_address
from bot.text.article import SLACK
from bot.text.page import read_page

LEAST_KIN = 1 / 3
"""Share of an entry's longer words that its page must repeat. An article repeats nearly all; the walls that stand
in an article's place (consent, log in, prove that you are human) repeat hardly one. Chosen, not measured."""

LONGER = 4
"""Letters of a word that tells a subject; shorter ones are mostly grammar."""

_MARKUP = re.compile(r"<[^<>]*>|&(?:#\w+|\w+);")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed. `address` is the plain address of a page of its own, None where it has none.

    `words` counts those of the entry's own text.
    """

    item: FeedItem
    address: str | None
    words: int


@dataclass(frozen=True, slots=True)
class FeedRead:
    """The entries of a feed, and for how long its publisher says that asking again is of no use."""

    entries: tuple[Entry, ...]
    ttl: timedelta | None = None


def entries_of(items: Iterable[FeedItem]) -> tuple[Entry, ...]:
    """Give the entries that `items` are, one that is printed twice only once."""
    each_once = tuple(dict.fromkeys(items))
    own = _own_addresses(each_once)
    return tuple(Entry(item, own.get(item.url or ""), len(_words(_text(item)))) for item in each_once)


def fuller(item: FeedItem, body: bytes, now: datetime) -> FeedItem | None:
    """Give `item` with the text of its page, whose bytes are `body`; None where that page says no more.

    Its own title, day, publisher and language stay; what it lacks the page supplies. Raises `UnreadableInput`
    and `EmptyInput` for what is no text.
    """
    if sniff("", body[:SNIFFED]) is not Kind.HTML:
        return None
    page = read_page(decode(body), item.url, latest=now.date() + SLACK)
    if len(_words(page.text)) <= len(_words(_text(item))) or not _is_about(item, page.text):
        return None
    return replace(
        item,
        body=page.text,
        format=BodyFormat.TEXT,
        title=item.title or page.title,
        published=item.published or page.published,
        language=item.language or page.language,
        source=item.source or page.site,
    )


def _own_addresses(items: Iterable[FeedItem]) -> dict[str, str]:
    """Map links to plain addresses, but for those of a site's front page and those that several entries share."""
    linked: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, set[str | None]] = defaultdict(set)
    for item in items:
        if item.url and _is_page(address := plain_address(item.url)):
            linked[address].add(item.url)
            titles[address].add(item.title)
    return {url: address for address, urls in linked.items() if len(titles[address]) == 1 for url in urls}


def _is_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.path.strip("/") or parts.query)


def _text(item: FeedItem) -> str:
    return _MARKUP.sub(" ", item.body) if item.format is BodyFormat.HTML else item.body


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _is_about(item: FeedItem, text: str) -> bool:
    telling = _telling(f"{item.title or ''} {_text(item)}")
    return len(telling & _telling(text)) >= LEAST_KIN * len(telling)


def _telling(text: str) -> set[str]:
    return {word.casefold() for word in _words(text) if len(word) >= LONGER}
