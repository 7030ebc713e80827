"""Mediation: who brings, or offers to bring, parties together, and how far it has come.

The mediator is the actor of the event; whoever asked for it, accepted it or turned it down is a target. Finished
brokerage told as a property of something else ("a UN-brokered truce") is background, and so is praise for it.
"""

from spacy.tokens import Span, Token

from bot.events.actors import actors
from bot.events.mediation_words import MediationWords, load_mediation_words
from bot.events.mediators import Deed, find_deed
from bot.events.people import Who
from bot.events.reading import children, negated, subject
from bot.events.scene import Scene
from bot.events.statements import Draft
from bot.model import Actor, Event, EventKind, Stage
from bot.places.gazetteer import Sense

# Praise counts only where it is of the mediation itself, so near it among the governing words.
NEAR = 8
_HELPERS = ("aux", "advmod", "acomp", "amod", "neg", "mark", "dobj", "prep", "oprd")
_REPORTS = frozenset({"say", "tell", "add", "report", "state", "confirm", "announce"})


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
    stage = _stage(words, deed)
    if stage is None:
        return None
    mediators = tuple(_voiced_by(scene, deed, who) for who in deed.mediators)
    event = Event(
        id="", kind=EventKind.MEDIATION, stage=stage, actors=actors(mediators), targets=actors(deed.others) if stage in (Stage.REQUESTED, Stage.ACCEPTED, Stage.DECLINED) else (),
        parties=_parties(scene, deed), date=scene.day(deed.anchor), quote=scene.quote(((deed.anchor.sent.start_char, deed.anchor.sent.end_char),)), citations=(scene.proof(deed.anchor),),
    )  # fmt: skip
    span = deed.anchor.sent
    return Draft(event, deed.anchor, mediators, ((span.start_char, span.end_char),))


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


def _stage(words: MediationWords, deed: Deed) -> Stage | None:
    """How far a mediation has come, by the words that govern it; None where it is background, praised or only thought of."""
    anchor = deed.anchor
    if (anchor.tag_ == "VBN" and anchor.dep_ in ("amod", "acl")) or _hyphened(anchor):
        return None
    if anchor.lemma_.lower() in words.talks["nouns"]:
        return _of_talks(words, anchor)
    chain = _governing(anchor)
    if anchor.lemma_.lower() in words.helping:
        chain = [word for word in chain if word not in words.objects]
    if "deny" in chain or {"failed", "past"} & {one.lower_ for one in children(anchor, "amod")}:
        return None
    near, said = " ".join(chain[:NEAR]), " ".join(chain)
    for name in ("declined", "ended", "requested"):
        if _says(words, name, said) and (
            name != "requested" or deed.others or {"must", "should"} & set(chain)
        ):
            return Stage(name)
    if _says(words, "welcome", near) or _says(words, "background", said) or _unreal(anchor, chain):
        return None
    if deed.others and _says(words, "accepted", said):
        return Stage.ACCEPTED
    return Stage.OFFER if _says(words, "offer", said) else _by_tense(anchor)


def _hyphened(anchor: Token) -> bool:
    return any(t.lower_ in ("-", "–") and t.i == anchor.i - 1 for t in anchor.lefts)


def _unreal(anchor: Token, chain: list[str]) -> bool:
    return bool(set(chain) & {"may", "might", "if"}) or any(
        negated(t) for t in anchor.ancestors if t.pos_ == "VERB"
    )


def _by_tense(anchor: Token) -> Stage | None:
    """What has been brokered is over; anything else is under way."""
    return None if anchor.tag_ == "VBD" and anchor.lemma_ == "broker" else Stage.UNDERWAY


def _of_talks(words: MediationWords, talks: Token) -> Stage | None:
    """How brokered talks stand, by the verb they are subject of; talks told of otherwise are background."""
    verb = talks.head
    if talks.dep_ not in ("nsubj", "nsubjpass", "dobj") or verb.pos_ != "VERB":
        return None
    if verb.lemma_.lower() in words.talks["stopped"]:
        return Stage.ENDED
    return Stage.UNDERWAY if verb.lemma_.lower() in words.talks["running"] else None


def _governing(anchor: Token) -> list[str]:
    """Lemmas of the words that govern the deed and of their helpers, nearest first; a particle follows its verb."""
    said: list[str] = []
    token = anchor
    for _ in range(7):
        said += [one.lemma_.lower() for one in children(token, "prt")]
        said += [one.lemma_.lower() for one in children(token, *_HELPERS)]
        said += [one.lower_ for one in children(token, "aux")]
        said += [
            one.lemma_.lower()
            for p in children(token, "prep")
            if p.lower_ == "at"
            for one in children(p, "pobj")
        ]
        if token.head.i == token.i or (
            token.dep_ == "ccomp" and token.i != anchor.i and token.head.lemma_ in _REPORTS
        ):
            break
        token = token.head
        said.append(token.lemma_.lower())
    return said


def _says(words: MediationWords, stage: str, said: str) -> bool:
    padded = f" {said} "
    return any(f" {word} " in padded for word in words.stage[stage])


def _parties(scene: Scene, deed: Deed) -> tuple[Actor, ...]:
    """Whom the mediation brings together: "between A and B", "the A-B conflict", "talks with" a group."""
    own = {who.code for who in (*deed.mediators, *deed.others)}
    sentence = deed.anchor.sent
    codes = _between(scene, sentence) or _adjectives(scene, sentence)
    codes = [code for code in codes or _brought_together(scene, deed.anchor) if code not in own]
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
