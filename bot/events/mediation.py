"""Mediation: who brings, or offers to bring, parties together, and how far it has come.

The mediator is the actor of the event; whoever asked for it, accepted it or turned it down is a target. Finished
brokerage told as a property of something else ("a UN-brokered truce") is background, and so is praise for it.
"""

from datetime import date

from spacy.tokens import Span, Token

from bot.events.actors import actors
from bot.events.mediation_stage import REPORTS, stage_of
from bot.events.mediation_words import MediationWords, load_mediation_words
from bot.events.mediators import Deed, find_deed
from bot.events.people import Who
from bot.events.reading import subject
from bot.events.scene import Scene
from bot.events.statements import Draft
from bot.model import Actor, Event, EventKind, Stage
from bot.places.gazetteer import Sense


def find_mediation(scene: Scene) -> tuple[Draft, ...]:
    """All mediation of the article, one event per sentence and mediator, undated where the clause gives no day."""
    words = load_mediation_words()
    kept: dict[tuple[int, tuple[str, ...]], Draft] = {}
    for token in scene.reading.doc:
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
        parties=_parties(scene, deed), date=_day(scene, deed.anchor, stage), quote=scene.quote(((deed.anchor.sent.start_char, deed.anchor.sent.end_char),)), citations=(scene.proof(deed.anchor),),
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


def _parties(scene: Scene, deed: Deed) -> tuple[Actor, ...]:
    """Whom the mediation brings together: "between A and B", "the A-B conflict", "talks with" a group."""
    own = {who.code for who in (*deed.mediators, *deed.others)}
    sentence = deed.anchor.sent
    codes = _between(scene, sentence) or _adjectives(scene, sentence)
    codes = codes or _brought_together(scene, deed.anchor) or _offered_to(scene, deed.anchor)
    codes = [code for code in codes if code not in own]
    if not codes:
        groups = [
            m.code
            for t in sentence
            if (m := scene.cast.mention(t)) is not None and m.sense is Sense.GROUP and m.code not in own
        ]
        codes = list(dict.fromkeys(groups))
    if not codes:
        codes = [code for code in _conflict_before(scene, deed.anchor) if code not in own]
    return tuple(Actor(code) for code in codes)


def _brought_together(scene: Scene, anchor: Token) -> list[str]:
    """The several a clause is about: "the presidents of A and B met under the mediation of C"."""
    verb = anchor
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    someone = subject(verb)
    codes = (
        [who.code for who in scene.cast.resolve(someone) if who.code is not None]
        if someone is not None
        else []
    )
    return codes if len(codes) > 1 else []


def _offered_to(scene: Scene, anchor: Token) -> list[str]:
    """The several a verb is done to: "offer Armenia and Azerbaijan a table in Almaty"."""
    if anchor.pos_ != "VERB":
        return []
    inside = (t for t in anchor.subtree if t.i > anchor.i and t.head.lower_ not in ("in", "at"))
    found = (scene.cast.mention(token) for token in inside)
    codes = list(dict.fromkeys(m.code for m in found if m is not None and m.sense is not Sense.PERSON))
    return codes if len(codes) > 1 else []


def _between(scene: Scene, span: Span) -> list[str]:
    for token in span:
        if token.lower_ == "between":
            codes = scene.cast.codes_within(token.i, min(token.i + 20, span.end))
            if len(codes) > 1:
                return list(codes[:3])
    return []


def _adjectives(scene: Scene, span: Span) -> list[str]:
    """The two sides of a hyphenated adjective: "Israeli-Palestinian"."""
    for token in span:
        if token.text in ("-", "–", "—") and span.start < token.i < span.end - 1:
            left, right = scene.cast.covered.get(token.i - 1), scene.cast.covered.get(token.i + 1)
            if (
                left is not None
                and right is not None
                and left.code != right.code
                and Sense.PERSON not in (left.sense, right.sense)
            ):
                return [left.code, right.code]
    return []


def _conflict_before(scene: Scene, anchor: Token) -> list[str]:
    """The conflict named last before the deed: "between Israel and Hamas", "Palestinian-Israeli"."""
    for sentence in reversed([s for s in scene.reading.doc.sents if s.start < anchor.i]):
        if codes := _between(scene, sentence) or _adjectives(scene, sentence):
            return codes
    return []
