"""What buttons mean: a verb and its arguments, parted by colons, in the 64 bytes that Telegram gives a button.

No state is kept for a button, so that an old one still works.
"""

from enum import StrEnum

from bot.model import Question, Subject

MOST_BYTES = 64
FOLLOWED = "-"
"""Stands in for the countries of a question where they are those the chat follows."""


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
    """What a button means; None for one of another version."""
    verb, *given = data.split(":")
    return (Tap(verb), tuple(given)) if verb in set(Tap) else None


def ask_tap(question: Question) -> str:
    """A button that asks `question`; of several countries it asks for those the chat follows by then."""
    countries = question.countries[0] if len(question.countries) == 1 else FOLLOWED
    return tap(Tap.ASK, question.subject, countries, question.days, int(question.every_line))


def read_question(given: tuple[str, ...], followed: tuple[str, ...]) -> Question | None:
    """The question of an `ask_tap`'s arguments; None where they are none."""
    if len(given) != 4 or given[0] not in set(Subject) or not given[2].isdigit():
        return None
    countries = followed if given[1] == FOLLOWED else (given[1],)
    return Question(Subject(given[0]), countries, max(int(given[2]), 1), given[3] == "1")
