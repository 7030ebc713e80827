"""JSON objects to `FeedItem`s."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import structlog

from bot.errors import InputError, UnreadableInput
from bot.model import BodyFormat, Failure, FeedItem
from bot.text.days import parse_day

TEXT = ("text", "body", "content", "content_text", "article", "articleBody", "maintext")
HTML = ("html", "content_html", "body_html", "raw_html")
DATE = (
    "published",
    "date",
    "published_at",
    "publishedAt",
    "date_published",
    "datePublished",
    "pubDate",
    "pub_date",
)
URL = ("url", "link", "canonical_url")
SOURCE = ("source", "publisher", "outlet", "site", "domain")
LANGUAGE = ("language", "lang")
LISTS = ("articles", "items")
"""Names under which articles, their parts and lists of them are kept: ours first, then those of JSON Feed,
schema.org and the news interfaces people export from."""

_log = structlog.get_logger(__name__)


def load(text: str, *, is_line: bool = False) -> object:
    """Give the value of the JSON document `text`. Raises `UnreadableInput` with the line and column of its fault.

    `is_line`: it is one line of a file, whose number the caller knows.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"column {error.colno}" if is_line else f"line {error.lineno}, column {error.colno}"
        raise UnreadableInput(f"It is not valid JSON ({where}: {error.msg}).", "Mend it there.") from error
    except (RecursionError, ValueError) as error:
        raise UnreadableInput(
            "It is not JSON we can read: nested too deeply, or a number too long."
        ) from error


def read_records(value: object, name: str) -> Iterator[FeedItem | Failure]:
    """Give the articles of a JSON document: one object, a list of them, or an object with such a list.

    The only article of a document is called `name` unless it has an id; of several each gets its number.
    """
    listed = _listed(value)
    if listed is None:
        yield _attempt(value, name)
        return
    if not listed:
        yield Failure(name, "It lists no articles: give at least one object with a text.")
    for number, record in enumerate(listed, start=1):
        yield _attempt(record, f"{name}:{number}")


def _listed(value: object) -> list[object] | None:
    if isinstance(value, dict) and not any(isinstance(value.get(key), str) for key in (*TEXT, *HTML)):
        value = next((value[key] for key in LISTS if isinstance(value.get(key), list)), value)
    return value if isinstance(value, list) else None


def _attempt(record: object, name: str) -> FeedItem | Failure:
    try:
        return read_record(record, name)
    except InputError as error:
        return Failure(name, str(error))


def read_record(record: object, name: str) -> FeedItem:
    """Give the article that the JSON value `record` holds; `name` is its name where it has no id.

    Raises `UnreadableInput` where it is no object or has no text. A date that cannot be read is left out.
    """
    if not isinstance(record, dict):
        raise UnreadableInput("It is no JSON object.", 'Give one like {"text": "…"}.')
    html = _string(record, *HTML)
    body = html or _string(record, *TEXT)
    if not body or not body.strip():
        raise UnreadableInput("It has no text.", 'Give it a "text" (or "html") field.')
    name = _string(record, "id") or name
    return FeedItem(
        name=name,
        body=body,
        format=BodyFormat.HTML if html else BodyFormat.TEXT,
        title=_string(record, "title", "headline"),
        url=_string(record, *URL),
        source=_source(record),
        published=_day(record, name),
        language=_string(record, *LANGUAGE),
    )


def _string(record: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        value = record.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None


def _source(record: Mapping[str, Any]) -> str | None:
    for key in SOURCE:
        value = record.get(key)
        found = _string(value, "name", "title", "id") if isinstance(value, dict) else _string(record, key)
        if found:
            return found
    return None


def _day(record: Mapping[str, Any], name: str) -> date | None:
    stated = _string(record, *DATE)
    day = parse_day(stated) if stated else None
    if stated and day is None:
        _log.warning("unreadable_date", name=name, value=stated)
    return day
