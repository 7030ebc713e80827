"""What a date expression is read against, and the clock time said with a day."""

import re
from dataclasses import dataclass
from datetime import date

from bot.events.dates_calendar import Tense
from bot.events.dates_lexicon import load_date_words

Parts = dict[str, str]
"""The named parts of a matched expression, as written."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What an expression is read against.

    `reference` is the article's day, `spoken_of` the value last mentioned nearby (any precision),
    `day` the last single day mentioned nearby, `tense` that of the governing verb.
    """

    reference: date | None
    spoken_of: str | None = None
    day: date | None = None
    tense: Tense = Tense.UNKNOWN

    @property
    def anchor(self) -> date | None:
        """The day "a day earlier" counts from."""
        return self.day or self.reference


def timed(day: date | None, parts: Parts) -> str | None:
    """The day with the hour or the part of the day that was said with it."""
    if day is None:
        return None
    clock = _clock(parts.get("clock") or parts.get("clock2"))
    if clock:
        return f"{day}T{clock}"
    part = parts.get("part")
    return f"{day}T{load_date_words().parts_of_day[part.lower()]}" if part else str(day)


def _clock(said: str | None) -> str | None:
    """`14:30` from "2.30 p.m.", "14:30", "noon"; midnight is the day's end or start, so it says no hour."""
    match = re.match(r"(\d{1,2})(?:[:.](\d\d))?\s?(?:([ap])\.?m)?", said or "", re.IGNORECASE)
    if not match:
        return "12:00" if (said or "").lower().startswith("noon") else None
    hour, minute, half = int(match[1]), match[2] or "00", (match[3] or "").lower()
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return f"{hour:02d}:{minute}" if hour < 24 and int(minute) < 60 else None
