"""Events written short, for tests of what a briefing holds."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from bot.briefing.compose import compose
from bot.model import Actor, Briefing, Citation, Event, EventKind, Limits

DAY = date(2025, 3, 14)
SINCE = datetime(2025, 3, 13, 6, tzinfo=UTC)
UNTIL = datetime(2025, 3, 14, 6, tzinfo=UTC)


def citation(article: str = "a1", source: str | None = "Wire", **more: Any) -> Citation:
    sentence = more.pop("sentence", f"A sentence of {article}.")
    group = more.pop("group", article)
    return Citation(article, sentence, 0, len(sentence), article, group, source, **more)


def event(name: str, kind: EventKind, *countries: str, **more: Any) -> Event:
    given: dict[str, Any] = {
        "actors": tuple(map(Actor, countries)),
        "citations": (citation(f"article-{name}"),),
        "first_heard": SINCE,
    }
    return Event(id=name, kind=kind, **(given | more))


def brief(events: list[Event], **more: Any) -> Briefing:
    given: dict[str, Any] = {
        "countries": (),
        "day": DAY,
        "since": SINCE,
        "until": UNTIL,
        "told": {},
        "articles_total": 1,
        "titles": {},
        "limits": Limits(),
    }
    return compose(events, **(given | more))


@pytest.fixture
def cited() -> Callable[..., Citation]:
    """Make a citation: article, source, and any other field by name."""
    return citation


@pytest.fixture
def statement() -> Callable[..., Event]:
    """Make a statement: id, countries of its actors, and any other field by name."""
    return partial(_of_kind, EventKind.STATEMENT)


@pytest.fixture
def call() -> Callable[..., Event]:
    """Make a call likewise."""
    return partial(_of_kind, EventKind.CALL)


@pytest.fixture
def mediation() -> Callable[..., Event]:
    """Make a mediation likewise."""
    return partial(_of_kind, EventKind.MEDIATION)


@pytest.fixture
def briefed() -> Callable[..., Briefing]:
    """Compose a briefing of events for the world on one day; any argument of `compose` by name."""
    return brief


def _of_kind(kind: EventKind, name: str, *countries: str, **more: Any) -> Event:
    return event(name, kind, *countries, **more)
