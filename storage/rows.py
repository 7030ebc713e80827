"""Rows ↔ the words of the domain, by hand, and without loss.

The JSON of an event or of what was told is written once and read for years, so a field that is absent
reads as the model's own default.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import RowMapping

from bot.model import Act, Actor, Article, Citation, Event, EventKind, Medium, Source, Stage, Status, Told

Word = TypeVar("Word", bound=StrEnum)


def event_to_json(event: Event) -> str:
    """Write `event` whole.

    Raises:
        ValueError: if `first_heard` has no time zone.
    """
    return _written(
        {
            "id": event.id,
            "kind": event.kind,
            "actors": [_actor(actor) for actor in event.actors],
            "citations": [_citation(citation) for citation in event.citations],
            "act": event.act,
            "stage": event.stage,
            "status": event.status,
            "medium": event.medium,
            "date": _day(event.date),
            "targets": [_actor(actor) for actor in event.targets],
            "parties": [_actor(actor) for actor in event.parties],
            "topic": event.topic,
            "quote": event.quote,
            "cameo": event.cameo,
            "plover": event.plover,
            "publishers": event.publishers,
            "copies": event.copies,
            "first_heard": _moment(event.first_heard),
            "findings": list(event.findings),
            "other_dates": [day.isoformat() for day in event.other_dates],
            "other_media": list(event.other_media),
        }
    )


def event_from_json(body: str) -> Event:
    """Read what `event_to_json` wrote."""
    found = json.loads(body)
    return Event(
        id=found["id"],
        kind=EventKind(found["kind"]),
        actors=_actors(found.get("actors")),
        citations=tuple(_to_citation(each) for each in found.get("citations", ())),
        act=_maybe(Act, found.get("act")),
        stage=_maybe(Stage, found.get("stage")),
        status=_maybe(Status, found.get("status")),
        medium=_maybe(Medium, found.get("medium")),
        date=_to_day(found.get("date")),
        targets=_actors(found.get("targets")),
        parties=_actors(found.get("parties")),
        topic=found.get("topic"),
        quote=found.get("quote"),
        cameo=found.get("cameo"),
        plover=found.get("plover"),
        publishers=found["publishers"],
        copies=found["copies"],
        first_heard=_to_moment(found.get("first_heard")),
        findings=tuple(found.get("findings", ())),
        other_dates=tuple(date.fromisoformat(day) for day in found.get("other_dates", ())),
        other_media=tuple(map(Medium, found.get("other_media", ()))),
    )


def told_to_json(told: Told) -> str:
    """Write what a reader was told of a finding."""
    return _written(
        {
            "status": told.status,
            "stage": told.stage,
            "date": _day(told.date),
            "publishers": list(told.publishers),
        }
    )


def told_from_json(body: str) -> Told:
    """Read what `told_to_json` wrote."""
    found = json.loads(body)
    return Told(
        status=_maybe(Status, found.get("status")),
        stage=_maybe(Stage, found.get("stage")),
        date=_to_day(found.get("date")),
        publishers=tuple(found.get("publishers", ())),
    )


def article_to_row(article: Article) -> dict[str, Any]:
    """Give the columns of `articles` that an article itself fills."""
    return {
        "id": article.id,
        "name": article.name,
        "text": article.text,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "published": article.published,
        "language": article.language,
        "heard_at": article.heard_at,
    }


def article_from_row(row: RowMapping) -> Article:
    """Read an article out of a row of `articles`."""
    return Article(
        id=row["id"],
        name=row["name"],
        text=row["text"],
        title=row["title"],
        url=row["url"],
        source=row["source"],
        published=row["published"],
        language=row["language"],
        heard_at=row["heard_at"],
    )


def source_from_row(row: RowMapping) -> Source:
    """Read a source out of a row of `sources`."""
    return Source(
        id=row["id"],
        title=row["title"],
        feed_url=row["feed_url"],
        country=row["country"],
        language=row["language"],
    )


def _written(fields: Mapping[str, object]) -> str:
    # ASCII alone: a lone surrogate or a NUL from a broken page then passes through any database unharmed.
    kept = {name: value for name, value in fields.items() if value is not None and value != []}
    return json.dumps(kept, separators=(",", ":"))


def _actor(actor: Actor) -> dict[str, object]:
    fields = {"country": actor.country, "name": actor.name, "role": actor.role}
    return {name: value for name, value in fields.items() if value is not None}


def _actors(found: list[dict[str, Any]] | None) -> tuple[Actor, ...]:
    return tuple(Actor(each["country"], each.get("name"), each.get("role")) for each in found or ())


def _citation(citation: Citation) -> dict[str, object]:
    fields = {
        "article": citation.article,
        "sentence": citation.sentence,
        "start": citation.start,
        "end": citation.end,
        "name": citation.name,
        "group": citation.group,
        "source": citation.source,
        "url": citation.url,
        "published": _day(citation.published),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _to_citation(found: dict[str, Any]) -> Citation:
    return Citation(
        article=found["article"],
        sentence=found["sentence"],
        start=found["start"],
        end=found["end"],
        name=found["name"],
        group=found["group"],
        source=found.get("source"),
        url=found.get("url"),
        published=_to_day(found.get("published")),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _to_day(found: str | None) -> date | None:
    return date.fromisoformat(found) if found else None


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone to be stored: {moment!r}")
    return moment.astimezone(UTC).isoformat()


def _to_moment(found: str | None) -> datetime | None:
    return datetime.fromisoformat(found) if found else None


def _maybe(kind: type[Word], found: str | None) -> Word | None:
    return None if found is None else kind(found)
