"""Whom a statement is aimed at: who is addressed, accused, condemned for what they did, or whose trouble it concerns.

Only what the grammar says: the author of what is condemned, never its victim; nobody where that is open.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from spacy.tokens import Token

from bot.events.public import actors
from bot.events.reading import agent, child, children, subject
from bot.events.scene import Scene
from bot.events.speech import Speech
from bot.model import Act, Actor
from bot.places.gazetteer import Mention, Sense

# Acts whose target, where nobody is addressed, is the one state or group that the words name at all.
_OF_WHAT_IS_NAMED = frozenset(
    {Act.APPEAL, Act.CONCERN, Act.CONDOLENCE, Act.REJECTION, Act.SUPPORT, Act.PLEDGE}
)
# Acts that may be said of whoever is the subject of the words: "Iran must ...", "Rwanda had broken ...".
_OF_A_SUBJECT = frozenset({Act.APPEAL, Act.ACCUSATION, Act.CONDEMNATION, Act.WARNING, Act.POSITION})
# Prepositions after the cue that lead to whom it is said, and those after "protest" that lead to what it is about.
_TO = frozenset({"on", "upon", "to", "with", "against", "by", "behind", "towards", "toward"})
_ABOUT = frozenset({"over", "about", "at", "for", "as", "from", "of"})
# Whom a protest is made to: "summoned the ambassador to protest".
_SENT_FOR = frozenset({"summon", "call", "convoke", "recall"})
_POINTING = frozenset({"it", "them", "this", "that", "these", "those", "what", "which"})
# Words that only count or bundle deeds: "a wave of Israeli strikes".
_BUNDLES = frozenset({"series", "wave", "spate", "string", "round", "barrage", "campaign", "number", "kind"})
# A country's bare name before a noun is its place or its sufferer ("the Ukraine war"); these name a doer.
_DOERS = frozenset(
    {Sense.DEMONYM, Sense.METONYM, Sense.GOVERNMENT, Sense.GROUP, Sense.ORGANISATION, Sense.PERSON}
)
_BUNDLE_DEPTH = 3
# How far behind such a noun its place may stand, in tokens: "the execution of two dissidents in X".
HOME_REACH = 10


@cache
def load_authors() -> tuple[frozenset[str], frozenset[str]]:
    """Nouns whose "of" leads to their author, and nouns whose place does (`acts.toml`)."""
    data = tomllib.loads(files("bot.events").joinpath("acts.toml").read_text(encoding="utf-8"))["authors"]
    return frozenset(data["of"]), frozenset(data["home"])


def find_targets(
    scene: Scene, speech: Speech, act: Act, own: frozenset[str | None], named: tuple[str, ...]
) -> tuple[Actor, ...]:
    """Whom `act` is aimed at; `own` are the speakers' codes, `named` the other codes in the words said."""
    for token in _addressed(speech):
        if token.lower_ in _POINTING:
            continue
        found = tuple(
            who for who in scene.cast.resolve(token) if who.code is not None and who.code not in own
        )
        if found:
            return actors(found)
        if codes := _authors(scene, token, own):
            return (Actor(codes[0]),)
    if act in _OF_A_SUBJECT and (subjects := _subjects(scene, speech, own)):
        return (Actor(subjects[0]),)
    if (act in _OF_WHAT_IS_NAMED or speech.cue.lemma_.lower() == "threaten") and len(named) == 1:
        return (Actor(named[0]),)
    return ()


def _addressed(speech: Speech) -> Iterator[Token]:
    """Heads of the phrases that may say to whom, or for what: those of the cue, then of its noun."""
    cue = speech.cue
    yield from children(cue, "dative")
    yield from children(cue, "dobj", "nsubjpass")
    for name in (_TO, _ABOUT):
        for host in (cue, speech.noun) if speech.noun is not None and speech.noun != cue else (cue,):
            for preposition in children(host, "prep", "dative", "agent"):
                if preposition.lower_ in name:
                    yield from children(preposition, "pobj")
    for clause in children(cue, "ccomp", "xcomp"):
        if clause.i > cue.i and (
            clause.pos_ == "ADJ" or any(aux.lower_ == "to" for aux in children(clause, "aux"))
        ):
            yield from children(clause, "nsubj", "nsubjpass")
    if cue.dep_ in ("xcomp", "advcl") and cue.head.lemma_.lower() in _SENT_FOR:
        yield from children(cue.head, "dobj")


def _authors(scene: Scene, thing: Token, own: frozenset[str | None], depth: int = 0) -> tuple[str, ...]:
    """Whose deed, demand or plan a thing is: "strikes by Israel", "Israel's strikes", "a Chinese demand"."""
    for one in _author_words(thing):
        mention = scene.cast.mention(one)
        if mention is not None and one.dep_ in ("amod", "compound", "nmod") and not _is_doer(mention):
            continue
        codes = tuple(who.code for who in scene.cast.resolve(one, alone=True) if who.code is not None)
        codes = codes or ((mention.code,) if mention is not None else ())
        if codes and (others := tuple(code for code in codes if code not in own)):
            return others
    if thing.lemma_.lower() in _BUNDLES and depth < _BUNDLE_DEPTH:
        for preposition in children(thing, "prep"):
            inner = child(preposition, "pobj")
            if preposition.lower_ == "of" and inner is not None:
                return _authors(scene, inner, own, depth + 1)
    return ()


def _author_words(thing: Token) -> Iterator[Token]:
    of, home = load_authors()
    lemma = thing.lemma_.lower()
    for preposition in children(thing, "prep", "agent"):
        if preposition.lower_ in ("by", "from") or (preposition.lower_ == "of" and lemma in of):
            yield from children(preposition, "pobj")
    if lemma in home:
        places = (
            one
            for one in thing.subtree
            if one.dep_ == "prep" and one.lower_ == "in" and one.i < thing.i + HOME_REACH
        )
        yield from (place for preposition in places for place in children(preposition, "pobj"))
    for clause in children(thing, "acl"):
        if clause.tag_ == "VBN" and (doer := agent(clause)) is not None:
            yield doer
    yield from children(thing, "poss", "amod", "compound", "nmod")


def _is_doer(mention: Mention) -> bool:
    return mention.sense in _DOERS or mention.text.isupper()


def _subjects(scene: Scene, speech: Speech, own: frozenset[str | None]) -> tuple[str, ...]:
    """Codes of whoever is the subject of the first clause said."""
    start, stop = speech.content[0]
    span = scene.reading.doc.char_span(start, stop, alignment_mode="expand")
    root = span.root if span is not None else speech.cue
    if root.pos_ not in ("VERB", "AUX") or root == speech.cue:
        return ()
    who = child(root, "nsubj", "nsubjpass") or subject(root)
    if who is None or span is None or not span.start <= who.i < span.end:
        return ()
    found = (one.code for one in scene.cast.resolve(who, alone=True))
    return tuple(code for code in found if code is not None and code not in own)
