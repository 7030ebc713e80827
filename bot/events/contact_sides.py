"""Both sides of a contact: who was in touch with whom, by a verb ("spoke with") or a noun ("a call with")."""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from bot.events.contact_lists import (
    acted_on,
    called,
    companions,
    governor,
    list_stop,
    occasion_of,
    speaking,
    subject_list,
)
from bot.events.contact_words import ContactWord, ContactWords
from bot.events.people import Who
from bot.events.reading import agent, child, children, negated, subject
from bot.events.scene import Scene
from bot.model import EventKind
from bot.places.gazetteer import Sense

_TO_OTHERS = frozenset({"for", "at", "in", "before", "against", "from", "to"})
_ONE_BY_ONE = frozenset({"already", "separately", "individually", "also"})
# Prepositions before a contact that was the occasion of what the clause tells, and so was held.
_AT = frozenset({"during", "in", "at", "after", "following", "throughout", "on", "for", "amid"})
# "Plays a role in the talks" says nothing of their being held; nor does
# "on the eve of the summit".
_HOSTING = frozenset({"host", "mediate", "facilitate", "broker", "sponsor", "convene", "arrange", "oversee"})
# "Briefed them on her call with the king": the call was held, and is told here.
_TELLING = frozenset({"brief", "debrief", "update", "inform"})
_PARTS_OF = frozenset({"role", "part", "progress", "interest", "success", "breakthrough", "participation"})
_QUERIES = frozenset({"question", "query", "rumour", "rumor", "report", "inquiry", "speculation"})
_NOT_YET = frozenset({"eve", "preparation", "agenda", "invitation", "proposal", "prospect", "run-up"})


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
    word = _verb(words, verb)
    if word is None or (verb.lemma_ == "call" and _calls_something(scene, verb)) or _plays(words, verb):
        return None
    if "object" in word.companions and word.vague and not _receives_people(scene, verb):
        return None
    left = subjects(scene, verb)
    right, several = companions(scene, words, verb, word)
    if verb.tag_ == "VBN" and child(verb, "nsubjpass") is not None:
        left, right = _passive(scene, verb, left, right)
    if verb.lemma_ == "meet" and not right and child(verb, "dobj") is not None:
        return None
    if word.vague and not right and (not together(left) or _spoke_elsewhere(verb)):
        return None
    if word.vague and word.kind is EventKind.CALL and not _personal(words, verb, (*left, *right)):
        return None
    # One telephones one at a time, unless it is said to be a conference.
    several = several or ("object" in word.companions and word.kind is EventKind.CALL)
    several = several or any(one.lower_ in _ONE_BY_ONE for one in children(verb, "advmod"))
    return Contact(verb, word, left, right, verb, several)


def _verb(words: ContactWords, verb: Token) -> ContactWord | None:
    """What a verb alone, or with its particle or object ("sit down", "shake hands"), tells of a contact."""
    if verb.pos_ != "VERB":
        return None
    lemma = verb.lemma_.lower()
    joined = (words.verbs.get(f"{lemma} {one.lower_}") for one in children(verb, "prt", "dobj"))
    return words.verbs.get(lemma) or next((word for word in joined if word is not None), None)


def subjects(scene: Scene, verb: Token) -> tuple[Who, ...]:
    """The subject, with all who stand in one list with it up to the verb, where the parse has lost some of them."""
    someone = _lost_subject(verb) or subject(verb) or _of_chance(verb)
    found = speaking(scene, someone) or _named_later(scene, someone)
    if someone is None or someone.i > verb.i or someone.sent != verb.sent or not scene.cast.people:
        return found
    start = min(someone.left_edge.i, someone.i)
    while start > verb.sent.start and (
        scene.cast.person_at(verb.doc[start - 1]) or verb.doc[start - 1].lower_ in (",", "and")
    ):
        start -= 1
    if list_stop(scene, start, verb) < verb.i - 1:
        return found
    listed = subject_list(scene, start, verb.i)
    return found + tuple(who for who in listed if who.code not in {one.code for one in found})


def _lost_subject(verb: Token) -> Token | None:
    """The subject of a sentence whose verb a parser took for a participle: "The ministers of A and B telephoned"."""
    above = verb.head
    if verb.dep_ != "acl" or verb.tag_ != "VBN":
        return None
    while above.dep_ in ("appos", "conj") and above.pos_ in ("NOUN", "PROPN"):
        above = above.head
    is_top = above.dep_ == "ROOT" or (above.dep_ == "nsubj" and _is_bare_purpose(above.head))
    return above if is_top and above.pos_ in ("NOUN", "PROPN") else None


def _is_bare_purpose(verb: Token) -> bool:
    """Whether an infinitive stands where a sentence has its verb: so the parse has lost that verb."""
    return (
        verb.dep_ == "ROOT" and verb.tag_ == "VB" and any(one.lower_ == "to" for one in children(verb, "aux"))
    )


def _of_chance(verb: Token) -> Token | None:
    """Who had what an infinitive explains: "had the opportunity to speak"."""
    if verb.dep_ == "acl" and verb.tag_ == "VB" and verb.head.dep_ == "dobj":
        return subject(verb.head.head)
    return None


def _named_later(scene: Scene, someone: Token | None) -> tuple[Who, ...]:
    """Whoever "the President" of an opening is: the one of that office whom only later sentences name."""
    if someone is None or not scene.cast.roles.office(someone) or child(someone, "det") is None:
        return ()
    word, sentence = someone.lemma_.lower(), someone.sent
    here = {n.who.name for n in scene.cast.people if sentence.start <= n.start < sentence.end}
    later = {
        n.who.name: n.who
        for n in scene.cast.people
        if n.start >= sentence.end and n.who.state and word in (n.who.role or "").lower().split()
    }
    found = [who for name, who in later.items() if name not in here]
    return (found[0],) if len(found) == 1 and found[0].code is not None else ()


def _plays(words: ContactWords, verb: Token) -> bool:
    """Whether they met in a drill or a match."""
    return any(
        thing.lemma_.lower() in words.bouts
        for p in children(verb, "prep")
        if p.lower_ in ("in", "at", "on", "for")
        for thing in children(p, "pobj")
    )


def _personal(words: ContactWords, verb: Token, whos: tuple[Who, ...]) -> bool:
    """Whether persons spoke, or a means is said: that two states "are talking" is no news of a call."""
    return any(who.person for who in whos) or any(m.among(verb.subtree) for m in words.media.values())


def _spoke_elsewhere(verb: Token) -> bool:
    """Whether several spoke, but not to each other: "spoke for Washington", "spoke at the conference"."""
    return any(p.i > verb.i and p.lower_ in _TO_OTHERS and not _timed(p) for p in children(verb, "prep"))


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
    by = agent(verb)
    if by is not None and (acted := child(verb, "nsubjpass")) is not None and child(verb, "oprd") is None:
        return not (_person(scene, by) and _person(scene, acted))
    thing = called(scene, verb)
    named = child(verb, "oprd", "prt")
    if (
        thing is None
        or (named is not None and named.i != thing.i and not scene.cast.person_at(named))
        or any(p.lower_ in ("for", "on", "upon") and p.i == verb.i + 1 for p in children(verb, "prep"))
    ):
        return True
    if (
        any(one.i > thing.i for one in children(verb, "ccomp", "xcomp", "acomp"))
        or child(thing, "acl") is not None
    ):
        return True
    return not _person(scene, thing)


def _person(scene: Scene, token: Token) -> bool:
    """Whether a noun phrase stands for persons, by name or as leaders of states."""
    return any(who.person for who in scene.cast.resolve(token))


def _passive(
    scene: Scene, verb: Token, left: tuple[Who, ...], right: tuple[Who, ...]
) -> tuple[tuple[Who, ...], tuple[Who, ...]]:
    """Both sides of "was received by the king": the agent and the one acted on."""
    someone = speaking(scene, child(verb, "nsubjpass"))
    by = agent(verb)
    return (speaking(scene, by) if by is not None else left), someone or right


def of_noun(scene: Scene, words: ContactWords, token: Token) -> Contact | None:
    """The contact a noun tells of, if any: "a call with", "their talks", "the meeting between", "by video link"."""
    found = words.nouns.ending(token)
    if found is None:
        return None
    (span, word), noun = found, found[0].root
    if noun.pos_ not in ("NOUN", "PROPN") or (len(span) == 1 and noun.pos_ != "NOUN"):
        return None
    if noun.dep_ in ("compound", "amod") or _is_appeal(scene, noun) or _is_asked_about(noun):
        return None
    verb = governor(noun)
    if _only_spoken_of(words, noun, verb) or (
        (word.vague or word.kind is EventKind.MEETING) and not _carried(words, noun, verb)
    ):
        return None
    right, several = companions(scene, words, noun, word)
    # Whoever hosts talks between others is no side of them.
    hosted = verb.lemma_ in _HOSTING and together(right) and noun.dep_ == "dobj" and _names_sides(noun)
    left = () if hosted else _owner(scene, noun, verb, right)
    if not right and (doing := occasion_of(noun)) is not None and not together(left):
        right = acted_on(scene, doing)
    if noun.dep_ == "dobj" and verb.lemma_ in ("receive", "get", "take", "accept") and not right:
        right, _ = companions(scene, words, verb, word)
    if not right and (not together(left) or verb.lemma_ in ("continue", "resume", "speed")):
        return None
    several = (several and not _one_of_many(noun)) or noun.tag_ == "NNS"
    return Contact(noun, word, left, right, verb, several)


def _is_asked_about(noun: Token) -> bool:
    """Whether a contact is but what somebody was asked or told about: "took a question on the call between"."""
    about = noun.head
    return (
        noun.dep_ == "pobj" and about.lower_ in ("on", "about", "regarding") and about.head.lemma_ in _QUERIES
    )


def _one_of_many(noun: Token) -> bool:
    """Whether a noun tells of one thing new to the reader: "a call"."""
    return noun.tag_ == "NN" and any(det.lower_ in ("a", "an") for det in children(noun, "det"))


def _names_sides(noun: Token) -> bool:
    return any(one.lower_ in ("between", "among") for one in children(noun, "prep"))


def _carried(words: ContactWords, noun: Token, verb: Token) -> bool:
    """Whether the clause says that a contact took place: it was held, it went on, or something was said in it."""
    if noun.dep_ in ("nsubj", "nsubjpass", "ROOT"):
        return True
    token = noun
    while token.i not in {verb.i, token.head.i}:
        if token.lemma_ in _NOT_YET:
            return False
        if token.dep_ == "pobj" and token.head.lower_ in _AT:
            return token.head.head.lemma_ not in _PARTS_OF
        token = token.head
    return called_off(verb) or any(verb.lemma_.lower() in lemmas for lemmas in words.carriers.values())


def _only_spoken_of(words: ContactWords, noun: Token, verb: Token) -> bool:
    """Whether a contact is but the matter of other words: "discussed the talks between", "in consultation with"."""
    if called_off(verb) or verb.lemma_.lower() not in words.spoken_of or noun.dep_ in ("nsubj", "nsubjpass"):
        return (
            noun.dep_ == "pobj"
            and noun.head.lower_ == "in"
            and noun.lemma_ in ("consultation", "discussion", "talk")
            and child(noun, "det") is None
        )
    if noun.lemma_ == "call" and verb.lemma_ in _TELLING and child(noun, "poss") is not None:
        return False
    token = noun
    while token.i != verb.i:
        if (
            token.dep_ == "pobj"
            and token.head.lower_ in ("during", "in", "at", "after", "by", "via")
            and (token.head.head.i == verb.i or _one_of_many(token))
        ):
            return False
        token = token.head
    return True


def called_off(verb: Token) -> bool:
    """Whether a verb says that something will not take place: "called off", "put off", "did not go ahead"."""
    if any(one.lower_ in ("off", "back") for one in children(verb, "prt")) and verb.lemma_ in (
        "call",
        "put",
        "break",
        "push",
    ):
        return True
    return negated(verb) and verb.lemma_ in ("take", "go", "happen", "materialize", "materialise")


def _is_appeal(scene: Scene, noun: Token) -> bool:
    """Whether a call is for something: "a call for restraint", "calls on Moscow", but not "a call on Monday", "to the king"."""
    if noun.lemma_ != "call" or any(one.lower_ in ("phone", "telephone", "video") for one in noun.lefts):
        return False
    return any(
        (one.dep_ == "acl" and one.tag_ != "VBN")
        or (one.dep_ == "prep" and one.i == noun.i + 1 and _asks(scene, one))
        for one in noun.rights
    )


def _asks(scene: Scene, preposition: Token) -> bool:
    thing = child(preposition, "pobj")
    if preposition.lower_ == "to":
        return thing is None or not _person(scene, thing)
    return preposition.lower_ in ("for", "on") and not _timed(preposition)


def _timed(preposition: Token) -> bool:
    thing = child(preposition, "pobj")
    return thing is not None and thing.ent_type_ in ("DATE", "TIME")


def _owner(scene: Scene, noun: Token, verb: Token, right: tuple[Who, ...]) -> tuple[Who, ...]:
    """Who the contact belongs to: "Putin's talks", else whoever the clause around it is about."""
    taken = {who.code for who in right}
    for whos in _owners(scene, noun, verb):
        found = tuple(who for who in whos if len(taken) > 1 or who.code not in taken)
        if found:
            return found
    return ()


def _owners(scene: Scene, noun: Token, verb: Token) -> Iterator[tuple[Who, ...]]:
    for one in children(noun, "poss"):
        yield speaking(scene, one)
    for clause in children(noun, "relcl", "acl"):
        if (doer := child(clause, "nsubj")) is not None and doer.lower_ not in ("which", "that", "who"):
            yield speaking(scene, doer)
    for counterpart in (t for t in noun.subtree if t.lemma_ in ("counterpart", "colleague")):
        for one in children(counterpart, "poss"):
            yield speaking(scene, one)
    up, steps = verb, 0
    while up is not None and steps < 5:
        if up.pos_ in ("VERB", "AUX") and ((doer := subject(up)) is None or doer.i != noun.i):
            yield subjects(scene, up)
        if up.head.i == up.i:
            break
        up, steps = up.head, steps + 1


def together(whos: tuple[Who, ...]) -> bool:
    """Whether officials of two states or more are among them."""
    return len({who.code for who in whos}) > 1
