"""Calls and meetings: who was in touch with whom, how, and whether it is still to come.

A contact needs officials of two or more states, named or by office, on both its sides; a verb or noun that may
mean anything ("spoke with", "discussions") counts only between such.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from spacy.tokens import Token

from bot.events.actors import actors
from bot.events.contact_sides import Contact, called_off, of_noun, of_verb, together
from bot.events.contact_words import ContactWords, load_contact_words
from bot.events.means import at_a_distance
from bot.events.people import Who
from bot.events.reading import children, negated
from bot.events.scene import Scene
from bot.events.statements import Draft
from bot.model import Event, EventKind, Medium, Status
from bot.places.gazetteer import Mention, Sense

# A contact dated further back than this is background, not news.
OLD = timedelta(days=30)
_UNREAL = frozenset(
    {"refuse", "decline", "reject", "fail", "deny", "urge", "want", "hope", "demand", "offer"}
)
_HYPOTHETICAL = frozenset(
    {"would", "could", "might", "may", "should", "can", "must", "if", "unless", "whether"}
)
_FUTURE_AUX = frozenset({"will", "shall", "'ll", "’ll"})
_MOUTHPIECES = frozenset({"aide", "spokesman", "spokeswoman", "spokesperson"})
_COARSE = re.compile(r"\d{4}(-\d\d)?")
_SPANS = frozenset({"hour", "day", "week", "minute", "month", "morning", "evening", "night"})
_CHIEFS = frozenset({"president", "chancellor", "king", "emir", "premier", "sultan"})


def find_contacts(scene: Scene) -> tuple[Draft, ...]:
    """All contacts of the article, undated where their own clause gives no day."""
    words = load_contact_words()
    drafts: list[Draft] = []
    for token in scene.reading.doc:
        contact = (
            of_verb(scene, words, token) or of_noun(scene, words, token) or at_a_distance(scene, words, token)
        )
        if contact is not None:
            drafts += _drafts(scene, words, contact)
    return tuple(drafts)


def _drafts(scene: Scene, words: ContactWords, contact: Contact) -> Iterator[Draft]:
    status = _status(words, contact)
    if status is None or _background(scene, words, contact):
        return
    kind, medium = _manner(words, contact)
    day = scene.day(contact.anchor) or scene.day(contact.verb)
    if day is None and _long_ago(scene, contact):
        return
    if day is not None and scene.reference is not None and day < scene.reference - OLD:
        return
    if status is Status.HELD and day is not None and scene.reference is not None and day > scene.reference:
        status = Status.PLANNED
    for sides in _groups(contact):
        group = tuple(_principal(scene, who) for who in sides)
        event = Event(
            id="", kind=kind, status=status, medium=medium if kind is EventKind.CALL else None,
            actors=actors(group), date=day, citations=(scene.proof(contact.anchor),),
        )  # fmt: skip
        if (
            kind is EventKind.MEETING
            and contact.word.vague
            and any(m.sense is Sense.GROUP for m in _mentions(scene, contact))
        ):
            continue
        yield Draft(
            event,
            contact.anchor,
            group,
            ((contact.anchor.sent.start_char, contact.anchor.sent.end_char),),
            series=contact.several,
            shift=scene.shift(contact.anchor),
        )


def _mentions(scene: Scene, contact: Contact) -> Iterator[Mention]:
    """The gazetteer's mentions of the companions: talks with an armed group are mediation or negotiation, no contact of states."""
    for who in contact.right:
        mention = scene.cast.covered.get(who.at)
        if mention is not None:
            yield mention


def _principal(scene: Scene, who: Who) -> Who:
    """An aide or spokesman who tells of a contact was no part of it: the head of his state named last, else the state."""
    if not who.person or who.role is None or not set(who.role.lower().split()) & _MOUTHPIECES:
        return who
    chiefs = [
        n.who
        for n in scene.cast.people
        if n.who.code == who.code and n.who.role and set(n.who.role.lower().split()) & _CHIEFS
    ]
    return chiefs[-1] if chiefs else Who(who.code, None, None, state=True, at=who.at, person=False)


def _groups(contact: Contact) -> Iterator[tuple[Who, ...]]:
    """One group call, or one contact with each companion in turn."""
    right = [who for who in contact.right if who.code not in {one.code for one in contact.left}]
    if (not contact.left and len(right) > 1) or (not right and together(contact.left)):
        yield (*contact.left, *right)
    elif contact.left and contact.several and len(right) > 1 and len({who.code for who in contact.left}) == 1:
        yield from ((contact.left[0], who) for who in right)
    elif contact.left and right:
        yield (*contact.left, *right)


def _status(words: ContactWords, contact: Contact) -> Status | None:
    """Planned, held or cancelled; None where the contact is denied or only thought of."""
    verb = contact.verb
    helpers = {aux.lower_ for aux in children(verb, "aux", "mark")}
    lemma = verb.lemma_.lower()
    if called_off(verb) or lemma in words.carriers["cancelled"]:
        return Status.CANCELLED
    occasion = _is_occasion(contact) and not helpers & (_HYPOTHETICAL | _FUTURE_AUX)
    if (
        negated(verb)
        or (verb.dep_ == "pcomp" and verb.head.head.lemma_ == "look")
        or (lemma in _UNREAL and not occasion)
    ):
        return None
    if occasion:
        return Status.HELD
    if helpers & _HYPOTHETICAL or (verb.dep_ == "pcomp" and verb.head.lower_ in ("of", "to", "for")):
        return None
    if helpers & _FUTURE_AUX or (lemma in words.carriers["planned"] and contact.anchor.i != verb.i):
        return Status.PLANNED
    if "to" in helpers or verb.dep_ == "xcomp":
        return _of_infinitive(words, verb)
    if (
        verb.tag_ == "VBG"
        and any(aux.lower_ in ("is", "are", "'s", "’s") for aux in children(verb, "aux"))
        and lemma not in ("hold", "have")
    ):
        return Status.PLANNED if any(t.lower_ in words.future for t in verb.sent) else Status.HELD
    if any(
        one.lower_ in ("upcoming", "forthcoming", "planned", "scheduled", "next")
        for one in children(contact.anchor, "amod")
    ):
        return Status.PLANNED
    return Status.HELD


def _is_occasion(contact: Contact) -> bool:
    """Whether something was done in the contact, which so was held: "in a call with him, she urged restraint"."""
    anchor = contact.anchor
    return (
        anchor.pos_ == "NOUN"
        and anchor.dep_ == "pobj"
        and anchor.head.lower_ in ("during", "in")
        and anchor.i != contact.verb.i
        and contact.verb.tag_ in ("VBD", "VBN", "VBZ")
    )


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
        if up.lemma_.lower() in ("have", "hold", "begin", "continue", "manage", "go", "embark", "start"):
            return Status.HELD
        if up.head.i == up.i:
            break
        up, steps = up.head, steps + 1
    return None


def _background(scene: Scene, words: ContactWords, contact: Contact) -> bool:
    """Whether the sentence only looks back: "since their last call in May", "any direct talks"."""
    anchor = contact.anchor
    if anchor.pos_ == "NOUN" and any(one.lower_ in words.past for one in children(anchor, "amod", "det")):
        first = scene.reading.doc[anchor.left_edge.i : anchor.i]
        if not any(token.lower_ == "first" for token in first) or any(
            a.lower_ == "since" for a in anchor.ancestors
        ):
            return True
    return any(a.lower_ == "since" and a.i < anchor.i for a in anchor.ancestors) or _after_hours(anchor)


def _long_ago(scene: Scene, contact: Contact) -> bool:
    """Whether the sentence places the contact in a year or month well before the article's."""
    sentence, day = contact.anchor.sent, scene.reference
    if day is None:
        return False
    coarse = [
        m.value
        for m in scene.dates
        if m.value and _COARSE.fullmatch(m.value) and sentence.start_char <= m.start < sentence.end_char
    ]
    return bool(coarse) and all(value < (day - OLD).isoformat()[: len(value)] for value in coarse)


def _after_hours(anchor: Token) -> bool:
    """Whether a contact only dates something else: "in the hours after their conversation"."""
    preposition = anchor.head
    if preposition.lower_ not in ("after", "before", "since") or preposition.i < 2:
        return False
    return preposition.nbor(-1).lemma_ in _SPANS and preposition.nbor(-2).lower_ == "the"


def _manner(words: ContactWords, contact: Contact) -> tuple[EventKind, Medium]:
    """Call or meeting, and by what means, from the word and the sentence around it."""
    sentence = contact.anchor.sent
    near = {token.lower_ for token in sentence if abs(token.i - contact.anchor.i) <= 12} | {
        token.lemma_.lower() for token in sentence if abs(token.i - contact.anchor.i) <= 6
    }
    if contact.word.medium is not None and not near & words.media[Medium.VIDEO]:
        return EventKind.CALL, contact.word.medium
    if near & words.media[Medium.VIDEO]:
        return EventKind.CALL, Medium.VIDEO
    if near & (words.media[Medium.PHONE] - {"call"}):
        return EventKind.CALL, Medium.PHONE
    if contact.word.kind is EventKind.CALL and contact.word.vague and _in_person(words, contact):
        return EventKind.MEETING, Medium.UNSPECIFIED
    if contact.word.kind is EventKind.CALL and contact.anchor.lemma_ == "call":
        return EventKind.CALL, Medium.PHONE
    return contact.word.kind, Medium.UNSPECIFIED


def _in_person(words: ContactWords, contact: Contact) -> bool:
    """Whether the contact's own clause says that they met: "spoke on the sidelines of", "spoke at the palace"."""
    for verb in {contact.anchor, contact.verb}:
        for one in children(verb, "prep", "advmod", "npadvmod"):
            if one.dep_ == "prep" and one.lower_ not in ("at", "during", "on"):
                continue
            if any(token.lower_ in words.in_person for token in one.subtree if token.i < one.i + 8):
                return True
    return False
