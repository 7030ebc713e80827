"""The sections of a briefing: entries by kind, most important first, capped, the rest counted."""

from collections.abc import Iterable
from itertools import chain

from bot.briefing.order import country_order, home, ordered
from bot.briefing.proof import proof
from bot.model import Entry, EventKind, Limits, Section, SectionKind

KINDS = {
    EventKind.MEDIATION: SectionKind.MEDIATION,
    EventKind.CALL: SectionKind.CALLS,
    EventKind.MEETING: SectionKind.MEETINGS,
    EventKind.STATEMENT: SectionKind.STATEMENTS,
}


def sections(entries: Iterable[Entry], countries: tuple[str, ...], limits: Limits) -> tuple[Section, ...]:
    """Mediation, calls and meetings, then the statements of each country."""
    groups = _by_kind(entries)
    most = {
        SectionKind.MEDIATION: limits.mediation,
        SectionKind.CALLS: limits.calls,
        SectionKind.MEETINGS: limits.meetings,
    }
    contacts = (_section(kind, groups[kind], limit) for kind, limit in most.items() if groups[kind])
    return (*contacts, *_statements(groups[SectionKind.STATEMENTS], countries, limits))


def earlier_sections(entries: Iterable[Entry], limits: Limits) -> tuple[Section, ...]:
    """The same for what is set apart as older, with the statements of all countries together."""
    groups = _by_kind(entries)
    return tuple(_section(kind, group, limits.earlier) for kind, group in groups.items() if group)


def _by_kind(entries: Iterable[Entry]) -> dict[SectionKind, list[Entry]]:
    groups: dict[SectionKind, list[Entry]] = {kind: [] for kind in SectionKind}
    for entry in ordered(entries):
        groups[KINDS[entry.event.kind]].append(entry)
    return groups


def _section(kind: SectionKind, entries: list[Entry], limit: int, country: str | None = None) -> Section:
    return Section(kind, _gathered(entries[:limit]), country, more=max(len(entries) - limit, 0))


def _gathered(entries: list[Entry]) -> tuple[Entry, ...]:
    """`entries` with those that one sentence proves side by side, where the first of them stands."""
    by_proof: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        citation = proof(entry.event)
        by_proof.setdefault((citation.article, citation.sentence), []).append(entry)
    return tuple(chain.from_iterable(by_proof.values()))


def _statements(entries: list[Entry], countries: tuple[str, ...], limits: Limits) -> tuple[Section, ...]:
    order = country_order(entries, countries)
    shown, unshown = order[: limits.countries], order[limits.countries :]
    of = {
        country: [entry for entry in entries if home(entry.event, countries) == country] for country in order
    }
    limit = max(limits.statements, limits.statements_in_all // max(len(shown), 1))
    parts = [_section(SectionKind.STATEMENTS, of[country], limit, country) for country in shown]
    if unshown:
        rest = sum(len(of[country]) for country in unshown)
        parts.append(Section(SectionKind.STATEMENTS, (), more=rest, more_countries=unshown))
    return tuple(parts)
