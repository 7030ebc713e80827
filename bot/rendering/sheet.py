"""A briefing in words, before any format: what every template lays out, so that no two formats can disagree."""

from dataclasses import dataclass

from bot.rendering.phrases import Phrase


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A numbered source: outlet, title if known, and a link that is safe to click, or none."""

    number: int
    outlet: str
    title: str
    link: str | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of a briefing in words.

    `when_iso` is empty for an undated event; `quoted` tells a person's own words from a sentence of the
    article; `is_repeated` says that the line before showed the same words; `standing` is empty where
    everything is new, and `flags` where the heading above has the only one.
    """

    event: str
    phrase: Phrase
    flags: str
    standing: str
    when: str
    when_iso: str
    topic: str
    excerpt: str
    quoted: bool
    is_repeated: bool
    publishers: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class LeadLine:
    """One opening sentence and the sources of its events."""

    text: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one country, or of a whole part where `country` is empty; `more` if some were left out."""

    country: str
    flag: str
    lines: tuple[EventLine, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Part:
    """All lines of one kind, under one heading."""

    heading: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole briefing in words. `nothing` says that it is empty, and is itself empty where it is not."""

    locale: str
    title: str
    scope: str
    day: str
    day_iso: str
    counts: str
    window: str
    nothing: tuple[str, ...]
    lead: tuple[LeadLine, ...]
    parts: tuple[Part, ...]
    earlier: tuple[Part, ...]
    sources: tuple[SourceLine, ...]
