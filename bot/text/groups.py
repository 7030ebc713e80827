"""Which articles are one text: every copy folded under one representative, whatever the order they came in.

A representative stands for its group; a copy is kept, linked and counted, but never adds a publisher. Members are
compared with representatives only. Chained from copy to copy, a digest page would glue the stories it quotes into
one: at J3 >= .25 the longest such chain among 680 pages held 29 articles, twice the largest real group.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from bot.model import Resemblance
from bot.text.similarity import VERSION_LENGTH, Profile, profile, resemblance

_FOLDS = (Resemblance.COPY, Resemblance.VERSION)


@dataclass(frozen=True, slots=True)
class Member:
    """An article as far as folding needs it. `id` is unique; `published` is None where no source states a day."""

    id: str
    text: str
    title: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A link: article `part` is quoted within the much longer article `whole`."""

    part: str
    whole: str


def group(members: Iterable[Member]) -> dict[str, str]:
    """Map each article's id to its representative's, its own where it stands alone.

    The first published is asked first to stand for the others, an undated one last, the longer text before the
    shorter. The result depends on which members there are, never on their order.
    """
    representatives: list[tuple[str, Profile]] = []
    found: dict[str, str] = {}
    for member in _in_order(members):
        own = profile(member.text, member.title)
        folds = (name for name, other in representatives if resemblance(own, other) in _FOLDS)
        found[member.id] = next(folds, member.id)
        if found[member.id] == member.id:
            representatives.append((member.id, own))
    return found


def reference_day(
    members: Iterable[Member], groups: Mapping[str, str] | None = None
) -> dict[str, date | None]:
    """Give each article the day its relative dates count from: its own, or else the earliest of its group.

    None where nobody in the group states a day. `groups` is `group(members)`, if already at hand.
    """
    ordered = _in_order(members)
    folded = group(ordered) if groups is None else groups
    earliest: dict[str, date] = {}
    for member in ordered:
        if member.published is not None:
            earliest.setdefault(folded[member.id], member.published)
    return {member.id: member.published or earliest.get(folded[member.id]) for member in ordered}


def excerpts(members: Iterable[Member], groups: Mapping[str, str] | None = None) -> tuple[Excerpt, ...]:
    """Find the articles quoted within a much longer one of another group, sorted by the two ids."""
    ordered = _in_order(members)
    folded = group(ordered) if groups is None else groups
    profiles = sorted(
        ((profile(m.text, m.title), m.id) for m in ordered), key=lambda pair: len(pair[0].words)
    )
    links = (
        Excerpt(part_id, whole_id)
        for (part, part_id), (whole, whole_id) in combinations(profiles, 2)
        if len(part.words) < VERSION_LENGTH * len(whole.words)
        and folded[part_id] != folded[whole_id]
        and resemblance(part, whole) is Resemblance.EXCERPT
    )
    return tuple(sorted(links, key=lambda link: (link.part, link.whole)))


def _in_order(members: Iterable[Member]) -> list[Member]:
    """Put members in canonical order, one of each id."""
    ranked = sorted(members, key=_rank, reverse=True)
    return sorted({member.id: member for member in ranked}.values(), key=_rank)


def _rank(member: Member) -> tuple[date, int, str, str, str]:
    return (member.published or date.max, -len(member.text), member.id, member.text, member.title or "")
