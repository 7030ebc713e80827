"""Who mediates: the subject, owner or maker of a word of mediation."""

from spacy.tokens import Span, Token

from bot.events.mediation_asked import as_asked
from bot.events.mediation_deed import Deed, acting
from bot.events.mediation_helping import AT_THE_TABLE, LEARNT, between, helps
from bot.events.mediation_words import MediationWords
from bot.events.people import Who
from bot.events.reading import agent, child, children, subject
from bot.events.scene import Scene
from bot.places.gazetteer import Mention, Sense

_MEDIATING = frozenset({"role", "effort", "mission", "team", "offer"})
# Where a verb stands that the tagger took for a noun.
_CLAUSES = frozenset({"ccomp", "xcomp", "relcl", "acl", "advcl", "conj", "ROOT"})
_ALONGSIDE = frozenset({"alongside", "beside"})
# Verbs done with others, who then mediate too: "will work with Egypt and Qatar to mediate".
_JOINT = frozenset({"work", "cooperate", "coordinate", "join", "team", "partner", "collaborate"})
# Verbs that give somebody the task.
_SENT = frozenset({"send", "dispatch", "name", "appoint", "task", "mandate", "designate", "choose", "select"})
# Nouns of mediation that are of whoever mediates: "the role of Oman".
_OF = frozenset({"mediation", "role", "office", "effort", "mission", "attempt", "initiative"})
_BODIES = frozenset({"team", "group", "delegation", "panel", "mission", "committee", "pair", "trio"})
# Participles that say what somebody is doing: "is engaged in shuttle diplomacy".
_BUSY = frozenset({"engage", "involve", "commit"})
_NOBODY = frozenset({"nobody", "none", "anybody", "anyone", "somebody", "someone", "everybody", "everyone"})
_BENCH = frozenset({"court", "judge", "tribunal"})
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
        "envoy",
        "emissary",
        "delegation",
        "team",
        "representative",
        "interest",
        "desire",
        "drive",
        "campaign",
        "capacity",
    }
)


def find_deed(scene: Scene, words: MediationWords, token: Token) -> Deed | None:
    """The mediation a word tells of, with whoever mediates; None where it tells of none, or of wages and divorces."""
    deed = _deed(scene, words, token)
    if deed is None or words.domestic.among(token.sent) or _is_done_without(token):
        return None
    return _without_parties(scene, as_asked(scene, words, deed))


def _deed(scene: Scene, words: MediationWords, token: Token) -> Deed | None:
    lemma = token.lemma_.lower()
    if (talks := _brokered(words, token)) is not None:
        return _of_talks(scene, token, talks)
    if lemma in words.verbs and (token.pos_ == "VERB" or token.dep_ in _CLAUSES or _is_gerund(token)):
        return _of_verb(scene, token)
    if (noun := words.nouns.ending(token)) is not None and token.pos_ in ("NOUN", "PROPN"):
        return _of_noun(scene, words, noun[0].root)
    if (person := words.persons.ending(token)) is not None:
        return _of_person(scene, person[0])
    if lemma in words.adjectives and token.dep_ in ("amod", "compound") and token.head.lemma_ in _MEDIATING:
        return _of_noun(scene, words, token.head)
    if token.pos_ == "VERB" and lemma in words.helping and helps(scene, words, token):
        return _of_helping(scene, token)
    return None


def _is_done_without(token: Token) -> bool:
    """Whether a text says that there was none: "without mediators"."""
    return token.dep_ == "pobj" and token.head.lower_ == "without"


def _is_gerund(token: Token) -> bool:
    """Whether "mediating" stands for the doing of it: "asked for help in mediating", "gave up mediating"."""
    return token.lower_ == "mediating" and (
        token.dep_ == "dobj" or (token.dep_ == "pobj" and token.head.lower_ == "in")
    )


def _without_parties(scene: Scene, deed: Deed) -> Deed:
    """The deed without those it is between, whom a parser may have put in one list with the mediator."""
    for token in deed.anchor.sent:
        if token.lower_ == "between" and token.i > deed.anchor.i - 2:
            sides = {scene.cast.covered[i].code for i in _span_of(token) if i in scene.cast.covered}
            kept = tuple(who for who in deed.mediators if who.code not in sides)
            if len(sides) > 1 and kept:
                return Deed(deed.anchor, kept, deed.others, deed.asked)
    return deed


def _span_of(preposition: Token) -> range:
    return range(preposition.i, preposition.right_edge.i + 1)


def _brokered(words: MediationWords, token: Token) -> Token | None:
    """The talks a participle describes as somebody's work: "Egyptian-brokered talks", "talks mediated by Qatar"."""
    if (
        token.tag_ != "VBN"
        or token.lemma_.lower() not in {"broker", "mediate", "facilitate", "sponsor"}
        or token.dep_ not in ("amod", "acl")
    ):
        return None
    return token.head if token.head.lemma_.lower() in words.talks["nouns"] else None


def _of_talks(scene: Scene, token: Token, talks: Token) -> Deed | None:
    by = agent(token)
    if by is not None:
        return Deed(talks, acting(scene, by), ())
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
        return Deed(verb, acting(scene, by), ())
    mediators = _with_partners(scene, verb, _subjects(scene, verb))
    return Deed(verb, mediators, _above(scene, verb, mediators))


def _with_partners(scene: Scene, verb: Token, mediators: tuple[Who, ...]) -> tuple[Who, ...]:
    """The mediators with those they work with: "will work with A and B to mediate", "A, alongside B, is mediating"."""
    found = list(mediators)
    for above in (verb, verb.head):
        for preposition in children(above, "prep"):
            beside = preposition.lower_ in _ALONGSIDE
            joint = preposition.lower_ == "with" and above.i != verb.i and above.lemma_ in _JOINT
            if (
                preposition.i < verb.i
                and (beside or joint)
                and (thing := child(preposition, "pobj")) is not None
            ):
                found += acting(scene, thing)
    return tuple({who.code: who for who in found}.values())


def _subjects(scene: Scene, verb: Token) -> tuple[Who, ...]:
    """Who a verb of mediation is about, through "offered to", "efforts to", "urged X to"."""
    own = child(verb, "nsubj") or (child(verb, "compound") if verb.pos_ == "NOUN" else None)
    if own is not None and own.lower_ in _NOBODY:
        return ()
    if own is not None and own.dep_ == "nsubj" and own.pos_ != "PRON":
        return acting(scene, own)
    if own is not None and (found := acting(scene, own)):
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
        someone = child(up, "nsubjpass")
        if someone is not None and up.lemma_.lower() in (*_SENT, "ask", "request", "invite", "urge", "call"):
            return acting(scene, someone)
        someone = subject(up)
        if someone is not None and (found := acting(scene, someone) or _whole_of(scene, someone)):
            return found
    return ()


def _whole_of(scene: Scene, member: Token) -> tuple[Who, ...]:
    """Whose somebody is that is part of a body: "a member of the Kenyan team"."""
    of = next((one for one in children(member, "prep") if one.lower_ == "of"), None)
    body = child(of, "pobj") if of is not None else None
    return _owners(scene, body) if body is not None and body.lemma_ in _BODIES else ()


def _of_noun(scene: Scene, words: MediationWords, noun: Token) -> Deed | None:
    if mediators := _owners(scene, noun) or _maker(scene, noun):
        return Deed(noun, mediators, _above(scene, noun, mediators))
    head = noun.head
    if noun.dep_ in ("compound", "amod", "nmod") and head.pos_ == "NOUN":
        mediators = _owners(scene, head)
        if mediators:
            return Deed(noun, mediators, _above(scene, head, mediators))
    mediators = _carrier_subject(scene, words, noun)
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


def _carrier_subject(scene: Scene, words: MediationWords, noun: Token) -> tuple[Who, ...]:
    """The subject of a clause that does it: "launched a mediation effort", "after making an offer of mediation"."""
    up, steps = noun, 0
    while up.head.i != up.i and steps < 5:
        up, steps = up.head, steps + 1
        if up.lemma_ in LEARNT:
            return ()
        if up.pos_ in ("VERB", "AUX"):
            if up.lemma_.lower() not in words.doing and not _on_a_mission(noun):
                return ()
            someone = subject(up) or (child(up, "nsubjpass") if up.lemma_ in _BUSY else None)
            if someone is not None and someone.i not in {noun.i, noun.head.i}:
                return () if someone.lemma_.lower() in _BENCH else acting(scene, someone)
    return ()


def _on_a_mission(noun: Token) -> bool:
    """Whether whoever did something did it to mediate: "met them in a new mediation bid"."""
    purpose = noun.head
    return (
        noun.dep_ in ("compound", "amod")
        and purpose.lemma_.lower() in _PURPOSES
        and purpose.dep_ == "pobj"
        and purpose.head.lower_ in ("in", "on", "as", "for")
    )


def _owners(scene: Scene, noun: Token) -> tuple[Who, ...]:
    """Whose a noun is: "Turkish mediation", "Qatar's efforts", "mediation by the UN", "its offer"."""
    found: list[Who] = []
    for one in (*children(noun, "poss"), *children(noun, "amod", "compound", "nmod")):
        for token in (one, *one.conjuncts):
            mention = scene.cast.mention(token) or _leader(scene, token)
            if mention is not None and mention.sense is not Sense.PERSON:
                found.append(Who(mention.code, None, None, state=True, at=token.i, person=False))
            elif one.dep_ == "poss":
                found += acting(scene, token)
    found += _in_clauses(scene, noun)
    for preposition in (*children(noun, "prep"), *children(noun, "agent")):
        if preposition.lower_ in ("by", "from", "of") and (someone := child(preposition, "pobj")) is not None:
            found += [
                who for who in acting(scene, someone) if preposition.lower_ != "of" or noun.lemma_ in _OF
            ]
    return tuple({who.code: who for who in found}.values())


def _in_clauses(scene: Scene, noun: Token) -> tuple[Who, ...]:
    """Whose a noun is by a clause about it: "efforts that Oman makes", "the facilitator appointed by the bloc"."""
    found: list[Who] = []
    for clause in children(noun, "relcl"):
        if (maker := child(clause, "nsubj")) is not None and clause.lemma_ in (
            "make",
            "undertake",
            "lead",
            "conduct",
        ):
            found += acting(scene, maker)
    for clause in children(noun, "acl"):
        if clause.lemma_ in _SENT and (sender := agent(clause)) is not None:
            found += acting(scene, sender)
    return tuple(found)


def _leader(scene: Scene, token: Token) -> Mention | None:
    """Whose a mediation is that is described as led: "the African Union-led mediation"."""
    if token.tag_ != "VBN" or token.lower_ != "led":
        return None
    before = range(token.i - 1, max(token.i - 4, token.sent.start - 1), -1)
    return next((scene.cast.covered[i] for i in before if i in scene.cast.covered), None)


def _of_person(scene: Scene, phrase: Span) -> Deed | None:
    """A mediator: "Qatari mediators", "U.N. mediator X", "offered itself as a mediator", "acts as a go-between"."""
    token = phrase.root
    if mediators := _owners(scene, token):
        return Deed(token, mediators, _above(scene, token, mediators))
    if followers := _named_after(scene, phrase[-1]):
        return Deed(token, followers, _above(scene, token, followers))
    team = token.head.head if token.dep_ == "pobj" and token.head.lower_ == "of" else token
    if team.lemma_ in _BODIES and team.head.lemma_ in _SENT:
        return Deed(token, _owners(scene, team) or _subjects(scene, team), ())
    if token.dep_ == "appos" and (bearer := acting(scene, token.head)):
        return Deed(token, bearer, _above(scene, token.head, bearer))
    person = scene.cast.resolve(token, alone=True)
    if person and token.dep_ not in ("pobj", "attr"):
        return Deed(token, person, ())
    first = token.head if token.dep_ == "conj" and token.head.i < token.i else token
    if (as_what := first.head).lower_ == "as" or token.dep_ == "attr":
        verb = as_what.head if as_what.lower_ == "as" else as_what
        return _as_mediator(scene, token, verb)
    return None


def _named_after(scene: Scene, token: Token) -> tuple[Who, ...]:
    """The states named right after: "co-mediators Qatar and Egypt", "mediator Oman", "mediators from Norway"."""
    stop = token.i + 1
    if stop < token.sent.end and token.nbor().lower_ == "from":
        stop += 1
    while stop < token.sent.end and (
        stop in scene.cast.covered or token.doc[stop].lower_ in (",", "and", "the")
    ):
        stop += 1
    return tuple(who for who in scene.cast.within(token.i + 1, stop) if who.state)


def _as_mediator(scene: Scene, token: Token, verb: Token) -> Deed | None:
    thing = child(verb, "dobj") if verb.pos_ == "VERB" else None
    someone = subject(verb) if verb.pos_ in ("VERB", "AUX") else None
    doer = acting(scene, someone) if someone is not None else ()
    if (
        thing is not None
        and (itself := acting(scene, thing))
        and thing.lower_ not in ("itself", "himself", "herself")
    ):
        return Deed(token, itself, tuple(who for who in doer if who.code not in {w.code for w in itself}))
    if verb.pos_ == "NOUN" and (owners := _owners(scene, verb)):
        return Deed(token, owners, ())
    if verb.pos_ == "VERB" and not doer:
        doer = _subjects(scene, verb)
    if verb.lemma_ in _SENT and doer:
        return Deed(token, doer, ())
    before = token.head.i - 1 if token.head.lower_ == "as" else -1
    mention = scene.cast.mention(verb) or (scene.cast.covered.get(before) if before >= 0 else None)
    if mention is not None:
        return Deed(token, (Who(mention.code, None, None, state=True, at=verb.i, person=False),), ())
    if verb.pos_ == "ADP" and (place := child(verb, "pobj")) is not None:
        return Deed(token, acting(scene, place), ())
    return Deed(token, doer, ())


def _of_helping(scene: Scene, verb: Token) -> Deed | None:
    """Who hosts, facilitates or plays the role; a party to the talks does not mediate them."""
    by = agent(verb)
    found = acting(scene, by) if by is not None else _with_partners(scene, verb, _subjects(scene, verb))
    sides = between(scene, verb)
    # What stands behind a passive is the one who does it: "is being facilitated by Finland".
    inside = sides or (_inside(scene, verb) if by is None else ())
    mediators = tuple(who for who in found if who.code not in inside)
    # "Armenia and Azerbaijan held peace talks": their own.
    own = verb.lemma_.lower() in AT_THE_TABLE and len({who.code for who in mediators}) > 1 and len(inside) < 2
    return Deed(verb, mediators, ()) if mediators and not own else None


def _inside(scene: Scene, verb: Token) -> set[str]:
    """Every state and group a verb governs, but for where it happens: not Kazakhstan in "offer them a table in Almaty"."""
    return {
        mention.code
        for token in verb.doc[verb.i : verb.right_edge.i + 1]
        if (mention := scene.cast.mention(token)) is not None
        and not (token.dep_ == "pobj" and token.head.lower_ in ("in", "at"))
    }


def _above(scene: Scene, token: Token, mediators: tuple[Who, ...]) -> tuple[Who, ...]:
    """Who the clause around the deed is about, if not the mediator: who asked, accepted or declined."""
    own = {who.code for who in mediators}
    up, steps = token, 0
    while up.head.i != up.i and steps < 6:
        up, steps = up.head, steps + 1
        someone = subject(up) if up.pos_ in ("VERB", "AUX") else None
        if someone is not None and (found := tuple(w for w in acting(scene, someone) if w.code not in own)):
            return found
    return ()
