"""Which sentence stands for an event, and which of its citations are independent of each other."""

from collections.abc import Sequence

from bot.model import Citation, Event


def marks(citation: Citation) -> tuple[str, ...]:
    """What tells one publisher from another: the outlet, if known, and the syndication group."""
    return (citation.source, citation.group) if citation.source else (citation.group,)


def independent(citations: Sequence[Citation]) -> tuple[tuple[Citation, ...], ...]:
    """Citations by independent publisher, in order of first appearance.

    Two citations are of one publisher when they share an outlet or a syndication group, directly or
    through a third: an agency's text in two papers, and a paper's second article, all count once.
    """
    families: list[tuple[set[str], list[int]]] = []
    for place, citation in enumerate(citations):
        keys = set(marks(citation))
        joined = [family for family in families if keys & family[0]]
        families = [family for family in families if not keys & family[0]]
        places = sorted([place, *(other for _, others in joined for other in others)])
        families.append((keys.union(*(names for names, _ in joined)), places))
    ordered = sorted(places for _, places in families)
    return tuple(tuple(citations[place] for place in places) for places in ordered)


def proofs(event: Event) -> tuple[Citation, ...]:
    """The citations of `event`, those whose sentence holds its quote first; else in their own order."""
    return tuple(sorted(event.citations, key=lambda citation: (event.quote or "") not in citation.sentence))


def proof(event: Event) -> Citation:
    """The citation a line shows. An event always has one."""
    return proofs(event)[0]
