"""Calls told by their means alone: "told him by telephone", "agreed by video link", "was on the phone with"."""

from spacy.tokens import Token

from bot.events.contact_lists import acted_on, governor, list_stop
from bot.events.contact_sides import Contact, subjects, together
from bot.events.contact_words import ContactWords
from bot.events.people import Who
from bot.events.reading import children
from bot.events.scene import Scene
from bot.model import Medium

_BY = frozenset({"by", "over", "via", "through"})
# Verbs that put somebody "on the phone" with another.
_ON = frozenset({"be", "get", "hop", "stay", "talk", "discuss", "agree", "consult"})
_PARTNERS = frozenset({"with", "between", "among"})


def at_a_distance(scene: Scene, words: ContactWords, token: Token) -> Contact | None:
    """The call told by a word for its means, when the clause around it names both sides and no contact."""
    noun = _means(words, token)
    if noun is None:
        return None
    verb = governor(noun)
    lemma = verb.lemma_.lower()
    if verb.pos_ not in ("VERB", "AUX") or lemma in words.verbs or lemma in words.one_way:
        return None
    if noun.head.lower_ == "on" and lemma not in _ON:
        return None
    if any(words.nouns.ending(t) for t in children(verb, "dobj", "nsubj", "nsubjpass")):
        return None
    whos = _once((*subjects(scene, verb), *acted_on(scene, verb), *_partners(scene, verb, noun)))
    return Contact(verb, words.verbs["phone"], whos, (), verb, several=False) if together(whos) else None


def _means(words: ContactWords, token: Token) -> Token | None:
    """The noun of a means of talking from afar, behind a preposition that makes it one."""
    for medium in (Medium.PHONE, Medium.VIDEO):
        found = words.media[medium].ending(token)
        if found is None:
            continue
        noun = found[0].root
        noun = noun.head if noun.dep_ == "compound" else noun
        is_by = noun.head.lower_ in _BY or (noun.head.lower_ == "on" and medium is Medium.PHONE)
        if noun.dep_ == "pobj" and is_by and token.lemma_ != "call":
            return noun
    return None


def _partners(scene: Scene, verb: Token, noun: Token) -> tuple[Who, ...]:
    """Whoever stands behind a "with" or "between" of the clause, wherever the parse has hung it."""
    found: list[Who] = []
    for one in verb.doc[verb.i : verb.right_edge.i + 1]:
        near = one.head.i in {verb.i, noun.i, noun.head.i} or one.i == noun.i + 1
        if one.lower_ in _PARTNERS and (near or _brings_colleague(one)):
            start = one.i + 1
            found += [who for who in scene.cast.within(start, list_stop(scene, start)) if who.state]
    return tuple(found)


def _brings_colleague(preposition: Token) -> bool:
    """Whether a "with" can only be of the talking: "with his Iranian colleague"."""
    return any(one.lemma_ in ("colleague", "counterpart") for one in children(preposition, "pobj"))


def _once(whos: tuple[Who, ...]) -> tuple[Who, ...]:
    kept = {who.code: who for who in reversed(whos) if who.person or who.state}
    return tuple(kept.values())[::-1]
