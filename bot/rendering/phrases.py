"""What an event says happened, in words: no more than its own fields claim."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.model import Actor, Event, EventKind, Lead, Medium, Status
from bot.rendering.naming import Naming, capitalised, distinct
from bot.rendering.words import Words

_MARK = "\ufffc"
"""Stands for the actors while a pattern is filled, so that their place is known afterwards."""

CONTACTS = frozenset({EventKind.CALL, EventKind.MEETING})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line in three pieces, so that a format can set the actors (`who`) off from the rest."""

    before: str
    who: str
    after: str

    @property
    def text(self) -> str:
        """The whole phrase."""
        return f"{self.before}{self.who}{self.after}"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Events in the language of `words`."""

    words: Words

    @property
    def naming(self) -> Naming:
        """The names in the same language."""
        return Naming(self.words)

    def event(self, event: Event, today: date) -> Phrase:
        """Who did what to whom; `today` tells a plan that is still to come from one whose day is past."""
        if event.kind in CONTACTS:
            # Whoever took part in a contact is its subject.
            actors = (*event.actors, *event.targets)
            form = "together" if len(_codes(actors)) > 1 else "alone"
            pattern = self._contact(event.kind, _tense(event.status, event.date, today), form, event.medium)
            return _filled(pattern, self.naming.parties(actors))
        return _filled(self._deed(event, event.parties), self.naming.parties(event.actors))

    def lead(self, lead: Lead, today: date) -> str:
        """The opening sentence of `lead`, without its full stop."""
        who = self.naming.opening(lead.actors)
        if lead.kind not in CONTACTS:
            return _filled(self._deed(lead, lead.others), who).text
        form = "with" if lead.others else "together" if len(_codes(lead.actors)) > 1 else "alone"
        whom = self.naming.counterparts(lead.others)
        tense = _tense(lead.status, lead.date, today)
        return _filled(self._contact(lead.kind, tense, form, lead.medium, whom), who).text

    def _deed(self, told: Event | Lead, parties: tuple[Actor, ...]) -> str:
        """The pattern of a mediation or statement; nobody stands in it twice."""
        mine = _codes(told.actors)
        whom, count = self._others(told.targets, mine)
        if told.kind is EventKind.STATEMENT:
            form = "to" if count else "plain"
            return self.words(f"statement.{told.act or 'none'}.{form}", who=_MARK, whom=whom)
        names, number = self._others(parties, mine | _codes(told.targets))
        between = self.words(f"parties.{('none', 'one', 'several')[min(number, 2)]}", parties=names)
        form = "by" if count else "one" if len(mine) == 1 else "other"
        return self.words(f"mediation.{told.stage or 'none'}.{form}", who=_MARK, whom=whom, parties=between)

    def _others(self, actors: tuple[Actor, ...], codes: frozenset[str]) -> tuple[str, int]:
        """Those of `actors` who are not of `codes`, in words, and of how many countries they are."""
        others = [actor for actor in distinct(actors) if actor.country not in codes]
        return self.naming.parties(others), len(_codes(others))

    def _contact(self, kind: EventKind, tense: str, form: str, medium: Medium | None, whom: str = "") -> str:
        how = self.words(f"medium.{medium or Medium.UNSPECIFIED}")
        return self.words(f"{kind}.{tense}.{form}", who=_MARK, whom=whom, medium=how)


def _codes(actors: Iterable[Actor]) -> frozenset[str]:
    return frozenset(actor.country for actor in actors)


def _tense(status: Status | None, day: date | None, today: date) -> str:
    if status is Status.PLANNED and day is not None and day < today:
        return "overdue"
    return status or "none"


def _filled(pattern: str, who: str) -> Phrase:
    before, _, after = pattern.partition(_MARK)
    return Phrase(before, who if before else capitalised(who), after)
