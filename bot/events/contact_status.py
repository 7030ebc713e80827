"""How real a contact is: planned, held, called off, only thought of, or long past."""

import re

from spacy.tokens import Token

from bot.events.contact_sides import Contact, called_off
from bot.events.contact_words import ContactWords
from bot.events.reading import children, negated
from bot.events.scene import Scene
from bot.model import Status

_HYPOTHETICAL = frozenset(
    {"would", "'d", "could", "might", "may", "should", "can", "must", "if", "unless", "whether"}
)
_FUTURE_AUX = frozenset({"will", "shall", "'ll", "’ll"})
_BEGUN = frozenset({"have", "hold", "begin", "continue", "manage", "go", "embark", "start", "come", "happen"})
_UPCOMING = frozenset({"upcoming", "forthcoming", "planned", "scheduled", "next", "future", "proposed"})
_COARSE = re.compile(r"\d{4}(-\d\d)?")
_SPANS = frozenset({"hour", "day", "week", "minute", "month", "morning", "evening", "night"})


def status_of(words: ContactWords, contact: Contact) -> Status | None:
    """Planned, held or cancelled; None where the contact is denied or only thought of."""
    verb = contact.verb
    helpers = {aux.lower_ for aux in children(verb, "aux", "mark")}
    lemma = verb.lemma_.lower()
    if called_off(verb) or lemma in words.carriers["cancelled"]:
        return Status.CANCELLED
    occasion = _is_occasion(contact) and not helpers & (_HYPOTHETICAL | _FUTURE_AUX)
    looks = verb.dep_ == "pcomp" and verb.head.head.lemma_ == "look"
    if negated(verb) or looks or _imagined(verb) or (lemma in words.unreal and not occasion):
        return None
    if occasion:
        return Status.HELD
    if helpers & {"would", "'d"} and _reported(words, verb):
        return Status.PLANNED
    if helpers & _HYPOTHETICAL or (verb.dep_ == "pcomp" and verb.head.lower_ in ("of", "to", "for")):
        return None
    if helpers & _FUTURE_AUX or (lemma in words.carriers["planned"] and contact.anchor.i != verb.i):
        return Status.PLANNED
    return _by_form(words, contact, helpers)


def _by_form(words: ContactWords, contact: Contact, helpers: set[str]) -> Status | None:
    """The status by the form of the verb, where no auxiliary settles it."""
    verb = contact.verb
    if "to" in helpers or verb.dep_ == "xcomp":
        return _of_infinitive(words, verb)
    if verb.tag_ in ("VB", "VBP") and _wished(words, verb):
        return None
    is_now = any(aux.lower_ in ("is", "are", "'s", "’s") for aux in children(verb, "aux"))
    if verb.tag_ == "VBG" and is_now and verb.lemma_ not in ("hold", "have"):
        return Status.PLANNED if any(t.lower_ in words.future for t in verb.sent) else Status.HELD
    ahead = any(one.lower_ in _UPCOMING for one in children(contact.anchor, "amod"))
    return Status.PLANNED if ahead else Status.HELD


def _is_occasion(contact: Contact) -> bool:
    """Whether something was done in the contact, which so was held: "in a call with him, she urged restraint"."""
    anchor = contact.anchor
    return (
        anchor.pos_ == "NOUN"
        and anchor.dep_ == "pobj"
        and anchor.head.lower_ in ("during", "in", "over")
        and anchor.i != contact.verb.i
        and contact.verb.tag_ in ("VBD", "VBN", "VBZ")
    )


def _imagined(verb: Token) -> bool:
    """Whether a clause opens with its auxiliary: "had he called him, ..."."""
    doer = next(children(verb, "nsubj"), None)
    first = next(children(verb, "aux"), None)
    return doer is not None and first is not None and first.i < doer.i and first.lower_ in ("had", "should")


def _reported(words: ContactWords, verb: Token) -> bool:
    """Whether "would" stands in what somebody announced: "said he would call", with no condition to it."""
    above = verb.head
    is_told = (
        verb.dep_ == "ccomp" and above.lemma_.lower() in words.reporting and above.tag_ in ("VBD", "VBN")
    )
    return is_told and not any(t.lower_ in ("if", "unless", "were") for t in verb.sent)


def _wished(words: ContactWords, verb: Token) -> bool:
    """Whether a bare verb stands in what is asked for: "insisted that Kinshasa first talk to the rebels"."""
    return verb.dep_ == "ccomp" and verb.head.lemma_.lower() in words.unreal


def _of_infinitive(words: ContactWords, verb: Token) -> Status | None:
    up, steps = verb.head, 0
    while steps < 4:
        if up.lemma_ == "be" and up.i < verb.i and verb.dep_ == "xcomp":
            return Status.PLANNED
        if (
            up.lower_ in words.future
            or up.lemma_.lower() in words.future
            or any(aux.lower_ in _FUTURE_AUX for aux in children(up, "aux"))
        ):
            return None if negated(up) else Status.PLANNED
        if up.lemma_.lower() in _BEGUN:
            return Status.HELD
        if up.head.i == up.i:
            break
        up, steps = up.head, steps + 1
    return None


def is_background(words: ContactWords, contact: Contact) -> bool:
    """Whether the sentence only looks back: "since their last call in May", "had last met", "any direct talks"."""
    anchor = contact.anchor
    if any(one.lower_ == "last" for one in children(contact.verb, "advmod")):
        return True
    if anchor.pos_ == "NOUN" and any(one.lower_ in words.past for one in children(anchor, "amod", "det")):
        first = anchor.doc[anchor.left_edge.i : anchor.i]
        if not any(token.lower_ == "first" for token in first) or any(
            a.lower_ == "since" for a in anchor.ancestors
        ):
            return True
    return any(a.lower_ == "since" and a.i < anchor.i for a in anchor.ancestors) or _after_hours(anchor)


def is_long_ago(scene: Scene, contact: Contact, oldest: str) -> bool:
    """Whether the sentence places the contact in a year or month before that of the ISO day `oldest`."""
    sentence = contact.anchor.sent
    coarse = [
        m.value
        for m in scene.dates
        if m.value and _COARSE.fullmatch(m.value) and sentence.start_char <= m.start < sentence.end_char
    ]
    return bool(coarse) and all(value < oldest[: len(value)] for value in coarse)


def _after_hours(anchor: Token) -> bool:
    """Whether a contact only dates something else: "in the hours after their conversation"."""
    preposition = anchor.head
    if preposition.lower_ not in ("after", "before", "since") or preposition.i < 2:
        return False
    return preposition.nbor(-1).lemma_ in _SPANS and preposition.nbor(-2).lower_ == "the"
