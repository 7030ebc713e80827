"""One event out of many reports of it.

A finding is an event as one article tells it. `merge` joins those that tell the same thing; it is a
function of the set of findings, so neither order nor repetition nor batches of arrival change what comes
out, ids included. What joins what is in `merge_days` (contacts and mediation) and `merge_words`
(statements); what is kept of each, in `merge_fold`.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from bot.events.merge_anchor import NEAR_DAYS, anchor_day, family, groups, own_ids
from bot.events.merge_clusters import SPAN_DAYS
from bot.events.merge_days import contacts, mediations
from bot.events.merge_fold import fold
from bot.events.merge_words import statements
from bot.model import Event

WINDOW = timedelta(days=SPAN_DAYS + 3 * NEAR_DAYS)
"""Findings whose anchor days lie farther apart can never change each other's event. The longest reach is an
undated mediation's: its chain spans `SPAN_DAYS` before it is cut, one link more decides whether it is, that
link can hang on whether a report is too vague, and that on whether a dated report takes it away."""

_SORTERS = {"contact": contacts, "mediation": mediations, "statement": statements}


def merge(findings: Iterable[Event]) -> tuple[Event, ...]:
    """The events told by `findings`, in order of id; each with all its citations.

    Findings of one id are one finding. Every finding is in exactly one event.
    """
    blocks: dict[str, list[Event]] = defaultdict(list)
    for finding in _distinct(findings):
        blocks[_block(finding)].append(finding)
    events = [
        fold(cluster) for key, block in blocks.items() for cluster in _SORTERS[key.partition(":")[0]](block)
    ]
    return tuple(sorted(events, key=lambda event: event.id))


def block_keys(finding: Event) -> tuple[str, ...]:
    """Keys of which two findings share one if they could ever be one event, such as `contact:RU|TR`.

    A contact's is everyone who took part, a statement's or mediation's whoever acts.
    """
    return (_block(finding),)


def affected(new: Iterable[Event], nearby: Iterable[Event], gone: Iterable[Event] = ()) -> tuple[Event, ...]:
    """The events to be written after `new` findings arrived, given the findings `nearby` already stored.

    `gone` are findings that are told no longer (their article was read anew) and not among `nearby`: what they
    had joined may fall apart.

    How the ingest flow uses it: store the new findings; for each of their block keys load the stored ones
    whose anchor day (`anchor_day`) is at most two `WINDOW`s from that of a new one, and all that have none;
    then, in one transaction, delete every stored event that holds a finding of the events returned, and
    insert these. The stored events are then what `merge` of all findings ever stored would give.
    """
    arrived = _distinct(new)
    every = _distinct([*arrived, *nearby])
    moved = [*arrived, *_distinct(gone)]
    touched = {finding.id for finding in every if any(_within_reach(finding, one) for one in moved)}
    return tuple(event for event in merge(every) if touched.intersection(event.findings))


def _within_reach(one: Event, other: Event) -> bool:
    if _block(one) != _block(other):
        return False
    here, there = anchor_day(one), anchor_day(other)
    if here is None or there is None:
        return here is there and bool(groups(one) & groups(other))
    return abs(here - there) <= WINDOW


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
