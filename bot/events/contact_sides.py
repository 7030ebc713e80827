"""Both sides of a contact: who was in touch with whom, by a verb ("spoke with") or a noun ("a call with").

Companions are read left to right after the preposition that brings them in, since a parser loses long lists of
names and titles.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from bot.events.contact_words import ContactWord, ContactWords
from bot.events.people import Who
from bot.events.reading import agent, child, children, negated, subject
from bot.events.scene import Scene
from bot.model import EventKind
from bot.places.gazetteer import Sense

# How far a list of companions may run, in tokens.
LIST_REACH = 60
_LIST_POS = frozenset({"PROPN", "NOUN", "ADJ", "DET", "NUM", "PART", "PRON"})
_LIST_WORDS = frozenset(
    {
        "of",
        "and",
        "as",
        "well",
        "including",
        ",",
        "from",
        "the",
        "-",
        "his",
        "her",
        "'s",
        "’s",
        "both",
        "(",
        ")",
        "–",
        "also",
        "then",
        "later",
        "to",
    }
)
_OF_NOUN = frozenset({"with", "between", "from", "among", "to"})
_ASIDES = frozenset(
    {
        "by",
        "over",
        "the",
        "phone",
        "telephone",
        "video",
        "on",
        "today",
        "yesterday",
        "separately",
        "directly",
        "briefly",
        "earlier",
        "again",
    }
)
_TO_OTHERS = frozenset({"for", "at", "in", "before", "against", "from", "to"})
_STOP_WORDS = frozenset({"who", "which", "that", "while", "where", "what", "how"})


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as found: its word, both sides, and the verb that tells how real it is."""

    anchor: Token
    word: ContactWord
    left: tuple[Who, ...]
    right: tuple[Who, ...]
    verb: Token
    several: bool


def of_verb(scene: Scene, words: ContactWords, verb: Token) -> Contact | None:
    """The contact a verb tells of, if any: "spoke with", "phoned", "was received by"."""
    word = words.verbs.get(verb.lemma_.lower()) if verb.pos_ == "VERB" else None
    if word is None or (verb.lemma_ == "call" and _calls_something(scene, verb)):
        return None
    left = subjects(scene, verb)
    if "object" in word.companions and word.vague and not _receives_people(scene, verb):
        return None
    right, several = _companions(scene, words, verb, word)
    if verb.tag_ == "VBN" and child(verb, "nsubjpass") is not None:
        left, right = _passive(scene, verb, left, right)
    thing = child(verb, "dobj")
    if verb.lemma_ == "meet" and not right and thing is not None:
        return None
    if word.vague and not right and (not together(left) or _spoke_elsewhere(verb)):
        return None
    several = several or any(
        one.lower_ in ("already", "separately", "individually", "also") for one in children(verb, "advmod")
    )
    return Contact(verb, word, left, right, verb, several)


def subjects(scene: Scene, verb: Token) -> tuple[Who, ...]:
    """The subject, with all who stand in one list with it up to the verb, where the parse has lost some of them."""
    someone = subject(verb)
    found = speaking(scene, someone)
    if someone is None or someone.i > verb.i or someone.sent != verb.sent or not scene.cast.people:
        return found
    start = min(someone.left_edge.i, someone.i)
    while start > verb.sent.start and (
        scene.cast.person_at(verb.doc[start - 1]) or verb.doc[start - 1].lower_ in (",", "and")
    ):
        start -= 1
    if list_stop(scene, start) < verb.i - 1:
        return found
    listed = [who for who in scene.cast.within(start, verb.i) if who.person and who.state]
    return found + tuple(who for who in listed if who.code not in {one.code for one in found})


def _spoke_elsewhere(verb: Token) -> bool:
    """Whether several spoke, but not to each other: "spoke for Washington", "spoke at the conference"."""
    return any(p.i > verb.i and p.lower_ in _TO_OTHERS for p in children(verb, "prep"))


def _receives_people(scene: Scene, verb: Token) -> bool:
    """Whether the object of "host", "receive" or "visit" is a person or a state, not a thing: "welcomed the decision"."""
    thing = child(verb, "dobj", "nsubjpass")
    if thing is None:
        return False
    if verb.lemma_ == "visit":
        mention = scene.cast.mention(thing)
        return mention is not None and mention.sense in (Sense.COUNTRY, Sense.CAPITAL)
    return any(who.person for who in scene.cast.resolve(thing))


def _calls_something(scene: Scene, verb: Token) -> bool:
    """Whether it is no telephone call: "called it a crime", "called for", "called on", "called off"."""
    thing = child(verb, "dobj")
    if (
        thing is None
        or child(verb, "oprd", "prt") is not None
        or any(p.lower_ in ("for", "on", "upon") and p.i == verb.i + 1 for p in children(verb, "prep"))
    ):
        return True
    if (
        any(one.i > thing.i for one in children(verb, "ccomp", "xcomp", "acomp"))
        or child(thing, "acl") is not None
    ):
        return True
    return not any(who.person for who in scene.cast.resolve(thing))


def _passive(
    scene: Scene, verb: Token, left: tuple[Who, ...], right: tuple[Who, ...]
) -> tuple[tuple[Who, ...], tuple[Who, ...]]:
    """Both sides of "was received by the king": the agent and the one acted on."""
    acted_on = speaking(scene, child(verb, "nsubjpass"))
    by = agent(verb)
    return (speaking(scene, by) if by is not None else left), acted_on or right


def of_noun(scene: Scene, words: ContactWords, noun: Token) -> Contact | None:
    """The contact a noun tells of, if any: "a call with", "their talks", "the meeting between"."""
    word = words.nouns.get(noun.lemma_.lower()) if noun.pos_ == "NOUN" else None
    if word is None or noun.dep_ in ("compound", "amod") or _is_appeal(noun):
        return None
    verb = _governor(noun)
    if _only_spoken_of(words, noun, verb) or (
        (word.vague or word.kind is EventKind.MEETING) and not _carried(words, noun, verb)
    ):
        return None
    right, several = _companions(scene, words, noun, word)
    left = _owner(scene, noun, verb, right)
    if noun.dep_ == "dobj" and verb.lemma_ in ("receive", "get", "take", "accept") and not right:
        right, _ = _companions(scene, words, verb, word)
    if not right and (not together(left) or verb.lemma_ in ("continue", "resume", "speed")):
        return None
    return Contact(noun, word, left, right, verb, several or noun.tag_ == "NNS")


def _carried(words: ContactWords, noun: Token, verb: Token) -> bool:
    """Whether the clause says that a contact took place: it was held, it went on, or something was said in it."""
    if noun.dep_ in ("nsubj", "nsubjpass", "ROOT"):
        return True
    token = noun
    while token.i not in {verb.i, token.head.i}:
        if token.dep_ == "pobj" and token.head.lower_ in (
            "during",
            "in",
            "at",
            "after",
            "following",
            "throughout",
            "on",
            "for",
            "amid",
        ):
            return True
        token = token.head
    return any(verb.lemma_.lower() in lemmas for lemmas in words.carriers.values())


def _only_spoken_of(words: ContactWords, noun: Token, verb: Token) -> bool:
    """Whether a contact is but the matter of other words: "discussed the talks between", "in consultation with"."""
    if called_off(verb) or verb.lemma_.lower() not in words.spoken_of or noun.dep_ in ("nsubj", "nsubjpass"):
        return (
            noun.dep_ == "pobj"
            and noun.head.lower_ == "in"
            and noun.lemma_ in ("consultation", "discussion", "talk")
        )
    token = noun
    while token.i != verb.i:
        if (
            token.dep_ == "pobj"
            and token.head.lower_ in ("during", "in", "at", "after")
            and token.head.head.i == verb.i
        ):
            return False
        token = token.head
    return True


def called_off(verb: Token) -> bool:
    """Whether a verb says that something will not take place: "called off", "put off", "did not go ahead"."""
    if any(one.lower_ == "off" for one in children(verb, "prt")) and verb.lemma_ in ("call", "put", "break"):
        return True
    return negated(verb) and verb.lemma_ in ("take", "go", "happen", "materialize", "materialise")


def _is_appeal(noun: Token) -> bool:
    if noun.lemma_ != "call":
        return False
    return any(
        (one.dep_ == "prep" and one.lower_ in ("for", "to", "on") and one.i == noun.i + 1)
        or one.dep_ == "acl"
        for one in noun.rights
    )


def _governor(noun: Token) -> Token:
    token = noun
    while token.pos_ not in ("VERB", "AUX") and token.head.i != token.i:
        token = token.head
    return token


def _owner(scene: Scene, noun: Token, verb: Token, right: tuple[Who, ...]) -> tuple[Who, ...]:
    """Who the contact belongs to: "Putin's talks", else whoever the clause around it is about."""
    taken = {who.code for who in right}
    for one in _owners(noun, verb):
        found = tuple(who for who in speaking(scene, one) if len(taken) > 1 or who.code not in taken)
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


def _companions(
    scene: Scene, words: ContactWords, anchor: Token, word: ContactWord
) -> tuple[tuple[Who, ...], bool]:
    """Everyone the anchor's prepositions (or its object) bring in, and whether they were met one by one."""
    found: list[Who] = []
    several = False
    for start in _list_starts(anchor, word):
        stop = list_stop(scene, start)
        whos = [who for who in scene.cast.within(start, stop) if who.state]
        whos += [
            who for token in scene.reading.doc[start:stop] if _refers(token) for who in speaking(scene, token)
        ]
        found += [who for who in whos if who.code not in {one.code for one in found}]
        several = several or any(t.lower_ in words.several for t in scene.reading.doc[start:stop])
    return tuple(found), several


def _refers(token: Token) -> bool:
    return (
        token.pos_ == "PRON"
        and token.lower_ in ("him", "her", "them", "it")
        and token.dep_ in ("pobj", "dobj")
    )


def _list_starts(anchor: Token, word: ContactWord) -> Iterator[int]:
    """Where lists of companions begin: after the anchor's prepositions, its object, and "involving" or "engaging with"."""
    starts: dict[int, None] = {}
    if anchor.pos_ == "VERB" and "object" in word.companions and (thing := child(anchor, "dobj")) is not None:
        starts[thing.left_edge.i] = None
    wanted = (word.companions - {"object"}) | {"with"} if anchor.pos_ == "VERB" else _OF_NOUN
    for token in (*anchor.rights, *(late for right in anchor.rights for late in right.rights)):
        if token.dep_ in ("prep", "dative") and token.lower_ in wanted:
            starts[token.i + 1] = None
    starts.update(dict.fromkeys(_beside(anchor, wanted)))
    if anchor.pos_ == "NOUN":
        starts.update(dict.fromkeys(_of_governor(anchor)))
    yield from starts


def _beside(anchor: Token, wanted: frozenset[str]) -> Iterator[int]:
    """A preposition right after the anchor but for when and how, whatever the parse makes of it: "spoke by phone today with"."""
    for token in anchor.doc[anchor.i + 1 : min(anchor.i + 9, anchor.sent.end)]:
        if token.lower_ in wanted:
            yield token.i + 1
            return
        if (
            token.pos_ not in ("ADV", "PUNCT")
            and token.lower_ not in _ASIDES
            and token.ent_type_ not in ("DATE", "TIME")
        ):
            return


def _of_governor(noun: Token) -> Iterator[int]:
    """Companions the verb around a noun brings in: "held talks in Cairo with", "conversations ..., involving"."""
    verb = _governor(noun)
    if verb.pos_ not in ("VERB", "AUX"):
        return
    for token in verb.rights:
        if token.i > noun.i and token.dep_ == "prep" and token.lower_ in ("with", "between", "from", "to"):
            yield token.i + 1
    for token in (*verb.rights, *(t for right in verb.rights for t in right.children)):
        if token.i > noun.i and token.lemma_ in ("involve", "engage", "include"):
            yield token.i + (2 if token.nbor().lower_ == "with" else 1)


def list_stop(scene: Scene, start: int) -> int:
    """Where a list of people and titles ends, read token by token."""
    doc = scene.reading.doc
    end = min(start + LIST_REACH, doc[start].sent.end if start < len(doc) else len(doc))
    i = start
    while i < end:
        token = doc[i]
        if token.lower_ in _STOP_WORDS or (token.lower_ == "to" and i + 1 < end and doc[i + 1].tag_ == "VB"):
            break
        if token.lower_ == "for" and i + 1 < end and doc[i + 1].pos_ == "PROPN":
            i += 1
            continue
        if i not in scene.cast.covered and token.pos_ not in _LIST_POS and token.lower_ not in _LIST_WORDS:
            break
        if token.lower_ in ("today", "yesterday", "tomorrow") or (
            token.dep_ in ("nsubj", "nsubjpass") and token.head.i > i and token.head.sent == token.sent
        ):
            break
        i += 1
    while i > start and doc[i - 1].lower_ in ("and", ",", "to", "as", "the"):
        i -= 1
    return i


def speaking(scene: Scene, token: Token | None) -> tuple[Who, ...]:
    """Everyone a noun phrase stands for who speaks for a state, an organisation or a group."""
    if token is None:
        return ()
    return tuple(who for who in scene.cast.resolve(token) if who.state and who.code is not None)


def together(whos: tuple[Who, ...]) -> bool:
    """Whether officials of two states or more are among them."""
    return len({who.code for who in whos}) > 1
