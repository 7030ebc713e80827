"""Who else took part in a contact: the lists of names and titles behind "with", "between" and their like.

Lists are read left to right after the preposition that brings them in, since a parser loses long lists of names
and titles.
"""

from collections.abc import Iterator

from spacy.tokens import Token

from bot.events.contact_words import ContactWord, ContactWords, load_contact_words
from bot.events.people import Who
from bot.events.reading import child, children, noun_phrase
from bot.events.scene import Scene

# How far a list of companions may run, in tokens.
LIST_REACH = 60
_LIST_POS = frozenset({"PROPN", "NOUN", "ADJ", "DET", "NUM", "PART", "PRON"})
_LIST_WORDS = frozenset(
    [
        "of",
        "and",
        "as",
        "well",
        "including",
        ",",
        ":",
        ";",
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
        "separately",
    ]
)
_OF_NOUN = frozenset({"with", "between", "from", "among", "to"})
_ASIDES = frozenset(
    [
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
    ]
)
_STOP_WORDS = frozenset({"who", "which", "that", "while", "where", "what", "how"})


def companions(
    scene: Scene, words: ContactWords, anchor: Token, word: ContactWord
) -> tuple[tuple[Who, ...], bool]:
    """Everyone the anchor's prepositions (or its object) bring in, and whether they were met one by one."""
    found: list[Who] = []
    several, last = False, anchor.i
    for start, again in _list_starts(scene, anchor, word).items():
        stop = list_stop(scene, start)
        doc = scene.reading.doc
        whos = [who for who in scene.cast.within(start, stop) if who.state]
        whos += [who for token in doc[start:stop] if _refers(token) for who in speaking(scene, token)]
        fresh = [who for who in whos if who.code not in {one.code for one in found}]
        between = doc[last:stop] if found and fresh else doc[start:stop]
        several = several or (again and bool(fresh)) or any(t.lower_ in words.several for t in between)
        found += fresh
        last = max(stop, last)
    return tuple(found), several


def _refers(token: Token) -> bool:
    return (
        token.pos_ == "PRON"
        and token.lower_ in ("him", "her", "them", "it")
        and token.dep_ in ("pobj", "dobj")
    )


def _list_starts(scene: Scene, anchor: Token, word: ContactWord) -> dict[int, bool]:
    """Where lists of companions begin, and whether the preposition is said once more ("to X and to Y").

    After the anchor's prepositions, its object, those of a clause about it ("the talks he held with"), and
    "involving" or "engaging with".
    """
    starts: dict[int, bool] = {}
    if anchor.pos_ == "VERB" and "object" in word.companions and (thing := called(scene, anchor)) is not None:
        starts[thing.left_edge.i] = False
    wanted = (word.companions - {"object"}) | {"with"} if anchor.pos_ == "VERB" else _OF_NOUN
    for token in (*anchor.rights, *(late for right in anchor.rights for late in right.rights)):
        if token.dep_ in ("prep", "dative", "conj") and token.lower_ in wanted:
            starts.setdefault(token.i + 1, token.dep_ == "conj")
    more = [*_beside(anchor, wanted), *_of_clause(anchor)]
    more += _of_governor(anchor) if anchor.pos_ != "VERB" else []
    for start in more:
        starts.setdefault(start, False)
    return starts


def _of_clause(noun: Token) -> Iterator[int]:
    """Companions in a clause about the contact: "the conversation he was to have had with"."""
    for clause in children(noun, "relcl", "acl"):
        for token in clause.subtree:
            if token.dep_ == "prep" and token.lower_ in ("with", "between"):
                yield token.i + 1


def called(scene: Scene, verb: Token) -> Token | None:
    """Whom a verb acts on; a parser may take "called President X yesterday" for a naming."""
    thing = child(verb, "dobj")
    if thing is None and (named := child(verb, "oprd")) is not None and scene.cast.person_at(named):
        return named
    return thing


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
    verb = governor(noun)
    if verb.pos_ not in ("VERB", "AUX"):
        return
    # "Participants in the call included".
    if verb.lemma_ == "include" and noun.i < verb.i:
        yield verb.i + 1
    for token in verb.rights:
        if token.i > noun.i and token.dep_ == "prep" and token.lower_ in ("with", "between", "from", "to"):
            yield token.i + 1
    for token in noun.doc[noun.i : verb.right_edge.i + 1]:
        if token.lower_ in ("with", "between") and token.head.ent_type_ in ("DATE", "TIME"):
            yield token.i + 1
    for token in (*verb.rights, *(t for right in verb.rights for t in right.children)):
        if token.i > noun.i and token.lemma_ in ("involve", "engage", "include"):
            yield token.i + (2 if token.nbor().lower_ == "with" else 1)


def governor(noun: Token) -> Token:
    """The verb a noun hangs on, or the top of its sentence."""
    token = noun
    while token.pos_ not in ("VERB", "AUX") and token.head.i != token.i:
        token = token.head
    return token


def list_stop(scene: Scene, start: int, verb: Token | None = None) -> int:
    """Where a list of people and titles ends, read token by token; a list of subjects of `verb` may hold several."""
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
            token.dep_ in ("nsubj", "nsubjpass")
            and token.head.i > i
            and token.head != verb
            and token.head.sent == token.sent
        ):
            break
        i += 1
    while i > start and doc[i - 1].lower_ in ("and", ",", "to", "as", "the"):
        i -= 1
    return i


def speaking(scene: Scene, token: Token | None) -> tuple[Who, ...]:
    """Everyone a noun phrase stands for who speaks for a state, an organisation or a group; ships and teams do not."""
    if token is None or token.lemma_.lower() in load_contact_words().forces:
        return ()
    found = tuple(who for who in scene.cast.resolve(token) if who.state and who.code is not None)
    return found or _held_by(scene, token)


def _held_by(scene: Scene, token: Token) -> tuple[Who, ...]:
    """The one person named inside an office told at length, or whose last name is unknown: "head of the office of the president X"."""
    before = scene.cast.person_at(token.nbor(-1)) if token.i > token.sent.start else None
    if token.pos_ == "PROPN" and before is not None and before.state and before.code is not None:
        return (before,)
    if not scene.cast.roles.office(token):
        return ()
    whos = {
        who.name: who
        for t in noun_phrase(token)
        if (who := scene.cast.person_at(t)) is not None and who.state
    }
    return tuple(whos.values()) if len(whos) == 1 else ()


def subject_list(scene: Scene, start: int, stop: int) -> tuple[Who, ...]:
    """Everyone of a state named in tokens start..stop-1."""
    return tuple(who for who in scene.cast.within(start, stop) if who.person and who.state)


def occasion_of(noun: Token) -> Token | None:
    """The verb of what was done in a contact: of "in a call with him, she urged restraint" it is "urged"."""
    if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "during", "over", "on", "by", "via"):
        verb = governor(noun)
        return verb if verb.pos_ == "VERB" else None
    return None


def acted_on(scene: Scene, verb: Token) -> tuple[Who, ...]:
    """Everyone a verb is done to or with: "told Modi", "discussed it with his counterpart"."""
    whos = [who for token in children(verb, "dobj", "dative") for who in speaking(scene, token)]
    for preposition in children(verb, "prep"):
        if preposition.lower_ == "with":
            start = preposition.i + 1
            whos += [who for who in scene.cast.within(start, list_stop(scene, start)) if who.state]
    return tuple(whos)
