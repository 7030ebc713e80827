"""One event out of many reports of it.

A finding is an event as one article tells it. `merge` joins those that tell the same thing; it is a
function of the set of findings, so neither order nor repetition nor batches of arrival change what comes
out, ids included. What joins what is in `merge_days` (contacts and mediation) and `merge_words`
(statements); what is kept of each, in `merge_fold`.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.events.merge_anchor import OWN_DAYS, anchor_day, family, groups, own_ids
from bot.events.merge_days import contacts, mediations
from bot.events.merge_fold import fold
from bot.events.merge_words import statements
from bot.model import Event

WINDOW = timedelta(days=3 * OWN_DAYS)
"""Findings whose anchor days lie farther apart can never change each other's event. The longest reach: two
undated reports of one day may be printed `OWN_DAYS` before and after it, and which day takes the second is
decided by what is told up to `OWN_DAYS` around it. All else reaches less: a chain of undated reports spans
`SPAN_DAYS` before it is cut, one link more decides whether it is, that link can hang on whether a report is
too vague, and that on whether a dated report within `OWN_DAYS` takes it away."""

_SORTERS = {"contact": contacts, "mediation": mediations, "statement": statements}


def merge(findings: Iterable[Event]) -> tuple[Event, ...]:
    """The events told by `findings`, in order of id; each with all its citations.

    Findings of one id are one finding. Every finding is in exactly one event.
    """
    blocks: dict[str, list[Event]] = defaultdict(list)
    for finding in _distinct(findings):
        blocks[_block(finding)].append(finding)
    events = [fold(cluster) for key, block in blocks.items() for cluster in _clusters(key, block)]
    return tuple(sorted(events, key=lambda event: event.id))


def _clusters(key: str, block: list[Event]) -> list[list[Event]]:
    return _SORTERS[key.partition(":")[0]](block) if len(block) > 1 else [block]


def block_keys(finding: Event) -> tuple[str, ...]:
    """Keys of which two findings share one if they could ever be one event, such as `contact:RU|TR`.

    A contact's is everyone who took part, a statement's or mediation's whoever acts.
    """
    return (_block(finding),)


def affected(new: Iterable[Event], nearby: Iterable[Event], gone: Iterable[Event] = ()) -> tuple[Event, ...]:
    """The events to be written after `new` findings arrived and those `gone` were taken back.

    How the ingest flow uses it: for each block key of the new findings and of those gone (of articles read
    anew), load as `nearby` the stored findings that stay and whose anchor day (`anchor_day`) is at most two
    `WINDOW`s from that of a new or gone one, and all that have no anchor day; then, in one transaction, store
    the new, remove the gone, delete every stored event that holds a gone finding or one of the events
    returned, and insert these. The stored events are then what `merge` of all stored findings would give.
    """
    arrived = _distinct(new)
    changed = [*arrived, *_distinct(gone)]
    every = _distinct([*arrived, *nearby])
    touched = _within_reach(every, changed)
    return tuple(event for event in merge(every) if touched.intersection(event.findings))


def _within_reach(every: Iterable[Event], changed: Iterable[Event]) -> set[str]:
    """Ids of the findings whose events `changed` ones can alter: of one block, near in time or of one text."""
    days: dict[str, list[date]] = defaultdict(list)
    texts: dict[str, set[str]] = defaultdict(set)
    for one in changed:
        day = anchor_day(one)
        if day is None:
            texts[_block(one)] |= groups(one)
        else:
            insort(days[_block(one)], day)
    return {one.id for one in every if _is_reached(one, days[_block(one)], texts[_block(one)])}


def _is_reached(finding: Event, days: Sequence[date], texts: set[str]) -> bool:
    day = anchor_day(finding)
    if day is None:
        return bool(groups(finding) & texts)
    place = bisect_left(days, day)
    return any(abs(near - day) <= WINDOW for near in days[max(place - 1, 0) : place + 1])


def _block(finding: Event) -> str:
    name = family(finding.kind)
    everyone = (*finding.actors, *finding.targets) if name == "contact" else finding.actors
    return f"{name}:{'|'.join(sorted({actor.country for actor in everyone}))}"


def _distinct(findings: Iterable[Event]) -> list[Event]:
    """Each finding once, in order of id; of two that differ under one id, always the same one."""
    kept: dict[str, Event] = {}
    for finding in findings:
        other = kept.get(finding.id)
        kept[finding.id] = finding if other is None or other == finding else min(other, finding, key=repr)
    return [_known(kept[key]) for key in sorted(kept)]


def _known(finding: Event) -> Event:
    if own_ids(finding) != (finding.id,):
        raise ValueError(
            f"Event {finding.id} is merged already; only findings of single articles can be merged."
        )
    return finding
