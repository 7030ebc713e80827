"""Mediation: who brings, or offers to bring, parties together, and how far it has come.

The mediator is the actor of the event; whoever asked for it, accepted it or turned it down is a target. Finished
brokerage told as a property of something else ("a UN-brokered truce") is background, and so is praise for it.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spacy.tokens import Span, Token

from bot.events.actors import actors
from bot.events.people import Who
from bot.events.reading import agent, child, children, negated, subject
from bot.events.scene import Scene
from bot.events.statements import Draft
from bot.model import Actor, Event, EventKind, Stage
from bot.places.gazetteer import Sense

# How far around the deed the words that tell its stage may stand, in tokens.
STAGE_REACH = 12


@dataclass(frozen=True, slots=True)
class MediationWords:
    """The lists of `mediation.toml`."""

    verbs: frozenset[str]
    nouns: frozenset[str]
    persons: frozenset[str]
    adjectives: frozenset[str]
    helping: frozenset[str]
    objects: frozenset[str]
    matter: frozenset[str]
    stage: dict[str, tuple[str, ...]]
    domestic: frozenset[str]


@cache
def load_mediation_words() -> MediationWords:
    """The lists shipped beside this module."""
    data = tomllib.loads(files("bot.events").joinpath("mediation.toml").read_text(encoding="utf-8"))
    trigger = data["trigger"]
    return MediationWords(
        **{name: frozenset(trigger[name]) for name in ("verbs", "nouns", "persons", "adjectives")},
        helping=frozenset(data["helping"]["verbs"]),
        objects=frozenset(data["helping"]["objects"]),
        matter=frozenset(data["matter"]["words"]),
        stage={name: tuple(words) for name, words in data["stage"].items()},
        domestic=frozenset(data["domestic"]["words"]),
    )


@dataclass(frozen=True, slots=True)
class _Deed:
    """A mediation as found: its word, who mediates, and who else the clause is about."""

    anchor: Token
    mediators: tuple[Who, ...]
    others: tuple[Who, ...]


def find_mediation(scene: Scene) -> tuple[Draft, ...]:
    """All mediation of the article, one event per sentence and mediator, undated where the clause gives no day."""
    words = load_mediation_words()
    kept: dict[tuple[int, tuple[str, ...]], Draft] = {}
    for token in scene.reading.doc:
        deed = _deed(scene, words, token)
        draft = _draft(scene, words, deed) if deed is not None and deed.mediators else None
        if draft is not None:
            key = (token.sent.start, tuple(sorted(a.country for a in draft.event.actors)))
            kept.setdefault(key, draft)
    return tuple(kept.values())


# Finding ------------------------------------------------------------------------------------------


def _deed(scene: Scene, words: MediationWords, token: Token) -> _Deed | None:
    lemma = token.lemma_.lower()
    if any(near.lower_ in words.domestic for near in token.sent):
        return None
    if token.pos_ == "VERB" and lemma in words.verbs:
        return _of_verb(scene, token)
    if lemma in words.nouns or (lemma == "office" and token.tag_ == "NNS" and any(a.lower_ == "good" for a in token.lefts)):
        return _of_noun(scene, token)
    if lemma in words.persons:
        return _of_person(scene, token)
    if lemma in words.adjectives and token.dep_ in ("amod", "compound") and token.head.lemma_ in ("role", "effort", "mission", "team", "effort", "offer"):
        return _of_noun(scene, token.head)
    if token.pos_ == "VERB" and lemma in words.helping:
        return _of_helping(scene, words, token)
    return None


def _of_verb(scene: Scene, verb: Token) -> _Deed:
    by = agent(verb)
    if by is not None:
        return _Deed(verb, _acting(scene, by), ())
    mediators = _subjects(scene, verb)
    return _Deed(verb, mediators, _above(scene, verb, mediators))


def _subjects(scene: Scene, verb: Token) -> tuple[Who, ...]:
    """Who a verb of mediation is about, through "offered to", "efforts to", "urged X to"."""
    own = child(verb, "nsubj")
    if own is not None and (found := _acting(scene, own)):
        return found
    up, steps = verb, 0
    while up.head.i != up.i and steps < 6:
        up, steps = up.head, steps + 1
        if up.pos_ == "NOUN":
            found = _owners(scene, up)
            if found:
                return found
            continue
        if up.lemma_.lower() in ("ask", "urge", "request", "invite", "want", "allow", "call", "appeal") and (someone := _asked(up)) is not None:
            return _acting(scene, someone)
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


def _of_noun(scene: Scene, noun: Token) -> _Deed | None:
    if mediators := _owners(scene, noun):
        return _Deed(noun, mediators, _above(scene, noun, mediators))
    head = noun.head
    if noun.dep_ in ("compound", "amod") and head.pos_ == "NOUN":
        mediators = _owners(scene, head)
        if mediators:
            return _Deed(noun, mediators, _above(scene, head, mediators))
    mediators = _carrier_subject(scene, noun)
    return _Deed(noun, mediators, ()) if mediators else None


def _carrier_subject(scene: Scene, noun: Token) -> tuple[Who, ...]:
    """ "launched a mediation effort", "after making an offer of mediation": the subject of the clause."""
    up, steps = noun, 0
    while up.head.i != up.i and steps < 5:
        up, steps = up.head, steps + 1
        if up.pos_ in ("VERB", "AUX"):
            someone = subject(up)
            if someone is not None:
                return _acting(scene, someone)
    return ()


def _owners(scene: Scene, noun: Token) -> tuple[Who, ...]:
    """ "Turkish mediation", "Qatar's efforts", "mediation by the UN", "its offer"."""
    found: list[Who] = []
    for one in (*children(noun, "poss"), *children(noun, "amod", "compound", "nmod")):
        for token in (one, *one.conjuncts):
            mention = scene.cast.mention(token)
            if mention is not None and mention.sense is not Sense.PERSON:
                found.append(Who(mention.code, None, None, True, token.i, person=False))
            elif one.dep_ == "poss":
                found += _acting(scene, token)
    for preposition in (*children(noun, "prep"), *children(noun, "agent")):
        if preposition.lower_ in ("by", "from", "of") and (someone := child(preposition, "pobj")) is not None:
            found += [who for who in _acting(scene, someone) if preposition.lower_ != "of" or noun.lemma_ in ("mediation", "role", "office", "effort")]
    return tuple({who.code: who for who in found}.values())


def _of_person(scene: Scene, token: Token) -> _Deed | None:
    """A mediator: "Qatari mediators", "U.N. mediator X", "offered itself as a mediator", "acts as a go-between"."""
    if mediators := _owners(scene, token):
        return _Deed(token, mediators, _above(scene, token, mediators))
    person = scene.cast.resolve(token, alone=True)
    if person and token.dep_ not in ("pobj", "attr"):
        return _Deed(token, person, ())
    if (as_what := token.head).lower_ == "as" or token.dep_ == "attr":
        verb = as_what.head if as_what.lower_ == "as" else as_what
        return _as_mediator(scene, token, verb)
    return None


def _as_mediator(scene: Scene, token: Token, verb: Token) -> _Deed | None:
    thing = child(verb, "dobj") if verb.pos_ == "VERB" else None
    someone = subject(verb) if verb.pos_ in ("VERB", "AUX") else None
    doer = _acting(scene, someone) if someone is not None else ()
    if thing is not None and (itself := _acting(scene, thing)) and thing.lower_ not in ("itself", "himself", "herself"):
        return _Deed(token, itself, tuple(who for who in doer if who.code not in {w.code for w in itself}))
    if verb.pos_ == "NOUN" and (owners := _owners(scene, verb)):
        return _Deed(token, owners, ())
    mention = scene.cast.mention(verb)
    if mention is not None:
        return _Deed(token, (Who(mention.code, None, None, True, verb.i, person=False),), ())
    if verb.pos_ == "ADP" and (place := child(verb, "pobj")) is not None:
        return _Deed(token, _acting(scene, place), ())
    return _Deed(token, doer, ()) if doer else None


def _of_helping(scene: Scene, words: MediationWords, verb: Token) -> _Deed | None:
    """ "facilitate dialogue", "contribute to the settlement", "play a role in ending the war", "negotiate with Hamas for the release"."""
    thing = next(_matters(words, verb), None)
    if thing is None:
        return None
    around = {t.lemma_.lower() for t in verb.subtree} | {t.lower_ for t in verb.subtree}
    matter = bool(around & words.matter)
    groups = [m for t in verb.subtree if (m := scene.cast.mention(t)) is not None and m.sense is Sense.GROUP]
    lemma = verb.lemma_.lower()
    if lemma in ("conduct", "initiate", "hold", "launch", "lead", "negotiate") and not (groups and matter):
        return None
    if lemma in ("host", "convene", "sponsor", "arrange", "bring", "assist", "help", "play") and not matter and not _two_parties(scene, verb):
        return None
    if lemma == "broker" and verb.dep_ in ("amod", "acl") and agent(verb) is not None:
        return None
    by = agent(verb)
    mediators = _acting(scene, by) if by is not None else _subjects(scene, verb)
    inside = set(scene.cast.codes_within(verb.i, verb.right_edge.i + 1))
    mediators = tuple(who for who in mediators if who.code not in inside)
    return _Deed(verb, mediators, ()) if mediators and not _own_conflict(scene, mediators, verb) else None


def _matters(words: MediationWords, verb: Token) -> Iterator[Token]:
    for token in verb.subtree:
        if token.i > verb.i and token.i <= verb.i + 8 and (token.lemma_.lower() in words.objects or token.lower_ in words.objects):
            yield token


def _two_parties(scene: Scene, verb: Token) -> bool:
    return any(t.lower_ == "between" for t in verb.subtree) and len(scene.cast.codes_within(verb.i, verb.right_edge.i + 1)) > 1


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


# Telling ------------------------------------------------------------------------------------------


def _draft(scene: Scene, words: MediationWords, deed: _Deed) -> Draft | None:
    stage = _stage(words, deed)
    if stage is None:
        return None
    event = Event(
        id="", kind=EventKind.MEDIATION, stage=stage, actors=actors(deed.mediators), targets=actors(deed.others) if stage in (Stage.REQUESTED, Stage.ACCEPTED, Stage.DECLINED) else (),
        parties=_parties(scene, deed), date=scene.day(deed.anchor), quote=_quoted(scene, deed.anchor.sent), citations=(scene.proof(deed.anchor),),
    )  # fmt: skip
    span = deed.anchor.sent
    return Draft(event, deed.anchor, deed.mediators, ((span.start_char, span.end_char),))


def _stage(words: MediationWords, deed: _Deed) -> Stage | None:
    anchor = deed.anchor
    if anchor.tag_ == "VBN" and anchor.dep_ in ("amod", "acl") or any(t.lower_ in ("-", "–") and t.i == anchor.i - 1 for t in anchor.lefts):
        return None
    chain = _governing(anchor)
    said = " ".join(chain)
    for name in ("declined", "ended", "requested"):
        if name == "requested" and not deed.others and not (set(chain) & {"must", "should"}):
            continue
        if _says(words, name, said):
            return Stage(name)
    if _says(words, "welcome", said) or _says(words, "background", said) or (set(chain) & {"may", "might", "if"}) or any(negated(t) for t in anchor.ancestors if t.pos_ == "VERB"):
        return None
    if deed.others and _says(words, "accepted", said):
        return Stage.ACCEPTED
    if _says(words, "offer", said):
        return Stage.OFFER
    if anchor.pos_ == "VERB" and anchor.tag_ == "VBD" and anchor.lemma_ == "broker":
        return None
    return Stage.UNDERWAY


def _governing(anchor: Token) -> list[str]:
    """Lemmas of the words that govern the deed and of their helpers, nearest first."""
    said: list[str] = []
    token = anchor
    for _ in range(7):
        said += [one.lemma_.lower() for one in children(token, "aux", "advmod", "acomp", "amod", "neg", "prt", "mark", "dobj", "prep", "oprd")]
        said += [one.lower_ for one in children(token, "aux")]
        if token.head.i == token.i or (token.dep_ == "ccomp" and token.i != anchor.i and token.head.lemma_ in ("say", "tell", "add", "report", "state")):
            break
        token = token.head
        said.append(token.lemma_.lower())
        if token.pos_ == "ADP" or (token.pos_ == "NOUN" and token.lemma_ not in ("effort", "offer", "role", "attempt", "readiness", "willingness", "service", "proposal", "mission", "request", "call")):
            continue
    return said


def _says(words: MediationWords, stage: str, said: str) -> bool:
    padded = f" {said} "
    return any(f" {word} " in padded for word in words.stage[stage])


def _parties(scene: Scene, deed: _Deed) -> tuple[Actor, ...]:
    """Whom the mediation brings together: "between A and B", "the A-B conflict", "talks with" a group."""
    own = {who.code for who in (*deed.mediators, *deed.others)}
    sentence = deed.anchor.sent
    codes = _between(scene, sentence) or _adjectives(scene, sentence)
    codes = [code for code in codes if code not in own]
    if not codes:
        groups = [m.code for t in sentence if (m := scene.cast.mention(t)) is not None and m.sense is Sense.GROUP and m.code not in own]
        codes = list(dict.fromkeys(groups))
    if not codes:
        codes = [code for code in _conflict_before(scene, deed.anchor) if code not in own]
    return tuple(Actor(code) for code in codes)


def _between(scene: Scene, span: Span) -> list[str]:
    for token in span:
        if token.lower_ == "between":
            codes = scene.cast.codes_within(token.i, min(token.i + 20, span.end))
            if len(codes) > 1:
                return list(codes[:3])
    return []


def _adjectives(scene: Scene, span: Span) -> list[str]:
    """The two sides of a hyphenated adjective: "Israeli-Palestinian"."""
    for token in span:
        if token.text in ("-", "–", "—") and span.start < token.i < span.end - 1:
            left, right = scene.cast.covered.get(token.i - 1), scene.cast.covered.get(token.i + 1)
            if left is not None and right is not None and left.code != right.code and Sense.PERSON not in (left.sense, right.sense):
                return [left.code, right.code]
    return []


def _conflict_before(scene: Scene, anchor: Token) -> list[str]:
    """The conflict named last before the deed: "between Israel and Hamas", "Palestinian-Israeli"."""
    for sentence in reversed([s for s in scene.reading.doc.sents if s.start < anchor.i]):
        if codes := _between(scene, sentence) or _adjectives(scene, sentence):
            return codes
    return []


def _quoted(scene: Scene, sentence: Span) -> str | None:
    inside = [q for q in scene.reading.quotes if sentence.start_char <= q.start and q.end <= sentence.end_char + 1]
    if not inside:
        return None
    longest = max(inside, key=lambda quote: quote.end - quote.start)
    return scene.reading.doc.text[longest.start : longest.end].strip("“”\"«»„`' ").rstrip(",") or None
