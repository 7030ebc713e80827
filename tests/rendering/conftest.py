"""Reads the cases of `tests/cases/briefing`: the events and the reader of one briefing, as JSON."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.briefing.compose import compose
from bot.model import (
    Act,
    Actor,
    Briefing,
    Citation,
    Event,
    EventKind,
    Limits,
    Medium,
    Stage,
    Status,
    Told,
)

CASES = Path(__file__).parent.parent / "cases" / "briefing"


def citation_of(row: dict[str, Any]) -> Citation:
    name, sentence = row["article"], row["sentence"]
    day = row.get("published")
    return Citation(
        article=name,
        sentence=sentence,
        start=row.get("start", 0),
        end=row.get("end", len(sentence)),
        name=name,
        group=row.get("group", name),
        source=row.get("source"),
        url=row.get("url"),
        published=date.fromisoformat(day) if day else None,
    )


def actors_of(row: dict[str, Any], field: str) -> tuple[Actor, ...]:
    return tuple(
        Actor(actor["country"], actor.get("name"), actor.get("role")) for actor in row.get(field, [])
    )


def event_of(row: dict[str, Any], heard: datetime) -> Event:
    first_heard = row.get("first_heard")
    return Event(
        id=row["id"],
        kind=EventKind(row["kind"]),
        actors=actors_of(row, "actors"),
        targets=actors_of(row, "targets"),
        parties=actors_of(row, "parties"),
        citations=tuple(map(citation_of, row["citations"])),
        act=Act(row["act"]) if row.get("act") else None,
        stage=Stage(row["stage"]) if row.get("stage") else None,
        status=Status(row["status"]) if row.get("status") else None,
        medium=Medium(row["medium"]) if row.get("medium") else None,
        date=date.fromisoformat(row["date"]) if row.get("date") else None,
        topic=row.get("topic"),
        quote=row.get("quote"),
        publishers=row.get("publishers", 1),
        copies=row.get("copies", row.get("publishers", 1)),
        first_heard=datetime.fromisoformat(first_heard) if first_heard else heard,
        findings=tuple(row.get("findings", [])),
        other_dates=tuple(map(date.fromisoformat, row.get("other_dates", []))),
        other_media=tuple(map(Medium, row.get("other_media", []))),
    )


def told_of(row: dict[str, Any]) -> Told:
    return Told(
        status=Status(row["status"]) if row.get("status") else None,
        stage=Stage(row["stage"]) if row.get("stage") else None,
        date=date.fromisoformat(row["date"]) if row.get("date") else None,
        publishers=tuple(row.get("publishers", [])),
    )


def briefing_of(case: dict[str, Any]) -> Briefing:
    since = datetime.fromisoformat(case["since"])
    return compose(
        [event_of(row, since) for row in case["events"]],
        countries=tuple(case["countries"]),
        day=date.fromisoformat(case["day"]),
        since=since,
        until=datetime.fromisoformat(case["until"]),
        told={finding: told_of(row) for finding, row in case.get("told", {}).items()},
        articles_total=case["articles"],
        titles=case.get("titles", {}),
        limits=Limits(**case.get("limits", {})),
    )


@pytest.fixture
def case() -> Callable[[str], Briefing]:
    """The briefing of a named case."""

    def read(name: str) -> Briefing:
        return briefing_of(json.loads((CASES / f"{name}.json").read_text(encoding="utf-8")))

    return read


@pytest.fixture
def brief() -> Callable[[dict[str, Any]], Briefing]:
    """The briefing of a case written in a test."""
    return briefing_of
