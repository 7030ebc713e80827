"""Calls and meetings: who was in touch with whom, how, and whether it is still to come.

A contact needs officials of two or more states, named or by office, on both its sides; a verb or noun that may
mean anything ("spoke with", "discussions") counts only between such.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.events.contact_days import day_of
from bot.events.contact_sides import Contact, of_noun, of_verb, together
from bot.events.contact_status import is_background, is_long_ago, status_of
from bot.events.contact_words import ContactWords, load_contact_words
from bot.events.means import at_a_distance
from bot.events.people import Who
from bot.events.public import actors
from bot.events.reading import children
from bot.events.scene import Scene
from bot.events.statements import Draft
from bot.model import Event, EventKind, Medium, Status
from bot.places.gazetteer import Mention, Sense

# A contact dated further back than this is background, not news.
OLD = timedelta(days=30)
# "On the eve of the summit" is not at it.
_OTHER_TIMES = frozenset({"eve", "ahead", "before", "occasion", "preparations"})
_MOUTHPIECES = frozenset({"aide", "spokesman", "spokeswoman", "spokesperson"})
_CHIEFS = frozenset({"president", "chancellor", "king", "emir", "premier", "sultan"})


def find_contacts(scene: Scene) -> tuple[Draft, ...]:
    """All contacts of the article, undated where their own clause gives no day."""
    words = load_contact_words()
    drafts: list[Draft] = []
    for token in scene.reading.either(words.telling):
        contact = (
            of_verb(scene, words, token) or of_noun(scene, words, token) or at_a_distance(scene, words, token)
        )
        if contact is not None:
            drafts += _drafts(scene, words, contact)
    return tuple(drafts)


def _drafts(scene: Scene, words: ContactWords, contact: Contact) -> Iterator[Draft]:
    status = status_of(words, contact)
    if status is None or is_background(words, contact):
        return
    kind, medium = _manner(words, contact)
    day = day_of(scene, words, contact, status)
    if _is_old(scene, contact, day):
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


def _is_old(scene: Scene, contact: Contact, day: date | None) -> bool:
    """Whether the text dates a contact so far back that it is no news."""
    if scene.reference is None:
        return False
    oldest = scene.reference - OLD
    return day < oldest if day is not None else is_long_ago(scene, contact, oldest.isoformat())


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


def _manner(words: ContactWords, contact: Contact) -> tuple[EventKind, Medium]:
    """Call or meeting, and by what means, from the word and the sentence around it."""
    anchor = contact.anchor
    near = [token for token in anchor.sent if abs(token.i - anchor.i) <= 12]
    if words.media[Medium.VIDEO].among(near):
        return EventKind.CALL, Medium.VIDEO
    if contact.word.medium is not None:
        return EventKind.CALL, contact.word.medium
    if words.media[Medium.PHONE].among(token for token in near if token.lemma_ != "call"):
        return EventKind.CALL, Medium.PHONE
    if contact.word.kind is EventKind.CALL and contact.word.vague and _in_person(words, contact):
        return EventKind.MEETING, Medium.UNSPECIFIED
    if contact.word.kind is EventKind.CALL and contact.anchor.lemma_ == "call":
        return EventKind.CALL, Medium.PHONE
    return contact.word.kind, Medium.UNSPECIFIED


def _in_person(words: ContactWords, contact: Contact) -> bool:
    """Whether the contact's own clause says that they met: "spoke on the sidelines of", "spoke at the palace"."""
    verbs = {contact.anchor, contact.verb}
    verbs |= {verb.head for verb in verbs if verb.dep_ == "conj"}
    for verb in verbs:
        for one in children(verb, "prep", "advmod", "npadvmod"):
            if one.dep_ == "prep" and one.lower_ not in ("at", "during", "on"):
                continue
            phrase = [token for token in one.subtree if token.i < one.i + 8]
            if words.in_person.among(phrase) and not _OTHER_TIMES & {token.lower_ for token in phrase}:
                return True
    return False
