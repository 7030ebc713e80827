"""Events and briefings as plain data for JSON: what programs read (DESIGN §4)."""

from typing import Any

from bot.model import Actor, Briefing, Citation, Entry, Event, Section
from bot.rendering.sheet import LeadLine
from bot.rendering.wording import sheet


def event_json(event: Event) -> dict[str, Any]:
    """One event by the contract of the command line and the web. Days are ISO 8601, offsets are characters."""
    return {
        "id": event.id,
        "kind": event.kind.value,
        "status": event.status and event.status.value,
        "medium": event.medium and event.medium.value,
        "act": event.act and event.act.value,
        "stage": event.stage and event.stage.value,
        "date": event.date and event.date.isoformat(),
        "actors": list(map(_actor, event.actors)),
        "targets": list(map(_actor, event.targets)),
        "parties": list(map(_actor, event.parties)),
        "topic": event.topic,
        "quote": event.quote,
        "cameo": event.cameo,
        "plover": event.plover,
        "citations": list(map(_citation, event.citations)),
        "publishers": event.publishers,
        "copies": event.copies,
        "other_dates": [day.isoformat() for day in event.other_dates],
        "other_media": [medium.value for medium in event.other_media],
    }


def briefing_json(briefing: Briefing, locale: str = "en") -> dict[str, Any]:
    """A whole briefing; its opening sentences are in the words of `locale`, all else is data."""
    return {
        "id": briefing.id,
        "day": briefing.day.isoformat(),
        "countries": list(briefing.countries),
        "since": briefing.since.isoformat(),
        "until": briefing.until.isoformat(),
        "lead": list(map(_lead, sheet(briefing, locale).lead)),
        "sections": list(map(_section, briefing.sections)),
        "earlier": list(map(_section, briefing.earlier)),
        "references": [
            {
                "number": reference.number,
                "source": reference.source,
                "url": reference.url,
                "title": reference.title,
            }
            for reference in briefing.references
        ],
        "events_total": briefing.events_total,
        "articles_total": briefing.articles_total,
    }


def _actor(actor: Actor) -> dict[str, str | None]:
    return {"country": actor.country, "name": actor.name, "role": actor.role}


def _citation(citation: Citation) -> dict[str, str | int | None]:
    return {
        "article": citation.name,
        "url": citation.url,
        "source": citation.source,
        "sentence": citation.sentence,
        "start": citation.start,
        "end": citation.end,
    }


def _lead(lead: LeadLine) -> dict[str, Any]:
    return {"text": lead.text, "references": [source.number for source in lead.sources]}


def _section(section: Section) -> dict[str, Any]:
    return {
        "kind": section.kind.value,
        "country": section.country,
        "more": section.more,
        "more_countries": list(section.more_countries),
        "entries": list(map(_entry, section.entries)),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "standing": entry.standing.value,
        "changes": [change.value for change in entry.changes],
        "references": list(entry.references),
        "event": event_json(entry.event),
    }
