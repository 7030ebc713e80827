"""Who was asked to mediate, and by whom: "appealed to Norway to help mediate", "turned to Oman with a request to"."""

from spacy.tokens import Token

from bot.events.mediation_deed import Deed, acting
from bot.events.mediation_words import MediationWords
from bot.events.people import Who
from bot.events.reading import child, children, subject
from bot.events.scene import Scene

# Nouns of asking, whose verb may be any: "sent Norway a request to mediate", "turned to Oman with a plea to".
_REQUESTS = frozenset({"request", "appeal", "plea", "invitation", "call", "demand", "proposal"})


def as_asked(scene: Scene, words: MediationWords, deed: Deed) -> Deed:
    """The deed with whoever was asked for it as its mediator: "A appealed to B to help mediate", "called on B to act as"."""
    up, steps = deed.anchor, 0
    while up.head.i != up.i and steps < 6 and up.dep_ not in ("relcl", "ROOT"):
        below, up, steps = up, up.head, steps + 1
        if below.dep_ in ("conj", "nsubj") or not _asks(words, up, below):
            continue
        own = child(below, "nsubj", "compound") if below.dep_ == "ccomp" else None
        wanted = own if own is not None else asked(up)
        found = acting(scene, wanted) if wanted is not None else ()
        codes = {who.code for who in deed.mediators}
        asker = _asker(scene, up)
        if (
            wanted is None
            or wanted.i > deed.anchor.i
            or not found
            or {w.code for w in found} <= {w.code for w in asker}
        ):
            continue
        if (
            codes & {who.code for who in found}
            or deed.anchor.pos_ in ("VERB", "AUX")
            or codes <= {who.code for who in asker}
            or up.pos_ == "NOUN"
        ):
            asker = tuple(w for w in asker if w.code not in {one.code for one in found})
            return Deed(deed.anchor, found, asker, asked=True)
    return deed


def _asks(words: MediationWords, up: Token, below: Token) -> bool:
    """Whether a word asks for what stands below it: a verb of asking, or a request to do it."""
    if up.pos_ == "VERB":
        return up.lemma_.lower() in words.asking
    return up.lemma_ in _REQUESTS and below.dep_ == "acl" and below.tag_ == "VB"


def _asker(scene: Scene, word: Token) -> tuple[Who, ...]:
    someone = subject(_verb_of(word))
    return acting(scene, someone) if someone is not None else ()


def _verb_of(word: Token) -> Token:
    while word.pos_ not in ("VERB", "AUX") and word.head.i != word.i:
        word = word.head
    return word


def asked(word: Token) -> Token | None:
    """Whom a verb or noun of asking asks: its object, or whom "on", "upon" or "to" brings in."""
    for one in dict.fromkeys((word, _verb_of(word))):
        thing = child(one, "dobj", "dative") if one.pos_ == "VERB" else None
        if thing is not None and thing.i != word.i and thing.pos_ != "PRON":
            return thing
        for preposition in children(one, "prep", "dative"):
            if preposition.lower_ in ("on", "upon", "to"):
                return child(preposition, "pobj")
    return None
