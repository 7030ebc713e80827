"""One event out of the findings that tell it: the best of each field, and every proof.

Where reports contradict each other, the one printed first is believed; all stay cited, and what they say of the day
and the means against it is kept beside it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import TypeVar

from bot.events.codes import codes
from bot.events.merge_anchor import family, own_ids, published
from bot.events.merge_people import together
from bot.model import Act, Citation, Event, EventKind, Medium, Status

Told = TypeVar("Told", date, Medium)

SENTENCES_PER_ARTICLE = 3
"""How many sentences of one article prove one event; more would be the article again."""


def fold(cluster: Sequence[Event]) -> Event:
    """The event told by `cluster`, findings that are all of one thing; at least one."""
    told = sorted(cluster, key=_trust)
    contact = family(told[0].kind) == "contact"
    kind = _kind(told)
    act, stage, status, medium = (
        _act(told),
        told[0].stage,
        _status(told),
        _medium(told) if kind is EventKind.CALL else None,
    )
    cameo, plover = _codes(told, kind, act) or codes(kind, act=act, stage=stage, status=status, medium=medium)
    day = next((one.date for one in told if one.date), None)
    targets = () if contact else together(actor for one in told for actor in one.targets)
    citations = _citations(told)
    return Event(
        id=_event_id(told),
        kind=kind,
        actors=together(
            actor for one in told for actor in ((*one.actors, *one.targets) if contact else one.actors)
        ),
        citations=citations,
        act=act,
        stage=stage,
        status=status,
        medium=medium,
        date=day,
        targets=targets,
        parties=together(actor for one in told for actor in one.parties),
        topic=next((one.topic for one in told if one.topic), None),
        quote=max((one.quote for one in told if one.quote), key=len, default=None),
        cameo=cameo,
        plover=plover,
        publishers=publishers(citation for one in told for citation in one.citations),
        copies=len({citation.article for one in told for citation in one.citations}),
        first_heard=_first_heard(told, status),
        findings=tuple(sorted(key for one in told for key in own_ids(one))),
        other_dates=_others(day, (one.date for one in told)),
        other_media=_others(medium, (one.medium for one in told if medium is not None), Medium.UNSPECIFIED),
    )


def publishers(citations: Iterable[Citation]) -> int:
    """How many independent publishers stand behind `citations`.

    A text carried by five outlets is one, and so are two texts of one outlet: what is counted are the
    connected parts of the graph between syndication groups and outlets. An article is one publisher at most,
    even where it is cited both from before and from after it was folded under another.
    """
    parts: list[set[tuple[str, str]]] = []
    for citation in citations:
        joined = {("article", citation.article), ("group", citation.group)}
        if citation.source:
            joined.add(("source", citation.source))
        for part in [part for part in parts if part & joined]:
            parts.remove(part)
            joined |= part
        parts.append(joined)
    return len(parts)


def _trust(finding: Event) -> tuple[date, str]:
    """Printed first, then by id; a report without a day is believed last."""
    return published(finding) or date.max, finding.id


def _event_id(told: Sequence[Event]) -> str:
    """From the first report, the kind and the countries: later reports do not change it."""
    countries = sorted({actor.country for actor in (*told[0].actors, *told[0].targets)})
    return sha256("|".join([family(told[0].kind), *countries, told[0].id]).encode()).hexdigest()[:20]


def _kind(told: Sequence[Event]) -> EventKind:
    """A meeting, once one report says so: only vague calls are ever joined with one."""
    return next((one.kind for one in told if one.kind is EventKind.MEETING), told[0].kind)


def _act(told: Sequence[Event]) -> Act | None:
    """What most reports take it for; of equals the later in `Act`, where the plainest comes first."""
    counted = Counter(one.act for one in told if one.act)
    order = list(Act)
    return max(counted, key=lambda act: (counted[act], order.index(act)), default=None)


def _codes(told: Sequence[Event], kind: EventKind, act: Act | None) -> tuple[str, str] | None:
    """The codes of a statement as the first report that takes it for this act gives them."""
    if kind is not EventKind.STATEMENT:
        return None
    return next(
        ((one.cameo, one.plover) for one in told if one.act is act and one.cameo and one.plover), None
    )


def _status(told: Sequence[Event]) -> Status | None:
    """Held once anyone says so; else what was printed last, called off or still planned."""
    told_statuses = {one.status for one in told}
    if Status.HELD in told_statuses:
        return Status.HELD
    last = max(told, key=lambda one: (published(one) or date.min, one.status is Status.CANCELLED, one.id))
    return last.status


def _first_heard(told: Sequence[Event], status: Status | None) -> datetime | None:
    """When the event was first heard as it now stands: a call that was planned is news again once it is held."""
    same = [one.first_heard for one in told if one.first_heard and one.status is status]
    return min(same or [one.first_heard for one in told if one.first_heard], default=None)


def _medium(told: Sequence[Event]) -> Medium | None:
    said = [one.medium for one in told if one.medium]
    return next((medium for medium in said if medium is not Medium.UNSPECIFIED), next(iter(said), None))


def _others(believed: Told | None, said: Iterable[Told | None], *vague: Told) -> tuple[Told, ...]:
    """What is said against what is believed; what is `vague` contradicts nothing."""
    return tuple(sorted({value for value in said if value is not None} - {believed, *vague}))


def _citations(told: Sequence[Event]) -> tuple[Citation, ...]:
    """All proofs by day, article and place; of each article the first few sentences."""
    every = {
        (one.article, one.start, one.end): one for finding in told for one in reversed(finding.citations)
    }
    ordered = sorted(
        every.values(), key=lambda one: (one.published or date.max, one.article, one.start, one.end)
    )
    taken: Counter[str] = Counter()
    kept = []
    for citation in ordered:
        taken[citation.article] += 1
        if taken[citation.article] <= SENTENCES_PER_ARTICLE:
            kept.append(citation)
    return tuple(kept)
