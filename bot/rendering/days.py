"""Days and hours as a reader's language writes them."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime

from bot.places.zones import local, offset
from bot.rendering.words import Words


def long_day(words: Words, day: date) -> str:
    """“Monday 16 October 2023”."""
    return format_date(day, words("date.long"), locale=words.locale)


def opening_day(words: Words, day: date, today: date) -> str:
    """“Monday 16 October”, with its year where that is not `today`'s."""
    pattern = "date.opening" if day.year == today.year else "date.long"
    return format_date(day, words(pattern), locale=words.locale)


def short_day(words: Words, day: date | None, today: date) -> str:
    """“Mon 16 Oct”, with its year where that is not `today`'s; said to be unknown where it is."""
    if day is None:
        return words("date.unknown")
    pattern = "date.short" if day.year == today.year else "date.with_year"
    return format_date(day, words(pattern), locale=words.locale)


def hour(words: Words, moment: datetime, zone: str = "UTC") -> str:
    """“16 Oct 2023, 06:00 UTC”, or in another zone “16 Oct 2023, 08:00 UTC+2”."""
    time = format_datetime(local(moment, zone), words("date.time"), locale=words.locale)
    return words("date.in_zone", time=time, zone=offset(zone, moment))


def clock(moment: datetime, zone: str) -> str:
    """The time of day in a zone: “08:00”."""
    return f"{local(moment, zone):%H:%M}"
