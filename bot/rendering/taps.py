"""What buttons mean: a verb and its arguments, parted by colons, in the 64 bytes that Telegram gives a button.

No state is kept for a button, so that an old one still works.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from bot.model import MOST_DAYS, WORLD, Length, Question, Subject
from bot.places.names import is_code
from bot.places.zones import known_zone

MOST_BYTES = 64

OFF = "off"
"""Stands in for an hour where no daily briefing is wanted."""

SAY, SILENT = "say", "silent"
"""What a day without news is to bring."""

FOLLOWED = "-"
"""Stands in for the countries of a question where they are those the chat follows."""

AND = "+"
"""Parts the countries of a question."""


class Tap(StrEnum):
    """The verbs."""

    PICK = "pick"
    PICKED = "picked"
    DROP = "drop"
    HOUR = "hour"
    ZONE = "zone"
    DAY = "day"
    LENGTH = "length"
    EMPTY = "empty"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    ASK = "ask"
    SHOW = "show"


class Place(StrEnum):
    """Screens that a button can lead to: `show:PLACE`."""

    SETTINGS = "settings"
    TIME = "time"
    ZONE = "zone"
    DAYS = "days"
    COUNTRIES = "countries"
    OTHER = "other"
    STOP = "stop"
    AGAIN = "again"
    FORGET = "forget"
    FORGOTTEN = "forgotten"


def tap(verb: Tap, *given: object) -> str:
    """The data of a button. Raises ValueError where it would not fit."""
    data = ":".join((verb.value, *map(str, given)))
    if len(data.encode()) > MOST_BYTES:
        raise ValueError(f"a button holds {MOST_BYTES} bytes, not {data!r}")
    return data


def read_tap(data: str) -> tuple[Tap, tuple[str, ...]] | None:
    """What a button means; None for one of another version, or that no button of ours ever bore.

    An app may send back what it likes. Only whether a question makes sense is left to `read_question`.
    """
    verb, *given = data.split(":")
    if verb not in set(Tap):
        return None
    if verb in {Tap.ASK, Tap.PICKED}:
        return Tap(verb), tuple(given)
    return (Tap(verb), tuple(given)) if len(given) == 1 and _FITS[Tap(verb)](given[0]) else None


def ask_tap(question: Question) -> str:
    """A button that asks `question`; where its countries have no room, for those the chat follows by then."""
    given = (question.days, int(question.every_line))
    try:
        return tap(Tap.ASK, question.subject, AND.join(question.countries) or WORLD, *given)
    except ValueError:
        return tap(Tap.ASK, question.subject, FOLLOWED, *given)


def read_question(given: tuple[str, ...], followed: tuple[str, ...]) -> Question | None:
    """The question of an `ask_tap`'s arguments; None where they are none."""
    if len(given) != 4 or given[0] not in set(Subject) or not _is_number(given[2], 1, MOST_DAYS):
        return None
    countries = followed if given[1] == FOLLOWED else () if given[1] == WORLD else tuple(given[1].split(AND))
    if given[1] != FOLLOWED and not all(map(is_code, countries)):
        return None
    return Question(Subject(given[0]), countries, int(given[2]), given[3] == "1")


def _is_number(text: str, least: int, most: int) -> bool:
    is_short = 0 < len(text) <= len(str(most))
    return is_short and text.isascii() and text.isdigit() and least <= int(text) <= most


def _is_followable(text: str) -> bool:
    return text == WORLD or is_code(text)


_FITS: Mapping[Tap, Callable[[str], bool]] = MappingProxyType(
    {
        Tap.PICK: _is_followable,
        Tap.FOLLOW: _is_followable,
        Tap.UNFOLLOW: _is_followable,
        # A code that a later table no longer has must be let go of all the same.
        Tap.DROP: bool,
        Tap.HOUR: lambda text: text == OFF or _is_number(text, 0, 24 * 60 - 1),
        Tap.ZONE: lambda text: known_zone(text) == text,
        Tap.DAY: lambda text: _is_number(text, 0, 6),
        Tap.LENGTH: lambda text: text in set(Length),
        Tap.EMPTY: lambda text: text in {SAY, SILENT},
        Tap.SHOW: lambda text: text in set(Place),
    }
)
"""Whether the argument of a verb is one that a button of ours can bear."""
