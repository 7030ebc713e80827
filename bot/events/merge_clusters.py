"""Groups of linked findings, without the two faults of plain linking: vague go-betweens and endless chains."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from bot.events.merge_anchor import anchor_day
from bot.model import Event

SPAN_DAYS = 7
"""A chain of reports, each near the next, is one event while it spans at most so many days. A longer one is
a series (daily talks, a repeated slogan) and is cut into calendar weeks. The cut also bounds how far a new
report can reach, which lets the store load a window instead of its whole past."""

Detail = frozenset[tuple[str, str]]
"""What must not contradict within one event: (country, surname) pairs, or (country, "") for parties."""
Edge = tuple[int, int]


def clusters(findings: Sequence[Event], edges: Iterable[Edge]) -> list[list[Event]]:
    """The connected groups of `findings` under `edges` (pairs of positions), long chains cut into weeks."""
    links = list(edges)
    found = []
    for members in _components(range(len(findings)), links):
        if _span([findings[member] for member in members]) <= SPAN_DAYS:
            found.append(members)
            continue
        found.extend(_cut(findings, members, links))
    return [[findings[member] for member in members] for members in found]


def without_go_betweens(
    details: Sequence[Detail], edges: Iterable[Edge], fits: Callable[[Detail, Detail], bool]
) -> list[Edge]:
    """`edges` less those by which a vague finding would join two that contradict each other.

    A report that names no person fits a quote by the president and one by the minister: then it belongs to
    neither. "More specific" is a superset of the vague one's detail.
    """
    links = list(edges)
    finer: dict[int, set[Detail]] = defaultdict(set)
    for one, other in (*links, *((b, a) for a, b in links)):
        if details[other] > details[one]:
            finer[one].add(details[other])
    torn = {one for one, above in finer.items() if not all(fits(a, b) for a in above for b in above)}
    return [
        (one, other)
        for one, other in links
        if not (one in torn and details[other] > details[one])
        and not (other in torn and details[one] > details[other])
    ]


def _span(findings: Iterable[Event]) -> int:
    days = [day for finding in findings if (day := anchor_day(finding))]
    return (max(days) - min(days)).days if days else 0


def _cut(findings: Sequence[Event], members: Sequence[int], edges: Iterable[Edge]) -> list[list[int]]:
    weeks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for member in members:
        day = anchor_day(findings[member])
        weeks[day.isocalendar()[:2] if day else (0, 0)].append(member)
    return [part for week in weeks.values() for part in _components(week, edges)]


def _components(members: Iterable[int], edges: Iterable[Edge]) -> list[list[int]]:
    parent = {member: member for member in members}

    def root(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for one, other in edges:
        if one in parent and other in parent:
            parent[root(one)] = root(other)
    found: dict[int, list[int]] = defaultdict(list)
    for member in parent:
        found[root(member)].append(member)
    return list(found.values())
