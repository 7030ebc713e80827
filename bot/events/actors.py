"""Who is meant: names, titles, institutions, pronouns, "his counterpart", "the two leaders".

Doubt means nobody: a phrase that could stand for two states stands for none (DESIGN §1.3).
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from spacy.tokens import Span, Token

from bot.events.people import Named, Who, find_people, index_mentions, office_in
from bot.events.reading import SUBJECTS, Reading, child, children, conjuncts, noun_phrase
from bot.events.roles import Roles, load_roles
from bot.model import Actor
from bot.places.gazetteer import Gazetteer, Mention, Sense

# How many sentences back a pronoun may reach.
PRONOUN_REACH = 4
_SINGULAR = frozenset({"he", "she", "him", "her", "his", "hers", "himself", "herself"})
_NEUTER = frozenset({"it", "its", "itself"})
_PLURAL = frozenset({"they", "them", "their", "themselves", "both"})
_RELATIVE = frozenset({"who", "which", "that", "whom", "whose"})
_HEADS = frozenset(
    {
        Sense.COUNTRY,
        Sense.CAPITAL,
        Sense.METONYM,
        Sense.GOVERNMENT,
        Sense.ORGANISATION,
        Sense.GROUP,
        Sense.REGION,
    }
)
_MODIFIERS = _HEADS | {Sense.DEMONYM}


class Cast:
    """Everyone an article names, and the answers to "who is this?"."""

    def __init__(
        self, reading: Reading, gazetteer: Gazetteer, on: date | None, roles: Roles | None = None
    ) -> None:
        self.reading = reading
        self.doc = reading.doc
        self.roles = roles or load_roles()
        self.covered = index_mentions(self.doc, gazetteer.mentions(self.doc.text, on))
        self.people = find_people(self.doc, self.covered, self.roles, dated=on is not None)
        self._forget_surnames()
        self._names: dict[int, Named] = {
            i: named for named in self.people for i in range(named.start, named.stop)
        }
        self._cache: dict[tuple[int, bool], tuple[Who, ...]] = {}

    def _forget_surnames(self) -> None:
        """A state whose name somebody in the article bears is, after that, that person ("Michael Jordan ... Jordan said")."""
        surnames: dict[str, int] = {}
        for named in self.people:
            surnames.setdefault(self.doc[named.stop - 1].text, named.start)
        for i in [
            i
            for i, m in self.covered.items()
            if m.sense is not Sense.PERSON and m.text in surnames and surnames[m.text] < i
        ]:
            del self.covered[i]

    # Questions -------------------------------------------------------------------------------------

    def resolve(self, head: Token, *, alone: bool = False) -> tuple[Who, ...]:
        """Everyone a noun phrase stands for, its conjuncts included unless `alone`; empty where in doubt."""
        key = (head.i, alone)
        if key not in self._cache:
            self._cache[key] = ()  # a phrase that refers to itself stands for nobody
            tokens = (head,) if alone else conjuncts(head)
            self._cache[key] = _once(who for token in tokens for who in self._one(token))
        return self._cache[key]

    def within(self, start: int, stop: int, *, people_first: bool = True) -> tuple[Who, ...]:
        """Everyone named in tokens start..stop-1, one per state: the person where one is named, else the state."""
        found: list[Who] = []
        for i in range(start, stop):
            named = self._names.get(i)
            if named is not None:
                if named.who.code is not None:
                    found.append(named.who)
                continue
            mention = self.covered.get(i)
            if mention is not None and mention.sense in _MODIFIERS:
                found.append(self._bearer(mention, i))
        if people_first:
            found.sort(key=lambda who: (not who.person, who.name is None))
        return _once(found, by_state=True)

    def _bearer(self, mention: Mention, at: int) -> Who:
        """Whom a name of a state in a list stands for: the official it describes, else the state."""
        head = self.doc[at].head
        if (
            mention.sense is Sense.DEMONYM
            and head.i > at
            and (self.roles.office(head) or self.roles.body(head))
        ):
            state = not self._vetoed(self.doc[at : head.i + 1])
            return Who(
                mention.code,
                None,
                office_in(self.doc[at : head.i + 1], self.covered, self.roles),
                state,
                at,
                person=self.roles.office(head),
            )
        return self._state(mention, at, None)

    def codes_within(self, start: int, stop: int) -> tuple[str, ...]:
        """Codes of all states and groups mentioned in tokens start..stop-1, in order, each once."""
        return tuple(
            dict.fromkeys(m.code for i in range(start, stop) if (m := self.covered.get(i)) is not None)
        )

    def mention(self, token: Token) -> Mention | None:
        """The gazetteer's mention over a token."""
        return self.covered.get(token.i)

    def person_at(self, token: Token) -> Who | None:
        """The person whose name a token is part of."""
        named = self._names.get(token.i)
        return named.who if named is not None else None

    # One phrase ------------------------------------------------------------------------------------

    def _one(self, token: Token) -> tuple[Who, ...]:
        if token.pos_ == "PRON" or token.lower_ in _SINGULAR | _NEUTER | _PLURAL:
            return self._pronoun(token)
        named = self._names.get(token.i)
        if (known := named.who if named is not None else self._by_surname(token)) is not None:
            return (known,)
        phrase = noun_phrase(token)
        if (person := self._apposed(token)) is not None:
            return (person,)
        mention = self.covered.get(token.i)
        if mention is not None and mention.sense in _HEADS:
            return (self._state(mention, token.i, phrase),)
        if self.roles.voice(token):
            return self._issuer(token, phrase)
        if self.roles.office(token) or self.roles.body(token):
            return self._official(token, phrase)
        if token.lemma_.lower() in self.roles.groups:
            return self._group(token)
        if token.lower_ in ("leader", "old"):
            return self._pronoun(token)
        return ()

    def _vetoed(self, phrase: Span) -> bool:
        """Whether a word of the phrase, outside the names of states in it, rules the state's voice out."""
        return any(self.roles.rules_out(token) for token in phrase if token.i not in self.covered)

    def _by_surname(self, token: Token) -> Who | None:
        """Whoever was named in full before and is now called by the last name alone."""
        if token.pos_ != "PROPN" or token.i in self.covered:
            return None
        bearers = [
            n.who
            for n in self.people
            if n.stop <= token.i and (n.who.name or "").rpartition(" ")[2] == token.text
        ]
        return bearers[-1] if bearers else None

    def _state(self, mention: Mention, at: int, phrase: Span | None) -> Who:
        speaks = (
            mention.sense is not Sense.DEMONYM
            and (phrase is None or not self._vetoed(phrase))
            and mention.role != "state media"
        )
        name = mention.name if mention.sense is Sense.PERSON else None
        return Who(mention.code, name, None, speaks, at, person=False)

    def _apposed(self, token: Token) -> Who | None:
        """The person named right after or inside a phrase: "the Turkish foreign minister, Hakan Fidan"."""
        for other in (*children(token, "appos"), *children(token, "nmod", "compound")):
            named = self._names.get(other.i)
            if named is not None and (other.dep_ == "appos" or other.i > token.i):
                return named.who if named.who.code is not None else self._titled(token, named)
        follower = self._names.get(token.i + 1)
        if follower is not None and self.roles.office(token):
            return follower.who if follower.who.code is not None else self._titled(token, follower)
        return None

    def _titled(self, token: Token, named: Named) -> Who | None:
        codes = self._codes(noun_phrase(token))
        if len(codes) != 1 or not (self.roles.office(token) or self.roles.body(token)):
            return None
        return Who(
            codes[0],
            named.who.name,
            office_in(noun_phrase(token), self.covered, self.roles),
            not self._vetoed(noun_phrase(token)),
            token.i,
            person=True,
        )

    def _codes(self, phrase: Span) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                m.code for t in phrase if (m := self.covered.get(t.i)) is not None and m.sense in _MODIFIERS
            )
        )

    def _official(self, token: Token, phrase: Span) -> tuple[Who, ...]:
        """An official or organ of state by its office: "the Turkish presidency", "the leaders of Egypt, Iran and Syria"."""
        state = not self._vetoed(phrase)
        is_person = self.roles.office(token)
        role = office_in(phrase, self.covered, self.roles) if is_person else None
        if token.tag_ in ("NNS", "NNPS") and len(several := self._owners(token)) > 1:
            single = (
                token.lemma_.lower()
                if role is None
                else role.rpartition(token.text)[0] + token.lemma_.lower()
            )
            return tuple(Who(code, None, single, state, token.i, person=is_person) for code in several)
        codes = self._codes(phrase)
        owner = self._owner(token)
        code = codes[0] if len(codes) == 1 else owner
        if code is not None:
            return (Who(code, None, role, state, token.i, person=is_person),)
        return () if codes else self._known_office(token, state=state)

    def _owners(self, token: Token) -> tuple[str, ...]:
        """The states a plural belongs to: "the Polish and Hungarian ministers", "the presidents of Chad and Niger"."""
        places = [
            one
            for word in children(token, "amod", "compound", "poss", "nmod")
            for one in (word, *word.conjuncts)
        ]
        for preposition in children(token, "prep"):
            if preposition.lower_ in ("of", "from") and (place := child(preposition, "pobj")) is not None:
                places += [place, *place.conjuncts]
        found = (self.covered.get(one.i) for one in sorted(places, key=lambda one: one.i))
        return tuple(dict.fromkeys(m.code for m in found if m is not None and m.sense in _MODIFIERS))

    def _owner(self, token: Token) -> str | None:
        """The one state a phrase belongs to: by possessive, adjective or "of"."""
        for one in (*children(token, "poss", "amod", "compound", "nmod"),):
            mention = self.covered.get(one.i)
            if mention is not None and mention.sense in _MODIFIERS:
                return mention.code
            if one.dep_ == "poss" and (who := self.resolve(one, alone=True)):
                return who[0].code
        for preposition in children(token, "prep"):
            if (
                preposition.lower_ in ("of", "to", "for", "from", "in", "at")
                and (place := child(preposition, "pobj")) is not None
            ):
                mention = self.covered.get(place.i)
                if mention is not None and mention.sense in _MODIFIERS:
                    return mention.code
                if (
                    preposition.lower_ in ("of", "for", "from")
                    and (self.roles.body(place) or self.roles.office(place))
                    and (who := self.resolve(place, alone=True))
                ):
                    return who[0].code
        return None

    def _issuer(self, token: Token, phrase: Span) -> tuple[Who, ...]:
        """Whose statement it is: "the Kremlin's statement", "a statement by the ministry"."""
        owner = child(token, "poss")
        if owner is not None:
            return self.resolve(owner)
        for preposition in children(token, "prep", "agent"):
            if (
                preposition.lower_ in ("by", "from", "of")
                and (place := child(preposition, "pobj")) is not None
            ):
                return self.resolve(place)
        codes = self._codes(phrase)
        if len(codes) == 1:
            return (Who(codes[0], None, None, not self._vetoed(phrase), token.i, person=False),)
        return self._recent_state(token) if token.i > 0 and not codes else ()

    def _known_office(self, token: Token, *, state: bool) -> tuple[Who, ...]:
        """The one named before, for "the president", "the ministry"."""
        if (
            not any(
                one.lower_ in ("the", "his", "her", "its", "both", "these", "those", "their")
                for one in children(token, "det", "poss", "predet")
            )
            and token.pos_ != "PROPN"
        ):
            return ()
        if token.tag_ in ("NNS", "NNPS"):
            return self._group(token)
        word = token.lemma_.lower()
        if self.roles.office(token):
            holders = [
                n
                for n in self.people
                if n.stop <= token.i and n.who.role is not None and word in n.who.role.lower()
            ]
            holders = holders or self._only_holder(word)
            if holders:
                return (min(holders, key=lambda n: (self._cost(n.stop - 1, token), -n.stop)).who,)
            if word in (
                "leader",
                "official",
                "spokesman",
                "spokeswoman",
                "spokesperson",
                "diplomat",
                "minister",
                "head",
                "envoy",
                "chief",
            ):
                return self._pronoun(token)
            return ()
        return tuple(
            Who(who.code, None, None, state, token.i, person=False) for who in self._recent_state(token)
        )

    def _only_holder(self, word: str) -> list[Named]:
        """Whoever alone bears an office in the whole article, where it is used before the name."""
        holders = [
            n
            for n in self.people
            if n.who.role is not None and n.who.role.lower() == word and n.who.code is not None
        ]
        return holders[:1] if len({n.who.name for n in holders}) == 1 else []

    # Reference -------------------------------------------------------------------------------------

    def _pronoun(self, token: Token) -> tuple[Who, ...]:
        word = token.lower_
        if word in _RELATIVE and token.head.dep_ == "relcl":
            return self.resolve(token.head.head)
        if word in _NEUTER:
            return self._recent_state(token)
        if word in _PLURAL:
            return self._group(token)
        if word in (
            "i",
            "we",
            "you",
            "me",
            "us",
            "this",
            "these",
            "those",
            "one",
            "there",
            "what",
            "my",
            "our",
            "your",
        ):
            return ()
        return self._recent_person(token)

    def _recent_person(self, token: Token) -> tuple[Who, ...]:
        """The person a "he" or "she" means: the nearest before it, a subject before others; nobody where that one has no state."""
        if (same := self._continued(token, _SINGULAR)) is not None:
            return self.resolve(same, alone=True)
        found = [
            (self._cost(at, token), -at, who)
            for at, who in self._persons
            if at < token.i and self._heard(at, token)
        ]
        best = min((one for one in found if one[0] <= PRONOUN_REACH), key=lambda one: one[:2], default=None)
        return (best[2],) if best is not None and best[2].code is not None else ()

    def _heard(self, at: int, token: Token) -> bool:
        """Whether a person named at a token can be meant outside quotation marks."""
        return not self.reading.quoted(self.doc[at]) or self.reading.quoted(token)

    @cached_property
    def _persons(self) -> tuple[tuple[int, Who], ...]:
        """Everyone a pronoun may mean: people by name, and officials by office who are subject of a clause."""
        named = [(one.stop - 1, one.who) for one in self.people]
        offices = [
            t
            for t in self.doc
            if t.dep_ in SUBJECTS
            and t.i not in self._names
            and t.tag_ in ("NN", "NNP")
            and self.roles.office(t)
        ]
        return (*named, *((t.i, who) for t in offices for who in self.resolve(t, alone=True)))

    def _recent_state(self, token: Token) -> tuple[Who, ...]:
        best: tuple[float, int, Mention] | None = None
        for i, mention in self.covered.items():
            if i >= token.i or mention.sense not in _HEADS or i in self._names or not self._is_head(i):
                continue
            cost = self._cost(i, token)
            if cost <= 2.0 and (best is None or (cost, -i) <= (best[0], best[1])):
                best = (cost, -i, mention)
        for named in self._bodies():
            cost = self._cost(named.at, token) if named.at < token.i else 99.0
            if cost <= 2.0 and (best is None or (cost, -named.at) < (best[0], best[1])):
                return (named,)
        if best is None:
            return ()
        return (self._state(best[2], -best[1], None),)

    @cached_property
    def _body_tokens(self) -> tuple[Token, ...]:
        return tuple(
            t for t in self.doc if t.i not in self.covered and t.dep_ in SUBJECTS and self.roles.body(t)
        )

    def _bodies(self) -> Iterator[Who]:
        for token in self._body_tokens:
            codes = self._codes(noun_phrase(token))
            if len(codes) == 1:
                yield Who(codes[0], None, None, not self._vetoed(noun_phrase(token)), token.i, person=False)

    def _is_head(self, i: int) -> bool:
        token = self.doc[i]
        return token.dep_ in SUBJECTS or token.dep_ in ("pobj", "dobj", "poss", "conj", "ROOT", "agent")

    def _cost(self, i: int, token: Token) -> float:
        """How far back a candidate lies: whole sentences, less for a subject, more inside the pronoun's own clause."""
        candidate = self.doc[i]
        sentences = self._sentence[token.i] - self._sentence[i]
        return sentences + (0.0 if _is_subject(candidate) else 0.8)

    @cached_property
    def _sentence(self) -> dict[int, int]:
        return {token.i: number for number, sentence in enumerate(self.doc.sents) for token in sentence}

    def _joined_subject(self, token: Token) -> tuple[Who, ...]:
        """The nearest "A, B and C" that were subject of a sentence shortly before."""
        for sentence in reversed([s for s in self.doc.sents if s.start <= token.i][-4:]):
            for one in _subjects(sentence):
                if one.i < token.i and token not in one.subtree:
                    several = self.resolve(one)
                    if len(several) > 1 and None not in {who.code for who in several}:
                        return several
        return ()

    def _group(self, token: Token) -> tuple[Who, ...]:
        """The several last named: joined as a subject, spoken of as "they" before, or one person of each state in a sentence."""
        if joined := self._joined_subject(token):
            return joined
        if (same := self._continued(token, _PLURAL)) is not None:
            return self.resolve(same, alone=True)
        here = self._sentence[token.i]
        for number in range(here, max(here - 4, -1), -1):
            recent = [
                n.who for n in self.people if self._sentence[n.stop - 1] == number and n.stop <= token.i
            ]
            latest = {who.name: who for who in recent if who.code is not None}
            if latest:
                states = {who.code for who in latest.values()}
                return tuple(latest.values()) if len(states) == len(latest) > 1 else ()
        return ()

    def _continued(self, token: Token, words: frozenset[str]) -> Token | None:
        """The subject of the sentence before where it was already such a pronoun: the same is still spoken of."""
        start = token.sent.start
        if start == 0 or token.dep_ not in SUBJECTS:
            return None
        before = self.doc[start - 1].sent.root
        return next((t for t in before.children if t.dep_ in SUBJECTS and t.lower_ in words), None)


def _subjects(sentence: Span) -> Iterator[Token]:
    return (
        token for token in reversed(sentence) if token.dep_ in SUBJECTS and any(True for _ in token.conjuncts)
    )


def _is_subject(token: Token) -> bool:
    while token.dep_ in ("compound", "conj", "appos", "flat", "nmod") and token.head.i != token.i:
        token = token.head
    return token.dep_ in SUBJECTS


def _once(found: Iterator[Who] | list[Who], *, by_state: bool = False) -> tuple[Who, ...]:
    kept: dict[object, Who] = {}
    for who in found:
        kept.setdefault(who.code if by_state else (who.code, who.name), who)
    return tuple(kept.values())


def actor(who: Who) -> Actor:
    """The public form of a resolved `Who` that has a code."""
    if who.code is None:
        msg = "an actor needs a code"
        raise ValueError(msg)
    if not who.person:
        return Actor(who.code)
    role = who.role
    if role is not None and who.name is not None and who.name.casefold().startswith(role.casefold() + " "):
        role = None
    return Actor(who.code, who.name, role)


def actors(found: tuple[Who, ...]) -> tuple[Actor, ...]:
    """Actors of all who have a code, each state once, its named person first."""
    ordered = sorted((who for who in found if who.code is not None), key=lambda who: who.name is None)
    kept = {who.code: actor(who) for who in reversed(ordered)}
    order = dict.fromkeys(who.code for who in found if who.code is not None)
    return tuple(kept[code] for code in order)
