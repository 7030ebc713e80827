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
    """The citations of `event`, the ones that best show it first.

    Those whose sentence holds its quote; then, since a plan, a call or a mediation is told as it last
    stood, those of the latest day; else in their own order.
    """

    def place(citation: Citation) -> tuple[bool, int]:
        day = citation.published.toordinal() if citation.published else 0
        return (event.quote or "") not in citation.sentence, 0 if event.act else -day

    return tuple(sorted(event.citations, key=place))


def proof(event: Event) -> Citation:
    """The citation a line shows. An event always has one."""
    return proofs(event)[0]
