"""What an event says happened, in words: no more than its own fields claim."""

from dataclasses import dataclass
from datetime import date

from bot.model import Actor, Event, EventKind, Lead, Medium, Stage, Status
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
        actors = _participants(event)
        who = self.naming.parties(actors)
        codes = frozenset(actor.country for actor in actors)
        if event.kind in CONTACTS:
            form = "together" if len(codes) > 1 else "alone"
            pattern = self._contact(event.kind, _tense(event.status, event.date, today), form, event.medium)
        elif event.kind is EventKind.MEDIATION:
            pattern = self._mediation(event.stage, len(codes), self._others(event.parties, codes))
        else:
            pattern = self._statement(event.act, self._others(event.targets, codes))
        return _filled(pattern, who)

    def lead(self, lead: Lead, today: date) -> str:
        """The opening sentence of `lead`, without its full stop."""
        who = self.naming.opening(lead.actors)
        codes = frozenset(actor.country for actor in lead.actors)
        if lead.kind in CONTACTS:
            form = "with" if lead.others else "together" if len(codes) > 1 else "alone"
            tense = _tense(lead.status, lead.date, today)
            whom = self.naming.counterparts(lead.others)
            pattern = self._contact(lead.kind, tense, form, lead.medium, whom)
        elif lead.kind is EventKind.MEDIATION:
            pattern = self._mediation(lead.stage, len(codes), self._others(lead.others, codes))
        else:
            pattern = self._statement(lead.act, self._others(lead.others, codes))
        return _filled(pattern, who).text

    def _others(self, actors: tuple[Actor, ...], codes: frozenset[str]) -> tuple[str, int]:
        """Those whom the actors dealt with, in words, and of how many countries; never the actors again."""
        others = [actor for actor in distinct(actors) if actor.country not in codes]
        return self.naming.parties(others), len({actor.country for actor in others})

    def _contact(self, kind: EventKind, tense: str, form: str, medium: Medium | None, whom: str = "") -> str:
        how = self.words(f"medium.{medium or Medium.UNSPECIFIED}")
        return self.words(f"{kind}.{tense}.{form}", who=_MARK, whom=whom, medium=how)

    def _mediation(self, stage: Stage | None, mediators: int, parties: tuple[str, int]) -> str:
        names, count = parties
        between = self.words(f"parties.{('none', 'with', 'between')[min(count, 2)]}", parties=names)
        return self.words.counted(f"mediation.{stage or 'none'}", mediators, who=_MARK, parties=between)

    def _statement(self, act: str | None, targets: tuple[str, int]) -> str:
        names, count = targets
        return self.words(f"statement.{act or 'none'}.{'to' if count else 'plain'}", who=_MARK, whom=names)


def _participants(event: Event) -> tuple[Actor, ...]:
    """Everyone who took part in a contact; of anything else, those who did it."""
    return (*event.actors, *event.targets) if event.kind in CONTACTS else event.actors


def _tense(status: Status | None, day: date | None, today: date) -> str:
    if status is Status.PLANNED and day is not None and day < today:
        return "overdue"
    return status or "none"


def _filled(pattern: str, who: str) -> Phrase:
    before, _, after = pattern.partition(_MARK)
    return Phrase(before, who if before else capitalised(who), after)
