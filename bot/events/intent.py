"""What the grammar of the words says of their act, where neither verb nor wording has settled it.

A state that says what it will do itself makes a pledge, a threat or a refusal of it; who rejects a claim denies it.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spacy.tokens import Token

from bot.events.reading import child, children, negated
from bot.events.scene import Scene
from bot.events.speech import Speech
from bot.model import Act

_WILL = frozenset({"will", "would", "shall", "'ll", "’ll", "wo"})
_SPEAKERS_OWN = frozenset({"we", "i"})
# After "..., saying it would", "it" may as well be the thing spoken of.
_LOOSE = frozenset({"it", "they", "this", "that"})
# What an intent may overrule: wordings that say less than who will do it ("we will halt exports" is no appeal).
_WEAKER = frozenset({Act.POSITION, Act.APPEAL, Act.PLEDGE, Act.SUPPORT})
_CONDITIONS = frozenset({"if", "unless", "until", "only", "when", "provided", "once"})


@dataclass(frozen=True, slots=True)
class Intents:
    """Verbs of which "will" makes no pledge, verbs of which it makes a threat, and nouns that mean a claim."""

    idle: frozenset[str]
    hostile: frozenset[str]
    claims: frozenset[str]
    unruled: frozenset[str]


@cache
def load_intents() -> Intents:
    """The verbs and nouns of `acts.toml`."""
    data = tomllib.loads(files("bot.events").joinpath("acts.toml").read_text(encoding="utf-8"))["intent"]
    return Intents(**{name: frozenset(data[name]) for name in ("idle", "hostile", "claims", "unruled")})


def settle(act: Act, scene: Scene, speech: Speech, own: frozenset[str | None]) -> Act:
    """The act of `speech`, whose speakers have the codes `own`, given what its words alone show."""
    if act is Act.REJECTION and speech.cue.pos_ == "VERB":
        return _rejected(speech.cue)
    if act is Act.PLEDGE and speech.cue.pos_ == "VERB" and _threatens(speech.cue):
        return Act.WARNING
    if act is Act.POSITION and speech.cue.lemma_.lower() == "tell" and _orders(speech.cue):
        return Act.APPEAL
    if act is Act.SUPPORT and speech.settled and _is_of_own(scene, speech.cue, own):
        return Act.POSITION
    if speech.settled or act not in _WEAKER:
        return act
    return _intended(scene, speech, own) or act


def _rejected(cue: Token) -> Act:
    """Rejection of a proposal, denial of a claim; "refused to rule out" is neither."""
    words = load_intents()
    for one in children(cue, "xcomp", "advcl"):
        if one.lemma_.lower() in words.unruled and any(aux.lower_ == "to" for aux in children(one, "aux")):
            return Act.POSITION
    objects = [*children(cue, "dobj")]
    for preposition in children(cue, "prep"):
        if preposition.lower_ == "as":
            objects += children(preposition, "pobj")
    return Act.DENIAL if any(one.lemma_.lower() in words.claims for one in objects) else Act.REJECTION


def _threatens(cue: Token) -> bool:
    """Whether what is vowed is a blow: "vowed to avenge"."""
    return any(one.lemma_.lower() in load_intents().hostile for one in children(cue, "xcomp", "advcl"))


def _orders(cue: Token) -> bool:
    """Whether somebody is told to do something: "told the junta to hold elections"."""
    return any(
        any(aux.lower_ == "to" for aux in children(one, "aux")) for one in children(cue, "xcomp", "ccomp")
    )


def _is_of_own(scene: Scene, cue: Token, own: frozenset[str | None]) -> bool:
    """Whether what is defended is the speaker's own: "defended its decision"."""
    thing = child(cue, "dobj") if cue.lemma_.lower() == "defend" else None
    owner = child(thing, "poss") if thing is not None else None
    return owner is not None and any(who.code in own for who in scene.cast.resolve(owner, alone=True))


def _intended(scene: Scene, speech: Speech, own: frozenset[str | None]) -> Act | None:
    """What a clause "we will ..." does: a pledge, a threat or, denied, a refusal; None for other clauses."""
    verb = _main_verb(scene, speech)
    if verb is None or not any(aux.lower_ in _WILL for aux in children(verb, "aux")):
        return None
    who = child(verb, "nsubj")
    if who is None or not (who.lower_ in _SPEAKERS_OWN or _is_own(scene, who, own)):
        return None
    if who.lower_ in _LOOSE and speech.cue.tag_ == "VBG":
        return None
    words, lemma = load_intents(), verb.lemma_.lower()
    if lemma in words.idle or any(
        t.lower_ in _CONDITIONS for t in verb.subtree if t.head == verb or t.dep_ == "mark"
    ):
        return None
    if negated(verb):
        return Act.REJECTION
    return Act.WARNING if lemma in words.hostile else Act.PLEDGE


def _is_own(scene: Scene, who: Token, own: frozenset[str | None]) -> bool:
    codes = {one.code for one in scene.cast.resolve(who, alone=True)}
    return bool(codes) and codes <= own


def _main_verb(scene: Scene, speech: Speech) -> Token | None:
    start, stop = speech.content[0]
    span = scene.reading.doc.char_span(start, stop, alignment_mode="expand")
    if span is None or span.root.pos_ != "VERB" or span.root == speech.cue:
        return None
    return span.root
