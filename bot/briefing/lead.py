"""The opening: one to three sentences made of the events that the briefing shows, and of nothing else.

At most one sentence each for contacts that took place, for mediation and for contacts to come; the
weightiest statement only where there is none of these.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.briefing.weights import seniority, weight
from bot.model import Actor, Day, Entry, Event, EventKind, Lead, Standing, Status

CONTACTS = frozenset({EventKind.CALL, EventKind.MEETING})

FURTHER_COUNTERPART = 6
"""Points for each further country one person dealt with, on the scale of `weights.toml`: as much as a further
independent publisher, so that a round of five calls outweighs one call of somewhat higher rank."""


@dataclass(frozen=True, slots=True)
class _Hub:
    """One person's contacts of one kind, standing and day."""

    kind: EventKind
    status: Status | None
    date: Day | None
    country: str
    name: str | None


def lead(entries: Sequence[Entry]) -> tuple[Lead, ...]:
    """The sentences for `entries`, given in the order of the briefing. Nothing merely ongoing opens one."""
    events = [entry.event for entry in entries if entry.standing is not Standing.ONGOING]
    contacts = [event for event in events if event.kind in CONTACTS]
    held = _contact(event for event in contacts if event.status is not Status.PLANNED)
    planned = _contact(event for event in contacts if event.status is Status.PLANNED)
    mediation = _first(event for event in events if event.kind is EventKind.MEDIATION)
    sentences = tuple(sentence for sentence in (held, mediation, planned) if sentence)
    if sentences:
        return sentences
    statement = _first(sorted(events, key=lambda event: -weight(event)))
    return (statement,) if statement else ()


def _first(events: Iterable[Event]) -> Lead | None:
    """The sentence for the first of `events` that names an actor."""
    event = next((event for event in events if event.actors), None)
    if event is None:
        return None
    return Lead(
        kind=event.kind,
        actors=event.actors,
        events=(event.id,),
        others=event.parties,
        targets=event.targets,
        stage=event.stage,
        act=event.act,
        topic=event.topic,
        date=event.date,
    )


def _contact(events: Iterable[Event]) -> Lead | None:
    """The sentence for the weightiest contact, or for all those that one person had of the same kind and day."""
    groups: dict[_Hub, list[Event]] = {}
    for event in events:
        for actor in event.actors:
            hub = _Hub(event.kind, event.status, event.date, actor.country, actor.name)
            groups.setdefault(hub, []).append(event)
    if not groups:
        return None
    # Events come most important first and dicts keep their order, so a tie falls to the more important.
    hub, group = max(groups.items(), key=lambda item: _interest(*item))
    return _by_one(hub, group) if len(group) > 1 else _together(group[0])


def _interest(hub: _Hub, group: Sequence[Event]) -> int:
    return max(map(weight, group)) + FURTHER_COUNTERPART * (len(_counterparts(hub, group)) - 1)


def _counterparts(hub: _Hub, group: Sequence[Event]) -> tuple[Actor, ...]:
    """Everyone of another country in `group`, each country once, by whoever is most senior there."""
    best: dict[str, Actor] = {}
    for actor in chain.from_iterable((*event.actors, *event.targets) for event in group):
        known = best.get(actor.country)
        if actor.country != hub.country and (known is None or seniority(actor) > seniority(known)):
            best[actor.country] = actor
    return tuple(best.values())


def _by_one(hub: _Hub, group: Sequence[Event]) -> Lead:
    everyone = chain.from_iterable(event.actors for event in group)
    alike = (actor for actor in everyone if (actor.country, actor.name) == (hub.country, hub.name))
    return Lead(
        kind=hub.kind,
        actors=(max(alike, key=seniority),),
        events=tuple(event.id for event in group),
        others=_counterparts(hub, group),
        status=hub.status,
        medium=group[0].medium if len({event.medium for event in group}) == 1 else None,
        date=hub.date,
    )


def _together(event: Event) -> Lead:
    """One contact: everyone who took part is its subject."""
    return Lead(
        kind=event.kind,
        actors=(*event.actors, *event.targets),
        events=(event.id,),
        status=event.status,
        medium=event.medium,
        topic=event.topic,
        date=event.date,
    )
