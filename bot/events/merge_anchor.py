"""Where a finding stands in time and among copies: what merging measures distance by."""

from datetime import date

from bot.model import Event, EventKind

NEAR_DAYS = 3
"""How many days may lie between two reports of one thing where no day is told. News of a call or a quote is
printed within a long weekend of it; wider, and the next contact of a busy pair would be swallowed."""

OWN_DAYS = 7
"""The same between a report without a day and one with a day in the same text or a copy of it: a weekly tells
on Sunday of Monday's call, and returns to it without naming the day again."""


def family(kind: EventKind) -> str:
    """Calls and meetings are both contacts: which of the two it was is often left open."""
    return "contact" if kind in {EventKind.CALL, EventKind.MEETING} else str(kind)


def published(finding: Event) -> date | None:
    """The day of its article, or None where that is unknown."""
    return min((citation.published for citation in finding.citations if citation.published), default=None)


def anchor_day(finding: Event) -> date | None:
    """The day by which a finding is stored and looked up: when it happened, else when it was printed."""
    return finding.date or published(finding)


def groups(finding: Event) -> frozenset[str]:
    """Its syndication groups: one, unless its article was cited from several."""
    return frozenset(citation.group for citation in finding.citations)


def own_ids(finding: Event) -> tuple[str, ...]:
    """The ids it stands for: its own, unless it is a merged event."""
    return finding.findings or (finding.id,)


def are_near(one: Event, other: Event) -> bool:
    """Whether two findings lie near enough to be one thing; without any day, only copies of one text do."""
    here, there = anchor_day(one), anchor_day(other)
    if here is None or there is None:
        return here is there and bool(groups(one) & groups(other))
    return abs((here - there).days) <= NEAR_DAYS
