"""New, updated or ongoing: an event against what this chat was told of it before."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.briefing.proof import independent, marks
from bot.model import Briefing, Change, Event, Stage, Standing, Told


@dataclass(frozen=True, slots=True)
class News:
    """What an event is to one reader, and what about it is different."""

    standing: Standing
    changes: tuple[Change, ...] = ()


def findings(event: Event) -> tuple[str, ...]:
    """The ids under which an event is remembered; before any merging, its own."""
    return event.findings or (event.id,)


def news(event: Event, told: Mapping[str, Told]) -> News | None:
    """What there is to tell of `event`, None where a chat that was told `told` knows it all.

    A mediation under way that a known publisher reports again is ongoing: no change, but still running.
    """
    before = [told[finding] for finding in findings(event) if finding in told]
    if not before:
        return News(Standing.NEW)
    known = frozenset(mark for memory in before for mark in memory.publishers)
    changes = _changes(event, before, known)
    if changes:
        return News(Standing.UPDATED, changes)
    heard_again = any(citation.group not in known for citation in event.citations)
    return News(Standing.ONGOING) if event.stage is Stage.UNDERWAY and heard_again else None


def _changes(event: Event, before: list[Told], known: frozenset[str]) -> tuple[Change, ...]:
    confirmed = any(
        known.isdisjoint(mark for citation in family for mark in marks(citation))
        for family in independent(event.citations)
    )
    found = {
        Change.STATUS: event.status not in {memory.status for memory in before},
        Change.STAGE: event.stage not in {memory.stage for memory in before},
        Change.DATE: event.date is not None and event.date not in {memory.date for memory in before},
        Change.PUBLISHERS: confirmed,
    }
    # With a new status or stage comes its own day, which is no change of the day it had.
    found[Change.DATE] &= not (found[Change.STATUS] or found[Change.STAGE])
    return tuple(change for change, is_so in found.items() if is_so)


def remember(briefing: Briefing) -> dict[str, Told]:
    """What the chat has been told once `briefing` was sent, by finding id; to be laid over what it knew.

    Only lines that were shown count as told; those behind "and more" do not.
    """
    entries = (entry for section in (*briefing.sections, *briefing.earlier) for entry in section.entries)
    return {finding: _told(entry.event) for entry in entries for finding in findings(entry.event)}


def _told(event: Event) -> Told:
    names = dict.fromkeys(mark for citation in event.citations for mark in marks(citation))
    return Told(status=event.status, stage=event.stage, date=event.date, publishers=tuple(names))
