"""Calls told by their means alone: "told him by telephone", "agreed by video link"."""

from spacy.tokens import Token

from bot.events.contact_sides import Contact, list_stop, speaking, subjects, together
from bot.events.contact_words import ContactWords
from bot.events.reading import child, children
from bot.events.scene import Scene
from bot.model import Medium


def at_a_distance(scene: Scene, words: ContactWords, verb: Token) -> Contact | None:
    """The call any verb tells of when it says by what means: "told him by telephone", "agreed by video link"."""
    if (
        verb.pos_ != "VERB"
        or verb.lemma_.lower() in words.verbs
        or verb.lemma_.lower() in words.carriers["held"]
    ):
        return None
    means = next(
        (
            p
            for p in children(verb, "prep", "agent")
            if p.lower_ in ("by", "over", "via") and _is_means(words, p)
        ),
        None,
    )
    if means is None:
        return None
    people = [
        *subjects(scene, verb),
        *(who for t in children(verb, "dobj", "dative") for who in speaking(scene, t)),
    ]
    for start in (
        p.i + 1
        for p in verb.doc[verb.i : verb.right_edge.i + 1]
        if p.lower_ in ("between", "with") and p.head.i in {verb.i, means.i}
    ):
        people += [who for who in scene.cast.within(start, list_stop(scene, start)) if who.state]
    whos = tuple({who.code: who for who in reversed(people) if who.person or who.state}.values())[::-1]
    return Contact(verb, words.verbs["phone"], whos, (), verb, several=False) if together(whos) else None


def _is_means(words: ContactWords, preposition: Token) -> bool:
    thing = child(preposition, "pobj")
    return thing is not None and any(
        t.lower_ in words.media[m] for t in thing.subtree for m in (Medium.PHONE, Medium.VIDEO)
    )
