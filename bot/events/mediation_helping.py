"""Verbs that mediate only with the right object: "facilitate dialogue", "contribute to the settlement", "host talks between"."""

from collections.abc import Iterator

from spacy.tokens import Span, Token

from bot.events.mediation_words import MediationWords
from bot.events.reading import agent, child, children
from bot.events.scene import Scene
from bot.places.gazetteer import Sense

# How far behind its verb the object that makes it mediation may stand, in tokens.
MATTER_REACH = 16
# Verbs that anybody at a table does; mediation only where an armed group sits at it and a matter is named.
AT_THE_TABLE = frozenset({"conduct", "initiate", "hold", "launch", "lead", "negotiate", "chair", "co-chair"})
# What is taught or held to be a skill is no deed: "training in mediation".
LEARNT = frozenset(
    {"training", "skill", "capacity", "course", "workshop", "experience", "expertise", "seminar", "study"}
)
_NEED_MATTER = frozenset(
    {"host", "convene", "sponsor", "arrange", "provide", "bring", "assist", "help", "play", "offer"}
)


def helps(scene: Scene, words: MediationWords, verb: Token) -> bool:
    """Whether a verb of `[helping]` mediates, by what it helps and who is at the other end."""
    lemma = verb.lemma_.lower()
    sides = between(scene, verb)
    if lemma == "shuttle":
        return len(sides) > 1 or len(_inside(scene, verb)) > 1
    if child(verb, "nsubjpass") is not None and agent(verb) is None:
        return False
    around = [token for token in verb.subtree if token.i <= verb.i + 2 * MATTER_REACH]
    matter = words.matter.among(around)
    if lemma in ("help", "assist") and any(_settles(words, one) for one in around):
        return True
    if next(_objects(words, verb), None) is None:
        # To have two sides meet is mediation where it is still offered; where it is done, it may be mere courtesy.
        return lemma in words.venues and len(sides) > 1 and (matter or verb.tag_ == "VB")
    if lemma in words.carrying:
        return len(sides) > 1
    if lemma in AT_THE_TABLE:
        return (matter and any(_is_group(scene, token) for token in around)) or (
            len(sides) > 1 and lemma != "hold"
        )
    if lemma in _NEED_MATTER:
        return matter or len(sides) > 1 or len(_inside(scene, verb)) > 1 or _has_two_sides(verb)
    return lemma != "broker" or verb.dep_ not in ("amod", "acl") or agent(verb) is None


def _settles(words: MediationWords, verb: Token) -> bool:
    """Whether a verb ends a quarrel of others: "resolve their dispute", "find common ground"."""
    if verb.lemma_.lower() not in words.settling:
        return False
    thing = child(verb, "dobj")
    return thing is not None and words.matter.among(thing.doc[thing.left_edge.i : thing.i + 1])


def _has_two_sides(verb: Token) -> bool:
    """Whether a clause names two sides that are not the subject's own: "talks between Manila and communist rebels"."""
    for token in verb.subtree:
        side = child(token, "pobj") if token.lower_ == "between" else None
        both = (side, *side.conjuncts) if side is not None else ()
        if len(both) > 1 and not any(own.pos_ == "PRON" for one in both for own in children(one, "poss")):
            return True
    return False


def between(scene: Scene, verb: Token) -> tuple[str, ...]:
    """The two sides a verb's clause names: "between A and B", "the presidents of A and B"."""
    for token in verb.subtree:
        if token.lower_ == "between" or (token.lower_ == "of" and token.head.tag_ == "NNS"):
            codes = scene.cast.codes_within(token.i, token.right_edge.i + 1)
            if len(codes) < 2 and token.lower_ == "between":
                codes = _meant(scene, token)
            if len(codes) > 1:
                return codes[:3]
    return ()


def _meant(scene: Scene, preposition: Token) -> tuple[str, ...]:
    """Those named before who are spoken of as "the two countries", "both sides"."""
    heads = children(preposition, "pobj")
    return tuple(who.code for head in heads for who in scene.cast.resolve(head) if who.code is not None)


def _inside(scene: Scene, verb: Token) -> tuple[str, ...]:
    return scene.cast.codes_within(verb.i, verb.right_edge.i + 1)


def _is_group(scene: Scene, token: Token) -> bool:
    mention = scene.cast.mention(token)
    return mention is not None and mention.sense is Sense.GROUP


def _objects(words: MediationWords, verb: Token) -> Iterator[Span]:
    done = child(verb, "nsubjpass")
    if done is not None and (found := words.objects.ending(done)) is not None:
        yield found[0]
    for token in verb.subtree:
        found = words.objects.ending(token) if verb.i < token.i <= verb.i + MATTER_REACH else None
        if found is not None and not _in_aside(token, verb):
            yield found[0]


def _in_aside(token: Token, verb: Token) -> bool:
    """Whether a word only stands in what is told of the object: "flights, a part of the truce"."""
    while token.i != verb.i:
        if token.dep_ in ("appos", "relcl", "advcl") or token.lemma_ in LEARNT or token.head.i == token.i:
            return True
        token = token.head
    return False
