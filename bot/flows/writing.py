"""From stored events to messages: pure steps on picklable values, done away from the event loop."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.briefing.compose import compose
from bot.briefing.told import remember
from bot.model import Briefing, Length, Limits, Question, Screen, Section, Told
from bot.rendering.screens import answer_screen
from bot.rendering.telegram import render_telegram
from bot.rendering.words import words
from storage.rows import event_from_json

FULL = Limits()
SHORT = Limits(mediation=3, calls=4, meetings=3, statements=2, statements_in_all=8, countries=4, earlier=2)
"""A briefing of one message: two minutes on the way to a meeting."""
EVERY_LINE = Limits(*[10_000] * len(Limits.__slots__))


@dataclass(frozen=True, slots=True)
class Window:
    """The local day a text is for, between which moments its events were first heard, and how many articles were read."""

    day: date
    since: datetime
    until: datetime
    articles: int


@dataclass(frozen=True, slots=True)
class Written:
    """A briefing ready to be sent. `told` is what it says, by finding; `is_empty` where that is nothing."""

    id: str
    messages: tuple[str, ...]
    told: Mapping[str, Told]
    is_empty: bool


def write_briefing(  # noqa: PLR0913 - a briefing has this many givens
    bodies: Sequence[str],
    window: Window,
    *,
    countries: tuple[str, ...],
    told: Mapping[str, Told],
    length: Length,
    locale: str,
    zone: str,
    is_late: bool,
) -> Written:
    """Compose and word the briefing of a chat; one that comes late says so."""
    briefing = _compose(bodies, window, countries, told, SHORT if length is Length.SHORT else FULL)
    note = words(locale)("head.late") if is_late else ""
    return Written(
        id=briefing.id,
        messages=render_telegram(briefing, locale, zone=zone, note=note),
        told=remember(briefing),
        is_empty=briefing.events_total == 0,
    )


def write_answer(  # noqa: PLR0913 - an answer has this many givens
    bodies: Sequence[str],
    window: Window,
    question: Question,
    *,
    locale: str,
    zone: str,
    is_fallback: bool,
    is_followed: bool,
) -> Screen:
    """Word what is known about a question; `is_fallback` where the time asked for held nothing and this is older."""
    limits = EVERY_LINE if question.every_line else FULL
    briefing = _compose(bodies, window, question.countries, {}, limits)
    return answer_screen(
        replace(briefing, lead=()),
        question,
        locale=locale,
        zone=zone,
        left_out=left_out(briefing),
        is_fallback=is_fallback,
        is_followed=is_followed,
    )


def left_out(briefing: Briefing) -> int:
    """How many lines were only counted."""
    parts: Iterable[Section] = (*briefing.sections, *briefing.earlier)
    return sum(part.more for part in parts)


def _compose(
    bodies: Sequence[str],
    window: Window,
    countries: tuple[str, ...],
    told: Mapping[str, Told],
    limits: Limits,
) -> Briefing:
    return compose(
        tuple(map(event_from_json, bodies)),
        countries=countries,
        day=window.day,
        since=window.since,
        until=window.until,
        told=told,
        articles_total=window.articles,
        titles={},
        limits=limits,
    )
