"""The built-in list of feeds, from `sources.toml`, which says what its fields mean."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from bot.errors import UnreadableInput
from bot.model import Source

UNVERIFIED = "unverified"

_FORMS = {
    "id": (r"[a-z0-9]+(?:-[a-z0-9]+)*", "small letters, digits and hyphens"),
    "title": (r"\S(?:.*\S)?", "a name"),
    "feed_url": (r"https?://[^\s/]+\.[^\s/]+/\S*", "a web address"),
    "country": (r"[A-Z][A-Z0-9]+", "a code in capital letters"),
    "language": (r"[a-z]{2}", "two small letters"),
    "checked": (rf"{UNVERIFIED}|\d{{4}}-\d\d-\d\d", f'a day like "2026-11-22", or "{UNVERIFIED}"'),
}
"""What each field of a feed must look like, as a pattern and in words."""


@cache
def load_catalogue() -> tuple[Source, ...]:
    """Give the feeds of the built-in list, in its order. Raises `UnreadableInput` as `read_catalogue` does."""
    return read_catalogue((files("bot.sources") / "sources.toml").read_text(encoding="utf-8"))


def read_catalogue(text: str) -> tuple[Source, ...]:
    """Give the feeds listed in `text`, in its order.

    Raises `UnreadableInput`, which names the feed and the field, where one is missing, misspelt or given twice.
    """
    try:
        listed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _fault(f"It is not valid TOML ({error}).") from error
    feeds = listed.get("feed", [])
    if (
        set(listed) != {"feed"}
        or not isinstance(feeds, list)
        or not all(isinstance(each, dict) for each in feeds)
    ):
        raise _fault("It must hold [[feed]] tables and nothing else.")
    sources = tuple(_source(row, number) for number, row in enumerate(feeds, start=1))
    _refuse_twins(sources)
    return sources


def _source(row: Mapping[str, Any], number: int) -> Source:
    name = f"Feed {number} ({row.get('id', 'without an id')})"
    if odd := sorted(row.keys() ^ _FORMS.keys()):
        what = "has no" if odd[0] in _FORMS else "has an unknown field"
        raise _fault(f"{name} {what} {odd[0]}.")
    for field, (form, words) in _FORMS.items():
        if not isinstance(row[field], str) or not re.fullmatch(form, row[field]):
            raise _fault(f"{name}: its {field} is {row[field]!r}, but must be {words}.")
    _refuse_no_day(row["checked"], name)
    return Source(row["id"], row["title"], row["feed_url"], row["country"], row["language"])


def _refuse_no_day(checked: str, name: str) -> None:
    try:
        _ = checked == UNVERIFIED or date.fromisoformat(checked)
    except ValueError as error:
        raise _fault(f"{name}: {checked} is no day of the calendar.") from error


def _refuse_twins(sources: tuple[Source, ...]) -> None:
    for field in ("id", "feed_url"):
        seen: dict[str, str] = {}
        for source in sources:
            value = getattr(source, field)
            if value in seen:
                raise _fault(f"The {field} {value} is given twice ({seen[value]} and {source.id}).")
            seen[value] = source.id


def _fault(message: str) -> UnreadableInput:
    return UnreadableInput(f"The list of feeds sources.toml cannot be used. {message}", "Mend it there.")
