"""What people type behind a command: hours, days and names."""

import re
from dataclasses import dataclass

from bot.flows.desk import Desk
from bot.model import MOST_DAYS, WORLD
from bot.places.asked import Understood, understand_all
from bot.places.names import is_english_name
from bot.rendering.words import words

_HOUR = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h ]?(?P<minute>\d\d))?\s*(?:h|o['’]?\s?clock)?\s*(?P<half>am|pm|a\.m\.?|p\.m\.?)?",
    re.IGNORECASE,
)
_DAYS = re.compile(r"(?:^|\s)(?P<count>\d+)\s*(?P<word>[^\W\d]*)$")


@dataclass(frozen=True, slots=True)
class Request:
    """Names with the number of days behind them; `days` is None where none was typed, 0 where it makes no sense."""

    names: str
    days: int | None = None


def read_hour(text: str, locale: str) -> int | None:
    """The minute of the day that a typed hour means: “7:30”, “19h”, “7 pm”, “noon”; None where it is none."""
    say, plain = words(locale), text.strip().casefold()
    for key, minute in (("typed.noon", 12 * 60), ("typed.midnight", 0)):
        if plain in say.several(key):
            return minute
    found = _HOUR.fullmatch(plain)
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour <= 23 and minute <= 59 else None


def read_hours(text: str, locale: str) -> tuple[int, int] | None:
    """The minutes of the day that typed hours reach from and to: “22-7”, “10 pm to 7:30”; None where they are none."""
    parts = re.split("|".join(map(re.escape, words(locale).several("typed.until"))), text.casefold())
    read = [read_hour(part, locale) for part in parts]
    if len(read) != 2 or read[0] is None or read[1] is None:
        return None
    return read[0], read[1]


def is_off(text: str, locale: str) -> bool:
    """Whether a person typed that something is not wanted."""
    return text.strip().casefold() in words(locale).several("typed.off")


def read_request(text: str, locale: str) -> Request:
    """Part the number of days at the end of a question from the names before it.

    A number that belongs to a name is none of days: “Group of 77”.
    """
    found = _DAYS.search(text)
    if found is None or is_english_name(text):
        return Request(text.strip())
    if found["word"] and found["word"].casefold() not in words(locale).several("typed.days"):
        return Request(text.strip())
    days = int(found["count"][:6])
    return Request(text[: found.start()].strip(), days if 1 <= days <= MOST_DAYS else 0)


async def read_names(desk: Desk, text: str) -> tuple[Understood, ...]:
    """What each typed name means; the whole world is `WORLD`."""
    say = words(desk.locale)
    if text.strip().casefold() in say.several("typed.world"):
        return (Understood(text, WORLD),)
    # Comparing with every name in every language takes longer than an event loop may stand still.
    return await desk.compute.run(understand_all, text, say.several("typed.separators"))
