"""Who is meant: names, titles, institutions, pronouns, "his counterpart", "the two leaders".

Doubt means nobody: a phrase that could stand for two states stands for none (DESIGN §1.3).
"""

import re
from collections.abc import Iterator
from datetime import date

from spacy.tokens import Span, Token

from bot.events.home import bare_title, home_offices
from bot.events.people import Named, Who, find_people, index_mentions, office_in, surname
from bot.events.reading import Reading, child, children, companions, conjuncts, noun_phrase
from bot.events.reference import HEADS, NEUTER, PLURAL, SINGULAR, Reference
from bot.events.roles import Roles, load_roles
from bot.places.gazetteer import Gazetteer, Mention, Sense
from bot.places.offices import may_be_same, names_portfolio

_MODIFIERS = HEADS | {Sense.DEMONYM}
_AGE = re.compile(r"\d+-year-old")
_WITHIN = frozenset({"in", "at", "from", "within", "inside"})
# Offices by which an article calls whoever it named last ("the minister said"), whatever office it named them by.
_ANYBODYS = frozenset(
    {
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
    }
)


class Cast(Reference):
    """Everyone an article names, and the answers to "who is this?"."""

    def __init__(
        self, reading: Reading, gazetteer: Gazetteer, on: date | None, roles: Roles | None = None
    ) -> None:
        self.reading = reading
        self.doc = reading.doc
        self.roles = roles or load_roles()
        self.covered = index_mentions(self.doc, gazetteer.mentions(reading.text, on))
        self.people = find_people(self.doc, self.covered, self.roles, dated=on is not None)
        self._forget_surnames()
        self._forget_parts_of_names()
        self._names: dict[int, Named] = {
            i: named for named in self.people for i in range(named.start, named.stop)
        }
        self._home = home_offices(self.doc, self.covered, self.people, self.roles)
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
            tokens = (head,) if alone else self._joined(head)
            self._cache[key] = _once(who for token in tokens for who in self._one(token))
        return self._cache[key]

    def _joined(self, head: Token) -> tuple[Token, ...]:
        """A token with all that is joined to it: "A and B", "A, together with B", "by A and by B".

        A parser takes the second of three states for an apposition to the first.
        """
        found = [*conjuncts(head), *companions(head)]
        if head.i in self.covered:
            for one in children(head, "appos"):
                if one.i in self.covered and any(True for _ in one.conjuncts) and one.sent == head.sent:
                    found += conjuncts(one)
        return tuple(sorted(set(found), key=lambda one: one.i))

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
            if mention is not None and mention.sense in _MODIFIERS and not self._of_a_thing(self.doc[i]):
                found.append(self._bearer(mention, i))
        found.sort(key=lambda who: (not who.person, who.name is None))
        return _once(found, by_state=True)

    def _of_a_thing(self, token: Token) -> bool:
        """Whether a name only says whose a thing is, or what else one named before presides over: "NATO's flank", ", Chair of CARICOM"."""
        above = token.head
        if token.dep_ == "poss":
            return above.pos_ == "NOUN" and not (self.roles.office(above) or self.roles.body(above))
        while token.dep_ == "appos" and above.i != token.i:
            token, above = above, above.head
        above = above.head if token.dep_ == "pobj" and above.lower_ == "of" else token
        return above.dep_ == "appos" and self.roles.office(above)

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
        organ = self._organ_of(token)
        if organ is not None or self.roles.office(token) or self.roles.body(token):
            return self._official(organ or token, noun_phrase(organ) if organ is not None else phrase)
        if self.roles.group(token):
            return self._group(token)
        if token.lower_ == "leader" or _is_age(token):
            return self._pronoun(token)
        return ()

    def _organ_of(self, token: Token) -> Token | None:
        """The body somebody unnamed speaks from: "a source in the presidency"."""
        if token.lemma_.lower() != "source":
            return None
        for preposition in children(token, "prep"):
            place = child(preposition, "pobj")
            if preposition.lower_ in _WITHIN and place is not None and self.roles.body(place):
                return place
        return None

    def _vetoed(self, phrase: Span) -> bool:
        """Whether a word of the phrase, outside the names of states in it, rules the state's voice out."""
        return any(self.roles.rules_out(token) for token in phrase if token.i not in self.covered)

    def _by_surname(self, token: Token) -> Who | None:
        """Whoever was named in full before and is now called by the last name alone."""
        if not token.text[:1].isupper() or token.pos_ not in ("PROPN", "NOUN") or token.i in self.covered:
            return None
        called = token.text.casefold()
        bearers = [n.who for n in self.people if n.stop <= token.i and surname(n.who) == called]
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
            word = token.lemma_.lower()
            before = "" if role is None else role[: max(0, role.lower().rfind(word))]
            single = before + word
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
        if self._home and (title := bare_title(token)) in self._home:
            return (
                Who(
                    self._home[title],
                    None,
                    noun_phrase(token).text.removeprefix("The ").removeprefix("the "),
                    state,
                    token.i,
                    person=True,
                ),
            )
        if self.roles.office(token):
            title = noun_phrase(token).text
            holders = [
                n
                for n in self.people
                if n.stop <= token.i and n.who.role is not None and may_be_same(title, n.who.role, word)
            ]
            holders = holders or self._only_holder(word)
            if holders:
                return (min(holders, key=lambda n: (self._cost(n.stop - 1, token), -n.stop)).who,)
            if word in _ANYBODYS and not names_portfolio(title):
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


def _is_age(token: Token) -> bool:
    """Whether somebody is called by age: "the 41-year-old said"."""
    near = token.doc[max(token.i - 4, 0) : token.i + 5].text
    return (
        token.lower_ in near
        and _AGE.search(near) is not None
        and (token.like_num or token.lower_ in ("year", "old"))
    )


def _once(found: Iterator[Who] | list[Who], *, by_state: bool = False) -> tuple[Who, ...]:
    kept: dict[object, Who] = {}
    for who in found:
        kept.setdefault(who.code if by_state else (who.code, who.name), who)
    return tuple(kept.values())
