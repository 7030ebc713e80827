"""Verbs that mediate only with the right object: "facilitate dialogue", "contribute to the settlement", "host talks between"."""

from collections.abc import Iterator

from spacy.tokens import Span, Token

from bot.events.mediation_words import MediationWords
from bot.events.reading import agent, child
from bot.events.scene import Scene
from bot.places.gazetteer import Sense

# How far behind its verb the object that makes it mediation may stand, in tokens.
MATTER_REACH = 16
# Verbs that anybody at a table does; mediation only where an armed group sits at it and a matter is named.
AT_THE_TABLE = frozenset({"conduct", "initiate", "hold", "launch", "lead", "negotiate"})
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
    if next(_objects(words, verb), None) is None:
        # To have two sides meet is mediation where it is still offered; where it is done, it may be mere courtesy.
        return lemma in words.venues and len(sides) > 1 and (matter or verb.tag_ == "VB")
    if lemma in words.carrying:
        return len(sides) > 1
    if lemma in AT_THE_TABLE:
        return matter and any(_is_group(scene, token) for token in around)
    if lemma in _NEED_MATTER:
        return matter or len(sides) > 1 or len(_inside(scene, verb)) > 1
    return lemma != "broker" or verb.dep_ not in ("amod", "acl") or agent(verb) is None


def between(scene: Scene, verb: Token) -> tuple[str, ...]:
    """The two sides a verb's clause names: "between A and B", "the presidents of A and B"."""
    for token in verb.subtree:
        if token.lower_ == "between" or (token.lower_ == "of" and token.head.tag_ == "NNS"):
            codes = scene.cast.codes_within(token.i, token.right_edge.i + 1)
            if len(codes) > 1:
                return codes[:3]
    return ()


def _inside(scene: Scene, verb: Token) -> tuple[str, ...]:
    return scene.cast.codes_within(verb.i, verb.right_edge.i + 1)


def _is_group(scene: Scene, token: Token) -> bool:
    mention = scene.cast.mention(token)
    return mention is not None and mention.sense is Sense.GROUP


def _objects(words: MediationWords, verb: Token) -> Iterator[Span]:
    for token in verb.subtree:
        found = words.objects.ending(token) if verb.i < token.i <= verb.i + MATTER_REACH else None
        if found is not None:
            yield found[0]
