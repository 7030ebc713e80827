"""Sources by number: each address once, in the order in which a reader meets them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from bot.briefing.proof import independent, proofs
from bot.model import Citation, Entry, Event, Lead, Reference, Section

SHOWN_PUBLISHERS = 3
"""Sources named beside a line. Two let a reader compare accounts and a third settles it; the rest are counted."""


class Register:
    """Gives each source its number when it is first cited."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        """`titles` gives an article's title by its id."""
        self._titles = titles
        self._references: dict[str, Reference] = {}

    def number(self, citation: Citation) -> int:
        """The number of the source of `citation`; the same address has the same number."""
        key = citation.url or citation.article
        known = self._references.get(key)
        if known is None:
            title = self._titles.get(citation.article)
            known = Reference(len(self._references) + 1, outlet(citation), citation.url, title)
            self._references[key] = known
        return known.number

    def cite(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        """The numbers of `citations`, each once."""
        return tuple(dict.fromkeys(map(self.number, citations)))

    def references(self) -> tuple[Reference, ...]:
        """All sources cited so far, by number."""
        return tuple(self._references.values())


def outlet(citation: Citation) -> str:
    """What to call the publisher: its own name, or the host of the address, or the name of the article."""
    return citation.source or _host(citation.url or "").removeprefix("www.") or citation.name


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets that hold no IPv6 address: such a link names no host
        return ""


def _voices(event: Event) -> list[Citation]:
    """One citation for each independent publisher, the proving one first."""
    return [family[0] for family in independent(proofs(event))][:SHOWN_PUBLISHERS]


def number_lead(lead: Sequence[Lead], events: Mapping[str, Event], register: Register) -> tuple[Lead, ...]:
    """The opening sentences with the numbers of their sources: the proving one of each event."""
    return tuple(
        replace(sentence, references=register.cite(_voices(events[event])[0] for event in sentence.events))
        for sentence in lead
    )


def number_sections(sections: Iterable[Section], register: Register) -> tuple[Section, ...]:
    """The sections with the numbers of the sources of each line."""
    return tuple(
        replace(section, entries=tuple(_number_entry(entry, register) for entry in section.entries))
        for section in sections
    )


def _number_entry(entry: Entry, register: Register) -> Entry:
    return replace(entry, references=register.cite(_voices(entry.event)))
