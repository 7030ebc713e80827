"""Calls and meetings: who was in touch with whom, how, and whether it is still to come.

A contact needs officials of two or more states, named or by office, on both its sides; a verb or noun that may
mean anything ("spoke with", "discussions") counts only between such. Companions are read left to right after the
preposition that brings them in, since a parser loses long lists of names and titles.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from spacy.tokens import Token

from bot.events.actors import actors
from bot.events.contact_words import ContactWord, ContactWords, load_contact_words
from bot.events.people import Who
from bot.events.reading import agent, child, children, negated, subject
from bot.events.scene import Scene
from bot.events.statements import Draft
from bot.model import Event, EventKind, Medium, Status

# A contact dated further back than this is background, not news.
OLD = timedelta(days=30)
# How far a list of companions may run, in tokens.
LIST_REACH = 60
_HYPOTHETICAL = frozenset({"would", "could", "might", "may", "should", "can", "must", "if", "unless", "whether"})
_FUTURE_AUX = frozenset({"will", "shall", "'ll", "’ll"})
_LIST_POS = frozenset({"PROPN", "NOUN", "ADJ", "DET", "NUM", "PART", "PRON"})
_LIST_WORDS = frozenset({"of", "and", "as", "well", "including", ",", "from", "the", "-", "his", "her", "'s", "’s", "both", "(", ")", "–", "also", "then", "later", "to"})
_STOP_WORDS = frozenset({"who", "which", "that", "while", "where", "what", "how"})


@dataclass(frozen=True, slots=True)
class _Contact:
    """A contact as found: its word, both sides, and the verb that tells how real it is."""

    anchor: Token
    word: ContactWord
    left: tuple[Who, ...]
    right: tuple[Who, ...]
    verb: Token
    several: bool


def find_contacts(scene: Scene) -> tuple[Draft, ...]:
    """All contacts of the article, undated where their own clause gives no day."""
    words = load_contact_words()
    drafts: list[Draft] = []
    for token in scene.reading.doc:
        contact = _of_verb(scene, words, token) or _of_noun(scene, words, token)
        if contact is not None:
            drafts += _drafts(scene, words, contact)
    return tuple(drafts)


# Finding ------------------------------------------------------------------------------------------


def _of_verb(scene: Scene, words: ContactWords, verb: Token) -> _Contact | None:
    word = words.verbs.get(verb.lemma_.lower()) if verb.pos_ == "VERB" else None
    if word is None or (verb.lemma_ == "call" and _calls_something(scene, verb)):
        return None
    left = _speaking(scene, subject(verb))
    right, several = _companions(scene, words, verb, word)
    if verb.tag_ == "VBN" and child(verb, "nsubjpass") is not None:
        left, right = _passive(scene, verb, left, right)
    if word.vague and not right and not _together(left):
        return None
    several = several or any(one.lower_ in ("already", "separately", "individually", "also") for one in children(verb, "advmod"))
    return _Contact(verb, word, left, right, verb, several)


def _calls_something(scene: Scene, verb: Token) -> bool:
    """ "called it a crime", "called for", "called on", "called off" are no telephone calls."""
    thing = child(verb, "dobj")
    if thing is None or child(verb, "oprd", "prt") is not None or any(p.lower_ in ("for", "on", "upon") and p.i == verb.i + 1 for p in children(verb, "prep")):
        return True
    if any(one.i > thing.i for one in children(verb, "ccomp", "xcomp", "acomp")) or child(thing, "acl") is not None:
        return True
    return not any(who.person for who in scene.cast.resolve(thing))


def _passive(scene: Scene, verb: Token, left: tuple[Who, ...], right: tuple[Who, ...]) -> tuple[tuple[Who, ...], tuple[Who, ...]]:
    """ "was received by the king": the one acted on and the agent."""
    acted_on = _speaking(scene, child(verb, "nsubjpass"))
    by = agent(verb)
    return (_speaking(scene, by) if by is not None else left), acted_on or right


def _of_noun(scene: Scene, words: ContactWords, noun: Token) -> _Contact | None:
    word = words.nouns.get(noun.lemma_.lower()) if noun.pos_ == "NOUN" else None
    if word is None or noun.dep_ in ("compound", "amod") or _is_appeal(noun):
        return None
    verb = _governor(noun)
    right, several = _companions(scene, words, noun, word)
    left = _owner(scene, noun, verb, right)
    if noun.dep_ == "dobj" and verb.lemma_ in ("receive", "get", "take", "accept") and not right:
        right, _ = _companions(scene, words, verb, word)
    if not right and not _together(left):
        return None
    return _Contact(noun, word, left, right, verb, several or noun.tag_ == "NNS")


def _is_appeal(noun: Token) -> bool:
    if noun.lemma_ != "call":
        return False
    return any((one.dep_ == "prep" and one.lower_ in ("for", "to", "on") and one.i == noun.i + 1) or one.dep_ == "acl" for one in noun.rights)


def _governor(noun: Token) -> Token:
    token = noun
    while token.pos_ not in ("VERB", "AUX") and token.head.i != token.i:
        token = token.head
    return token


def _owner(scene: Scene, noun: Token, verb: Token, right: tuple[Who, ...]) -> tuple[Who, ...]:
    """Who the contact belongs to: "Putin's talks", else whoever the clause around it is about."""
    taken = {who.code for who in right}
    for one in _owners(noun, verb):
        found = tuple(who for who in _speaking(scene, one) if len(taken) > 1 or who.code not in taken)
        if found:
            return found
    return ()


def _owners(noun: Token, verb: Token) -> Iterator[Token]:
    yield from children(noun, "poss")
    for counterpart in (t for t in noun.subtree if t.lemma_ == "counterpart"):
        yield from children(counterpart, "poss")
    up, steps = verb, 0
    while up is not None and steps < 5:
        someone = subject(up)
        if someone is not None and someone.i != noun.i:
            yield someone
        if up.head.i == up.i:
            break
        up, steps = up.head, steps + 1


def _companions(scene: Scene, words: ContactWords, anchor: Token, word: ContactWord) -> tuple[tuple[Who, ...], bool]:
    """Everyone the anchor's prepositions (or its object) bring in, and whether they were met one by one."""
    found: list[Who] = []
    several = False
    for start in _list_starts(anchor, word):
        stop = _list_stop(scene, start)
        whos = [who for who in scene.cast.within(start, stop) if who.state]
        whos += [who for token in scene.reading.doc[start:stop] if _refers(token) for who in _speaking(scene, token)]
        found += [who for who in whos if who.code not in {one.code for one in found}]
        several = several or any(t.lower_ in words.several for t in scene.reading.doc[start:stop])
    return tuple(found), several


def _refers(token: Token) -> bool:
    return token.pos_ == "PRON" and token.lower_ in ("him", "her", "them", "it") and token.dep_ in ("pobj", "dobj")


def _list_starts(anchor: Token, word: ContactWord) -> Iterator[int]:
    if anchor.pos_ == "VERB" and "object" in word.companions and (thing := child(anchor, "dobj")) is not None:
        yield thing.left_edge.i
    wanted = word.companions - {"object"} or {"with", "between", "from", "among", "to"}
    if anchor.pos_ == "VERB":
        wanted = wanted | {"with"}
    for token in (*anchor.rights, *(late for right in anchor.rights for late in right.rights)):
        if token.dep_ in ("prep", "dative") and token.lower_ in wanted:
            yield token.i + 1
    head = anchor.head
    if anchor.pos_ == "NOUN" and head.pos_ in ("VERB", "AUX"):
        for token in head.rights:
            if token.i > anchor.i and token.dep_ == "prep" and token.lower_ in ("with", "between", "from", "to"):
                yield token.i + 1
            if token.lemma_ in ("involve", "include", "engage") and token.i > anchor.i:
                yield token.i + (2 if token.nbor().lower_ == "with" else 1)
        for token in (t for right in head.rights for t in right.children if t.lemma_ in ("involve", "engage") and t.i > anchor.i):
            yield token.i + (2 if token.nbor().lower_ == "with" else 1)


def _list_stop(scene: Scene, start: int) -> int:
    """Where a list of people and titles ends, read token by token."""
    doc = scene.reading.doc
    end = min(start + LIST_REACH, doc[start].sent.end if start < len(doc) else len(doc))
    i = start
    while i < end:
        token = doc[i]
        if token.lower_ in _STOP_WORDS or (token.lower_ == "to" and i + 1 < end and doc[i + 1].tag_ == "VB"):
            break
        if i not in scene.cast.covered and token.pos_ not in _LIST_POS and token.lower_ not in _LIST_WORDS:
            break
        if token.lower_ in ("today", "yesterday", "tomorrow") or (token.dep_ in ("nsubj", "nsubjpass") and token.head.i > i and token.head.sent == token.sent):
            break
        i += 1
    while i > start and doc[i - 1].lower_ in ("and", ",", "to", "as", "the"):
        i -= 1
    return i


def _speaking(scene: Scene, token: Token | None) -> tuple[Who, ...]:
    if token is None:
        return ()
    return tuple(who for who in scene.cast.resolve(token) if who.state and who.code is not None)


def _together(whos: tuple[Who, ...]) -> bool:
    return len({who.code for who in whos}) > 1


# Telling ------------------------------------------------------------------------------------------


def _drafts(scene: Scene, words: ContactWords, contact: _Contact) -> Iterator[Draft]:
    status = _status(words, contact)
    if status is None or _background(scene, words, contact):
        return
    kind, medium = _manner(words, contact)
    day = scene.day(contact.anchor) or scene.day(contact.verb)
    if day is not None and scene.reference is not None and day < scene.reference - OLD:
        return
    if status is Status.HELD and day is not None and scene.reference is not None and day > scene.reference:
        status = Status.PLANNED
    for group in _groups(contact):
        event = Event(
            id="", kind=kind, status=status, medium=medium if kind is EventKind.CALL else None,
            actors=actors(group), date=day, citations=(scene.proof(contact.anchor),),
        )  # fmt: skip
        yield Draft(event, contact.anchor, group, ((contact.anchor.sent.start_char, contact.anchor.sent.end_char),))


def _groups(contact: _Contact) -> Iterator[tuple[Who, ...]]:
    """One group call, or one contact with each companion in turn."""
    right = [who for who in contact.right if who.code not in {one.code for one in contact.left}]
    if not contact.left and len(right) > 1 or not right and _together(contact.left):
        yield (*contact.left, *right)
    elif contact.left and contact.several and len(right) > 1 and len({who.code for who in contact.left}) == 1:
        yield from ((contact.left[0], who) for who in right)
    elif contact.left and right:
        yield (*contact.left, *right)


def _status(words: ContactWords, contact: _Contact) -> Status | None:
    """Planned, held or cancelled; None where the contact is denied or only thought of."""
    verb = contact.verb
    helpers = {aux.lower_ for aux in children(verb, "aux", "mark")}
    lemma = verb.lemma_.lower()
    if negated(verb) or lemma in ("refuse", "decline", "reject", "fail", "deny", "urge", "want", "hope", "demand", "offer"):
        return None
    if lemma in words.carriers["cancelled"] or (lemma == "call" and (off := child(verb, "prt")) is not None and off.lower_ == "off"):
        return Status.CANCELLED
    if helpers & _HYPOTHETICAL:
        return None
    if helpers & _FUTURE_AUX or (lemma in words.carriers["planned"] and contact.anchor.i != verb.i):
        return Status.PLANNED
    if "to" in helpers or verb.dep_ == "xcomp":
        return _of_infinitive(words, verb)
    if verb.tag_ == "VBG" and any(aux.lower_ in ("is", "are", "'s", "’s") for aux in children(verb, "aux")) and lemma not in ("hold", "have"):
        return Status.PLANNED if any(t.lower_ in words.future for t in verb.sent) else Status.HELD
    if any(one.lower_ in ("upcoming", "forthcoming", "planned", "scheduled", "next") for one in children(contact.anchor, "amod")):
        return Status.PLANNED
    return Status.HELD


def _of_infinitive(words: ContactWords, verb: Token) -> Status | None:
    up, steps = verb.head, 0
    while steps < 4:
        if up.lower_ in words.future or up.lemma_.lower() in words.future or any(aux.lower_ in _FUTURE_AUX for aux in children(up, "aux")):
            return None if negated(up) else Status.PLANNED
        if up.lemma_.lower() in ("have", "hold", "begin", "continue", "manage", "go", "embark", "start"):
            return Status.HELD
        if up.head.i == up.i:
            break
        up, steps = up.head, steps + 1
    return None


def _background(scene: Scene, words: ContactWords, contact: _Contact) -> bool:
    """Whether the sentence only looks back: "since their last call in May", "any direct talks"."""
    anchor = contact.anchor
    if anchor.pos_ == "NOUN" and any(one.lower_ in words.past for one in children(anchor, "amod", "det")):
        first = scene.reading.doc[anchor.left_edge.i : anchor.i]
        if not any(token.lower_ == "first" for token in first) or any(a.lower_ == "since" for a in anchor.ancestors):
            return True
    return any(a.lower_ == "since" and a.i < anchor.i for a in anchor.ancestors)


def _manner(words: ContactWords, contact: _Contact) -> tuple[EventKind, Medium]:
    """Call or meeting, and by what means, from the word and the sentence around it."""
    sentence = contact.anchor.sent
    near = {token.lower_ for token in sentence if abs(token.i - contact.anchor.i) <= 12} | {token.lemma_.lower() for token in sentence if abs(token.i - contact.anchor.i) <= 6}
    if contact.word.medium is not None:
        return EventKind.CALL, contact.word.medium
    if near & words.media[Medium.VIDEO]:
        return EventKind.CALL, Medium.VIDEO
    if near & (words.media[Medium.PHONE] - {"call"}):
        return EventKind.CALL, Medium.PHONE
    if contact.word.kind is EventKind.CALL and contact.word.vague and near & words.in_person:
        return EventKind.MEETING, Medium.UNSPECIFIED
    if contact.word.kind is EventKind.CALL and contact.anchor.lemma_ == "call":
        return EventKind.CALL, Medium.PHONE
    return contact.word.kind, Medium.UNSPECIFIED
