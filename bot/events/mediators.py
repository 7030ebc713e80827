"""Who mediates: the subject, owner or maker of a word of mediation."""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from bot.events.mediation_words import MediationWords
from bot.events.people import Who
from bot.events.reading import agent, child, children, subject
from bot.events.scene import Scene
from bot.places.gazetteer import Sense

_MEDIATING = frozenset({"role", "effort", "mission", "team", "offer"})
# How far behind its verb the object that makes it mediation may stand, in tokens.
MATTER_REACH = 16
# Nouns that leave the deed to whoever has them: "its readiness to mediate", "efforts to bring".
_PURPOSES = frozenset(
    {
        "effort",
        "readiness",
        "willingness",
        "offer",
        "role",
        "attempt",
        "bid",
        "mission",
        "commitment",
        "plan",
        "proposal",
        "service",
        "intention",
        "push",
        "initiative",
        "part",
        "series",
        "interest",
        "desire",
        "drive",
        "campaign",
        "capacity",
    }
)


@dataclass(frozen=True, slots=True)
class Deed:
    """A mediation as found: its word, who mediates, and who else the clause is about."""

    anchor: Token
    mediators: tuple[Who, ...]
    others: tuple[Who, ...]


def find_deed(scene: Scene, words: MediationWords, token: Token) -> Deed | None:
    """The mediation a word tells of, with whoever mediates; None where it tells of none, or of wages and divorces."""
    deed = _deed(scene, words, token)
    if deed is None or any(near.text in words.domestic for near in token.sent):
        return None
    return deed


def _deed(scene: Scene, words: MediationWords, token: Token) -> Deed | None:
    lemma = token.lemma_.lower()
    if (talks := _brokered(words, token)) is not None:
        return _of_talks(scene, token, talks)
    if token.pos_ == "VERB" and lemma in words.verbs:
        return _of_verb(scene, token)
    if (lemma in words.nouns and token.pos_ == "NOUN") or (lemma == "office" and _good_offices(token)):
        return _of_noun(scene, token)
    if lemma in words.persons:
        return _of_person(scene, token)
    if lemma in words.adjectives and token.dep_ in ("amod", "compound") and token.head.lemma_ in _MEDIATING:
        return _of_noun(scene, token.head)
    if token.pos_ == "VERB" and lemma in words.helping:
        return _of_helping(scene, words, token)
    return None


def _good_offices(token: Token) -> bool:
    return token.tag_ == "NNS" and any(one.lower_ == "good" for one in token.lefts)


def _brokered(words: MediationWords, token: Token) -> Token | None:
    """The talks a participle describes as somebody's work: "Egyptian-brokered talks", "talks mediated by Qatar"."""
    if (
        token.tag_ != "VBN"
        or token.lemma_.lower() not in {"broker", "mediate", "facilitate"}
        or token.dep_ not in ("amod", "acl")
    ):
        return None
    return token.head if token.head.lemma_.lower() in words.talks["nouns"] else None


def _of_talks(scene: Scene, token: Token, talks: Token) -> Deed | None:
    by = agent(token)
    if by is not None:
        return Deed(talks, _acting(scene, by), ())
    before = [scene.cast.covered.get(i) for i in range(max(token.i - 4, token.sent.start), token.i)]
    named = next((m for m in reversed(before) if m is not None and m.sense is not Sense.PERSON), None)
    return (
        Deed(talks, (Who(named.code, None, None, state=True, at=token.i, person=False),), ())
        if named is not None
        else None
    )


def _of_verb(scene: Scene, verb: Token) -> Deed:
    by = agent(verb)
    if by is not None:
        return Deed(verb, _acting(scene, by), ())
    mediators = _subjects(scene, verb)
    return Deed(verb, mediators, _above(scene, verb, mediators))


def _subjects(scene: Scene, verb: Token) -> tuple[Who, ...]:
    """Who a verb of mediation is about, through "offered to", "efforts to", "urged X to"."""
    own = child(verb, "nsubj")
    if own is not None and (found := _acting(scene, own)):
        return found
    up, steps = verb, 0
    while up.head.i != up.i and steps < 6:
        up, steps = up.head, steps + 1
        if up.pos_ == "NOUN":
            if found := _owners(scene, up):
                return found
            if up.lemma_.lower() not in _PURPOSES:
                return ()
            continue
        if (
            up.lemma_.lower() in ("ask", "urge", "request", "invite", "want", "allow", "call", "appeal")
            and (someone := _asked(up)) is not None
        ):
            return _acting(scene, someone)
        if (asked := child(up, "nsubjpass")) is not None and up.lemma_.lower() in (
            "ask",
            "request",
            "invite",
            "urge",
            "call",
        ):
            return _acting(scene, asked)
        someone = subject(up)
        if someone is not None and (found := _acting(scene, someone)):
            return found
    return ()


def _asked(verb: Token) -> Token | None:
    thing = child(verb, "dobj")
    if thing is not None:
        return thing
    for preposition in children(verb, "prep"):
        if preposition.lower_ in ("on", "upon", "to"):
            return child(preposition, "pobj")
    return None


def _of_noun(scene: Scene, noun: Token) -> Deed | None:
    if mediators := _owners(scene, noun) or _maker(scene, noun):
        return Deed(noun, mediators, _above(scene, noun, mediators))
    head = noun.head
    if noun.dep_ in ("compound", "amod") and head.pos_ == "NOUN":
        mediators = _owners(scene, head)
        if mediators:
            return Deed(noun, mediators, _above(scene, head, mediators))
    mediators = _carrier_subject(scene, noun)
    return Deed(noun, mediators, ()) if mediators else None


def _maker(scene: Scene, noun: Token) -> tuple[Who, ...]:
    """Who makes it, where the parse hangs that elsewhere: "accept mediation by Angola", "Brazil's offer of mediation"."""
    after = noun.i + 1
    if after + 1 < noun.sent.end and noun.doc[after].lower_ == "by":
        return tuple(who for who in scene.cast.within(after + 1, min(after + 8, noun.sent.end)) if who.state)[
            :1
        ]
    if noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.pos_ == "NOUN":
        return _owners(scene, noun.head.head)
    return ()


def _carrier_subject(scene: Scene, noun: Token) -> tuple[Who, ...]:
    """The subject of the clause: "launched a mediation effort", "after making an offer of mediation"."""
    up, steps = noun, 0
    while up.head.i != up.i and steps < 5:
        up, steps = up.head, steps + 1
        if up.pos_ in ("VERB", "AUX"):
            someone = subject(up)
            if someone is not None:
                return _acting(scene, someone)
    return ()


def _owners(scene: Scene, noun: Token) -> tuple[Who, ...]:
    """Whose a noun is: "Turkish mediation", "Qatar's efforts", "mediation by the UN", "its offer"."""
    found: list[Who] = []
    for one in (*children(noun, "poss"), *children(noun, "amod", "compound", "nmod")):
        for token in (one, *one.conjuncts):
            mention = scene.cast.mention(token)
            if mention is not None and mention.sense is not Sense.PERSON:
                found.append(Who(mention.code, None, None, state=True, at=token.i, person=False))
            elif one.dep_ == "poss":
                found += _acting(scene, token)
    for preposition in (*children(noun, "prep"), *children(noun, "agent")):
        if preposition.lower_ in ("by", "from", "of") and (someone := child(preposition, "pobj")) is not None:
            found += [
                who
                for who in _acting(scene, someone)
                if preposition.lower_ != "of" or noun.lemma_ in ("mediation", "role", "office", "effort")
            ]
    return tuple({who.code: who for who in found}.values())


def _of_person(scene: Scene, token: Token) -> Deed | None:
    """A mediator: "Qatari mediators", "U.N. mediator X", "offered itself as a mediator", "acts as a go-between"."""
    if mediators := _owners(scene, token):
        return Deed(token, mediators, _above(scene, token, mediators))
    if followers := _named_after(scene, token):
        return Deed(token, followers, _above(scene, token, followers))
    person = scene.cast.resolve(token, alone=True)
    if person and token.dep_ not in ("pobj", "attr"):
        return Deed(token, person, ())
    if (as_what := token.head).lower_ == "as" or token.dep_ == "attr":
        verb = as_what.head if as_what.lower_ == "as" else as_what
        return _as_mediator(scene, token, verb)
    return None


def _named_after(scene: Scene, token: Token) -> tuple[Who, ...]:
    """The states named right after: "co-mediators Qatar and Egypt", "mediator Oman"."""
    stop = token.i + 1
    while stop < token.sent.end and (
        stop in scene.cast.covered or token.doc[stop].lower_ in (",", "and", "the")
    ):
        stop += 1
    return tuple(who for who in scene.cast.within(token.i + 1, stop) if who.state)


def _as_mediator(scene: Scene, token: Token, verb: Token) -> Deed | None:
    thing = child(verb, "dobj") if verb.pos_ == "VERB" else None
    someone = subject(verb) if verb.pos_ in ("VERB", "AUX") else None
    doer = _acting(scene, someone) if someone is not None else ()
    if (
        thing is not None
        and (itself := _acting(scene, thing))
        and thing.lower_ not in ("itself", "himself", "herself")
    ):
        return Deed(token, itself, tuple(who for who in doer if who.code not in {w.code for w in itself}))
    if verb.pos_ == "NOUN" and (owners := _owners(scene, verb)):
        return Deed(token, owners, ())
    before = token.head.i - 1 if token.head.lower_ == "as" else -1
    mention = scene.cast.mention(verb) or (scene.cast.covered.get(before) if before >= 0 else None)
    if mention is not None:
        return Deed(token, (Who(mention.code, None, None, state=True, at=verb.i, person=False),), ())
    if verb.pos_ == "ADP" and (place := child(verb, "pobj")) is not None:
        return Deed(token, _acting(scene, place), ())
    return Deed(token, doer, ()) if doer else None


def _of_helping(scene: Scene, words: MediationWords, verb: Token) -> Deed | None:
    """Verbs that mediate with the right object: "facilitate dialogue", "contribute to the settlement", "play a role in ending the war"."""
    if verb.lemma_ == "shuttle" and _two_parties(scene, verb):
        return Deed(verb, _subjects(scene, verb), ())
    if next(_matters(words, verb), None) is None or (
        child(verb, "nsubjpass") is not None and agent(verb) is None
    ):
        return None
    around = {t.lemma_.lower() for t in verb.subtree} | {t.lower_ for t in verb.subtree}
    matter = bool(around & words.matter)
    groups = [m for t in verb.subtree if (m := scene.cast.mention(t)) is not None and m.sense is Sense.GROUP]
    lemma = verb.lemma_.lower()
    if lemma in ("conduct", "initiate", "hold", "launch", "lead", "negotiate") and not (groups and matter):
        return None
    if (
        lemma in ("host", "convene", "sponsor", "arrange", "bring", "assist", "help", "play")
        and not matter
        and not _two_parties(scene, verb)
    ):
        return None
    if lemma == "broker" and verb.dep_ in ("amod", "acl") and agent(verb) is not None:
        return None
    by = agent(verb)
    mediators = _acting(scene, by) if by is not None else _subjects(scene, verb)
    inside = set(scene.cast.codes_within(verb.i, verb.right_edge.i + 1))
    mediators = tuple(who for who in mediators if who.code not in inside)
    return Deed(verb, mediators, ()) if mediators and not _own_conflict(scene, mediators, verb) else None


def _matters(words: MediationWords, verb: Token) -> Iterator[Token]:
    for token in verb.subtree:
        if (
            token.i > verb.i
            and token.i <= verb.i + MATTER_REACH
            and (token.lemma_.lower() in words.objects or token.lower_ in words.objects)
        ):
            yield token


def _two_parties(scene: Scene, verb: Token) -> bool:
    """Whether two states or groups stand in what the verb governs: "between A and B", "the presidents of A and B"."""
    return len(scene.cast.codes_within(verb.i, verb.right_edge.i + 1)) > 1


def _own_conflict(scene: Scene, mediators: tuple[Who, ...], verb: Token) -> bool:
    """A party to the talks does not mediate them: "Armenia and Azerbaijan held peace talks"."""
    return len({who.code for who in mediators}) > 1 and not _two_parties(scene, verb)


def _above(scene: Scene, token: Token, mediators: tuple[Who, ...]) -> tuple[Who, ...]:
    """Who the clause around the deed is about, if not the mediator: who asked, accepted or declined."""
    own = {who.code for who in mediators}
    up, steps = token, 0
    while up.head.i != up.i and steps < 6:
        up, steps = up.head, steps + 1
        someone = subject(up) if up.pos_ in ("VERB", "AUX") else None
        if someone is not None and (found := tuple(w for w in _acting(scene, someone) if w.code not in own)):
            return found
    return ()


def _acting(scene: Scene, token: Token) -> tuple[Who, ...]:
    return tuple(who for who in scene.cast.resolve(token) if who.code is not None and who.state)
