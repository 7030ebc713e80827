"""Days and hours as a reader's language writes them."""

from datetime import UTC, date, datetime

from babel.dates import format_date, format_datetime

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


def hour(words: Words, moment: datetime) -> str:
    """“16 Oct 2023, 06:00 UTC”."""
    return format_datetime(moment.astimezone(UTC), words("date.time"), locale=words.locale)
