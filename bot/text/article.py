"""From what a source said to the article we hold."""

import hashlib
from datetime import date, datetime, timedelta

from bot.errors import EmptyInput
from bot.model import Article, BodyFormat, FeedItem
from bot.text.addresses import host, plain_address
from bot.text.clean import clean as clean_up
from bot.text.fold import fold, one_line, storable
from bot.text.language import detect
from bot.text.page import Page, read_page
from bot.text.published import stated_day
from bot.text.title import split_title

ID_LENGTH = 20
"""Hex digits, 80 bits: among a thousand million articles the chance of one clash is under one in a million."""

SLACK = timedelta(days=1)
"""A text heard here may bear tomorrow's date where it was written."""


def to_article(item: FeedItem, *, clean: bool = True, heard_at: datetime | None = None) -> Article:
    """Make the article that `item` carries.

    Its own title, day, address and publisher win; what it lacks is taken from the page, then from the text. No
    day is made up: without a full date it stays None, and so does a day later than `heard_at` allows. With
    `clean` false a text is kept as it stands, so that offsets index the input; of a page all text is kept.
    Raises `EmptyInput` where no words are left.
    """
    latest = heard_at.date() + SLACK if heard_at else None
    page = _page(item, latest)
    title, text = _line(item.title) or page.title, page.text
    if clean:
        title, text = split_title(clean_up(text), title)
    if not any(map(str.isalnum, text)):
        raise EmptyInput(f"{item.name}: nothing to read is left in it.", "Give the article's text.")
    url = plain_address(item.url) if item.url else page.url
    source = _line(item.source) or page.site or host(url)
    return Article(
        id=_identify(source, url, title, text),
        name=item.name,
        text=text,
        title=title,
        url=url,
        source=source,
        published=item.published or page.published or _stated(page.text, latest),
        language=detect(text) or _language(item.language) or _language(page.language),
        heard_at=heard_at,
    )


def _page(item: FeedItem, latest: date | None) -> Page:
    if item.format is BodyFormat.HTML:
        return read_page(storable(item.body), item.url, latest=latest)
    return Page(storable(item.body))


def _stated(text: str, latest: date | None) -> date | None:
    day = stated_day(fold(text))
    return None if day and latest and day > latest else day


def _line(text: str | None) -> str | None:
    return (one_line(text) or None) if text else None


def _language(code: str | None) -> str | None:
    return code.replace("_", "-").split("-")[0].strip().lower() or None if code else None


def _identify(*parts: str | None) -> str:
    # A unit separator between the parts keeps ("ab", "c") and ("a", "bc") apart; folded text holds none.
    joined = "\x1f".join(part or "" for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:ID_LENGTH]
