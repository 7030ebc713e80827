"""Who is meant: names, titles, institutions, pronouns, "his counterpart", "the two leaders".

Doubt means nobody: a phrase that could stand for two states stands for none (DESIGN §1.3).
"""

from collections.abc import Iterator
from datetime import date

from spacy.tokens import Span, Token

from bot.events.people import Named, Who, find_people, index_mentions, office_in
from bot.events.reading import Reading, child, children, conjuncts, noun_phrase
from bot.events.reference import HEADS, NEUTER, PLURAL, SINGULAR, Reference
from bot.events.roles import Roles, load_roles
from bot.model import Actor
from bot.places.gazetteer import Gazetteer, Mention, Sense

_MODIFIERS = HEADS | {Sense.DEMONYM}


class Cast(Reference):
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
        self._forget_parts_of_names()
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

    def _forget_parts_of_names(self) -> None:
        """A place is none where it ends a name with an article: "Jabir Al-Sabah"."""
        for i in [i for i, m in self.covered.items() if m.sense is not Sense.PERSON and i > 1]:
            article, hyphen = self.doc[i - 2], self.doc[i - 1]
            if hyphen.text == "-" and article.lower_ in ("al", "el", "ul") and i - 2 not in self.covered:
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

    def within(self, start: int, stop: int) -> tuple[Who, ...]:
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
        found.sort(key=lambda who: (not who.person, who.name is None))
        return _once(found, by_state=True)

    def _bearer(self, mention: Mention, at: int) -> Who:
        """Whom a name of a state in a list stands for: the official it describes, else the state."""
        first = self.doc[at]
        while first.dep_ == "conj" and first.head.i < first.i:
            first = first.head
        head = first.head
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
        if token.pos_ == "PRON" or token.lower_ in SINGULAR | NEUTER | PLURAL:
            return self._pronoun(token)
        named = self._names.get(token.i)
        if (known := named.who if named is not None else self._by_surname(token)) is not None:
            return (known,)
        phrase = noun_phrase(token)
        if (person := self._apposed(token)) is not None:
            return (person,)
        mention = self.covered.get(token.i)
        if mention is not None and mention.sense in HEADS:
            return (self._state(mention, token.i, phrase),)
        if self.roles.voice(token):
            return self._issuer(token, phrase)
        if self.roles.office(token) or self.roles.body(token):
            return self._official(token, phrase)
        if self.roles.group(token):
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
        code = codes[0] if len(codes) == 1 else None if codes else self._owner(token)
        if code is None or not (self.roles.office(token) or self.roles.body(token)):
            return None
        return Who(
            code,
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
                inner = child(place, "prep") if self.roles.body(place) else None
                place = (
                    (child(inner, "pobj") or place) if inner is not None and inner.lower_ == "of" else place
                )
                places += [place, *place.conjuncts]
        found = (self.covered.get(one.i) for one in sorted(places, key=lambda one: one.i))
        return tuple(dict.fromkeys(m.code for m in found if m is not None and m.sense in _MODIFIERS))

    def _owner(self, token: Token) -> str | None:
        """The one state a phrase belongs to: by possessive, adjective or "of"; a counterpart is not of whoever has it."""
        facing = token.lemma_.lower() in ("counterpart", "colleague")
        for one in (*children(token, "poss", "amod", "compound", "nmod"),):
            mention = self.covered.get(one.i)
            if mention is not None and mention.sense in _MODIFIERS:
                return mention.code
            if one.dep_ == "poss" and not facing and (who := self.resolve(one, alone=True)):
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
        """The one named before, for "the president", "the ministry", "a government official"."""
        if self.roles.office(token) and any(self.roles.body(one) for one in children(token, "compound")):
            role = office_in(noun_phrase(token), self.covered, self.roles)
            return tuple(
                Who(who.code, None, role, state, token.i, person=True) for who in self._recent_state(token)
            )
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
