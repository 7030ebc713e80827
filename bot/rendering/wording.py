"""Puts a briefing into words: from `Briefing` to `Sheet`."""

from dataclasses import dataclass
from itertools import groupby

from bot.model import Briefing, Change, Entry, Event, EventKind, Lead, Reference, Section, Standing
from bot.rendering.days import hour, long_day, opening_day, short_day
from bot.rendering.excerpt import excerpt, in_marks
from bot.rendering.naming import Naming
from bot.rendering.phrases import Phrases
from bot.rendering.safety import clean, safe_link, shortened
from bot.rendering.sheet import EventLine, Group, LeadLine, Part, Sheet, SourceLine
from bot.rendering.words import Words, words


def sheet(briefing: Briefing, locale: str = "en", zone: str = "UTC") -> Sheet:
    """`briefing` in the words of `locale`, its hours those of `zone` (IANA)."""
    return _Writer(briefing, words(locale), zone).sheet()


TOPIC_LENGTH = 120
"""Characters of a topic before it is shortened: it names a matter, and the words beside it tell it in full."""


@dataclass(frozen=True, slots=True)
class _Writer:
    briefing: Briefing
    words: Words
    zone: str

    @property
    def naming(self) -> Naming:
        return Naming(self.words)

    def sheet(self) -> Sheet:
        briefing, say = self.briefing, self.words
        return Sheet(
            locale=say.locale,
            title=say("title"),
            scope=self._scope() or say("world"),
            day=long_day(say, briefing.day),
            day_iso=briefing.day.isoformat(),
            counts=self._counts() if self._entries() else "",
            window=self._window(),
            nothing=self._nothing(),
            lead=tuple(map(self._lead, briefing.lead)),
            parts=self._parts(briefing.sections),
            earlier=self._parts(briefing.earlier),
            sources=tuple(map(source_line, briefing.references)),
        )

    def _window(self) -> str:
        since, until = self.briefing.since, self.briefing.until
        return self.words(
            "head.window",
            since=hour(self.words, since, self.zone),
            until=hour(self.words, until, self.zone),
        )

    def _scope(self) -> str:
        return self.words.joined(tuple(map(self.naming.country, self.briefing.countries)))

    def _entries(self) -> tuple[Entry, ...]:
        parts = (*self.briefing.sections, *self.briefing.earlier)
        return tuple(entry for part in parts for entry in part.entries)

    def _is_mixed(self) -> bool:
        """Whether anything is not new, so that it is worth saying what each line is."""
        return any(entry.standing is not Standing.NEW for entry in self._entries())

    def _counts(self) -> str:
        """“15 events from 9 articles read: 12 new, 3 updated”; the standings only where they differ."""
        say, briefing = self.words, self.briefing
        events = say.counted("head.events", briefing.events_total)
        counts = say.counted("head.articles", briefing.articles_total, events=events)
        found = [entry.standing for entry in self._entries()]
        each = [say(f"head.{kind}", count=found.count(kind)) for kind in Standing if kind in found]
        if not self._is_mixed():
            return counts
        return say("head.standings", counts=counts, standings=say("list.comma").join(each))

    def _nothing(self) -> tuple[str, ...]:
        if self.briefing.sections or self.briefing.earlier:
            return ()
        say, scope = self.words, self.naming.countries(self.briefing.countries)
        said = say("head.nothing", scope=scope) if scope else say("head.nothing_world")
        read = self.briefing.articles_total
        return said, say.counted("head.read", read) if read else say("head.none_read")

    def _lead(self, lead: Lead) -> LeadLine:
        text = Phrases(self.words).lead(lead, self.briefing.day)
        if lead.date:
            text += self.words("date.on", day=opening_day(self.words, lead.date, self.briefing.day))
        if lead.topic and lead.kind is EventKind.STATEMENT:
            text = self.words("topic.after", sentence=text, topic=_topic(lead.topic, self.words))
        return LeadLine(self.words("person.sentence", sentence=text), self._sources(lead.references))

    def _parts(self, sections: tuple[Section, ...]) -> tuple[Part, ...]:
        kinds = groupby(sections, key=lambda section: section.kind)
        return tuple(Part(self.words(f"heading.{kind}"), tuple(map(self._group, of))) for kind, of in kinds)

    def _group(self, section: Section) -> Group:
        country = self.naming.country(section.country) if section.country else ""
        flag = self.naming.flags([section.country]) if section.country else ""
        lines = tuple(
            self._line(entry, before, flag)
            for before, entry in zip((None, *section.entries), section.entries, strict=False)
        )
        return Group(country, flag, lines, self._more(section))

    def _more(self, section: Section) -> str:
        if section.more_countries:
            names = self.naming.countries(section.more_countries)
            return self.words.counted("more.of_countries", section.more, countries=names)
        return self.words.counted(f"more.{section.kind}", section.more) if section.more else ""

    def _line(self, entry: Entry, before: Entry | None, flag: str) -> EventLine:
        event, day = entry.event, self.briefing.day
        text, quoted = excerpt(event)
        flags = self.naming.flags(actor.country for actor in event.actors)
        return EventLine(
            event=event.id,
            phrase=Phrases(self.words).event(event, day),
            flags="" if flags == flag else flags,
            standing=self._standing(entry) if self._is_mixed() else "",
            when=short_day(self.words, event.date, day),
            when_iso=event.date.isoformat() if event.date else "",
            topic=_topic(event.topic or "", self.words),
            excerpt=in_marks(text, self.words, quoted=quoted),
            quoted=quoted,
            is_repeated=before is not None and excerpt(before.event)[0] == text,
            publishers=self._publishers(event),
            sources=self._sources(entry.references),
        )

    def _standing(self, entry: Entry) -> str:
        standing = self.words(f"standing.{entry.standing}")
        if not entry.changes:
            return standing
        changes = self.words("list.comma").join(self._change(change, entry.event) for change in entry.changes)
        return self.words("standing.with_changes", standing=standing, changes=changes)

    def _change(self, change: Change, event: Event) -> str:
        values = {Change.STATUS: event.status or "none", Change.STAGE: event.stage or "none"}
        return self.words(".".join(("updated", change, values.get(change, ""))).rstrip("."))

    def _publishers(self, event: Event) -> str:
        publishers = self.words.counted("publishers", event.publishers)
        if event.copies > event.publishers:
            publishers = self.words("publishers.copies", publishers=publishers, count=event.copies)
        if not (otherwise := self._otherwise(event)):
            return publishers
        return self.words("publishers.otherwise", publishers=publishers, otherwise=otherwise)

    def _otherwise(self, event: Event) -> str:
        """What some report says against the line: “Tue 10 Oct, by video link”."""
        days = [short_day(self.words, day, self.briefing.day) for day in event.other_dates]
        media = [self.words(f"medium.{medium}").strip() for medium in event.other_media]
        return self.words("list.comma").join((*days, *media))

    def _sources(self, numbers: tuple[int, ...]) -> tuple[SourceLine, ...]:
        known = {reference.number: reference for reference in self.briefing.references}
        return tuple(source_line(known[number]) for number in numbers)


def source_line(reference: Reference) -> SourceLine:
    """A source in words, with a link only where it is a plain web address."""
    return SourceLine(
        reference.number, clean(reference.source), clean(reference.title or ""), safe_link(reference.url)
    )


def _topic(topic: str, say: Words) -> str:
    return shortened(clean(topic), TOPIC_LENGTH, say("quotation.omitted"))
