"""Which contacts are one contact, and which reports of mediation one mediation: by who, and by the day.

Reports that tell the day are joined day by day and never across days. One that does not is taken by the
nearest day told by another; those no day takes are joined among themselves.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from bot.events.merge_anchor import NEAR_DAYS, OWN_DAYS, are_near, groups, published
from bot.events.merge_clusters import Detail, Edge, clusters, without_go_betweens
from bot.model import Event, EventKind, Medium, Status

Suits = Callable[[Event, Sequence[Event]], bool]


def contacts(block: Sequence[Event]) -> list[list[Event]]:
    """The contacts told by findings of one set of countries.

    A call and a meeting of one day are two contacts, unless the call is vague ("held talks"): then it is
    the meeting told in other words.
    """
    by_day, rest = _placed(block, _may_be_same_contact)
    runs = clusters(rest, _neighbours(rest))
    return [group for members in (*by_day, *runs) for group in _calls_and_meetings(members)]


def mediations(block: Sequence[Event]) -> list[list[Event]]:
    """The mediations told by findings of one set of mediators: one for each stage, day and set of parties."""
    stages: dict[str, list[Event]] = defaultdict(list)
    for finding in block:
        stages[str(finding.stage)].append(finding)
    return [group for members in stages.values() for group in _one_stage(members)]


def _one_stage(members: Sequence[Event]) -> list[list[Event]]:
    by_day, rest = _placed(members, _shares_parties)
    return [
        group for part in (*by_day, rest) for group in clusters(part, _party_links(part, near=part is rest))
    ]


def _placed(block: Sequence[Event], suits: Suits) -> tuple[list[list[Event]], list[Event]]:
    """Findings by the day they tell or are taken by, and those without."""
    told: dict[date, list[Event]] = defaultdict(list)
    for finding in block:
        if finding.date:
            told[finding.date].append(finding)
    placed = {day: list(members) for day, members in told.items()}
    rest = []
    for finding in block:
        if finding.date is None:
            day = _nearest_day(finding, told, suits)
            placed[day].append(finding) if day else rest.append(finding)
    return list(placed.values()), rest


def _nearest_day(finding: Event, told: dict[date, list[Event]], suits: Suits) -> date | None:
    """The nearest day on which another finding tells the like: before it was printed, or after if planned.

    A day its own text or a copy of it tells comes first: what one sentence or trim lost, another supplies.
    """
    printed = published(finding)
    if printed is None:
        return None
    way = 1 if finding.status is Status.PLANNED else -1
    days = [printed + timedelta(days=way * step) for step in range(OWN_DAYS + 1)]
    fit = [day for day in days if day in told and suits(finding, told[day])]
    own = [day for day in fit if any(groups(finding) & groups(other) for other in told[day])]
    near = [day for day in fit if abs((day - printed).days) <= NEAR_DAYS]
    return next(iter([*own, *near]), None)


def _is_vague(finding: Event) -> bool:
    return finding.kind is EventKind.CALL and finding.medium in {None, Medium.UNSPECIFIED}


def _may_be_same_contact(finding: Event, others: Sequence[Event]) -> bool:
    if _is_vague(finding):
        return True
    return any(other.kind is finding.kind or _is_vague(other) for other in others)


def _calls_and_meetings(members: Sequence[Event]) -> list[list[Event]]:
    meetings = [finding for finding in members if finding.kind is EventKind.MEETING]
    calls = [finding for finding in members if finding.kind is not EventKind.MEETING]
    if all(_is_vague(finding) for finding in calls) and not _told_apart(calls, meetings):
        return [list(members)]
    return [part for part in (calls, meetings) if part]


def _told_apart(calls: Sequence[Event], meetings: Sequence[Event]) -> bool:
    """Whether one article tells of a call that was held and of a meeting still to come: "spoke and agreed to meet"."""
    to_come = {group for one in meetings if one.status is Status.PLANNED for group in groups(one)}
    return any(one.status is Status.HELD and to_come & groups(one) for one in calls)


def _neighbours(findings: Sequence[Event]) -> list[Edge]:
    """Each finding linked to the next in time that is near it, and copies of an undated text to each other."""
    order = sorted(
        range(len(findings)), key=lambda i: (published(findings[i]) or date.min, min(groups(findings[i])))
    )
    return [(one, other) for one, other in pairwise(order) if are_near(findings[one], findings[other])]


def _parties(finding: Event) -> Detail:
    return frozenset((party.country, "") for party in finding.parties)


def _contains(one: Detail, other: Detail) -> bool:
    return one <= other or other <= one


def _shares_parties(finding: Event, others: Sequence[Event]) -> bool:
    return any(_contains(_parties(finding), _parties(other)) for other in others)


def _party_links(members: Sequence[Event], *, near: bool) -> list[Edge]:
    details = [_parties(finding) for finding in members]
    edges = [
        (one, other)
        for one, other in combinations(range(len(members)), 2)
        if _contains(details[one], details[other]) and (not near or are_near(members[one], members[other]))
    ]
    return without_go_betweens(details, edges, _contains)
