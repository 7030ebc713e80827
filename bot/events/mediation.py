"""Mediation: who brings, or offers to bring, parties together, and how far it has come.

The mediator is the actor of the event; whoever asked for it, accepted it or turned it down is a target. Finished
brokerage told as a property of something else ("a UN-brokered truce") is background, and so is praise for it.
"""

from datetime import date

from spacy.tokens import Token

from bot.events.mediation_deed import Deed
from bot.events.mediation_parties import parties
from bot.events.mediation_stage import REPORTS, stage_of
from bot.events.mediation_words import MediationWords, load_mediation_words
from bot.events.mediators import find_deed
from bot.events.people import Who
from bot.events.public import actors
from bot.events.scene import Scene
from bot.events.statements import Draft
from bot.model import Event, EventKind, Stage


def find_mediation(scene: Scene) -> tuple[Draft, ...]:
    """All mediation of the article, one event per sentence and mediator, undated where the clause gives no day."""
    words = load_mediation_words()
    kept: dict[tuple[int, tuple[str, ...]], Draft] = {}
    for token in scene.reading.either(words.telling):
        deed = find_deed(scene, words, token)
        draft = _draft(scene, words, deed) if deed is not None and deed.mediators else None
        if draft is not None:
            key = (token.sent.start, tuple(sorted(a.country for a in draft.event.actors)))
            kept.setdefault(key, draft)
    return tuple(kept.values())


def _draft(scene: Scene, words: MediationWords, deed: Deed) -> Draft | None:
    stage = stage_of(scene, words, deed)
    if stage is None:
        return None
    mediators = tuple(_voiced_by(scene, deed, who) for who in deed.mediators)
    event = Event(
        id="", kind=EventKind.MEDIATION, stage=stage, actors=actors(mediators), targets=actors(deed.others) if stage in (Stage.REQUESTED, Stage.ACCEPTED, Stage.DECLINED) else (),
        parties=parties(scene, deed, stage), date=_day(scene, deed.anchor, stage), quote=scene.quote(((deed.anchor.sent.start_char, deed.anchor.sent.end_char),)), citations=(scene.proof(deed.anchor),),
    )  # fmt: skip
    span = deed.anchor.sent
    return Draft(event, deed.anchor, mediators, ((span.start_char, span.end_char),))


def _day(scene: Scene, anchor: Token, stage: Stage) -> date | None:
    """The day of the deed: its own, else that on which it was announced, unless it was going on anyway."""
    day = scene.day(anchor)
    if day is not None or stage is Stage.UNDERWAY:
        return day
    told = next((up for up in anchor.ancestors if up.lemma_.lower() in REPORTS), None)
    return scene.day(told) if told is not None else None


def _voiced_by(scene: Scene, deed: Deed, who: Who) -> Who:
    """The official in whose words the sentence gives a state's mediation: "Russia could help, Putin said"."""
    if who.person:
        return who
    for speech in scene.speech:
        if speech.source is not None and speech.cue.sent == deed.anchor.sent:
            for speaker in scene.cast.resolve(speech.source):
                if speaker.person and speaker.state and speaker.code == who.code and speaker.name:
                    return speaker
    return who
